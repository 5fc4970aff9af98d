"""The modules of JavaScript and TypeScript source: what it imports, and which kind of module it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.languages._facts import fact_set
from aswritten.languages._javascript import bound_by, pattern, read, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node


#: What npm takes for the name of a package.
_NPM_NAME = re.compile(r"(?:@[a-z0-9~-][\w.~-]*/)?[A-Za-z0-9][\w.~-]*")


#: The schemes that Node's loader knows (its documentation, "ECMAScript modules", "URLs").
_LOADED = frozenset({"node:", "data:", "file:"})


@dataclass(frozen=True, slots=True)
class Import:
    """One module that the source imports or requires."""

    specifier: str
    names: tuple[str, ...]
    """The names that it binds in the source."""
    is_type: bool
    """True for `import type`, of which nothing is left when it runs."""


def is_module(text: str) -> bool:
    """Whether the text is an ES module: it imports, exports, or awaits outside of functions."""
    root = read(text)[0].root_node
    imports = any(node.type in ("import_statement", "export_statement") for node in root.children)
    return imports or waits_outside(text)


def waits_outside(text: str) -> bool:
    """Whether the text awaits outside of functions, as a module alone may."""
    outside = walk(read(text)[0].root_node, into_functions=False)
    return any(
        node.type == "await_expression" or (node.type == "for_in_statement" and _awaits(node)) for node in outside
    )


def requires(text: str) -> bool:
    """Whether the text calls `require`, or sets `module.exports`."""
    for node in walk(read(text)[0].root_node):
        if node.type == "call_expression" and text_of(node.child_by_field_name("function")) == "require":
            return True
        if node.type == "member_expression" and text_of(node) == "module.exports":
            return True
    return False


def imports(root: Node) -> list[Import]:
    """What the source imports, requires, exports again or loads by `import()`."""
    found = []
    for node in walk(root):
        if node.type in ("import_statement", "export_statement") and (source := node.child_by_field_name("source")):
            clause = next((child for child in node.children if child.type == "import_clause"), None)
            is_type = any(child.type == "type" for child in node.children)
            found.append(Import(_string(source), tuple(bound_by(clause)) if clause else (), is_type))
        elif node.type == "call_expression":
            function = node.child_by_field_name("function")
            given = node.child_by_field_name("arguments")
            if text_of(function) in ("require", "import") and given and given.named_children:
                found.append(Import(_string(given.named_children[0]), tuple(_receivers(node)), is_type=False))
    return [one for one in found if one.specifier]


def foreign_import(text: str) -> str | None:
    """The first scheme that the text imports from and that Node's loader does not know: `jsr:`, `npm:`, `https:`."""
    schemes = (re.match(r"[a-z][a-z0-9+.-]*:", one.specifier) for one in imports(read(text)[0].root_node))
    return next((found[0] for found in schemes if found and found[0] not in _LOADED), None)


def package(specifier: str) -> str:
    """The npm package of an import; empty for a file, a module of Node, and an alias of a project's own (`@/lib`, `$env/static`, `~/lib`)."""
    # A scheme (`node:fs`, `npm:openai`, a URL) names what npm does not install.
    if specifier.startswith((".", "/", "#")) or ":" in specifier:
        return ""
    parts = specifier.split("/")
    name = "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
    return "" if name in fact_set("node", "builtins") or not _NPM_NAME.fullmatch(name) else name


def _awaits(statement: Node) -> bool:
    return any(child.type == "await" for child in statement.children)


def _string(node: Node) -> str:
    return "".join(text_of(child) for child in node.children if child.type == "string_fragment")


def _receivers(call: Node) -> Iterator[str]:
    """The names that are given what a `require(...)` or `await import(...)` returns."""
    node: Node | None = call
    while node is not None and node.type in (
        "call_expression",
        "await_expression",
        "member_expression",
        "parenthesized_expression",
    ):
        node = node.parent
    if node is not None and node.type == "variable_declarator":
        yield from pattern(node.child_by_field_name("name"))
