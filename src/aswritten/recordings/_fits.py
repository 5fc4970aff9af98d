"""Whether a request goes to the URL of a recording."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from aswritten.model import Request
    from aswritten.recordings._values import Recording

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: The end of a derived recording's URL that stands for the name of any model, which may have one slash in it.
_ANY_NAME = "/*"
_NAME = r"/[^/]+(?:/[^/]+)?$"
#: The end of a path that names one of many: `/apps/chat`.
_OF_COLLECTION = re.compile(
    r"/(?:agents|apps|assistants|bots|deployments|endpoints|flows|models|pipelines|projects|workflows)/[^/]+$"
)


def url_fits(recording: Recording, request: Request, *, exact: bool = False) -> bool:
    """Whether it does. With ``exact``, the name of a model stands for itself alone."""
    named = recording.answers == "derived" and recording.url.endswith(_ANY_NAME) and not exact
    if recording.url.startswith("*"):
        end = recording.url[1:]
        return _is_named(request.path, end) if named else _ends_with(request.path, end)
    url = urlsplit(recording.url)
    host, port = url.hostname or "", url.port or _DEFAULT_PORTS[url.scheme]
    if (url.scheme, host, port) != (request.scheme, request.host.lower(), request.port):
        return False
    target = "/" + recording.url.split("/", 3)[3]
    return _is_named(request.path, target, whole=True) if named else request.target.removeprefix("/") == target[1:]


def _ends_with(path: str, end: str) -> bool:
    # A path that holds the end, its first part or a version twice is a base URL that already had it: no server answers there.
    # Some servers want a slash behind all their paths; of those that are known to refuse it, a check says so.
    path = path if end.endswith("/") else path.removesuffix("/")
    before = path.removesuffix(end)
    first = f"/{end.split('/')[1]}"
    parts = before.split("/")
    again = any(one == other and re.fullmatch(r"v\d{1,4}[a-z\d]{0,12}", one) for one, other in pairwise(parts))
    is_first_again = before.endswith(first) and not _OF_COLLECTION.search(before)
    return path.endswith(end) and not (is_first_again or f"{end}/" in f"{before}/" or again)


def _is_named(path: str, end: str, *, whole: bool = False) -> bool:
    """Whether the path ends so, with some name in place of the star; with ``whole``, is so from its start."""
    pattern = re.escape(end.removesuffix(_ANY_NAME)) + _NAME
    return (re.match if whole else re.search)(pattern, path) is not None
