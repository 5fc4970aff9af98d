"""The numbers that calls of JavaScript source are given by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.languages._javascript import text_of
from aswritten.languages._javascript_calls import api_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


def numbers_given(root: Node) -> Iterator[tuple[str, float, int]]:
    """Name, value and 1-based line of each number in the objects that calls of the API are given, and in objects within these; not in lists."""
    for call in api_calls(root):
        arguments = call.child_by_field_name("arguments")
        pending = [] if arguments is None else [node for node in arguments.named_children if node.type == "object"]
        while pending:
            for pair in pending.pop().named_children:
                key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
                if key is None or value is None:
                    continue
                if value.type == "object":
                    pending.append(value)
                elif value.type == "number" and (number := _number(text_of(value))) is not None:
                    yield text_of(key).strip("\"'"), number, key.start_point[0] + 1


def _number(text: str) -> float | None:
    """The value of a number that is written in decimals; None for other ways of writing one."""
    try:
        return float(text)
    except ValueError:
        return None
