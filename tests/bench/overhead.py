"""What the harness costs: `aswritten check` against the same commands run bare, in one run. Prints figures, and whether the bars are met.

Exit code 0 where they are, 1 where one is not, 2 where nothing could be measured. No part of the tests: it measures the machine too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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

NOTES = """\
- Warm: every environment is built, every file read and every module compiled once before the first measurement
  (PYTHONDONTWRITEBYTECODE, where it is set, is unset for that).
- check: `aswritten check TARGET`, from the start of the process to its end, start-up and report included; one worker is the default
  (no -n), two workers are `-n 2`.
- bare: a plain loop of subprocess.run over the very commands that the harness would start: same argv, variables, files and order,
  against the same mock with the same recordings. Folders are made before, the mock already listens, nothing is checked, and nothing
  is shut in: namespaces are a cost of the harness and count as such.
- Each round runs bare, one worker and two workers, the next round the other way round; figures are medians of what the rounds say.
"""

CURL = """\
curl https://api.novita.ai/v3/openai/chat/completions \\
  -H "Content-Type: application/json" \\
  -H "Authorization: Bearer $NOVITA_API_KEY" \\
  -d '{
    "model": "microsoft/wizardlm-2-8x22b",
    "messages": [{"role": "user", "content": "Question NUMBER: hi there!"}],
    "stream": STREAM,
    "max_tokens": 512
  }'
"""
PYTHON = """\
import os

from openai import OpenAI

client = OpenAI(base_url="https://api.novita.ai/v3/openai", api_key=os.environ["NOVITA_API_KEY"])
"""
PYTHON_CALL = """\
NAME = client.chat.completions.create(
    model="microsoft/wizardlm-2-8x22b",
    messages=[{"role": "user", "content": "Question NUMBER: hi there!"}],
    stream=STREAM,
    max_tokens=512,
)
"""
PYTHON_FULL = PYTHON + PYTHON_CALL.replace("NAME", "completion") + "print(completion.choices[0].message.content)\n"
PYTHON_STREAM = (
    PYTHON
    + PYTHON_CALL.replace("NAME", "chunks")
    + """\
for chunk in chunks:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="")
"""
)
NODE = """\
import OpenAI from "openai";

const client = new OpenAI({ baseURL: "https://api.novita.ai/v3/openai", apiKey: process.env.NOVITA_API_KEY });
const NAME = await client.chat.completions.create({
  model: "microsoft/wizardlm-2-8x22b",
  messages: [{ role: "user", content: "Question NUMBER: hi there!" }],
  stream: STREAM,
  max_tokens: 512,
});
"""
NODE_FULL = NODE.replace("NAME", "completion") + "console.log(completion.choices[0].message.content);\n"
NODE_STREAM = (
    NODE.replace("NAME", "chunks")
    + """\
