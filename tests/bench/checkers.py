"""Other checkers of chat-completions servers beside ours, on the same server with the same defects. Prints a table and what it adds up to.

Run with `tests` on PYTHONPATH, for the server and its defects. Needs npm, Node and the network: each checker is installed, in the
version named here, into a folder of its own that goes away afterwards. Exit code 0 where ours names every defect by its rule and tells
the conforming server nothing, 1 where it does not, 2 where a checker could not be measured. No part of the tests.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import uv

from aswritten.probe import Settings, probe
from conforming_server import KEY, MODEL, serving
from defects import DEFECTS, Defect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from conforming_server import Reply

    Findings = frozenset[tuple[str, str, str]]
    """(check or rule, level, details) of all that a checker has against a server."""

CANARY = "compatcanary", "0.2.2"
ROUTER = "trustedrouter-provider-check", "0.1.8"
#: Checkers that run at the same time.
WORKERS = 2
#: Seconds for one run of a checker, and for all of them; what is left then is not measured.
ONE_RUN, ALL_RUNS = 60, 480
#: Seconds between the events of a stream, so that it is seen to come bit by bit.
PAUSE = 0.02
#: Parameters that our suite uses to show a defect in one call only, and the rules that are about such a parameter itself.
INCIDENTAL = frozenset({"max_tokens", "n"})
ABOUT_THEM = {"wire.choice-index", "probe.max-tokens", "probe.server-error", "probe.refused", "probe.refusal-status"}

NOTES = """\
- Each checker is run against a conforming server, once before and once after all else, and against the same server with one defect at
  a time. It notices a defect where it reports a failure or a warning that it does not report on the conforming server, or ends without
  a report where it gave one there. What it calls the failure is not asked: ours alone must name the rule that the defect breaks.
- compatcanary runs as `scan --profile chat`, trustedrouter-provider-check as `--tier 5`, the highest but for timing.
  The server lists its model with tools and structured output as capabilities, for the latter to hold it to them.
- "not asked": nothing that the checker sent was of a kind whose answer has the defect.
- A defect of an answer's form that our suite shows in one call only, with max_tokens or n, is shown here in every completion, for
  whoever does not ask with these: {wider} of the {shown} defects. It stays where it is if it is about the parameter itself.
- Shown are {shown} of {there} defects: {which}.
- Ours is the probe of `aswritten contract URL`, with profile auto.
"""


class NotMeasuredError(Exception):
    """A checker could not be installed or run; says why."""


class NoReportError(Exception):
    """A checker ran and ended without a report; says what it said instead."""


@dataclass(frozen=True, slots=True)
class Checker:
    name: str
    version: str
    """As it says itself, once it is installed."""
    judge: Callable[[str], Findings]
    """What it has against the server at a base URL; raises NoReportError."""


@dataclass(slots=True)
class Shown:
    """Shows one defect, or none, and counts the answers that had it."""

    defect: Defect | None
    times: int = 0
    pause: float = PAUSE

    def __call__(self, reply: Reply) -> Reply:
        changed = copy.deepcopy(reply)
        if self.defect is not None:
            try:
                changed = self.defect(changed) or changed
            except (LookupError, AttributeError, TypeError):
                # What the defect alters is not in this answer, which is to be a conforming one then.
                changed = copy.deepcopy(reply)
        self.times += changed != reply
        if changed.streamed and self.pause:
            changed.parts = paced(changed.bytes_of(), self.pause)
        return changed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a checker made of one defect."""

    findings: Findings | None = None
    """None: not measured."""
    shown: int = 0
    failure: str = ""
    """Why there are no findings, or no report."""


@dataclass(slots=True)
class Column:
    """All that is measured of one checker."""

    checker: Checker
    defects: list[Defect]
    clean: Findings = frozenset()
    outcomes: list[Outcome] = field(default_factory=list)
    unmeasured: str = ""

    def noticed(self, outcome: Outcome) -> Findings | None:
        """What is new against the conforming server; None where that is not measured."""
        return None if outcome.findings is None or self.unmeasured else outcome.findings - self.clean


def say(line: str = "") -> None:
    """Prints a line at once, for whoever follows a long run."""
    print(line, flush=True)  # noqa: T201


def paced(parts: Iterable[bytes], pause: float) -> Iterator[bytes]:
    for part in parts:
        time.sleep(pause)
        yield part


