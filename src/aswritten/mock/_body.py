"""A request's body off the wire: by length or in chunks, and unpacked."""

from __future__ import annotations

import zlib
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, cast

from werkzeug.serving import DechunkedInput

if TYPE_CHECKING:
    from email.message import Message
    from io import BufferedIOBase

#: Bytes. Far above what a sample sends; a client gone mad must not fill the memory.
LIMIT = 64 * 1024 * 1024
_PIECE = 64 * 1024


class BadBodyError(Exception):
    """The body cannot be read as its headers say."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


def read_body(stream: BufferedIOBase, headers: Message) -> bytes | None:
    """The body, without chunks and unpacked (gzip, deflate); None where the client ended in the middle of it.

    Raises BadBodyError: a length that is none, chunks that are none, more than 64 MiB. A packed body that cannot be unpacked
    is given as it came.
    """
    if "chunked" in headers.get("Transfer-Encoding", "").lower():
        body: bytes | None = _read_chunks(stream)
    else:
        body = _read_length(stream, headers.get("Content-Length", "0").strip())
    return None if body is None else _unpacked(body, headers.get("Content-Encoding", "").strip().lower())


def _read_chunks(stream: BufferedIOBase) -> bytes:
    chunks = DechunkedInput(cast("IO[bytes]", stream))
    body = bytearray()
    try:
        while piece := chunks.read(_PIECE):
            body += piece
            _hold_to_limit(len(body))
    except ConnectionError:
        raise
    except OSError as error:
        raise BadBodyError(HTTPStatus.BAD_REQUEST, f"the chunks of the body cannot be read: {error}") from error
    return bytes(body)


def _read_length(stream: BufferedIOBase, text: str) -> bytes | None:
    if not (text.isascii() and text.isdecimal()):
        raise BadBodyError(HTTPStatus.BAD_REQUEST, f"Content-Length: expected a number, got {text!r}")
    length = int(text)
    _hold_to_limit(length)
    body = stream.read(length) if length else b""
    return body if len(body) == length else None


def _hold_to_limit(length: int) -> None:
    if length > LIMIT:
        raise BadBodyError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {LIMIT} bytes")


def _unpacked(body: bytes, coding: str) -> bytes:
    if coding not in ("gzip", "x-gzip", "deflate"):
        return body
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, LIMIT)
    except zlib.error:
        return body
    return plain if unpacker.eof else body
