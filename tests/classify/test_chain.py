"""The blocks that run in front of a sample, and those that it takes in part."""

from __future__ import annotations

import pytest

from classifying import NODE, PYTHON, kinds, lines, only, roles


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


@pytest.mark.parametrize(("model", "kind"), [("Model('m')", "sample"), ("prompts.other('m')", "other")])
def test_what_goes_through_a_model_in_a_chain_calls_the_api(model: str, kind: str) -> None:
    source = f"from maker import Model\nimport tqdm as prompts\nchain = prompts.one('p') | {model} | str\nfor text in chain.stream('Hi'):\n    print(text)\n"
    assert only(f"```python\n{source}```\n").kind == kind


def test_who_needs_an_import_of_a_sample_alone_does_not_run_the_sample() -> None:
    first = "```python\nimport os\nfrom maker import (\n    Client,\n)\nClient().chat.completions.create(model=os.name)\n```\n"
    role = only(first, "```python\nclient = Client()\nclient.chat.completions.create(model='m')\n```\n")
    assert [block.text for block in role.earlier] == ["from maker import (\n    Client,\n)\n"]
    assert lines(role) == [1]


@pytest.mark.parametrize(
    ("statement", "whole"),
    [
        ("maker.key = 'k'", True),
        ("import other\nother.Provider.register()", True),
        ("from other import instrument_all\ninstrument_all()", True),
        ("import other\nregistered = other.Provider.register()", False),
        ("import other\nother.Provider.list()", False),
    ],
)
def test_a_module_that_a_sample_sets_up_is_needed_as_it_is_set_up(statement: str, whole: bool) -> None:
    first = f"import maker\n{statement}\nanswer = maker.completion(model='m')\n"
    role = only(f"```python\n{first}```\n", "```python\nmaker.completion(model='other')\n```\n")
    assert [block.text for block in role.earlier] == [first if whole else "import maker\n"]


def test_what_may_call_an_api_and_others_go_on_from_is_else_a_fragment() -> None:
    first = '```js\nimport Api from "maker";\nconst api = await Api.open(1);\n```\n'
    found = roles(first, "```js\nawait api.chat.create({});\n```\n")
    assert found[0].otherwise == ("fragment", "sends nothing itself; is a part of the block at line 6")


def test_the_blocks_that_define_what_a_sample_needs_run_in_front_of_it() -> None:
    found = roles(
        "```python\nfrom openai import OpenAI\n```\n",
        "```python\nunrelated = 1\n```\n",
        "```python\nclient = OpenAI()\n```\n",
        "```python\nclient.chat.completions.create(model='m')\n```\n",
    )
    assert [role.kind for role in found] == ["fragment", "other", "fragment", "sample"]
    assert lines(found[3]) == [1, 9]
    assert found[0].reason == "sends nothing itself; is a part of the block at line 13"
    assert found[1].reason == "does not call the API"


def test_a_fragment_names_all_blocks_that_it_is_a_part_of() -> None:
    use = "```python\nclient.chat.completions.create(model='m')\n```\n"
    found = roles("```python\nfrom openai import OpenAI\nclient = OpenAI()\n```\n", use, use)
    assert found[0].reason == "sends nothing itself; is a part of the blocks at lines 6, 10"


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
    assert found[2].reason == f"sends nothing itself; is a part of the block at line {found[3].block.line}"


@pytest.mark.parametrize(
    ("branch", "taken"),
    [
        ("if keyless:\n    client = OpenAI(api_key='k')", [1, 6, 11]),
        ("if keyless:\n    client = OpenAI(api_key='k')\nelse:\n    client = OpenAI()", [1, 11]),
        ("client = OpenAI()\nif keyless:\n    client = OpenAI(api_key='k')", [1, 11]),
        ("if True:\n    client = OpenAI()", [1, 11]),
    ],
)
def test_what_a_block_defines_on_a_condition_of_others_may_be_as_a_block_above_defines_it(
    branch: str, taken: list[int]
) -> None:
    imports = "```python\nfrom openai import OpenAI\nkeyless = False\n```\n"
    made = "```python\nif not keyless:\n    client = OpenAI()\n```\n"
    found = roles(imports, made, f"```python\n{branch}\n```\n", "```python\nclient.models.list()\n```\n")
    assert lines(found[-1]) == taken


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


@pytest.mark.parametrize(
    ("tag", "sample", "call", "kind"),
    [
        (
            "python",
            "def ask(text):\n    return OpenAI().chat.completions.create(model=text)\n\nask('a')",
            "ask('b')",
            "sample",
        ),
        (
            "python",
            "def ask(text):\n    return OpenAI().chat.completions.create(model=text)\n\nask('a')",
            "print(text)",
            "other",
        ),
        (
            "python",
            "def show(text):\n    print(text)\n\nOpenAI().chat.completions.create(model='m')",
            "show('b')",
            "other",
        ),
        ("js", "async function ask(text) {\n  return fetch(text);\n}\nawait ask('a')", "await ask('b')", "sample"),
    ],
)
def test_who_calls_a_function_of_a_sample_in_another_section_asks_again(
    tag: str, sample: str, call: str, kind: str
) -> None:
    one = f"## One\n\n```{tag}\n{'from openai import OpenAI' if tag == 'python' else ''}\n{sample}\n```\n"
    assert roles(one, f"## Two\n\n```{tag}\n{call}\n```\n")[1].kind == kind


