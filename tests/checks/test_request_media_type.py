"""What a sample says of its body, and at which of its calls it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.checks.request_media_type import check
from aswritten.model import Exchange, Request, Response, Run

if TYPE_CHECKING:
    from checks.conftest import MakeContext

BODY = b'{"model": "m", "messages": []}'
JSON = ("Content-Type", "application/json; charset=utf-8")
CURL = "curl https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{}'\n"


def run(*headers: tuple[str, str], body: bytes = BODY, exit_code: int = 0) -> Run:
    request = Request("POST", "https", "api.example.com", 443, "/v1/chat/completions", headers, body)
    exchange = Exchange(request, Response(200, (), b"{}"), "a/recording", 2, read_to_end=True)
    return Run(exit_code, 0.1, b"", b"", exchanges=(exchange,))


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ((), "the sample sends JSON and does not say so"),
        ((("Content-Type", "text/plain"),), "the sample sends JSON and calls it `text/plain`"),
        ((JSON,), ""),
    ],
)
def test_json_is_to_be_called_so(headers: tuple[tuple[str, str], ...], message: str, context: MakeContext) -> None:
    found = list(check(run(*headers), context("import requests\nrequests.post('x')\n", "python")))
    assert [(one.level, one.message) for one in found] == ([("warning", message)] if message else [])


def test_the_command_that_does_not_say_it_is_named(context: MakeContext) -> None:
    (found,) = check(run(), context(f"{CURL}\n{CURL.replace(' -H ', ' -A ').replace('Content-Type', 'x')}", "curl"))
    assert found.line == 3


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("from openai import OpenAI\nOpenAI()\n", run()),  # a client's headers are its own
        ("import requests\nrequests.post('x')\n", run(exit_code=1)),
        ("import requests\nrequests.post('x')\n", run(body=b"a=b")),
    ],
    ids=["a client", "a run that failed", "a form"],
)
def test_what_is_not_the_samples_to_say_is_left(source: str, kept: Run, context: MakeContext) -> None:
    assert list(check(kept, context(source, "python"))) == []
