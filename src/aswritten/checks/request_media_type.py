"""A body that is JSON is sent as something else.

curl calls what it sends with `-d` a form, `urllib` does the same with bytes, and `fetch` calls a string plain text, unless a header says what it
is. OpenAI and those who read bodies by their type refuse that; many servers read JSON whatever it is called, so that it is a warning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import is_chat, is_json
from aswritten.languages import commands, facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

#: How a command says that its body is JSON.
_SAYS_JSON = re.compile(r"content-type|--json\b", re.IGNORECASE)
RULES = ("request.media-type",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding of a sample that ran to its end: for the first chat that is sent as JSON by its form and not by its header."""
    # Whatever ended a run may have taken the header away: a backslash with a space behind it. A client's headers are not its caller's to mend.
    if run.exit_code or not _speaks_http(context):
        return
    for exchange in run.exchanges:
        request = exchange.request
        header = request.header("content-type") or ""
        kind = header.partition(";")[0].strip().lower()
        if is_chat(request) and "json" not in kind and is_json(request.body):
            yield context.finding(
                "request.media-type",
                f"the sample sends JSON and {f'calls it `{kind}`' if kind else 'does not say so'}",
                line=_line(context),
                level="warning",
                expected="the header Content-Type: application/json",
                got=f"Content-Type: {header}" if header else "no such header",
                hint="add the header: APIs that read a body by its type refuse the request",
            )
            return


def _speaks_http(context: Context) -> bool:
    """Whether a sample sends its bodies itself: by a command, or with nothing but what speaks plain HTTP."""
    name = context.language.NAME
    if name == "curl":
        return True
    known = facts(name)
    return {*known["http"], *known["offline"]}.issuperset(context.language.packages(context.sample.source))


def _line(context: Context) -> int | None:
    """The line of the call; of several commands that of the first one that says nothing of JSON."""
    if context.language.NAME != "curl":
        return context.call_line()
    clients = facts("shell")["clients"]
    calls = (one for one in commands(context.sample.source) if one.name in clients)
    silent = (one.line for one in calls if not _SAYS_JSON.search(" ".join(one.words)))
    return next(silent, context.call_line())
