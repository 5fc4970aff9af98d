"""How much of a page is read. A page beyond these bounds is refused by name, and never half read."""

from __future__ import annotations

#: Bytes of a page or a sample file.
BYTES = 32 * 1024 * 1024
#: Lines of a page, and of what its reader makes of it.
LINES = 500_000
#: Blocks of one page.
BLOCKS = 10_000
#: Levels of a JSON or YAML document.
LEVELS = 200


class BrokenError(Exception):
    """A page that is not of its format, or beyond what is read of it. ``line`` is 1-based, None when unknown."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line


def refuse_lines(count: int, page_line: int) -> None:
    """Raises BrokenError for more lines than are read, told at a line of the page."""
    if count > LINES:
        raise BrokenError(page_line, f"expected a page of at most {LINES} lines of text: split it")
