"""`classify`: what each block of a page is, by its form and by the page's words around it."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.classify import Role, classify
from aswritten.model import Page
from aswritten.pages import read_page
from aswritten.pages.files import read as read_file
from aswritten.pages.mdx import read

SEED = Path(__file__).parents[2] / "shared" / "pages" / "seed" / "wizardlm-2-8x22b.md"

CURL = '```bash\ncurl https://api.example.com/v1/chat/completions -d \'{"model": "m"}\'\n```\n'
CURL_STREAM = "```bash\ncurl https://api.example.com/v1/chat/completions -d '{\"stream\": true}'\n```\n"
PYTHON = (
    "```python\nfrom openai import OpenAI\nclient = OpenAI()\nanswer = client.chat.completions.create(model='m')\n```\n"
)
NODE = '```js\nimport OpenAI from "openai";\nconst client = new OpenAI();\nconst answer = await client.chat.completions.create({});\n```\n'
COMPLETION = '```json\n{"object": "chat.completion", "choices": []}\n```\n'


def roles(*parts: str) -> tuple[Role, ...]:
    text = "\n".join(dedent(part) for part in parts)
    return classify(Page("page.mdx", text, read("page.mdx", text)))


def only(*parts: str) -> Role:
    """The last block's role."""
    return roles(*parts)[-1]


def kinds(*parts: str) -> list[str]:
    return [role.kind for role in roles(*parts)]


def lines(role: Role) -> list[int]:
    return [block.line for block in role.earlier]


# Samples


@pytest.mark.parametrize(
    ("decorator", "taken"),
    [
        ("@client.tools.register(name='now')", "whole"),
        ("@client.tool", "whole"),
        ("@json.tool", ""),
        ("@tool", ""),
        ("", ""),
    ],
)
def test_functions_that_a_block_registers_with_a_client_change_it(decorator: str, taken: str) -> None:
    other = f"import json\n\n{decorator}\ndef now():\n    return 1\n\nclient.models.list()\n"
    uses = "```python\nprint(json.dumps(client.models.list().model_dump()))\n```\n"
    (_, second) = only(PYTHON, f"```python\n{other}```\n", uses).earlier
    assert (second.text == other) == bool(taken)


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
        ("```python\nfrom maker import Api\napi = Api(model='m', prompt='p')\n```\n", False),
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


@pytest.mark.parametrize(("model", "kind"), [("Model('m')", "sample"), ("prompts.other('m')", "other")])
def test_what_goes_through_a_model_in_a_chain_calls_the_api(model: str, kind: str) -> None:
    source = f"from maker import Model\nimport tqdm as prompts\nchain = prompts.one('p') | {model} | str\nfor text in chain.stream('Hi'):\n    print(text)\n"
    assert only(f"```python\n{source}```\n").kind == kind


def test_who_needs_an_import_of_a_sample_alone_does_not_run_the_sample() -> None:
    first = "```python\nimport os\nfrom maker import (\n    Client,\n)\nClient().chat.completions.create(model=os.name)\n```\n"
    role = only(first, "```python\nclient = Client()\nclient.chat.completions.create(model='m')\n```\n")
    assert [block.text for block in role.earlier] == ["from maker import (\n    Client,\n)\n"]
    assert lines(role) == [1]


def test_a_module_that_a_sample_sets_up_is_needed_as_it_is_set_up() -> None:
    first = "```python\nimport maker\nmaker.key = 'k'\nmaker.completion(model='m')\n```\n"
    role = only(first, "```python\nmaker.completion(model='other')\n```\n")
    assert [block.text for block in role.earlier] == ["import maker\nmaker.key = 'k'\nmaker.completion(model='m')\n"]


def test_what_may_call_an_api_and_others_go_on_from_is_else_a_fragment() -> None:
    first = '```js\nimport Api from "maker";\nconst api = await Api.open(1);\n```\n'
    found = roles(first, "```js\nawait api.chat.create({});\n```\n")
    assert found[0].otherwise == ("fragment", "sends nothing itself; runs as a part of the block at line 6")


def test_variables_of_an_env_file_are_no_shell() -> None:
    role = only('```shell\n# Redis\nREDIS_HOST = ""   # a host\n\nREDIS_PORT = 1\n```\n')
    assert (role.kind, role.language, role.reason, role.contradicted) == (
        "other",
        "dotenv",
        "variables of an .env file",
        True,
    )
    assert only("```shell\nREDIS_HOST=a\n```\n").kind == "fragment"
    assert only("```ini\nREDIS_HOST = a\n```\n").language != "dotenv"
    assert only("```shell\n[ $A = b ]\n```\n").language != "dotenv"


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


# Blocks that go on from earlier ones


def test_the_blocks_that_define_what_a_sample_needs_run_in_front_of_it() -> None:
    found = roles(
        "```python\nfrom openai import OpenAI\n```\n",
        "```python\nunrelated = 1\n```\n",
        "```python\nclient = OpenAI()\n```\n",
        "```python\nclient.chat.completions.create(model='m')\n```\n",
    )
    assert [role.kind for role in found] == ["fragment", "other", "fragment", "sample"]
    assert lines(found[3]) == [1, 9]
    assert found[0].reason == "sends nothing itself; runs as a part of the block at line 13"
    assert found[1].reason == "does not call the API"


