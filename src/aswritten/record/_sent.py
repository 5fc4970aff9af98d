"""What is sent of a sample's request, and where."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from aswritten.data import data_dir
from aswritten.recordings import load_recordings

if TYPE_CHECKING:
    from aswritten.model import Request

#: What holds for one connection, or is the client's own.
_DROPPED = frozenset({
    "host", "content-length", "content-encoding", "accept-encoding", "expect", "connection", "keep-alive", "proxy-connection",
    "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
#: Headers that hold a key, and how.
KEYS = {"authorization": "Bearer {}", "api-key": "{}", "x-api-key": "{}"}


def sent_headers(request: Request, key: str) -> dict[str, str]:
    """The sample's own headers; ``key``, where there is one, in place of what it sends as a key."""
    named = (request.header("connection") or "").lower().split(",")
    dropped = _DROPPED | {name.strip() for name in named}
    found: dict[str, str] = {}
    for name, value in request.headers:
        low = name.lower()
        if low in dropped:
            continue
        if low in KEYS and key:
            found[name] = KEYS[low].format(key)
        else:
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found | {"accept-encoding": "identity"}


def sent_url(request: Request, base_url: str) -> str:
    """Where it is sent: to the host that it asks for, or below the base URL; empty where that has no place for it."""
    if not base_url:
        return (replace(request, host=f"[{request.host}]") if ":" in request.host else request).url
    endpoint = _endpoint(request.path)
    query = request.target.partition("?")[2]
    return f"{base_url}{endpoint}{'?' + query if query else ''}" if endpoint else ""


def _endpoint(path: str) -> str:
    """The part of a path that stands behind any base URL; empty where it ends in no known endpoint."""
    found = (re.search(f"{pattern}/?$", path) for pattern in _endpoints())
    return max((match[0] for match in found if match), key=len, default="")


@cache
def _endpoints() -> tuple[str, ...]:
    """Those of the recordings for any host that ship with aswritten, as patterns; a star stands for a name."""
    urls = {one.url for one in load_recordings([data_dir("fixtures") / "generic"]) if one.url.startswith("*")}
    return tuple(re.escape(url[1:].removeprefix("/v1")).replace(r"/\*", "/.+") for url in sorted(urls))
