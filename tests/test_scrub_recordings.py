"""Real exchanges, scrubbed: what is taken out of them was looked at by hand, and the contract judges them as before."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.judge import AUTO, judge
from aswritten.recordings import Read, RecordedResponse, Recording, Source
from aswritten.scrub import Scrubber, scan
from aswritten.targets import find

if TYPE_CHECKING:
    from aswritten.judge import Judged
    from aswritten.targets import Subject

RECORDINGS = Path(__file__).parent.parent.parent / "shared" / "recordings"

pytestmark = pytest.mark.skipif(
    not (RECORDINGS / "INDEX.tsv").is_file(), reason="the shared recordings are not beside this checkout"
)
#: How many exchanges hold each kind. Their keys had been replaced before they were published, and most cookies that were set; cookies
#: that were sent, and ids, were left. No other text of them has the form of a secret.
FOUND = {
    "request cookie": 90,
    "set-cookie": 59,
    "cf-ray": 83,
    "openai-organization": 131,
    "openai-project": 92,
    "x-request-id": 68,
    "x-kong-request-id": 12,
    "apim-request-id": 1,
    "request id in a body": 93,
    "request_id in a body": 8,
    "user id in a body": 3,
}


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return [one for one in find([str(RECORDINGS)]) if one.response]


def recording(subject: Subject) -> Recording:
    """As one read, without its content coding, which the cassette's reader has taken off."""
    assert subject.response
    request = (("cookie", subject.request.header("cookie") or ""),) if subject.request else ()
    headers = tuple((name, value) for name, value in subject.response.headers if name.lower() != "content-encoding")
    served = RecordedResponse(subject.response.status, headers, (Read(0.0, subject.response.body),))
    source = Source("imported", host="x", tool="x", file="x")
    return Recording("x", RECORDINGS, source, "recorded", "POST", "https://x.com/v1", request, None, (served,))


def test_what_is_found_is_what_was_looked_at(subjects: list[Subject]) -> None:
    counts: Counter[str] = Counter()
    for subject in subjects:
        kinds = set()
        for one in scan(recording(subject)):
            what = one.what.removeprefix("the header ").removeprefix("the value of ")
            kinds.add(
                f"request {what}"
                if one.place[0] == "request"
                else f"{what} in a body"
                if "reads" in one.place
                else what
            )
        counts.update(kinds)
    assert counts == FOUND


def test_nothing_of_it_is_left_and_the_contract_finds_what_it_found_before(subjects: list[Subject]) -> None:
    for subject in subjects:
        scrubber = Scrubber()
        planted = recording(subject)
        clean = scrubber.recording(planted)
        assert scrubber.leaks(clean) == ()
        assert subject.response
        body = clean.responses[0].body
        if body != subject.response.body:
            after = replace(subject, response=replace(subject.response, body=body))
            assert told(judge(after, AUTO)) == told(judge(subject, AUTO)), subject.source


def told(judged: Judged) -> tuple[str, str, list[str], list[str]]:
    return judged.verdict, judged.kind, [one.rule for one in judged.problems], [one.id for one in judged.deviations]
