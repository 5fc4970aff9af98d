curl "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "system", "content": "Act like you are a helpful assistant."},
      {"role": "user", "content": "Hi there!"}
    ],
    "max_tokens": 512
  }'
