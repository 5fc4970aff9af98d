"""Requests, completions, chunks and errors by themselves: what is said of each kind of mistake, and where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.contract import Problem, check_chunk, check_completion, check_error, check_request, load_profile

OPENAI = load_profile("openai")
TOOLS: list[Any] = [{"type": "function", "function": {"name": "now"}}]
REQUEST: dict[str, Any] = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}
MESSAGE: dict[str, Any] = {"role": "assistant", "content": "Hello", "refusal": None}
CALL = {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": "{}"}}


def completion(message: dict[str, Any] | None = None, **choice: Any) -> dict[str, Any]:
    entry = {"index": 0, "message": message or MESSAGE, "logprobs": None, "finish_reason": "stop", **choice}
    return {"id": "c-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [entry]}


def chunk(**delta: Any) -> dict[str, Any]:
    choices = [{"index": 0, "delta": delta, "finish_reason": None}]
    return {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices}


# Requests


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"stream": True, "stream_options": {"include_usage": True}},
        {"stop": "\n"},
        {"stop": ["a", "b"], "n": 2, "seed": 1, "logit_bias": {"50256": -100}},
        {"tools": TOOLS, "tool_choice": "auto"},
        {"tools": [{"type": "custom", "custom": {"name": "run", "format": {"type": "text"}}}]},
        {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "now"}}},
        {"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "Hi, in JSON"}]},
        {"reasoning_effort": "minimal", "verbosity": "low", "logprobs": True, "top_logprobs": 5},
        {
            "messages": [
                {"role": "assistant", "content": None, "tool_calls": [CALL]},
                {"role": "tool", "tool_call_id": "call_1", "content": "noon"},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]}
            ]
        },
        {
            "messages": [
                {"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "", "format": "wav"}}]}
            ]
        },
    ],
)
def test_a_request_that_the_document_allows(more: dict[str, Any]) -> None:
    assert check_request(REQUEST | more, OPENAI) == ()


@pytest.mark.parametrize(
    ("more", "where", "message"),
    [
        ({"temperature": "0.7"}, "temperature", 'temperature: expected a number or null, got "0.7"'),
        ({"temperature": 3}, "temperature", "temperature: expected at most 2, got 3"),
        ({"n": 0}, "n", "n: expected at least 1, got 0"),
        ({"stop": ["a", "b", "c", "d", "e"]}, "stop", 'stop: expected at most 4 items, got ["a", "b", "c", "d", "e"]'),
        ({"messages": []}, "messages", "messages: expected at least 1 item, got []"),
        ({"model": None}, "model", "model: expected a string, got null"),
        (
            {"tools": TOOLS, "tool_choice": "any"},
            "tool_choice",
            'tool_choice: expected "none", "auto", "required", an object or null, got "any"',
        ),
        (
            {"tools": TOOLS, "tool_choice": {"type": "function"}},
            "tool_choice.function",
            "tool_choice.function: expected an object, got nothing",
        ),
        (
            {"response_format": {"type": "json"}},
            "response_format.type",
            'response_format.type: expected "text", "json_object" or "json_schema", got "json"',
        ),
        (
            {"messages": [{"role": "usr", "content": "Hi"}]},
            "messages[0].role",
            'messages[0].role: expected "developer", "system", "user", "assistant", "tool" or "function", got "usr"',
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "messages[0].content[0].text",
            "messages[0].content[0].text: expected a string, got nothing",
        ),
        (
            {"messages": [{"role": "user", "content": {"text": "Hi"}}]},
            "messages[0].content",
            'messages[0].content: expected a string or an array, got {"text": "Hi"}',
        ),
        (
            {"tools": [{"type": "function", "function": {"name": "the time"}}]},
            "tools[0].function.name",
            'tools[0].function.name: expected text of the form ^[a-zA-Z0-9_-]+$, got "the time"',
        ),
        (
            {"metadata": {"a" * 65: "x"}},
            "metadata",
            f'metadata: expected at most 64 characters, got "{"a" * 65}"',
        ),
    ],
)
def test_a_wrong_request_is_told_at_its_place(more: dict[str, Any], where: str, message: str) -> None:
    (problem,) = check_request(REQUEST | more, OPENAI)
    assert (problem.rule, problem.level, problem.where, problem.message) == (
        "wire.request-schema",
        "error",
        where,
        message,
    )


def test_a_parameter_that_is_missing() -> None:
    assert [problem.message for problem in check_request({}, OPENAI)] == [
        "model: expected a string, got nothing",
        "messages: expected an array, got nothing",
    ]


def test_an_unknown_parameter_is_a_rule_of_its_own_and_names_the_nearest() -> None:
    assert check_request(REQUEST | {"max_token": 512}, OPENAI) == (
        Problem(
            "wire.unknown-parameter",
            "error",
            "max_token",
            "max_token: there is no such parameter. Perhaps max_tokens?",
            expected="max_tokens",
            got="512",
        ),
    )


def test_an_unknown_parameter_that_is_near_to_none() -> None:
    (problem,) = check_request(REQUEST | {"frobnicate": 1}, OPENAI)
    assert (problem.rule, problem.message) == ("wire.unknown-parameter", "frobnicate: there is no such parameter.")


def test_the_nearest_parameter_is_not_one_that_was_sent() -> None:
    (problem,) = check_request(REQUEST | {"max_tokens": 1, "max_tokenss": 2}, OPENAI)
    assert "Perhaps max_tokens?" not in problem.message


def test_an_unknown_field_below_the_top_is_no_parameter() -> None:
    (problem,) = check_request(REQUEST | {"stream": True, "stream_options": {"include_usages": True}}, OPENAI)
    assert (problem.rule, problem.where) == ("wire.unknown-field", "stream_options.include_usages")


@pytest.mark.parametrize("body", [None, 7, "text", [], True])
def test_a_request_that_is_no_object(body: object) -> None:
    (problem,) = check_request(body, OPENAI)
    assert (problem.where, problem.expected) == ("", "an object")


def test_the_same_mistake_in_many_messages_is_one_problem() -> None:
    messages = [{"role": "user", "content": 7}] * 30
    (problem,) = check_request(REQUEST | {"messages": messages}, OPENAI)
    assert (problem.where, problem.count) == ("messages[0].content", 30)
    assert (
        problem.message
        == "messages[0].content: expected a string, an array or null, got 7 (the first of 30)".replace(
            ", an array or null", " or an array"
        )
    )


# Answers


def test_a_completion_that_the_document_allows() -> None:
    assert check_completion(completion(), OPENAI) == ()
    calls = {**MESSAGE, "content": None, "tool_calls": [CALL]}
    assert check_completion(completion(calls, finish_reason="tool_calls"), OPENAI) == ()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (completion({"content": "Hi", "refusal": None}), 'choices[0].message.role: expected "assistant", got nothing'),
        (completion({**MESSAGE, "role": 7}), 'choices[0].message.role: expected "assistant", got 7'),
        (completion({**MESSAGE, "content": 7}), "choices[0].message.content: expected a string or null, got 7"),
        (completion(logprobs=[]), "choices[0].logprobs: expected an object or null, got []"),
        (completion(logprobs={"content": None}), "choices[0].logprobs.refusal: expected an array or null, got nothing"),
        (
            completion(finish_reason=""),
            'choices[0].finish_reason: expected "stop", "length", "tool_calls", "content_filter" or "function_call", got ""',
        ),
        (completion() | {"created": "now"}, 'created: expected an integer, got "now"'),
        (completion() | {"object": "text_completion"}, 'object: expected "chat.completion", got "text_completion"'),
    ],
)
def test_a_wrong_completion_is_told_at_its_place(body: dict[str, Any], message: str) -> None:
    (problem,) = check_completion(body, OPENAI)
    assert (problem.rule, problem.level, problem.message) == ("wire.completion-schema", "error", message)
    assert message.startswith(f"{problem.where}: expected {problem.expected}, got {problem.got}")


def test_a_chunk_that_the_document_allows() -> None:
    assert check_chunk(chunk(role="assistant", content=""), OPENAI) == ()
    assert check_chunk(chunk(content="Hi") | {"usage": None, "obfuscation": "x"}, OPENAI) == ()


@pytest.mark.parametrize(
    ("body", "rule", "where"),
    [
        (chunk(content=7), "wire.chunk-schema", "choices[0].delta.content"),
        (chunk(text="Hi"), "wire.unknown-field", "choices[0].delta.text"),
        (chunk() | {"object": "chat.completion"}, "wire.object", "object"),
        (chunk(tool_calls=[{"id": "call_1"}]), "wire.tool-index", "choices[0].delta.tool_calls[0].index"),
    ],
)
def test_a_wrong_chunk_is_told_at_its_place(body: dict[str, Any], rule: str, where: str) -> None:
    (problem,) = check_chunk(body, OPENAI)
    assert (problem.rule, problem.where) == (rule, where)


def test_an_error_that_the_document_allows() -> None:
    body = {"error": {"message": "No such model.", "type": "invalid_request_error", "param": "model", "code": None}}
    assert check_error(body, OPENAI) == ()


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "error"),
        ({"error": "No such model."}, "error"),
        ({"error": {"message": "", "type": "t", "param": None, "code": None}}, "error.message"),
        ({"error": {"message": "m", "type": "t", "param": None, "code": 404}}, "error.code"),
    ],
)
def test_a_wrong_error_is_told_at_its_place(body: dict[str, Any], where: str) -> None:
    (problem,) = check_error(body, OPENAI)
    assert (problem.rule, problem.where) == ("wire.error-schema", where)


# Anything at all

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["choices", "delta", "message", "index", "error", "usage", "tool_calls", "id"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_no_json_value_is_too_odd_to_judge(body: object) -> None:
    for check in (check_request, check_completion, check_chunk, check_error):
        for problem in check(body, OPENAI):
            assert problem.message


def test_more_different_problems_than_can_be_told_are_counted() -> None:
    problems = check_completion(completion() | {f"field{number}": 1 for number in range(150)}, OPENAI)
    assert len(problems) == 101
    assert (problems[-1].rule, problems[-1].count) == ("wire.more-problems", 50)


def test_a_long_value_is_cut_in_the_message() -> None:
    (problem,) = check_completion(completion() | {"created": "x" * 1000}, OPENAI)
    assert len(problem.message) < 200
