"""The story of a recorder: each scenario is asked, and what comes is kept or refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.errors import UsageError
from aswritten.record._fetch import Came, Nothing, fetch_all
from aswritten.record._keep import Kept, beforehand, keep
from aswritten.record._lock import alone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aswritten.record._ask import Budget
    from aswritten.record._fetch import Access
    from aswritten.record._scenarios import Scenario
    from aswritten.recordings import Recording

#: Why nothing more is done where a file could not be written.
STUCK = "not asked, as nothing can be written"


@dataclass(frozen=True, slots=True)
class Rules:
    """What is kept."""

    profile: str = ""
    """Whose contract holds; empty: that of each scenario's provider."""
    force: bool = False
    """Also over what somebody wrote by hand."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one scenario, or of what a sample asked."""

    place: str
    """``file:line`` of it."""
    path: Path
    """Of the recording that it makes."""
    kept: Kept
    came: Recording | None = None
    """What came, with whatever secrets it holds; None where nothing did."""


def record(scenarios: Sequence[Scenario], access: Access, rules: Rules, budget: Budget) -> Iterator[Outcome]:
    """What became of each scenario, in their order, as soon as it is known.

    A fixture that somebody wrote into by hand costs no call. Where a file cannot be written, the rest is not asked.
    Raises UsageError where another recorder writes to the same folders.
    """
    with alone(one.asked.path.parent for one in scenarios):
        known = {one.place: beforehand(one.asked.path, force=rules.force) for one in scenarios}
        coming = fetch_all([one for one in scenarios if not known[one.place]], access, budget)
        stuck = ""
        for one in scenarios:
            if kept := known[one.place]:
                yield Outcome(one.place, one.asked.path, kept)
            elif stuck:
                yield Outcome(one.place, one.asked.path, Kept("not-recorded", "set-up", stuck))
            else:
                _, came = next(coming)
                outcome, stuck = _outcome(one, came, rules)
                yield outcome


def _outcome(one: Scenario, came: Came | Nothing, rules: Rules) -> tuple[Outcome, str]:
    """What became of a scenario, and why the others need not be asked; empty where they are."""
    if isinstance(came, Nothing):
        return Outcome(one.place, one.asked.path, Kept("not-recorded", came.cause, came.why)), ""
    profile = rules.profile or one.provider
    try:
        kept = keep(
            came.recording, came.scrubber, profile=profile, force=rules.force, refused=came.refused, ended=came.ended
        )
    except UsageError as error:
        why = str(error).removeprefix(f"{one.asked.path}: ")
        return Outcome(one.place, one.asked.path, Kept("not-recorded", "set-up", why)), STUCK
    return Outcome(one.place, one.asked.path, kept, came.recording), ""
