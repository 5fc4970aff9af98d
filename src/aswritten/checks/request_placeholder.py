"""A variable reached the server as text.

`Bearer $TOKEN` in the request means that nothing put the token in its place: a shell variable inside of single quotes, or in a Python or
JavaScript text. Placeholders that the reader is to replace by hand (`<YOUR KEY>`, `{YOUR KEY}`) are as they should be.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.literal-placeholder",)

#: `$NAME`, `${NAME}`, `${process.env.NAME}`, `{{ name }}`, `$(command)` and `%NAME%`.
_VARIABLE = re.compile(r"\$\{[^{}]+\}|\$[A-Za-z_]\w*|\{\{[^{}]+\}\}|\$\([^()]+\)|%[A-Z_][A-Z0-9_]*%|%7B%7B.+?%7D%7D")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each different variable, wherever it stands: URL, header, or a member of the body that is nothing else."""
    seen: set[str] = set()
    for exchange in run.exchanges:
        for place, text in _texts(exchange.request):
            found = _VARIABLE.fullmatch(text.strip()) if place.startswith("body") else _VARIABLE.search(text)
            if not found or found.group() in seen:
                continue
            variable = found.group()
            seen.add(variable)
            yield context.finding(
                "request.literal-placeholder",
                f"the {place} holds {variable} as text",
                line=context.line_with(variable) or context.call_line(),
                expected=f"the value of {variable}",
                got=text.strip(),
                hint="nothing put a value in its place: use double quotes in a shell, or the language's own way to read a variable",
            )


def _texts(request: Request) -> Iterator[tuple[str, str]]:
    yield "URL", f"{request.host}{request.target}"
    for name, value in request.headers:
        if name.lower() not in {"host", "user-agent", "accept", "content-length", "content-type"}:
            yield f"header {name}", value
    try:
        body = json.loads(request.body)
    except ValueError:
        return
    yield from _members(body, "body")


def _members(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _members(member, f"{place}'s {key}" if place == "body" else f"{place}.{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _members(member, f"{place}[{index}]")
