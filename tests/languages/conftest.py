"""A door of our own: plain and TLS on one port, answering chat completions, and remembering what was asked of whom."""

from __future__ import annotations

import contextlib
import http.server
import json
import shutil
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from aswritten import environments, runner
from aswritten.languages import Door, Environment, by_name, install_commands, lead_all
from aswritten.model import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.model import Run


@dataclass
class OpenDoor:
    """The door, what came through it, and how a sample is led there."""

    door: Door
    environ: dict[str, str]
    asked: list[str] = field(default_factory=list)
    """`https api.example.com /path` for each request."""

    def run(self, language: str, source: str, environment: Environment, *, tag: str = "") -> Run:
        """Run one sample of ours."""
        self.asked.clear()
        module = by_name(language)
        block = Block("page.md", 0, 1, 2, source, tag=tag)
        name = module.file_name(block, source)
        return runner.run(
            source,
            file_name=name,
            argv=module.argv(environment, name),
            environ=self.environ,
            environment=environment,
            time_limit=60,
        )


def _chunk(delta: dict[str, str]) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": None}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def _answer(body: dict[str, Any]) -> tuple[str, bytes]:
    if body.get("stream"):
        events = [json.dumps(_chunk({"content": text})) for text in ("Hel", "lo")]
        return "text/event-stream", "".join(f"data: {event}\n\n" for event in [*events, "[DONE]"]).encode()
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
    whole = {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return "application/json", json.dumps(whole).encode()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    asked: list[str]

    def __init__(self, authority: trustme.CA) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._authority = authority

    def finish_request(self, request: Any, client_address: Any) -> None:
        with contextlib.suppress(OSError):  # a client that leaves in the middle
            if request.recv(1, socket.MSG_PEEK) != b"\x16":
                super().finish_request(request, client_address)
                return
            with self._context("localhost", "127.0.0.1", by_name=True).wrap_socket(
                request, server_side=True
            ) as wrapped:
                super().finish_request(wrapped, client_address)

    def _context(self, *names: str, by_name: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(context)
        if by_name:

            def for_name(wrapped: ssl.SSLObject, asked: str | None, _: ssl.SSLContext) -> None:
                if asked:
                    wrapped.context = self._context(asked)

            context.sni_callback = for_name
        return context


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        scheme = "https" if isinstance(self.connection, ssl.SSLSocket) else "http"
        self.server.asked.append(f"{scheme} {self.headers['host']} {self.path}")
        kind, content = _answer(body)
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 - the name that http.server calls

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks at `asked`."""


@pytest.fixture(scope="session")
def _open_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenDoor]:
    folder = tmp_path_factory.mktemp("door")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    server = _Server(authority)
    door = Door(server.server_address[1], folder / "ca.pem")
    # A blank and a quote in the path: whatever names it must quote it.
    spaced = folder / 'a "folder'
    spaced.mkdir()
    opened = OpenDoor(door, lead_all(door, spaced))
    server.asked = opened.asked
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield opened
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def door(_open_door: OpenDoor) -> OpenDoor:
    """The door, with nothing asked yet."""
    _open_door.asked.clear()
    return _open_door


@pytest.fixture(scope="session")
def kept_environments(pytestconfig: pytest.Config) -> Path:
    """Environments that all workers and later runs of the tests share."""
    return Path(pytestconfig.cache.mkdir("environments"))


@pytest.fixture(scope="session")
def shell(kept_environments: Path) -> Environment:
    """Bash and what the machine has."""
    return environments.build("curl", cache=kept_environments)


@pytest.fixture(scope="session")
def python(kept_environments: Path) -> Environment:
    """Python with the clients that published samples use."""
    installs = install_commands("pip install openai requests httpx aiohttp aiodns\n")
    assert installs
    return environments.build("python", installs=installs, cache=kept_environments)


@pytest.fixture(scope="session")
def node(kept_environments: Path) -> Environment:
    """Node with the clients that published samples use, and TypeScript."""
    installs = install_commands("npm install openai axios\n")
    assert installs
    return environments.build("node", installs=installs, cache=kept_environments, typescript=True)


@pytest.fixture(scope="session", autouse=True)
def _has_bash_and_curl() -> None:
    for tool in ("bash", "curl"):
        assert shutil.which(tool), f"the tests need {tool}"
