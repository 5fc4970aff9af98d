"""Ways to break what an answer says, and what a request says that one field alone cannot tell."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contract.composed import data
from contract.mutating import (
    Events,
    add,
    arguments,
    at_each,
    copied,
    entries,
    events_of,
    finishes,
    plain_texts,
    raw,
    spread,
    starts,
    stream,
    tool_parts,
    usage_places,
    with_json,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contract.composed import Exchange, Object


# Text


@stream("wire.split-character")
def a_character_cut_in_two(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        for left in ("\ufffd", "\ud83d"):
            found = copied(events)
            found[at]["choices"][0]["delta"]["content"] += left
            yield found


@stream("wire.refusal-mixed")
def a_refusal_after_content(events: Events) -> Iterator[Events]:
    spoke = {entry["index"] for _, entry in entries(events) if entry["delta"].get("content")}
    found = copied(events)
    for _, entry in finishes(found):
        if entry["index"] in spoke:
            entry["delta"]["refusal"] = "I cannot."
            yield found


@raw("completion", "wire.refusal-mixed")
def a_refusal_beside_content(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        if choice["message"].get("content"):
            choice["message"]["refusal"] = "I cannot."
            yield with_json(exchange, body)


@stream("wire.logprobs-content")
def tokens_of_another_text(events: Events) -> Iterator[Events]:
    for number, (_, entry) in enumerate(entries(events)):
        if (entry.get("logprobs") or {}).get("content"):
            found = copied(events)
            token = entries(found)[number][1]["logprobs"]["content"][0]
            token |= {"token": "zebra", "bytes": list(b"zebra")}
            yield found


@raw("completion", "wire.logprobs-content")
def tokens_of_another_text_in_one_piece(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        for token in spread((choice.get("logprobs") or {}).get("content") or ()):
            token |= {"token": "zebra", "bytes": list(b"zebra")}
            yield with_json(exchange, body)


def _with_limit(exchange: Exchange) -> Exchange:
    return replace(exchange, request=exchange.request | {"max_tokens": 4000, "n": 1})


@raw("stream", "wire.length-early")
def an_end_by_length_before_the_limit(exchange: Exchange) -> Iterator[Exchange]:
    events = events_of(exchange)
    for _, entry in finishes(events):
        entry["finish_reason"] = "length"
    if usage_places(events) and len(finishes(events)) == 1:
        yield _with_limit(replace(exchange, body=data(*events)))


@raw("completion", "wire.length-early")
def an_end_by_length_before_the_limit_in_one_piece(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if body.get("usage") and len(body["choices"]) == 1:
        body["choices"][0]["finish_reason"] = "length"
        yield _with_limit(with_json(exchange, body))


# Calls of tools, against what the request offers


def _calls(exchange: Exchange) -> tuple[Any, list[Object]]:
    """A completion's body, and the functions that it calls."""
    body = json.loads(exchange.body)
    calls = [call for choice in body["choices"] for call in choice["message"].get("tool_calls") or ()]
    return body, [call["function"] for call in calls] if exchange.request.get("tools") else []


def _strict(exchange: Exchange) -> Exchange:
    request = copied(exchange.request)
    for tool in request["tools"]:
        tool["function"]["strict"] = True
    return replace(exchange, request=request)


@raw("completion", "wire.tool-offered")
def a_call_of_a_tool_that_nobody_offered(exchange: Exchange) -> Iterator[Exchange]:
    body, functions = _calls(exchange)
    for function in functions:
        function["name"] = "reboot"
        yield with_json(exchange, body)


@stream("wire.tool-offered")
def a_streamed_call_of_a_tool_that_nobody_offered(events: Events) -> Iterator[Events]:
    for number in range(len(starts(events))):
        found = copied(events)
        starts(found)[number][2]["function"]["name"] = "reboot"
        yield found


#: None is what the tools of our exchanges take: they ask for a city, which is text.
WRONG = ('{"city": 7}', "{}", "[]")


def _with_wrong_arguments(exchange: Exchange) -> Iterator[Exchange]:
    for wrong in WRONG:
        if exchange.kind == "stream":
            events = events_of(exchange)
            for _, _, part in tool_parts(events):
                part["function"]["arguments"] = ""
            for _, _, part in starts(events):
                part["function"]["arguments"] = wrong
            if arguments(events):
                yield replace(exchange, body=data(*events))
        else:
            body, functions = _calls(exchange)
            for function in functions:
                function["arguments"] = wrong
                yield with_json(exchange, body)


def _asks_for_a_city(exchange: Exchange, *, strict: bool = False) -> bool:
    """Whether all tools of the request are functions, and ask for one; with ``strict``, whether they promise to get it."""
    functions = [tool.get("function", {}) for tool in exchange.request.get("tools") or ()]
    asked = [function.get("parameters", {}).get("required", ()) for function in functions]
    strictly = any(function.get("strict") for function in functions)
    return bool(asked) and all("city" in names for names in asked) and (strict or not strictly)


