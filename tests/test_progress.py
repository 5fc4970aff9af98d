"""The line that tells how far a run is: what it says, and where it is written."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from aswritten.pytest_plugin._progress import Progress, is_live, spelled

if TYPE_CHECKING:
    from pathlib import Path

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -o answer -H 'Content-Type: application/json' -d '{BODY}'"
PAGE = f"```bash\n{CALL}\n```\n\n```bash\n{CALL}\nexit 3\n```\n\n```json\n{{}}\n```\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("CI", raising=False)
    return Terminal()


def test_it_counts_blocks_and_failures_and_estimates_by_the_samples_that_ran(terminal: Terminal) -> None:
    clock = Clock()
    progress = Progress(terminal, clock)
    progress.begin(6, ["a", "b", "c", "d"])
    assert progress.text("a") == "a: 0 of 6"
    clock.now += 10
    progress.judged("a", failed=False, kept=False)
    assert progress.text("b") == "b: 1 of 6, about 30 s left"
    progress.judged("other", failed=False, kept=False)
    clock.now += 10
    progress.judged("b", failed=True, kept=False)
    assert progress.text("c") == "c: 3 of 6, 1 failed, about 20 s left"
    clock.now += 400
    progress.judged("c", failed=False, kept=False)
    assert progress.text("d") == "d: 4 of 6, 1 failed, about 2 min left"
    progress.judged("d", failed=False, kept=False)
    assert progress.text("d") == "d: 5 of 6, 1 failed"


def test_what_was_kept_does_not_count_as_time(terminal: Terminal) -> None:
    clock = Clock()
    progress = Progress(terminal, clock)
    progress.begin(4, ["a", "b", "c", "d"])
    progress.judged("a", failed=False, kept=True)
    assert progress.left() is None
    clock.now += 8
    progress.judged("b", failed=False, kept=False)
    assert progress.left() == 16


def test_it_is_cut_to_the_terminal_and_taken_away(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    progress = Progress(terminal, Clock())
    progress.begin(1, [])
    progress.show("docs/a/long/name.md")
    assert terminal.getvalue() == "\r\033[Kdocs/a/lo"
    assert (progress.erase(), progress.erase()) == ("\r\033[K", "")


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true")])
def test_it_is_shown_on_terminals_that_can_alone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    assert is_live(terminal)
    assert not is_live(io.StringIO())
    monkeypatch.setenv(name, value)
    assert not is_live(terminal)


def test_a_time_is_told_roughly() -> None:
    assert [spelled(seconds) for seconds in (0.2, 59.6, 99, 130, 5900, 9000)] == [
        "1 s",
        "60 s",
        "99 s",
        "2 min",
        "98 min",
        "2 h",
    ]


def on_a_terminal(folder: Path, *arguments: str, **variables: str) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_") and name != "CI"}
    environ = {
        **kept,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "TERM": "xterm",
        "COLUMNS": "80",
        **variables,
    }
    code = "from aswritten.cli import main\nraise SystemExit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, "check", "page.md", "--no-cache", *arguments],
        cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        os.close(theirs)
        written = b""
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # Linux says so of a terminal that nobody writes to any more
                break
            if not data:
                break
            written += data
        process.wait()
    os.close(ours)
    return written.decode()


def seen(written: str) -> list[str]:
    """The lines that stand on the terminal in the end."""
    return [
        re.sub(r"\033\[[\d;]*m", "", line.rsplit("\033[K", 1)[-1]) for line in written.replace("\r\n", "\n").split("\n")
    ]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_on_a_terminal_a_line_is_written_over_and_over_and_none_of_it_stays(
    tmp_path: Path, workers: tuple[str, ...]
) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    written = on_a_terminal(tmp_path, *workers)
    shown = re.findall(r"\r\033\[K(page\.md::[^\r\n\033]*)", written)
    assert shown[0].endswith(": 0 of 3")
    assert shown[-1].endswith(": 3 of 3, 1 failed")
    assert any(re.fullmatch(r"page\.md::L\d+-\w+: \d of 3(?:, 1 failed)?, about \d+ \w+ left", line) for line in shown)
    lines = seen(written)
    assert sorted(line.split("] ")[1].split()[0] for line in lines if line.startswith("[")) == [
        "page.md::L1-curl",
        "page.md::L5-curl",
    ]
    assert [line for line in lines if " of 3" in line] == []
    assert lines[-2].startswith("3 blocks: 1 passed, 1 failed, 1 other")


def test_in_ci_a_terminal_has_plain_lines(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    assert "\033[K" not in on_a_terminal(tmp_path, CI="true")


def test_each_line_that_a_sample_begins_ends_with_what_it_turned_out_to_be(tmp_path: Path) -> None:
    unknown = CALL.replace("chat/completions", "nothing/known")
    (tmp_path / "page.md").write_text(f"```bash\n{unknown}\n```\n\n{PAGE}", encoding="utf-8")
    lines = seen(on_a_terminal(tmp_path, CI="true"))
    assert [line.split("] ")[1].split()[:2] for line in lines if line.startswith("[")] == [
        ["page.md::L1-curl", "other"],
        ["page.md::L5-curl", "passed"],
        ["page.md::L9-curl", "failed"],
    ]
