"""Disks, folders, secrets and signals: no fixture is ever lost, no secret ever written."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conforming_server import KEY, Reply, error, serving

if TYPE_CHECKING:
    from collections.abc import Callable

from recorders import SCENARIOS, Ran, keyed, on, texts


def test_a_full_disk_leaves_every_fixture_as_it_was(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with serving(key=KEY) as server:
        ran = run(*keyed(server))
        assert len(server.asked) == 1, "the others are not asked"
    assert ran.code == 2
    assert ran.lines[0] == (
        "fixtures/completion.yaml: not recorded: cannot be written: No space left on device; "
        "what was there is as it was"
    )
    assert ran.lines[1] == "fixtures/stream.yaml: not recorded: not asked, as nothing can be written"
    assert texts(folder) == recorded, "and nothing is left behind"


def test_what_a_check_found_is_told_where_its_report_cannot_be_written(
    recorded: dict[str, str], run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with serving(key=KEY) as server:
        ran = run("--check", "--markdown", "out.md", *keyed(server))
    assert ran.code == 2
    assert ran.lines[-1].startswith("3 fixtures: 3 same")
    assert ran.err == "aswritten: out.md: the report cannot be written: No space left on device\n"


def test_a_folder_that_takes_no_file_is_told(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "file").write_text("no folder\n")
    with serving() as server:
        ran = run("--base-url", server.url, "--into", "file/below")
        assert server.asked == [], "no call is spent on what cannot be written"
    assert ran.code == 2
    assert ran.lines[0] == (
        "file/below/completion.yaml: not recorded: cannot be written: file is no folder that takes new files"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes to read-only folders")
def test_a_read_only_folder_is_told(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures").chmod(0o555)
    try:
        with serving(key=KEY) as server:
            ran = run(*keyed(server))
            assert server.asked == []
    finally:
        (folder / "fixtures").chmod(0o755)
    assert ran.code == 2
    assert "cannot be written: fixtures is no folder that takes new files" in ran.lines[0]
    assert texts(folder) == recorded


def test_of_two_recorders_at_once_the_second_is_sent_away(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: Reply) -> None:
        begun.set()
        go_on.wait(30)

    program = "from aswritten.cli import main; raise SystemExit(main())"
    with serving(hold, key=KEY) as server:
        first = subprocess.Popen(
            [sys.executable, "-c", program, "record", *keyed(server)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.DEVNULL,
        )
        assert begun.wait(60)
        ran = run(*keyed(server))
        assert len(server.asked) == 1
        assert (ran.code, ran.lines) == (2, [])
        assert (
            ran.err
            == f"aswritten: {folder / 'fixtures'}: another recorder or import is writing here: wait until it has ended\n"
        )
        assert texts(folder) == recorded
        go_on.set()
        assert first.wait(60) == 0, "the first one is not disturbed"
        assert run(*keyed(server)).code == 0, "and then the folder is free"


def test_what_a_killed_recorder_left_is_removed(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures" / ".stream.yaml.abc.aswritten-tmp").write_text("half of a rec")
    with serving(key=KEY) as server:
        assert run(*keyed(server)).code == 0
    assert ".stream.yaml.abc.aswritten-tmp" not in texts(folder)


def test_a_key_that_comes_back_is_nowhere(run: Callable[..., Ran], folder: Path) -> None:
    def echo(reply: Reply) -> Reply:
        reply.body["choices"][0]["message"]["content"] = f"Your key is {KEY}."
        return reply

    def complain(_: Reply) -> Reply:
        return error(400, f"Something {'x' * 100} with your key {KEY}", "bad")

    with serving(
        lambda reply: echo(reply) if "completion" in reply.tags else on("stream", complain)(reply), key=KEY
    ) as server:
        ran = run(*keyed(server), "--json", "out.json")
    everything = ran.all + "".join(texts(folder).values()) + (folder / "out.json").read_text()
    assert [piece for start in range(len(KEY) - 11) if (piece := KEY[start : start + 12]) in everything] == []
    assert "Your key is " in texts(folder)["completion.yaml"]
    assert "fixtures/stream.yaml: not recorded: expected the status 200 to 299, got 400: Something" in ran.lines[1]


def test_a_secret_that_cannot_be_taken_out_stops_the_write(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    def in_pieces(reply: Reply) -> None:
        for event, piece in zip(reply.events[1:4], (KEY[:8], KEY[8:16], KEY[16:]), strict=True):
            event["choices"][0]["delta"]["content"] = piece

    with serving(on("stream", in_pieces), key=KEY) as server:
        ran = run(*keyed(server), "--only", "stream")
    assert ran.code == 1
    assert ran.lines[0].startswith("fixtures/stream.yaml: kept: a secret is still in it, so that nothing was written: ")
    assert KEY not in ran.all
    assert texts(folder) == recorded


def test_a_recorder_that_is_killed_leaves_every_fixture_whole_old_or_new(
    folder: Path, record_property: Callable[..., None]
) -> None:
    names = ("stream", "completion", "usage", "tools")
    asked = ("stream: true", "n: 1", "stream: true, stream_options: {include_usage: true}", "n: 2")
    entries = (
        f"  - {{fixture: {name}, body: {{model: conforming-1, messages: [{{role: user, content: Hi}}], {more}}}}}\n"
        for name, more in zip(names, asked, strict=True)
    )
    text = SCENARIOS.partition("scenarios:\n")[0] + "scenarios:\n" + "".join(entries)
    (folder / "fixtures" / "scenarios.yaml").write_text(text, encoding="utf-8")
    seed = random.randrange(2**32)
    program = [sys.executable, str(Path(__file__).parents[1] / "killed_recorders.py"), "fixtures"]
    with serving() as server:
        done = subprocess.run(
            [*program, server.url, "100", str(seed)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    trials = found["trials"]
    states = Counter(state for trial in trials for state in trial["states"])
    halfway = [trial for trial in trials if {"old", "new"} <= {*trial["states"]}]
    writing = sum(trial["left"] for trial in trials)
    told = f"seed {seed}: {dict(states)}; {len(halfway)} killed between two fixtures, {writing} while writing one"
    print(told)  # noqa: T201 - the seed, and how often what it is about came about
    whole = states["old"] + states["new"]
    record_property("score", ("fixtures whole after their recorder was killed", whole, states.total()))
    assert set(states) <= {"old", "new"}, told
    assert all(trial["same"] for trial in trials), told
    assert len(trials) == 100, told
    assert halfway, told
    assert found["hidden"] == [], "what they left is removed by the next one"