@raw("stream", "wire.tool-schema")
def streamed_arguments_that_the_tool_does_not_take(exchange: Exchange) -> Iterator[Exchange]:
    if _asks_for_a_city(exchange):
        yield from _with_wrong_arguments(exchange)


@raw("completion", "wire.tool-schema")
def arguments_that_the_tool_does_not_take(exchange: Exchange) -> Iterator[Exchange]:
    if _asks_for_a_city(exchange):
        yield from _with_wrong_arguments(exchange)


@raw("stream", "wire.tool-strict")
def streamed_arguments_that_a_strict_tool_does_not_take(exchange: Exchange) -> Iterator[Exchange]:
    if _asks_for_a_city(exchange, strict=True):
        yield from _with_wrong_arguments(_strict(exchange))


@raw("completion", "wire.tool-strict")
def arguments_that_a_strict_tool_does_not_take(exchange: Exchange) -> Iterator[Exchange]:
    if _asks_for_a_city(exchange, strict=True):
        yield from _with_wrong_arguments(_strict(exchange))


# Requests whose fields do not go together


@raw("request", "wire.request-stream-options")
def options_of_a_stream_without_one(exchange: Exchange) -> Iterator[Exchange]:
    request = exchange.request | {"stream_options": {"include_usage": True}}
    yield replace(exchange, request=request | {"stream": False})
    yield replace(exchange, request={name: value for name, value in request.items() if name != "stream"})


@raw("request", "wire.request-logprobs")
def a_number_of_log_probabilities_without_them(exchange: Exchange) -> Iterator[Exchange]:
    request = {name: value for name, value in exchange.request.items() if name != "logprobs"}
    yield replace(exchange, request=request | {"top_logprobs": 2})


@raw("request", "wire.request-audio")
def an_answer_to_listen_to_without_a_voice(exchange: Exchange) -> Iterator[Exchange]:
    request = {name: value for name, value in exchange.request.items() if name != "audio"}
    yield replace(exchange, request=request | {"modalities": ["text", "audio"]})


@raw("request", "wire.request-json")
def a_json_object_that_no_message_speaks_of(exchange: Exchange) -> Iterator[Exchange]:
    messages = [{"role": "user", "content": "Tell me of Paris."}]
    yield replace(
        exchange, request=exchange.request | {"messages": messages, "response_format": {"type": "json_object"}}
    )


@raw("request", "wire.request-strict")
def a_strict_schema_that_leaves_a_member_open(exchange: Exchange) -> Iterator[Exchange]:
    left: tuple[dict[str, object], ...] = ({}, {"required": ["a"], "additionalProperties": {}})
    for schema in left:
        asked = {"name": "a", "strict": True, "schema": {"type": "object", "properties": {"a": {}}, **schema}}
        yield replace(
            exchange, request=exchange.request | {"response_format": {"type": "json_schema", "json_schema": asked}}
        )


@raw("request", "wire.request-model")
def a_blank_beside_the_name_of_the_model(exchange: Exchange) -> Iterator[Exchange]:
    for name in (f" {exchange.request['model']}", f"{exchange.request['model']}\n"):
        yield replace(exchange, request=exchange.request | {"model": name})


@raw("request", "wire.request-tools")
def a_choice_of_tools_where_there_are_none(exchange: Exchange) -> Iterator[Exchange]:
    request = {name: value for name, value in exchange.request.items() if name != "tools"}
    yield replace(exchange, request=request | {"tool_choice": "auto"})
    yield replace(exchange, request=request | {"parallel_tool_calls": False})


add("request", "wire.request-tools", "", tool_choice={"type": "function", "function": {"name": "unheard_of"}})


@raw("request", "wire.request-tool-message")
def the_result_of_a_call_that_nobody_made(exchange: Exchange) -> Iterator[Exchange]:
    result = {"role": "tool", "tool_call_id": "call_unheard_of", "content": "7"}
    yield replace(exchange, request=exchange.request | {"messages": [*exchange.request["messages"], result]})


@raw("request", "wire.request-tool-answer")
def a_call_without_its_result(exchange: Exchange) -> Iterator[Exchange]:
    call = {"id": "call_open", "type": "function", "function": {"name": "now", "arguments": "{}"}}
    said = {"role": "assistant", "content": None, "tool_calls": [call]}
    for more in ([said], [said, {"role": "user", "content": "Well?"}]):
        yield replace(exchange, request=exchange.request | {"messages": [*exchange.request["messages"], *more]})


def _no_schema(container: Any, key: Any) -> None:
    container[key] |= {"type": "objekt"}


at_each(
    "request",
    "parameters of a tool that are no schema",
    "tools[].function.parameters",
    "wire.request-tool-schema",
    _no_schema,
    kind=dict,
)
