"""What samples asked and got, as fixtures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.errors import UsageError
from aswritten.record._ask import NOT_NOW
from aswritten.record._fetch import Nothing
from aswritten.record._keep import Kept, keep
from aswritten.record._made import source_of
from aswritten.record._run import STUCK, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aswritten.record._keep import Result
    from aswritten.record._taken import Taken
    from aswritten.recordings import Recording
    from aswritten.scrub import Scrubber


def keep_taken(taken: Iterable[Taken], tool: str, scrubber: Scrubber, *, force: bool) -> Iterator[Outcome]:
    """What becomes of each request, in order: what came to it in one run, turn by turn, is one recording. ``tool``: see `Access`.

    The last answer must be a success, or have the status with which the fixture that there is ends; the ones before it may be of
    any (a 429 after which the sample tried again). Where a file cannot be written, the rest is not tried.
    """
    stuck = ""
    for one in taken:
        kept = one.stays or _without_answer(one) or (Kept("not-recorded", "set-up", stuck) if stuck else None)
        if kept:
            yield Outcome(one.place, one.path, kept)
            continue
        came = scrubber.recording(_recording(one, tool))
        try:
            kept = _keep(one, came, scrubber, force=force)
        except UsageError as error:
            kept = Kept("not-recorded", "set-up", str(error).removeprefix(f"{one.path}: "))
            stuck = STUCK
        yield Outcome(one.place, one.path, kept, came)


def _without_answer(one: Taken) -> Kept | None:
    """That nothing came that says anything; None where something did."""
    answers = one.answers
    none: Result = "kept" if one.path.exists() else "not-recorded"
    if not answers:
        nothing = one.nothing or Nothing("no answer came while the sample ran")
        return Kept(none, nothing.cause, nothing.why)
    if answers[-1].wrong and answers[-1].response.status in NOT_NOW:
        return Kept(none, "set-up", f"{answers[-1].host} does not answer now: {answers[-1].wrong}")
    return None


def _recording(one: Taken, tool: str) -> Recording:
    answers = one.answers
    return replace(
        one.asked.recording,
        name=one.path.stem,
        path=one.path,
        source=source_of(answers[-1].host, tool),
        responses=tuple(answer.response for answer in answers),
    )


def _keep(one: Taken, came: Recording, scrubber: Scrubber, *, force: bool) -> Kept:
    answers = one.answers
    refused = next((answer.cut for answer in answers if answer.cut), "") or answers[-1].wrong
    ended = all(answer.ended for answer in answers)
    return keep(came, scrubber, profile=one.profile, force=force, refused=refused, ended=ended)
