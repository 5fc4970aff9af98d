"""Runs one sample: in an empty folder, with an environment made from an allow-list, within bounds, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from aswritten.languages import ToolMissing
from aswritten.model import Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aswritten.languages import Environment

#: Seconds that a sample which is told to end has to do so.
_GRACE = 1.0
_READ = 1 << 16
#: What a run's folder holds when it begins; anything else below it afterwards is a stray.
_OWN = ("work", "home", "tmp")
#: How often what has left the process group is looked for, and seconds between two looks: each a bound, seldom reached.
_LOOKS = 20
_BETWEEN_LOOKS = 0.002
#: So many looks in a row that find nothing are the end, and so often a process of which nothing can be told keeps the looks going.
_CLEAR = 2
_UNTOLD = 5


def run(  # noqa: PLR0913 - each is one part of what a run is
    source: str,
    *,
    file_name: str,
    argv: Sequence[str],
    environ: Mapping[str, str],
    environment: Environment,
    stdin: bytes | None = None,
    time_limit: float = 60.0,
    output_limit: int = 1_000_000,
    files: Mapping[str, bytes] | None = None,
    within: Path | None = None,
    prefix: Sequence[str] = (),
) -> Run:
    """Write ``source`` to ``file_name`` in an empty folder, run ``argv`` there, and tell what came of it.

    ``environ`` is added to the variables that every sample has (PATH, HOME, TMPDIR, the locale, UTC). ``stdin`` is what the
    sample reads; without it, it reads an end of file. ``time_limit`` is in seconds: then the sample and all that it started
    are told to end, and a second later are ended. ``output_limit`` is in bytes and for each of stdout and stderr: more is
    counted in `Run.dropped`. ``files`` lie beside the sample. The run's folder is made in ``within`` and is removed in the
    end; ``prefix`` stands in front of the command.

    When the sample has ended, so has everything that it left running: its process group, and on Linux any process that is in
    the run's folder or has it in its environment. The result holds no exchanges. Raises ToolMissing when ``argv`` names no program.
    """
    with tempfile.TemporaryDirectory(prefix="aswritten-run-", dir=within, ignore_cleanup_errors=True) as name:
        root = Path(name).resolve()
        work, home, temporary = (root / folder for folder in _OWN)
        for folder in (work, home, temporary):
            folder.mkdir()
        for path, content in {**(files or {}), file_name: source.encode()}.items():
            if not (work / path).resolve().is_relative_to(work):
                raise ValueError(f"{path}: a file of a sample lies in its own folder")
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(content)
        if environment.node_modules is not None:
            (work / "node_modules").symlink_to(environment.node_modules)
        variables = {
            "PATH": os.pathsep.join([*map(str, environment.path), *callers_path()]),
            "LANG": _locale(),
            "LC_ALL": _locale(),
            "TZ": "UTC",
            "USER": "reader",
            "LOGNAME": "reader",
            **environ,
            "HOME": str(home),
            "TMPDIR": str(temporary),
        }
        if shutil.which(argv[0], path=variables["PATH"]) is None:
            raise ToolMissing(argv[0], f"install {argv[0]}, or put its folder on PATH")
        with _input(stdin, root) as given:
            ended = _watch(_behind(prefix, work, argv), work, variables, given, time_limit, output_limit)
        return replace(ended, strays=_strays(root), folder=str(work))


def _behind(prefix: Sequence[str], work: Path, argv: Sequence[str]) -> list[str]:
    """The command with what stands in front of it, which may lead to another root: `env` goes back to the working folder."""
    return [*prefix, "env", f"--chdir={work}", *argv] if prefix else list(argv)


def callers_path() -> tuple[str, ...]:
    """The folders of the caller's PATH, each once, without that of the virtual environment that runs us."""
    ours = Path(sys.prefix, "bin") if sys.prefix != sys.base_prefix else None
    caller = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return tuple(one for one in dict.fromkeys(caller) if one and Path(one) != ours)


def _locale() -> str:
    return "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"


@contextlib.contextmanager
def _input(stdin: bytes | None, root: Path) -> Iterator[IO[bytes] | int]:
    """What the sample reads as its standard input. An own file needs nobody to feed it."""
    if stdin is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile(dir=root.parent) as file:
        file.write(stdin)
        file.seek(0)
        yield file


