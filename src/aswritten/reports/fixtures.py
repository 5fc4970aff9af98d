"""The fixtures that there are: as lines that people read, and as the JSON of `aswritten fixtures --json`.

The form of the JSON is held by `schemas/fixtures-report.schema.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aswritten.reports._finding import finding_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.inventory import Kept, Unaged
    from aswritten.model import Finding
    from aswritten.recordings import Source

_HEAD = ("fixture", "origin", "date", "age", "size", "responses/reads", "used by")
_KINDS = ("recorded", "imported", "documented", "composed")


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is to tell of a folder of fixtures."""

    kept: Sequence[Kept]
    findings: Sequence[Finding] = ()
    unaged: Sequence[Unaged] = ()
    samples: Samples | None = None
    """None where no sample was asked which fixtures it uses."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples that were asked which fixtures they use."""

    ran: int
    failed: int
    """Of those that ran. What they would have asked for had they gone on is not known."""
    skipped: Sequence[tuple[str, str]]
    """(`PAGE::BLOCK`, reason): of these nothing is known."""


def document(version: str, listing: Listing) -> dict[str, Any]:
    """`summary` counts; `fixtures` are in the order of the listing."""
    samples = listing.samples
    return {
        "aswritten": version,
        "summary": {
            "fixtures": len(listing.kept),
            "findings": len(listing.findings),
            "not-checked": len(listing.unaged),
        },
        "fixtures": [_fixture(one) for one in listing.kept],
        "findings": [_finding(one) for one in listing.findings],
        "not-checked": [{"fixture": str(one.recording.path), "reason": one.reason} for one in listing.unaged],
        "samples": samples
        and {
            "ran": samples.ran,
            "failed": samples.failed,
            "skipped": [{"sample": name, "reason": reason} for name, reason in samples.skipped],
        },
    }


def lines(listing: Listing) -> Iterator[str]:
    """A line a fixture, in columns; the findings; what was not checked and why; and the sum."""
    rows = [_HEAD, *(_row(one) for one in listing.kept)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield from map(finding_text, listing.findings)
    if listing.unaged:
        yield "age not checked:"
    for one in listing.unaged:
        yield f"  {one.recording.name} ({one.reason})"
    if listing.samples:
        yield from _of_samples(listing.samples)
    yield _sum(listing)


def _row(one: Kept) -> tuple[str, ...]:
    recording = one.recording
    reads = sum(len(response.reads) for response in recording.responses)
    age = "unknown" if one.age is None else f"{one.age} d"
    return (
        recording.name,
        f"{recording.source.kind} {_place(recording.source)}",
        recording.source.date or "unknown",
        age,
        _bytes(one.size),
        f"{len(recording.responses)}/{reads}",
        _users(one.used_by),
    )


def _place(source: Source) -> str:
    """Where it comes from, shortly."""
    if source.kind == "composed":
        return "by hand"
    if source.kind == "documented":
        return source.page + (f":{source.line}" if source.line else "")
    return source.host


def _users(users: tuple[str, ...] | None) -> str:
    """The samples, those of a page behind each other: `docs/chat.md::L41-python L80-curl`."""
    if users is None:
        return "not asked (--samples)"
    pages: dict[str, list[str]] = {}
    for user in users:
        page, _, block = user.rpartition("::")
        pages.setdefault(page, []).append(block)
    return ", ".join(f"{page}::{' '.join(blocks)}" for page, blocks in pages.items()) or "no sample"


def _bytes(size: int) -> str:
    return f"{size} B" if size < 1000 else f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def _of_samples(samples: Samples) -> Iterator[str]:
    yield f"samples: {samples.ran} ran, {samples.failed} of them failed, {len(samples.skipped)} did not run"
    for name, reason in samples.skipped:
        yield f"  {name}: {reason}: what it uses is not known"


def _sum(listing: Listing) -> str:
    kinds = [one.recording.source.kind for one in listing.kept]
    by_kind = ", ".join(f"{kinds.count(kind)} {kind}" for kind in _KINDS if kind in kinds)
    return f"{_count(len(kinds), 'fixture')}: {by_kind}; {_count(len(listing.findings), 'finding')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _fixture(one: Kept) -> dict[str, Any]:
    recording = one.recording
    source = recording.source
    return {
        "name": recording.name,
        "path": str(recording.path),
        "kind": source.kind,
        "host": source.host,
        "page": source.page,
        "line": source.line,
        "date": source.date or None,
        "age": one.age,
        "bytes": one.size,
        "responses": len(recording.responses),
        "reads": sum(len(response.reads) for response in recording.responses),
        "used_by": None if one.used_by is None else list(one.used_by),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "fixture": finding.page,
        "message": finding.message,
        "expected": finding.expected,
        "got": finding.got,
        "hint": finding.hint,
    }
