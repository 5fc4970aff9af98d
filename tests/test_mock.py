"""The door: what it serves, over which kinds of connection, and what it keeps of each exchange."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from asking import GENERIC, answered
from aswritten.errors import UsageError
from aswritten.mock import Mock, _connection, _ledger
from aswritten.recordings import Miss, Read, RecordedResponse, Recording, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.model import Exchange, Request

PLAIN_BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
STREAM_BODY = {**PLAIN_BODY, "stream": True}
STREAM = answered(STREAM_BODY)
PATH = "/v1/chat/completions"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")


def recording(*responses: RecordedResponse, **changes: Any) -> Recording:
    """A recording that answers everything alike at ``*/chat/completions``, by its differences from that."""
    values: dict[str, Any] = {
        "name": "one",
        "path": Path("one.yaml"),
        "source": Source("composed", why="a test"),
        "answers": "alike",
        "method": "POST",
        "url": "*/chat/completions",
        "headers": (),
        "body": PLAIN_BODY,
        "responses": responses,
    }
    return Recording(**(values | changes))


def response(*parts: bytes, kind: str = "text/event-stream", status: int = 200) -> RecordedResponse:
    return RecordedResponse(status, (("content-type", kind),), tuple(Read(0.0, part) for part in parts))


@pytest.fixture
def door() -> Iterator[Mock]:
    with Mock(GENERIC) as mock:
        mock.begin()
        yield mock


def post(door: Mock, body: object, host: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request over a connection of its own: status, headers, body."""
    with closing(http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)) as connection:
        if host:
            headers["Host"] = host
        connection.request("POST", PATH, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers.items()), answer.read()


@contextmanager
def raw(door: Mock) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as connection:
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """What comes until the other side ends."""
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


