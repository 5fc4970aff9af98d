"""Parts of an answer's body, whatever it holds: what is not there is empty."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from aswritten.sse import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.client import Answer

#: Objects of a stream that are looked at; the contract looks at all.
MOST = 10_000


def is_stream(answer: Answer) -> bool:
    """Whether events came, as the response's head says."""
    return answer.header("content-type").lower().startswith("text/event-stream")


def objects_of(answer: Answer) -> Iterator[object]:
    """The body as JSON; of a stream, what its events hold."""
    if is_stream(answer):
        for event in islice(events(answer.body), MOST):
            yield parsed(event.data.encode("utf-8", "replace"))
    else:
        yield parsed(answer.body)


def choices_of(answer: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, choice) of a completion that came whole."""
    if answer.status < 400:
        for index, choice in enumerate(list_of(dict_of(parsed(answer.body)).get("choices"))):
            yield f"choices[{index}]", dict_of(choice)


def parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def dict_of(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""


def short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
