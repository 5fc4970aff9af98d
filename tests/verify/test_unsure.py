"""Ends of which nobody can tell whose fault they are, beside mistakes that look alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.checks import Context
from aswritten.contract import load_profile
from aswritten.languages import by_name
from aswritten.model import Block, Run, Sample
from aswritten.verify._unsure import ends_on_answer, unsure
from verifying import ASK, CALL, IMPORTING, NODE, OPENAI, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict
    from aswritten.verify import Verifier


@pytest.mark.parametrize(
    ("ending", "name", "reason"),
    [
        (
            "from pydantic import BaseModel\n\n\nclass Shape(BaseModel):\n    sides: int\n\n\nShape.model_validate({'sides': 'many'})\n",
            "other",
            "wants a model to answer what its `Shape` takes, and nobody knows what one says: not checked",
        ),
        (
            "raise ValueError('Response validation failed')\n",
            "other",
            "its client takes the answers of its own API alone, and not what stands in for one: not checked",
        ),
        ("{}['of another kind']\n", "failed", ""),
    ],
)
def test_what_stands_in_for_an_answer_is_not_held_against_the_page(
    ending: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    text = f"```python\n{IMPORTING.format(module='os')}{ending}```\n".replace("chat/completions", "embeddings")
    (sample,) = verdicts(
        page(tmp_path, text.replace('"messages": [{"role": "user", "content": "Hi"}]', '"input": "Hi"')), verifier
    )
    assert (sample.name, sample.reason) == (name, reason)


MODELS = 'import requests\nmodels = requests.get("https://api.example.com/v1/models").json()["data"]\n'


NOTHING_OF = "nothing tells which package"


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            MODELS + "print([one for one in models if one.get('sees')][0])\n",
            "other",
            "what stands in for the answer to GET https://api.example.com/v1/models has not got what it looks for",
        ),
        (MODELS + "print(models.first)\n", "failed", ""),
        (
            MODELS + "import glob\nfor path in glob.glob('own/*/a.txt'):\n    print(path)\nprint(open(path).read())\n",
            "other",
            "a loop over what stands in here comes to no `path`: not checked",
        ),
        (MODELS + "for path in models:\n    print(path)\nprint(pth)\n", "failed", ""),
        (MODELS + "own = []\nfor path in own:\n    print(path)\nprint(path)\n", "failed", ""),
        (
            "import requests\nraise SystemError('no licence')\nrequests.post('x')\n",
            "other",
            "raises an error by itself at line 3",
        ),
        ("import requests\nrequests.post(1)\n", "failed", ""),
        (
            "import nosuchpackageofours\nnosuchpackageofours.Client().chat.completions.create(model='m')\n",
            "other",
            "the page does not tell what to install, and `pip install nosuchpackageofours` finds nothing",
        ),
        (
            "import idna.nowhere\nidna.nowhere.chat.completions.create(model='m')\n",
            "other",
            NOTHING_OF + " `idna` is of",
        ),
        ("import idna\nidna.OpenAI().chat.completions.create(model='m')\n", "other", NOTHING_OF + " `idna` is of"),
        ("from groq import Grok\nGrok().chat.completions.create(model='m')\n", "failed", ""),
        (
            "from openai import OpenAI\ntry:\n    OpenAI().chat.completions.creat(model=1)\nexcept Exception as error:\n    raise SystemError('x') from error\n",
            "failed",
            "",
        ),
        (MODELS.replace('["data"]', '["dta"]'), "failed", ""),
        ("import openai.nowhere\nopenai.OpenAI().chat.completions.create(model='m')\n", "failed", ""),
        (
            "import idna\nfrom openai import OpenAI\nidna.encode('a' * 100)\nOpenAI().models.list()\n",
            "other",
            "ended in `idna`, and nobody knows what that needs",
        ),
        (
            f"import idna\n{MODELS}told = idna.encode('a').decode()\nprint(told.rating)\n",
            "other",
            "reads of what a call of `idna` gave",
        ),
        (
            "import idna\ntold = idna.encode('a')\nsaid = told.decode()\nprint(said.rating)\nidna.chat.completions.create()\n",
            "other",
            "reads of what a call of `idna` gave, and nobody knows what that is: not checked",
        ),
        ("import idna\ntold = 'a'\nprint(told.rating)\nidna.chat.completions.create()\n", "failed", ""),
        (
            "import idna\ntold, tld = idna.encode('a'), {}\nprint(tld.rating)\nidna.chat.completions.create()\n",
            "failed",
            "",
        ),
        (
            "import idna\ntold = idna.encode('a')\ntold = None\nprint(told.rating)\nidna.chat.completions.create()\n",
            "failed",
            "",
        ),
        ("import idna\ntold = dict(a=1)\nprint(told.rating)\nidna.chat.completions.create()\n", "failed", ""),
        (
            "import idna, re\ntold = re.match('a', 'b')\nprint(told.group(0))\nidna.chat.completions.create()\n",
            "failed",
            "",
        ),
        (
            "import idna\n\n\ndef load(): ...\n\n\ntold = load()\nprint(told['a'])\nidna.chat.completions.create()\n",
            "failed",
            "",
        ),
    ],
)
def test_an_end_of_which_nobody_can_tell_whose_fault_it_is_is_not_judged(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason.startswith(reason)) == (name, True)
    assert bool(sample.findings) == (name == "failed")


LAZY = """```python
from openai import OpenAI
def ask():
    for chunk in OpenAI().chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True):
        yield chunk.choices[0].delta.content or ""
answer = ask()
```
"""


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("for part in answer:\n    print(part)\n", ["fragment", "continuation"]),
        ("print(answer)\n", ["fragment", "failed"]),
        ("print(1)\n", ["failed", "other"]),
        ("print(OpenAI().models.list())\n", ["failed", "continuation"]),
    ],
)
def test_what_sends_only_when_a_later_block_goes_through_it_is_a_part_of_that(
    use: str, names: list[str], tmp_path: Path, verifier: Verifier
) -> None:
    found = verdicts(page(tmp_path, f"{LAZY}\n```python\n{use}```\n"), verifier)
    assert [one.name for one in found] == names
    assert [f.rule for one in found for f in one.findings if f.level == "error"] == ["run.no-request"] * (
        "failed" in names
    )
    if names[0] == "fragment":
        assert found[0].reason.startswith("sends nothing itself; is a part of the block at line 9")


def test_what_a_machine_lacks_to_set_something_up_is_no_call_of_the_api(tmp_path: Path, verifier: Verifier) -> None:
    text = "curl -fsSL https://example.com/install.sh -o install.sh\nnosuchpackager install ours\n"
    (sample,) = verdicts(page(tmp_path, f"```bash\n{text}```\n"), verifier)
    assert (sample.name, sample.reason.startswith("`nosuchpackager` is not on this machine; calls GET")) == (
        "other",
        True,
    )


@pytest.mark.parametrize("names", ["ms", "ms, * as all"])
def test_what_a_package_gives_is_unknown_however_it_is_imported(
    names: str, judged: Callable[[str, str], Verdict]
) -> None:
    asks = "await fetch('https://api.openai.com/v1/models');"
    verdict = judged("js", f"import {names} from 'ms';\nconst told = ms('never');\nconsole.log(told.rating);\n{asks}")
    reason = "reads of what a call of `ms` gave, and nobody knows what that is: not checked"
    assert (verdict.name, verdict.reason) == ("other", reason)


def test_what_calls_by_another_protocol_is_not_checked(tmp_path: Path, verifier: Verifier) -> None:
    source = (
        "import requests\n\n\nclass AioRpcError(Exception):\n    pass\n\n\nraise AioRpcError('nobody is there')\n"
        "requests.get('https://files.example.com/x')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == ("other", "calls by gRPC, of which there is no recording: not checked")


def test_a_client_that_takes_no_address_of_this_machine_is_no_mistake(tmp_path: Path, verifier: Verifier) -> None:
    source = (
        "import socket\nimport requests\naddress = socket.gethostbyname('files.example.com')\n"
        "if address.startswith('127.'):\n    raise ValueError(f'the URL resolves to a non-public address: {address}')\n"
        "requests.get('https://files.example.com/x')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    reason = "its client fetches from public addresses alone, and here every name leads to this machine"
    assert (sample.name, sample.reason) == ("fragment", reason)


def test_a_program_that_is_fetched_first_is_not_waited_for(tmp_path: Path, verifier: Verifier) -> None:
    source = "import idna\nimport requests\ncommand = ['npx', '-y', 'server']\nraise SystemExit(1)\nrequests.post('https://x')\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == ("fragment", "starts `npx`, which fetches the program that it runs")


def test_what_stands_in_for_what_is_read_first_rules_nothing_out(tmp_path: Path, verifier: Verifier) -> None:
    source = """import requests