class _Output:
    """What came through one pipe: its beginning, and how much more."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        self.pipe = pipe
        self.kept = bytearray()
        self.dropped = 0
        self._limit = limit
        os.set_blocking(pipe.fileno(), False)

    def read(self) -> bool:
        """Take what is there; False at the end of the pipe."""
        try:
            data = os.read(self.pipe.fileno(), _READ)
        except BlockingIOError:
            return True
        room = self._limit - len(self.kept)
        self.kept += data[:room]
        self.dropped += max(len(data) - room, 0)
        return bool(data)

    def read_rest(self) -> None:
        """Take what is left in the pipe, without waiting for whoever may still hold its other end."""
        for _ in range(64):
            before = len(self.kept) + self.dropped
            if not self.read() or before == len(self.kept) + self.dropped:
                return


def _watch(  # noqa: PLR0913, PLR0917 - what `run` has made of its own arguments
    command: list[str],
    work: Path,
    variables: dict[str, str],
    given: IO[bytes] | int,
    time_limit: float,
    output_limit: int,
) -> Run:
    """Run the command to its end, or to the time limit; its process group ends with it in any case."""
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=work,
        env=variables,
        stdin=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process.stdout, process.stderr:
        outputs = _Output(process.stdout, output_limit), _Output(process.stderr, output_limit)
        try:
            timed_out = _read_to_the_end(process, outputs, started + time_limit)
            seconds = time.monotonic() - started
        finally:
            _signal_group(process, signal.SIGKILL)
            process.wait()
            _end_escaped(process.pid, work.parent)
        for output in outputs:
            output.read_rest()
    return Run(
        exit_code=process.returncode,
        seconds=seconds,
        stdout=bytes(outputs[0].kept),
        stderr=bytes(outputs[1].kept),
        dropped=outputs[0].dropped + outputs[1].dropped,
        timed_out=timed_out,
    )


def _read_to_the_end(process: subprocess.Popen[bytes], outputs: tuple[_Output, ...], deadline: float) -> bool:
    """Take the output until the process has ended, however long others hold its pipes; True when the deadline ended it."""
    signals = [signal.SIGTERM, signal.SIGKILL]
    timed_out = False
    ended, telling = os.pipe()
    with selectors.DefaultSelector() as selector, os.fdopen(ended, "rb", buffering=0) as end:
        threading.Thread(target=_tell_the_end, args=(process, telling), daemon=True).start()
        selector.register(end, selectors.EVENT_READ, None)
        for output in outputs:
            selector.register(output.pipe, selectors.EVENT_READ, output)
        while True:
            ready = selector.select(max(deadline - time.monotonic(), 0) if signals else None)
            if any(key.data is None for key, _ in ready):
                return timed_out
            for key, _ in ready:
                if not key.data.read():
                    selector.unregister(key.fileobj)
            if signals and time.monotonic() >= deadline:
                timed_out = True
                _signal_group(process, signals.pop(0))
                deadline = time.monotonic() + _GRACE


def _tell_the_end(process: subprocess.Popen[bytes], telling: int) -> None:
    """Close ``telling`` when the process has ended. Where the system can, it stays unreaped, so that its group keeps its number."""
    with contextlib.suppress(ChildProcessError):  # an interrupt: whoever ended it was the first to hear
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        else:
            process.wait()
    os.close(telling)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left; macOS says so by the second
        os.killpg(process.pid, number)


def _end_escaped(first: int, root: Path) -> None:
    """End what has left the process group (`setsid`), on Linux: what is in the run's folder, or has it in the environment that it began with.

    A process that went elsewhere and also cleared its environment is not found, nor is one that lets nobody look at it.
    """
    if not sys.platform.startswith("linux"):
        return
    found_none, looks = 0, Counter[int]()
    for _ in range(_LOOKS):
        belong = {pid: _belongs(pid, root) for pid in _started_since(first)}
        for pid in (pid for pid, one in belong.items() if one):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        looks.update(pid for pid, one in belong.items() if one is None)
        if all(one is False or (one is None and looks[pid] > _UNTOLD) for pid, one in belong.items()):
            # One that had just been forked when the look began is not in it.
            found_none += 1
            if found_none == _CLEAR:
                return
        else:
            found_none = 0
            time.sleep(_BETWEEN_LOOKS)


def _started_since(first: int) -> list[int]:
    """The processes with a number above ``first``; all, when the numbers began again since."""
    last = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[-1])
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and (int(name) > first or last < first)]  # noqa: PTH208


def _belongs(pid: int, root: Path) -> bool | None:
    """Whether a process is the run's; None where that cannot be told: it has just ended, is becoming another program, or has cleared its environment elsewhere."""
    process = Path("/proc", str(pid))
    try:
        began_with = (process / "environ").read_bytes()
        if os.fsencode(root) in began_with or (process / "cwd").readlink().is_relative_to(root):
            return True
        if began_with:
            return False
        (process / "exe").readlink()
    except PermissionError:  # somebody else's
        return False
    except OSError:  # without a program: it waits to be reaped, or is the system's own; or it is gone
        return False if process.exists() else None
    return None


def _strays(root: Path) -> tuple[str, ...]:
    """What lies in the run's folder beside its own folders."""
    found: list[str] = []
    for entry in sorted(root.iterdir()):
        if entry.name not in _OWN:
            below = [path for path in entry.rglob("*") if not path.is_dir()] if entry.is_dir() else []
            found += [path.relative_to(root).as_posix() for path in sorted(below) or [entry]]
    return tuple(found)
