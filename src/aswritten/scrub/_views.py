"""Other spellings: what bytes say once their escapes, percent signs or base64 are read, and where in them that stands.

Each view has ``data``, the bytes as they are read, and ``lifted``, which takes secrets in these to places in what was read.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from aswritten.recordings import Change, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: Of JSON, and `\x2d` of programs. Two escapes of one character are one.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\"'\\/bfnrt])"
)
_PERCENT = re.compile(rb"%[0-9a-fA-F]{2}")
#: A line of base64 that goes on in the next one.
_WRAPPED = re.compile(rb"(?<=[A-Za-z0-9+/_-]{60})\r?\n[ \t]*(?=[A-Za-z0-9+/_-]{4})")
#: Base64 of eight bytes or more, in either alphabet.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_ASCII = bytes([9, 10, 13, *range(32, 127)])
_TEXT = re.compile(rb"[\x20-\x7e]{8}")
_CONTROLS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
#: Fills what is put into base64 up to the length that leaves the rest of it as it is.
_FILL = b"."


class Hit(NamedTuple):
    """A secret in bytes: what is put in place of those from ``start`` up to ``end``, and what reports call it."""

    start: int
    end: int
    put: bytes
    what: str


class Rewritten:
    """Bytes in which some were written in another way, as in JSON's escapes."""

    def __init__(self, raw: bytes, pattern: re.Pattern[bytes], read: Callable[[bytes], bytes]) -> None:
        parts: list[bytes] = []
        self._raw: list[tuple[int, int]] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        last = length = 0
        for match in pattern.finditer(raw):
            value = read(match[0])
            length += match.start() - last
            self._raw.append(match.span())
            self._starts.append(length)
            length += len(value)
            self._ends.append(length)
            parts += [raw[last : match.start()], value]
            last = match.end()
        self.data = b"".join([*parts, raw[last:]])

    def lifted(self, hits: Sequence[Hit]) -> list[Hit]:
        """The same in the bytes that were read."""
        return [hit._replace(start=self._start(hit.start), end=self._end(hit.end)) for hit in hits]

    def _start(self, place: int) -> int:
        index = bisect_right(self._starts, place) - 1
        if index < 0:
            return place
        inside = place < self._ends[index]
        return self._raw[index][0] if inside else place + self._raw[index][1] - self._ends[index]

    def _end(self, place: int) -> int:
        index = bisect_left(self._starts, place) - 1
        if index < 0:
            return place
        inside = place <= self._ends[index]
        return self._raw[index][1] if inside else place + self._raw[index][1] - self._ends[index]


@dataclass(frozen=True, slots=True)
class Packed:
    """What a run of base64 says, from one of its first four characters on."""

    data: bytes
    start: int
    """Where in the bytes that were read its first character stands."""
    length: int
    """Characters of it."""
    url_safe: bool

    def lifted(self, hits: Sequence[Hit]) -> list[Hit]:
        """The same as changes of whole groups of four characters, of which the others stay as they are."""
        groups: list[list[Hit]] = []
        for hit in hits:
            if groups and hit.start // 3 < -(-groups[-1][-1].end // 3):
                groups[-1].append(hit)
            else:
                groups.append([hit])
        return [self._group(group) for group in groups]

    def _group(self, hits: list[Hit]) -> Hit:
        first, last = hits[0].start // 3, -(-hits[-1].end // 3)
        inner = [
            Change(hit.start - 3 * first, hit.end - 3 * first, _filled(hit.put, hit.end - hit.start)) for hit in hits
        ]
        new = changed(self.data[3 * first : 3 * last], inner)
        text = (base64.urlsafe_b64encode(new) if self.url_safe else base64.b64encode(new)).rstrip(b"=")
        return Hit(self.start + 4 * first, self.start + min(4 * last, self.length), text, hits[0].what)


def views(raw: bytes) -> Iterator[Rewritten | Packed]:
    """What the bytes say in each way of reading that applies to them."""
    if b"\\" in raw and _ESCAPE.search(raw):
        yield Rewritten(raw, _ESCAPE, _unescaped)
    if b"%" in raw and _PERCENT.search(raw):
        yield Rewritten(raw, _PERCENT, lambda text: bytes((int(text[1:], 16),)))
    if b"\n" in raw and _WRAPPED.search(raw):
        yield Rewritten(raw, _WRAPPED, lambda _: b"")


def runs(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Where each run of what may be base64 begins, and its characters."""
    return ((match.start(), match[0]) for match in _BASE64.finditer(raw))


def unpacked(run: bytes, *, ascii_only: bool) -> Iterator[Packed]:
    """What a run says from each of its first four characters on: what stands before it may look like base64.

    With ``ascii_only``, where that has eight characters of ASCII in a row.
    """
    safe = b"-" in run or b"_" in run
    plain = run.translate(bytes.maketrans(b"-_", b"+/"))
    for start in range(4):
        text = plain[start:]
        if len(text) % 4 == 1:
            text = text[:-1]
        data = base64.b64decode(text + b"=" * (-len(text) % 4))
        if not ascii_only or _TEXT.search(data):
            yield Packed(data, start, len(text), safe)


def is_text(data: bytes) -> bool:
    """Whether most of the bytes are characters of ASCII."""
    return 3 * len(data.translate(None, _ASCII)) < len(data)


def _unescaped(text: bytes) -> bytes:
    kind = text[1:2]
    if kind not in b"ux":
        return _CONTROLS.get(kind, kind)
    if kind == b"x":
        return bytes.fromhex(text[2:].decode("ascii")).decode("latin-1").encode()
    units = bytes.fromhex("".join(text.decode("ascii").split("\\u")))
    return units.decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass")


def _filled(put: bytes, length: int) -> bytes:
    """With as many bytes more as make it stand in base64 as something of ``length`` bytes does."""
    fill = b" " if put.isdigit() else _FILL
    return put[:-1] + fill * ((length - len(put)) % 3) + put[-1:]
