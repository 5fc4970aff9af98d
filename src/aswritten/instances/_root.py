"""A schema as a whole: where its references lead, and whether a value keeps it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from aswritten.instances._problem import Unsatisfiable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import Draft202012Validator
    from referencing import Registry

#: The name under which the whole schema is looked up. Nothing is ever fetched.
_NAME = "urn:aswritten:schema"
_REFERENCES = frozenset({"$ref", "$dynamicRef"})
#: Their values are values and no schemas.
_VALUES = frozenset({"const", "enum", "default", "examples"})


class Root:
    """The outermost schema. Every reference in it, and in what `lookup` gives, is made absolute."""

    def __init__(self, schema: object) -> None:
        self._name = schema.get("$id") if isinstance(schema, dict) else None
        self.schema = self._absolute(schema)

    @cached_property
    def is_schema(self) -> bool:
        """Whether it is a JSON Schema at all; where it is none, every value keeps it."""
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import SchemaError

        try:
            Draft202012Validator.check_schema(self.schema)
        except (SchemaError, RecursionError):
            return False
        return True

    def lookup(self, reference: str) -> object:
        """What a reference leads to. Raises Unsatisfiable where it leads out of the schema, or nowhere."""
        from referencing.exceptions import Unresolvable

        try:
            return self._registry.resolver().lookup(reference).contents
        # The latter where what should be a schema is none, which the library does not look for.
        except (Unresolvable, AttributeError, TypeError) as error:
            raise self._nowhere(reference) from error

    def keeps(self, schema: object, value: object) -> bool:
        """Whether the value keeps a part of the schema. Raises Unsatisfiable where that cannot be told."""
        from referencing.exceptions import Unresolvable

        if not self.is_schema:
            return True
        try:
            return self._validator.evolve(schema=schema).is_valid(value)
        except Unresolvable as error:
            raise self._nowhere(str(error.ref)) from error

    def _nowhere(self, reference: str) -> Unsatisfiable:
        shown = reference.removeprefix(_NAME)
        return Unsatisfiable(f"refers to {shown!r}, which it does not hold")

    @cached_property
    def _registry(self) -> Registry[Any]:
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

        found: Registry[Any] = Registry().with_resource(_NAME, DRAFT202012.create_resource(self.schema))
        return found

    @cached_property
    def _validator(self) -> Draft202012Validator:
        from jsonschema import Draft202012Validator

        return Draft202012Validator(True, registry=self._registry)

    def _absolute(self, value: object) -> Any:
        if isinstance(value, dict):
            return dict(self._members(value))
        return [self._absolute(one) for one in value] if isinstance(value, list) else value

    def _members(self, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, value in schema.items():
            if key in _REFERENCES and isinstance(value, str):
                yield key, self._reference(value)
            elif key in _VALUES:
                yield key, value
            # A name of its own would be what references are relative to.
            elif key != "$id" or not isinstance(value, str):
                yield key, self._absolute(value)

    def _reference(self, reference: str) -> str:
        name, _, fragment = reference.partition("#")
        return f"{_NAME}#{fragment}" if name in ("", self._name) else reference
