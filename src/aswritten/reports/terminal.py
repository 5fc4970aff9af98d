"""What people read: a banner for a block that fails, a line for a verdict, a summary that adds up."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aswritten.model import VERDICTS
from aswritten.reports._finding import SHOWN, SILENT, finding_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aswritten.model import Call, Finding, Level, Verdict

#: Lines of an output that a banner shows.
_LINES = 16
_LEVELS: tuple[Level, ...] = ("error", "warning", "info")


def banner(verdict: Verdict) -> str:
    """The findings of a block with their places, then what was sent, what came back, and what was printed.

    Findings of level info are left to the JSON report.
    """
    shown = sorted((f for f in verdict.findings if f.level != "info"), key=lambda f: _LEVELS.index(f.level))
    parts = [finding_text(finding, _source_line(verdict, finding)) for finding in shown]
    parts += [_call(call) for call in verdict.calls]
    if not any(finding.rule in SILENT for finding in verdict.findings):
        parts.append(_output("the sample printed", verdict.printed))
        if any(finding.rule.startswith("run.") for finding in verdict.findings):
            parts.append(_output("on standard error", verdict.complained))
    return "\n".join(part for part in parts if part)


def page_banner(findings: Sequence[Finding], text: str) -> str:
    """The findings of a page as a whole, with the lines of the page's text that they are about."""
    lines = text.splitlines()
    shown = (finding for finding in findings if finding.level != "info")
    return "\n".join(finding_text(finding, "".join(lines[finding.line - 1 : finding.line])) for finding in shown)


def outcome(verdict: Verdict) -> str:
    """A verdict in a few words, for the line of a block: `passed 0.9 s, 1 warning`, `skipped: the reason`."""
    if verdict.name == "skipped":
        return f"skipped: {verdict.reason}"
    seconds = f" {verdict.seconds:.1f} s" if verdict.seconds else ""
    found = levels(finding for finding in verdict.findings if finding.level != "info")
    kept = f", kept from {verdict.kept[:10]}" if verdict.kept else ""
    return f"{verdict.name}{seconds}" + (f", {found}" if found else "") + kept


def levels(findings: Iterable[Finding]) -> str:
    """How many findings of each level there are: `2 errors, 1 warning`; empty where there are none."""
    counts = Counter(finding.level for finding in findings)
    return ", ".join(_count(counts[level], level) for level in _LEVELS if counts[level])


def remarks(verdicts: Sequence[Verdict], by_page: Mapping[str, Sequence[Finding]]) -> list[str]:
    """What is worth knowing though it fails nothing: the warnings that stand in no banner, and how samples were led to the mock."""
    mild = [finding for verdict in verdicts if verdict.name != "failed" for finding in verdict.findings]
    mild += [f for found in by_page.values() if not any(one.level == "error" for one in found) for f in found]
    lines = [finding_text(finding) for finding in mild if finding.level == "warning"]
    lines += [
        f"samples were not shut in ({why}): their clients' own settings led them to the mock,"
        " but nothing kept them from the network and from files outside of their folder"
        for why in dict.fromkeys(verdict.not_shut_in for verdict in verdicts if verdict.not_shut_in)
    ]
    return lines


def summary(verdicts: Sequence[Verdict], by_page: Mapping[str, Sequence[Finding]], blocks: int, seconds: float) -> str:
    """One line in which the verdicts add up to the `blocks` of the pages, and the findings to what the banners show."""
    counts = Counter(verdict.name for verdict in verdicts)
    names = ", ".join(f"{counts[name]} {name}" for name in VERDICTS if counts[name])
    kept = sum(bool(verdict.kept) for verdict in verdicts)
    names += f" (of which {kept} kept: `--no-cache` runs all)" if kept else ""
    left = blocks - len(verdicts)
    shown = f"{len(verdicts)} of {_count(blocks, 'block')}" if left else _count(blocks, "block")
    found = [finding for verdict in verdicts for finding in verdict.findings]
    found += [finding for findings in by_page.values() for finding in findings]
    of_info = [finding for finding in found if finding.level == "info"]
    counted = levels(finding for finding in found if finding.level != "info")
    notes = f"; {_count(len(of_info), 'note')} that only --json shows" if of_info else ""
    return f"{shown}: {names}; {counted or 'no findings'}{notes}; {seconds:.1f} s"


def _source_line(verdict: Verdict, finding: Finding) -> str:
    for block in (verdict.block, *verdict.run_with):
        for number, line in enumerate(block.text.splitlines(), 1):
            if block.page_line(number) == finding.line:
                return line
    return ""


def _call(call: Call) -> str:
    origin = f" (recording {call.recording})" if call.recording else ""
    sent = f"  sent:      {call.method} {call.url}"
    if call.sent:
        sent += f"\n             {_cut(call.sent)}"
    return f"{sent}\n  came back: {call.status}{origin}\n             {_cut(call.served)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]} … ({len(text)} characters)"


def _output(label: str, text: str) -> str:
    """The end of an output. What a carriage return wrote over (progress meters) is not shown."""
    lines = [line.rsplit("\r", 1)[-1] for line in text.rstrip().split("\n")]
    kept = "\n".join(lines[-_LINES:])[-SHOWN:]
    if not kept.strip():
        return ""
    start = "" if len(kept) == len("\n".join(lines)) else " (its end)"
    return f"  {label}{start}:\n" + "\n".join(f"    {line}" for line in kept.split("\n"))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
