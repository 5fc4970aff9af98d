import json
import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)


def get_weather(city):
    return f"18 degrees and light rain in {city}"


tools = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the current weather in a city.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]
messages = [{"role": "user", "content": "What is the weather in Paris?"}]


def ask():
    completion = client.chat.completions.create(
        model="microsoft/wizardlm-2-8x22b",
        messages=messages,
        tools=tools,
        max_tokens=512,
    )
    return completion.choices[0].message


message = ask()
if message.tool_calls:
    messages.append(message)
    for call in message.tool_calls:
        print(f"{call.function.name} {call.function.arguments}")
        result = get_weather(**json.loads(call.function.arguments))
        messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
    message = ask()

print(message.content or "")
