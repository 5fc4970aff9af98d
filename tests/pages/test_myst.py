"""MyST in Markdown pages: directives that are code, that hold Markdown, that are tabs, and that are neither."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from aswritten.pages import markdown

if TYPE_CHECKING:
    from aswritten.model import Block


def read(text: str) -> tuple[Block, ...]:
    return markdown.read("page.md", dedent(text))


def test_a_code_directive_is_a_block_without_its_options() -> None:
    (block,) = read("""\
        ```{code-block} python
        :caption: The call
        :emphasize-lines: 3,6

        import x

        print(x)
        ```
        """)
    assert (block.line, block.first_line, block.text) == (1, 5, "import x\n\nprint(x)\n")
    assert (block.tag, block.info) == ("python", '{code-block} python title="The call"')


def test_options_may_be_yaml() -> None:
    (block,) = read("```{code-cell} ipython3\n---\ntags: [hide]\n---\nx = 1\n```\n")
    assert (block.first_line, block.text, block.tag) == (5, "x = 1\n", "python")


def test_content_that_looks_like_yaml_is_kept() -> None:
    (block,) = read("```{code-block} yaml\n---\na: 1\n```\n")
    assert (block.first_line, block.text) == (2, "---\na: 1\n")


@pytest.mark.parametrize(
    ("info", "tag"),
    [
        ("{code}", ""),
        ("{sourcecode} sh", "sh"),
        ("{code-cell}", "python"),
        ("{prompt} bash $", "bash"),
        ("{testcode}", "python"),
        ("{testoutput}", "output"),
        ("{python}", "python"),  # Quarto and R Markdown
        ("{python, echo=FALSE}", "python"),
    ],
)
def test_a_directive_names_its_language(info: str, tag: str) -> None:
    (block,) = read(f"```{info}\na\n```\n")
    assert (block.tag, block.text) == (tag, "a\n")


def test_a_colon_fence_may_hold_code() -> None:
    blocks = read(":::{code-block} bash\n:linenos:\n\na\n\n::\nb\n:::\n\n```sh\nc\n```\n")
    assert [(block.line, block.first_line, block.text) for block in blocks] == [(1, 4, "a\n\n::\nb\n"), (10, 11, "c\n")]
    assert [block.unclosed for block in blocks] == [False, False]


def test_fences_within_directives_are_found_with_their_lines() -> None:
    blocks = read("""\
        ````{note}
        # Inside
        Text.
        ```{code-block} sh
        a
        ```
        ````

        `````{admonition} Title
        ````{grid}
        ```sh
        b
        ```
        ````
        `````
        """)
    assert [(block.line, block.text) for block in blocks] == [(4, "a\n"), (11, "b\n")]
    assert blocks[0].prose == "# Inside\nText."
    assert blocks[1].prose == ""


def test_a_directive_that_nobody_knows_holds_markdown_if_it_has_fences() -> None:
    blocks = read("````{our-own} x\n```sh\na\n```\n````\n\n```{our-own} x\nb\n```\n")
    assert [(block.line, block.tag, block.text) for block in blocks] == [(2, "sh", "a\n"), (7, "x", "b\n")]


@pytest.mark.parametrize("name", ["mermaid", "math", "toctree", "raw", "include", "literalinclude", "csv-table"])
def test_directives_whose_content_is_neither_code_nor_text_are_no_blocks(name: str) -> None:
    assert read(f"```{{{name}}} x\na\n```\n") == ()


@pytest.mark.parametrize(("marks", "inner"), [(":", ":"), ("`", ":"), ("`", "`")])
def test_tab_sets_are_groups(marks: str, inner: str) -> None:
    group, tab = marks * 5, inner * 4
    page = [f"{group}{{tab-set}}"]
    for label in ("Python", "curl"):
        page += [f"{tab}{{tab-item}} {label}", "```sh", "a", "```", tab]
    page += [group, "", "```sh", "b", "```", ""]
    blocks = read("\n".join(page))
    assert [(block.group, block.tab) for block in blocks] == [
        ("tabs at line 1", "1:2"),
        ("tabs at line 1", "1:7"),
        ("", ""),
    ]


def test_neighbouring_tabs_are_a_group_without_a_directive_around_them() -> None:
    tab = "````{tab} A\n```sh\na\n```\n````\n\n"
    blocks = read(f"{tab}{tab}Text.\n\n{tab}")
    assert [block.tab for block in blocks] == ["1:1", "1:7", ""]


def test_restructured_text_within_is_read_as_that() -> None:
    (block,) = read("Text.\n\n```{eval-rst}\n.. code-block:: python\n   :linenos:\n\n   a\n```\n")
    assert (block.line, block.first_line, block.text, block.tag) == (4, 7, "a\n", "python")