def test_a_fragment_names_all_blocks_that_it_is_a_part_of() -> None:
    use = "```python\nclient.chat.completions.create(model='m')\n```\n"
    found = roles("```python\nfrom openai import OpenAI\nclient = OpenAI()\n```\n", use, use)
    assert found[0].reason == "sends nothing itself; runs as a part of the blocks at lines 6, 10"


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
    assert found[0].reason == "sends nothing itself; runs as a part of the block at line 8"
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


def test_the_nearest_definition_wins() -> None:
    setup = "```python\nfrom openai import OpenAI\nclient = OpenAI()\n```\n"
    assert lines(only(setup, setup, "```python\nclient.chat.completions.create(model='m')\n```\n")) == [6]


SETUP = "```python\nfrom openai import OpenAI\nclient = OpenAI()\nmessages = []\n```\n"
USE = "```python\nclient.chat.completions.create(model='m', messages=messages)\n```\n"


@pytest.mark.parametrize(
    "change",
    [
        "messages.append({'role': 'user'})",
        "messages[0] = {'role': 'user'}",
        "for one in [1]:\n    messages.append(one)",
    ],
)
def test_the_blocks_that_change_what_a_sample_needs_run_in_front_of_it(change: str) -> None:
    found = roles(SETUP, "```python\nunrelated = []\nunrelated.append(1)\n```\n", f"```python\n{change}\n```\n", USE)
    assert lines(found[3]) == [1, 12]
    assert found[2].reason == f"sends nothing itself; runs as a part of the block at line {found[3].block.line}"


def test_what_needs_a_name_that_nobody_defines_changes_nothing() -> None:
    assert lines(only(SETUP, "```python\nmessages.append(nobody)\n```\n", USE)) == [1]


def test_what_stands_above_the_definition_changes_nothing() -> None:
    assert lines(only(SETUP, "```python\nmessages.append(1)\n```\n", SETUP, USE)) == [11]


def test_javascript_that_changes_what_a_sample_needs_runs_in_front_of_it() -> None:
    setup = "```js\nimport OpenAI from 'openai';\nconst client = new OpenAI();\nconst messages = [];\n```\n"
    use = "```js\nawait client.chat.completions.create({ model: 'm', messages });\n```\n"
    assert lines(only(setup, "```js\nmessages.push({ role: 'user' });\n```\n", use)) == [1, 7]


def test_no_more_than_a_hundred_blocks_run_in_front_of_one() -> None:
    more = "```python\nmessages = [*messages, 1]\n```\n"
    assert len(only(SETUP, *[more] * 90, USE).earlier) == 91
    role = only(SETUP, *[more] * 120, USE)
    assert (role.kind, role.reason) == ("fragment", "goes on from more than 100 blocks above it")


def test_text_that_a_shell_writes_down_is_shell_whatever_it_holds() -> None:
    text = f"cat <<EOF > ask.py\n{PYTHON.split(chr(10), 1)[1].removesuffix('```' + chr(10))}EOF\n"
    role = only(f"```bash\n{text}```\n")
    assert (role.kind, role.language, role.contradicted) == ("other", "curl", False)


def test_a_name_that_no_block_defines_is_left_to_the_run() -> None:
    role = only("```python\nclient.chat.completions.create(model='m')\n```\n")
    assert (role.kind, role.earlier) == ("sample", ())


def test_a_block_that_calls_a_function_of_an_earlier_one_is_a_sample() -> None:
    found = roles(
        "```python\nfrom openai import OpenAI\n\ndef ask(text):\n    return OpenAI().chat.completions.create(model=text)\n```\n",
        "```python\nprint(ask('m'))\n```\n",
    )
    assert [role.kind for role in found] == ["fragment", "sample"]
    assert lines(found[1]) == [1]


def test_a_block_that_goes_on_with_the_answer_of_the_sample_above_is_a_sample() -> None:
    found = roles(PYTHON, "```python\nprint(answer.choices[0].message.content)\n```\n")
    assert [role.kind for role in found] == ["sample", "sample"]
    assert lines(found[1]) == [1]


def test_a_block_that_merely_uses_an_import_of_the_sample_above_is_none() -> None:
    assert kinds(PYTHON, "```python\nother = OpenAI()\n```\n") == ["sample", "other"]


def test_a_block_in_another_tab_gives_nothing() -> None:
    page = """\
        <Tabs>
        <Tab>
        ```python
        from openai import OpenAI
        client = OpenAI()
        ```
        ```python
        client.chat.completions.create(model="m")
        ```
        </Tab>
        <Tab>
        ```python
        from openai import AsyncOpenAI
        key = "k"
        ```
        ```python
        client.chat.completions.create(model="m")
        ```
        </Tab>
        </Tabs>
        """
    found = roles(page)
    assert [lines(role) for role in found] == [[], [3], [], []]


