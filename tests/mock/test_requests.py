"""Requests that the door reads, however they are sent."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from doors import (
    PATH,
    PLAIN_BODY,
    all_of,
    only,
    post,
    raw,
    request_bytes,
    until,
)

if TYPE_CHECKING:
    from aswritten.mock import Mock


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
