"""Real answers: what stands against them under their own provider's profile, and that each deviation was seen where it says."""

from __future__ import annotations

import csv
import functools
import gzip
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from aswritten.contract import (
    Deviation,
    Profile,
    check_request,
    deviations_in,
    judge_exchange,
    load_profile,
    profile_for_host,
    profile_names,
)

RECORDINGS = Path(__file__).parent.parent.parent.parent / "shared" / "recordings"
INDEX = RECORDINGS / "INDEX.tsv"
#: What stands against the recorded answers: where, and by which rules. An echo is no chat completion; and OpenRouter's own document
#: has the arguments of a function call as a string that is always there.
VIOLATIONS = {
    ("pydantic-ai/test_openai/test_invalid_response.yaml", 0): {"wire.completion-schema", "wire.choice-index"},
    ("pydantic-ai/test_openai/test_text_response.yaml", 0): {"wire.not-json"},
    ("pydantic-ai/test_openrouter/test_openrouter_tool_optional_parameters.yaml", 0): {
        "wire.completion-schema",
        "wire.tool-arguments",
    },
}

pytestmark = pytest.mark.skipif(not INDEX.is_file(), reason="the shared recordings are not beside this checkout")


class Recorded(NamedTuple):
    path: str
    position: int
    host: str
    kind: str
    request: bytes
    status: int
    content_type: str
    body: bytes

    def judged(self, profile: Profile) -> Any:
        return judge_exchange(self.request, self.status, self.content_type, self.body, profile)


def body_of(message: dict[str, Any]) -> bytes:
    """The body of a cassette's request or response, whichever of the forms it is kept in."""
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"]).encode()
    body = message.get("body") or b""
    body = body.get("string", b"") if isinstance(body, dict) else body
    raw = body.encode() if isinstance(body, str) else bytes(body)
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


@functools.cache
def cassette(path: str) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((RECORDINGS / path).read_bytes(), loader)


def recorded(path: str, position: int, host: str, kind: str) -> Recorded:
    exchange = cassette(path)["interactions"][position]
    response = exchange["response"]
    headers = {name.lower(): value for name, value in response["headers"].items()}
    content_type = headers["content-type"]
    return Recorded(
        path,
        position,
        host,
        kind,
        body_of(exchange["request"]),
        response["status"]["code"],
        content_type[0] if isinstance(content_type, list) else content_type,
        body_of(response),
    )


@functools.cache
def everything() -> tuple[Recorded, ...]:
    with INDEX.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return tuple(recorded(row["path"], int(row["interaction"]), row["host"], row["kind"]) for row in rows)


def errors(problems: Any) -> set[str]:
    return {problem.rule for problem in problems if problem.level == "error"}


def test_under_its_own_profile_nothing_stands_against_an_answer_but_what_is_named_here() -> None:
    found = {
        (one.path, one.position): errors(one.judged(profile_for_host(one.host)).problems)
        for one in everything()
        if one.judged(profile_for_host(one.host)).has_errors
    }
    assert found == VIOLATIONS


def test_under_its_own_profile_nothing_stands_against_a_request_that_was_answered() -> None:
    found = {}
    for one in everything():
        if one.status < 400 and one.request:
            problems = check_request(json.loads(one.request), profile_for_host(one.host))
            if errors(problems):
                found[one.path, one.position] = [problem.message for problem in problems]
    assert found == {}


def test_the_profile_for_any_host_lets_the_same_pass() -> None:
    """One answer of each host, kind and status."""
    first = {(one.host, one.kind, one.status): one for one in reversed(everything())}
    found = {
        (one.path, one.position)
        for one in first.values()
        if one.judged(load_profile("generic")).has_errors and (one.path, one.position) not in VIOLATIONS
    }
    assert found == set()


def seen() -> list[Any]:
    """(profile, deviation, source) of each deviation that a recording is the source of."""
    return [
        pytest.param(name, deviation, source, id=f"{deviation.id}-{name}-{number}")
        for name in profile_names()
        for deviation in load_profile(name).deviations
        if deviation.name.startswith(f"{name}: ")
        for number, source in enumerate(deviation.sources)
        if source.startswith("recordings/")
    ]


@pytest.mark.parametrize(("name", "deviation", "source"), seen())
def test_a_deviation_is_seen_in_the_recording_that_it_names(name: str, deviation: Deviation, source: str) -> None:
    profile = load_profile(name)
    used: set[str] = set()
    for one in everything():
        if one.path == source.removeprefix("recordings/"):
            used |= {each.id for each in one.judged(profile).deviations}
            if one.request:
                used |= {each.id for each in deviations_in("request", json.loads(one.request), profile)}
    assert deviation.id in used


def test_a_deviation_is_told_where_the_profile_lets_it_pass_and_a_problem_where_it_does_not() -> None:
    one = next(one for one in everything() if one.host == "api.groq.com" and one.kind == "sse")
    judged = one.judged(load_profile("groq"))
    assert judged.problems == ()
    assert [deviation.name for deviation in judged.deviations] == [
        "groq: x_groq on the first and last chunk",
        "groq: times in the usage",
    ]
    assert {problem.where for problem in one.judged(load_profile("openai")).problems} == {"event 1: x_groq"}
