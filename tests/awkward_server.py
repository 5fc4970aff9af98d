"""A server that answers with what recordings hold, in bytes that are awkward on purpose.

Reads end inside of a character, inside of a line end and in the middle of a name; lines end with CRLF; comments stand between events;
something comes behind `[DONE]`; a body is packed although it was asked for as it is; a body comes byte by byte; and there are gaps.
What it sent is in `Awkward.sent`, part by part, to be compared with what was recorded of it.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import threading
import time
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asking import as_recorded
from aswritten.model import Request
from aswritten.recordings import Miss, Read, RecordedResponse, Recording, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

FIXTURES = Path(__file__).parent.parent / "fixtures"
KEY = "sk-awkward-Zq8Lw2Xv5Tn0Rb7Yk4Hd"
PATH = "/v1/chat/completions"
COMMENT = ": 待って, naïve 🌊\n\n".encode()
#: Lengths of parts, again and again.
LENGTHS = (1, 7, 64, 3, 700, 2, 9000)


@dataclass(frozen=True)
class Manner:
    """How the bytes of an answer go out."""

    lengths: tuple[int, ...] = LENGTHS
    """Of the parts, again and again; beside these ends, there is one in each character of several bytes and in the first CRLF."""
    crlf: bool = False
    """Of a stream: lines end with CRLF."""
    comment: bytes = b""
    """Of a stream: what stands between two events in its middle."""
    behind: bytes = b""
    """Of a stream: what comes behind all of it."""
    packed: bool = False


PLAIN = Manner()
BYTE_BY_BYTE = Manner((1,))
PACKED = Manner(packed=True)
STREAM = Manner(crlf=True, comment=COMMENT)


def manner_of(recording: Recording, response: RecordedResponse) -> Manner:
    """Of the samples' recordings: as awkward as leaves what their pages show the same for every client."""
    body = recording.body if isinstance(recording.body, dict) else {}
    if response.is_stream:
        # A page shows the streams of several calls as one text.
        return STREAM if "tools" in body else replace(STREAM, behind=b"\n")
    if response.status >= 400:
        # No sample prints what an error says: curl would print it packed.
        return PACKED
    return BYTE_BY_BYTE if "response_format" in body else PLAIN


def parts_of(response: RecordedResponse, manner: Manner) -> list[bytes]:
    """The bytes of the answer, in the parts in which they are sent."""
    body = response.body
    if response.is_stream:
        events = [event + b"\n\n" for event in body.split(b"\n\n") if event]
        middle = len(events) // 2
        body = b"".join([*events[:middle], manner.comment, *events[middle:], manner.behind])
    if manner.crlf:
        body = body.replace(b"\n", b"\r\n")
    if manner.packed:
        body = gzip.compress(body, mtime=0)
    return list(_cut(body, manner))


def _cut(body: bytes, manner: Manner) -> Iterator[bytes]:
    ends = {len(body)}
    if not manner.packed:
        ends |= {i for i in range(1, len(body)) if body[i] & 0xC0 == 0x80}
        ends |= {body.find(b"\r\n") + 1} - {0}
    place = 0
    for length in itertools.cycle(manner.lengths):
        place += length
        if place >= len(body):
            break
        ends.add(place)
    for start, end in itertools.pairwise(sorted({0, *ends})):
        yield body[start:end]


