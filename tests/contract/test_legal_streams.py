"""Streams that keep the contract, in any form that the standards leave open, are never faulted; broken ones always are."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aswritten.contract import Problem, check_stream, load_profile
from contract.composed import DONE, USAGE, Answer, Call, Object, Said, chunks, completion, streamed, whole
from contract.mutations import Operator, operators

#: The same streams in each run: what is found once is found by all. None takes long; a loaded machine is no failure.
SAME = settings(
    max_examples=30,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
OPENAI = load_profile("openai")
#: Fields that profiles allow, and what they may hold: where, the name, the value.
ALLOWED: dict[str, list[tuple[str, str, Any]]] = {
    "openai": [("chunk", "obfuscation", "x7"), ("chunk", "moderation", None), ("choice", "logprobs", None)],
    "novita": [
        ("choice", "content_filter_results", {"hate": {"filtered": False}}),
        ("delta", "reasoning_content", "hm"),
        ("chunk", "sla_metrics", {"ttft": 3}),
    ],
    "generic": [("chunk", "x_own", {"a": [1, None]}), ("choice", "stop_reason", None), ("delta", "thoughts", "hm")],
}

# Text that has no half of a surrogate pair, nothing that some clients take for a line's end (a warning), and no
# replacement character, which tells of text that was cut in the wrong place.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\u2028\u2029\x85\ufffd"), min_size=1, max_size=8
)
NAMES = st.from_regex(r"[a-z_][a-z0-9_-]{0,11}", fullmatch=True)


@st.composite
def pieces_of(draw: st.DrawFn, text: str) -> tuple[str, ...]:
    """A text in pieces, cut anywhere; some may be empty."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return tuple(text[start:end] for start, end in pairwise([0, *cuts, len(text)]))


@st.composite
def calls(draw: st.DrawFn, number: int) -> Call:
    days = draw(st.none() | st.integers(-3, 30))
    given: Object = {"city": draw(TEXT)} | ({} if days is None else {"days": days})
    text = json.dumps(given, ensure_ascii=draw(st.booleans()), indent=draw(st.none() | st.just(1)))
    return Call(f"call_{number}_{draw(NAMES)}", draw(pieces_of(text)))


@st.composite
def said(draw: st.DrawFn) -> Said:
    """One choice: words, a refusal, tool calls, or words and tool calls."""
    kind = draw(st.sampled_from(["words", "refusal", "calls", "both", "nothing"]))
    words = tuple(draw(st.lists(TEXT, min_size=1, max_size=5))) if kind in {"words", "refusal", "both"} else ()
    made = [draw(calls(number)) for number in range(draw(st.integers(1, 3)))] if kind in {"calls", "both"} else []
    return Said(
        pieces=words,
        calls=tuple(made),
        finish="tool_calls" if made else draw(st.sampled_from(["stop", "length", "content_filter"])),
        refusal=kind == "refusal",
        logprobs=draw(st.booleans()),
        content_with_finish=draw(st.booleans()),
        role_alone=draw(st.booleans()),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    several = draw(st.lists(said(), min_size=1, max_size=3))
    fields: Object = {}
    if draw(st.booleans()):
        fields["system_fingerprint"] = draw(st.sampled_from(["fp_44709d6fcb", None]))
    if draw(st.booleans()):
        fields["service_tier"] = draw(st.sampled_from(["default", "flex", None]))
    order = draw(st.lists(st.integers(0, len(several) - 1), max_size=24)) if len(several) > 1 else []
    return Answer(tuple(several), draw(st.booleans()), fields, tuple(order))


@st.composite
def written(draw: st.DrawFn, value: object) -> str:
    """A JSON value as text: its fields in any order, white space where JSON has it, characters escaped or not."""
    backwards = draw(st.booleans())
    text = json.dumps(
        _turned(value) if backwards else value,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, None, 0, 1, "\t"])),
        separators=draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")])),
    )
    return draw(st.sampled_from(["", " ", "\t"])) + text + draw(st.sampled_from(["", " ", " \n"]))


def _turned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(item) for item in value] if isinstance(value, list) else value


@st.composite
def bodies(draw: st.DrawFn, values: list[Object], sometimes: int = 3) -> bytes:
    """Events in any form that the standard of event streams has: about one in ``sometimes`` is an unusual one."""

    def unusual() -> bool:
        return draw(st.integers(0, sometimes)) == sometimes

    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    lines: list[str] = []
    for value in [*values, None]:
        lines += (
            draw(st.sampled_from([[": keep-alive"], [": OPENROUTER PROCESSING", ""], ["", ""], [":"]]))
            if unusual()
            else []
        )
        lines += (
            draw(st.sampled_from([["event: message"], ["id: 7"], ["retry: 100"], ["unheard-of: x"]]))
            if unusual()
            else []
        )
        colon = "data:" if unusual() else "data: "
        text = DONE if value is None else draw(written(value)) if unusual() else json.dumps(value)
        # JSON over several lines is one event of as many data lines.
        lines += [
            colon + line if colon == "data: " or not line.startswith(" ") else f"data: {line}"
            for line in text.split("\n")
        ]
        lines += [": a comment inside of an event"] if unusual() else []
        lines.append("")
    mark = draw(st.sampled_from(["", "", "\ufeff"]))
    last = draw(st.sampled_from(["", f": bye{end}", end]))
    return (mark + "".join(line + end for line in lines) + last).encode()


