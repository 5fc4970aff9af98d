"""The body of a request or response, in whichever form a cassette keeps it.

`body: {string: ...}` or `body: ...` as text or `!!binary`, packed (gzip, deflate, br) or not; the JSON itself as `body`; or the JSON
itself as `parsed_body`, as pydantic-ai's recorder writes it. vcrpy before version 6 kept what httpx got as `content`.
"""

from __future__ import annotations

import gzip
import importlib
import io
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.model import Headers

#: Bytes of a body, unpacked. A small packed body can become very large.
LIMIT = 64 * 1024 * 1024
#: Characters that neither JSON nor an event stream has as they are.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
#: Bytes of a brotli body that are unpacked at a time.
SLICE = 1024


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
                raise UnreadableError(_too_large())
    except (TypeError, ValueError, RecursionError) as error:
        raise UnreadableError(f"is no JSON: {error}") from error
    return _encoded("".join(parts))


def _unpacked(data: bytes, headers: Headers) -> bytes:
    encodings = [
        name.strip().lower() for key, value in headers if key.lower() == "content-encoding" for name in value.split(",")
    ]
    if data.startswith(b"\x1f\x8b") and not encodings:
        encodings = ["gzip"]  # the header was left out of the recording
    for name in reversed(encodings):
        unpack = _UNPACK.get(name)
        if unpack is None:
            raise UnreadableError(f"is packed with {name}: expected gzip, deflate or br")
        data = unpack(data)
        if len(data) > LIMIT:
            raise UnreadableError(_too_large())
    return data


def _too_large() -> str:
    return f"is larger than {LIMIT // 2**20} MiB when unpacked"


def _gunzip(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data  # unpacked by the recorder, which kept the header
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(LIMIT + 1)
    except EOFError as error:
        raise UnreadableError(f"is a gzip that is cut: it ends after {len(data)} bytes, before its own end") from error
    except (OSError, zlib.error) as error:
        raise UnreadableError(f"is no gzip that can be unpacked: {error}") from error


def _inflate(data: bytes) -> bytes:
    """Both forms in use: with zlib's head, as the standard has it, and without."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        try:
            found = unpacker.decompress(data, LIMIT + 1)
        except zlib.error as error:
            if bits < 0:
                raise UnreadableError(f"cannot be unpacked with deflate: {error}") from error
            continue
        if not unpacker.eof and len(found) <= LIMIT:
            raise UnreadableError(
                f"is packed with deflate and cut: it ends after {len(data)} bytes, before its own end"
            )
        return found
    raise AssertionError("the last form either returns or raises")


def _unbrotli(data: bytes) -> bytes:
    try:
        brotli = importlib.import_module("brotli")
    except ImportError as error:
        raise UnreadableError("is packed with br: `pip install brotli` beside aswritten to read it") from error
    unpacker = brotli.Decompressor()
    found = io.BytesIO()
    try:
        for start in range(0, len(data), SLICE):
            found.write(unpacker.process(data[start : start + SLICE]))
            if found.tell() > LIMIT:
                break
    except brotli.error as error:
        raise UnreadableError(f"cannot be unpacked with br: {error}") from error
    if not unpacker.is_finished() and found.tell() <= LIMIT:
        raise UnreadableError(f"is packed with br and cut: it ends after {len(data)} bytes, before its own end")
    return found.getvalue()


_UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "identity": lambda data: data,
    "": lambda data: data,
}


def kind_of(value: object) -> str:
    """What a value of a cassette is, in words."""
    names = {type(None): "nothing", str: "text", bytes: "bytes", list: "a list", dict: "a mapping"}
    return names.get(type(value), f"a {type(value).__name__}")
