"""What an answer says to people, whatever its form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten.client import printable

if TYPE_CHECKING:
    from aswritten.client import Answer

#: Characters of an error that are told.
SHOWN = 160


def said(answer: Answer) -> str:
    """What an error says, in one line: its message where it has one, else its start."""
    text = answer.body[:4000].decode("utf-8", "replace")
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        value = None
    for name in ("error", "message", "detail"):
        if isinstance(value, dict) and name in value:
            value = value[name]
    if value is not None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = printable(text)
    return (text if len(text) <= SHOWN else text[:SHOWN] + "…") or "nothing"


def is_web_page(answer: Answer) -> bool:
    """By its media type, or by how it begins."""
    came = answer.header("content-type").partition(";")[0].strip().lower()
    return came == "text/html" or answer.body[:100].lstrip().lower().startswith((b"<!doctype", b"<html"))
