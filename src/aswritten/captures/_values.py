"""What a capture holds, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.model import request_to

if TYPE_CHECKING:
    from aswritten.model import Headers, Request, Response


@dataclass(frozen=True, slots=True)
class Asked:
    """The request of a transcript, which holds only what came."""

    request: Request
    """Its headers are those on which the answer depends."""
    where: str
    """What says so, as the user gave it."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One exchange as another tool kept it."""

    place: str
    """Where it stands in its file: `interactions[3]`, `log.entries[0]`; empty where it is all that the file holds."""
    tool: str
    """What kept it, as far as the file tells."""
    request: Request | None = None
    """With all headers that were kept of it. None where there is too little to tell what was asked."""
    response: Response | None = None
    """With its body unpacked. None where there is too little to tell what came."""
    unread: str = ""
    """Why it cannot be told what was asked, or what came, in words; empty where it can."""
    depends_on: Headers = ()
    """Headers of the request on which the answer depends."""
    date: str = ""
    """The day on which it came, as YYYY-MM-DD; empty where nothing tells it."""
    seconds: float = 0.0
    """From the request to the end of the response; 0 where nothing tells it."""
    note: str = ""
    """What the file did not keep of it."""


class UnreadableError(Exception):
    """A part of a capture that cannot be read; the message says why."""


def asked_at(method: str, url: str, headers: Headers = (), body: bytes = b"") -> Request:
    """`request_to`. Raises UnreadableError for what is no http or https URL."""
    try:
        return request_to(method, url, headers, body)
    except ValueError as error:
        raise UnreadableError("expected an absolute http or https URL") from error
