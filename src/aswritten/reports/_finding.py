"""A finding as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.model import Finding

#: Characters of a body, an output or a source line that is shown.
SHOWN = 600
#: Rules whose source line is not repeated: it holds what must not be printed.
SILENT = frozenset({"request.secret"})


def finding_text(finding: Finding, source: str = "") -> str:
    """Several lines: place, level, rule and message; the source line; expected, got and hint where there are any."""
    lines = [f"{finding.page}:{finding.line}: {finding.level}: {finding.message} [{finding.rule}]"]
    if source.strip() and finding.rule not in SILENT:
        shown = source if len(source) <= SHOWN else f"{source[:SHOWN]} …"
        lines.append(f"  {finding.line:>5} | {shown}")
    for label, text in (("expected", finding.expected), ("got", finding.got), ("hint", finding.hint)):
        if text:
            lines.append(f"  {label + ':':<9} {_indented(text)}")
    return "\n".join(lines)


def _indented(text: str) -> str:
    return text.replace("\n", "\n            ")
