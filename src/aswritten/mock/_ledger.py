"""What came through the door in this run: connections, exchanges, turns, and errors of our own."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aswritten.codings import PackedError
from aswritten.mock._socket import is_readable
from aswritten.model import Exchange, Response
from aswritten.recordings import Miss, Read, RecordedResponse, as_asked, choose, derived
from aswritten.stand_ins import media_type, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from aswritten.mock import Upstream
    from aswritten.model import Request
    from aswritten.recordings import Recording

#: Seconds that `end` waits for handlers. They need microseconds; a machine under load needs more.
_PATIENCE = 1.0
#: Seconds between two looks at connections of which nobody tells that they have become readable.
_LOOK = 0.001


@dataclass(eq=False)
class Link:
    """One connection."""

    socket: socket.socket
    """For looking at and for ending the connection from outside: never read from or written to here."""
    run: int
    serving: bool = False
    """Between a whole request and the end of its response."""


@dataclass(eq=False)
class Entry:
    """One exchange while it happens."""

    request: Request
    answer: RecordedResponse
    """As it is to be served: with the model asked for, and without a body where HTTP allows none."""
    recording: str = ""
    miss: Miss | None = None
    """Why no recording answered; None when one did."""
    taken: int = 0
    handed_over: bool = False
    """The whole body was written."""
    left: bool = False
    """The client closed before it had read the whole."""

    def exchange(self) -> Exchange:
        """The frozen value."""
        try:
            body = self.answer.plain
        except PackedError:  # of an API that was asked: a recording that cannot be unpacked is not loaded
            body = self.answer.body
        response = Response(self.answer.status, self.answer.headers, body)
        return Exchange(
            self.request,
            response,
            self.recording,
            self.taken,
            self.handed_over and not self.left,
            self.miss.reason if self.miss else "",
            self.miss.lack if self.miss else None,
        )


@dataclass
class _Run:
    number: int = 0
    entries: list[Entry] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)
    errors: list[BaseException] = field(default_factory=list)
    reads: frozenset[str] = frozenset()
    """Members by which its sample looks for what a model thought."""


class Ledger:
    """Shared by the threads of all connections and the one that begins and ends runs."""

    def __init__(
        self,
        recordings: tuple[Recording, ...],
        *,
        exact: bool,
        thought_in: Callable[[str], Mapping[str, bool]],
        upstream: Upstream | None = None,
    ) -> None:
        self._recordings = recordings
        self._exact = exact
        self._thought_in = thought_in
        self._upstream = upstream
        self._changed = threading.Condition()
        self._links: set[Link] = set()
        self._run = _Run()
        self._listeners: list[socket.socket] = []

    # For the thread that runs samples

    def begin(self, reads: Collection[str] = ()) -> None:
        """Forget what was; connections that are still open belong to no run any more."""
        with self._changed:
            self._run = _Run(self._run.number + 1, reads=frozenset(reads))
            self._cut_off()

    def end(self) -> tuple[Exchange, ...]:
        """See `Mock.end`."""
        deadline = time.monotonic() + _PATIENCE
        with self._changed:
            while self._is_at_work() and time.monotonic() < deadline:
                self._changed.wait(_LOOK)
            run, self._run = self._run, _Run(self._run.number + 1)
            exchanges = tuple(entry.exchange() for entry in run.entries)
            self._cut_off()
        if len(run.errors) > 1:
            raise RuntimeError(f"{len(run.errors)} errors while serving, the first: {run.errors[0]!r}") from run.errors[
                0
            ]
        if run.errors:
            raise run.errors[0]
        return exchanges

    def stop(self) -> None:
        """End all connections and wait until their threads are through, at most a second."""
        with self._changed:
            self._run = _Run(self._run.number + 1)
            self._listeners.clear()
            self._cut_off()
            self._changed.wait_for(lambda: not self._links, _PATIENCE)

    def _is_at_work(self) -> bool:
        """Whether some client did what its handler has not dealt with yet."""
        if any(map(is_readable, self._listeners)):
            return True
        return any(link.serving or is_readable(link.socket) for link in self._links if link.run == self._run.number)

    def _cut_off(self) -> None:
        for link in self._links:
            # An OSError: the client has done it already.
            with contextlib.suppress(OSError):
                link.socket.shutdown(socket.SHUT_RDWR)

    # For the threads of connections

    def listens(self, listener: socket.socket) -> None:
        """A socket on which connections come in."""
        self._listeners.append(listener)

    def opened(self, connection: socket.socket) -> Link:
        """A connection has come in."""
        # A duplicate: it stays the same connection when TLS takes the socket over.
        link = Link(connection.dup(), self._run.number)
        with self._changed:
            self._links.add(link)
        return link

    def closed(self, link: Link) -> None:
        """The connection is over."""
        with self._changed:
            self._links.discard(link)
            link.socket.close()
            self._changed.notify_all()

    def asked(self, link: Link, request: Request) -> Entry:
        """The answer to a request: by whoever is asked in place of recordings, else chosen by them and the turn. Kept if its run still goes on."""
        if self._upstream is not None:
            return self._answered(link, request, self._upstream)
        found = choose(self._recordings, request, exact=self._exact)
        known = self._thought_in(request.host)
        with self._changed:
            # A connection of a run that is over is answered, and leaves no trace in this one.
            run = self._run if link.run == self._run.number else _Run()
            if isinstance(found, Miss):
                entry = (None if self._exact else _media(request)) or _refusal(request, found)
            else:
                entry = _answer(request, found, run, known)
            run.entries.append(entry)
            link.serving = True
        return entry

    def _answered(self, link: Link, request: Request, upstream: Upstream) -> Entry:
        entry = _refusal(
            request, Miss(f"the answer to {request.method} {request.url} did not come while the sample ran")
        )
        with self._changed:
            run = self._run if link.run == self._run.number else _Run()
            run.entries.append(entry)
            link.serving = True
        # Without the lock: it takes its time, and others are asked meanwhile.
        found = upstream(request)
        answered = _refusal(request, found) if isinstance(found, Miss) else _served(request, found, request.url)
        with self._changed:
            entry.answer, entry.recording, entry.miss = answered.answer, answered.recording, answered.miss
        return entry

    def served(self, link: Link) -> None:
        """The response is over."""
        with self._changed:
            link.serving = False
            self._changed.notify_all()

    def failed(self, error: BaseException) -> None:
        """An error of our own: for `end` to raise."""
        with self._changed:
            self._run.errors.append(error)


def _media(request: Request) -> Entry | None:
    """A stand-in for a picture, a sound or a document that a sample fetches from somewhere; None for anything else."""
    kind = media_type(request.path)
    content = stand_in(request.path) if kind and request.method in {"GET", "HEAD"} else None
    if content is None:
        return None
    return _served(request, RecordedResponse(200, (("content-type", kind),), (Read(0.0, content),)), "a stand-in")


def _answer(request: Request, recording: Recording, run: _Run, thought_in: Mapping[str, bool]) -> Entry:
    """The recording's answer for its next turn, which is counted."""
    key = str(recording.path)
    turn = run.turns.get(key, 0)
    run.turns[key] = turn + 1
    response = recording.responses[min(turn, len(recording.responses) - 1)]
    if recording.answers == "alike":
        # One that names a model answers objects alone: the request's body is one.
        recorded = _model(recording.body)
        asked = _model(json.loads(request.body)) if recorded else ""
        if asked:
            response = as_asked(response, recorded, asked)
    if recording.answers == "derived":
        read = next((member for member in thought_in if member in run.reads), "")
        member = read or next(iter(thought_in), "")
        found = derived(
            recording, response, request, thought_in=member, thinks=bool(read), has_null=thought_in.get(member, False)
        )
        if isinstance(found, Miss):
            return _refusal(request, found)
        response = found
    return _served(request, response, recording.name)


def _served(request: Request, response: RecordedResponse, name: str) -> Entry:
    """The response without a body where HTTP allows none."""
    if request.method == "HEAD" or response.status in (204, 304):
        response = RecordedResponse(response.status, response.headers, ())
    return Entry(request, response, name)


def _refusal(request: Request, miss: Miss) -> Entry:
    """418: the one status that no SDK retries and no API gives."""
    error = {"message": miss.reason, "type": "invalid_request_error", "param": None, "code": "no_recording"}
    body = json.dumps({"error": error}, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"
    reads = () if request.method == "HEAD" else (Read(0.0, body),)
    answer = RecordedResponse(418, (("content-type", "application/json"),), reads)
    return Entry(request, answer, miss=miss)


def _model(body: object) -> str:
    model = body.get("model") if isinstance(body, dict) else None
    return model if isinstance(model, str) else ""
