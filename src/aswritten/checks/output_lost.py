"""The sample prints the answer, but not all of it.

A stream's last chunk can carry content and `finish_reason` together; a sample that looks at the one and forgets the other loses the end of
the answer. A sample that prints nothing of the answer is no finding; nor is one that cuts it and prints `...` behind it, takes an answer
apart that is JSON, or takes the beginning of a whole one on purpose (`[:60]`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._answers import answers, is_data, printed
from aswritten.checks._base import answered, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("output.lost-content",)

#: How a program takes the first characters, words or sentences of a text.
_EXCERPT = re.compile(
    r"\[ ?0? ?: ?\w{1,20} ?\]|\.(?:slice|substring|substr)\(\s*0\s*,|textwrap\.shorten\(|\.split\([^()\n]*\)\s*\[\s*:?\d|\{[^{}\n]*:\.\d+s?\}"
    r"|\b(?:head|cut) -c|\.\[:\d+\]|%\.\d+s"
)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each answer that is cut; none for a run that failed, hung or flooded, which other rules say."""
    if run.exit_code != 0 or run.timed_out or run.dropped:
        return
    for exchange in answered(run):
        for answer in answers(exchange):
            result = printed(answer, exchange.response.body, run.stdout)
            is_excerpt = len(answer.pieces) == 1 and _takes_excerpt(context)
            if result and result.lost and not is_data(answer) and not is_excerpt:
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


def _takes_excerpt(context: Context) -> bool:
    """Whether a line that prints, or one with a content, takes the beginning of a text."""
    at = context.print_line()
    lines = context.sample.source.splitlines()
    told = [line for number, line in enumerate(lines, 1) if number == at or re.search(r"\bcontent\b|\.text\b", line)]
    told += [line for line in lines if re.match(r"\s*(?:print|console\.log)\b", line)]
    return any(_EXCERPT.search(line) and '"role"' not in line for line in told)


def _list(lost: tuple[str, ...]) -> str:
    shown = ", ".join(repr(shorten(piece, 60)) for piece in lost[:3])
    return shown + (f" and {len(lost) - 3} more pieces" if len(lost) > 3 else "")
