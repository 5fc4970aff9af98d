"""What holds of any two recordings: of the same shape they are silent, and what came in one direction goes in the other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aswritten.drift import compare
from aswritten.recordings import Read, RecordedResponse, Recording, Source
from drift.changing import DONE, each, events, fixture, objects, with_objects

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
#: The form of a value: the name of a type, a list of one form, or an object of some.
FORM = st.recursive(
    st.sampled_from(["text", "number", "truth", "nothing"]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=1)
        | st.dictionaries(st.sampled_from(["a", "b", "type", "an odd name", "content"]), inner, max_size=3)
    ),
    max_leaves=6,
)
OBJECTS = ["novita/completion", "generic/tools", "novita/stream-usage", "generic/tools-stream", "novita/error-401"]


def value_of(form: Any, draw: random.Random) -> Any:
    """A value of this form; lists have no, one or a few items."""
    if isinstance(form, dict):
        items = list(form.items())
        draw.shuffle(items)
        return {name: value_of(inner, draw) for name, inner in items}
    if isinstance(form, list):
        return [value_of(form[0], draw) for _ in range(draw.randrange(4))]
    if form == "number":
        return draw.choice([0, 1.0, -7, 0.25, 1e300])
    return {"text": draw.choice(["", "word", "\n"]), "truth": draw.random() < 0.5}.get(form)


def recording(body: bytes, *, stream: bool = False, status: int = 200) -> Recording:
    kind = "text/event-stream" if stream else "application/json"
    response = RecordedResponse(status, (("content-type", kind),), (Read(0.1, body),))
    source = Source("composed", why="a test")
    url = "https://api.example.com/v1/chat/completions"
    return Recording("one", Path("one.yaml"), source, "alike", "POST", url, (), None, (response,))


def completion(form: Any, draw: random.Random) -> Recording:
    """One with a field of this form at the top and one in its message."""
    message = {"role": "assistant", "content": draw.choice(["", "Hi"]), "own": value_of(form, draw)}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    value = {"id": str(draw.random()), "object": "chat.completion", "created": draw.randrange(9), "choices": [choice]}
    return recording(json.dumps(value | {"own": value_of(form, draw)}, indent=draw.choice([None, 2])).encode())


def stream(form: Any, draw: random.Random) -> Recording:
    """One of a role, some content, a finish and a usage, with a field of this form in each chunk, choice and delta with content."""
    said = [{"content": draw.choice(["a", "b"]), "own": value_of(form, draw)} for _ in range(draw.randrange(2, 6))]
    deltas: list[tuple[dict[str, Any], str | None]] = [({"role": "assistant"}, None)]
    deltas += [(delta, None) for delta in said]
    choices = [
        [{"index": 0, "delta": delta, "finish_reason": finish, "own": value_of(form, draw)}]
        for delta, finish in (*deltas, ({}, "stop"))
    ]
    head = {"id": str(draw.random()), "object": "chat.completion.chunk", "created": draw.randrange(9)}
    chunks = [head | {"choices": entries, "own": value_of(form, draw)} for entries in choices]
    usage = {"prompt_tokens": 1, "completion_tokens": draw.randrange(9), "total_tokens": 10}
    end = head | {"choices": [], "usage": usage, "own": value_of(form, draw)}
    return recording(events(*chunks, end, DONE).encode(), stream=True)


@given(FORM, st.sampled_from([completion, stream]), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_two_recordings_of_the_same_shape_are_silent(form: Any, make: Any, draw: random.Random) -> None:
    assert compare(make(form, draw), make(form, draw)) == ()


@given(JSON, st.sampled_from([200, 500]))
@settings(deadline=None)
def test_any_json_is_the_same_as_itself(value: Any, status: int) -> None:
    one = recording(json.dumps(value).encode(), status=status)
    assert compare(one, one) == ()
    other = recording(events(value, value, DONE).encode(), stream=True)
    assert compare(other, other) == ()


@given(JSON, JSON, st.booleans())
@settings(deadline=None)
def test_any_two_answers_can_be_compared(old: Any, new: Any, is_stream: bool) -> None:
    def made(value: Any) -> Recording:
        chunk = {"choices": [{"index": value, "delta": value, "finish_reason": value}], "usage": value, "error": value}
        body = events(value, chunk, DONE) if is_stream else json.dumps({"choices": value, "error": value})
        return recording(body.encode(), stream=is_stream)

    for one in compare(made(old), made(new)):
        assert one.where
        assert one.message.startswith(one.where)
        assert one.message.isprintable()


@given(st.binary(max_size=80), st.binary(max_size=80), st.booleans())
@settings(deadline=None)
def test_any_two_bodies_can_be_compared(old: bytes, new: bytes, is_stream: bool) -> None:
    assume(not old.startswith(b"\x1f\x8b") and not new.startswith(b"\x1f\x8b"))
    one, other = recording(old, stream=is_stream), recording(new, stream=is_stream)
    compare(one, other)
    assert compare(one, one) == ()


def places(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, object) of each object in a value, items of arrays merged."""
    if isinstance(value, dict):
        yield path, value
        for name, inner in value.items():
            yield from places(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from places(item, f"{path}[]")


def with_field(one: Recording, path: str, value: Any) -> Recording:
    """The recording with one more field in each object at the path."""

    def add(whole: Any) -> None:
        for place, inner in list(places(whole)):
            if place == path:
                inner["came"] = value

    return each(one, add)


@given(st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.data_too_large])
def test_a_field_that_came_is_additive_and_breaking_when_it_goes_again(data: st.DataObject) -> None:
    old = fixture(data.draw(st.sampled_from(OBJECTS)))
    paths = {path for whole in objects(old) if whole != DONE for path, _ in places(whole)}
    path = data.draw(st.sampled_from(sorted(paths - {".metadata"})))  # the keys of a map are values
    new = with_field(old, path, data.draw(JSON))
    root = "chunk" if old.responses[0].is_stream else "error" if old.responses[0].status >= 400 else "completion"
    where = f"{root}{path}.came"
    assert [(one.severity, one.what, one.where) for one in compare(old, new)] == [("additive", "field-new", where)]
    assert [(one.severity, one.what, one.where) for one in compare(new, old)] == [("breaking", "field-gone", where)]


@pytest.mark.parametrize("name", OBJECTS)
def test_the_order_of_keys_and_the_cut_of_reads_never_matter(name: str) -> None:
    old = fixture(name)
    turned = json.loads(json.dumps(objects(old)), object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    new = with_objects(old, turned)
    body = new.responses[0].body
    for size in (1, 3, len(body)):
        reads = tuple(Read(at / 100, body[at : at + size]) for at in range(0, len(body), size))
        assert compare(old, replace(new, responses=(replace(new.responses[0], reads=reads),))) == ()