@st.composite
def parts_of(draw: st.DrawFn, body: bytes) -> list[bytes]:
    """A body in parts, as the network cuts it: anywhere, each byte alone, or not at all."""
    kind = draw(st.sampled_from(["whole", "bytes", "cut"]))
    if kind == "cut":
        cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=8)))
        return [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]
    return [body] if kind == "whole" else [body[at : at + 1] for at in range(len(body))]


def errors(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.rule, problem.message) for problem in problems if problem.level == "error"]


@SAME
@given(st.data())
def test_a_legal_stream_in_any_form_has_no_error(data: st.DataObject) -> None:
    answer = data.draw(answers())
    parts = data.draw(bodies(chunks(answer)).flatmap(parts_of))
    assert errors(check_stream(parts, OPENAI, answer.stream_request)) == []


@SAME
@given(answers())
def test_a_legal_stream_in_its_usual_form_has_no_error(answer: Answer) -> None:
    assert errors(streamed(answer).judged()) == []


@SAME
@given(answers())
def test_the_same_answer_in_one_piece_has_no_error(answer: Answer) -> None:
    assert errors(whole(answer).judged()) == []


@SAME
@given(answers())
def test_the_requests_of_these_answers_have_no_error(answer: Answer) -> None:
    assert errors(streamed(answer).request_judged()) == []


@SAME
@given(answers())
def test_a_stream_may_say_null_of_what_it_leaves_out(answer: Answer) -> None:
    made = chunks(answer)
    for chunk in made:
        chunk.setdefault("usage", None)
        for entry in chunk["choices"]:
            entry.setdefault("logprobs", None)
            entry["delta"].setdefault("content", None)
            entry["delta"].setdefault("refusal", None)
    body = b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in made) + b"data: [DONE]\n\n"
    assert errors(check_stream(body, OPENAI, answer.stream_request)) == []


@SAME
@given(answers(), st.data())
def test_usage_that_nobody_asked_for_is_no_error(answer: Answer, data: st.DataObject) -> None:
    made = chunks(replace(answer, usage=False))
    made.append(made[-1] | {"choices": [], "usage": USAGE})
    body = data.draw(bodies(made, sometimes=9))
    assert errors(check_stream(body, OPENAI, replace(answer, usage=False).stream_request)) == []


@pytest.mark.parametrize("profile", ALLOWED)
@SAME
@given(data=st.data())
def test_fields_that_the_profile_allows_are_no_error(profile: str, data: st.DataObject) -> None:
    # That a fingerprint may be null is OpenAI's own deviation.
    answer = replace(data.draw(answers()), fields={"system_fingerprint": "fp_1"})
    made = chunks(answer)
    for at, chunk in enumerate(made):
        for where, name, value in data.draw(st.lists(st.sampled_from(ALLOWED[profile]), max_size=3)):
            for entry in chunk["choices"]:
                {"chunk": chunk, "choice": entry, "delta": entry["delta"]}[where].setdefault(name, value)
        made[at] = chunk
    body = data.draw(bodies(made, sometimes=9))
    assert errors(check_stream(body, load_profile(profile), answer.stream_request)) == []


@SAME
@given(answers(), st.sampled_from([None, 7, "text", [], True]))
def test_without_a_request_to_go_by_a_legal_stream_has_no_error(answer: Answer, request: object) -> None:
    body = streamed(answer).body
    assert errors(check_stream(body, OPENAI, request)) == []


def _flagged(operator: Operator, mutant: Any, before: tuple[Problem, ...]) -> bool:
    return any(problem.rule == operator.rule and problem not in before for problem in operator.judged(mutant))


@settings(SAME, max_examples=80)
@given(answers(), st.sampled_from([one for one in operators("stream") if one.rule]), st.data())
def test_a_broken_twin_of_a_legal_stream_is_flagged_by_the_rule_that_it_breaks(
    answer: Answer, operator: Operator, data: st.DataObject
) -> None:
    exchange = streamed(answer)
    mutants = list(operator.mutants(exchange))
    assume(mutants)
    mutant = data.draw(st.sampled_from(mutants))
    assert _flagged(operator, mutant, exchange.judged()), [problem.message for problem in mutant.judged()]


@settings(SAME, max_examples=40)
@given(answers(), st.sampled_from([one for one in operators("completion") if one.rule]), st.data())
def test_a_broken_twin_of_a_legal_completion_is_flagged_by_the_rule_that_it_breaks(
    answer: Answer, operator: Operator, data: st.DataObject
) -> None:
    exchange = whole(answer)
    mutants = list(operator.mutants(exchange))
    assume(mutants)
    mutant = data.draw(st.sampled_from(mutants))
    assert _flagged(operator, mutant, exchange.judged()), [problem.message for problem in mutant.judged()]


@settings(SAME, max_examples=40)
@given(answers(), st.sampled_from([one for one in operators("stream") if not one.rule]), st.data())
def test_a_change_that_breaks_no_rule_makes_no_error(answer: Answer, operator: Operator, data: st.DataObject) -> None:
    mutants = list(operator.mutants(streamed(answer)))
    assume(mutants)
    assert errors(data.draw(st.sampled_from(mutants)).judged()) == []


def test_a_stream_and_the_completion_of_one_answer_say_the_same() -> None:
    answer = Answer((Said(("Hel", "lo")), Said(calls=(Call("c", ("{", "}")),), finish="tool_calls")))
    streamed_text = "".join(
        entry["delta"].get("content") or "" for chunk in chunks(answer) for entry in chunk["choices"]
    )
    assert streamed_text == completion(answer)["choices"][0]["message"]["content"]
