"""Pages made of a few blocks, and their verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs

from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Verdict

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"
CACHE = platformdirs.user_cache_path("aswritten")
SAMPLE = f"```bash\n{CALL}\n```\n"
CHAT = """
response = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
print(response.choices[0].message.content)
"""
IMPORTING = """\
import {module}
import requests

requests.post(
    "https://api.example.com/v1/chat/completions",
    json={{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}]}},
)
"""
OPENAI = (
    "from openai import OpenAI\nclient = OpenAI(api_key='k', base_url='https://api.example.com/v1', max_retries=0)\n"
)
ASK = "r = client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'Hi'}])\n"
SAYS = "r.choices[0].message.content"
NODE = """\
const r = await fetch("https://api.example.com/v1/chat/completions", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "Hi" }] }),
});
const a = await r.json();
"""


def page(folder: Path, text: str, **settings: str) -> Path:
    (folder / "page.md").write_text(text, encoding="utf-8")
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (folder / "aswritten.yaml").write_text(lines, encoding="utf-8")
    return folder / "page.md"


def verdicts(path: Path, verifier: Verifier, options: Options | None = None) -> list[Verdict]:
    case = open_case(path, path.name, options or Options(cache=CACHE))
    return [verifier.judge(case, role) for role in case.roles]
