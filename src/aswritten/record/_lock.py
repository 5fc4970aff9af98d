"""One recorder, or import, at a time for each folder."""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

from aswritten.errors import UsageError, at
from aswritten.files import is_leftover

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@contextlib.contextmanager
def alone(folders: Iterable[Path]) -> Iterator[None]:
    """While the block runs, no other recorder or import of this user writes to the folders; what killed ones left in them is removed first.

    The locks are files of the user's cache, so that nothing but recordings lies in the folders; the system lets go of them when their
    holder dies. Raises UsageError where another one is at work.
    """
    import platformdirs
    from filelock import FileLock, Timeout

    locks = platformdirs.user_cache_path("aswritten") / "recorders"
    with contextlib.ExitStack() as held:
        for folder in sorted({folder.resolve() for folder in folders}):
            try:
                locks.mkdir(parents=True, exist_ok=True)
                lock = FileLock(locks / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}.lock", timeout=0)
                held.enter_context(lock)
            except Timeout as error:
                raise UsageError(
                    f"{folder}: another recorder or import is writing here: wait until it has ended"
                ) from error
            except OSError as error:
                raise at(locks, None, f"no lock can be made here: {error.strerror or error}") from error
            _clear(folder)
        yield


def _clear(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_leftover(path):
            path.unlink(missing_ok=True)
