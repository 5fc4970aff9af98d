"""What an API may change in streams, and what has to be told of each."""

from __future__ import annotations

import json
from typing import Any

from drift.changing import (
    DONE,
    OPENAI_STREAM,
    OPENAI_TOOL_STREAM,
    OPENAI_USAGE,
    STREAM,
    USAGE,
    changed,
    each,
    each_choice,
    fixture,
    objects,
    put,
    take,
    thinking,
    undone,
    with_body,
    with_delta,
    with_objects,
    without,
    without_thoughts,
)


def as_second_call(value: Any) -> Any:
    """A chunk of a stream with one tool call, as that of another call."""
    found = json.loads(json.dumps(value))
    for part in calls_of(found):
        part["index"] = 1
    return found


def without_ids(value: Any) -> Any:
    found = json.loads(json.dumps(value))
    for part in calls_of(found):
        part.pop("id", None)
    return found


def calls_of(value: Any) -> list[Any]:
    entries = [] if value == DONE else value["choices"]
    return [part for entry in entries for part in entry["delta"].get("tool_calls", [])]


def as_second_choice(value: Any) -> list[Any]:
    """A chunk of a stream with one choice, as that of another choice."""
    return [] if value == DONE else [{**value, "choices": [{**value["choices"][0], "index": 1}]}]


def is_end_of_second(value: Any) -> bool:
    return value != DONE and value["choices"][0]["index"] == 1 and value["choices"][0]["finish_reason"] is not None


# Their chunks

changed(
    "a field of all chunks is gone",
    STREAM,
    lambda one: each(one, take("created")),
    ("breaking", "field-gone", "chunk.created"),
)
changed(
    "a field of one kind of chunk is gone",
    OPENAI_STREAM,
    lambda one: each_choice(one, lambda choice: choice["delta"].pop("content", None)),
    ("breaking", "field-gone", "chunk.choices[].delta.content"),
)
changed(
    "a field of all chunks is only in some",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:3], *(without(value, "created") for value in objects(one)[3:])]),
    ("breaking", "field-in-part", "chunk.created"),
)
changed(
    "a field of all chunks has another type",
    STREAM,
    lambda one: each(one, put(id=7)),
    ("breaking", "type-changed", "chunk.id"),
)
changed(
    "a field of one chunk is null",
    STREAM,
    lambda one: with_objects(one, [{**objects(one)[0], "system_fingerprint": None}, *objects(one)[1:]]),
    ("breaking", "became-null", "chunk.system_fingerprint"),
)
changed(
    "the filter's word on one category is gone",
    STREAM,
    lambda one: each_choice(one, lambda choice: take("hate")(choice["content_filter_results"])),
    ("breaking", "field-gone", "chunk.choices[].content_filter_results.hate"),
)
changed(
    "the id of tool calls is gone, where they begin",
    OPENAI_TOOL_STREAM,
    lambda one: each_choice(
        one, lambda choice: [part.pop("id", None) for part in choice["delta"].get("tool_calls", [])]
    ),
    ("breaking", "field-gone", "chunk.choices[].delta.tool_calls[].id"),
)
changed(
    "the id of one tool call of two is gone",
    OPENAI_TOOL_STREAM,
    lambda one: with_objects(one, [*objects(one)[:1], *(without_ids(value) for value in objects(one)[1:])]),
    ("breaking", "field-in-part", "chunk.choices[].delta.tool_calls[].id"),
    given=lambda one: with_objects(one, [*objects(one)[:1], *map(as_second_call, objects(one))]),
)
changed(
    "the usage so far is in every chunk that had null",
    OPENAI_USAGE,
    lambda one: each(one, lambda value: value.update(usage=value["usage"] or objects(one)[-2]["usage"])),
    ("informational", "share-moved", "chunk.usage"),
)
changed(
    "a field of one kind of chunk is only in some of them",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:9], *(without(value, "extra") for value in objects(one)[9:])]),
    ("informational", "share-moved", "chunk.extra"),
    given=lambda one: with_objects(
        one, [*objects(one)[:1], *({**value, "extra": 1} for value in objects(one)[1:-1]), DONE]
    ),
)
changed(
    "the role is gone, from a chunk that does more",
    OPENAI_TOOL_STREAM,
    lambda one: each_choice(one, lambda choice: choice["delta"].pop("role", None)),
    ("breaking", "field-gone", "chunk.choices[].delta.role"),
)
changed(
    "a new field in all chunks",
    STREAM,
    lambda one: each(one, put(obfuscation="x")),
    ("additive", "field-new", "chunk.obfuscation"),
)
changed(
    "a new field in deltas of its own",
    STREAM,
    lambda one: with_objects(one, [objects(one)[0], with_delta(one, {"reasoning_content": "Hm."}), *objects(one)[1:]]),
    ("additive", "field-new", "chunk.choices[].delta.reasoning_content"),
)
changed(
    "the usage is null in all chunks but its own",
    USAGE,
    lambda one: each(one, lambda value: value.setdefault("usage", None)),
    ("breaking", "became-null", "chunk.usage"),
)
changed(
    "the role is in every chunk",
    STREAM,
    lambda one: each_choice(one, lambda choice: choice["delta"].update(role="assistant")),
    ("informational", "share-moved", "chunk.choices[].delta.role"),
)
changed(
    "no content on the finish chunk",
    STREAM,
    lambda one: each_choice(one, lambda choice: choice["delta"].clear() if choice["finish_reason"] else None),
    ("informational", "share-moved", "chunk.choices[].delta.content"),
)
changed(
    "tool calls in place of content",
    STREAM,
    lambda one: with_body(one, fixture("novita/tool-call-stream-1").responses[0].body),
    ("informational", "finish-reason", "chunk.choices[].finish_reason"),
    ("informational", "answered-otherwise", "chunk.choices[].delta.content"),
    ("informational", "answered-otherwise", "chunk.choices[].delta.tool_calls"),
)


