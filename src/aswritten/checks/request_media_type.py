"""A body that is JSON is sent as something else.

curl calls what it sends with `-d` a form, `urllib` does the same with bytes, and `fetch` calls a string plain text, unless a header says what it
is. OpenAI and those who read bodies by their type refuse that; many servers read JSON whatever it is called, so that it is a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import is_chat, is_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("request.media-type",)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding of a sample that ran to its end: for the first chat that is sent as JSON by its form and not by its header."""
    if run.exit_code:
        return  # whatever ended it may have taken the header away: a backslash with a space behind it
    for exchange in run.exchanges:
        request = exchange.request
        header = request.header("content-type") or ""
        kind = header.partition(";")[0].strip().lower()
        if is_chat(request) and "json" not in kind and is_json(request.body):
            yield context.finding(
                "request.media-type",
                f"the sample sends JSON and calls it {f'`{kind}`' if kind else 'nothing'}",
                line=context.call_line(),
                level="warning",
                expected="the header Content-Type: application/json",
                got=f"Content-Type: {header}" if header else "no such header",
                hint="add the header: APIs that read a body by its type refuse the request",
            )
            return
