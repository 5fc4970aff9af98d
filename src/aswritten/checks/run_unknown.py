"""The sample calls something that no recording answers.

`run.unknown-host`: no recording is of that host. `run.unknown-request`: there are recordings of the host, or of such a path on any host,
but not of this request. Nothing leaves the machine: the sample was answered with status 418. A body that is no JSON is reported as that alone.
Where a page has no recordings of its own, what it asks of other endpoints than chat completions and their like is told for information only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aswritten.checks._base import is_chat, is_json, shorten
from aswritten.checks._elsewhere import METHODS, elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("run.unknown-host", "run.unknown-request")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """One finding for each method and URL, however often the client tried again."""
    seen: set[tuple[str, str]] = set()
    for exchange in run.exchanges:
        request = exchange.request
        key = (request.method, request.url)
        if exchange.recording or key in seen or _is_broken(request):
            continue
        seen.add(key)
        known = any(_is_of(url, request) for url in context.urls)
        yield context.finding(
            "run.unknown-request" if known else "run.unknown-host",
            f"no recording answers {request.method} {request.url}",
            line=context.line_with(request.target, request.host) or context.call_line(),
            level="info" if elsewhere(exchange, context) else "error",
            expected="a request that a recording answers",
            got=shorten(f"{request.method} {request.url}"),
            hint=_hint(request, exchange.reason, known=known),
        )


def _hint(request: Request, reason: str, *, known: bool) -> str:
    if request.host.upper() in METHODS:
        return f"the client takes {request.host.upper()} for a URL: curl wants -X in front of a method"
    if twice := _twice(request.path):
        return f"`{twice}` stands there twice: the base URL holds what the client adds to it"
    what = reason.removeprefix(f"no recording answers {request.method} {request.url}").lstrip("; ")
    return what if known else f"{what}. Put a recording of it into the folder of fixtures"


def _twice(path: str) -> str:
    """One to three parts of a path that stand there twice, one behind the other; empty for none."""
    parts = path.split("/")[1:]
    for length in (3, 2, 1):
        for at in range(len(parts) - 2 * length + 1):
            part = parts[at : at + length]
            if part == parts[at + length : at + 2 * length] and all(part):
                return "/" + "/".join(part)
    return ""


def _is_of(url: str, request: Request) -> bool:
    if url.startswith("*"):
        return request.path.endswith(url[1:])
    return urlsplit(url).hostname == request.host.lower()


def _is_broken(request: Request) -> bool:
    return is_chat(request) and not is_json(request.body)
