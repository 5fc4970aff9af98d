"""Ways to break an error, and a request."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from contract.composed import SSE, Exchange
from contract.mutating import (
    add,
    copied,
    drop,
    put,
    raw,
    rename,
    with_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Errors

drop("error", "wire.error-schema", *(f"error.{name}" for name in ("message", "type", "param", "code")), "error")
drop("error", "wire.error-schema", "code", "reason", "message")
put("error", "wire.error-schema", "error", None, "overloaded", [])
put("error", "wire.error-schema", "error.message", None, 7, "", {})
put("error", "wire.error-schema", "error.type", None, 7)
put("error", "wire.error-schema", "error.code", 401, {})
put("error", "wire.error-schema", "error.param", 7, [])
put("error", "wire.error-schema", "code", "400", None, 4.5)
put("error", "wire.error-schema", "message", None, "", 7)
put("error", "wire.error-schema", "reason", None, 7)
rename("error", "wire.unknown-field", "error", "detail")
rename("error", "wire.error-schema", "error.message", "msg")
rename("error", "wire.error-schema", "message", "detail")
add("error", "wire.unknown-field", "", status=400)
add("error", "wire.unknown-field", "error", request="r-1")


@raw("error", "wire.error-schema")
def an_error_that_is_no_JSON(exchange: Exchange) -> Iterator[Exchange]:  # noqa: N802
    for body in (b"", b"Unauthorized", b"<html>Bad gateway</html>", exchange.body[:-1], b"\xff" + exchange.body):
        yield replace(exchange, body=body)


@raw("error", "wire.error-schema")
def an_error_as_an_event(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, content_type=SSE, body=b"data: " + exchange.body + b"\n\n")


@raw("error", "wire.error-schema")
def an_error_in_a_list(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"[" + exchange.body + b"]")


@raw("error", "wire.error-status")
def a_good_status_for_an_error(exchange: Exchange) -> Iterator[Exchange]:
    if "error" in json.loads(exchange.body):
        yield replace(exchange, status=200)


@raw("error", "wire.completion-schema")
def a_good_status_for_an_error_of_an_own_form(exchange: Exchange) -> Iterator[Exchange]:
    if "error" not in json.loads(exchange.body):
        yield replace(exchange, status=200, request=exchange.request | {"stream": False})


@raw("error", "", "What is said of an error, and which failure it is, is the server's to say.")
def another_message(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    body.get("error", body)["message"] = "Later, please."
    yield with_json(exchange, body)
    yield replace(exchange, status=503)


# Requests

drop("request", "wire.request-schema", "model", "messages", "messages[].role", "tools[].type", "tools[].function")
drop("request", "wire.request-schema", "tools[].function.name")
put("request", "wire.request-schema", "model", None, "", 7)
put("request", "wire.request-schema", "messages", [], {}, "Hi", None)
put("request", "wire.request-schema", "messages[]", "Hi", None)
put("request", "wire.request-schema", "messages[].role", "bot", None, 7)
put("request", "wire.request-schema", "messages[].content", 7, {"text": "Hi"}, [], [{"type": "txt"}])
put("request", "wire.request-schema", "stream", "true", 1)
put("request", "wire.request-schema", "stream_options", True, [])
put("request", "wire.request-schema", "stream_options.include_usage", "yes", None)
put("request", "wire.request-schema", "max_tokens", "512", 1.5)
put("request", "wire.request-schema", "tools", {}, "now")
put("request", "wire.request-schema", "tools[].type", "func", None)
put("request", "wire.request-schema", "tools[].function.name", "", "no blanks", 7)
put("request", "wire.request-schema", "tools[].function.parameters", "{}", [])
rename("request", "wire.unknown-parameter", "messages", "message")
rename("request", "wire.unknown-parameter", "max_tokens", "max_token")
rename("request", "wire.unknown-field", "messages[].content", "text")
rename("request", "wire.unknown-field", "tools[].function.parameters", "schema")
add("request", "wire.unknown-parameter", "", temprature=1)
add("request", "wire.unknown-parameter", "", maxTokens=5)
add("request", "wire.unknown-field", "messages[]", text="Hi")
add("request", "wire.request-schema", "", temperature="hot")
add("request", "wire.request-schema", "", temperature=3)
add("request", "wire.request-schema", "", top_p=1.5)
add("request", "wire.request-schema", "", n=0)
add("request", "wire.request-schema", "", stop=["a", "b", "c", "d", "e"])
add("request", "wire.request-schema", "", presence_penalty=-3)
add("request", "wire.request-schema", "", logit_bias={"50256": "low"})
add("request", "wire.request-schema", "", top_logprobs=21)
add("request", "wire.request-schema", "", response_format="json")
add("request", "wire.request-schema", "", response_format={"type": "json"})
add("request", "wire.request-schema", "", tool_choice="maybe")
add("request", "wire.request-schema", "", seed="7")


@raw("request", "", "Null says of these that the default is wanted.")
def null_for_what_has_a_default(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, request=exchange.request | {"temperature": None, "top_p": None, "seed": None, "stop": None})


@raw("request", "", "One text may be written as a list with one part.")
def content_as_parts(exchange: Exchange) -> Iterator[Exchange]:
    request = copied(exchange.request)
    for message in request["messages"]:
        if message["role"] == "user" and isinstance(message["content"], str):
            message["content"] = [{"type": "text", "text": message["content"]}]
    yield replace(exchange, request=request)
