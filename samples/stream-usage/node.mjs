import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

const stream = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [
    { role: "user", content: "Why is the sky blue?" },
  ],
  max_tokens: 512,
  stream: true,
  stream_options: { include_usage: true },
});

let usage;
for await (const chunk of stream) {
  usage = chunk.usage ?? usage;
  for (const choice of chunk.choices) { // empty in the chunk that brings the usage
    process.stdout.write(choice.delta.content ?? "");
  }
}
process.stdout.write("\n");

if (usage) {
  console.log(`${usage.prompt_tokens} tokens in, ${usage.completion_tokens} tokens out`);
}
