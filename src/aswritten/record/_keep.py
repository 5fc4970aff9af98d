"""What becomes of a new recording: it replaces its fixture, or it is refused and lies beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aswritten import files
from aswritten.codings import PackedError
from aswritten.errors import UsageError, at
from aswritten.judge import AUTO, judge
from aswritten.record._edited import edited
from aswritten.recordings import content_digest, dump, parse_recording, sealed
from aswritten.targets import exchanges_in

if TYPE_CHECKING:
    from aswritten.contract import Problem
    from aswritten.recordings import Recording
    from aswritten.scrub import Scrubber

#: What the name of a refused recording ends in: nothing loads such files.
REJECTED = ".rejected"

Result = Literal["recorded", "unchanged", "kept", "not-recorded"]
Cause = Literal["", "set-up", "refused", "edited", "left-out"]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one recording."""

    result: Result
    """kept: the fixture that there is stays as it was. not-recorded: nothing came to keep, or there was no fixture before."""
    cause: Cause = ""
    """What kind of reason it is that nothing was recorded; empty where something was."""
    why: str = ""
    problems: tuple[Problem, ...] = ()
    """Those by which the contract refuses it."""
    rejected: Path | None = None
    """Where the refused one lies."""


def keep(  # noqa: PLR0913 - one for each thing that may refuse it
    new: Recording,
    scrubber: Scrubber,
    *,
    profile: str = AUTO,
    force: bool = False,
    refused: str = "",
    ended: bool = True,
) -> Kept:
    """Make the new recording the fixture at its path, where nothing speaks against it. Whole, or not at all.

    ``profile``: whose contract must be kept. ``force``: also where somebody wrote into the fixture by hand. ``refused``: what speaks
    against it already, in words. ``ended``: False where the connection closed before the end of the body.
    What is refused is written beside the fixture, but for what still holds a secret. Raises UsageError where nothing can be written.
    """
    clean = sealed(scrubber.recording(new))
    leaks = scrubber.leaks(clean)
    none: Result = "kept" if new.path.exists() else "not-recorded"
    if leaks:
        # What cannot be unpacked is not known to hold one, nor to hold none.
        what = "a secret is still in it" if _is_readable(clean) else "whether a secret is in it cannot be told"
        return Kept(none, "refused", f"{what}, so that nothing was written: {'; '.join(leaks)}")
    stays = beforehand(new.path, force=force)
    if stays:
        return stays
    why, problems = against(clean, profile, ended=ended)
    why = refused or why
    rejected = new.path.with_name(new.path.name + REJECTED)
    if why or problems:
        _write(rejected, dump(clean))
        return Kept(none, "refused", why, problems, rejected)
    old = _recorded_before(new.path)
    noted = replace(clean, source=replace(clean.source, note=clean.source.note or (old.source.note if old else "")))
    same = _as_before(old, noted) if old else None
    _write(new.path, dump(same or noted))
    rejected.unlink(missing_ok=True)  # of another time: it would seem to be of this one
    return Kept("unchanged" if same else "recorded")


def _is_readable(recording: Recording) -> bool:
    try:
        return all(len(response.plain) >= 0 for response in recording.responses)
    except PackedError:
        return False


def beforehand(path: Path, *, force: bool) -> Kept | None:
    """What will become of any recording that is to go there, so that no call need be spent on it; None where that depends on it."""
    hand = "" if force else by_hand(path)
    if hand:
        return Kept("kept", "edited", hand)
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK | os.X_OK):
        return None
    return Kept("not-recorded", "set-up", f"cannot be written: {_shown(folder)} is no folder that takes new files")


def by_hand(path: Path) -> str:
    """What speaks against overwriting the file, in words; empty where it is not there, or just as a recorder wrote it."""
    if not path.exists():
        return ""
    try:
        raw = path.read_bytes()
        found = edited(parse_recording(raw, path), raw.decode("utf-8"))
    except UsageError:
        found = "does not load as a recording"
    return f"the fixture {found}: --force overwrites it" if found else ""


def against(recording: Recording, profile: str, *, ended: bool) -> tuple[str, tuple[Problem, ...]]:
    """What speaks against a recording: in words, and what the contract finds. What it cannot judge, it does not refuse."""
    try:
        judged = [judge(replace(one, ended=ended), profile) for one in exchanges_in(recording, recording.name)]
    except PackedError as error:
        return f"the body {error}", ()
    broken = [one for one in judged if one.verdict == "violated"]
    if broken:
        errors = tuple(problem for one in broken for problem in one.problems if problem.level == "error")
        return f"the contract of {broken[0].profile} is broken", errors
    try:
        again = parse_recording(dump(recording).encode(), recording.path)
    except UsageError as error:
        return str(error), ()
    return ("" if replace(again, name=recording.name) == recording else "it does not load as what it is"), ()


def _recorded_before(path: Path) -> Recording | None:
    """The fixture that there is, where a recorder wrote it."""
    if not path.exists() or by_hand(path):
        return None
    return parse_recording(path.read_bytes(), path)


def _as_before(old: Recording, new: Recording) -> Recording | None:
    """The old one with the new day, where nothing else is new but the times of the reads."""
    same = content_digest(_timeless(old)) == content_digest(_timeless(new)) and old.source.host == new.source.host
    return sealed(replace(old, source=new.source)) if same else None


def _timeless(recording: Recording) -> Recording:
    responses = tuple(
        replace(one, reads=tuple(replace(read, at=0.0) for read in one.reads)) for one in recording.responses
    )
    return replace(recording, responses=responses)


def _shown(folder: Path) -> Path:
    return folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, text)
    except OSError as error:
        raise at(path, None, f"cannot be written: {error.strerror or error}; what was there is as it was") from error
