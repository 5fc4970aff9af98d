"""What the sample was served breaks the contract of the API.

The recording is at fault, not the sample: each full completion, each chunk of a stream and each error is held to the schemas and to the
stream rules of the provider's profile. The rule is the contract's own, `wire.…`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aswritten.checks._base import answered, is_chat
from aswritten.contract import check_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.contract import Problem, Profile
    from aswritten.model import Finding, Run

RULES = ("wire.*",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding a problem of each recording that answered a chat completion."""
    for exchange in answered(run):
        if not is_chat(exchange.request):
            continue
        profile = context.profile_for(exchange.request.host)
        content_type = exchange.response.header("content-type") or ""
        response = exchange.response
        for problem in _problems(exchange.request.body, response.status, content_type, response.body, profile):
            yield context.finding(
                problem.rule,
                f"recording {exchange.recording}: {problem.message}",
                line=context.call_line(),
                level=problem.level,
                expected=problem.expected,
                got=problem.got,
                hint="record it again, or correct the recording; the sample is not at fault",
            )


@lru_cache(maxsize=256)
def _problems(request: bytes, status: int, content_type: str, body: bytes, profile: Profile) -> tuple[Problem, ...]:
    """Judged once for all the samples of a process that are served the same."""
    return check_exchange(request, status, content_type, body, profile)
