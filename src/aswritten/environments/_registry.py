"""Whether a registry or a mirror of one answers where npm and uv look for packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from http.client import HTTPException
from typing import TYPE_CHECKING

from aswritten.environments._installer import installer_environ

if TYPE_CHECKING:
    from email.message import Message

#: How npm says where it did not find a package.
_ASKED_AT = re.compile(
    r"404 Not Found - GET (?P<registry>https?://[^\s/]{1,200}/(?:[\w./-]{0,200}/)?)(?:@[\w.-]{1,200}(?:%2f|/))?[\w.-]{1,200}(?:\s|$)",
    re.IGNORECASE,
)
#: How it says that it found no such release of one, or none at all of one that another package wants beside it, without saying where.
_NO_RELEASE = re.compile(r"\bnotarget No matching version found for |\bFound: \S{1,200}@undefined\b")
#: How uv says both, without saying where.
_NOT_IN_INDEX = re.compile(
    r"\bBecause (?:\S{1,200} was not found in the package registry|there (?:is|are) no versions? of \S|only \S{1,200} is available)"
)
#: Where npm and uv look when nothing tells them otherwise (npm documentation, "config"; uv documentation, "Package indexes").
_REGISTRY = "https://registry.npmjs.org/"
_INDEX = "https://pypi.org/simple"
#: The name of an index in front of its address, and a name and a password in it.
_NAMED = re.compile(r"^[\w.-]{1,100}=(?=\w{1,20}://)")
_CREDENTIALS = re.compile(r"//[^/@\s]{0,400}@")
#: A header of every page of PyPI's index (PyPI documentation, "Index API").
_SERIAL = "X-PyPI-Last-Serial"
#: Seconds in which a registry, or npm, is to tell of itself.
_PATIENCE = 10


def mirror_asked(output: str) -> str:
    """What answers, and where, when npm or uv does not find a package or a release in what is no registry but a mirror of one; empty for any other end."""
    if _NOT_IN_INDEX.search(output):
        asked = index()
        return f"{_told(asked)} does not answer as PyPI does" if is_mirror_of_pypi(asked) else ""
    found = _ASKED_AT.search(output)
    asked = found["registry"] if found else registry() if _NO_RELEASE.search(output) else ""
    return f"{_told(asked)} does not answer as npm's registry does" if asked and is_mirror(asked) else ""


def _told(address: str) -> str:
    """The address without a name and a password."""
    return _CREDENTIALS.sub("//", address)


def index() -> str:
    """Where uv looks for packages, as the caller's variables have it (`URL`, `NAME=URL`)."""
    environ = installer_environ(os.environ)
    stated = environ.get("UV_DEFAULT_INDEX") or environ.get("UV_INDEX_URL") or _INDEX
    return _NAMED.sub("", stated.strip())


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
    headers = _headers(registry)
    return headers is None or headers.get_content_type() != "application/json"


@cache
def is_mirror_of_pypi(index: str) -> bool:
    """Whether what answers at the address of a package index is not PyPI, of whose pages each has a serial number in its headers.

    A mirror that hands these headers on is taken for what it mirrors.
    """
    headers = _headers(f"{index.rstrip('/')}/pip/")
    return headers is None or _SERIAL not in headers


def _headers(address: str) -> Message | None:
    """The headers of what is at an address, which may hold a name and a password; None where nothing is."""
    import base64
    import urllib.parse
    import urllib.request  # slow to import, and seldom asked for

    try:
        asked = urllib.request.Request(_told(address))  # noqa: S310 - an address that an installer asked
        parts = urllib.parse.urlsplit(address)
        if parts.username is not None:
            told = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
            asked.add_header("Authorization", f"Basic {base64.b64encode(told.encode()).decode()}")
        with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310
            headers: Message = answer.headers
            return headers
    except (OSError, ValueError, HTTPException):  # no address, no HTTP, nobody there
        return None
