"""One engine for the tests of a module, and a page of one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from verifying import CACHE, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aswritten.model import Verdict


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One engine, and one mock, for all of these."""
    opened = Verifier(Options(cache=CACHE))
    yield opened
    opened.close()


@pytest.fixture
def judged(tmp_path: Path, verifier: Verifier) -> Callable[[str, str], Verdict]:
    """The verdict of the one block of a page, by its tag and its text."""

    def judge(tag: str, source: str) -> Verdict:
        (tmp_path / "page.md").write_text(f"```{tag}\n{source}\n```\n", encoding="utf-8")
        case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
        return verifier.judge(case, case.roles[0])

    return judge


@pytest.fixture
def all_judged(tmp_path: Path, verifier: Verifier) -> Callable[[str], list[Verdict]]:
    """The verdicts of all blocks of a page, by its text."""

    def judge(text: str) -> list[Verdict]:
        return verdicts(page(tmp_path, text), verifier)

    return judge
