"""The sample publishes what looks like a real key.

A long value of many different characters in an authorization header is a key, not a placeholder. It is never repeated in reports.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("request.secret",)

_HEADERS = ("authorization", "api-key", "x-api-key", "x-goog-api-key")
_KEY = re.compile(r"[A-Za-z0-9_\-.~+/=]{20,}")
_PLACEHOLDER = re.compile(
    r"your|key|token|secret|example|dummy|test|fake|placeholder|x{4,}|\*{3,}|\.{3,}|1234|abcd|not-a", re.IGNORECASE
)
#: Bits a character; texts in natural language and repeated characters stay below, random ones of this length are above.
_RANDOM = 3.5


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding for each different key that stands in the sample's source."""
    seen: set[str] = set()
    for exchange in run.exchanges:
        for name in _HEADERS:
            value = (exchange.request.header(name) or "").split(" ")[-1]
            if value in seen or not _looks_real(value) or value not in context.sample.source:
                continue
            seen.add(value)
            yield context.finding(
                "request.secret",
                f"the sample publishes what looks like a real key (header {name})",
                line=context.line_with(value),
                expected="a placeholder, or a variable that the reader sets",
                got=f"{value[:3]}… ({len(value)} characters)",
                hint="revoke the key, and put a placeholder in its place",
            )


def _looks_real(value: str) -> bool:
    if not _KEY.fullmatch(value) or _PLACEHOLDER.search(value) or not re.search(r"\d", value):
        return False
    counts = Counter(value)
    entropy = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    return entropy >= _RANDOM
