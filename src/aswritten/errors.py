"""The user's mistakes. Each ends the program with exit code 2 and its message, never with a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class UsageError(Exception):
    """Something the user gave is wrong: a path, an option, a configuration or a fixture.

    The message says where (``path:line`` if there is one), what was expected, what came, and what to do next.
    """


def at(path: Path | str, line: int | None, message: str) -> UsageError:
    """A UsageError that starts with its place: ``path:line: message`` (``line`` is 1-based, None when unknown)."""
    return UsageError(f"{path}:{line}: {message}" if line else f"{path}: {message}")
