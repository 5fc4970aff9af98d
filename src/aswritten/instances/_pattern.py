"""Short texts that match a regular expression."""

from __future__ import annotations

import importlib
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Python's own reader of patterns: no documented interface, and the one that there is.
_PARSER = "re._parser" if sys.version_info >= (3, 11) else "sre_parse"
#: Of the characters that a set allows, the first of these is taken.
_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -_.:/@+"
#: Turns of a part that may stand any number of times: one, so that something is there; none; a few.
_TURNS = (1, 0, 3)
_LONGEST = 10_000


def matching(pattern: str) -> Iterator[str]:
    """A few short texts in which the pattern finds a match, most likely; whoever takes one holds it against the pattern.

    What has to stand around a text is not looked at. None where the pattern is none of Python's.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sets that a later Python may read differently: here it is this one
            tree = importlib.import_module(_PARSER).parse(pattern)
        for turns in _TURNS:
            yield _Writer(turns).text(tree)
    except (re.error, RecursionError, OverflowError, _TooLong):
        return


class _TooLong(Exception):  # noqa: N818 - ends the search, and is seen nowhere else
    """The shortest text is longer than anybody wants."""


class _Writer:
    """Writes one text for a pattern."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._groups: dict[int, str] = {}
        self._flags = 0

    def text(self, tree: Any) -> str:
        """The text for a sequence of parts, each as (name of its kind, what it holds)."""
        parts = []
        for kind, holds in tree:
            writer = getattr(self, f"_{str(kind).lower()}", None)
            parts.append(writer(holds) if writer else "")
            if sum(map(len, parts)) > _LONGEST:
                raise _TooLong
        return "".join(parts)

    def _literal(self, code: int) -> str:
        return chr(code)

    def _not_literal(self, code: int) -> str:
        return next(one for one in _CHARACTERS if ord(one) != code)

    def _any(self, _: None) -> str:
        return _CHARACTERS[0]

    def _in(self, members: Any) -> str:
        """A character of a set: a usual one where it has one, else the first that it names."""
        found = next((one for one in _CHARACTERS if _in_set(members, one)), "")
        if found:
            return found
        return next((chr(code[0] if isinstance(code, tuple) else code) for _, code in members if _is_code(code)), "")

    def _branch(self, holds: Any) -> str:
        return self.text(holds[1][0])

    def _subpattern(self, holds: Any) -> str:
        number, tree = holds[0], holds[-1]
        self._groups[number] = self.text(tree)
        return self._groups[number]

    def _groupref(self, number: int) -> str:
        return self._groups.get(number, "")

    def _atomic_group(self, tree: Any) -> str:
        return self.text(tree)

    def _max_repeat(self, holds: Any) -> str:
        low, high, tree = holds
        times = max(int(low), min(self._turns, int(high)))
        if times > _LONGEST:
            raise _TooLong
        return self.text(tree) * times

    _min_repeat = _max_repeat
    _possessive_repeat = _max_repeat


def _is_code(code: object) -> bool:
    return isinstance(code, int) or (isinstance(code, tuple) and isinstance(code[0], int))


def _in_set(members: Any, character: str) -> bool:
    negated = bool(members) and str(members[0][0]) == "NEGATE"
    return negated != any(_is_member(str(kind), holds, character) for kind, holds in members)


def _is_member(kind: str, holds: Any, character: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(character) == holds)
    if kind == "RANGE":
        return bool(holds[0] <= ord(character) <= holds[1])
    return kind == "CATEGORY" and re.fullmatch(_CATEGORIES[str(holds)], character) is not None


_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
