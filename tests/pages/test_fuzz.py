"""Every reader on texts that nobody wrote: it gives blocks that stand on the page, or says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.errors import UsageError
from aswritten.pages import FORMATS, parse

if TYPE_CHECKING:
    from aswritten.model import Page

#: Pieces of each format's grammar. What is between them is a blank, a line break or nothing.
GRAMMAR: dict[str, list[str]] = {
    "a.md": [
        *("```", "````", "~~~", "- ", "1. ", "> ", "    ", "# H", "===", "---", "<pre>", "</pre>", "<!--", "-->", "{/*", "*/}"),
        *("<Tabs>", "</Tabs>", "<TabItem>", "</TabItem>", '=== "A"', "{% tabs %}", "{% tab %}", "{% endtab %}", "{% endtabs %}"),
        *("```{code-block} python", ":caption: x", "```{note}", "````{tab-set}", "```{tab-item} X", "```{eval-rst}", ".. code:: x\n\n   y"),
        *(":::{code} sh", ":::", "::::{tab-set}", ":::{tab-item} A", "::: code-group", "== a", "@tab b", "/// tab | x", "///", '```js tab="a"'),
        *("{% highlight sh %}", "{% endhighlight %}", "{{< highlight a >}}", "{{< /highlight >}}", '{{< tab lang="a" >}}', "{{< /tab >}}"),
        *("<!-- aswritten: file x -->", "<h1>a</h1>", "| a |", "[a]: b", "text"),
    ],
    "a.rst": [
        *(".. code-block:: python", ".. code::", "::", ":opt: x", "   ", "..", ".. note::", ".. tabs::", ".. tab:: X", ".. our-own:: x"),
        *(".. |a| replace:: |b|", ".. |a| image:: b", ".. [1] a", ".. [#a] b", ".. _a: b", "__ x", "====", "----", "====\na\n===="),
        *("- ", "1. ", "(a) ", ":a: b", "-a  b", "--foo=x  y", "| a", ">>> x", "+--+--+\n|a |b |\n+==+==+", "+--+", "== ==", "= =\na b\n= ="),
        *("`x`_", "*a", "\\", ".. include:: /etc/hostname", ".. csv-table::\n   :file: /etc/hostname", ".. raw:: html", ".. figure:: x"),
        *(".. highlight:: sh", ".. role:: x", ".. default-role:: y", ".. class:: a", ".. table::", ".. aswritten: file x", "a::", "> b", "text"),
    ],
    "a.adoc": [
        *("----", "-----", "....", "====", "=====", "--", "****", "____", "```py", "```", "////", "++++", "|===", ".Title", "= T", "== S"),
        *("[tabs]", "a::", "+", "[source,python]", "[source]", "[,sh]", "[source%a.b#c,x,indent=0]", '[a="b,c",d]', "[listing]", "[[a]]"),
        *('[source,java,role="primary"]', '[source,kotlin,role="secondary"]', ":source-language: x", "include::x[]", "// aswritten: file x", "text"),
    ],
    "a.html": [
        *("<", "</", ">", "<pre>", "</pre>", "<br>", "</br>", "<div>", "</div>", "<div class='tabbed-block'>", "<div class=code-group>", "<p>"),
        *("<code class=language-x>", "</code>", "<span class=linenos>", "<span class=lang>", "</span>", "<button>", "</button>", "<h1>", "</h1>"),
        *("<!--", "-->", "<![CDATA[", "<![foo[", "]]>", "<!x", "<?a", "<!DOCTYPE [", "&amp;", "&#10;", "&#x", "&", '<a b="', "'", '"', "="),
        *("<script>", "</script>", "<svg/>", "<title>", "<textarea>", "<table><tr><td>", "</table>", "<li>", "<!-- aswritten: file x -->", "text"),
    ],
    "a.yaml": [
        *("openapi: 3", "paths:", "  /a:", "    post:", "      x-codeSamples:", "        - lang: a", "          source: |", "            b"),
        *("          source: >", '"a\\nb"', "&a ", "*a", "<<: *a", "!!x ", "{", "}", "[", "]", ",", ": ", "? ", "'", '"', "%YAML 1.1", "---", "...", "#"),
    ],
    "a.ipynb": [
        *('{"cells":[', "]}", "]", "}", "{", "[", ",", ":", '"', '"x"', "1", "null", "tru", "\\ud800", '"outputs":[', '"metadata":{"kernelspec":'),
        *('{"cell_type":"code","source":', '{"cell_type":"markdown","source":', '["a\\n","!b\\n"]', '"%%bash\\nx"', '"```sh\\na\\n```\\n"'),
    ],
}  # fmt: skip
GRAMMAR["a.mdx"] = GRAMMAR["a.md"]
GRAMMAR["a.json"] = [piece.replace("cells", "paths") for piece in GRAMMAR["a.ipynb"]]
#: Formats whose blocks are lines of the page as they stand there.
BY_LINES = {"a.md", "a.mdx", "a.rst", "a.adoc"}


def shaped(pieces: list[str]) -> st.SearchStrategy[str]:
    parts = st.tuples(
        st.sampled_from(pieces) | st.text(max_size=4), st.sampled_from(["\n", "\n", "\n\n", "\n   ", " ", ""])
    )
    return st.lists(parts, max_size=25).map(lambda found: "".join(piece + gap for piece, gap in found))


def read(name: str, text: str) -> Page | None:
    try:
        return parse(Path(name), name, text)
    except UsageError as error:
        told = str(error)
    assert told.startswith(f"{name}:")
    return None


def hold(page: Page | None) -> None:
    """Blocks stand in the order of the page, within it, and on the lines that they tell."""
    if page is None:
        return
    lines = page.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    before = 1
    for index, block in enumerate(page.blocks):
        assert block.index == index
        assert 1 <= block.line <= block.first_line <= block.page_line(block.text.count("\n")) <= len(lines)
        assert block.text == "" or block.text.endswith("\n")
        block.text.encode()
        assert (
            before <= block.line or page.path == "a.ipynb"
        )  # a notebook's file has what a cell prints in front of its code
        before = block.line
        if page.path in BY_LINES:
            for number, line in enumerate(block.text.split("\n")[:-1], 1):
                assert plain(line) in plain(lines[block.page_line(number) - 1])


def plain(line: str) -> str:
    """A line without blanks and separators, which reStructuredText takes for one another."""
    return "".join(line.replace("\0", "\ufffd").split())


@pytest.mark.parametrize("name", GRAMMAR)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_text_in_the_shape_of_a_format_is_read(name: str, data: st.DataObject) -> None:
    hold(read(name, data.draw(shaped(GRAMMAR[name]))))


@pytest.mark.parametrize("name", GRAMMAR)
@given(text=st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(name: str, text: str) -> None:
    hold(read(name, text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["cell_type", "source", "outputs", "data", "x"]), inner, max_size=4)
    ),
    max_leaves=10,
)
SOURCE = st.text(max_size=30) | st.lists(
    st.sampled_from(["a\n", "!b\n", "%c\n", "%%bash\n", "\\\n", "\n", "```sh\n", "# d\n"]) | st.text(max_size=5),
    max_size=8,
)
CELL = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw"]), "source": SOURCE | JSON},
    optional={
        "outputs": st.lists(
            st.fixed_dictionaries(
                {
                    "output_type": st.sampled_from(["stream", "execute_result"]),
                    "name": st.just("stdout"),
                    "text": SOURCE,
                    "data": st.fixed_dictionaries({"text/plain": SOURCE}) | JSON,
                }
            ),
            max_size=2,
        )
        | JSON
    },
)


@given(cells=st.lists(CELL | JSON, max_size=5), metadata=JSON, indent=st.sampled_from([None, 1]))
@settings(max_examples=200, deadline=None)
def test_a_file_with_any_cells_is_read(cells: list[object], metadata: object, indent: int | None) -> None:
    page = read("a.ipynb", json.dumps({"cells": cells, "metadata": metadata}, indent=indent))
    assert page is not None
    hold(page)


def test_every_format_is_read_here() -> None:
    covered = {Path(name).suffix for name in GRAMMAR}
    assert [known for known in FORMATS if known.IN_WALKS and not known.SUFFIXES & covered] == []
