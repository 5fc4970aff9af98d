"""Bytes that are changed in places and keep the boundaries of the reads in which they came."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Change(NamedTuple):
    """What stands in place of the bytes from ``start`` up to ``end``."""

    start: int
    end: int
    put: bytes


def recut(reads: Sequence[bytes], changes: Sequence[Change]) -> tuple[bytes, ...]:
    """As many reads, which join to the changed bytes; ``changes`` are in order and apart from each other.

    A boundary outside of a change stays between the same bytes. One inside of it stays at the same byte of what is put there, or
    as near to it as leaves a byte for each read, as far as there are enough of them.
    """
    cuts = list(accumulate(map(len, reads), initial=0))
    joined = changed(b"".join(reads), changes)
    moved = _moved(cuts, changes)
    return tuple(joined[start:end] for start, end in pairwise(moved))


def changed(data: bytes, changes: Sequence[Change]) -> bytes:
    """The bytes with the changes made, which are in order and apart from each other."""
    parts: list[bytes] = []
    last = 0
    for start, end, put in changes:
        parts += [data[last:start], put]
        last = end
    return b"".join([*parts, data[last:]])


def _moved(cuts: Sequence[int], changes: Sequence[Change]) -> list[int]:
    """Where the boundaries lie once the changes are made."""
    found: list[int] = []
    shift, done = 0, 0
    for start, end, put in changes:
        before = done
        while done < len(cuts) and cuts[done] <= start:
            done += 1
        found += [cut + shift for cut in cuts[before:done]]
        first = done
        while done < len(cuts) and cuts[done] < end:
            done += 1
        found += [start + shift + cut for cut in _inside([cut - start for cut in cuts[first:done]], len(put))]
        shift += len(put) - (end - start)
    return found + [cut + shift for cut in cuts[done:]]


def _inside(cuts: Sequence[int], length: int) -> list[int]:
    """Boundaries within one change, from its start on, within ``length`` bytes."""
    distinct = sorted(set(cuts))
    spare = length > len(distinct)
    new = {cut: min(cut, length - (len(distinct) - place) if spare else length) for place, cut in enumerate(distinct)}
    return [new[cut] for cut in cuts]
