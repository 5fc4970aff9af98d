"""The texts that a client joins from pieces: from the events of a stream, and from the items of a list."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

from aswritten.sse import events

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Levels of a value that are looked into. Those of the wire have far fewer.
DEPTH = 100


def joined(body: bytes) -> dict[str, list[bytes]]:
    """By its place in the JSON of the events, or of the body, the pieces of each text that comes in more than one, in order.

    Items of a list go by their ``index``, or by their position where they have none: ``choices[0].delta.content``. The latter are
    pieces of one text too: ``choices[0].logprobs.content[].token``. So are the numbers of a list of bytes, as ``bytes`` beside it.
    """
    apart: dict[str, list[bytes]] = {}
    together: dict[str, list[bytes]] = {}
    for value in _values(body):
        for places, by_position in ((apart, True), (together, False)):
            for place, text in _texts(value, "", by_position=by_position):
                places.setdefault(place, []).append(text)
    found = apart | {place: pieces for place, pieces in together.items() if "[]" in place}
    return {place: pieces for place, pieces in found.items() if len(pieces) > 1}


def _values(body: bytes) -> Iterator[object]:
    found: list[str | bytes] = [event.data for event in events(body)]
    for data in found or [body]:
        with contextlib.suppress(ValueError, RecursionError):
            yield json.loads(data)


def _texts(value: object, place: str, depth: int = 0, *, by_position: bool) -> Iterator[tuple[str, bytes]]:
    if depth > DEPTH:
        return
    if isinstance(value, str):
        if value:
            yield place.removeprefix("."), value.encode("utf-8", "surrogatepass")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place}.{key}", depth + 1, by_position=by_position)
    elif isinstance(value, list):
        if value and all(type(item) is int and 0 <= item < 256 for item in value):
            # Each number is a piece, as none of them stands for the text by itself.
            yield from ((place.removeprefix("."), bytes((item,))) for item in value)
            return
        for position, item in enumerate(value):
            name = item.get("index") if isinstance(item, dict) else None
            name = (position if by_position else "") if name is None else name
            yield from _texts(item, f"{place}[{name}]", depth + 1, by_position=by_position)
