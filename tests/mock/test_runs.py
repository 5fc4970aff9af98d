"""What the door keeps of each run apart from others."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

import pytest

from asking import GENERIC
from aswritten.mock import Mock, _ledger
from aswritten.recordings import Read, RecordedResponse
from doors import (
    PLAIN_BODY,
    all_of,
    only,
    post,
    raw,
    recording,
    request_bytes,
    until,
)


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
