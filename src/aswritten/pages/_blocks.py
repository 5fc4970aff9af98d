"""From the pieces of a Markdown or MDX page to its Blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.model import Block
from aswritten.pages._markdown import Piece, pieces
from aswritten.pages._tabs import places, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

_NEWLINE = re.compile(r"\r\n?")
#: YAML between `---` lines or TOML between `+++` lines, at the very start.
_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n(?:.*\n)*?\1[ \t]*(?:\n|\Z)")
_DIRECTIVE = re.compile(r"\s*(?:<!--|\{/\*)\s*aswritten:(.*?)(?:-->|\*/\s*\})", re.DOTALL)
_FILE = re.compile(r"file\s+(\S.*)")
#: `python`, `python{1,3}`, `{code-block} python`, `{.python .numberLines}`; never the name of an attribute (`title="…"`).
_TAG = re.compile(r"(?:\{[\w-]+\}\s*(?=\w)|\{\s*\.?(?=\w))?([\w+#.-]+)(?![\w+#.-]|\s*=)")
#: Headings that a page writes as elements: `<h2>…</h2>`, `<Title as="h2">…</Title>`.
_ELEMENT_HEADING = re.compile(
    r"""\s*<(?:h(?P<level>[1-6])\b|[A-Z][\w.]*\s(?:[^<>]*\s)?as=["']h(?P<as>[1-6])["'])[^<>]*>(?P<title>[^<]+)</"""
)
#: Lines that are no prose: a tag alone, an import or export of a module.
_MACHINERY = re.compile(r"\s*(?:</?[A-Za-z][^<>]*>|import\s.*['\"];?|export\s(?:const|default|let|function)\b.*)\s*")


def normalised(text: str) -> str:
    """The text with every line end (CRLF, CR, LF: as CommonMark counts lines) as LF."""
    return _NEWLINE.sub("\n", text) if "\r" in text else text


def read_blocks(page: str, text: str, *, nested: bool) -> tuple[Block, ...]:
    """The fenced blocks of a page. ``nested`` as in `_markdown.pieces`.

    The blocks' text has LF line ends whatever the page has; their lines are the page's own.
    Raises UsageError for an ``aswritten:`` comment that is not ``aswritten: file NAME`` right above a fence.
    """
    text = _without_front_matter(normalised(text))
    lines = text.split("\n")
    found = pieces(text, nested=nested)
    fences = [piece for piece in found if piece.kind == "fence"]
    outside = _outside(lines, found)
    tabs = list(places(spans(outside.items()), (fence.line for fence in fences)))
    files = _files(page, found, lines)
    headings = _headings(found, outside, fences)
    blocks: list[Block] = []
    end = 1
    for index, (fence, (group, tab)) in enumerate(zip(fences, tabs, strict=True)):
        between = (outside[line] for line in range(end, fence.line) if line in outside)
        prose = "\n".join(line for line in between if not _MACHINERY.fullmatch(line))
        blocks.append(
            Block(
                page=page,
                index=index,
                line=fence.line,
                first_line=fence.line + 1,
                text=fence.text,
                info=fence.info,
                tag=tag_of(fence.info),
                headings=headings[index],
                prose=prose.strip(),
                group=group,
                file=files.get(fence.line, ""),
                tab=tab,
            )
        )
        end = fence.end
    return tuple(blocks)


def tag_of(info: str) -> str:
    """The language that an info string names, lower case; empty if it names none."""
    found = _TAG.match(info)
    return found[1].lower() if found else ""


def _without_front_matter(text: str) -> str:
    found = _FRONT_MATTER.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text


def _outside(lines: Sequence[str], found: Sequence[Piece]) -> dict[int, str]:
    """The lines (number -> text) that stand in no fence, comment or raw element."""
    inside = {line for piece in found if piece.kind != "heading" for line in range(piece.line, piece.end)}
    return {number: line for number, line in enumerate(lines, 1) if number not in inside}


def _headings(found: Sequence[Piece], outside: dict[int, str], fences: Sequence[Piece]) -> list[tuple[str, ...]]:
    """For each fence the headings above it, outermost first."""
    marks = [(piece.line, piece.level, piece.text) for piece in found if piece.kind == "heading"]
    for number, line in outside.items():
        element = _ELEMENT_HEADING.match(line) if "<" in line else None
        if element:
            marks.append((number, int(element["level"] or element["as"]), element["title"].strip()))
    marks.sort()
    above: list[tuple[int, str]] = []
    result: list[tuple[str, ...]] = []
    position = 0
    for fence in fences:
        while position < len(marks) and marks[position][0] < fence.line:
            _, level, title = marks[position]
            above = [*((other, text) for other, text in above if other < level), (level, title)]
            position += 1
        result.append(tuple(title for _, title in above))
    return result


def _files(page: str, found: Sequence[Piece], lines: Sequence[str]) -> dict[int, str]:
    """Line of a fence -> the sample file that the comment right above it names."""
    files: dict[int, str] = {}
    for position, piece in enumerate(found):
        directive = _DIRECTIVE.match(piece.text) if piece.kind == "comment" else None
        if directive is None:
            continue
        file = _FILE.fullmatch(directive[1].strip())
        if file is None:
            raise at(
                page,
                piece.line,
                f"expected the comment `aswritten: file NAME`, got `aswritten:{directive[1].rstrip()}`",
            )
        following = found[position + 1] if position + 1 < len(found) else None
        if (
            following is None
            or following.kind != "fence"
            or any(lines[line - 1].strip(" \t>") for line in range(piece.end, following.line))
        ):
            raise at(
                page,
                piece.line,
                f"`aswritten: file {file[1]}` has no fence right below it: put it above the fence that shows the file",
            )
        files[following.line] = file[1].strip()
    return files
