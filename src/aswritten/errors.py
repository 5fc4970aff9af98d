"""The user's mistakes. Each ends the program with exit code 2 and its message, never with a traceback."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


#: What the system says where the machine, not the program, has come to an end, or where a path of the user's is none for it.
OF_THE_SYSTEM = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG,
})  # fmt: skip


class UsageError(Exception):
    """Something the user gave is wrong: a path, an option, a configuration or a fixture.

    The message says where (``path:line`` if there is one), what was expected, what came, and what to do next.
    """


def of_the_system(error: OSError) -> UsageError | None:
    """What the system said, as the user's to mend; None for what is no end of the machine's."""
    if error.errno not in OF_THE_SYSTEM:
        return None
    return UsageError(f"{error.strerror}{f': {error.filename}' if error.filename else ''}")


def at(path: Path | str, line: int | None, message: str) -> UsageError:
    """A UsageError that starts with its place: ``path:line: message`` (``line`` is 1-based, None when unknown)."""
    return UsageError(f"{path}:{line}: {message}" if line else f"{path}: {message}")
