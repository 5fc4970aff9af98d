"""What one object does: the kinds by which chunks, messages and parts of arrays are told apart before they are compared.

A field of a delta comes and goes with what the chunk is for. It is compared among chunks that do the same, so that neither their
number nor their order by chance is taken for a change.
"""

from __future__ import annotations

from typing import Any

ROLE, FINISH, USAGE, NOTHING = "role", "finish", "usage", "nothing"
#: Of a tool call that comes in parts.
FIRST, LATER = "first part", "later part"


def of_entry(entry: object) -> tuple[str, ...]:
    """What one entry of a chunk's ``choices`` does: each field of the delta that says something, ``finish``; else ``nothing``."""
    if not isinstance(entry, dict):
        return (NOTHING,)
    delta = entry.get("delta")
    found = tuple(name for name, value in delta.items() if says_something(value)) if isinstance(delta, dict) else ()
    return ((*found, FINISH) if says_something(entry.get("finish_reason")) else found) or (NOTHING,)


def of_chunk(chunk: dict[str, Any]) -> tuple[str, ...]:
    """What all its entries do, and ``usage`` where it has one."""
    entries = chunk.get("choices")
    steps = [step for entry in entries for step in of_entry(entry)] if isinstance(entries, list) else []
    if isinstance(chunk.get("usage"), dict):
        steps.append(USAGE)
    return tuple(dict.fromkeys(steps)) or (NOTHING,)


def is_for_usage(chunk: dict[str, Any]) -> bool:
    """Whether it has a usage and no choice."""
    return isinstance(chunk.get("usage"), dict) and not chunk.get("choices")


def of_message(message: dict[str, Any], answers: frozenset[str]) -> tuple[str, ...]:
    """What the model answered with: those of the fields ``answers`` that say something; else ``nothing``."""
    return tuple(sorted(name for name in answers if says_something(message.get(name)))) or (NOTHING,)


def of_item(item: dict[str, Any]) -> str:
    """The ``type`` of an array's item; else ``nothing``."""
    kind = item.get("type")
    return f"type {kind}" if isinstance(kind, str) else NOTHING


def of_tool_delta(part: dict[str, Any], begun: set[object]) -> str:
    """Whether a tool call starts with this part; ``begun`` holds the indexes that did. One without an index is a whole call."""
    index = part.get("index")
    if not isinstance(index, int):
        return FIRST
    if index in begun:
        return LATER
    begun.add(index)
    return FIRST


def says_something(value: object) -> bool:
    """Whether a value is more than an empty one."""
    return value is not None and value not in ("", [], {})
