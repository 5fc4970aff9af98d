"""A block is never closed, so that the page shows what follows it as code.

The mark that ends it is missing, or is that of the next block: everything up to the end of the page, or of what holds the block, is a part of it. Where that takes in
another block it is an error; a last block without its mark shows well, and is a warning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import shorten
from aswritten.languages import is_tag
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.model import Block

RULES = ("page.unclosed",)

_NEWLINE = re.compile(r"\r\n?|\n")
#: Tags of what may have fences in it.
_HOLDS_FENCES = frozenset({"markdown", "md", "mdx"})
#: The tag of what a model prints, which often is Markdown, with code in a language that no sample of the page is in.
_PRINTED = "output"
#: What opens a block in a format that closes it by the same mark: a fence, a delimiter.
_MARK = re.compile(r"[\s>*+-]*(?:\d+[.)]\s+)?(?P<mark>`{3,}|~{3,}|:{3,}|-{4,}|\.{4,})")


def check(run: PageRun) -> Iterator[Finding]:
    """A finding at each block that is not closed."""
    lines = _NEWLINE.split(run.page.text)
    for block in run.page.blocks:
        opening = lines[block.line - 1] if block.line <= len(lines) else ""
        taken = _taken_in(block, opening, closed=not block.unclosed)
        if not (block.unclosed or taken) or block.index not in run.verdicts:
            continue
        message = "the block is never closed"
        if taken:
            message += f", and takes in what begins at line {taken}"
        yield Finding(
            "page.unclosed",
            "error" if taken else "warning",
            block.page,
            block.line,
            message,
            expected="the mark that ends the block",
            got=shorten(opening.strip()),
            hint="close the block where its code ends",
        )


def _taken_in(block: Block, opening: str, *, closed: bool) -> int:
    """The line of the page at which another block begins within; 0 if none does.

    Where the mark of that one's end closes this one, it begins with the very mark of this one, and the name of a language.
    """
    mark = _MARK.match(opening)
    if mark is None:
        return 0
    if closed:
        same = re.compile(rf" {{0,3}}{mark['mark']}(?P<tag>[A-Za-z][\w+#.-]*)(?:[ \t].*)?")
        opened = mark["mark"][0] in "`~" and block.tag not in _HOLDS_FENCES
        lines = enumerate(block.text.split("\n"), 1) if opened else ()
        found = ((number, same.fullmatch(line)) for number, line in lines)
        runs = (number for number, one in found if one and (block.tag != _PRINTED or is_tag(one["tag"])))
        return next((block.page_line(number) for number in runs), 0)
    begins = (
        number for number, line in enumerate(block.text.split("\n"), 1) if line.lstrip().startswith(mark["mark"][:3])
    )
    return next((block.page_line(number) for number in begins), 0)
