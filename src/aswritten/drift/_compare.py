"""The story of a comparison: what was asked, the head, and the body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aswritten.codings import PackedError
from aswritten.drift._answer import answer_of
from aswritten.drift._change import change
from aswritten.drift._choices import compare_choices
from aswritten.drift._fields import compare_fields
from aswritten.drift._framing import compare_framing
from aswritten.drift._head import compare_head
from aswritten.drift._known import known_for
from aswritten.drift._order import compare_order, course_of
from aswritten.drift._shape import shape_of
from aswritten.drift._words import listed
from aswritten.errors import at
from aswritten.recordings import features

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.drift._answer import Answer
    from aswritten.drift._change import Change
    from aswritten.drift._known import Known
    from aswritten.recordings import RecordedResponse, Recording

#: What the order of a stream has told of a field already, in other words.
_TOLD_BY_ORDER = frozenset(
    {"field-gone", "field-new", "field-in-part", "null-filled", "rare-field-gone", "share-moved"}
)


def compare(old: Recording, new: Recording) -> tuple[Change, ...]:
    """What changed in shape between two recordings of one request; empty where nothing did.

    Values that vary by nature are no change: ids, times, the model's words, their number and their tokens, the order of
    keys, the way a stream is cut. What the contract lists, and what a field is required for, is that of NEW's host.
    Raises UsageError where a body cannot be unpacked.
    """
    known = known_for(_host(new))
    found = [*_request(old, new), *_number(old, new)]
    several = len(old.responses) > 1 or len(new.responses) > 1
    for number, (before, now) in enumerate(zip(old.responses, new.responses, strict=False), 1):
        name = f"response {number}: " if several else ""
        changes = _responses(old, before, new, now, known)
        found += [replace(one, where=name + one.where, message=name + one.message) for one in changes]
    return tuple(found)


def _host(recording: Recording) -> str:
    """With its port; ``*`` for a recording of any host."""
    return "*" if recording.url.startswith("*") else urlsplit(recording.url).netloc.rpartition("@")[2]


def _request(old: Recording, new: Recording) -> Iterator[Change]:
    was, is_ = (sorted(features(recording.body)) for recording in (old, new))
    if was != is_:
        before, now = (listed(names) or "nothing" for names in (was, is_))
        message = f"asked for {before}, now for {now}: what else changed may come from that"
        yield change("request-differs", "request", message, before, now)


def _number(old: Recording, new: Recording) -> Iterator[Change]:
    was, is_ = len(old.responses), len(new.responses)
    if was != is_:
        what = "responses-fewer" if is_ < was else "responses-more"
        yield change(what, "responses", f"were {was}, now {is_}", str(was), str(is_))


def _responses(
    old: Recording, before: RecordedResponse, new: Recording, now: RecordedResponse, known: Known
) -> Iterator[Change]:
    yield from compare_head(before, now)
    was, is_ = _answer(old, before), _answer(new, now)
    if was.kind != is_.kind or (was.number("chunk") and not is_.number("chunk")):
        # Where the status says that the one is an error and the other is none, the body follows from that.
        if (before.status >= 400) == (now.status >= 400):
            yield _body_changed(was, is_)
        return
    told: set[str] = set()
    if was.framing and is_.framing:
        yield from compare_framing(was.framing, is_.framing)
        of_order = list(compare_order(course_of(was), course_of(is_)))
        told = {one.where for one in of_order}
        yield from of_order
    yield from compare_choices(was, is_)
    shapes = shape_of(was.values, known), shape_of(is_.values, known)
    for one in compare_fields(*shapes, known):
        if one.where not in told or one.what not in _TOLD_BY_ORDER:
            yield one


def _body_changed(old: Answer, new: Answer) -> Change:
    was, is_ = old.kind, f"{new.kind} without a chunk" if new.kind == "stream" == old.kind else new.kind
    return change("body-changed", "body", f"was {was}, now {is_}", was, is_)


def _answer(recording: Recording, response: RecordedResponse) -> Answer:
    try:
        return answer_of(response)
    except PackedError as error:
        raise at(recording.path, None, f"the body {error}") from error
