"""One HTTP call: what a read of it is."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

from aswritten.client import Answer, Limits, send

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


@contextlib.contextmanager
def writing(*parts: bytes) -> Iterator[str]:
    """The URL of a server that answers one request with these writes, and then ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.recv(65536)
                for part in parts:
                    connection.sendall(part)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()


def asked(url: str, limits: Limits | None = None) -> Answer:
    return send("GET", url, {}, b"", limits or Limits(), unpack=False)


def sizes(answer: Answer) -> list[int]:
    return [size for _, size in answer.reads]


def test_a_chunk_is_a_read_however_it_comes_over_the_connection() -> None:
    body = bytes(20_000)
    with writing(
        HEAD, b"4e20\r\n" + body[:9], body[9:11], body[11:] + b"\r\n1\r\na\r\n1", b"\r\nb", b"\r\n0\r\n\r\n"
    ) as url:
        answer = asked(url)
    assert answer.ended
    assert sizes(answer) == [20_000, 1, 1]
    assert answer.body == body + b"ab"


def test_of_a_chunk_in_which_the_connection_ends_that_is_a_read_which_came() -> None:
    with writing(HEAD, b"3\r\nabc\r\n5\r\nde") as url:
        answer = asked(url)
    assert (answer.ended, answer.stopped) == (False, "")
    assert (sizes(answer), answer.body) == ([3, 2], b"abcde")


def test_a_chunk_that_is_said_to_be_huge_takes_no_room_before_it_comes() -> None:
    with writing(HEAD, b"fffffffffffff\r\nabc") as url:
        answer = asked(url)
    assert (answer.ended, answer.body) == (False, b"abc")


def test_a_chunk_beyond_the_limit_ends_the_call() -> None:
    with writing(HEAD, b"a\r\n0123456789\r\n5\r\nabcde\r\n") as url:
        answer = asked(url, Limits(size=12))
    assert (answer.ended, answer.stopped) == (False, "it sent more than 12 bytes")
