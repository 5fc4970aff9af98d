"""`aswritten check --baseline FILE`: which errors of a run are known, which are new, and which are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import baseline
from aswritten.baseline import Baseline, Entry, entry_of
from aswritten.directives import hashes
from aswritten.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from aswritten.model import Finding, Verdict
    from aswritten.verify import Case


class Known:
    """The baseline of a run, and what it says of findings."""

    def __init__(self, path: Path) -> None:
        """Raises UsageError for a file that is no baseline."""
        self._baseline = baseline.load(path)

    def of_block(self, case: Case, verdict: Verdict) -> bool:
        """Whether all errors of a block are known."""
        name = hashes(case.page.blocks)[verdict.block.index]
        errors = [finding for finding in verdict.findings if finding.level == "error"]
        return bool(errors) and all(self._has(case, finding, name) for finding in errors)

    def of_page(self, case: Case, finding: Finding) -> bool:
        """Whether a finding of a page as a whole is known."""
        return self._has(case, finding, _holder(case, finding))

    def _has(self, case: Case, finding: Finding, block: str) -> bool:
        return entry_of(finding, self._baseline.page(case.path), block, "") in self._baseline.entries


def options(parsed: argparse.Namespace) -> Known | None:
    """What `--baseline` and `--write-baseline` ask for; None where nothing is to be known. Raises UsageError for a mistake in them."""
    if parsed.write_baseline and not parsed.baseline:
        raise UsageError("--write-baseline: expected --baseline FILE beside it, which names the file to write")
    return Known(Path(parsed.baseline)) if parsed.baseline and not parsed.write_baseline else None


def write(
    path: Path, cases: Mapping[str, Case], verdicts: Iterable[Verdict], found: Mapping[str, Iterable[Finding]]
) -> str:
    """Record the errors of a run; what the run did not look at stays as it was recorded. What was done, in words.

    ``cases`` and ``found``, the findings of pages as a whole, are by the page's name. Raises UsageError where it cannot be written.
    """
    old = baseline.load(path) if path.exists() else Baseline(path, frozenset())
    judged = list(verdicts)
    entries = set(_entries(old, cases, judged, found))
    kept = {entry for entry in old.entries - entries if not _is_answered(entry, old, cases, judged)}
    baseline.write(path, entries | kept)
    stay = f", and {len(kept)} of what this run did not look at" if kept else ""
    return f"baseline {path}: {_count(len(entries))} recorded{stay}"


def compared(
    path: Path, cases: Mapping[str, Case], verdicts: Iterable[Verdict], found: Mapping[str, Iterable[Finding]]
) -> tuple[str, bool]:
    """What of a baseline still is, in words; and whether the run has an error that is not in it."""
    old = baseline.load(path)
    judged = list(verdicts)
    entries = set(_entries(old, cases, judged, found))
    gone = sorted(entry for entry in old.entries - entries if _is_answered(entry, old, cases, judged))
    new = entries - old.entries
    lines = [f"baseline {path}: {len(entries) - len(new)} known, {len(new)} new, {len(gone)} gone"]
    lines += [f"  gone: {entry.page}: {entry.rule}: {entry.message}" for entry in gone]
    if gone:
        lines.append("  take them out with --write-baseline")
    return "\n".join(lines), bool(new)


def _entries(
    old: Baseline, cases: Mapping[str, Case], verdicts: Iterable[Verdict], found: Mapping[str, Iterable[Finding]]
) -> Iterator[Entry]:
    placed = [
        (cases[verdict.block.page], finding, hashes(cases[verdict.block.page].page.blocks)[verdict.block.index])
        for verdict in verdicts
        for finding in verdict.findings
    ]
    placed += [
        (cases[page], finding, _holder(cases[page], finding)) for page, all_of in found.items() for finding in all_of
    ]
    for case, finding, block in placed:
        if finding.level == "error":
            yield entry_of(finding, old.page(case.path), block, case.scrubber().text(finding.message))


def _holder(case: Case, finding: Finding) -> str:
    """The hash of the block that a finding of the page stands in; empty where it stands in none."""
    for name, block in zip(hashes(case.page.blocks), case.page.blocks, strict=True):
        if block.line <= finding.line <= block.page_line(block.text.count("\n")):
            return name
    return ""


def _is_answered(entry: Entry, old: Baseline, cases: Mapping[str, Case], verdicts: Iterable[Verdict]) -> bool:
    """Whether the run would have found it: all of its page was judged, and its block was not skipped; or its page is no more."""
    case = next((case for case in cases.values() if old.page(case.path) == entry.page), None)
    if case is None:
        return not (old.path.resolve().parent / entry.page).exists()
    of_page = [verdict for verdict in verdicts if verdict.block.page == case.page.path]
    if len(of_page) < len(case.roles):
        return False
    names = hashes(case.page.blocks)
    skipped = {names[verdict.block.index] for verdict in of_page if verdict.name == "skipped"}
    return entry.block not in skipped and (entry.block != "" or not skipped)


def _count(number: int) -> str:
    return f"{number} finding" if number == 1 else f"{number} findings"
