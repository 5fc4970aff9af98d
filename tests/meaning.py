"""Samples with a mistake each, and without one, of which a page says what is meant by them."""

from __future__ import annotations

import platformdirs

CACHE = platformdirs.user_cache_path("aswritten")
CURL = "curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
OPENAI = "from openai import OpenAI\nclient = OpenAI(api_key='k', base_url='https://api.example.com/v1')\n"
NO_MESSAGES = CURL.format(body='{"model": "m"}')
ASYNC = (
    "from openai import AsyncOpenAI\nasync def main():\n"
    "    await AsyncOpenAI(api_key='k').chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'Hi'}])\n"
)
UNKNOWN = f"{OPENAI}client.chat.completions.create(model='m', messages=questions)"
TYPO = f"{OPENAI}client.chat.completions.create(model='m', massages=[])"
OLD = "import openai\nopenai.api_key = 'k'\nopenai.ChatCompletion.create(model='m', messages=[{'role': 'user', 'content': 'Hi'}])\n"