models = requests.get("https://api.example.com/v1/models").json()
raise ValueError("drawing is not supported: " + models["data"][0]["id"])
"""
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    url = "https://api.example.com/v1/models"
    reason = f"what stands in for the answer to GET {url} has not got what it looks for: not checked"
    assert (sample.name, sample.reason) == ("other", reason)


@pytest.mark.parametrize(
    ("package", "host", "name"),
    [
        ("nanoid", "'api.exam' + 'ple.com'", "other"),
        ("nanoid", "'api.example.com'", "failed"),
        ("openai", "'api.exam' + 'ple.com'", "failed"),
    ],
)
def test_what_a_package_of_which_nothing_is_known_takes_for_a_list_is_unjudged(
    package: str, host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = (
        f"import * as maker from '{package}';\nconst list = await (await fetch('https://' + {host} + '/v1/models')).json();\n"
        "console.log(typeof maker, list.map((one) => one.id));\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```js\n{source}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            "import http.server\nhttp.server.HTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler).serve_forever()",
            "fragment",
            "serves until somebody stops it: `serve_forever` at line 9",
        ),
        (
            "while True:\n    input()",
            "passed",
            "it asks until somebody stops it; assumed: the answers 'Hello!' to what it asks",
        ),
    ],
)
def test_a_sample_that_does_not_end_by_itself_is_no_mistake(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    # What starts at once has sent its request long before the limit.
    reads = "urllib.request.urlopen('http://localhost:8000/v1/models').read()"
    never = f"def ask():\n    return {reads}\nask" if name == "fragment" else f"\n{reads}\n"
    path = page(tmp_path, f"```python\nimport urllib.request\n\n\n{never}\n{source}\n```\n", time_limit="5")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.findings) == (name, ())
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            "setTimeout(() => { stop(); }, 300_000);",
            "other",
            "sets itself a time of 300 s, longer than its limit: not checked",
        ),
        (
            "const one = setTimeout(stop, 2500);\nsetTimeout(stop, 400);",
            "other",
            "sets itself a time of 2.5 s, longer than its limit: not checked",
        ),
        ("setTimeout(stop, 400);\nfor (;;) stop();", "failed", ""),
        ("import { nanoid } from 'nanoid';\nnanoid();\nfor (;;) stop();", "failed", ""),
    ],
)
def test_a_sample_that_waits_longer_than_its_limit_by_its_own_words_is_unjudged(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    call = f"{'' if name == 'failed' else 'if (globalThis.never) '}await fetch('http://localhost:8000/v1/models');"
    path = page(tmp_path, f"```js\nfunction stop() {{}}\n{call}\n{source}\n```\n", time_limit="2")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.reason) == (name, reason)


@pytest.mark.parametrize("asks", ["", "if (waits.never) "])
@pytest.mark.parametrize(("waits", "name"), [("nanoid", "other"), ("openai", "failed")])
def test_a_package_of_which_nothing_is_known_may_wait_for_what_is_not_here(
    asks: str, waits: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import * as waits from '{waits}';\nconst again = () => setTimeout(again, 400);\nagain();\n{asks}await fetch('http://localhost:8000/v1/models');"
    (verdict,) = verdicts(page(tmp_path, f"```js\n{source}\n```\n", time_limit="2"), verifier)
    assert verdict.name == name


def test_a_program_that_the_machine_lacks_is_said(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```bash\nserve-the-model --port 8000\n{CALL}\n```\n"), verifier)
    assert (verdict.name, verdict.reason) == ("passed", "`serve-the-model` is not on this machine")


@pytest.mark.parametrize(
    ("imports", "kind", "is_unsure"),
    [
        ("from maker import Agent", "value_error", True),
        ("from maker import (\n    Agent,\n)", "assertion_error", True),
        ("from maker import Agent", "missing", False),
        ("class Agent(BaseModel): ...", "value_error", False),
        ("from openai import Agent", "value_error", False),
        ("from maker import Agent", "value_error, input_value='a']\nname\n  Field required [type=missing", False),
        ("from maker import Agent", "value_error]\nValueError: another [type=value_error", False),
    ],
)
def test_what_a_package_has_its_own_models_refuse_is_of_the_package(
    imports: str, kind: str, *, is_unsure: bool
) -> None:
    source = f"{imports}\n\nAgent(name='a')\n"
    stderr = f"""Traceback (most recent call last):
  File "/run/work/sample.py", line {source.count(chr(10))}, in <module>
    Agent(name='a')
  File "/env/lib/python3.11/site-packages/pydantic/main.py", line 280, in __init__
    validated_self = self.__pydantic_validator__.validate_python(data, self_instance=self)
