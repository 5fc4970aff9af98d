"""Older releases than the newest, which installers pick for what runs on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from aswritten import files
from aswritten.environments._installer import installer_environ, uv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.environments._node import NodeTools

#: The folder in an environment's in which such looks are kept, a file a package: runs side by side look for different ones.
_NEWEST = "newest"
#: Seconds for a look into the registry.
_LOOK = 30.0
#: The newest release of Python for which most packages have one (devguide.python.org, "Status of Python versions").
_PYTHON = (3, 13)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A package of which an older release than the newest is installed, which is for another Node or Python."""

    newest: str
    """The requirement that asks for the newest release, which npm then installs on any Node."""
    why: str
    """In words."""


def held_back(tools: NodeTools, folder: Path, package: str) -> HeldBack | None:
    """Why ``folder`` holds an older release of a package than its newest: that one is for another Node; None where it does not.

    npm passes over releases whose ``engines`` do not name the Node that runs it. Nothing is said where the registry does not answer, and where another
    package of the folder asks for an older one as its peer.
    """
    try:
        held = json.loads((folder / "node_modules" / package / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None
    newest, wanted, ours = _kept(folder, package, 3, lambda: _newest(tools, package))
    if not wanted or newest == held or _takes(wanted, ours) or _is_held_by_peer(folder, package, newest):
        return None
    why = f"{package} {newest} is for Node {wanted}: on this machine's {ours} npm installs {held}"
    return HeldBack(f"{package}@{newest}", why)


def _is_held_by_peer(folder: Path, package: str, newest: str) -> bool:
    """Whether a package that is installed beside another one asks for it in older major releases alone: `"peerDependencies": {"package": "^5 || ^6.1"}`."""
    for path in (*folder.glob("node_modules/*/package.json"), *folder.glob("node_modules/@*/*/package.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))["peerDependencies"][package]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        majors = [int(one) for one in re.findall(r"(?<![\d.])\d+", str(told))]
        if majors and ">" not in str(told) and _numbers(newest)[0] > max(majors):
            return True
    return False


@cache
def _newest(tools: NodeTools, package: str) -> tuple[str, str, str]:
    """The newest release of a package and the Node that it is for, as the registry has them, and this machine's Node; empty texts where one does not answer."""
    argv = [*tools.npm, "view", package, "version", "engines.node", "--json"]
    try:
        asked = subprocess.run(argv, env=installer_environ(os.environ), capture_output=True, timeout=_LOOK, check=True)
        newest = json.loads(asked.stdout)
        ours = subprocess.run([tools.node, "--version"], capture_output=True, text=True, timeout=_LOOK, check=True)
    except (OSError, ValueError, subprocess.SubprocessError):
        return "", "", ""
    told = newest if isinstance(newest, dict) else {}
    return str(told.get("version", "")), str(told.get("engines.node") or ""), ours.stdout.strip()


def _kept(folder: Path, package: str, wanted: int, look: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """What a look into the registry tells of a package, so many texts, kept in the folder of the environment that it is asked for, as long as that is; not where it tells nothing."""
    path = folder / _NEWEST / f"{quote(package, safe='')}.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if isinstance(known, list) and len(known) == wanted:
        return tuple(map(str, known))
    found = look()
    if found[0]:
        with contextlib.suppress(OSError):  # a full disk costs the next run its time
            path.parent.mkdir(exist_ok=True)
            files.replace(path, json.dumps(found))
    return found


def _takes(wanted: str, ours: str) -> bool:
    """Whether a range of Node (`>=22`, `^20.1 || >=22.2`) takes a release (`v20.1.0`), by the numbers at its lower bounds."""
    release = _numbers(ours)
    for one in wanted.split("||"):
        least = _numbers(one)
        is_open = ">" in one or "*" in one or not least
        if release >= least and (is_open or release[:1] == least[:1]):
            return True
    return False


def _numbers(text: str) -> tuple[int, ...]:
    found = re.search(r"\d+(?:\.\d+){0,2}", text)
    return tuple(map(int, found.group().split("."))) if found else ()


def held_back_for_python(folder: Path, package: str) -> HeldBack | None:
    """Why ``folder`` holds an older release of a Python package than readers with a newer Python get; None where it does not.

    Nothing is said where the index does not answer, and where this Python would get the newest too: then another package asks for an older one.
    """
    name = re.sub(r"[-_.]+", "_", package).lower()
    infos = (one.name for one in folder.glob("venv/lib/python*/site-packages/*.dist-info"))
    held = next((one[len(name) + 1 : -10] for one in infos if one.lower().startswith(f"{name}-")), "")
    ours = sys.version_info[:2]
    if not held or ours >= _PYTHON:
        return None
    newest, alone = _kept(folder, package, 2, lambda: _newest_for_both(package, ours))
    if not alone or _release(newest) <= max(_release(held), _release(alone)):
        return None
    here, there = (".".join(map(str, one)) for one in (ours, _PYTHON))
    why = f"{package} {newest} is for a newer Python ({there}): on this machine's {here} pip installs {held}"
    return HeldBack(f"{package}=={newest}", why)


def _newest_for_both(package: str, ours: tuple[int, int]) -> tuple[str, str]:
    """The newest release for a newer Python and for this one; empty texts where the index does not answer for both."""
    found = _newest_for(package, _PYTHON), _newest_for(package, ours)
    return found if all(found) else ("", "")


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version of Python's, without an epoch and what follows them (PEP 440)."""
    found = re.match(r"(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


@cache
def _newest_for(package: str, python: tuple[int, int]) -> str:
    """The newest release of a package that the index has for a Python; empty where it does not answer, or has none."""
    version = ".".join(map(str, python))
    argv = [
        uv(),
        "pip",
        "compile",
        "--quiet",
        "--no-deps",
        "--no-header",
        "--no-annotate",
        "--python-version",
        version,
        "-",
    ]
    environ = installer_environ(os.environ)
    try:
        asked = subprocess.run(
            argv,
            cwd=tempfile.gettempdir(),  # not where a project of the caller's says how it is told
            env=environ,
            input=package,
            capture_output=True,
            text=True,
            timeout=_LOOK,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    told = re.search(r"^[\w.-]+==([^\s;\\]+)", asked.stdout, re.MULTILINE)
    return told[1] if told else ""
