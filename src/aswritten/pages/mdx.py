"""MDX: Markdown with components, read tolerantly. Nothing is evaluated; a tag or an import is a line like others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.pages._blocks import assemble, normalised
from aswritten.pages._markdown_outline import outline

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".mdx"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The fenced blocks, at any depth of tabs. MDX knows no indented code."""
    return assemble(name, outline(normalised(text), nested=True))
