"""The answer of a derived recording to a request that is not its own."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aswritten.derivations import Asked, Underivable, Unmade, derive, derive_stream, names_for
from aswritten.recordings._fits import url_fits
from aswritten.recordings._json import differences
from aswritten.recordings._values import Miss, Read, RecordedResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.derivations import Event
    from aswritten.model import Lack, Request
    from aswritten.recordings._values import Recording

#: Seconds between two events of a stream.
_PACE = 0.02
#: Halves of surrogate pairs are no UTF-8; at the others some clients break lines.
_UNSAFE = re.compile("[\ud800-\udfff\x85\u2028\u2029]")
#: What goes wrong where an answer is of another form than it says.
_OTHER_FORM = (AttributeError, IndexError, KeyError, TypeError, ValueError)


def derived(  # noqa: PLR0913
    recording: Recording,
    response: RecordedResponse,
    request: Request,
    *,
    thought_in: str = "",
    thinks: bool = False,
    has_null: bool = False,
) -> RecordedResponse | Miss:
    """One of the recording's responses, as the request asks for it; as it was recorded where the request is the recorded one.

    ``thought_in``: one of `THOUGHT_MEMBERS`, by which the API tells what a model thought; empty where it does not tell.
    ``thinks``: it tells so unasked, where the request does not decline. ``has_null``: each chunk has that member, of null where it tells nothing. A Miss, with the reason, where it asks for what cannot be derived.
    """
    body = json.loads(request.body) if isinstance(recording.body, dict) else {}
    if not differences(recording.body or {}, body, limit=1) and url_fits(recording, request, exact=True):
        return response
    asked = Asked(request.path, body, thought_in, thinks, has_null)
    try:
        answer = derive(json.loads(response.plain), asked, recording.derives)
        if asked.get("stream") is True and "stream" in recording.derives:
            return _streamed(response, derive_stream(answer, asked))
    except Underivable as error:
        lack: Lack = "making" if isinstance(error, Unmade) else "words"
        why = f"no recording answers {request.method} {request.url} {error}; the nearest is {recording.name}"
        return Miss(why, lack)
    at = response.reads[-1].at
    return RecordedResponse(response.status, response.headers, (Read(at, _bytes(answer, indent=2) + b"\n"),))


def underivable(recording: Recording) -> str:
    """Why answers cannot be derived from the recording; empty where they can."""
    for response in recording.responses:
        try:
            answer: Any = json.loads(response.plain)
        except ValueError:
            return "expected a response of JSON to derive answers from"
        known = names_for(answer)
        if not known:
            return "nothing can be derived from such an answer"
        unknown = [name for name in recording.derives if name not in known]
        if unknown:
            return f"{unknown[0]!r} is nothing that can be derived from such an answer, expected {', '.join(known)}"
        body = recording.body if isinstance(recording.body, dict) else {}
        asked = Asked(recording.url.lstrip("*"), body)
        try:
            list(derive_stream(derive(answer, asked, recording.derives), asked)) if "stream" in known else None
        except _OTHER_FORM as error:
            return f"the answer is not of the form that it says it is ({type(error).__name__}: {error})"
    return ""


def _streamed(response: RecordedResponse, events: Iterator[Event]) -> RecordedResponse:
    start = response.reads[0].at
    headers = tuple((name, value) for name, value in response.headers if name.lower() != "content-type")
    reads = tuple(Read(round(start + place * _PACE, 2), _event(event)) for place, event in enumerate(events))
    return RecordedResponse(response.status, (("content-type", "text/event-stream; charset=utf-8"), *headers), reads)


def _event(event: Event) -> bytes:
    data = event.data.encode("utf-8") if isinstance(event.data, str) else _bytes(event.data)
    name = f"event: {event.name}\n".encode("ascii") if event.name else b""
    return b"%bdata: %b\n\n" % (name, data)


def _bytes(value: object, indent: int | None = None) -> bytes:
    """JSON with its characters as they are, unless a client would not get them so."""
    separators = None if indent else (",", ":")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    if _UNSAFE.search(text):
        text = json.dumps(value, indent=indent, separators=separators)
    return text.encode("utf-8")
