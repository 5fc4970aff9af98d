"""What a rule is: its name, level, reason and source, and the function that judges one place by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aswritten.contract._problem import Path
    from aswritten.model import Level

#: Where the rules are written down.
CHUNK_OBJECT = "https://platform.openai.com/docs/api-reference/chat-streaming/streaming"
COMPLETION_OBJECT = "https://platform.openai.com/docs/api-reference/chat/object"
REQUEST_OBJECT = "https://platform.openai.com/docs/api-reference/chat/create"
ERRORS = "https://platform.openai.com/docs/guides/error-codes"
EVENT_STREAM = "https://html.spec.whatwg.org/multipage/server-sent-events.html"
HTTP = "https://www.rfc-editor.org/rfc/rfc9112#section-8"

F = TypeVar("F", bound="Callable[..., Iterator[Found]]")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the contract asks for."""

    name: str
    """``wire.what``."""
    level: Level
    """Where no profile says otherwise."""
    reason: str
    """What goes wrong for a client when it is not kept."""
    source: str
    """Who asks for it."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place that does not keep a rule."""

    path: Path
    expected: str
    got: str
    message: str = ""
    """Where the usual sentence (path, expected, got) does not say it well."""
    event: int | None = None
    """The event that holds the place, where it is not the one being judged."""
    group: str = ""
    """Tells it from other problems of the same rule at the same place."""


@dataclass(frozen=True, slots=True)
class Judge(Generic[F]):
    """A rule with the function that judges by it."""

    rule: Rule
    check: F


def judge(name: str, level: Level, reason: str, source: str) -> Callable[[F], Judge[F]]:
    """Makes a `Judge` of a function that yields a `Found` for each place that does not keep the rule."""

    def decorate(check: F) -> Judge[F]:
        return Judge(Rule(name, level, reason, source), check)

    return decorate


def dict_of(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one: rules judge what is there, the schemas say what is amiss."""
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    """The value if it is text, else empty."""
    return value if isinstance(value, str) else ""


def index_of(value: object) -> int | None:
    """The ``index`` of an object if it is one, else None."""
    index = dict_of(value).get("index")
    return index if isinstance(index, int) and not isinstance(index, bool) and index >= 0 else None
