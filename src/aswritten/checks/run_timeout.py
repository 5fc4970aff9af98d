"""The sample does not end within its time limit.

Its whole process group is ended. Common causes: a stream that is never closed, an `input()` that waits, a server that is started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import last_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.timeout",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding."""
    if run.timed_out:
        yield context.finding(
            "run.timeout",
            "the sample does not end",
            line=context.call_line(),
            expected=f"an end within {context.time_limit:g} s",
            got=shorten(f"still running; it last printed: {last_line(run.stdout) or 'nothing'}"),
            hint="raise `time_limit` in aswritten.yaml if the sample is meant to take longer",
        )
