"""Which other blocks of a page a block may go on from than those in front of it, where it does not run with these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.classify._chain import Chain, Source, chain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from aswritten.model import Block

#: Other ways to set up what a block needs that are looked for: one a tab, as a rule.
_WAYS = 4
#: How Python makes a client whose calls are to be waited for.
_AWAITED = re.compile(r"=\s*(?:\w+\.)*Async\w*\(")


def others(  # noqa: PLR0913
    source: Source,
    front: Chain,
    defined: Mapping[str, Sequence[Source]],
    changed: Mapping[str, Sequence[Source]],
    calling: Collection[int],
    *,
    once: bool,
) -> tuple[tuple[Block, ...], ...]:
    """Other blocks than those in ``front`` that define all that a block needs of them, the nearest of `_WAYS` first.

    Then the statements of those blocks that set it up, and nothing else of them: of those that call the API (indexes ``calling``), of all.
    In front of all, for a block that waits, what sets up a client whose calls are to be waited for. None where that is not all it needs.
    The rest is as `chain` takes it.
    """
    taken = {block.index for block in front.earlier}
    needs = {name for name in source.needs if any(one.block.index in taken for one in defined.get(name, ()))}

    def ways(without: set[int], *, all_of: bool) -> Iterator[tuple[Block, ...]]:
        for _ in range(_WAYS):
            other = chain(source, defined, changed, once=once, without=without)
            found = {block.index for block in other.earlier}
            if not found or other.broken or not _is_whole(found, needs, defined):
                return
            yield other.earlier
            without = without | (found if all_of else {max(found)})

    nearest = max(taken, default=-1)
    found = list(ways(taken, all_of=True)) or (list(ways({nearest}, all_of=False)) if len(taken) > 1 else [])
    awaited = _awaited(source, needs, defined)
    found = [*filter(None, (awaited,)), *(one for one in found if one != awaited)]
    for parts_of in (taken.intersection(calling), taken):
        parts = chain(source, defined, {}, once=once, parts_of=parts_of)
        if not (parts.broken or parts.earlier in {front.earlier, (), *found}):
            found.append(parts.earlier)
    return tuple(found)


def _is_whole(found: Collection[int], needs: Collection[str], defined: Mapping[str, Sequence[Source]]) -> bool:
    """Whether blocks (indexes) define the names that are needed of them, and what each of those that do needs of blocks above it."""
    pending, seen = list(needs), set(needs)
    while pending:
        makers = [one for one in defined[pending.pop()] if one.block.index in found]
        if not makers:
            return False
        last = makers[-1]
        of_theirs = {name for name in last.needs if name in defined and defined[name][0].block.index < last.block.index}
        pending += of_theirs - seen
        seen |= of_theirs
    return True


def _awaited(source: Source, needs: Collection[str], defined: Mapping[str, Sequence[Source]]) -> tuple[Block, ...]:
    """Of the nearest blocks whose clients are to be waited for, the statements that set these up, for a block that waits; none for any other."""
    if source.language != "python" or "await " not in source.block.text:
        return ()
    makers = [one for name in needs for one in defined[name]]
    awaited = {one.block.index for one in makers if _AWAITED.search(one.block.text)}
    without = {one.block.index for one in makers} - awaited
    parts = chain(source, defined, {}, once=False, without=without, parts_of=awaited)
    return () if parts.broken or not awaited.intersection(block.index for block in parts.earlier) else parts.earlier
