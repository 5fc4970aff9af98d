"""Ways to break a stream: its chunks by themselves, and its framing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten import sse
from contract.composed import DONE, JSON, Exchange
from contract.mutating import (
    Events,
    add,
    between,
    chunk_places,
    drop,
    plain_texts,
    put,
    raw,
    rename,
    spread,
    stream,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
put("stream", "wire.first-role", "choices[].delta.role", "user")
put("stream", "wire.first-role", "choices[].delta.role", "system")
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
