"""One HTTP call, bounded in time and size, with the time of each read. The only module that names urllib3."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse

    from aswritten.model import Headers

#: Most bytes that are taken at once.
READ = 64 * 1024
#: Seconds by which a wait on a socket may outlast its call.
GRACE = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one call may go."""

    connect: float = 10.0
    """Seconds until the connection stands."""
    seconds: float = 60.0
    """From there to the end of the body."""
    size: int = 8 * 1024 * 1024
    """Bytes of the body, as it is given."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came to one call."""

    status: int
    headers: Headers
    body: bytes
    first_byte: float
    """Seconds from the end of the request to the end of the response's head."""
    reads: tuple[tuple[float, int], ...]
    """(seconds from the end of the request, bytes of the body) of each read."""
    ended: bool = True
    """False where the body did not come to the end that its framing promises."""
    stopped: str = ""
    """Why reading was stopped before the end, in words; empty where it was not."""

    def header(self, name: str) -> str:
        """The first value of header ``name``; empty where there is none."""
        return next((value for key, value in self.headers if key.lower() == name), "")


class NoAnswerError(Exception):
    """Nothing came that could be judged; the message says why."""


def printable(text: str) -> str:
    """What a server says, in one line and without what a terminal would act on."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def send(  # noqa: PLR0913 - a call has as many parts
    method: str, url: str, headers: Mapping[str, str], body: bytes, limits: Limits, *, unpack: bool = True
) -> Answer:
    """The answer to one request. No redirect is followed, nothing is tried again, certificates are verified.

    ``unpack``: a packed body (gzip ...) is unpacked; else its bytes are given as they came, and of a body in HTTP's chunks each chunk is
    a read, at the time of its end. Raises NoAnswerError where no connection stands, or the head of a response does not come in time.
    """
    parts = urlsplit(url)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = _connected(url, limits)
    sock = connection.sock
    assert sock is not None
    over = threading.Event()
    end = threading.Timer(limits.seconds, _end, (sock, over))
    end.daemon = True
    end.start()
    try:
        return _exchange(connection, method, target, headers, body, limits=limits, over=over, unpack=unpack)
    finally:
        end.cancel()
        connection.close()


def _connected(url: str, limits: Limits) -> HTTPConnection:
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.exceptions import HTTPError

    parts = urlsplit(url)
    host = parts.hostname or ""
    connection: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = HTTPSConnection(host, parts.port or 443, timeout=limits.connect, ssl_context=context)
    else:
        connection = HTTPConnection(host, parts.port or 80, timeout=limits.connect)
    try:
        connection.connect()
    except (HTTPError, OSError, UnicodeError) as error:
        connection.close()
        raise NoAnswerError(_why(error)) from error
    # Each wait on the socket is bounded as well, so that no thread of ours outlives the call by much: a little longer, as it is the
    # end of the call that says so.
    connection.timeout = limits.seconds + GRACE
    assert connection.sock is not None
    connection.sock.settimeout(limits.seconds + GRACE)
    return connection


def _end(sock: socket.socket, over: threading.Event) -> None:
    """Ends a call whose time is over, wherever it waits: a server that sends a byte now and then is never silent."""
    over.set()
    with contextlib.suppress(OSError):  # the other side may have gone already
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS: its own shutdown would wait for the other side


def _exchange(  # noqa: PLR0913 - a call has as many parts
    connection: HTTPConnection,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    limits: Limits,
    over: threading.Event,
    unpack: bool,
) -> Answer:
    from urllib3.exceptions import HTTPError

    try:
        connection.request(method, target, body or None, headers, preload_content=False, decode_content=unpack)
        sent = time.monotonic()
        response = connection.getresponse()
    except (HTTPError, OSError, ValueError, _http_exception()) as error:
        raise NoAnswerError(_too_late(limits) if over.is_set() else _why(error)) from error
    first_byte = time.monotonic() - sent
    taken: list[bytes] = []
    reads: list[tuple[float, int]] = []
    ended, stopped, size = True, "", 0
    try:
        for part in _parts(response, limits, unpack=unpack):
            reads.append((time.monotonic() - sent, len(part)))
            taken.append(part)
            size += len(part)
            if size > limits.size:
                ended, stopped = False, f"it sent more than {limits.size} bytes"
                break
    except (HTTPError, OSError, ValueError, _http_exception()):
        ended = False
    if over.is_set():
        ended, stopped = False, f"{_too_late(limits)}; {size} bytes of it came"
    found = tuple((name, value) for name, value in response.headers.items())
    return Answer(response.status, found, b"".join(taken), first_byte, tuple(reads), ended, stopped)


def _parts(response: BaseHTTPResponse, limits: Limits, *, unpack: bool) -> Iterator[bytes]:
    """The body as it comes."""
    if response.chunked and not unpack:
        yield from _chunks(response, limits)
        return
    while part := response.read1(READ):
        yield part


def _chunks(response: BaseHTTPResponse, limits: Limits) -> Iterator[bytes]:
    """Each chunk, however it comes over the connection; of one in which the connection ends, what came."""
    from urllib3.exceptions import ProtocolError

    try:
        # A length of whatever a server says is not made room for.
        yield from response.read_chunked(limits.size + 1, decode_content=False)
    except ProtocolError as error:
        part = getattr(error.args[-1], "partial", b"")
        if isinstance(part, bytes) and part:
            yield part
        raise


def _http_exception() -> type[Exception]:
    from http.client import HTTPException

    return HTTPException


def _too_late(limits: Limits) -> str:
    return f"it did not end within {limits.seconds:g} s"


def _why(error: Exception) -> str:
    """The innermost cause, in words."""
    cause: BaseException = error
    while cause.__cause__ or cause.__context__:
        cause = cause.__cause__ or cause.__context__ or cause
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {cause.verify_message}"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS connection: {cause.reason or cause}"
    if isinstance(cause, socket.gaierror):
        return f"no such host: {cause.strerror}"
    if isinstance(cause, TimeoutError):
        return "nothing came in time"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror.lower()
    return f"no HTTP response: {printable(str(cause))[:200] or type(cause).__name__}"
