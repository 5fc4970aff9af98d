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
    return not declines_thought(body) and (True in _switches(body) or bool(_ways(body)))


def declines_thought(body: Mapping[str, object]) -> bool:
    """Whether a chat's request asks for none."""
    return False in _switches(body) or any(way in _NOT_AT_ALL for way in _ways(body))


def _switches(body: Mapping[str, object]) -> list[object]:
    return [get(body, *place) for place in _SWITCHES]


def _ways(body: Mapping[str, object]) -> list[str]:
    return [way for place in _WAYS if isinstance(way := get(body, *place), str)]
