"""One connection: its requests in turn, each answered by the reads of a recording.

Werkzeug's own handler is not used: it closes each connection after one response, waits 10 ms at its end, and passes
headers on without their order and case.
"""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from aswritten.mock._body import BadBodyError, read_body
from aswritten.mock._frames import frames, in_chunks
from aswritten.mock._hand_over import hand_over
from aswritten.mock._socket import Reader, has_ended, is_reset
from aswritten.model import Request

if TYPE_CHECKING:
    from aswritten.mock._ledger import Entry, Ledger, Link
    from aswritten.mock._tls import Authority
    from aswritten.recordings import RecordedResponse

#: Seconds from connecting to the end of the TLS handshake.
HANDSHAKE_LIMIT = 30.0
#: Seconds for which a client that has said good-bye over TLS is given to close its socket.
_GOODBYE = 0.05
#: Bytes, as in the standard library.
_LONGEST_LINE = 65536
_TLS_HANDSHAKE = b"\x16"


class Connection(BaseHTTPRequestHandler):
    """Handles one connection from its first byte to its end."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, ledger: Ledger, authority: Authority, timing: bool, link: Link) -> None:
        self._ledger = ledger
        self._authority = authority
        self._timing = timing
        self._link = link
        self._scheme: Literal["http", "https"] = "http"
        self._asked_name = ""
        self._last: Entry | None = None
        super().__init__(*args)

    def setup(self) -> None:
        """Nothing yet: `handle` tells TLS from plain, for which it may have to wait."""
        self.connection: socket.socket = self.request

    def finish(self) -> None:
        """Close, without a good-bye over TLS: a client that does not read it would seem to have left bytes unread."""
        self.connection.close()

    def handle(self) -> None:
        """All requests of the connection, until one side ends it."""
        # What goes wrong with the connection is the client's doing; all else ends in `_Listening.handle_error`.
        with contextlib.suppress(OSError):
            if not self._open():
                return
            self.rfile = io.BufferedReader(Reader(self.connection))
            self.wfile = _Writer(self.connection)  # type: ignore[assignment]
            while self._next_line() and self._one_request():
                pass

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing is printed: the ledger holds what happened."""

    def _open(self) -> bool:
        """Take the connection in, over TLS where its first byte is a TLS handshake's; False where no HTTP comes, as from clients of databases."""
        self.connection.settimeout(HANDSHAKE_LIMIT)
        first = self.connection.recv(1, socket.MSG_PEEK)
        if first == _TLS_HANDSHAKE:
            self.connection, self._asked_name = self._authority.handshake(self.connection)
            self._scheme = "https"
        self.connection.settimeout(None)
        return first == _TLS_HANDSHAKE or first.isalpha() or first in {b"\r", b"\n"}

    def _next_line(self) -> bool:
        """The line that starts the next request. What comes instead tells how the client took the response before."""
        try:
            self.raw_requestline = self.rfile.readline(_LONGEST_LINE + 1)
            left = not self.raw_requestline and self._has_reset()
        except OSError:
            self.raw_requestline, left = b"", True
        self._settle(left=left)
        return bool(self.raw_requestline)

    def _settle(self, *, left: bool) -> None:
        if self._last is not None:
            self._last.left = left
            self._last = None

    def _has_reset(self) -> bool:
        """Whether the client, which sends no more, closed with bytes unread: then its kernel resets the connection."""
        # Over TLS the good-bye comes first, and the end of the connection a moment after it.
        if self._scheme == "https":
            has_ended(self.connection, _GOODBYE)
        return is_reset(self.connection)

    def _one_request(self) -> bool:
        """Read and answer one request; False where the connection is to end."""
        if len(self.raw_requestline) > _LONGEST_LINE:
            self.requestline = self.command = ""
            self.request_version = self.protocol_version
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return False
        if not self.parse_request():
            return False
        try:
            body = read_body(self.rfile, self.headers)
        except BadBodyError as error:
            self.send_error(error.status, str(error))
            return False
        if body is None:
            return False
        entry = self._ledger.asked(self._link, self._request(body))
        known = False
        try:
            known = self._serve(entry)
        finally:
            self._ledger.served(self._link)
        self._last = None if known else entry
        if entry.left:
            return False
        if self.close_connection:
            self._end_politely()
        return not self.close_connection

    def _request(self, body: bytes) -> Request:
        target = self.requestline.split()[1]
        host = self.headers.get("Host", "").strip()
        if not target.startswith("/") and "://" in target:
            url = urlsplit(target)
            host = url.netloc.rpartition("@")[2]
            target = (url.path or "/") + ("?" + url.query if url.query else "")
        elif self.command == "CONNECT":
            # A tunnel's target is where it leads, and no path of anything there.
            host, target = target, "/"
        name, colon, port = host.rpartition(":")
        if not (colon and port.isdecimal()):
            name, port = host, ""
        return Request(
            method=self.command,
            scheme=self._scheme,
            host=(name or self._asked_name).removeprefix("[").removesuffix("]"),
            port=int(port) if port else (443 if self._scheme == "https" else 80),
            target=target,
            headers=tuple(self.headers.items()),
            body=body,
        )

    def _serve(self, entry: Entry) -> bool:
        """Hand the response over, read by read. True where it is known how the client took it, whatever it does next."""
        answer = entry.answer
        chunked = self._may_have_body(answer) and in_chunks(answer) and self.request_version >= "HTTP/1.1"
        head = self._head(entry, chunked=chunked)
        parts = frames(answer, chunked=chunked, timing=self._timing)
        if not answer.is_stream and parts:
            # One piece: no client tells a head by itself from a head with its body.
            parts[0] = parts[0].after(head)
        else:
            self.connection.sendall(head)
        return hand_over(self.connection, parts, entry)

    def _may_have_body(self, answer: RecordedResponse) -> bool:
        return answer.status not in (204, 304) and self.command != "HEAD"

    def _head(self, entry: Entry, *, chunked: bool) -> bytes:
        answer = entry.answer
        headers = list(answer.headers)
        if chunked:
            headers.append(("transfer-encoding", "chunked"))
        elif answer.is_stream and self._may_have_body(answer):
            self.close_connection = True
        elif self._may_have_body(answer):
            headers.append(("content-length", str(len(answer.body))))
        if self.close_connection:
            headers.append(("connection", "close"))
        elif self.request_version < "HTTP/1.1":
            headers.append(("connection", "keep-alive"))
        try:
            phrase = HTTPStatus(answer.status).phrase
        except ValueError:
            phrase = ""
        lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers), "", ""]
        return "\r\n".join(lines).encode("latin-1", "replace")

    def _end_politely(self) -> None:
        """End our sending and wait until the client closes, which tells how it took the response."""
        if isinstance(self.connection, ssl.SSLSocket):
            self._say_goodbye(self.connection)
        # Below TLS: nothing that the client still says matters, only how it ends.
        raw = socket.socket
        try:
            raw.shutdown(self.connection, socket.SHUT_WR)
            while raw.recv(self.connection, 65536):
                pass
            left = is_reset(self.connection)
        except OSError:
            left = True
        self._settle(left=left)

    def _say_goodbye(self, connection: ssl.SSLSocket) -> None:
        """Where only the end of the connection ends the body, TLS has to say that this is no truncation."""
        if self._last is None or not self._last.answer.is_stream or self.request_version >= "HTTP/1.1":
            return
        connection.setblocking(False)
        # Sends our good-bye; we do not wait for the client's.
        with contextlib.suppress(ssl.SSLWantReadError, OSError):
            connection.unwrap()
        connection.setblocking(True)


class _Writer:
    """What the standard library's handler writes its own answers (400, 100 Continue) to."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def write(self, data: bytes) -> int:
        self._connection.sendall(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""
