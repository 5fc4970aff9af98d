"""What the harness costs: `aswritten check` against the same commands run bare, in one run. Prints figures, and whether the bars are met.

Exit code 0 where they are, 1 where one is not, 2 where that could not be measured. No part of the tests: it measures the machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock as replacing

import platformdirs

from aswritten import pages, runner
from aswritten.model import Run
from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aswritten.mock import Mock

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("aswritten")

#: What one worker may add to a sample, in seconds.
ADDED_BAR = 0.050
#: What two workers may take of one worker's time.
RATIO_BAR = 0.6
#: Up to so many cores may be busy with something else during a run that counts.
QUIET = 0.1
#: So many times the rounds asked for are run, to get as many quiet ones.
TRIES = 2

NOTES = """\
- Warm: every environment is built, every file read and every module compiled once before the first measurement
  (PYTHONDONTWRITEBYTECODE, where it is set, is unset for that).
- check: `aswritten check TARGET --no-cache`, from the start of the process to its end, start-up and report included; one worker is the default
  (no -n), two workers are `-n 2`.
- bare: a plain loop of subprocess.run over the very commands that the harness would start: same argv, variables, files and order,
  against the same mock with the same recordings. Folders are made before, the mock already listens, nothing is checked, and nothing
  is shut in: namespaces are a cost of the harness and count as such.
- Rounds alternate: bare, one worker, two workers, and the next time the other way round. Runs during which the rest of the machine
  kept more than 0.1 cores busy are repeated, and do not count where there are quiet ones. Figures are medians.
"""

PAGE = Path(__file__).with_name("page.md")


def page_of(count: int) -> str:
    """A page of ``count`` samples: the sections of `page.md` in turn, each with a question of its own."""
    head, *sections = re.split(r"^(?=## )", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return head + "\n".join(
        sections[number % len(sections)].rstrip().replace("NUMBER", str(number)) + "\n" for number in range(count)
    )


@dataclass(frozen=True, slots=True)
class Command:
    """What the harness starts for one sample, without the jail in front of it."""

    argv: tuple[str, ...]
    folder: Path
    """Holds the sample's files, with HOME and TMPDIR beside it."""
    variables: dict[str, str]
    mock: Mock


@contextmanager
def commands_for(target: Path) -> Iterator[list[Command]]:
    """The commands of the samples below ``target``, in the order of the harness; the mock that they need serves meanwhile.

    The harness itself prepares them: only the place where it would start a process is replaced.
    """
    options = Options(cache=platformdirs.user_cache_path("aswritten"))
    started: list[tuple[list[str], Path, dict[str, str]]] = []
    with ExitStack() as stack:
        kept = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aswritten-bare-")))

        def note(command: list[str], work: Path, variables: dict[str, str], *_: object) -> Run:
            folder = Path(shutil.copytree(work.parent, kept / str(len(started)), symlinks=True))
            inside = f"--chdir={work}"
            argv = command[command.index(inside) + 1 :] if inside in command else command
            own = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
            started.append((argv, folder / "work", {**variables, **own}))
            return Run(exit_code=0, seconds=0.0, stdout=b"", stderr=b"")

        verifier = Verifier(options)
        stack.callback(verifier.close)
        commands = []
        with replacing.patch.object(runner, "_watch", note):
            for path in pages.find([str(target)]):
                case = open_case(path, path.name, options)
                for role in case.roles:
                    before = len(started)
                    verifier.judge(case, role)
                    door = verifier._runs.doors.open(case.settings)
                    # What sends nothing, as here, may be tried once more with other releases.
                    commands += [
                        Command(tuple(argv), work, variables, door.mock)
                        for argv, work, variables in started[before : before + 1]
                    ]
        yield commands


