"""Exchanges that keep the contract, broken in one place each: the rule that the place breaks must say so."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.recordings import load_recordings
from contract import composed
from contract.mutations import OPERATORS, Operator

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.contract import Problem
    from contract.composed import Exchange

ROOT = Path(__file__).parent.parent.parent
#: Fixtures of no provider in particular have the form that OpenAI documents.
PROFILES = {"generic": "openai"}


@functools.cache
def fixtures() -> tuple[Exchange, ...]:
    """Every response of our fixtures, with its request."""
    return tuple(
        composed.Exchange(
            f"{recording.name} {number}",
            PROFILES.get(folder.name, folder.name),
            recording.body if isinstance(recording.body, dict) else {},
            response.status,
            dict(response.headers)["content-type"],
            response.body,
        )
        for folder in sorted((ROOT / "fixtures").iterdir())
        for recording in load_recordings([folder])
        for number, response in enumerate(recording.responses)
    )


@functools.cache
def subjects() -> tuple[Exchange, ...]:
    """The fixtures, and beside them what they do not have."""
    return (*fixtures(), *composed.exchanges())


_BEFORE: dict[tuple[str, bool], tuple[Problem, ...]] = {}


def before_it(operator: Operator, exchange: Exchange) -> tuple[Problem, ...]:
    """What is said of the exchange as it is: looked up once for all operators."""
    key = (exchange.name, operator.on == "request")
    if key not in _BEFORE:
        _BEFORE[key] = operator.judged(exchange)
    return _BEFORE[key]


def unflagged(operator: Operator, exchanges: tuple[Exchange, ...]) -> tuple[list[str], int]:
    """(the mutants that are not judged as the operator says, how many there were)."""
    missed: list[str] = []
    count = 0
    for exchange in exchanges:
        for mutant in operator.mutants(exchange):
            count += 1
            before = before_it(operator, exchange)
            new = [problem for problem in operator.judged(mutant) if problem not in before]
            if operator.rule:
                right = any(problem.rule == operator.rule for problem in new)
            else:
                right = not any(problem.level == "error" for problem in new)
            if not right:
                missed.append(f"{exchange.name}: {[(problem.rule, problem.message) for problem in new]}\n{mutant}")
    return missed, count


def test_there_are_as_many_exchanges_as_responses_in_the_fixtures() -> None:
    files = [*(ROOT / "fixtures").rglob("*.yaml")]
    assert len(fixtures()) == sum(text.read_text(encoding="utf-8").count("- status:") for text in files)


@pytest.mark.parametrize("exchange", subjects(), ids=lambda exchange: exchange.name)
def test_nothing_is_wrong_before_it_is_broken(exchange: Exchange) -> None:
    assert exchange.judged() == ()
    assert [problem for problem in exchange.request_judged() if problem.level == "error"] == []


@pytest.mark.parametrize("operator", [one for one in OPERATORS if one.rule], ids=lambda operator: operator.name)
def test_each_mutant_is_flagged_by_the_rule_that_it_breaks(
    operator: Operator, record_property: Callable[[str, object], None]
) -> None:
    missed, count = unflagged(operator, subjects())
    record_property(
        "score", ("contract: mutants of fixtures flagged by the rule that they break", count - len(missed), count)
    )
    assert count, "the operator applies nowhere"
    assert missed == []


@pytest.mark.parametrize("operator", [one for one in OPERATORS if not one.rule], ids=lambda operator: operator.name)
def test_a_mutant_that_breaks_no_rule_is_let_pass(operator: Operator) -> None:
    assert operator.equivalent
    missed, count = unflagged(operator, subjects())
    assert count, "the operator applies nowhere"
    assert missed == []
