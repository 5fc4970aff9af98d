"""Short texts of changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten.drift._shape import ALL

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from aswritten.drift._shape import Node

#: Characters of a value that are shown, and values of a list.
SHOWN, LISTED = 60, 8


def share(node: Node, around: Counter[str]) -> str:
    """``3 of 17``: in how many of the objects that could hold it the field stands."""
    return f"{node.stands[ALL]} of {around[ALL]}"


def shown(values: Iterable[str]) -> str:
    """Values as JSON, in ASCII: what came may hold anything."""
    return listed(_cut(json.dumps(value)) for value in values)


def listed(words: Iterable[str]) -> str:
    """``a, b, c``; of a long list the first ones."""
    found = list(words)
    return ", ".join(found[:LISTED]) + (f" and {len(found) - LISTED} more" if len(found) > LISTED else "")


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
