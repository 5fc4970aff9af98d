import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

const completion = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [
    { role: "system", content: "Answer with a JSON object that has the keys title, author and year." },
    { role: "user", content: "Which novel is set on the planet Arrakis?" },
  ],
  max_tokens: 512,
  response_format: { type: "json_object" },
});

const book = JSON.parse(completion.choices[0].message.content ?? "{}");
console.log(JSON.stringify(book, null, 2));
