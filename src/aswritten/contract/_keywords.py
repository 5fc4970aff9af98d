"""The validator of JSON Schema 2020-12 that has the say in the contract, and explains; with one keyword made quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema.protocols import Validator

#: Keywords by which a schema takes over the fields of another one.
IN_PLACE = {"$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties"}


def _unevaluated(validator: Any, closed: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """`unevaluatedProperties: false` where the schema itself names all its fields: what it does not name is unknown."""
    if closed is not False or IN_PLACE & schema.keys() or "additionalProperties" in schema:
        yield from Draft202012Validator.VALIDATORS["unevaluatedProperties"](validator, closed, instance, schema)
    elif isinstance(instance, dict) and not instance.keys() <= schema.get("properties", {}).keys():
        yield ValidationError("fields that the schema does not name")


_Quick = validators.extend(Draft202012Validator, {"unevaluatedProperties": _unevaluated})  # type: ignore[no-untyped-call]


def make_validator(schema: dict[str, Any]) -> Validator:
    """A validator of a schema that refers to nothing outside of it."""
    return cast("Validator", _Quick(schema))
