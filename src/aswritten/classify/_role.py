"""The role of a block: what it is, and how it hangs together with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from aswritten.languages import Install
    from aswritten.model import Block

Kind = Literal["sample", "install", "output", "fragment", "other"]


@dataclass(frozen=True, slots=True)
class Role:
    """What one block is."""

    block: Block
    kind: Kind
    language: str = ""
    """The language module that reads it; empty where none does."""
    reason: str = ""
    """Why it is what it is; empty for samples and installs."""
    earlier: tuple[Block, ...] = ()
    """Of a sample, and of a part of samples: the earlier blocks of the page that run in front of it, in page order."""
    instead: tuple[tuple[Block, ...], ...] = ()
    """Of a sample with earlier blocks: others that define what it needs as well, the nearest first, then the statements of its own that set it up."""
    of: Block | None = None
    """Of documented output: the sample that it documents, where the page shows one."""
    installs: tuple[Install, ...] = ()
    """Of an install: its commands that are run."""
    left: tuple[Install, ...] = ()
    """Its commands that install from files of the reader's own, or from an address, which are not run."""
    variables: tuple[tuple[str, str], ...] = ()
    """(name, value) that it tells a reader to set in the shell, for the samples after it."""
    contradicted: bool = False
    """True where the block's tag says another language than its text is in."""
    unclassified: bool = False
    """True where nobody can tell what the block is."""
    tried: Literal["", "part", "client", "imports"] = ""
    """Why a block that sends nothing is run all the same, for mistakes of its own: samples run it in front of their text, it sets up a client, or what
    it imports is all of it that runs by itself."""
    imports: Block | None = None
    """Of a fragment that is tried for them: its imports of packages that are known."""
    caught: Block | None = None
    """Of a sample: its imports of packages that are known, and in place of the lines of its `except` clauses the classes of these that they name."""
    uncalled: bool = False
    """True for a fragment that is whole and imports packages, and of which nothing calls what asks the API."""
    otherwise: tuple[Literal["fragment", "other"], str] | None = None
    """Of a sample of which reading it does not tell for sure that it calls the API: what it is, and why, if its run calls nothing."""
