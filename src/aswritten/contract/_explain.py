"""What a schema's validator found, told as the most specific cause, in words."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aswritten.contract._problem import Path, either, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import ValidationError

#: Keywords that judge the value as a whole: where one of them fails, the value is of another kind.
KIND_KEYWORDS = {"type", "enum", "const"}
#: What a schema asks for, in words of its own: a keyword that judges nothing.
TOLD = "x-expected"
TYPES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "an array",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One place of one object that does not keep its schema."""

    path: Path
    expected: str
    """In words; for an unknown field the nearest known one, or empty."""
    got: str
    unknown: bool = False
    """Whether the field at the end of the path is one that the schema does not name."""


def violations(error: ValidationError) -> Iterator[Violation]:
    """All that one error of the validator stands for."""
    path: Path = tuple(error.absolute_path)
    if error.validator in {"anyOf", "oneOf"}:
        yield from _of_branches(error, path)
    elif error.validator == "unevaluatedProperties":
        yield from _unknown_fields(error, path)
    elif error.validator == "required":
        yield from _missing_fields(error, path)
    else:
        told = _dict(error.schema).get(TOLD)
        yield Violation(path, told or either(_expected(error)), show(error.instance))


def _of_branches(error: ValidationError, path: Path) -> Iterator[Violation]:
    """What is wrong in the branch that was meant; where none was, all that would have been right."""
    branches: dict[str | int, list[ValidationError]] = {}
    for cause in error.context or ():
        branches.setdefault(cause.relative_schema_path[0], []).append(cause)
    for causes in branches.values():
        if not any(_is_of_another_kind(cause) for cause in causes):
            for cause in causes:
                yield from violations(cause)
            return
    yield Violation(path, either(_expected(error)), show(error.instance))


def _is_of_another_kind(error: ValidationError) -> bool:
    if error.relative_path:
        return False
    if error.validator in {"anyOf", "oneOf"}:
        return all(_is_of_another_kind(cause) for cause in error.context or ())
    return error.validator in KIND_KEYWORDS


def _unknown_fields(error: ValidationError, path: Path) -> Iterator[Violation]:
    # Every closed schema of ours names its fields itself (tests/contract/test_schemas.py holds that), so that the
    # fields it does not name are those that were not evaluated.
    known = list(_dict(_dict(error.schema).get("properties")))
    instance = _dict(error.instance)
    for name, value in instance.items():
        if name not in known:
            near = difflib.get_close_matches(str(name), [other for other in known if other not in instance], 1)
            yield Violation((*path, str(name)), near[0] if near else "", show(value), unknown=True)


def _missing_fields(error: ValidationError, path: Path) -> Iterator[Violation]:
    # The validator gives one error a field, and says which only in its message: the field is the one that both the
    # list and the message name.
    properties = _dict(_dict(error.schema).get("properties"))
    assert isinstance(error.validator_value, list)
    for name in error.validator_value:
        if name not in _dict(error.instance) and error.message.startswith(repr(name)):
            yield Violation((*path, name), either(describe(properties.get(name, True))), "nothing")


def _expected(error: ValidationError) -> list[str]:
    """Ways in which the value would have been right."""
    if error.validator in LIMITS:
        return [LIMITS[str(error.validator)](error.validator_value)]
    if error.validator in {"anyOf", "oneOf"}:
        return [words for cause in error.context or () for words in _expected(cause)]
    return describe({str(error.validator): error.validator_value})


LIMITS: dict[str, Callable[[Any], str]] = {
    "minimum": lambda limit: f"at least {limit}",
    "maximum": lambda limit: f"at most {limit}",
    "minLength": lambda limit: f"at least {_many(limit, 'character')}",
    "maxLength": lambda limit: f"at most {_many(limit, 'character')}",
    "minItems": lambda limit: f"at least {_many(limit, 'item')}",
    "maxItems": lambda limit: f"at most {_many(limit, 'item')}",
    "minProperties": lambda limit: f"at least {_many(limit, 'field')}",
    "maxProperties": lambda limit: f"at most {_many(limit, 'field')}",
    "pattern": lambda pattern: f"text of the form {pattern}",
}


def describe(schema: object) -> list[str]:
    """What a schema asks for: ``a string``, ``null``; joined by "or"."""
    parts = _dict(schema)
    if "const" in parts:
        return [show(parts["const"])]
    if "enum" in parts:
        return [show(value) for value in parts["enum"]]
    if "anyOf" in parts or "oneOf" in parts:
        return [words for branch in parts.get("anyOf") or parts["oneOf"] for words in describe(branch)]
    if "type" in parts:
        kinds = parts["type"] if isinstance(parts["type"], list) else [parts["type"]]
        return [TYPES[kind] for kind in kinds]
    return ["a value"]


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _dict(value: object) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}
