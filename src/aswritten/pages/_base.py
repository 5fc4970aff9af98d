"""What a page format provides. One module a format; its attributes are the members of `Format`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from aswritten.model import Block


class Format(Protocol):
    """A format in which documentation is written."""

    SUFFIXES: frozenset[str]
    """Suffixes of its files, lower case, with the dot."""
    IN_WALKS: bool
    """Whether every such file of a folder is a page; otherwise only those that a page of their folder shows."""
    BYTE_ORDER_MARK: bool
    """Whether a leading byte order mark belongs to the text (else it is dropped)."""

    def read(self, name: str, text: str) -> tuple[Block, ...]:
        """The blocks of a page, in its order. ``name`` is what reports call it; ``text`` may have any line ends.

        Raises UsageError for an ``aswritten:`` comment that says nothing known.
        """
        ...
