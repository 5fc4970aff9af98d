"""What differs from a revision, by git. The only room that calls it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from aswritten.errors import UsageError


def changed_since(revision: str, folder: Path) -> frozenset[Path]:
    """The files of the repository around ``folder`` that differ from a revision: changed, new, gone, and not known to git yet.

    Absolute paths. What git is told to ignore is left out. Raises UsageError where there is no git, no repository or no such revision.
    """
    root = Path(_git(folder, revision, "rev-parse", "--show-toplevel").removesuffix("\n"))
    commit = _git(
        folder, revision, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    ).strip()
    differs = _git(root, revision, "diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", commit, "--")
    unknown = _git(root, revision, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset((root / name).resolve() for name in (differs + unknown).split("\0") if name)


def _git(folder: Path, revision: str, *arguments: str) -> str:
    try:
        ran = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, stdin=subprocess.DEVNULL, check=False
        )
    except FileNotFoundError as error:
        raise UsageError(
            f"--changed-since {revision}: git is not on PATH: install it, or leave the option out"
        ) from error
    if ran.returncode != 0:
        raise UsageError(f"--changed-since {revision}: {_why(ran.stderr.decode(errors='replace'), revision, folder)}")
    return ran.stdout.decode("utf-8", "surrogateescape")


def _why(said: str, revision: str, folder: Path) -> str:
    if "not a git repository" in said:
        return f"{folder} is in no git repository"
    if not said.strip():
        return f"expected a commit, a branch or a tag, and the repository knows no {revision!r}: was it fetched?"
    return said.strip().splitlines()[-1]
