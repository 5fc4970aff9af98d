"""Content codings: what a packed body holds, within bounds."""

from __future__ import annotations

import gzip
import importlib
import io
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.model import Headers

#: Bytes of a body, unpacked. A small packed body can become very large.
LIMIT = 64 * 1024 * 1024
#: Bytes of a brotli body that are unpacked at a time.
SLICE = 1024
_GZIP = b"\x1f\x8b"


class PackedError(Exception):
    """A packed body that cannot be unpacked; the message says why."""


def unpacked(data: bytes, headers: Headers) -> bytes:
    """The bytes without the codings that ``content-encoding`` names (gzip, deflate, br); bytes that are a gzip, where none is named.

    Raises PackedError, with words that go on from "the body".
    """
    for name in reversed(encodings(data, headers)):
        unpack = _UNPACK.get(name)
        if unpack is None:
            raise PackedError(unknown(name))
        data = unpack(data)
        if len(data) > LIMIT:
            raise PackedError(too_large())
    return data


def encodings(data: bytes, headers: Headers) -> list[str]:
    """The codings of a body, in small letters, the last one first to be unpacked."""
    found = [
        name.strip().lower() for key, value in headers if key.lower() == "content-encoding" for name in value.split(",")
    ]
    if data.startswith(_GZIP) and not found:
        return ["gzip"]  # the header was left out of the recording
    return found


def unknown(name: str) -> str:
    """What is said of a body with a coding that is not known, whatever a server calls it."""
    return f"is packed with {name if name.isprintable() else ascii(name)}: expected gzip, deflate or br"


def too_large() -> str:
    """What is said of a body beyond `LIMIT`."""
    return f"is larger than {LIMIT // 2**20} MiB when unpacked"


def _gunzip(data: bytes) -> bytes:
    if not data.startswith(_GZIP):
        return data  # unpacked by the recorder, which kept the header
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(LIMIT + 1)
    except EOFError as error:
        raise PackedError(f"is a gzip that is cut: it ends after {len(data)} bytes, before its own end") from error
    except (OSError, zlib.error) as error:
        raise PackedError(f"is no gzip that can be unpacked: {error}") from error


def _inflate(data: bytes) -> bytes:
    """Both forms in use: with zlib's head, as the standard has it, and without."""
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        try:
            found = unpacker.decompress(data, LIMIT + 1)
        except zlib.error as error:
            if bits < 0:
                raise PackedError(f"cannot be unpacked with deflate: {error}") from error
            continue
        if not unpacker.eof and len(found) <= LIMIT:
            raise PackedError(f"is packed with deflate and cut: it ends after {len(data)} bytes, before its own end")
        return found
    raise AssertionError("the last form either returns or raises")


def _unbrotli(data: bytes) -> bytes:
    try:
        brotli = importlib.import_module("brotli")
    except ImportError as error:
        raise PackedError("is packed with br: `pip install brotli` beside aswritten to read it") from error
    unpacker = brotli.Decompressor()
    found = io.BytesIO()
    try:
        for start in range(0, len(data), SLICE):
            found.write(unpacker.process(data[start : start + SLICE]))
            if found.tell() > LIMIT:
                break
    except brotli.error as error:
        raise PackedError(f"cannot be unpacked with br: {error}") from error
    if not unpacker.is_finished() and found.tell() <= LIMIT:
        raise PackedError(f"is packed with br and cut: it ends after {len(data)} bytes, before its own end")
    return found.getvalue()


_UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "identity": lambda data: data,
    "": lambda data: data,
}
