"""What a socket tells about the other side, without reading from it."""

from __future__ import annotations

import io
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

#: Linux tells of a FIN by itself; elsewhere POLLHUP does.
_ENDED: int = getattr(select, "POLLRDHUP", select.POLLHUP) | select.POLLHUP | select.POLLERR


def is_readable(sock: socket.socket, wait: float = 0.0) -> bool:
    """Whether bytes, a connection, an end or an error wait to be read, or do within ``wait`` seconds."""
    return bool(_poll(sock, select.POLLIN | _ENDED, wait))


def has_ended(sock: socket.socket, wait: float) -> bool:
    """Whether the other side ends its sending within ``wait`` seconds, or has done so."""
    return bool(_poll(sock, _ENDED, wait))


def is_reset(sock: socket.socket, wait: float = 0.0) -> bool:
    """Whether the other side resets the connection within ``wait`` seconds, or has done so."""
    deadline = time.monotonic() + wait
    while not sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.001)
    return True


def _poll(sock: socket.socket, events: int, wait: float) -> list[tuple[int, int]]:
    poll = select.poll()
    poll.register(sock, events)
    # Rounded up: a wait of less than a millisecond is none to poll.
    return poll.poll(-(-wait * 1000 // 1))


class Reader(io.RawIOBase):
    """What comes over a connection, without touching its end.

    Where a client just closes, OpenSSL answers with an alert, and the client's kernel answers that with a reset, as if the
    client had left bytes unread. So the end is seen below TLS, before TLS reads.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Wait for bytes and give them; 0 at the end. Raises OSError where the connection is reset."""
        connection = self._connection
        below_tls = isinstance(connection, ssl.SSLSocket) and not connection.pending()
        # The base class's: an SSLSocket itself does not peek.
        if below_tls and not socket.socket.recv(connection, 1, socket.MSG_PEEK):
            return 0
        return connection.recv_into(buffer)
