from openai import AuthenticationError, OpenAI

client = OpenAI(
    base_url="https://api.novita.ai/v3/openai",
    api_key="wrong-key",  # on purpose: yours comes from os.environ["NOVITA_API_KEY"]
)

try:
    completion = client.chat.completions.create(
        model="microsoft/wizardlm-2-8x22b",
        messages=[
            {"role": "system", "content": "Act like you are a helpful assistant."},
            {"role": "user", "content": "Hi there!"},
        ],
        max_tokens=512,
    )
    print(completion.choices[0].message.content or "")
except AuthenticationError:
    print("Novita does not know this API key: see https://novita.ai/settings/key-management")