pydantic_core._pydantic_core.ValidationError: 1 validation error for Agent
  Value error, no key for agent 'a' [type={kind}, input_value={{'name': 'a'}}, input_type=dict]
"""
    block = Block("page.md", 0, 1, 1, source, tag="python")
    context = Context(
        Sample(block, "python"), by_name("python"), "sample.py", lambda _: load_profile("generic"), frozenset()
    )
    why = "ended in `maker`, and nobody knows what that needs: not checked" if is_unsure else ""
    assert unsure(Run(1, 0.1, b"", stderr.encode()), context) == why


def test_python_within_a_shell_may_import_what_its_reader_has(tmp_path: Path, verifier: Verifier) -> None:
    ask = "curl -s https://api.example.com/v1/models\n"
    text = "".join(
        f"```bash\n{ask}python3 -c 'import {one}'\n```\n"
        for one in ("nosuchpackageofours", "(os)", "urllib.requests", "jsn")
    )
    asked, *broken = verdicts(page(tmp_path, text), verifier)
    assert (asked.name, asked.reason) == (
        "other",
        "runs Python that imports `nosuchpackageofours`, which is not installed beside its shell: not checked",
    )
    assert {one.name for one in broken} == {"failed"}


@pytest.mark.parametrize(
    ("argument", "is_of_answer"), [("refusal", True), ("temprature", False)], ids=["an answer's", "the sample's own"]
)
def test_an_argument_that_a_package_hands_on_from_an_answer_is_none_of_the_samples(
    argument: str, *, is_of_answer: bool
) -> None:
    source = 'from acme import Acme\nAcme().chat.completions.create(model="m", temprature=1)\n'
    sample = Sample(Block("page.md", 0, 1, 1, source, tag="python"), "python")
    context = Context(sample, by_name("python"), "sample.py", lambda _: load_profile("generic"), frozenset())
    stderr = (
        'Traceback (most recent call last):\n  File "sample.py", line 2, in <module>\n'
        '  File "/e/venv/lib/python3.11/site-packages/acme/models.py", line 60, in _parse\n'
        f"TypeError: Message.__init__() got an unexpected keyword argument '{argument}'\n"
    )
    assert ends_on_answer(stderr, context) is is_of_answer


@pytest.mark.parametrize("throws", ["if (!found) throw new Error('none')", "throw new Error('none')"])
def test_an_error_that_a_sample_throws_by_itself_is_of_what_stands_in(
    throws: str, tmp_path: Path, verifier: Verifier
) -> None:
    asked = "const models = await (await fetch('https://api.example.com/v1/models')).json();\n"
    source = f"{asked}const found = models.data.find((one) => one.id === 'my-model');\n{throws};\n"
    (sample,) = verdicts(page(tmp_path, f"```js\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == (
        "other",
        "raises an error by itself at line 4, over what stands in here: not checked",
    )


@pytest.mark.parametrize(
    ("looks", "name"),
    [
        ("print(next(one for one in client.models.list() if one.id == 'my-model'))", "other"),
        ("client.models.list()\nclient.chat.completions.create(model='m', messages=[]).choices[7]", "failed"),
    ],
)
def test_what_a_block_looks_for_in_a_list_may_be_there_whatever_those_in_front_have_asked(
    looks: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    text = f"```python\n{OPENAI}{ASK}```\n\n```python\n{looks}\n```\n"
    assert verdicts(page(tmp_path, text), verifier)[-1].name == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"{NODE}const text = a.choices[0].mesage?.content;\nif (!text) throw new Error('none');", "failed"),
        (f"{NODE}if (r.status === 200) throw new Error('none');", "failed"),
    ],
)
def test_an_error_thrown_on_what_an_answer_has_is_the_samples_own(
    source: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    assert verdicts(page(tmp_path, f"```js\n{source}\n```\n"), verifier)[-1].name == name
