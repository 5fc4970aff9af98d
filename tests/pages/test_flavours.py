"""What site generators add to Markdown and MDX: each by a page as its documentation shows it, with the blocks and tabs it must give."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from aswritten.pages import markdown, mdx

if TYPE_CHECKING:
    from aswritten.model import Block


def read(text: str) -> tuple[Block, ...]:
    return markdown.read("page.md", dedent(text))


#: name -> a page with two tabs that hold `a` and `b`, and below them a block that holds `c`.
TABS = {
    "Docusaurus": """\
        <Tabs groupId="lang"
          defaultValue="py">
        <TabItem value="py" label="Python">

        ```python title="a.py" {3,6} showLineNumbers
        a
        ```

        </TabItem>
        <TabItem value="js">

        ```js
        b
        ```

        </TabItem>
        </Tabs>
        """,
    "Starlight": """\
        <Tabs syncKey="lang">
          <TabItem label="Python" icon="seti:python">
            ```python
            a
            ```
          </TabItem>
          <TabItem label="JS">
            ```js
            b
            ```
          </TabItem>
        </Tabs>
        """,
    "Mintlify CodeGroup": """\
        <CodeGroup>
        ```python Python icon="python"
        a
        ```

        ```bash cURL
        b
        ```
        </CodeGroup>
        """,
    "Mintlify RequestExample": """\
        <RequestExample>
          ```python
          a
          ```
          ```bash
          b
          ```
        </RequestExample>
        """,
    "Nextra": """\
        <Tabs items={['A', 'B']}>
          <Tabs.Tab>
        ```python
        a
        ```
          </Tabs.Tab>
          <Tabs.Tab>
        ```js
        b
        ```
          </Tabs.Tab>
        </Tabs>
        """,
    "Fumadocs attribute": """\
        ```python tab="A"
        a
        ```

        ```js tab="B"
        b
        ```
        """,
    "shadcn": """\
        <Tabs defaultValue="a"><TabsList><TabsTrigger value="a">A</TabsTrigger></TabsList>
        <TabsContent value="a">

        ```python
        a
        ```

        </TabsContent>
        <TabsContent value="b">

        ```js
        b
        ```

        </TabsContent>
        </Tabs>
        """,
    "Material for MkDocs": """\
        === "Python"

            ```{ .python .annotate title="a.py" hl_lines="3 6" }
            a
            ```

        === "JS"

            ```js
            b
            ```
        """,
    "pymdownx blocks": """\
        /// tab | Python

        ```python
        a
        ```

        ///

        /// tab | JS

        ```js
        b
        ```

        ///
        """,
    "GitBook": """\
        {% tabs %}
        {% tab title="Python" %}
        {% code title="a.py" lineNumbers="true" %}
        ```python
        a
        ```
        {% endcode %}
        {% endtab %}

        {% tab title="JS" %}
        ```js
        b
        ```
        {% endtab %}
        {% endtabs %}
        """,
    "Hugging Face": """\
        <hfoptions id="lang">
        <hfoption id="python">

        ```py
        a
        ```

        </hfoption>
        <hfoption id="js">

        ```js
        b
        ```

        </hfoption>
        </hfoptions>
        """,
    "Hugo": """\
        {{< tabs "x" >}}
        {{< tab "Python" >}}
        ```python
        a
        ```
        {{< /tab >}}
        {{< tab "JS" >}}
        ```js
        b
        ```
        {{< /tab >}}
        {{< /tabs >}}
        """,
    "Hugo with percent signs": """\
        {{% tabs %}}
        {{% tab title="Python" %}}
        ```python
        a
        ```
        {{% /tab %}}
        {{% tab title="JS" %}}
        ```js
        b
        ```
        {{% /tab %}}
        {{% /tabs %}}
        """,
    "Docsy": """\
        {{< tabpane text=true >}}
        {{< tab header="Python" lang="python" >}}
        a
        {{< /tab >}}
        {{< tab header="JS" lang="js" >}}
        b
        {{< /tab >}}
        {{< /tabpane >}}
        """,
    "VitePress": """\
        ::: code-group

        ```python{3,6} [a.py]
        a
        ```

        ```js:line-numbers [b.js]
        b
        ```

        :::
        """,
    "VitePress tabs": """\
        :::tabs key:ab
        == Python
        ```python
        a
        ```
        == JS
        ```js
        b
        ```
        :::
        """,
    "VuePress": """\
        ::: code-tabs#shell

        @tab Python

        ```python
        a
        ```

        @tab:active JS

        ```js
        b
        ```

        :::
        """,
    "Nuxt Content": """\
        ::code-group
        ```python [a.py]
        a
        ```
        ```js [b.js]
        b
        ```
        ::
        """,
}


@pytest.mark.parametrize("is_mdx", [False, True], ids=["md", "mdx"])
@pytest.mark.parametrize("name", TABS)
def test_tabs_are_a_group_of_alternatives(name: str, is_mdx: bool) -> None:
    page = f"{dedent(TABS[name])}\nText.\n\n```sh\nc\n```\n"
    blocks = (mdx if is_mdx else markdown).read("page", page)
    assert [block.text for block in blocks] == ["a\n", "b\n", "c\n"]
    assert [block.tag in {"python", "py"} for block in blocks] == [True, False, False]
    one, other, after = blocks
    assert one.group == other.group != ""
    assert one.tab.split(":")[0] == other.tab.split(":")[0]
    assert one.tab != other.tab
    assert (after.group, after.tab, after.prose) == ("", "", "Text.")
    lines = page.split("\n")
    assert [lines[block.first_line - 1].strip() for block in blocks] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("info", "tag"),
    [
        ('python title="a.py" {3,6}', "python"),
        ("python {3,6}", "python"),
        ("python{3,6}", "python"),
        ('{ .python .annotate title="a.py" }', "python"),
        ('{.python hl_lines="3"}', "python"),
        ('py OpenAI icon="python"', "py"),
        ("bash cURL", "bash"),
        ("js:line-numbers {1}", "js:line-numbers"),
        ("python [a.py]", "python"),
        ("ts twoslash", "ts"),
        ("python,editable", "python"),
        ("jsx live", "jsx"),
        ("sh npm2yarn", "sh"),
        ("[a.py]", ""),
    ],
)
def test_labels_and_attributes_of_a_fence_are_kept_and_no_language(info: str, tag: str) -> None:
    (block,) = read(f"```{info}\na\n```\n")
    assert (block.info, block.tag.partition(":")[0]) == (info, tag.partition(":")[0])


@pytest.mark.parametrize(
    ("opening", "closing", "tag"),
    [
        ("{% highlight python linenos %}", "{% endhighlight %}", "python"),
        ("{%- highlight sh -%}", "{%- endhighlight -%}", "sh"),
        ("{% codeblock lang:js %}", "{% endcodeblock %}", "js"),
        ('{{< highlight python "hl_lines=3" >}}', "{{< /highlight >}}", "python"),
        ("{{% highlight sh %}}", "{{% /highlight %}}", "sh"),
    ],
)
def test_a_templates_highlighting_is_a_block(opening: str, closing: str, tag: str) -> None:
    blocks = read(f"Text.\n{opening}\n# a\n\n  b\n{closing}\n\n```\nc\n```\n")
    assert [(block.line, block.text, block.tag) for block in blocks] == [(2, "# a\n\n  b\n", tag), (8, "c\n", "")]
    assert blocks[0].headings == blocks[1].headings == ()


def test_a_templates_highlighting_that_is_never_closed_is_text() -> None:
    assert [block.text for block in read("{% highlight sh %}\n\n```\na\n```\n")] == ["a\n"]


def test_a_template_tag_around_fences_is_no_block_itself() -> None:
    page = '{{< tab header="A" lang="sh" >}}\n```sh\na\n```\n{{< /tab >}}\n'
    assert [(block.line, block.text) for block in read(page)] == [(2, "a\n")]


def test_admonitions_hold_fences() -> None:
    blocks = read("""\
        !!! note

            ```sh
            a
            ```

        :::tip[Expected output]

        ```sh
        b
        ```

        :::

        > [!NOTE]
        > ```sh
        > c
        > ```

        <details>
        <summary>More</summary>

        ```sh
        d
        ```

        </details>
        """)
    assert [block.text for block in blocks] == ["a\n", "b\n", "c\n", "d\n"]
    assert [block.group for block in blocks] == ["", "", "", ""]


def test_fences_in_lists_are_found_at_any_depth() -> None:
    blocks = read("""\
        1. One

           ```sh
           a
           ```

           - Two
             ```sh
             b
               c
             ```

        2. Three:
            ```sh
            d
            ```
        """)
    assert [(block.line, block.text) for block in blocks] == [(3, "a\n"), (8, "b\n  c\n"), (14, "d\n")]


@pytest.mark.parametrize(
    "opening", ["<Tabs>\n<TabItem>", "{% tabs %}\n{% tab %}", "::::{tab-set}\n:::{tab-item} A", "::: code-group"]
)
def test_tabs_that_are_never_closed_are_none_and_hide_no_block(opening: str) -> None:
    blocks = read(f"{opening}\n\n```sh\na\n```\n\n```sh\nb\n```\n")
    assert [(block.text, block.tab) for block in blocks] == [("a\n", ""), ("b\n", "")]


@pytest.mark.parametrize(
    ("page", "unclosed"),
    [
        ("```sh\na\n", [True]),
        ("```sh\na", [True]),
        ("```sh", [True]),
        ("```sh\na\n\n", [True]),
        ("```sh\na\n```", [False]),
        ("```sh\n```", [False]),
        ("```sh\n\n```", [False]),
        ("````sh\na\n```\n", [True]),
        ("- ```sh\n  a\n\n```sh\nb\n```\n", [True, False]),
        ("> ```sh\n> a\n\n```sh\nb\n```\n", [True, False]),
        (":::{code} sh\na\n", [True]),
    ],
)
def test_a_fence_that_is_never_closed_says_so(page: str, unclosed: list[bool]) -> None:
    assert [block.unclosed for block in markdown.read("p", page)] == unclosed
