"""How a check ends: where tools lack, on terminals and streams of all kinds, after a fault of ours, and at signals."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.pytest_plugin._console import wants_colour
from commanding import BODY, CALL, aswritten, environ, fence, program

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH that holds what the runner itself needs, and neither curl, bash nor node."""
    found = tmp_path / "tools"
    found.mkdir()
    for name in ("env", "nsenter", "sh"):
        where = [Path(part) / name for part in os.environ["PATH"].split(os.pathsep) if (Path(part) / name).exists()]
        if where:
            (found / name).symlink_to(where[0])
    return found


def test_without_curl_its_samples_are_skipped_and_nothing_else(tmp_path: Path, tools: Path) -> None:
    python = f"import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/chat/completions', b'{BODY}')"
    (tmp_path / "page.md").write_text(fence(CALL) + fence(python, "python"), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert (ran.code, ran.err) == (0, "")
    assert "L3-curl    skipped: bash is not on PATH: install bash with the system's package manager\n" in ran.out
    assert ran.out.splitlines()[-1].startswith("2 blocks: 1 passed, 1 skipped; ")


def test_where_nothing_but_skipped_samples_are_the_run_tells_nothing(tmp_path: Path, tools: Path) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert ran.code == 2
    assert ran.err == (
        "aswritten: no sample ran\n  bash is not on PATH: install bash with the system's package manager\n"
    )


def test_a_missing_tool_is_an_error_where_that_was_asked_for(tmp_path: Path, tools: Path) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", "--strict", cwd=tmp_path, PATH=str(tools))
    assert ran.code == 1
    assert "page.md:3: error: bash is not on PATH [run.missing-tool]\n" in ran.out


def test_without_a_jail_it_is_said(tmp_path: Path, tools: Path) -> None:
    (tools / "nsenter").unlink(missing_ok=True)
    for name in ("bash", "curl"):
        where = [Path(part) / name for part in os.environ["PATH"].split(os.pathsep) if (Path(part) / name).exists()]
        (tools / name).symlink_to(where[0])
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert (ran.code, ran.err) == (0, "")
    assert "worth knowing\nsamples were not shut in (" in ran.out


@pytest.mark.parametrize(
    ("is_terminal", "environment", "colours"),
    [
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_who_wants_them(
    is_terminal: bool, environment: dict[str, str], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    for name in ("TERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(Stream()) == colours


def test_a_reader_that_goes_away_ends_the_run(folder: Path) -> None:
    with subprocess.Popen(
        program("check", "page.md", "--json", "out.json"),
        cwd=folder,
        env=environ({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
    assert not (folder / "out.json").exists()


def test_streams_that_are_closed_or_full(folder: Path) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *program("check", "page.md")]
    assert subprocess.run(shell, cwd=folder, env=environ({}), check=False, timeout=60).returncode == 0
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            program("check", "page.md"),
            cwd=folder,
            env=environ({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (ran.returncode, ran.stderr) == (2, "aswritten: No space left on device: standard output\n")


def test_a_terminal_that_knows_no_more_than_ascii(tmp_path: Path) -> None:
    (tmp_path / "ü.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "ü.md", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert "\\xfc.md::L3-curl  passed" in ran.out


def test_others_have_no_say_in_a_check(folder: Path) -> None:
    (folder / "conftest.py").write_text("raise RuntimeError", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --bogus\n", encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=folder, PYTEST_ADDOPTS="--bogus", PYTEST_PLUGINS="bogus")
    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("broken", ["Verifier.judge", "judge_case", "open_case"], ids=["a block", "a page", "at first"])
def test_a_fault_of_ours_is_called_so(broken: str, folder: Path) -> None:
    breaks = (
        "import aswritten.verify\n"
        "def fail(*_, **__): raise ZeroDivisionError('on purpose')\n"
        f"aswritten.verify.{broken} = fail"
    )
    ran = aswritten("check", "page.md", "--json", "out.json", cwd=folder, also=breaks)
    assert ran.code == 3
    assert "ZeroDivisionError: on purpose" in ran.err
    assert ran.err.endswith("aswritten: this is a fault of aswritten itself: please report it with the lines above\n")
    assert not (folder / "out.json").exists()


def test_a_worker_that_dies_is_no_finding(folder: Path) -> None:
    breaks = "import os\nos.environ['DIES'] = '1'"
    (folder / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if os.environ.get('DIES'):\n"
        "    import aswritten.verify\n"
        "    aswritten.verify.Verifier.judge = lambda *_: os._exit(9)\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    ran = aswritten("check", "page.md", "-n", "1", cwd=folder, also=breaks, PYTHONPATH=path)
    assert ran.code == 3
    assert "crashed while running 'page.md::L3-curl'" in ran.err


def processes_of(marker: str) -> list[int]:
    """The processes that have the text in their environment or command."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):  # it has ended, or belongs to somebody else
                told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                if marker.encode() in told:
                    found.append(int(folder.name))
    return found


#: A suite that runs in the background has its children ignore SIGINT and SIGHUP (POSIX sh, nohup), which a check rightly goes on with.
HEARS_SIGNALS = "import signal; signal.signal(2, signal.default_int_handler); signal.signal(1, signal.SIG_DFL)"


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A check in a process group of its own, whose sample has begun and will not end."""
    temporary = folder / "tmp"
    temporary.mkdir()
    slow = f"{CALL} > /dev/null\nsleep 300 & (setsid sleep 300 &)\ntouch begun\nsleep 300"
    (folder / "slow.md").write_text(fence(slow), encoding="utf-8")
    with subprocess.Popen(
        program("check", "slow.md", "--json", "out.json", *options, also=HEARS_SIGNALS),
        cwd=folder,
        env=environ({"TMPDIR": str(temporary)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            deadline = time.monotonic() + 60
            while not list(temporary.rglob("begun")):
                assert time.monotonic() < deadline
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc")
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)],
    ids=["Ctrl-C", "SIGINT", "SIGTERM"],
)
def test_a_signal_ends_everything_in_one_line(
    number: signal.Signals, to_all: bool, workers: tuple[str, ...], tmp_path: Path
) -> None:
    with running(tmp_path, *workers) as process:
        (os.killpg if to_all else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "aswritten: interrupted: 0 of 1 blocks were judged, no report was written\n"
    assert processes_of(str(tmp_path)) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "out.json").exists()


def test_python_runs_it_as_a_module_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aswritten", "explain", "run.exit"],
        cwd=tmp_path,
        env=environ({}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The sample ends with an error.")
