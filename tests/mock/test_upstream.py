"""A door that hands on to a real API, and records."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from asking import GENERIC
from aswritten.mock import Mock, _ledger
from aswritten.recordings import Miss, Read, RecordedResponse
from doors import (
    PATH,
    PLAIN_BODY,
    all_of,
    only,
    post,
    raw,
    request_bytes,
    response,
)

if TYPE_CHECKING:
    from aswritten.model import Request


class TestUpstream:
    """The door open: somebody else answers in place of recordings."""

    def test_what_it_answers_is_served_and_kept(self) -> None:
        asked: list[Request] = []

        def answer(request: Request) -> RecordedResponse:
            asked.append(request)
            return response(b"data: 1\n\n", b"data: [DONE]\n\n")

        with Mock((), upstream=answer) as door:
            assert post(door, PLAIN_BODY, host="api.example.com")[2] == b"data: 1\n\ndata: [DONE]\n\n"
            exchange = only(door.end())
        assert (exchange.request,) == tuple(asked)
        assert (exchange.recording, exchange.reason) == (f"http://api.example.com{PATH}", "")
        assert exchange.read_to_end

    def test_a_miss_is_418_with_its_reason(self) -> None:
        with Mock(GENERIC, upstream=lambda _: Miss("api.example.com does not answer")) as door:
            status, _, body = post(door, PLAIN_BODY)
            exchange = only(door.end())
        assert status == 418
        assert json.loads(body)["error"]["message"] == "api.example.com does not answer"
        assert (exchange.recording, exchange.reason) == ("", "api.example.com does not answer")

    def test_a_body_that_cannot_be_unpacked_is_kept_as_it_came(self) -> None:
        headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
        broken = RecordedResponse(200, headers, (Read(0.0, b"\x1f\x8bno gzip"),))
        with Mock((), upstream=lambda _: broken) as door:
            assert post(door, PLAIN_BODY)[2] == broken.body
            assert only(door.end()).response.body == broken.body

    def test_requests_at_once_are_answered_at_once_and_kept_in_their_order(self) -> None:
        came = threading.Barrier(3, timeout=20)

        def answer(request: Request) -> RecordedResponse:
            came.wait()
            return response(request.body, kind="application/json")

        with Mock((), upstream=answer) as door, ThreadPoolExecutor(3) as pool:
            bodies = [{"model": name} for name in "abc"]
            found = list(pool.map(lambda body: json.loads(post(door, body)[2]), bodies))
            exchanges = door.end()
        assert found == bodies
        assert [exchange.response.body for exchange in exchanges] == [exchange.request.body for exchange in exchanges]

    def test_a_run_that_ends_before_the_answer_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_ledger, "_PATIENCE", 0.05)
        asked, go = threading.Event(), threading.Event()

        def answer(_: Request) -> RecordedResponse:
            asked.set()
            go.wait(20)
            return response(b"{}", kind="application/json")

        with Mock((), upstream=answer) as door, raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY))
            assert asked.wait(20)
            exchange = only(door.end())
            go.set()
        reason = f"the answer to POST http://api.example.com{PATH} did not come while the sample ran"
        assert (exchange.recording, exchange.reason, exchange.read_to_end) == ("", reason, False)

    def test_what_it_raises_is_a_fault_of_ours(self) -> None:
        def broken(_: Request) -> RecordedResponse:
            raise ZeroDivisionError("a fault of ours")

        with Mock((), upstream=broken) as door:
            with raw(door) as connection:
                connection.sendall(request_bytes(PLAIN_BODY))
                assert all_of(connection) == b""
            with pytest.raises(ZeroDivisionError, match="a fault of ours"):
                door.end()
