ask() {
  curl -sS -w '\n' "https://api.novita.ai/v3/openai/chat/completions" \
    -H "Content-Type: application/json" \
    -H "Authorization: Bearer $NOVITA_API_KEY" \
    -d '{
      "model": "microsoft/wizardlm-2-8x22b",
      "messages": [
        {"role": "user", "content": "'"$1"'"}
      ],
      "max_tokens": 64
    }'
}

ask "Name a river in Africa." > africa.json &
ask "Name a river in Asia." > asia.json &
ask "Name a river in Europe." > europe.json &
wait

cat africa.json asia.json europe.json
