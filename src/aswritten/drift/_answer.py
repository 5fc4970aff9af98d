"""One recorded response as the objects that it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aswritten.drift._framing import Framing, framing_of
from aswritten.sse import Decoder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.recordings import RecordedResponse
    from aswritten.sse import Event

DONE = "[DONE]"
Kind = Literal["completion", "stream", "error", "other", "nothing"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came."""

    kind: Kind
    """other: neither JSON nor events. nothing: an empty body."""
    objects: tuple[tuple[str, object], ...] = ()
    """(kind of object, its JSON value), in the order of their coming: ``completion``, ``chunk``, ``error``; of a stream also ``done``
    and, for what is neither JSON nor ``[DONE]``, ``text``."""
    framing: Framing | None = None
    """Of a stream."""

    @property
    def values(self) -> tuple[tuple[str, object], ...]:
        """Those of the objects that are JSON."""
        return tuple((kind, value) for kind, value in self.objects if kind not in ("done", "text"))

    def number(self, kind: str) -> int:
        """How many of the objects are of this kind."""
        return sum(one == kind for one, _ in self.objects)


def answer_of(response: RecordedResponse) -> Answer:
    """What the response holds. Raises PackedError where its body cannot be unpacked.

    A stream is known by its content type, and by its form where the body is no JSON.
    """
    body = response.plain
    if not body.strip():
        return Answer("nothing")
    decoder = Decoder()
    events = decoder.feed(body) if response.status < 400 else []
    if events and response.is_stream:
        return _stream(body, events, decoder)
    try:
        value = _parsed(body)
    except (ValueError, RecursionError):
        return _stream(body, events, decoder) if events else Answer("other")
    kind: Kind = "error" if response.status >= 400 or is_error(value) else "completion"
    return Answer(kind, ((kind, value),))


def is_error(value: object) -> bool:
    """Whether the object tells of an error and of nothing else."""
    return isinstance(value, dict) and value.get("error") is not None and "choices" not in value


def _stream(body: bytes, events: Iterable[Event], decoder: Decoder) -> Answer:
    found = list(events)
    return Answer("stream", tuple(_object(event.data) for event in found), framing_of(body, found, decoder))


def _object(data: str) -> tuple[str, object]:
    if data == DONE:
        return "done", None
    try:
        value = _parsed(data)
    except (ValueError, RecursionError):
        return "text", None
    return "error" if is_error(value) else "chunk", value


def _parsed(text: bytes | str) -> object:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> object:
    """Refuses NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(name)
