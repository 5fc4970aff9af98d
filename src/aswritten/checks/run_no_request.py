"""The sample sends nothing.

It ends well and yet never calls the API: a function that is never called, a promise that nobody waits for, a client that refuses the model
by itself and does not say so. A file that a package fetches, such as a list of prices, is no call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._elsewhere import is_side_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.no-request",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding; none where the sample failed or hung, which other rules say."""
    called = any(not is_side_file(exchange.request, context) for exchange in run.exchanges)
    if not called and run.exit_code == 0 and not run.timed_out:
        yield context.finding(
            "run.no-request",
            "the sample sends no request",
            line=context.call_line(),
            expected="at least one request to the API",
            got="none",
            hint="is the function that sends it ever called, and its result awaited?",
        )
