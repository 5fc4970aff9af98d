curl "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "system", "content": "Answer with a JSON object that has the keys title, author and year."},
      {"role": "user", "content": "Which novel is set on the planet Arrakis?"}
    ],
    "max_tokens": 512,
    "response_format": {"type": "json_object"}
  }'
