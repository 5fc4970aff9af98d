"""Rules about requests that one field alone cannot break: what asks for what, and which message follows which."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from aswritten.contract._problem import either, show
from aswritten.contract._rule import REQUEST_OBJECT, Found, dict_of, judge, list_of, text_of
from aswritten.validity import is_surely_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract._problem import Path

TOOLS = "https://platform.openai.com/docs/guides/function-calling"
JSON_MODE = "https://platform.openai.com/docs/guides/structured-outputs#json-mode"
STRICT = "https://platform.openai.com/docs/guides/structured-outputs#supported-schemas"
META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"

Object = dict[str, Any]
#: Where a schema keeps what its parts refer to.
_SHARED = ("$defs", "definitions")


@judge("wire.request-stream-options", "error", "The API refuses options of a stream without a stream.", REQUEST_OBJECT)
def stream_options(request: Object) -> Iterator[Found]:
    """`stream_options` stands beside `stream: true` only."""
    if request.get("stream_options") is not None and request.get("stream") is not True:
        got = show(request["stream"]) if "stream" in request else "nothing"
        yield Found(("stream",), "true, as stream_options is set", got)


@judge(
    "wire.request-logprobs", "error", "The API refuses the number of log probabilities without them.", REQUEST_OBJECT
)
def top_logprobs(request: Object) -> Iterator[Found]:
    """`top_logprobs` stands beside `logprobs: true` only."""
    if request.get("top_logprobs") is not None and request.get("logprobs") is not True:
        got = show(request["logprobs"]) if "logprobs" in request else "nothing"
        yield Found(("logprobs",), "true, as top_logprobs is set", got)


@judge("wire.request-audio", "error", "The API refuses to speak without a voice and a format.", REQUEST_OBJECT)
def audio_needed(request: Object) -> Iterator[Found]:
    """`audio` stands beside `modalities` that have it."""
    if "audio" in list_of(request.get("modalities")) and request.get("audio") is None:
        got = show(request["audio"]) if "audio" in request else "nothing"
        yield Found(("audio",), "a voice and a format, as modalities asks for audio", got)


@judge("wire.request-model", "error", "No model has a name that begins or ends with a blank.", REQUEST_OBJECT)
def model_name(request: Object) -> Iterator[Found]:
    """`model` has no blanks around it."""
    name = text_of(request.get("model"))
    if name.strip() not in {"", name}:
        yield Found(("model",), show(name.strip()), show(name))


@judge("wire.request-json", "warning", "The API refuses a JSON object that no message speaks of.", JSON_MODE)
def json_spoken_of(request: Object) -> Iterator[Found]:
    """Some message holds the word "JSON" where a JSON object is asked for."""
    form = dict_of(request.get("response_format")).get("type")
    if form == "json_object" and not any(map(_speaks_of_json, list_of(request.get("messages")))):
        yield Found(
            ("messages",), 'the word "JSON" in one of them, as response_format is json_object', "none that has it"
        )


def _speaks_of_json(value: object) -> bool:
    """Whether any text in a value holds the word."""
    todo = [value]
    while todo:
        one = todo.pop()
        if isinstance(one, str) and "json" in one.lower():
            return True
        todo.extend(one.values() if isinstance(one, dict) else list_of(one))
    return False


@judge("wire.request-strict", "warning", "The API refuses a strict schema that leaves a member open.", STRICT)
def strict_schema(request: Object) -> Iterator[Found]:
    """A schema with `strict: true` asks for all that its objects have, and takes nothing else."""
    asked = dict_of(dict_of(request.get("response_format")).get("json_schema"))
    offered = [dict_of(dict_of(tool).get("function")) for tool in list_of(request.get("tools"))]
    for path, holder, member in (
        (("response_format", "json_schema", "schema"), asked, "schema"),
        *((("tools", at, "function", "parameters"), tool, "parameters") for at, tool in enumerate(offered)),
    ):
        schema = holder.get(member)
        if holder.get("strict") is True and isinstance(schema, dict):
            yield from _left_open(path, schema)


@judge("wire.request-tools", "error", "The API refuses a choice of tools where there are none.", REQUEST_OBJECT)
def tools_needed(request: Object) -> Iterator[Found]:
    """What is said of tools has tools to say it of, and a tool that is named is one of them."""
    for field, offers in (("tool_choice", "tools"), ("parallel_tool_calls", "tools"), ("function_call", "functions")):
        value = request.get(field)
        if value is None or value == "none":
            continue
        offered = list_of(request.get(offers))
        if not offered:
            yield Found(
                (offers,), f"some, as {field} is set", show(request[offers]) if offers in request else "nothing"
            )
            continue
        kind = text_of(dict_of(value).get("type")) if offers == "tools" else ""
        name = text_of(dict_of(dict_of(value).get(kind) if kind else value).get("name"))
        names = [text_of(dict_of(dict_of(tool).get(kind) if kind else tool).get("name")) for tool in offered]
        if name and name not in names:
            path = (field, kind, "name") if kind else (field, "name")
            yield Found(path, " or ".join(map(show, filter(None, names))), show(name))


@judge("wire.request-tool-message", "error", "The API refuses the result of a call that nobody made.", TOOLS)
def tool_message(request: Object) -> Iterator[Found]:
    """A tool's message answers a call of an earlier message."""
    made: set[str] = set()
    for number, message in enumerate(list_of(request.get("messages"))):
        made |= _calls_of(message)
        called = dict_of(message).get("tool_call_id")
        if dict_of(message).get("role") == "tool" and isinstance(called, str) and called not in made:
            expected = "the id of a call in an earlier message"
            yield Found(("messages", number, "tool_call_id"), expected, show(called))


