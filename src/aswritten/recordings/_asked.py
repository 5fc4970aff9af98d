"""A recorded response, with the model that the request asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.recordings._values import RecordedResponse

#: A member "model" of a JSON object with a text as its value. Inside of a JSON text each quote is escaped, so that
#: `"model"` with bare quotes is never met there.
_MODEL = re.compile(rb'"model"\s*:\s*("(?:[^"\\]|\\.)*")')


def as_asked(response: RecordedResponse, recorded_model: str, asked_model: str) -> RecordedResponse:
    """The response with ``asked_model`` in place of ``recorded_model`` in each JSON member ``model``.

    A dated name of the recorded model (``gpt-4o-2024-08-06`` for ``gpt-4o``) gives way too. The reads keep their number and
    their times; where the name was split over two reads, the new one is split at the same byte, or at its end.
    """
    spans = [match.span(1) for match in _MODEL.finditer(response.body) if _names(match[1], recorded_model)]
    if recorded_model == asked_model or not spans:
        return response
    new = json.dumps(asked_model).encode("ascii")
    body = response.body
    parts: list[bytes] = []
    last = 0
    for start, end in spans:
        parts += [body[last:start], new]
        last = end
    joined = b"".join([*parts, body[last:]])
    cuts = [_moved(cut, spans, len(new)) for cut in accumulate((len(read.data) for read in response.reads), initial=0)]
    reads = tuple(
        replace(read, data=joined[start:end]) for read, start, end in zip(response.reads, cuts, cuts[1:], strict=False)
    )
    return replace(response, reads=reads)


def _names(value: bytes, model: str) -> bool:
    try:
        name = json.loads(value)
    except ValueError:
        return False
    return bool(model) and (name == model or re.fullmatch(re.escape(model) + r"[-@]\d[\d-]*", name) is not None)


def _moved(cut: int, spans: list[tuple[int, int]], length: int) -> int:
    """Where a boundary at ``cut`` lies once each span has become ``length`` bytes long."""
    shift = 0
    for start, end in spans:
        if cut <= start:
            break
        if cut < end:
            return start + shift + min(cut - start, length)
        shift += length - (end - start)
    return cut + shift
