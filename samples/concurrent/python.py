import asyncio
import os

from openai import AsyncOpenAI


async def ask(client, question):
    completion = await client.chat.completions.create(
        model="microsoft/wizardlm-2-8x22b",
        messages=[
            {"role": "user", "content": question},
        ],
        max_tokens=64,
    )
    return completion.choices[0].message.content or ""


async def main():
    async with AsyncOpenAI(
        base_url="https://api.novita.ai/v3/openai",
        api_key=os.environ["NOVITA_API_KEY"],
    ) as client:
        answers = await asyncio.gather(
            ask(client, "Name a river in Africa."),
            ask(client, "Name a river in Asia."),
            ask(client, "Name a river in Europe."),
        )
    for answer in answers:
        print(answer)


asyncio.run(main())
