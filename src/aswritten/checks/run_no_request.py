"""The sample sends nothing, or one of its calls is not sent.

It ends well and yet never calls the API: a function that is never called, a promise that nobody waits for, a client that refuses the model
by itself and does not say so. A file that a package fetches, such as a list of prices, is no call.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import shorten
from aswritten.checks._elsewhere import is_side_file
from aswritten.checks._undefined import missing_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("run.no-request",)

#: A line that an error begins, as Node and Python write it.
_ERROR = re.compile(r"^\W{0,8}(?:[\w.]+ )?\[?[\w.]*(?:Error|Exception)\]?: .+$", re.MULTILINE)
#: How Python says so of what the sample itself called: with the line of the function that did, or at its end.
_NOT_AWAITED = re.compile(
    r"^(?:sys:\d+|[^\n:]*/(?:sample|cell)\.py:(\d+)): RuntimeWarning: coroutine '(?:[\w<>]+\.)*(\w+)' was never awaited",
    re.MULTILINE,
)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding; none where the sample failed or hung, which other rules say."""
    if run.exit_code or run.timed_out:
        return
    if any(not is_side_file(exchange.request, context) for exchange in run.exchanges):
        yield from _not_awaited(run, context)
    else:
        missing = missing_name(context)
        yield context.finding(
            "run.no-request",
            "the sample sends no request",
            line=context.call_line(),
            expected="at least one request to the API",
            got="; ".join(filter(None, ("none", _complaint(run)))),
            hint=f"{missing.message} (line {missing.line}): does it catch the error of that?"
            if missing
            else "is the function that sends it ever called, and its result awaited?",
        )


def _complaint(run: Run) -> str:
    """The error that a sample writes of and does not end with."""
    errors = _ERROR.findall(run.complaint)
    return f"it says: {shorten(errors[0].strip(), 200)}" if errors else ""


def _not_awaited(run: Run, context: Context) -> Iterator[Finding]:
    """The first call of a sample, that made others, of which Python says that it was never awaited."""
    for number, name in _NOT_AWAITED.findall(run.complaint):
        called = f"{name}("
        lines = context.sample.source.splitlines()
        at = int(number) if number and int(number) <= len(lines) else 0
        line = at if at and called in lines[at - 1] else context.line_with(f".{called}", called)
        if line is not None:
            yield context.finding(
                "run.no-request",
                f"the sample never awaits its call of `{name}`: nothing of it runs",
                line=line,
                expected="a call that is awaited",
                got=f"coroutine '{name}' was never awaited",
                hint="await it, or call what is not asynchronous",
            )
            return
