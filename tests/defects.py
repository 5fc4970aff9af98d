"""Defects that a server can show, one at a time, each with the rule that must name it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conforming_server import Reply, choice, error, event_of, usage_of

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Defect:
    """A change to the replies that have all the tags of ``on``."""

    name: str
    on: frozenset[str]
    rule: str
    change: Callable[[Reply], Reply | None]
    level: str = "error"
    also: frozenset[str] = frozenset()
    """Rules that the defect breaks as well, as its consequence."""

    def __call__(self, reply: Reply) -> Reply | None:
        return self.change(reply) if self.on <= reply.tags else None


DEFECTS: list[Defect] = []


def defect(on: str, rule: str, level: str = "error") -> Callable[[Any], Any]:
    """Lists a function as the defect that has its name."""

    def take(change: Callable[[Reply], Reply | None]) -> Callable[[Reply], Reply | None]:
        name = change.__name__.replace("_", "-")
        DEFECTS.append(Defect(name, frozenset(on.split()), rule, change, level))
        return change

    return take


def alter(
    name: str, on: str, rule: str, change: Callable[[Reply], Any], *, level: str = "error", also: str = ""
) -> None:
    """Lists a defect that one expression makes."""

    def apply(reply: Reply) -> None:
        change(reply)

    DEFECTS.append(Defect(name, frozenset(on.split()), rule, apply, level, frozenset(also.split())))


def drop(name: str) -> Callable[[Any], Any]:
    return lambda value: value.pop(name)


def put(**values: Any) -> Callable[[Any], Any]:
    return lambda value: value.update(values)


def of_body(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.body)


def of_choice(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.body["choices"][0])


def of_message(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.body["choices"][0]["message"])


def of_call(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.body["choices"][0]["message"]["tool_calls"][-1])


def of_error(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.body["error"])


def of_event(position: int, change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.events[position])


def of_delta(position: int, change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    return lambda reply: change(reply.events[position]["choices"][0]["delta"])


def of_end(change: Callable[[Any], Any]) -> Callable[[Reply], Any]:
    """Changes the choice of the chunk with the finish_reason."""

    def apply(reply: Reply) -> None:
        for event in reply.events:
            for entry in event["choices"]:
                if entry["finish_reason"]:
                    change(entry)

    return apply


def of_parts(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Reply], Any]:
    def apply(reply: Reply) -> None:
        reply.parts = change(list(reply.bytes_of()))

    return apply


# Completions

SCHEMA = "wire.completion-schema"
alter("no-id", "completion", SCHEMA, of_body(drop("id")))
alter("empty-id", "completion", SCHEMA, of_body(put(id="")))
alter("object-of-a-chunk", "completion", SCHEMA, of_body(put(object="chat.completion.chunk")))
alter("object-of-a-text-completion", "completion", SCHEMA, of_body(put(object="text_completion")))
alter("created-as-text", "completion", SCHEMA, of_body(put(created="2026-01-01T00:00:00Z")))
alter("created-with-fraction", "completion", SCHEMA, of_body(put(created=1760000000.25)))
alter("no-model", "completion", SCHEMA, of_body(drop("model")))
alter(
    "choices-as-object",
    "completion",
    SCHEMA,
    lambda reply: put(choices=reply.body["choices"][0])(reply.body),
    also="wire.choice-index",
)
alter("no-choices", "completion", "wire.choice-index", of_body(put(choices=[])))
alter("choice-without-index", "completion max_tokens", SCHEMA, of_choice(drop("index")), also="wire.choice-index")
alter("choice-without-message", "completion max_tokens", SCHEMA, of_choice(drop("message")))
alter(
    "delta-in-place-of-message",
    "completion max_tokens",
    SCHEMA,
    of_choice(lambda c: c.update(delta=c.pop("message"))),
    also="wire.unknown-field",
)
alter("role-of-another", "completion", SCHEMA, of_message(put(role="bot")))
alter("no-role", "completion", SCHEMA, of_message(drop("role")))
alter("content-left-out", "completion max_tokens", SCHEMA, of_message(drop("content")))
alter("content-as-number", "completion max_tokens", SCHEMA, of_message(put(content=42)))
alter("content-as-parts", "completion max_tokens", SCHEMA, of_message(put(content=[{"type": "text", "text": "Hello"}])))
alter("no-finish-reason", "completion max_tokens", SCHEMA, of_choice(drop("finish_reason")))
alter("finish-reason-null", "completion max_tokens", SCHEMA, of_choice(put(finish_reason=None)))
alter("finish-reason-of-its-own", "completion max_tokens", SCHEMA, of_choice(put(finish_reason="end_turn")))
alter("field-of-its-own", "completion", "wire.unknown-field", of_body(put(latency_ms=12)))
alter("field-of-its-own-in-message", "completion", "wire.unknown-field", of_message(put(thinking="Hm.")))
alter(
    "index-from-1",
    "completion",
    "wire.choice-index",
    lambda r: [c.update(index=c["index"] + 1) for c in r.body["choices"]],
)
alter("n-ignored", "completion n", "wire.choice-index", lambda r: r.body["choices"].pop())
alter("same-index-twice", "completion n", "wire.choice-index", lambda r: r.body["choices"][1].update(index=0))
alter(
    "logprobs-without-bytes",
    "completion logprobs",
    SCHEMA,
    of_choice(lambda c: c["logprobs"]["content"][0].pop("bytes")),
)
alter(
    "logprobs-as-list", "completion logprobs", SCHEMA, of_choice(lambda c: c.update(logprobs=c["logprobs"]["content"]))
)
alter("json-cut", "completion max_tokens", "wire.not-json", of_parts(lambda parts: [parts[0][:-20]]))
alter("completion-as-text", "completion", "wire.content-type", lambda r: setattr(r, "content_type", "text/plain"))
alter("body-shorter-than-said", "completion", "wire.body-cut", lambda r: setattr(r, "longer", 10))


@defect("completion max_tokens", "wire.streamed-unasked")
def streams_unasked(reply: Reply) -> None:
    common = {name: reply.body[name] for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    reply.events = [
        common | {"choices": [choice({"role": "assistant", "content": "Hello"}, None)]},
        common | {"choices": [choice({}, "length")]},
    ]
    reply.content_type = "text/event-stream"


@defect("completion n", "wire.error-status")
def error_with_200(_reply: Reply) -> Reply:
    failed = error(200, "Something went wrong.", "internal")
    return Reply(body=failed.body, tags=failed.tags)


@defect("completion n", "probe.server-error")
def fails_on_n(_reply: Reply) -> Reply:
    return error(500, "Something went wrong.", "internal")


@defect("completion n", "probe.refused")
def refuses_n_without_saying_so(_reply: Reply) -> Reply:
    return error(400, "Bad request.", "invalid_request")


@defect("completion n", "probe.refusal-status")
def redirects(_reply: Reply) -> Reply:
    return Reply(status=302, body=_reply.body)


# What was asked for

alter("stop-ignored", "completion stop", "probe.stop", of_message(put(content="1 2 3 4 5 6 7 8 9")))
alter("max-tokens-ignored", "completion max_tokens", "probe.max-tokens", of_body(put(usage=usage_of(7))))
alter(
    "json-in-a-fence",
    "completion response_format",
    "probe.json-output",
    of_message(put(content='```json\n{"a": 1}\n```')),
)
alter("logprobs-ignored", "completion logprobs", "probe.logprobs", of_choice(put(logprobs=None)))
alter("same-id-for-all", "completion", "probe.own-id", of_body(put(id="chatcmpl-1")))

alter(
    "json-of-another-schema",
    "completion response_format",
    "probe.json-schema",
    of_message(put(content='{"town": "Paris"}')),
)
alter("usage-left-out", "completion", "probe.usage", of_body(drop("usage")), level="warning")
alter(
    "answer-of-nothing",
    "completion n",
    "probe.empty-answer",
    lambda r: [c["message"].update(content=None) for c in r.body["choices"]],
    level="warning",
)
alter("model-empty", "completion", "probe.model", of_body(put(model="")))
alter("created-in-milliseconds", "completion", "probe.created", of_body(put(created=1760000000123)))
alter(
    "created-in-milliseconds-in-stream",
    "stream",
    "probe.created",
    lambda r: [e.update(created=1760000000123) for e in r.events],
)


@defect("stream text", "probe.stream-error")
def error_in_place_of_the_rest(reply: Reply) -> None:
    reply.parts = [event_of(reply.events[0]), event_of(error(500, "The engine is lost.", "internal").body)]


# Streams

CHUNK = "wire.chunk-schema"
alter(
    "chunk-id-changes",
    "stream",
    "wire.same-id",
    lambda r: [e.update(id=f"{e['id']}-{n}") for n, e in enumerate(r.events)],
)
alter(
    "chunk-created-changes", "stream", "wire.same-created", of_event(-1, lambda e: e.update(created=e["created"] + 1))
)
alter("chunk-model-changes", "stream", "wire.same-model", of_event(1, put(model="another")))
alter("chunk-fingerprint-changes", "stream", "wire.same-backend", of_event(1, put(system_fingerprint="fp_another")))
alter(
    "chunk-object-of-completion",
    "stream",
    "wire.object",
    lambda r: [e.update(object="chat.completion") for e in r.events],
)
alter("chunk-without-id", "stream", CHUNK, of_event(1, drop("id")))
alter("chunk-without-choices", "stream text", CHUNK, of_event(1, drop("choices")))
alter(
    "message-in-place-of-delta",
    "stream text",
    CHUNK,
    of_event(1, lambda e: e["choices"][0].update(message=e["choices"][0].pop("delta"))),
    also="wire.unknown-field",
)
alter("delta-null", "stream text", CHUNK, of_event(1, lambda e: e["choices"][0].update(delta=None)))
alter("delta-content-as-number", "stream text", CHUNK, of_delta(1, put(content=7)))
alter("field-of-its-own-in-chunk", "stream", "wire.unknown-field", of_event(1, put(seq=1)))
alter("no-role-in-stream", "stream", "wire.first-role", of_delta(0, drop("role")))
alter("role-on-every-chunk", "stream text", "wire.role-again", of_delta(1, put(role="assistant")), level="warning")
alter("no-finish-in-stream", "stream", "wire.one-finish", of_end(put(finish_reason=None)))
alter(
    "finish-twice",
    "stream text",
    "wire.one-finish",
    lambda r: r.events.insert(-1, json.loads(json.dumps(r.events[-1] if r.events[-1]["choices"] else r.events[-2]))),
)
alter(
    "finish-empty-until-the-end",
    "stream",
    "wire.finish-reason",
    of_event(1, lambda e: e["choices"][0].update(finish_reason="")),
)
alter("finish-of-its-own-in-stream", "stream text", "wire.finish-reason", of_end(put(finish_reason="eos")))
alter(
    "content-after-finish",
    "stream text",
    "wire.after-finish",
    lambda r: r.events.append(r.events[1]) if "stream_options" not in r.tags else None,
)
alter(
    "choice-of-another-index",
    "stream text",
    "wire.choice-index",
    lambda r: [c.update(index=1) for e in r.events for c in e["choices"]],
)
alter("choice-without-index-in-stream", "stream text", CHUNK, of_event(1, lambda e: e["choices"][0].pop("index")))
alter("no-done", "stream", "wire.done", of_parts(lambda parts: parts[:-1]))
alter("done-twice", "stream", "wire.after-done", of_parts(lambda parts: [*parts, parts[-1]]))
alter("chunk-after-done", "stream", "wire.after-done", of_parts(lambda parts: [*parts, parts[0]]))
alter(
    "event-cut-in-json",
    "stream text",
    "wire.event-json",
    of_parts(lambda parts: [parts[0], parts[1][:-9] + b"\n\n", *parts[1:]]),
)
alter("events-joined-by-one-newline", "stream text", "wire.event-json", of_parts(lambda p: [p[0], p[1][:-1], *p[1:]]))
alter("event-that-is-words", "stream", "wire.event-json", of_parts(lambda parts: [b"data: ping\n\n", *parts]))
alter("event-at-the-end-cut", "stream", "wire.unfinished-event", of_parts(lambda parts: [*parts, b'data: {"id"']))
alter("block-without-data", "stream", "wire.block-without-data", of_parts(lambda parts: [b"event: ping\n\n", *parts]))
alter("latin-1", "stream text", "wire.utf-8", of_parts(lambda p: [p[0], p[1].replace(b"Hel", b"H\xe9l"), *p[2:]]))
alter(
    "line-separator-unescaped",
    "stream text",
    "wire.line-separator",
    of_parts(lambda p: [p[0], p[1].replace(b"Hel", b"H\xe2\x80\xa8l"), *p[2:]]),
    level="warning",
)
alter("stream-as-json-type", "stream", "wire.content-type", lambda r: setattr(r, "content_type", "application/json"))
alter("stream-cut-by-the-connection", "stream", "wire.body-cut", lambda r: setattr(r, "longer", 1))


@defect("stream text", "wire.not-streamed")
def answers_whole_in_place_of_a_stream(reply: Reply) -> Reply:
    from conforming_server import completion

    number = int(reply.events[0]["id"].rpartition("-")[2])
    return completion({key: value for key, value in reply.asked.items() if key != "stream"}, number)


@defect("stream text", "wire.stream-error")
def error_in_stream_without_message(reply: Reply) -> None:
    reply.parts = [
        *(event_of(event) for event in reply.events[:2]),
        event_of({"error": {"type": "server_error", "param": None, "code": None}}),
    ]


@defect("stream text", "wire.after-error")
def finishes_after_error(reply: Reply) -> None:
    failed = error(500, "The engine is lost.", "internal").body
    end = next(event for event in reply.events if event["choices"] and event["choices"][0]["finish_reason"])
    reply.parts = [
        *(event_of(event) for event in reply.events[:2]),
        event_of(failed),
        event_of(end),
        b"data: [DONE]\n\n",
    ]


@defect("stream", "wire.same-id")
def two_streams_mixed(reply: Reply) -> None:
    reply.events[2] = reply.events[2] | {"id": "chatcmpl-of-another"}


# Usage

alter("usage-sum-wrong", "completion", "wire.usage-sum", lambda r: r.body["usage"].update(total_tokens=3))
alter("usage-without-prompt-tokens", "completion", SCHEMA, lambda r: r.body["usage"].pop("prompt_tokens"))
alter("usage-as-text", "completion", SCHEMA, lambda r: r.body["usage"].update(total_tokens="12"))
alter(
    "usage-negative",
    "completion max_tokens",
    SCHEMA,
    of_body(put(usage={"prompt_tokens": -1, "completion_tokens": 1, "total_tokens": 0})),
)
alter("usage-null", "completion n", SCHEMA, of_body(put(usage=None)))
alter("usage-missing-in-stream", "stream stream_options", "wire.usage-chunk", lambda r: r.events.pop())
alter(
    "usage-on-the-last-choice",
    "stream stream_options",
    "wire.usage-chunk",
    lambda r: r.events[-2].update(usage=r.events.pop()["usage"]),
)
alter(
    "usage-on-every-chunk",
    "stream stream_options",
    "wire.usage-early",
    lambda r: [e.update(usage=usage_of(n)) for n, e in enumerate(r.events)],
)
alter("usage-twice", "stream stream_options", "wire.usage-early", lambda r: r.events.append(r.events[-1]))
alter(
    "usage-sum-wrong-in-stream",
    "stream stream_options",
    "wire.usage-sum",
    of_event(-1, lambda e: e["usage"].update(total_tokens=1)),
)
alter(
    "usage-unasked-in-stream",
    "stream tools-stream",
    "wire.usage-unasked",
    of_event(-1, lambda e: e.update(usage=usage_of(3))),
    level="warning",
)

# Tools

alter(
    "arguments-as-object",
    "completion tools",
    SCHEMA,
    of_call(lambda c: c["function"].update(arguments={"city": "Rome"})),
    also="wire.tool-arguments",
)
alter(
    "arguments-not-json",
    "completion tools",
    "wire.tool-arguments",
    of_call(lambda c: c["function"].update(arguments="{'city': 'Rome'}")),
)
alter("tool-call-without-id", "completion tools", SCHEMA, of_call(drop("id")))
alter("tool-call-without-type", "completion tools", SCHEMA, of_call(drop("type")))
alter("tool-call-without-name", "completion tools", SCHEMA, of_call(lambda c: c["function"].pop("name")))
alter(
    "tool-call-flat", "completion tools", SCHEMA, of_call(lambda c: c.update(function=None)), also="wire.tool-arguments"
)
alter("tool-ids-the-same", "completion tools", "wire.tool-id", of_call(put(id="call_Paris")))
alter("tool-calls-end-with-stop", "completion tools", "wire.tool-calls-finish", of_choice(put(finish_reason="stop")))
alter("tool-calls-promised", "completion n", "wire.tool-calls-finish", of_choice(put(finish_reason="tool_calls")))
alter(
    "tool-delta-without-index",
    "stream tools-stream",
    "wire.tool-index",
    of_delta(2, lambda d: d["tool_calls"][0].pop("index")),
    also="wire.tool-arguments",
)
alter(
    "tool-delta-without-name",
    "stream tools-stream",
    "wire.tool-start",
    of_delta(1, lambda d: d["tool_calls"][0]["function"].pop("name")),
)
alter(
    "tool-delta-without-id",
    "stream tools-stream",
    "wire.tool-start",
    of_delta(4, lambda d: d["tool_calls"][0].pop("id")),
)
alter(
    "tool-id-changes",
    "stream tools-stream",
    "wire.tool-changes",
    of_delta(2, lambda d: d["tool_calls"][0].update(id="call_other")),
)
alter(
    "tool-index-skips",
    "stream tools-stream",
    "wire.tool-order",
    lambda r: [c["delta"]["tool_calls"][0].update(index=2) for e in r.events[4:7] for c in e["choices"]],
)
alter(
    "tool-arguments-cut-in-stream",
    "stream tools-stream",
    "wire.tool-arguments",
    of_delta(3, lambda d: d["tool_calls"][0]["function"].update(arguments="")),
)
alter(
    "tool-arguments-as-object-in-stream",
    "stream tools-stream",
    CHUNK,
    of_delta(3, lambda d: d["tool_calls"][0]["function"].update(arguments={})),
    also="wire.tool-arguments",
)
alter(
    "tool-ids-the-same-in-stream",
    "stream tools-stream",
    "wire.tool-id",
    of_delta(4, lambda d: d["tool_calls"][0].update(id="call_Paris")),
)
alter("tool-stream-ends-with-stop", "stream tools-stream", "wire.tool-calls-finish", of_end(put(finish_reason="stop")))

# Errors

ERROR = "wire.error-schema"
alter("error-without-message", "error", ERROR, of_error(drop("message")))
alter("error-message-empty", "error", ERROR, of_error(put(message="")))
alter("error-without-type", "error", ERROR, of_error(drop("type")))
alter("error-code-a-number", "error", ERROR, of_error(put(code=400)))
alter("error-as-text-in-json", "error", ERROR, of_body(put(error="Something went wrong.")))
alter(
    "error-not-wrapped",
    "error",
    ERROR,
    lambda r: setattr(r, "body", {"message": "Something went wrong."}),
    also="wire.unknown-field",
)
alter("error-as-words", "error", ERROR, of_parts(lambda _: [b"Bad Request"]))
alter("error-as-web-page", "error", ERROR, of_parts(lambda _: [b"<html><body>502 Bad Gateway</body></html>"]))
alter("error-empty", "error", ERROR, of_parts(lambda _: [b""]))
alter("wrong-key-403", "error bad-key", "probe.bad-key", lambda r: setattr(r, "status", 403))
alter("unknown-model-as-success", "error unknown-model", "wire.error-status", lambda r: setattr(r, "status", 200))
alter("malformed-body-500", "error malformed-body", "probe.server-error", lambda r: setattr(r, "status", 500))
alter("unknown-parameter-500", "error unknown-parameter", "probe.server-error", lambda r: setattr(r, "status", 500))
alter("empty-messages-500", "error empty-messages", "probe.server-error", lambda r: setattr(r, "status", 500))


def _answered(_reply: Reply) -> Reply:
    from conforming_server import MODEL, completion

    return completion({"model": MODEL, "messages": []}, 900_000)


for _tag, _rule, _level in (
    ("bad-key", "probe.bad-key", "error"),
    ("malformed-body", "probe.malformed-body", "error"),
    ("unknown-model", "probe.unknown-model", "warning"),
    ("empty-messages", "probe.empty-messages", "warning"),
):
    DEFECTS.append(Defect(f"{_tag}-answered", frozenset({"error", _tag}), _rule, _answered, _level))

#: What comes after an error in a stream is broken as well as the answer itself.
for _index, _defect in enumerate(DEFECTS):
    if _defect.rule in {"wire.stream-error", "wire.after-error"}:
        DEFECTS[_index] = replace(_defect, also=frozenset({"probe.stream-error"}))
