"""What a fixture file holds, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from aswritten.codings import PackedError, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Headers, Lack


@dataclass(frozen=True, slots=True)
class Source:
    """Where bytes come from. Which fields are filled follows from ``kind``."""

    kind: Literal["recorded", "imported", "documented", "composed"]
    host: str = ""
    """recorded, imported: the host that served it."""
    date: str = ""
    """recorded, and imported where it is known: the day, as YYYY-MM-DD."""
    tool: str = ""
    """recorded: the recorder and its version. imported: what recorded it, and what brought it in."""
    file: str = ""
    """imported: the file that it was brought in from, and the place in it."""
    request_sha256: str = ""
    """recorded: `request_digest` of the request as it was sent."""
    content_sha256: str = ""
    """recorded: `content_digest` of what was written; another one tells that somebody edited the file."""
    page: str = ""
    """documented: the page, by name or URL."""
    line: int | None = None
    """documented: its 1-based line, where there is one to name."""
    why: str = ""
    """composed: why we wrote it ourselves."""
    note: str = ""
    """recorded, imported, documented: what else a reader should know."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one read of the recorder gave."""

    at: float
    """Seconds since the request was sent."""
    data: bytes
    """The bytes as served."""
    source: Source | None = None
    """Its own origin; None where it is that of the recording."""


@dataclass(frozen=True)
class RecordedResponse:
    """One response, in the pieces in which it came."""

    status: int
    headers: Headers
    reads: tuple[Read, ...]

    @cached_property
    def body(self) -> bytes:
        """All reads, joined."""
        return b"".join(read.data for read in self.reads)

    @cached_property
    def plain(self) -> bytes:
        """The body without its content coding, within bounds. Raises PackedError; not for what was loaded from a file."""
        return unpacked(self.body, self.headers)

    @property
    def is_packed(self) -> bool:
        """Whether its bytes are those of a content coding, whether or not they can be unpacked."""
        try:
            return self.plain != self.body
        except PackedError:
            return True

    @property
    def is_stream(self) -> bool:
        """Whether the body is an event stream, by its content type."""
        kind = next((value for name, value in self.headers if name.lower() == "content-type"), "")
        return kind.partition(";")[0].strip().lower() == "text/event-stream"


@dataclass(frozen=True)
class Recording:
    """One fixture file."""

    name: str
    """The path below the fixtures folder, without suffix, POSIX slashes: ``novita/completion``."""
    path: Path
    source: Source
    answers: Literal["recorded", "alike", "derived"]
    """recorded: only the very request below. alike: also requests to the same URL that ask for the same features. derived: also
    those that ask for more, by what ``derives`` names."""
    method: str
    url: str
    """Absolute; or ``*/path`` for any scheme, host, prefix and query. A derived one may end with ``/*`` for the name of any model."""
    headers: Headers
    """What the answer depends on: (lower-case name, exact value), sorted."""
    body: object
    """The JSON body as parsed; None where the request has none."""
    responses: tuple[RecordedResponse, ...]
    """For the first, second ... such request of one run; the last one repeats."""
    derives: tuple[str, ...] = ()
    """derived: what of the answer follows from the request, by the names of `derivations`; in the order of the file."""


@dataclass(frozen=True, slots=True)
class Miss:
    """No recording answers."""

    reason: str
    """In words, naming the nearest recording and what differs."""
    lack: Lack = "words"
    """What of the recordings does not suit."""
