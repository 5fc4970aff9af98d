"""Parameters that no API is known to have: a mistake of OpenAI's samples, a warning in those of others, unless one is mistyped."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.checks.request_body import check
from aswritten.model import Exchange, Request, Response, Run
from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Finding
    from checks.conftest import MakeContext

CACHE = platformdirs.user_cache_path("aswritten")


@pytest.fixture
def found(tmp_path: Path) -> Callable[[str, str], tuple[Finding, ...]]:
    """The findings of the one block of a page, by its tag and its text."""

    def judge(tag: str, source: str) -> tuple[Finding, ...]:
        page = tmp_path / "page.md"
        page.write_text(f"```{tag}\n{source}\n```\n", encoding="utf-8")
        case = open_case(page, "page.md", Options(cache=CACHE))
        with closing(Verifier(Options(cache=CACHE))) as verifier:
            return verifier.judge(case, case.roles[0]).findings

    return judge


@pytest.mark.parametrize(
    ("url", "parameter", "level"),
    [
        ("https://api.openai.com/v1/chat/completions", "persona", "error"),
        ("https://api.groq.com/openai/v1/chat/completions", "persona", "warning"),
        ("https://api.groq.com/openai/v1/chat/completions", "max_token", "error"),
    ],
)
def test_a_parameter_that_no_api_is_known_to_have(
    url: str, parameter: str, level: str, found: Callable[[str, str], tuple[Finding, ...]]
) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}], parameter: 1})
    (finding,) = found("bash", f"curl -s {url} -H 'Content-Type: application/json' -d '{body}'")
    assert (finding.rule, finding.level) == ("request.unknown-parameter", level)


def test_a_parameter_that_the_page_names_below_its_last_block_is_told_for_information(tmp_path: Path) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "persona": 1, "max_token": 1}
    command = (
        f"curl -s http://localhost:1/v1/chat/completions -H 'Content-Type: application/json' -d '{json.dumps(body)}'"
    )
    page = tmp_path / "page.md"
    page.write_text(f"```bash\n{command}\n```\n\n| `persona` | string |\n| `max_token` | number |\n", encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        levels = {one.message.split(":")[0]: one.level for one in verifier.judge(case, case.roles[0]).findings}
    assert levels["persona"] == "info"
    assert levels["max_token"] != "info"


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("| `persona` | string | Who it is |", "info"),
        ("| persona     | string | Who it is |", "info"),
        ("<td><code>persona</code></td>", "info"),
        ('<ParamField body="persona" type="string">Who it is</ParamField>', "info"),
        ("It has a persona of its own.", "warning"),
        ("Who it is, **persona** or not", "warning"),
        ("", "warning"),
    ],
)
def test_a_parameter_that_the_page_names_is_told_for_information_alone(words: str, level: str, tmp_path: Path) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "persona": 1})
    command = f"curl -s http://localhost:1/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
    page = tmp_path / "page.mdx"
    page.write_text(f"{words}\n\n```bash\nls\n```\n\nAsk it:\n\n```bash\n{command}\n```\n", encoding="utf-8")
    case = open_case(page, "page.mdx", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        (finding,) = verifier.judge(case, case.roles[1]).findings
    assert (finding.rule, finding.level) == ("request.unknown-parameter", level)


@pytest.mark.parametrize(
    ("words", "member", "host", "level"),
    [
        ("Either `messages` or `prompt` must be given.", '"prompt": "Hi"', "http://localhost:1", "warning"),
        ("Either `messages` or `prompt` must be given.", '"prompt": "Hi"', "https://api.openai.com", "error"),
        ("Either `messages` or `prompt` must be given.", '"prompt": 1', "http://localhost:1", "error"),
        ("The `messages`, and a `nodeId`.", '"nodeId": "Hi"', "http://localhost:1", "error"),
        ("Either `messages` or `prompt` must be given.", '"text": "Hi"', "http://localhost:1", "error"),
        ("Give it a prompt.", '"prompt": "Hi"', "http://localhost:1", "error"),
    ],
)
def test_a_member_that_the_page_names_may_take_the_place_of_the_messages_where_nobody_knows_the_api(
    words: str, member: str, host: str, level: str, tmp_path: Path
) -> None:
    command = (
        f"curl -s {host}/v1/chat/completions -H 'Content-Type: application/json' -d '{{\"model\": \"m\", {member}}}'"
    )
    page = tmp_path / "page.mdx"
    page.write_text(f"{words}\n\nAsk it:\n\n```bash\n{command}\n```\n", encoding="utf-8")
    case = open_case(page, "page.mdx", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        found = verifier.judge(case, case.roles[0]).findings
    assert [one.level for one in found if one.message.startswith("messages:")] == [level]


@pytest.mark.parametrize(
    ("client", "member", "level"),
    [
        ("OpenAI(api_key='k').chat.completions.create(", "'detai' + 'ls'", "warning"),
        ("OpenAI(api_key='k').chat.completions.create(", "'details'", "error"),
        ("ask('https://api.openai.com/v1/chat/completions', ", "'detai' + 'ls'", "error"),
    ],
)
def test_a_field_that_a_client_adds_by_itself_is_no_mistake_of_the_page(
    client: str, member: str, level: str, found: Callable[[str, str], tuple[Finding, ...]]
) -> None:
    image = f"{{'type': 'image_url', 'image_url': {{'url': 'https://a.example/a.png', {member}: 'auto'}}}}"
    message = f"{{'role': 'user', 'content': [{image}]}}"
    imports = "from openai import OpenAI\n"
    if client.startswith("ask"):
        imports = "import requests\n\ndef ask(url, **body): requests.post(url, json=body)\n"
    (finding,) = found("python", f"{imports}\n{client}model='m', messages=[{message}])\n")
    assert (finding.rule, finding.level) == ("request.schema", level)


@pytest.mark.parametrize(
    ("given", "levels"),
    [
        ("**{'func' + 'tions': None}", ["warning"]),
        ("functions=None", ["error"]),
        ("tools=None, tool_choice=None", []),
        ("**{'stream_' + 'options': {'include_' + 'usage': None}, 'stream': True}", ["warning"]),
        ("stream_options={'include_usage': None}, stream=True", ["error"]),
        ("extra_body={'mod' + 'el': None}", ["error"]),
    ],
)
def test_a_parameter_that_a_client_sends_as_null_by_itself_is_no_mistake_of_the_page(
    given: str, levels: list[str], found: Callable[[str, str], tuple[Finding, ...]]
) -> None:
    source = f"from openai import OpenAI\nOpenAI(api_key='k').chat.completions.create(**{{'mod' + 'el': 'm'}}, messages=[{{'role': 'user', 'content': 'Hi'}}], {given})\n"
    assert [one.level for one in found("python", source) if one.rule == "request.schema"] == levels


@pytest.mark.parametrize(
    ("source", "name", "level"),
    [
        ("from maker_kit import Client\nClient().ask('Hi')\n", "python", "warning"),
        ("from maker_kit import Client\nimport requests\nClient().ask('Hi')\n", "python", "error"),
        (
            "from maker_kit import Client\nfrom openai import OpenAI\nClient(OpenAI()).ask(model='m', messages=[])\n",
            "python",
            "warning",
        ),
        ("from openai import OpenAI\nOpenAI().ask(model='m', messages=[])\n", "python", "error"),
        ("import maker_kit, requests\nrequests.post('x', json=dict(model='m', messages=[]))\n", "python", "error"),
        (
            "import { ask } from 'maker-kit';\nimport OpenAI from 'openai';\nawait ask(new OpenAI(), { model, messages });\n",
            "node",
            "warning",
        ),
        ("from maker_kit import Client\nfrom openai import OpenAI\nClient(OpenAI()).ask('Hi')\n", "python", "error"),
        ("import maker_kit\nimport urllib.request\nurllib.request.urlopen(maker_kit.asks('Hi'))\n", "python", "error"),
        ("import maker_kit\nfrom urllib import request\nrequest.urlopen(maker_kit.asks('Hi'))\n", "python", "error"),
        ("import { ask } from 'maker-kit';\nawait ask('Hi');\n", "node", "warning"),
        ("import { body } from 'maker-kit';\nawait fetch(url, body('Hi'));\n", "node", "error"),
        ("curl https://api.example.com/v1/chat/completions -d '{}'\n", "curl", "error"),
    ],
)
def test_a_body_that_an_unknown_package_makes_for_an_unknown_api_is_no_mistake_of_the_page(
    source: str, name: str, level: str, context: MakeContext
) -> None:
    headers = (("Content-Type", "application/json"),)
    request = Request(
        "POST", "https", "api.example.com", 443, "/v1/chat/completions", headers, b'{"model": "m", "content": "Hi"}'
    )
    exchange = Exchange(request, Response(200, (), b"{}"), "a/recording", 2, read_to_end=True)
    found = check(Run(0, 0.1, b"", b"", exchanges=(exchange,)), context(source, name))
    assert {one.level for one in found if one.rule == "request.schema"} == {level}


@pytest.mark.parametrize(
    ("host", "parameter", "level"),
    [
        ("http://localhost:3000", '"response_format": "anthropic"', "warning"),
        ("https://api.openai.com", '"response_format": "anthropic"', "error"),
        ("http://localhost:3000", '"response_format": "antropic"', "error"),
        ("http://localhost:3000", '"stream": "true"', "error"),
        ("http://localhost:3000", '"temperature": "anthropic"', "error"),
    ],
)
def test_what_the_words_above_a_sample_say_of_a_parameter_may_be_so_where_nobody_knows_the_api(
    host: str, parameter: str, level: str, tmp_path: Path
) -> None:
    words = "Set `response_format` and temperature to the Anthropic form, and stream to true:"
    body = f'{{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}], {parameter}}}'
    asks = f"curl {host}/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
    (tmp_path / "page.md").write_text(f"{words}\n\n```bash\n{asks}\n```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        verdict = verifier.judge(case, case.roles[0])
    assert [(one.rule, one.level) for one in verdict.findings] == [("request.schema", level)]


@pytest.mark.parametrize(
    ("body", "host", "level"),
    [
        ('{"message": "Hi", "stream": false}', "http://localhost:8000", "warning"),
        ('{"message": "Hi", "stream": false}', "https://api.openai.com", "error"),
        ('{"message": "Hi", "model": "m"}', "http://localhost:8000", "error"),
        ('{"stream": false}', "http://localhost:8000", "error"),
    ],
)
def test_a_body_in_a_form_of_its_own_is_of_an_api_that_nobody_knows(
    body: str, host: str, level: str, tmp_path: Path
) -> None:
    asks = f"curl -s {host}/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
    (tmp_path / "page.md").write_text(f"```bash\n{asks}\n```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        found = verifier.judge(case, case.roles[0]).findings
    assert [one.level for one in found if one.message.startswith("messages:")] == [level]
