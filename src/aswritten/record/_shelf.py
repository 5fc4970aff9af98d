"""Where the recordings of a page's samples lie, and what a sample asks as a recording holds it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.errors import UsageError, at
from aswritten.recordings import SCENARIOS, Miss, Recording, Source, choose, load_recordings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aswritten.model import Request

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SUFFIXES = {".yaml", ".yml"}
#: Names of pages that say nothing: their folder's does.
_NAMELESS = {"readme", "index"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The recordings of a page."""

    folder: Path
    """Where new ones go."""
    there: tuple[Recording, ...]
    """Those that are made anew in their places."""
    roots: tuple[Path, ...] = ()
    """Other folders, whose recordings stay as they are and say how their like in ``folder`` are called."""
    known: tuple[Recording, ...] = ()
    """What lies in ``roots``."""


def open_shelf(fixtures: Sequence[Path], into: Path | None) -> Shelf:
    """The shelf of a page whose settings name these folders. ``into``: where recordings go in place of them.

    Raises UsageError where neither says a folder, and for what is wrong with the recordings that there are.
    """
    if into is None and not fixtures:
        raise UsageError("no settings say where the recordings of these pages lie: name a folder by --into")
    if into is None:
        return Shelf(fixtures[0], load_recordings(fixtures))
    if into.exists() and not into.is_dir():
        raise at(into, None, "is a file: expected a folder of recordings (--into)")
    return Shelf(into, _all_in([into]), tuple(fixtures), _all_in(fixtures))


def _all_in(folders: Sequence[Path]) -> tuple[Recording, ...]:
    """What is in those of the folders that hold recordings."""
    return load_recordings([one for one in folders if one.is_dir() and any(map(_is_recording, one.rglob("*")))])


def _is_recording(path: Path) -> bool:
    return path.suffix in _SUFFIXES and path.name != SCENARIOS and not path.name.startswith(".")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a recording holds it."""

    recording: Recording
    """Without a response; its path and name are those of `old`, or empty."""
    old: Recording | None
    """The recording that answers it so far."""
    is_there: bool = False
    """Whether the old one is to be made anew in its place."""

    @property
    def key(self) -> str:
        """The same for what is the same request to a mock."""
        one = self.recording
        return json.dumps([one.method, one.url, one.headers, one.body], sort_keys=True)


def asked_by(request: Request, shelf: Shelf) -> Asked | str:
    """What a sample asks; or why no recording can hold it, in words."""
    if request.method not in _METHODS or not request.target.startswith("/"):
        return f"a recording holds no {request.method} of {request.target}"
    for recordings in (shelf.there, shelf.known):
        old = choose(recordings, request, exact=True)
        if not isinstance(old, Miss) and old.answers != "derived":
            return Asked(replace(old, responses=()), old, recordings is shelf.there)
    try:
        body = json.loads(request.body) if request.body else None
    except (ValueError, RecursionError):
        return "its body is not JSON, and a recording holds no other"
    if ":" in request.host:
        request = replace(request, host=f"[{request.host}]")
    new = Recording("", Path(), Source("recorded"), "recorded", request.method, request.url, (), body, ())
    return Asked(new, None)


def place_for(asked: Asked, shelf: Shelf, stem: str, planned: Collection[Path]) -> Path:
    """The file of what is asked: that which there is; one named as in the settings' folders; or ``STEM-N.yaml``, where none is yet."""
    old = asked.old
    if old is not None and asked.is_there:
        return old.path
    path = shelf.folder / _below(old.path, shelf.roots) if old else shelf.folder / f"{stem}-1.yaml"
    number = 1
    while path in planned or path.exists():
        number += 1
        path = shelf.folder / f"{stem}-{number}.yaml"
    return path


def _below(path: Path, roots: Sequence[Path]) -> Path:
    root = next((one for one in roots if path.resolve().is_relative_to(one.resolve())), path.parent)
    return path.resolve().relative_to(root.resolve())


def stem_of(page: Path) -> str:
    """What recordings of a page are called: as the page, or as its folder, where that says more."""
    named = page.stem if page.stem.lower() not in _NAMELESS else page.absolute().parent.name
    return re.sub(r"[^a-z0-9]+", "-", named.lower()).strip("-") or "sample"
