import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

const messages = [{ role: "system", content: "You answer in one sentence." }];

for (const question of ["What is the capital of France?", "Which river runs through it?"]) {
  messages.push({ role: "user", content: question });
  const completion = await client.chat.completions.create({
    model: "microsoft/wizardlm-2-8x22b",
    messages,
    max_tokens: 512,
  });
  const answer = completion.choices[0].message.content ?? "";
  messages.push({ role: "assistant", content: answer });
  console.log(answer);
}
