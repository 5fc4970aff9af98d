"""Quick checks say yes only where `jsonschema` does; in doubt they say no."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aswritten.validity import is_surely_schema, make_quick_check, surely_keeps

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def test_a_schema_is_known_for_one() -> None:
    assert is_surely_schema(CITY)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"type": "strin"}, id="no such type"),
        pytest.param({"required": "city"}, id="a text for a list"),
        pytest.param({"$schema": "https://example.com/dialect", "type": "object"}, id="another dialect"),
    ],
)
def test_what_is_no_schema_or_in_doubt_is_not(value: dict[str, Any]) -> None:
    assert not is_surely_schema(value)


def test_arguments_that_keep_a_schema_are_known() -> None:
    assert surely_keeps({"city": "Oslo"}, CITY)


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        pytest.param({"city": 7}, CITY, id="breaks it"),
        pytest.param({"city": "Oslo"}, {"$ref": "http://127.0.0.1:9/schema.json"}, id="refers to another host"),
        pytest.param({}, {"$dynamicRef": "#here"}, id="refers dynamically"),
        pytest.param("x", {"type": "string", "pattern": "("}, id="a pattern that is none"),
        pytest.param({}, {"type": "strin"}, id="no schema"),
    ],
)
def test_what_breaks_a_schema_or_is_in_doubt_is_not(value: object, schema: dict[str, Any]) -> None:
    assert not surely_keeps(value, schema)


@pytest.mark.parametrize("value", [{"city": "Oslo"}, {"city": 1}, {}, [], None, {"city": "Oslo", "more": 1.0}])
def test_a_quick_check_says_what_jsonschema_says(value: object) -> None:
    assert make_quick_check(CITY)(value) == Draft202012Validator(CITY).is_valid(value)
