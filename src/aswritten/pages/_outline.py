"""What a reader finds on a page: the parts that matter here, from which `_blocks.assemble` makes Blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page that matters here. Lines are 1-based."""

    kind: Literal["fence", "comment", "raw", "heading"]
    line: int
    """Its first line."""
    end: int
    """The line after its last one."""
    text: str
    """A fence's content, a comment without its marks, a heading's text."""
    info: str = ""
    """A fence's info string, stripped; other formats' language, label and title are written as one."""
    level: int = 0
    """A heading's level, from 1."""
    first: int = 0
    """The line that holds the first line of a fence's content; 0: the one after ``line``."""
    tag: str | None = None
    """The language of a fence, lower case; None: the one that ``info`` names."""
    unclosed: bool = False
    """Whether the fence's closing mark is missing."""


@dataclass(frozen=True, slots=True)
class Span:
    """A tab group or a tab, with the lines (1-based, inclusive) that its marks stand on."""

    first: int
    last: int
    is_group: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a page, or of the text that its reader makes of it."""

    lines: Sequence[str]
    """The text's lines."""
    pieces: Sequence[Piece]
    """In the order of their lines."""
    prose: Mapping[int, str]
    """Number and text of each line that a reader sees as words, in order."""
    spans: Sequence[Span] = ()
    """Tab groups and tabs; outer ones first."""
    numbers: Sequence[int] | None = None
    """For each of ``lines`` the line of the page that it stands on; None where they are the page's own."""

    def number(self, line: int) -> int:
        """The page's line for a line of the outline."""
        return self.numbers[line - 1] if self.numbers else line
