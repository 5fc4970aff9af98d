"""The schemas of our YAML files, and what follows from them."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from aswritten.data import data_dir

if TYPE_CHECKING:
    from aswritten.model import Headers


@cache
def schema_of(kind: str) -> dict[str, Any]:
    """schemas/KIND.schema.json, parsed."""
    found: dict[str, Any] = json.loads((data_dir("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8"))
    return found


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