def test_a_block_of_another_language_gives_nothing() -> None:
    assert (
        only("```js\nconst client = 1;\n```\n", "```python\nclient.chat.completions.create(model='m')\n```\n").earlier
        == ()
    )


def test_javascript_blocks_that_declare_the_same_name_share_the_client_alone() -> None:
    again = "```js\nconst answer = await client.chat.completions.create({});\n```\n"
    (earlier,) = only(NODE, again).earlier
    assert earlier.text == "".join(NODE.splitlines(keepends=True)[1:3])


def test_javascript_blocks_that_declare_the_same_name_do_not_run_as_one() -> None:
    function = "```js\nconst answer = 1;\nfunction ask() { return fetch('https://api.example.com/v1/models'); }\n```\n"
    role = only(
        function, "```js\nconst answer = await ask();\nawait fetch('https://api.example.com/v1/models');\n```\n"
    )
    assert role.kind == "fragment"
    assert role.reason == "needs `ask` of the block at line 1, and both declare `answer`: they cannot run as one"


@pytest.mark.parametrize(
    "cut",
    [
        "client.chat.completions.create(model='m', messages=...)",
        "client.chat.completions.create(model='m', ...)",
    ],
)
def test_a_block_that_needs_the_client_of_an_elided_one_takes_it_alone(cut: str) -> None:
    made = "from openai import OpenAI\n\nclient = OpenAI()\n"
    role = only(f"```python\n{made}{cut}\n```\n", "```python\nclient.chat.completions.create(model='m')\n```\n")
    assert [block.text for block in role.earlier] == ["from openai import OpenAI\nclient = OpenAI()\n"]
    assert [block.lines for block in role.earlier] == [(2, 4)]


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
        f"sends nothing itself; runs as a part of the block at line {sample.block.line}",
        "sample",
    )
    assert only(f"```{tag}\nask();\n```\n").kind == "other"


def test_one_message_with_its_parts_is_an_answer() -> None:
    message = '{"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi"}]}'
    assert only(f"```json\n{message}\n```\n").kind == "output"
    assert only(f"```json\n{message.replace('message', 'other')}\n```\n").kind == "other"


def test_chunks_one_a_line_are_no_answer_that_does_not_parse() -> None:
    asks = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    chunk = '{"id": "c", "choices": []}\n'
    (shown,) = roles(f"{asks}\nResponse chunks:\n\n```json\n{chunk}{chunk}```\n")[1:]
    assert "does not parse" not in shown.reason


@pytest.mark.parametrize("prose", ["Response:", "得到的返回值如下所示："])
def test_an_answer_that_does_not_parse_is_one_where_the_page_says_so(prose: str) -> None:
    asks = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    broken = '{"id": "c", "choices": [{"index": 0}]'
    shown = f"{asks}\n{prose}\n\n```bash\n{broken}\n```\n"
    assert (roles(shown)[1].kind, roles(shown)[1].reason) == (
        "output",
        "a JSON body that does not parse, documented as the answer to the sample at line 1",
    )
    assert roles(shown.replace(prose, "Then:"))[1].kind != "output"


def test_an_expression_that_reads_an_answer_is_no_print_of_one() -> None:
    found = roles(PYTHON, "You can get the data of each model:\n\n```\nmodels.data[0].meta_data\n```\n")
    assert found[1].kind != "output"


@pytest.mark.parametrize("tag", ["", "text"])
@pytest.mark.parametrize("printed", ['{"city": "Paris"}', "Bonjour"])
def test_plain_text_right_below_a_sample_that_prints_is_what_it_prints(tag: str, printed: str) -> None:
    ask = "from openai import OpenAI\nanswer = OpenAI().chat.completions.create(model='m')\n"
    shown = f"```{tag}\n{printed}\n```\n"
    below = roles(f"```python\n{ask}print(answer)\n```\n{shown}")[1]
    assert (below.kind, below.reason) == ("output", "documented as what the sample at line 1 prints")
    broken = "client.chat.completions.create(\n    model='m'\n    max_tokens=1,\n)"
    assert roles(f"```python\n{ask}print(answer)\n```\n```{tag}\n{broken}\n```\n")[1].kind != "output"
    assert roles(f"```python\n{ask}print(answer)\n```\nOf cities:\n\n{shown}")[1].kind == "other"


@pytest.mark.parametrize(
    ("tag", "set_up", "cut"),
    [
        (
            "python",
            "import os\nfrom openai import OpenAI\nKEY = os.environ['KEY']\nclient = OpenAI(api_key=KEY)\n",
            "...",
        ),
        (
            "js",
            "const OpenAI = require('openai');\nconst KEY = 'sk-1';\nconst client = new OpenAI({apiKey: KEY});\n",
            "…",
        ),
    ],
)
def test_what_a_client_is_made_with_comes_along_in_the_order_of_the_page(tag: str, set_up: str, cut: str) -> None:
    ask = "client.chat.completions.create({});\n"
    (earlier,) = only(f"```{tag}\n{set_up}client.models.list({cut});\n```\n", f"```{tag}\n{ask}```\n").earlier
    assert earlier.text == set_up


