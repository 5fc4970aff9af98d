import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)

messages = [{"role": "system", "content": "You answer in one sentence."}]

for question in ["What is the capital of France?", "Which river runs through it?"]:
    messages.append({"role": "user", "content": question})
    completion = client.chat.completions.create(
        model="microsoft/wizardlm-2-8x22b",
        messages=messages,
        max_tokens=512,
    )
    answer = completion.choices[0].message.content or ""
    messages.append({"role": "assistant", "content": answer})
    print(answer)
