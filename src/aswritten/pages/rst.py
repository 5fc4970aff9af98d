"""reStructuredText, with the directives by which Sphinx and its extensions show code and tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._limits import BrokenError

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".rst"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The code directives and the literal blocks (`::`), as docutils reads them: tabs are spaces, and spaces at a line's end are none.

    Nothing is included, and no role is looked up. Raises UsageError for a page that is too long or nested too deeply, beside what
    `_blocks.assemble` raises.
    """
    from aswritten.pages import _rst  # imported here: start-up counts, and few runs read this format

    try:
        return assemble(name, _rst.outline(normalised(text)))
    except BrokenError as error:
        raise at(name, error.line, str(error)) from error
