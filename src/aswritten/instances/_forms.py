"""A schema taken apart: what it refers to, all of what it wants at once, one of what it allows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aswritten.instances._root import Root

Schema = dict[str, Any]
#: References that are being followed, outermost first.
Trail = tuple[str, ...]

#: Forms of one schema that are tried.
_MOST = 64
#: How often a reference may stand within itself: once, so that a tree has a branch.
_TURNS = 2
_APART = frozenset({"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "then", "else"})
#: Of two bounds the closer one holds.
_LOWER = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"})
_UPPER = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"})
_OF_NAMES = frozenset({"properties", "patternProperties", "dependentSchemas"})
_OF_VALUES = frozenset({"items", "additionalProperties", "unevaluatedProperties", "propertyNames", "contains"})


def forms(schema: object, root: Root, trail: Trail = ()) -> Iterator[tuple[Schema, Trail]]:
    """The schema without references and without alternatives: one form for each way through them, in their order.

    A reference that goes round in circles has no form. Forms may ask for more than can be: whoever makes a value holds
    it against the schema itself.
    """
    return islice(_forms(schema, root, trail), _MOST)


def _forms(schema: object, root: Root, trail: Trail) -> Iterator[tuple[Schema, Trail]]:
    if schema is True:
        yield {}, trail
    if not isinstance(schema, dict):
        return
    own = {key: value for key, value in schema.items() if key not in _APART}
    yield from _with(own, list(_wanted(schema)), root, trail)


def _with(own: Schema, wanted: list[tuple[object, ...]], root: Root, trail: Trail) -> Iterator[tuple[Schema, Trail]]:
    """`own` together with one alternative of each of `wanted`."""
    if not wanted:
        yield own, trail
        return
    for alternative in wanted[0]:
        target, further = alternative, trail
        if isinstance(alternative, _Reference):
            if trail.count(alternative) >= _TURNS:
                continue
            target, further = root.lookup(alternative), (*trail, alternative)
        for form, walked in _forms(target, root, further):
            yield from _with(merged(own, form), wanted[1:], root, walked)


class _Reference(str):
    """The target of a `$ref`."""

    __slots__ = ()


def _wanted(schema: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    """Sets of alternatives; a value keeps one of each."""
    for key in ("$ref", "$dynamicRef"):
        if isinstance(schema.get(key), str):
            yield (_Reference(schema[key]),)
    if isinstance(schema.get("allOf"), list):
        yield from ((one,) for one in schema["allOf"])
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            yield tuple(sorted(schema[key], key=_says_null))
    if "if" in schema:
        yield {"allOf": [schema["if"], schema.get("then", True)]}, schema.get("else", True)


def _says_null(schema: object) -> bool:
    """Whether null is all that it allows: where there is more to say, it is said."""
    return isinstance(schema, dict) and (schema.get("type") == "null" or schema.get("const", 0) is None)


def merged(one: Schema, other: Schema) -> Schema:
    """What both ask for; of two texts or examples that say more of it, the first one's."""
    found = dict(one)
    for key, value in other.items():
        found[key] = _both(key, found[key], value) if key in found else value
    return found


def _both(key: str, one: Any, other: Any) -> Any:
    if key in _LOWER | _UPPER and _are_numbers(one, other):
        return max(one, other) if key in _LOWER else min(one, other)
    if key in _OF_NAMES and isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{name: _all_of(one[name], it) if name in one else it for name, it in other.items()}}
    if key in _OF_VALUES:
        return _all_of(one, other)
    if key in ("required", "enum") and isinstance(one, list) and isinstance(other, list):
        return (
            [*one, *(it for it in other if it not in one)] if key == "required" else [it for it in one if it in other]
        )
    if key == "type":
        return _types(one, other)
    return one


def _all_of(one: object, other: object) -> object:
    return {"allOf": [one, other]}


def _are_numbers(*values: object) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _types(one: object, other: object) -> list[object]:
    mine, others = types_of({"type": one}), types_of({"type": other})
    found = [kind for kind in mine if kind in others or (kind == "integer" and "number" in others)]
    return found or ["integer"] * ("number" in mine and "integer" in others)


def types_of(schema: Schema) -> list[object]:
    """The types that a form names, null last."""
    kinds = schema.get("type", [])
    return sorted(kinds if isinstance(kinds, list) else [kinds], key=lambda kind: kind == "null")
