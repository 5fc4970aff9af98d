"""Many objects as one shape: for each path, how often it stands, with which types and values, and how often it is null."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aswritten.drift import _steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.drift._known import Known

#: Levels of an object that are looked at. Those of the wire have far fewer.
DEPTH = 40
#: Characters of a member's name that are shown.
NAMED = 60
#: All objects, whatever they do.
ALL = ""
NULL = "null"
_NAMES: dict[type, str] = {str: "string", dict: "object", list: "array"}
_ENTRY = "chunk.choices[]"
_TOOL_PART = "chunk.choices[].delta.tool_calls[]"
_MESSAGE = "completion.choices[].message"
_PLAIN = re.compile(r"[A-Za-z0-9_$-]+")
#: Members of an error that programs tell errors by.
_CODES = ("code", "type")


@dataclass(slots=True)
class Node:
    """One path. The counts are by what the object around it does, and `ALL`."""

    parent: str
    """The path of the object that holds it; empty for a root and for an item of an array."""
    stands: Counter[str] = field(default_factory=Counter)
    nulls: Counter[str] = field(default_factory=Counter)
    objects: Counter[str] = field(default_factory=Counter)
    """How often its value is an object."""
    types: dict[str, None] = field(default_factory=dict)
    values: dict[str, None] = field(default_factory=dict)
    """Its texts, where the contract lists them, and the codes of errors."""
    least: int | None = None
    """Of an array: items of the shortest one."""


Shape = dict[str, Node]


def shape_of(objects: Iterable[tuple[str, object]], known: Known) -> Shape:
    """The shape of (kind, value) objects, paths in the order of their first coming."""
    walk = _Walk(known)
    for kind, value in objects:
        walk.take(kind, value)
    return walk.shape


def named(name: str) -> str:
    """A member's name as a path has it: as it is, or as JSON where it holds more than letters, digits, ``_``, ``-`` and ``$``."""
    if len(name) <= NAMED and _PLAIN.fullmatch(name):
        return f".{name}"
    text = json.dumps(name)
    return f"[{text if len(text) <= NAMED else text[:NAMED] + '…'}]"


class _Walk:
    """Goes through objects, one after the other."""

    def __init__(self, known: Known) -> None:
        self.shape: Shape = {}
        self._known = known
        self._begun: dict[object, set[object]] = {}
        """Of each choice: the tool calls that began."""
        self._choice: object = None

    def take(self, kind: str, value: object) -> None:
        groups = _steps.of_chunk(value) if kind == "chunk" and isinstance(value, dict) else ()
        self._value(value, kind, "", (ALL, *groups), 0)

    def _value(self, value: object, path: str, parent: str, groups: tuple[str, ...], depth: int) -> None:
        node = self.shape.setdefault(path, Node(parent))
        node.stands.update(groups)
        node.types.setdefault(self._type(value, path))
        if value is None:
            node.nulls.update(groups)
        elif isinstance(value, dict):
            inside = self._inside(value, path, groups)
            node.objects.update(inside)
            if depth < DEPTH and path not in self._known.maps:
                for name, inner in value.items():
                    self._value(inner, path + named(name), path, inside, depth + 1)
        elif isinstance(value, list):
            node.least = len(value) if node.least is None else min(node.least, len(value))
            for item in value if depth < DEPTH else ():
                self._value(item, f"{path}[]", "", groups, depth + 1)
        elif self._is_kept(value, path):
            node.values.setdefault(str(value))

    def _is_kept(self, value: object, path: str) -> bool:
        if path.startswith("error"):
            return path.rpartition(".")[2] in _CODES and not isinstance(value, bool)
        return path in self._known.values and isinstance(value, str)

    def _type(self, value: object, path: str) -> str:
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, (int, float)):
            if path not in self._known.whole:
                return "number"
            return "integer" if isinstance(value, int) or value.is_integer() else "fraction"
        return _NAMES.get(type(value), NULL)

    def _inside(self, value: dict[str, Any], path: str, groups: tuple[str, ...]) -> tuple[str, ...]:
        """What the object does, for the fields in it: as the one around it, where it has no doing of its own."""
        if path == _ENTRY:
            self._choice = value.get("index")
            return (ALL, *_steps.of_entry(value))
        if path == _TOOL_PART:
            return (ALL, _steps.of_tool_delta(value, self._begun.setdefault(self._choice, set())))
        if path == _MESSAGE:
            return (ALL, *_steps.of_message(value, self._known.answers))
        return (ALL, _steps.of_item(value)) if path.endswith("[]") else groups
