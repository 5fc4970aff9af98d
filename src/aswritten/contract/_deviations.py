"""Which of a profile's deviations an answer makes use of: neither errors nor invisible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.contract._profile import Deviation, Profile, base_profile, narrowed
from aswritten.contract._schemas import SUFFIX, quick_check_of, schemas_of, validator_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jsonschema import ValidationError

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

    def look(self, kind: Kind, body: object) -> None:
        """Takes note of those that ``body`` makes use of.

        Quick where these were all seen before: the base with only them is then what the body keeps.
        """
        usual = self._usual.get(kind)
        if usual is None:
            usual = self._usual[kind] = quick_check_of(narrowed(self._profile, frozenset(self._seen)), kind)
        if usual(body):
            return
        found = {deviation.id for deviation in deviations_in(kind, body, self._profile)}
        if not found <= self._seen:
            self._seen |= found
            self._usual.clear()

    def found(self) -> tuple[Deviation, ...]:
        """All of them, in the order of the profile."""
        return tuple(deviation for deviation in self._profile.deviations if deviation.id in self._seen)


def deviations_in(kind: Kind, body: object, profile: Profile) -> tuple[Deviation, ...]:
    """The profile's deviations that ``body`` makes use of, in the order of the profile.

    Each is one that changes a schema at a place where the body does not keep the base's own.
    """
    base = base_profile()
    places: set[tuple[str, str]] = set()
    for error in validator_of(base, kind).iter_errors(body):  # type: ignore[arg-type]  # any JSON value
        places |= _places(error, kind)
    return tuple(
        deviation
        for deviation in profile.deviations
        if any((name, "") in places for name in deviation.replaces)
        or any((name, field) in places for name in deviation.at for field in _fields(deviation, name))
    )


def _fields(deviation: Deviation, name: str) -> set[str]:
    fields = {field for field, _ in (*deviation.adds, *deviation.allows)}
    fields |= {*deviation.optional, *deviation.nullable}
    if deviation.kinds:
        fields.add(schemas_of(base_profile())[name]["required"][0])
    return fields


def _places(error: ValidationError, kind: str) -> set[tuple[str, str]]:
    """(schema, field) of each place that the error, or what caused it, is about, and of all above it.

    With an empty field: the schema as a whole.
    """
    found = _on_the_way(error, kind)
    for cause in error.context or ():
        found |= _places(cause, kind)
    return found


def _on_the_way(error: ValidationError, kind: str) -> set[tuple[str, str]]:
    from aswritten.contract._explain import violations

    schemas = schemas_of(base_profile())
    owner, found = kind, {(kind, "")}
    steps = list(error.absolute_schema_path)
    node: Any = schemas[kind]
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        # The validator leaves references out of the path: they are followed where the step is not in the schema itself.
        while isinstance(node, dict) and step not in node and "$ref" in node:
            owner = node["$ref"].removesuffix(SUFFIX)
            node = schemas[owner]
            found.add((owner, ""))
        if step == "properties" and isinstance(following, str):
            found.add((owner, following))
        node = node[step]
    if error.validator in {"required", "unevaluatedProperties"}:
        found |= {(owner, str(violation.path[-1])) for violation in violations(error)}
    return found
