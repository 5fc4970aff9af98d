"""The entries of a cassette: what was asked, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aswritten.cassettes._body import UnreadableError, body_of, kind_of
from aswritten.errors import at
from aswritten.model import Response, request_to

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Headers, Request


@dataclass(frozen=True, slots=True)
class Interaction:
    """One entry of a cassette."""

    request: Request | None
    """None where there is too little to tell what was asked."""
    response: Response | None
    """None where there is too little to tell what came; its body is unpacked, and empty where it could not be read."""
    unread: str = ""
    """Why the request's head or the response cannot be read, in words; empty where they can."""
    request_unread: str = ""
    """Why the request's body cannot be read, in words; it is then empty."""


def interactions(document: object, path: Path) -> tuple[Interaction, ...]:
    """The entries of a cassette in their order, as many as there are.

    Raises UsageError where ``document`` is no cassette, or one without any.
    """
    entries = document.get("interactions") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise at(path, None, "expected a cassette: a mapping with a list called `interactions`")
    if not entries:
        raise at(path, None, "is a cassette without any interaction: record it again")
    return tuple(_interaction(entry) for entry in entries)


def _interaction(entry: object) -> Interaction:
    if not isinstance(entry, dict):
        return Interaction(None, None, f"expected a mapping with `request` and `response`, got {kind_of(entry)}")
    request, response = None, None
    request_unread = ""
    try:
        request, request_unread = _request(_part(entry, "request"))
        response, unread = _response(_part(entry, "response"))
    except UnreadableError as why:
        unread = str(why)
    return Interaction(request, response, unread, request_unread)


def _part(entry: dict[str, Any], name: str) -> dict[str, Any]:
    part = entry.get(name)
    if not isinstance(part, dict):
        raise UnreadableError(f"{name}: expected a mapping, got {kind_of(part)}")
    return part


def _request(part: dict[str, Any]) -> tuple[Request, str]:
    method, uri = part.get("method"), part.get("uri")
    if not isinstance(method, str) or not isinstance(uri, str):
        raise UnreadableError("request: expected `method` and `uri` as text")
    headers = _headers(part)
    body, unread = _body(part, headers, "the request's body")
    try:
        return request_to(method, uri, headers, body or b""), unread
    except ValueError as error:
        raise UnreadableError("request: expected `uri` to be an http or https URL") from error


def _response(part: dict[str, Any]) -> tuple[Response, str]:
    status = part.get("status_code", part.get("status"))
    if isinstance(status, dict):
        status = status.get("code")
    if not isinstance(status, int) or isinstance(status, bool):
        raise UnreadableError("response: expected the status as a number (`status: {code: 200}`)")
    headers = _headers(part)
    body, unread = _body(part, headers, "the response's body")
    response = Response(status, headers, body or b"")
    if not body and not unread:
        return response, "no body of the response was recorded"
    return response, unread or _not_utf_8(response)


def _not_utf_8(response: Response) -> str:
    """Why the body is no text. A stream with bytes that are not UTF-8 is judged: a rule names them."""
    kind = (response.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        response.body.decode("utf-8")
    except UnicodeDecodeError as error:
        if kind != "text/event-stream":
            return f"the response's body is not UTF-8: it has the byte 0x{response.body[error.start]:02x} at offset {error.start}"
    return ""


def _headers(part: dict[str, Any]) -> Headers:
    given = part.get("headers")
    found: list[tuple[str, str]] = []
    for name, value in given.items() if isinstance(given, dict) else ():
        values = value if isinstance(value, list) else [value]
        found += [
            (str(name), one.decode("latin-1") if isinstance(one, bytes) else str(one))
            for one in values
            if one is not None
        ]
    return tuple(found)


def _body(part: dict[str, Any], headers: Headers, name: str) -> tuple[bytes | None, str]:
    """The body, None where there is none to be had; and why it cannot be read."""
    try:
        return body_of(part, headers), ""
    except UnreadableError as why:
        return None, f"{name} {why}"
