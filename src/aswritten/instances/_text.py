"""Texts that a schema may ask for: by format, by name, by an example in its description, by pattern, by length."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any

from aswritten.instances._pattern import matching

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: One value of each format that JSON Schema knows, as its specification has them.
_FORMATS = {
    "date": "2025-01-31",
    "date-time": "2025-01-31T12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "hostname": "example.com",
    "idn-email": "someone@example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "iri": "https://example.com/",
    "iri-reference": "/",
    "json-pointer": "/a",
    "regex": "a",
    "relative-json-pointer": "0",
    "time": "12:00:00Z",
    "uri": "https://example.com/",
    "uri-reference": "/",
    "uri-template": "https://example.com/{id}",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}
#: Texts longer than this are not made.
_LONGEST = 10_000
_PLAIN = "text"
#: "The city and state, e.g. San Francisco, CA": in quotes, or up to the end of the sentence.
_EXAMPLE = re.compile(
    r"\b(?:e\.g\.|for example|such as)[,:]?\s+(?:([\"'`])(.+?)\1|([^\"'`;()]+?)(?:\.\s|\.?\)|;|\.?$))", re.IGNORECASE
)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def texts(schema: Mapping[str, Any], name: str, words: Mapping[str, str]) -> Iterator[str]:
    """Texts to try for a member called ``name``, the likeliest first, without end.

    ``words``: texts for members by name, of which the last word counts too (`date` for `startDate`).
    """
    low, high = _length(schema, "minLength", 0), _length(schema, "maxLength", _LONGEST)
    if low > min(high, _LONGEST):
        return
    for text in dict.fromkeys(_likely(schema, name, words)):
        yield text
        if not low <= len(text) <= high:
            yield _fitted(text, low, high)
    for number in count(2):
        text = f"{_PLAIN} {number}"
        yield text if len(text) <= high else str(number).zfill(min(low, high))


def _likely(schema: Mapping[str, Any], name: str, words: Mapping[str, str]) -> Iterator[str]:
    if (known := str(schema.get("format"))) in _FORMATS:
        yield _FORMATS[known]
    found = _EXAMPLE.search(str(schema.get("description", "")))
    if found:
        yield (found[2] or found[3]).strip()
    parts = [part.lower() for part in _WORDS.findall(name)]
    yield from (words[key] for key in ("_".join(parts), *parts[-1:]) if key in words)
    if isinstance(schema.get("pattern"), str):
        yield from matching(schema["pattern"])
    yield _PLAIN


def _fitted(text: str, low: int, high: int) -> str:
    return (text * (low // max(len(text), 1) + 1))[: max(low, 1)] if len(text) < low else text[:high]


def _length(schema: Mapping[str, Any], key: str, usual: int) -> int:
    value = schema.get(key, usual)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 else usual
