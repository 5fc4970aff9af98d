"""The schemas of our YAML files, and what follows from them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.validity import schema_of

if TYPE_CHECKING:
    from aswritten.model import Headers


def kept_headers(headers: Headers) -> Headers:
    """Those that a recording may keep, as fixtures have them: lower-case names, each once (values joined by a comma)."""
    response = schema_of("fixture")["properties"]["responses"]["items"]["properties"]
    allowed = re.compile(response["headers"]["propertyNames"]["pattern"])
    found: dict[str, str] = {}
    for sent, value in headers:
        name = sent.lower()
        if allowed.search(name):
            found[name] = f"{found[name]}, {value}" if name in found else value
    return tuple(found.items())
