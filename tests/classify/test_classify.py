"""`classify`: what each block of a page is, by its form and by the page's words around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.classify import classify
from aswritten.model import Page
from aswritten.pages import read_page
from aswritten.pages.files import read as read_file
from aswritten.pages.mdx import read
from classifying import CURL, NODE, PYTHON, lines, only, roles

SEED = Path(__file__).parents[3] / "shared" / "pages" / "seed" / "wizardlm-2-8x22b.md"


def test_calls_of_a_name_that_a_page_lists_and_never_defines_are_fragments() -> None:
    calls = ["client.models.list()", "client.chat.completions.create(model='m')", "client.files.create(file='x')"]
    blocks = [f"```python\n{call}\n```\n" for call in calls]
    assert [role.kind for role in roles(*blocks)] == ["fragment"] * 3
    assert roles(*blocks)[1].reason == "a call in a list of calls: no block above it defines `client`"
    assert [role.kind for role in roles(*blocks[1:])] == ["sample"] * 2
    assert [role.kind for role in roles(PYTHON, *blocks)] == ["sample"] * 4


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (
            "```python\nfrom maker import complete, make\nthing = make()\ncomplete(thing)\n```\n",
            "```python\nanswer = complete(thing, echo=True)\n```\n",
        ),
        (
            '```js\nimport { generateText, make } from "maker";\nconst thing = make();\nawait generateText({ model: thing });\n```\n',
            "```js\nconst { text } = await generateText({ model: thing, echo: true });\n```\n",
        ),
    ],
)
def test_a_call_of_what_an_earlier_block_imports_is_a_call(first: str, then: str) -> None:
    role = only(first, "## Further down\n", then)
    assert (role.kind, lines(role), role.otherwise) == ("sample", [1], None)


@pytest.mark.parametrize(
    ("text", "guessed"),
    [
        ('```js\nimport Api from "maker";\nconst api = new Api();\nawait api.fillIn({ gap: 1 });\n```\n', True),
        ('```js\nimport Api from "maker";\nconst s = new Api().say({ model: "m", messages: [] });\n```\n', True),
        ('```js\nimport say from "maker";\nconsole.log(await say("hello"));\n```\n', True),
        ('```js\nimport say from "maker";\nfor await (const one of say("hello")) console.log(one);\n```\n', True),
        ("```python\nfrom maker import say\nprint(say(model='m', prompt='hello'))\n```\n", True),
        ("```python\nfrom maker import say\nprint(say({'model': 'm', 'messages': []}))\n```\n", True),
        (
            "```python\nimport asyncio\nfrom maker import Api\n\nasync def main():\n    await Api().fill_in(1)\n\nasyncio.run(main())\n```\n",
            True,
        ),
        (
            "```python\nimport maker\nfrom openai import OpenAI\nask = maker.of(OpenAI(), 'm')\nprint(ask('hello'))\n```\n",
            True,
        ),
        ("```python\nimport maker\nfrom openai import OpenAI\nask = maker.of(OpenAI(), 'm')\n```\n", False),
        ("```python\nimport os\nask = 'curl http://localhost/v1/models'\nos.system(ask)\n```\n", True),
        ("```python\nimport os\nos.system('ls')\n```\n", False),
        ('```js\nimport Api from "maker";\nconst api = new Api({ model: "m", prompt: "p" });\n```\n', False),
        ('```js\nimport { z } from "zod";\nawait z.object({}).parseAsync({});\n```\n', False),
        (
            "```js\nimport { ask } from 'maker';\nasync function show(one) { console.log(one); }\nconst answer = ask(['Who wrote it?']);\nawait show(answer);\n```\n",
            True,
        ),
        (
            "```js\nimport { ask } from 'maker';\nconst parts = ask('Who wrote it?');\nfor await (const part of parts) console.log(part);\n```\n",
            True,
        ),
        (
            "```js\nimport { ask } from 'maker';\nasync function show(one) { console.log(one); }\nconst answer = ask(['it']);\nawait show(answer);\n```\n",
            False,
        ),
        (
            "```js\nimport { ask } from 'maker';\nasync function show(one) { console.log(one); }\nconst answer = ask(['Who wrote it?']);\nshow(answer);\n```\n",
            False,
        ),
        ("```python\nfrom maker import Api\napi = Api(model='m', prompt='p')\n```\n", False),
        (
            "```python\nfrom maker import Api, Page\nmade = Api(model='m')\npage = Page(made)\nprint(page.read('it'))\n```\n",
            True,
        ),
        (
            "```python\nfrom maker import Api, Page\nmade = Api()\npage = Page(made)\nprint(page.read('it'))\n```\n",
            False,
        ),
        (
            "```python\nfrom maker import prompt\n\n@prompt('Tell of {x}')\ndef tell(x: str) -> str: ...\n\nprint(tell('y'))\n```\n",
            True,
        ),
        ("```python\nfrom maker import prompt\n\n@prompt('Tell of {x}')\ndef tell(x: str) -> str: ...\n```\n", False),
        (
            "```python\nimport click\n\n@click.command()\ndef main(): click.echo('hi')\n\nmain()\n```\n",
            False,
        ),
        (
            "```python\nfrom functools import cache\n\n@cache\ndef tell(x: str) -> str: return x\n\nprint(tell('y'))\n```\n",
            False,
        ),
        ("```python\nfrom maker import app\nprint(app.tell(['Who wrote it?']))\n```\n", True),
        ("```python\nfrom maker import app\nprint(app.tell('it'))\n```\n", False),
        ("```python\nfrom maker import app\nprint(app.tell([{'role': 'user', 'content': 'it'}]))\n```\n", True),
        ("```python\nfrom maker import app\nprint(app.tell([{'role': 'user'}]))\n```\n", False),
        (
            "```python\nfrom maker import app\nmessages = []\nwith app.open() as llm:\n    print(llm.tell(messages))\n```\n",
            True,
        ),
        ("```python\nfrom maker import app\nmessages = []\nmessages.append(1)\n```\n", False),
        (
            "```python\nimport asyncio\nfrom maker import make\n\nasync def main():\n    async with make('k').tell(1) as parts:\n        print(parts)\n\nasyncio.run(main())\n```\n",
            True,
        ),
        ("```python\nfrom maker import tell\na = tell('it')\nprint(a.choices[0])\n```\n", True),
        ("```python\nfrom rich import print\nprint('Who wrote it?')\n```\n", False),
        (
            "```python\nfrom maker import fill\nfrom openai import OpenAI\nprint(fill(client=OpenAI(), model='m'))\n```\n",
            True,
        ),
    ],
)
def test_what_is_waited_for_or_is_told_something_may_call_an_api(text: str, guessed: bool) -> None:
    role = only(text)
    otherwise = ("other", "does not call the API") if guessed else None
    assert (role.kind, role.otherwise) == ("sample" if guessed else "other", otherwise)


def test_javascript_that_is_nested_thousands_of_levels_deep_is_read_like_any_other() -> None:
    nested = "f(" * 5000 + "1" + ")" * 5000
    role = only(f"```js\n{nested};\nawait fetch('https://api.example.com/v1/models');\n```\n")
    assert (role.kind, role.otherwise) == ("sample", None)


def test_a_function_that_a_module_exports_as_default_is_its_runtimes_to_call() -> None:
    text = (
        '```js\nimport OpenAI from "openai";\nconst client = new OpenAI();\n'
        "const handler = async () => {\n  return client.chat.completions.create({});\n};\nexport default handler;\n```\n"
    )
    role = only(text)
    assert role.kind == "fragment"
    assert role.reason == "a handler that its runtime calls: exported as default at line 7"


def test_a_function_that_a_client_is_made_with_does_not_run_by_itself() -> None:
    text = (
        '```js\nimport Api from "maker";\n'
        "const api = new Api({\n  fetch: async (url, init) => fetch(url, init),\n});\n```\n"
    )
    assert only(text).kind == "other"


@pytest.mark.parametrize(("page", "language"), [(CURL, "curl"), (PYTHON, "python"), (NODE, "node")])
def test_a_whole_program_that_calls_the_api_is_a_sample(page: str, language: str) -> None:
    role = only(page)
    assert (role.kind, role.language, role.reason, role.earlier) == ("sample", language, "", ())


@pytest.mark.parametrize(("page", "language"), [(CURL, "curl"), (PYTHON, "python"), (NODE, "node")])
@pytest.mark.parametrize("tag", ["", "text", "snippet"])
def test_without_a_telling_tag_the_text_tells_the_language(page: str, language: str, tag: str) -> None:
    role = only(f"```{tag}\n" + page.split("\n", 1)[1])
    assert (role.kind, role.language) == ("sample", language)


@pytest.mark.parametrize(
    ("tag", "page", "language"), [("python", CURL, "curl"), ("bash", PYTHON, "python"), ("js", CURL, "curl")]
)
def test_a_tag_that_the_text_contradicts_is_overruled(tag: str, page: str, language: str) -> None:
    role = only(f"```{tag}\n" + page.split("\n", 1)[1])
    assert (role.kind, role.language) == ("sample", language)


def test_a_sample_with_a_mistake_is_still_a_sample() -> None:
    role = only("```python\nclient = OpenAI(\nclient.chat.completions.create(model='m')\n```\n")
    assert (role.kind, role.language) == ("sample", "python")


@pytest.mark.parametrize(
    ("name", "language"), [("a/curl.sh", "curl"), ("a/python.py", "python"), ("node.mjs", "node"), ("x.mts", "node")]
)
def test_a_sample_file_is_a_sample_whatever_it_holds(name: str, language: str) -> None:
    (role,) = classify(Page(name, "x\n", read_file(name, "x\n")))
    assert (role.kind, role.language) == ("sample", language)


def test_a_program_that_never_calls_its_own_main_is_a_sample_that_sends_nothing() -> None:
    role = only(
        """\
        ```python
        from openai import OpenAI

        def main():
            client = OpenAI()
            client.chat.completions.create(model="m")
        ```
        """
    )
    assert role.kind == "sample"


MODULE = """```python title="llm.py"
from openai import OpenAI
client = OpenAI()
def ask(question):
    return client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': question}])
```
"""


@pytest.mark.parametrize("use", ["from llm import ask\nprint(ask('Hi'))", "import llm\nprint(llm.ask('Hi'))"])
def test_a_block_that_calls_a_function_of_a_file_which_the_page_shows_is_a_sample(use: str) -> None:
    found = roles(MODULE, f"```python\n{use}\n```\n")
    assert [role.kind for role in found] == ["fragment", "sample"]
    assert found[0].reason == "sends nothing itself; is a part of the block at line 8"
    assert found[1].otherwise == ("other", "does not call the API")


@pytest.mark.parametrize(
    ("module", "use"),
    [
        (MODULE.replace("llm.py", "model.py"), "from llm import ask\nprint(ask('Hi'))"),
        (MODULE.replace("client = ", "...\nclient = "), "from llm import ask\nprint(ask('Hi'))"),
        (MODULE, "from llm import ask"),
        (MODULE, "from llm import client\nprint(client)"),
    ],
)
def test_a_block_that_only_looks_like_one_is_none(module: str, use: str) -> None:
    found = roles(module, f"```python\n{use}\n```\n")
    assert found[1].kind == "other"
    assert found[0].kind == "fragment"


def test_a_program_that_does_not_parse_is_tried_where_it_imports_or_goes_on() -> None:
    made = '```ts\nimport { make } from "kit";\nconst ai = make({});\n```\n'
    cut = "```ts\nconst answer = await ai.generate({\n  model: gpt4o\n  prompt: 'Hi',\n});\n```\n"
    assert [role.tried for role in roles(made, cut)] == ["", "client"]
    assert only(cut).tried == ""
    assert only(made, "```ts\n{\n  model: ai\n  prompt: 'Hi',\n}\n```\n").tried == ""
    assert only("```python\nimport requests\nbody = {\n```\n").tried == "client"
    assert only("```python\nimport json\nbody = {\n```\n").tried == ""
    waits = "import requests\n\ndef ask():\n    {}with requests.session() as s:\n        s.get('http://localhost')\n"
    assert [only(f"```python\n{waits.format(how)}```\n").tried for how in ("async ", "")] == ["client", "imports"]
    assert only("```python\nimport requests\nif not page:\n    break\n```\n").tried == ""


ROUTE = "import { streamText } from '{package}';\nexport async function POST(request) {\n  return streamText({ request });\n}\n"


@pytest.mark.parametrize(("package", "tried"), [("ai", "imports"), ("kit", "")])
def test_of_a_function_that_nobody_calls_the_imports_of_known_packages_are_tried(package: str, tried: str) -> None:
    role = only(f"```js\n{ROUTE.replace('{package}', package)}```\n")
    assert (role.kind, role.tried) == ("fragment", tried)
    assert role.reason == "sends nothing itself: no block calls its `POST`"


@pytest.mark.parametrize(("package", "tried"), [("@ai-sdk/react", "imports"), ("@kit/react", "")])
def test_of_a_piece_of_a_web_page_the_imports_of_known_packages_are_tried(package: str, tried: str) -> None:
    text = f"import {{ useChat }} from '{package}';\nexport const Chat = () => <p>{{useChat().status}}</p>;\n"
    role = only(f"```tsx\n{text}```\n")
    assert (role.kind, role.tried) == ("fragment", tried)


def test_a_function_that_a_sample_calls_is_tried_as_a_part_of_it() -> None:
    calls = "```js\nimport OpenAI from 'openai';\nawait new OpenAI().models.list();\nawait POST({});\n```\n"
    route, _ = roles(f"```js\n{ROUTE.replace('{package}', 'ai')}```\n", calls)
    assert (route.tried, route.imports) == ("part", None)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("js", "import React from 'react';\n<App />\n<App model='x' />"),
        ("js", "import x from 'x';\nx.configure(options?: Options): void"),
        ("python", "from click import Option\nOption(name: str, *, help: str)"),
    ],
)
def test_what_manuals_write_is_not_tried(tag: str, text: str) -> None:
    assert only(f"```{tag}\n{text}\n```\n").tried == ""


def test_text_that_a_shell_writes_down_is_shell_whatever_it_holds() -> None:
    text = f"cat <<EOF > ask.py\n{PYTHON.split(chr(10), 1)[1].removesuffix('```' + chr(10))}EOF\n"
    role = only(f"```bash\n{text}```\n")
    assert (role.kind, role.language, role.contradicted) == ("other", "curl", False)


@pytest.mark.parametrize(
    ("tag", "function"),
    [
        ("python", "def ask(client):\n    return client.chat.completions.create(model='m')\n"),
        ("js", "async function ask() {\n  return await fetch('https://api.example.com/v1/models');\n}\n"),
        ("js", "const ask = async (): Promise<Answer> => await fetch('https://api.example.com/v1/models');\n"),
    ],
)
def test_a_function_that_nobody_calls_sends_nothing(tag: str, function: str) -> None:
    block = f"```{tag}\n{function}```\n"
    assert (only(block).kind, only(block).reason) == ("fragment", "sends nothing itself: no block calls its `ask`")
    part, sample = roles(block, f"```{tag}\nask();\n```\n")
    assert (part.reason, sample.kind) == (
        f"sends nothing itself; is a part of the block at line {sample.block.line}",
        "sample",
    )
    assert only(f"```{tag}\nask();\n```\n").kind == "other"


@pytest.mark.parametrize(
    "block",
    [
        "```bash\ncurl https://api.example.com/v1/chat/completions ...\n```\n",
        "```python\nclient.chat.completions.create(model='m', ...)\n```\n",
        "```python\n    client.chat.completions.create(model='m')\n```\n",
    ],
)
def test_a_block_that_is_no_whole_program_is_a_fragment_with_the_reason(block: str) -> None:
    role = only(block)
    assert role.kind == "fragment"
    assert role.reason


@pytest.mark.skipif(not SEED.is_file(), reason="the published page that it started from is not beside the repository")
def test_the_page_that_it_started_from() -> None:
    found = classify(read_page(SEED, "seed.md"))
    assert [(role.kind, role.language) for role in found] == [
        ("other", ""),
        ("sample", "curl"),
        ("output", ""),
        ("sample", "curl"),
        ("output", ""),
        ("install", "curl"),
        ("sample", "python"),
        ("output", ""),
        ("output", ""),
        ("install", "curl"),
        ("sample", "node"),
        ("output", ""),
        ("output", ""),
    ]
    assert [role.of.index if role.of else None for role in found] == [
        None,
        None,
        1,
        None,
        3,
        None,
        None,
        6,
        6,
        None,
        None,
        10,
        10,
    ]
    assert not any(role.earlier or role.unclassified for role in found)


TAGS = st.sampled_from(["", "bash", "python", "js", "json", "text", "yaml", "output", "x"])
LINES = st.sampled_from(
    [
        "curl https://a.b/c",
        "client = 1",
        "import openai",
        "client.chat.completions.create()",
        "{",
        "}",
        '"choices": []',
        "data: {}",
        "...",
        "export A=b",
        "$A",
        "pip install x",
        "const a = 1",
        "a",
        "'",
        '"',
        "#",
        "https://a.b",
    ]
)
WORDS = st.sampled_from(["", "Response:", "# A", "## B", "It prints:", "<Tabs>", "</Tabs>"])


@given(st.lists(st.tuples(WORDS, TAGS, st.lists(LINES | st.text(max_size=6), max_size=4)), max_size=8))
def test_every_block_of_any_page_has_one_role_that_looks_back_only(parts: list[tuple[str, str, list[str]]]) -> None:
    text = "".join("\n".join([words, "", f"~~~{tag}", *body, "~~~", "", ""]) for words, tag, body in parts)
    page = Page("p.mdx", text, read("p.mdx", text))
    found = classify(page)
    assert tuple(role.block for role in found) == page.blocks
    by_block = {role.block: role for role in found}
    for role in found:
        assert all(block.index < role.block.index for block in role.earlier)
        assert role.kind == "sample" or not role.earlier
        assert role.of is None or (
            role.kind == "output" and by_block[role.of].kind == "sample" and role.of.index < role.block.index
        )
        assert role.reason or role.kind in {"sample", "install"}


@pytest.mark.parametrize(
    "text",
    [
        'curl "{{ site.url }}/v1/models"\n',
        "{% raw %}\ncurl https://api.example.com/v1/models\n{% endraw %}\n",
        "curl https://{{< host >}}/v1/models\n",
        "curl https://<%= host %>/v1/models\n",
        'curl https://api.example.com/v1/models\n--8<-- "rest.sh"\n',
    ],
)
def test_a_block_with_a_template_of_the_sites_generator_is_a_fragment(text: str) -> None:
    (role,) = roles(f"```bash\n{text}```\n")
    assert role.kind == "fragment"
    assert role.reason.startswith("holds a template of the site's generator: `")


def test_the_word_that_ends_a_here_document_is_no_template() -> None:
    assert only("```bash\ncurl https://api.example.com/v1/models -d @- <<__EOF__\n{}\n__EOF__\n```\n").kind == "sample"


@pytest.mark.parametrize(("line", "kind"), [("__MAKER_IMPORT__;", "fragment"), ("__MAKER_IMPORT__();", "sample")])
def test_a_name_that_the_sites_generator_puts_an_import_in_place_of_is_a_template(line: str, kind: str) -> None:
    (role,) = roles(f"```js\nimport OpenAI from 'openai';\n{line}\nawait new OpenAI().models.list();\n```\n")
    assert role.kind == kind


def test_a_file_that_the_sites_generator_puts_in_is_no_text_of_the_page() -> None:
    (role,) = roles("```python\n--8<-- 'code/ask.py:01:22'\n```\n")
    assert (role.kind, "`--8<-- 'code/ask.py:01:22'` at line 2" in role.reason) == ("fragment", True)


@pytest.mark.parametrize(
    "text",
    [
        'curl -d \'{"a": {"b": {}}}\' https://api.example.com/v1/models\n',
        'curl -w "%{http_code}" https://api.example.com/v1/models\n',
        "curl -d '{{#user}}{{query}}{{/user}}' https://api.example.com/v1/models\n",
    ],
)
def test_braces_are_no_template(text: str) -> None:
    (role,) = roles(f"```bash\n{text}```\n")
    assert role.kind == "sample"


@pytest.mark.parametrize(
    "exported",
    [
        "await client.chat.completions.create({ model: 'm', messages: names.map((n) => n) })",
        "run(async () => { await client.chat.completions.create({ model: 'm' }); })",
    ],
)
def test_what_a_block_calls_and_exports_is_no_handler(exported: str) -> None:
    made = "import OpenAI from 'openai';\nconst client = new OpenAI();\nconst run = (f) => f();\n"
    (role,) = roles(f"```js\n{made}export default {exported};\n```\n")
    assert role.kind == "sample"


@pytest.mark.parametrize(("begin", "end"), [("{", "}"), ("controller({", "})"), ("class {", "}")])
def test_what_a_handler_does_is_for_its_runtime_to_call(begin: str, end: str) -> None:
    fetches = '  async fetch(request) {\n    return fetch("https://api.example.com/v1/models");\n  }\n'
    (role,) = roles(f"```js\nimport {{ controller }} from 'framework';\nexport default {begin}\n{fetches}{end};\n```\n")
    assert (role.kind, role.reason) == ("fragment", "a handler that its runtime calls: exported as default at line 3")


def test_a_script_of_a_framework_runs_by_its_command() -> None:
    text = 'import streamlit as st\nimport requests\nrequests.get("https://api.example.com/v1/models")\n'
    (role,) = roles(f"```python\n{text}```\n")
    assert (role.kind, role.reason) == ("fragment", "runs in streamlit, by its own command")


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("js", "const r = await client.responses.create({\n  // ...\n  model: 'm',\n});\n"),
        ("python", "r = client.responses.create(\n    # ...\n    model='m',\n)\n"),
    ],
)
def test_a_comment_of_dots_inside_of_brackets_leaves_something_out(tag: str, text: str) -> None:
    (role,) = roles(f"```{tag}\n{text}```\n")
    assert role.kind == "fragment"
    assert "a part is left out" in role.reason


@pytest.mark.parametrize(
    ("tag", "text", "language"),
    [
        ("python", "curl https://api.example.com/v1/models\n", "curl"),
        ("bash", 'import requests\nrequests.get("https://api.example.com/v1/models")\n', "python"),
        ("json", 'const r = await fetch("https://api.example.com/v1/models");\n', "node"),
        ("python", "pip install openai\n", "curl"),
        ("python", "const client = new OpenAI({\n  apiKey: 'k',\n})\n", "node"),
        ("yaml", "curl https://api.example.com/v1/models -H 'accept: json'\n", "curl"),
        ("python", "python - <<'PY'\nimport requests\nrequests.get('https://api.example.com/v1/models')\nPY\n", "curl"),
    ],
)
def test_a_fence_that_names_another_language_is_contradicted(tag: str, text: str, language: str) -> None:
    (role,) = roles(f"```{tag}\n{text}```\n")
    assert (role.language, role.contradicted) == (language, True)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("bash", "curl https://api.example.com/v1/models\n"),
        ("", "curl https://api.example.com/v1/models\n"),
        ("ts", 'const r = await fetch("https://api.example.com/v1/models");\n'),
        ("python", "%pip install openai\n"),
        ("json", '{"model": "m"}\n'),
        ("yaml", "run: curl https://api.example.com/v1/models\n"),
        ("yaml", "# As a job\n\njobs:\n  ask:\n    run: |\n      curl -f https://api.example.com/v1/models\n"),
        ("yaml", "- run: |\n    curl -f https://api.example.com/v1/models\n"),
    ],
)
def test_a_fence_that_names_its_own_language_or_none_is_not(tag: str, text: str) -> None:
    (role,) = roles(f"```{tag}\n{text}```\n")
    assert not role.contradicted


def test_a_transcript_whose_commands_call_the_api_is_a_sample() -> None:
    assert only("```console\n$ curl https://api.example.com/v1/models\n{}\n```\n").kind == "sample"
    assert only("```console\n$ ls curl\nhttps://api.example.com/v1/models\n```\n").kind == "other"


def test_a_client_whose_import_is_missing_calls_the_api() -> None:
    (role,) = roles('```python\nr = requests.get("https://api.example.com/v1/models")\n```\n')
    assert role.kind == "sample"


@pytest.mark.parametrize("mark", ["# [!code --]", "# [!code --:2]"])
def test_lines_that_are_marked_to_go_make_a_block_two_in_one(mark: str) -> None:
    role = only(
        f"```python\nclient = Client()  {mark}\nclient = Client(1)  # [!code ++]\nclient.chat.completions.create()\n```\n"
    )
    assert (role.kind, role.reason.split(" (")[0]) == ("fragment", "shows a change: line 2 is marked as one that goes")
    assert only("```python\nClient().chat.completions.create()  # [!code ++]\n```\n").kind == "sample"


def test_a_command_of_which_an_argument_changes_is_two_in_one() -> None:
    role = only("```diff\n curl https://api.example.com/v1/chat/completions \\\n-  -d '{}'\n+  -d '{\"n\": 1}'\n```\n")
    assert (role.kind, role.reason.split(" (")[0]) == ("fragment", "shows a change: line 3 is marked as one that goes")


def test_what_a_change_defines_is_defined_though_it_does_not_run() -> None:
    change = "- from old import Client\n+ from new import Client\n+ client = Client()\n\nclient.chat.completions.create(model='m', messages=[])\n"
    goes_on = "stream = client.chat.completions.create(model='m', messages=[], stream=True)\n"
    (shown, behind) = roles(f"```python\n{change}```\n\nThen:\n\n```python\n{goes_on}```\n")
    assert shown.reason.startswith("shows a change")
    assert (behind.kind, behind.reason.split(" (")[0]) == (
        "fragment",
        "needs `client` of the block at line 1, which cannot run: shows a change: line 2 is marked as one that goes",
    )


@pytest.mark.parametrize(
    ("template", "kind"),
    [
        ('"""\n{% chat role="user" %}\n{{ question }}\n{% endchat %}\n"""', "sample"),
        ('"""\n{% if a %}{{ question }}{% endif %}\n"""; url = "{{ site.title }}"', "fragment"),
        ('"""\n{{ site.data.temperature }}\n"""', "fragment"),
        ('"""\n{% if a %}{{< param "model" >}}{% endif %}\n"""', "fragment"),
        ('"https://a.example/"\\\n  "{% if a %}{{ page.path }}"', "fragment"),
        ('"{{ site.title }}"', "fragment"),
    ],
)
def test_a_template_in_a_text_of_several_lines_is_the_programs_own(template: str, kind: str) -> None:
    asks = "import requests\nrequests.get('http://localhost/v1/models')\n"
    assert only(f"```python\ntext = {template}\n{asks}```\n").kind == kind


def test_a_template_that_a_program_fills_in_is_none_of_the_sites() -> None:
    asks = "import requests\nrequests.get('http://localhost/v1/models')\n"
    assert (
        only(f"```python\nfrom jinja2 import Template\nText = Template('{{{{ text }}}}')\n{asks}```\n").kind == "sample"
    )
    assert only(f"```python\ntemplate = '{{{{ site.text }}}}'\n{asks}```\n").kind == "fragment"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("'Answer this: {{question}}', values={'question': 'Why?'}", "sample"),
        ("'Answer this: {{question}} for {{ site.title }}', values={'question': 'Why?'}", "fragment"),
        ("'<SYS>{{question}}</SYS>', values={'question': 'Why?'}", "sample"),
        ("'Answer this: {{question}}'", "fragment"),
        ("'{{question}}', values={'question': 'Why?'}", "fragment"),
        ("'Bearer {{question}}', values={'question': 'Why?'}", "fragment"),
        ("'Token {{token}}', values={'token': 'Why?'}", "fragment"),
        ("'{\"model\": {{model}}}'", "fragment"),
        ("'{ model: {{model}} }'", "fragment"),
    ],
)
def test_what_a_program_fills_into_its_own_words_is_no_template_of_the_site(text: str, kind: str) -> None:
    asks = f"from openai import OpenAI\nOpenAI().responses.create(model='m', prompt={text})\n"
    assert only(f"```python\n{asks}```\n").kind == kind


def test_a_piece_that_is_indented_is_in_the_language_of_its_tag() -> None:
    role = only("```python\n    r = client.chat.completions.create(model='m', messages=[])\n    print(r)\n```\n")
    assert (role.language, role.kind, role.contradicted) == ("python", "fragment", False)


@pytest.mark.parametrize("tag", ["powershell", "bat", "fish"])
def test_a_command_in_a_fence_of_another_shell_is_that_shells(tag: str) -> None:
    assert only(f"```{tag}\ncurl https://api.example.com/v1/models -H 'a: b'\n```\n").kind == "other"


@pytest.mark.parametrize(
    "change",
    [
        "- from old import Client\n-client = Client()\n+ from new import Client\n+client = Client()\n",
        "client = Old()  # [!code --]\nclient = New()\n",
    ],
)
def test_a_change_defines_what_comes(change: str) -> None:
    (shown, behind) = roles(
        f"```python\n{change}```\n\nThen:\n\n```python\nprint(client.chat.completions.create(model='m', messages=[]))\n```\n"
    )
    assert shown.reason.startswith("shows a change")
    assert behind.reason.startswith("needs `client` of the block at line 1, which cannot run")
