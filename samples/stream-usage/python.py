import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)

stream = client.chat.completions.create(
    model="microsoft/wizardlm-2-8x22b",
    messages=[
        {"role": "user", "content": "Why is the sky blue?"},
    ],
    max_tokens=512,
    stream=True,
    stream_options={"include_usage": True},
)

usage = None
for chunk in stream:
    usage = chunk.usage or usage
    for choice in chunk.choices:  # empty in the chunk that brings the usage
        print(choice.delta.content or "", end="", flush=True)
print()

if usage:
    print(f"{usage.prompt_tokens} tokens in, {usage.completion_tokens} tokens out")
