"""The schema files: valid, closed, tied to each other, kept by their own examples, and plain JSON Schema for any tool."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from aswritten.contract import bundle, load_profile, profile_names
from aswritten.contract._keywords import make_validator
from aswritten.contract._schemas import quick_check_of, schemas_of, validator_of
from aswritten.validity import make_quick_check

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"
FILES = sorted(SCHEMAS.glob("*/*.schema.json"))
NAMES = [str(path.relative_to(SCHEMAS)) for path in FILES]
LOADED: dict[str, Any] = {
    name: json.loads(path.read_text(encoding="utf-8")) for name, path in zip(NAMES, FILES, strict=True)
}
KINDS = ("request", "completion", "chunk", "error")


def registry() -> Registry[Any]:
    resources = [(schema["$id"], DRAFT202012.create_resource(schema)) for schema in LOADED.values()]
    return Registry().with_resources(resources)


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Each schema inside of a schema that names fields."""
    if isinstance(schema, dict):
        if "properties" in schema and "$schema" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_there_are_schemas_for_all_that_is_checked() -> None:
    assert {f"openai/{kind}.schema.json" for kind in KINDS} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_a_valid_schema_at_its_own_address(name: str) -> None:
    Draft202012Validator.check_schema(LOADED[name])
    assert LOADED[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert LOADED[name]["$id"] == f"https://aswritten.dev/schemas/{name}"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_has_examples_and_they_keep_it(name: str) -> None:
    schema = LOADED[name]
    assert schema["examples"]
    validator = Draft202012Validator(schema, registry=registry())
    for example in schema["examples"]:
        assert [error.message for error in validator.iter_errors(example)] == []


@pytest.mark.parametrize("name", NAMES)
def test_an_object_is_closed_by_itself_or_leaves_that_to_its_kinds(name: str) -> None:
    for schema in objects(LOADED[name]):
        if "unevaluatedProperties" in schema:
            assert schema["unevaluatedProperties"] is False
            assert not {"allOf", "anyOf", "oneOf", "if", "$ref", "patternProperties"} & schema.keys()
        else:
            branches = [branch["then"] for branch in schema["allOf"]]
            assert branches
            assert all(set(branch) == {"$ref"} for branch in branches)


@pytest.mark.parametrize("name", NAMES)
def test_an_object_without_closed_fields_says_why_it_is_open(name: str) -> None:
    def check(schema: object, notes: bool) -> None:
        if isinstance(schema, list):
            for value in schema:
                check(value, notes)
        if not isinstance(schema, dict):
            return
        noted = notes or "$comment" in schema
        if "object" in schema.get("type", ()) and not {"properties", "if"} & schema.keys():
            assert noted
        for key, value in schema.items():
            if key == "properties":
                for inner in value.values():
                    check(inner, noted)
            elif key not in {"examples", "enum", "const"}:
                check(value, noted)

    check(LOADED[name], False)


def test_a_field_that_is_not_known_is_seen_at_every_depth() -> None:
    completion = json.loads(json.dumps(LOADED["openai/completion.schema.json"]["examples"][0]))
    validator = Draft202012Validator(LOADED["openai/completion.schema.json"], registry=registry())
    for place in (
        completion,
        completion["choices"][0],
        completion["choices"][0]["message"],
        completion["usage"],
        completion["usage"]["prompt_tokens_details"],
    ):
        place["surprise"] = 1
        assert not validator.is_valid(completion)
        del place["surprise"]
    assert validator.is_valid(completion)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", profile_names())
def test_a_bundle_is_plain_json_schema_that_stands_alone(profile: str, kind: str) -> None:
    whole = json.loads(json.dumps(bundle(load_profile(profile), kind)))
    Draft202012Validator.check_schema(whole)
    validator = Draft202012Validator(whole)
    for example in examples(profile, kind):
        assert [error.message for error in validator.iter_errors(example)] == []


def examples(profile: str, kind: str) -> list[Any]:
    """Bodies that keep the schema: those of the base, or of the profile's file that stands in for it."""
    schema: dict[str, Any] = schemas_of(load_profile(profile))[kind]
    return list(schema["examples"])


def variants(value: Any) -> Iterator[Any]:
    """The value with one thing changed: each field left out, made null, made a number, and a field added to each object."""
    if isinstance(value, dict):
        yield {**value, "surprise": 1}
        for key, inner in value.items():
            yield {name: kept for name, kept in value.items() if name != key}
            others: tuple[Any, ...] = (None, 7, "other", {}, [])
            for other in others:
                yield {**value, key: other}
            for changed in variants(inner):
                yield {**value, key: changed}
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            for changed in variants(inner):
                yield [*value[:position], changed, *value[position + 1 :]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", profile_names())
def test_the_quick_validator_says_the_same_as_plain_json_schema(profile: str, kind: str) -> None:
    plain = Draft202012Validator(bundle(load_profile(profile), kind))
    quick = validator_of(load_profile(profile), kind)
    bodies = [body for example in examples(profile, kind) for body in variants(example)]
    step = max(len(bodies) // 25, 1)
    verdicts = [(quick.is_valid(body), plain.is_valid(body)) for body in bodies[::step]]
    assert all(one == other for one, other in verdicts)
    assert False in {one for one, _ in verdicts}
    assert all(quick.is_valid(example) for example in examples(profile, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", profile_names())
def test_the_compiled_validator_says_the_same_as_the_one_that_explains(profile: str, kind: str) -> None:
    """Over each body of the other tests as well: conftest.py compares the two whenever one of them judges."""
    compiled = quick_check_of(load_profile(profile), kind)
    explains = validator_of(load_profile(profile), kind)
    bodies = [body for example in examples(profile, kind) for body in variants(example)]
    step = max(len(bodies) // 60, 1)
    for body in (*examples(profile, kind), *bodies[step // 2 :: step]):
        assert compiled(body) == explains.is_valid(body), body


@pytest.mark.parametrize(
    ("schema", "body", "keeps"),
    [
        ({"type": "integer"}, 10**400, True),
        ({"type": "integer"}, 1.0, True),
        ({"type": "integer"}, True, False),
        ({"type": "string", "maxLength": 3}, "\U0001f600" * 3, True),
        ({"type": "string", "minLength": 2}, "\ud83d\ude00"[:1], False),
        ({"type": "string", "pattern": "^[a-z]+$"}, "a", True),
        ({"type": "number"}, float("nan"), True),
        ({"const": 1}, True, False),
        ({"enum": [0, None]}, False, False),
        ({"const": 1}, 1.0, True),
        ({"type": "array", "uniqueItems": True}, [1, True], True),
        ({"type": "object", "properties": {"a": {"type": "object"}}}, {"a": {"\ud83d": 1}}, True),
    ],
)
def test_what_the_two_validators_could_see_differently(schema: Any, body: Any, keeps: bool) -> None:
    """The compiled one may be at a loss, and leave the judging to the other; it never lets pass what that one does not."""
    assert make_validator(schema).is_valid(body) == keeps
    assert keeps or not make_quick_check(schema)(body)


def test_a_body_of_great_depth_is_not_let_pass_unseen() -> None:
    body: dict[str, Any] = {"a": 7}
    for _ in range(3000):
        body = {"a": body}
    assert make_quick_check({"type": "object"})(body) in {True, False}


@pytest.mark.parametrize("profile", profile_names())
def test_every_file_of_a_profile_is_used_by_it(profile: str) -> None:
    """A file that stands in for one of the base is named by a deviation; any other is referred to."""
    own = {path.name.removesuffix(".schema.json") for path in (SCHEMAS / profile).glob("*.schema.json")}
    if profile == "openai":
        return
    base = {path.name.removesuffix(".schema.json") for path in (SCHEMAS / "openai").glob("*.schema.json")}
    loaded = load_profile(profile)
    replaced = {name for deviation in loaded.deviations for name in deviation.replaces}
    assert own & base <= replaced
    text = "".join(json.dumps(schema) for schema in schemas_of(loaded).values())
    assert all(f'"{name}.schema.json"' in text for name in own - base)
