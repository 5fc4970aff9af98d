"""What bytes say in other spellings, one within the other: written without the code that is tested by it."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator


def spelled(data: bytes, depth: int = 4) -> Iterator[bytes]:
    """The bytes, and what they say where percent signs, JSON and base64 in them are read."""
    yield data
    if depth == 0:
        return
    others = {unquote_to_bytes(data), *(text.encode("utf-8", "replace") for text in json_texts(data))}
    for run in re.findall(rb"[A-Za-z0-9+/_-]{8,}", data):
        for start in range(4):
            text = run[start:].translate(bytes.maketrans(b"-_", b"+/"))
            text = text[: len(text) - (len(text) % 4 == 1)]
            others.add(base64.b64decode(text + b"=" * (-len(text) % 4)))
    for other in others - {data}:
        if re.search(rb"[ -~]{8}", other):
            yield from spelled(other, depth - 1)


def json_texts(data: bytes) -> Iterator[str]:
    for line in {data, *data.split(b"\n")}:
        text = line.removeprefix(b"data:").strip()
        if text[:1] in (b"{", b"[", b'"'):
            try:
                yield from leaves(json.loads(text))
            except ValueError:
                continue


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *leaves(item))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
