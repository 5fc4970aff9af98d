"""A preformatted element of HTML, line by line, as a browser breaks it and a reader copies it."""

from __future__ import annotations

from aswritten.pages._limits import refuse_lines


class Code:
    """A preformatted element that is open, line by line."""

    def __init__(self, page_line: int) -> None:
        self.page_line = page_line
        self.lines: list[str] = []
        self.numbers: list[int] = []
        self.language = ""
        self._line: list[str] = []
        self._number = page_line
        self._starts = True

    def text(self, text: str, page_line: int) -> None:
        """Add text that starts on a line of the page."""
        if self._starts:  # a browser drops a line break right after the tag
            if text.startswith("\n"):
                text, page_line = text[1:], page_line + 1
            self._starts = False
        for offset, part in enumerate(text.split("\n")):
            if offset:
                self.end_line()
            if not self._line:
                self._number = page_line + offset
            if part:
                self._line.append(part)

    def end_line(self) -> None:
        """End the line, which may be empty."""
        refuse_lines(len(self.lines), self._number)
        self.lines.append("".join(self._line))
        self.numbers.append(self._number)
        self._line.clear()

    def end_element(self, lines_before: int) -> None:
        """End the line of an element that stands on lines of its own, unless a line break of its own has ended it."""
        if self._line or len(self.lines) == lines_before:
            self.end_line()

    def begin_element(self) -> None:
        """End the line in front of an element that stands on lines of its own."""
        self._starts = False
        if self._line:
            self.end_line()

    def close(self) -> bool:
        """End the last line; whether there is any text. Empty lines at the end are none."""
        if self._line:
            self.end_line()
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()
            self.numbers.pop()
        return bool(self.lines)
