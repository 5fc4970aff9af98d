"""HTML, as documentation generators build it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._limits import BrokenError

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".html", ".htm"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The preformatted elements, as a reader copies them: with their line breaks, without line numbers and buttons.

    Raises UsageError for a page of too many lines, beside what `_blocks.assemble` raises.
    """
    from aswritten.pages import _html  # imported here: start-up counts, and few runs read this format

    try:
        return assemble(name, _html.outline(normalised(text)))
    except BrokenError as error:
        raise at(name, error.line, str(error)) from error
