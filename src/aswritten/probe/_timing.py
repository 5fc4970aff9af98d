"""How an answer came in time: told, never judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from aswritten.sse import Decoder

if TYPE_CHECKING:
    from aswritten.client import Answer


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, from the end of the request."""

    first_byte: float
    """To the response's head."""
    first_token: float | None
    """To the first event with content or a tool call; None where there was none, or no stream."""
    total: float
    """To the last byte of the body."""
    longest_gap: float
    """Between two reads of the body."""
    reads: int
    events: int
    """Of a stream, `[DONE]` among them."""
    buffered: bool
    """Whether all events of a stream of several came in one read."""


def timing_of(answer: Answer) -> Timing:
    """The times of one answer."""
    stream = answer.header("content-type").lower().startswith("text/event-stream")
    decoder = Decoder()
    first_token: float | None = None
    with_events = events = start = 0
    for at, size in answer.reads if stream else ():
        found = decoder.feed(answer.body[start : start + size])
        start += size
        events += len(found)
        with_events += bool(found)
        if first_token is None and any(_has_token(event.data) for event in found):
            first_token = at
    times = [at for at, _ in answer.reads]
    gaps = [after - before for before, after in pairwise(times)]
    return Timing(
        answer.first_byte,
        first_token,
        times[-1] if times else answer.first_byte,
        max(gaps, default=0.0),
        len(times),
        events,
        buffered=events > 2 and with_events == 1,
    )


def _has_token(data: str) -> bool:
    try:
        choices = json.loads(data)["choices"]
        return any(choice["delta"].get("content") or choice["delta"].get("tool_calls") for choice in choices)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return False
