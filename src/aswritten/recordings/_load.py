"""Fixture files to Recordings: held to schemas/fixture.schema.json, with the line of each mistake."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, cast

from aswritten.codings import PackedError
from aswritten.errors import at
from aswritten.recordings._choose import clash
from aswritten.recordings._derived import underivable
from aswritten.recordings._mistakes import first_mistake
from aswritten.recordings._values import Read, RecordedResponse, Recording, Source

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aswritten.recordings._yaml import Place

_SUFFIXES = {".yaml", ".yml"}
#: The file among recordings that is none: it says how they are made.
SCENARIOS = "scenarios.yaml"


def load_recordings(folders: Iterable[Path]) -> tuple[Recording, ...]:
    """All recordings below the folders, sorted by name.

    Raises UsageError: a folder that is missing or holds none, a file that is not valid, two files for one request.
    """
    found: dict[Path, Recording] = {}
    for folder in folders:
        paths = _files(folder)
        found |= {path.resolve(): load_recording(path, folder) for path in paths}
    recordings = sorted(found.values(), key=lambda recording: (recording.name, str(recording.path)))
    _refuse_clashes(recordings)
    return tuple(recordings)


def load_recording(path: Path, folder: Path | None = None) -> Recording:
    """The recording in one file.

    Its name is its path below the nearest folder called ``fixtures``; where there is none, below the parent of ``folder``
    (the one that the user gave; by default the file's own).
    Raises UsageError, with the line, for whatever is not as schemas/fixture.schema.json says.
    """
    # Imported here: who imports this room for its values need not wait for PyYAML.
    from aswritten.recordings._yaml import read_bytes

    return parse_recording(read_bytes(path), path, folder)


def parse_recording(raw: bytes, path: Path, folder: Path | None = None) -> Recording:
    """As `load_recording`, of what the file at ``path`` holds, or is to hold."""
    document, lines = _held(raw, path, "fixture")
    request = document["request"]
    found = Recording(
        name=_name(path, folder or path.parent),
        path=path,
        source=Source(**document["source"]),
        answers=document["answers"],
        method=request["method"],
        url=request["url"],
        headers=tuple(sorted(request.get("headers", {}).items())),
        body=request.get("body"),
        responses=tuple(
            _response(path, response, ("responses", index), lines)
            for index, response in enumerate(document["responses"])
        ),
        derives=tuple(document.get("derives", ())),
    )
    _refuse_underivable(found, lines)
    return found


def _refuse_underivable(recording: Recording, lines: dict[Place, int]) -> None:
    if recording.answers == "derived":
        why = underivable(recording)
        if why:
            raise at(recording.path, lines[("derives",)], f"derives: {why}")
    elif recording.derives:
        message = f"derives: expected 'answers: derived' beside it, got {recording.answers!r}"
        raise at(recording.path, lines[("derives",)], message)


def load_document(path: Path, kind: str) -> tuple[dict[str, Any], dict[Place, int]]:
    """The mapping in a YAML file that keeps schemas/KIND.schema.json, and the line of each of its places.

    Raises UsageError, with the line, for whatever is not as the schema says.
    """
    from aswritten.recordings._yaml import read_bytes

    return _held(read_bytes(path), path, kind)


def _held(raw: bytes, path: Path, kind: str) -> tuple[dict[str, Any], dict[Place, int]]:
    from aswritten.recordings._yaml import parse_yaml

    value, lines = parse_yaml(raw, path)
    mistake = first_mistake(value, lines, kind)
    if mistake:
        raise at(path, *mistake)
    # Held to the schema: from here on the shape is known.
    return cast("dict[str, Any]", value), lines


def _response(path: Path, response: dict[str, Any], place: Place, lines: dict[Place, int]) -> RecordedResponse:
    reads = _reads(path, response["reads"], (*place, "reads"), lines)
    found = RecordedResponse(response["status"], tuple(response["headers"].items()), reads)
    try:
        len(found.plain)
    except PackedError as error:
        raise at(path, lines[(*place, "reads")], f"the body {error}") from error
    return found


def fixture_files(folder: Path) -> list[Path]:
    """The files below a folder that may be recordings, in the order of their paths: none where there is no such folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in _SUFFIXES
        and path.name != SCENARIOS
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        what = "is a file" if folder.is_file() else "does not exist"
        raise at(folder, None, f"{what}: expected a folder of recordings (.yaml)")
    files = fixture_files(folder)
    if not files:
        raise at(folder, None, "holds no recording: expected .yaml files in it")
    return files


def _name(path: Path, folder: Path) -> str:
    parts = path.resolve().with_suffix("").parts
    folders = parts[:-1]
    if "fixtures" in folders:
        start = len(folders) - folders[::-1].index("fixtures")
    else:
        start = len(folder.resolve().parent.parts)
    return "/".join(parts[start:])


def _refuse_clashes(recordings: list[Recording]) -> None:
    by_url: dict[tuple[str, str], list[Recording]] = {}
    for recording in recordings:
        others = by_url.setdefault((recording.method, recording.url), [])
        for other in others:
            if reason := clash(other, recording):
                raise at(
                    recording.path, None, f"{reason} as {other.path}: expected one recording for a request, remove one"
                )
        others.append(recording)


def _reads(path: Path, reads: list[dict[str, Any]], place: Place, lines: dict[Place, int]) -> tuple[Read, ...]:
    found: list[Read] = []
    for index, read in enumerate(reads):
        here = (*place, index)
        if found and read["at"] < found[-1].at:
            message = f"'at' goes backwards: expected at least {found[-1].at} (the read before), got {read['at']}"
            raise at(path, lines[(*here, "at")], message)
        if "data" in read:
            data = read["data"].encode("utf-8")
        else:
            try:
                data = base64.b64decode("".join(read["base64"].split()), validate=True)
            except (binascii.Error, ValueError) as error:
                raise at(path, lines[(*here, "base64")], f"is not base64: {error}") from error
        source = Source(**read["source"]) if "source" in read else None
        found.append(Read(float(read["at"]), data, source))
    return tuple(found)
