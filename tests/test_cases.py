"""Each rule by a page that breaks it, with the whole finding, and a page beside it that does not.

`tests/cases/RULE/fail.md` must give exactly the findings of `fail.yaml`; `pass.md` must give none. A folder's `aswritten.yaml` and recordings
hold for its pages.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import platformdirs
import pytest
import yaml

from aswritten.checks import rules
from aswritten.contract import RULES as CONTRACT_RULES
from aswritten.verify import Options, Verifier, judge_case, open_case

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())
#: Rules whose case is not a page: they need a machine that lacks something, which tests/test_verify.py makes.
ELSEWHERE = {"run.missing-tool"}


def findings(page: Path) -> list[dict[str, object]]:
    """The findings of all blocks and of the page, as the reports give them, without the page's path."""
    options = Options(cache=platformdirs.user_cache_path("aswritten"))
    case = open_case(page, page.name, options)
    verifier = Verifier(options)
    try:
        verdicts = [verifier.judge(case, role) for role in case.roles]
    finally:
        verifier.close()
    found = [finding for verdict in verdicts for finding in verdict.findings]
    found += judge_case(case, verdicts)
    return [{key: value for key, value in asdict(finding).items() if key != "page"} for finding in found]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_that_breaks_the_rule_gives_the_whole_finding(folder: Path) -> None:
    found = findings(folder / "fail.md")
    assert folder.name in [finding["rule"] for finding in found]
    assert found == yaml.safe_load((folder / "fail.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_page_that_keeps_the_rule_gives_none(folder: Path) -> None:
    assert findings(folder / "pass.md") == []


def test_every_rule_has_a_case() -> None:
    names = {folder.name for folder in FOLDERS}
    assert names - set(rules()) <= {rule.name for rule in CONTRACT_RULES}
    assert set(rules()) - {"wire.*"} - ELSEWHERE <= names
