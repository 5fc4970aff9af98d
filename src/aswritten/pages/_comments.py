"""What a page's author says of its blocks in comments that no reader sees: ``aswritten: TEXT``, right above a block.

The comments are those of the page's format, and lines that begin with ``%``, as MyST has them. What TEXT means is for
`directives` to say; here only ``file NAME`` is known, which says what the block shows.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.model import Comment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aswritten.pages._outline import Outline

_OURS = re.compile(r"\s*aswritten:(.*)", re.DOTALL)
_PERCENT = re.compile(r"\s*%+\s*aswritten:(.*)")
_FILE = re.compile(r"file(?:\s+(\S.*))?")
#: A comment in the middle of a line of words, which is not right above anything; `<!-- … -->` in backticks is shown to readers.
_IN_WORDS = re.compile(r"(?:<!--|\{/\*)\s*aswritten:(.*?)(?:-->|\*/\s*\}|$)")
#: What AsciiDoc puts between a comment and the block that it is about.
_ATTRIBUTES = re.compile(r"\[\w[^\]]*\]\s*")
_CODE_SPAN = re.compile(r"(`+).*?\1")


@dataclass(frozen=True, slots=True)
class Said:
    """The comments of a page, by the line of the outline on which a fence starts."""

    files: Mapping[int, str]
    """The sample file that a fence shows."""
    comments: Mapping[int, Sequence[Comment]]

    def of_fence(self, line: int) -> tuple[Comment, ...]:
        """What is said of the fence at a line; with it stand those comments whose nearest fence it is."""
        return tuple(sorted(self.comments.get(line, ()), key=lambda comment: comment.line))


@dataclass(frozen=True, slots=True)
class _Found:
    line: int
    """Of the outline."""
    end: int
    """The line after it."""
    text: str
    in_words: bool = False


def is_comment(line: str) -> bool:
    """Whether a line that its format takes for words is a comment of ours."""
    return _PERCENT.fullmatch(line) is not None


def read(page: str, outline: Outline) -> Said:
    """The comments of a page. Raises UsageError for ``aswritten: file NAME`` without a fence right below it."""
    fences = [piece.line for piece in outline.pieces if piece.kind == "fence"]
    found = sorted(_found(outline), key=lambda comment: comment.line)
    ends = {piece.line: piece.end for piece in outline.pieces if piece.kind == "comment"}
    ends |= {comment.line: comment.end for comment in found if not comment.in_words}
    below = _below(outline, frozenset(fences), ends) if found else {}
    files: dict[int, str] = {}
    comments: dict[int, list[Comment]] = {}
    for comment in found:
        fence = None if comment.in_words else below[comment.line]
        number = outline.number(comment.line)
        file = _FILE.fullmatch(comment.text)
        if file:
            if not file[1] or fence is None:
                raise at(page, number, _no_file(file[1]))
            files[fence] = file[1].strip()
            continue
        if not fences:
            raise at(page, number, f"`aswritten: {comment.text}` stands on a page without any block: take it away")
        nearest = fence or fences[min(bisect(fences, comment.line), len(fences) - 1)]
        comments.setdefault(nearest, []).append(Comment(number, comment.text, is_above=fence is not None))
    return Said(files, comments)


def _no_file(name: str | None) -> str:
    if not name:
        return "expected the comment `aswritten: file NAME`, got `aswritten: file`: name the file that the block below shows"
    return f"`aswritten: file {name.strip()}` has no fence right below it: put it above the fence that shows the file"


def _found(outline: Outline) -> Iterator[_Found]:
    for piece in outline.pieces:
        ours = _OURS.fullmatch(piece.text) if piece.kind == "comment" else None
        if ours:
            yield _Found(piece.line, piece.end, ours[1].strip())
    for line, words in outline.prose.items():
        if "aswritten:" not in words:
            continue
        percent = _PERCENT.fullmatch(words)
        if percent:
            yield _Found(line, line + 1, percent[1].strip())
            continue
        for inside in _IN_WORDS.finditer(_CODE_SPAN.sub("", words)):
            yield _Found(line, line + 1, inside[1].strip(), in_words=True)


def _below(outline: Outline, starts: frozenset[int], ends: Mapping[int, int]) -> dict[int, int | None]:
    """For each comment (its line, and the line after it): the fence that starts below, with nothing but blank lines and other comments between."""
    found: dict[int, int | None] = {}
    for start in sorted(ends, reverse=True):
        line = max(ends[start], start + 1)
        while line <= len(outline.lines) and not (
            line in starts or line in found or _is_words(outline.lines[line - 1])
        ):
            line += 1
        found[start] = line if line in starts else found.get(line)
    return found


def _is_words(line: str) -> bool:
    return bool(line.strip(" \t>")) and not _ATTRIBUTES.fullmatch(line)