def run(*command: str | Path, folder: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end, whatever its exit code; NotMeasuredError where that cannot be done."""
    environment = os.environ | {"NO_PROXY": "127.0.0.1"} | variables
    try:
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=ONE_RUN, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise NotMeasuredError(str(failed)) from failed


def done(*command: str | Path, folder: Path | None = None) -> str:
    """What a command prints; NotMeasuredError where it fails."""
    ended = run(*command, folder=folder)
    if ended.returncode:
        raise NotMeasuredError(f"{command[0]} ended with {ended.returncode}: {ended.stderr.strip()[-300:]}")
    return ended.stdout.strip()


def findings_of(ended: subprocess.CompletedProcess[str], entries: str, details: str) -> Findings:
    """The failures and warnings of a report in JSON."""
    try:
        listed = json.loads(ended.stdout)[entries]
    except ValueError:
        said = (ended.stderr.strip() or ended.stdout.strip() or "nothing").splitlines()[-1]
        raise NoReportError(f"exit code {ended.returncode}, {said}") from None
    return frozenset(
        (entry["id"], entry["status"], json.dumps(entry[details], sort_keys=True))
        for entry in listed
        if entry["status"] in {"fail", "warn"}
    )


def canary(folder: Path) -> Checker:
    package, version = CANARY
    done("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", f"{package}@{version}", folder=folder)
    program = folder / "node_modules" / ".bin" / package

    def judge(url: str) -> Findings:
        target = ("--base-url", url, "--model", MODEL, "--profile", "chat")
        return findings_of(run(program, "scan", *target, "--format", "json", OPENAI_API_KEY=KEY), "results", "summary")

    return Checker(package, done(program, "--version"), judge)


def router(folder: Path) -> Checker:
    package, version = ROUTER
    done(uv.find_uv_bin(), "venv", "--quiet", "--python", ">=3.11", folder)
    python = next(path for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe") if path.exists())
    done(
        uv.find_uv_bin(), "pip", "install", "--quiet", "--compile-bytecode", "--python", python, f"{package}=={version}"
    )
    program = python.with_name(package)

    def judge(url: str) -> Findings:
        ended = run(program, "--base-url", url, "--model", MODEL, "--tier", "5", "--json", "-", TR_PROVIDER_API_KEY=KEY)
        return findings_of(ended, "checks", "measured")

    return Checker(package, done(program, "--version").removeprefix(package).strip(), judge)


def ours() -> Checker:
    def judge(url: str) -> Findings:
        calls = list(probe(url, Settings(model=MODEL, key=KEY)))
        return frozenset(
            (problem.rule, problem.level, one.call) for one in calls for problem in one.judged.problems
        ) | frozenset(
            (one.call, "not-checked", one.judged.reason) for one in calls if one.judged.verdict == "not-checked"
        )

    return Checker(
        "aswritten",
        done(Path(sys.executable).with_name("aswritten"), "--version").removeprefix("aswritten").strip(),
        judge,
    )


def outcome_of(checker: Checker, defect: Defect | None, until: float = float("inf")) -> Outcome:
    """Shows the defect to the checker, unless the time is up."""
    if time.monotonic() > until:
        return Outcome(failure="the time for all runs was up")
    shown = Shown(defect)
    with serving(shown, KEY) as server:
        try:
            return Outcome(checker.judge(server.url), shown.times)
        except NoReportError as ended:
            return Outcome(frozenset({("no report", "fail", str(ended))}), shown.times, str(ended))
        except NotMeasuredError as failed:
            return Outcome(None, shown.times, str(failed))


def widened(defect: Defect) -> Defect:
    """The defect in every completion, where it need not be in one call only."""
    if "completion" not in defect.on or defect.rule in ABOUT_THEM:
        return defect
    return replace(defect, on=defect.on - INCIDENTAL)


def group_of(defect: Defect) -> str:
    """What of an API the defect is in."""
    if "error" in defect.on:
        return "errors"
    if defect.on & {"tools", "tools-stream"} and "usage" not in defect.rule:
        return "tools"
    if "usage" in defect.name:
        return "usage"
    return "streams" if "stream" in defect.on else "completions"


def named(defect: Defect, noticed: Findings | None) -> bool:
    return (defect.rule, defect.level) in {(rule, level) for rule, level, _ in noticed or ()}


def cell(column: Column, outcome: Outcome) -> str:
    noticed = column.noticed(outcome)
    if noticed is None:
        return "not measured"
    if not outcome.shown:
        return (
            "not asked" if not noticed else "NOTICED WITHOUT CAUSE: " + " ".join(sorted({one for one, _, _ in noticed}))
        )
    return " ".join(sorted({check for check, _, _ in noticed})) or "-"


def on_the_conforming_server(column: Column) -> str:
    if column.unmeasured:
        return column.unmeasured
    return "; ".join(f"{level} {check}: {details}" for check, level, details in sorted(column.clean)) or "nothing"


def measured(checkers: list[Checker], defects: list[Defect], seconds: float) -> list[Column]:
    """Runs every checker on every defect, and prints a row for each as soon as it is there."""
    columns = [Column(checker, defects) for checker in checkers]
    for column in columns:
        first = outcome_of(column.checker, None)
        if first.findings is None or first.failure:
            column.unmeasured = f"not measured: {first.failure}"
        column.clean = first.findings or frozenset()
        say(
            f"{column.checker.name} {column.checker.version}, on the conforming server: {on_the_conforming_server(column)}"
        )
    say(f"\n{'defect':40} {'rule':24} ours    {' | '.join(column.checker.name for column in columns[1:])}")
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [[pool.submit(outcome_of, one.checker, defect, until) for one in columns] for defect in defects]
        for defect, row in zip(defects, jobs, strict=True):
            for column, job in zip(columns, row, strict=True):
                column.outcomes.append(job.result())
            mark = "named" if named(defect, columns[0].noticed(columns[0].outcomes[-1])) else "MISSED"
            others = " | ".join(cell(column, column.outcomes[-1]) for column in columns[1:])
            say(f"{defect.name:40} {defect.rule:24} {mark:7} {others}")
    for column in columns:
        again = outcome_of(column.checker, None)
        if not column.unmeasured and again.findings != column.clean:
            column.unmeasured = (
                f"not measured: it says another thing of the conforming server when asked again: {again}"
            )
    return columns


def counts(column: Column, mine: bool) -> dict[str, str]:
    """(noticed, or named where it is ours) of (measured), by group and in all; what was not measured counts as neither."""
    pairs = [
        (defect, noticed)
        for defect, outcome in zip(column.defects, column.outcomes, strict=True)
        if (noticed := column.noticed(outcome)) is not None
    ]
    groups = ["completions", "streams", "tools", "usage", "errors"]
    result = {}
    for group in (*groups, "all"):
        of_group = [(defect, noticed) for defect, noticed in pairs if group in {"all", group_of(defect)}]
        found = sum(named(defect, noticed) if mine else bool(noticed) for defect, noticed in of_group)
        result[group] = f"{found} of {len(of_group)}" if of_group else "not measured"
    return result


def report(columns: list[Column], missing: dict[str, str]) -> int:
    """Prints what it adds up to; the exit code."""
    say(f"\n{'':40} {'completions':12} {'streams':12} {'tools':12} {'usage':12} {'errors':12} all")
    for column in columns:
        own = column is columns[0]
        what = f"{column.checker.name} ({'named by rule' if own else 'noticed'})"
        *groups, total = counts(column, own).values()
        shown = sum(1 for outcome in column.outcomes if outcome.shown)
        say(f"{what:40} {' '.join(f'{one:12}' for one in groups)} {total} ({shown} shown to it)")
        left = [(d.name, o.failure) for d, o in zip(column.defects, column.outcomes, strict=True) if o.failure]
        for name, why in left:
            say(f"  {name}: {why}")
        if column.unmeasured:
            say(f"  {column.unmeasured}")
    for name, why in missing.items():
        say(f"{name:40} not measured: {why}")
    mine, *others = columns
    only_theirs = [
        f"{column.checker.name}: {defect.name}"
        for column in others
        for defect, outcome, ours_too in zip(column.defects, column.outcomes, mine.outcomes, strict=True)
        if column.noticed(outcome) and not mine.noticed(ours_too)
    ]
    say(f"noticed by another and not by ours: {', '.join(only_theirs) or 'none'}")
    all_named = all(named(defect, mine.noticed(one)) for defect, one in zip(mine.defects, mine.outcomes, strict=True))
    if mine.clean or only_theirs or not all_named:
        return 1
    unmeasured = missing or any(column.noticed(one) is None for column in columns for one in column.outcomes)
    return 2 if unmeasured else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Other checkers beside ours, on the same defects.")
    parser.add_argument("--all", action="store_true", help="show every defect, without a bound on the time of all")
    everything = parser.parse_args().all
    listed = DEFECTS if everything else DEFECTS[::2]
    defects = [widened(defect) for defect in listed]
    which = "all of them" if everything else f"every second one, for {ALL_RUNS} s at most; --all shows all"
    wider = sum(one != other for one, other in zip(listed, defects, strict=True))
    say(NOTES.format(wider=wider, shown=len(defects), there=len(DEFECTS), which=which))
    checkers, missing = [ours()], {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for (name, version), install in ((CANARY, canary), (ROUTER, router)):
            place = Path(folder) / name
            place.mkdir()
            try:
                checkers.append(install(place))
            except NotMeasuredError as failed:
                missing[f"{name} {version}"] = str(failed)
                say(f"{name} {version} is not measured: {failed}")
        started = time.monotonic()
        code = report(measured(checkers, defects, float("inf") if everything else ALL_RUNS), missing)
    say(f"{len(defects)} defects, {time.monotonic() - started:.0f} s with {WORKERS} workers")
    return code


if __name__ == "__main__":
    sys.exit(main())
