"""The questions asked of each run, and of each page. A new check is a new module and its name in a list here."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from aswritten.checks import (
    output_junk,
    output_lost,
    page_directive,
    page_documented,
    page_parity,
    page_print,
    page_unclassified,
    page_unclosed,
    page_untold,
    page_wrong_language,
    request_arguments,
    request_body,
    request_media_type,
    request_option,
    request_path,
    request_placeholder,
    request_secret,
    request_unread,
    run_exit,
    run_flood,
    run_install,
    run_no_request,
    run_stray,
    run_timeout,
    run_unknown,
    wire_served,
)
from aswritten.checks._base import Check, Context, PageCheck, PageRun, answered, is_chat, is_telemetry
from aswritten.checks._elsewhere import about_another_api, elsewhere, is_side_file, reads_beside
from aswritten.checks._undefined import missing_name
from aswritten.contract import RULES as CONTRACT_RULES
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from aswritten.model import Block, Finding, Run

__all__ = [
    "CHECKS",
    "PAGE_CHECKS",
    "Check",
    "Context",
    "PageCheck",
    "PageRun",
    "about_another_api",
    "answered",
    "expected_failure",
    "explain",
    "is_chat",
    "is_side_file",
    "judge_page",
    "judge_run",
    "missing_name",
    "missing_tool",
    "not_compared",
    "not_installed",
    "reads_beside",
    "rules",
    "unclassified",
    "unquoted",
    "untold",
    "wrong_language",
]

CHECKS: tuple[Check, ...] = (
    run_exit,
    run_timeout,
    run_flood,
    run_no_request,
    run_unknown,
    run_stray,
    request_arguments,
    request_body,
    request_media_type,
    request_option,
    request_path,
    request_placeholder,
    request_secret,
    request_unread,
    output_lost,
    output_junk,
    wire_served,
)
PAGE_CHECKS: tuple[PageCheck, ...] = (page_parity, page_documented, page_print, page_unclosed, page_directive)

#: What a sample may well do that is answered with a status nobody expects.
_FOLLOWING = frozenset({"run.exit", "run.timeout", "output.junk", "output.lost-content"})
#: Everything that names rules, and says in its docstring what they mean.
_EXPLAINED: tuple[Any, ...] = (*CHECKS, *PAGE_CHECKS, page_unclassified, page_untold, page_wrong_language, run_install)
#: Rules whose findings are made of a page as a whole.
_PAGE_RULES = frozenset(rule for check in PAGE_CHECKS for rule in check.RULES)
missing_tool = run_install.missing_tool
not_compared = page_print.not_compared
not_installed = run_install.not_installed
unquoted = run_install.unquoted
unclassified = page_unclassified.unclassified
untold = page_untold.untold
wrong_language = page_wrong_language.wrong_language


def judge_run(run: Run, context: Context) -> tuple[Finding, ...]:
    """All findings of one run, in the order of CHECKS.

    What follows from a request's not being answered is none where nobody was to answer it.
    """
    found = (finding for check in CHECKS for finding in check.check(run, context))
    missed = [one for one in run.exchanges if not one.recording]
    unanswered = any(elsewhere(one, context) and not is_telemetry(one.request, run, context) for one in missed)
    if not unanswered:
        return tuple(found)
    own = frozenset({"run.exit"}) if run_exit.follows_from_source(run, context) else frozenset()
    kept = tuple(one for one in found if one.rule not in _FOLLOWING - own or output_junk.is_of_source(one, run))
    missing = None if own else missing_name(context)
    return (missing, *kept) if missing else kept


def judge_page(run: PageRun) -> tuple[Finding, ...]:
    """All findings of a page as a whole, by line."""
    found = [finding for check in PAGE_CHECKS for finding in check.check(run)]
    found = page_directive.expected_of_page(run, found, _PAGE_RULES)
    found += page_directive.unknown_rules(run, {*rules(), *(rule.name for rule in CONTRACT_RULES)})
    return tuple(sorted(found, key=lambda finding: finding.line))


def expected_failure(findings: tuple[Finding, ...], rule: str, block: Block, line: int) -> tuple[Finding, ...]:
    """The findings of a block whose page says, at ``line``, that it breaks ``rule``; as they are for no rule, or one about pages."""
    if not rule or rule in _PAGE_RULES:
        return findings
    return page_directive.expected_failure(findings, rule, block, line)


def rules() -> tuple[str, ...]:
    """The names of all rules, sorted; those of the contract as the family `wire.*`."""
    return tuple(sorted(rule for module in _EXPLAINED for rule in module.RULES))


def explain(rule: str) -> str:
    """What a rule means. Raises UsageError for a rule that does not exist, naming those that do."""
    for one in CONTRACT_RULES:
        if one.name == rule:
            of_request = rule.startswith("wire.request-") or rule == "wire.unknown-parameter"
            about = (request_body if of_request else wire_served).__doc__ or ""
            return f"{one.reason} ({rule}, level {one.level} where no profile says otherwise; {one.source})\n\n{about.strip()}"
    for module in _EXPLAINED:
        if rule in module.RULES:
            return (module.__doc__ or "").strip()
    near = difflib.get_close_matches(rule, rules(), 1)
    perhaps = f"Perhaps {near[0]}? " if near else ""
    raise UsageError(f"there is no rule {rule!r}. {perhaps}`aswritten explain` lists them")
