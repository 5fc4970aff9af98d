"""A JSON or YAML document, value by value in its order, with the lines of its texts. Nothing that is not asked for is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["map", "list", "text"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a document."""

    value: str
    line: int
    """The page's line on which it starts."""
    numbers: tuple[int, ...] = ()
    """The page's line of each of its lines; empty: ``line`` for all."""

    def number(self, index: int) -> int:
        """The page's line of line ``index`` (from 0) of the text."""
        return self.numbers[min(index, len(self.numbers) - 1)] if self.numbers else self.line


class Values(Protocol):
    """Goes through a document. Whoever gets a key or an item reads or skips exactly one value before the next."""

    def kind(self) -> Kind:
        """What the next value is; a number, a truth value and null are texts."""
        ...

    def line(self) -> int:
        """The page's line on which the next value starts."""
        ...

    def members(self) -> Iterator[str]:
        """The keys of the next value, a map. What is no map has none."""
        ...

    def items(self) -> Iterator[None]:
        """As often as the next value, a list, has items. What is no list has none."""
        ...

    def text(self) -> Text:
        """The next value; of a map and a list an empty text."""
        ...

    def scalar(self) -> tuple[str, int] | None:
        """The next value as JSON spells it, and its line; None for a map, a list, and what refers to another place."""
        ...

    def skip(self) -> None:
        """Leave the next value out."""
        ...

    def end(self) -> None:
        """Make sure that the document has ended."""
        ...
