"""From the parts of a page, whatever its format, to its Blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.model import Block
from aswritten.pages import _comments as comments
from aswritten.pages._limits import BLOCKS
from aswritten.pages._tabs import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.pages._outline import Outline, Piece

_NEWLINE = re.compile(r"\r\n?")
#: `python`, `python{1,3}`, `{code-block} python`, `{.python .numberLines}`; never the name of an attribute (`title="…"`).
_TAG = re.compile(r"(?:\{[\w-]+\}\s*(?=\w)|\{\s*\.?(?=\w))?([\w+#.-]+)(?![\w+#.-]|\s*=)")
#: What no language's name has, and what would part the names of blocks.
_NO_TAG = re.compile(r"[^\w+#.-]+")


def normalised(text: str) -> str:
    """The text with every line end (CRLF, CR, LF: as CommonMark counts lines) as LF."""
    return _NEWLINE.sub("\n", text) if "\r" in text else text


def assemble(page: str, outline: Outline) -> tuple[Block, ...]:
    """The blocks of a page, one for each fence of its outline.

    The blocks' text has LF line ends whatever the page has; their lines are the page's own.
    Raises UsageError for a comment ``aswritten: file NAME`` that stands above no fence, and for too many blocks.
    """
    fences = [piece for piece in outline.pieces if piece.kind == "fence"]
    if len(fences) > BLOCKS:
        line = outline.number(fences[BLOCKS].line)
        raise at(page, line, f"expected at most {BLOCKS} blocks on one page, got {len(fences)}: split the page")
    said = comments.read(page, outline)
    headings = _headings(outline.pieces, fences)
    prose = _prose(outline, fences)
    tabs = places(outline.spans, (fence.line for fence in fences))
    blocks = []
    for index, (fence, (group, tab)) in enumerate(zip(fences, tabs, strict=True)):
        first = min(fence.first or fence.line + 1, len(outline.lines))  # a fence may open on the last line
        blocks.append(
            Block(
                page=page,
                index=index,
                line=outline.number(fence.line),
                first_line=outline.number(first),
                text=fence.text,
                info=fence.info,
                tag=tag_of(fence.info) if fence.tag is None else _NO_TAG.sub("", fence.tag),
                headings=headings[index],
                prose=prose[index],
                group=_group_name(outline, group),
                file=said.files.get(fence.line, ""),
                tab=tab,
                lines=_lines(outline, first, fence.text),
                unclosed=fence.unclosed,
                comments=said.of_fence(fence.line),
            )
        )
    return tuple(blocks)


def tag_of(info: str) -> str:
    """The language that an info string names, lower case; empty if it names none."""
    found = _TAG.match(info)
    return found[1].lower() if found else ""


def _group_name(outline: Outline, line: int) -> str:
    """What names the tab group that starts at a line; empty for 0. Several may start on one line of the page."""
    if not line:
        return ""
    return f"tabs at line {outline.number(line)}" + (f" ({line})" if outline.numbers else "")


def _lines(outline: Outline, first: int, text: str) -> tuple[int, ...]:
    """The page's line of each line of a block, where these do not follow one another."""
    if not outline.numbers:
        return ()
    found = tuple(outline.numbers[first - 1 : first - 1 + text.count("\n")])
    follows = all(number == found[0] + offset for offset, number in enumerate(found))
    return () if follows else found


def _prose(outline: Outline, fences: Sequence[Piece]) -> list[str]:
    """For each fence the words since the one before, or since the page's start."""
    result: list[str] = []
    waiting: list[str] = []
    lines = iter(outline.prose.items())
    line = next(lines, None)
    for fence in fences:
        while line is not None and line[0] < fence.line:
            if not comments.is_comment(line[1]):
                waiting.append(line[1])
            line = next(lines, None)
        result.append("\n".join(waiting).strip())
        waiting.clear()
    return result


def _headings(pieces: Sequence[Piece], fences: Sequence[Piece]) -> list[tuple[str, ...]]:
    """For each fence the headings above it, outermost first."""
    marks = [piece for piece in pieces if piece.kind == "heading"]
    above: list[Piece] = []
    result: list[tuple[str, ...]] = []
    position = 0
    for fence in fences:
        while position < len(marks) and marks[position].line < fence.line:
            mark = marks[position]
            above = [*(other for other in above if other.level < mark.level), mark]
            position += 1
        result.append(tuple(heading.text for heading in above))
    return result
