"""What an operator is that breaks an exchange in one place, and short ways to write one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aswritten import sse
from contract.composed import Exchange, Object, data

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


#: An error as it comes in the middle of a stream.
ERROR: Object = {"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}}


# Ways to write an operator


def events_of(exchange: Exchange) -> Events:
    """The events of a stream, those that are JSON as values."""
    return [value_of(event.data) for event in sse.events(exchange.body)]


def value_of(text: str) -> Any:
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
    on: str,
    name: str,
    pattern: str,
    rule: str,
    change: Callable[[Any, Any], None],
    *,
    kind: type = object,
    where: Iterable[int] = (0, -1),
) -> None:
    """Adds an operator that calls ``change(container, key)`` at the first and the last place that the pattern names.

    Only values of the ``kind`` are changed; ``where`` are indexes of other places.
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
        for at in sorted({index % count for index in where} if count else ()):
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
    """Another value in place of the one that is there: of another type, or a wrong constant.

    The first value goes to the first place, the second to the last, and so on by turns.
    """
    for number, value in enumerate(values):

        def change(container: Any, key: Any, value: Any = value) -> None:
            container[key] = copied(value)

        at_each(on, f"{pattern} = {json.dumps(value)}", pattern, rule, change, where=(-(number % 2),))


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


def with_json(exchange: Exchange, value: Any) -> Exchange:
    return replace(exchange, body=json.dumps(value).encode())


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
