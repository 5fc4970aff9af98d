"""A file of another tool to captures, by what it holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten import cassettes
from aswritten.captures._cassette import read_cassette
from aswritten.captures._har import read_har
from aswritten.captures._transcript import read_transcript
from aswritten.errors import at

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.captures._values import Asked, Capture

_BOM = b"\xef\xbb\xbf"


def read(path: Path, asked: Asked | None = None) -> tuple[Capture, ...]:
    """The exchanges that a file holds, in its order; ``asked`` is the request of a transcript.

    Raises UsageError, with the line where there is one: a file that cannot be read or is none of these, a transcript without
    its request. What is wrong with one exchange alone stands in that one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise at(path, None, f"cannot be read: {error.strerror or error}") from error
    if data.startswith(b"HTTP/"):
        if asked is None:
            raise at(path, 1, "is a transcript, which does not hold its request: give --url (and --body), or --request")
        return (read_transcript(data, path, asked),)
    if asked is not None:
        raise at(path, 1, f"expected what `curl -i` prints, which starts with `HTTP/`: {asked.where} is for that alone")
    document = _document(data, path)
    keys = document.keys() if isinstance(document, dict) else ()
    if "log" in keys:
        return read_har(document, path)
    if "aswritten" in keys:
        raise at(path, None, "is a fixture already")
    if "interactions" not in keys:
        what = "a vcrpy cassette (`interactions:`), a HAR file (`log:`) or a transcript of curl (`HTTP/1.1 200 OK`)"
        raise at(path, None, f"is none of what can be imported: expected {what}")
    return read_cassette(document, path)


def _document(data: bytes, path: Path) -> object:
    """The value of a JSON or YAML file."""
    text = data.removeprefix(_BOM).lstrip()
    if not text.startswith(b"{"):
        return cassettes.read_document(path)
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise at(path, data.count(b"\n", 0, error.start) + 1, "expected UTF-8") from error
    except json.JSONDecodeError as error:
        if path.suffix.lower() in {".yaml", ".yml"}:
            return cassettes.read_document(path)
        raise at(path, error.lineno, f"is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise at(path, None, "is nested too deeply") from error
    except ValueError as error:
        raise at(path, None, f"is not JSON: {error}") from error
