"""Which of the tools that a request offers are called, and with what."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aswritten.derivations._asked import Underivable, Unmade, get, objects
from aswritten.derivations._words import WORDS
from aswritten.instances import Unsatisfiable, instance

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aswritten.derivations._asked import Asked, Object

#: Calls of one answer, where several at once are asked for.
_AT_ONCE = 2
#: Kinds of tools that the client runs, and not the API.
KINDS = ("function", "custom")
#: Roles of messages that bring what a call gave; samples mix the older one with tools.
RESULTS = frozenset({"tool", "function"})


@dataclass(frozen=True, slots=True)
class Call:
    """One tool called."""

    kind: str
    """``function`` or ``custom``."""
    name: str
    text: str
    """The arguments as JSON, or the input of a custom tool."""
    number: int
    """Its place among the calls."""

    def id(self, prefix: str, choice: int = 0) -> str:
        """An id of its own, the same one for the same call."""
        seed = f"{choice} {self.number} {self.name} {self.text}".encode("utf-8", "surrogatepass")
        return prefix + hashlib.sha256(seed).hexdigest()[:24]


def calls(asked: Asked, kinds: Collection[str] = KINDS) -> tuple[Call, ...]:
    """What is called: the tool that the request names, else the first of these kinds; two with `parallel_tool_calls: true`.

    None where it offers none that the client runs, unless it demands a call that no tool of the server's own can answer. Raises
    Underivable where a call that it demands cannot be made, or arguments that keep the tool's schema cannot.
    """
    choice = asked.get("tool_choice")
    if choice == "none":
        return ()
    offered = [_definition(tool) for tool in objects(asked.get("tools")) if tool.get("type", "function") in kinds]
    named = _named(choice)
    wanted = [tool for tool in offered if tool.get("name") in named] if named else offered
    is_servers = any(map(_is_servers, objects(asked.get("tools"))))
    if not wanted and (named or (choice in ("required", "any") and not is_servers)):
        name = " or ".join(named) or "a tool"
        raise Underivable(f"that wants {name} called, and offers no such {' or '.join(kinds)} tool")
    at_once = _AT_ONCE if asked.get("parallel_tool_calls") is True else 1
    return tuple(_call(tool, number) for number, tool in enumerate(wanted[:at_once]))


def function_call(asked: Asked) -> Call | None:
    """The same for the older `functions`; None where none is called."""
    named = get(asked.get("function_call"), "name")
    offered = [one for one in objects(asked.get("functions")) if named in (None, one.get("name"))]
    if not offered and named:
        raise Underivable(f"that wants {named} called, and offers no such function")
    return _call({"kind": "function", **offered[0]}, 0) if offered else None


def _is_servers(tool: Object) -> bool:
    """Whether a tool is one that the server has: named by a type of its own, with nothing that a client is to run."""
    kind = tool.get("type")
    return (
        isinstance(kind, str)
        and kind not in {"", *KINDS}
        and tool.keys().isdisjoint({*KINDS, "parameters", "input_schema"})
    )


def _definition(tool: Object) -> Object:
    """Name and schema stand in the tool itself, or in a member called as its kind."""
    kind = tool.get("type", "function")
    own = tool.get(kind) if isinstance(kind, str) else None
    return {**(own if isinstance(own, dict) else tool), "kind": kind}


def _named(choice: object) -> list[str]:
    """The tools that `tool_choice` names; none where it leaves the choice."""
    if not isinstance(choice, dict):
        return []
    allowed = choice.get("allowed_tools", choice)
    tools = objects(get(allowed, "tools")) or [choice]
    return [name for tool in tools if isinstance(name := _definition(tool).get("name"), str)]


def _call(tool: Mapping[str, Any], number: int) -> Call:
    name = str(tool.get("name", ""))
    try:
        if tool["kind"] == "custom":
            return Call("custom", name, _input(tool, name), number)
        arguments = instance(tool.get("parameters") or {}, WORDS)
    except Unsatisfiable as error:
        raise Underivable(f"that offers the tool {name}: its schema {error}") from error
    # A schema that says nothing of objects lets arguments be what they like.
    arguments = arguments if isinstance(arguments, dict) else {}
    return Call("function", name, as_json(arguments, compact=True), number)


def _input(tool: Mapping[str, Any], name: str) -> str:
    grammar = get(tool, "format", "grammar") or get(tool, "format")
    syntax = get(grammar, "syntax")
    if syntax is None:
        return "text"
    if syntax != "regex":
        raise Unmade(f"that offers the tool {name}: its grammar is of the kind {syntax}, for which no text can be made")
    return str(instance({"type": "string", "pattern": get(grammar, "definition")}))


def as_json(value: object, *, compact: bool = False) -> str:
    """The value as a model writes it: characters as they are, but for halves of them."""
    separators = (",", ":") if compact else None
    text = json.dumps(value, ensure_ascii=False, separators=separators)
    return text if _is_whole(text) else json.dumps(value, separators=separators)


def _is_whole(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
