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
#: What holds code that may not run, and what gives a function a name.
_BRANCHES = frozenset({"if_statement", "else_clause", "switch_statement", "catch_clause", "ternary_expression"})
_DECLARES = frozenset({"function_declaration", "variable_declarator"})
#: Members of what a call is given that are none of the request's body.
_BESIDE = frozenset({"headers", "params", "query", "fetchOptions", "httpOptions"})


def options_given(root: Node) -> Iterator[tuple[str, float | str, int]]:
    """Name, value and 1-based line of each number in the objects that calls of the API are given, and in objects within these; not in lists.

    And of each address in the objects with which the source makes those on which it calls, where it makes all of them with one. Of several
    calls one may not run where any stands in a branch, or in a function that is called in one: then there are none.
    """
    calls = api_calls(root)
    if len(calls) > 1 and _branches(root, {call.id for call in calls}):
        return
    for call in calls:
        yield from _numbers(_objects(call))
    clients = {begins_with(call) for call in calls}
    made: dict[str, list[tuple[str, str, int]]] = {}
    for node in walk(root):
        maker = node.child_by_field_name("value") if node.type == "variable_declarator" else None
        name = text_of(node.child_by_field_name("name")) if maker is not None else ""
        if maker is not None and name in clients:
            made[name] = list(_addresses(_objects(maker)))
    if clients == made.keys() and all(made.values()):
        for given in made.values():
            yield from given


def _branches(root: Node, calls: set[int]) -> bool:
    """Whether one of the calls, or a call of a function that the source declares, stands where it need not come to."""
    declared = {text_of(node.child_by_field_name("name")) for node in walk(root) if node.type in _DECLARES}
    pending = [(root, False)]
    while pending:
        node, in_branch = pending.pop()
        if in_branch and (node.id in calls or (node.type == "call_expression" and begins_with(node) in declared)):
            return True
        in_branch = in_branch or node.type in _BRANCHES
        pending += [(child, in_branch) for child in node.children]
    return False


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
        objects = [value for key, value in members if value.type == "object" and _name(key) not in _BESIDE]


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
