"""A page of AsciiDoc to its outline, line by line.

The one kept parser of AsciiDoc is Asciidoctor, in Ruby; what Python has makes whole documents of it, without lines. What matters here
is told by lines alone: a delimiter opens a block, and the same delimiter closes it (AsciiDoc, "Delimited Blocks").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import dedent

from aswritten.pages._code_names import info_of
from aswritten.pages._outline import Outline, Piece, Span
from aswritten.pages._tabs import nested_spans

_DELIMITER = re.compile(
    r"(?P<verbatim>-{4,}|\.{4,}|`{3,}(?P<language>[\w+#.-]*).*)|(?P<hidden>/{4,}|\+{4,})|(?P<holder>={4,}|\*{4,}|_{4,}|--)"
)
#: Callouts at the end of a line of a listing, and the mark of a comment that guards them: shown as icons, and no part of what is copied
#: (Asciidoctor, "Copy and paste friendly callouts"). Behind a word `--` is no such mark: `i-- <1>`.
_CALLOUTS = re.compile(r"(?:(?://|#|(?<!\w)--|;;)[ \t]{0,9}|(?<=[ \t]))(?:<(?:\d{1,2}|\.)>[ \t]{0,9}){1,9}$")
#: Bold text in a listing that has marks of text read (`subs="+quotes"`), as pages mark what is typed.
_BOLD = re.compile(r"(?<![\w*])\*([^\s*][^*\n]*)\*(?![\w*])")
_HEADING = re.compile(r"(?P<marks>={1,6}|#{1,6})[ \t]+(?P<title>\S.*)")
_ATTRIBUTES = re.compile(r"\[(?!\[)(?P<list>.*)\]")
_ATTRIBUTE = re.compile(
    r"""\s*(?:(?P<key>[\w-]+)\s*=\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^,]*))\s*(?:,|\Z)"""
)
_TITLE = re.compile(r"\.(?P<title>[^\s.].*)")
_ENTRY = re.compile(r":(?P<name>!?[\w-]+!?):(?:[ \t]+(?P<value>.*))?")
#: Characters of what an attribute stands for, and braces of a text in which attributes are looked for.
_LONGEST_VALUE = 2_000
_MOST_REFERENCES = 500
#: Where an attribute's value is taken in: `{name}`.
_REFERENCE = re.compile(r"(?<!\\)\{(?P<name>\w[\w-]{0,80})\}")
_COMMENT = re.compile(r"//(?!/)[ \t]*(?P<text>.*)")
#: A tab within a block that is marked `[tabs]`.
_LABEL = re.compile(r"\S.*::")
#: Lines that are no words, beside those above: anchors, list continuations, tables' edges, directives.
_MACHINERY = re.compile(r"\[\[.*\]\]|\+|[|,:!]={3,}|(?:include|ifn?def|ifeval|endif)::.*\[.*\]")
#: Styles by which a block or a paragraph says that it is code.
_CODE = frozenset({"source", "listing", "literal"})


@dataclass(slots=True)
class _Marks:
    """What stands above a block about it: its attributes and its title."""

    style: str = ""
    language: str = ""
    title: str = ""
    role: str = ""
    subs: str = ""
    dedent: bool = False

    def add(self, attributes: str) -> None:
        position = 0
        for found in _ATTRIBUTE.finditer(attributes):
            value = (found["double"] or found["single"] or found["plain"] or "").strip()
            if found["key"] is None:
                self._positional(position, value)
                position += 1
            elif found["key"] in {"language", "title", "role", "subs"}:
                setattr(self, found["key"], value)
            elif found["key"] == "indent":
                self.dedent = value == "0"

    def _positional(self, position: int, value: str) -> None:
        if position == 0:
            self.style = re.split(r"[.#%]", value, maxsplit=1)[0].lower() or self.style
            self.role = self.role or ("tabs" if ".tabs" in value else "")
        elif position == 1 and value:
            self.style = self.style or "source"
            self.language = value


@dataclass(slots=True)
class _Holder:
    """A delimited block that holds others, and is open."""

    delimiter: str
    line: int
    is_tabs: bool
    tab: int = 0
    """The line of the tab that is open; 0: none is."""


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    pieces: list[Piece] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    prose: dict[int, str] = field(default_factory=dict)
    holders: list[_Holder] = field(default_factory=list)
    marks: _Marks = field(default_factory=_Marks)
    language: str = ""
    """The language of source blocks that name none (`:source-language:`)."""
    entries: dict[str, str] = field(default_factory=dict)
    """What the page's attributes stand for, up to here."""
    switch: int = 0
    """The line of the first block of a Spring block switch that is open; 0: none is."""
    open_delimiters: dict[str, int] = field(default_factory=dict)

    def read(self) -> None:
        number = 1
        while number <= len(self.lines):
            number = self._line(number, self.lines[number - 1].rstrip())

    def _line(self, number: int, line: str) -> int:
        """Read what begins at a line; the number of the line after it."""
        delimiter = _DELIMITER.fullmatch(line)
        if delimiter:
            return self._delimited(number, line, delimiter)
        if self._is_mark(number, line):
            return number + 1
        if line and self.marks.style in _CODE:
            return self._paragraph(number)
        if line:
            self.marks = _Marks()
            holder = self.holders[-1] if self.holders else None
            if holder and holder.is_tabs and _LABEL.fullmatch(line):
                self._end_tab(holder, number - 1)
                holder.tab = number
                return number + 1
        heading = _HEADING.fullmatch(line) if not self.holders else None
        if heading:
            self.pieces.append(Piece("heading", number, number + 1, heading["title"], level=len(heading["marks"])))
        if not _MACHINERY.fullmatch(line):
            self.prose[number] = line
        return number + 1

    def _is_mark(self, number: int, line: str) -> bool:
        """Whether a line says something about what follows, and is no text."""
        if attributes := _ATTRIBUTES.fullmatch(line):
            self.marks.add(attributes["list"])
        elif title := _TITLE.fullmatch(line):
            self.marks.title = title["title"]
            self.prose[number] = title["title"]
        elif entry := _ENTRY.fullmatch(line):
            self._enter(entry["name"], (entry["value"] or "").strip())
        elif comment := _COMMENT.fullmatch(line):
            self.pieces.append(Piece("comment", number, number + 1, comment["text"]))
        else:
            return False
        return True

    def _enter(self, name: str, value: str) -> None:
        if name == "source-language":
            self.language = value
        # With `!` it stands for nothing any more. What a value takes of others it takes where it is given.
        self.entries.pop(name.strip("!").lower(), None)
        if "!" not in name:
            # One that takes others in again and again would take the machine's memory.
            whole = self._substituted(value)
            self.entries[name.lower()] = whole if len(whole) <= _LONGEST_VALUE else value[:_LONGEST_VALUE]

    def _substituted(self, text: str) -> str:
        """The text as a reader sees it, with what the page's attributes stand for (AsciiDoc, "Attribute References"); others stay as they are, and so does all of a text
        with more than anybody writes.
        """
        if text.count("{") > _MOST_REFERENCES:
            return text
        return _REFERENCE.sub(lambda found: self.entries.get(found["name"].lower(), found.group()), text)

    def _delimited(self, number: int, line: str, delimiter: re.Match[str]) -> int:
        if delimiter["holder"] and not (line == "--" and self.marks.style in _CODE):
            self._holder(number, line)
            return number + 1
        closing = line if delimiter["language"] is None else line[: len(line) - len(line.lstrip("`"))]
        last = number + 1
        while last <= len(self.lines) and (text := self.lines[last - 1].rstrip()) != closing:
            if text in self.open_delimiters:  # the end of what holds it
                break
            last += 1
        closed = last <= len(self.lines) and self.lines[last - 1].rstrip() == closing
        if delimiter["hidden"]:
            self.pieces.append(Piece("raw", number, last + closed, ""))
            self.marks = _Marks()
        else:
            self._fence(number, number + 1, last, last + closed, delimiter["language"] or "", unclosed=not closed)
        return last + closed

    def _holder(self, number: int, line: str) -> None:
        if line in self.open_delimiters:
            while self.holders[-1].delimiter != line:
                self._pop(number)
            self._pop(number)
        else:
            is_tabs = self.marks.style == "tabs" or self.marks.role == "tabs"
            self.holders.append(_Holder(line, number, is_tabs))
            self.open_delimiters[line] = number
        self.marks = _Marks()

    def _pop(self, number: int) -> None:
        holder = self.holders.pop()
        del self.open_delimiters[holder.delimiter]
        if holder.is_tabs:
            self._end_tab(holder, number)
            self.spans.append(Span(holder.line, number, is_group=True))

    def _end_tab(self, holder: _Holder, last: int) -> None:
        if holder.tab:
            self.spans.append(Span(holder.tab, last, is_group=False))

    def _paragraph(self, number: int) -> int:
        end = number
        while end <= len(self.lines) and self.lines[end - 1].strip():
            end += 1
        self._fence(number, number, end, end, "")
        return end

    def _fence(self, opening: int, first: int, last: int, end: int, language: str, *, unclosed: bool = False) -> None:  # noqa: PLR0913
        """Take the lines from ``first`` up to and without ``last`` for a block."""
        marks, self.marks = self.marks, _Marks()
        if marks.style in {"", "source"} and not language:
            language = marks.language or (self.language if marks.style == "source" else "")
        elif marks.style not in _CODE | {""}:
            language = marks.style  # a diagram, a formula
        text = "".join(f"{_CALLOUTS.sub('', line.rstrip()).rstrip()}\n" for line in self.lines[first - 1 : last - 1])
        if re.search(r"(?<![\w-])\+?quotes", marks.subs):
            text = _BOLD.sub(r"\1", text)
        if re.search(r"(?<![\w-])\+?(?:attributes|normal)", marks.subs):
            text = self._substituted(text)
        language = language.lower()
        self.pieces.append(
            Piece(
                "fence",
                opening,
                end,
                dedent(text) if marks.dedent or opening == first else text,
                info_of(language, title=marks.title),
                first=first,
                tag=language,
                unclosed=unclosed,
            )
        )
        self._switch(opening, end - 1, marks.role.split())

    def _switch(self, opening: int, last: int, roles: list[str]) -> None:
        """Blocks with the role `secondary` are shown in the place of the `primary` one above them."""
        if "secondary" in roles and self.switch:
            if self.spans and self.spans[-1].first == self.switch:
                self.spans.pop()
            self.spans.append(Span(self.switch, last, is_group=True))
        else:
            self.switch = opening if "primary" in roles else 0


def outline(text: str) -> Outline:
    """The outline of a page whose lines end in LF."""
    reader = _Reader(text.removesuffix("\n").split("\n"))
    reader.read()
    return Outline(reader.lines, reader.pieces, reader.prose, nested_spans(reader.spans, reader.lines))
