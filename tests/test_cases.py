"""Each rule by pages that break it, with the whole findings, and pages beside them that do not.

`tests/cases/RULE/NAME.fail.md` must give exactly the findings of `NAME.fail.yaml`, and `NAME.pass.md`, which does the same thing well, none.
A `NAME.pass.md` alone is a page that is as it should be though it looks like one that breaks the rule. A folder's `aswritten.yaml` and
recordings hold for its pages.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest
import yaml

from aswritten.checks import rules
from aswritten.contract import RULES as CONTRACT_RULES
from aswritten.verify import Options, Verifier, judge_case, open_case

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent / "cases"
FAILING = sorted(CASES.glob("*/*.fail.md"))
PASSING = sorted(CASES.glob("*/*.pass.md"))
#: Rules whose case is not a page: they need a machine that lacks something (tests/verify/test_verify.py), or a client that leaves just in time
#: (tests/checks/test_request_unread.py).
ELSEWHERE = {"run.missing-tool", "request.unread-response"}
OPTIONS = Options(cache=platformdirs.user_cache_path("aswritten"))


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    verifier = Verifier(OPTIONS)
    yield verifier
    verifier.close()


def findings(page: Path, verifier: Verifier) -> list[dict[str, object]]:
    """The findings of all blocks and of the page, as the reports give them, without the page's path."""
    case = open_case(page, page.name, OPTIONS)
    verdicts = [verifier.judge(case, role) for role in case.roles]
    found = [finding for verdict in verdicts for finding in verdict.findings]
    found += judge_case(case, verdicts)
    return [{key: value for key, value in asdict(finding).items() if key != "page"} for finding in found]


def name(page: Path) -> str:
    return f"{page.parent.name}/{page.stem}"


@pytest.mark.parametrize("page", FAILING, ids=name)
def test_a_page_that_breaks_the_rule_gives_the_whole_finding(page: Path, verifier: Verifier) -> None:
    found = findings(page, verifier)
    assert page.parent.name in [finding["rule"] for finding in found]
    assert found == yaml.safe_load(page.with_suffix(".yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PASSING, ids=name)
def test_a_page_that_keeps_the_rule_gives_none(page: Path, verifier: Verifier) -> None:
    assert findings(page, verifier) == []


def test_every_rule_has_a_case_and_every_case_a_twin() -> None:
    names = {page.parent.name for page in FAILING}
    assert names - set(rules()) <= {rule.name for rule in CONTRACT_RULES}
    assert set(rules()) - {"wire.*"} - ELSEWHERE <= names
    assert [page for page in FAILING if page.with_name(page.name.replace(".fail.", ".pass.")) not in PASSING] == []
