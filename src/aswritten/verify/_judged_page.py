"""What is wrong with a page as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from aswritten.checks import PageRun, judge_page
from aswritten.verify._doors import profile_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.model import Finding, Verdict
    from aswritten.verify._case import Case


def judge_case(case: Case, verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """The findings of a page as a whole, from the verdicts of those of its blocks that were selected."""
    by_index = {verdict.block.index: verdict for verdict in verdicts}
    profile = partial(profile_for, case.settings.profile)
    return judge_page(
        PageRun(
            case.page,
            by_index,
            case.documents(),
            profile,
            exact=case.settings.matching == "recorded",
            said=case.said,
            unknown=case.unknown,
        )
    )
