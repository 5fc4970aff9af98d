"""Scores: a test that counts what it tried says so in the summary of the run, with or without workers.

`record_property("score", (what, right, all))` in any number of tests makes one line for each ``what``.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings

# How long an example takes is a matter of the machine and of what else it does.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def index_is_pypi(monkeypatch: pytest.MonkeyPatch) -> None:
    """What uv asks is PyPI itself, whatever it is on this machine: what it lacks is nowhere to be had."""
    monkeypatch.setattr("aswritten.environments._registry.is_mirror_of_pypi", lambda _: False)


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
