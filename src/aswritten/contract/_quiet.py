"""The usual chunk of a long stream, told quickly: it only goes on with what is known, so that no rule has a word on it.

Nine of ten chunks add some text, or a part of a tool call's arguments, and nothing else. That they do takes a few comparisons; asking
each rule takes many times as long. What is not of this kind goes to the rules: tests/contract/test_quiet.py holds that it makes no
difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aswritten.contract._facts import Choice, Facts

#: Fields of a delta that rules look at, beside content and tool calls.
JUDGED = frozenset({"role", "refusal", "function_call", "audio"})


def take_if_quiet(facts: Facts, chunk: dict[str, Any]) -> bool:
    """Learns from a chunk that no rule has a word on, and says so; of any other chunk nothing is learnt."""
    get, first = chunk.get, facts.first.get
    if (
        get("id") != first("id")
        or get("created") != first("created")
        or get("model") != first("model")
        or get("system_fingerprint") != first("system_fingerprint")
        or get("service_tier") != first("service_tier")
        or get("usage") is not None
        or facts.usage is not None
        or get("moderation") is not None
    ):
        return False
    entries = get("choices")
    if type(entries) is not list or not entries:
        return False
    choices = [_quiet_choice(facts, entry) for entry in entries]
    if None in choices:
        return False
    for choice, entry in zip(choices, entries, strict=True):
        if choice is not None:
            _learn(facts, choice, entry["delta"])
    facts.chunks += 1
    return True


def _quiet_choice(facts: Facts, entry: Any) -> Choice | None:
    """The choice that an entry goes on with; None where a rule may have a word on it."""
    if type(entry) is not dict or entry.get("finish_reason") is not None or entry.get("logprobs") is not None:
        return None
    index, delta = entry.get("index"), entry.get("delta")
    choice = facts.choices.get(index) if type(index) is int else None
    if choice is None or not choice.deltas or choice.finish or choice.joined or type(delta) is not dict:
        return None
    for name, value in delta.items():
        if name == "content":
            if value is not None and (type(value) is not str or not value.isascii()):
                return None
        elif name == "tool_calls":
            if value is not None and (type(value) is not list or not all(_goes_on(choice, part) for part in value)):
                return None
        elif name in JUDGED and value is not None:
            return None
    return choice


def _goes_on(choice: Choice, part: Any) -> bool:
    """Whether a part of a tool call adds nothing but arguments to one that is known."""
    index = part.get("index") if type(part) is dict else None
    call = choice.tools.get(index) if type(index) is int else None
    if call is None or not call.deltas:
        return False
    function = part.get("function")
    if type(function) is not dict or type(function.get("arguments")) is not str:
        return False
    told = ((part.get("id"), call.id), (part.get("type"), call.type), (function.get("name"), call.name))
    return all(value is None or value == known for value, known in told)


def _learn(facts: Facts, choice: Choice, delta: dict[str, Any]) -> None:
    choice.deltas += 1
    text = delta.get("content")
    if text is not None:
        choice.content = True
        choice.says_content = choice.says_content or bool(text)
    for part in delta.get("tool_calls") or ():
        facts.take_tool(choice.tools[part["index"]], part)
