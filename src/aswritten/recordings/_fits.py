"""Whether a request goes to the URL of a recording."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from aswritten.model import Request
    from aswritten.recordings._values import Recording

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: The end of a URL that stands for the name of any model, which may have one slash in it.
_NAMED = "{model}"
_NAME = r"[^/]+(?:/[^/]+)?"


def url_fits(recording: Recording, request: Request, *, exact: bool = False) -> bool:
    """Whether it does. With ``exact``, the name of a model stands for itself alone."""
    if recording.url.startswith("*"):
        return _path_fits(request.path, recording.url[1:], exact=exact)
    url = urlsplit(recording.url)
    host, port = url.hostname or "", url.port or _DEFAULT_PORTS[url.scheme]
    if (url.scheme, host, port) != (request.scheme, request.host.lower(), request.port):
        return False
    target = "/" + recording.url.split("/", 3)[3]
    return request.target == target or (
        target.endswith(_NAMED) and _path_fits(request.path, target, exact=exact, start=True)
    )


def _path_fits(path: str, end: str, *, exact: bool, start: bool = False) -> bool:
    """Whether the path ends so; with ``start``, is so as a whole."""
    if end.endswith(_NAMED) and not exact:
        pattern = re.escape(end.removesuffix(_NAMED)) + _NAME
        return re.search(f"{'^' if start else ''}{pattern}$", path) is not None
    # A path that holds the end twice is a base URL that already had it: no server answers there.
    return path.endswith(end) and not path.removesuffix(end).endswith(end)
