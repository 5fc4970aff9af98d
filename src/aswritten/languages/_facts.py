"""Facts about languages and their packages, kept as data beside this module."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def facts(name: str) -> dict[str, Any]:
    """The facts file ``name``; its own ``about`` says what each member means."""
    loaded: dict[str, Any] = json.loads((Path(__file__).parent / "facts" / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


@cache
def fact_set(name: str, member: str) -> frozenset[str]:
    """One list of a facts file, as a set."""
    return frozenset(facts(name)[member])
