"""The command `aswritten`, and what it is called with: pages, a current folder, an environment of its caller."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'


CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"


#: Stand-ins for what the caller's environment holds and nobody else may see.
CANARIES = {"OPENAI_API_KEY": "canary-of-openai", "AWS_SECRET_ACCESS_KEY": "canary-of-aws", "PASSWORD": "canary-word"}


def fence(text: str, tag: str = "bash", above: str = "") -> str:
    return f"{above}\n\n```{tag}\n{text}\n```\n"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def program(*arguments: str | Path, also: str = "") -> list[str]:
    """The command line that is `aswritten` with these arguments; `also` is Python that runs in front of it.

    Samples run, whatever was kept of another run of these tests.
    """
    given = list(map(str, arguments))
    if given[:1] == ["check"]:
        given.insert(1, "--no-cache")
    return [
        sys.executable,
        "-c",
        f"{also}\nfrom aswritten.cli import main\nraise SystemExit(main())",
        *given,
    ]


def environ(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


def aswritten(*arguments: str | Path, cwd: Path, also: str = "", **more: str) -> Ran:
    done = subprocess.run(
        program(*arguments, also=also),
        cwd=cwd,
        env=environ(more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
