"""Parameters that no API is known to have: a mistake of OpenAI's samples, a warning in those of others, unless one is mistyped."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Finding

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
