"""Every rule is explained, whoever makes its findings."""

from __future__ import annotations

import pytest

from aswritten.checks import explain, rules
from aswritten.cli import main
from aswritten.contract import RULES

NAMES = sorted({*rules(), *(rule.name for rule in RULES)})


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_is_explained(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule]) == 0
    said = capsys.readouterr().out
    assert len(said) > 60
    family = rule.split(".", maxsplit=1)[0]
    assert family == "wire" or explain(rule) == said.strip()


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert {"page.directive", "page.unexpected-pass", *rules()} <= set(capsys.readouterr().out.split())
