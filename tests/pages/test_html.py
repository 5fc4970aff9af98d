"""HTML: which elements are blocks, how their lines are told, and what is left out of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.pages import html, read_page

if TYPE_CHECKING:
    from aswritten.model import Block

REAL = Path(__file__).parents[3] / "shared" / "pages" / "real"


def read(text: str) -> tuple[Block, ...]:
    return html.read("page.html", text)


def lines_of(block: Block) -> list[int]:
    return [block.page_line(number) for number in range(1, block.text.count("\n") + 1)]


def test_a_preformatted_element_is_a_block_with_its_lines() -> None:
    (block,) = read("<p>Text.</p>\n<pre><code class='language-Python'>import x\n\nprint(x)\n</code></pre>\n")
    assert (block.line, block.first_line, lines_of(block)) == (2, 2, [2, 3, 4])
    assert (block.text, block.tag, block.info) == ("import x\n\nprint(x)\n", "python", "python")
    assert block.prose == "Text."


def test_a_line_break_right_after_the_tag_is_none() -> None:
    (block,) = read("<pre>\na\n</pre>")
    assert (block.line, block.first_line, block.text) == (1, 2, "a\n")


def test_entities_are_decoded_and_tags_left_out() -> None:
    (block,) = read(
        '<pre><span class="k">if</span> a &lt; b &amp;&amp; c &gt; &quot;&#39;&#x2014;&nbsp;&unknown;</pre>'
    )
    assert block.text == "if a < b && c > \"'\u2014\xa0&unknown;\n"


def test_a_line_break_written_as_an_entity_stays_within_the_page() -> None:
    (block,) = read("<pre>a&#10;b&#10;c</pre>")
    assert block.text == "a\nb\nc\n"
    assert set(lines_of(block)) == {1}


@pytest.mark.parametrize(
    "code",
    [
        # Docusaurus
        '<span class="token-line" style="color:#1">a<br></span><span class="token-line"><br></span><span class="token-line">  b<br></span>',
        '<div class="token-line">a\n</div><div class="token-line" style="display:inline-block">\n</div><div class="token-line">  b</div>',
        # Shiki: VitePress, Astro, Mintlify
        '<span class="line"><span>a</span></span>\n<span class="line"></span>\n<span class="line">  b</span>',
        # Expressive Code: Starlight
        '<div class="ec-line"><div class="gutter"><div class="ln">1</div></div><div class="code">a</div></div>'
        '<div class="ec-line"><div class="code">\n</div></div><div class="ec-line"><div class="code">  b</div></div>',
        # Pygments with line numbers and a copied anchor, as Sphinx and MkDocs write it
        '<span></span><span class="linenos">1</span><a id="x"></a>a\n<span class="linenos">2</span>\n<span class="linenos">3</span>  b\n',
        # react-syntax-highlighter
        '<span class="linenumber" style="user-select:none">1</span>a\n<span style="user-select: none">2</span>\n<span aria-hidden="true">3</span>  b\n',
        # a button for copying
        'a\n\n  b<button class="copy">Copy</button><svg><path d="x"/></svg>',
    ],
)
def test_lines_are_those_that_a_reader_copies(code: str) -> None:
    (block,) = read(f"<pre><code>{code}</code></pre>")
    assert block.text == "a\n\n  b\n"


def test_lines_that_the_page_has_on_one_line_are_told_on_it() -> None:
    (block,) = read("<p>x</p>\n\n<pre><span>a<br></span><span>b<br></span></pre>\n<p>y</p>\n")
    assert (block.line, lines_of(block)) == (3, [3, 3])


@pytest.mark.parametrize(
    "table",
    [
        '<table class="highlighttable"><tr><td class="linenos"><div class="linenodiv"><pre>1\n2</pre></div></td><td class="code"><pre>a\nb</pre></td></tr></table>',
        '<figure class="highlight"><table><tr><td class="gutter"><pre><span>1</span><br></pre></td><td class="code"><pre>a<br>b</pre></td></tr></table></figure>',
        '<table class="rouge-table"><tr><td class="rouge-gutter gl"><pre class="lineno">1\n2</pre></td><td class="rouge-code"><pre>a\nb</pre></td></tr></table>',
        '<table class="lntable"><tr><td class="lntd"><pre><code><span class="lnt">1\n</span><span class="lnt">2\n</span></code></pre></td><td><pre>a\nb</pre></td></tr></table>',
    ],
)
def test_a_column_of_line_numbers_is_no_block(table: str) -> None:
    assert [block.text for block in read(table)] == ["a\nb\n"]


def test_code_whose_lines_a_script_numbers_is_a_block() -> None:
    (block,) = read('<pre class="line-numbers language-css"><code>a</code></pre>')
    assert (block.text, block.tag) == ("a\n", "css")


@pytest.mark.parametrize(
    "page",
    [
        "<pre class='language-sh'>a</pre>",
        "<pre class='lang-sh'>a</pre>",
        "<pre><code class='hljs language-sh'>a</code></pre>",
        "<pre><code language='sh'>a</code></pre>",
        "<pre data-lang='SH'>a</pre>",
        "<div class='highlight-sh notranslate'><div class='highlight'><pre>a</pre></div></div>",
        "<div class='highlight highlight-source-sh'><pre>a</pre></div>",
        "<div class='language-sh codeBlock'><div><pre class='x'>a</pre></div></div>",
        "<pre class='sourceCode sh'><code>a</code></pre>",
        "<figure class='highlight sh'><table><tr><td><pre>a</pre></td></tr></table></figure>",
        "<pre class='brush: sh;'>a</pre>",
        "<div class='box'><div class='head'>Setup <span class='lang-tag'>sh</span></div><pre>a</pre></div>",
        "<div class='language- '><button>Copy</button><span class='lang'>sh</span><pre>a</pre></div>",
    ],
)
def test_the_language_is_told_by_classes_attributes_and_labels(page: str) -> None:
    (block,) = read(f"<body class='lang-en'><main class='language-switch'>{page}</main></body>")
    assert (block.tag, block.text) == ("sh", "a\n")


@pytest.mark.parametrize(
    "page",
    ["<pre>a</pre>", "<div class='highlight-default notranslate'><div class='highlight'><pre>a</pre></div></div>"],
)
def test_a_block_may_name_no_language(page: str) -> None:
    (block,) = read(f"<html lang='en'><body class='lang-en'>{page}</body></html>")
    assert block.tag == ""


def test_a_label_is_that_of_the_block_beside_it_and_no_prose() -> None:
    blocks = read("<div><div><p>The call</p><span class='lang'>sh</span></div><pre>a</pre><pre>b</pre></div>")
    assert [(block.tag, block.prose) for block in blocks] == [("sh", "The call"), ("", "")]


def test_headings_are_told_without_their_links() -> None:
    blocks = read(
        "<h1>Title</h1><h2>A &amp; B<a class='headerlink' href='#a'>\u00b6</a></h2><pre>1</pre><h2><code>C</code></h2><pre>2</pre>"
    )
    assert [block.headings for block in blocks] == [("Title", "A & B"), ("Title", "C")]


def test_prose_is_what_a_reader_sees_a_paragraph_a_line() -> None:
    (block,) = read(
        "<head><title>T</title><style>p {}</style></head><nav>Menu</nav><script>x</script>"
        "<p>One\n   two <code>three</code><br>four</p><ul><li>five<li>six</ul><pre>a</pre>"
    )
    assert block.prose == "One two three four\n\nfive\n\nsix"


@pytest.mark.parametrize(
    "page",
    [
        # Docusaurus, Starlight
        "<div class='tabs-container'><ul role='tablist'><li>A</li></ul><div><div role='tabpanel'>{}</div><div role='tabpanel' hidden>{}</div></div></div>",
        # sphinx-design
        "<div class='sd-tab-set'><input><label>A</label><div class='sd-tab-content'>{}</div><input><label>B</label><div class='sd-tab-content'>{}</div></div>",
        # Material for MkDocs
        "<div class='tabbed-set'><div class='tabbed-content'><div class='tabbed-block'>{}</div><div class='tabbed-block'>{}</div></div></div>",
        # VitePress
        "<div class='vp-code-group'><div class='tabs'>A</div><div class='blocks'>{}{}</div></div>",
    ],
)
def test_tabs_are_groups(page: str) -> None:
    one, other, after = read(page.format("<pre>a</pre>", "<pre>b</pre>") + "<pre>c</pre>")
    assert one.group == other.group
    assert one.group.startswith("tabs at line 1")
    assert one.tab.split(":")[0] == other.tab.split(":")[0]
    assert one.tab != other.tab
    assert after.tab == after.group == ""


def test_groups_that_start_on_one_line_have_names_of_their_own() -> None:
    group = "<div><div role=tabpanel><pre>a</pre></div><div role=tabpanel><pre>b</pre></div></div>"
    blocks = read(group + group)
    assert len({block.group for block in blocks}) == 2


def test_a_block_that_is_never_closed_says_so() -> None:
    (block,) = read("<p>x</p>\n<pre>a\n<b>b</b>\nc")
    assert (block.line, block.text, block.unclosed) == (2, "a\nb\nc\n", True)


def test_a_comment_hides_and_may_name_the_file_that_a_block_shows() -> None:
    blocks = read("<!--<pre>x</pre>--><!-- aswritten: file a.sh --><pre>a</pre><pre>b</pre><!-- <pre>c</pre>")
    assert [(block.text, block.file) for block in blocks] == [("a\n", "a.sh"), ("b\n", "")]


def test_marked_sections_and_declarations_are_comments() -> None:
    assert [block.text for block in read("<!DOCTYPE html><![if x]><![CDATA[<pre>]]><?x?><!ELEMENT a><pre>a</pre>")] == [
        "a\n"
    ]


@pytest.mark.skipif(not REAL.is_dir(), reason="the published pages to measure on are not beside the repository")
def test_every_preformatted_element_of_published_pages_is_a_block() -> None:
    pages = sorted(REAL.rglob("*.html"))
    for path in pages:
        page = read_page(path, path.name)
        assert len(page.blocks) == page.text.count("<pre"), path
        assert [block.line for block in page.blocks] == [
            number for number, line in enumerate(page.text.split("\n"), 1) if "<pre" in line
        ]
        assert all(block.tag for block in page.blocks)
    assert pages
