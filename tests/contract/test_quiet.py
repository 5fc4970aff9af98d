"""That the usual chunk is told quickly makes no difference: the same is said of any stream where every chunk goes to the rules."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.contract import check_stream, load_profile
from aswritten.contract._facts import Choice, Facts, asked_by
from aswritten.contract._quiet import take_if_quiet

if TYPE_CHECKING:
    from aswritten.contract import Problem

REQUEST = {
    "model": "m",
    "messages": [],
    "stream": True,
    "n": 2,
    "tools": [{"type": "function", "function": {"name": "now", "parameters": {"required": ["zone"]}}}],
}
BASE = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "fp"}
START: dict[str, Any] = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "now", "arguments": ""}}


def chunk(*entries: dict[str, Any]) -> dict[str, Any]:
    return {**BASE, "choices": list(entries)}


def entry(index: int = 0, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": finish, "logprobs": None}


def part(text: str) -> dict[str, Any]:
    return {"index": 0, "function": {"arguments": text}}


STREAM = [
    chunk(entry(role="assistant", content=""), entry(1, role="assistant", content="")),
    chunk(entry(content="One")),
    chunk(entry(content=" two")),
    chunk(entry(1, content="Un"), entry(content=" three")),
    chunk(entry(1, tool_calls=[START])),
    chunk(entry(1, tool_calls=[part('{"zone": ')])),
    chunk(entry(1, tool_calls=[part('"UTC"}')])),
    chunk(entry(content=None), entry(1, content=None, refusal=None)),
    chunk(entry(finish="stop")),
    chunk(entry(1, finish="tool_calls")),
]
ODD: list[Any] = [None, "", "other", "é", "a\ufffd", "\ud83d", 0, 1, 7, True, 1.0]
ODD += [[], {}, [{}], {"index": 0}, [START], [part("x")], [None]]
ODD += ["assistant", "stop", "call_2", "custom", {"total_tokens": 3}, {"content": []}, {"message": "no"}]
FIELDS = "id created model system_fingerprint service_tier usage choices error moderation object index delta finish_reason logprobs"
FIELDS += " role content refusal tool_calls function type name arguments reasoning function_call"


def objects(value: Any) -> list[dict[str, Any]]:
    """Each object inside of a value, itself included."""
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in objects(inner))]
    return [found for inner in value for found in objects(inner)] if isinstance(value, list) else []


@st.composite
def streams(draw: st.DrawFn) -> list[Any]:
    """The stream with some of its chunks changed in one place, left out, told twice or put elsewhere."""
    chunks = copy.deepcopy(STREAM)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(chunks) - 1))
        what = draw(st.sampled_from(["set", "set", "set", "drop", "again", "leave", "move"]))
        if what in {"set", "drop"}:
            inside = objects(chunks[at])
            place = inside[draw(st.integers(0, len(inside) - 1))]
            field = draw(st.sampled_from(FIELDS.split()))
            if what == "set":
                place[field] = draw(st.sampled_from(ODD))
            else:
                place.pop(field, None)
        elif what == "again":
            chunks.insert(at, copy.deepcopy(chunks[at]))
        elif len(chunks) > 1:
            taken = chunks.pop(at)
            if what == "move":
                chunks.insert(draw(st.integers(0, len(chunks))), taken)
    return chunks


def said(chunks: list[Any], profile: str) -> tuple[Problem, ...]:
    body = "".join(f"data: {json.dumps(each)}\n\n" for each in chunks) + "data: [DONE]\n\n"
    return check_stream(body.encode(), load_profile(profile), REQUEST)


@settings(max_examples=150)
@given(streams(), st.sampled_from(["openai", "generic", "mistral"]))
def test_the_same_is_said_of_a_stream_whose_every_chunk_goes_to_the_rules(chunks: list[Any], profile: str) -> None:
    quick = said(chunks, profile)
    with mock.patch("aswritten.contract._stream.take_if_quiet", return_value=False):
        assert said(chunks, profile) == quick


def test_the_stream_that_is_changed_keeps_all_rules_and_has_usual_chunks() -> None:
    with mock.patch("aswritten.contract._stream.take_if_quiet", wraps=take_if_quiet) as asked:
        assert said(STREAM, "openai") == ()
    assert asked.call_count == len(STREAM)
    facts = Facts(asked_by(REQUEST))
    assert not take_if_quiet(facts, STREAM[0]), "the first one says much"
    for each in STREAM[0]["choices"]:
        facts.take_choice(facts.choices.setdefault(each["index"], Choice()), each, each["delta"])
    facts.take_chunk(STREAM[0])
    assert [take_if_quiet(facts, each) for each in STREAM[1:5]] == [True, True, True, False]
