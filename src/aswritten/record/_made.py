"""An answer to a recording: every read with its time and its bytes, and where it comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from itertools import accumulate
from typing import TYPE_CHECKING

from aswritten.recordings import Read, RecordedResponse, Source, kept_headers

if TYPE_CHECKING:
    from aswritten.client import Answer
    from aswritten.recordings import Recording

#: Decimals of a read's time in seconds: a tenth of a millisecond.
DECIMALS = 4


def made(asked: Recording, answer: Answer, host: str, tool: str) -> Recording:
    """The recording of what was asked, with the answer as its one response. ``host``: who was really asked, with its port."""
    return replace(asked, source=source_of(host, tool), responses=(response_of(answer),))


def source_of(host: str, tool: str) -> Source:
    """That of what was recorded from the host today (UTC), by a tool of this name and version."""
    today = datetime.now(timezone.utc).date().isoformat()
    return Source("recorded", host=host, date=today, tool=tool)


def response_of(answer: Answer) -> RecordedResponse:
    """Its reads as they came, and of its headers those that a recording may keep."""
    ends = list(accumulate(size for _, size in answer.reads))
    starts = [0, *ends[:-1]]
    reads = tuple(
        Read(round(at, DECIMALS), answer.body[start:end])
        for (at, _), start, end in zip(answer.reads, starts, ends, strict=False)
    )
    return RecordedResponse(answer.status, kept_headers(answer.headers), reads)
