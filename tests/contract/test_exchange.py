"""Whole answers: held to what they are, and to what was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aswritten.contract import check_completion, check_exchange, load_profile

OPENAI = load_profile("openai")
REQUEST = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
STREAMED = REQUEST | {"stream": True}
MESSAGE: dict[str, Any] = {"role": "assistant", "content": "Hello", "refusal": None}
CHOICE: dict[str, Any] = {"index": 0, "message": MESSAGE, "logprobs": None, "finish_reason": "stop"}
COMPLETION: dict[str, Any] = {
    "id": "c-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [CHOICE],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
}
CHUNK = {
    "id": "c-1",
    "object": "chat.completion.chunk",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "delta": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
}
STREAM = f"data: {json.dumps(CHUNK)}\n\ndata: [DONE]\n\n".encode()
ERROR = {"error": {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}}
JSON = "application/json"
EVENTS = "text/event-stream; charset=utf-8"


def said(request: object, status: int, content_type: str, body: object, **more: Any) -> list[tuple[str, str, str]]:
    sent = json.dumps(request).encode()
    came = body if isinstance(body, bytes) else json.dumps(body).encode()
    problems = check_exchange(sent, status, content_type, came, OPENAI, **more)
    return [(problem.rule, problem.where, problem.message) for problem in problems]


@pytest.mark.parametrize(
    ("request_body", "status", "content_type", "body"),
    [
        (REQUEST, 200, JSON, COMPLETION),
        (REQUEST | {"stream": False}, 200, "Application/JSON; charset=utf-8", COMPLETION),
        (REQUEST, 200, JSON, b"\n\n" + json.dumps(COMPLETION).encode()),
        (STREAMED, 200, EVENTS, STREAM),
        (REQUEST, 404, JSON, ERROR),
        (STREAMED, 429, JSON, ERROR),
    ],
)
def test_an_answer_that_is_what_was_asked_for(
    request_body: object, status: int, content_type: str, body: object
) -> None:
    assert said(request_body, status, content_type, body) == []


@pytest.mark.parametrize(
    ("request_body", "status", "content_type", "body", "expected"),
    [
        (
            STREAMED,
            200,
            JSON,
            COMPLETION,
            [("wire.not-streamed", "", "expected a stream of events, as asked for, got one JSON body")],
        ),
        (
            REQUEST,
            200,
            EVENTS,
            STREAM,
            [("wire.streamed-unasked", "", "expected JSON, as stream was not asked for, got a stream")],
        ),
        (
            STREAMED,
            200,
            JSON,
            STREAM,
            [("wire.content-type", "", "expected text/event-stream, got application/json")],
        ),
        (REQUEST, 200, "", COMPLETION, [("wire.content-type", "", "expected application/json, got none")]),
        (REQUEST, 200, JSON, b"<html>", [("wire.not-json", "", 'expected JSON, got "<html>"')]),
        (REQUEST, 200, JSON, b"", [("wire.not-json", "", "expected JSON, got an empty body")]),
        (
            REQUEST,
            200,
            JSON,
            ERROR,
            [("wire.error-status", "", "expected a status of 400 or more for an error, got a success")],
        ),
        (REQUEST, 502, "text/html", b"<html>", [("wire.error-schema", "", 'expected an error as JSON, got "<html>"')]),
        (REQUEST, 400, JSON, {}, [("wire.error-schema", "error", "error: expected an object, got nothing")]),
        (
            STREAMED,
            200,
            EVENTS,
            STREAM.replace(b"[DONE]", b"DONE"),
            [
                ("wire.event-json", "event 2", 'not JSON: "DONE"'),
                ("wire.done", "", "the stream ends without data: [DONE]"),
            ],
        ),
    ],
)
def test_an_answer_that_is_not(
    request_body: object, status: int, content_type: str, body: object, expected: list[tuple[str, str, str]]
) -> None:
    assert said(request_body, status, content_type, body) == expected


def test_an_answer_that_was_cut_off() -> None:
    assert [problem[0] for problem in said(REQUEST, 200, JSON, COMPLETION, ended=False)] == ["wire.body-cut"]
    assert [problem[0] for problem in said(STREAMED, 200, EVENTS, STREAM, ended=False)] == ["wire.body-cut"]


def test_a_request_that_is_not_json_asks_for_nothing_that_is_known() -> None:
    for content_type, body in ((JSON, json.dumps(COMPLETION).encode()), (EVENTS, STREAM)):
        assert check_exchange(b"{", 200, content_type, body, OPENAI) == ()


def with_choice(**fields: Any) -> dict[str, Any]:
    return COMPLETION | {"choices": [CHOICE | fields]}


def call(identity: str = "call_1", arguments: str = "{}") -> dict[str, Any]:
    return {"id": identity, "type": "function", "function": {"name": "now", "arguments": arguments}}


@pytest.mark.parametrize(
    ("body", "request_body", "rule", "where"),
    [
        (COMPLETION, REQUEST | {"n": 2}, "wire.choice-index", "choices"),
        (COMPLETION, REQUEST | {"n": 10**30}, "wire.choice-index", "choices"),
        (with_choice(index=1), REQUEST, "wire.choice-index", "choices"),
        (with_choice(finish_reason="tool_calls"), REQUEST, "wire.tool-calls-finish", "choices[0].finish_reason"),
        (
            with_choice(message=MESSAGE | {"tool_calls": [call(arguments="{")]}, finish_reason="tool_calls"),
            REQUEST,
            "wire.tool-arguments",
            "choices[0].message.tool_calls[0].function.arguments",
        ),
        (
            with_choice(message=MESSAGE | {"tool_calls": [call(), call()]}, finish_reason="tool_calls"),
            REQUEST,
            "wire.tool-id",
            "choices[0].message.tool_calls[1].id",
        ),
        (
            COMPLETION | {"usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 3}},
            REQUEST,
            "wire.usage-sum",
            "usage.total_tokens",
        ),
    ],
)
def test_rules_of_streams_that_hold_for_whole_completions(
    body: dict[str, Any], request_body: dict[str, Any], rule: str, where: str
) -> None:
    assert [(problem.rule, problem.where) for problem in check_completion(body, OPENAI, request_body)] == [
        (rule, where)
    ]


def test_a_whole_completion_that_keeps_them() -> None:
    calls = MESSAGE | {"content": None, "tool_calls": [call(), call("call_2", '{"a": 1}')]}
    assert check_completion(with_choice(message=calls, finish_reason="tool_calls"), OPENAI, REQUEST) == ()
    two = COMPLETION | {"choices": [CHOICE, CHOICE | {"index": 1}]}
    assert check_completion(two, OPENAI, REQUEST | {"n": 2}) == ()
