"""A recorded response, as the pieces that are written one by one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.recordings import Read, RecordedResponse

#: Seconds of a pause in which a client that is about to leave does so, before the stream is over.
PAUSE = 0.005
#: Bytes of a body that a client surely takes from its socket at once, together with the head.
ONE_PIECE = 4096
_DONE = re.compile(rb"^data: ?\[DONE\]", re.MULTILINE)
#: In JSON alone: inside of a text its quotes would be escaped.
_FINISH = re.compile(rb'"finish_reason"\s*:\s*"[^"]')


@dataclass(frozen=True, slots=True)
class Frame:
    """One write."""

    at: float
    """Seconds after the request before which it is not made."""
    pause: float
    """Seconds before it at least."""
    data: bytes
    """What is written: the body's bytes with the framing of HTTP around them."""
    size: int
    """How many bytes of the body it holds."""
    beyond: bool = False
    """Whether what came before was all that a client has to read."""

    def after(self, head: bytes) -> Frame:
        """The same write with ``head`` in front."""
        return replace(self, data=head + self.data)


def in_chunks(response: RecordedResponse) -> bool:
    """Whether it takes HTTP's chunks for a client to get each read by itself: all but a short body of one read."""
    return response.is_stream or len(response.reads) > 1 or len(response.body) > ONE_PIECE


def frames(response: RecordedResponse, *, chunked: bool, timing: bool) -> list[Frame]:
    """One frame a read, and in it a chunk of its own (``chunked``): at its time, or after a short pause where one tells of a leaving client.

    From the read on with the last choice's ``finish_reason`` all is one frame; without one, from that with ``[DONE]`` on.
    There clients stop, rightly, and whatever came to them in another piece would count as left unread. With ``timing``, those reads
    of it that come later have frames of their own, `Frame.beyond`. A packed body is one frame from its start on.
    """
    reads = [read for read in response.reads if read.data]
    if not reads:
        return [Frame(0.0, 0.0, b"0\r\n\r\n", 0)] if chunked else []
    ends = accumulate(len(read.data) for read in reads)
    stop = _stop(response)
    enough = next((i for i, end in enumerate(ends) if end >= stop), len(reads) - 1)
    found: list[Frame] = []
    for i, group in enumerate([*([read] for read in reads[:enough]), *_behind(reads[enough:], timing=timing)]):
        data = b"".join(b"%x\r\n%b\r\n" % (len(read.data), read.data) if chunked else read.data for read in group)
        pause = PAUSE if i in (1, enough) and i and not timing else 0.0
        size = sum(len(read.data) for read in group)
        found.append(Frame(group[0].at if timing else 0.0, pause, data, size, beyond=i > enough))
    return [*found[:-1], replace(found[-1], data=found[-1].data + b"0\r\n\r\n")] if chunked else found


def _behind(reads: list[Read], *, timing: bool) -> list[list[Read]]:
    """The reads from that on with which a client may stop, in groups that are written at once."""
    groups = [reads[:1]]
    for read in reads[1:]:
        if timing and read.at - groups[-1][-1].at > PAUSE:
            groups.append([read])
        else:
            groups[-1].append(read)
    return groups


def _stop(response: RecordedResponse) -> int:
    """Offset behind which a client may rightly stop to read."""
    body = response.body
    if not response.is_stream:
        return len(body)
    if response.is_packed:
        return 0
    finishes = list(_FINISH.finditer(body))
    done = _DONE.search(body)
    return finishes[-1].end() if finishes else done.end() if done else len(body)
