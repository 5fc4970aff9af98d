"""Changes of a stream that no rule can see, each with the reason."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from contract.mutating import (
    ERROR,
    Events,
    between,
    chunk_places,
    finishes,
    later_parts,
    plain_texts,
    raw,
    spread,
    stream,
    swapped,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.composed import Exchange

# Changes of a stream that no rule can see


@raw("stream", "", "Comments are legal, and lines between events may be blank.")
def comments_and_blank_lines(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for at in spread(range(len(parts))):
        yield replace(exchange, body=b"\n\n".join([*parts[:at], b": keep-alive", b"", *parts[at:]]))


@raw("stream", "", "Lines may end with CR LF or CR alone.")
def other_line_ends(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.replace(b"\n", b"\r\n"))
    yield replace(exchange, body=exchange.body.replace(b"\n", b"\r"))


@raw("stream", "", "A byte-order mark at the start is no part of the stream.")
def a_byte_order_mark(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"\xef\xbb\xbf" + exchange.body)


@raw("stream", "", "The space after the colon is none of the data.")
def no_space_after_the_colon(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.replace(b"data: ", b"data:"))


@stream("", "A model may stop to think between any two words: a chunk may add nothing.")
def a_chunk_that_adds_nothing(events: Events) -> Iterator[Events]:
    for at, entry in spread(finishes(events)):
        nothing = {"index": entry["index"], "delta": {}, "finish_reason": None}
        yield between(events, at, events[at] | {"choices": [nothing]})


@stream("", "What the model says is not judged: words may be missing.")
def a_chunk_of_content_lost(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        yield without(events, at)


@stream("", "What the model says is not judged: words may come twice.")
def a_chunk_of_content_twice(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        yield between(events, at, events[at])


@stream("", "What the model says is not judged: words may come in any order.")
def chunks_of_content_in_another_order(events: Events) -> Iterator[Events]:
    places = plain_texts(events)
    for one, other in spread(pairwise(places)):
        if events[one]["choices"][0]["index"] == events[other]["choices"][0]["index"]:
            yield swapped(events, one, other)


@stream("", "A server cuts content into chunks where it likes.")
def content_cut_elsewhere(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        (entry,) = events[at]["choices"]
        text = entry["delta"]["content"]
        halves = [entry | {"delta": {"content": part}} for part in (text[:1], text[1:])]
        yield [*events[:at], *(events[at] | {"choices": [half]} for half in halves), *events[at + 1 :]]


@stream("", "A server cuts arguments into chunks where it likes.")
def arguments_cut_elsewhere(events: Events) -> Iterator[Events]:
    for at, (choice, _), part in spread(later_parts(events)):
        text = part["function"]["arguments"]
        if len(events[at]["choices"]) == 1 and not events[at]["choices"][0].get("finish_reason"):
            halves = [part | {"function": {"arguments": piece}} for piece in (text[:1], text[1:])]
            made = [
                events[at] | {"choices": [{"index": choice, "delta": {"tool_calls": [half]}, "finish_reason": None}]}
                for half in halves
            ]
            yield [*events[:at], *made, *events[at + 1 :]]


@stream("", "The order of an object's fields says nothing.")
def fields_of_chunks_in_another_order(events: Events) -> Iterator[Events]:
    yield [dict(reversed(event.items())) if isinstance(event, dict) else event for event in events]


@stream("", "A fingerprint need not be in each chunk.")
def a_fingerprint_left_out(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield [*events[:at], {k: v for k, v in events[at].items() if k != "system_fingerprint"}, *events[at + 1 :]]


@stream("", "A stream may break off with an error that says why: nothing need come after it.")
def an_error_at_the_end(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events, choices=True)[1:]):
        yield [*events[:at], ERROR]


@stream("", "Padding against eavesdroppers may be in each chunk.")
def obfuscation(events: Events) -> Iterator[Events]:
    yield [event | {"obfuscation": "x" * at} if isinstance(event, dict) else event for at, event in enumerate(events)]
