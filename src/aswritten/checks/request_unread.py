"""The sample does not read the response to its end.

It leaves a stream, or never looks at what it asked for: tokens are paid for and thrown away, and an error in the rest is never seen.
Of a refused request the status says enough: clients that try again do not read why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("request.unread-response",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding; none for a run that failed or hung, which other rules say."""
    if run.exit_code != 0 or run.timed_out:
        return
    for exchange in answered(run):
        if not exchange.read_to_end and exchange.response.status < 400:
            yield context.finding(
                "request.unread-response",
                f"the sample does not read the whole response to {exchange.request.method} {exchange.request.url}",
                line=context.call_line(),
                level="warning",
                expected=f"all {len(exchange.response.body)} bytes are read",
                got="the connection is closed before the end",
                hint="read the stream to its end, or close it where the sample says why",
            )
            return
