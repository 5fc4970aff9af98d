"""Clients that leave before the end."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from aswritten.mock import Mock
from aswritten.recordings import Read, RecordedResponse
from doors import (
    PATH,
    PLAIN_BODY,
    STREAM,
    STREAM_BODY,
    all_of,
    needs_curl,
    only,
    raw,
    recording,
    request_bytes,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


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
