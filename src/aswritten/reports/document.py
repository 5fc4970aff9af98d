"""The machine-readable report of `aswritten check --json`. Its form is held by `schemas/report.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aswritten.errors import at
from aswritten.files import replace
from aswritten.model import VERDICTS
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aswritten.model import Finding, Verdict


def document(version: str, verdicts: Sequence[Verdict], page_findings: Sequence[Finding]) -> dict[str, Any]:
    """`summary` counts the blocks and each verdict, which add up; `blocks` are in the order of `verdicts`.

    A finding about a block stands with it; one about several blocks of a page stands in the document's own `findings`.
    """
    in_blocks = {(v.block.page, v.block.index): v for v in verdicts if v.name == "output"}
    with_block: dict[tuple[str, int], list[Finding]] = {}
    alone: list[Finding] = []
    for finding in page_findings:
        owner = next((key for key, verdict in in_blocks.items() if _holds(verdict, finding)), None)
        if owner:
            with_block.setdefault(owner, []).append(finding)
        else:
            alone.append(finding)
    return {
        "aswritten": version,
        "summary": summary(verdicts),
        "blocks": [_block(v, [*v.findings, *with_block.get((v.block.page, v.block.index), [])]) for v in verdicts],
        "findings": [page_finding(one) for one in alone],
    }


def summary(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """How many blocks there are, and how many have each verdict; zero where none has."""
    names = [verdict.name for verdict in verdicts]
    return {"blocks": len(names), **{name: names.count(name) for name in VERDICTS}}


def _holds(verdict: Verdict, finding: Finding) -> bool:
    block = verdict.block
    last = block.page_line(block.text.count("\n"))
    return finding.page == block.page and block.line <= finding.line <= last


def _block(verdict: Verdict, findings: list[Finding]) -> dict[str, Any]:
    return {
        "page": verdict.block.page,
        "line": verdict.block.line,
        "language": verdict.language or verdict.block.tag,
        "verdict": verdict.name,
        "reason": verdict.reason,
        "with": [block.line for block in verdict.run_with],
        "seconds": verdict.seconds,
        **({"kept": verdict.kept} if verdict.kept else {}),
        "requests": [{"method": call.method, "url": call.url, "status": call.status} for call in verdict.calls],
        "findings": [_finding(finding) for finding in findings],
    }


def _finding(finding: Finding, *, with_page: bool = False) -> dict[str, Any]:
    page = {"page": finding.page} if with_page else {}
    return {
        "rule": finding.rule,
        "level": finding.level,
        **page,
        "line": finding.line,
        "message": finding.message,
        "expected": finding.expected,
        "got": finding.got,
        "hint": finding.hint,
    }


def page_finding(value: Finding) -> dict[str, Any]:
    """A finding about a page, as reports have it."""
    return _finding(value, with_page=True)


def write(path: Path, value: dict[str, Any], scrubber: Scrubber | None = None) -> None:
    """Write the report whole or not at all, without secrets: those that ``scrubber`` knows, and what looks like one.

    Raises UsageError where it cannot be written.
    """
    text = (scrubber or Scrubber()).text(json.dumps(value, indent=2, ensure_ascii=False))
    try:
        replace(path, text + "\n")
    except OSError as error:
        raise at(path, None, f"the report cannot be written: {error.strerror or error}") from error
