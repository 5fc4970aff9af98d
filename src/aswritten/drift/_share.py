"""In which objects a field stands that both recordings have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.drift._change import change
from aswritten.drift._shape import ALL
from aswritten.drift._steps import FIRST, NOTHING
from aswritten.drift._words import listed, share

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from aswritten.drift._change import Change
    from aswritten.drift._shape import Node

#: Objects of a kind from which on it says something that a field stands in all of them.
ENOUGH = 2


def compare_share(
    path: str, old: tuple[Node, Counter[str]], new: tuple[Node, Counter[str]], *, one_is_enough: bool
) -> Iterator[Change]:
    """At most one change. Each node comes with the counts of the objects that could hold the field.

    ``one_is_enough`` says whether a field was everywhere that stood in the only object that came.
    """
    was, is_ = share(*old), share(*new)
    if _lacks(old, new, ENOUGH - one_is_enough):
        yield change("field-in-part", path, f"stood in {was}, now in {is_}", was, is_)
        return
    moved = [kind for kind in new[1] if kind != ALL and old[1][kind] and _moved(kind, old, new)]
    if moved:
        message = f"stood in {was}, now in {is_}: otherwise in those of {listed(moved)}"
        yield change("share-moved", path, message, was, is_)


def _lacks(old: tuple[Node, Counter[str]], new: tuple[Node, Counter[str]], enough: int) -> bool:
    """Whether code that never had to ask for the field has to now."""
    (node, before), (now_node, now) = old, new
    if now[FIRST] and before[FIRST] and node.stands[FIRST] == before[FIRST]:
        return now_node.stands[FIRST] < now[FIRST]
    # Of a kind that OLD had not, nothing is known; but what does nothing is no kind of its own.
    known = [kind for kind in now if kind == NOTHING or (kind != ALL and before[kind])] or [ALL]
    everywhere = node.stands[ALL] == before[ALL] >= enough
    return everywhere and any(now_node.stands[kind] < now[kind] for kind in known)


def _moved(kind: str, old: tuple[Node, Counter[str]], new: tuple[Node, Counter[str]]) -> bool:
    """Whether the field stands in all such objects where it stood in none, or the other way round, or is null so."""
    (node, before), (now_node, now) = old, new
    was, is_ = node.stands[kind], now_node.stands[kind]
    was_null, is_null = node.nulls[kind], now_node.nulls[kind]
    return (
        (was == before[kind] and is_ == 0)
        or (was == 0 and is_ == now[kind])
        or (was == before[kind] >= ENOUGH and is_ < now[kind])
        or (is_ > 0 and was_null == was > 0 and is_null == 0)
        or (was > 0 and is_null == is_ > 0 and was_null == 0)
    )
