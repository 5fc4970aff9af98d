"""A page of Markdown or MDX to its outline: its pieces, its tabs, and the lines that are words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.pages._markdown import parse
from aswritten.pages._outline import Outline, Piece, Span
from aswritten.pages._tabs import adjacent, is_group, is_tab, nested_spans, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

#: YAML between `---` lines or TOML between `+++` lines, at the very start.
_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n(?:.*\n)*?\1[ \t]*(?:\n|\Z)")
#: Headings that a page writes as elements: `<h2>…</h2>`, `<Title as="h2">…</Title>`.
_ELEMENT_HEADING = re.compile(
    r"""\s*<(?:h(?P<level>[1-6])\b|[A-Z][\w.]*\s(?:[^<>]*\s)?as=["']h(?P<as>[1-6])["'])[^<>]*>(?P<title>[^<]+)</"""
)
_TAB_NAME = re.compile(r"""\btab=["']""")
#: The marks of a quotation, in one another.
_QUOTED = re.compile(r"\A(?:[ \t]{0,3}>[ \t]?)+")
#: Lines that are no prose: a tag or a template tag alone, the marks of a container, an import or export of a module.
_MACHINERY = re.compile(
    r"\s*(?:</?[A-Za-z][^<>]*>|\{%[^%]*%\}|\{\{[<%][^{}]*[>%]\}\}|:{2,}\s*(?:\{[\w-]+\}.*|[\w-]+)?|[`~]{3,}\{[\w-]+\}.*|[`~]{3,}|/{3,}(?:\s*\w+\s*\|.*)?"
    r"|import\s.*['\"];?|export\s(?:const|default|let|function)\b.*)\s*"
)
#: Where a component that folds its content away says what it holds: `<Accordion title="Response">`, `<summary>Response</summary>`.
_FOLDED = re.compile(
    r"""\s*<(?:summary>(?P<summary>[^<>]{1,300})</summary>|(?P<name>[A-Z][\w.]{0,60})\s[^<>]{0,300}?\b(?:title|summary|label)=["'](?P<title>[^"'<>]{1,300})["'][^<>]{0,300}>)\s*"""
)


def outline(text: str, *, nested: bool) -> Outline:
    """The outline of a page whose lines end in LF. ``nested`` as in `_markdown.parse`."""
    text = _without_front_matter(text)
    lines = text.split("\n")
    found, containers = parse(text, nested=nested)
    outside = _outside(lines, found)
    pieces = sorted((*found, *_element_headings(outside)), key=lambda piece: piece.line)
    prose = {number: words for number, line in outside.items() if (words := _words(line)) is not None}
    tabs = (*spans(outside.items()), *containers, *_labelled(pieces, lines))
    return Outline(lines, pieces, prose, nested_spans(tabs, lines))


def _words(line: str) -> str | None:
    """What a reader sees of a line: itself without the marks of a quotation, the title of what is folded away behind it; None of what only a site's generator reads."""
    line = _QUOTED.sub("", line)
    folded = _FOLDED.fullmatch(line) if "<" in line else None
    if folded is not None and not (folded["name"] and (is_group(folded["name"]) or is_tab(folded["name"]))):
        return folded["summary"] or folded["title"]
    return None if _MACHINERY.fullmatch(line) else line


def _labelled(pieces: Sequence[Piece], lines: Sequence[str]) -> Iterator[Span]:
    """The groups that neighbouring fences make by an attribute that each has: `tab="Label"`."""
    named = (Span(piece.line, piece.end - 1, is_group=False) for piece in pieces if _TAB_NAME.search(piece.info))
    return adjacent(named, lines)


def _without_front_matter(text: str) -> str:
    found = _FRONT_MATTER.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _outside(lines: Sequence[str], pieces: Sequence[Piece]) -> dict[int, str]:
    """The lines (number -> text) that stand in no fence, comment or raw element."""
    inside = {line for piece in pieces if piece.kind != "heading" for line in range(piece.line, piece.end)}
    return {number: line for number, line in enumerate(lines, 1) if number not in inside}


def _element_headings(outside: Mapping[int, str]) -> Iterator[Piece]:
    for number, line in outside.items():
        element = _ELEMENT_HEADING.match(line) if "<" in line else None
        if element:
            level = int(element["level"] or element["as"])
            yield Piece("heading", number, number + 1, element["title"].strip(), level=level)
