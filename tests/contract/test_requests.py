"""What one field of a request alone cannot break: for each rule requests that break it, beside ones that keep it."""

from __future__ import annotations

from typing import Any

import pytest

from aswritten.contract import check_request, load_profile

OPENAI = load_profile("openai")
USER = {"role": "user", "content": "What time is it?"}
NOW = {"type": "function", "function": {"name": "now", "parameters": {"type": "object"}}}
RUN = {"type": "custom", "custom": {"name": "run"}}
FUNCTION = {"name": "now", "parameters": {"type": "object"}}


def call(identity: str) -> dict[str, Any]:
    return {"id": identity, "type": "function", "function": {"name": "now", "arguments": "{}"}}


def calls(*identities: str) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": [call(identity) for identity in identities]}


def result(identity: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": identity, "content": "noon"}


def strict(
    properties: dict[str, Any], required: list[Any] | None = None, shared: dict[str, Any] | None = None
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    schema |= {"required": list(properties) if required is None else required, "$defs": shared or {}}
    return {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": schema}}


def said(more: dict[str, Any], profile: str = "openai") -> list[tuple[str, str, str]]:
    problems = check_request({"model": "m", "messages": [USER], **more}, load_profile(profile))
    return [(problem.rule, problem.level, problem.message) for problem in problems]


#: name of the case: (what the request has beside a model and a message, the rule, what is said)
BROKEN: dict[str, tuple[dict[str, Any], str, str]] = {
    "options of a stream without a stream": (
        {"stream_options": {"include_usage": True}},
        "wire.request-stream-options",
        "stream: expected true, as stream_options is set, got nothing",
    ),
    "options of a stream that is off": (
        {"stream": False, "stream_options": {"include_usage": True}},
        "wire.request-stream-options",
        "stream: expected true, as stream_options is set, got false",
    ),
    "a number of log probabilities without them": (
        {"top_logprobs": 2},
        "wire.request-logprobs",
        "logprobs: expected true, as top_logprobs is set, got nothing",
    ),
    "an answer to listen to, without a voice": (
        {"modalities": ["text", "audio"]},
        "wire.request-audio",
        "audio: expected a voice and a format, as modalities asks for audio, got nothing",
    ),
    "a blank before the name of the model": (
        {"model": " m"},
        "wire.request-model",
        'model: expected "m", got " m"',
    ),
    "a JSON object that no message speaks of": (
        {"response_format": {"type": "json_object"}},
        "wire.request-json",
        'messages: expected the word "JSON" in one of them, as response_format is json_object, got none that has it',
    ),
    "a strict schema with a member that may be left out": (
        {"response_format": strict({"a": {"type": "string"}, "b": {"type": "string"}}, required=["a"])},
        "wire.request-strict",
        'response_format.json_schema.schema.required: expected every property, as strict is true, got none of "b"',
    ),
    "a strict schema that takes more": (
        {"response_format": strict({"a": {"type": "object", "properties": {"b": {}}, "required": ["b"]}})},
        "wire.request-strict",
        "response_format.json_schema.schema.properties.a.additionalProperties: expected false, as strict is true, got nothing",
    ),
    "a strict tool with a parameter that may be left out": (
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "now", "strict": True, "parameters": {"properties": {"a": {}}}},
                }
            ]
        },
        "wire.request-strict",
        "tools[0].function.parameters.required: expected every property, as strict is true, got nothing",
    ),
    "a strict tool without parameters that takes any": (
        {
            "tools": [
                {"type": "function", "function": {"name": "now", "strict": True, "parameters": {"type": "object"}}}
            ]
        },
        "wire.request-strict",
        "tools[0].function.parameters.additionalProperties: expected false, as strict is true, got nothing",
    ),
    "a strict schema whose items take more": (
        {"response_format": strict({"a": {"type": "array", "items": {"type": "object"}}})},
        "wire.request-strict",
        "response_format.json_schema.schema.properties.a.items.additionalProperties: expected false, as strict is true, got nothing",
    ),
    "a strict schema of which one form takes more": (
        {"response_format": strict({"a": {"anyOf": [{"type": "null"}, {"properties": {"b": {}}, "required": ["b"]}]}})},
        "wire.request-strict",
        "response_format.json_schema.schema.properties.a.anyOf[1].additionalProperties: expected false, as strict is true, got nothing",
    ),
    "a strict schema that refers to what takes more": (
        {"response_format": strict({"a": {"$ref": "#/$defs/b"}}, shared={"b": {"type": "object"}})},
        "wire.request-strict",
        'response_format.json_schema.schema["$defs"].b.additionalProperties: expected false, as strict is true, got nothing',
    ),
    "a strict schema that asks for something else": (
        {"response_format": strict({"1": {}, "\ud800": {}}, required=[1, ["1"]])},
        "wire.request-strict",
        'response_format.json_schema.schema.required: expected every property, as strict is true, got none of "1" or "\\ud800"',
    ),
    "a choice of tools without tools": (
        {"tool_choice": "auto"},
        "wire.request-tools",
        "tools: expected some, as tool_choice is set, got nothing",
    ),
    "a choice of no tools at all": (
        {"tools": [], "tool_choice": "required"},
        "wire.request-tools",
        "tools: expected some, as tool_choice is set, got []",
    ),
    "calls side by side without tools": (
        {"parallel_tool_calls": False},
        "wire.request-tools",
        "tools: expected some, as parallel_tool_calls is set, got nothing",
    ),
    "a choice of a tool that is not there": (
        {"tools": [NOW], "tool_choice": {"type": "function", "function": {"name": "later"}}},
        "wire.request-tools",
        'tool_choice.function.name: expected "now", got "later"',
    ),
    "a choice of a tool of the other kind": (
        {"tools": [NOW, RUN], "tool_choice": {"type": "custom", "custom": {"name": "now"}}},
        "wire.request-tools",
        'tool_choice.custom.name: expected "run", got "now"',
    ),
    "a choice of a function without functions": (
        {"function_call": {"name": "now"}},
        "wire.request-tools",
        "functions: expected some, as function_call is set, got nothing",
    ),
    "a choice of a function that is not there": (
        {"functions": [FUNCTION], "function_call": {"name": "later"}},
        "wire.request-tools",
        'function_call.name: expected "now", got "later"',
    ),
    "the result of a call that nobody made": (
        {"messages": [USER, result("call_1")]},
        "wire.request-tool-message",
        'messages[1].tool_call_id: expected the id of a call in an earlier message, got "call_1"',
    ),
    "the result of a call that comes later": (
        {"messages": [USER, result("call_1"), calls("call_1"), result("call_1")]},
        "wire.request-tool-message",
        'messages[1].tool_call_id: expected the id of a call in an earlier message, got "call_1"',
    ),
    "a call without its result": (
        {"messages": [USER, calls("call_1", "call_2"), result("call_2"), USER]},
        "wire.request-tool-answer",
        'messages[1].tool_calls: expected a tool message for "call_1" next, got messages[3]',
    ),
    "a call at the end": (
        {"messages": [USER, calls("call_1")]},
        "wire.request-tool-answer",
        'messages[1].tool_calls: expected a tool message for "call_1" next, got the end of the messages',
    ),
    "parameters that are no schema": (
        {"tools": [{"type": "function", "function": {"name": "now", "parameters": {"type": "objekt"}}}]},
        "wire.request-tool-schema",
        "tools[0].function.parameters: no JSON Schema: 'objekt' is not valid under any of the given schemas",
    ),
}