@judge("wire.request-tool-answer", "error", "The API refuses a call that has no result.", TOOLS)
def tool_answer(request: Object) -> Iterator[Found]:
    """Every call in a message is answered by the messages that follow it."""
    open_calls: dict[str, int] = {}
    messages = list_of(request.get("messages"))
    for number, message in enumerate([*messages, None]):
        if dict_of(message).get("role") == "tool":
            open_calls.pop(text_of(dict_of(message).get("tool_call_id")), None)
            continue
        for called, position in open_calls.items():
            path = ("messages", position, "tool_calls")
            got = "the end of the messages" if message is None else f"messages[{number}]"
            yield Found(path, f"a tool message for {show(called)} next", got)
        open_calls = dict.fromkeys(_calls_of(message), number)


@judge("wire.request-tool-schema", "warning", "The API refuses parameters that are no JSON Schema.", META_SCHEMA)
def tool_schema(request: Object) -> Iterator[Found]:
    """The parameters of a function are a JSON Schema, of itself alone."""
    for number, tool in enumerate(list_of(request.get("tools"))):
        schema = dict_of(dict_of(tool).get("function")).get("parameters")
        if isinstance(schema, dict):
            said = _wrong_with(schema)
            if said:
                path = ("tools", number, "function", "parameters")
                yield Found(path, "a JSON Schema", said, f"tools[{number}].function.parameters: no JSON Schema: {said}")


def _left_open(path: Path, schema: Object) -> Iterator[Found]:
    """The first object of a schema, or of what it refers to, that does not ask for each of its properties, or takes others."""
    shared = {f"#/{kind}/{name}": part for kind in _SHARED for name, part in dict_of(schema.get(kind)).items()}
    seen: set[str] = set()
    todo: deque[tuple[Path, object]] = deque([(path, schema)])
    while todo:
        at, one = todo.popleft()
        part = dict_of(one)
        properties = dict_of(part.get("properties"))
        left = properties.keys() - {name for name in list_of(part.get("required")) if isinstance(name, str)}
        if left:
            got = f"none of {either(map(show, sorted(left)))}" if "required" in part else "nothing"
            yield Found((*at, "required"), "every property, as strict is true", got)
            return
        is_object = bool(properties) or part.get("type") == "object"
        if is_object and part.get("additionalProperties") is not False:
            got = show(part["additionalProperties"]) if "additionalProperties" in part else "nothing"
            yield Found((*at, "additionalProperties"), "false, as strict is true", got)
            return
        todo.extend(((*at, "properties", name), value) for name, value in properties.items())
        todo.extend(((*at, "anyOf", number), value) for number, value in enumerate(list_of(part.get("anyOf"))))
        todo.extend([((*at, "items"), part["items"])] if "items" in part else [])
        if (to := text_of(part.get("$ref"))) in shared and to not in seen:
            seen.add(to)
            todo.append(((*path, *to.split("/", 2)[1:]), shared[to]))


def _calls_of(message: object) -> set[str]:
    """The ids of the calls in an earlier answer."""
    if dict_of(message).get("role") != "assistant":
        return set()
    return {text_of(dict_of(call).get("id")) for call in list_of(dict_of(message).get("tool_calls"))} - {""}


def _wrong_with(schema: Object) -> str:
    if is_surely_schema(schema):
        return ""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema))
    return error.message[:200] if error is not None else ""


REQUEST_JUDGES = (
    stream_options,
    top_logprobs,
    audio_needed,
    model_name,
    json_spoken_of,
    strict_schema,
    tools_needed,
    tool_message,
    tool_answer,
    tool_schema,
)
