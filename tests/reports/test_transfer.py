"""A verdict comes back from a worker as it was."""

from __future__ import annotations

from aswritten.model import Block, Call, Finding, Verdict
from aswritten.reports.transfer import pack, unpack


def test_a_verdict_comes_back_as_it_was() -> None:
    verdict = Verdict(
        block=Block("page.md", 1, 3, 4, "text\n", "python title=x", "python", ("A", "B"), "prose", "g", "f.py", True, "g:1"),
        name="failed",
        language="python",
        reason="given: KEY",
        run_with=(Block("page.md", 0, 1, 2, "before\n", headings=("A",)),),
        seconds=0.5,
        calls=(Call("POST", "https://a.example", 200, "{}", "ü\u2028", "name"),),
        findings=(Finding("run.exit", "error", "page.md", 5, "wrong", "this", "that", "do"),),
        printed="out\x00",
        complained="err",
        not_shut_in="why",
    )  # fmt: skip
    assert unpack(pack(verdict)) == verdict
