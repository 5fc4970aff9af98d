"""What samples asked and what came to it, turn by turn, over all of their runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aswritten.record._keep import Kept, beforehand
from aswritten.record._shelf import place_for

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.record._fetch import Nothing
    from aswritten.record._shelf import Asked, Shelf
    from aswritten.recordings import RecordedResponse


@dataclass(frozen=True, slots=True)
class Came:
    """One answer, as it came: nothing is scrubbed yet."""

    response: RecordedResponse
    host: str
    """Who answered, with its port."""
    wrong: str = ""
    """That its status is another one than what is wanted in the end, in words; empty where it is the one."""
    cut: str = ""
    """Why it is not whole, in words; empty where it is."""
    ended: bool = True
    passing: str = ""
    """That it is the trouble of a moment, in words, which the sample sees and no recording holds; empty where it is not."""


@dataclass(eq=False)
class Turn:
    """The first, second ... time that something is asked in a run of a sample."""

    ready: threading.Event = field(default_factory=threading.Event)
    came: Came | Nothing | None = None


@dataclass(eq=False)
class Taken:
    """One request, whoever sent it."""

    asked: Asked
    path: Path
    """Of the recording that it makes."""
    place: str
    """``page:line`` of the sample that sent it first."""
    profile: str
    """Whose contract holds."""
    stays: Kept | None
    """Why the fixture stays as it is, whatever comes, so that nobody need be asked; None where that depends on it."""
    turns: list[Turn] = field(default_factory=list)
    nothing: Nothing | None = None
    """Why no answer came, the last time that none did."""

    @property
    def answers(self) -> tuple[Came, ...]:
        """What came, in the order of the turns."""
        return tuple(turn.came for turn in self.turns if isinstance(turn.came, Came))


@dataclass(frozen=True, slots=True)
class Visit:
    """The run of a sample that is on."""

    shelf: Shelf
    stem: str
    """How new recordings of its page are called."""
    place: str
    profile: str


class Book:
    """All that was taken so far. A lock is the caller's."""

    def __init__(self, *, force: bool) -> None:
        """``force``: what a person wrote by hand may be overwritten."""
        self._force = force
        self._found: dict[tuple[Path, str], Taken] = {}

    @property
    def taken(self) -> tuple[Taken, ...]:
        """In the order in which it was first asked for."""
        return tuple(self._found.values())

    def entry(self, asked: Asked, visit: Visit) -> Taken:
        """The entry of what is asked, made where there is none yet."""
        key = (visit.shelf.folder, asked.key)
        if key not in self._found:
            planned = {one.path for one in self.taken}
            path = place_for(asked, visit.shelf, visit.stem, planned)
            stays = beforehand(path, force=self._force)
            self._found[key] = Taken(asked, path, visit.place, visit.profile, stays)
        return self._found[key]
