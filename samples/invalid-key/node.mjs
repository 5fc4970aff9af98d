import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: "wrong-key", // on purpose: yours comes from process.env.NOVITA_API_KEY
});

try {
  const completion = await client.chat.completions.create({
    model: "microsoft/wizardlm-2-8x22b",
    messages: [
      { role: "system", content: "Act like you are a helpful assistant." },
      { role: "user", content: "Hi there!" },
    ],
    max_tokens: 512,
  });
  console.log(completion.choices[0].message.content ?? "");
} catch (error) {
  if (!(error instanceof OpenAI.AuthenticationError)) throw error;
  console.log("Novita does not know this API key: see https://novita.ai/settings/key-management");
}
