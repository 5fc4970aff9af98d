"""Ways to break a whole completion."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from contract.mutating import (
    add,
    drop,
    put,
    raw,
    rename,
    with_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.composed import Exchange

# Completions

drop("completion", "wire.completion-schema", "id", "object", "created", "model", "choices")
drop("completion", "wire.completion-schema", *(f"choices[].{name}" for name in ("index", "message", "finish_reason")))
drop("completion", "wire.completion-schema", "choices[].message.role", "choices[].message.content")
drop(
    "completion",
    "wire.completion-schema",
    *(f"choices[].message.tool_calls[].{name}" for name in ("id", "type", "function")),
)
drop(
    "completion",
    "wire.completion-schema",
    *(f"choices[].message.tool_calls[].function.{name}" for name in ("name", "arguments")),
)
drop("completion", "wire.completion-schema", *(f"usage.{name}_tokens" for name in ("prompt", "completion", "total")))
drop("completion", "wire.completion-schema", "choices[].logprobs.content", "choices[].logprobs.content[].bytes")
put("completion", "wire.completion-schema", "id", 7, "", None)
put("completion", "wire.completion-schema", "object", "chat.completion.chunk", "text_completion", None)
put("completion", "wire.completion-schema", "created", "1760000000", 1.5, None)
put("completion", "wire.completion-schema", "model", None, ["m"])
put("completion", "wire.completion-schema", "choices", None, {}, "Hi")
put("completion", "wire.completion-schema", "choices[]", None, "Hi")
put("completion", "wire.completion-schema", "choices[].index", "0", -1, 0.5)
put("completion", "wire.completion-schema", "choices[].message", "Hi", None)
put("completion", "wire.completion-schema", "choices[].message.role", "user", None, "Assistant")
put(
    "completion",
    "wire.completion-schema",
    "choices[].message.content",
    7,
    {"text": "Hi"},
    [{"type": "text", "text": "Hi"}],
)
put("completion", "wire.completion-schema", "choices[].message.refusal", False, 7)
put("completion", "wire.completion-schema", "choices[].message.tool_calls", {}, None)
put("completion", "wire.completion-schema", "choices[].message.tool_calls[].type", "func", "tool", None)
put("completion", "wire.completion-schema", "choices[].message.tool_calls[].id", None, 1)
put("completion", "wire.completion-schema", "choices[].message.tool_calls[].function.arguments", {"city": "Oslo"}, None)
put("completion", "wire.completion-schema", "choices[].finish_reason", "done", "", None, "STOP")
put("completion", "wire.completion-schema", "choices[].logprobs", [], 0)
put("completion", "wire.completion-schema", "usage", None, [], 11)
put("completion", "wire.completion-schema", "usage.prompt_tokens", "9", -1, 2.5, None)
put("completion", "wire.completion-schema", "system_fingerprint", 7, {})
put("completion", "wire.completion-schema", "service_tier", "gold", 1)
rename("completion", "wire.completion-schema", "choices[].message", "delta")
rename("completion", "wire.unknown-field", "choices[].message.content", "text")
rename("completion", "wire.unknown-field", "choices[].finish_reason", "finishReason")
rename("completion", "wire.unknown-field", "choices[].message.tool_calls", "toolCalls")
rename("completion", "wire.unknown-field", "usage.prompt_tokens", "input_tokens")
rename("completion", "wire.unknown-field", "usage", "token_usage")
add("completion", "wire.unknown-field", "", x_own=1)
add("completion", "wire.unknown-field", "choices[]", text="Hi")
add("completion", "wire.unknown-field", "choices[].message", thoughts="hm")
add("completion", "wire.unknown-field", "choices[].message.tool_calls[]", index=0)
add("completion", "wire.unknown-field", "usage", cost=0.1)
add("completion", "wire.completion-schema", "choices[].message", function_call="now")
put("completion", "wire.choice-index", "choices", [])
put("completion", "wire.usage-sum", "usage.total_tokens", 1)


@raw("completion", "wire.choice-index")
def indexes_from_one(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        choice["index"] += 1
    yield with_json(exchange, body)


@raw("completion", "wire.choice-index")
def a_choice_more_than_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    body["choices"].append(body["choices"][-1] | {"index": len(body["choices"])})
    yield with_json(exchange, body)


@raw("completion", "wire.choice-index")
def one_choice_twice(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    yield with_json(exchange, body | {"choices": [*body["choices"], body["choices"][-1]]})


@raw("completion", "wire.choice-index")
def a_choice_left_out(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        yield with_json(exchange, body | {"choices": [other for other in body["choices"] if other != choice]})


@raw("completion", "wire.tool-calls-finish")
def tool_calls_that_end_with_stop(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["finish_reason"] = "stop"
        yield with_json(exchange, body)


@raw("completion", "wire.tool-calls-finish")
def an_end_with_tool_calls_that_never_came(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if not body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["finish_reason"] = "tool_calls"
        yield with_json(exchange, body)


@raw("completion", "wire.tool-calls-finish")
def an_empty_list_of_tool_calls(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["message"]["tool_calls"] = []
        yield with_json(exchange, body)


@raw("completion", "wire.tool-arguments")
def arguments_cut(exchange: Exchange) -> Iterator[Exchange]:
    for cut in (1, -1):
        body = json.loads(exchange.body)
        for call in body["choices"][0]["message"].get("tool_calls") or ():
            function = call["function"]
            function["arguments"] = function["arguments"][:cut]
            yield with_json(exchange, body)


@raw("completion", "wire.tool-arguments")
def arguments_in_the_words_of_python(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for call in body["choices"][0]["message"].get("tool_calls") or ():
        call["function"]["arguments"] = repr(json.loads(call["function"]["arguments"]))
        yield with_json(exchange, body)


@raw("completion", "wire.tool-id")
def one_id_for_two_calls(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    calls = body["choices"][0]["message"].get("tool_calls")
    if calls and calls[-1]["id"]:
        calls.append(calls[-1])
        yield with_json(exchange, body)


@raw("completion", "wire.not-json")
def the_body_cut(exchange: Exchange) -> Iterator[Exchange]:
    body = exchange.body.rstrip()
    for cut in (1, len(body) // 2, len(body) - 1):
        yield replace(exchange, body=body[:cut])


@raw("completion", "wire.not-json")
def no_body(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"")


@raw("completion", "wire.not-json")
def a_page_in_place_of_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"<html><body>Bad gateway</body></html>")


@raw("completion", "wire.not-json")
def something_after_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body + b"null")
    yield replace(exchange, body=exchange.body + exchange.body)


@raw("completion", "wire.not-json")
def bytes_of_another_encoding(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.replace(b'"assistant"', b'"assistant\xe9"'))


@raw("completion", "wire.not-json")
def a_number_that_JSON_does_not_have(exchange: Exchange) -> Iterator[Exchange]:  # noqa: N802 - the name is told
    for number in (b"NaN", b"Infinity"):
        for member in (b'"logprobs": null', b'"created": 1760000000'):
            if member in exchange.body:
                name = member.partition(b":")[0]
                yield replace(exchange, body=exchange.body.replace(member, name + b": " + number, 1))


@raw("completion", "wire.content-type")
def another_media_type(exchange: Exchange) -> Iterator[Exchange]:
    for media_type in ("text/plain", "text/html; charset=utf-8", "application/octet-stream", ""):
        yield replace(exchange, content_type=media_type)


@raw("completion", "wire.body-cut")
def a_connection_that_closes_early(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, ended=False)


@raw("completion", "wire.not-streamed")
def one_body_where_a_stream_was_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, request=exchange.request | {"stream": True})


@raw("completion", "wire.error-status")
def an_error_with_a_good_status(exchange: Exchange) -> Iterator[Exchange]:
    yield with_json(exchange, {"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}})


@raw("completion", "wire.error-schema")
def a_completion_with_a_bad_status(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, status=500)


@raw("completion", "wire.completion-schema")
def a_list_around_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"[" + exchange.body + b"]")


@raw("completion", "", "The order of an object's fields says nothing.")
def fields_in_another_order(exchange: Exchange) -> Iterator[Exchange]:
    yield with_json(exchange, dict(reversed(json.loads(exchange.body).items())))


@raw("completion", "", "White space around JSON says nothing; some servers send it to keep a connection open.")
def blank_lines_before_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"\n\n  " + exchange.body + b"\r\n")


@raw("completion", "", "What the model says is not judged.")
def other_words(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        if choice["message"].get("content") and not choice.get("logprobs"):
            choice["message"]["content"] = "Tomorrow, perhaps."
            yield with_json(exchange, body)


@raw("completion", "", "A list of choices says by their indexes which is which.")
def choices_in_another_order(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    yield with_json(exchange, body | {"choices": body["choices"][::-1]})


@raw("completion", "", "The media type of JSON may name its only encoding.")
def a_charset(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, content_type="Application/JSON; charset=utf-8")


@raw("completion", "", "Usage is no required field of a completion.")
def no_usage(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    body.pop("usage", None)
    yield with_json(exchange, body)