#: Rules that are warnings whatever the API.
WARNINGS = {"wire.request-tool-schema"}
#: Rules that are warnings where nothing is known of the API.
OF_SOME = {"wire.request-json", "wire.request-strict"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_request_that_breaks_a_rule(name: str) -> None:
    more, rule, message = BROKEN[name]
    level = "warning" if rule in WARNINGS else "error"
    assert said(more) == [(rule, level, message)]
    assert rule not in OF_SOME or said(more, "generic") == [(rule, "warning", message)]


KEPT: dict[str, dict[str, Any]] = {
    "options of a stream": {"stream": True, "stream_options": {"include_usage": True}},
    "no options of no stream": {"stream": False, "stream_options": None},
    "log probabilities": {"logprobs": True, "top_logprobs": 2},
    "an answer to listen to": {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "wav"}},
    "a JSON object that a message speaks of": {
        "messages": [{"role": "system", "content": [{"type": "text", "text": "Answer in json."}]}, USER],
        "response_format": {"type": "json_object"},
    },
    "a strict schema that leaves nothing open": {"response_format": strict({"a": {"anyOf": [{"type": "null"}]}})},
    "a strict schema that refers to itself": {
        "response_format": strict({"a": {"$ref": "#/$defs/b"}}, shared={"b": {"anyOf": [{"$ref": "#/$defs/b"}]}})
    },
    "a strict schema that does not refer to what takes more": {
        "response_format": strict({"a": {"$ref": "https://a.example"}}, shared={"b": {"type": "object"}})
    },
    "a JSON object of which a long message speaks at its end": {
        "messages": [{"role": "user", "content": f"{'word ' * 500} as JSON"}],
        "response_format": {"type": "json_object"},
    },
    "a strict schema of no properties": {"response_format": strict({})},
    "a schema that leaves a member open": {
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"a": {}}}},
        }
    },
    "an answer to read": {"modalities": ["text"]},
    "a model's name with a blank within": {"model": "my model"},
    "a blank for a name": {"model": " "},
    "no tools, and none to choose": {"tool_choice": "none"},
    "tools": {"tools": [NOW, RUN], "tool_choice": "auto", "parallel_tool_calls": True},
    "a tool by its name": {"tools": [NOW], "tool_choice": {"type": "function", "function": {"name": "now"}}},
    "a custom tool by its name": {"tools": [NOW, RUN], "tool_choice": {"type": "custom", "custom": {"name": "run"}}},
    "some of the tools": {
        "tools": [NOW, RUN],
        "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function"}]}},
    },
    "functions": {"functions": [FUNCTION], "function_call": {"name": "now"}},
    "results in another order": {"messages": [USER, calls("a", "b"), result("b"), result("a"), USER]},
    "results of several turns": {"messages": [USER, calls("a"), result("a"), calls("b"), result("b")]},
    "parameters with definitions of their own": {
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": "now",
                    "parameters": {
                        "$defs": {"zone": {"type": "string"}},
                        "properties": {"z": {"$ref": "#/$defs/zone"}},
                    },
                },
            }
        ]
    },
}


