"""What an answer is derived from, and why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


class Underivable(ValueError):  # noqa: N818 - what it says is of the request
    """The answer cannot be derived for this request; the message says why, in words that go on from "a request"."""


class Unmade(Underivable):
    """An API may well answer such a request; nothing here makes what it asks for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as an answer depends on it."""

    path: str
    """Without the query."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """The JSON object that was sent; empty where there was none."""
    thought_in: str = ""
    """The member of a chat's messages in which the API tells what a model thought; empty where it does not tell."""
    thinks: bool = False
    """Whether it tells so unasked."""
    has_null: bool = False
    """Whether each chunk of a stream has that member, of null where it tells nothing: clients may read it of any."""

    def get(self, *keys: str) -> Any:
        """The value at a place in the body; None where there is none."""
        return get(self.body, *keys)

    @property
    def stops(self) -> list[str]:
        """The stop sequences, at which an answer ends."""
        stop = self.get("stop")
        return [it for it in (stop if isinstance(stop, list) else [stop]) if isinstance(it, str) and it]


#: From the answer so far to what it is by one thing more that the request asks for.
Step = Callable[[Object, Asked], Object]


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a stream."""

    data: object
    """JSON, or a text that is sent as it is."""
    name: str = ""
    """Of the event; empty where the stream has none."""


#: From the whole answer to the events of its stream.
Streamed = Callable[[Object, Asked], Iterator[Event]]


@dataclass(frozen=True, slots=True)
class Form:
    """What can be derived for answers of one form."""

    steps: Mapping[str, Step]
    """By the names of the derivations, in the order in which they are done."""
    streamed: Streamed | None = None
    """What ``stream`` does; None where there are no streams of it."""
    needs: tuple[str, ...] = ()
    """Members of which the request has one at least, where nothing else tells that it lacks them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The derivations of the form."""
        return tuple(self.told)

    @property
    def told(self) -> dict[str, str]:
        """What each derivation does, in words, by its name."""
        streamed = {"stream": self.streamed} if self.streamed else {}
        return {name: str(step.__doc__) for name, step in {**self.steps, **streamed}.items()}


def get(value: object, *keys: str) -> Any:
    """The value at a place in nested objects; None where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def objects(value: object) -> list[Object]:
    """The objects in a list; none where it is no list."""
    return [it for it in value if isinstance(it, dict)] if isinstance(value, list) else []


def count(value: object, usual: int, *, what: str, most: int) -> int:
    """A number of things that the request asks for. Raises Underivable where they are too many; ``usual`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return usual
    if value > most:
        raise Underivable(f"with {what} {value}: {most} are the most")
    return value
