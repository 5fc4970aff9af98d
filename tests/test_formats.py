"""One page in every format: the rest of the program takes its blocks for the same."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent

import pytest

from aswritten.classify import classify
from aswritten.pages import parse

INSTALL = "pip install openai\n"
CURL = """\
curl https://api.example.com/v1/chat/completions \\
  -H "Content-Type: application/json" \\
  -d '{"model": "model-a", "messages": [{"role": "user", "content": "Hello"}]}'
"""
CLIENT = """\
from openai import OpenAI

client = OpenAI(base_url="https://api.example.com/v1", api_key="none")
"""
PYTHON = """\
answer = client.chat.completions.create(model="model-a", messages=[{"role": "user", "content": "Hello"}])
print(answer.choices[0].message.content)
"""
PRINTED = "Hello! How can I help?\n"
#: (tag, text) of each block, and what it is.
BLOCKS = [("bash", INSTALL), ("bash", CURL), ("python", CLIENT), ("python", PYTHON), ("output", PRINTED)]
KINDS = [("install", "curl"), ("sample", "curl"), ("fragment", "python"), ("sample", "python"), ("output", "")]


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def notebook() -> str:
    sources = [f"!{INSTALL}", f"%%bash\n{CURL}", CLIENT, PYTHON]
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "outputs": [], "source": source.splitlines(keepends=True)} for source in sources
    ]
    cells[-1]["outputs"] = [{"name": "stdout", "output_type": "stream", "text": [PRINTED]}]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": ["# Chat"]}, *cells], "metadata": {}}, indent=1)


PAGES = {
    "page.md": "# Chat\n\n" + "\n".join(f"Text.\n\n```{tag}\n{text}```\n" for tag, text in BLOCKS),
    "myst.md": "# Chat\n\n" + "\n".join(f"Text.\n\n:::{{code-block}} {tag}\n:linenos:\n\n{text}:::\n" for tag, text in BLOCKS),
    "page.mdx": "# Chat\n\n" + "\n".join(f"<Step>\n    ```{tag}\n{indent(text, '    ')}    ```\n</Step>\n" for tag, text in BLOCKS),
    "page.rst": "Chat\n====\n\n" + "\n".join(f".. code-block:: {tag}\n   :linenos:\n\n{indent(text, '   ')}" for tag, text in BLOCKS),
    "page.adoc": "== Chat\n\n" + "\n".join(f"[source,{tag}]\n----\n{text}----\n" for tag, text in BLOCKS),
    "page.html": "<h1>Chat</h1>\n" + "".join(f"<pre><code class='language-{tag}'>{escaped(text)}</code></pre>\n" for tag, text in BLOCKS),
    "minified.html": "<h1>Chat</h1>"
    + "".join(
        f"<pre class='language-{tag}'>{''.join(f'<span>{escaped(line)}<br></span>' for line in text.splitlines())}</pre>"
        for tag, text in BLOCKS
    ),
    "page.ipynb": notebook(),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_blocks_are_taken_for_the_same_in_every_format(name: str) -> None:
    page = parse(Path(name), name, PAGES[name])
    assert [block.text for block in page.blocks] == [text for _, text in BLOCKS]
    roles = classify(page)
    assert [(role.kind, role.language) for role in roles] == KINDS
    assert roles[3].earlier == (page.blocks[2],)
    assert roles[4].of == page.blocks[3]
    assert {block.headings for block in page.blocks} == {("Chat",)}


def test_an_apis_samples_are_taken_for_what_they_are() -> None:
    tags = [("Shell", CURL), ("Python", CLIENT + PYTHON)]
    items = "".join(f"      - lang: {tag}\n        source: |\n{indent(text, ' ' * 10)}" for tag, text in tags)
    text = f"openapi: 3.1.0\npaths:\n  /v1/chat/completions:\n    post:\n      x-codeSamples:\n{items}"
    page = parse(Path("api.yaml"), "api.yaml", text)
    assert [(role.kind, role.language) for role in classify(page)] == [("sample", "curl"), ("sample", "python")]
