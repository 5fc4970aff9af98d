"""Ways to break what links the chunks of a stream: its identity, choices, usage and errors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from contract.composed import USAGE, Exchange, data
from contract.mutating import (
    ERROR,
    SUCCESS,
    Events,
    between,
    changed,
    chunk_places,
    copied,
    entries,
    events_of,
    finishes,
    raw,
    role_once,
    saying,
    spread,
    starts,
    stream,
    swapped,
    texts,
    usage_places,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
