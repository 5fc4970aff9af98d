"""Two fixtures, or two folders of them, compared file by file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn, get_args

from aswritten.drift._compare import compare
from aswritten.errors import UsageError, at
from aswritten.recordings import SCENARIOS, load_recording

if TYPE_CHECKING:
    from aswritten.drift._change import Change

Verdict = Literal["same", "changed", "only-old", "only-new", "not-checked"]
#: In the order in which summaries list them. Every fixture gets exactly one.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_SUFFIXES = {".yaml", ".yml"}


@dataclass(frozen=True, slots=True)
class Compared:
    """What became of one fixture."""

    name: str
    """As reports name it: below the two folders, else NEW as it was given."""
    verdict: Verdict
    changes: tuple[Change, ...] = ()
    """Of the verdict ``changed``: at least one."""
    reason: str = ""
    """Why it was not checked, in words; empty where it was."""

    @classmethod
    def of(cls, name: str, changes: tuple[Change, ...]) -> Compared:
        """A fixture that was compared: ``same`` or ``changed``."""
        return cls(name, "changed" if changes else "same", changes)


def compare_paths(old: Path, new: Path) -> tuple[Compared, ...]:
    """One for each name on either side, sorted.

    In folders, a file that cannot be read or is no fixture is ``not-checked``. Raises UsageError for one that was named itself,
    for a path that is not there, for a file beside a folder, and for folders that have no name in common.
    """
    for path in (old, new):
        if not path.exists():
            raise UsageError(f"{path}: expected a fixture (.yaml) or a folder of them, and there is none")
    if old.is_dir() != new.is_dir():
        folder, file = (old, new) if old.is_dir() else (new, old)
        raise UsageError(f"{folder} is a folder and {file} is a file: expected two fixtures or two folders of them")
    if not old.is_dir():
        return (Compared.of(new.as_posix(), compare(load_recording(old), load_recording(new))),)
    before, now = _files(old), _files(new)
    if not before.keys() & now.keys():
        raise at(
            new, None, f"has no fixture in common with {old}, by its name below the folder: nothing can be compared"
        )
    return tuple(_compared(name, before.get(name), now.get(name)) for name in sorted({*before, *now}))


def _compared(name: str, old: Path | None, new: Path | None) -> Compared:
    if old is None or new is None:
        return Compared(name, "only-old" if old else "only-new")
    try:
        return Compared.of(name, compare(load_recording(old), load_recording(new)))
    except UsageError as error:
        return Compared(name, "not-checked", reason=str(error))


def _files(folder: Path) -> dict[str, Path]:
    """By their names below the folder. Raises UsageError for a folder that cannot be read or holds none."""
    found: dict[str, Path] = {}
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(parent, name) for name in names if not name.startswith(".") and name != SCENARIOS]
        found |= {path.relative_to(folder).as_posix(): path for path in paths if path.suffix in _SUFFIXES}
    if not found:
        raise at(folder, None, "holds no fixture: expected .yaml files in it")
    return found


def _refuse(error: OSError) -> NoReturn:
    raise at(error.filename, None, f"cannot be read: {error.strerror or error}") from error
