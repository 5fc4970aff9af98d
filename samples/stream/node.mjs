import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

const stream = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [
    { role: "system", content: "Act like you are a helpful assistant." },
    { role: "user", content: "Hi there!" },
  ],
  max_tokens: 512,
  stream: true,
});

for await (const chunk of stream) {
  for (const choice of chunk.choices) {
    process.stdout.write(choice.delta.content ?? "");
  }
}
process.stdout.write("\n");
