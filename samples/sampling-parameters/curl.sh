curl "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "user", "content": "Suggest a name for a bakery by the sea."}
    ],
    "max_tokens": 64,
    "temperature": 0.8,
    "top_p": 0.9,
    "presence_penalty": 0.2,
    "frequency_penalty": 0.3,
    "seed": 42,
    "stop": ["###"],
    "top_k": 40,
    "min_p": 0.05,
    "repetition_penalty": 1.1
  }'