for await (const chunk of chunks) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
"""
)
#: In the order in which the page repeats them: (tag, text, what STREAM stands for in it).
SAMPLES = (
    ("bash", CURL, "false"),
    ("python", PYTHON_FULL, "False"),
    ("javascript", NODE_FULL, "false"),
    ("bash", CURL, "true"),
    ("python", PYTHON_STREAM, "True"),
    ("javascript", NODE_STREAM, "true"),
)


def page_of(count: int) -> str:
    """A page of ``count`` samples, each with a question of its own."""
    parts = [
        "# A page to measure with",
        "```bash\nexport NOVITA_API_KEY=dummy\n```",
        "```bash\npip install openai\n```",
        "```bash\nnpm install openai\n```",
    ]
    for number in range(count):
        tag, text, stream = SAMPLES[number % len(SAMPLES)]
        code = text.replace("NUMBER", str(number)).replace("STREAM", stream)
        parts.append(f"## Sample {number}\n\n```{tag}\n{code}```")
    return "\n\n".join(parts) + "\n"


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
                    door = verifier._door(case.settings)
                    commands += [
                        Command(tuple(argv), work, variables, door.mock) for argv, work, variables in started[before:]
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
    argv = [str(PROGRAM), "check", str(target), *options]
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
class Round:
    """Wall times of one round, in seconds."""

    bare: float
    one: float
    two: float


def measure(name: str, target: Path, rounds: int) -> bool:
    """Measure a target, print what came of it, and say whether it keeps to the bars."""
    with commands_for(target) as commands, tempfile.TemporaryDirectory(prefix="aswritten-warm-") as folder:
        report = Path(folder, "report.json")
        run_check(target, "--json", str(report))
        summary = json.loads(report.read_text(encoding="utf-8"))["summary"]
        count = summary["passed"] + summary["continuation"]
        if count != len(commands):
            give_up(f"{target}: {count} samples passed, {len(commands)} commands would run bare", b"")
        run_bare(commands)
        say(f"{name}: {count} samples")
        works: dict[str, Callable[[], object]] = {
            "bare": lambda: run_bare(commands),
            "one": lambda: run_check(target),
            "two": lambda: run_check(target, "-n", "2"),
        }
        found: list[Round] = []
        for number in range(rounds):
            order = list(works) if number % 2 == 0 else list(reversed(works))
            found.append(Round(**{which: seconds(works[which]) for which in order}))
            last = found[-1]
            say(
                f"  round {number + 1}: bare {last.bare:6.2f} s, one worker {last.one:6.2f} s, two workers {last.two:6.2f} s"
                f" (load of the machine {os.getloadavg()[0]:.1f})"
            )
    return judge(found, count)


def judge(rounds: Sequence[Round], count: int) -> bool:
    """Print the figures of a target; True where it keeps to both bars."""
    added = [(one.one - one.bare) / count for one in rounds]
    ratios = [one.two / one.one for one in rounds]
    adds, ratio = statistics.median(added), statistics.median(ratios)
    whole = statistics.median(one.one / one.bare for one in rounds)
    say(f"  one worker / bare:        {whole:.3f}")
    say(
        f"  the harness adds:         {adds * 1000:.1f} ms a sample ({min(added) * 1000:.1f} to {max(added) * 1000:.1f} ms);"
        f" at most {ADDED_BAR * 1000:.0f} ms: {met(adds <= ADDED_BAR)}"
    )
    say(
        f"  two workers / one worker: {ratio:.3f} ({min(ratios):.3f} to {max(ratios):.3f});"
        f" at most {RATIO_BAR} on two cores: {met(ratio <= RATIO_BAR)}"
    )
    say()
    return adds <= ADDED_BAR and ratio <= RATIO_BAR


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
            taken[name].append(seconds(lambda argv=argv: subprocess.run(argv, capture_output=True, check=True)))  # type: ignore[misc]
    nothing = statistics.median(taken["python -c pass"][1:])
    say(f"start-up: medians of {times}")
    for name, times_taken in taken.items():
        middle = statistics.median(times_taken[1:])
        say(f"  {name:<20} {middle * 1000:5.0f} ms, {middle / nothing:.1f} of a Python that does nothing")
    say()


def above_zero(text: str) -> int:
    """A number of things that there has to be one of."""
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text}")
    return int(text)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=above_zero, default=3, help="of all measurements (default: %(default)s)")
    parser.add_argument("--samples", type=above_zero, default=100, help="on the generated page (default: %(default)s)")
    given = parser.parse_args()
    # With it set, each start would compile all modules anew: a cost of the variable, not of the harness.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    say(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n{NOTES}")
    start_up(21)
    with tempfile.TemporaryDirectory(prefix="aswritten-bench-") as folder:
        page = Path(folder, "page.md")
        page.write_text(page_of(given.samples), encoding="utf-8")
        targets = {"samples/": ROOT / "samples", "a generated page": page}
        kept = {name: measure(name, target, given.rounds) for name, target in targets.items()}
    for name, good in kept.items():
        say(f"{name}: bars {met(good)}")
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
