"""Values for a schema, the likeliest first; the first one that keeps it is taken."""

from __future__ import annotations

import json
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from aswritten.instances._forms import Schema, Trail, forms, types_of
from aswritten.instances._numbers import numbers
from aswritten.instances._pattern import matching
from aswritten.instances._problem import Unsatisfiable
from aswritten.instances._root import Root
from aswritten.instances._text import texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: Values that are tried for each form of a schema, and half as many of texts and of numbers.
_TRIED = 128
#: Values that are tried in all.
_WORK = 10_000
#: Members, or items, that a value is made with at most.
_MOST = 1_000
#: What tells the type where a schema does not name it.
_TELLING = {
    "object": {"properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties"},
    "array": {"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


def instance(schema: object, words: Mapping[str, str] | None = None) -> Any:
    """A small JSON value that keeps a JSON Schema (2020-12): the same one for the same schema.

    It has all the members that the schema names, as far as they can be made, and one item in a list. ``words``: texts for
    members by their names. A schema that is none is read as far as it goes, and its value is held against nothing.
    Raises Unsatisfiable, saying why.
    """
    try:
        return _Maker(Root(schema), words or {}).whole()
    except RecursionError as error:
        raise Unsatisfiable("is nested too deeply") from error


class _Maker:
    """Makes the value of one schema."""

    def __init__(self, root: Root, words: Mapping[str, str]) -> None:
        self._root = root
        self._words = words
        self._work = 0

    def whole(self) -> Any:
        """The value of the whole schema."""
        for value in self._kept(self._root.schema, "", ()):
            return value
        raise Unsatisfiable("allows no value that could be found")

    def _kept(self, schema: object, name: str, trail: Trail) -> Iterator[Any]:
        """Values that keep the schema, of a member called ``name``."""
        for form, walked in forms(schema, self._root, trail):
            for value in islice(self._of_form(form, name, walked), _TRIED):
                self._work += 1
                if self._work > _WORK:
                    raise Unsatisfiable("is too large to find a value for")
                if self._root.keeps(schema, value):
                    yield value

    def _first(self, schema: object, name: str, trail: Trail) -> list[Any]:
        """The first of these values; none where there is none."""
        return list(islice(self._kept(schema, name, trail), 1))

    def _of_form(self, form: Schema, name: str, trail: Trail) -> Iterator[Any]:
        if "const" in form:
            return iter((form["const"],))
        if isinstance(form.get("enum"), list):
            return iter(form["enum"])
        usual = [form["default"]] if form.get("default") is not None else []
        kinds = types_of(form) or _told(form)
        return chain(_list(form, "examples"), usual, *(self._of_type(kind, form, name, trail) for kind in kinds))

    def _of_type(self, kind: object, form: Schema, name: str, trail: Trail) -> Iterable[Any]:
        if kind == "object":
            return self._objects(form, trail)
        if kind == "array":
            return self._arrays(form, name, trail)
        if kind in ("integer", "number"):
            return islice(numbers(form, whole=kind == "integer"), _TRIED // 2)
        # A type that there is not stands in schemas that are none.
        plain: dict[str, tuple[bool | None, ...]] = {"boolean": (True, False), "null": (None,)}
        return plain.get(str(kind)) or islice(texts(form, name, self._words), _TRIED // 2)

    # Objects

    def _objects(self, form: Schema, trail: Trail) -> Iterator[dict[str, Any]]:
        """With all members, with none but those required, with one more each, and with another value of one each."""
        required = [name for name in _list(form, "required") if isinstance(name, str)]
        named = _dict(form, "properties")
        schemas = {**named, **{name: self._schema_of(form, name) for name in required if name not in named}}
        found = {name: list(islice(self._kept(schema, name, trail), 2)) for name, schema in schemas.items()}
        every = {name: values[0] for name, values in found.items() if values}
        few = {name: value for name, value in every.items() if name in required}
        if len(few) < len(set(required)):
            return
        wanted = [every, few, *({**few, name: value} for name, value in every.items() if name not in few)]
        wanted += [{**every, name: values[1]} for name, values in found.items() if len(values) > 1]
        yield from (self._filled(form, members, trail) for members in wanted)

    def _filled(self, form: Schema, members: dict[str, Any], trail: Trail) -> dict[str, Any]:
        """The members, and as many others as the schema asks for at least."""
        wanted = _size(form, "minProperties", 0)
        found = dict(members)
        for name in islice(self._names(form), _TRIED if len(found) < wanted <= _MOST else 0):
            value = self._first(self._schema_of(form, name), name, trail) if name not in found else []
            if len(found) < wanted and value:
                found[name] = value[0]
        return found

    def _names(self, form: Schema) -> Iterator[str]:
        """Names for members that no property names."""
        rule = form.get("propertyNames", True)
        plain = texts(rule if isinstance(rule, dict) else {}, "", {})
        of_patterns = chain.from_iterable(matching(pattern) for pattern in _dict(form, "patternProperties"))
        return (name for name in chain(of_patterns, plain) if self._root.keeps(rule, name))

    def _schema_of(self, form: Schema, name: str) -> object:
        """The schema of a member that the properties do not name."""
        patterns = [schema for pattern, schema in _dict(form, "patternProperties").items() if _matches(pattern, name)]
        return {"allOf": patterns} if patterns else form.get("additionalProperties", True)

    # Lists

    def _arrays(self, form: Schema, name: str, trail: Trail) -> Iterator[list[Any]]:
        """With one item behind those that have a schema each, and with as few as there may be."""
        items = form.get("items", True)
        each = form.get("prefixItems", items)
        first = each if isinstance(each, list) else []
        start = [value for schema in first for value in self._first(schema, name, trail)]
        rest = {"allOf": [True if isinstance(items, list) else items, form.get("contains", True)]}
        low = max(_size(form, "minItems", 0), _size(form, "minContains", 0))
        if len(start) < len(first) or low > _MOST:
            return
        for wanted in dict.fromkeys((max(low, len(start) + 1), max(low, len(start)), low)):
            more = self._items(rest, wanted - len(start), name, trail, apart=form.get("uniqueItems") is True)
            yield [*start, *more][:wanted]

    def _items(self, schema: object, wanted: int, name: str, trail: Trail, *, apart: bool) -> list[Any]:
        if wanted <= 0:
            return []
        if not apart:
            return self._first(schema, name, trail) * wanted
        found: dict[str, Any] = {}
        for value in self._kept(schema, name, trail):
            found.setdefault(json.dumps(value, sort_keys=True), value)
            if len(found) == wanted:
                break
        return list(found.values())


def _told(form: Schema) -> list[object]:
    """All types, the one that the other keywords are about first; else text."""
    told: list[object] = [kind for kind, keys in _TELLING.items() if keys & set(form)]
    return [*told, "string", *(kind for kind in (*_TELLING, "boolean", "null") if kind not in told)]


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        return False


def _list(schema: Schema, key: str) -> list[Any]:
    value = schema.get(key)
    return value if isinstance(value, list) else []


def _dict(schema: Schema, key: str) -> dict[str, Any]:
    value = schema.get(key)
    return value if isinstance(value, dict) else {}


def _size(schema: Schema, key: str, usual: int) -> int:
    value = schema.get(key)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and value < 1e9 else usual
