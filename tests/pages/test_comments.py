"""In every format a comment that no reader sees says something of the block right below it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aswritten.model import Comment
from aswritten.pages import parse

CELLS = [
    {"cell_type": "markdown", "metadata": {}, "source": ["<!-- aswritten: skip it -->"]},
    {"cell_type": "code", "metadata": {}, "source": ["print(1)"], "outputs": [], "execution_count": None},
]
PAGES = {
    "page.md": "<!-- aswritten: skip it -->\n```sh\na\n```\n",
    "list.md": "1. Do:\n\n   <!-- aswritten: skip it -->\n   ```sh\n   a\n   ```\n",
    "quote.md": "> <!-- aswritten: skip it -->\n> ```sh\n> a\n> ```\n",
    "page.mdx": "<Tab>\n  {/* aswritten: skip it */}\n  ```sh\n  a\n  ```\n</Tab>\n",
    "myst.md": "% aswritten: skip it\n:::{code-block} sh\na\n:::\n",
    "page.rst": ".. aswritten: skip it\n\n.. code:: sh\n\n   a\n",
    "page.adoc": "// aswritten: skip it\n[source,sh]\n----\na\n----\n",
    "page.html": "<p>Do:</p><!-- aswritten: skip it --><pre><code class='language-sh'>a\n</code></pre>",
    "page.ipynb": json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_block_right_below_has_it(name: str) -> None:
    (block,) = parse(Path(name), name, PAGES[name]).blocks
    assert [(comment.text, comment.is_above) for comment in block.comments] == [("skip it", True)]


@pytest.mark.parametrize("name", PAGES)
def test_above_nothing_it_is_kept_with_the_nearest(name: str) -> None:
    text = PAGES[name]
    if name.endswith(".ipynb"):
        cells = [CELLS[1], CELLS[0]]
        text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    else:
        shown = "<!-- aswritten: skip it -->"
        comment = shown if shown in text else next(line for line in text.splitlines() if "aswritten" in line)
        text = f"{text.replace(comment, '')}\n\n{comment.strip()}\n\nWords.\n"
    (block,) = parse(Path(name), name, text).blocks
    assert [comment.is_above for comment in block.comments] == [False]


def test_a_comment_has_its_line_of_the_page() -> None:
    (block,) = parse(Path("p.md"), "p.md", "---\ntitle: x\n---\n\n<!-- aswritten: skip it -->\n```sh\na\n```\n").blocks
    assert block.comments == (Comment(5, "skip it"),)
