"""Nobody can tell what a block is, so it was not checked.

A fence without a language whose content reads as nothing that is known. It is counted as `other`, and said here, so that it is not missed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.model import Finding

if TYPE_CHECKING:
    from aswritten.model import Block

RULES = ("page.unclassified",)


def unclassified(block: Block, reason: str) -> Finding:
    """The finding, a warning, at the block's fence."""
    return Finding(
        "page.unclassified",
        "warning",
        block.page,
        block.line,
        f"it cannot be told what this block is ({reason}), so it was not checked",
        expected="a fence whose info string names a known language",
        got=f"```{block.info}",
        hint="name the language after the fence's opening marks",
    )
