curl --fail --retry 5 "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "user", "content": "What does HTTP status 429 mean?"}
    ],
    "max_tokens": 512
  }'
