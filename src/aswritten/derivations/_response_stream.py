"""Responses, streamed: the events that a whole answer comes in."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from aswritten.derivations._asked import Event
from aswritten.derivations._tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.derivations._asked import Asked, Object

#: By the type of an item: the member that comes in parts, and what its events are called.
_WRITTEN = {
    "function_call": ("arguments", "function_call_arguments"),
    "custom_tool_call": ("input", "custom_tool_call_input"),
}


def events(answer: Object, _asked: Asked) -> Iterator[Event]:
    """Named events, numbered from 0: the response as it starts, each item as it grows, the response as it is in the end."""
    for number, event in zip(count(), _events(answer)):
        yield Event({"type": event["type"], "sequence_number": number, **event}, event["type"])


def _events(answer: Object) -> Iterator[Object]:
    start = {**answer, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    yield {"type": "response.created", "response": start}
    yield {"type": "response.in_progress", "response": start}
    for index, item in enumerate(answer["output"]):
        yield {"type": "response.output_item.added", "output_index": index, "item": _begun(item)}
        for event in _growth(item):
            yield {"item_id": item["id"], "output_index": index, **event}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": f"response.{answer['status']}", "response": answer}


def _begun(item: Object) -> Object:
    empty = {"content": [], "summary": [], "arguments": "", "input": ""}
    begun = {key: empty.get(key, value) for key, value in item.items()}
    return {**begun, "status": "in_progress"} if "status" in item else begun


def _growth(item: Object) -> Iterator[Object]:
    if item["type"] == "message":
        yield from _text(item["content"][0])
    elif item["type"] == "reasoning":
        for index, part in enumerate(item["summary"]):
            yield from _thought(part, index)
    else:
        member, name = _WRITTEN[item["type"]]
        yield from ({"type": f"response.{name}.delta", "delta": token} for token in tokens(item[member]))
        yield {"type": f"response.{name}.done", "name": item["name"], member: item[member]}


def _text(part: Object) -> Iterator[Object]:
    yield {"type": "response.content_part.added", "content_index": 0, "part": {**part, "text": "", "logprobs": []}}
    for place, token in enumerate(tokens(part["text"])):
        own = part["logprobs"][place : place + 1]
        yield {"type": "response.output_text.delta", "content_index": 0, "delta": token, "logprobs": own}
    done = {"content_index": 0, "text": part["text"], "logprobs": part["logprobs"]}
    yield {"type": "response.output_text.done", **done}
    yield {"type": "response.content_part.done", "content_index": 0, "part": part}


def _thought(part: Object, index: int) -> Iterator[Object]:
    at = {"summary_index": index}
    yield {"type": "response.reasoning_summary_part.added", **at, "part": {**part, "text": ""}}
    for token in tokens(part["text"]):
        yield {"type": "response.reasoning_summary_text.delta", **at, "delta": token}
    yield {"type": "response.reasoning_summary_text.done", **at, "text": part["text"]}
    yield {"type": "response.reasoning_summary_part.done", **at, "part": part}
