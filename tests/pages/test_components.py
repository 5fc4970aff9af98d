"""Components of MDX that show code, and those that only look like them."""

from __future__ import annotations

import pytest

from aswritten.pages import mdx

SHOWN = 'curl https://api.example.com/v1/models \\\\\n  -H "Authorization: Bearer \\${KEY}"'
TEXT = 'curl https://api.example.com/v1/models \\\n  -H "Authorization: Bearer ${KEY}"\n'


def told(page: str) -> list[tuple[int, int, str, str]]:
    return [(block.line, block.first_line, block.tag, block.text) for block in mdx.read("p.mdx", page)]


@pytest.mark.parametrize(
    ("page", "line", "first"),
    [
        (f'<DynamicCodeBlock lang="bash" code={{`{SHOWN}`}} />\n', 1, 1),
        (f"<Code code={{`{SHOWN}\n`}} lang='bash' />\n", 1, 1),
        (f'<Tabs>\n  <Tab value="cURL">\n    <CodeBlock\n      language="bash"\n      code={{`\n{SHOWN}`}}\n    />\n  </Tab>\n</Tabs>\n', 3, 6),
        (f'words\n<CodeBlock language="bash" showLineNumbers wide={{true}}>\n{{`{SHOWN}`}}\n</CodeBlock>\nwords\n', 2, 3),
        (f'- item\n\n  <CodeSnippet syntax="bash">{{`{SHOWN}`}}</CodeSnippet>\n', 3, 3),
    ],
)  # fmt: skip
def test_a_component_that_shows_code_is_a_block(page: str, line: int, first: int) -> None:
    assert told(page) == [(line, first, "bash", TEXT)]


def test_its_title_is_the_blocks() -> None:
    (block,) = mdx.read("p.mdx", '<CodeBlock language="js" title="a.js">{`a()`}</CodeBlock>\n')
    assert block.info == 'js title="a.js"'


def test_what_stands_behind_it_is_read_on() -> None:
    page = '<Code lang="js" code={`a()\n\n# b\n`} />\n\n## Heading\n\n```sh\nc\n```\n'
    blocks = mdx.read("p.mdx", page)
    assert [(block.text, block.headings) for block in blocks] == [("a()\n\n# b\n", ()), ("c\n", ("Heading",))]


@pytest.mark.parametrize(
    "page",
    [
        "<CodeBlock code={`curl ${url}`} />\n",
        "<CodeBlock code={text} />\n",
        "<CodeBlock>{`a`}\n",
        "<CodeBlock code={`a} />\n",
        "<Encoder code={`a`} />\n",
        "`<CodeBlock code={`a`} />`\n",
        "<CodeBlock src='a.py' />\n",
    ],
)
def test_what_shows_no_text_of_its_own_is_none(page: str) -> None:
    assert mdx.read("p.mdx", page) == ()
