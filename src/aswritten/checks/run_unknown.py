"""The sample calls something that no recording answers.

`run.unknown-host`: no recording is of that host. `run.unknown-request`: there are recordings of the host, but not of this request.
Nothing leaves the machine: the sample was answered with status 418.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.unknown-host", "run.unknown-request")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """One finding for each method and URL, however often the client tried again."""
    seen: set[tuple[str, str]] = set()
    for exchange in run.exchanges:
        request = exchange.request
        key = (request.method, request.url)
        if exchange.recording or key in seen:
            continue
        seen.add(key)
        known = request.host in context.hosts
        yield context.finding(
            "run.unknown-request" if known else "run.unknown-host",
            f"no recording answers {request.method} {request.url}",
            line=context.line_with(request.target, request.host) or context.call_line(),
            expected="a request that a recording answers",
            got=shorten(f"{request.method} {request.url}"),
            hint=exchange.reason,
        )
