"""The door: one port on which every connection of a sample arrives, and where recordings answer."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.mock._ledger import Ledger
from aswritten.mock._server import Server
from aswritten.mock._tls import Authority

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Collection, Mapping
    from types import TracebackType

    from aswritten.model import Exchange, Request
    from aswritten.recordings import Miss, RecordedResponse, Recording

    Upstream = Callable[[Request], "RecordedResponse | Miss"]

__all__ = ["Mock"]


class Mock:
    """Serves recordings on 127.0.0.1, plain and over TLS, for whatever host is asked, and keeps each Exchange.

    A request that no recording answers gets 418 with an error body in OpenAI's form that names the nearest recording.

    What is told about a client that left early (``Exchange.read_to_end``, ``taken``):

    * Seen: a client that closes before the last piece is handed over, and one that closes with bytes of the response
      unread in its socket (the kernel then resets the connection instead of ending it). For this a stream makes a pause
      of 5 ms after its first and before its last piece; with ``timing`` there are the recorded gaps alone.
    * A client that closes after it was handed the last ``finish_reason``, or ``[DONE]``, has read to the end: from there
      on all is one piece.
    * Not seen: a client whose library took all bytes from the socket although the sample never asked for them. That is
      so for a body of one read (plain JSON, say) and for libraries that read ahead: Node's, where a sample does not
      iterate at all or stops in the middle of a stream that has come meanwhile.
    * Not seen either: one that leaves a packed stream, which goes out at once, as nobody tells from its bytes where a client may
      stop; and, with ``timing``, one that leaves after the last ``finish_reason`` was sent and something was still to come.

    A client of HTTP/1.1 gets each read of a recording as a chunk of HTTP of its own, so that boundaries of reads survive; only a short
    body of one read comes with its length. A packed body goes out as it was recorded.
    """

    def __init__(  # noqa: PLR0913 - each is one way to answer
        self,
        recordings: tuple[Recording, ...],
        *,
        exact: bool = False,
        timing: bool = False,
        port: int = 0,
        thought_in: Callable[[str], Mapping[str, bool]] = lambda _: {},
        upstream: Upstream | None = None,
    ) -> None:
        """Serves from now on until `stop`.

        ``exact``: only a recorded request itself is answered. ``timing``: reads come at their recorded times.
        ``port``: 0 takes a free one. ``thought_in``: by host, the members of messages by which it may tell what a model thought, the usual one first,
        and whether each chunk may have it, of null where it tells nothing.
        ``upstream``: answers every request in place of the recordings, from several threads at once; it gives a Miss where nothing
        came, and what it raises is a fault of ours. Raises UsageError where the port is taken.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="aswritten-door-")
        self.ca_file = Path(self._folder.name) / "ca.pem"
        """PEM file of the authority that signs a certificate for every name asked. Gone after `stop`."""
        self._ledger = Ledger(recordings, exact=exact, thought_in=thought_in, upstream=upstream)
        try:
            self._server = Server(self._ledger, Authority(self.ca_file), timing=timing, port=port)
            self._server.start()
        except BaseException:
            self._folder.cleanup()
            raise
        self.port: int = self._server.port
        """On 127.0.0.1."""

    def listen_on(self, listener: socket.socket) -> None:
        """Serve what connects to ``listener`` too, a listening socket that the caller closes after `stop`."""
        self._server.listen_on(listener)

    def begin(self, reads: Collection[str] = ()) -> None:
        """Start a new run: forget exchanges and turns, and end the connections that are left of the run before.

        ``reads``: members by which the sample looks for what a model thought; where its host may tell it so, it does, asked or not.
        """
        self._ledger.begin(reads)

    def end(self) -> tuple[Exchange, ...]:
        """The exchanges since `begin`, in the order in which the requests came.

        Waits until the connections that their clients closed are dealt with, at most a second, then ends the others.
        Raises what went wrong in a handler, if anything did: that is a fault of ours.
        """
        return self._ledger.end()

    def stop(self) -> None:
        """End all connections and the server. May be called twice."""
        if self._server.is_running():
            self._server.stop()
            self._ledger.stop()
        self._folder.cleanup()

    def __enter__(self) -> Mock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
