"""The questions asked of each run, and of each page. A new check is a new module and its name in a list here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks import (
    output_junk,
    output_lost,
    page_documented,
    page_parity,
    request_body,
    request_placeholder,
    request_secret,
    request_unread,
    run_exit,
    run_flood,
    run_no_request,
    run_stray,
    run_timeout,
    run_unknown,
    wire_served,
)
from aswritten.checks._base import Check, Context, PageCheck, PageRun

if TYPE_CHECKING:
    from aswritten.model import Finding, Run

__all__ = ["CHECKS", "PAGE_CHECKS", "Check", "Context", "PageCheck", "PageRun", "judge_page", "judge_run"]

CHECKS: tuple[Check, ...] = (
    run_exit,
    run_timeout,
    run_flood,
    run_no_request,
    run_unknown,
    run_stray,
    request_body,
    request_placeholder,
    request_secret,
    request_unread,
    output_lost,
    output_junk,
    wire_served,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (page_parity, page_documented)


def judge_run(run: Run, context: Context) -> tuple[Finding, ...]:
    """All findings of one run, in the order of CHECKS."""
    return tuple(finding for check in CHECKS for finding in check.check(run, context))


def judge_page(run: PageRun) -> tuple[Finding, ...]:
    """All findings of a page as a whole, by line."""
    found = (finding for check in PAGE_CHECKS for finding in check.check(run))
    return tuple(sorted(found, key=lambda finding: finding.line))
