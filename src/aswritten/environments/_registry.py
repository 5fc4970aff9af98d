"""Whether a registry or a mirror of one answers where npm looks for packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from http.client import HTTPException

from aswritten.environments._installer import installer_environ

#: How npm says where it did not find a package.
_ASKED_AT = re.compile(
    r"404 Not Found - GET (?P<registry>https?://[^\s/]{1,200}/(?:[\w./-]{0,200}/)?)(?:@[\w.-]{1,200}(?:%2f|/))?[\w.-]{1,200}(?:\s|$)",
    re.IGNORECASE,
)
#: How it says that it found no such release of one, without saying where.
_NO_RELEASE = re.compile(r"\bnotarget No matching version found for ")
#: Where npm looks when nothing tells it otherwise (npm documentation, "config").
_REGISTRY = "https://registry.npmjs.org/"
#: Seconds in which a registry, or npm, is to tell of itself.
_PATIENCE = 10


def mirror_asked(output: str) -> str:
    """The address at which npm does not find a package or a release, where no registry answers but a mirror of one; empty for any other end."""
    found = _ASKED_AT.search(output)
    asked = found["registry"] if found else registry() if _NO_RELEASE.search(output) else ""
    return asked if asked and is_mirror(asked) else ""


@cache
def registry() -> str:
    """Where npm looks for packages that have no scope."""
    npm = shutil.which("npm")
    if npm is None:
        return os.environ.get("NPM_CONFIG_REGISTRY", _REGISTRY)
    argv = [npm, "config", "get", "registry"]
    try:
        said = subprocess.run(
            argv,
            cwd=tempfile.gettempdir(),  # not where a project of the caller's says otherwise: nothing is installed there
            env=installer_environ(os.environ),
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return _REGISTRY
    return said.stdout.strip() or _REGISTRY


@cache
def is_mirror(registry: str) -> bool:
    """Whether what answers at the address of an npm registry is a mirror or a cache in front of it, which may lack what it has.

    The registry tells of itself in JSON there.
    """
    import urllib.request  # slow to import, and seldom asked for

    try:
        with urllib.request.urlopen(registry, timeout=_PATIENCE) as answer:  # noqa: S310 - an address that npm asked
            return bool(answer.headers.get_content_type() != "application/json")
    except (OSError, ValueError, HTTPException):  # no address, no HTTP, nobody there
        return True
