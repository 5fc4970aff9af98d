import OpenAI from "openai";

const client = new OpenAI({
  baseURL: "https://api.novita.ai/v3/openai",
  apiKey: process.env.NOVITA_API_KEY,
});

function getWeather({ city }) {
  return `18 degrees and light rain in ${city}`;
}

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Get the current weather in a city.",
      parameters: {
        type: "object",
        properties: { city: { type: "string" } },
        required: ["city"],
      },
    },
  },
];
const messages = [{ role: "user", content: "What is the weather in Paris?" }];

async function ask() {
  const completion = await client.chat.completions.create({
    model: "microsoft/wizardlm-2-8x22b",
    messages,
    tools,
    max_tokens: 512,
  });
  return completion.choices[0].message;
}

let message = await ask();
if (message.tool_calls?.length) {
  messages.push(message);
  for (const call of message.tool_calls) {
    console.log(`${call.function.name} ${call.function.arguments}`);
    const result = getWeather(JSON.parse(call.function.arguments));
    messages.push({ role: "tool", tool_call_id: call.id, content: result });
  }
  message = await ask();
}

console.log(message.content ?? "");
