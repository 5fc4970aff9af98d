"""The body of a request or response, in whichever form a cassette keeps it.

`body: {string: ...}` or `body: ...` as text or `!!binary`, packed (gzip, deflate, br) or not; the JSON itself as `body`; or the JSON
itself as `parsed_body`, as pydantic-ai's recorder writes it. vcrpy before version 6 kept what httpx got as `content`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aswritten.codings import LIMIT, PackedError, too_large, unpacked

if TYPE_CHECKING:
    from aswritten.model import Headers

#: Characters that neither JSON nor an event stream has as they are.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class UnreadableError(Exception):
    """A part of an interaction that cannot be read; the message says why."""


def body_of(part: dict[str, Any], headers: Headers) -> bytes | None:
    """The body of a request or response, unpacked; None where there is none.

    Raises UnreadableError, with words that go on from "the body".
    """
    if part.get("parsed_body") is not None:
        return _as_json(part["parsed_body"])
    return _bytes(part.get("body", part.get("content")), headers)


def _bytes(kept: object, headers: Headers) -> bytes | None:
    if isinstance(kept, dict):
        # Anything but vcrpy's own wrapping is the JSON itself: aiohttp's `json=` is recorded so.
        wrapped = "string" in kept and set(kept) <= {"string", "encoding"}
        return _bytes(kept["string"], headers) if wrapped else _as_json(kept)
    if isinstance(kept, list):
        return _as_json(kept)
    if isinstance(kept, str):
        # Text was unpacked by whoever recorded it, whatever the headers say; but a few packed bytes can be UTF-8 by chance.
        return _unpacked(_encoded(kept), headers) if _CONTROL.search(kept) else _encoded(kept)
    if isinstance(kept, bytes):
        return _unpacked(kept, headers)
    if kept is None:
        return None
    raise UnreadableError(f"is neither text nor bytes but {kind_of(kept)}")


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableError("holds half of a surrogate pair, which has no bytes") from error


def _as_json(value: object) -> bytes:
    """The value as JSON text. It may hold one part many times over, by aliases: its length is bounded."""
    parts: list[str] = []
    length = 0
    try:
        for part in json.JSONEncoder(ensure_ascii=False, allow_nan=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > LIMIT:
                raise UnreadableError(too_large())
    except (TypeError, ValueError, RecursionError) as error:
        raise UnreadableError(f"is no JSON: {error}") from error
    return _encoded("".join(parts))


def _unpacked(data: bytes, headers: Headers) -> bytes:
    try:
        return unpacked(data, headers)
    except PackedError as error:
        raise UnreadableError(str(error)) from error


def kind_of(value: object) -> str:
    """What a value of a cassette is, in words."""
    names = {type(None): "nothing", str: "text", bytes: "bytes", list: "a list", dict: "a mapping"}
    return names.get(type(value), f"a {type(value).__name__}")
