"""The texts that a client joins from the events of a stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten.sse import events

if TYPE_CHECKING:
    from collections.abc import Iterator


def joined(body: bytes) -> dict[str, list[bytes]]:
    """By its place in the events' JSON, the pieces of each text that comes in more than one of them, in order.

    Items of a list go by their ``index``, where they have one: ``choices[0].delta.content``.
    """
    found: dict[str, list[bytes]] = {}
    for event in events(body):
        try:
            value = json.loads(event.data)
        except (ValueError, RecursionError):
            continue
        for place, text in _texts(value, ""):
            found.setdefault(place, []).append(text.encode("utf-8", "surrogatepass"))
    return {place: pieces for place, pieces in found.items() if len(pieces) > 1}


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield place.removeprefix("."), value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, f"{place}.{key}")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            index = item.get("index", position) if isinstance(item, dict) else position
            yield from _texts(item, f"{place}[{index}]")
