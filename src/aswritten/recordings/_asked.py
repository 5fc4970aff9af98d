"""A recorded response, with the model that the request asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.recordings._recut import Change, recut

if TYPE_CHECKING:
    from aswritten.recordings._values import RecordedResponse

#: A member "model" of a JSON object with a text as its value. Inside of a JSON text each quote is escaped, so that
#: `"model"` with bare quotes is never met there.
_MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')


def as_asked(response: RecordedResponse, recorded_model: str, asked_model: str) -> RecordedResponse:
    """The response with ``asked_model`` in place of ``recorded_model`` in each JSON member ``model``.

    A dated name of the recorded model (``gpt-4o-2024-08-06`` for ``gpt-4o``) gives way too. The reads keep their number and
    their times; where the name was split over two reads, the new one is split at the same byte, or near its end. A packed body stays
    as it was recorded: its bytes would be others from the first to the last.
    """
    if recorded_model == asked_model or response.is_packed:
        return response
    spans = [match.span(1) for match in _MODEL.finditer(response.body) if _names(match[1], recorded_model)]
    if not spans:
        return response
    new = json.dumps(asked_model).encode("ascii")
    changes = [Change(start, end, new) for start, end in spans]
    reads = recut([read.data for read in response.reads], changes)
    return replace(
        response, reads=tuple(replace(read, data=data) for read, data in zip(response.reads, reads, strict=True))
    )


def _names(value: bytes, model: str) -> bool:
    try:
        name = json.loads(value)
    except ValueError:
        return False
    return bool(model) and (name == model or re.fullmatch(re.escape(model) + r"[-@]\d[\d-]*", name) is not None)
