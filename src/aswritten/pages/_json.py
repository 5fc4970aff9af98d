"""JSON, value by value, with lines. The standard library's parser knows none, and keeps all of a document."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import TYPE_CHECKING

from aswritten.pages._limits import LEVELS, BrokenError
from aswritten.pages._values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.pages._values import Kind

#: Reads one string where it begins; line breaks in it are let pass.
_STRINGS = JSONDecoder(strict=False)
#: Halves of characters, which JSON can write and no file can hold.
_HALVES = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"[^\s,\]}:\[{\"]+")
_NO_BRACKET = re.compile(r'[^"{}\[\]]*')
_KINDS: dict[str, Kind] = {"{": "map", "[": "list"}


class Json:
    """JSON. What is skipped is held to its brackets and its strings alone. All of it may raise BrokenError."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._counted = 0
        self._number = 1
        self._level = 0

    def kind(self) -> Kind:
        """As `Values.kind`."""
        return _KINDS.get(self._next(), "text")

    def line(self) -> int:
        """As `Values.line`."""
        self._next()
        return self._line()

    def members(self) -> Iterator[str]:
        """As `Values.members`."""
        for _ in self._parts("{", "}"):
            key = self._string("a key in quotes")
            self._expect(":")
            yield key

    def items(self) -> Iterator[None]:
        """As `Values.items`."""
        yield from self._parts("[", "]")

    def text(self) -> Text:
        """As `Values.text`."""
        mark, line = self._next(), self._line()
        if mark == '"':
            return Text(self._string("a text"), line)
        start = self._at
        self.skip()
        return Text("" if mark in _KINDS else self._text[start : self._at], line)

    def scalar(self) -> tuple[str, int] | None:
        """As `Values.scalar`."""
        mark, line, start = self._next(), self._line(), self._at
        self.skip()
        return None if mark in _KINDS else (self._text[start : self._at], line)

    def skip(self) -> None:
        """As `Values.skip`."""
        mark = self._next()
        if mark == '"':
            self._string("a text")
        elif mark in _KINDS:
            self._skip_brackets()
        else:
            plain = _PLAIN.match(self._text, self._at)
            if plain is None:
                raise self._broken("a value")
            self._at = plain.end()

    def end(self) -> None:
        """Nothing but blanks may follow the document."""
        if self._next():
            raise self._broken("the end of the file")

    def _parts(self, opening: str, closing: str) -> Iterator[None]:
        if self._next() != opening:
            self.skip()
            return
        self._enter()
        self._at += 1
        if self._next() != closing:
            yield None
            while self._next() == ",":
                self._at += 1
                self._next()
                yield None
        self._expect(closing)
        self._level -= 1

    def _skip_brackets(self) -> None:
        levels: list[str] = []
        while True:
            found = self._text[self._at : self._at + 1]
            if found == '"':
                self._string("a text")
            elif found in _KINDS:
                levels.append("}" if found == "{" else "]")
                if len(levels) + self._level > LEVELS:
                    self._enter(LEVELS)
                self._at += 1
            elif levels and found == levels[-1]:
                levels.pop()
                self._at += 1
                if not levels:
                    return
            else:
                raise self._broken(f"`{levels[-1]}`")
            self._at = self._end_of(_NO_BRACKET)

    def _enter(self, by: int = 1) -> None:
        self._level += by
        if self._level > LEVELS:
            raise BrokenError(self._line(), f"is nested too deeply: expected at most {LEVELS} levels")

    def _string(self, what: str) -> str:
        if self._next() != '"':
            raise self._broken(what)
        try:
            value, self._at = _STRINGS.raw_decode(self._text, self._at)
        except JSONDecodeError as error:
            raise BrokenError(error.lineno, f"is not JSON: {error.msg}") from error
        return _HALVES.sub("\ufffd", str(value))

    def _expect(self, mark: str) -> None:
        if self._next() != mark:
            raise self._broken(f"`{mark}`")
        self._at += 1

    def _next(self) -> str:
        """The first character of what comes next; empty at the end."""
        self._at = self._end_of(_SPACE)
        return self._text[self._at : self._at + 1]

    def _end_of(self, pattern: re.Pattern[str]) -> int:
        found = pattern.match(self._text, self._at)
        return found.end() if found else self._at

    def _line(self) -> int:
        self._number += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._number

    def _broken(self, expected: str) -> BrokenError:
        got = self._text[self._at : self._at + 1]
        return BrokenError(
            self._line(),
            f"is not JSON: expected {expected}, got {got!r}"
            if got
            else f"is not JSON: it ends where {expected} was expected",
        )
