"""What an API may change in completions, errors and heads, and what has to be told of each."""

from __future__ import annotations

import gzip
from dataclasses import replace

from drift.changing import (
    COMPLETION,
    DONE,
    ERROR,
    OPENAI,
    OPENAI_TOOLS,
    RETRY,
    STREAM,
    asking,
    calling,
    changed,
    each,
    each_choice,
    events,
    fixture,
    objects,
    put,
    take,
    undone,
    with_body,
    with_headers,
    with_objects,
    with_status,
)

# Objects that came whole

changed(
    "a field of the top is gone",
    COMPLETION,
    lambda one: each(one, take("created")),
    ("breaking", "field-gone", "completion.created"),
)
changed(
    "a field of choices is gone",
    COMPLETION,
    lambda one: each_choice(one, take("finish_reason")),
    ("breaking", "field-gone", "completion.choices[].finish_reason"),
)
changed(
    "an object is gone, and so are its fields",
    OPENAI,
    lambda one: each(one, take("usage")),
    ("breaking", "field-gone", "completion.usage"),
)
changed(
    "a field is renamed",
    COMPLETION,
    lambda one: each_choice(one, lambda choice: choice["message"].update(text=choice["message"].pop("content"))),
    ("breaking", "field-gone", "completion.choices[].message.content"),
    ("additive", "field-new", "completion.choices[].message.text"),
)
changed(
    "the id of tool calls is gone",
    OPENAI_TOOLS,
    lambda one: each_choice(one, lambda choice: take("id")(choice["message"]["tool_calls"][0])),
    ("breaking", "field-gone", "completion.choices[].message.tool_calls[].id"),
)
changed(
    "a whole number is a text",
    COMPLETION,
    lambda one: each(one, put(created="2024-11-14")),
    ("breaking", "type-changed", "completion.created"),
)
changed(
    "a whole number has a fraction",
    COMPLETION,
    lambda one: each(one, put(created=1731584707.25)),
    ("breaking", "type-changed", "completion.created"),
)
changed(
    "the arguments of a tool call are an object",
    OPENAI_TOOLS,
    lambda one: each_choice(
        one, lambda choice: choice["message"]["tool_calls"][0]["function"].update(arguments={"city": "Lisbon"})
    ),
    ("breaking", "type-changed", "completion.choices[].message.tool_calls[].function.arguments"),
)
changed(
    "the content comes in parts",
    COMPLETION,
    lambda one: each_choice(one, lambda choice: choice["message"].update(content=[{"type": "text", "text": "Hi"}])),
    ("breaking", "type-changed", "completion.choices[].message.content"),
)
changed(
    "the whole is a list",
    COMPLETION,
    lambda one: with_objects(one, [objects(one)]),
    ("breaking", "type-changed", "completion"),
)
changed(
    "a field is null", OPENAI, lambda one: each(one, put(usage=None)), ("breaking", "became-null", "completion.usage")
)
changed(
    "the content is null, and nothing else was answered",
    COMPLETION,
    lambda one: each_choice(one, lambda choice: choice["message"].update(content=None)),
    ("breaking", "became-null", "completion.choices[].message.content"),
)
changed(
    "what was null is of a type that the contract does not know",
    OPENAI_TOOLS,
    lambda one: each_choice(one, lambda choice: choice["message"].update(content=7)),
    ("breaking", "type-unknown", "completion.choices[].message.content"),
)
changed(
    "a field that the contract knows came with another type",
    COMPLETION,
    lambda one: each(one, put(service_tier=[])),
    ("breaking", "type-unknown", "completion.service_tier"),
)
changed(
    "a finish_reason that the contract does not list",
    COMPLETION,
    lambda one: each_choice(one, put(finish_reason="eos")),
    ("breaking", "value-unknown", "completion.choices[].finish_reason"),
)
changed(
    "a role that the contract does not list",
    COMPLETION,
    lambda one: each_choice(one, lambda choice: choice["message"].update(role="bot")),
    ("breaking", "value-unknown", "completion.choices[].message.role"),
)
changed(
    "another kind of object",
    COMPLETION,
    lambda one: each(one, put(object="completion")),
    ("breaking", "value-unknown", "completion.object"),
)
changed(
    "fewer choices",
    COMPLETION,
    lambda one: each(one, put(choices=[])),
    ("breaking", "choices-fewer", "completion.choices"),
)
changed(
    "more choices",
    COMPLETION,
    lambda one: each(one, lambda value: value["choices"].append({**value["choices"][0], "index": 1})),
    ("additive", "choices-more", "completion.choices"),
)
changed(
    "a second choice lacks what the first has",
    COMPLETION,
    lambda one: each(
        one,
        lambda value: value["choices"].append(
            {key: inner for key, inner in value["choices"][0].items() if key != "finish_reason"} | {"index": 1}
        ),
    ),
    ("additive", "choices-more", "completion.choices"),
    ("breaking", "field-in-part", "completion.choices[].finish_reason"),
)
changed(
    "a new field",
    COMPLETION,
    lambda one: each(one, put(service_tier="default")),
    ("additive", "field-new", "completion.service_tier"),
)
changed(
    "a new field with fields, deep within",
    COMPLETION,
    lambda one: each_choice(one, lambda choice: choice["message"].update(reasoning={"text": "Hm.", "parts": [1]})),
    ("additive", "field-new", "completion.choices[].message.reasoning"),
)
changed(
    "what was null has a value",
    COMPLETION,
    lambda one: each(one, lambda value: value["usage"].update(prompt_tokens_details={"cached_tokens": 0})),
    ("additive", "null-filled", "completion.usage.prompt_tokens_details"),
)
changed(
    "a listed value that was not seen",
    OPENAI,
    lambda one: each(one, put(service_tier="flex")),
    ("additive", "value-new", "completion.service_tier"),
)
changed(
    "the model stopped at the limit",
    COMPLETION,
    lambda one: each_choice(one, put(finish_reason="length")),
    ("informational", "finish-reason", "completion.choices[].finish_reason"),
)
changed(
    "the model called a tool",
    OPENAI,
    lambda one: each_choice(one, calling),
    ("informational", "answered-otherwise", "completion.choices[].message.content"),
    ("informational", "answered-otherwise", "completion.choices[].message.tool_calls"),
)
undone(
    "the model called no tool",
    OPENAI,
    lambda one: each_choice(one, calling),
    ("informational", "answered-otherwise", "completion.choices[].message.content"),
    ("informational", "answered-otherwise", "completion.choices[].message.tool_calls"),
)
changed(
    "the model called a tool, and a field that every message has is gone",
    OPENAI,
    lambda one: each_choice(each_choice(one, calling), lambda choice: take("role")(choice["message"])),
    ("breaking", "field-gone", "completion.choices[].message.role"),
    ("informational", "answered-otherwise", "completion.choices[].message.content"),
    ("informational", "answered-otherwise", "completion.choices[].message.tool_calls"),
)
undone(
    "a field that only some items of a list had is gone",
    OPENAI_TOOLS,
    lambda one: each_choice(
        one,
        lambda choice: choice["message"]["tool_calls"].append({**choice["message"]["tool_calls"][0], "extra": 1}),
    ),
    ("informational", "rare-field-gone", "completion.choices[].message.tool_calls[].extra"),
)


