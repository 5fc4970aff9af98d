"""What the page's author says of a block (`aswritten: …` in a comment, or `directives` in the settings) does not hold.

`page.directive`: it says nothing known, stands above no block, or above one of which it cannot be so. `page.unexpected-pass`: the block was to
fail by one rule (`fails RULE`), and that rule finds nothing wrong with it: the comment is out of date, or the sample fails in another way.
"""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from aswritten.checks._base import PageRun
    from aswritten.directives import Directives
    from aswritten.model import Block, Verdict

RULES = ("page.directive", "page.unexpected-pass")

#: Verdicts of blocks that ran, or would have.
_OF_SAMPLES = frozenset({"passed", "failed", "continuation", "skipped"})
#: What can be said of samples alone.
_ABOUT_RUNS = ("fails", "prints", "variables", "variant")


def check(run: PageRun) -> Iterator[Finding]:
    """What cannot be understood, or cannot be so of its block."""
    for said, block in zip(run.said, run.page.blocks, strict=True) if run.said else ():
        for line, mistake in said.mistakes:
            yield _mistake(run.page.path, line, mistake)
        for variant in said.directives.variants:
            if variant.old not in block.text:
                line = said.directives.line("variant", block.line)
                yield _mistake(run.page.path, line, f"variant {variant.name}: the block below holds no `{variant.old}`")
        verdict = run.verdicts.get(block.index)
        if verdict is not None:
            yield from _misplaced(said.directives, verdict)
    for name in run.unknown:
        message = f"the settings say something of a block {name}, and no block of this page has that hash"
        hint = f"did the block change? `aswritten list {run.page.path}` shows the hashes"
        yield replace(_mistake(run.page.path, 1, message), hint=hint)


def unknown_rules(run: PageRun, known: Collection[str]) -> Iterator[Finding]:
    """What a block is to break, and is no rule."""
    for said, block in zip(run.said, run.page.blocks, strict=True) if run.said else ():
        rule = said.directives.fails
        if rule and rule not in known:
            near = difflib.get_close_matches(rule, known, 1)
            perhaps = f" Perhaps {near[0]}?" if near else ""
            line = said.directives.line("fails", block.line)
            yield _mistake(run.page.path, line, f"there is no rule {rule!r}.{perhaps} `aswritten explain` lists them")


def expected_failure(findings: Sequence[Finding], rule: str, block: Block, line: int) -> tuple[Finding, ...]:
    """The findings of a block that is to break ``rule``: its errors are told for information, and that there is none is an error.

    ``line`` is where the page says so.
    """
    if not any(finding.rule == rule and finding.level == "error" for finding in findings):
        return (*findings, _unexpected(block, rule, line, findings))
    return tuple(
        replace(finding, level="info", message=f"{finding.message} (as the page says)")
        if finding.rule == rule
        else finding
        for finding in findings
    )


def expected_of_page(run: PageRun, findings: Sequence[Finding], rules: Collection[str]) -> list[Finding]:
    """The findings of a page, with those of blocks that are to break one of ``rules``, the rules about pages."""
    found = list(findings)
    for said, block in zip(run.said, run.page.blocks, strict=True) if run.said else ():
        rule = said.directives.fails
        verdict = run.verdicts.get(block.index)
        if rule not in rules or verdict is None or verdict.name == "skipped":
            continue
        here = [finding for finding in found if finding.rule == rule and _holds(block, finding)]
        rest = [finding for finding in found if finding not in here]
        found = [*rest, *expected_failure(here, rule, block, said.directives.line("fails", block.line))]
    return found


def _holds(block: Block, finding: Finding) -> bool:
    return block.line <= finding.line <= block.page_line(block.text.count("\n"))


def _misplaced(said: Directives, verdict: Verdict) -> Iterator[Finding]:
    """What is said of a block that does not run."""
    if verdict.name in _OF_SAMPLES:
        return
    words = [word for word in _ABOUT_RUNS if getattr(said, "variants" if word == "variant" else word)]
    for word in words:
        # A documented answer can be wrong on purpose, and so can an install.
        if word == "fails" and verdict.name in {"install", "output"}:
            continue
        message = f"`{word}` is said of a block that is no sample, but `{verdict.name}`: {verdict.reason}"
        yield _mistake(verdict.block.page, said.line(word, verdict.block.line), message)


def _mistake(page: str, line: int, message: str) -> Finding:
    return Finding("page.directive", "error", page, line, message)


def _unexpected(block: Block, rule: str, line: int, findings: Sequence[Finding]) -> Finding:
    others = sorted({finding.rule for finding in findings if finding.level == "error"})
    return Finding(
        "page.unexpected-pass",
        "error",
        block.page,
        line,
        f"the block is said to fail by {rule}, and does not",
        expected=rule,
        got=", ".join(others) or "nothing wrong with it",
        hint="is the sample mended? Then take `fails` away, else name the rule that it breaks",
    )
