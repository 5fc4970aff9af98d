"""A page of HTML to its outline: preformatted elements, headings, tabs and words, as a browser shows them.

html.parser finds the tags. The outline's lines are of our making: one for each line of a block of code, and one for each paragraph;
its ``numbers`` have the lines of the page.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from aswritten.pages._html_code import Code
from aswritten.pages._html_tags import CLOSED_BY_NEXT, LINES, VOID, Element, element
from aswritten.pages._limits import BrokenError, refuse_lines
from aswritten.pages._outline import Outline, Piece, Span
from aswritten.pages._tabs import nested_spans

_WORD = re.compile(r"[A-Za-z][\w+#.-]{0,20}")
_HEADING = re.compile(r"h([1-6])")
#: Elements around a block of code in which its language is looked for.
_NEAR = 5
#: Attributes of one tag, told by what parts them.
_ATTRIBUTES = 500_000
#: Open elements; those further in are text.
_DEEPEST = 10_000


def outline(text: str) -> Outline:
    """The outline of a page whose lines end in LF."""
    _refuse_attributes(text)
    reader = _Reader()
    whole = _whole_markup(text)
    reader.feed(text[:whole])
    reader.close()
    reader.handle_rest(unescape(text[whole:]))
    return reader.outline(text.count("\n") + 1)


def _refuse_attributes(text: str) -> None:
    """Raises BrokenError for a tag of so many attributes that a list of them fills the memory."""
    start = 0
    while (end := text.find(">", start)) >= 0:
        if end - start > _ATTRIBUTES:
            tag = max(text.find("<", start, end), start)
            if text.count(" ", tag, end) + text.count("=", tag, end) + text.count("\n", tag, end) > _ATTRIBUTES:
                line = text.count("\n", 0, tag) + 1
                raise BrokenError(line, f"expected tags of at most {_ATTRIBUTES} attributes: close the tag")
        start = end + 1


def _whole_markup(text: str) -> int:
    """Where the markup of a page ends: at its last `>`, or where a comment begins that is never closed.

    html.parser would look in vain for the end of each tag and comment after it, and read the page once for each.
    """
    end = text.rfind(">") + 1
    comment = text.find("<!--", text.rfind("-->") + 1)
    return end if comment < 0 else min(comment, end)


class _Reader(HTMLParser):
    """Goes through the tags of a page and writes down its lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self._counts: dict[str, int] = {}
        self._too_deep: dict[str, int] = {}
        self._unseen = 0
        self._lines: list[str] = []
        self._numbers: list[int] = []
        self._prose: dict[int, str] = {}
        self._words: list[str] = []
        self._word_line = 0
        self._code: Code | None = None
        self._pieces: list[Piece] = []
        self._spans: list[Span] = []

    def outline(self, page_lines: int) -> Outline:
        """What was found on a page of so many lines."""
        if self._code:
            self._end_code(unclosed=True)
        self._end_paragraph()
        # A line break that is written as a character reference is none of the page.
        numbers = [min(number, page_lines) for number in self._numbers]
        return Outline(self._lines, self._pieces, self._prose, nested_spans(self._spans, self._lines), numbers)

    def handle_rest(self, text: str) -> None:
        """Take the text behind the last tag; a comment that is never closed is none."""
        if not text.startswith("<!--"):
            self.handle_data(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        if tag == "br":
            self._break()
            return
        if tag in LINES:
            self._begin_lines()
        if tag in VOID:
            return
        if tag in CLOSED_BY_NEXT and self._open and self._open[-1].name == tag:
            self._pop()
        if len(self._open) >= _DEEPEST:
            self._too_deep[tag] = self._too_deep.get(tag, 0) + 1
            return
        found = element(tag, attrs)
        self._unseen += found.unseen
        if found.is_panel and not self._unseen:
            self._begin_panel()
        found.line = len(self._lines) + 1 if self._code is None else len(self._code.lines)
        found.words = len(self._words)
        self._open.append(found)
        self._counts[tag] = self._counts.get(tag, 0) + 1
        if tag == "pre" and self._code is None and not self._unseen:
            self._code = Code(self.getpos()[0])
        if self._code and found.language and tag in {"pre", "code"}:
            self._code.language = self._code.language or found.language

    def handle_endtag(self, tag: str) -> None:
        """Close the element, and those in it that were not closed."""
        if tag == "pre" and self._code and not self._unseen:
            self._end_code()
        if self._too_deep.get(tag):
            self._too_deep[tag] -= 1
            return
        while self._counts.get(tag):
            if self._pop().name == tag:
                break

    def handle_data(self, data: str) -> None:
        """Take text for code, or for words."""
        if self._unseen:
            return
        line = self.getpos()[0]
        if self._code:
            self._code.text(data, line)
            return
        if not self._words and data.strip():
            self._word_line = line + data[: len(data) - len(data.lstrip())].count("\n")
        if self._words or data.strip():
            self._words.append(data)

    def handle_comment(self, data: str) -> None:
        """Keep a comment, which may be about the block below it."""
        if not self._unseen and self._code is None:
            self._end_paragraph()
            line = self._write("", self.getpos()[0])
            self._pieces.append(Piece("comment", line, line + 1, data))

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002
        """`<![…`: a comment to a browser; html.parser's own raises AssertionError for what it does not know."""
        return self.parse_bogus_comment(i)

    def _pop(self) -> Element:
        gone = self._open.pop()
        self._counts[gone.name] -= 1
        if gone.name == "pre" and self._code and not self._counts["pre"]:
            self._end_code()
        if gone.is_label and not self._unseen:
            self._take_label(gone)
        if gone.name in LINES and not self._unseen:
            self._end_lines(gone)
        self._unseen -= gone.unseen
        last = len(self._lines)
        if gone.is_panel and not self._unseen:
            self._spans.append(Span(gone.line - 1, last, is_group=False))
        if gone.panels or (gone.is_group and not self._unseen):
            self._spans.append(Span(gone.panels or gone.line, last, is_group=True))
        return gone

    def _break(self) -> None:
        if self._code and not self._unseen:
            self._code.end_line()
        elif self._words:
            self._words.append(" ")

    def _begin_lines(self) -> None:
        if self._code is None:
            self._end_paragraph()
        elif not self._unseen:
            self._code.begin_element()

    def _end_lines(self, gone: Element) -> None:
        if self._code:
            if gone.name not in {"td", "th", "pre"}:
                self._code.end_element(gone.line)
            return
        line = self._end_paragraph()
        heading = _HEADING.fullmatch(gone.name)
        if heading and line:
            self._pieces.append(Piece("heading", line, line + 1, self._lines[line - 1], level=int(heading[1])))

    def _begin_panel(self) -> None:
        """Give the panel, and in front of the first one of its parent the group, a line of its own."""
        self._end_paragraph()
        page_line = self.getpos()[0]
        if self._open and not self._open[-1].panels:
            self._open[-1].panels = self._write("", page_line)
        self._write("", page_line)

    def _take_label(self, gone: Element) -> None:
        """Note a word that names the language of the code beside it, which is no part of the page's words."""
        text = "".join(self._words[gone.words :]).strip()
        if _WORD.fullmatch(text):
            del self._words[gone.words :]
            for around in self._open[-2:]:
                around.label = text.lower()

    def _end_code(self, *, unclosed: bool = False) -> None:
        code, self._code = self._code, None
        assert code is not None
        around = self._open[: -_NEAR - 1 : -1]
        language = code.language
        for outer in around:
            if outer.bounds:
                break
            language = language or outer.language or outer.label
            outer.label = ""
        if not code.close():
            return
        self._end_paragraph()
        line = self._write("", code.page_line)
        for text, number in zip(code.lines, code.numbers, strict=True):
            self._write(text, number)
        whole = "".join(f"{text}\n" for text in code.lines)
        self._pieces.append(
            Piece("fence", line, len(self._lines) + 1, whole, language, tag=language, unclosed=unclosed)
        )

    def _end_paragraph(self) -> int:
        """Write the words that wait; their line, 0 if there are none."""
        text = " ".join("".join(self._words).split())
        self._words.clear()
        if not text:
            return 0
        line = self._write(text, self._word_line)
        self._prose[line] = text
        self._prose[self._write("", self._word_line)] = ""
        return line

    def _write(self, text: str, page_line: int) -> int:
        refuse_lines(len(self._lines), page_line)
        self._lines.append(text)
        self._numbers.append(page_line)
        return len(self._lines)
