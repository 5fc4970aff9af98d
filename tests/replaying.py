"""Recording, replaying and recording again, as the tests and the proof against real servers do it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.mock import Mock
from aswritten.recordings import load_recordings, parse_recording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aswritten.recordings import RecordedResponse, Recording

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
#: The variable that holds the key of whoever is recorded.
VARIABLE = "THE_KEY"


def aswritten(*arguments: str | Path, key: str = "", cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command with these arguments, as a process of its own."""
    program = "from aswritten.cli import main; raise SystemExit(main())"
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env=environ(key),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def environ(key: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), VARIABLE: key}


@contextlib.contextmanager
def replayed(recordings: Sequence[Recording], *, timing: bool = False) -> Iterator[str]:
    """The base URL of a mock that answers what was recorded, whatever host it was of."""
    anywhere = tuple(replace(one, url="*/chat/completions") for one in recordings)
    with Mock(anywhere, exact=True, timing=timing) as mock:
        yield f"http://127.0.0.1:{mock.port}/v1"


def by_name(folder: Path) -> dict[str, Recording]:
    """The recordings of a folder, by the names of their files."""
    return {one.path.stem: one for one in load_recordings([folder])}


def with_refused(folder: Path) -> dict[str, Recording]:
    """The same, with those that were refused and lie beside, which a mock serves like any other."""
    refused = {path.name.partition(".")[0]: path for path in folder.glob("*.rejected")}
    return by_name(folder) | {name: parse_recording(path.read_bytes(), path) for name, path in refused.items()}


def reads_of(response: RecordedResponse) -> list[bytes]:
    return [read.data for read in response.reads]


def unlike(old: Mapping[str, Recording], new: Mapping[str, Recording]) -> list[str]:
    """What two folders of recordings differ in, beside times and origins: a line each."""
    found = [f"{name}: only in one of the two" for name in sorted(old.keys() ^ new.keys())]
    for name in sorted(old.keys() & new.keys()):
        one, other = old[name], new[name]
        if (one.method, one.url, one.headers, one.body) != (other.method, other.url, other.headers, other.body):
            found.append(f"{name}: another request")
        if len(one.responses) != len(other.responses):
            found.append(f"{name}: {len(one.responses)} responses, and {len(other.responses)}")
        for i, (before, after) in enumerate(zip(one.responses, other.responses, strict=False)):
            found += [f"{name}, response {i}: {what}" for what in _unlike(before, after)]
    return found


def _unlike(one: RecordedResponse, other: RecordedResponse) -> Iterator[str]:
    if (one.status, one.headers) != (other.status, other.headers):
        yield f"{one.status} {one.headers}, and {other.status} {other.headers}"
    if one.body != other.body:
        yield "other bytes"
    elif reads_of(one) != reads_of(other):
        yield f"other reads of the same bytes: {len(one.reads)}, and {len(other.reads)}"


def gaps(recordings: Mapping[str, Recording]) -> dict[tuple[str, int], list[float]]:
    """Seconds from read to read, the first from the request, by the recording's name and the turn."""
    return {
        (name, turn): [later - before for before, later in pairwise((0.0, *(read.at for read in response.reads)))]
        for name, one in recordings.items()
        for turn, response in enumerate(one.responses)
    }
