import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)

completion = client.chat.completions.create(
    model="microsoft/wizardlm-2-8x22b",
    messages=[
        {"role": "user", "content": "Suggest a name for a bakery by the sea."},
    ],
    max_tokens=64,
    temperature=0.8,
    top_p=0.9,
    presence_penalty=0.2,
    frequency_penalty=0.3,
    seed=42,
    stop=["###"],
    # Novita's own parameters, which the OpenAI client has no arguments for.
    extra_body={"top_k": 40, "min_p": 0.05, "repetition_penalty": 1.1},
)

print(completion.choices[0].message.content or "")
