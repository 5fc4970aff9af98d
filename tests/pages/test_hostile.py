"""Pages that are made to take all time or all memory: they are read in time that grows as they do, or refused by name."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.errors import UsageError
from aswritten.pages import parse, read_page

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any


def notebook(source: object, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": source}]})


def answers(content: str) -> str:
    return f"openapi: 3\npaths: {{/a: {{post: {{responses: {{200: {{content: {{{content}}}}}}}, x-codeSamples: [{{lang: a, source: b}}]}}}}}}\n"


def samples(source: str) -> str:
    return f"openapi: 3\npaths:\n  /a:\n    post:\n      x-codeSamples:\n      - lang: a\n        source: {source}\n"


#: name -> (the page's name, a page that is about n times as large as for n = 1)
PAGES: dict[str, tuple[str, Callable[[int], str]]] = {
    "Markdown of unclosed tabs": ("a.md", lambda n: "<Tabs>\n<TabItem>\n" * n),
    "Markdown of nested tabs": (
        "a.mdx",
        lambda n: "<Tabs>\n<TabItem>\n" * n + "```sh\na\n```\n" + "</TabItem>\n</Tabs>\n" * n,
    ),
    "Markdown of nested colons": ("a.md", lambda n: "::: a\n" * n + ":::\n" * n),
    "Markdown of colons that end nothing": ("a.md", lambda n: "::::: a\n" * n + ":::\n" * n),
    "Markdown of unclosed directives": ("a.md", lambda n: ":::{code} a\n" * n),
    "Markdown of tags that are never closed": ("a.md", lambda n: "{% highlight a %}\n" * n),
    "Markdown of tags that hold a fence": ("a.md", lambda n: "{% highlight a %}\n{{< highlight a >}}\n" * n + "```\n"),
    "Markdown of unclosed comments": ("a.mdx", lambda n: "<!--\n{/*\n" * n),
    "Markdown with a long title": ("a.md", lambda n: "# " + "{#a " * 10 * n),
    "Markdown with a long info string": ("a.md", lambda n: "```" + 'a="b ' * 10 * n + "\n```\n"),
    "Markdown of link definitions": ("a.md", lambda n: "[a]: b\n" * n),
    "Markdown of deep lists": ("a.md", lambda n: "".join("  " * (i % 30) + "- a\n" for i in range(n))),
    "Markdown of quotes": ("a.md", lambda n: "> > > > a\n" * n),
    "reStructuredText of paragraphs": ("a.rst", lambda n: "a\n\n" * n),
    "reStructuredText of substitutions": (
        "a.rst",
        lambda n: ".. |a| replace:: |b| |b|\n.. |b| replace:: |a| |a|\n" * n,
    ),
    "reStructuredText of includes": ("a.rst", lambda n: ".. include:: a.rst\n\n" * n),
    "reStructuredText of literal blocks": ("a.rst", lambda n: "a::\n\n  b\n\n" * n),
    "reStructuredText of titles": ("a.rst", lambda n: "ab\n==\n\ncd\n--\n\n" * n),
    "reStructuredText of tabs": ("a.rst", lambda n: ".. tab:: a\n\n   .. code:: b\n\n      c\n\n" * n),
    "AsciiDoc of unclosed blocks": ("a.adoc", lambda n: "====\n*****\n----\n" * n),
    "AsciiDoc of long attributes": ("a.adoc", lambda n: "[" + 'a="b,' * 10 * n + "]\n"),
    "AsciiDoc of tabs": ("a.adoc", lambda n: "[tabs]\n====\n" + "a::\n" * n + "====\n"),
    "HTML of unclosed comments": ("a.html", lambda n: "<!-- " * 10 * n),
    "HTML of unclosed comments and an end": ("a.html", lambda n: "<!-- " * 10 * n + ">"),
    "HTML of unclosed tags": ("a.html", lambda n: "<a " * 10 * n),
    "HTML of unclosed end tags": ("a.html", lambda n: "</" * 10 * n + ">"),
    "HTML of unclosed quotes": ("a.html", lambda n: "<a b=\"'" * 10 * n + ">"),
    "HTML of unclosed scripts": ("a.html", lambda n: "<script>" + "</" * 10 * n + ">"),
    "HTML of entities": ("a.html", lambda n: "&amp" * 10 * n),
    "HTML of marked sections": ("a.html", lambda n: "<![CDATA[" * 10 * n),
    "HTML of nested elements": ("a.html", lambda n: "<div>" * 10 * n + "<pre>a</pre>"),
    "HTML of nested panels": ("a.html", lambda n: "<div role=tabpanel>" * n + "<pre>a</pre>" + "</div>" * n),
    "HTML of unclosed panels": ("a.html", lambda n: "<div role=tabpanel>" * n),
    "HTML of labels": ("a.html", lambda n: "<b class=lang>a</b>" * n),
    "HTML of line breaks": ("a.html", lambda n: "<pre>" + "<br>" * 10 * n),
    "components without an end": ("a.mdx", lambda n: "<CodeBlock code={`a\n" * n),
    "components with a quote without an end": ("a.mdx", lambda n: "<CodeBlock a='\n" * n),
    "components with many properties": ("a.mdx", lambda n: ("<CodeBlock " + "a " * 30 + "\n") * (n // 10)),
    "a notebook of empty lists": ("a.ipynb", lambda n: '{"x":[' + "[]," * n + '[]],"cells":[]}'),
    "a notebook with a long cell": ("a.ipynb", lambda n: notebook(["a\n"] * n)),
    "a notebook with a cell of one line": ("a.ipynb", lambda n: notebook(["a"] * n)),
    "a notebook with a long text": ("a.ipynb", lambda n: notebook(["a\n\n"] * n, "markdown")),
    "a notebook of blanks": ("a.ipynb", lambda n: '{"cells":' + " \n" * n + "[]}"),
    "an API of keys": ("a.yaml", lambda n: "openapi: 3\n" + "".join(f"a{i}: &a{i} b\n" for i in range(n))),
    "an API with a long sample": ("a.yaml", lambda n: samples("|\n" + "          b\n" * n)),
    "an API with a folded sample": ("a.yaml", lambda n: samples(">\n" + "          b\n\n" * n)),
    "an API of answers": ("a.yaml", lambda n: answers("".join(f"{i}: {{example: [{{a: [b]}}]}}, " for i in range(n)))),
    "an API with a long answer": ("a.yaml", lambda n: answers(f"json: {{example: [{'{a: b}, ' * n}]}}")),
    "an API with a sample of one line": ("a.yaml", lambda n: samples('"' + "b\\n" * n + '"')),
}
SMALL, LARGE = 300, 1200


def work(name: str, text: str) -> int:
    """Lines of Python that reading a page takes: a measure that no other process disturbs."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        with contextlib.suppress(UsageError):
            parse(Path(name), name, text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", PAGES)
def test_work_grows_as_the_page_does(name: str) -> None:
    file, page = PAGES[name]
    work(file, page(1))  # imports
    small, large = work(file, page(SMALL)), work(file, page(LARGE))
    assert large <= small * 1.5 * LARGE / SMALL, (small, large)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("a.md", "```python\n" + "print(1)  # a line like others\n" * 330_000),
        ("a.md", "word " * 2_000_000),
        ("a.rst", ("word " * 60 + "\n") * 33_300),
        ("a.adoc", "----\n" + "print(1)  # a line like others\n" * 330_000),
        ("a.html", "<pre>" + "print(1)  # a line like others\n" * 330_000),
        ("a.ipynb", notebook("print(1)  # a line like others\n" * 330_000)),
    ],
    ids=lambda value: value if len(value) < 9 else "",
)
def test_a_page_of_ten_megabytes_is_read(name: str, page: str) -> None:
    assert len(page) > 9_900_000
    assert len(parse(Path(name), name, page).blocks) == (not page.startswith("word"))