def run_bare(commands: Sequence[Command]) -> None:
    """Run each command, one after the other. Exits where one fails: a sample that breaks off early measures nothing."""
    for command in commands:
        command.mock.begin()  # recordings answer in turns, which each sample begins anew
        ended = subprocess.run(
            command.argv,
            cwd=command.folder,
            env=command.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        if ended.returncode != 0:
            give_up(f"`{' '.join(command.argv)}` ended with {ended.returncode}, run bare", ended.stderr)


def run_check(target: Path, *options: str) -> None:
    """Run the harness on the target. Exits where a sample does not pass."""
    argv = [str(PROGRAM), "check", str(target), "--no-cache", *options]
    ended = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if ended.returncode != 0:
        give_up(f"`{' '.join(argv)}` ended with {ended.returncode}", ended.stdout + ended.stderr)


def give_up(what: str, output: bytes) -> None:
    """Say what came instead of a measurement, and end."""
    say(f"{what}: nothing was measured\n{output.decode('utf-8', 'replace')[-4000:]}")
    raise SystemExit(2)


def seconds(work: Callable[[], object]) -> float:
    """The wall time of ``work``."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def say(line: str = "") -> None:
    """Print at once: a run takes minutes."""
    print(line, flush=True)  # noqa: T201


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of one kind."""

    seconds: float
    """Wall time."""
    processor: float
    """Seconds of processor time, of all processes together."""
    others: float | None
    """Cores that the rest of the machine kept busy meanwhile; None where the system does not tell."""

    @property
    def quiet(self) -> bool:
        """Whether the rest of the machine left it alone."""
        return self.others is None or self.others <= QUIET

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s" + ("" if self.quiet else f" (others: {self.others:.1f} cores)")


def measured(work: Callable[[], object]) -> Measured:
    """Do ``work``, and tell how long it took and what else the machine did."""
    before, busy = time.perf_counter(), busy_seconds()
    own = own_seconds()
    work()
    passed, own = time.perf_counter() - before, own_seconds() - own
    after = busy_seconds()
    return Measured(passed, own, None if busy is None or after is None else max(after - busy - own, 0.0) / passed)


def busy_seconds() -> float | None:
    """Seconds that all cores together have been busy since the machine started, those that its host took included (proc(5))."""
    if not sys.platform.startswith("linux"):
        return None
    user, nice, system, _idle, _waiting, *rest = (
        Path("/proc/stat").read_text(encoding="ascii").split("\n")[0].split()[1:9]
    )
    return sum(map(int, (user, nice, system, *rest))) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Seconds of processor time of this process and of those that it has started and that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def measure(name: str, target: Path, rounds: int) -> int:
    """Measure a target, print what came of it, and give the exit code for it."""
    with commands_for(target) as commands:
        count = warm_up(target, commands)
        say(f"{name}: {count} samples")
        works: dict[str, Callable[[], object]] = {
            "bare": lambda: run_bare(commands),
            "one worker": lambda: run_check(target),
            "two workers": lambda: run_check(target, "-n", "2"),
        }
        found: dict[str, list[Measured]] = {kind: [] for kind in works}
        for number in range(TRIES * rounds):
            wanted = [kind for kind in works if sum(one.quiet for one in found[kind]) < rounds]
            for kind in wanted if number % 2 == 0 else reversed(wanted):
                found[kind].append(measured(works[kind]))
            if wanted:
                say(f"  round {number + 1}: " + ", ".join(f"{kind} {found[kind][-1]}" for kind in wanted))
    return judge({kind: middle(kind, runs) for kind, runs in found.items()}, count)


def warm_up(target: Path, commands: Sequence[Command]) -> int:
    """Run everything once; the number of samples. Exits where the harness ran others than would run bare."""
    with tempfile.TemporaryDirectory(prefix="aswritten-warm-") as folder:
        report = Path(folder, "report.json")
        run_check(target, "--json", str(report))
        summary = json.loads(report.read_text(encoding="utf-8"))["summary"]
    count: int = summary["passed"] + summary["continuation"]
    if count != len(commands):
        give_up(f"{target}: {count} samples passed, {len(commands)} commands would run bare", b"")
    run_bare(commands)
    return count


def middle(kind: str, found: Sequence[Measured]) -> Measured:
    """The median of the quiet runs; of all where there is no quiet one, which is said."""
    quiet = [one for one in found if one.quiet]
    chosen = sorted(one.seconds for one in quiet or found)
    note = "" if quiet else ": NONE OF THEM QUIET"
    processor = statistics.median(one.processor for one in quiet or found)
    say(
        f"  {kind}: {statistics.median(chosen):.2f} s, the median of {len(chosen)} ({chosen[0]:.2f} to {chosen[-1]:.2f} s){note};"
        f" processor time {processor:.2f} s"
    )
    return Measured(statistics.median(chosen), processor, max((one.others or 0.0) for one in quiet or found))


def judge(taken: dict[str, Measured], count: int) -> int:
    """Print the figures of a target, and give the exit code for them."""
    bare, one, two = (measured.seconds for measured in taken.values())
    added, ratio = (one - bare) / count, two / one
    spent = (taken["one worker"].processor - taken["bare"].processor) / count
    say(f"  one worker / bare: {one / bare:.3f}; processor time that the harness adds: {spent * 1000:.1f} ms a sample")
    say(
        f"  the harness adds {added * 1000:.1f} ms a sample; at most {ADDED_BAR * 1000:.0f} ms: {met(added <= ADDED_BAR)}"
    )
    say(f"  two workers / one worker: {ratio:.3f}; at most {RATIO_BAR}: {met(ratio <= RATIO_BAR)}")
    if not all(measured.quiet for measured in taken.values()):
        say("  which says little: the machine had other things to do. Measure again when it has not")
        return 2
    return 0 if added <= ADDED_BAR and ratio <= RATIO_BAR else 1


def met(kept: bool) -> str:
    """The word for it."""
    return "met" if kept else "NOT MET"


def start_up(times: int) -> None:
    """Print what the small commands take, against a Python that does nothing."""
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "aswritten --version": [str(PROGRAM), "--version"],
        "aswritten explain": [str(PROGRAM), "explain"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times + 1):  # the first is the warm one
        for name, argv in commands.items():
            taken[name].append(seconds(partial(subprocess.run, argv, capture_output=True, check=True)))
    nothing = statistics.median(taken["python -c pass"][1:])
    say(f"start-up: medians of {times}")
    for name, times_taken in taken.items():
        middle = statistics.median(times_taken[1:])
        say(f"  {name:<20} {middle * 1000:5.0f} ms, {middle / nothing:.1f} of a Python that does nothing")
    say()


def two_at_once(times: int) -> None:
    """Print what the machine itself makes of two processes: cores may share what they compute with."""
    argv = [sys.executable, "-c", "sum(number * number for number in range(5_000_000))"]

    def together(count: int) -> None:
        for process in [subprocess.Popen(argv) for _ in range(count)]:
            process.wait()

    taken = {count: statistics.median(seconds(partial(together, count)) for _ in range(times)) for count in (1, 2)}
    say(f"two processes that compute, at once: {taken[2] / taken[1] / 2:.2f} of the time of one after the other")
    say()


def above_zero(text: str) -> int:
    """A number of things that there has to be one of."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text}")
    return int(text)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=above_zero, default=3, help="quiet ones, of each kind (default: %(default)s)")
    parser.add_argument("--samples", type=above_zero, default=100, help="on the generated page (default: %(default)s)")
    given = parser.parse_args()
    # With it set, each start would compile all modules anew: a cost of the variable, not of the harness.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{NOTES}")
    start_up(21)
    two_at_once(5)
    with tempfile.TemporaryDirectory(prefix="aswritten-bench-") as folder:
        page = Path(folder, "page.md")
        page.write_text(page_of(given.samples), encoding="utf-8")
        targets = {"samples/": ROOT / "samples", "a generated page": page}
        codes = [measure(name, target, given.rounds) for name, target in targets.items()]
    say({0: "Both bars are met.", 1: "A bar is NOT MET.", 2: "Whether the bars are met cannot be said."}[max(codes)])
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main())
