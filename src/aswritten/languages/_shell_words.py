"""The words of shell source as its commands get them: the grammar's tree, quotes and escapes resolved, values that reading tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_ESCAPED_IN_QUOTES = '"\\$`\n'
#: The grammar's scanner asks C for the class of each character, from a table of 256: others crash it, now and then.
_UNKNOWN_TO_C = re.compile("[^\x00-\xfe]")
_STANDS_FOR = re.compile("\xff([0-9a-f]+)\xff")


def masked(text: str) -> bytes:
    """The text with other characters in place of those that the grammar cannot take; on the same lines, not the same columns."""
    return _UNKNOWN_TO_C.sub(lambda found: f"\xff{ord(found[0]):x}\xff", text).encode()


def unmasked(source: bytes) -> str:
    """A part of `masked`, as it is written."""
    return _STANDS_FOR.sub(lambda found: chr(int(found[1], 16)), source.decode())


@lru_cache(maxsize=64)
def parse(text: str) -> Tree:
    """The syntax tree of shell source, `masked`."""
    # Imported here: a program that reads no shell does not pay for the parser.
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language())).parse(masked(text))


def text_of(node: Node) -> str:
    """A node's text, as it is written."""
    return unmasked(node.text or b"")


def words_of(command: Node) -> list[str]:
    """A command's name and arguments, as it gets them."""
    words = []
    for child in command.children:
        if child.type == "command_name":
            words.append(resolved(child.children[0] if child.children else child))
        elif child.is_named and child.type not in (
            "variable_assignment",
            "file_redirect",
            "heredoc_redirect",
            "herestring_redirect",
            "comment",
            "ERROR",
        ):
            words.append(resolved(child))
    return words


def resolved(node: Node) -> str:
    """The word as the command gets it, expansions left as they are written."""
    text = text_of(node)
    if node.type == "raw_string":
        return text[1:-1]
    if node.type == "string":
        return _unescaped(text[1:-1], _ESCAPED_IN_QUOTES)
    if node.type == "ansi_c_string":
        return text[2:-1].encode("raw_unicode_escape").decode("unicode_escape", errors="replace")
    if node.type == "concatenation":
        return "".join(resolved(child) for child in node.children)
    return _unescaped(text, only="") if node.type == "word" else text


def _unescaped(text: str, only: str) -> str:
    """Backslashes resolved; with ``only``, those in front of one of its characters."""
    if "\\" not in text:
        return text
    done, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text) and (not only or text[at + 1] in only):
            at += 1
            done.append("" if text[at] == "\n" else text[at])
        else:
            done.append(text[at])
        at += 1
    return "".join(done)


def _string_parts(node: Node, known: dict[str, str]) -> list[str | None]:
    """The pieces of a double-quoted string. The grammar counts blanks in front of an expansion as the expansion's own."""
    source = node.text or b""
    parts: list[str | None] = []
    at = 1
    for child in node.children[1:-1]:
        if child.type in ("simple_expansion", "expansion", "command_substitution"):
            own = child.text or b""
            start = child.start_byte - node.start_byte + len(own) - len(own.lstrip())
            parts += [_unescaped(unmasked(source[at:start]), _ESCAPED_IN_QUOTES), static(child, known)]
            at = child.end_byte - node.start_byte
    return [*parts, _unescaped(unmasked(source[at:-1]), _ESCAPED_IN_QUOTES)]


def static(node: Node, known: dict[str, str]) -> str | None:
    """The node's value where reading tells it; None where it takes a run."""
    if node.type == "string":
        parts = _string_parts(node, known)
    elif node.type == "concatenation":
        parts = [static(child, known) for child in node.children]
    elif node.type in ("simple_expansion", "expansion"):
        names = [child for child in node.children if child.type == "variable_name"]
        plain = len([child for child in node.children if child.is_named]) == 1
        return known.get(text_of(names[0])) if names and plain else None
    elif node.type in ("word", "number", "raw_string", "ansi_c_string"):
        return resolved(node)
    else:
        return None
    return None if None in parts else "".join(part for part in parts if part is not None)