changed(
    "one choice of two says nothing",
    OPENAI,
    lambda one: each(one, lambda value: take("content")(value["choices"][1]["message"])),
    ("breaking", "field-in-part", "completion.choices[].message.content"),
    given=lambda one: each(
        one,
        lambda value: value["choices"].append({**value["choices"][0], "message": {**value["choices"][0]["message"]}}),
    ),
)
changed(
    "one tool call of two has no type",
    OPENAI_TOOLS,
    lambda one: each_choice(one, lambda choice: take("type")(choice["message"]["tool_calls"][1])),
    ("breaking", "field-in-part", "completion.choices[].message.tool_calls[].type"),
    given=lambda one: each_choice(
        one, lambda choice: choice["message"]["tool_calls"].append({**choice["message"]["tool_calls"][0]})
    ),
)


# Errors

changed(
    "the code of an error is a text",
    ERROR,
    lambda one: each(one, put(code="unauthorized")),
    ("breaking", "type-changed", "error.code"),
    ("breaking", "error-code-changed", "error.code"),
)
changed(
    "the code of an error is another one",
    ERROR,
    lambda one: each(one, put(code=403)),
    ("breaking", "error-code-changed", "error.code"),
)
changed(
    "an error comes in the form of another API",
    ERROR,
    lambda one: with_objects(one, [{"error": {"message": "no", "type": "auth", "param": None, "code": None}}]),
    ("breaking", "field-gone", "error.code"),
    ("breaking", "field-gone", "error.reason"),
    ("breaking", "field-gone", "error.message"),
    ("breaking", "field-gone", "error.metadata"),
    ("additive", "field-new", "error.error"),
)
changed(
    "an error is no JSON",
    ERROR,
    lambda one: with_headers(with_body(one, "<h1>401</h1>"), content_type="text/html"),
    ("breaking", "content-type-changed", "headers.content-type"),
    ("breaking", "body-changed", "body"),
)
changed("another error", ERROR, lambda one: with_status(one, 403), ("breaking", "status-changed", "status"))
changed(
    "an error in place of an answer",
    COMPLETION,
    lambda one: with_status(with_body(one, '{"error": {"message": "no"}}'), 503),
    ("breaking", "status-changed", "status"),
)
changed(
    "an error that calls itself a success",
    COMPLETION,
    lambda one: with_body(one, '{"error": {"message": "no"}}'),
    ("breaking", "body-changed", "body"),
)
changed(
    "retry-after is gone",
    RETRY,
    lambda one: with_headers(one, retry_after=None),
    ("breaking", "header-gone", "response 1: headers.retry-after"),
)
changed(
    "one response less",
    RETRY,
    lambda one: replace(one, responses=one.responses[:1]),
    ("breaking", "responses-fewer", "responses"),
)
changed(
    "one response more",
    COMPLETION,
    lambda one: replace(one, responses=one.responses * 2),
    ("additive", "responses-more", "responses"),
)
changed(
    "the second response is another one",
    RETRY,
    lambda one: replace(
        one, responses=(one.responses[0], each(replace(one, responses=one.responses[1:]), take("created")).responses[0])
    ),
    ("breaking", "field-gone", "response 2: completion.created"),
)


