"""Markdown and MDX: which fences are blocks, on which lines, and what stands around them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.errors import UsageError
from aswritten.model import Comment
from aswritten.pages import markdown, mdx

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.model import Block

    Read = Callable[[str, str], tuple[Block, ...]]

FORMATS = [pytest.param(markdown.read, id="markdown"), pytest.param(mdx.read, id="mdx")]
both = pytest.mark.parametrize("read", FORMATS)


def read_md(text: str) -> tuple[Block, ...]:
    return markdown.read("page.md", dedent(text))


def read_mdx(text: str) -> tuple[Block, ...]:
    return mdx.read("page.mdx", dedent(text))


@both
def test_a_fence_is_a_block_with_its_lines(read: Read) -> None:
    (block,) = read("docs/page.md", '# Title\n\n```python title="a.py"\nprint(1)\n\nprint(2)\n```\nafter\n')
    assert (block.page, block.index, block.line, block.first_line) == ("docs/page.md", 0, 3, 4)
    assert block.text == "print(1)\n\nprint(2)\n"
    assert (block.info, block.tag) == ('python title="a.py"', "python")
    assert not block.is_file


@both
@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_lines_are_counted_as_editors_count_them(read: Read, ending: str) -> None:
    page = ending.join(["one", "", "```sh", "a", "b", "```", "", "```", "c", "```", ""])
    assert [(block.line, block.text) for block in read("p", page)] == [(3, "a\nb\n"), (8, "c\n")]


@both
def test_front_matter_is_skipped_and_keeps_the_lines(read: Read) -> None:
    blocks = read("p", "---\ntitle: |\n  ```\n  x\n---\n\n```sh\na\n```\n")
    assert [(block.line, block.text) for block in blocks] == [(7, "a\n")]


@both
def test_a_rule_at_the_start_is_no_front_matter(read: Read) -> None:
    assert [block.line for block in read("p", "---\n\n```sh\na\n```\n")] == [3]


@both
def test_an_unclosed_fence_reaches_to_the_end_of_its_container(read: Read) -> None:
    blocks = read("p", "- item\n\n  ```sh\n  a\n\nafter\n\n```sh\nb")
    assert [(block.line, block.text) for block in blocks] == [(3, "a\n\n"), (8, "b\n")]


@both
def test_tildes_and_longer_fences_hold_shorter_ones(read: Read) -> None:
    blocks = read("p", "~~~sh\n```\n~~~\n\n````md\n```sh\na\n```\n````\n")
    assert [(block.line, block.text) for block in blocks] == [(1, "```\n"), (5, "```sh\na\n```\n")]


@both
def test_an_empty_fence_is_a_block_without_text(read: Read) -> None:
    (block,) = read("p", "```sh\n```\n")
    assert block.text == ""


@both
def test_the_fences_indentation_is_taken_off_and_nothing_else(read: Read) -> None:
    (block,) = read("p", "1. do\n\n   ```python\n   if a:\n   \tb()\n       c()  \n\n   ```\n")
    assert block.text == "if a:\n\tb()\n    c()  \n\n"


@both
def test_a_fence_in_a_quote_is_a_block(read: Read) -> None:
    (block,) = read("p", "> note\n> ```sh\n> a\n> ```\n")
    assert (block.line, block.text, block.prose) == (2, "a\n", "note")


@both
def test_the_marks_of_quotations_are_no_words(read: Read) -> None:
    (block,) = read("p", "> > Output:\n> >\n> > ```sh\n> > a\n> > ```\n")
    assert block.prose == "Output:"


@both
def test_fences_in_comments_and_preformatted_html_are_no_blocks(read: Read) -> None:
    page = "<!--\n```sh\na\n```\n-->\n\n<pre>\n```sh\nb\n```\n</pre>\n\n```sh\nc\n```\n"
    assert [(block.line, block.text) for block in read("p", page)] == [(13, "c\n")]


SHOWN = '<pre class="language-python" data-title="a.py"><code class="lang-python"><strong>import a\n</strong>\nprint("x &#x3C; y &amp; z")\n</code></pre>\n'


@pytest.mark.parametrize("above", ["Text.\n\n", "{% tabs %}\n{% tab title='A' %}\n", "# Heading\n"])
def test_an_html_element_that_shows_code_is_a_block(above: str) -> None:
    (block,) = markdown.read("a.md", f"{above}{SHOWN}")
    line = above.count("\n") + 1
    assert (block.tag, block.line, block.first_line) == ("python", line, line)
    assert block.text == 'import a\n\nprint("x < y & z")\n'
    assert [block.page_line(number) for number in (1, 2, 3)] == [line, line + 1, line + 2]


def test_an_html_element_in_a_list_is_a_block_of_its_item() -> None:
    (block,) = markdown.read("a.md", "- one\n\n  <pre><code>\n  curl a\n    -b\n  </code></pre>\n")
    assert (block.line, block.first_line, block.text.split()) == (3, 4, ["curl", "a", "-b"])


@pytest.mark.parametrize(
    "text",
    [
        "<pre>\n a -- b\n</pre>\n",
        "<pre class='art'>\n+--+\n</pre>\n",
        "<script>\n<pre><code>a</code></pre>\n</script>\n",
    ],
)
def test_a_drawing_and_what_no_reader_sees_are_no_blocks(text: str) -> None:
    assert markdown.read("a.md", text) == ()


def test_a_value_in_braces_is_no_text_in_mdx() -> None:
    assert mdx.read("a.mdx", "<pre><code>{`curl a`}</code></pre>\n") == ()
    assert [block.text for block in markdown.read("a.md", '<pre><code>{"a": 1}\n</code></pre>\n')] == ['{"a": 1}\n']


def test_a_comment_in_braces_hides_fences_in_mdx_only() -> None:
    page = "{/*\n```sh\na\n```\n*/}\n"
    assert mdx.read("p", page) == ()
    assert len(markdown.read("p", page)) == 1


def test_indented_code_is_a_block_in_markdown_alone() -> None:
    page = "text\n\n    a\n      b\n\n    c\n\ntext\n"
    assert [(block.line, block.first_line, block.tag, block.text) for block in markdown.read("p", page)] == [
        (3, 3, "", "a\n  b\n\nc\n")
    ]
    assert mdx.read("p", page) == ()


def test_a_fence_that_its_indentation_makes_text_is_no_block() -> None:
    assert read_md("text\n\n    ```sh\n    a\n    ```\n") == ()


@both
def test_a_component_with_a_name_like_a_raw_element_hides_nothing(read: Read) -> None:
    assert len(read("p", '<Script src="x.js" />\n\n```sh\na\n```\n')) == 1


@both
@pytest.mark.parametrize("element", ["TabItem", "div", "details"])
def test_a_fence_right_below_a_tag_is_a_block(read: Read, element: str) -> None:
    (block,) = read("p", f"<{element}>\n```sh\na\n```\n</{element}>\n")
    assert (block.line, block.text) == (2, "a\n")


@pytest.mark.parametrize("read", [read_md, read_mdx])
def test_fences_are_found_at_any_depth_of_tabs(read: Callable[[str], tuple[Block, ...]]) -> None:
    blocks = read("""\
        <Tabs>
            <TabItem value="a">
                ```sh
                a
                ```
            </TabItem>
            <TabItem value="b">
                Text.
                ```python
        unindented()
        ```
            </TabItem>
        </Tabs>
        """)
    assert [(block.line, block.text) for block in blocks] == [(3, "a\n"), (9, "unindented()\n")]
    assert [block.group for block in blocks] == ["tabs at line 1"] * 2
    assert [block.tab for block in blocks] == ["1:2", "1:7"]


def test_each_fence_of_a_code_group_is_a_tab_of_its_own() -> None:
    blocks = read_mdx("<CodeGroup>\n\n```sh A\na\n```\n\n```sh B\nb\n```\n\n</CodeGroup>\n\n```sh\nc\n```\n")
    assert [(block.group, block.tab) for block in blocks] == [
        ("tabs at line 1", "1:3"),
        ("tabs at line 1", "1:7"),
        ("", ""),
    ]


def test_tab_groups_nest() -> None:
    blocks = read_mdx("<Tabs>\n<Tab>\n<CodeGroup>\n```sh\na\n```\n</CodeGroup>\n```sh\nb\n```\n</Tab>\n</Tabs>\n")
    assert [(block.group, block.tab) for block in blocks] == [("tabs at line 3", "1:2/3:4"), ("tabs at line 1", "1:2")]


def test_a_tab_group_that_is_never_closed_is_none() -> None:
    blocks = read_mdx("Use `<Tabs>` for tabs.\n\n```sh\na\n```\n")
    assert [block.group for block in blocks] == [""]


def test_labels_with_their_content_indented_are_tabs() -> None:
    blocks = read_md("""\
        === "Python"

            ```python
            a
            ```

        === "curl"

            ```sh
            b
            ```

        After.

        ```sh
        c
        ```
        """)
    assert [block.text for block in blocks] == ["a\n", "b\n", "c\n"]
    assert [(block.group, block.tab) for block in blocks] == [
        ("tabs at line 1", "1:1"),
        ("tabs at line 1", "1:7"),
        ("", ""),
    ]


@pytest.mark.parametrize(
    "marks",
    [
        ("{% tabs %}", '{% tab title="a" %}', "{% endtab %}", "{% endtabs %}"),
        ("{{< tabs >}}", "{{< tab >}}", "{{< /tab >}}", "{{< /tabs >}}"),
    ],
)
def test_template_tags_make_tabs(marks: tuple[str, str, str, str]) -> None:
    tabs, tab, tab_end, tabs_end = marks
    fence = "```sh\na\n```"
    blocks = read_md("\n".join([tabs, tab, fence, tab_end, tab, fence, tab_end, tabs_end]))
    assert [block.tab for block in blocks] == ["1:2", "1:7"]


@pytest.mark.parametrize(
    ("info", "tag"),
    [
        ("", ""),
        ("Python", "python"),
        ("bash cURL", "bash"),
        ("js{1,3}", "js"),
        ("python {3,6} showLineNumbers", "python"),
        ('title="a.sh"', ""),
        ("{code-block} python", "python"),
        ("{.python .numberLines}", "python"),
        ("c++", "c++"),
        ("shell-session", "shell-session"),
        ("python:main.py", "python"),
    ],
)
def test_the_tag_is_the_language_that_the_info_string_names(info: str, tag: str) -> None:
    (block,) = read_md(f"```{info}\na\n```\n")
    assert block.tag == tag


@both
def test_headings_are_those_above_a_block_outermost_first(read: Read) -> None:
    page = "Title\n=====\n\n## A {#a}\n### B\n```\n1\n```\n\nC\n---\n```\n2\n```\n# D #\n```\n3\n```\n"
    assert [block.headings for block in read("p", page)] == [("Title", "A", "B"), ("Title", "C"), ("D",)]


def test_headings_may_be_elements() -> None:
    blocks = read_mdx('<h1>One</h1>\n\n<Title as="h2" id="x">Two</Title>\n\n```\n1\n```\n')
    assert blocks[0].headings == ("One", "Two")


def test_headings_within_code_are_none() -> None:
    blocks = read_md("```sh\n# not a heading\n```\n\n```\n1\n```\n")
    assert blocks[1].headings == ()


@both
def test_prose_is_the_text_since_the_block_before(read: Read) -> None:
    page = 'import { Tabs } from "x";\n\n# Title\n\n<Tabs>\n\nFirst *this*:\n\n```\n1\n```\n\n<!-- secret -->\nThe response:\n\n```\n2\n```\n'
    assert [block.prose for block in read("p", page)] == ["# Title\n\n\nFirst *this*:", "The response:"]


@both
@pytest.mark.parametrize("comment", ["<!-- aswritten: file sub/curl.sh -->", "<!--aswritten:file sub/curl.sh-->"])
def test_a_comment_right_above_names_the_file_that_a_block_shows(read: Read, comment: str) -> None:
    blocks = read("p", f"text\n{comment}\n\n```sh\na\n```\n\n```sh\nb\n```\n")
    assert [block.file for block in blocks] == ["sub/curl.sh", ""]


def test_the_comment_may_stand_in_braces_and_be_indented() -> None:
    (block,) = read_mdx("<Tab>\n    {/* aswritten: file curl.sh */}\n    ```sh\n    a\n    ```\n</Tab>\n")
    assert block.file == "curl.sh"


@both
def test_a_comment_with_other_words_is_handed_over_with_the_block_right_below(read: Read) -> None:
    blocks = read(
        "p.md",
        "<!-- aswritten: skip no GPU -->\n\n<!-- for us -->\n<!--aswritten: prints\na\nb\n-->\n```sh\na\n```\n\n```sh\nb\n```\n",
    )
    assert [block.comments for block in blocks] == [(Comment(1, "skip no GPU"), Comment(4, "prints\na\nb")), ()]


@both
@pytest.mark.parametrize("below", ["\ntext\n\n```sh\na\n```\n", "\n\n# A\n\n```sh\na\n```\n"])
def test_a_comment_above_something_else_stands_with_the_nearest_block(read: Read, below: str) -> None:
    (block,) = read("p.md", f"<!-- aswritten: skip x -->{below}")
    assert block.comments == (Comment(1, "skip x", is_above=False),)


@both
def test_a_comment_at_the_end_or_within_words_stands_above_nothing(read: Read) -> None:
    (block,) = read("p.md", "a <!-- aswritten: skip x --> b\n```sh\na\n```\n\n<!-- aswritten: skip y -->\n")
    assert block.comments == (Comment(1, "skip x", is_above=False), Comment(6, "skip y", is_above=False))


@both
def test_a_comment_that_a_page_shows_to_its_readers_says_nothing(read: Read) -> None:
    (block,) = read("p.md", "Write `<!-- aswritten: skip x -->`.\n\n```md\n<!-- aswritten: skip y -->\n```\n")
    assert block.comments == ()


@both
def test_a_line_of_percent_is_a_comment_as_in_myst_and_no_words(read: Read) -> None:
    (block,) = read("p.md", "Words.\n\n% aswritten: fails run.exit\n```sh\na\n```\n")
    assert (block.comments, block.prose) == ((Comment(3, "fails run.exit"),), "Words.")


@both
def test_a_comment_on_a_page_without_blocks_is_refused(read: Read) -> None:
    with pytest.raises(
        UsageError, match=r"^p.md:1: `aswritten: skip x` stands on a page without any block: take it away$"
    ):
        read("p.md", "<!-- aswritten: skip x -->\n")


@both
@pytest.mark.parametrize("below", ["", "\n\ntext\n\n```sh\na\n```\n", "\n# A\n```sh\na\n```\n"])
def test_a_comment_without_a_fence_right_below_is_refused(read: Read, below: str) -> None:
    with pytest.raises(UsageError) as caught:
        read("p.md", f"<!-- aswritten: file a.sh -->{below}")
    assert (
        str(caught.value)
        == "p.md:1: `aswritten: file a.sh` has no fence right below it: put it above the fence that shows the file"
    )


CODE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n`~"), max_size=30)
FENCES = st.tuples(st.sampled_from(["```", "````", "~~~", "~~~~~"]), st.lists(CODE, max_size=5))
PROSE = st.sampled_from(
    [
        "text",
        "# A",
        "- item",
        "1. one\n2. two",
        "> quote",
        "| a | b |",
        "a\n===",
        "<br/>",
        "***",
        "[a]: b",
        "<!-- c -->",
        "{x}",
        "`x`",
    ]
)
CONTAINERS = st.sampled_from(["", "- ", "10. ", "> ", "> - "])


@given(st.lists(st.tuples(PROSE, CONTAINERS, FENCES), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_fence_comes_back_with_its_line_and_its_text(
    parts: list[tuple[str, str, tuple[str, list[str]]]], ending: str, is_mdx: bool
) -> None:
    lines: list[str] = []
    expected: list[tuple[int, str]] = []
    for prose, container, (marks, code) in parts:
        lines += [*prose.split("\n"), ""]
        expected.append((len(lines) + 1, "".join(f"{line}\n" for line in code)))
        inner = container.replace("- ", "  ").replace("10. ", "    ")
        lines += [f"{container}{marks}sh", *(inner + line for line in code), f"{inner}{marks}", ""]
    page = ending.join(lines)
    blocks = (mdx if is_mdx else markdown).read("p", page)
    assert [(block.line, block.text) for block in blocks] == expected
    assert all(block.first_line == block.line + 1 for block in blocks)


PIECES = st.sampled_from(
    [
        "```",
        "~~~",
        "\n",
        "\r\n",
        "\r",
        "- ",
        "> ",
        "    ",
        "\t",
        "<Tabs>",
        "</Tabs>",
        "<!--",
        "-->",
        "{/*",
        "*/}",
        "===",
        "---",
        "# ",
        "\0",
        "<h1>",
        "\u2028",
        "1. ",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join), st.booleans())
def test_any_text_is_read(text: str, is_mdx: bool) -> None:
    count = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    before = 0
    for block in (mdx if is_mdx else markdown).read("p", text):
        assert before < block.line <= count
        assert block.text == "" or block.text.endswith("\n")
        before = block.line + block.text.count("\n")
