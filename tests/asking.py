"""Requests as the samples of any page might send them, for tests by hypothesis; and what the generic recordings answer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from aswritten.model import Request
from aswritten.recordings import Miss, RecordedResponse, Recording, choose, derived, load_recordings

Body = dict[str, Any]

GENERIC = load_recordings([Path(__file__).parent.parent / "fixtures" / "generic"])
PLAIN: Body = {"model": "org/some-model", "messages": [{"role": "user", "content": "Hi"}]}


def request(body: object, path: str = "/v1/chat/completions", method: str = "POST") -> Request:
    data = b"" if body is None else json.dumps(body).encode()
    return Request(method, "https", "api.example.com", 443, path, (), data)


def found(
    asked: Request, recordings: tuple[Recording, ...] = GENERIC, *, thought_in: str = "", has_null: bool = False
) -> RecordedResponse | Miss:
    """What the door would serve, or why it would not."""
    chosen = choose(recordings, asked, exact=False)
    if isinstance(chosen, Miss) or chosen.answers != "derived":
        return chosen if isinstance(chosen, Miss) else chosen.responses[0]
    return derived(chosen, chosen.responses[0], asked, thought_in=thought_in, has_null=has_null)


def answered(
    body: object,
    path: str = "/v1/chat/completions",
    method: str = "POST",
    thought_in: str = "",
    *,
    has_null: bool = False,
) -> RecordedResponse:
    answer = found(request(body, path, method), thought_in=thought_in, has_null=has_null)
    assert isinstance(answer, RecordedResponse), answer.reason
    return answer


def as_recorded(wish: Body) -> Recording:
    """A recording of what is derived for the request of generic/completion with this wish beside it."""
    (one,) = (recording for recording in GENERIC if recording.name == "generic/completion")
    assert isinstance(one.body, dict)
    body = {**one.body, **wish}
    return replace(one, answers="alike", derives=(), body=body, responses=(answered(body),))


def content_type(answer: RecordedResponse) -> str:
    return dict(answer.headers)["content-type"]


_NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)
_TEXTS = st.text(max_size=20)
_SCALARS: st.SearchStrategy[Body] = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "description": "The city, e.g. San Francisco, CA"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": r"^\d{4}-\d{2}$"},
        {"type": "string", "minLength": 5, "maxLength": 9},
        {"type": "string", "enum": ["celsius", "fahrenheit"]},
        {"type": "integer", "minimum": 3, "maximum": 40, "multipleOf": 3},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "boolean"},
        {"const": "\u00e9\u2028"},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    ]
)


def _object(members: dict[str, Body], required: set[str]) -> Body:
    names = sorted(name for name in required if name in members)
    return {"type": "object", "properties": members, "required": names, "additionalProperties": False}


def _objects(inner: st.SearchStrategy[Body]) -> st.SearchStrategy[Body]:
    members = st.dictionaries(_NAMES, inner, max_size=4)
    return members.flatmap(
        lambda them: st.builds(_object, st.just(them), st.sets(st.sampled_from([*them, "none of them"])))
    )


_NESTED: st.SearchStrategy[Body] = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        _objects(inner), st.builds(lambda it, low: {"type": "array", "items": it, "minItems": low}, inner, st.integers(0, 3))
    ),
    max_leaves=5,
)  # fmt: skip
SCHEMAS = _objects(_NESTED)


def _tool(name: str, schema: Body, strict: bool | None) -> Body:
    return {"name": name, "parameters": schema, **({} if strict is None else {"strict": strict})}


FUNCTIONS = st.lists(
    st.builds(_tool, _NAMES, SCHEMAS, st.sampled_from([None, True, False])),
    min_size=1,
    max_size=3,
    unique_by=lambda tool: tool["name"],
)


@st.composite
def _tools(draw: st.DrawFn) -> Body:
    functions = draw(FUNCTIONS)
    named = {"type": "function", "function": {"name": functions[-1]["name"]}}
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [named]}}
    choice = draw(st.sampled_from([None, "auto", "required", "none", named, allowed]))
    parallel = draw(st.sampled_from([None, True, False]))
    return {
        "tools": [{"type": "function", "function": function} for function in functions],
        **({} if choice is None else {"tool_choice": choice}),
        **({} if parallel is None else {"parallel_tool_calls": parallel}),
    }


def _named(schema: Body) -> Body:
    return {"response_format": {"type": "json_schema", "json_schema": {"name": "it", "schema": schema, "strict": True}}}


_PARTS = [
    {"type": "text", "text": "What is in it?"},
    {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
]
#: What a request may ask for, each for itself.
_WISHES: list[st.SearchStrategy[Body]] = [
    st.integers(1, 5).map(lambda n: {"n": n}),
    st.sampled_from(["blue", ["\n", " air"], ["T"], None]).map(lambda stop: {"stop": stop}),
    st.integers(1, 40).map(lambda limit: {"max_tokens": limit}),
    st.integers(1, 40).map(lambda limit: {"max_completion_tokens": limit}),
    st.integers(0, 20).map(lambda top: {"logprobs": True, "top_logprobs": top}),
    st.just({"logprobs": True}),
    _tools(),
    FUNCTIONS.map(lambda them: {"functions": [_tool(it["name"], it["parameters"], None) for it in them]}),
    st.just({"response_format": {"type": "json_object"}}),
    st.just({"response_format": {"type": "text"}}),
    SCHEMAS.map(_named),
    st.just({"messages": [{"role": "user", "content": _PARTS}]}),
    _TEXTS.filter(bool).map(lambda text: {"messages": [{"role": "user", "content": text}]}),
    st.just({"web_search_options": {}}),
    st.just({"prediction": {"type": "content", "content": "blue"}}),
    st.sampled_from(["low", "high", None]).map(lambda effort: {"reasoning_effort": effort}),
    st.integers(0, 9).map(lambda seed: {"seed": seed, "temperature": 0.5, "user": "u", "metadata": {"a": "b"}}),
]
_STREAMS: list[Body] = [
    {},
    {"stream": False},
    {"stream": True},
    {"stream": True, "stream_options": {"include_usage": True}},
]
_SOUNDS: list[Body] = [
    {},
    {},
    {},
    {"modalities": ["text"]},
    {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}},
]


@st.composite
def chat_requests(draw: st.DrawFn) -> Body:
    """Bodies of chat completions that OpenAI's document allows."""
    body = dict(PLAIN)
    for wish in draw(st.lists(st.sampled_from(_WISHES), max_size=4, unique_by=id)):
        body |= draw(wish)
    body |= draw(st.sampled_from(_STREAMS))
    if "response_format" not in body:
        body |= draw(st.sampled_from(_SOUNDS))
    return body
