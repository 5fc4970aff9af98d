import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

const completion = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [
    { role: "system", content: "Act like you are a helpful assistant." },
    { role: "user", content: "Hi there!" },
  ],
  max_tokens: 512,
});

console.log(completion.choices[0].message.content ?? "");
