"""Blocks of a page, and what they are taken for."""

from __future__ import annotations

from textwrap import dedent

from aswritten.classify import Role, classify
from aswritten.model import Page
from aswritten.pages.mdx import read

CURL = '```bash\ncurl https://api.example.com/v1/chat/completions -d \'{"model": "m"}\'\n```\n'
CURL_STREAM = "```bash\ncurl https://api.example.com/v1/chat/completions -d '{\"stream\": true}'\n```\n"
PYTHON = (
    "```python\nfrom openai import OpenAI\nclient = OpenAI()\nanswer = client.chat.completions.create(model='m')\n```\n"
)
NODE = '```js\nimport OpenAI from "openai";\nconst client = new OpenAI();\nconst answer = await client.chat.completions.create({});\n```\n'
COMPLETION = '```json\n{"object": "chat.completion", "choices": []}\n```\n'


def roles(*parts: str) -> tuple[Role, ...]:
    text = "\n".join(dedent(part) for part in parts)
    return classify(Page("page.mdx", text, read("page.mdx", text)))


def only(*parts: str) -> Role:
    """The last block's role."""
    return roles(*parts)[-1]


def kinds(*parts: str) -> list[str]:
    return [role.kind for role in roles(*parts)]


def lines(role: Role) -> list[int]:
    return [block.line for block in role.earlier]
