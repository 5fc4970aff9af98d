"""Packed bodies, read by read: what each read adds to the body, and the same packed again with something else in them."""

from __future__ import annotations

import importlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aswritten.codings import LIMIT, PackedError, encodings, too_large, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aswritten.model import Headers

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The reads of a body without its codings."""

    parts: tuple[bytes, ...]
    """What each read adds to the body; nothing, where it takes the next one to tell."""
    pack: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    """Packs as many parts so that each read tells its part by itself."""


def unpacked(reads: Sequence[bytes], headers: Headers) -> Unpacked:
    """The reads without the codings that the headers name. A body that is cut is read as far as it goes.

    Raises PackedError, with words that go on from "the body".
    """
    layers: list[Callable[[Sequence[bytes]], tuple[bytes, ...]]] = []
    parts = tuple(reads)
    for name in reversed(encodings(b"".join(reads), headers)):
        unpack = _UNPACK.get(name)
        if unpack is None:
            raise PackedError(unknown(name))
        layer = unpack(parts)
        parts = layer.parts
        layers.append(layer.pack)

    def pack(new: Sequence[bytes]) -> tuple[bytes, ...]:
        for layer in reversed(layers):
            new = layer(new)
        return tuple(new)

    return Unpacked(parts, pack)


def _plain(reads: Sequence[bytes]) -> Unpacked:
    return Unpacked(tuple(reads), tuple)


def _gunzip(reads: Sequence[bytes]) -> Unpacked:
    if not b"".join(reads).startswith(b"\x1f\x8b"):
        return _plain(reads)  # unpacked by the recorder, which kept the header
    return _inflated(reads, _GZIP)


def _inflate(reads: Sequence[bytes]) -> Unpacked:
    """Both forms in use: with zlib's head, as the standard has it, and without."""
    try:
        return _inflated(reads, zlib.MAX_WBITS)
    except PackedError:
        return _inflated(reads, -zlib.MAX_WBITS)


def _inflated(reads: Sequence[bytes], bits: int) -> Unpacked:
    found: list[bytes] = []
    size = 0
    unpacker = zlib.decompressobj(bits)
    for read in reads:
        part, unpacker = _fed(unpacker, read, bits)
        size += len(part)
        if size > LIMIT:
            raise PackedError(too_large())
        found.append(part)
    return Unpacked(tuple(found), lambda parts: tuple(_deflated(parts, bits, ended=unpacker.eof)))


def _fed(unpacker: Any, data: bytes, bits: int) -> tuple[bytes, Any]:
    """What the data adds, and what the next data goes to: a gzip may follow on a gzip."""
    part = b""
    try:
        while data:
            if unpacker.eof:
                if not data.strip(b"\0"):
                    break
                unpacker = zlib.decompressobj(bits)
            part += unpacker.decompress(data, LIMIT + 1 - len(part))
            if unpacker.unconsumed_tail:
                raise PackedError(too_large())
            data = unpacker.unused_data
    except zlib.error as error:
        raise PackedError(f"cannot be unpacked: {error}") from error
    return part, unpacker


def _deflated(parts: Sequence[bytes], bits: int, *, ended: bool) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=bits)
    for index, part in enumerate(parts, 1):
        if ended and index == len(parts):
            yield packer.compress(part) + packer.flush()
        else:
            # Of a part without a byte, an empty block: a read has to have some.
            yield packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)


def _unbrotli(reads: Sequence[bytes]) -> Unpacked:
    try:
        brotli = importlib.import_module("brotli")
    except ImportError as error:
        raise PackedError("is packed with br: `pip install brotli` beside aswritten to read it") from error
    unpacker = brotli.Decompressor()
    try:
        parts = tuple(unpacker.process(read) for read in reads)
    except brotli.error as error:
        raise PackedError(f"cannot be unpacked with br: {error}") from error
    if sum(map(len, parts)) > LIMIT:
        raise PackedError(too_large())

    def pack(new: Sequence[bytes]) -> tuple[bytes, ...]:
        packer = brotli.Compressor()
        packed = [packer.process(part) + packer.flush() for part in new]
        return (*packed[:-1], packed[-1] + packer.finish()) if unpacker.is_finished() else tuple(packed)

    return Unpacked(parts, pack)


_UNPACK: dict[str, Callable[[Sequence[bytes]], Unpacked]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "identity": _plain,
    "": _plain,
}
