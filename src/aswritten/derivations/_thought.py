"""What a model thought before it answered, and whether a request asks to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.derivations._asked import get

if TYPE_CHECKING:
    from collections.abc import Mapping

THOUGHT = "The question is what the answer has to tell."
#: Members of messages in which APIs tell it; the first one where an API has both.
MEMBERS = ("reasoning_content", "reasoning")
#: Where requests ask for it by true.
_SWITCHES = (
    ("include_reasoning",),
    ("separate_reasoning",),
    ("enable_thinking",),
    ("chat_template_kwargs", "enable_thinking"),
    ("chat_template_kwargs", "thinking"),
    ("reasoning", "enabled"),
)
#: Where they say how much, or in which way.
_WAYS = (("reasoning_effort",), ("reasoning", "effort"), ("thinking", "type"), ("reasoning_format",))
_NOT_AT_ALL = ("none", "disabled", "hidden")


def wants_thought(body: Mapping[str, object]) -> bool:
    """Whether a chat's request asks for reasoning by one of the parameters that are known for it, and by none of them for none."""
    switches = [get(body, *place) for place in _SWITCHES]
    ways = [way for place in _WAYS if isinstance(way := get(body, *place), str)]
    if False in switches or any(way in _NOT_AT_ALL for way in ways):
        return False
    return True in switches or bool(ways)