@pytest.mark.parametrize("answer", ["client.models.list()", "os.popen('date')", "ask(...)"])
def test_nothing_else_of_an_elided_block_is_taken(answer: str) -> None:
    role = only(
        f"```python\nanswer = {answer}\nclient.chat.completions.create(...)\n```\n",
        "```python\nclient.chat.completions.create(model=answer)\n```\n",
    )
    assert (role.kind, role.reason.split(":")[0]) == (
        "fragment",
        "needs `answer` of the block at line 1, which cannot run",
    )


@pytest.mark.parametrize(
    "later",
    [
        "model = {'name': model}",
        "for model in models:\n    pass",
        "model += '-mini'",
        "model.append('x')",
        "model.name = 'x'",
    ],
)
def test_a_value_that_changes_later_is_not_taken_alone(later: str) -> None:
    cut = f"```python\nmodel = 'gpt'\n{later}\nclient.chat.completions.create(...)\n```\n"
    role = only(cut, "```python\nclient.chat.completions.create(model=model)\n```\n")
    assert (role.kind, role.reason[:12]) == ("fragment", "needs `model")


def test_all_of_a_block_is_taken_rather_than_a_part_of_a_nearer_one_that_needs_what_nobody_defines() -> None:
    whole = "```python\nfrom openai import OpenAI\nclient = OpenAI()\nclient.models.list()\n```\n"
    cut = "```python\nclient = OpenAI(api_key=key_of('x'))\nclient.chat.completions.create(...)\n```\n"
    ask = "```python\nclient.chat.completions.create(model='m')\n```\n"
    assert [block.line for block in only(whole, cut, ask).earlier] == [1]
    assert [block.line for block in only(whole, cut.replace("key_of('x')", "'x'"), ask).earlier] == [1]


def test_others_than_the_nearest_that_define_what_a_block_needs_are_told() -> None:
    first = "```python\nfrom openai import OpenAI\nclass User: ...\nclient = OpenAI()\nclient.models.list()\n```\n"
    second = "```python\nfrom openai import OpenAI\nclient = OpenAI()\nclient.models.list()\n```\n"
    role = only(first, second, "```python\nclient.models.retrieve(User)\n```\n")
    assert ([block.line for block in role.earlier], [[block.line for block in way] for way in role.instead]) == (
        [1, 8],
        [[1]],
    )


def test_what_a_block_defines_that_calls_nothing_comes_along_with_the_client_of_one_that_does() -> None:
    asks = "```python\nfrom openai import OpenAI\nclient = OpenAI()\nclient.models.list()\n```\n"
    makes = "```python\nimage = open('a.png', 'rb').read().hex()\n```\n"
    role = only(asks, makes, "```python\nclient.chat.completions.create(model=image)\n```\n")
    ((client, image),) = role.instead
    assert (client.text, image.text) == ("from openai import OpenAI\nclient = OpenAI()\n", role.earlier[1].text)


def test_a_client_that_a_function_makes_is_set_up_by_itself() -> None:
    made = (
        "```ts\nimport { createMaker } from '@maker/sdk';\nimport { generateText } from 'ai';\nconst maker = createMaker({});\n"
        "const r = await generateText({ model: maker('m'), prompt: 'Hi' });\n```\n"
    )
    ask = "```ts\nimport { generateText } from 'ai';\nconst r = await generateText({ model: maker('n'), prompt: 'Hi' });\n```\n"
    role = only(made, ask)
    (part,) = role.earlier
    assert (role.kind, "createMaker" in part.text, "generateText" in part.text) == ("sample", True, False)


def test_others_that_define_what_a_block_needs_are_told() -> None:
    one = "```python\nfrom openai import OpenAI\nclient = OpenAI()\nclient.models.list()\n```\n"
    role = only(one, one, "```python\nclient.models.retrieve('m')\n```\n")
    assert ([block.line for block in role.earlier], [[block.line for block in way] for way in role.instead]) == (
        [7],
        [[1], [7]],
    )
    ((part,),) = only(one, "```python\nclient.models.retrieve('m')\n```\n").instead
    assert part.text == "from openai import OpenAI\nclient = OpenAI()\n"
    assert only(one.replace("OpenAI()", "made()"), "```python\nclient.models.retrieve('m')\n```\n").instead == ()


@pytest.mark.parametrize(("value", "kind"), [("{{API_KEY}}", "sample"), ("{{ api_key }}", "fragment")])
def test_a_text_in_capitals_that_is_all_in_braces_is_its_readers_to_fill_in(value: str, kind: str) -> None:
    assert only(PYTHON.replace("OpenAI()", f'OpenAI(api_key="{value}")')).kind == kind


def test_a_block_that_needs_an_elided_one_cannot_run_either() -> None:
    role = only(
        "```python\nclient = OpenAI(\n    ...\n)\n```\n", "```python\nclient.chat.completions.create(model='m')\n```\n"
    )
    assert role.kind == "fragment"
    assert role.reason.startswith("needs `client` of the block at line 1, which cannot run: a part is left out")


