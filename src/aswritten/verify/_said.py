"""A verdict, with what the page's author says of its block."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.checks import expected_failure

if TYPE_CHECKING:
    from aswritten.directives import Directives, Variant
    from aswritten.model import Block, Finding, Verdict, VerdictName


def as_said(verdict: Verdict, said: Directives, whole: VerdictName) -> Verdict:
    """The verdict of a block that is to fail as the page says; ``whole`` is its name where nothing else is wrong.

    A block that is not to fail keeps its verdict, and so does one that breaks a rule about pages, which is judged with its page.
    """
    if verdict.name == "skipped":
        return verdict
    findings = expected_failure(verdict.findings, said.fails, verdict.block, said.line("fails", verdict.block.line))
    if findings == verdict.findings:
        return verdict
    failed = any(finding.level == "error" for finding in findings)
    reason = verdict.reason if failed else _joined(verdict.reason, f"fails as the page says: {said.fails}")
    return replace(verdict, name="failed" if failed else whole, reason=reason, findings=findings)


def with_variant(verdict: Verdict, variant: Variant, ran: Verdict) -> Verdict:
    """The verdict of a sample together with what its variant did. The requests and the print stay those of the published bytes."""
    findings = (*verdict.findings, *(_of_variant(finding, variant) for finding in ran.findings))
    return replace(
        verdict,
        name="failed" if ran.has_errors else verdict.name,
        reason=_joined(verdict.reason, f"ran as the variant {variant.name} as well"),
        seconds=round(verdict.seconds + ran.seconds, 3),
        findings=findings,
    )


def changed(block: Block, variant: Variant) -> Block:
    """The block as a reader changes it."""
    return replace(block, text=block.text.replace(variant.old, variant.new))


def _of_variant(finding: Finding, variant: Variant) -> Finding:
    return replace(finding, message=f"as the variant {variant.name}: {finding.message}")


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))
