"""Scores: a test that counts what it tried says so in the summary of the run, with or without workers.

`record_property("score", (what, right, all))` in any number of tests makes one line for each ``what``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import settings

if TYPE_CHECKING:
    import pytest

# How long an example takes is a matter of the machine and of what else it does.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "score":
                    what, good, tried = value
                    right[what] += good
                    total[what] += tried
    for what in sorted(total):
        terminalreporter.write_line(f"{what}: {right[what]} of {total[what]} ({right[what] / total[what]:.1%})")