@pytest.mark.parametrize(
    "block",
    [
        "```bash\ncurl https://api.example.com/v1/chat/completions ...\n```\n",
        "```console\n$ curl https://api.example.com/v1/models\n{}\n```\n",
        "```python\nclient.chat.completions.create(model='m', ...)\n```\n",
        "```python\n    client.chat.completions.create(model='m')\n```\n",
    ],
)
def test_a_block_that_is_no_whole_program_is_a_fragment_with_the_reason(block: str) -> None:
    role = only(block)
    assert role.kind == "fragment"
    assert role.reason


# The shell's variables


def test_a_block_that_only_sets_variables_gives_them_to_the_samples_after_it() -> None:
    found = roles(
        '```bash\nexport API_KEY="k"\nMODEL=m\n```\n',
        '```bash\ncurl https://api.example.com/v1/$MODEL -H "K: $API_KEY"\n```\n',
    )
    assert (found[0].kind, found[0].language) == ("fragment", "curl")
    assert found[0].reason == "sends nothing itself; its variables are given to the samples after it"
    assert dict(found[0].variables) == {"API_KEY": "k", "MODEL": "m"}
    assert (found[1].kind, found[1].earlier) == ("sample", ())


def test_a_sample_gives_its_variables_too() -> None:
    role = only("```bash\nexport API_KEY=k\ncurl https://api.example.com/v1/models\n```\n")
    assert (role.kind, dict(role.variables)) == ("sample", {"API_KEY": "k"})


def test_a_variable_that_takes_a_run_makes_its_block_run_in_front() -> None:
    found = roles(
        "```bash\nTOKEN=$(curl https://api.example.com/token)\n```\n",
        '```bash\ncurl https://api.example.com/v1/models -H "T: $TOKEN"\n```\n',
    )
    assert lines(found[1]) == [1]


# Installs


@pytest.mark.parametrize(
    "command", ["pip install openai", "$ pip install openai", "npm install openai", "# first\nuv add openai httpx"]
)
@pytest.mark.parametrize("tag", ["bash", "", "console", "python"])
def test_a_block_of_package_manager_commands_is_an_install(command: str, tag: str) -> None:
    role = only(f"```{tag}\n{command}\n```\n")
    assert role.kind == "install"
    assert [install.line for install in role.installs] == [3 if command.startswith("#") else 2]


def test_a_block_that_also_does_something_else_is_no_install() -> None:
    assert kinds("```bash\npip install openai\nserver --start\n```\n") == ["other"]


# Documented output


def test_a_json_body_below_a_sample_documents_its_answer() -> None:
    found = roles(CURL, "The response may look like this\n", COMPLETION)
    assert (found[1].kind, found[1].of) == ("output", found[0].block)
    assert found[1].reason == "a JSON body, documented as the answer to the sample at line 1"


@pytest.mark.parametrize(
    "body",
    [
        '{"choices": [...]}',
        '{\n  "object": "list",\n  "data": [\n    {"id": 1},\n    ...\n  ]\n}',
        '{"error": {"message": "no"}} ',
        '{\n  "choices": [], // all of them\n  "usage": ...,\n}',
        '[{"object": "model"}]',
    ],
)
@pytest.mark.parametrize("tag", ["json", "", "bash", "js"])
def test_an_answer_is_known_by_its_form_elided_or_not(body: str, tag: str) -> None:
    assert kinds(CURL, f"```{tag}\n{body}\n```\n") == ["sample", "output"]


def test_an_event_stream_is_known_by_its_form() -> None:
    found = roles(CURL_STREAM, CURL, '```\ndata: {"id": 1}\n\n...\n\ndata: [DONE]\n```\n')
    assert found[2].of == found[0].block


def test_a_body_that_does_not_stream_belongs_to_the_sample_that_does_not_stream() -> None:
    found = roles(CURL, CURL_STREAM, COMPLETION)
    assert found[2].of == found[0].block


def test_below_tabs_a_body_belongs_to_the_sample_that_shows_bodies() -> None:
    found = roles("<CodeGroup>\n", CURL, PYTHON, NODE, "</CodeGroup>\n\nThe response:\n", COMPLETION)
    assert found[3].of == found[0].block


def test_a_print_belongs_to_the_program_that_prints() -> None:
    found = roles(
        "<CodeGroup>\n",
        PYTHON,
        NODE,
        CURL,
        "</CodeGroup>\n\nOutput:\n\n```\n{'role': 'assistant', 'content': None}\n```\n",
    )
    assert (found[3].kind, found[3].of) == ("output", found[0].block)


def test_what_waits_for_a_call_is_no_print() -> None:
    shown = "## Returns\n\nOne (see below):\n\n```js\n{}\n```\n"
    assert kinds("# Use\n", NODE, shown.format("await client.ask('Hi');"))[-1] != "output"
    assert kinds("# Use\n", NODE, shown.format("{ said: 'Hi' }"))[-1] == "output"


