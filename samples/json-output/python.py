import json
import os

from openai import OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key=os.environ["NOVITA_API_KEY"],
)

completion = client.chat.completions.create(
    model="microsoft/wizardlm-2-8x22b",
    messages=[
        {"role": "system", "content": "Answer with a JSON object that has the keys title, author and year."},
        {"role": "user", "content": "Which novel is set on the planet Arrakis?"},
    ],
    max_tokens=512,
    response_format={"type": "json_object"},
)

book = json.loads(completion.choices[0].message.content or "{}")
print(json.dumps(book, indent=2))
