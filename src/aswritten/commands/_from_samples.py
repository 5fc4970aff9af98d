"""`aswritten record --from-samples`: samples are run with the door open to the API, and what they ask and get becomes the fixtures."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import __version__
from aswritten.commands import FINDINGS, OK, USAGE
from aswritten.commands._access import access_of
from aswritten.commands._asked import Asked, refuse_unknown
from aswritten.config import settings_for
from aswritten.errors import UsageError
from aswritten.pytest_plugin._signals import end_once
from aswritten.record import Budget, Forwarder, Visit, alone, beforehand, keep_taken, open_shelf, stem_of
from aswritten.reports import recorded, terminal
from aswritten.reports.document import document, write
from aswritten.verify import Verifier, block_names, open_case, options_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from aswritten.classify import Role
    from aswritten.model import Verdict
    from aswritten.record import Outcome, Shelf
    from aswritten.scrub import Scrubber
    from aswritten.verify import Case

#: Verdicts of samples that ran.
_RAN = frozenset({"passed", "failed", "continuation"})


def run(parsed: argparse.Namespace) -> int:
    """Runs the samples, keeps what came, and tells both; the return value is the exit code.

    A page is not judged as a whole: what it documents is another answer than that of today. Raises UsageError for what is wrong
    before the first call, and where no sample ran.
    """
    if not parsed.paths:
        raise UsageError("--from-samples: expected pages, sample files or folders of them")
    asked = Asked(parsed.paths)
    options = options_of(languages=parsed.language, profile=parsed.profile)
    cases = {path: open_case(path, name, options) for path, name in asked.pages.items()}
    for path, blocks in asked.blocks.items():
        refuse_unknown(cases[path], blocks)
    shelves = _shelves(cases, parsed.into)
    access = access_of(parsed, sorted({name for case in cases.values() for name in case.settings.scrub}))
    budget = Budget(parsed.max_calls)
    forwarder = Forwarder(access, budget, force=parsed.force)
    put_back = end_once()
    try:
        with (
            alone(shelf.folder for shelf in shelves.values()),
            closing(Verifier(replace(options, upstream=forwarder))) as verifier,
        ):
            judged = _judged(cases, asked, shelves, verifier, forwarder)
            verdicts = _told(judged, parsed.language, forwarder)
            scrubber = forwarder.scrubber
            outcomes = _kept(keep_taken(forwarder.taken, access.tool, scrubber, force=parsed.force), scrubber)
    finally:
        put_back()
    _sum_up(verdicts, outcomes, budget, scrubber)
    if parsed.json:
        found = recorded.document(__version__, outcomes, budget.sent)
        write(Path(parsed.json), found | {"samples": document(__version__, verdicts, ())}, scrubber)
    return _exit_code(verdicts, outcomes)


def _shelves(cases: dict[Path, Case], into: str | None) -> dict[Path, Shelf]:
    """Where the recordings of each page lie. Raises UsageError for a folder in which nothing can be made."""
    found: dict[Path, Shelf] = {}
    for path in cases:
        shelf = open_shelf(settings_for(path.parent).fixtures, Path(into) if into is not None else None)
        why = beforehand(shelf.folder / "new.yaml", force=True)
        if why:
            raise UsageError(f"{shelf.folder}: {why.why}")
        found[path] = shelf
    return found


def _judged(
    cases: dict[Path, Case], asked: Asked, shelves: dict[Path, Shelf], verifier: Verifier, forwarder: Forwarder
) -> Iterator[tuple[str, Verdict]]:
    """The name and the verdict of each sample, as it comes. Other blocks are left alone."""
    for path, case in cases.items():
        only = asked.blocks.get(path, ())
        for role, name in zip(case.roles, block_names(case.roles), strict=True):
            if role.kind == "sample" and (not only or name in only):
                forwarder.begin(_visit(case, role, shelves[path]))
                yield f"{case.page.path}::{name}", verifier.judge(case, role)


def _visit(case: Case, role: Role, shelf: Shelf) -> Visit:
    return Visit(shelf, stem_of(case.path), f"{case.page.path}:{role.block.line}", case.settings.profile)


def _told(judged: Iterable[tuple[str, Verdict]], languages: Sequence[str], forwarder: Forwarder) -> list[Verdict]:
    """The verdicts, each told as it comes; of a language that was not asked for, nothing is."""
    found: list[Verdict] = []
    for name, verdict in judged:
        found.append(verdict)
        if languages and verdict.language not in languages:
            continue
        _say(f"{name}: {terminal.outcome(verdict)}", forwarder.scrubber)
        if verdict.name == "failed":
            _say(terminal.banner(verdict), forwarder.scrubber)
    if not any(verdict.name in _RAN for verdict in found):
        reasons = dict.fromkeys(verdict.reason for verdict in found)
        raise UsageError("\n  ".join(["no sample ran, so that nothing was recorded", *reasons]))
    return found


def _kept(outcomes: Iterable[Outcome], scrubber: Scrubber) -> list[Outcome]:
    found: list[Outcome] = []
    for outcome in outcomes:
        found.append(outcome)
        for line in recorded.lines(outcome):
            _say(line, scrubber)
    return found


def _sum_up(verdicts: Sequence[Verdict], outcomes: Sequence[Outcome], budget: Budget, scrubber: Scrubber) -> None:
    for remark in terminal.remarks(verdicts, {}):
        _say(remark, scrubber)
    counts = {
        name: sum(verdict.name == name for verdict in verdicts) for name in dict.fromkeys(v.name for v in verdicts)
    }
    told = ", ".join(f"{number} {name}" for name, number in counts.items())
    _say(f"{len(verdicts)} {'sample' if len(verdicts) == 1 else 'samples'}: {told}", scrubber)
    _say(recorded.sum_line(outcomes, budget.sent, "request"), scrubber)


def _say(text: str, scrubber: Scrubber) -> None:
    print(scrubber.text(text), flush=True)  # noqa: T201


def _exit_code(verdicts: Sequence[Verdict], outcomes: Sequence[Outcome]) -> int:
    """2 where samples asked something and nothing came that could be judged; 1 where a sample failed or an answer was refused."""
    causes = {one.kept.cause for one in outcomes}
    if causes and not causes & {"", "refused", "edited"}:
        return USAGE
    failed = any(verdict.name == "failed" for verdict in verdicts)
    return FINDINGS if failed or causes - {""} else OK
