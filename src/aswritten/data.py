"""Where the schemas, fixtures and profiles that ship with the package lie."""

from __future__ import annotations

from pathlib import Path

from aswritten.errors import UsageError


def data_dir(name: str) -> Path:
    """The folder ``schemas`` or ``fixtures``: in an installed package inside of it, in a checkout beside ``src``.

    Raises UsageError when the installation is incomplete.
    """
    package = Path(__file__).parent
    for folder in (package / "_data" / name, package.parent.parent / name):
        if folder.is_dir():
            return folder
    raise UsageError(f"{package}: the folder {name!r} is missing from this installation: install aswritten again")
