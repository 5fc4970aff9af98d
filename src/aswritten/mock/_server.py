"""pytest-httpserver's server, with our way to take a connection in."""

from __future__ import annotations

import socket
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_httpserver import HTTPServer
from werkzeug.serving import ThreadedWSGIServer

from aswritten.errors import UsageError
from aswritten.mock._connection import Connection
from aswritten.mock._socket import is_readable

if TYPE_CHECKING:
    from aswritten.mock._ledger import Ledger, Link
    from aswritten.mock._tls import Authority

_HOST = "127.0.0.1"
#: Seconds between two looks of the accepting thread at whether it is to stop.
_POLL = 0.01


class Server(HTTPServer):
    """Listens on a socket of our own, so that a port that is taken is the user's mistake and not the end of the process."""

    def __init__(self, ledger: Ledger, authority: Authority, *, timing: bool, port: int) -> None:
        super().__init__(_HOST, port, threaded=True)
        self._ledger = ledger
        self._second: threading.Thread | None = None
        self._stopping = threading.Event()
        self._connection = partial(Connection, ledger=ledger, authority=authority, timing=timing)

    def start(self) -> None:
        """Serve from now on. Raises UsageError where the port is taken."""
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((_HOST, self.port))
            except (OSError, OverflowError) as error:
                why = getattr(error, "strerror", None) or error
                raise UsageError(
                    f"port {self.port} on {_HOST}: {why}: choose another, or 0 for any free one"
                ) from error
            listener.listen(128)
            self.port = listener.getsockname()[1]
            # The server makes a duplicate of the socket: this one is closed on leaving.
            listening = _Listening(self._ledger, self._connection, self.port, listener.fileno())
        self.server = listening
        self._ledger.listens(listening.socket)
        self.server_thread = threading.Thread(target=self.thread_target, name="aswritten-door", daemon=True)
        self.server_thread.start()

    def listen_on(self, listener: socket.socket) -> None:
        """Take in what connects to a second socket, until the server stops."""
        self._ledger.listens(listener)
        args = (self.server, listener)
        self._second = threading.Thread(target=self._accept, args=args, name="aswritten-door-inside", daemon=True)
        self._second.start()

    def stop(self) -> None:
        """Stop accepting; afterwards the sockets may be closed."""
        self._stopping.set()
        super().stop()
        if self._second is not None:
            self._second.join()

    def _accept(self, server: _Listening, listener: socket.socket) -> None:
        try:
            while not self._stopping.is_set():
                if is_readable(listener, _POLL):
                    server.process_request(*listener.accept())
        except Exception as error:  # noqa: BLE001  # a thread has nobody to raise it to; the end of the run has
            self._ledger.failed(error)

    def thread_target(self) -> None:
        """Accept until told to stop."""
        assert self.server is not None
        self.server.serve_forever(poll_interval=_POLL)


class _Listening(ThreadedWSGIServer):
    """Enters each connection in the ledger as it is accepted, before its thread starts."""

    def __init__(self, ledger: Ledger, connection: partial[Connection], port: int, fd: int) -> None:
        self._ledger = ledger
        self._entered: dict[int, Link] = {}
        super().__init__(_HOST, port, _no_application, fd=fd)
        self._connection = connection

    def process_request(self, request: Any, client_address: Any) -> None:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._entered[id(request)] = self._ledger.opened(request)
        super().process_request(request, client_address)

    def finish_request(self, request: Any, client_address: Any) -> None:
        link = self._entered.pop(id(request))
        try:
            self._connection(request, client_address, self, link=link)
        except Exception as error:  # noqa: BLE001  # told before the connection counts as over, which is what the end of the run waits for
            self._ledger.failed(error)
        finally:
            self._ledger.closed(link)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        error = sys.exc_info()[1]
        assert error is not None
        self._ledger.failed(error)


def _no_application(*_: object) -> list[bytes]:
    """What WSGI asks for and nothing calls: a `Connection` answers by itself."""
    raise AssertionError("no request reaches the application")
