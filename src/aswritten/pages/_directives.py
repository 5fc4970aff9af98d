"""The directives of MyST: fences whose info string begins with a name in braces, and colon fences that hold code.

A colon fence with any other name holds Markdown, and its marks are lines like others: `_tabs` knows those that are tabs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from aswritten.pages._code_names import CODE, GROUPS, OPAQUE, TABS, info_of, language_of

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

    from aswritten.pages._outline import Piece

_DIRECTIVE = re.compile(r"\{(?P<name>[A-Za-z][\w:-]*)\}\s*(?P<argument>.*)")
_COLONS = re.compile(r"(?P<marks>:{3,})[ \t]*(?P<info>\{(?P<name>[A-Za-z][\w:-]*)\}.*)")
_OPTION = re.compile(r"[ \t]*:(?P<key>[\w-]+):[ \t]*(?P<value>.*)")
_YAML_OPTION = re.compile(r"(?P<key>[\w-]+):[ \t]*(?P<value>.*)")
_HOLDS_FENCES = re.compile(r"^[ \t]*(?:`{3,}|~{3,}|:{3,}\{)", re.MULTILINE)
#: Directives that hold Markdown, whether or not it has fences.
_CONTAINERS = frozenset(
    {
        *("note", "tip", "hint", "important", "warning", "caution", "danger", "error", "attention", "seealso", "admonition"),
        *("dropdown", "details", "card", "grid", "grid-item", "grid-item-card", "div", "container", "margin", "sidebar"),
        *("topic", "aside", "versionadded", "versionchanged", "deprecated", "list-table", "table", "only", "exercise", "solution"),
    }
)  # fmt: skip
_Kind = Literal["fence", "raw", "rst", "markdown", "group", "tab"]
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(OPAQUE, "raw"),
    **dict.fromkeys(_CONTAINERS, "markdown"),
    **dict.fromkeys(GROUPS, "group"),
    **dict.fromkeys(TABS, "tab"),
    "eval-rst": "rst",
}


@dataclass(frozen=True, slots=True)
class Directive:
    """What a fence with a directive's name is."""

    kind: _Kind
    piece: Piece
    """The fence; of code: without the directive's options."""


def read(fence: Piece) -> Directive | None:
    """What ``fence`` is; None where its info string names no directive (`{python}` and `{.python}` name a language)."""
    found = _DIRECTIVE.match(fence.info)
    if found is None:
        return None
    name = found["name"].lower()
    if name in CODE:
        return Directive("fence", _code(fence, name, found["argument"]))
    kind = _KINDS.get(name) or ("markdown" if _HOLDS_FENCES.search(fence.text) else None)
    return Directive(kind, fence) if kind else None


def colon_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule of markdown-it: a colon fence that holds code. It ends with its mark or its container."""
    text = _line(state, start)
    if not text.startswith(":::") or state.is_code_block(start):
        return False
    opening = _COLONS.fullmatch(text)
    if opening is None or opening["name"].lower() not in CODE:
        return False
    if silent:
        return True
    line = start + 1
    while line < end and not _leaves_container(state, line) and not _closes(_line(state, line), opening["marks"]):
        line += 1
    closed = line < end and _closes(_line(state, line), opening["marks"])
    state.line = line + closed
    token = state.push("fence", "code", 0)
    token.info = opening["info"]
    token.content = state.getLines(start + 1, line, state.sCount[start], True)
    token.map = [start, state.line]
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _leaves_container(state: StateBlock, line: int) -> bool:
    return not state.isEmpty(line) and state.sCount[line] < state.blkIndent


def _closes(line: str, marks: str) -> bool:
    line = line.rstrip()
    return len(line) >= len(marks) and not line.strip(":")


def _code(fence: Piece, name: str, argument: str) -> Piece:
    """The fence with the directive's options taken off its content."""
    lines = fence.text.split("\n")
    options, taken = _options(lines)
    language = language_of(name, argument)
    title = info_of("", title=options["caption"]) if options.get("caption") else ""
    info = " ".join(part for part in (fence.info, title) if part)
    text = "\n".join(lines[taken:])
    return replace(fence, text=text, info=info, tag=language, first=fence.line + 1 + taken)


def _options(lines: list[str]) -> tuple[dict[str, str], int]:
    """The options at the start of a directive's content, and the number of lines that they and the blank ones below take."""
    form, taken = _OPTION, 0
    if lines[0].strip() == "---":
        closing = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), 0)
        if closing == 0:
            return {}, 0
        form, taken = _YAML_OPTION, closing + 1
        found = [form.fullmatch(line) for line in lines[1:closing]]
    else:
        while taken < len(lines) and form.fullmatch(lines[taken]):
            taken += 1
        found = [form.fullmatch(line) for line in lines[:taken]]
    while taken and taken < len(lines) - 1 and not lines[taken].strip():
        taken += 1
    return {option["key"]: option["value"].strip() for option in found if option}, taken
