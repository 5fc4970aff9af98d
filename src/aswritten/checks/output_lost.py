"""The sample prints the answer, but not all of it.

A stream's last chunk can carry content and `finish_reason` together; a sample that looks at the one and forgets the other loses the end of
the answer. A sample that prints nothing of the answer is no finding; nor is one that cuts it and prints `...` behind it, or takes an answer
apart that is JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._answers import answers, is_data, printed
from aswritten.checks._base import answered, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("output.lost-content",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each answer that is cut; none for a run that failed, hung or flooded, which other rules say."""
    if run.exit_code != 0 or run.timed_out or run.dropped:
        return
    for exchange in answered(run):
        for answer in answers(exchange):
            result = printed(answer, exchange.response.body, run.stdout)
            if result and result.lost and not is_data(answer):
                yield context.finding(
                    "output.lost-content",
                    f"the sample prints the answer without {_list(result.lost)}",
                    line=context.print_line() or context.call_line(),
                    expected=shorten("".join(answer.pieces)),
                    got=shorten(run.stdout.decode("utf-8", "replace")),
                    hint="print the content of every chunk that has some, also of the first one and of the one with a finish_reason"
                    if len(answer.pieces) > 1
                    else "print the whole content",
                )


def _list(lost: tuple[str, ...]) -> str:
    shown = ", ".join(repr(shorten(piece, 60)) for piece in lost[:3])
    return shown + (f" and {len(lost) - 3} more pieces" if len(lost) > 3 else "")
