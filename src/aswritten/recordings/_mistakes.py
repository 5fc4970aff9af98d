"""What is wrong with a YAML file of ours, in words: where, what was expected, what came."""

from __future__ import annotations

import difflib
import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from aswritten.validity import quick_check_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator

    from aswritten.recordings._yaml import Place

_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
}
_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} entry",
    "minLength": "at least {} character",
    "minProperties": "at least {} entry",
}


def first_mistake(value: object, lines: dict[Place, int], kind: str) -> tuple[int, str] | None:
    """Line and message of the first mistake by schemas/KIND.schema.json; None where there is none."""
    if quick_check_of(kind)(value):
        return None
    found = sorted(_in_words(error, lines) for error in _validator(kind).iter_errors(cast("Any", value)))
    if not found:
        return None
    line, message = found[0]
    return line, message + (f" (and {len(found) - 1} more)" if len(found) > 1 else "")


@cache
def _validator(kind: str) -> Validator:
    import jsonschema  # here, because not every command loads a fixture and the import takes its time

    return jsonschema.Draft202012Validator(schema_of(kind))


def _in_words(error: ValidationError, lines: dict[Place, int]) -> tuple[int, str]:
    place: Place = tuple(error.absolute_path)
    # A key that is wrong has a line of its own; all else is at the line of the value.
    key = _wrong_key(error)
    line = lines.get(place if key is None else (*place, key), 1)
    return line, f"{_where(place)}: {_message(error)}"


def _wrong_key(error: ValidationError) -> str | None:
    if error.validator == "additionalProperties":
        return next(key for key in _object(error) if key not in _schema(error)["properties"])
    if "propertyNames" in error.absolute_schema_path:
        return str(error.instance)
    return None


def _message(error: ValidationError) -> str:
    rule, wanted = str(error.validator), cast("Any", error.validator_value)
    key = _wrong_key(error)
    if rule == "required":
        missing = next(name for name in wanted if name not in _object(error))
        return f"expected the key {missing!r}, got {_keys(_object(error))}"
    if rule == "additionalProperties":
        known = list(_schema(error)["properties"])
        near = difflib.get_close_matches(str(key), known, 1)
        return f"unknown key {key!r}, expected {_keys(known)}" + (f". Perhaps {near[0]!r}?" if near else "")
    if rule == "oneOf":
        return f"expected one of 'data' and 'base64', got {_keys(_object(error))}"
    return f"expected {_expected(error, rule, wanted)}, got {_short(error.instance)}"


def _expected(error: ValidationError, rule: str, wanted: Any) -> str:
    if rule == "type":
        return _TYPES[wanted]
    if rule == "enum":
        return " or ".join(_short(item) for item in wanted)
    if rule == "const":
        return _short(wanted)
    if rule == "pattern":
        return str(_schema(error)["description"])
    return _BOUNDS[rule].format(wanted)


def _object(error: ValidationError) -> dict[str, object]:
    assert isinstance(error.instance, dict), "the keyword applies to mappings alone"
    return error.instance


def _schema(error: ValidationError) -> dict[str, Any]:
    return cast("dict[str, Any]", error.schema)


def _where(place: Place) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".") or "the file"


def _keys(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in names) or "no key"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
