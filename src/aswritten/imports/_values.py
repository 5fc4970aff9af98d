"""What goes in, and what comes of it, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.captures import Capture
    from aswritten.recordings import Recording


@dataclass(frozen=True, slots=True)
class Input:
    """The captures of one file; or of several transcripts, which answer one request in their order."""

    name: str
    """What the names of its fixtures begin with, as `safe_name` makes it."""
    captures: tuple[tuple[str, Capture], ...]
    """(file as sources name it, exchange), in order."""


@dataclass(frozen=True, slots=True)
class Left:
    """An exchange that no fixture was made of."""

    place: str
    """The file, and where it stands in it."""
    reason: str


@dataclass(frozen=True, slots=True)
class Brought:
    """What is made of one input."""

    recordings: tuple[Recording, ...]
    """Their paths are those of the files to be."""
    left: tuple[Left, ...]
    exchanges: int
    """All of the input: those in the recordings, a response each, and those left out."""
