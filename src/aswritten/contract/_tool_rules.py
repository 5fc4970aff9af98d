"""Rules about tool calls, by the tools that the request offered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aswritten.contract._problem import path_text, show
from aswritten.contract._rule import COMPLETION_OBJECT, REQUEST_OBJECT, Found, judge
from aswritten.validity import surely_keeps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract._facts import Facts, ToolCall

STRICT = "https://platform.openai.com/docs/guides/function-calling#strict-mode"
#: Problems of one call's arguments that are told.
TOLD = 3


@judge("wire.tool-offered", "warning", "Clients look a tool up by its name, and find none.", COMPLETION_OBJECT)
def tool_offered(facts: Facts) -> Iterator[Found]:
    """A tool that is called is one that the request offers. A model may err, so this is a warning."""
    for path, call in _calls(facts):
        if facts.asked.tools and call.name and call.name not in facts.asked.tools:
            names = " or ".join(map(show, list(facts.asked.tools)[:8]))
            yield Found((*path, "function", "name"), names, show(call.name))


@judge("wire.tool-schema", "warning", "Clients call tools with arguments that they do not take.", REQUEST_OBJECT)
def tool_schema(facts: Facts) -> Iterator[Found]:
    """Arguments keep the schema that the request gives of the tool. A model may err, so this is a warning."""
    return _arguments(facts, strict=False)


@judge("wire.tool-strict", "error", "The API promises that such arguments keep the schema.", STRICT)
def tool_strict(facts: Facts) -> Iterator[Found]:
    """Arguments of a tool with `strict: true` keep its schema."""
    return _arguments(facts, strict=True)


def _calls(facts: Facts) -> Iterator[tuple[tuple[str | int, ...], ToolCall]]:
    for index, choice in sorted(facts.choices.items()):
        for number, call in sorted(choice.tools.items()):
            if call.type != "custom":
                yield ("choices", index, "message", "tool_calls", number), call


def _arguments(facts: Facts, *, strict: bool) -> Iterator[Found]:
    for path, call in _calls(facts):
        offered = facts.asked.tools.get(call.name)
        if offered is None or offered.strict is not strict or not call.whole:
            continue
        try:
            arguments = json.loads(call.arguments)
        except (ValueError, RecursionError):
            continue  # wire.tool-arguments tells of it, where the answer was not cut short
        for where, said in _against(arguments, offered.schema):
            text = path_text((*path, "function", "arguments"))
            message = f"{text}: {f'{where}: ' if where else ''}{said}, by the schema of {show(call.name)}"
            yield Found((*path, "function", "arguments"), "arguments that keep the schema", said, message, group=where)


def _against(arguments: object, schema: object) -> Iterator[tuple[str, str]]:
    """(place, what is wrong there) of arguments that do not keep a tool's schema; of a schema that is none, nothing.

    Nothing is fetched: a schema that refers to what it does not hold is not judged by (`wire.request-tool-schema` tells of it).
    """
    if not isinstance(schema, dict) or surely_keeps(arguments, schema):
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    from aswritten.contract._explain import violations

    try:
        Draft202012Validator.check_schema(schema)
        errors = list(Draft202012Validator(schema, registry=Registry()).iter_errors(arguments))
    except (SchemaError, Unresolvable, RecursionError):
        return
    told: list[Any] = [(error, violation) for error in errors for violation in violations(error)]
    for error, violation in told[:TOLD]:
        told_apart = violation.expected not in {"", "a value"}  # else there are no words for the keyword here
        expected = f"expected {violation.expected}, got {violation.got}"
        yield path_text(violation.path), expected if told_apart else error.message[:200]


ANSWER_JUDGES = (tool_offered, tool_schema, tool_strict)
