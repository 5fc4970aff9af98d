"""The numbers that calls of JavaScript source are given by name, and the addresses that their clients are made with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages._javascript import text_of, walk
from aswritten.languages._javascript_calls import api_calls, begins_with

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

#: How options for an API's address are called, whatever the spelling.
_OF_ADDRESS = re.compile(r"(?:api)?_?base_?(?:ur[il]|path)?|api_?(?:base|ur[il])|endpoint|host", re.IGNORECASE)


def options_given(root: Node) -> Iterator[tuple[str, float | str, int]]:
    """Name, value and 1-based line of each number in the objects that calls of the API are given, and in objects within these; not in lists.

    And of each address in the objects with which the source makes those on which it calls.
    """
    calls = api_calls(root)
    for call in calls:
        yield from _numbers(_objects(call))
    clients = {begins_with(call) for call in calls} - {""}
    for node in walk(root):
        maker = node.child_by_field_name("value") if node.type == "variable_declarator" else None
        if maker is not None and text_of(node.child_by_field_name("name")) in clients:
            yield from _addresses(_objects(maker))


def _objects(call: Node) -> list[Node]:
    arguments = call.child_by_field_name("arguments")
    return [] if arguments is None else [node for node in arguments.named_children if node.type == "object"]


def _members(objects: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """The keys and values of objects."""
    for pair in (pair for one in objects for pair in one.named_children):
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if key is not None and value is not None:
            yield key, value


def _numbers(objects: list[Node]) -> Iterator[tuple[str, float, int]]:
    while objects:
        members = list(_members(objects))
        for key, value in members:
            if value.type == "number" and (number := _number(text_of(value))) is not None:
                yield _name(key), number, key.start_point[0] + 1
        objects = [value for _, value in members if value.type == "object"]


def _addresses(objects: list[Node]) -> Iterator[tuple[str, str, int]]:
    for key, value in _members(objects):
        text = text_of(value).strip("\"'`")
        is_address = value.type == "string" and text.isascii() and text.startswith(("http://", "https://"))
        if is_address and _OF_ADDRESS.fullmatch(_name(key)):
            yield _name(key), text, key.start_point[0] + 1


def _name(key: Node) -> str:
    return text_of(key).strip("\"'")


def _number(text: str) -> float | None:
    """The value of a number that is written in decimals; None for other ways of writing one."""
    try:
        return float(text)
    except ValueError:
        return None
