"""Recordings back to fixture files: what is written loads as what it was, and reads as a person would write it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from aswritten.recordings import (
    Read,
    RecordedResponse,
    Recording,
    Source,
    content_digest,
    dump,
    load_recording,
    load_recordings,
    request_digest,
    sealed,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
RECORDED = Source("recorded", host="api.example.com", date="2026-01-31", tool="aswritten 0.1.0")


def recording(*data: bytes, body: object = None, source: Source = RECORDED) -> Recording:
    reads = tuple(Read(index / 10, part) for index, part in enumerate(data))
    response = RecordedResponse(200, (("content-type", "text/event-stream"),), reads)
    url = "https://api.example.com/v1/chat/completions"
    return Recording("one", Path("one.yaml"), source, "alike", "POST", url, (), body, (response,))


def reloaded(one: Recording, folder: Path) -> Recording:
    path = folder / "one.yaml"
    path.write_text(dump(one), encoding="utf-8")
    return replace(load_recording(path), name=one.name, path=one.path)


@pytest.mark.parametrize("one", load_recordings([FIXTURES]), ids=lambda one: str(one.name))
def test_every_fixture_is_written_as_what_it_is(one: Recording, tmp_path: Path) -> None:
    assert reloaded(one, tmp_path) == one


def test_an_event_is_a_block_of_lines_and_bytes_that_are_no_text_are_base64(tmp_path: Path) -> None:
    one = recording(
        b'data: {"a": "\xc3\xa9"}\n\n', b"data: \xc3", b"\xa9\r\n\r\n", body={"model": "a", "n": 1e-5, "on": "1e5"}
    )
    assert dump(one) == (
        """\
aswritten: 1
source:
  kind: recorded
  host: api.example.com
  date: '2026-01-31'
  tool: aswritten 0.1.0
answers: alike
request:
  method: POST
  url: https://api.example.com/v1/chat/completions
  body:
    model: a
    n: 1.0e-05
    'on': '1e5'
responses:
- status: 200
  headers:
    content-type: text/event-stream
  reads:
  - at: 0.0
    data: |+
      data: {"a": "é"}

  - at: 0.1
    base64: ZGF0YTogww==
  - at: 0.2
    base64: qQ0KDQo=
"""
    )
    assert reloaded(one, tmp_path) == one


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.binary(min_size=1) | st.text(min_size=1).map(lambda text: text.encode()), max_size=4), JSON)
def test_any_bytes_and_any_json_come_back(tmp_path: Path, data: list[bytes], body: object) -> None:
    assume(not b"".join(data).startswith(b"\x1f\x8b"))  # a gzip has to be whole
    one = recording(*data, body=body)
    again = reloaded(one, tmp_path)
    assert json.dumps(again.body) == json.dumps(one.body)
    assert again.responses == one.responses


def test_an_edit_shows_in_the_digest_and_another_note_does_not() -> None:
    one = sealed(recording(b"data: 1\n\n"))
    assert one.source.content_sha256 == content_digest(one)
    assert one.source.request_sha256 == request_digest(one)
    assert content_digest(replace(one, source=replace(RECORDED, note="seen again"))) == content_digest(one)
    edited = replace(one, responses=recording(b"data: 2\n\n").responses)
    assert content_digest(edited) != content_digest(one)
    assert request_digest(edited) == request_digest(one)
