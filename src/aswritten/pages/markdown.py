"""Markdown (CommonMark), with the containers that site generators add to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._markdown_outline import outline
from aswritten.pages._tabs import uses_nesting

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".md", ".markdown"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The fenced blocks. Code that is merely indented is none, unless the page has tabs or components: it is read as MDX then,
    as the generators do that know these.
    """
    text = normalised(text)
    return assemble(name, outline(text, nested=uses_nesting(text)))
