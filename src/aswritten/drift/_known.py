"""What the contract says of single fields, as far as it bears on what a change of them means."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from aswritten.contract import base_profile, bundle, profile_for_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.contract import Profile

#: The roots of paths, which are names of schemas too.
OBJECTS = ("completion", "chunk", "error")
_DELTA = "chunk.choices[].delta."
#: Keywords by one of which a schema says what its value is.
_SAYING = ("type", "enum", "const", "$ref", "allOf", "anyOf", "oneOf", "if", "properties")
#: JSON types by Python's.
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
#: Keywords whose value is one schema, or a list of them, for the same place.
_SAME_PLACE = ("allOf", "anyOf", "oneOf", "then", "else")


@dataclass(frozen=True, slots=True)
class Known:
    """Of paths as `Change.where` writes them."""

    values: Mapping[str, frozenset[str]]
    """The values of each member whose values the contract lists."""
    types: Mapping[str, frozenset[str]]
    """The JSON types of each member of which the contract says them."""
    whole: frozenset[str]
    """Members that are whole numbers."""
    maps: frozenset[str]
    """Objects whose keys are values themselves: the contract names none."""
    required: frozenset[str]
    """Members that their object has to have."""
    answers: frozenset[str]
    """Members of a message, and of a delta, that say what the model answers: their names, as ``content``."""


@functools.cache
def known_for(host: str) -> Known:
    """What the base and the profile of the host say together. A host that no profile names has the generic one."""
    base, own = _read(base_profile()), _read(profile_for_host(host))
    listed = {path: base.values[path] | own.values.get(path, set()) for path in base.values.keys() - base.texts}
    listed |= {path: own.values[path] for path in own.values.keys() - own.texts - base.members}
    deltas = {path.removeprefix(_DELTA) for path in base.members if path.startswith(_DELTA) and path not in listed}
    return Known(
        values={path: frozenset(values) for path, values in listed.items()},
        types={
            path: frozenset(base.types.get(path, set()) | own.types.get(path, set()))
            for path in {*base.types, *own.types} - base.open - own.open
        },
        whole=frozenset(base.whole | own.whole - own.fractions),
        maps=frozenset(base.maps & own.maps | own.maps - base.members),
        required=frozenset(base.required & own.required),
        answers=frozenset(name for name in deltas if "." not in name and "[" not in name),
    )


@dataclass(slots=True)
class _Facts:
    """What the schemas of one profile say of each path."""

    members: set[str] = field(default_factory=set)
    values: dict[str, set[str]] = field(default_factory=dict)
    types: dict[str, set[str]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    """Members that may be anything."""
    texts: set[str] = field(default_factory=set)
    """Members that may be any text."""
    whole: set[str] = field(default_factory=set)
    fractions: set[str] = field(default_factory=set)
    objects: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    """Objects of which a schema names members."""
    required: set[str] = field(default_factory=set)

    @property
    def maps(self) -> set[str]:
        return {path for path in self.objects - self.named if not path.endswith("[]")}


def _read(profile: Profile) -> _Facts:
    found = _Facts()
    for name in OBJECTS:
        whole = bundle(profile, name)
        schemas = {schema["$id"]: schema for schema in (whole, *whole.get("$defs", {}).values())}
        _walk(whole, name, whole["$id"], schemas, found)
    return found


def _walk(schema: Any, path: str, address: str, schemas: Mapping[str, Any], found: _Facts) -> None:
    if not isinstance(schema, dict):
        return
    address = schema.get("$id", address)
    _note(schema, path, found)
    if "$ref" in schema:
        target = urljoin(address, schema["$ref"])
        _walk(schemas[target], path, target, schemas, found)
    for name, inner in schema.get("properties", {}).items():
        found.members.add(f"{path}.{name}")
        _walk(inner, f"{path}.{name}", address, schemas, found)
    _walk(schema.get("items"), f"{path}[]", address, schemas, found)
    for keyword in _SAME_PLACE:
        inner = schema.get(keyword, [])
        for one in inner if isinstance(inner, list) else [inner]:
            _walk(one, path, address, schemas, found)


def _note(schema: dict[str, Any], path: str, found: _Facts) -> None:
    listed = schema.get("enum", [schema["const"]] if "const" in schema else [])
    texts = {value for value in listed if isinstance(value, str)}
    if texts:
        found.values.setdefault(path, set()).update(texts)
    types = schema.get("type", [])
    types = {types} if isinstance(types, str) else set(types)
    if not listed:
        for kind, paths in (("string", found.texts), ("integer", found.whole), ("number", found.fractions)):
            if kind in types:
                paths.add(path)
    if "object" in types:
        found.objects.add(path)
    if schema.get("properties"):
        found.named.add(path)
    found.required.update(f"{path}.{name}" for name in schema.get("required", ()))
    _note_types(schema, path, found, types | {_TYPES.get(type(value), "object") for value in listed})


def _note_types(schema: dict[str, Any], path: str, found: _Facts, types: set[str]) -> None:
    if not any(keyword in schema for keyword in _SAYING):
        found.open.add(path)
    if types:
        found.types.setdefault(path, set()).update("number" if kind == "integer" else kind for kind in types)