def request_bytes(body: object, *headers: str, version: str = "1.1") -> bytes:
    data = json.dumps(body).encode()
    lines = [f"POST {PATH} HTTP/{version}", "Host: api.example.com", f"Content-Length: {len(data)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data


def until(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to ``end``, read byte by byte: nothing behind it is taken from the socket."""
    found = b""
    while not found.endswith(end):
        byte = connection.recv(1)
        assert byte, found
        found += byte
    return found


def only(exchanges: tuple[Exchange, ...]) -> Exchange:
    (exchange,) = exchanges
    return exchange


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


class TestRequests:
    """What an Exchange keeps of a request."""

    def test_headers_keep_their_order_and_case_and_the_body_its_bytes(self, door: Mock) -> None:
        body = b'{"messages" : [],\n "model":"m"}'
        with raw(door) as connection:
            connection.sendall(
                b"POST /v1/chat/completions?a=%%2Fb&c HTTP/1.1\r\nX-Zeta: 1\r\nhOST: api.example.com\r\n"
                b"authorization: Bearer $KEY\r\nX-Alpha: 2\r\nX-Alpha: 3\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )
            until(connection, b"\r\n\r\n")
        request = only(door.end()).request
        assert request.headers == (
            ("X-Zeta", "1"),
            ("hOST", "api.example.com"),
            ("authorization", "Bearer $KEY"),
            ("X-Alpha", "2"),
            ("X-Alpha", "3"),
            ("Content-Length", str(len(body))),
        )
        assert request.body == body
        assert request.url == "http://api.example.com/v1/chat/completions?a=%2Fb&c"

    @pytest.mark.parametrize(
        ("line", "host", "url"),
        [
            ("//v1/chat/completions", "a.example", "http://a.example//v1/chat/completions"),
            ("/v1/chat/completions", "localhost:11434", "http://localhost:11434/v1/chat/completions"),
            ("/v1/chat/completions", "[::1]:8080", "http://[::1]:8080/v1/chat/completions"),
            ("http://b.example:81/x?y", "a.example", "http://b.example:81/x?y"),
        ],
    )
    def test_the_target_is_kept_as_sent(self, door: Mock, line: str, host: str, url: str) -> None:
        with raw(door) as connection:
            connection.sendall(f"GET {line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            all_of(connection)
        assert only(door.end()).request.url == url

    def test_a_body_in_chunks_is_joined(self, door: Mock) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", door.port)) as connection:
            body = json.dumps(PLAIN_BODY).encode()
            parts = iter([body[:5], body[5:]])
            connection.request("POST", PATH, parts, {"Transfer-Encoding": "chunked"}, encode_chunked=True)
            assert connection.getresponse().read()
        assert only(door.end()).request.body == body

    def test_a_packed_body_is_unpacked(self, door: Mock) -> None:
        body = json.dumps(PLAIN_BODY).encode()
        with closing(http.client.HTTPConnection("127.0.0.1", door.port)) as connection:
            connection.request("POST", PATH, gzip.compress(body), {"Content-Encoding": "gzip"})
            assert connection.getresponse().status == 200
        request = only(door.end()).request
        assert request.body == body
        assert request.header("content-encoding") == "gzip"

    def test_a_body_that_only_says_it_is_packed_is_kept(self, door: Mock) -> None:
        assert post(door, PLAIN_BODY, **{"Content-Encoding": "gzip"})[0] == 200
        assert json.loads(only(door.end()).request.body) == PLAIN_BODY

    def test_expect_100_continue_is_answered_before_the_body(self, door: Mock) -> None:
        with raw(door) as connection:
            head, _, body = request_bytes(PLAIN_BODY, "Expect: 100-continue").partition(b"\r\n\r\n")
            connection.sendall(head + b"\r\n\r\n")
            assert until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            connection.sendall(body)
            assert until(connection, b"\r\n").startswith(b"HTTP/1.1 200")
        assert only(door.end()).request.body == body

    @pytest.mark.parametrize(
        ("data", "status"),
        [
            (b"nonsense\r\n\r\n", 400),
            (b"PRI * HTTP/2.0\r\n\r\n", 505),
            (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
            (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
            (b"GET /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n", 414),
        ],
        ids=["no http", "http 2", "no length", "negative", "too long", "no chunks", "long line"],
    )
    def test_what_is_no_request_is_refused_and_is_no_exchange(self, door: Mock, data: bytes, status: int) -> None:
        with raw(door) as connection:
            connection.sendall(data)
            # To what is not even HTTP the standard library answers with the body alone.
            assert b"Error code: %d" % status in all_of(connection)
        assert post(door, PLAIN_BODY)[0] == 200
        assert len(door.end()) == 1

    def test_a_request_that_ends_in_the_middle_is_no_exchange(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY)[:-3])
            connection.shutdown(socket.SHUT_WR)
            assert all_of(connection) == b""
        assert door.end() == ()


class TestConnections:
    def test_many_requests_on_one_connection(self, door: Mock) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", door.port)) as connection:
            for body in (PLAIN_BODY, STREAM_BODY, PLAIN_BODY):
                connection.request("POST", PATH, json.dumps(body))
                assert connection.getresponse().read()
                first = connection.sock
            assert connection.sock is first
        assert [exchange.read_to_end for exchange in door.end()] == [True] * 3

    def test_requests_sent_at_once_are_answered_in_turn(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY) + request_bytes(PLAIN_BODY, "Connection: close"))
            assert all_of(connection).count(b"HTTP/1.1 200 OK") == 2
        assert [exchange.read_to_end for exchange in door.end()] == [True] * 2

    def test_a_client_of_http_1_0_gets_a_stream_that_ends_with_the_connection(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(STREAM_BODY, version="1.0"))
            head, _, body = all_of(connection).partition(b"\r\n\r\n")
        assert b"chunked" not in head
        assert body == STREAM.body
        assert only(door.end()).read_to_end

    def test_a_client_that_asks_for_it_is_closed_on(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(STREAM_BODY, "Connection: close"))
            assert all_of(connection).endswith(b"0\r\n\r\n")
        assert only(door.end()).read_to_end

    @pytest.mark.parametrize("https", [False, True])
    def test_twenty_connections_at_once(self, door: Mock, https: bool) -> None:
        def call(number: int) -> str:
            body = {**STREAM_BODY, "model": f"m-{number}"}
            context = ssl.create_default_context(cafile=str(door.ca_file))
            connection: http.client.HTTPConnection = (
                http.client.HTTPSConnection("localhost", door.port, context=context)
                if https
                else http.client.HTTPConnection("localhost", door.port)
            )
            with closing(connection):
                connection.request("POST", PATH, json.dumps(body))
                text = connection.getresponse().read().decode()
            assert text.count(f'"m-{number}"') == len(STREAM.reads) - 1
            return f"m-{number}"

        with ThreadPoolExecutor(20) as pool:
            models = set(pool.map(call, range(20)))
        exchanges = door.end()
        assert {json.loads(exchange.request.body)["model"] for exchange in exchanges} == models
        assert all(exchange.read_to_end for exchange in exchanges)

    def test_clients_that_send_nothing_or_nonsense_hold_up_nobody(self, door: Mock) -> None:
        silent = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(10)]
        garbage = socket.create_connection(("127.0.0.1", door.port))
        garbage.sendall(b"\x16\x03\x01garbage that is no TLS")
        loris = socket.create_connection(("127.0.0.1", door.port))
        loris.sendall(request_bytes(PLAIN_BODY)[:-1])
        half = socket.create_connection(("127.0.0.1", door.port))
        half.sendall(b"\x16\x03\x01\x02\x00\x01")
        try:
            assert post(door, PLAIN_BODY)[0] == 200
            started = time.monotonic()
            assert len(door.end()) == 1
            assert time.monotonic() - started < 0.9, "nothing of this is work that `end` waits for"
            # Nothing of the run before is left.
            assert all_of(loris) == b""
        finally:
            for connection in (*silent, garbage, loris, half):
                connection.close()

    def test_a_handshake_has_a_limit(self, door: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_connection, "HANDSHAKE_LIMIT", 0.05)
        for data in (b"", b"\x16\x03"):
            with raw(door) as connection:
                connection.sendall(data)
                assert all_of(connection) == b""

    def test_a_taken_port_is_the_users_mistake(self, door: Mock, capfd: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(UsageError) as caught:
            Mock(GENERIC, port=door.port)
        assert str(caught.value) == (
            f"port {door.port} on 127.0.0.1: Address already in use: choose another, or 0 for any free one"
        )
        assert capfd.readouterr() == ("", "")

    def test_a_port_can_be_asked_for(self) -> None:
        with Mock(GENERIC) as other:
            port = other.port
        with Mock(GENERIC, port=port) as door:
            assert door.port == port
            assert post(door, PLAIN_BODY)[0] == 200

    def test_a_second_listener_is_served_too(self, door: Mock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            door.listen_on(listener)
            with closing(http.client.HTTPConnection("127.0.0.1", listener.getsockname()[1])) as connection:
                connection.request("POST", PATH, json.dumps(PLAIN_BODY))
                assert connection.getresponse().read()
            assert only(door.end()).read_to_end
            door.stop()


class TestRuns:
    def test_a_run_starts_with_nothing_of_the_one_before(self, door: Mock) -> None:
        post(door, PLAIN_BODY)
        door.begin()
        assert door.end() == ()

    def test_a_connection_of_the_run_before_adds_nothing(self, door: Mock) -> None:
        with raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY)[:-1])
            post(door, PLAIN_BODY)
            door.begin()
            # Ended from the other side; what is sent nevertheless is of no run.
            assert connection.recv(1) == b""
            connection.sendall(b"}")
        assert door.end() == ()

    def test_what_comes_between_two_runs_is_of_none(self, door: Mock) -> None:
        door.end()
        assert post(door, PLAIN_BODY)[0] == 200
        door.begin()
        assert door.end() == ()

    def test_end_waits_for_a_response_that_is_being_served(self) -> None:
        slow = RecordedResponse(
            200, (("content-type", "text/event-stream"),), (Read(0.0, b"data: 1\n\n"), Read(0.2, b"data: [DONE]\n\n"))
        )
        with Mock((recording(slow),), timing=True) as door, raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY))
            until(connection, b"data: 1")
            exchange = only(door.end())
            assert (exchange.taken, exchange.read_to_end) == (len(slow.body), True)

    def test_end_does_not_wait_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_ledger, "_PATIENCE", 0.05)
        slow = RecordedResponse(
            200, (("content-type", "text/event-stream"),), (Read(0.0, b"data: 1\n\n"), Read(60, b"data: [DONE]\n\n"))
        )
        with Mock((recording(slow),), timing=True) as door, raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY))
            until(connection, b"data: 1")
            exchange = only(door.end())
            assert (exchange.taken, exchange.read_to_end) == (len(b"data: 1\n\n"), False)

    def test_an_error_of_ours_is_raised_by_end(self, door: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("a fault of ours")

        monkeypatch.setattr(_ledger, "choose", broken)
        with raw(door) as connection:
            connection.sendall(request_bytes(PLAIN_BODY))
            assert all_of(connection) == b""
        with pytest.raises(ZeroDivisionError, match="a fault of ours"):
            door.end()
        monkeypatch.undo()
        door.begin()
        assert post(door, PLAIN_BODY)[0] == 200
        assert len(door.end()) == 1

    def test_several_errors_of_ours_are_counted(self, door: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("a fault of ours")

        monkeypatch.setattr(_ledger, "choose", broken)
        for _ in range(2):
            with raw(door) as connection:
                connection.sendall(request_bytes(PLAIN_BODY))
                assert all_of(connection) == b""
        with pytest.raises(RuntimeError, match="2 errors while serving, the first: ZeroDivisionError"):
            door.end()

    def test_stop_ends_all_and_leaves_nothing(self) -> None:
        before = set(threading.enumerate())
        door = Mock(GENERIC)
        with raw(door) as connection:
            connection.sendall(b"POST / HTTP/1.1\r\n")
            assert door.ca_file.is_file()
            door.stop()
            with suppress(ConnectionResetError):
                assert connection.recv(1) == b""
        assert not door.ca_file.parent.exists()
        # A thread that is told to end takes a moment on a busy machine; one that was not told stays.
        started = set(threading.enumerate()) - before
        for thread in started:
            thread.join(30)
        assert not [one.name for one in started if one.is_alive()]
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", door.port))
        door.stop()


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


def curl(door: Mock, url: str, body: object, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        "curl",
        "-sS",
        "--max-time",
        "20",
        "--cacert",
        str(door.ca_file),
        "--connect-to",
        f"::127.0.0.1:{door.port}",
    ]
    return subprocess.run(
        [*command, url, "-d", json.dumps(body), *options], capture_output=True, text=True, check=False
    )


class TestTls:
    @needs_curl
    @pytest.mark.parametrize(
        ("url", "host", "port"),
        [
            ("https://api.example.com/v1/chat/completions", "api.example.com", 443),
            ("https://API.example.com:8443/v1/chat/completions", "API.example.com", 8443),
            ("https://localhost:8080/v1/chat/completions", "localhost", 8080),
            ("https://127.0.0.1/v1/chat/completions", "127.0.0.1", 443),
            ("https://[::1]:8080/v1/chat/completions", "::1", 8080),
            # No name is spelt so; a placeholder is, and clients ask for it.
            ("https://YOUR_RESOURCE.api.example.com/v1/chat/completions", "YOUR_RESOURCE.api.example.com", 443),
            ("https://your_host/v1/chat/completions", "your_host", 443),
        ],
    )
    def test_curl_trusts_the_door_for_every_host(self, door: Mock, url: str, host: str, port: int) -> None:
        done = curl(door, url, STREAM_BODY)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.encode() == STREAM.body
        exchange = only(door.end())
        assert (exchange.request.scheme, exchange.request.host, exchange.request.port) == ("https", host, port)
        assert exchange.read_to_end

    def test_python_trusts_a_name_with_an_underscore(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="your_host.example.com") as connection:
            assert ("DNS", "your_host.example.com") in connection.getpeercert()["subjectAltName"]  # type: ignore[index]

    @needs_curl
    def test_plain_and_tls_are_served_on_the_one_port(self, door: Mock) -> None:
        for scheme in ("http", "https"):
            assert curl(door, f"{scheme}://api.example.com/v1/chat/completions", STREAM_BODY).returncode == 0
        assert [exchange.request.scheme for exchange in door.end()] == ["http", "https"]

    @needs_curl
    def test_a_stream_over_http_1_0_and_tls_ends_properly(self, door: Mock) -> None:
        done = curl(door, "https://api.example.com/v1/chat/completions", STREAM_BODY, "--http1.0")
        assert (done.returncode, done.stdout.encode()) == (0, STREAM.body)
        assert only(door.end()).read_to_end

    def test_without_a_host_header_the_name_asked_of_tls_is_the_host(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="named.example") as connection:
            connection.sendall(b"GET /v1/other HTTP/1.0\r\n\r\n")
            assert connection.recv(12) == b"HTTP/1.1 418"
            all_of(connection)
        assert only(door.end()).request.url == "https://named.example/v1/other"

    def test_another_authority_is_not_trusted_and_that_is_no_exchange(self, door: Mock) -> None:
        with Mock(GENERIC) as other:
            context = ssl.create_default_context(cafile=str(other.ca_file))
            with raw(door) as plain, pytest.raises(ssl.SSLCertVerificationError):
                context.wrap_socket(plain, server_hostname="api.example.com")
        assert door.end() == ()

    def test_http_1_1_is_what_is_offered(self, door: Mock) -> None:
        context = ssl.create_default_context(cafile=str(door.ca_file))
        context.set_alpn_protocols(["h2", "http/1.1"])
        with raw(door) as plain, context.wrap_socket(plain, server_hostname="api.example.com") as connection:
            assert connection.selected_alpn_protocol() == "http/1.1"

    def test_a_certificate_that_cannot_be_made_is_an_error_of_ours(
        self, door: Mock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object) -> None:
            raise OSError("no space left")

        monkeypatch.setattr(trustme.CA, "issue_cert", broken)
        context = ssl.create_default_context(cafile=str(door.ca_file))
        with raw(door) as plain, pytest.raises(OSError):  # noqa: PT011  # the client's side: whatever TLS says
            context.wrap_socket(plain, server_hostname="api.example.com")
        with pytest.raises(RuntimeError, match=r"no certificate for 'api\.example\.com'"):
            door.end()


class TestLeaving:
    """How far the client read: told by the signs of its socket, for plain connections and TLS alike."""

    @pytest.fixture(params=[False, True], ids=["http", "https"])
    def client(self, request: pytest.FixtureRequest, door: Mock) -> Iterator[socket.socket]:
        with raw(door) as plain:
            if not request.param:
                yield plain
                return
            context = ssl.create_default_context(cafile=str(door.ca_file))
            with context.wrap_socket(plain, server_hostname="api.example.com") as secure:
                yield secure

    def test_one_that_reads_to_the_end_and_closes(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        until(client, b"0\r\n\r\n")
        client.close()
        exchange = only(door.end())
        assert (exchange.taken, exchange.read_to_end) == (len(STREAM.body), True)

    def test_one_that_keeps_its_connection(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        until(client, b"0\r\n\r\n")
        assert only(door.end()).read_to_end

    def test_one_that_closes_after_the_first_event(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        until(client, b"\n\n\r\n")
        client.close()
        exchange = only(door.end())
        assert not exchange.read_to_end
        assert exchange.taken >= len(STREAM.reads[0].data)

    def test_one_that_reads_nothing(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        time.sleep(0.05)
        client.close()
        assert not only(door.end()).read_to_end

    def test_one_that_asks_for_the_end_of_the_connection_and_reads_half(
        self, door: Mock, client: socket.socket
    ) -> None:
        client.sendall(request_bytes(STREAM_BODY, "Connection: close"))
        until(client, b"\n\n\r\n")
        time.sleep(0.05)
        client.close()
        assert not only(door.end()).read_to_end

    def test_one_that_stops_at_done_as_clients_do(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        seen = b""
        while b"[DONE]" not in seen:
            seen += client.recv(65536)
        client.close()
        assert only(door.end()).read_to_end

    def test_one_that_stops_at_the_finish_reason(self, door: Mock, client: socket.socket) -> None:
        client.sendall(request_bytes(STREAM_BODY))
        seen = b""
        while b'"finish_reason":"stop"' not in seen:
            seen += client.recv(65536)
        client.close()
        assert only(door.end()).read_to_end

    def test_one_that_ends_only_its_own_sending(self, door: Mock) -> None:
        with raw(door) as client:
            client.sendall(request_bytes(STREAM_BODY))
            client.shutdown(socket.SHUT_WR)
            assert all_of(client).endswith(b"0\r\n\r\n")
        assert only(door.end()).read_to_end

    def test_the_time_of_a_client_that_has_left_is_not_waited_for(self) -> None:
        reads = tuple(Read(float(second), b"data: %d\n\n" % second) for second in range(0, 600, 60))
        slow = RecordedResponse(200, (("content-type", "text/event-stream"),), reads)
        with Mock((recording(slow),), timing=True) as door:
            with raw(door) as client:
                client.sendall(request_bytes(PLAIN_BODY))
                until(client, b"data: 0\n\n\r\n")
            started = time.monotonic()
            exchange = only(door.end())
            assert time.monotonic() - started < 0.9
            assert (exchange.taken, exchange.read_to_end) == (len(reads[0].data), False)

    def test_with_timing_one_that_stops_at_the_finish_reason_before_the_rest_has_come(self) -> None:
        finish = b'data: {"choices":[{"finish_reason":"stop"}]}\n\n'
        reads = (
            Read(0.0, b"data: {}\n\n"),
            Read(0.0, finish),
            Read(0.2, b"data: {}\n\n"),
            Read(0.3, b"data: [DONE]\n\n"),
        )
        slow = RecordedResponse(200, (("content-type", "text/event-stream"),), reads)
        with Mock((recording(slow),), timing=True) as door:
            with raw(door) as client:
                client.sendall(request_bytes(PLAIN_BODY))
                until(client, b'"stop"}]}\n\n\r\n')
            exchange = only(door.end())
        assert (exchange.taken, exchange.read_to_end) == (len(slow.body), True)

    def test_with_timing_one_that_leaves_the_finish_reason_unread(self) -> None:
        finish = b'data: {"choices":[{"finish_reason":"stop"}]}\n\n'
        reads = (Read(0.0, b"data: {}\n\n"), Read(0.0, finish), Read(30.0, b"data: [DONE]\n\n"))
        slow = RecordedResponse(200, (("content-type", "text/event-stream"),), reads)
        with Mock((recording(slow),), timing=True) as door:
            with raw(door) as client:
                client.sendall(request_bytes(PLAIN_BODY))
                until(client, b"{}\n\n\r\n")
                while client.recv(1024, socket.MSG_PEEK).find(b"stop") < 0:
                    time.sleep(0.001)
            assert not only(door.end()).read_to_end

    @needs_curl
    def test_curl_that_cannot_hand_on_what_it_reads(self) -> None:
        """As in ``curl -N ... | head -1``. The next read is far away, and is not waited for."""
        reads = (Read(0.0, b"data: 1\n\n"), Read(60.0, b"data: [DONE]\n\n"))
        slow = recording(RecordedResponse(200, (("content-type", "text/event-stream"),), reads))
        reading, writing = os.pipe()
        os.close(reading)
        with Mock((slow,), timing=True) as door:
            command = ["curl", "-sSN", f"http://127.0.0.1:{door.port}{PATH}", "-d", json.dumps(PLAIN_BODY)]
            try:
                done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, timeout=20, check=False)
            finally:
                os.close(writing)
            assert done.returncode == 23, done.stderr
            exchange = only(door.end())
        assert (exchange.taken, exchange.read_to_end) == (len(reads[0].data), False)
