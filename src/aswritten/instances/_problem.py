"""Why there is no value."""

from __future__ import annotations


class Unsatisfiable(ValueError):  # noqa: N818 - what it says is of the schema
    """No value was found that keeps the schema; the message says why, in words that go on from "its schema"."""
