import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)

completion = client.chat.completions.create(
    model="microsoft/wizardlm-2-8x22b",
    messages=[
        {"role": "system", "content": "Act like you are a helpful assistant."},
        {"role": "user", "content": "Hi there!"},
    ],
    max_tokens=512,
)

print(completion.choices[0].message.content or "")
