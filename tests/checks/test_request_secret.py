"""What looks like a real key, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.checks.request_secret import check
from aswritten.model import Exchange, Request, Response, Run

if TYPE_CHECKING:
    from checks.conftest import MakeContext

RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"


def found(
    context: MakeContext,
    source: str,
    *,
    authorization: str = "",
    target: str = "/v1/chat/completions",
    host: str = "api.example.com",
) -> list[str]:
    request = Request("POST", "https", host, 443, target, (("Authorization", f"Bearer {authorization}"),), b"{}")
    exchange = Exchange(request, Response(200, (), b"{}"), "a/recording", 2, read_to_end=True)
    run = Run(0, 0.1, b"", b"", exchanges=(exchange,))
    findings = list(check(run, context(source, "curl")))
    assert not any(RANDOM in "".join((one.message, one.got, one.hint, one.expected)) for one in findings)
    return [one.message for one in findings]


@pytest.mark.parametrize("key", [f"sk-proj-{RANDOM}", f"gsk_{RANDOM}", f"r8_{RANDOM}", f"AIzaSy{RANDOM}"])
def test_a_key_in_a_header_is_found_and_not_repeated(context: MakeContext, key: str) -> None:
    message = "the sample publishes what looks like a real key (header authorization)"
    assert found(context, f"curl -H 'Authorization: Bearer {key}'\n", authorization=key) == [message]


def test_a_key_in_the_url_is_found(context: MakeContext) -> None:
    target = f"/v1/chat/completions?key=AIzaSy{RANDOM}"
    message = "the sample publishes what looks like a real key (parameter key of the URL)"
    assert found(context, f"curl https://api.example.com{target}\n", target=target) == [message]


@pytest.mark.parametrize(
    "key",
    [
        "sk-1234",
        "EMPTY",
        "-",
        "YOUR_API_KEY",
        "<YOUR API KEY>",
        "{YOUR API KEY}",
        "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "your-openai-api-key-2024-goes-here",
        "aaaaaaaaaaaaaaaaaaaaaaaa1",
        "$OPENAI_API_KEY",
        "sk-...",
    ],
)
def test_a_placeholder_is_none(context: MakeContext, key: str) -> None:
    assert found(context, f"curl -H 'Authorization: Bearer {key}'\n", authorization=key) == []


def test_a_key_that_does_not_stand_in_the_sample_is_none(context: MakeContext) -> None:
    assert found(context, 'curl -H "Authorization: Bearer $KEY"\n', authorization=f"sk-{RANDOM}") == []


@pytest.mark.parametrize(
    ("host", "key", "is_told"),
    [
        ("localhost", "home-gateway-2031-4000z", False),
        ("api.example.com", "home-gateway-2031-4000z", True),
        ("localhost", f"sk-proj-{RANDOM}", True),
    ],
)
def test_words_are_the_key_of_a_server_on_the_readers_own_machine(
    context: MakeContext, host: str, key: str, *, is_told: bool
) -> None:
    told = found(context, f"curl -H 'Authorization: Bearer {key}'\n", authorization=key, host=host)
    assert bool(told) is is_told
