"""What an answer says, streamed or whole: for each rule answers that break it, beside ones that keep it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aswritten.contract import check_completion, check_stream, load_profile

OPENAI = load_profile("openai")
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}},
    "required": ["city"],
    "additionalProperties": False,
}

Said = list[tuple[str, str, str]]


def offered(strict: bool = False, schema: Any = WEATHER) -> dict[str, Any]:
    function = {"name": "weather", "parameters": schema, "strict": strict}
    return ASKED | {"tools": [{"type": "function", "function": function}]}


def delta(position: int = 0, finish: str | None = None, logprobs: Any = None, **fields: Any) -> dict[str, Any]:
    entry = {"index": position, "delta": fields, "finish_reason": finish, "logprobs": logprobs}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [entry]}


def tokens(*texts: str | tuple[str, list[int] | None]) -> dict[str, Any]:
    entries = [(text, None) if isinstance(text, str) else text for text in texts]
    return {
        "content": [{"token": text, "bytes": raw, "logprob": -0.1, "top_logprobs": []} for text, raw in entries],
        "refusal": None,
    }


def streamed(chunks: list[dict[str, Any]], request: Any = None) -> Said:
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    sent = None if request is None else request | {"stream": True}
    problems = check_stream(body.encode(), OPENAI, sent)
    return [(problem.rule, problem.where, problem.message) for problem in problems]


def whole(
    message: dict[str, Any], request: Any = None, finish: str = "stop", logprobs: Any = None, **more: Any
) -> Said:
    message = {"role": "assistant", "content": None, "refusal": None, **message}
    choice = {"index": 0, "message": message, "logprobs": logprobs, "finish_reason": finish}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}
    return [(problem.rule, problem.where, problem.message) for problem in check_completion(body, OPENAI, request)]


def text(*parts: str, finish: str = "stop") -> list[dict[str, Any]]:
    return [delta(role="assistant", content=""), *(delta(content=part) for part in parts), delta(finish=finish)]


# Characters


@pytest.mark.parametrize(
    ("parts", "where", "message"),
    [
        (
            ("a\ufffd", "\ufffdb"),
            "event 2: choices[0].delta.content",
            'a character is cut in two: "a\ufffd" (the first of 2)',
        ),
        (("\ufffd",), "event 2: choices[0].delta.content", 'a character is cut in two: "\ufffd"'),
        (
            ("a\ud83d", "\ude00"),
            "event 2: choices[0].delta.content",
            'half of a surrogate pair: "a\\ud83d" (the first of 2)',
        ),
    ],
)
def test_a_character_that_is_cut_in_two(parts: tuple[str, ...], where: str, message: str) -> None:
    assert streamed(text(*parts), ASKED) == [("wire.split-character", where, message)]


@pytest.mark.parametrize("part", ["\U0001f600", "a\ufffdb", "é", ""])
def test_a_character_that_is_whole(part: str) -> None:
    assert streamed(text(part), ASKED) == []


def test_a_replacement_character_that_the_request_holds_as_well_may_be_meant() -> None:
    request = ASKED | {"messages": [{"role": "user", "content": "What is \ufffd?"}]}
    assert streamed(text("\ufffd"), request) == []
    assert streamed(text("\ufffd"), None) == [], "what the request holds is not known"


# Refusals


def test_content_and_a_refusal_in_one_choice() -> None:
    said = "choices[0] has content and a refusal"
    expected = [("wire.refusal-mixed", "choices[0].message.refusal", said)]
    assert whole({"content": "Sure.", "refusal": "I cannot."}) == expected
    assert (
        streamed([delta(role="assistant", content="Sure."), delta(refusal="I cannot."), delta(finish="stop")])
        == expected
    )


def test_content_or_a_refusal() -> None:
    assert whole({"content": "", "refusal": "I cannot."}) == []
    assert (
        streamed([delta(role="assistant", content="", refusal=None), delta(refusal="No."), delta(finish="stop")]) == []
    )


# Log probabilities

SMILE = [0xF0, 0x9F, 0x98, 0x80]


def test_tokens_that_do_not_join_to_the_text() -> None:
    place = "choices[0].logprobs.content"
    chunks = [
        delta(role="assistant", content="Hel", logprobs=tokens("Hel")),
        delta(content="lo", logprobs=tokens("la")),
        delta(finish="stop"),
    ]
    said = 'expected tokens that go on as the content does: "o", got "a"'
    assert streamed(chunks, ASKED) == [("wire.logprobs-content", f"event 2: {place}", f"{place}: {said}")]
    assert whole({"content": "Hello"}, ASKED, logprobs=tokens("Hel", "la")) == [
        ("wire.logprobs-content", place, f"{place}: {said}")
    ]


def test_tokens_that_are_missing_or_too_many() -> None:
    place = "choices[0].logprobs.content"
    said = 'expected tokens that go on as the content does: "lo", got ""'
    assert whole({"content": "Hello"}, ASKED, logprobs=tokens("Hel")) == [
        ("wire.logprobs-content", place, f"{place}: {said}")
    ]
    chunks = [delta(role="assistant", content="Hel", logprobs=tokens("Hel")), delta(content="lo"), delta(finish="stop")]
    assert streamed(chunks, ASKED) == [("wire.logprobs-content", place, f"{place}: {said}")]
    said = 'expected tokens that go on as the content does: "", got "lo!"'
    assert whole({"content": "Hel"}, ASKED, logprobs=tokens("Hel", "lo", "!")) == [
        ("wire.logprobs-content", place, f"{place}: {said}")
    ]


@pytest.mark.parametrize(
    ("message", "request_body", "logprobs"),
    [
        ({"content": "Hello"}, ASKED, tokens("Hel", "lo")),
        ({"content": "Hello"}, ASKED, tokens("Hel", "lo", "<|end|>")),
        ({"content": "Hello"}, ASKED | {"stop": ["###"]}, tokens("Hel", "lo", "#", "##")),
        ({"content": "Hello"}, None, tokens("Hel", "lo", "#", "##")),
        ({"content": "\U0001f600"}, ASKED, tokens(("\\xf0\\x9f", SMILE[:2]), ("\\x98\\x80", SMILE[2:]))),
        ({"content": "Hello"}, ASKED, {"content": None, "refusal": None}),
    ],
)
def test_tokens_that_join_to_the_text(message: dict[str, Any], request_body: Any, logprobs: Any) -> None:
    assert whole(message, request_body, logprobs=logprobs) == []


def test_tokens_that_come_before_their_text() -> None:
    chunks = [
        delta(role="assistant", content="", logprobs=tokens(("?", SMILE[:2]))),
        delta(content="\U0001f600", logprobs=tokens(("?", SMILE[2:]))),
        delta(finish="stop"),
    ]
    assert streamed(chunks, ASKED) == []


# Length


@pytest.mark.parametrize("limit", ["max_tokens", "max_completion_tokens"])
def test_an_answer_that_ends_with_length_before_the_limit(limit: str) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 9, "total_tokens": 10}
    message = "choices[0] ends with length after 9 tokens, where 10 were allowed"
    assert whole({"content": "Hi"}, ASKED | {limit: 10}, "length", usage=usage) == [
        ("wire.length-early", "choices[0].finish_reason", message)
    ]
    request = ASKED | {limit: 10, "stream_options": {"include_usage": True}}
    chunks = [*text("Hi", finish="length"), {**delta(), "choices": [], "usage": usage}]
    assert streamed(chunks, request) == [("wire.length-early", "choices[0].finish_reason", message)]


@pytest.mark.parametrize(
    ("request_body", "finish"),
    [
        (ASKED | {"max_tokens": 9}, "length"),
        (ASKED | {"max_tokens": 10}, "stop"),
        (ASKED, "length"),
        (None, "length"),
    ],
)
def test_an_answer_that_ends_as_its_limit_has_it(request_body: Any, finish: str) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 9, "total_tokens": 10}
    assert whole({"content": "Hi"}, request_body, finish, usage=usage) == []


# Tool calls


def called(arguments: str, name: str = "weather") -> dict[str, Any]:
    return {"tool_calls": [{"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}]}


PLACE = "choices[0].message.tool_calls[0].function.arguments"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("{}", "city: expected a string, got nothing"),
        ('{"city": 7}', "city: expected a string, got 7"),
        ('{"city": "Paris", "days": 8}', "days: expected at most 7, got 8"),
        ("[]", "expected an object, got []"),
    ],
)
def test_arguments_that_do_not_keep_the_schema_of_their_tool(arguments: str, said: str) -> None:
    message = f'{PLACE}: {said}, by the schema of "weather"'
    assert whole(called(arguments), offered(), "tool_calls") == [("wire.tool-schema", PLACE, message)]
    assert whole(called(arguments), offered(strict=True), "tool_calls") == [("wire.tool-strict", PLACE, message)]
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
    rest = {"index": 0, "function": {"arguments": arguments}}
    chunks = [delta(role="assistant", tool_calls=[first]), delta(tool_calls=[rest]), delta(finish="tool_calls")]
    assert streamed(chunks, offered()) == [("wire.tool-schema", PLACE, message)]


def test_only_what_is_promised_is_an_error() -> None:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": None, "refusal": None, **called("{}")},
        "logprobs": None,
        "finish_reason": "tool_calls",
    }
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    levels = [
        [problem.level for problem in check_completion(body, OPENAI, offered(strict))] for strict in (False, True)
    ]
    assert levels == [["warning"], ["error"]]


def test_an_argument_that_the_schema_does_not_know() -> None:
    (problem,) = whole(called('{"city": "Paris", "zip": 1}'), offered(), "tool_calls")
    assert problem[0] == "wire.tool-schema"
    assert "'zip' was unexpected" in problem[2]


@pytest.mark.parametrize(
    ("arguments", "request_body"),
    [
        ('{"city": "Paris", "days": 3}', offered(strict=True)),
        ("{}", ASKED),
        ("{}", None),
        ("{}", offered(schema=None)),
        ("{}", offered(schema={"type": "objekt"})),
        ("{}", offered(schema={"$ref": "https://example.com/schema.json"})),
    ],
)
def test_arguments_that_keep_the_schema_or_have_none_to_keep(arguments: str, request_body: Any) -> None:
    assert whole(called(arguments), request_body, "tool_calls") == []


def test_a_tool_that_was_not_offered() -> None:
    place = "choices[0].message.tool_calls[0].function.name"
    assert whole(called("{}", "wether"), offered(), "tool_calls") == [
        ("wire.tool-offered", place, f'{place}: expected "weather", got "wether"')
    ]


# Chunks beside the answer


def test_chunks_without_an_id_are_not_compared_with_those_of_the_answer() -> None:
    """As the content filter of Azure sends them, at the start and between the others."""
    azure = load_profile("azure")
    results = {"hate": {"filtered": False, "severity": "safe"}}
    beside = {"id": "", "object": "", "created": 0, "model": ""}
    offsets = {"check_offset": 0, "start_offset": 0, "end_offset": 5}
    note = {"index": 0, "finish_reason": None, "content_filter_results": results, "content_filter_offsets": offsets}
    prompt = [{"prompt_index": 0, "content_filter_results": results}]
    chunks = [{**beside, "choices": [], "prompt_filter_results": prompt}, *text("Hello"), {**beside, "choices": [note]}]
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    assert check_stream(body.encode(), azure, ASKED | {"stream": True}) == ()
    assert {problem.rule for problem in check_stream(body.encode(), OPENAI)} >= {
        "wire.chunk-schema",
        "wire.unknown-field",
    }