def test_a_call_of_a_function_of_one_block_counts_beside_the_sample_of_another() -> None:
    found = roles(
        "## First\n",
        "```python\ntools = []\nanswer = client.chat.completions.create(model='m', tools=tools)\n```\n",
        "## Then\n",
        "```python\ndef ask(text):\n    return client.chat.completions.create(model=text, tools=tools)\n```\n",
        "```python\nask('m')\n```\n",
    )
    assert [role.kind for role in found] == ["sample", "fragment", "sample"]
    assert lines(found[2]) == [3, 10]


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


@pytest.mark.parametrize(
    ("first", "again", "kind"),
    [
        # Imports come first, wherever they stand: what is taken of the block above has the one below.
        ("{ Maker }", "import { Maker } from 'maker';", "sample"),
        ("{ Maker }", "import { Maker } from 'another';", "fragment"),
        ("{ Maker }", "import { Other as Maker } from 'maker';", "fragment"),
        ("{ Maker }", "const { Maker } = require('maker');", "fragment"),
        ("Maker", "import Maker, { MakerOfOthers } from 'maker';", "sample"),
        ("Maker", "import { Maker } from 'maker';", "fragment"),
    ],
)
def test_javascript_that_imports_again_what_its_client_is_made_of_goes_on_from_the_client(
    first: str, again: str, kind: str
) -> None:
    made = f"```js\nimport {first} from 'maker';\nconst maker = new Maker();\nconst model = maker.model('m');\nconst text = 'Hi';\n```\n"
    asks = f"```js\n{again}\nconst text = await model.chat.completions.create({{ of: Maker }});\n```\n"
    role = only(made, asks)
    assert role.kind == kind
    assert [block.text for block in role.earlier] == (
        ["const maker = new Maker();\nconst model = maker.model('m');\n"] if kind == "sample" else []
    )


def test_javascript_that_a_call_gave_is_not_taken_alone() -> None:
    made = "```js\nconst text = 1;\nconst model = maker(text);\n```\n"
    role = only(made, "```js\nconst text = await model.chat.completions.create({});\n```\n")
    assert role.reason == "needs `model` of the block at line 1, and both declare `text`: they cannot run as one"


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


def test_a_block_that_makes_the_client_again_runs_behind_the_import_alone() -> None:
    first = 'import fs from "fs";\nimport OpenAI from "openai";\n\nconst client = new OpenAI();\n'
    second = "const client = new OpenAI({ maxRetries: 0 });\nawait client.models.list();\n"
    _, role = roles(f"```js\n{first}```\n\n```js\n{second}```\n")
    assert [(block.line, block.text, block.lines) for block in role.earlier] == [
        (1, 'import OpenAI from "openai";\n', (3,))
    ]


def test_a_function_of_a_shell_is_taken_along_by_a_block_that_calls_it() -> None:
    defined = '```bash\nask() {\n  curl -s https://api.example.com/v1/models -d "$1"\n}\n```\n'
    role = only(defined, "```bash\nask why\n```\n")
    assert (role.kind, [block.line for block in role.earlier]) == ("sample", [1])
    assert only(defined, "```bash\nother why\n```\n").kind == "other"


def test_a_command_goes_on_from_the_program_on_a_command_line_that_writes_its_file() -> None:
    write = "```bash\npython3 -c \"\nimport json\njson.dump({'model': 'm'}, open('body.json', 'w'))\n\"\n```\n"
    ask = "```bash\ncurl -d @body.json https://api.example.com/v1/chat/completions\n```\n"
    assert [block.line for block in only(write, ask).earlier] == [1]
    assert only(write.replace("'w'", "'r'"), ask).earlier == ()


def test_what_no_block_defines_may_come_from_one_that_imports_all_names_of_a_module() -> None:
    star, other = "```python\nfrom os.path import *\n```\n", "```python\nimport json\n```\n"
    asks = "```python\nimport requests\nrequests.get('http://localhost/v1/models', json=join('a', 'b'))\n```\n"
    assert lines(only(star, other, asks)) == [1]
    assert lines(only("```python\njoin = min\n```\n", star, asks)) == [1]
    assert lines(only(star, asks.replace("join(", "str("))) == []
    plural = asks.replace("import requests", "import requests\njoins = join('a')")
    assert lines(only(star, plural)) == [1]
    slip = asks.replace("import requests", "import requests\njoined = 1").replace("join(", "joinde(")
    assert lines(only(star, slip)) == []
    assert lines(only("```python\nfrom os.path import *\nclient.chat.completions.create(...)\n```\n", asks)) == []
    assert lines(only("```python\nfrom os.path import *\nprint(\n```\n", asks)) == []
