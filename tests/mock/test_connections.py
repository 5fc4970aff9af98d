"""Over which kinds of connection the door speaks, and when it ends them."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from asking import GENERIC
from aswritten.errors import UsageError
from aswritten.mock import Mock, _connection
from doors import (
    PATH,
    PLAIN_BODY,
    STREAM,
    STREAM_BODY,
    all_of,
    only,
    post,
    raw,
    request_bytes,
)


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
