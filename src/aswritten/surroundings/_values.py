"""What environment variables are given that a page leaves to its reader, by the convention of their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aswritten.languages import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w./-]*)?")
#: A name of a variable for an address, and what stands for one in its value.
_OF_ADDRESS = re.compile(r"(?:^|_)(?:URL|URI|BASE|ENDPOINT|HOST)(?:_|$)")
_PLACEHOLDER = re.compile(r"<[^<>\n]*>")
#: Paths that name no place: `/path/to/key.json`, `~/path/to/key.json`, `/your/certs.pem`.
_OWN_PATH = re.compile(
    r"(?:~?/|\./|[A-Z]:\\)?(?:(?:absolute|full)[/_-])?path[/_-](?:to|of)[/_-]|~?/your[/_-]", re.IGNORECASE
)
#: Where the path of a URL stops being that of a base URL.
_ENDPOINT = re.compile(r"/(?:chat/)?(?:completions|embeddings|models|responses|messages)\b.*")


def value_of(name: str, base: str) -> str | None:
    """The value for a variable of that name, with ``base`` as the base URL; None where it is better not set."""
    parts = urlsplit(base)
    port = str(parts.port or (443 if parts.scheme == "https" else 80))
    found = next(
        (value for form, value in facts("surroundings")["variables"] if re.fullmatch(form, name.upper())), None
    )
    if found is None:
        return str(facts("surroundings")["otherwise"])
    return found.replace("{url}", base).replace("{host}", parts.hostname or "").replace("{port}", port) or None


def is_left_address(name: str, value: str) -> bool:
    """Whether a variable's name says that it holds an address, and its value is one that its reader fills in: `GATEWAY_URL=<your gateway>`."""
    return _OF_ADDRESS.search(name) is not None and _PLACEHOLDER.search(value) is not None


def is_left_path(value: str) -> bool:
    """Whether a value is a path that stands for that of a file of the reader's own: `/path/to/certs.pem`."""
    return _OWN_PATH.match(value) is not None


def base_url(texts: Iterable[str]) -> str:
    """The base URL that the samples of a page use most plainly: that of an endpoint, else one with a version, else a made one."""
    versioned = ""
    for text in texts:
        for found in _URL.finditer(text):
            url = found.group().rstrip("./")
            base = _ENDPOINT.sub("", url)
            if base != url and urlsplit(base).hostname:
                return base
            if not versioned and re.search(r"/v\d+(?:/|$)", url):
                versioned = url
    return versioned or str(facts("surroundings")["base_url"])
