"""Fixture files to values, and the choice of the one that answers a request."""

from __future__ import annotations

from aswritten.derivations import THOUGHT_MEMBERS
from aswritten.recordings._asked import as_asked
from aswritten.recordings._choose import choose, clash, features
from aswritten.recordings._derived import derived
from aswritten.recordings._load import (
    SCENARIOS,
    fixture_files,
    load_document,
    load_recording,
    load_recordings,
    parse_recording,
)
from aswritten.recordings._recut import Change, changed, recut
from aswritten.recordings._schema import kept_headers
from aswritten.recordings._values import Miss, Read, RecordedResponse, Recording, Source
from aswritten.recordings._write import content_digest, dump, request_digest, sealed

__all__ = [
    "SCENARIOS",
    "THOUGHT_MEMBERS",
    "Change",
    "Miss",
    "Read",
    "RecordedResponse",
    "Recording",
    "Source",
    "as_asked",
    "changed",
    "choose",
    "clash",
    "content_digest",
    "derived",
    "dump",
    "features",
    "fixture_files",
    "kept_headers",
    "load_document",
    "load_recording",
    "load_recordings",
    "parse_recording",
    "recut",
    "request_digest",
    "sealed",
]
