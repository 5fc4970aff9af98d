"""A recorded response, as the pieces that are written one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.recordings import RecordedResponse

#: Seconds of a pause in which a client that is about to leave does so, before the stream is over.
PAUSE = 0.005
_DONE = re.compile(rb"^data: ?\[DONE\]", re.MULTILINE)
#: In JSON alone: inside of a text its quotes would be escaped.
_FINISH = re.compile(rb'"finish_reason"\s*:\s*"[^"]')


@dataclass(frozen=True, slots=True)
class Frame:
    """One write."""

    wait: float
    """Seconds before it."""
    data: bytes
    """What is written: the body's bytes with the framing of HTTP around them."""
    size: int
    """How many bytes of the body it holds."""

    def after(self, head: bytes) -> Frame:
        """The same write with ``head`` in front."""
        return replace(self, data=head + self.data)


def frames(response: RecordedResponse, *, chunked: bool, timing: bool) -> list[Frame]:
    """One frame a read, after the recorded gap (``timing``) or a short pause where one tells of a leaving client.

    From the read on with the last choice's ``finish_reason`` all is one frame; without one, from that with ``[DONE]`` on.
    There clients stop, rightly, and whatever came to them in another piece would count as left unread.
    """
    reads = [read for read in response.reads if read.data]
    ends = list(accumulate(len(read.data) for read in reads))
    stop = _stop(response)
    last = next((i for i, end in enumerate(ends) if end >= stop), len(reads) - 1)
    framed = [b"%x\r\n%b\r\n" % (len(read.data), read.data) if chunked else read.data for read in reads]
    ending = b"0\r\n\r\n" if chunked else b""
    before = 0.0
    found: list[Frame] = []
    for i in range(last):
        found.append(Frame(_wait(reads[i].at - before, i, last, timing=timing), framed[i], len(reads[i].data)))
        before = reads[i].at
    if reads:
        wait = _wait(reads[last].at - before, last, last, timing=timing)
        size = sum(len(read.data) for read in reads[last:])
        return [*found, Frame(wait, b"".join(framed[last:]) + ending, size)]
    return [Frame(0.0, ending, 0)] if chunked else []


def _stop(response: RecordedResponse) -> int:
    """Offset behind which a client may rightly stop to read."""
    body = response.body
    if not response.is_stream:
        return len(body)
    finishes = list(_FINISH.finditer(body))
    done = _DONE.search(body)
    return finishes[-1].end() if finishes else done.end() if done else len(body)


def _wait(gap: float, index: int, last: int, *, timing: bool) -> float:
    pause = PAUSE if index and index in (1, last) else 0.0
    return max(gap, pause) if timing else pause
