"""The model is told of no argument of a tool that the sample describes arguments of.

A client that takes a tool's arguments under another name than the sample gives them, in another release or in general, sends an empty schema
and says nothing: the model calls the tool with nothing, and the function behind it gets `undefined` for each argument. So it is with a schema
of a library's release that the client does not read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from aswritten.checks._base import answered, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.lost-arguments",)

#: Where a source describes arguments, or that there are none: as an object of a schema library, or as properties of a JSON Schema.
_DESCRIBES = re.compile(
    r"\b(?!output|result|response|return)\w+[\"']?\s*[:=]\s*\w+\.(?:object|strictObject|Object)\(\s*\{\s*(?P<first>[\"'\w]?)|\bproperties[\"']?\s*[:=]\s*\{\s*(?P<second>[\"'\w]?)",
    re.IGNORECASE,
)
#: How far a tool's own source goes at most from where it is named, in characters, to either side.
_NEAR = 2000
_OPENING, _CLOSING = "([{", ")]}"


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each tool."""
    seen: set[str] = set()
    for exchange in answered(run):
        for name, tool in _tools(exchange.request):
            line = None if name in seen or not _is_empty(tool.get("parameters")) else _described(name, tool, context)
            seen.add(name)
            if line is not None:
                yield context.finding(
                    "request.lost-arguments",
                    f"the model is told of no argument of the tool `{name}`, which the sample describes here",
                    line=line,
                    expected="a schema with the arguments as its properties",
                    got=json.dumps(tool.get("parameters")),
                    hint="look under which name today's release of the client takes a tool's arguments, and of which library",
                )


def _tools(request: Request) -> Iterator[tuple[str, dict[str, Any]]]:
    """The functions that a request tells a model of, by name: in a member of their own, as chat completions have them, or not."""
    try:
        body = loaded(request.body)
    except ValueError:
        return
    tools = body.get("tools") if isinstance(body, dict) else None
    for tool in tools if isinstance(tools, list) else ():
        function = tool.get("function", tool) if isinstance(tool, dict) else None
        if isinstance(function, dict) and isinstance(function.get("name"), str):
            yield function["name"], function


def _is_empty(schema: object) -> bool:
    """Whether a schema says that there are no arguments, and says nothing else."""
    plain = {"$schema", "additionalProperties", "properties", "required", "type"}
    return isinstance(schema, dict) and schema.keys() <= plain and not schema.get("properties")


def _described(name: str, tool: dict[str, Any], context: Context) -> int | None:
    """The line of the source that describes arguments of a tool, in the brackets that hold what the tool is for, or its name; None where it describes none."""
    source = context.sample.source
    start, end = _own(name, tool, source)
    found = _DESCRIBES.search(source, start, end)
    return source.count("\n", 0, found.start()) + 1 if found and (found["first"] or found["second"]) else None


def _own(name: str, tool: dict[str, Any], source: str) -> tuple[int, int]:
    """Where the source of a tool begins and ends: what stands in one pair of brackets with its description, else with its name; nothing where it tells neither.

    Of a name that is a key, what stands behind it: `weather: tool({…})`.
    """
    description = tool.get("description")
    place = source.find(description) if isinstance(description, str) and description else -1
    if place < 0:
        named = re.search(rf"(?<!\w){re.escape(name)}(?!\w)(?P<key>[\"']?\s*:)?", source)
        if named is None:
            return 0, 0
        place = named.end() if named["key"] else named.start()
        if named["key"]:
            opened = next((at for at in range(place, min(len(source), place + _NEAR)) if source[at] in _OPENING), place)
            return opened, _closes(source, opened + 1)
    depth = 0
    for at in range(place - 1, max(-1, place - _NEAR), -1):
        depth += (source[at] in _CLOSING) - (source[at] in _OPENING)
        if depth < 0:
            return at, _closes(source, place)
    return place, place


def _closes(source: str, start: int) -> int:
    """Where the brackets close that are open at a place of the source."""
    depth = 0
    end = min(len(source), start + _NEAR)
    for at in range(start, end):
        depth += (source[at] in _OPENING) - (source[at] in _CLOSING)
        if depth < 0:
            return at
    return end