@pytest.mark.parametrize(
    "words", ["Output:", "The print may look like this", "It prints:", "You should see:", "**Example Response:**"]
)
@pytest.mark.parametrize("tag", ["", "text"])
def test_text_that_the_page_speaks_of_as_output_is_output(words: str, tag: str) -> None:
    found = roles(PYTHON, f"{words}\n\n```{tag}\nHello there\n```\n")
    assert (found[1].kind, found[1].of) == ("output", found[0].block)
    assert found[1].reason == "documented as what the sample at line 1 prints"


@pytest.mark.parametrize(
    "above", ["**Example Response:**\n\n```shell", "Response\n\n```json", '```python title="Chat Response"']
)
def test_a_plain_announcement_outweighs_the_tag(above: str) -> None:
    assert kinds(PYTHON, f"{above}\nHello there: 1 2 3\n```\n") == ["sample", "output"]


def test_words_about_responses_do_not_make_a_program_output() -> None:
    assert kinds(CURL, "Handle the response:\n", PYTHON) == ["sample", "sample"]


def test_what_another_command_prints_is_no_output_of_a_sample() -> None:
    found = roles(PYTHON, "```bash\nkubectl get pods\n```\n\nOutput:\n\n```\nNAME READY\n```\n")
    assert found[2].kind == "other"
    assert found[2].reason == "output of the block at line 7, which does not call the API"


def test_a_command_that_runs_the_samples_file_prints_what_the_sample_prints() -> None:
    found = roles(PYTHON, "```bash\npython3 sample.py\n```\n\nOutput:\n\n```\nHello\n```\n")
    assert (found[2].kind, found[2].of) == ("output", found[0].block)


def test_output_belongs_to_a_sample_of_its_own_section() -> None:
    found = roles("## A\n", CURL, "## B\n", COMPLETION)
    assert (found[1].kind, found[1].of) == ("output", None)


def test_json_that_a_program_prints_is_what_it_prints() -> None:
    role = only(PYTHON, 'It prints:\n\n```json\n{"name": "Ada"}\n```\n')
    assert (role.kind, role.reason) == ("output", "documented as what the sample at line 1 prints")


def test_json_that_no_words_call_an_answer_is_data() -> None:
    role = only(CURL, 'Configure it:\n\n```json\n{"model": "m", "messages": []}\n```\n')
    assert (role.kind, role.reason) == ("other", "data (json)")


# Everything else


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("```\nhttps://api.example.com/v1\n```\n", "a URL alone"),
        ("```\nlocalhost:8080/v1\n```\n", "a URL alone"),
        ("```\nPOST https://api.example.com/v1/chat/completions\n```\n", "an HTTP request in outline"),
        ("```yaml\nmodel: m\n```\n", "configuration (yaml)"),
        ("```go\nfunc main() {}\n```\n", "a program (go)"),
        ("```text\nHello\n```\n", "plain text"),
        ("```\nAPI_KEY=k\n```\n", "variables"),
        ("```\nserver --port 80\n```\n", "shell commands"),
        ("```bash\nls\n```\n", "does not call the API"),
        ("```python\nprint(1)\n```\n", "does not call the API"),
        ("```python\nimport maker\nmaker.start()\n```\n", "calls nothing that is known to call the API"),
        ("```python\nteam.start()\n```\n", "calls nothing that is known to call the API"),
        ("```bash\n\n```\n", "an empty block"),
    ],
)
def test_everything_else_is_other_with_the_reason(block: str, reason: str) -> None:
    role = only(block)
    assert (role.kind, role.reason, role.unclassified) == ("other", reason, False)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("```\nHello there, you\n```\n", "no language is named, and the text reads as none that is"),
        ("```klingon\nHello there, you\n```\n", "the tag 'klingon' is not known, and the text reads as none that is"),
    ],
)
def test_a_block_that_nobody_can_name_says_so(block: str, reason: str) -> None:
    role = only(block)
    assert (role.kind, role.reason, role.unclassified) == ("other", reason, True)


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


def test_a_file_that_the_sites_generator_puts_in_is_no_text_of_the_page() -> None:
    (role,) = roles("```python\n--8<-- 'code/ask.py:01:22'\n```\n")
    assert (role.kind, "`--8<-- 'code/ask.py:01:22'` at line 2" in role.reason) == ("fragment", True)


def test_an_answer_in_a_section_of_its_own_is_that_of_the_sample_it_fits() -> None:
    curl = '```bash\ncurl https://api.example.com/v1/chat/completions -d \'{"model": "m"STREAM}\'\n```\n'
    whole, streamed = curl.replace("STREAM", ""), curl.replace("STREAM", ', \\"stream\\": true').replace("\\", "")
    answer = '```json\n{"object": "chat.completion", "choices": []}\n```\n'
    page = ("# Examples\n\n## Whole\n\n", whole, "\n## Streamed\n\n", streamed, "\n## Response\n\n", answer)
    found = roles("".join(page))
    assert [role.kind for role in found] == ["sample", "sample", "output"]
    assert found[2].of == found[0].block


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("export API_KEY=<your key>\nexport BASE_URL=<base url>\n", "fragment"),
        ("# both\nexport BASE_URL=http://localhost\nAPI_KEY=<key>  # yours\n", "fragment"),
        ("export API_KEY=<your key>\ncurl https://api.example.com/v1/models\n", "sample"),
    ],
)
def test_a_variable_with_a_bare_placeholder_is_for_the_reader_to_set(text: str, kind: str) -> None:
    (role,) = roles(f"```bash\n{text}```\n")
    assert role.kind == kind
    assert kind == "sample" or role.reason.startswith("its reader puts a value in place of `<")


