"""How far a run is, in one line at the end of a terminal that is written over and over; no such line is written to a file or a pipe."""

from __future__ import annotations

import os
import shutil
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

#: To the start of the line, and all behind it away (ECMA-48: CR, EL).
_ERASE = "\r\033[K"
#: Seconds from which a time is told in minutes, and minutes from which in hours.
_LONG = 100


class Progress:
    """What is known of a run that is under way. Times are those of the samples that ran: what was kept costs nothing."""

    def __init__(self, out: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self.is_shown = is_live(out)
        """Whether there is a terminal to show it on."""
        self._out = out
        self._clock = clock
        self._started = clock()
        self._samples: frozenset[str] = frozenset()
        self._blocks = 0
        self._done = 0
        self._failed = 0
        self._ran = 0
        self._line = ""

    def begin(self, blocks: int, samples: Collection[str]) -> None:
        """So many blocks will be judged; ``samples`` are the names of those that run."""
        self._blocks = blocks
        self._samples = frozenset(samples)
        self._started = self._clock()

    def judged(self, name: str, *, failed: bool, kept: bool) -> None:
        """A block has its verdict."""
        self._done += 1
        self._failed += failed
        if name in self._samples:
            self._samples -= {name}
            self._ran += not kept

    def text(self, name: str) -> str:
        """`docs/chat.md::L12-curl: 3 of 40, 1 failed, about 20 s left`, without what is not known yet."""
        parts = [f"{self._done} of {self._blocks}"]
        if self._failed:
            parts.append(f"{self._failed} failed")
        left = self.left()
        if left is not None:
            parts.append(f"about {spelled(left)} left")
        return f"{name}: {', '.join(parts)}"

    def left(self) -> float | None:
        """Seconds that the samples to come take if they are like those that ran; None before the first of them, and where none is left."""
        if not self._ran or not self._samples:
            return None
        return (self._clock() - self._started) / self._ran * len(self._samples)

    def show(self, name: str) -> None:
        """Write the line, where there is a terminal."""
        if self.is_shown:
            columns = shutil.get_terminal_size().columns
            self._line = self.text(name)[: max(columns - 1, 1)]
            self._out.write(f"{_ERASE}{self._line}")
            self._out.flush()

    def erase(self) -> str:
        """What takes the line away, for the text that is written in its place; empty where there is none."""
        shown, self._line = self._line, ""
        return _ERASE if shown else ""


def is_live(out: IO[str]) -> bool:
    """Whether a line can be written over: on a terminal that can, and not in CI, whose terminals are files."""
    return out.isatty() and os.environ.get("TERM") != "dumb" and not os.environ.get("CI")


def spelled(seconds: float) -> str:
    """A time for people: `20 s`, `3 min`, `2 h`."""
    if seconds < _LONG:
        return f"{max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < _LONG else f"{round(minutes / 60)} h"
