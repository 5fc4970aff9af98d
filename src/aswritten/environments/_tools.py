"""Which programs of the machine a sample runs with, told apart by version."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

#: What each language runs that is in no environment of ours.
_TOOLS = {"curl": ("bash", "curl"), "node": ("node",)}


@lru_cache(maxsize=8)
def tools(language: str) -> tuple[str, ...]:
    """The machine's own programs for a language: path, size and time of each, and what curl says of its libraries."""
    found = []
    for name in _TOOLS.get(language, ()):
        path = shutil.which(name)
        if path is None:
            continue
        stat = Path(path).resolve().stat()
        found.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
        if name == "curl":
            ran = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
            found.append(ran.stdout)
    return tuple(found)