BLOCKS = {
    "a.md": "Text.\n\n```sh\na\n```\n\n",
    "a.mdx": "Text.\n\n```sh\na\n```\n\n",
    "a.rst": "Text.\n\n.. code:: sh\n\n   a\n\n",
    "a.adoc": "Text.\n\n[source,sh]\n----\na\n----\n\n",
    "a.html": "<p>Text.</p>\n<pre class='language-sh'>a</pre>\n",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_five_thousand_blocks_are_read(name: str) -> None:
    blocks = parse(Path(name), name, BLOCKS[name] * 5_000).blocks
    assert len(blocks) == 5_000
    assert {(block.text, block.tag, block.prose) for block in blocks} == {("a\n", "sh", "Text.")}


def test_five_thousand_cells_and_samples_are_read() -> None:
    cells = [{"cell_type": "code", "source": ["a\n"], "outputs": []}] * 5_000
    assert len(parse(Path("a.ipynb"), "a.ipynb", json.dumps({"cells": cells}, indent=1)).blocks) == 5_000
    page = samples("|\n          b\n") + "      - lang: a\n        source: c\n" * 4_999
    assert len(parse(Path("a.yaml"), "a.yaml", page).blocks) == 5_000


@pytest.mark.parametrize("name", ["a.md", "a.adoc", "a.html"])
def test_a_page_of_too_many_blocks_is_refused_at_the_first_of_them(name: str) -> None:
    with pytest.raises(
        UsageError, match=rf"^{name}:\d+: expected at most 10000 blocks on one page, got 10001: split the page$"
    ):
        parse(Path(name), name, BLOCKS[name] * 10_001)


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("a.md", "\n" * 500_000),
        ("a.html", "<pre>" + "<br>" * 500_002),
        ("a.html", "<p>a" * 250_001),
        ("a.ipynb", notebook(["a\n"] * 500_002)),
        ("a.ipynb", notebook("\n" * 500_002, "markdown")),
    ],
    ids=lambda value: value if len(value) < 9 else "",
)
def test_a_page_of_too_many_lines_is_refused(name: str, page: str) -> None:
    with pytest.raises(UsageError, match=rf"^{name}:\d+: expected a page of at most 500000 lines"):
        parse(Path(name), name, page)


@pytest.mark.parametrize(
    ("name", "page", "message"),
    [
        (
            "a.rst",
            "a\n" + "- " * 60_000,
            "a.rst:2: expected lines of at most 100000 characters, got 120000: break the line",
        ),
        (
            "a.html",
            "<p>\n" + "<a " * 600_000 + ">",
            "a.html:2: expected tags of at most 500000 attributes: close the tag",
        ),
    ],
    ids=["rst", "html"],
)
def test_what_a_parser_would_copy_too_often_is_refused(name: str, page: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(Path(name), name, page)
    assert str(caught.value) == message


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that no disk holds
    with pytest.raises(UsageError) as caught:
        read_page(path, "a.ipynb")
    assert str(caught.value) == "a.ipynb: expected a page of at most 32 MiB, and it is larger: split it"
