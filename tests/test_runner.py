"""One sample's process: what it gets, its bounds, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten import runner
from aswritten.languages import Environment, ToolMissing

if TYPE_CHECKING:
    from aswritten.model import Run

_NOTHING = Environment(Path("/nowhere"), ())


def run_bash(source: str, **options: object) -> Run:
    settings = {"environ": {}, "environment": _NOTHING, "time_limit": 30.0, **options}
    return runner.run(source, file_name="sample.sh", argv=["bash", "sample.sh"], **settings)  # type: ignore[arg-type]


def is_running(pid: int) -> bool:
    """Whether a process still does anything; one that only waits to be reaped does not."""
    ran = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], check=False, capture_output=True, text=True)
    return ran.stdout.strip()[:1] not in ("", "Z", "X")


def wait_until_gone(*pids: int) -> None:
    """A process that was ended takes a moment to go."""
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.01)


def test_what_a_sample_prints_and_how_it_ends() -> None:
    run = run_bash("echo out; echo err >&2; exit 3\n")
    assert (run.exit_code, run.stdout, run.stderr) == (3, b"out\n", b"err\n")
    assert (run.timed_out, run.dropped, run.strays, run.exchanges) == (False, 0, (), ())
    assert 0 < run.seconds < 30


def test_a_signal_is_a_negative_exit_code() -> None:
    assert run_bash("kill -9 $$\n").exit_code == -signal.SIGKILL


def test_the_folder_is_empty_but_for_the_sample_and_its_files() -> None:
    run = run_bash("ls -A . data; cat data/a; ls -A $HOME $TMPDIR | grep -v :\n", files={"data/a": b"held\n"})
    assert run.stdout.split() == [b".:", b"data", b"sample.sh", b"data:", b"a", b"held"]


@pytest.mark.parametrize("path", ["../outside.txt", "/tmp/outside.txt"])
def test_no_file_is_written_outside_of_the_folder(path: str) -> None:
    with pytest.raises(ValueError, match="lies in its own folder"):
        run_bash("true\n", files={path: b"x"})


def test_no_variable_of_the_caller_reaches_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    run = run_bash("env -0\n", environ={"GIVEN": "1"})
    variables = dict(pair.split("=", 1) for pair in run.stdout.decode().split("\0") if pair)
    own = {"GIVEN", "HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TMPDIR", "TZ", "USER"}
    assert set(variables) - {"PWD", "SHLVL", "_", "OLDPWD"} == own
    root = Path(variables["HOME"]).parent
    assert (variables["TMPDIR"], variables["PWD"]) == (str(root / "tmp"), str(root / "work"))


def test_the_environments_folders_come_first_on_path_and_ours_not_at_all(tmp_path: Path) -> None:
    run = run_bash("echo $PATH\n", environment=Environment(tmp_path, (tmp_path / "bin",)))
    folders = run.stdout.decode().strip().split(":")
    assert folders[0] == str(tmp_path / "bin")
    assert sys.prefix != sys.base_prefix, "the tests run in a virtual environment"
    assert str(Path(sys.prefix, "bin")) not in folders


def test_node_modules_lie_beside_the_sample(tmp_path: Path) -> None:
    (tmp_path / "m" / "openai").mkdir(parents=True)
    run = run_bash("ls node_modules\n", environment=Environment(tmp_path, (), node_modules=tmp_path / "m"))
    assert run.stdout == b"openai\n"


def test_standard_input_ends_at_once_or_is_what_was_given() -> None:
    assert run_bash("read x; echo $?\n").stdout == b"1\n"
    assert run_bash("cat\n", stdin=b"x" * 200_000).stdout == b"x" * 200_000


def test_the_time_limit_ends_the_sample_and_its_children() -> None:
    run = run_bash("echo $$; sleep 300 & echo $!; wait\n", time_limit=0.3)
    assert (run.timed_out, run.exit_code) == (True, -signal.SIGTERM)
    wait_until_gone(*map(int, run.stdout.split()))


def test_a_sample_that_ignores_being_told_to_end_is_ended() -> None:
    run = run_bash("trap '' TERM; echo $$; while :; do sleep 0.1; done\n", time_limit=0.3)
    assert (run.timed_out, run.exit_code) == (True, -signal.SIGKILL)
    wait_until_gone(int(run.stdout))


def test_a_flood_is_counted_and_not_kept() -> None:
    run = run_bash("head -c 100000000 /dev/zero; echo last >&2\n", output_limit=1000)
    assert (len(run.stdout), run.stderr, run.dropped) == (1000, b"last\n", 99_999_000)


def test_a_flood_without_an_end_ends_with_the_time_limit() -> None:
    run = run_bash("yes\n", output_limit=10, time_limit=0.3)
    assert (run.timed_out, run.stdout) == (True, b"y\n" * 5)
    assert run.dropped > 0


def test_a_child_that_holds_the_output_open_keeps_nobody_waiting() -> None:
    run = run_bash("sleep 300 & echo $!\n")
    assert run.seconds < 30
    wait_until_gone(int(run.stdout))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what leaves the process group is found on Linux only")
@pytest.mark.parametrize("hold", ["", ">/dev/null 2>&1 </dev/null"], ids=["holding the output", "holding nothing"])
def test_a_daemon_that_leaves_the_process_group_is_ended(hold: str) -> None:
    daemon = f"(setsid bash -c 'echo $$ > pid; mv pid pid.whole; exec sleep 300' {hold} &)"
    run = run_bash(f"{daemon}\nuntil [ -e pid.whole ]; do :; done; cat pid.whole\n")
    wait_until_gone(int(run.stdout))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what leaves the process group is found on Linux only")
def test_a_daemon_without_an_environment_is_ended_where_it_stays_in_the_folder() -> None:
    daemon = "(setsid env -i bash -c 'echo $$ > pid; mv pid pid.whole; exec env -i sleep 300' &)"
    wait_until_gone(int(run_bash(f"{daemon}\nuntil [ -e pid.whole ]; do :; done; cat pid.whole\n").stdout))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="what leaves the process group is found on Linux only")
def test_daemons_that_become_another_program_all_the_time_are_ended(tmp_path: Path) -> None:
    again = tmp_path / "again.sh"
    again.write_text('exec bash "$0"\n', encoding="utf-8")
    daemons = f"for _ in {{1..8}}; do (cd /; exec setsid bash {again} >/dev/null 2>&1) & echo $!; done; sleep 0.1\n"
    try:
        for _ in range(5):
            wait_until_gone(*map(int, run_bash(daemons).stdout.split()))
    finally:
        again.unlink()


def test_what_a_sample_writes_outside_of_its_folder_is_told() -> None:
    run = run_bash(
        "echo > ../stray; mkdir -p ../d/e; echo > ../d/e/f; mkdir ../empty; echo > x; echo > $HOME/y; echo > $TMPDIR/z\n"
    )
    assert run.strays == ("d/e/f", "empty", "stray")


def test_the_folder_is_gone_afterwards_whatever_was_made_of_it(tmp_path: Path) -> None:
    run = run_bash("mkdir a && touch a/b && chmod 500 a; rm -rf $HOME; pwd\n", within=tmp_path)
    assert Path(run.stdout.decode().strip()).is_relative_to(tmp_path.resolve())
    assert list(tmp_path.iterdir()) == []


def test_a_prefix_stands_in_front_of_the_command() -> None:
    assert run_bash("echo $MARK\n", prefix=["env", "MARK=1"]).stdout == b"1\n"


def test_a_missing_program_is_named() -> None:
    with pytest.raises(ToolMissing, match="no-such-program is not on PATH") as raised:
        runner.run("", file_name="x", argv=["no-such-program"], environ={}, environment=_NOTHING)
    assert raised.value.tool == "no-such-program"


_INTERRUPTED = """
import sys
from pathlib import Path
from aswritten import runner
from aswritten.languages import Environment
source = f"sleep 300 & echo $$ $! > {sys.argv[1]}/pids.part; mv {sys.argv[1]}/pids.part {sys.argv[1]}/pids; wait"
runs = Path(sys.argv[1], "runs")
runs.mkdir()
try:
    runner.run(source, file_name="s.sh", argv=["bash", "s.sh"], environ={}, environment=Environment(Path("/"), ()), within=runs)
except KeyboardInterrupt:
    print("interrupted", list(runs.iterdir()))
"""


def test_an_interrupt_ends_the_sample_and_goes_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _INTERRUPTED, str(tmp_path)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "pids").exists():
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            assert process.communicate(timeout=30)[0] == "interrupted []\n"
    wait_until_gone(*map(int, (tmp_path / "pids").read_text(encoding="utf-8").split()))
