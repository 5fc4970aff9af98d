"""HAR files (version 1.2) to captures: what browsers and proxies write of the calls that they saw.

The format keeps a body as text, unpacked and brought to Unicode, or as base64; and of its coming one time.
"""

from __future__ import annotations

import base64
import binascii
import math
from email.message import Message
from typing import TYPE_CHECKING, Any

from aswritten.captures._dates import day_of_header, day_of_iso
from aswritten.captures._values import Capture, UnreadableError, asked_at
from aswritten.errors import at
from aswritten.model import Response

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Headers, Request

_KINDS = {dict: "a mapping", list: "a list", str: "a text", int: "a number"}
#: Codecs of Python that are no charsets, and make another text of it.
_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape"})
#: Characters of the name of the tool that wrote the file.
_NAME = 60


def read_har(document: object, path: Path) -> tuple[Capture, ...]:
    """The entries of a HAR file in their order. Raises UsageError where ``document`` is none, or has no entry."""
    try:
        log = _part(document, "log", dict)
        entries = _part(log, "entries", list, "log.entries")
    except UnreadableError as why:
        raise at(path, None, f"is no HAR file: {why}") from why
    if not entries:
        raise at(path, None, "is a HAR file without any entry: expected some in log.entries")
    tool = _tool(log)
    return tuple(_capture(f"log.entries[{index}]", tool, entry) for index, entry in enumerate(entries))


def _capture(place: str, tool: str, entry: object) -> Capture:
    request, response, seconds, unread = None, None, 0.0, ""
    try:
        request = _request(_part(entry, "request", dict))
        response = _response(_part(entry, "response", dict))
        seconds = _seconds(entry)
    except UnreadableError as why:
        unread = str(why)
    started = entry.get("startedDateTime") if isinstance(entry, dict) else None
    return Capture(
        place=place,
        tool=tool,
        request=request,
        response=response,
        unread=unread,
        date=day_of_iso(started) or (day_of_header(response.header("date")) if response else ""),
        seconds=seconds,
        note=f"one read, {'at the end' if seconds else 'its time unknown'}: a HAR file keeps no others",
    )


def _request(part: dict[str, Any]) -> Request:
    try:
        method, url = _part(part, "method", str), _part(part, "url", str)
        return asked_at(method, url, _headers(part), _posted(part))
    except UnreadableError as why:
        raise UnreadableError(f"the request: {why}") from why


def _posted(request: dict[str, Any]) -> bytes:
    if request.get("postData") is None:
        size = request.get("bodySize")
        if isinstance(size, int) and size > 0:
            raise UnreadableError(f"its body of {size} bytes was not kept")
        return b""
    posted = _part(request, "postData", dict)
    if posted.get("text") is None and posted.get("params"):
        raise UnreadableError("its body is a form, not JSON")
    return _bytes(posted, str(posted.get("mimeType") or ""))


def _response(part: dict[str, Any]) -> Response:
    try:
        status = _part(part, "status", int)
        headers = _headers(part)
        content = _part(part, "content", dict)
        if status < 100:
            raise UnreadableError(f"none came (status {status})")
        if content.get("text") is None and not _is_empty(part, content, status):
            raise UnreadableError("its body was not kept")
        kind = next((value for name, value in headers if name.lower() == "content-type"), content.get("mimeType"))
        return Response(status, headers, _bytes(content, str(kind or "")))
    except UnreadableError as why:
        raise UnreadableError(f"the response: {why}") from why


def _is_empty(response: dict[str, Any], content: dict[str, Any], status: int) -> bool:
    """Whether a body that is not there was none: the size says so, where it says anything."""
    return status in {204, 304} or content.get("size") == 0 or response.get("bodySize") == 0


def _bytes(holder: dict[str, Any], kind: str) -> bytes:
    """The bytes of `text`, which is base64 where `encoding` says so, and Unicode else."""
    text = _part(holder, "text", str) if holder.get("text") is not None else ""
    if holder.get("encoding") in (None, ""):
        charset = _charset(kind)
        try:
            return text.encode(charset)
        except UnicodeError as error:
            raise UnreadableError(f"its body cannot be written in {charset}") from error
    if holder["encoding"] != "base64":
        raise UnreadableError("its body is in an unknown encoding: expected base64")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableError(f"its body is no base64: {error}") from error


def _charset(kind: str) -> str:
    """The charset of a content type, which the text was brought out of; UTF-8 where there is none that Python knows."""
    message = Message()
    try:
        message["content-type"] = kind.replace("\n", " ").replace("\r", " ")
        charset = message.get_content_charset("utf-8")
        "".encode(charset)
    except (LookupError, ValueError):
        return "utf-8"
    return "utf-8" if charset.replace("-", "_") in _NO_CHARSETS else charset


def _headers(part: dict[str, Any]) -> Headers:
    headers = _part(part, "headers", list)
    return tuple((_part(one, "name", str), _part(one, "value", str)) for one in headers)


def _seconds(entry: object) -> float:
    """From the end of the request to that of the response."""
    timings = entry.get("timings") if isinstance(entry, dict) else None
    parts = [timings.get(name) for name in ("wait", "receive")] if isinstance(timings, dict) else []
    # -1 stands for what does not apply.
    known = [one for one in parts if isinstance(one, (int, float)) and not isinstance(one, bool) and one > 0]
    seconds = sum(known) / 1000
    return round(seconds, 6) if math.isfinite(seconds) else 0.0


def _tool(log: dict[str, Any]) -> str:
    creator = log.get("creator")
    words = [creator.get(name) for name in ("name", "version")] if isinstance(creator, dict) else []
    name = " ".join(" ".join(str(word) for word in words if isinstance(word, str)).split())
    shown = "".join(character for character in name if character.isprintable())[:_NAME].strip()
    return f"{shown} (HAR)" if shown else "HAR"


def _part(holder: object, name: str, kind: type, called: str = "") -> Any:
    """A member of a mapping, of the type that it has to have."""
    part = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(part, kind) or isinstance(part, bool):
        raise UnreadableError(f"expected {_KINDS[kind]} as {called or name}")
    return part
