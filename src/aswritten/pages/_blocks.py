"""From the parts of a page, whatever its format, to its Blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.model import Block
from aswritten.pages._limits import BLOCKS
from aswritten.pages._tabs import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.pages._outline import Outline, Piece

_NEWLINE = re.compile(r"\r\n?")
_DIRECTIVE = re.compile(r"\s*aswritten:(.*)", re.DOTALL)
_FILE = re.compile(r"file\s+(\S.*)")
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
    Raises UsageError for an ``aswritten:`` comment that is not ``aswritten: file NAME`` right above a fence, and for too many blocks.
    """
    fences = [piece for piece in outline.pieces if piece.kind == "fence"]
    if len(fences) > BLOCKS:
        line = _number(outline, fences[BLOCKS].line)
        raise at(page, line, f"expected at most {BLOCKS} blocks on one page, got {len(fences)}: split the page")
    files = _files(page, outline)
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
                line=_number(outline, fence.line),
                first_line=_number(outline, first),
                text=fence.text,
                info=fence.info,
                tag=tag_of(fence.info) if fence.tag is None else _NO_TAG.sub("", fence.tag),
                headings=headings[index],
                prose=prose[index],
                group=_group_name(outline, group),
                file=files.get(fence.line, ""),
                tab=tab,
                lines=_lines(outline, first, fence.text),
                unclosed=fence.unclosed,
            )
        )
    return tuple(blocks)


def tag_of(info: str) -> str:
    """The language that an info string names, lower case; empty if it names none."""
    found = _TAG.match(info)
    return found[1].lower() if found else ""


def _number(outline: Outline, line: int) -> int:
    """The page's line for a line of the outline."""
    return outline.numbers[line - 1] if outline.numbers else line


def _group_name(outline: Outline, line: int) -> str:
    """What names the tab group that starts at a line; empty for 0. Several may start on one line of the page."""
    if not line:
        return ""
    return f"tabs at line {_number(outline, line)}" + (f" ({line})" if outline.numbers else "")


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


def _files(page: str, outline: Outline) -> dict[int, str]:
    """Line of a fence -> the sample file that the comment right above it names."""
    files: dict[int, str] = {}
    found = outline.pieces
    for position, piece in enumerate(found):
        directive = _DIRECTIVE.match(piece.text) if piece.kind == "comment" else None
        if directive is None:
            continue
        number = _number(outline, piece.line)
        file = _FILE.fullmatch(directive[1].strip())
        if file is None:
            raise at(
                page, number, f"expected the comment `aswritten: file NAME`, got `aswritten:{directive[1].rstrip()}`"
            )
        following = found[position + 1] if position + 1 < len(found) else None
        if (
            following is None
            or following.kind != "fence"
            or any(outline.lines[line - 1].strip(" \t>") for line in range(piece.end, following.line))
        ):
            raise at(
                page,
                number,
                f"`aswritten: file {file[1]}` has no fence right below it: put it above the fence that shows the file",
            )
        files[following.line] = file[1].strip()
    return files
