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
messages = [{"role": "user", "content": "Do I need an umbrella in Oslo?"}]


def ask():
    """Print the answer as it comes; return it with its tool calls, put together again."""
    stream = client.chat.completions.create(
        model="microsoft/wizardlm-2-8x22b",
        messages=messages,
        tools=tools,
        max_tokens=512,
        stream=True,
    )
    content, calls = "", {}
    for chunk in stream:
        for choice in chunk.choices:
            text = choice.delta.content or ""
            print(text, end="", flush=True)
            content += text
            for part in choice.delta.tool_calls or []:
                call = calls.setdefault(
                    part.index,
                    {"id": "", "type": "function", "function": {"name": "", "arguments": ""}},
                )
                call["id"] += part.id or ""
                if part.function:
                    call["function"]["name"] += part.function.name or ""
                    call["function"]["arguments"] += part.function.arguments or ""
    message = {"role": "assistant", "content": content or None}
    if calls:
        message["tool_calls"] = list(calls.values())
    return message


message = ask()
if message.get("tool_calls"):
    messages.append(message)
    for call in message["tool_calls"]:
        function = call["function"]
        print(f"{function['name']} {function['arguments']}")
        result = get_weather(**json.loads(function["arguments"]))
        messages.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    ask()
print()
