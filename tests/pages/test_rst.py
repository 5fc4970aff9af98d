"""reStructuredText: which directives and literal blocks are blocks, on which lines, and what stands around them."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from aswritten.errors import UsageError
from aswritten.pages import read_page, rst

if TYPE_CHECKING:
    from aswritten.model import Block

REAL = Path(__file__).parents[3] / "shared" / "pages" / "real"


def read(text: str) -> tuple[Block, ...]:
    return rst.read("page.rst", dedent(text))


def test_a_code_directive_is_a_block_with_its_lines() -> None:
    (block,) = read("""\
        Text.

        .. code-block:: Python
           :caption: The "call"
           :emphasize-lines: 3,6

           import x

           print(x)
        """)
    assert (block.page, block.line, block.first_line) == ("page.rst", 3, 7)
    assert block.text == "import x\n\nprint(x)\n"
    assert (block.tag, block.info) == ("python", "python title=\"The 'call'\"")
    assert block.prose == "Text."


@pytest.mark.parametrize(
    ("directive", "tag", "info"),
    [
        ("code:: sh", "sh", "sh"),
        ("sourcecode:: js", "js", "js"),
        ("code-block::", "", ""),
        ("code-tab:: bash cURL", "bash", "bash cURL"),
        ("prompt:: bash $", "bash", "bash"),
        ("testcode:: group", "python", "python"),
        ("testoutput::", "output", "output"),
    ],
)
def test_a_directive_names_its_language_and_label(directive: str, tag: str, info: str) -> None:
    (block,) = read(f".. {directive}\n\n   a\n")
    assert (block.tag, block.info, block.text) == (tag, info, "a\n")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("a *x* **y** ``z``", "a x y z"),
        ("curl :samp:`{host}/v1` :ref:`here <there>` :unknown:`b` `c`", "curl host/v1 here b c"),
        ("model |model|, version |VERSION|, |release|", "model gpt-x, version 2, |release|"),
        ("`text <https://a>`_ https://b/c d_ known_ e__ [1]_", "text https://b/c d_ known e__ [1]_"),
        ("print(*args, **named) 2 * 3 obj.__init__", "print(*args, **named) 2 * 3 obj.__init__"),
        (r"\*a\* b\\c", r"*a* b\c"),
        ("a \\\n     -b *c*", "a \\\n  -b c"),
        ("a \\\\\n     -b", "a \\\n  -b"),
        ("a *b\n   c*\n\n   d", "a b\nc\n\nd"),
        ("a `b", "a `b"),
    ],
)
def test_a_parsed_literal_is_what_a_reader_sees_of_it(source: str, shown: str) -> None:
    page = "\n.. |model| replace:: *gpt-x*\n.. |version| replace::\n   2\n.. _known: https://a\n"
    (block,) = read(f".. parsed-literal::\n   :class: a\n\n   {source}\n{page}")
    assert (block.first_line, block.text, block.tag) == (4, f"{shown}\n", "")


def test_the_language_of_the_page_holds_where_none_is_named() -> None:
    blocks = read(
        "a::\n\n  1\n\n.. highlight:: console\n\nb::\n\n  2\n\n.. code-block::\n\n  3\n\n.. code:: sh\n\n  4\n"
    )
    assert [block.tag for block in blocks] == ["", "console", "console", "sh"]


def test_literal_blocks_open_with_two_colons() -> None:
    blocks = read("Run::\n\n    a\n      b\n\n    c\n\nOr:\n\n::\n\n  d\n\nQuoted::\n\n> e\n> f\n\nEnd.\n")
    assert [(block.line, block.first_line, block.text) for block in blocks] == [
        (1, 3, "a\n  b\n\nc\n"),
        (10, 12, "d\n"),
        (14, 16, "> e\n> f\n"),
    ]


def test_a_literal_block_may_stand_below_an_arguments_colons() -> None:
    (block,) = read(".. note:: Run::\n\n      a\n\n   End.\n")
    assert (block.first_line, block.text) == (3, "a\n")


def test_an_interactive_session_is_a_block() -> None:
    (block,) = read("Text.\n\n>>> 1 + 1\n2\n\nEnd.\n")
    assert (block.line, block.first_line, block.text, block.tag) == (3, 3, ">>> 1 + 1\n2\n", "pycon")


def test_blocks_are_found_in_lists_tables_notes_and_unknown_directives() -> None:
    blocks = read("""\
        - item

          .. code:: sh

             a

        .. note:: Title
           :class: x

           .. our-own:: y
              :option: z

              .. code:: sh

                 b

        +----------------+
        | .. code:: sh   |
        |                |
        |    c           |
        +----------------+

        .. list-table::

           * - .. code:: sh

                  d
        """)
    assert [(block.line, block.first_line, block.text) for block in blocks] == [
        (3, 5, "a\n"),
        (13, 15, "b\n"),
        (18, 20, "c\n"),
        (25, 27, "d\n"),
    ]


def test_a_page_is_read_as_docutils_shows_it() -> None:
    (block,) = read(".. code:: sh\n\n   a \\  \n   \tb\n")
    assert block.text == "a \\\n     b\n"


@pytest.mark.parametrize("blank", ["", "\n"])
def test_code_without_the_blank_line_in_front_of_it_is_a_block_too(blank: str) -> None:
    (block,) = read(f".. code-block:: python\n{blank}   a = 1\n   b = 2\n")
    assert block.text == "a = 1\nb = 2\n"


def test_tabs_are_groups() -> None:
    blocks = read("""\
        .. tabs::

           .. tab:: A

              .. code:: sh

                 a

           .. group-tab:: B

              .. code:: sh

                 b

        .. tabs::

           .. code-tab:: sh

              c

           .. code-tab:: py

              d

        .. tab-set::

           .. tab-item:: A
              :sync: a

              .. code:: sh

                 e
        """)
    assert [block.tab for block in blocks] == ["1:3", "1:9", "15:17", "15:21", "25:27"]
    assert {block.group for block in blocks} == {"tabs at line 1", "tabs at line 15", "tabs at line 25"}


def test_neighbouring_tabs_are_a_group_without_a_directive_around_them() -> None:
    tab = ".. tab:: A\n\n   .. code:: sh\n\n      a\n\n"
    assert [block.tab for block in read(f"{tab}{tab}Text.\n\n{tab}")] == ["1:1", "1:7", ""]


def test_headings_are_the_titles_above_a_block() -> None:
    blocks = read("""\
        =====
        Title
        =====

        One
        ---

        .. code:: sh

           1

        Two
        ---

        Deep
        ~~~~

        .. code:: sh

           2
        """)
    assert [block.headings for block in blocks] == [("Title", "One"), ("Title", "Two", "Deep")]
    assert [block.prose for block in blocks] == ["Title\n\nOne", "Two\n\nDeep"]


def test_a_comment_names_the_file_that_a_block_shows() -> None:
    (block,) = read(".. aswritten: file a.sh\n\n.. code:: sh\n\n   a\n")
    assert block.file == "a.sh"
    with pytest.raises(UsageError, match=r"page.rst:3: `aswritten: file b.sh` has no fence right below it"):
        read("Text.\n\n.. aswritten: file b.sh\n\nText.\n")


def test_nothing_is_read_but_the_page(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(".. code:: sh\n\n   secret\n", encoding="utf-8")
    page = f"""\
