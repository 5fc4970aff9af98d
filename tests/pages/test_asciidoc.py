"""AsciiDoc: which delimited blocks and paragraphs are blocks, on which lines, and what stands around them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from aswritten.pages import asciidoc

if TYPE_CHECKING:
    from aswritten.model import Block


def read(text: str) -> tuple[Block, ...]:
    return asciidoc.read("page.adoc", dedent(text))


def test_a_listing_is_a_block_with_its_lines() -> None:
    (block,) = read("""\
        Text.

        .The call
        [source,python,linenums]
        ----
        import x # <1>

        print(x)
        ----
        <1> imports
        """)
    assert (block.line, block.first_line, block.text) == (5, 6, "import x\n\nprint(x)\n")
    assert (block.tag, block.info) == ("python", 'python title="The call"')
    assert block.prose == "Text.\n\nThe call"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("a <1>", "a"),
        ("a <1> <2><.>", "a"),
        ('"model": "m", // <1>', '"model": "m",'),
        ('"model": "m",//<1>', '"model": "m",'),
        ("import x # <1> <2>", "import x"),
        ("  select 1 -- <.>", "  select 1"),
        ("(def a 1) ;; <1>", "(def a 1)"),
        ("curl a \\            # <1>", "curl a \\"),
        ("# <1>", ""),
        ("import x # why <1>", "import x # why"),
        ("i-- <1>", "i--"),
        ('url = "http://a" # <1>', 'url = "http://a"'),
        ("# <1> imports", "# <1> imports"),
        ("Vec<1>", "Vec<1>"),
        ("a # \\<1>", "a # \\<1>"),
    ],
)
def test_callouts_are_no_text_and_the_mark_of_a_comment_that_guards_them_is_none(line: str, shown: str) -> None:
    # https://docs.asciidoctor.org/asciidoc/latest/verbatim/callouts/#copy-and-paste-friendly-callouts
    (block,) = read(f"----\n{line}\nb\n----\n<1> why\n")
    assert block.text == f"{shown}\nb\n"


@pytest.mark.parametrize(
    ("attributes", "tag"),
    [
        ("[source,Python]", "python"),
        ("[,js]", "js"),
        ('[source%nowrap,sh,subs="a,b"]', "sh"),
        ("[source.role#id,sh]", "sh"),
        ("[source,language=sh]", "sh"),
        ("[%linenums,sh]", "sh"),
        ("[listing]", ""),
        ("[source]", ""),
        ("[mermaid]", "mermaid"),
        ("", ""),
    ],
)
def test_the_attributes_above_name_the_language(attributes: str, tag: str) -> None:
    (block,) = read(f"{attributes}\n----\na\n----\n")
    assert (block.tag, block.text) == (tag, "a\n")


def test_the_attributes_are_those_of_one_block() -> None:
    blocks = read("[source,sh]\n----\na\n----\n\n----\nb\n----\n\n[source,sh]\n\n----\nc\n----\n")
    assert [block.tag for block in blocks] == ["sh", "", "sh"]


def test_the_page_may_name_a_language_for_all() -> None:
    blocks = read(":source-language: ruby\n\n[source]\n----\na\n----\n\n----\nb\n----\n")
    assert [block.tag for block in blocks] == ["ruby", ""]


def test_fences_literal_blocks_open_blocks_and_paragraphs_may_be_code() -> None:
    blocks = read("""\
        ```js
        a
        ```

        ....
        b
        ....

        [source,sh]
        --
        c
        --

        [source,sh]
        curl x \\
          -d y

        Text.
        """)
    assert [(block.line, block.first_line, block.text) for block in blocks] == [
        (1, 2, "a\n"),
        (5, 6, "b\n"),
        (10, 11, "c\n"),
        (15, 15, "curl x \\\n  -d y\n"),
    ]


def test_a_longer_delimiter_holds_a_shorter_one() -> None:
    (block,) = read("------\n----\na\n----\n------\n")
    assert block.text == "----\na\n----\n"


def test_indentation_is_taken_off_where_the_block_says_so() -> None:
    (block,) = read("[source,python,indent=0]\n----\n    if a:\n        b()\n----\n")
    assert block.text == "if a:\n    b()\n"


def test_comments_and_passthroughs_are_no_blocks() -> None:
    assert read("////\n----\na\n----\n////\n\n++++\n<pre>b</pre>\n++++\n\n// c\n") == ()


def test_an_unclosed_block_reaches_to_the_end_of_what_holds_it_and_says_so() -> None:
    blocks = read("====\n----\na\n====\n\n----\nb\n")
    assert [(block.line, block.text, block.unclosed) for block in blocks] == [(2, "a\n", True), (6, "b\n", True)]


def test_antora_tabs_are_groups() -> None:
    blocks = read("""\
        [tabs]
        ======
        Python::
        +
        --
        [,python]
        ----
        a
        ----
        --

        curl::
        +
        [source,bash]
        ----
        b
        ----
        ======

        ----
        c
        ----
        """)
    assert [(block.group, block.tab) for block in blocks] == [
        ("tabs at line 2", "2:3"),
        ("tabs at line 2", "2:12"),
        ("", ""),
    ]


def test_a_block_switch_is_a_group() -> None:
    primary, secondary = (
        '[source,sh,role="primary"]\n----\na\n----\n\n',
        '[source,py,role="secondary"]\n----\nb\n----\n\n',
    )
    blocks = read(primary + secondary + secondary + primary + secondary)
    assert [block.tab for block in blocks] == ["2:2", "2:7", "2:12", "17:17", "17:22"]


def test_headings_are_those_above_a_block() -> None:
    blocks = read("= Title\n:a: b\n\n== One\n\n----\n1\n----\n\n== Two\n=== Deep\n\n----\n2\n----\n")
    assert [block.headings for block in blocks] == [("Title", "One"), ("Title", "Two", "Deep")]


def test_a_comment_names_the_file_that_a_block_shows() -> None:
    (block,) = read("// aswritten: file a.sh\n----\na\n----\n")
    assert block.file == "a.sh"


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ('source,terminal,subs="+quotes"', "$ curl -s x -d 2*3*4\n"),
        ("source,terminal", "$ *curl -s x* -d 2*3*4\n"),
    ],
)
def test_what_is_bold_in_a_listing_is_its_text(attributes: str, text: str) -> None:
    (block,) = asciidoc.read("page.adoc", f"[{attributes}]\n----\n$ *curl -s x* -d 2*3*4\n----\n")
    assert block.text == text


@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ('source,sh,subs="attributes+"', "curl https://api.example.com/v1/models/{id}\n"),
        ('source,sh,subs="+attributes"', "curl https://api.example.com/v1/models/{id}\n"),
        ("source,sh", "curl {base}/models/{id}\n"),
        ('source,sh,subs="quotes"', "curl {base}/models/{id}\n"),
    ],
)
def test_attributes_of_the_page_stand_for_their_values_where_a_listing_says_so(attributes: str, text: str) -> None:
    page = f":host: api.example.com\n:base: https://{{host}}/v1\n\n[{attributes}]\n----\ncurl {{base}}/models/{{id}}\n----\n"
    (block,) = asciidoc.read("page.adoc", page)
    assert block.text == text


def test_an_attribute_that_is_unset_stands_for_nothing() -> None:
    page = ':base: a\n:base!:\n\n[source,sh,subs="attributes"]\n----\ncurl {base}\n----\n'
    (block,) = asciidoc.read("page.adoc", page)
    assert block.text == "curl {base}\n"


def test_attributes_that_take_each_other_in_stay_small() -> None:
    entries = ":a0: xxxxxxxxxx\n" + "".join(f":a{at}: {{a{at - 1}}}{{a{at - 1}}}\n" for at in range(1, 60))
    (block,) = asciidoc.read("page.adoc", f'{entries}\n[source,sh,subs="attributes"]\n----\n{{a59}}\n----\n')
    assert len(block.text) <= 2_001
    (many,) = asciidoc.read("page.adoc", f'{entries}\n[source,sh,subs="attributes"]\n----\n{"{a59}" * 501}\n----\n')
    assert many.text == "{a59}" * 501 + "\n"
