"""Verdicts on exchanges: as text that people read, and as the JSON of `aswritten contract --json`.

The form of the JSON is held by `schemas/contract-report.schema.json`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from aswritten.judge import VERDICTS
from aswritten.reports._problems import as_json, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aswritten.judge import Judged

#: Findings of one exchange that are printed; all of them are in the JSON.
SHOWN = 20


def document(version: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """`summary` counts the exchanges and each verdict, which add up; `exchanges` are in the order of ``judged``."""
    return {"aswritten": version, "summary": summary(judged), "exchanges": [_exchange(one) for one in judged]}


def summary(judged: Sequence[Judged]) -> dict[str, int]:
    """How many exchanges there are, and how many have each verdict; zero where none has."""
    counts = Counter(one.verdict for one in judged)
    return {"exchanges": len(judged), **{name: counts[name] for name in VERDICTS}}


def lines(judged: Sequence[Judged]) -> Iterator[str]:
    """What breaks the contract; what differs and is allowed; what was not checked and why; and the sum."""
    for one in judged:
        if one.verdict == "violated":
            yield from _violated(one)
    warnings = (
        (problem.rule, one, problem) for one in judged for problem in one.problems if problem.level == "warning"
    )
    yield from _grouped("worth knowing:", ((rule, one, problem.message) for rule, one, problem in warnings))
    deviations = ((deviation.name, one, "") for one in judged for deviation in one.deviations)
    yield from _grouped("deviations that the profile allows:", deviations)
    unchecked = (one for one in judged if one.verdict == "not-checked")
    yield from _grouped("not checked:", ((one.reason.partition(": ")[0], one, one.reason) for one in unchecked))
    counts = summary(judged)
    many = "exchange" if counts["exchanges"] == 1 else "exchanges"
    yield f"{counts['exchanges']} {many}: " + ", ".join(f"{counts[name]} {name}" for name in VERDICTS)


def _violated(one: Judged) -> Iterator[str]:
    yield f"{_name(one)}: violated ({one.kind} of {one.host}, held to {one.profile})"
    errors = [problem for problem in one.problems if problem.level == "error"]
    yield from (f"  {sentence(problem)}" for problem in errors[:SHOWN])
    if len(errors) > SHOWN:
        yield f"  and {len(errors) - SHOWN} more findings (--json FILE has them all)"


def _grouped(title: str, entries: Iterable[tuple[str, Judged, str]]) -> Iterator[str]:
    """A line for each group, in the order of their coming: how many exchanges it is of, and the first of them."""
    groups: dict[str, tuple[set[str], str, str]] = {}
    for group, one, text in entries:
        exchanges, _, _ = groups.setdefault(group, (set(), _name(one), text))
        exchanges.add(_name(one))
    if groups:
        yield title
    for group, (exchanges, first, text) in groups.items():
        told = text.removeprefix(group).lstrip(": ")
        yield f"  {len(exchanges):>4}  {group} ({'first: ' if len(exchanges) > 1 else ''}{first}{': ' + told if told else ''})"


def _name(one: Judged) -> str:
    return f"{one.source}[{one.index}]"


def _exchange(one: Judged) -> dict[str, Any]:
    return {
        "source": one.source,
        "index": one.index,
        "host": one.host,
        "profile": one.profile,
        "kind": one.kind,
        "verdict": one.verdict,
        "reason": one.reason,
        "findings": [as_json(problem) for problem in one.problems],
        "deviations": [deviation.name for deviation in one.deviations],
    }
