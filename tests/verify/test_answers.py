"""What a program looks for in an answer of which nobody knows whether it is there, beside members that are mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifying import CHAT, page, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.verify import Verifier


@pytest.mark.parametrize(
    ("host", "read", "name"),
    [
        ("http://localhost:8000/v1", "response.usage.cost_usd", "other"),
        ("http://localhost:8000/v1", "response.usage.total_token", "failed"),
        ("http://localhost:8000/v1", "response.choices[0].delta", "failed"),
        ("https://api.openai.com/v1", "response.usage.cost_usd", "failed"),
    ],
)
def test_a_member_that_an_unknown_api_may_have_of_its_own_is_not_judged(
    host: str, read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}print({read})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason.startswith("reads `cost_usd` of an answer, and nobody knows")


@pytest.mark.parametrize(("member", "name"), [("meta_data", "other"), ("owned_bi", "failed")])
def test_what_an_unknown_api_may_tell_of_its_models_is_not_judged(
    member: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1")\nfor model in client.models.list():\n    print(model.{member})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


OWN_FORM = """import {client}
import json
import urllib.request

body = json.dumps({{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}]}}).encode()
url = "https://api.example.com/v1/chat/completions"
request = urllib.request.Request(url, body, {{"Content-Type": "application/json"}})
print(json.load(urllib.request.urlopen(request)).get("completion_message"))
"""


@pytest.mark.parametrize(("client", "name"), [("idna", "other"), ("requests", "failed"), ("os", "failed")])
def test_an_answer_of_a_form_that_nobody_knows_is_not_judged(
    client: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{OWN_FORM.format(client=client)}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("host", "name"), [("http://localhost:8000/v1", "passed"), ("https://api.openai.com/v1", "failed")]
)
def test_a_sample_that_looks_for_what_a_model_thought_finds_it_where_servers_may_tell(
    host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}'
    source += "print(response.choices[0].message.reasoning)\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
