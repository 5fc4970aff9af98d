"""What `aswritten contract` is pointed at, to exchanges: fixtures, cassettes, and folders of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten import cassettes
from aswritten.errors import UsageError, at
from aswritten.model import Response, request_to
from aswritten.recordings import load_recording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.model import Request
    from aswritten.recordings import RecordedResponse, Recording

_SUFFIXES = {".yaml", ".yml"}
#: The host of a recording that answers for any.
ANY_HOST = "*"


@dataclass(frozen=True, slots=True)
class Subject:
    """One exchange to judge, and where it was found."""

    source: str
    """The file, below the folder that was given; as it was given, where it was named itself or there are several targets."""
    index: int
    """Position in the file, from 0."""
    request: Request | None = None
    """None where there is too little to tell what was asked."""
    response: Response | None = None
    """None where there is too little to tell what came."""
    unread: str = ""
    """Why there is nothing to judge, in words; empty where there is."""
    request_unread: str = ""
    """Why the request's body cannot be read, in words; it is then empty."""
    ours: bool = False
    """Whether the request is one of our own, to be held to the contract as the response is: that of a fixture, unless imported."""
    ended: bool = True
    """False where the connection closed before the end of the response's body."""


def find(targets: Sequence[str]) -> Iterator[Subject]:
    """The exchanges of all targets, each file once, in order; files of a folder by name.

    A file of a folder that is neither fixture nor cassette is one Subject with the reason. Raises UsageError for one
    that was named itself, for a target that does not exist, and for a folder without files that may be either.
    """
    files: dict[Path, tuple[Path, str, bool]] = {}
    for target in targets:
        for path, source, named in _files(target, alone=len(targets) == 1):
            files.setdefault(path.resolve(), (path, source, named))
    for path, source, named in files.values():
        yield from _subjects(path, source, named=named)


def exchanges_in(recording: Recording, source: str) -> Iterator[Subject]:
    """One for each response of a fixture."""
    request = _request(recording)
    # What was brought in from another tool is what somebody else asked for.
    ours = recording.source.kind != "imported"
    for index, response in enumerate(recording.responses):
        yield Subject(source, index, request, _plain(response), ours=ours)


def _plain(response: RecordedResponse) -> Response:
    """As a client has it once it has unpacked it."""
    return Response(response.status, response.headers, response.plain)


def _files(target: str, *, alone: bool) -> list[tuple[Path, str, bool]]:
    """(file, its name in reports, whether the user named it)."""
    path = Path(target)
    if path.is_file():
        return [(path, path.as_posix(), True)]
    if not path.is_dir():
        raise UsageError(f"{target}: expected a fixture, a cassette (.yaml) or a folder of them, and there is none")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix in _SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )
    if not found:
        raise at(path, None, "holds no fixture and no cassette: expected .yaml files in it")
    return [(file, (file.relative_to(path) if alone else file).as_posix(), False) for file in found]


def _subjects(path: Path, source: str, *, named: bool) -> Iterator[Subject]:
    try:
        yield from _read(path, source)
    except UsageError as error:
        if named:
            raise
        yield Subject(source, 0, unread=str(error).removeprefix(f"{path}:").strip())


def _read(path: Path, source: str) -> tuple[Subject, ...]:
    document = cassettes.read_document(path)
    keys: Any = document if isinstance(document, dict) else {}
    if "interactions" in keys:
        return tuple(
            Subject(source, index, one.request, one.response, one.unread, one.request_unread)
            for index, one in enumerate(cassettes.interactions(document, path))
        )
    if "aswritten" in keys:
        return tuple(exchanges_in(load_recording(path), source))
    if "aswritten-scenarios" in keys:
        return ()  # how recordings are made
    raise at(path, None, "is neither a fixture (`aswritten: 1`) nor a vcrpy cassette (`interactions:`)")


def _request(recording: Recording) -> Request:
    anywhere = recording.url.startswith("*")
    url = f"https://{ANY_HOST}{recording.url[1:]}" if anywhere else recording.url
    body = b"" if recording.body is None else json.dumps(recording.body).encode("ascii")
    return request_to(recording.method, url, recording.headers, body)
