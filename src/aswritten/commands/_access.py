"""Who is asked by a command that records, and how, as its options say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten import __version__
from aswritten.access import base_url, key_in
from aswritten.client import Limits
from aswritten.errors import UsageError
from aswritten.record import Access, Patience
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

#: Seconds for the connection, at most.
CONNECT = 10.0


def access_of(parsed: argparse.Namespace, names: Sequence[str]) -> Access:
    """``names``: members and headers that are secrets by the settings. Raises UsageError for a URL or a key that is wrong."""
    key = key_in(parsed.api_key_env)
    url = ""
    if parsed.base_url:
        parts = base_url(parsed.base_url)
        if parts.query:
            raise UsageError(f"--base-url {parsed.base_url}: expected a base URL without a query")
        url = parts.geturl()
    limits = Limits(connect=min(CONNECT, parsed.timeout), seconds=parsed.timeout)
    return Access(
        tool=f"aswritten {__version__}",
        scrubber=Scrubber((key,), names),
        base_url=url,
        key=key,
        variable=parsed.api_key_env,
        patience=Patience(limits, parsed.max_wait),
    )
