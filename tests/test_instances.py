"""A value for a schema: what it looks like, and that it keeps whatever schema can be kept."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aswritten.instances import Unsatisfiable, instance

Schema = dict[str, Any]

WEATHER: Schema = {
    "type": "object",
    "properties": {
        "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
        "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
    },
    "required": ["location"],
}
NODE: Schema = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/$defs/Node"}}},
            "required": ["name", "kids"],
            "additionalProperties": False,
        }
    },
    "$ref": "#/$defs/Node",
}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (WEATHER, {"location": "San Francisco, CA", "unit": "celsius"}),
        (NODE, {"name": "text", "kids": [{"name": "text", "kids": []}]}),
        (True, "text"),
        ({}, "text"),
        ({"type": "string", "minLength": 6}, "textte"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "string", "format": "date-time"}, "2025-01-31T12:00:00Z"),
        ({"type": "string", "pattern": r"^[A-Z]{3}-\d{4}$"}, "AAA-0000"),
        ({"type": "string", "pattern": "^(?:red|green)$"}, "red"),
        ({"type": "string", "pattern": r"^([a-c])\1[^a-z]?$"}, "aaA"),
        ({"type": "string", "description": "Any expression, for example '2 + 2'"}, "2 + 2"),
        ({"type": "string", "examples": ["ab"], "minLength": 2}, "ab"),
        ({"type": "string", "default": "m"}, "m"),
        ({"const": None}, None),
        ({"enum": [3, 4], "minimum": 4}, 4),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "integer", "minimum": 5, "exclusiveMaximum": 7}, 5),
        ({"type": "integer", "exclusiveMinimum": 5}, 6),
        ({"type": "integer", "multipleOf": 7, "minimum": 15}, 21),
        ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}, 0.25),
        ({"type": "number", "maximum": -2.5}, -3),
        ({"type": "boolean"}, True),
        ({"type": "array", "items": {"type": "integer"}}, [1]),
        ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
        ({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "prefixItems": [{"type": "integer"}, {"type": "null"}], "items": False}, [1, None]),
        ({"type": "array", "contains": {"const": 4}, "minContains": 2}, [4, 4]),
        ({"type": "object", "required": ["a"]}, {"a": "text"}),
        ({"type": "object", "minProperties": 2, "additionalProperties": {"const": 0}}, {"text": 0, "text 2": 0}),
        ({"patternProperties": {"^x-": {"const": 0}}, "minProperties": 1, "additionalProperties": False}, {"x-": 0}),
        ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        ({"oneOf": [{"type": "integer"}, {"minimum": 0}], "exclusiveMaximum": 1}, -1),
        ({"allOf": [{"minimum": 3}, {"maximum": 3}], "type": "integer"}, 3),
        ({"type": "integer", "not": {"enum": [0, 1]}}, 2),
        (
            {"type": "object", "maxProperties": 1, "properties": {"a": True, "b": True}, "required": ["b"]},
            {"b": "text"},
        ),
        ({"$ref": "#/definitions/a", "definitions": {"a": {"$anchor": "here", "type": "null"}}}, None),
        ({"$id": "https://a.example/s", "$defs": {"a": {"const": 1}}, "$ref": "https://a.example/s#/$defs/a"}, 1),
        (
            {
                "type": "object",
                "properties": {"kind": {"enum": ["a", "b"]}, "size": {"type": "integer"}},
                "required": ["kind", "size"],
                "if": {"properties": {"kind": {"const": "a"}}},
                "then": {"properties": {"size": {"minimum": 9}}},
            },
            {"kind": "a", "size": 9},
        ),
        (
            {"anyOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"required": ["b"]}], "type": "object"},
            {"a": 1},
        ),
    ],
    ids=repr,
)
def test_the_value_of_a_schema(schema: object, value: object) -> None:
    assert instance(schema) == value
    Draft202012Validator(schema).validate(value)  # type: ignore[arg-type]


def test_members_have_the_texts_that_are_known_by_their_names() -> None:
    schema = {"properties": {"city": {}, "startDate": {}, "end_date": {}, "update": {}, "city_code": {"maxLength": 2}}}
    assert instance(schema, {"city": "Lisbon", "date": "2025-01-31"}) == {
        "city": "Lisbon",
        "startDate": "2025-01-31",
        "end_date": "2025-01-31",
        "update": "text",
        "city_code": "te",
    }


def test_a_text_that_the_schema_forbids_is_not_taken() -> None:
    assert instance({"properties": {"city": {"type": "string", "maxLength": 3}}}, {"city": "Lisbon"}) == {"city": "Lis"}


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (False, "allows no value that could be found"),
        ({"type": "integer", "minimum": 3, "maximum": 2}, "allows no value that could be found"),
        ({"type": "object", "required": ["a"], "additionalProperties": False}, "allows no value that could be found"),
        ({"$ref": "#"}, "allows no value that could be found"),
        ({"properties": {"a": {"$ref": "#"}}, "required": ["a"], "type": "object"}, "allows no value"),
        ({"$ref": "https://a.example/schema"}, "refers to 'https://a.example/schema', which it does not hold"),
        ({"$ref": "#/$defs/Missing"}, "refers to '#/$defs/Missing', which it does not hold"),
        ({"type": "string", "minLength": 10**8}, "allows no value that could be found"),
        ({"type": "array", "minItems": 10**8}, "allows no value that could be found"),
        ({"type": "string", "pattern": "a{100000}"}, "allows no value that could be found"),
    ],
    ids=repr,
)
def test_why_there_is_no_value(schema: object, why: str) -> None:
    with pytest.raises(Unsatisfiable, match=why.replace("$", r"\$")):
        instance(schema)


def test_a_schema_that_is_none_is_read_as_far_as_it_goes() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "dict"}, "b": {"type": "integer", "required": True}}}
    assert instance(schema) == {"a": "text", "b": 1}


def test_a_schema_that_grows_without_end_is_given_up_soon() -> None:
    deep: Schema = {"type": "string"}
    for _ in range(400):
        deep = {"type": "object", "properties": {"a": deep}, "required": ["a"]}
    wide = {"allOf": [{"anyOf": [{"minimum": low}, {"maximum": -low}]} for low in range(1, 60)], "not": {}}
    start = time.process_time()
    for schema in (deep, wide):
        with pytest.raises(Unsatisfiable):
            instance(schema)
    assert time.process_time() - start < 20  # it takes about a second


def _bounded(low: str, high: str, most: int) -> st.SearchStrategy[Schema]:
    """Either bound, or both, or none, with something between them."""
    pairs = st.tuples(st.integers(0, most), st.integers(0, most)).map(sorted)
    return st.tuples(pairs, st.sets(st.sampled_from((low, high)))).map(
        lambda drawn: {key: value for key, value in zip((low, high), drawn[0], strict=True) if key in drawn[1]}
    )


SCALARS = st.one_of(
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {}, {"type": ["string", "null"]}]),
    st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)), min_size=1, max_size=4).map(
        lambda values: {"enum": values}
    ),
    _bounded("minLength", "maxLength", 40).map(lambda bounds: {"type": "string", **bounds}),
    _bounded("minimum", "maximum", 1000).map(lambda bounds: {"type": "integer", **bounds}),
    _bounded("minimum", "maximum", 1000).map(lambda bounds: {"type": "number", **bounds}),
    st.sampled_from(["^a+$", "^[^x]{2,3}$", "b|c", r"^\w+\s?\d$", "^(?:x|y){2}z*$", "^.{3}$"]).map(
        lambda pattern: {"type": "string", "pattern": pattern}
    ),
    st.sampled_from(["date", "email", "uuid"]).map(lambda name: {"type": "string", "format": name}),
)


@st.composite
def kept_schemas(draw: st.DrawFn, depth: int = 3) -> Schema:
    """Schemas that can be kept, by the way in which they are made."""
    kinds = ["scalar"] * 3 + ["object", "array", "anyOf", "allOf", "$ref"] * bool(depth)
    inner = kept_schemas(depth - 1)
    kind = draw(st.sampled_from(kinds))
    if kind == "object":
        members = draw(st.dictionaries(st.text(max_size=6), inner, max_size=4))
        closed = draw(st.sampled_from([{}, {"additionalProperties": False}, {"unevaluatedProperties": False}]))
        required = [name for name in members if draw(st.booleans())]
        return {"type": "object", "properties": members, "required": required, **closed}
    if kind == "array":
        return {"type": "array", "items": draw(inner), **draw(_bounded("minItems", "maxItems", 4))}
    if kind == "anyOf":
        return {"anyOf": [draw(inner), *draw(st.lists(st.sampled_from([{"type": "null"}, False])))]}
    if kind == "allOf":
        return {"allOf": [draw(inner), {}]}
    if kind == "$ref":
        return {"$ref": "#here", "$defs": {"it": {"$anchor": "here", **draw(SCALARS)}}}
    return draw(SCALARS)


@given(kept_schemas())
def test_a_schema_that_can_be_kept_is_kept(schema: Schema) -> None:
    assume(str(schema).count("#here") < 2)  # an anchor stands once in a schema
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(instance(schema))


KEYWORDS = [
    "type",
    "properties",
    "required",
    "items",
    "minItems",
    "anyOf",
    "allOf",
    "$ref",
    "$defs",
    "enum",
    "const",
    "pattern",
    "minimum",
    "multipleOf",
    "propertyNames",
    "if",
    "then",
    "format",
    "default",
    "description",
    "uniqueItems",
]


@st.composite
def anything(draw: st.DrawFn, depth: int = 3) -> object:
    """JSON, its objects with keywords as their names."""
    kind = draw(st.sampled_from(["scalar", "scalar", *["object", "array"] * bool(depth)]))
    if kind == "object":
        return draw(st.dictionaries(st.sampled_from(KEYWORDS), anything(depth - 1), max_size=4))
    if kind == "array":
        return draw(st.lists(anything(depth - 1), max_size=3))
    words = st.sampled_from(["object", "array", "string", "#", "#/$defs/a", "[a-z"])
    return draw(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words))


@given(anything())
def test_whatever_stands_for_a_schema_ends_in_a_value_or_in_a_reason(schema: object) -> None:
    try:
        value = instance(schema)
    except Unsatisfiable:
        return
    if _is_schema(schema):
        assert Draft202012Validator(schema).is_valid(value)  # type: ignore[arg-type]


def _is_schema(schema: object) -> bool:
    return not list(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))
