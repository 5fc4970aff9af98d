import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
  maxRetries: 5,
});

const completion = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [
    { role: "user", content: "What does HTTP status 429 mean?" },
  ],
  max_tokens: 512,
});

console.log(completion.choices[0].message.content ?? "");
