"""Bytes to server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html states it.

Pure: no I/O, nothing kept beyond the event that is being read. What the standard lets a client pass over in silence
(blocks without data, bytes that are not UTF-8, an unfinished last block) is counted, so that a contract can judge it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_DATA = b"data: "
#: Blocks of another form after which the rest of a read is taken line by line: looking for the usual one each time would cost more.
_ODD_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Event:
    """One event that a client dispatches."""

    data: str
    """The values of its ``data`` lines, joined by newlines; U+FFFD where bytes are not UTF-8."""
    event: str = "message"
    """Its type: the value of its last ``event`` line, ``message`` where there is none."""
    id: str = ""
    """The last event id of the stream so far, which stands until another one comes."""


class Decoder:
    """Takes the bytes of one event stream, split anywhere, and gives its events in turn.

    Memory: one event, however long the stream.
    """

    def __init__(self) -> None:
        self.events = 0
        """Events given so far."""
        self.blocks_without_data = 0
        """Blocks with a line that is no comment but without ``data``: legal, dispatched by nobody, fatal to some clients."""
        self.first_block_without_data: int | None = None
        """How many events came before the first such block; None while there was none."""
        self.bad_lines = 0
        """Lines with bytes that are not UTF-8."""
        self.first_bad_line: int | None = None
        """How many events came before the first such line; None while there was none."""
        self._line = bytearray()
        self._at_start = True
        self._after_cr = False
        self._data: list[str] = []
        self._event = ""
        self._id = ""
        self._open = False

    def feed(self, data: bytes) -> list[Event]:
        """The events that ``data`` completes, in order."""
        if self._after_cr and data:
            self._after_cr = False
            data = data[1:] if data.startswith(b"\n") else data
        found: list[Event] = []
        start, odd = 0, 0
        while True:
            if odd < _ODD_BLOCKS and not self._open and not self._line:
                start = self._take_usual_blocks(data, start, found)
                odd += 1
            end = _LINE_END.search(data, start)
            if end is None:
                break
            self._line += data[start : end.start()]
            line = bytes(self._line)
            self._line.clear()
            start = end.end()
            event = self._take_line(line)
            if event is not None:
                found.append(event)
        self._line += data[start:]
        # A CR at the edge may be half of a CR LF: the line has ended either way, the LF to come is not another one.
        self._after_cr = data.endswith(b"\r") or (self._after_cr and not data)
        return found

    def close(self) -> bool:
        """Whether the stream ends in the middle of a block, which the standard throws away.

        A comment left at the end is no block.
        """
        rest = bytes(self._line)
        if self._at_start:
            rest = rest.removeprefix(_BOM)
        return self._open or bool(rest and not rest.startswith(b":"))

    def _take_usual_blocks(self, data: bytes, start: int, found: list[Event]) -> int:
        """Takes blocks of one data line and LF LF, which is what nearly all servers send, as long as they come; where they end."""
        while data.startswith(_DATA, start):
            end = data.find(b"\n", start)
            line = data[start + len(_DATA) : end]
            if end < 0 or data[end + 1 : end + 2] != b"\n" or b"\r" in line:
                break
            found.append(Event(self._decode(line), "message", self._id))
            self.events += 1
            self._at_start = False
            start = end + 2
        return start

    def _take_line(self, raw: bytes) -> Event | None:
        if self._at_start:
            self._at_start = False
            raw = raw.removeprefix(_BOM)
        if not raw:
            return self._end_block()
        line = self._decode(raw)
        if line.startswith(":"):
            return None
        self._open = True
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def _end_block(self) -> Event | None:
        event = Event("\n".join(self._data), self._event or "message", self._id) if self._data else None
        if event is not None:
            self.events += 1
        elif self._open:
            self.blocks_without_data += 1
            if self.first_block_without_data is None:
                self.first_block_without_data = self.events
        self._data.clear()
        self._event = ""
        self._open = False
        return event

    def _decode(self, raw: bytes) -> str:
        # CR and LF are no part of any longer UTF-8 sequence, so a line decodes by itself as the whole stream would.
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.bad_lines += 1
            if self.first_bad_line is None:
                self.first_bad_line = self.events
            return raw.decode("utf-8", "replace")


def events(body: bytes | Iterable[bytes]) -> Iterator[Event]:
    """The events of a whole body, given as bytes or as its parts in order."""
    decoder = Decoder()
    for part in (body,) if isinstance(body, bytes) else body:
        yield from decoder.feed(part)
