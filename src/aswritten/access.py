"""What lets us in to an API, as users give it: a base URL, and the variable that holds a key."""

from __future__ import annotations

import os
from urllib.parse import SplitResult, urlsplit

from aswritten.errors import UsageError


def base_url(url: str) -> SplitResult:
    """The parts of an http(s) URL, without a fragment and without slashes at the end of its path.

    Raises UsageError where it is none, and where it holds a password, which is not shown.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        usable = usable and is_sendable(parts.path + parts.query)
    except ValueError:
        usable = False
    if not usable:
        raise UsageError(f"{url.rpartition('@')[2]}: expected a base URL, such as https://api.example.com/v1")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{parts.hostname}: a URL with a password in it would be printed: give a key by --api-key-env")
    return parts._replace(path=parts.path.rstrip("/"), fragment="")


def is_sendable(target: str) -> bool:
    """Whether a path and query can stand in the first line of a request as they are."""
    return target.isascii() and target.isprintable() and " " not in target


def key_in(variable: str) -> str:
    """The key that the environment variable holds; empty where no variable is named.

    Raises UsageError where it is not set or empty, and where what it holds cannot be sent; the value is never told.
    """
    if not variable:
        return ""
    key = os.environ.get(variable, "").strip()
    if not key:
        raise UsageError(f"--api-key-env {variable}: the variable is not set, or empty: put the key into it")
    if not key.isascii() or not key.isprintable():
        raise UsageError(f"--api-key-env {variable}: what it holds cannot stand in a header: expected ASCII")
    return key
