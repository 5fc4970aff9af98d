"""One thing that is wrong on the wire, and the words it is told in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.model import Level

Path = tuple["str | int", ...]

#: Characters of a value that are shown.
SHOWN = 80
#: Words of a list that are told.
LISTED = 12


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a body does not keep the contract."""

    rule: str
    """``wire.what``; `RULES` says what each is for."""
    level: Level
    where: str
    """``choices[0].delta.role``, in a stream ``event 3: choices[0].delta.role`` (events count from 1); empty for the whole."""
    message: str
    """A sentence that can stand alone."""
    expected: str = ""
    got: str = ""
    count: int = 1
    """How often it came; ``where`` is the first place."""


def path_text(path: Iterable[str | int]) -> str:
    """``choices[0].delta.role`` for ``("choices", 0, "delta", "role")``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").replace("-", "a").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{show(step)}]"
    return text


def pattern_of(path: Iterable[str | int]) -> str:
    """The path with every index left out: ``choices[].delta.role``."""
    return path_text(path_step if isinstance(path_step, str) else -1 for path_step in path).replace("[-1]", "[]")


def show(value: object) -> str:
    """A value as a message quotes it: JSON, cut where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "a value of great depth"
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")  # halves of surrogate pairs cannot be printed
    if len(text) <= SHOWN:
        return text
    if isinstance(value, dict):
        names = ", ".join(str(name) for name in value)
        return f"an object with {names if len(names) <= SHOWN else names[:SHOWN] + '…'}"
    if isinstance(value, list):
        return f"an array of {len(value)} items"
    return text[:SHOWN] + '…"' if isinstance(value, str) else text[:SHOWN] + "…"


def either(words: Iterable[str]) -> str:
    """``a, b or c``, each once; of a long list the first ones."""
    names = list(dict.fromkeys(words))
    if len(names) > LISTED:
        return f"one of {', '.join(names[:LISTED])} …"
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)


def expected_got(path: str, expected: str, got: str) -> str:
    """The usual sentence about one place."""
    return f"{path + ': ' if path else ''}expected {expected}, got {got}"