@pytest.mark.parametrize("name", KEPT)
def test_a_request_that_keeps_all_rules(name: str) -> None:
    assert said(KEPT[name]) == []


@pytest.mark.parametrize("name", [name for name in BROKEN if BROKEN[name][1] != "wire.request-tool-schema"])
def test_of_a_host_that_nobody_knows_they_are_warnings_but_for_what_no_api_takes(name: str) -> None:
    more, rule, message = BROKEN[name]
    assert said(more, "generic") == [(rule, "error" if rule == "wire.request-model" else "warning", message)]


@pytest.mark.parametrize(
    ("model", "takes"),
    [
        *(
            (model, False)
            for model in ("o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5-nano", "gpt-5.1", "gpt-5-2025-08-07")
        ),
        *((model, True) for model in ("gpt-4o", "gpt-4.1-mini", "gpt-5-chat-latest", "o100", "omni")),
    ],
)
def test_models_that_think_take_no_max_tokens_of_openai(model: str, takes: bool) -> None:
    message = "max_tokens: expected max_completion_tokens in its place for this model, got 100"
    asked = {"model": model, "max_tokens": 100}
    assert said(asked) == ([] if takes else [("wire.request-schema", "error", message)])
    assert said(asked, "generic") == said({"model": model, "max_completion_tokens": 100}) == []
    assert said({"model": model, "max_tokens": None}) == []
