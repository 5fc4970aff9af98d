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
#: How far behind its name a tool's arguments stand at most, in characters.
_NEAR = 2000


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each tool."""
    seen: set[str] = set()
    for exchange in answered(run):
        tools = dict(_tools(exchange.request))
        for name, tool in tools.items():
            line = None if name in seen or _has_arguments(tool) else _described(name, tool, tools, context)
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


def _has_arguments(tool: dict[str, Any]) -> bool:
    """Whether a tool has arguments, or a schema that says them in another way than by properties."""
    schema = tool.get("parameters", {})
    return (
        not isinstance(schema, dict)
        or not schema.keys() <= {"$schema", "additionalProperties", "properties", "required", "type"}
        or bool(schema.get("properties"))
    )


def _described(name: str, tool: dict[str, Any], tools: dict[str, dict[str, Any]], context: Context) -> int | None:
    """The line of the source that describes arguments of a tool: behind its name or what it is for, and before the same of another."""
    source = context.sample.source
    start = _place(name, tool, source)
    if start is None:
        return None
    others = (_place(*other, source) for other in tools.items() if other[0] != name)
    end = min((place for place in others if place is not None and place > start), default=start + _NEAR)
    found = _DESCRIBES.search(source, start, min(end, start + _NEAR))
    return source.count("\n", 0, found.start()) + 1 if found and (found["first"] or found["second"]) else None


def _place(name: str, tool: dict[str, Any], source: str) -> int | None:
    """Where a source tells of a tool: at its description, else at its name; None where it tells neither."""
    texts = (text for text in (tool.get("description"), name) if isinstance(text, str) and text)
    places = (re.search(rf"(?<!\w){re.escape(text)}(?!\w)", source) for text in texts)
    return next((place.start() for place in places if place), None)
