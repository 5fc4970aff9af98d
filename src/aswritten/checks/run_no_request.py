"""The sample sends nothing.

It ends well and yet never calls the API: a function that is never called, a promise that nobody waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.no-request",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding; none where the sample failed or hung, which other rules say."""
    if not run.exchanges and run.exit_code == 0 and not run.timed_out:
        yield context.finding(
            "run.no-request",
            "the sample sends no request",
            line=context.call_line(),
            expected="at least one request to the API",
            got="none",
            hint="is the function that sends it ever called, and its result awaited?",
        )
