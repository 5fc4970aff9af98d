"""Where in a recording a secret stands, without saying which."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from aswritten.codings import PackedError
from aswritten.scrub._finder import Finder
from aswritten.scrub._joined import joined
from aswritten.scrub._packed import unpacked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.recordings import RecordedResponse, Recording, Source
    from aswritten.scrub._views import Hit

#: Keys and positions, outermost first, as in the fixture file.
Place = tuple["str | int", ...]
#: The members of a source that hold a text of somebody's.
TEXTS = ("host", "tool", "file", "page", "why", "note")


class Found(NamedTuple):
    """A secret that stands in a recording."""

    place: Place
    what: str
    """The kind of it: ``OpenAI API key``."""
    within: str = ""
    """What of the place is meant, in words."""

    def __str__(self) -> str:
        """``responses[0].reads[2]``."""
        text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.place).removeprefix(".")
        return f"{text} ({self.within})" if self.within else text


def scan(recording: Recording, names: frozenset[str] = frozenset()) -> tuple[Found, ...]:
    """What looks like a secret without being known as one: by its form, or by the name of its header or member.

    ``names`` are those that configuration adds.
    """
    return found_in(recording, _guessing(names))


def scan_bytes(data: bytes, names: frozenset[str] = frozenset()) -> tuple[tuple[int, str], ...]:
    """(offset, kind) of each such secret in the bytes of a file."""
    return tuple((hit.start, hit.what) for hit in _guessing(names).hits(data))


def _guessing(names: frozenset[str]) -> Finder:
    return Finder((), names, lambda name, _: f"[{name}]")


def found_in(recording: Recording, finder: Finder) -> tuple[Found, ...]:
    """Each place once for each kind of secret, in the order of the fixture file."""
    return tuple(dict.fromkeys(_in_recording(recording, finder)))


def _in_recording(recording: Recording, finder: Finder) -> Iterator[Found]:
    yield from _in_text(finder, recording.name, ("name",))
    yield from _in_source(finder, recording.source, ("source",))
    yield from _in_text(finder, recording.url, ("request", "url"))
    for name, value in recording.headers:
        yield from _told(finder.header(name, value), ("request", "headers", name))
    yield from _in_json(finder, recording.body)
    for index, response in enumerate(recording.responses):
        yield from _in_response(finder, response, ("responses", index))


def _told(hits: list[Hit], place: Place, within: str = "") -> Iterator[Found]:
    return (Found(place, hit.what, within) for hit in hits)


def _in_text(finder: Finder, text: str, place: Place) -> Iterator[Found]:
    return _told(finder.hits(text.encode("utf-8", "surrogatepass")), place)


def _in_source(finder: Finder, source: Source | None, place: Place) -> Iterator[Found]:
    for name in TEXTS if source else ():
        yield from _in_text(finder, getattr(source, name), (*place, name))


def _in_json(finder: Finder, body: object) -> Iterator[Found]:
    """By each text of the body with the name before it, and by the whole, where no text alone tells."""
    whole = finder.hits(json.dumps(body).encode("ascii"))
    found = [one for place, part in _leaves(body, ("request", "body")) for one in _told(finder.hits(part), place)]
    yield from found
    if not found:
        yield from _told(whole, ("request", "body"))


def _leaves(value: object, place: Place, name: str = "") -> Iterator[tuple[Place, bytes]]:
    """(place, JSON of a text or number with the name of its member) of each one in the value."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*place, key), key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*place, index), name)
    else:
        yield place, json.dumps({name: value}).encode("ascii")


def _in_response(finder: Finder, response: RecordedResponse, place: Place) -> Iterator[Found]:
    for name, value in response.headers:
        yield from _told(finder.header(name, value), (*place, "headers", name))
    reads = [read.data for read in response.reads]
    for index, read in enumerate(response.reads):
        yield from _in_source(finder, read.source, (*place, "reads", index, "source"))
    yield from _in_reads(finder, reads, place, "")
    try:
        parts = unpacked(reads, response.headers).parts
    except PackedError as error:
        yield Found((*place, "reads"), "what cannot be looked into", f"the body {error}")
        return
    if list(parts) != reads:
        yield from _in_reads(finder, parts, place, "unpacked")
    for path, pieces in joined(b"".join(parts)).items():
        edges = list(accumulate(map(len, pieces)))
        hits = [
            hit
            for hit in finder.hits(b"".join(pieces), named=False)
            if bisect_right(edges, hit.start) < bisect_left(edges, hit.end)
        ]
        # Of a list, an item that is one by itself has been told: what goes on behind it is another one.
        of_items = "[]" in path or not response.is_stream
        if hits and not (of_items and any(finder.hits(piece, named=False) for piece in pieces)):
            within = f"{path}, over several {'items' if of_items else 'events'}"
            yield from _told(hits, (*place, "reads"), within)


def _in_reads(finder: Finder, reads: list[bytes] | tuple[bytes, ...], place: Place, within: str) -> Iterator[Found]:
    edges = list(accumulate(map(len, reads)))
    for hit in finder.hits(b"".join(reads)):
        yield Found((*place, "reads", bisect_right(edges, hit.start)), hit.what, within)
