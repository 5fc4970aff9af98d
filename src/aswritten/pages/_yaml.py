"""YAML, value by value, with lines, as libyaml's events tell them: nothing is built, so that no alias can make much of little."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aswritten.pages._limits import LEVELS, BrokenError
from aswritten.pages._values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.pages._values import Kind

#: What a plain scalar is in YAML 1.2, as OpenAPI wants it, if it is no text: null, a truth value, or a number that JSON has too.
_PLAIN = re.compile(r"|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_PLAIN_TO_JSON = {"": "null", "~": "null", "null": "null", "true": "true", "false": "false"}


class Yaml:
    """YAML, as libyaml reads it: no anchor is followed, no tag means anything. All of it may raise BrokenError."""

    def __init__(self, text: str) -> None:
        import yaml

        self._yaml: Any = yaml
        self._events = iter(yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        self._waiting: Any = None
        self._level = 0
        while not isinstance(self._peek(), (yaml.NodeEvent, yaml.StreamEndEvent)):
            self._take()

    def kind(self) -> Kind:
        """As `Values.kind`."""
        event = self._peek()
        if isinstance(event, self._yaml.MappingStartEvent):
            return "map"
        return "list" if isinstance(event, self._yaml.SequenceStartEvent) else "text"

    def line(self) -> int:
        """As `Values.line`."""
        line: int = self._peek().start_mark.line
        return line + 1

    def members(self) -> Iterator[str]:
        """As `Values.members`."""
        for _ in self._parts(self._yaml.MappingStartEvent, self._yaml.MappingEndEvent):
            yield self.text().value

    def items(self) -> Iterator[None]:
        """As `Values.items`."""
        yield from self._parts(self._yaml.SequenceStartEvent, self._yaml.SequenceEndEvent)

    def text(self) -> Text:
        """As `Values.text`."""
        event = self._peek()
        if not isinstance(event, self._yaml.ScalarEvent):
            line = self.line()
            self.skip()
            return Text("", line)
        self._take()
        first = event.start_mark.line + 1
        return Text(event.value, first, self._numbers(event, first))

    def scalar(self) -> tuple[str, int] | None:
        """As `Values.scalar`."""
        event, line = self._peek(), self.line()
        self.skip()
        if not isinstance(event, self._yaml.ScalarEvent):
            return None
        is_plain = event.implicit[0] and _PLAIN.fullmatch(event.value)
        return _PLAIN_TO_JSON.get(event.value.lower(), event.value) if is_plain else json.dumps(event.value), line

    def skip(self) -> None:
        """As `Values.skip`."""
        levels = 0
        while True:
            event = self._take()
            if isinstance(event, self._yaml.CollectionStartEvent):
                levels += 1
            elif isinstance(event, self._yaml.CollectionEndEvent):
                levels -= 1
            if levels == 0 or isinstance(event, self._yaml.StreamEndEvent):
                return

    def end(self) -> None:
        """Documents after the first are not looked at."""

    def _parts(self, opening: type, closing: type) -> Iterator[None]:
        if not isinstance(self._peek(), opening):
            self.skip()
            return
        self._take()
        while not isinstance(self._peek(), (closing, self._yaml.StreamEndEvent)):
            yield None
        self._take()

    @staticmethod
    def _numbers(event: Any, first: int) -> tuple[int, ...]:
        """The page's line of each line of a scalar."""
        is_block = event.style in {"|", ">"}  # its text begins on the line below its mark
        # Quotes and folding may join lines: where they do, those of the text are told as they come, up to the last.
        last = event.end_mark.line + (not is_block)
        first += is_block
        return tuple(min(number, max(first, last)) for number in range(first, first + event.value.count("\n") + 1))

    def _peek(self) -> Any:
        if self._waiting is None:
            try:
                self._waiting = next(self._events)
            except self._yaml.MarkedYAMLError as error:
                mark = error.problem_mark or error.context_mark
                raise BrokenError(
                    mark.line + 1 if mark else None, f"is not YAML: {error.problem or error.context}"
                ) from error
            except (self._yaml.YAMLError, ValueError) as error:
                raise BrokenError(None, f"is not YAML: {error}") from error
            self._count(self._waiting)
        return self._waiting

    def _take(self) -> Any:
        event = self._peek()
        if not isinstance(event, self._yaml.StreamEndEvent):
            self._waiting = None
        return event

    def _count(self, event: Any) -> None:
        if isinstance(event, self._yaml.CollectionStartEvent):
            self._level += 1
            if self._level > LEVELS:
                raise BrokenError(event.start_mark.line + 1, f"is nested too deeply: expected at most {LEVELS} levels")
        elif isinstance(event, self._yaml.CollectionEndEvent):
            self._level -= 1
