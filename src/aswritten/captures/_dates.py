"""Days, as captures tell them."""

from __future__ import annotations

import re
from datetime import date, timezone
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")


def day_of_header(value: str | None) -> str:
    """The day of a `Date` header, in UTC, as YYYY-MM-DD; empty where it is none."""
    try:
        moment = parsedate_to_datetime(value or "")
        return moment.replace(tzinfo=moment.tzinfo or timezone.utc).astimezone(timezone.utc).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def day_of_iso(value: object) -> str:
    """The day in front of a time such as `2026-01-31T10:00:00.000Z`, as it stands; empty where there is none."""
    found = _ISO.match(value) if isinstance(value, str) else None
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
