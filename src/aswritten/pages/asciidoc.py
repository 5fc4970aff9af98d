"""AsciiDoc, with the tabs of Antora and Spring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.pages._blocks import assemble, normalised

if TYPE_CHECKING:
    from aswritten.model import Block

SUFFIXES = frozenset({".adoc", ".asciidoc"})
IN_WALKS = True
BYTE_ORDER_MARK = False


def read(name: str, text: str) -> tuple[Block, ...]:
    """The listing and literal blocks, and the paragraphs that are marked as source. Callouts (`<1>`) are text like others.

    Text that is merely indented is none. Nothing is included, and no condition or attribute is resolved.
    """
    from aswritten.pages import _asciidoc  # imported here: start-up counts, and few runs read this format

    return assemble(name, _asciidoc.outline(normalised(text)))
