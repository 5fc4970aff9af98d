"""Operators that break an exchange in one place, each with the rule that must flag it, or why none can."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from aswritten import sse
from contract.composed import DONE, JSON, SSE, USAGE, Exchange, Object, data

if TYPE_CHECKING:
    from aswritten.contract import Problem

#: Chunks, and texts of events that are no JSON.
Events = list[Any]
Mutate = Callable[[Exchange], Iterator[Exchange]]
#: Ends of a choice after which all is well.
SUCCESS = ("stop", "length", "tool_calls")


@dataclass(frozen=True)
class Operator:
    """One way to change an exchange; it may apply at several places of it, or at none."""

    name: str
    on: str
    """What it changes: ``completion``, ``stream``, ``error`` or ``request``."""
    rule: str
    """The rule that must flag each mutant; empty where none can."""
    mutate: Mutate
    equivalent: str = ""
    """Why no rule can tell the mutant from the original; empty where one must."""

    def mutants(self, exchange: Exchange) -> Iterator[Exchange]:
        """The exchange with the change, once for each place that is tried."""
        if self.on in {"request", exchange.kind}:
            for mutant in self.mutate(exchange):
                if repr(mutant) != repr(exchange):  # 1 is no true
                    yield mutant

    def judged(self, exchange: Exchange) -> tuple[Problem, ...]:
        """What the contract says of the part that the operator changes."""
        return exchange.request_judged() if self.on == "request" else exchange.judged()


OPERATORS: list[Operator] = []


def operators(on: str) -> list[Operator]:
    return [operator for operator in OPERATORS if operator.on == on]


# Ways to write an operator


def events_of(exchange: Exchange) -> Events:
    """The events of a stream, those that are JSON as values."""
    return [_value(event.data) for event in sse.events(exchange.body)]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def spread(items: Iterable[Any]) -> list[Any]:
    """The first, the middle and the last of them: enough of a long list."""
    found = list(items)
    return [found[at] for at in sorted({0, len(found) // 2, len(found) - 1})] if found else []


def copied(value: Any) -> Any:
    return json.loads(json.dumps(value))


def places(value: Any, pattern: str) -> Iterator[tuple[Any, Any]]:
    """(container, key) of each value at ``choices[].delta.role``; ``[]`` stands for each item."""
    step, _, rest = pattern.partition(".")
    name = step.removesuffix("[]")
    if not isinstance(value, dict) or name not in value:
        return
    inner = value[name]
    if step.endswith("[]"):
        for at, item in enumerate(inner if isinstance(inner, list) else ()):
            yield from places(item, rest) if rest else [(inner, at)]
    elif rest:
        yield from places(inner, rest)
    else:
        yield value, name


def _documents(exchange: Exchange, on: str) -> Events:
    """The JSON values that an operator on this kind of thing may change."""
    if on == "request":
        return [copied(exchange.request)]
    return events_of(exchange) if on == "stream" else [json.loads(exchange.body)]


def _with(exchange: Exchange, on: str, documents: Events) -> Exchange:
    if on == "request":
        return replace(exchange, request=documents[0])
    if on == "stream":
        return replace(exchange, body=data(*documents))
    return replace(exchange, body=json.dumps(documents[0]).encode())


def at_each(
    on: str, name: str, pattern: str, rule: str, change: Callable[[Any, Any], None], *, kind: type = object
) -> None:
    """Adds an operator that calls ``change(container, key)`` at some of the places that the pattern names.

    Only values of the ``kind`` are changed.
    """

    def mutate(exchange: Exchange) -> Iterator[Exchange]:
        def found(documents: Events) -> list[tuple[Any, Any]]:
            return [
                (container, key)
                for document in documents
                for container, key in places(document, pattern)
                if isinstance(container[key], kind)
            ]

        count = len(found(_documents(exchange, on)))
        for at in sorted({0, count - 1} if count else ()):
            documents = _documents(exchange, on)
            change(*found(documents)[at])
            yield _with(exchange, on, documents)

    OPERATORS.append(Operator(f"{on}: {name}", on, rule, mutate))


def drop(on: str, rule: str, *patterns: str) -> None:
    """A field left out."""

    def change(container: Any, key: Any) -> None:
        del container[key]

    for pattern in patterns:
        at_each(on, f"drop {pattern}", pattern, rule, change)


def put(on: str, rule: str, pattern: str, *values: Any) -> None:
    """Another value in place of the one that is there: of another type, or a wrong constant."""
    for value in values:

        def change(container: Any, key: Any, value: Any = value) -> None:
            container[key] = copied(value)

        at_each(on, f"{pattern} = {json.dumps(value)}", pattern, rule, change)


def add(on: str, rule: str, pattern: str, **fields: Any) -> None:
    """Fields that the object at the pattern did not have; an empty pattern is the whole."""
    what = ", ".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())

    def change(container: Any, key: Any) -> None:
        container[key] |= fields

    if pattern:
        at_each(on, f"{pattern} with {what}", pattern, rule, change, kind=dict)
        return

    def mutate(exchange: Exchange) -> Iterator[Exchange]:
        count = len(_documents(exchange, on))
        for at in spread(range(count)):
            documents = _documents(exchange, on)
            if isinstance(documents[at], dict):
                documents[at] |= fields
                yield _with(exchange, on, documents)

    OPERATORS.append(Operator(f"{on}: with {what}", on, rule, mutate))


def rename(on: str, rule: str, pattern: str, new: str) -> None:
    def change(container: Any, key: Any) -> None:
        container[new] = container.pop(key)

    at_each(on, f"rename {pattern} to {new}", pattern, rule, change)


def raw(on: str, rule: str, equivalent: str = "") -> Callable[[Mutate], Mutate]:
    """Makes an operator of a function that changes an exchange; the function's name is the operator's."""

    def decorate(mutate: Mutate) -> Mutate:
        OPERATORS.append(Operator(f"{on}: {_words(mutate)}", on, rule, mutate, equivalent))
        return mutate

    return decorate


OnEvents = Callable[[Events], Iterator[Events]]


def stream(rule: str, equivalent: str = "") -> Callable[[OnEvents], OnEvents]:
    """Makes an operator of a function from the events of a stream to other ones; it must not change those it is given."""

    def decorate(change: OnEvents) -> OnEvents:
        def mutate(exchange: Exchange) -> Iterator[Exchange]:
            for events in change(events_of(exchange)):
                yield replace(exchange, body=data(*events))

        OPERATORS.append(Operator(f"stream: {_words(change)}", "stream", rule, mutate, equivalent))
        return change

    return decorate


def _words(function: Callable[..., Any]) -> str:
    return function.__name__.replace("_", " ")


# What is in a stream


def chunk_places(events: Events, *, choices: bool = False) -> list[int]:
    """Positions of the chunks; with ``choices``, of those that add to a choice."""
    return [
        at
        for at, event in enumerate(events)
        if isinstance(event, dict) and "choices" in event and (event["choices"] or not choices)
    ]


def entries(events: Events) -> list[tuple[int, Object]]:
    """(position of the event, one entry of its ``choices``)."""
    return [(at, entry) for at in chunk_places(events) for entry in events[at]["choices"]]


def finishes(events: Events) -> list[tuple[int, Object]]:
    return [(at, entry) for at, entry in entries(events) if entry.get("finish_reason")]


def texts(events: Events) -> list[int]:
    """Positions of chunks that have one choice and say something in it."""
    return [at for at, entry in entries(events) if len(events[at]["choices"]) == 1 and entry["delta"].get("content")]


def plain_texts(events: Events) -> list[int]:
    """Of those the ones that neither begin nor end the choice, and carry no log probabilities."""
    return [
        at
        for at in texts(events)
        for entry in events[at]["choices"]
        if not entry.get("finish_reason") and not entry.get("logprobs") and "role" not in entry["delta"]
    ]


def tool_parts(events: Events) -> list[tuple[int, tuple[int, int], Object]]:
    """(position of the event, (index of the choice, index of the call), the delta of the tool call)."""
    return [
        (at, (entry["index"], part["index"]), part)
        for at, entry in entries(events)
        for part in entry["delta"].get("tool_calls") or ()
    ]


def starts(events: Events) -> list[tuple[int, tuple[int, int], Object]]:
    """The first delta of each tool call."""
    seen: set[tuple[int, int]] = set()
    found = []
    for part in tool_parts(events):
        if part[1] not in seen:
            found.append(part)
            seen.add(part[1])
    return found


def later_parts(events: Events) -> list[tuple[int, tuple[int, int], Object]]:
    """The other deltas of tool calls."""
    first = [id(part) for _, _, part in starts(events)]
    return [found for found in tool_parts(events) if id(found[2]) not in first]


def arguments(events: Events) -> dict[tuple[int, int], str]:
    """The joined arguments of each tool call."""
    found: dict[tuple[int, int], str] = {}
    for _, call, part in tool_parts(events):
        found[call] = found.get(call, "") + (part.get("function", {}).get("arguments") or "")
    return found


def without(events: Events, *positions: int) -> Events:
    return [event for at, event in enumerate(events) if at not in positions]


def between(events: Events, at: int, *more: Any) -> Events:
    """With more events before the one at a position."""
    return [*events[:at], *more, *events[at:]]


def swapped(events: Events, one: int, other: int) -> Events:
    found = list(events)
    found[one], found[other] = found[other], found[one]
    return found


def changed(events: Events, at: int, **fields: Any) -> Events:
    """With fields of one chunk set."""
    return [event | fields if number == at else event for number, event in enumerate(events)]


def saying(events: Events, name: str) -> list[int]:
    """Positions of the chunks that give a field a value; none where there is but one, which nothing can differ from."""
    found = [at for at in chunk_places(events) if events[at].get(name)]
    return found if len(found) > 1 else []


def role_once(events: Events) -> bool:
    """Whether the first choice says its role in its first delta alone."""
    own = [entry for _, entry in entries(events) if entry["index"] == entries(events)[0][1]["index"]]
    return [bool(entry["delta"].get("role")) for entry in own[:2]] == [True, False]


def usage_places(events: Events) -> list[int]:
    return [at for at in chunk_places(events) if isinstance(events[at].get("usage"), dict)]


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


def _json(exchange: Exchange, value: Any) -> Exchange:
    return replace(exchange, body=json.dumps(value).encode())


@raw("completion", "wire.choice-index")
def indexes_from_one(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        choice["index"] += 1
    yield _json(exchange, body)


@raw("completion", "wire.choice-index")
def a_choice_more_than_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    body["choices"].append(body["choices"][-1] | {"index": len(body["choices"])})
    yield _json(exchange, body)


@raw("completion", "wire.choice-index")
def one_choice_twice(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    yield _json(exchange, body | {"choices": [*body["choices"], body["choices"][-1]]})


@raw("completion", "wire.choice-index")
def a_choice_left_out(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        yield _json(exchange, body | {"choices": [other for other in body["choices"] if other != choice]})


@raw("completion", "wire.tool-calls-finish")
def tool_calls_that_end_with_stop(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["finish_reason"] = "stop"
        yield _json(exchange, body)


@raw("completion", "wire.tool-calls-finish")
def an_end_with_tool_calls_that_never_came(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if not body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["finish_reason"] = "tool_calls"
        yield _json(exchange, body)


@raw("completion", "wire.tool-calls-finish")
def an_empty_list_of_tool_calls(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    if body["choices"][0]["message"].get("tool_calls"):
        body["choices"][0]["message"]["tool_calls"] = []
        yield _json(exchange, body)


@raw("completion", "wire.tool-arguments")
def arguments_cut(exchange: Exchange) -> Iterator[Exchange]:
    for cut in (1, -1):
        body = json.loads(exchange.body)
        for call in body["choices"][0]["message"].get("tool_calls") or ():
            function = call["function"]
            function["arguments"] = function["arguments"][:cut]
            yield _json(exchange, body)


@raw("completion", "wire.tool-arguments")
def arguments_in_the_words_of_python(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for call in body["choices"][0]["message"].get("tool_calls") or ():
        call["function"]["arguments"] = repr(json.loads(call["function"]["arguments"]))
        yield _json(exchange, body)


@raw("completion", "wire.tool-id")
def one_id_for_two_calls(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    calls = body["choices"][0]["message"].get("tool_calls")
    if calls and calls[-1]["id"]:
        calls.append(calls[-1])
        yield _json(exchange, body)


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
    yield _json(exchange, {"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}})


@raw("completion", "wire.error-schema")
def a_completion_with_a_bad_status(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, status=500)


@raw("completion", "wire.completion-schema")
def a_list_around_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"[" + exchange.body + b"]")


@raw("completion", "", "The order of an object's fields says nothing.")
def fields_in_another_order(exchange: Exchange) -> Iterator[Exchange]:
    yield _json(exchange, dict(reversed(json.loads(exchange.body).items())))


@raw("completion", "", "White space around JSON says nothing; some servers send it to keep a connection open.")
def blank_lines_before_it(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"\n\n  " + exchange.body + b"\r\n")


@raw("completion", "", "What the model says is not judged.")
def other_words(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    for choice in body["choices"]:
        if choice["message"].get("content") and not choice.get("logprobs"):
            choice["message"]["content"] = "Tomorrow, perhaps."
            yield _json(exchange, body)


@raw("completion", "", "A list of choices says by their indexes which is which.")
def choices_in_another_order(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    yield _json(exchange, body | {"choices": body["choices"][::-1]})


@raw("completion", "", "The media type of JSON may name its only encoding.")
def a_charset(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, content_type="Application/JSON; charset=utf-8")


@raw("completion", "", "Usage is no required field of a completion.")
def no_usage(exchange: Exchange) -> Iterator[Exchange]:
    body = json.loads(exchange.body)
    body.pop("usage", None)
    yield _json(exchange, body)


# Chunks of streams, by their schema

drop("stream", "wire.chunk-schema", "id", "created", "model", "choices", "choices[].index", "choices[].delta")
drop("stream", "wire.object", "object")
drop("stream", "wire.finish-reason", "choices[].finish_reason")
drop("stream", "wire.tool-index", "choices[].delta.tool_calls[].index")
drop("stream", "wire.chunk-schema", "usage.prompt_tokens", "usage.total_tokens", "choices[].logprobs.content[].token")
put("stream", "wire.chunk-schema", "id", "", 7, None)
put("stream", "wire.object", "object", "chat.completion", "chat.completion.chunks", None)
put("stream", "wire.chunk-schema", "created", "1760000000", 1.5, None)
put("stream", "wire.chunk-schema", "model", None, 7)
put("stream", "wire.chunk-schema", "choices", None, {}, "Hi")
put("stream", "wire.chunk-schema", "choices[]", None, "Hi")
put("stream", "wire.chunk-schema", "choices[].index", "0", -1, None)
put("stream", "wire.choice-index", "choices[].index", 77, 500)
put("stream", "wire.chunk-schema", "choices[].delta", None, "Hi", [])
put("stream", "wire.chunk-schema", "choices[].delta.role", 7, "bot", "")
put("stream", "wire.first-role", "choices[].delta.role", "user", "system")
put("stream", "wire.chunk-schema", "choices[].delta.content", 7, [], {"text": "Hi"})
put("stream", "wire.chunk-schema", "choices[].delta.refusal", 7, False)
put("stream", "wire.finish-reason", "choices[].finish_reason", "", "eos", "STOP", False)
put("stream", "wire.chunk-schema", "choices[].delta.tool_calls", {}, "now")
put("stream", "wire.tool-index", "choices[].delta.tool_calls[].index", "0", None, -1)
put("stream", "wire.chunk-schema", "choices[].delta.tool_calls[].type", "custom", "", 7)
put("stream", "wire.chunk-schema", "choices[].delta.tool_calls[].function.arguments", {"city": "Oslo"}, 7)
put("stream", "wire.chunk-schema", "choices[].delta.tool_calls[].id", 7)
put("stream", "wire.tool-start", "choices[].delta.tool_calls[].id", "")
put("stream", "wire.tool-start", "choices[].delta.tool_calls[].function.name", "")
put("stream", "wire.chunk-schema", "usage", [], 11, "11")
put("stream", "wire.chunk-schema", "usage.total_tokens", "11", -1, None)
put("stream", "wire.usage-sum", "usage.total_tokens", 1)
put("stream", "wire.chunk-schema", "system_fingerprint", 7)
put("stream", "wire.chunk-schema", "service_tier", "gold")
rename("stream", "wire.chunk-schema", "choices[].delta", "message")
rename("stream", "wire.unknown-field", "choices[].delta.content", "text")
rename("stream", "wire.unknown-field", "choices[].finish_reason", "finishReason")
rename("stream", "wire.unknown-field", "choices[].delta.tool_calls", "tool_call")
rename("stream", "wire.unknown-field", "choices[].delta.tool_calls[].function", "func")
add("stream", "wire.unknown-field", "", x_own=1)
add("stream", "wire.unknown-field", "choices[]", text="Hi")
add("stream", "wire.unknown-field", "choices[].delta", thoughts="hm")
add("stream", "wire.unknown-field", "choices[].delta.tool_calls[]", name="now")
add("stream", "wire.unknown-field", "usage", cost=0.1)


# The framing of streams


@stream("wire.done")
def no_DONE(events: Events) -> Iterator[Events]:  # noqa: N802 - the name is told
    yield [event for event in events if event != DONE]


@stream("wire.event-json")
def DONE_in_other_letters(events: Events) -> Iterator[Events]:  # noqa: N802
    for marker in ("[done]", "[DONE].", "DONE", "[DONE] "):
        yield [marker if event == DONE else event for event in events]


@stream("wire.chunk-schema")
def DONE_as_a_JSON_text(events: Events) -> Iterator[Events]:  # noqa: N802
    yield ['"[DONE]"' if event == DONE else event for event in events]


@stream("wire.after-done")
def DONE_twice(events: Events) -> Iterator[Events]:  # noqa: N802
    yield [*events, DONE]


@stream("wire.after-done")
def DONE_too_early(events: Events) -> Iterator[Events]:  # noqa: N802
    rest = [event for event in events if event != DONE]
    for at in spread(range(len(rest))):
        yield between(rest, at, DONE)


@stream("wire.after-done")
def a_chunk_after_DONE(events: Events) -> Iterator[Events]:  # noqa: N802
    yield [*events, events[0]]


@stream("wire.event-json")
def an_event_cut_in_its_JSON(events: Events) -> Iterator[Events]:  # noqa: N802
    for at in spread(chunk_places(events)):
        text = json.dumps(events[at])
        yield [*events[:at], text[: len(text) // 2], *events[at + 1 :]]


@stream("wire.event-json")
def one_chunk_in_two_events(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        text = json.dumps(events[at])
        half = len(text) // 2
        yield [*events[:at], text[:half], text[half:], *events[at + 1 :]]


@stream("wire.event-json")
def two_chunks_in_one_event(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)[1:]):
        together = f"{json.dumps(events[at - 1])}{json.dumps(events[at])}"
        yield [*events[: at - 1], together, *events[at + 1 :]]


@stream("wire.chunk-schema")
def chunks_in_a_list(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield [*events[:at], [events[at]], *events[at + 1 :]]


@stream("wire.event-json")
def an_event_in_the_words_of_python(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield [*events[:at], repr(events[at]), *events[at + 1 :]]


@stream("wire.event-json")
def a_number_in_a_chunk_that_JSON_does_not_have(events: Events) -> Iterator[Events]:  # noqa: N802
    for at in spread(chunk_places(events)):
        yield [*events[:at], json.dumps(events[at] | {"created": float("nan")}), *events[at + 1 :]]


@stream("wire.event-json")
def an_event_without_text(events: Events) -> Iterator[Events]:
    for at in spread(range(len(events))):
        yield between(events, at, "")


@stream("wire.event-json")
def a_ping_that_is_no_comment(events: Events) -> Iterator[Events]:
    for at in spread(range(len(events))):
        yield between(events, at, "ping")


@stream("wire.line-separator")
def a_line_separator_as_it_is(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        for separator in ("\u2028", "\u2029", "\x85"):
            text = json.dumps(events[at]).replace('"content": "', f'"content": "{separator}', 1)
            yield [*events[:at], text, *events[at + 1 :]]


@raw("stream", "wire.unfinished-event")
def the_last_blank_line_left_out(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.rstrip(b"\r\n") + b"\n")
    yield replace(exchange, body=exchange.body.rstrip(b"\r\n"))


@raw("stream", "wire.unfinished-event")
def a_stream_cut_inside_an_event(exchange: Exchange) -> Iterator[Exchange]:
    starts = [at for at in range(len(exchange.body)) if exchange.body.startswith(b"data:", at)]
    for start in spread(starts):
        for length in (1, 5, 20):
            if exchange.body[start + length :].strip():
                yield replace(exchange, body=exchange.body[: start + length])


@raw("stream", "wire.done")
def a_stream_cut_between_events(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for count in spread(range(1, len(parts) - 1)):
        yield replace(exchange, body=b"\n\n".join(parts[:count]) + b"\n\n")


@raw("stream", "wire.done")
def an_empty_stream(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"")


@raw("stream", "wire.utf-8")
def bytes_that_are_not_UTF_8(exchange: Exchange) -> Iterator[Exchange]:  # noqa: N802
    for at in spread(at for at in range(len(exchange.body)) if exchange.body.startswith(b'"choices"', at)):
        for wrong in (b"\xe9", b"\xff", b"\xe2\x82"):
            yield replace(exchange, body=exchange.body[:at] + wrong + exchange.body[at:])


@raw("stream", "wire.block-without-data")
def a_block_without_data(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for block in (b"event: ping", b"id: 7", b"retry: 1000"):
        for at in spread(range(len(parts) - 1)):
            yield replace(exchange, body=b"\n\n".join([*parts[:at], block, *parts[at:]]))


@raw("stream", "wire.block-without-data")
def an_event_without_the_name_of_its_field(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for at in spread(range(len(parts) - 1)):
        bare = parts[at].removeprefix(b"data:").strip()
        yield replace(exchange, body=b"\n\n".join([*parts[:at], bare, *parts[at + 1 :]]))


@raw("stream", "wire.event-json")
def one_line_end_where_two_belong(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for at in spread(range(1, len(parts) - 1)):
        if parts[at - 1].startswith(b"data") and parts[at].startswith(b"data"):
            yield replace(exchange, body=b"\n\n".join(parts[:at]) + b"\n" + b"\n\n".join(parts[at:]))


@raw("stream", "wire.unfinished-event")
def line_ends_written_as_text(exchange: Exchange) -> Iterator[Exchange]:
    if exchange.body.startswith(b"data"):
        yield replace(exchange, body=exchange.body.replace(b"\n", b"\\n"))


@raw("stream", "wire.block-without-data")
def chunks_line_by_line_without_events(exchange: Exchange) -> Iterator[Exchange]:
    lines = b"".join(event.data.encode() + b"\n\n" for event in sse.events(exchange.body))
    yield replace(exchange, body=lines)


@raw("stream", "wire.content-type")
def another_media_type_for_a_stream(exchange: Exchange) -> Iterator[Exchange]:
    for media_type in (JSON, "text/plain; charset=utf-8", ""):
        yield replace(exchange, content_type=media_type)
    for start in (b": hello\n\n", b"\xef\xbb\xbf", b"\r\n: hello\r", b"event: message\n"):
        yield replace(exchange, content_type=JSON, body=start + exchange.body)


@raw("stream", "wire.body-cut")
def a_connection_that_closes_early_in_a_stream(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, ended=False)


@raw("stream", "wire.streamed-unasked")
def a_stream_that_nobody_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    unasked = {name: value for name, value in exchange.request.items() if name not in {"stream", "stream_options"}}
    yield replace(exchange, request=unasked)
    yield replace(exchange, request=unasked | {"stream": False})


@raw("stream", "wire.error-schema")
def a_stream_with_a_bad_status(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, status=503)


# What links the chunks of a stream


@stream("wire.same-id")
def another_id_in_one_chunk(events: Events) -> Iterator[Events]:
    for at in spread(saying(events, "id")):
        yield changed(events, at, id="chatcmpl-other")


@stream("wire.same-id")
def an_id_for_each_chunk(events: Events) -> Iterator[Events]:
    yield [event | {"id": f"c-{at}"} if isinstance(event, dict) else event for at, event in enumerate(events)]


@stream("wire.same-created")
def the_time_of_each_chunk(events: Events) -> Iterator[Events]:
    yield [
        event | {"created": event["created"] + at} if isinstance(event, dict) else event
        for at, event in enumerate(events)
    ]


@stream("wire.same-created")
def another_time_in_one_chunk(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield changed(events, at, created=events[at]["created"] - 1)


@stream("wire.same-model")
def another_model_in_one_chunk(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield changed(events, at, model="another")


@stream("wire.same-backend")
def another_fingerprint_in_one_chunk(events: Events) -> Iterator[Events]:
    for at in spread(saying(events, "system_fingerprint")):
        yield changed(events, at, system_fingerprint="fp_other")


@stream("wire.same-backend")
def another_service_tier_in_one_chunk(events: Events) -> Iterator[Events]:
    for at in spread(saying(events, "service_tier")):
        yield changed(events, at, service_tier="flex")


@stream("wire.first-role")
def no_role(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, entry in entries(found):
        entry["delta"].pop("role", None)
    yield found


@stream("wire.first-role")
def the_role_too_late(events: Events) -> Iterator[Events]:
    places = [at for at in chunk_places(events, choices=True) if len(events[at]["choices"]) == 1]
    first = next(at for at in places)
    for other in places[1:2] if role_once(events) else ():
        if events[first]["choices"][0]["index"] == events[other]["choices"][0]["index"]:
            yield swapped(events, first, other)


@stream("wire.first-role")
def the_first_chunk_left_out(events: Events) -> Iterator[Events]:
    if role_once(events):
        yield without(events, chunk_places(events, choices=True)[0])


@stream("wire.role-again")
def the_role_in_each_chunk(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, entry in entries(found):
        entry["delta"]["role"] = "assistant"
    yield found


@stream("wire.choice-index")
def a_choice_that_was_not_asked_for(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, entry in entries(found):
        entry["index"] += 1
    yield found
    more = copied(events)
    for at in chunk_places(more, choices=True):
        more[at]["choices"] += [entry | {"index": entry["index"] + 5} for entry in more[at]["choices"]]
    yield more


@stream("wire.choice-index")
def a_choice_that_never_comes(events: Events) -> Iterator[Events]:
    found = copied(events)
    for at in chunk_places(found):
        found[at]["choices"] = [entry for entry in found[at]["choices"] if entry["index"] > 0]
    yield found


@stream("wire.one-finish")
def no_finish_reason(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, entry in finishes(found):
        entry["finish_reason"] = None
    yield found


@stream("wire.one-finish")
def the_chunk_with_finish_reason_left_out(events: Events) -> Iterator[Events]:
    for at, _ in finishes(events):
        yield without(events, at)


@stream("wire.one-finish")
def finish_reason_twice(events: Events) -> Iterator[Events]:
    for at, _ in finishes(events):
        yield between(events, at, events[at])


@stream("wire.one-finish")
def finish_reason_in_each_chunk(events: Events) -> Iterator[Events]:
    found = copied(events)
    reasons = {entry["index"]: entry["finish_reason"] for _, entry in finishes(found)}
    for _, entry in entries(found):
        entry["finish_reason"] = reasons.get(entry["index"])
    yield found


@stream("wire.after-finish")
def content_after_finish_reason(events: Events) -> Iterator[Events]:
    for at, entry in finishes(events):
        said = {"index": entry["index"], "delta": {"content": "!"}, "finish_reason": None}
        yield between(events, at + 1, events[at] | {"choices": [said]})


@stream("wire.after-finish")
def the_last_words_after_finish_reason(events: Events) -> Iterator[Events]:
    for at, entry in finishes(events):
        before = at - 1
        if before in texts(events) and events[before]["choices"][0]["index"] == entry["index"]:
            yield swapped(events, before, at)


@stream("wire.after-finish")
def a_tool_call_after_finish_reason(events: Events) -> Iterator[Events]:
    for at, _, part in starts(events):
        for end, entry in finishes(events):
            late = {"index": entry["index"], "delta": {"tool_calls": [part]}, "finish_reason": None}
            yield between(events, end + 1, events[at] | {"choices": [late]})


# Tool calls


@stream("wire.tool-calls-finish")
def tool_calls_streamed_that_end_with_stop(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, entry in finishes(found):
        if entry["finish_reason"] == "tool_calls":
            entry["finish_reason"] = "stop"
            yield found


@stream("wire.tool-calls-finish")
def a_stream_that_ends_with_tool_calls_without_any(events: Events) -> Iterator[Events]:
    if not tool_parts(events) and len(finishes(events)) == 1:
        found = copied(events)
        for _, entry in finishes(found):
            entry["finish_reason"] = "tool_calls"
            yield found


def _at_start(events: Events, *path: str) -> Iterator[Events]:
    """Each tool call in turn without a field of its first delta."""
    for number in range(len(starts(events))):
        found = copied(events)
        part = starts(found)[number][2]
        for step in path[:-1]:
            part = part[step]
        del part[path[-1]]
        yield found


@stream("wire.tool-start")
def a_tool_call_without_id(events: Events) -> Iterator[Events]:
    return _at_start(events, "id")


@stream("wire.tool-start")
def a_tool_call_without_type(events: Events) -> Iterator[Events]:
    return _at_start(events, "type")


@stream("wire.tool-start")
def a_tool_call_without_name(events: Events) -> Iterator[Events]:
    return _at_start(events, "function", "name")


@stream("wire.tool-start")
def the_start_of_a_tool_call_left_out(events: Events) -> Iterator[Events]:
    for _, call, part in starts(events):
        if any(other[1] == call for other in later_parts(events)):
            found = copied(events)
            for _, entry in entries(found):
                calls = entry["delta"].get("tool_calls")
                if calls and part in calls:
                    calls.remove(part)
            yield found


def _in_later_parts(events: Events, **fields: Any) -> Iterator[Events]:
    for number in spread(range(len(later_parts(events)))):
        found = copied(events)
        part = later_parts(found)[number][2]
        part |= fields | ({"function": part["function"] | fields["function"]} if "function" in fields else {})
        yield found


@stream("wire.tool-changes")
def another_id_for_the_same_call(events: Events) -> Iterator[Events]:
    return _in_later_parts(events, id="call_other")


@stream("wire.tool-changes")
def another_name_for_the_same_call(events: Events) -> Iterator[Events]:
    return _in_later_parts(events, function={"name": "another"})


@stream("wire.tool-changes")
def another_type_for_the_same_call(events: Events) -> Iterator[Events]:
    return _in_later_parts(events, type="custom")


@stream("wire.tool-start")
def a_part_of_a_call_under_another_index(events: Events) -> Iterator[Events]:
    return _in_later_parts(events, index=9)


@stream("wire.tool-order")
def indexes_of_calls_from_one(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, _, part in tool_parts(found):
        part["index"] += 1
    if tool_parts(found):
        yield found


@stream("wire.tool-order")
def a_hole_in_the_indexes_of_calls(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, _, part in tool_parts(found):
        part["index"] *= 2
    if any(index > 0 for _, (_, index), _ in tool_parts(events)):
        yield found


@stream("wire.tool-changes")
def one_index_for_all_calls(events: Events) -> Iterator[Events]:
    found = copied(events)
    for _, _, part in tool_parts(found):
        part["index"] = 0
    if any(index > 0 for _, (_, index), _ in tool_parts(events)):
        yield found


@stream("wire.tool-id")
def one_id_for_two_calls_in_a_stream(events: Events) -> Iterator[Events]:
    calls = starts(events)
    for at, (choice, _), part in calls[-1:]:
        again = part | {"index": part["index"] + 1, "function": part["function"] | {"arguments": "{}"}}
        entry = {"index": choice, "delta": {"tool_calls": [again]}, "finish_reason": None}
        end = next(place for place, other in finishes(events) if other["index"] == choice)
        yield between(events, end, events[at] | {"choices": [entry]})


def _broken_arguments(events: Events, found: Events) -> bool:
    """Whether the arguments of a call were JSON and are no longer."""
    return any(isinstance(_value(text), str) for text in arguments(found).values()) and not any(
        isinstance(_value(text), str) for text in arguments(events).values()
    )


@stream("wire.tool-arguments")
def a_part_of_the_arguments_lost(events: Events) -> Iterator[Events]:
    for at, _, _ in later_parts(events):
        if _broken_arguments(events, without(events, at)):
            yield without(events, at)


@stream("wire.tool-arguments")
def a_part_of_the_arguments_twice(events: Events) -> Iterator[Events]:
    for at, _, _ in later_parts(events):
        if _broken_arguments(events, between(events, at, events[at])):
            yield between(events, at, events[at])


@stream("wire.tool-arguments")
def parts_of_the_arguments_in_another_order(events: Events) -> Iterator[Events]:
    parts = later_parts(events)
    for one, other in pairwise(parts):
        mutant = swapped(events, one[0], other[0])
        if one[0] != other[0] and _broken_arguments(events, mutant):
            yield mutant


@stream("wire.tool-arguments")
def each_part_with_all_arguments_so_far(events: Events) -> Iterator[Events]:
    found = copied(events)
    so_far: dict[tuple[int, int], str] = {}
    for _, call, part in tool_parts(found):
        so_far[call] = so_far.get(call, "") + part["function"]["arguments"]
        part["function"]["arguments"] = so_far[call]
    if _broken_arguments(events, found):
        yield found


# Usage


@stream("wire.usage-sum")
def a_total_that_is_one_too_many(events: Events) -> Iterator[Events]:
    for at in usage_places(events):
        usage = events[at]["usage"]
        yield changed(events, at, usage=usage | {"total_tokens": usage["total_tokens"] + 1})


def _asks_for_usage(exchange: Exchange) -> bool:
    options = exchange.request.get("stream_options") or {}
    return options.get("include_usage") is True


@raw("stream", "wire.usage-chunk")
def no_usage_though_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    events = events_of(exchange)
    if _asks_for_usage(exchange):
        yield replace(exchange, body=data(*without(events, *usage_places(events))))
        nothing = [event | {"usage": None} if isinstance(event, dict) else event for event in events]
        yield replace(exchange, body=data(*nothing))


@raw("stream", "wire.usage-chunk")
def usage_beside_choices(exchange: Exchange) -> Iterator[Exchange]:
    events = events_of(exchange)
    if _asks_for_usage(exchange) and usage_places(events) and finishes(events):
        last = usage_places(events)[-1]
        together = changed(events, finishes(events)[-1][0], usage=events[last]["usage"])
        yield replace(exchange, body=data(*without(together, last)))


@stream("wire.usage-early")
def usage_twice(events: Events) -> Iterator[Events]:
    for at in usage_places(events):
        yield between(events, at, events[at])


@stream("wire.usage-early")
def usage_in_each_chunk(events: Events) -> Iterator[Events]:
    if usage_places(events):
        yield [event | {"usage": USAGE} if isinstance(event, dict) else event for event in events]


@stream("wire.usage-early")
def usage_before_the_end(events: Events) -> Iterator[Events]:
    for at in usage_places(events)[-1:]:
        for earlier in spread(chunk_places(events, choices=True)):
            yield between(without(events, at), earlier, events[at])


@raw("stream", "wire.usage-unasked")
def usage_that_nobody_asked_for(exchange: Exchange) -> Iterator[Exchange]:
    events = events_of(exchange)
    if not usage_places(events):
        chunk = events[chunk_places(events)[-1]] | {"choices": [], "usage": USAGE}
        yield replace(exchange, body=data(*between(events, chunk_places(events)[-1] + 1, chunk)))
    elif _asks_for_usage(exchange):
        request = {name: value for name, value in exchange.request.items() if name != "stream_options"}
        yield replace(exchange, request=request)


# Errors in a stream

ERROR: Object = {"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}}


@stream("wire.stream-error")
def an_error_without_a_message(events: Events) -> Iterator[Events]:
    for error in (
        {"type": "server_error", "param": None, "code": None},
        ERROR["error"] | {"message": ""},
        "overloaded",
        {},
    ):
        yield [*events[:1], {"error": error}]


@stream("wire.stream-error")
def an_error_beside_choices_without_a_message(events: Events) -> Iterator[Events]:
    yield [*events[:1], events[0] | {"error": {"code": 502}}]


@stream("wire.after-error")
def a_good_end_after_an_error(events: Events) -> Iterator[Events]:
    ends = [at for at, entry in finishes(events) if entry["finish_reason"] in SUCCESS]
    for at in spread(range(min(ends, default=-1) + 1)):
        yield between(events, at, ERROR)


# Changes of a stream that no rule can see


@raw("stream", "", "Comments are legal, and lines between events may be blank.")
def comments_and_blank_lines(exchange: Exchange) -> Iterator[Exchange]:
    parts = exchange.body.split(b"\n\n")
    for at in spread(range(len(parts))):
        yield replace(exchange, body=b"\n\n".join([*parts[:at], b": keep-alive", b"", *parts[at:]]))


@raw("stream", "", "Lines may end with CR LF or CR alone.")
def other_line_ends(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.replace(b"\n", b"\r\n"))
    yield replace(exchange, body=exchange.body.replace(b"\n", b"\r"))


@raw("stream", "", "A byte-order mark at the start is no part of the stream.")
def a_byte_order_mark(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=b"\xef\xbb\xbf" + exchange.body)


@raw("stream", "", "The space after the colon is none of the data.")
def no_space_after_the_colon(exchange: Exchange) -> Iterator[Exchange]:
    yield replace(exchange, body=exchange.body.replace(b"data: ", b"data:"))


@stream("", "A model may stop to think between any two words: a chunk may add nothing.")
def a_chunk_that_adds_nothing(events: Events) -> Iterator[Events]:
    for at, entry in spread(finishes(events)):
        nothing = {"index": entry["index"], "delta": {}, "finish_reason": None}
        yield between(events, at, events[at] | {"choices": [nothing]})


@stream("", "What the model says is not judged: words may be missing.")
def a_chunk_of_content_lost(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        yield without(events, at)


@stream("", "What the model says is not judged: words may come twice.")
def a_chunk_of_content_twice(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        yield between(events, at, events[at])


@stream("", "What the model says is not judged: words may come in any order.")
def chunks_of_content_in_another_order(events: Events) -> Iterator[Events]:
    places = plain_texts(events)
    for one, other in spread(pairwise(places)):
        if events[one]["choices"][0]["index"] == events[other]["choices"][0]["index"]:
            yield swapped(events, one, other)


@stream("", "A server cuts content into chunks where it likes.")
def content_cut_elsewhere(events: Events) -> Iterator[Events]:
    for at in spread(plain_texts(events)):
        (entry,) = events[at]["choices"]
        text = entry["delta"]["content"]
        halves = [entry | {"delta": {"content": part}} for part in (text[:1], text[1:])]
        yield [*events[:at], *(events[at] | {"choices": [half]} for half in halves), *events[at + 1 :]]


@stream("", "A server cuts arguments into chunks where it likes.")
def arguments_cut_elsewhere(events: Events) -> Iterator[Events]:
    for at, (choice, _), part in spread(later_parts(events)):
        text = part["function"]["arguments"]
        if len(events[at]["choices"]) == 1 and not events[at]["choices"][0].get("finish_reason"):
            halves = [part | {"function": {"arguments": piece}} for piece in (text[:1], text[1:])]
            made = [
                events[at] | {"choices": [{"index": choice, "delta": {"tool_calls": [half]}, "finish_reason": None}]}
                for half in halves
            ]
            yield [*events[:at], *made, *events[at + 1 :]]


@stream("", "The order of an object's fields says nothing.")
def fields_of_chunks_in_another_order(events: Events) -> Iterator[Events]:
    yield [dict(reversed(event.items())) if isinstance(event, dict) else event for event in events]


@stream("", "A fingerprint need not be in each chunk.")
def a_fingerprint_left_out(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events)):
        yield [*events[:at], {k: v for k, v in events[at].items() if k != "system_fingerprint"}, *events[at + 1 :]]


@stream("", "A stream may break off with an error that says why: nothing need come after it.")
def an_error_at_the_end(events: Events) -> Iterator[Events]:
    for at in spread(chunk_places(events, choices=True)[1:]):
        yield [*events[:at], ERROR]


@stream("", "Padding against eavesdroppers may be in each chunk.")
def obfuscation(events: Events) -> Iterator[Events]:
    yield [event | {"obfuscation": "x" * at} if isinstance(event, dict) else event for at, event in enumerate(events)]


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
    yield _json(exchange, body)
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
