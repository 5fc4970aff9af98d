"""The fixed set of calls that an API is probed with, as data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What a call should be answered with: an answer of the model, an error of the client's making, or either of them.
Expected = Literal["answer", "refusal", "either"]

NO_SUCH_MODEL = "aswritten-no-such-model"
BAD_KEY = "sk-aswritten-this-is-no-key"
STOP = "5"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, and what its answer must be beside the contract."""

    name: str
    what: str
    body: Mapping[str, Any] = field(default_factory=dict)
    """The request's body beside `model` and `messages`; a `model` or `messages` here stands in for the usual one."""
    expects: Expected = "answer"
    asks: str = "Say hello in one word."
    """The user's message."""
    words: tuple[str, ...] = ()
    """Names in an error by which a server says that it does not support what is asked."""
    shapes: tuple[str, ...] = ()
    """Names of what `_shapes` holds the answer to."""
    raw: str = ""
    """The whole body, where it is no JSON."""
    bad_key: bool = False
    times: int = 1
    """How many of it are sent at once."""


#: What the answer to `json-schema` keeps.
ANSWER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city. Call it whenever weather is asked for.",
        "parameters": ANSWER_SCHEMA,
    },
}
_CALLED = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'}}
_WEATHER = "What is the weather in Paris now? Use the tool."

CALLS: tuple[Call, ...] = (
    Call("completion", "a completion, whole"),
    Call("stream", "a completion, streamed", {"stream": True}, words=("stream", "streaming")),
    Call(
        "stream-usage",
        "a stream that ends with its usage",
        {"stream": True, "stream_options": {"include_usage": True}},
        words=("stream", "streaming", "stream_options", "include_usage"),
    ),
    Call("n-2", "two choices", {"n": 2}, words=("n", "choices")),
    Call(
        "tools",
        "a tool to call",
        {"tools": [_TOOL]},
        asks=_WEATHER,
        words=("tools", "tool", "tool_choice", "function"),
        shapes=("tool-called",),
    ),
    Call(
        "tools-stream",
        "a tool to call, streamed",
        {"tools": [_TOOL], "stream": True},
        asks=_WEATHER,
        words=("tools", "tool", "tool_choice", "function", "stream", "streaming"),
        shapes=("tool-called",),
    ),
    Call(
        "json-output",
        "JSON as the answer's text",
        {"response_format": {"type": "json_object"}},
        asks='Answer with a JSON object with one key, "city".',
        words=("response_format", "json_object", "json"),
        shapes=("json-output",),
    ),
    Call(
        "json-schema",
        "JSON of a schema as the answer's text",
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": ANSWER_SCHEMA},
            }
        },
        asks="Name a city, as JSON.",
        words=("response_format", "json_schema", "schema", "json"),
        shapes=("json-schema",),
    ),
    Call(
        "tool-result",
        "a tool's result to answer with",
        {
            "tools": [_TOOL],
            "messages": [
                {"role": "user", "content": _WEATHER},
                {"role": "assistant", "content": None, "tool_calls": [_CALLED]},
                {"role": "tool", "tool_call_id": "call_1", "content": "Sunny, 21 °C"},
            ],
        },
        words=("tools", "tool", "tool_calls", "tool_choice", "function"),
    ),
    Call(
        "stop",
        "a text to stop at",
        {"stop": [STOP]},
        asks="Count from 1 to 9 in digits, with spaces between them.",
        words=("stop",),
        shapes=("stop",),
    ),
    Call(
        "max-tokens",
        "at most one token",
        {"max_tokens": 1},
        words=("max_tokens", "max_completion_tokens"),
        shapes=("max-tokens",),
    ),
    Call(
        "logprobs",
        "log probabilities of the tokens",
        {"logprobs": True, "top_logprobs": 2},
        words=("logprobs", "top_logprobs"),
        shapes=("logprobs",),
    ),
    Call("bad-key", "a key that is none", expects="refusal", shapes=("bad-key",), bad_key=True),
    Call(
        "unknown-model",
        "a model that is none",
        {"model": NO_SUCH_MODEL},
        expects="refusal",
        shapes=("unknown-model",),
    ),
    Call(
        "malformed-body",
        "a body that is no JSON",
        expects="refusal",
        shapes=("malformed-body",),
        raw='{"model": "x", "messages": [{"role": "user", "content": "Say hello',
    ),
    Call(
        "empty-messages",
        "a request without a message",
        {"messages": []},
        expects="refusal",
        shapes=("empty-messages",),
    ),
    Call("unknown-parameter", "a parameter that is none", {"aswritten_no_such_parameter": True}, expects="either"),
    Call("concurrent-streams", "three streams at once", {"stream": True}, words=("stream", "streaming"), times=3),
)
NAMES = tuple(call.name for call in CALLS)


def body_of(call: Call, model: str) -> bytes:
    """The request's body, as sent."""
    if call.raw:
        return call.raw.encode()
    body = {"model": model, "messages": [{"role": "user", "content": call.asks}], **call.body}
    return json.dumps(body).encode()
