"""Which of a profile's deviations an answer makes use of: neither errors nor invisible."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import TYPE_CHECKING, Any, Literal

from aswritten.contract._profile import Deviation, Profile, base_profile, narrowed
from aswritten.contract._schemas import SUFFIX, quick_check_of, schemas_of, validator_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

    from aswritten.contract._objects import Kind


class Uses:
    """The deviations that are found in use while the bodies of one answer are judged."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._seen: set[str] = set()
        self._usual: dict[Kind, Callable[[object], bool]] = {}

    def add(self, deviation: Deviation) -> None:
        """Takes note of one."""
        self._seen.add(deviation.id)

    def keeps_base(self, kind: Kind, body: object) -> bool:
        """Takes note of those that ``body`` makes use of; whether it makes use of none but those seen before.

        Quick where it does not: the base with only those is then what the body keeps.
        """
        usual = self._usual.get(kind)
        if usual is None:
            usual = self._usual[kind] = quick_check_of(narrowed(self._profile, frozenset(self._seen)), kind)
        if usual(body):
            return True
        found = {deviation.id for deviation in deviations_in(kind, body, self._profile)}
        if not found <= self._seen:
            self._seen |= found
            self._usual.clear()
        return False

    def found(self) -> tuple[Deviation, ...]:
        """All of them, in the order of the profile."""
        return tuple(deviation for deviation in self._profile.deviations if deviation.id in self._seen)


def deviations_in(kind: Kind, body: object, profile: Profile) -> tuple[Deviation, ...]:
    """The profile's deviations that ``body`` makes use of, in the order of the profile.

    Each is one that changes a schema at a place where the body does not keep the base's own, and in the way in which
    it does not: a field that is left out, null, unknown, or has another value.
    """
    found: tuple[Deviation, ...] = ()
    known = base_profile()
    while True:
        places: set[_Place] = set()
        for error in validator_of(known, kind).iter_errors(body):  # type: ignore[arg-type]  # any JSON value
            places |= _places(error, kind, body, schemas_of(known))
        more = tuple(one for one in profile.deviations if one in found or _covers(one, places))
        # What one of them adds may hold what another one changes: then the base with them is looked at as well.
        if more == found or not any(_refers(one) for one in more):
            return more
        found = more
        known = narrowed(profile, frozenset(one.id for one in found))


def _refers(deviation: Deviation) -> bool:
    return any('"$ref"' in schema for _, schema in (*deviation.adds, *deviation.allows))


@dataclasses.dataclass(frozen=True, slots=True)
class _Place:
    """Where a body does not keep the base, and how; or a place around it."""

    schema: str
    field: str = ""
    """Empty for the schema as a whole."""
    how: Literal["missing", "unknown", "value"] = "value"
    value: object = dataclasses.field(default=None, compare=False)
    """What the field holds; None where it is missing or unknown."""
    identity: int = 0
    """Of ``value``: a large one is not compared."""


def _covers(deviation: Deviation, places: set[_Place]) -> bool:
    schemas = {place.schema for place in places}
    return any(name in schemas for name in deviation.replaces) or any(
        place.schema in deviation.at and _covers_field(deviation, place) for place in places if place.field
    )


def _covers_field(deviation: Deviation, place: _Place) -> bool:
    if place.how == "missing":
        return place.field in deviation.optional
    if place.how == "unknown":
        return any(place.field == field for field, _ in deviation.adds)
    if place.field in deviation.nullable and place.value is None:
        return True
    if deviation.kinds and place.field == schemas_of(base_profile())[place.schema]["required"][0]:
        return any(kind == place.value for kind, _ in deviation.kinds)
    return any(place.field == field and _allows(schema, place.value) for field, schema in deviation.allows)


def _allows(schema: str, value: object) -> bool:
    """Whether a schema given as JSON allows the value; one that refers to another file is taken to."""
    return '"$ref"' in schema or _validator(schema).is_valid(value)  # type: ignore[arg-type]  # any JSON value


@functools.lru_cache(maxsize=1024)
def _validator(schema: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(schema))


def _places(error: ValidationError, kind: str, body: object, schemas: Mapping[str, Any]) -> set[_Place]:
    """Those that the error, or what caused it, is about, and all above them."""
    found = _on_the_way(error, kind, body, schemas)
    for cause in error.context or ():
        found |= _places(cause, kind, body, schemas)
    return found


def _on_the_way(error: ValidationError, kind: str, body: object, schemas: Mapping[str, Any]) -> set[_Place]:
    from aswritten.contract._explain import violations

    owner, found = kind, {_Place(kind)}
    steps = list(error.absolute_schema_path)
    node: Any = schemas[kind]
    value: Any = body
    left = list(error.absolute_path)
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        # The validator leaves references out of the path: they are followed where the step is not in the schema itself.
        while isinstance(node, dict) and step not in node and "$ref" in node:
            folder, _, file = node["$ref"].rpartition("/")
            owner = file.removesuffix(SUFFIX)
            node = (schemas_of(base_profile()) if folder else schemas)[owner]  # a folder's file reaches the base's own
            found.add(_Place(owner))
        if step in _INWARD and following is not None:
            value = value[left.pop(0)]
        if step == "properties" and isinstance(following, str):
            found.add(_Place(owner, following, value=value, identity=id(value)))
        node = node[step]
    if error.validator in {"required", "unevaluatedProperties"}:
        how: Literal["missing", "unknown"] = "missing" if error.validator == "required" else "unknown"
        found |= {_Place(owner, str(violation.path[-1]), how) for violation in violations(error)}
    return found


#: Keywords whose schema is that of a part of the value.
_INWARD = {"properties", "items", "additionalProperties"}
