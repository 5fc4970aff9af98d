"""The fixtures that there are: where each comes from, how old it is, and what uses it. And what is wrong with that.

- `fixture.old` (error): what a server answered longer ago than `--max-age` says. The API may have changed since: record it again.
- `fixture.unused` (error): none of the samples that `--samples` names was answered by it. Remove it, or name the samples that need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aswritten.errors import at
from aswritten.model import Finding
from aswritten.recordings import SCENARIOS, fixture_files, load_recording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from aswritten.recordings import Recording

OLD, UNUSED = "fixture.old", "fixture.unused"
RULES = (OLD, UNUSED)


@dataclass(frozen=True, slots=True)
class Kept:
    """One fixture as it lies on the disk."""

    recording: Recording
    size: int
    """Bytes of the file."""
    age: int | None
    """Days since it was recorded, by the days of UTC; None where nothing tells it."""
    used_by: tuple[str, ...] | None = None
    """The samples that it answered, as `PAGE::BLOCK`; None where no sample was asked."""


@dataclass(frozen=True, slots=True)
class Unaged:
    """A fixture whose age nobody can hold against a limit."""

    recording: Recording
    reason: str


def find(paths: Sequence[Path], today: date) -> tuple[Kept, ...]:
    """The fixtures that the paths (files and folders) hold, each once, in the order of their names.

    Raises UsageError, with the line, for what is no fixture, and for a folder without any.
    """
    found: dict[Path, Kept] = {}
    for given in paths:
        files = fixture_files(given) if given.is_dir() else [given]
        if not files:
            raise at(given, None, "holds no fixture: expected .yaml files in it")
        for path in files:
            found.setdefault(path.resolve(), _kept(path, given if given.is_dir() else None, today))
    return tuple(sorted(found.values(), key=lambda one: (one.recording.name, str(one.recording.path))))


def _kept(path: Path, folder: Path | None, today: date) -> Kept:
    if path.name == SCENARIOS:
        raise at(path, None, "says how fixtures are made, and is none: expected a fixture")
    recording = load_recording(path, folder)
    return Kept(recording, path.stat().st_size, _age(recording.source.date, today))


def _age(day: str, today: date) -> int | None:
    """Days from ``day`` on; a day that is today somewhere on earth is 0, one after it tells nothing."""
    try:
        days = (today - date.fromisoformat(day)).days
    except ValueError:
        return None
    return max(days, 0) if days >= -1 else None


def too_old(kept: Iterable[Kept], limit: int) -> tuple[tuple[Finding, ...], tuple[Unaged, ...]]:
    """Those that were recorded more than ``limit`` days ago; and those of which nobody can tell, with the reason."""
    findings, unaged = [], []
    for one in kept:
        if one.age is None:
            unaged.append(Unaged(one.recording, _why_unaged(one.recording)))
        elif one.age > limit:
            source = one.recording.source
            findings.append(
                Finding(
                    OLD, "error", str(one.recording.path), 1, f"{source.host} answered so {one.age} days ago",
                    f"at most {limit} days", f"{one.age} days, since {source.date}", "record it again",
                )
            )  # fmt: skip
    return tuple(findings), tuple(unaged)


def _why_unaged(recording: Recording) -> str:
    source = recording.source
    if source.kind not in {"recorded", "imported"}:
        return f"{source.kind}: no server answered so on a day"
    return f"{source.kind} on {source.date}, which is no day of the past" if source.date else f"{source.kind}: undated"


def unused(kept: Iterable[Kept]) -> tuple[Finding, ...]:
    """Those that answered none of the samples that were asked."""
    return tuple(
        Finding(
            UNUSED, "error", str(one.recording.path), 1, "no sample uses this fixture",
            hint="remove it, or name the samples that need it",
        )
        for one in kept
        if one.used_by == ()
    )  # fmt: skip


def rules() -> dict[str, str]:
    """What each rule of this room means, by name."""
    return dict.fromkeys(RULES, (__doc__ or "").strip())
