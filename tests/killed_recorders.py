"""Recorders that are killed: `python tests/killed_recorders.py FOLDER URL TIMES SEED`, with scenarios and fixtures in FOLDER.

Forks a recorder for each trial, once all of it is imported, kills it at a random moment of a whole run, and looks at every fixture.
A recorder that had ended by then is no trial. Prints what it saw as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from statistics import median

from aswritten.cli import main
from aswritten.recordings import content_digest, load_recording, request_digest

#: Whole runs by which it is told how long one takes.
MEASURED = 5
#: Recorders for each trial, at most.
MOST = 5


def recorder(folder: Path, url: str) -> int:
    """A process that records; its id."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        code = main(["record", str(folder), "--base-url", url])
    finally:
        os._exit(code)


def whole_run(folder: Path, url: str) -> float:
    """Seconds that a recorder takes that nobody kills."""
    begun = time.monotonic()
    _, status = os.waitpid(recorder(folder, url), 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return time.monotonic() - begun


def fixtures(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.glob("*.yaml")) if path.name != "scenarios.yaml"}


def state(path: Path, old: bytes) -> str:
    """old, new, or what is wrong with the fixture."""
    if path.read_bytes() == old:
        return "old"
    try:
        found = load_recording(path)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we look for
        return repr(error)
    told = (found.source.content_sha256, found.source.request_sha256)
    return "new" if told == (content_digest(found), request_digest(found)) else "neither"


def run(folder: Path, url: str, times: int, seed: int) -> dict[str, object]:
    chance = random.Random(seed)
    main(["record", str(folder), "--base-url", url])  # from here on all is imported
    takes = median(whole_run(folder, url) for _ in range(MEASURED))
    trials: list[dict[str, object]] = []
    for _ in range(MOST * times):
        if len(trials) == times:
            break
        before = fixtures(folder)
        child = recorder(folder, url)
        time.sleep(chance.uniform(0, takes))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            continue
        left = sum(1 for path in folder.iterdir() if path.name.startswith("."))
        same = set(fixtures(folder)) == set(before)
        trials.append({"left": left, "same": same, "states": [state(path, old) for path, old in before.items()]})
    whole_run(folder, url)
    return {"trials": trials, "hidden": [p.name for p in folder.iterdir() if p.name.startswith(".")]}


if __name__ == "__main__":
    given = sys.argv[1:]
    found = run(Path(given[0]), given[1], int(given[2]), int(given[3]))
    print(json.dumps(found))  # noqa: T201
