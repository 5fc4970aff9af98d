"""One exchange as a fixture, or why there is no such fixture."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.codings import PackedError
from aswritten.errors import UsageError
from aswritten.recordings import Read, RecordedResponse, Recording, Source, dump, kept_headers, parse_recording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aswritten.captures import Capture
    from aswritten.model import Response

#: Levels of a request's JSON. Bodies are less deep by far, and not every reader of YAML goes as deep as JSON's.
DEPTH = 100


class UnfitError(Exception):
    """An exchange that no fixture can hold; the message says why."""


def recording_of(capture: Capture, place: str, path: Path, tool: str) -> Recording:
    """The one exchange as a fixture. Raises UnfitError."""
    request, response = capture.request, capture.response
    if request is None or response is None or capture.unread:
        raise UnfitError(capture.unread or "there is too little of it")
    source = Source(
        "imported",
        host=request.url.split("/")[2],
        date=capture.date,
        tool=f"{capture.tool}, {tool}",
        file=place,
        note=capture.note + ("; unpacked" if _was_packed(response) else ""),
    )
    return Recording(
        name=path.stem,
        path=path,
        source=source,
        answers="recorded",
        method=request.method,
        url=request.url,
        headers=tuple(sorted(capture.depends_on)),
        body=_json(request.body),
        responses=(_response(response, capture.seconds),),
    )


def _was_packed(response: Response) -> bool:
    return (response.header("content-encoding") or "identity").strip().lower() != "identity"


def _response(response: Response, seconds: float) -> RecordedResponse:
    # The body is without its coding, so that people can read it.
    headers = tuple((name, value) for name, value in kept_headers(response.headers) if name != "content-encoding")
    for name, value in headers:
        if not all(character == "\t" or (character.isprintable() and character <= "\xff") for character in value):
            raise UnfitError(f"the response's header {name} holds a character that no header can hold")
    found = RecordedResponse(response.status, headers, (Read(seconds, response.body),) if response.body else ())
    try:
        len(found.plain)
    except PackedError as error:
        raise UnfitError(f"the response's body {error}") from error
    return found


def _json(body: bytes) -> object:
    """The JSON of a request; None where it has no body."""
    if not body:
        return None
    try:
        value = json.loads(body, parse_constant=_no_constant)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnfitError(
            "the request's body holds half of a surrogate pair, which no file in UTF-8 can hold"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnfitError(f"the request's body is no JSON: {_said(error)}") from error
    if value is None:
        raise UnfitError("the request's body is `null`, which a fixture has no form for")
    if _is_deep(value):
        raise UnfitError(f"the request's body is nested too deeply: expected at most {DEPTH} levels")
    return value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is none of its values")


def _said(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEPTH):
        level = [inner for one in level for inner in _inside(one)]
    return bool(level)


def _inside(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def refuse_other(recording: Recording) -> None:
    """Raises UnfitError for what would not be loaded as it is."""
    try:
        again = parse_recording(dump(recording).encode("utf-8"), recording.path)
    except UnicodeEncodeError as error:
        raise UnfitError("it holds a character that no file in UTF-8 can hold") from error
    except UsageError as error:
        raise UnfitError(
            re.sub(r"^:[0-9]+", "", str(error).removeprefix(str(recording.path))).removeprefix(": ")
        ) from error
    if replace(again, name=recording.name) != recording:
        raise UnfitError("it would not be read as it is written")
