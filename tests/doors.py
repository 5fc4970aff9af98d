"""What tests ask a door, and what it is to answer with."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asking import answered
from aswritten.recordings import Read, RecordedResponse, Recording, Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.mock import Mock
    from aswritten.model import Exchange

PLAIN_BODY = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
STREAM_BODY = {**PLAIN_BODY, "stream": True}
STREAM = answered(STREAM_BODY)
PATH = "/v1/chat/completions"
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")


def recording(*responses: RecordedResponse, **changes: Any) -> Recording:
    """A recording that answers everything alike at ``*/chat/completions``, by its differences from that."""
    values: dict[str, Any] = {
        "name": "one",
        "path": Path("one.yaml"),
        "source": Source("composed", why="a test"),
        "answers": "alike",
        "method": "POST",
        "url": "*/chat/completions",
        "headers": (),
        "body": PLAIN_BODY,
        "responses": responses,
    }
    return Recording(**(values | changes))


def response(*parts: bytes, kind: str = "text/event-stream", status: int = 200) -> RecordedResponse:
    return RecordedResponse(status, (("content-type", kind),), tuple(Read(0.0, part) for part in parts))


def post(
    door: Mock, body: object, host: str = "", path: str = PATH, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request over a connection of its own: status, headers, body."""
    with closing(http.client.HTTPConnection("127.0.0.1", door.port, timeout=20)) as connection:
        if host:
            headers["Host"] = host
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.headers.items()), answer.read()


@contextmanager
def raw(door: Mock) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", door.port), timeout=20) as connection:
        yield connection


def all_of(connection: socket.socket) -> bytes:
    """What comes until the other side ends."""
    found = b""
    while data := connection.recv(65536):
        found += data
    return found


def request_bytes(body: object, *headers: str, version: str = "1.1") -> bytes:
    data = json.dumps(body).encode()
    lines = [f"POST {PATH} HTTP/{version}", "Host: api.example.com", f"Content-Length: {len(data)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data


def until(connection: socket.socket, end: bytes) -> bytes:
    """What comes up to ``end``, read byte by byte: nothing behind it is taken from the socket."""
    found = b""
    while not found.endswith(end):
        byte = connection.recv(1)
        assert byte, found
        found += byte
    return found


def only(exchanges: tuple[Exchange, ...]) -> Exchange:
    (exchange,) = exchanges
    return exchange


def curl(door: Mock, url: str, body: object, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        "curl",
        "-sS",
        "--max-time",
        "20",
        "--cacert",
        str(door.ca_file),
        "--connect-to",
        f"::127.0.0.1:{door.port}",
    ]
    return subprocess.run(
        [*command, url, "-d", json.dumps(body), *options], capture_output=True, text=True, check=False
    )
