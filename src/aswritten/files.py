"""Files, replaced whole: whoever reads one sees the old or the new text, also after a kill or a power cut."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Permissions of a file that was not there before.
_NEW = 0o644
_SUFFIX = ".aswritten-tmp"


def replace(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 in one step; a link's target is written, and a file keeps its permissions.

    A device or a pipe (``/dev/stdout``) is just written to. Raises OSError, and then the old file is as it was; what is left of a
    kill is a hidden file beside it whose name `is_leftover` knows.
    """
    if path.absolute().is_relative_to("/dev") or (path.exists() and not path.is_file()):
        path.write_text(text, encoding="utf-8")
        return
    replace_all({path: text})


def replace_all(texts: Mapping[Path, str]) -> None:
    """`replace` each of these files, or none: all are on the disk under other names before the first takes its place.

    A kill in between leaves each of them whole, old or new.
    """
    prepared: list[tuple[Path, Path]] = []
    try:
        for path, text in texts.items():
            target = path.resolve()
            prepared.append((_beside(target, text), target))
        for temporary, target in prepared:
            temporary.replace(target)
    except BaseException:
        for temporary, _ in prepared:
            temporary.unlink(missing_ok=True)
        raise
    for folder in {target.parent for _, target in prepared}:
        _sync_folder(folder)


def _beside(target: Path, text: str) -> Path:
    """A hidden file that holds the text, with the permissions that the target has, or is to have."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_SUFFIX, dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        else:
            temporary.chmod(_NEW)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def is_leftover(path: Path) -> bool:
    """Whether the file is what a killed `replace` left behind."""
    return path.name.startswith(".") and path.name.endswith(_SUFFIX)


def _sync_folder(folder: Path) -> None:
    """Make the new name last, where the system can be told to."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
