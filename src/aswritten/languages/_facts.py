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


@cache
def known_packages(language: str) -> frozenset[str]:
    """The packages of a language of which something is known: by import or npm name, a scope for all of its packages."""
    known = facts(language)
    named = {*facts("surroundings")["implied"], *facts("surroundings")["common_form"], *known["same_name"]}
    tops = {name if name.startswith("@") else name.split(".")[0] for name in (*named, *known.get("distributions", ()))}
    return frozenset(tops | set(known["http"]) | set(known["offline"]))