# Their order

changed("no [DONE]", STREAM, lambda one: with_objects(one, objects(one)[:-1]), ("breaking", "done-gone", "stream"))
changed(
    "no chunk for the usage",
    USAGE,
    lambda one: with_objects(one, [value for value in objects(one) if value == DONE or value["choices"]]),
    ("breaking", "usage-chunk-gone", "chunk.usage"),
)
changed(
    "the usage stands on the last chunk with a choice",
    USAGE,
    lambda one: with_objects(
        one, [*objects(one)[:-3], {**objects(one)[-3], "usage": objects(one)[-2]["usage"]}, objects(one)[-1]]
    ),
    ("breaking", "usage-chunk-gone", "chunk.usage"),
)
changed(
    "the usage comes before the content",
    USAGE,
    lambda one: with_objects(one, [objects(one)[0], objects(one)[-2], *objects(one)[1:-2], objects(one)[-1]]),
    ("breaking", "order-changed", "stream"),
)
changed(
    "a chunk for the usage that nobody asked for",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:-1], {**objects(one)[0], "choices": [], "usage": {}}, DONE]),
    ("additive", "usage-chunk-new", "chunk.usage"),
    ("breaking", "choices-empty", "chunk.choices"),
)
changed(
    "the role comes last",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[1:5], objects(one)[0], *objects(one)[5:]]),
    ("breaking", "role-first-lost", "chunk.choices[].delta.role"),
)
undone(
    "[DONE], at last",
    STREAM,
    lambda one: with_objects(one, objects(one)[:-1]),
    ("additive", "done-new", "stream"),
)
changed(
    "content behind the finish",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:-1], objects(one)[3], DONE]),
    ("breaking", "order-changed", "stream"),
)
changed(
    "no finish_reason but null",
    OPENAI_STREAM,
    lambda one: each_choice(one, put(finish_reason=None)),
    ("breaking", "finish-gone", "chunk.choices[].finish_reason"),
)
changed(
    "one choice of two has no finish_reason",
    STREAM,
    lambda one: with_objects(one, [value for value in objects(one) if not is_end_of_second(value)]),
    ("breaking", "finish-gone", "chunk.choices[].finish_reason"),
    given=lambda one: with_objects(one, [part for value in objects(one) for part in (value, *as_second_choice(value))]),
)
changed(
    "an error in the middle",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:5], {"error": {"message": "overloaded"}}, *objects(one)[5:]]),
    ("breaking", "error-event-new", "chunk.error"),
)
changed(
    "an error on a chunk",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:-2], {**objects(one)[-2], "error": {"message": "lost"}}, DONE]),
    ("breaking", "error-event-new", "chunk.error"),
)
undone(
    "no error in the middle any more",
    STREAM,
    lambda one: with_objects(one, [*objects(one)[:5], {"error": {"message": "overloaded"}}, *objects(one)[5:]]),
    ("informational", "error-event-gone", "chunk.error"),
)
changed(
    "what the model thinks comes between its words, not before them",
    STREAM,
    lambda one: thinking(without_thoughts(one), 1, 4),
    ("informational", "answer-order", "stream"),
    given=lambda one: thinking(one, 1, 1),
)
changed(
    "an event that is no JSON",
    STREAM,
    lambda one: with_objects(one, ["hello", *objects(one)]),
    ("breaking", "no-json-event", "stream"),
)
changed(
    "a chunk behind [DONE]",
    STREAM,
    lambda one: with_objects(one, [*objects(one), objects(one)[3]]),
    ("informational", "after-done", "stream"),
)


# Their framing

changed(
    "comments",
    STREAM,
    lambda one: with_body(one, b": keep-alive\n\n" + one.responses[0].body),
    ("informational", "comments-changed", "stream"),
)
changed(
    "lines end with CR LF",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b"\n", b"\r\n")),
    ("breaking", "line-ends-changed", "stream"),
)
changed(
    "no space behind data:",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b"data: ", b"data:")),
    ("breaking", "data-space-changed", "stream"),
)
changed(
    "a byte-order mark",
    STREAM,
    lambda one: with_body(one, b"\xef\xbb\xbf" + one.responses[0].body),
    ("breaking", "byte-order-mark", "stream"),
)
changed(
    "events have a name",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b"data: ", b"event: chunk\ndata: ")),
    ("breaking", "event-name-changed", "stream"),
)
undone(
    "no event called ping comes any more",
    STREAM,
    lambda one: with_body(one, b"event: ping\ndata: {}\n\n" + one.responses[0].body),
    ("informational", "event-name-gone", "stream"),
)
changed(
    "an event without data",
    STREAM,
    lambda one: with_body(one, b"event: ping\n\n" + one.responses[0].body),
    ("breaking", "block-without-data", "stream"),
)
changed(
    "events have an id",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b"data: ", b"id: 1\ndata: ")),
    ("informational", "event-field-changed", "stream"),
)
changed(
    "data in several lines",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b',"object"', b'\ndata: ,"object"')),
    ("breaking", "data-split", "stream"),
)
changed(
    "bytes that are not UTF-8",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.replace(b"Hello", b"Hell\xf6")),
    ("breaking", "not-utf-8", "stream"),
)
changed(
    "the end is missing",
    STREAM,
    lambda one: with_body(one, one.responses[0].body.rstrip()),
    ("breaking", "stream-cut", "stream"),
    ("breaking", "done-gone", "stream"),
)