# Heads and bodies

changed(
    "another media type",
    COMPLETION,
    lambda one: with_headers(one, content_type="text/plain"),
    ("breaking", "content-type-changed", "headers.content-type"),
)
changed(
    "no media type",
    STREAM,
    lambda one: with_headers(one, content_type=None),
    ("breaking", "content-type-changed", "headers.content-type"),
)
changed(
    "a charset",
    COMPLETION,
    lambda one: with_headers(one, content_type="application/json; charset=utf-8"),
    ("informational", "charset-changed", "headers.content-type"),
)
changed(
    "the body comes packed",
    COMPLETION,
    lambda one: with_headers(with_body(one, gzip.compress(one.responses[0].body)), content_encoding="gzip"),
    ("informational", "packing-changed", "headers.content-encoding"),
)
changed(
    "a new header",
    COMPLETION,
    lambda one: with_headers(one, x_ratelimit_limit_requests="60"),
    ("additive", "header-new", "headers.x-ratelimit-limit-requests"),
)
changed(
    "a header is gone",
    STREAM,
    lambda one: with_headers(one, cache_control=None),
    ("informational", "header-dropped", "headers.cache-control"),
)
changed("a body without a byte", COMPLETION, lambda one: with_body(one, ""), ("breaking", "body-changed", "body"))
changed(
    "a number that JSON does not have",
    COMPLETION,
    lambda one: each(one, put(created=float("nan"))),
    ("breaking", "body-changed", "body"),
)
changed(
    "a stream in place of one body",
    COMPLETION,
    lambda one: with_headers(with_body(one, events(*objects(fixture(STREAM)))), content_type="text/event-stream"),
    ("breaking", "content-type-changed", "headers.content-type"),
    ("breaking", "body-changed", "body"),
)
changed(
    "one body in place of a stream",
    STREAM,
    lambda one: with_body(one, fixture(COMPLETION).responses[0].body),
    ("breaking", "body-changed", "body"),
)
changed(
    "a stream without chunks", STREAM, lambda one: with_body(one, events(DONE)), ("breaking", "body-changed", "body")
)
changed(
    "asked for something else",
    COMPLETION,
    lambda one: asking(one, response_format={"type": "json_object"}),
    ("informational", "request-differs", "request"),
)
