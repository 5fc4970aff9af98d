# The first answer is a call of your function ...
curl -N "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "user", "content": "Do I need an umbrella in Oslo?"}
    ],
    "tools": [
      {
        "type": "function",
        "function": {
          "name": "get_weather",
          "description": "Get the current weather in a city.",
          "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"]
          }
        }
      }
    ],
    "max_tokens": 512,
    "stream": true
  }'

# ... and the second request brings what the function returned.
curl -N "https://api.novita.ai/v3/openai/chat/completions" \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer $NOVITA_API_KEY" \
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [
      {"role": "user", "content": "Do I need an umbrella in Oslo?"},
      {
        "role": "assistant",
        "content": null,
        "tool_calls": [
          {
            "id": "call_e41d79c3b05f48aa",
            "type": "function",
            "function": {"name": "get_weather", "arguments": "{\"city\": \"Oslo\"}"}
          }
        ]
      },
      {
        "role": "tool",
        "tool_call_id": "call_e41d79c3b05f48aa",
        "content": "18 degrees and light rain in Oslo"
      }
    ],
    "tools": [
      {
        "type": "function",
        "function": {
          "name": "get_weather",
          "description": "Get the current weather in a city.",
          "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"]
          }
        }
      }
    ],
    "max_tokens": 512,
    "stream": true
  }'
