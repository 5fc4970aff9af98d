"""What a program ends for that is its own: a member that a package has not got, a name, a key or a command that is not there, an assertion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.languages import Outside
from aswritten.model import Block, Verdict
from aswritten.verify import Options, Verifier, open_case
from aswritten.verify._mistakes import is_own_mistake
from verifying import CACHE, CALL, IMPORTING, NODE, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (
            "encode(model='m', prompt='Hi')",
            "nothing tells which package `idna` is of, and the one of that name has not got what it takes",
        ),
        ("__dict__.__class__(model='m', prompt='Hi')", "sends nothing, and nobody knows what `idna` does: not checked"),
    ],
)
def test_what_only_looked_like_a_call_of_the_api_is_another_block(
    call: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```python\nimport idna\nidna.{call}\n```\n"), verifier)
    assert (verdict.name, verdict.findings) == ("other", ())
    assert verdict.reason.startswith(reason)


def test_of_two_packages_that_only_their_names_tell_nobody_knows_whose_argument_it_is(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = "import idna\nimport certifi\n\nsaid = idna.encode('x', model='m', prompt='Hi')\nprint(certifi.where())\n"
    (verdict,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (verdict.name, verdict.findings) == ("other", ())
    assert verdict.reason.startswith("nothing tells which package `idna` is of")


def test_a_member_that_a_package_has_not_got_is_a_mistake_of_what_may_have_called_the_api_too(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = "import idna\n\nclient = idna.IDNAError()\nclient.check(model='m', prompt='Hi')\n"
    install = "```bash\npip install idna\n```\n\n"
    (guessed,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (guessed.name, guessed.findings) == ("other", ())  # PyPI may have somebody else's package of that name
    remark = "```python\n# Install it once\n# !pip install -q idna\n```\n\n"
    for told in (install, remark):
        *_, verdict = verdicts(page(tmp_path, f"{told}```python\n{source}```\n"), verifier)
        assert (verdict.name, [one.rule for one in verdict.findings]) == ("failed", ["run.exit"])
    assert "AttributeError: 'IDNAError' object has no attribute 'check'" in verdict.findings[0].got


@pytest.mark.parametrize(
    ("tag", "ended", "is_own"),
    [
        ("python", "TypeError: Completions.create() takes 1 argument(s) but 2 were given", True),
        ("python", "TypeError: Client.ask() got an unexpected keyword argument 'wiki'", True),
        ("python", "AttributeError: 'Client' object has no attribute 'check'", True),
        ("python", "AttributeError: 'NoneType' object has no attribute 'check'", False),
        ("python", "AttributeError: 'Client' object has no attribute 'check'\n\nThen all ended well", False),
        ("python", "AttributeError: 'dict' object has no attribute 'check'", False),
        (
            "python",
            '  File "/env/site-packages/maker/client.py", line 3, in ask\nTypeError: ask() takes 1 argument',
            False,
        ),
        (
            "python",
            "  File \"/env/site-packages/maker/client.py\", line 3, in ask\nModuleNotFoundError: No module named 'yaml'",
            True,
        ),
        ("python", "ModuleNotFoundError: No module named 'yaml'", False),
        (
            "python",
            "  File \"/env/site-packages/maker/load.py\", line 3, in load\nModuleNotFoundError: No module named 'ask'",
            False,
        ),
        ("js", "TypeError: client.health.check is not a function", True),
        ("js", "TypeError: Maker.check is not a function", True),
        ("js", "TypeError: items.map is not a function", False),
        ("js", "TypeError: check is not a function", False),
        ("js", "TypeError: api.images.check is not a function", True),
        ("js", "TypeError: theirs.images.check is not a function", False),
    ],
)
def test_what_a_package_has_not_got_is_told_where_the_program_itself_asks_for_it(
    tag: str, ended: str, is_own: bool
) -> None:
    sources = {
        "python": "import maker\nmaker.ask(model='m')\n",
        "js": "import Maker from 'maker';\nconst client = new Maker({ model: 'm' });\nconst items = JSON.parse('{}');\n",
    }
    block = Block("page.md", 1, 1, 2, sources[tag], tag, tag)
    above = Block("page.md", 0, 1, 2, "const made = Maker.make();\nconst api = await made.v1();\n", tag, tag)
    verdict = Verdict(block, "failed", "node" if tag == "js" else tag, complained=ended, run_with=(above,))
    assert is_own_mistake(verdict, Outside(), lambda _: False) is is_own


@pytest.mark.parametrize(
    ("source", "name", "got"),
    [
        (
            "import requests\nbody = {'model': 'm', 'messages': [\n",
            "failed",
            "exit code 1: SyntaxError: '[' was never closed",
        ),
        ("import requests\nbody = {'model': 'm', ...\n", "fragment", ""),
        ("import json\nbody = {'model': 'm', 'messages': [\n", "other", ""),
        (
            "import idna\nsaid = idna.encode(model='m', prompt=question)\n",
            "failed",
            "exit code 1: NameError: name 'question' is not defined",
        ),
        (
            "from openai import OpenAI\nclient = OpenAI(api_key='k')\nclient.videos.retrieve('id', wait=3)\n",
            "failed",
            "exit code 1: TypeError: Videos.retrieve() got an unexpected keyword argument 'wait'",
        ),
    ],
)
def test_a_mistake_in_front_of_the_call_is_one(
    source: str, name: str, got: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, [finding.got for finding in sample.findings]) == (name, [got] if got else [])


@pytest.mark.parametrize(("above", "name"), [(True, "fragment"), (False, "failed")])
def test_a_name_that_only_a_block_below_defines_is_a_mistake_of_what_may_ask(
    above: bool, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = "```python\nimport idna\nsaid = idna.encode(model='m', prompt=question)\n```\n"
    # A block that cannot run does not come in front of one that may.
    defines = "```python\nfrom nowhere import question\nask(...)\n```\n"
    text = f"{defines}\n{asks}" if above else f"{asks}\n{defines}"
    found = verdicts(page(tmp_path, text), verifier)
    assert found[1 if above else 0].name == name


def test_a_mistyped_client_is_a_mistake(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```bash\ncurll http://a.example\n{CALL}\n```\n"), verifier)
    assert [finding.rule for finding in verdict.findings] == ["run.exit"]


ASSERTING = """
answer = requests.post("https://api.example.com/v1/embeddings", json={"model": "m", "input": "Hi"})
assert answer.json()["data"] == "what nobody knows", "another answer"
print("to the end")
"""


def test_what_a_sample_asserts_of_an_answer_is_not_judged(tmp_path: Path, verifier: Verifier) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{IMPORTING.format(module='os')}{ASSERTING}```\n"), verifier)
    reason = "asserts what a model says, of which the recordings that ship know nothing: not checked"
    assert (sample.name, sample.reason, sample.findings) == ("other", reason, ())


def test_what_it_asserts_before_it_calls_anything_is(tmp_path: Path, verifier: Verifier) -> None:
    source = f"assert not 'set up'\n{IMPORTING.format(module='os')}"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, [finding.rule for finding in sample.findings]) == ("failed", ["run.exit"])


def test_a_name_that_nobody_defines_is_told_though_the_run_does_not_get_so_far(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = 'sound = open("/home/me/sound.mp3", "rb")\nclient.audio.transcriptions.create(file=sound, model="m")'
    (verdict,) = verdicts(page(tmp_path, f"```python\n{source}\n```\n"), verifier)
    assert [(finding.rule, finding.line, finding.message) for finding in verdict.findings] == [
        ("run.exit", 3, "the sample uses `client`, which no block of the page defines")
    ]


def test_what_the_shell_says_of_a_script_does_not_follow_from_an_endpoint_that_is_not_recorded(
    tmp_path: Path, verifier: Verifier
) -> None:
    script = 'curl "https://api.example.com/spend/logs?id=a" \\ # a comment\n  -H "Authorization: Bearer key"'
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{script}\n```\n"), verifier)
    assert [(finding.rule, finding.line) for finding in verdict.findings if finding.level == "error"] == [
        ("run.exit", 3)
    ]


ASKS_LATER = "from openai import OpenAI\nclient = OpenAI(api_key={module}.environ['KEY'])\n\ndef ask():\n    client.chat.completions.create(model='m', messages=[])\n"


@pytest.mark.parametrize(
    ("module", "above", "name"),
    [
        ("os", "", "failed"),
        ("os", "import os\n", "fragment"),
        ("our", "", "failed"),
        ("our", "our = object()\n", "fragment"),
    ],
)
def test_a_name_that_nobody_defines_is_told_where_only_a_client_is_set_up(
    module: str, above: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = f"```python\n{ASKS_LATER.format(module=module)}```\n"
    tabs = f"<Tabs>\n<Tab title='a'>\n\n```python\n{above}print(...)\n```\n\n</Tab>\n<Tab title='b'>\n\n{asks}\n</Tab>\n</Tabs>\n"
    (tmp_path / "page.mdx").write_text(tabs, encoding="utf-8")
    case = open_case(tmp_path / "page.mdx", "page.mdx", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[1]).name == name


@pytest.mark.parametrize(
    ("key", "name"), [("", "failed"), ("api_key='k', ", "other"), ("api_key=os.environ['MY_KEY'], ", "other")]
)
@pytest.mark.parametrize("goes_on", ["", "answer = make(client)('Write a story', max_tokens=100)\nprint(answer)\n"])
def test_a_client_without_its_key_is_told_though_nobody_knows_what_asks(
    key: str, name: str, goes_on: str, judged: Callable[[str, str], Verdict]
) -> None:
    source = f"import os\nfrom openai import OpenAI\nfrom idna import encode as make\nclient = OpenAI({key}base_url='http://localhost:11434')\n"
    verdict = judged("python", source + goes_on)
    assert verdict.name == name
    assert [("Missing credentials" in one.got) for one in verdict.findings] == [True] * (name == "failed")


CHATS_WITHOUT_ASKING = """import {{ createOpenAI }} from "@ai-sdk/openai";
const provider = createOpenAI({{ baseURL: "https://api.example.com/v1", apiKey: "k" }});
const {name} = await provider.chat({{ model: "m", messages: [{{ role: "user", content: "Hi" }}] }});
console.log({shown});
"""


@pytest.mark.parametrize(
    ("shown", "name"), [("completion.choices[0].message.content", "failed"), ("completion.parts[0].text", "other")]
)
def test_what_is_taken_for_an_answer_and_is_none_is_told(
    shown: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    assert judged("ts", CHATS_WITHOUT_ASKING.format(name="completion", shown=shown)).name == name


CATCHES = """try {{
  await client.chat.completions.create({{ model: "m", messages: [{{ role: "user", content: {name} }}] }});
}} catch (error) {{
  console.error("Failed:", error);
}}
"""


@pytest.mark.parametrize(
    ("name", "told"), [("prompt", ["run.exit"]), ("'Hi'", []), ("document['title']", []), ("window?.name", [])]
)
def test_a_name_that_nobody_defines_is_told_though_the_sample_catches_the_error(
    name: str, told: list[str], tmp_path: Path, verifier: Verifier
) -> None:
    asks = 'import OpenAI from "openai";\nconst client = new OpenAI();\nawait client.models.list();\n'
    (tmp_path / "page.md").write_text(f"```ts\n{asks}```\n\n```ts\n{CATCHES.format(name=name)}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    verdict = verifier.judge(case, case.roles[1])
    assert [(one.rule) for one in verdict.findings if one.level == "error"] == told
    assert [one.line for one in verdict.findings if one.level == "error"] == [9] * len(told)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("ccurl -s https://api.example.com/v1/models", "failed"),
        (
            "curl -s https://api.example.com/v1/models\nfrom openai import OpenAI\nclient = OpenAI(api_key='k')",
            "failed",
        ),
        ("curl -s https://api.example.com/v1/models | prettier-json", "passed"),
        ("crul https://api.example.com/v1/models", "failed"),
        ("curl -s https://api.example.com/v1/models\nccurl https://a.example\necho 'x is not defined'", "failed"),
        ('TYPE="`echo \\"$[json) | cat`"\ncurl -s https://api.example.com/v1/models', "failed"),
        ("curlie https://api.example.com/v1/models", "fragment"),
        ("wcurl https://api.example.com/v1/models", "other"),
    ],
)
def test_what_a_shell_cannot_run_is_told(source: str, name: str, judged: Callable[[str, str], Verdict]) -> None:
    assert judged("bash", source).name == name


@pytest.mark.parametrize(("name", "verdict"), [("OpenAI", "fragment"), ("StreamingTextAnswer", "failed")])
@pytest.mark.parametrize(
    "source",
    [
        "import {{ {} as Made }} from 'openai';\nexport async function POST(asked) {{\n  return new Made().chat.completions.create(asked);\n}}\n",
        "import {{ {} as Made }} from 'openai';\nexport const Chat = () => <p>{{new Made().x}}</p>;\n",
    ],
)
def test_what_a_known_package_does_not_export_is_told_of_what_nobody_calls(
    source: str, name: str, verdict: str, judged: Callable[[str, str], Verdict]
) -> None:
    assert judged("js", source.format(name)).name == verdict


@pytest.mark.parametrize(
    ("mark", "verdict"),
    [
        ("// ❌ Old", "fragment"),
        ("// Before\nimport {{ OpenAI as Other }} from 'openai';\n// After", "fragment"),
        ("// The route", "failed"),
    ],
)
def test_what_a_block_that_is_marked_as_bad_or_old_imports_is_not_told(
    mark: str, verdict: str, judged: Callable[[str, str], Verdict]
) -> None:
    route = "export async function POST(asked) {{\n  return new Made().chat.completions.create(asked);\n}}\n"
    source = f"{mark}\nimport {{{{ StreamingTextAnswer as Made }}}} from 'openai';\n{route}"
    assert judged("js", source.replace("{{", "{").replace("}}", "}")).name == verdict


def test_a_name_that_a_package_misses_is_none_of_the_samples(judged: Callable[[str, str], Verdict]) -> None:
    source = f"import {{ OpenAIRealtimeWebSocket }} from 'openai/realtime/websocket';\n{NODE}new OpenAIRealtimeWebSocket({{ model: 'm' }});\n"
    messages = [one.message for one in judged("ts", source).findings]
    assert messages == ["the sample ends with an error"]  # Node has it from release 22 on


def test_a_router_that_is_told_what_to_answer_answers_by_itself(judged: Callable[[str, str], Verdict]) -> None:
    said = "{'model_name': 'm', 'litellm_params': {'model': 'gpt-4o', 'mock_response': 'Hello'}}"
    source = f"from litellm import Router\nrouter = Router(model_list=[{said}])\nprint(router.completion(model='m', messages=[{{'role': 'user', 'content': 'Hi'}}]))\n"
    verdict = judged("python", source)
    assert (verdict.name, verdict.reason.split(";")[0]) == (
        "fragment",
        "answers its calls by itself: `mock_response':`",
    )


@pytest.mark.parametrize(
    ("url", "host", "name"),
    [
        ("http://localhost:8080", '-H "Host: api.openai.com" ', "passed"),
        ("https://api.openai.com", "", "failed"),
        ("https://api.openai.com", '-H "Host: api.openai.com" ', "failed"),
    ],
)
def test_who_listens_for_another_host_has_paths_of_its_own(
    url: str, host: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    body = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
    asks = f"curl {url}/chat/completions {host}-H 'Content-Type: application/json' -d '{body}'"
    assert judged("bash", asks).name == name
