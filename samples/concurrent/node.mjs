import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

async function ask(question) {
  const completion = await client.chat.completions.create({
    model: "microsoft/wizardlm-2-8x22b",
    messages: [
      { role: "user", content: question },
    ],
    max_tokens: 64,
  });
  return completion.choices[0].message.content ?? "";
}

const answers = await Promise.all([
  ask("Name a river in Africa."),
  ask("Name a river in Asia."),
  ask("Name a river in Europe."),
]);
for (const answer of answers) {
  console.log(answer);
}
