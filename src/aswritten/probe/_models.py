"""Which model to ask, where the user names none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.client import Answer

LISTED = 10


def only_model(answer: Answer) -> str:
    """The id of the only model that a server lists; ValueError, with those that there are, where it is not the only one."""
    try:
        names = [entry["id"] for entry in json.loads(answer.body)["data"]]
    except (ValueError, TypeError, LookupError, RecursionError):
        raise ValueError(f"its list of models cannot be read, status {answer.status}") from None
    if len(names) != 1 or not isinstance(names[0], str):
        raise ValueError(f"it has {len(names)}: {', '.join(str(name) for name in names[:LISTED])}")
    return names[0]
