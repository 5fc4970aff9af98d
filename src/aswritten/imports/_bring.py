"""All exchanges of all inputs: which make one fixture together, what each is called, and which cannot stand side by side."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aswritten.errors import UsageError, at
from aswritten.imports._fit import UnfitError, recording_of, refuse_other
from aswritten.imports._values import Brought, Left
from aswritten.recordings import SCENARIOS, Recording, clash, fixture_files, load_recording
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from aswritten.imports._values import Input

#: Characters of a fixture's name, which is that of its file.
NAME = 120
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def safe_name(text: str) -> str:
    """A file's name, without its suffix, as the name of a fixture: letters, digits, `.`, `_` and `-`; never empty."""
    return _UNSAFE.sub("-", text).strip("-.")[:NAME].strip("-.") or "imported"


def bring_in(
    inputs: Sequence[Input], folder: Path, tool: str, *, names: Iterable[str] = (), force: bool = False
) -> list[Brought]:
    """The fixtures that the inputs make in ``folder``, which is only read. ``tool``: what brings them in, and its version.

    Answers to the same request are the responses of one fixture, in order. An exchange is left out where a fixture cannot hold
    it, and where another fixture of the folder, or of an input before, answers the same request: they could not be served
    together. Secrets are taken out: those that the headers of any exchange tell, what looks like one, and what goes by one of
    ``names``. Raises UsageError where a file is there already (unless ``force``), for a fixture of the folder that cannot be
    read, and where a secret cannot be taken out.
    """
    taken: set[str] = set()
    made = [_fixtures(one, folder, tool, taken, _scrubber(one, tuple(names))) for one in inputs]
    paths = {fixture.recording.path for fixtures, _ in made for fixture in fixtures}
    there = [] if force else sorted(path for path in paths if path.exists())
    if there:
        raise at(there[0], None, "is there already: give --force to replace it, or --name for another name")
    known: dict[tuple[str, str], list[Recording]] = {}
    for path in fixture_files(folder):
        if path not in paths:
            recording = load_recording(path)
            known.setdefault((recording.method, recording.url), []).append(recording)
    return [_brought(one, *found, known) for one, found in zip(inputs, made, strict=True)]


@dataclass(frozen=True, slots=True)
class _Fixture:
    recording: Recording
    places: tuple[str, ...]
    """Those of its responses."""


def _scrubber(one: Input, names: tuple[str, ...]) -> Scrubber:
    """One that knows the secrets by which headers of any of the exchanges let somebody in."""
    sent = (message for _, capture in one.captures for message in (capture.request, capture.response) if message)
    return Scrubber((), names).knowing(tuple(header for message in sent for header in message.headers))


def _fixtures(
    one: Input, folder: Path, tool: str, taken: set[str], scrubber: Scrubber
) -> tuple[list[_Fixture], list[Left]]:
    groups: dict[str, list[tuple[int, Recording]]] = {}
    left: list[Left] = []
    for index, (file, capture) in enumerate(one.captures):
        place = f"{file}, {capture.place}" if capture.place else file
        try:
            recording = _clean(recording_of(capture, place, folder / "new.yaml", tool), place, scrubber)
            refuse_other(recording)
            groups.setdefault(_request_key(recording), []).append((index, recording))
        except UnfitError as why:
            left.append(Left(place, str(why)))
    fixtures = []
    for group in groups.values():
        alone = len(one.captures) == len(group) and f"{one.name}.yaml" != SCENARIOS
        name = _unique(one.name if alone else f"{one.name}-{group[0][0]}", taken)
        recordings = [recording for _, recording in group]
        places = tuple(recording.source.file for recording in recordings)
        fixtures.append(_Fixture(_joined(recordings, folder / f"{name}.yaml"), places))
    return fixtures, left


def _brought(
    one: Input, fixtures: list[_Fixture], left: list[Left], known: dict[tuple[str, str], list[Recording]]
) -> Brought:
    """Without what others answer already; ``known`` grows by what is kept."""
    kept: list[Recording] = []
    for fixture in fixtures:
        others = known.setdefault((fixture.recording.method, fixture.recording.url), [])
        other = next((other for other in others if clash(other, fixture.recording)), None)
        if other is None:
            kept.append(fixture.recording)
            others.append(fixture.recording)
        else:
            left += [Left(place, f"{other.path} answers the same request") for place in fixture.places]
    return Brought(tuple(kept), tuple(left), len(one.captures))


def _unique(name: str, taken: set[str]) -> str:
    """Unlike any other, also where a file system does not tell upper from lower case."""
    found, count = name, 1
    while found.lower() in taken:
        count += 1
        found = f"{name}.{count}"
    taken.add(found.lower())
    return found


def _clean(recording: Recording, place: str, scrubber: Scrubber) -> Recording:
    found = scrubber.recording(recording)
    leaks = scrubber.leaks(found)
    if leaks:
        raise UsageError(f"{place}: a secret cannot be taken out of {', '.join(leaks)}: nothing was written")
    return found


def _request_key(recording: Recording) -> str:
    """Equal for requests that ask the same: in JSON, 1 is 1.0, and the order of keys says nothing."""
    return json.dumps([recording.method, recording.url, recording.headers, _plain(recording.body)], sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _joined(group: Sequence[Recording], path: Path) -> Recording:
    """One fixture of the answers to one request. Its date is that of the oldest."""
    sources = [recording.source for recording in group]
    source = replace(
        sources[0],
        file="; ".join(_shortened([one.file for one in sources])),
        date=min((one.date for one in sources if one.date), default=""),
        note="; ".join(dict.fromkeys(one.note for one in sources)),
    )
    responses = tuple(response for recording in group for response in recording.responses)
    return replace(group[0], name=path.stem, path=path, source=source, responses=responses)


def _shortened(places: Sequence[str]) -> Iterator[str]:
    """`a.yaml, interactions[0]`, `interactions[2]`: each file once, as long as it stays the same."""
    before = ""
    for place in places:
        file, _, inside = place.rpartition(", ")
        yield inside if file and file == before else place
        before = file
