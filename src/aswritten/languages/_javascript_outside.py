"""What JavaScript source wants from outside of itself: environment variables, files, somebody who types."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from aswritten.languages import _javascript_modules
from aswritten.languages._facts import fact_set
from aswritten.languages._javascript import text_of, walk
from aswritten.languages._outside import Outside, as_path, implied, is_unfilled, sorted_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node

_ENVIRON = "process.env"
_ASKS = frozenset(
    {"readline", "readline/promises", "node:readline", "node:readline/promises", "prompt", "prompt-sync", "inquirer"}
)
_SHORT = 12


def outside(root: Node) -> Outside:
    """All of it, for source that a grammar has read."""
    nodes = list(walk(root))
    found = _javascript_modules.imports(root)
    imports = [one.specifier for one in found]
    named = [f"{one.specifier}.{name}" for one in found for name in one.names] + imports
    sets = {name for node in nodes for name in _read(node) if _is_set(node)}
    reads = {name for node in nodes for name in _read(node) if not _has_default(node)} | set(_taken_apart(nodes))
    written = {text for node in nodes if _writes(node) for text in _texts(walk(node))}
    files, beyond = sorted_out(path for text in _named(nodes) if (path := as_path(text)) and path not in written)
    return Outside(
        variables=frozenset(reads - sets),
        implied=implied(named) - sets,
        unfilled=tuple(_unfilled(nodes)),
        serves=next(_serves(nodes), ("", 0)),
        files=files,
        modules=sorted_out(posixpath.normpath(one) for one in imports if one.startswith("./"))[0],
        beyond=beyond,
        asks=bool(_ASKS & set(imports)) or any(text_of(node) == "process.stdin" for node in nodes),
        texts=frozenset(text.lower() for text in _texts(nodes) if len(text) <= _SHORT),
    )


def _read(node: Node) -> list[str]:
    """The variable that the node is the value of: `process.env.NAME`, `process.env["NAME"]`."""
    if node.type == "member_expression" and text_of(node.child_by_field_name("object")) == _ENVIRON:
        return [text_of(node.child_by_field_name("property"))]
    if node.type == "subscript_expression" and text_of(node.child_by_field_name("object")) == _ENVIRON:
        return re.findall(r"^[\"'](\w+)[\"']$", text_of(node.child_by_field_name("index")))
    return []


def _is_set(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "assignment_expression" and parent.child_by_field_name("left") == node


def _has_default(node: Node) -> bool:
    """Whether something else takes the place of a variable that is not set: `process.env.X ?? "default"`."""
    parent = node.parent
    if parent is None or parent.type != "binary_expression" or parent.child_by_field_name("left") != node:
        return _is_set(node)
    right = text_of(parent.child_by_field_name("right"))
    return text_of(parent.child_by_field_name("operator")) in {"||", "??"} and right not in {
        "''",
        '""',
        "undefined",
        "null",
    }


def _taken_apart(nodes: list[Node]) -> Iterator[str]:
    """The names of `const { NAME } = process.env`."""
    for node in nodes:
        if node.type == "variable_declarator" and text_of(node.child_by_field_name("value")) == _ENVIRON:
            for child in walk(node.child_by_field_name("name") or node):
                if child.type in ("shorthand_property_identifier_pattern", "property_identifier"):
                    yield text_of(child)


def _unfilled(nodes: list[Node]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if node.type in ("variable_declarator", "pair"):
            name = text_of(node.child_by_field_name("name") or node.child_by_field_name("key"))
            value = node.child_by_field_name("value")
            if value is not None and value.type == "string" and is_unfilled(name, text_of(value)[1:-1]):
                yield name, value.start_point[0] + 1


def _serves(nodes: list[Node]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if node.type not in {"call_expression", "new_expression"}:
            continue
        made = text_of(node.child_by_field_name("constructor")) if node.type == "new_expression" else ""
        name = f"new {made}" if made else text_of(node.child_by_field_name("function"))
        method = name.rpartition(".")[2] if "." in name else ""
        # A function of this name is anybody's; one that is told how to serve is a server's.
        is_server = name == "serve" and text_of(node.child_by_field_name("arguments")).startswith("({")
        if is_server or name in fact_set("node", "serves") or method in fact_set("node", "serving_methods"):
            yield name if "(" not in name else method, node.start_point[0] + 1


def _writes(node: Node) -> bool:
    name = text_of(node.child_by_field_name("function")) if node.type == "call_expression" else ""
    return name.rpartition(".")[2] in fact_set("surroundings", "writes")


def _texts(nodes: Iterator[Node] | list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.type == "string":
            yield text_of(node)[1:-1]


def _named(nodes: list[Node]) -> Iterator[str]:
    """Texts that are given to a call, or that a name stands for."""
    for node in nodes:
        if (
            node.type == "string"
            and node.parent is not None
            and node.parent.type in ("arguments", "variable_declarator", "assignment_expression")
        ):
            call = node.parent.parent
            if call is None or text_of(call.child_by_field_name("function")) not in ("require", "import"):
                yield text_of(node)[1:-1]
