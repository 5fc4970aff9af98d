"""Texts that are known to be secret, and where they stand in bytes, whole or in part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.scrub._facts import facts
from aswritten.scrub._judge import SECRET, is_random

if TYPE_CHECKING:
    from collections.abc import Iterator


class Needle:
    """One secret. Of a random one each part is looked for that its own text cannot have by chance, since texts are cut in reports."""

    def __init__(self, value: str, put: str, what: str, *, parts: bool) -> None:
        """``put`` is what is put in its place, ``what`` what reports call it; without ``parts`` it counts as a whole alone."""
        self.value = value.encode("utf-8", "surrogatepass")
        self.put = put.encode("ascii")
        self.what = what
        self._grams: tuple[int, ...] = ()
        public = _public(self.value)
        if parts and is_random(self.value) and len(self.value) - public >= 2 * SECRET:
            last = len(self.value) - SECRET
            self._grams = (*range(public, last, SECRET), last)

    def spans(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Where it stands, and where eight bytes of its beginning or end or fifteen of its middle do; not in order, and twice at times."""
        if not self._grams:
            yield from _each(data, self.value)
        for gram in self._grams:
            for place in _each(data, self.value[gram : gram + SECRET]):
                yield self._extended(data, gram, place[0])

    def _extended(self, data: bytes, gram: int, place: int) -> tuple[int, int]:
        start, end = place, place + SECRET
        first, last = gram, gram + SECRET
        while first > 0 and start > 0 and data[start - 1] == self.value[first - 1]:
            start, first = start - 1, first - 1
        while last < len(self.value) and end < len(data) and data[end] == self.value[last]:
            end, last = end + 1, last + 1
        return start, end


def _each(data: bytes, text: bytes) -> Iterator[tuple[int, int]]:
    place = data.find(text)
    while place >= 0:
        yield place, place + len(text)
        place = data.find(text, place + 1)


def _public(value: bytes) -> int:
    """Bytes at the beginning that every secret of this form has."""
    return max((len(start) for form in facts().forms for start in form.starts if value.startswith(start)), default=0)
