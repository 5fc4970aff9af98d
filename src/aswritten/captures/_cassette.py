"""vcrpy cassettes to captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten import cassettes
from aswritten.captures._dates import day_of_header
from aswritten.captures._values import Capture

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.cassettes import Interaction
    from aswritten.model import Response

_NOTE = "one read, its time unknown: a cassette keeps neither"
_PARSED = "; the body is written from the JSON that the cassette keeps in its place"


def read_cassette(document: object, path: Path) -> tuple[Capture, ...]:
    """The interactions of a cassette in their order. Raises UsageError where ``document`` is none."""
    read = cassettes.interactions(document, path)
    entries: Any = document
    return tuple(
        _capture(index, one, entry)
        for index, (one, entry) in enumerate(zip(read, entries["interactions"], strict=True))
    )


def _capture(index: int, one: Interaction, entry: Any) -> Capture:
    response = one.response
    parsed = response is not None and entry["response"].get("parsed_body") is not None
    return Capture(
        place=f"interactions[{index}]",
        tool="vcrpy",
        request=one.request,
        response=response,
        unread=one.request_unread or ("" if response is not None and _is_whole(response) else one.unread),
        date=day_of_header(response.header("date")) if response else "",
        note=_NOTE + (_PARSED if parsed else ""),
    )


def _is_whole(response: Response) -> bool:
    """Whether the body is known, be it none that can be judged: one that is no text, or that is empty and said to be so."""
    return bool(response.body) or response.status == 204 or response.header("content-length") == "0"