class Awkward(ThreadingHTTPServer):
    """The server. A request that no recording is of gets 404, one without the key 401."""

    daemon_threads = True

    def __init__(
        self, recordings: Iterable[Recording], manner: Callable[[Recording, RecordedResponse], Manner], gap: float
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.recordings = tuple(replace(one, url="*/chat/completions") for one in recordings)
        self.manner = manner
        self.gap = gap
        """Seconds before the second and before the last part of an answer."""
        self.turns: dict[str, int] = {}
        self.sent: dict[str, list[tuple[int, list[bytes]]]] = {}
        """By the recording's name: (status, parts) of each answer, in order."""
        self.accepted: set[str] = set()
        """What was said of the codings that are taken."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def answer(self, request: Request) -> tuple[RecordedResponse, list[bytes]]:
        found = choose(self.recordings, request, exact=True)
        if isinstance(found, Miss):
            return _error(404, found.reason)
        if not found.headers and request.header("authorization") != f"Bearer {KEY}":
            return _error(401, "Incorrect API key provided.")
        turn = self.turns[found.name] = self.turns.get(found.name, -1) + 1
        # Again from the first one, so that whoever records once more gets the same.
        response = found.responses[turn % len(found.responses)]
        parts = parts_of(response, self.manner(found, response))
        self.sent.setdefault(found.name, []).append((response.status, parts))
        return response, parts

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left early is no matter of the server's."""


def _error(status: int, message: str) -> tuple[RecordedResponse, list[bytes]]:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    body = json.dumps({"error": error}).encode()
    return RecordedResponse(status, (("content-type", "application/json"),), (Read(0.0, body),)), [body]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Awkward

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = tuple(self.headers.items())
        request = Request("POST", "http", "127.0.0.1", self.server.server_port, self.path, headers, body)
        self.server.accepted.add(request.header("accept-encoding") or "")
        response, parts = self.server.answer(request)
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if b"".join(parts).startswith(b"\x1f\x8b"):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Set-Cookie", "session=of-the-account")
        self.end_headers()
        for i, part in enumerate(parts):
            if self.server.gap and i in {1, len(parts) - 1}:
                time.sleep(self.server.gap)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        pass


@contextlib.contextmanager
def serving_awkwardly(
    recordings: Sequence[Recording],
    manner: Callable[[Recording, RecordedResponse], Manner] = manner_of,
    *,
    gap: float = 0.0,
) -> Iterator[Awkward]:
    """A server that runs until the block ends."""
    server = Awkward(recordings, manner, gap)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


#: How the answers to `oddities` go out, by name.
ODDITIES: dict[str, Manner] = {
    "characters": replace(STREAM, lengths=(50,)),
    "byte-by-byte": BYTE_BY_BYTE,
    "stream-byte-by-byte": replace(STREAM, lengths=(1,), behind=b": bye\n\n"),
    "packed": PACKED,
    "packed-stream": replace(STREAM, packed=True),
    "behind-done": replace(STREAM, behind=b'data: {"choices": []}\n\n'),
}


def oddities() -> tuple[Recording, ...]:
    """A recording for each of them: an answer of an API of OpenAI's form, with characters of several bytes in it."""
    return tuple(_odd(name, as_recorded({"stream": True} if _is_stream(name) else {})) for name in ODDITIES)


def _is_stream(name: str) -> bool:
    return name not in {"byte-by-byte", "packed"}


def _odd(name: str, model: Recording) -> Recording:
    assert isinstance(model.body, dict)
    body = {**model.body, "messages": [{"role": "user", "content": name}]}
    (response,) = model.responses
    text = response.body.replace(b'"The', '"Der Himmel (空, небо 🌊): The'.encode())
    assert text != response.body
    response = replace(response, reads=(Read(0.0, text),))
    return replace(model, name=name, path=Path(f"{name}.yaml"), body=body, responses=(response,))


def manner_of_oddity(recording: Recording, _: RecordedResponse) -> Manner:
    return ODDITIES[recording.name]


def scenarios_of(recordings: Iterable[Recording], provider: str, base_url: str) -> str:
    """A scenario file that asks what these recordings answer."""
    entries = [
        {"fixture": one.name.rpartition("/")[2], "body": one.body, "status": one.responses[-1].status}
        | ({"key": "wrong"} if dict(one.headers).get("authorization") else {})
        for one in recordings
    ]
    # JSON is YAML.
    head = {"aswritten-scenarios": 1, "provider": provider, "base_url": base_url}
    return json.dumps({**head, "scenarios": entries}, indent=1, ensure_ascii=False)
