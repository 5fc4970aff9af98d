"""Small files that are valid and say nothing, one a kind: what a sample reads where its page means a file of the reader's."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: 16 x 16 pixels of one colour.
_JPEG = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAQABADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwT/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwC4CgD/2Q=="
_WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQ0OIVuf+BiOh/AAA="
_GIF = "R0lGODdhEAAQAIEAAHigyAAAAAAAAAAAACwAAAAAEAAQAEAIHQABCBxIsKDBgwgTKlzIsKHDhxAjSpxIsaLFgQEBADs="
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" fill="#78a0c8"/></svg>\n'
#: What a member of a record holds that a program looks for.
_VALUE = "Hello"
_TEXT = "A file that stands in for one of the reader's own.\n"


def stand_in(path: str, members: Iterable[str] = ()) -> bytes | None:
    """The content of a file of that suffix; None for a suffix of which there is none.

    What holds records has one, with ``members`` beside those of its kind.
    """
    suffix = path.rpartition(".")[2].lower()
    more = dict.fromkeys(members, _VALUE)
    if more and suffix == "csv":
        names = [name for name in more if name not in {"name", "value"} and "," not in name]
        return "\n".join(
            (",".join(("name", "value", *names)), ",".join(("a", "1", *(_VALUE for _ in names))), "")
        ).encode()
    if more and suffix == "jsonl":
        return (json.dumps(more | json.loads(_batch())) + "\n").encode()
    return _CONTENTS.get(suffix)


def media_type(path: str) -> str:
    """The media type of a picture, a sound or a document of which there is a stand-in; empty for what is not one."""
    return _MEDIA.get(path.rpartition(".")[2].lower(), "")


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    # Width, height, bits a channel, RGB; each row begins with its filter, which is none.
    head = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x78\xa0\xc8" * 16 for _ in range(16)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _wav() -> bytes:
    """A tenth of a second of silence: 8 kHz, 16 bits, one channel."""
    data = bytes(1600)
    form = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


#: Pages of a document.
_PAGES = 6


def _pdf() -> bytes:
    """Empty pages: as many as samples ask for by their numbers."""
    pages = range(3, 3 + _PAGES)
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % page for page in pages), _PAGES),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>" for _ in pages],
    ]
    text, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        text
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(text))
    )


def _batch() -> str:
    """A line of a file of requests, as the batch endpoint of OpenAI's API takes them."""
    body = {"model": "model-a", "messages": [{"role": "user", "content": "Hello"}]}
    return json.dumps({"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": body}) + "\n"


#: One frame of MPEG-1 layer III at 128 kbit/s and 44.1 kHz: 417 bytes.
_MP3 = b"\xff\xfb\x90\x64" + bytes(413)
_CONTENTS: dict[str, bytes] = {
    **dict.fromkeys(("png",), _png()),
    **dict.fromkeys(("jpg", "jpeg"), base64.b64decode(_JPEG)),
    "webp": base64.b64decode(_WEBP),
    "gif": base64.b64decode(_GIF),
    "svg": _SVG.encode(),
    "wav": _wav(),
    **dict.fromkeys(("mp3", "mpga", "mpeg"), _MP3 * 4),
    "pdf": _pdf(),
    **dict.fromkeys(("txt", "md", "html", "log", "file"), _TEXT.encode()),
    "csv": b"name,value\na,1\n",
    "json": b"{}\n",
    "jsonl": _batch().encode(),
}
_MEDIA = {
    "png": "image/png",
    **dict.fromkeys(("jpg", "jpeg"), "image/jpeg"),
    "webp": "image/webp",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "pdf": "application/pdf",
}
