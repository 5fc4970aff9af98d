"""What only differs from one answer to the next."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from aswritten.recordings import Read, RecordedResponse
from drift.changing import (
    COMPLETION,
    DONE,
    ERROR,
    OPENAI,
    OPENAI_TOOL_STREAM,
    OPENAI_TOOLS,
    OPENAI_USAGE,
    STREAM,
    asking,
    each,
    each_choice,
    events,
    objects,
    put,
    silent,
    with_body,
    with_headers,
    with_logprobs,
    with_objects,
    with_response,
)


def other_values(value: Any, name: str = "") -> Any:
    """The value with other words, ids and numbers where those vary by nature."""
    if isinstance(value, dict):
        return {key: other_values(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [other_values(inner, name) for inner in value]
    if name in ("id", "content", "model", "system_fingerprint") and isinstance(value, str):
        return f"{value} and more"
    return value + 1 if name.endswith(("tokens", "created")) else value


def in_reads_of(size: int, response: RecordedResponse) -> RecordedResponse:
    starts = range(0, len(response.body), size)
    return replace(response, reads=tuple(Read(0.1, response.body[start : start + size]) for start in starts))


def slower(response: RecordedResponse) -> RecordedResponse:
    return replace(response, reads=tuple(replace(read, at=read.at * 3) for read in response.reads))


def in_capitals(response: RecordedResponse) -> RecordedResponse:
    """Its headers in another order too."""
    return replace(response, headers=tuple((name.title(), value) for name, value in reversed(response.headers)))


silent("other words, another id, another time", COMPLETION, lambda one: with_objects(one, other_values(objects(one))))
silent(
    "other words and ids in a stream",
    OPENAI_USAGE,
    lambda one: with_objects(one, other_values(objects(one))),
)
silent("more chunks", STREAM, lambda one: with_objects(one, [*objects(one)[:3], *objects(one)[2:]]))
silent("fewer chunks", OPENAI_USAGE, lambda one: with_objects(one, [*objects(one)[:2], *objects(one)[-3:]]))
silent("an answer without a word", OPENAI_USAGE, lambda one: with_objects(one, [objects(one)[0], *objects(one)[-3:]]))
silent(
    "other numbers of tokens",
    COMPLETION,
    lambda one: each(one, lambda value: value["usage"].update(prompt_tokens=1, completion_tokens=2, total_tokens=3)),
)
silent("another fingerprint", OPENAI, lambda one: each(one, put(system_fingerprint="fp_0")))
silent("another model", COMPLETION, lambda one: each(one, put(model="another/model")))
silent("log probabilities that came out whole", OPENAI, with_logprobs(0, -2), given=with_logprobs(-0.5, -0.25))
silent("log probabilities of more words", OPENAI, with_logprobs(-0.5, -1.5, -2.5), given=with_logprobs(-0.5))
silent(
    "other times",
    STREAM,
    lambda one: with_response(one, slower(one.responses[0])),
)
silent("other reads", STREAM, lambda one: with_response(one, in_reads_of(7, one.responses[0])))
silent("another order of keys", COMPLETION, lambda one: with_body(one, json.dumps(objects(one)[0], sort_keys=True)))
silent(
    "another order of keys in a stream",
    STREAM,
    lambda one: with_body(
        one, events(*(value if value == DONE else json.dumps(value, sort_keys=True) for value in objects(one)))
    ),
)
silent(
    "other blanks, and letters as escapes",
    COMPLETION,
    lambda one: with_body(one, "\n\n" + json.dumps(objects(one)[0], indent=4).replace("Hello", "\\u0048ello")),
)
silent("1.0 for 1", COMPLETION, lambda one: each(one, put(created=1731584707.0)))
silent("other values of headers", STREAM, lambda one: with_headers(one, cache_control="no-store"))
silent(
    "names of headers in capitals",
    STREAM,
    lambda one: with_response(one, in_capitals(one.responses[0])),
)
silent("a media type in capitals", COMPLETION, lambda one: with_headers(one, content_type="Application/JSON"))
silent(
    "a list that was empty has items",
    OPENAI,
    lambda one: each_choice(
        one, lambda choice: choice["message"].update(annotations=[{"type": "url_citation", "x": 1}])
    ),
)
silent(
    "arguments in fewer parts",
    OPENAI_TOOL_STREAM,
    lambda one: with_objects(one, [*objects(one)[:2], *objects(one)[-2:]]),
)
silent(
    "arguments in more parts", OPENAI_TOOL_STREAM, lambda one: with_objects(one, [*objects(one)[:4], *objects(one)[2:]])
)
silent(
    "another tool, with other arguments",
    OPENAI_TOOLS,
    lambda one: each_choice(
        one,
        lambda choice: choice["message"].update(
            tool_calls=[{"id": "b", "type": "function", "function": {"name": "other", "arguments": "{}"}}] * 2
        ),
    ),
)
silent("another message of an error", ERROR, lambda one: each(one, put(message="who are you?")))
silent("another map of metadata", ERROR, lambda one: each(one, put(metadata={"trace": "a1"})))
silent(
    "another origin",
    COMPLETION,
    lambda one: replace(one, name="other", source=replace(one.source, note="recorded again")),
)
silent(
    "other words in the request",
    COMPLETION,
    lambda one: asking(one, messages=[{"role": "user", "content": "Good day!"}]),
)
