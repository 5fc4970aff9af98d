"""Jupyter notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._limits import BrokenError

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".ipynb"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The code cells, what they print, and the fences of the Markdown cells; lines are those of the file.

    The marks of shell lines (`!`, `%`) and a cell's first line `%%bash` say whose code it is, and are no part of it.
    Raises UsageError for what is no notebook of format 4, beside what `_blocks.assemble` raises.
    """
    from aswritten.pages import _notebook  # imported here: start-up counts, and few runs read this format

    try:
        return assemble(name, _notebook.outline(normalised(text)))
    except BrokenError as error:
        raise at(name, error.line, str(error)) from error
