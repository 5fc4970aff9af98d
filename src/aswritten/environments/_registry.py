"""Whether a registry or a mirror of one answers where npm looks for packages."""

from __future__ import annotations

import re
from functools import cache

#: How npm says where it did not find a package.
_ASKED_AT = re.compile(
    r"404 Not Found - GET (?P<registry>https?://[^\s/]{1,200}/(?:[\w./-]{0,200}/)?)(?:@[\w.-]{1,200}(?:%2f|/))?[\w.-]{1,200}(?:\s|$)",
    re.IGNORECASE,
)
#: Seconds in which a registry is to tell of itself.
_PATIENCE = 10


def mirror_asked(output: str) -> str:
    """The address at which npm does not find a package, where no registry answers but a mirror of one; empty for any other end."""
    found = _ASKED_AT.search(output)
    return found["registry"] if found and is_mirror(found["registry"]) else ""


@cache
def is_mirror(registry: str) -> bool:
    """Whether what answers at the address of an npm registry is a mirror or a cache in front of it, which may lack what it has.

    The registry tells of itself in JSON there.
    """
    import urllib.request  # slow to import, and seldom asked for

    try:
        with urllib.request.urlopen(registry, timeout=_PATIENCE) as answer:  # noqa: S310 - an address that npm asked
            return bool(answer.headers.get_content_type() != "application/json")
    except OSError:
        return True
