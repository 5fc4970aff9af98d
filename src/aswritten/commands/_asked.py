"""The pages and blocks that a command line asks for."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import pages
from aswritten.errors import UsageError
from aswritten.verify import block_names

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from aswritten.verify import Case


class Asked:
    """The pages that the command line asks for, and those of their blocks. A page that is given twice is one page."""

    def __init__(self, given: Iterable[str]) -> None:
        """Raises UsageError for a path that is not there, or not in UTF-8, and for a folder without a page."""
        self.pages: dict[Path, str] = {}
        """By absolute path: the name that reports give the page, which is its path as it was given."""
        self.blocks: dict[Path, list[str]] = {}
        """The blocks asked for; of a page that is not in it, all."""
        whole: set[Path] = set()
        for one in given:
            path, _, block = (one, "", "") if Path(one).exists() else one.partition("::")
            for found in pages.find([path]):
                page = Path(os.path.abspath(found))  # noqa: PTH100 - links are kept
                self.pages.setdefault(page, _shown(found))
                if block:
                    self.blocks.setdefault(page, []).append(block)
                else:
                    whole.add(page)
        for page in whole & self.blocks.keys():
            del self.blocks[page]

    def only(self, pages: Container[Path]) -> Asked:
        """Those of these pages that were asked for."""
        kept = Asked(())
        kept.pages = {path: name for path, name in self.pages.items() if path in pages}
        kept.blocks = {path: blocks for path, blocks in self.blocks.items() if path in pages}
        return kept

    def targets(self) -> list[str]:
        """`PAGE` or `PAGE::BLOCK`, in the order given."""
        return [
            target
            for page, name in self.pages.items()
            for target in ([f"{name}::{block}" for block in self.blocks[page]] if page in self.blocks else [name])
        ]


def _shown(path: Path) -> str:
    """A path as reports name it."""
    name = path.as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{name}: expected a path in UTF-8: rename it, or set PYTHONUTF8=1 if the locale is at fault"
        ) from error
    return name


def refuse_unknown(case: Case, blocks: Iterable[str]) -> None:
    """Raises UsageError for a block that the page has not."""
    names = block_names(case.roles)
    for block in blocks:
        if block not in names:
            near = difflib.get_close_matches(block, names, 1)
            perhaps = f" Perhaps {near[0]}?" if near else ""
            raise UsageError(
                f"{case.page.path}: no block is called {block!r}.{perhaps} `aswritten list {case.page.path}` shows them"
            )
