"""A text in tokens, as many as it costs. Every model has its own; these are words, with what stands before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aswritten.derivations._asked import Object

_TOKEN = re.compile(r"\s*\w{1,8}|\s*[^\w\s]{1,4}|\s+")
#: The likeliest tokens after the one that came, wherever it stands.
_OTHERS = tuple(_TOKEN.findall(", the a of and to in is that it for as with on are this by from an or at."))
#: Natural logarithms: of a token that came, and between one that could have come and the next.
_CAME, _LESS = -0.01, 0.5


def tokens(text: str) -> list[str]:
    """The tokens of the text; joined they are the text."""
    return _TOKEN.findall(text)


def texts_in(value: object) -> list[str]:
    """All texts in a JSON value, in order."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in texts_in(one)] if isinstance(value, list) else []


def cost(value: object) -> int:
    """The tokens of all texts in a JSON value, without those of pictures and sounds that stand in it as text."""
    return sum(len(tokens(text)) for text in texts_in(value) if not text.startswith("data:"))


def others(token: str, number: int) -> list[tuple[str, float]]:
    """(token, its log probability): the one that came, and what could have come, ``number`` in all."""
    likely = [token, *(one for one in _OTHERS if one != token)]
    return [(one, _CAME if place == 0 else _CAME - 4 - place * _LESS) for place, one in enumerate(likely[:number])]


def logprob(token: str, number: int) -> dict[str, Any]:
    """What log probabilities say of a token, with ``number`` of the likeliest."""
    top = [_entry(one, chance) for one, chance in others(token, number)]
    return {**_entry(token, _CAME), "top_logprobs": top}


def _entry(token: str, chance: float) -> Object:
    return {"token": token, "logprob": round(chance, 4), "bytes": list(token.encode("utf-8", "surrogatepass"))}
