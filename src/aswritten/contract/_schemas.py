"""The schemas of a profile: the base with the profile's deviations worked in, still plain JSON Schema 2020-12.

Every schema of the base is a file of its own and refers to the others by file name alone. A profile's set is made of
copies of these files under the profile's own address, each deviation worked into the files that it names, with the
profile's own files beside them or in their place.
"""

from __future__ import annotations

import copy
import functools
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from aswritten.contract._profile import BASE, FILE, Deviation, Profile, base_profile
from aswritten.data import data_dir
from aswritten.errors import UsageError, at
from aswritten.validity import make_quick_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from jsonschema.protocols import Validator

ADDRESS = "https://aswritten.dev/schemas/"
SUFFIX = ".schema.json"
NULL: dict[str, Any] = {"type": "null"}
#: Keywords that judge nothing.
NOTES = {"$schema", "$id", "$comment", "title", "description", "examples"}
#: Keywords whose value is any JSON.
VALUES = {"const", "enum"}
#: Keywords whose value is a map of names to schemas.
MAPS = {"properties", "patternProperties", "dependentSchemas", "$defs"}


@functools.lru_cache(maxsize=1024)
def schemas_of(profile: Profile) -> Mapping[str, dict[str, Any]]:
    """Name of each schema (``choice``) to the schema as the profile wants it.

    Raises UsageError where a deviation names a schema or a field that is not there.
    """
    found: dict[str, dict[str, Any]] = {}
    replaced = {name for deviation in profile.deviations for name in deviation.replaces}
    for folder in dict.fromkeys((data_dir("schemas") / BASE, *profile.folders)):
        known = found.keys() - replaced
        found |= {name: json.loads(text) for name, text in _files(folder) if name not in known}
    for name, schema in found.items():
        schema["$id"] = f"{ADDRESS}{profile.name}/{name}{SUFFIX}"
    for deviation in profile.deviations:
        for name in deviation.at:
            _deviate(found, name, deviation, profile)
    return found


@functools.lru_cache(maxsize=16)
def member_names(profile: Profile) -> frozenset[str]:
    """The members of all objects of the profile's answers to chats: completions and chunks of streams."""
    wholes = (bundle(profile, name) for name in ("completion", "chunk"))
    schemas = (one for whole in wholes for one in (whole, *whole.get("$defs", {}).values()))
    return frozenset(name for schema in schemas for name in schema.get("properties", {}))


@functools.lru_cache(maxsize=256)
def validator_of(profile: Profile, name: str) -> Validator:
    """A validator of schema ``name`` under the profile, made once.

    References are put in place beforehand: looking them up at each object takes most of the time otherwise.
    """
    from aswritten.contract._keywords import make_validator

    return make_validator(_whole(profile, name))


@functools.lru_cache(maxsize=1024)
def quick_check_of(profile: Profile, name: str) -> Callable[[object], bool]:
    """Whether a body surely keeps schema ``name`` under the profile: True is the last word, False is the validator's to say."""
    return make_quick_check(_whole(profile, name))


def _whole(profile: Profile, name: str) -> dict[str, Any]:
    return _resolved(schemas_of(profile)[name], {schema["$id"]: schema for schema in _all_schemas(profile)}, ())


def bundle(profile: Profile, name: str) -> dict[str, Any]:
    """Schema ``name`` under the profile, with all that it refers to inside of it: one plain JSON Schema for other tools."""
    everything = {schema["$id"]: schema for schema in _all_schemas(profile)}
    start = schemas_of(profile)[name]["$id"]
    needed: dict[str, dict[str, Any]] = {}
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current not in needed:
            needed[current] = everything[current]
            waiting += (urljoin(current, reference) for reference in _references(needed[current]))
    whole = copy.deepcopy(needed.pop(start))
    if needed:
        whole["$defs"] = {key.removeprefix(ADDRESS): copy.deepcopy(needed[key]) for key in sorted(needed)}
    return whole


def _all_schemas(profile: Profile) -> tuple[dict[str, Any], ...]:
    """The profile's and the base's own: a schema of the profile may stand on the one that it stands in for."""
    return (*schemas_of(base_profile()).values(), *schemas_of(profile).values())


@functools.lru_cache(maxsize=64)
def _files(folder: Path) -> tuple[tuple[str, str], ...]:
    """(name, JSON) of each schema file of a folder."""
    return tuple(
        (path.name.removesuffix(SUFFIX), json.dumps(_load(path))) for path in sorted(folder.glob(f"*{SUFFIX}"))
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise at(path, getattr(error, "lineno", None), f"not JSON: {error}") from error
    if not isinstance(schema, dict):
        raise at(path, None, "expected a schema as an object")
    return schema


def _deviate(schemas: Mapping[str, dict[str, Any]], name: str, deviation: Deviation, profile: Profile) -> None:
    try:
        _work_in(schemas[name], deviation)
    except KeyError as error:
        missing = f"has no {error}" if name in schemas else "is no schema"
        place = profile.folders[-1] / FILE
        raise at(place, None, f"deviation {deviation.id!r}: {name!r} {missing}") from error


def _work_in(schema: dict[str, Any], deviation: Deviation) -> None:
    if deviation.adds:
        schema["properties"] |= {field: json.loads(text) for field, text in deviation.adds}
    for field in deviation.optional:
        _ = schema["properties"][field]
        schema["required"] = [name for name in schema["required"] if name != field]
    for field in deviation.nullable:
        _allow(schema["properties"], field, NULL)
    for field, text in deviation.allows:
        _allow(schema["properties"], field, json.loads(text))
    if deviation.asks:
        schema["allOf"] = [*schema.get("allOf", ()), json.loads(deviation.asks)]
    for value, text in deviation.kinds:
        key = schema["required"][0]
        schema["properties"][key]["enum"].append(value)
        condition = {"properties": {key: {"const": value}}, "required": [key]}
        schema["allOf"].append({"if": condition, "then": json.loads(text)})


def _allow(properties: dict[str, Any], field: str, more: dict[str, Any]) -> None:
    known = properties[field]
    branches = known["anyOf"] if set(known) == {"anyOf"} else [known]
    properties[field] = {"anyOf": [*branches, more]}


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in _judging(schema):
            if key == "$ref":
                yield value
            elif key in MAPS:
                for part in value.values():
                    yield from _references(part)
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _judging(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The keywords of a schema that hold schemas or judge, but for those whose value is any JSON."""
    return ((key, value) for key, value in schema.items() if key not in NOTES | VALUES)


def _resolved(
    schema: dict[str, Any], everything: Mapping[str, dict[str, Any]], inside: tuple[str, ...]
) -> dict[str, Any]:
    """The schema with all that it refers to in the place of the reference."""
    address = schema["$id"]
    if address in inside:
        raise UsageError(f"{address}: the schema refers to itself, which schemas of this kind may not")

    def put_in(part: Any) -> Any:
        if isinstance(part, list):
            return [put_in(value) for value in part]
        if not isinstance(part, dict):
            return part
        kept = {key: part[key] for key in part.keys() & VALUES}
        for key, value in _judging(part):
            kept[key] = {name: put_in(inner) for name, inner in value.items()} if key in MAPS else put_in(value)
        reference = kept.pop("$ref", None)
        if reference is None:
            return kept
        target = _resolved(everything[urljoin(address, reference)], everything, (*inside, address))
        return {**kept, "allOf": [*kept.get("allOf", ()), target]} if kept else target

    resolved: dict[str, Any] = put_in(schema)
    return resolved
