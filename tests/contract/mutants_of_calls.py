"""Ways to break the tool calls of a stream."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from contract.mutating import (
    Events,
    arguments,
    between,
    copied,
    entries,
    finishes,
    later_parts,
    spread,
    starts,
    stream,
    swapped,
    tool_parts,
    value_of,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return any(isinstance(value_of(text), str) for text in arguments(found).values()) and not any(
        isinstance(value_of(text), str) for text in arguments(events).values()
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
