"""What a recorder did: as text that people read, and as the JSON of `aswritten record --json`.

The form of the JSON is held by `schemas/record-report.schema.json`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

from aswritten.record import Result
from aswritten.reports._problems import as_json, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.record import Outcome

#: In the order in which summaries list them. Every scenario gets exactly one.
RESULTS: tuple[Result, ...] = get_args(Result)
#: Findings of one recording that are printed; all of them are in the JSON.
SHOWN = 10


def lines(one: Outcome) -> Iterator[str]:
    """What became of one scenario, and under it what the contract says."""
    kept = one.kept
    name, result = one.path.as_posix(), kept.result.replace("-", " ")
    if kept.why:
        yield f"{name}: {result}: {kept.why}"
    else:
        yield f"{name}: {result}{_of_answer(one)}"
    yield from (f"  {sentence(problem)}" for problem in kept.problems[:SHOWN])
    if len(kept.problems) > SHOWN:
        yield f"  and {len(kept.problems) - SHOWN} more findings (--json FILE has them all)"
    if kept.rejected:
        yield f"  what came lies in {kept.rejected.as_posix()}"


def sum_line(outcomes: Sequence[Outcome], calls: int, what: str = "scenario") -> str:
    """How many scenarios there were, and what became of how many, which adds up; and how many calls were sent."""
    counts = summary(outcomes)
    many = what if len(outcomes) == 1 else f"{what}s"
    told = ", ".join(f"{counts[name]} {name.replace('-', ' ')}" for name in RESULTS)
    return f"{len(outcomes)} {many}: {told}; {calls} {'call' if calls == 1 else 'calls'} sent"


def summary(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """How many scenarios there were, and how many have each result; zero where none has."""
    counts = Counter(one.kept.result for one in outcomes)
    return {"scenarios": len(outcomes), **{name: counts[name] for name in RESULTS}}


def document(version: str, outcomes: Sequence[Outcome], calls: int) -> dict[str, Any]:
    """`summary` counts the scenarios and each result, which add up; `scenarios` are in the order of ``outcomes``."""
    return {
        "aswritten": version,
        "summary": summary(outcomes),
        "calls": calls,
        "scenarios": [_scenario(one) for one in outcomes],
    }


def _of_answer(one: Outcome) -> str:
    if one.came is None:
        return ""
    responses = one.came.responses
    statuses = ", then ".join(str(response.status) for response in responses)
    count = sum(len(response.reads) for response in responses)
    seconds = sum(response.reads[-1].at for response in responses if response.reads)
    return f" ({statuses}, {count} {'read' if count == 1 else 'reads'}, {seconds:.1f} s)"


def _scenario(one: Outcome) -> dict[str, Any]:
    kept, came = one.kept, one.came
    return {
        "scenario": one.place,
        "fixture": one.path.as_posix(),
        "result": kept.result,
        "cause": kept.cause,
        "why": kept.why,
        "host": came.source.host if came else "",
        "status": came.responses[-1].status if came else None,
        "rejected": kept.rejected.as_posix() if kept.rejected else "",
        "findings": [as_json(problem) for problem in kept.problems],
    }