def test_a_printed_object_is_output_whatever_its_tag() -> None:
    printed = "```python\nChatCompletion(\n    id='1',\n    choices=[Choice(index=0)],\n)\n```\n"
    found = roles(PYTHON, printed)
    assert (found[1].kind, found[1].of) == ("output", found[0].block)


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


def test_a_block_that_makes_the_client_again_runs_behind_the_import_alone() -> None:
    first = 'import fs from "fs";\nimport OpenAI from "openai";\n\nconst client = new OpenAI();\n'
    second = "const client = new OpenAI({ maxRetries: 0 });\nawait client.models.list();\n"
    _, role = roles(f"```js\n{first}```\n\n```js\n{second}```\n")
    assert [(block.line, block.text, block.lines) for block in role.earlier] == [
        (1, 'import OpenAI from "openai";\n', (3,))
    ]


@pytest.mark.parametrize(
    ("tag", "text", "language"),
    [
        ("python", "curl https://api.example.com/v1/models\n", "curl"),
        ("bash", 'import requests\nrequests.get("https://api.example.com/v1/models")\n', "python"),
        ("json", 'const r = await fetch("https://api.example.com/v1/models");\n', "node"),
        ("python", "pip install openai\n", "curl"),
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
    ],
)
def test_a_fence_that_names_its_own_language_or_none_is_not(tag: str, text: str) -> None:
    (role,) = roles(f"```{tag}\n{text}```\n")
    assert not role.contradicted


def test_a_requirement_that_its_reader_fills_in_is_a_fragment() -> None:
    (role,) = roles("```bash\npip install client==${VERSION}\n```\n")
    assert (role.kind, role.reason) == ("fragment", "its reader puts a value in place of `client==${VERSION}`")


@pytest.mark.parametrize("command", ["pip install -e .", "pip install -r requirements.txt", "npm i ./client.tgz"])
def test_an_install_of_what_only_a_checkout_holds_is_the_readers_own(command: str) -> None:
    (role,) = roles(f"```bash\n{command}\n```\n")
    assert (role.kind, role.installs) == ("fragment", ())
    assert role.reason == f"installs from files of the reader's own: `{command}`"


@pytest.mark.parametrize(
    "command", ["pip3 install https://files.example/own-1.0-py3-none-any.whl", "npm i https://files.example/own.tgz"]
)
def test_an_install_from_an_address_is_one_that_is_not_run(command: str) -> None:
    (role,) = roles(f"```bash\n{command}\n```\n")
    assert (role.kind, role.installs, len(role.left)) == ("install", (), 1)
    assert role.reason == "installs from an address, which is not reached here"


def test_an_install_beside_one_from_a_checkout_is_followed() -> None:
    (role,) = roles("```bash\npip install client\npip install -e .\n```\n")
    assert (role.kind, [install.requirements for install in role.installs]) == ("install", [("client",)])


def test_a_sign_in_may_stand_beside_an_install() -> None:
    (role,) = roles("```bash\npip install client\nclient auth login\n```\n")
    assert role.kind == "install"


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


@pytest.mark.parametrize(
    "words", ["Antwort:", "Réponse :", "Ответ:", "响应示例：", "レスポンス", "Yanıt:", "Resposta de exemplo:"]
)
def test_a_response_is_announced_in_other_languages_too(words: str) -> None:
    sample = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    found = roles(f"{sample}\n{words}\n```\nHello there\n```\n")
    assert [role.kind for role in found] == ["sample", "output"]


@pytest.mark.parametrize(("shown", "kind"), [("== Tokens ==\n  3", "output"), ("Tokens", "other")])
def test_what_begins_as_a_sample_prints_is_its_print_whatever_the_tag(shown: str, kind: str) -> None:
    sample = '```python\nClient().chat.completions.create()\nprint("== Tokens ==")\n```\n'
    assert roles(f"{sample}\n```bash\n{shown}\n```\n")[1].kind == kind


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("hey -m POST http://localhost/v1/chat/completions", "`hey` cannot be led to the recordings: not checked"),
        (
            "cat > ask.py <<'EOF'\nimport requests\nrequests.get('http://localhost/v1/models')\nEOF\npython3 ask.py",
            "calls the API in a program that it hands on as a text, which is not run here: not checked",
        ),
        ("aider --openai-api-base http://localhost:8000/v1", "does not call the API"),
        ("echo The endpoint is https://api.example.com/v1/chat/completions", "does not call the API"),
        ("conda install openai", "installs by `conda`, which is not run here"),
        ("sudo apt-get update\nsudo apt-get install jq", "does not call the API"),
        ("# for Go\ngo get github.com/openai/openai-go", "installs by `go`, which is not run here"),
        ("cat > notes.txt <<'EOF'\nrequests\nEOF", "does not call the API"),
    ],
)
def test_a_shell_block_that_calls_the_api_or_installs_by_other_means_is_told_as_one(block: str, reason: str) -> None:
    role = only(f"```bash\n{block}\n```\n")
    assert (role.kind, role.reason) == ("other", reason)


