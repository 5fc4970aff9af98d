"""A response that was not read to its end. Made by hand: when a real client leaves, what it has read depends on how busy the machine is.

That the door sees clients leave is in tests/mock/test_leaving.py; pages that read to the end are in tests/cases/request.unread-response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks.request_unread import check
from aswritten.model import Exchange, Finding, Request, Response, Run

if TYPE_CHECKING:
    from checks.conftest import MakeContext

SOURCE = """\
import urllib.request

with urllib.request.urlopen("https://api.example.com/v1/chat/completions", data=b"{}") as response:
    print(response.readline())
"""


def run(*, read_to_end: bool, exit_code: int = 0, status: int = 200) -> Run:
    request = Request("POST", "https", "api.example.com", 443, "/v1/chat/completions", (), b"{}")
    exchange = Exchange(request, Response(status, (), b"x" * 900), "generic/stream", 300, read_to_end)
    return Run(exit_code, 0.1, b"", b"", exchanges=(exchange, exchange))


def test_a_response_that_was_left_is_one_warning(context: MakeContext) -> None:
    assert list(check(run(read_to_end=False), context(SOURCE, "python"))) == [
        Finding(
            "request.unread-response",
            "warning",
            "page.md",
            3,
            "the sample does not read the whole response to POST https://api.example.com/v1/chat/completions",
            expected="all 900 bytes are read",
            got="the connection is closed before the end",
            hint="read the stream to its end, or close it where the sample says why",
        )
    ]


def test_a_response_that_was_read_is_none(context: MakeContext) -> None:
    assert list(check(run(read_to_end=True), context(SOURCE, "python"))) == []


def test_of_a_sample_that_failed_the_failure_is_said_instead(context: MakeContext) -> None:
    assert list(check(run(read_to_end=False, exit_code=1), context(SOURCE, "python"))) == []


def test_why_a_request_was_refused_need_not_be_read(context: MakeContext) -> None:
    assert list(check(run(read_to_end=False, status=429), context(SOURCE, "python"))) == []
