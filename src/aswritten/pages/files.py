"""Sample files: each is one block, and always a sample."""

from __future__ import annotations

from pathlib import PurePosixPath

from aswritten.model import Block

SUFFIXES = frozenset({".sh", ".py", ".mjs", ".cjs", ".js", ".ts", ".mts", ".cts"})
IN_WALKS = False
BYTE_ORDER_MARK = True


def read(name: str, text: str) -> tuple[Block, ...]:
    """One block with the whole file, its line ends kept as they are: they are what a reader downloads."""
    whole = text if text.endswith("\n") or not text else text + "\n"
    return (
        Block(
            page=name,
            index=0,
            line=1,
            first_line=1,
            text=whole,
            tag=PurePosixPath(name).suffix[1:].lower(),
            is_file=True,
        ),
    )
