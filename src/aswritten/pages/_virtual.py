"""Lines of our own making, for formats in which a page's text stands within strings: notebooks and API descriptions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.pages._limits import refuse_lines
from aswritten.pages._outline import Outline, Piece, Span
from aswritten.pages._tabs import nested_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A line and the page's line on which it stands.
Line = tuple[str, int]


class Writer:
    """Writes an outline line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbers: list[int] = []
        self._pieces: list[Piece] = []
        self._prose: dict[int, str] = {}
        self._spans: list[Span] = []

    @property
    def here(self) -> int:
        """The line that is written next."""
        return len(self._lines) + 1

    def line(self, text: str, page_line: int) -> int:
        """Write a line, which is no prose; its number."""
        refuse_lines(len(self._lines), page_line)
        self._lines.append(text)
        self._numbers.append(page_line)
        return len(self._lines)

    def prose(self, lines: Iterable[Line]) -> None:
        """Write a paragraph of prose, and a blank line below it."""
        number = 0
        for text, number in lines:
            self._prose[self.line(text, number)] = text
        if number:
            self._prose[self.line("", number)] = ""

    def heading(self, text: str, level: int, page_line: int) -> None:
        """Write a heading, which is prose too."""
        self._pieces.append(Piece("heading", self.here, self.here + 1, text, level=level))
        self.prose([(text, page_line)])

    def code(self, lines: Sequence[Line], opening: int, tag: str, info: str = "") -> None:
        """Write a block that opens on a line of the page; one without text is none."""
        if not any(text.strip() for text, _ in lines):
            return
        first = self.line("", opening)
        for text, number in lines:
            self.line(text, number)
        whole = "".join(f"{text}\n" for text, _ in lines)
        self._pieces.append(Piece("fence", first, self.here, whole, info or tag, tag=tag))

    def group(self, first: int) -> None:
        """Make a tab group of what was written since line ``first``."""
        self._spans.append(Span(first, len(self._lines), is_group=True))

    def page(self, inner: Outline, numbers: Sequence[int]) -> None:
        """Write the outline of a text within the page, whose lines stand on lines ``numbers`` of it."""
        by = len(self._lines)
        self._lines += inner.lines
        self._numbers += numbers
        for piece in inner.pieces:
            first = piece.first and piece.first + by
            self._pieces.append(replace(piece, line=piece.line + by, end=piece.end + by, first=first))
        self._prose.update((number + by, text) for number, text in inner.prose.items())
        last = len(self._lines)
        self._spans += [Span(span.first + by, min(span.last + by, last), span.is_group) for span in inner.spans]

    def outline(self) -> Outline:
        """All that was written."""
        return Outline(self._lines, self._pieces, self._prose, nested_spans(self._spans, self._lines), self._numbers)


def split(texts: Iterable[tuple[str, int]]) -> list[Line]:
    """The lines of texts that follow one another, each with the page's line of the text in which it starts."""
    lines: list[Line] = []
    waiting: list[str] = []
    start = 0
    for text, number in texts:
        refuse_lines(len(lines) + text.count("\n"), number)
        start = start if waiting else number
        parts = text.split("\n")
        for part in parts[:-1]:
            waiting.append(part)
            lines.append(("".join(waiting), start))
            waiting, start = [], number
        if parts[-1]:
            waiting.append(parts[-1])
    if waiting:
        lines.append(("".join(waiting), start))
    return lines
