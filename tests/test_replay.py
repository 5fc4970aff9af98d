"""What is read of a replayed recording: the bytes that were recorded, in the same reads, and when asked at the same times."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.client import Answer, Limits, send
from aswritten.mock import Mock
from aswritten.recordings import Read, RecordedResponse, Recording, Source, load_recordings

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXTURES = Path(__file__).parent.parent / "fixtures"
EVERYTHING = load_recordings([FIXTURES])
BODY = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
JSON, STREAM = "application/json", "text/event-stream"
#: Lengths around those at which buffers, segments and records of TLS end.
LENGTHS = st.sampled_from([1, 2, 100, 4095, 4096, 4097, 8191, 8192, 16384, 65535, 65536, 70000])


def recorded(
    reads: Iterable[bytes], kind: str, *, times: Iterable[float] = (), coding: str = "", status: int = 200
) -> Recording:
    headers = (("content-type", kind), *([("content-encoding", coding)] if coding else []))
    at = iter(times)
    found = tuple(Read(next(at, 0.0), data) for data in reads)
    return Recording(
        name="one",
        path=Path("one.yaml"),
        source=Source("composed", why="a test"),
        answers="recorded",
        method="POST",
        url="*/chat/completions",
        headers=(),
        body=BODY,
        responses=(RecordedResponse(status, headers, found),),
    )


def asked_again(door: Mock, recording: Recording, url: str = "") -> Answer:
    """What a recorder gets that asks the mock for what was recorded."""
    url = url or f"http://127.0.0.1:{door.port}/v1/chat/completions"
    headers = {"content-type": "application/json", "accept-encoding": "identity", **dict(recording.headers)}
    body = b"" if recording.body is None else json.dumps(recording.body).encode()
    return send(recording.method, url, headers, body, Limits(size=2**24), unpack=False)


def reads_of(answer: Answer) -> list[bytes]:
    found, start = [], 0
    for _, size in answer.reads:
        found.append(answer.body[start : start + size])
        start += size
    return found


@given(
    lengths=st.lists(LENGTHS, min_size=1, max_size=8),
    kind=st.sampled_from([JSON, STREAM]),
    filling=st.sampled_from([b"\r\n", b"0\r\n\r\n", b"data: [DONE]\n\n", b"\x00\xff"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_reads_are_they_come_again(lengths: list[int], kind: str, filling: bytes) -> None:
    reads = [(filling * length)[:length] for length in lengths]
    with Mock((recorded(reads, kind),)) as door:
        answer = asked_again(door, recorded(reads, kind))
    assert answer.ended
    assert reads_of(answer) == reads


@pytest.mark.parametrize("kind", [JSON, STREAM])
def test_every_byte_is_a_read(kind: str) -> None:
    text = 'data: {"content":"naïve 日本語 🌊","finish_reason":"stop"}\r\n\r\ndata: [DONE]\r\n\r\n'.encode()
    reads = [text[i : i + 1] for i in range(len(text))]
    with Mock((recorded(reads, kind),)) as door:
        assert reads_of(asked_again(door, recorded(reads, kind))) == reads


@pytest.mark.parametrize("kind", [JSON, STREAM])
@pytest.mark.parametrize("size", [3, 10_000])
def test_packed_bytes_come_as_they_were(kind: str, size: int) -> None:
    packed = gzip.compress(b'data: {"finish_reason":"stop"}\n\ndata: [DONE]\n\n')
    reads = [packed[i : i + size] for i in range(0, len(packed), size)]
    one = recorded(reads, kind, coding="gzip")
    with Mock((one,)) as door:
        answer = asked_again(door, one)
    assert answer.header("content-encoding") == "gzip"
    assert reads_of(answer) == reads


@pytest.mark.parametrize("one", EVERYTHING, ids=lambda one: one.name)
def test_each_fixture_comes_again_turn_by_turn(one: Recording) -> None:
    with Mock((replace(one, url="*/chat/completions"),)) as door:
        for response in one.responses:
            answer = asked_again(door, one)
            assert answer.status == response.status
            assert reads_of(answer) == [read.data for read in response.reads]
            assert {name: answer.header(name) for name, _ in response.headers} == dict(response.headers)


class TestTiming:
    """Lower bounds alone: how much later something comes is the machine's business."""

    STREAM_READS = (
        b"data: {}\n\n",
        b'data: {"finish_reason":"stop"}\n\n',
        b'data: {"usage":1}\n\n',
        b"data: [DONE]\n\n",
    )

    @pytest.mark.parametrize(
        ("reads", "kind", "coding"),
        [
            (STREAM_READS, STREAM, ""),
            ((b'{"a":', b"1", b",", b'"b":2}'), JSON, ""),
            (tuple(gzip.compress(b"x" * 9)[i : i + 8] for i in range(0, 32, 8)), STREAM, "gzip"),
        ],
        ids=["stream", "json", "packed"],
    )
    def test_no_read_comes_before_its_time(self, reads: tuple[bytes, ...], kind: str, coding: str) -> None:
        reads = tuple(filter(None, reads))
        times = [0.05, 0.1, 0.2, 0.25][: len(reads)]
        one = recorded(reads, kind, times=times, coding=coding)
        with Mock((one,), timing=True) as door:
            began = time.monotonic()
            answer = asked_again(door, one)
            took = time.monotonic() - began
        assert reads_of(answer) == list(reads)
        last = answer.reads[-1][0]
        # The recorder's own clock starts when it pleases, so each read is placed by its distance to the end of the call.
        assert all(took - (last - at) >= wanted for (at, _), wanted in zip(answer.reads, times, strict=True))

    def test_without_it_nothing_is_waited_for(self) -> None:
        one = recorded(self.STREAM_READS, STREAM, times=[100.0, 200.0, 300.0, 400.0])
        with Mock((one,)) as door:
            assert reads_of(asked_again(door, one)) == list(self.STREAM_READS)
