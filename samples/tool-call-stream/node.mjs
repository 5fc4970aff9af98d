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
const messages = [{ role: "user", content: "Do I need an umbrella in Oslo?" }];

// Prints the answer as it comes; returns it with its tool calls, put together again.
async function ask() {
  const stream = await client.chat.completions.create({
    model: "microsoft/wizardlm-2-8x22b",
    messages,
    tools,
    max_tokens: 512,
    stream: true,
  });
  let content = "";
  const calls = [];
  for await (const chunk of stream) {
    for (const { delta } of chunk.choices) {
      const text = delta.content ?? "";
      process.stdout.write(text);
      content += text;
      for (const part of delta.tool_calls ?? []) {
        const call = (calls[part.index] ??= {
          id: "",
          type: "function",
          function: { name: "", arguments: "" },
        });
        call.id += part.id ?? "";
        call.function.name += part.function?.name ?? "";
        call.function.arguments += part.function?.arguments ?? "";
      }
    }
  }
  const message = { role: "assistant", content: content || null };
  if (calls.length) message.tool_calls = calls;
  return message;
}

const message = await ask();
if (message.tool_calls) {
  messages.push(message);
  for (const call of message.tool_calls) {
    console.log(`${call.function.name} ${call.function.arguments}`);
    const result = getWeather(JSON.parse(call.function.arguments));
    messages.push({ role: "tool", tool_call_id: call.id, content: result });
  }
  await ask();
}
process.stdout.write("\n");