.. include:: {secret}

.. literalinclude:: {secret}

.. raw:: html
   :file: {secret}

.. csv-table::
   :file: {secret}

.. |a| replace:: |b| |b|
.. |b| replace:: |a| |a|

|a|
"""
    assert rst.read("page.rst", page) == ()


@pytest.mark.parametrize(
    "page",
    [
        "".join(f"{' ' * level}.. note::\n\n" for level in range(200)),
        "".join(f"{' ' * level}text\n\n" for level in range(200)),
        "- " * 5000 + "text",
    ],
)
def test_a_page_that_is_nested_too_deeply_is_refused(page: str) -> None:
    with pytest.raises(UsageError, match=r"page\.rst:?\d*: is nested too deeply: expected at most 32 steps"):
        rst.read("page.rst", page)


def test_a_page_of_too_many_lines_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        rst.read("page.rst", "a\n" * 100_000)
    assert (
        str(caught.value)
        == "page.rst:40000: expected at most 40000 lines of reStructuredText, got 100001: split the page"
    )


def test_docutils_is_left_as_it_is_for_others() -> None:
    from docutils.parsers.rst import states

    before = states.Body.explicit.constructs[:]
    read(".. code:: sh\n\n   a\n")
    assert states.Body.explicit.constructs == before
    assert states.Body.directive in [function for function, _ in before]


@pytest.mark.skipif(not REAL.is_dir(), reason="the published pages to measure on are not beside the repository")
def test_every_code_directive_of_published_pages_is_a_block_with_its_text() -> None:
    pages = sorted(REAL.rglob("*.rst"))
    for path in pages:
        page = read_page(path, path.name)
        lines = page.text.split("\n")
        opened = [n for n, line in enumerate(lines, 1) if re.match(r"\s*\.\. (?:code|code-block|code-tab)::", line)]
        assert [block.line for block in page.blocks] == opened, path
        for block in page.blocks:
            for number, text in enumerate(block.text.split("\n")[:-1], 1):
                assert text in lines[block.page_line(number) - 1], (path, block.line)
    assert pages
