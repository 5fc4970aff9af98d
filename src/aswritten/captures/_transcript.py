"""What `curl -i --no-buffer` prints, to a capture: the heads of all responses on the way, and the body of the last.

curl shows no body of the responses that it goes on from: 100 and its like, redirects that it follows, the proxy's answer to
CONNECT, and the refusal in front of an answer that took a second try. The body is as it came, without its chunks; packed as it
was sent, unless curl was told to unpack it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.captures._dates import day_of_header
from aswritten.captures._values import Capture
from aswritten.codings import PackedError, unpacked
from aswritten.errors import at
from aswritten.model import Response

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.captures._values import Asked
    from aswritten.model import Headers

_STATUS = re.compile(rb"HTTP/(?:[0-9]\.[0-9]|[0-9]) +([0-9]{3})(?: [^\r\n]*)?\r?\n")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*\r?\n")
#: Headers of a response that has a body of its own; the answer to CONNECT has none of them.
_OF_A_BODY = ("content-type", "content-length", "transfer-encoding")
_NOTE = "one read, its time unknown: a transcript keeps neither"


def read_transcript(data: bytes, path: Path, asked: Asked) -> Capture:
    """The last response, as the answer to ``asked``. Raises UsageError, with the line, for what curl does not print."""
    response, start = _head(data, 0, path)
    while _STATUS.match(data, start) and _is_passed(response):
        response, start = _head(data, start, path)
    if response.status < 200:
        raise at(path, _line(data, len(data)), f"ends after the head of {response.status}: expected the answer itself")
    body = data[start:]
    _refuse_other_length(response, len(body), path, _line(data, start), bodiless=asked.request.method == "HEAD")
    try:
        plain = _plain(body, response.headers)
    except PackedError as error:
        raise at(path, _line(data, start), f"the body {error}") from error
    return Capture(
        place="",
        tool="curl",
        request=asked.request,
        response=Response(response.status, response.headers, plain),
        depends_on=asked.request.headers,
        date=day_of_header(response.header("date")),
        note=_NOTE,
    )


def _head(data: bytes, start: int, path: Path) -> tuple[Response, int]:
    """One head, and where it ends."""
    first = _STATUS.match(data, start)
    if first is None:
        raise at(path, _line(data, start), "expected a status line such as `HTTP/1.1 200 OK`")
    headers: list[tuple[str, str]] = []
    position = first.end()
    while (end := _blank(data, position)) is None:
        found = _HEADER.match(data, position)
        if found is None:
            raise at(
                path,
                _line(data, position),
                f"expected a header (`name: value`) or an empty line{_near(data, position)}",
            )
        headers.append((found[1].decode("ascii"), found[2].decode("latin-1")))
        position = found.end()
    return Response(int(first[1]), tuple(headers), b""), end


def _blank(data: bytes, position: int) -> int | None:
    """Where the empty line at ``position`` ends; None where there is none."""
    for mark in (b"\r\n", b"\n"):
        if data.startswith(mark, position):
            return position + len(mark)
    return None


def _is_passed(response: Response) -> bool:
    """Whether curl goes on from such a response, if another follows it."""
    if response.status < 200:
        return True
    if response.status < 300:
        return not any(response.header(name) for name in _OF_A_BODY)
    if response.status < 400:
        return response.header("location") is not None
    return any(response.header(name) is not None for name in ("www-authenticate", "proxy-authenticate"))


def _refuse_other_length(response: Response, length: int, path: Path, line: int, *, bodiless: bool) -> None:
    """A body that is cut, or that something else follows. Its length is known as long as it was not unpacked."""
    told = response.header("content-length")
    if response.header("trailer") is not None:
        raise at(path, line, "the answer has trailers, which curl -i prints behind the body: expected one without")
    if told is None or not told.isdecimal() or response.header("content-encoding") or (bodiless and not length):
        return
    if (told.lstrip("0") or "0") != str(length):
        raise at(path, line, f"expected a body of {told} bytes, as the head says, got {length}")


def _plain(body: bytes, headers: Headers) -> bytes:
    """The body unpacked. Where curl unpacked it, the head says packed all the same, and the body is text."""
    try:
        return unpacked(body, headers)
    except PackedError:
        if not _is_text(body):
            raise
        return body


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _near(data: bytes, position: int) -> str:
    return ", and the file ends" if position >= len(data) else ""
