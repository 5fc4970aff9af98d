"""What people read: a banner for a block that fails, a line for a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.model import Call, Finding, Verdict

#: Characters of a body or an output that a banner shows.
_SHOWN = 600
#: Rules whose source line is not repeated: it holds what must not be printed.
_SILENT = frozenset({"request.secret"})


def banner(verdict: Verdict) -> str:
    """The findings of a block with their places, then what was sent, what came back, and what was printed."""
    parts = [finding_text(finding, _source_line(verdict, finding)) for finding in verdict.findings]
    silent = any(finding.rule in _SILENT for finding in verdict.findings)
    parts += [_call(call) for call in verdict.calls]
    if not silent:
        parts += [_output("the sample printed", verdict.printed), _output("on standard error", verdict.complained)]
    return "\n".join(part for part in parts if part)


def page_banner(findings: Sequence[Finding], text: str) -> str:
    """The findings of a page as a whole, with the lines of the page's text that they are about."""
    lines = text.splitlines()
    return "\n".join(finding_text(finding, "".join(lines[finding.line - 1 : finding.line])) for finding in findings)


def finding_text(finding: Finding, source: str = "") -> str:
    """Several lines: place, level, rule and message; the source line; expected, got and hint where there are any."""
    lines = [f"{finding.page}:{finding.line}: {finding.level}: {finding.message} [{finding.rule}]"]
    if source.strip() and finding.rule not in _SILENT:
        shown = source if len(source) <= _SHOWN else f"{source[:_SHOWN]} …"
        lines.append(f"  {finding.line:>5} | {shown}")
    for label, text in (("expected", finding.expected), ("got", finding.got), ("hint", finding.hint)):
        if text:
            lines.append(f"  {label + ':':<9} {_indented(text)}")
    return "\n".join(lines)


def _source_line(verdict: Verdict, finding: Finding) -> str:
    lines = verdict.block.text.splitlines()
    index = finding.line - verdict.block.first_line
    return lines[index] if 0 <= index < len(lines) else ""


def _call(call: Call) -> str:
    origin = f" (recording {call.recording})" if call.recording else ""
    sent = f"  sent:      {call.method} {call.url}"
    if call.sent:
        sent += f"\n             {_cut(call.sent)}"
    return f"{sent}\n  came back: {call.status}{origin}\n             {_cut(call.served)}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]} … ({len(text)} characters)"


def _output(label: str, text: str) -> str:
    if not text.strip():
        return ""
    shown = text if len(text) <= _SHOWN else f"… {text[-_SHOWN:]}"
    return f"  {label}:\n" + "\n".join(f"    {line}" for line in shown.rstrip().splitlines())


def _indented(text: str) -> str:
    return text.replace("\n", "\n            ")
