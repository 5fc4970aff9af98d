"""What a socket tells about the other side, without reading from it."""

from __future__ import annotations

import select
import socket
import time

#: Linux tells of a FIN by itself; elsewhere POLLHUP does.
_ENDED: int = getattr(select, "POLLRDHUP", select.POLLHUP) | select.POLLHUP | select.POLLERR


def is_readable(sock: socket.socket) -> bool:
    """Whether bytes, a connection, an end or an error wait to be read."""
    return bool(_poll(sock, select.POLLIN | _ENDED, 0.0))


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
