"""The validators that the contract uses, both of JSON Schema 2020-12.

`jsonschema` has the say, and explains; here with one keyword made quick. `jsonschema-rs` takes a hundredth of the time, and says
only whether all is well: what it does not let pass, the other one judges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator, ValidationError, validators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def make_quick_check(schema: dict[str, Any]) -> Callable[[object], bool]:
    """Whether a body surely keeps a schema that refers to nothing outside of it; False where that takes a closer look."""
    from jsonschema_rs import Draft202012Validator as Compiled

    is_valid = Compiled(schema).is_valid

    def keeps(body: object) -> bool:
        try:
            return is_valid(body)
        except (ValueError, TypeError):  # what JSON has no word for in Rust: halves of surrogate pairs, great depth
            return False

    return keeps
