"""The page tells its reader to install something, but not all that its samples import.

The sample runs with what it imports beside what the page installs, as most readers would run it: the import says by itself what is
missing. Told for information; one who follows the page to the letter is stopped by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.model import Finding

if TYPE_CHECKING:
    from aswritten.model import Block

RULES = ("page.untold-package",)


def untold(block: Block, packages: tuple[str, ...], install: int) -> Finding:
    """The finding for packages that a sample imports, and the command at line ``install`` of the page does not name."""
    names = ", ".join(packages)
    return Finding(
        "page.untold-package",
        "info",
        block.page,
        block.line,
        f"the page does not tell the reader to install {names}, which the sample imports",
        expected=f"an install command that names {names}",
        got=f"the command at line {install}, which does not",
        hint=f"add {names} to it",
    )
