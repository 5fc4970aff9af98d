# The key is wrong on purpose. Yours comes from $NOVITA_API_KEY.
status=$(curl -sS -o response.json -w '%{http_code}' "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer wrong-key" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "system", "content": "Act like you are a helpful assistant."},
      {"role": "user", "content": "Hi there!"}
    ],
    "max_tokens": 512
  }')

if [ "$status" = 401 ]; then
  echo "Novita does not know this API key: see https://novita.ai/settings/key-management"
else
  cat response.json
fi
