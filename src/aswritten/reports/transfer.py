"""A verdict as one JSON text and back: how workers hand theirs to the process that reports."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from aswritten.model import Block, Call, Comment, Finding, Verdict


def pack(verdict: Verdict) -> str:
    """The verdict as JSON text."""
    return json.dumps(asdict(verdict))


def unpack(text: str) -> Verdict:
    """The verdict that `pack` made the text of."""
    value: dict[str, Any] = json.loads(text)
    value["block"] = _block(value["block"])
    value["run_with"] = tuple(map(_block, value["run_with"]))
    value["calls"] = tuple(Call(**call) for call in value["calls"])
    value["findings"] = tuple(Finding(**finding) for finding in value["findings"])
    return Verdict(**value)


def _block(value: dict[str, Any]) -> Block:
    comments = tuple(Comment(**comment) for comment in value["comments"])
    return Block(
        **{**value, "headings": tuple(value["headings"]), "lines": tuple(value["lines"]), "comments": comments}
    )
