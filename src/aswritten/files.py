"""Files, replaced whole: whoever reads one sees the old or the new text, also after a kill or a power cut."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

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
    target = path.resolve()
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=_SUFFIX, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        else:
            Path(temporary).chmod(_NEW)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


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
