"""What an API answers today, compared in shape with the fixtures that there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.drift import Compared, compare
from aswritten.errors import UsageError
from aswritten.record._fetch import Came, Nothing, fetch_all
from aswritten.recordings import Recording, load_recording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.record._ask import Budget
    from aswritten.record._fetch import Access
    from aswritten.record._scenarios import Scenario


def check(scenarios: Sequence[Scenario], access: Access, budget: Budget) -> Iterator[Compared]:
    """What changed in the fixture of each scenario, in their order, as soon as it is known. Nothing is written.

    An answer of another status than the fixture's is a change. What did not come, or not to its end, could not be checked.
    """
    there = {one.place: _there(one) for one in scenarios}
    coming = fetch_all([one for one in scenarios if isinstance(there[one.place], Recording)], access, budget)
    for one in scenarios:
        old, name = there[one.place], one.asked.path.as_posix()
        if isinstance(old, str):
            yield Compared(name, "not-checked", reason=old)
        else:
            yield _compared(name, old, next(coming)[1])


def _there(one: Scenario) -> Recording | str:
    """The fixture; why there is none to compare with, else."""
    path = one.asked.path
    if not path.exists():
        return "there is no fixture yet: record it first"
    try:
        return load_recording(path)
    except UsageError as error:
        return str(error).removeprefix(f"{path}:")


def _compared(name: str, old: Recording, came: Came | Nothing) -> Compared:
    if isinstance(came, Nothing):
        return Compared(name, "not-checked", reason=came.why)
    if not came.ended:
        return Compared(name, "not-checked", reason=came.refused)
    try:
        return Compared.of(name, compare(old, came.scrubber.recording(came.recording)))
    except UsageError as error:
        return Compared(name, "not-checked", reason=str(error))
