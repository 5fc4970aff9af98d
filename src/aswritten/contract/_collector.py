"""Keeps what is wrong with one body: each different problem once, with its count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.contract._deviations import Uses
from aswritten.contract._problem import Problem, expected_got, path_text, pattern_of
from aswritten.contract._schemas import quick_check_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aswritten.contract._objects import Kind
    from aswritten.contract._profile import Profile
    from aswritten.contract._rule import Found, Rule

#: Different problems that are told of one body; what comes beyond is only counted, so that memory stays bounded.
LIMIT = 100


class Collector:
    """The problems of one body under one profile, in the order of their first coming."""

    def __init__(self, profile: Profile, *, notes_uses: bool = False) -> None:
        self.profile = profile
        self.notes_uses = notes_uses
        """Whether `uses` are wanted of the bodies as well: that takes a look at each body that does not keep the base."""
        self.uses = Uses(profile)
        self.only_relaxes = not any(deviation.replaces for deviation in profile.deviations)
        """Whether what keeps the base keeps the profile: a schema that stands in for another one may ask for more."""
        self._quick: dict[Kind, Callable[[object], bool]] = {}
        self._problems: dict[tuple[str, str, str], Problem] = {}
        self._beyond = 0

    def tell(self, rule: Rule, found: Iterable[Found], event: int | None = None) -> None:
        """Takes in what breaks a rule, at the level that the rule has under the profile.

        ``event`` is the number of the event that is being judged, None for the whole. Places that differ only in
        indexes are one problem.
        """
        for place in found:
            ruling = self.profile.ruling(rule.name)
            if ruling is not None:
                self.uses.add(ruling)
            level = self.profile.level(rule.name, rule.level)
            if level is None:
                return
            key = (rule.name, pattern_of(place.path), place.group)
            known = self._problems.get(key)
            if known is not None:
                self._problems[key] = replace(known, count=known.count + 1)
            elif len(self._problems) >= LIMIT:
                self._beyond += 1
            else:
                path = path_text(place.path)
                number = event if place.event is None else place.event
                where = path if number is None else f"event {number}{': ' if path else ''}{path}"
                message = place.message or expected_got(path, place.expected, place.got)
                self._problems[key] = Problem(rule.name, level, where, message, place.expected, place.got)

    def keeps(self, kind: Kind, body: object) -> bool:
        """Whether ``body`` surely keeps the schema of its kind; False where that takes a closer look."""
        quick = self._quick.get(kind)
        if quick is None:
            quick = self._quick[kind] = quick_check_of(self.profile, kind)
        return quick(body)

    @property
    def has_errors(self) -> bool:
        """Whether a problem of level error was taken in."""
        return any(problem.level == "error" for problem in self._problems.values())

    def problems(self) -> tuple[Problem, ...]:
        """All of them; where there were too many, the last one says how many are left out."""
        found = tuple(_counted(problem) for problem in self._problems.values())
        if self._beyond:
            message = f"{self._beyond} more problems were found after the first {LIMIT} different ones"
            found += (Problem("wire.more-problems", "error", "", message, count=self._beyond),)
        return found


def _counted(problem: Problem) -> Problem:
    if problem.count == 1:
        return problem
    return replace(problem, message=f"{problem.message} (the first of {problem.count})")
