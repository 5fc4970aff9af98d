"""What the door serves for what it is asked."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import time
from contextlib import closing
from typing import Any

import pytest

from asking import GENERIC
from aswritten.mock import Mock
from aswritten.recordings import Read, RecordedResponse
from doors import (
    PATH,
    PLAIN_BODY,
    STREAM,
    STREAM_BODY,
    all_of,
    only,
    post,
    raw,
    recording,
    request_bytes,
    response,
    until,
)


class TestAnswers:
    def test_json_comes_with_its_length_and_the_model_asked_for(self, door: Mock) -> None:
        status, headers, body = post(door, {**PLAIN_BODY, "model": "org/other"})
        own = {"content-type": "application/json", "x-request-id": headers["x-request-id"]}
        assert (status, headers) == (200, own | {"content-length": str(len(body))})
        assert json.loads(body)["model"] == "org/other"
        exchange = only(door.end())
        assert exchange.recording == "generic/completion"
        assert exchange.response.body == body
        assert (exchange.taken, exchange.read_to_end, exchange.reason) == (len(body), True, "")

    def test_a_stream_comes_in_chunks_read_by_read_up_to_the_finish_and_the_rest_at_once(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(STREAM_BODY))
            head, _, rest = until(connection, b"0\r\n\r\n").partition(b"\r\n\r\n")
        assert (
            re.sub(rb"x-request-id: [^\r]+\r\n", b"", head)
            == b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked"
        )
        assert rest == b"".join(b"%x\r\n%b\r\n" % (len(read.data), read.data) for read in STREAM.reads) + b"0\r\n\r\n"
        exchange = only(door.end())
        assert exchange.response.body == STREAM.body
        assert (exchange.taken, exchange.read_to_end) == (len(STREAM.body), True)

    def test_a_stream_split_at_every_byte_arrives_whole(self) -> None:
        parts = [STREAM.body[i : i + 1] for i in range(len(STREAM.body))]
        split = recording(response(*parts), body=STREAM_BODY)
        with Mock((split,)) as door:
            assert post(door, {**STREAM_BODY, "model": "m"})[2] == STREAM.body.replace(b'"gpt-4o-mini"', b'"m"')
            assert only(door.end()).read_to_end

    def test_the_turns_of_a_recording_come_one_after_the_other_and_the_last_one_repeats(self) -> None:
        limited = response(b"{}", status=429)
        with Mock((recording(limited, response(b"[1]", kind="application/json")),)) as door:
            for _ in range(2):
                door.begin()
                assert [post(door, PLAIN_BODY)[0] for _ in range(3)] == [429, 200, 200]
                assert [exchange.response.status for exchange in door.end()] == [429, 200, 200]

    def test_headers_come_as_recorded(self) -> None:
        headers = (("content-type", "application/json"), ("retry-after", "1"), ("x-request-id", "req_1"))
        limited = RecordedResponse(429, headers, (Read(0, b"{}"),))
        with Mock((recording(limited),)) as door:
            status, got, _ = post(door, PLAIN_BODY)
            assert (status, got) == (429, {**dict(headers), "content-length": "2"})
            assert only(door.end()).response.headers == headers

    def test_what_no_recording_answers_gets_418_and_the_reason(self, door: Mock) -> None:
        status, headers, body = post(door, {**PLAIN_BODY, "n": 129}, host="api.example.com:8080")
        reason = (
            "no recording answers POST http://api.example.com:8080/v1/chat/completions with n 129: 128 are the most; "
            "the nearest is generic/completion"
        )
        assert (status, headers["content-type"]) == (418, "application/json")
        assert json.loads(body) == {
            "error": {"message": reason, "type": "invalid_request_error", "param": None, "code": "no_recording"}
        }
        exchange = only(door.end())
        assert (exchange.recording, exchange.reason, exchange.response.status) == ("", reason, 418)

    @pytest.mark.parametrize(
        ("path", "body", "lack"),
        [
            ("/v1/chat/unheard-of", {"model": "m"}, "words"),
            ("/v1/embeddings", {"model": "m", "input": "Hi", "stream": True}, "features"),
            ("/v1/audio/transcriptions", {"model": "m", "file": "a.mp3"}, "body"),
            (PATH, {**PLAIN_BODY, "modalities": ["text", "audio"], "audio": {"format": "opus"}}, "making"),
            (PATH, {**PLAIN_BODY, "n": 129}, "words"),
            (PATH, PLAIN_BODY, None),
        ],
    )
    def test_what_of_the_recordings_does_not_suit_a_request_is_told(
        self, path: str, body: Any, lack: str | None, door: Mock
    ) -> None:
        post(door, body, path=path)
        assert only(door.end()).lack == lack

    def test_exact_answers_the_recorded_request_only(self) -> None:
        with Mock(GENERIC, exact=True) as door:
            own: Any = next(one.body for one in GENERIC if one.name == "generic/completion")
            assert [post(door, own)[0], post(door, {**own, "top_p": 1})[0]] == [200, 418]
            assert "at $.top_p expected nothing, got 1" in door.end()[1].reason

    def test_an_empty_stream_and_a_204_have_no_body(self) -> None:
        nothing = RecordedResponse(204, (), ())
        with Mock((recording(response(), nothing),)) as door:
            assert [post(door, PLAIN_BODY)[::2] for _ in range(2)] == [(200, b""), (204, b"")]
            assert [(e.taken, e.read_to_end) for e in door.end()] == [(0, True), (0, True)]

    def test_head_gets_a_head(self) -> None:
        models = recording(
            response(b"{}", kind="application/json"), method="HEAD", url="http://127.0.0.1/v1/models", body=None
        )
        with Mock((models,)) as door, closing(http.client.HTTPConnection("127.0.0.1", door.port)) as connection:
            for path, status in (("/v1/models", 200), ("/other", 418)):
                connection.request("HEAD", path, headers={"Host": "127.0.0.1"})
                answer = connection.getresponse()
                assert (answer.status, answer.read()) == (status, b"")
            assert [exchange.response.body for exchange in door.end()] == [b"", b""]

    @pytest.mark.parametrize("status", [200, 204, 304])
    def test_head_and_what_has_no_body_get_none_also_of_a_stream(self, status: int) -> None:
        stream = recording(response(b"data: 1\n\n", status=status), method="HEAD", body=None)
        with Mock((stream,)) as door, raw(door) as connection:
            connection.sendall(f"HEAD {PATH} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n".encode())
            head, _, body = all_of(connection).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 %d" % status)
            assert b"transfer-encoding" not in head
            assert body == b""
            assert only(door.end()).read_to_end

    def test_a_body_of_several_reads_comes_in_chunks_and_in_one_piece_to_http_1_0(self) -> None:
        parts = (b'{"id":', b'"1"}')
        with Mock((recording(response(*parts, kind="application/json")),)) as door:
            with raw(door) as connection:
                connection.sendall(request_bytes(PLAIN_BODY))
                head, _, rest = until(connection, b"0\r\n\r\n").partition(b"\r\n\r\n")
            assert head.endswith(b"transfer-encoding: chunked")
            assert rest == b'6\r\n{"id":\r\n4\r\n"1"}\r\n0\r\n\r\n'
            with raw(door) as connection:
                connection.sendall(request_bytes(PLAIN_BODY, version="1.0"))
                head, _, rest = all_of(connection).partition(b"\r\n\r\n")
            assert b"content-length: 10" in head
            assert rest == b"".join(parts)

    def test_a_packed_body_goes_out_as_it_was_recorded_with_its_own_model(self) -> None:
        packed = gzip.compress(json.dumps({"model": PLAIN_BODY["model"]}).encode(), 0)
        headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
        reads = (Read(0.0, packed[:7]), Read(0.1, packed[7:]))
        with Mock((recording(RecordedResponse(200, headers, reads)),)) as door:
            status, got, body = post(door, {**PLAIN_BODY, "model": "another"})
            assert (status, got["content-encoding"], body) == (200, "gzip", packed)
            exchange = only(door.end())
        assert json.loads(exchange.response.body) == {"model": PLAIN_BODY["model"]}
        assert (exchange.taken, exchange.read_to_end) == (len(packed), True)

    def test_reads_come_at_their_times_when_asked(self) -> None:
        reads = (Read(0.1, b"data: 1\n\n"), Read(0.3, b"data: 2\n\n"), Read(0.3, b"data: [DONE]\n\n"))
        slow = recording(RecordedResponse(200, (("content-type", "text/event-stream"),), reads))
        with Mock((slow,), timing=True) as door, raw(door) as connection:
            started = time.monotonic()
            connection.sendall(request_bytes(PLAIN_BODY))
            until(connection, b"data: 1")
            first = time.monotonic() - started
            until(connection, b"data: 2")
            second = time.monotonic() - started
        assert first >= 0.1
        assert second >= 0.3
