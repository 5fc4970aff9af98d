"""The sample publishes what looks like a real key.

A long value of many different characters in an authorization header, or in a parameter of the URL for keys, is a key and no placeholder.
It is never repeated in reports. One made of words, for a server on the reader's own machine, is what that one is set up with.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aswritten.model import OWN_HOSTS
from aswritten.scrub import looks_real

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.secret",)

_HEADERS = ("authorization", "api-key", "x-api-key", "x-goog-api-key")
#: Letters that a word has at least.
_WORD = 4
_PARAMETERS = ("key", "api_key", "api-key", "apikey", "token", "access_token")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding for each different key that stands in the sample's source."""
    seen: set[str] = set()
    for exchange in run.exchanges:
        for place, value in _values(exchange.request):
            if value in seen or not looks_real(value) or value not in context.sample.source:
                continue
            if exchange.request.host in OWN_HOSTS and _is_of_words(value):
                continue
            seen.add(value)
            yield context.finding(
                "request.secret",
                f"the sample publishes what looks like a real key ({place})",
                line=context.line_with(value),
                expected="a placeholder, or a variable that the reader sets",
                got=f"{value[:3]}… ({len(value)} characters)",
                hint="revoke the key, and put a placeholder in its place",
            )


def _is_of_words(value: str) -> bool:
    """Whether a value is words with marks between them: `own-proxy-2025`."""
    parts: list[str] = re.split(r"[-_.]", value)
    return sum(part.isalpha() and part.islower() and len(part) >= _WORD for part in parts) > 1


def _values(request: Request) -> Iterator[tuple[str, str]]:
    for name in _HEADERS:
        yield f"header {name}", (request.header(name) or "").split(" ")[-1]
    for name, value in parse_qsl(request.target.partition("?")[2]):
        if name.lower() in _PARAMETERS:
            yield f"parameter {name} of the URL", value
