"""Real answers of one provider, recorded months apart: what is told between them was looked at by hand."""

from __future__ import annotations

import functools
import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.drift import KINDS, compare
from aswritten.recordings import Read, RecordedResponse, Recording, Source, features
from aswritten.targets import find

if TYPE_CHECKING:
    from aswritten.drift import Change
    from aswritten.targets import Subject

RECORDINGS = Path(__file__).parent.parent.parent.parent / "shared" / "recordings"
#: Pairs that are compared of one host, model and kind of request.
MOST = 60
#: What is breaking between two answers of one host and model to requests for the same features, by host: fields that one server has
#: and another one behind the same name has not, or that came and went over time, or with what the prompt was cached.
BREAKING = {
    "api.cerebras.ai": {
        ("field-gone", "completion.choices[].message.reasoning"),
        ("field-gone", "completion.usage.completion_tokens_details"),
    },
    "api.groq.com": {
        ("became-null", "completion.usage_breakdown"),
        ("field-gone", "completion.usage.prompt_tokens_details"),
    },
    "api.mistral.ai": {
        ("field-gone", "completion.choices[].logprobs"),
        ("field-gone", "completion.usage.num_cached_tokens"),
        ("field-gone", "completion.usage.prompt_tokens_details"),
        ("type-changed", "completion.choices[].message.content"),
    },
    "demo-endpoints.pydantic.workers.dev": {
        ("body-changed", "body"),
        ("content-type-changed", "headers.content-type"),
    },
    "myorg-myaccount.snowflakecomputing.com": {
        ("field-gone", "completion.choices[].message.reasoning_details"),
    },
    "openrouter.ai": {
        ("became-null", "completion.choices[].message.reasoning"),
        ("became-null", "completion.service_tier"),
        ("field-gone", "completion.choices[].message.annotations"),
        ("field-gone", "completion.service_tier"),
        ("field-gone", "completion.system_fingerprint"),
        ("field-gone", "completion.usage.completion_tokens_details"),
        ("field-gone", "completion.usage.completion_tokens_details.audio_tokens"),
        ("field-gone", "completion.usage.completion_tokens_details.image_tokens"),
        ("field-gone", "completion.usage.cost"),
        ("field-gone", "completion.usage.cost_details"),
        ("field-gone", "completion.usage.is_byok"),
        ("field-gone", "completion.usage.prompt_tokens_details"),
        ("field-gone", "completion.usage.prompt_tokens_details.cache_write_tokens"),
        ("field-gone", "completion.usage.prompt_tokens_details.video_tokens"),
    },
}

pytestmark = pytest.mark.skipif(
    not (RECORDINGS / "INDEX.tsv").is_file(), reason="the shared recordings are not beside this checkout"
)


def recording(subject: Subject) -> Recording:
    """A chat completion of a cassette. Of its headers the media type: cassettes keep all of them, fixtures do not."""
    request, response = subject.request, subject.response
    assert request
    assert response
    headers = tuple((name, value) for name, value in response.headers if name.lower() == "content-type")
    answer = RecordedResponse(response.status, headers, (Read(0.0, response.body),))
    name = f"{subject.source}[{subject.index}]"
    source = Source("imported", host=request.host, file=name)
    body = json.loads(request.body) if request.body else None
    return Recording(name, Path(subject.source), source, "recorded", request.method, request.url, (), body, (answer,))


@functools.cache
def everything() -> tuple[Recording, ...]:
    return tuple(
        recording(one)
        for one in find([str(RECORDINGS)])
        if one.request and one.response and not one.unread and one.request.path.endswith("/chat/completions")
    )


def alike(one: Recording) -> tuple[Any, ...]:
    """Two recordings with the same of it are of the same scenario, as far as that can be told."""
    model = one.body.get("model") if isinstance(one.body, dict) else None
    answer = one.responses[0]
    return one.source.host, model, answer.status, answer.is_stream, tuple(sorted(features(one.body)))


def pairs() -> list[tuple[Recording, Recording]]:
    groups: dict[Any, list[Recording]] = defaultdict(list)
    for one in everything():
        groups[alike(one)].append(one)
    return [pair for group in groups.values() for pair in itertools.islice(itertools.combinations(group, 2), MOST)]


def test_what_breaks_between_answers_of_one_scenario_is_what_was_looked_at(record_property: Any) -> None:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    silent = 0
    for old, new in pairs():
        changes = compare(old, new)
        silent += not changes
        found[old.source.host] |= {(one.what, one.where) for one in changes if one.severity == "breaking"}
    record_property("score", ("pairs of recorded answers between which drift tells nothing", silent, len(pairs())))
    assert {host: breaking for host, breaking in found.items() if breaking} == BREAKING


def test_any_two_answers_of_one_provider_can_be_compared() -> None:
    by_host: dict[str, list[Recording]] = defaultdict(list)
    for one in everything():
        by_host[one.source.host].append(one)
    changes: list[Change] = []
    for recordings in by_host.values():
        for old, new in itertools.pairwise(recordings):
            changes += [*compare(old, new), *compare(new, old)]
    assert changes
    for change in changes:
        assert change.severity == KINDS[change.what].severity
        assert change.message.startswith(change.where)


def test_an_answer_is_the_same_as_itself() -> None:
    assert [one.name for one in everything() if compare(one, one)] == []
