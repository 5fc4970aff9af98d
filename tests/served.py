"""What the mock serves for each fixture, taken from a real socket and judged as the fixture itself is.

`python tests/served.py [FOLDER]` prints the verdicts; the exit code is that of `aswritten contract`, and 1 too where what came
over the socket is not judged as the file is.
"""

from __future__ import annotations

import functools
import http.client
import socket
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.judge import judge
from aswritten.mock import Mock
from aswritten.model import Response
from aswritten.recordings import load_recordings
from aswritten.reports.contract import lines
from aswritten.targets import ANY_HOST, Subject, exchanges_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.model import Request
    from aswritten.recordings import Recording

#: Asked where a recording answers for any host.
SOME_HOST = "api.example.com"
SECONDS = 20.0


def served(recordings: Sequence[Recording]) -> Iterator[tuple[Subject, Subject]]:
    """(as in the file, as it came over the socket), for each response of each recording."""
    with Mock(tuple(recordings), exact=True) as mock:
        for recording in recordings:
            mock.begin()
            for subject in exchanges_in(recording, recording.name):
                assert subject.request
                response, ended = ask(mock, subject.request)
                yield subject, Subject(subject.source, subject.index, subject.request, response, ours=True, ended=ended)
            answered = {exchange.recording for exchange in mock.end()}
            assert answered == {recording.name}, f"{recording.name}: answered by {answered}"


def ask(mock: Mock, request: Request) -> tuple[Response, bool]:
    """The response as a client gets it from the mock, and whether its body came to its end."""
    host = SOME_HOST if request.host == ANY_HOST else request.host
    connection = http.client.HTTPConnection(host, request.port)
    connection.sock = _led_to(mock, host, secure=request.scheme == "https")
    try:
        headers = {"content-type": "application/json", **dict(request.headers)} if request.body else {}
        connection.request(request.method, request.target, request.body or None, headers)
        answer = connection.getresponse()
        try:
            body, ended = answer.read(), True
        except http.client.IncompleteRead as cut:
            body, ended = cut.partial, False
        return Response(answer.status, tuple(answer.getheaders()), body), ended
    finally:
        connection.close()


def _led_to(mock: Mock, host: str, *, secure: bool) -> socket.socket:
    plain = socket.create_connection(("127.0.0.1", mock.port), SECONDS)
    return _trust(mock.ca_file).wrap_socket(plain, server_hostname=host) if secure else plain


@functools.cache
def _trust(authority: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority))


def main(folder: str = "fixtures") -> int:
    """Judge all, print the verdicts, and say where file and socket differ."""
    subjects = list(served(load_recordings([Path(folder)])))
    pairs = [(judge(one), judge(other)) for one, other in subjects]
    print("\n".join(lines([over_socket for _, over_socket in pairs])))  # noqa: T201
    differ = [one for one, other in pairs if one != other]
    for one in differ:
        print(f"{one.source}[{one.index}]: what came over the socket is not judged as the file is")  # noqa: T201
    return int(bool(differ) or any(other.verdict != "ok" for _, other in pairs))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