def test_a_rule_that_no_listing_takes_off_is_no_option() -> None:
    assert only("```bash\n---\ncurl http://localhost/v1/models\n---\n```\n").kind == "sample"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Authorization: Bearer YOUR_API_KEY", "HTTP headers"),
        ("authorization: Bearer KEY\nContent-Type: application/json", "HTTP headers"),
        ("Retry-After: 8", "HTTP headers"),
        ("Note: this is a text", "no language is named, and the text reads as none that is"),
    ],
)
def test_headers_alone_are_told_as_what_they_are(text: str, reason: str) -> None:
    role = only(f"```\n{text}\n```\n")
    assert (role.kind, role.reason) == ("other", reason)
    assert only(f"```http\n{text}\n```\n").unclassified is (reason != "HTTP headers")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("### Response Body", "output"),
        ("Returns an array of configurations.", "output"),
        ("### Request Body", "other"),
        ("Returns are counted in this file, which you edit by hand.", "other"),
    ],
)
def test_data_that_a_page_announces_as_an_answer_is_output_without_a_sample_too(words: str, kind: str) -> None:
    role = only(f'{words}\n\n```json\n[{{"name": "one"}}]\n```\n')
    assert role.kind == kind
    assert kind == "other" or role.reason == "a JSON body, documented in a section without a sample"


def test_a_program_below_words_of_what_is_returned_is_a_program() -> None:
    block = "Returns a completion. Print its text:\n\n```python\nprint(answer.choices[0].message.content)\n```\n"
    assert only(block).kind == "fragment"


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


def test_a_function_of_a_shell_is_taken_along_by_a_block_that_calls_it() -> None:
    defined = '```bash\nask() {\n  curl -s https://api.example.com/v1/models -d "$1"\n}\n```\n'
    role = only(defined, "```bash\nask why\n```\n")
    assert (role.kind, [block.line for block in role.earlier]) == ("sample", [1])
    assert only(defined, "```bash\nother why\n```\n").kind == "other"


@pytest.mark.parametrize(
    ("fence", "shown", "kind"),
    [
        ("", "{'age': 13, 'name': None}", "output"),
        ("text", "b'\\xff\\xd8'", "output"),
        ("", "answer(13)", "other"),
        ("python", "{'age': 13, 'name': None}", "other"),
    ],
)
def test_a_value_right_below_a_program_that_calls_nothing_is_what_the_program_shows(
    fence: str, shown: str, kind: str
) -> None:
    found = roles(f"```python\nimage[:20]\n```\n\n```{fence}\n{shown}\n```\n")
    assert found[1].kind == kind
    assert kind == "other" or found[1].reason == "documented as what the block at line 1 prints"


@pytest.mark.parametrize(
    ("above", "tag", "kind"),
    [
        ("Example response (via the Python SDK):", "mdx", "output"),
        ("Example response (via the Python SDK):", "python", "other"),
        ("You should get a response like this:", "log", "output"),
        ("You should get a client like this:", "log", "other"),
        ("A haiku about code:", "mdx", "other"),
        ('<Accordion title="Sample Response">', "text", "output"),
        ('<Tab title="Sample Response">', "text", "other"),
        ("<details>\n<summary>Sample response</summary>", "text", "output"),
        ("<details>\n<summary>A haiku</summary>", "text", "other"),
    ],
)
def test_what_is_announced_or_titled_as_a_response_is_output_without_a_sample_too(
    above: str, tag: str, kind: str
) -> None:
    assert only(f"{above}\n\n```{tag}\nRecursive.call\n```\n").kind == kind


@pytest.mark.parametrize("between", ["\n", "\n\n// ... more of them ...\n\n", "\n{\n  ...\n}\n"])
def test_answers_one_behind_the_other_are_those_of_a_stream(between: str) -> None:
    chunk = '{"object": "chat.completion.chunk", "choices": []}'
    role = only(f"```json\n{chunk}{between}{chunk}\n```\n")
    assert (role.kind, role.reason) == ("output", "a stream's JSON bodies, documented in a section without a sample")


@pytest.mark.parametrize(
    ("command", "kind"),
    [("curl -X POST https://api.example.com/v1/models", "sample"), ("docker run -d server", "other")],
)
def test_a_command_without_a_tag_is_a_sample_where_it_calls_the_api(command: str, kind: str) -> None:
    assert only(f"```\n{command}\n```\n").kind == kind


def test_data_one_behind_the_other_is_no_stream() -> None:
    assert only('```json\n{"custom_id": "1"}\n{"custom_id": "2"}\n```\n').kind == "other"
