"""The sample floods its output.

What is beyond the limit is counted and thrown away, so nothing can be said of what the sample prints there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.flood",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding."""
    if run.dropped:
        yield context.finding(
            "run.flood",
            "the sample prints more than can be kept",
            line=context.print_line(),
            expected=f"at most {context.output_limit} bytes",
            got=f"{run.dropped} bytes more",
            hint="raise `output_limit` in aswritten.yaml if the sample is meant to print as much",
        )
