"""The fence of a block names another language than the block is in.

The page colours it wrongly, and tools that go by the name take it for something else. It was run as what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.model import Finding

if TYPE_CHECKING:
    from aswritten.model import Block

RULES = ("page.wrong-language",)

_NAMES = {"curl": "bash", "node": "javascript"}


def wrong_language(block: Block, language: str) -> Finding:
    """The finding for a block that is in ``language``, whatever its tag says."""
    name = _NAMES.get(language, language)
    return Finding(
        "page.wrong-language",
        "warning",
        block.page,
        block.line,
        f"the fence says {block.tag}, and the block is {name}",
        expected=name,
        got=block.tag,
        hint=f"name {name} behind the opening marks of the fence",
    )
