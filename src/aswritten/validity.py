"""Whether a value keeps a JSON Schema, said quickly.

`jsonschema` has the say, and explains; `jsonschema-rs` takes a hundredth of the time, and to import as well, and says only whether
all is well: what it does not let pass, the other one judges.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from aswritten.data import data_dir

if TYPE_CHECKING:
    from collections.abc import Callable

#: Keywords that refer to other schemas.
_REFERENCES = ('"$ref"', '"$dynamicRef"')


def make_quick_check(schema: dict[str, Any]) -> Callable[[object], bool]:
    """Whether a value surely keeps a schema that refers to nothing outside of it; False where that takes a closer look."""
    from jsonschema_rs import Draft202012Validator as Compiled

    is_valid = Compiled(schema).is_valid

    def keeps(value: object) -> bool:
        try:
            return is_valid(value)
        except (ValueError, TypeError):  # what JSON has no word for in Rust: halves of surrogate pairs, great depth
            return False

    return keeps


def is_surely_schema(value: dict[str, Any]) -> bool:
    """Whether it is a JSON Schema of 2020-12; False where that takes a closer look, as at one that names a dialect."""
    from jsonschema_rs import meta

    try:
        return "$schema" not in value and meta.is_valid(value)
    except (ValueError, TypeError):
        return False


def surely_keeps(value: object, schema: dict[str, Any]) -> bool:
    """Whether a value keeps a schema that others wrote; False where that takes a closer look, as at one with references.

    Those are left to who follows none of them to another host.
    """
    if not is_surely_schema(schema) or any(word in json.dumps(schema) for word in _REFERENCES):
        return False
    try:
        return make_quick_check(schema)(value)
    except ValueError:  # a pattern that is none
        return False


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """schemas/KIND.schema.json, parsed."""
    found: dict[str, Any] = json.loads((data_dir("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def quick_check_of(kind: str) -> Callable[[object], bool]:
    """`make_quick_check` of schemas/KIND.schema.json."""
    return make_quick_check(schema_of(kind))
