"""The sample prints `undefined`, `None` or `[object Object]` where content should be.

A stream's first chunk often has a role and no content, its last ones no choices: what is not there prints as one of these words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._answers import JUNK, answers, printed, squeeze
from aswritten.checks._base import answered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("output.junk",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding, with each word and how often it was printed."""
    contents = [(exchange, answer) for exchange in answered(run) for answer in answers(exchange)]
    text = "".join(squeeze("".join(answer.pieces)) for _, answer in contents)
    lines = [squeeze(line) for line in run.stdout.decode("utf-8", "replace").splitlines()]
    found = {word: lines.count(word) for word in JUNK if word in lines and word not in text}
    for exchange, answer in contents:
        result = printed(answer, exchange.response.body, run.stdout)
        for run_of_junk in result.junk if result else ():
            for word in JUNK:
                if word in run_of_junk and word not in found and word not in text:
                    found[word] = run_of_junk.count(word)
    if found:
        words = ", ".join(
            f"{_spelled(word)} ({count} times)" if count > 1 else _spelled(word) for word, count in found.items()
        )
        yield context.finding(
            "output.junk",
            f"the sample prints {words} where content should be",
            line=context.print_line() or context.call_line(),
            expected="the content of the answer and nothing in place of what is not there",
            got=words,
            hint='a chunk without content is normal: print `content or ""` in Python, `content ?? ""` in JavaScript',
        )


def _spelled(word: str) -> str:
    return "`[object Object]`" if word == "[objectObject]" else f"`{word}`"
