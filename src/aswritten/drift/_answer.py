"""One recorded response as the objects that it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aswritten.sse import Decoder

if TYPE_CHECKING:
    from aswritten.recordings import RecordedResponse

DONE = "[DONE]"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came."""

    kind: Literal["completion", "stream", "error", "other"]
    """other: neither JSON nor a stream of events."""
    objects: tuple[tuple[str, object], ...]
    """(``completion``, ``chunk`` or ``error``, its JSON value), in the order of their coming."""


def answer_of(response: RecordedResponse) -> Answer:
    """The objects of the response. Raises PackedError where its body cannot be unpacked."""
    if response.is_stream and response.status < 400:
        return Answer("stream", tuple(_events(response.plain)))
    try:
        value = json.loads(response.plain)
    except (ValueError, RecursionError):
        return Answer("other", ())
    if response.status >= 400 or is_error(value):
        return Answer("error", (("error", value),))
    return Answer("completion", (("completion", value),))


def is_error(value: object) -> bool:
    """Whether the object tells of an error and of nothing else."""
    return isinstance(value, dict) and value.get("error") is not None and "choices" not in value


def _events(body: bytes) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for event in Decoder().feed(body):
        if event.data == DONE:
            continue
        try:
            value = json.loads(event.data)
        except (ValueError, RecursionError):
            continue
        found.append(("error" if is_error(value) else "chunk", value))
    return found
