"""Fixture files to values, and the choice of the one that answers a request."""

from __future__ import annotations

from aswritten.recordings._asked import as_asked
from aswritten.recordings._choose import choose, features
from aswritten.recordings._load import load_recording, load_recordings
from aswritten.recordings._recut import Change, changed, recut
from aswritten.recordings._values import Miss, Read, RecordedResponse, Recording, Source
from aswritten.recordings._write import content_digest, dump, request_digest, sealed

__all__ = [
    "Change",
    "Miss",
    "Read",
    "RecordedResponse",
    "Recording",
    "Source",
    "as_asked",
    "changed",
    "choose",
    "content_digest",
    "dump",
    "features",
    "load_recording",
    "load_recordings",
    "recut",
    "request_digest",
    "sealed",
]
