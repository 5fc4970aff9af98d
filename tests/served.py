"""What the mock serves for each fixture, taken from a real socket and judged as the fixture itself is.

`python tests/served.py [FOLDER]` prints the verdicts, and those of what is derived for requests of many kinds; the exit code is that
of `aswritten contract`, and 1 too where what came over the socket is not judged as the file is.
"""

from __future__ import annotations

import functools
import http.client
import itertools
import json
import socket
import ssl
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten.judge import judge
from aswritten.mock import Mock
from aswritten.model import Request, Response
from aswritten.recordings import load_recordings
from aswritten.reports.contract import lines
from aswritten.targets import ANY_HOST, Subject, exchanges_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.recordings import Recording

#: Asked where a recording answers for any host.
SOME_HOST = "api.example.com"
SECONDS = 20.0
_TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": ["integer", "null"], "minimum": 1}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}


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


#: Requests that no fixture holds: what they add to a plain one, each whole and streamed.
WISHES: tuple[dict[str, object], ...] = (
    {},
    {"n": 3, "stop": ["."]},
    {"max_tokens": 4, "logprobs": True, "top_logprobs": 2},
    {"tools": [_TOOL], "tool_choice": "required"},
    {"tools": [_TOOL, {**_TOOL, "function": {**_TOOL["function"], "name": "again"}}], "parallel_tool_calls": True},
    {"functions": [{"name": "get_weather", "parameters": _TOOL["function"]["parameters"]}]},
    {"response_format": {"type": "json_object"}},
    {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "place", "schema": _TOOL["function"]["parameters"]},
        }
    },
    {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "pcm16"}},
    {"web_search_options": {}},
)
_STREAMS: tuple[dict[str, object], ...] = ({}, {"stream": True, "stream_options": {"include_usage": True}})


def derived(recordings: Sequence[Recording]) -> Iterator[Subject]:
    """What comes over the socket for each of `WISHES`, which some derived recording has to answer."""
    with Mock(tuple(recordings)) as mock:
        for wish, stream in itertools.product(WISHES, _STREAMS):
            body = {"model": "m", "messages": [{"role": "user", "content": "Hi, in JSON"}], **wish, **stream}
            asked = Request("POST", "https", SOME_HOST, 443, "/v1/chat/completions", (), json.dumps(body).encode())
            mock.begin()
            response, ended = ask(mock, asked)
            assert [exchange.reason for exchange in mock.end()] == [""]
            yield Subject(" ".join(("derived", *wish, *stream)), 0, asked, response, ours=True, ended=ended)


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
    recordings = load_recordings([Path(folder)])
    pairs = [(judge(one), judge(other)) for one, other in served(recordings)]
    more = [judge(one) for one in derived(recordings)]
    judged = [*(over_socket for _, over_socket in pairs), *more]
    print("\n".join(lines(judged)))  # noqa: T201
    differ = [one for one, other in pairs if one != other]
    for one in differ:
        print(f"{one.source}[{one.index}]: what came over the socket is not judged as the file is")  # noqa: T201
    return int(bool(differ) or any(one.verdict == "violated" for one in judged))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
