"""How the events of a stream are written: all that a reader of its own, line by line, may have come to rely on."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.drift._change import change
from aswritten.drift._words import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.drift._change import Change
    from aswritten.sse import Decoder, Event

WHERE = "stream"
_LINE = re.compile(rb"([^\r\n]*)(\r\n|\n|\r)")
_ENDS = {b"\n": "LF", b"\r\n": "CR LF", b"\r": "CR"}
#: Fields that the standard knows beside ``data``; ``event`` is told by the names of events.
_FIELDS = (b"id", b"retry")


@dataclass(frozen=True, slots=True)
class Framing:
    """What the lines of one stream look like."""

    ends: tuple[str, ...]
    """How its lines end, each way once."""
    data: tuple[str, ...]
    """What stands in front of the data: ``data: ``, ``data:``."""
    names: tuple[str, ...]
    """The types of its events: ``message`` where an event names none."""
    fields: tuple[str, ...]
    """Which of `_FIELDS` came."""
    comments: int
    split: int
    """Events whose data stands in several lines."""
    without_data: int
    """Blocks without data."""
    bad_lines: int
    """Lines with bytes that are not UTF-8."""
    is_cut: bool
    """Whether it ends in the middle of an event."""
    has_mark: bool
    """Whether it begins with a byte-order mark."""


def framing_of(body: bytes, events: Sequence[Event], decoder: Decoder) -> Framing:
    """The framing of a whole body, of which ``decoder`` has given the events."""
    ends: dict[str, None] = {}
    data: dict[str, None] = {}
    fields: dict[str, None] = {}
    comments = 0
    for line, end in _LINE.findall(body):
        ends.setdefault(_ENDS[end])
        if line.startswith(b":"):
            comments += 1
        elif line.startswith(b"data:"):
            data.setdefault("data: " if line.startswith(b"data: ") else "data:")
        elif (name := line.partition(b":")[0]) in _FIELDS:
            fields.setdefault(name.decode())
    return Framing(
        ends=tuple(ends),
        data=tuple(data),
        names=tuple(dict.fromkeys(event.event for event in events)),
        fields=tuple(fields),
        comments=comments,
        split=sum("\n" in event.data for event in events),
        without_data=decoder.blocks_without_data,
        bad_lines=decoder.bad_lines,
        is_cut=decoder.close(),
        has_mark=body.startswith(codecs.BOM_UTF8),
    )


def compare_framing(old: Framing, new: Framing) -> Iterator[Change]:
    """What a reader of lines may stumble on, and what the standard has it pass over."""
    for what, name, was, is_ in (
        ("line-ends-changed", "its lines end with", old.ends, new.ends),
        ("data-space-changed", "its data comes behind", old.data, new.data),
        ("event-name-changed", "its events are called", old.names, new.names),
    ):
        if set(is_) - set(was):
            yield change(what, WHERE, f"{name} {shown(is_)}, not {shown(was)}", shown(was), shown(is_))
    for what, message, came in (
        ("data-split", "events with data in several lines came", (old.split, new.split)),
        ("block-without-data", "blocks without data came", (old.without_data, new.without_data)),
        ("not-utf-8", "lines that are not UTF-8 came", (old.bad_lines, new.bad_lines)),
        ("byte-order-mark", "it begins with a byte-order mark", (old.has_mark, new.has_mark)),
        ("stream-cut", "it ends in the middle of an event", (old.is_cut, new.is_cut)),
    ):
        if came[1] and not came[0]:
            yield change(what, WHERE, message)
    yield from _passed_over(old, new)


def _passed_over(old: Framing, new: Framing) -> Iterator[Change]:
    if set(new.names) < set(old.names):
        gone = set(old.names) - set(new.names)
        message = f"no event is called {shown(sorted(gone))} any more"
        yield change("event-name-gone", WHERE, message, shown(old.names), shown(new.names))
    for name in sorted({*old.fields, *new.fields}):
        if (name in old.fields) != (name in new.fields):
            came = name in new.fields
            yield change(
                "event-field-changed", WHERE, f"lines with {name!r} {'came' if came else 'do not come any more'}"
            )
    if bool(old.comments) != bool(new.comments):
        yield change("comments-changed", WHERE, "comments came" if new.comments else "comments do not come any more")
