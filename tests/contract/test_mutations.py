"""Exchanges that keep the contract, broken in one place each: the rule that the place breaks must say so."""

from __future__ import annotations

import csv
import functools
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asking import PLAIN, answered, content_type
from aswritten import cassettes
from aswritten.contract import RULES
from aswritten.recordings import load_recordings
from contract import composed
from contract.mutations import OPERATORS, Operator, operators

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.contract import Problem
    from contract.composed import Exchange

ROOT = Path(__file__).parent.parent.parent
#: Fixtures of no provider in particular have the form that OpenAI documents.
PROFILES = {"generic": "openai"}


@functools.cache
def fixtures() -> tuple[Exchange, ...]:
    """Every chat completion of our fixtures, with its request."""
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
        if recording.url.endswith("/chat/completions")
        for number, response in enumerate(recording.responses)
    )


@functools.cache
def subjects() -> tuple[Exchange, ...]:
    """The fixtures, what is derived from them, and beside them what they do not have."""
    return (*fixtures(), *derived(), *composed.exchanges())


@functools.cache
def derived() -> tuple[Exchange, ...]:
    """What the generic recordings answer to requests that are not theirs."""
    tool = {"type": "function", "function": {"name": "get_weather", "parameters": composed.PARAMETERS}}
    streamed = {"stream": True, "stream_options": {"include_usage": True}}
    wishes: tuple[dict[str, object], ...] = (
        {"stream": True},
        streamed,
        {"tools": [tool]},
        {"tools": [tool], "stream": True},
        {"tools": [tool], **streamed},
        {
            "response_format": {"type": "json_object"},
            "stream": True,
            "messages": [{"role": "user", "content": "In JSON."}],
        },
    )
    answers = [(wish, answered({**PLAIN, **wish})) for wish in wishes]
    return tuple(
        composed.Exchange(
            f"derived {' '.join(wish)} {number}",
            "openai",
            {**PLAIN, **wish},
            content_type=content_type(answer),
            body=answer.body,
        )
        for number, (wish, answer) in enumerate(answers)
    )


_BEFORE: dict[tuple[str, bool], tuple[Problem, ...]] = {}


def before_it(operator: Operator, exchange: Exchange) -> tuple[Problem, ...]:
    """What is said of the exchange as it is: looked up once for all operators."""
    key = (exchange.name, operator.on == "request")
    if key not in _BEFORE:
        _BEFORE[key] = operator.judged(exchange)
    return _BEFORE[key]


def is_right(operator: Operator, before: tuple[Problem, ...], after: tuple[Problem, ...]) -> bool:
    """Whether what is said of a mutant, and was not said before, is what the operator says."""
    new = [problem for problem in after if problem not in before]
    if operator.rule:
        return any(problem.rule == operator.rule for problem in new)
    return not any(problem.level == "error" for problem in new)


def unflagged(operator: Operator, exchanges: tuple[Exchange, ...]) -> tuple[list[str], int]:
    """(the mutants that are not judged as the operator says, how many there were)."""
    missed: list[str] = []
    count = 0
    for exchange in exchanges:
        for mutant in operator.mutants(exchange):
            count += 1
            before = before_it(operator, exchange)
            after = operator.judged(mutant)
            if not is_right(operator, before, after):
                missed.append(f"{exchange.name}: {[(problem.rule, problem.message) for problem in after]}\n{mutant}")
    return missed, count


def test_there_are_as_many_exchanges_as_responses_in_the_fixtures() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "fixtures").rglob("*.yaml")]
    of_chats = [text for text in texts if "/chat/completions" in text]
    assert len(fixtures()) == sum(text.count("- status:") for text in of_chats) > 20


#: Rules that no change of one exchange in one place can break, and why.
UNBROKEN = {
    "wire.more-problems": "It takes a hundred different problems at once.",
    "wire.reassembled": "Chunks that keep their schema and the other rules make a completion that keeps its own.",
    "wire.tool-arguments-long": "It takes arguments of megabytes.",
}


def test_there_is_an_operator_for_each_rule() -> None:
    """A new rule asks for an operator in one of the modules of mutations.py, or for its reason in `UNBROKEN`."""
    broken = {operator.rule for operator in OPERATORS if operator.rule}
    assert {rule.name for rule in RULES} == broken | UNBROKEN.keys()
    assert not broken & UNBROKEN.keys()


def test_operators_have_names_of_their_own_and_a_rule_or_a_reason() -> None:
    assert len({operator.name for operator in OPERATORS}) == len(OPERATORS)
    assert all(bool(operator.rule) != bool(operator.equivalent) for operator in OPERATORS)


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


# Real answers

RECORDINGS = ROOT.parent / "shared" / "recordings"
INDEX = RECORDINGS / "INDEX.tsv"
#: The host of an echo: what it answers is no chat completion.
ECHO = "demo-endpoints.pydantic.workers.dev"
#: Bytes of an answer that is taken even where there are shorter ones, and of the longest that is taken at all.
SHORT, LONGEST = 6_000, 12_000


@functools.cache
def recorded() -> dict[str, Exchange]:
    """One answer of each host, kind and status: the first that is short, else the shortest that is not too long.

    None is a stream that breaks off with an error: after one most rules do not hold.
    """
    found: dict[str, Exchange] = {}
    with INDEX.open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if row["host"] != ECHO]
    for row in rows:
        name = f"{row['host']} {row['kind']} {row['status']}"
        known = len(found[name].body) if name in found else None
        if known is not None and known <= SHORT:
            continue
        exchange = _recorded(name, RECORDINGS / row["path"], int(row["interaction"]))
        broken_off = exchange.kind == "stream" and b'"error"' in exchange.body
        if not broken_off and len(exchange.body) < (known or LONGEST):
            found[name] = exchange
    return found


def _recorded(name: str, path: Path, position: int) -> Exchange:
    one = cassettes.interactions(cassettes.read_document(path), path)[position]
    assert one.request is not None
    assert one.response is not None
    return composed.Exchange(
        name,
        "openai",
        json.loads(one.request.body),
        one.response.status,
        one.response.header("content-type") or "",
        one.response.body,
    )


@pytest.mark.skipif(not INDEX.is_file(), reason="the shared recordings are not beside this checkout")
@pytest.mark.parametrize("on", ["completion", "stream", "error", "request"])
def test_mutants_of_real_answers_are_flagged_too(on: str, record_property: Callable[[str, object], None]) -> None:
    """By what OpenAI documents, whoever answered: a rule that the answer broke before is not asked about."""
    missed: list[str] = []
    count = 0
    for exchange in recorded().values():
        for operator in operators(on):
            for mutant in [*operator.mutants(exchange)][:1]:
                before = before_it(operator, exchange)
                after = operator.judged(mutant)
                broken = {problem.rule for problem in before}
                if operator.rule in broken or (not operator.rule and broken):
                    continue
                count += 1
                if not is_right(operator, before, after):
                    said = [(problem.rule, problem.message) for problem in after if problem not in before]
                    missed.append(f"{exchange.name}: {operator.name}: {said}")
    record_property(
        "score", ("contract: mutants of recordings judged as their operators say", count - len(missed), count)
    )
    assert count
    assert missed == []
