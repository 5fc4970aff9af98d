"""Which pages a change touches: `aswritten check --changed-since REV`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten import git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aswritten.verify import Case

_SETTINGS = ("aswritten.yaml", "pyproject.toml")


def touched(cases: Mapping[Path, Case], revision: str) -> frozenset[Path]:
    """The pages that differ from a revision, or of which something that they are checked with does.

    That are the settings above a page, the recordings that answer it, the files that lie beside its samples and those that it shows.
    Raises UsageError where git cannot tell.
    """
    by_folder: dict[Path, frozenset[Path]] = {}
    found = set()
    for path, case in cases.items():
        folder = case.path.parent
        if folder not in by_folder:
            by_folder[folder] = git.changed_since(revision, folder)
        if _is_touched(case, by_folder[folder]):
            found.add(path)
    return frozenset(found)


def _is_touched(case: Case, changed: frozenset[Path]) -> bool:
    files = [
        case.path,
        *(parent / name for parent in case.path.parents for name in _SETTINGS),
        *(path for _, path in case.settings.files),
        *((case.path.parent / block.file).resolve() for block in case.page.blocks if block.file),
    ]
    return not changed.isdisjoint(files) or any(
        one.is_relative_to(folder) for folder in case.settings.fixtures for one in changed
    )
