"""The rules of streams: for each one streams that break it, with all that is said of them, beside ones that keep it."""

from __future__ import annotations

import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.contract import RULES, check_stream, load_profile
from aswritten.contract import _facts as facts_module

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENAI = load_profile("openai")
DONE = "data: [DONE]\n\n"
USAGE = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
ASKED: dict[str, Any] = {"model": "m", "messages": [], "stream": True}
WITH_USAGE = ASKED | {"stream_options": {"include_usage": True}}

Chunk = dict[str, Any]


def chunk(*choices: Chunk, **fields: Any) -> Chunk:
    base = {"id": "c-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "system_fingerprint": "fp"}
    return {**base, "choices": list(choices), **fields}


def choice(finish: str | None = None, index: int = 0, **delta: Any) -> Chunk:
    return {"index": index, "delta": delta, "finish_reason": finish}


def tool(index: int = 0, **fields: Any) -> Chunk:
    return choice(tool_calls=[{"index": index, **fields}])


def start(identity: str = "call_1", name: str = "now", index: int = 0) -> Chunk:
    return tool(index, id=identity, type="function", function={"name": name, "arguments": ""})


def arguments(text: str, index: int = 0) -> Chunk:
    return tool(index, function={"arguments": text})


def event(value: object) -> str:
    return f"data: {json.dumps(value)}\n\n"


def stream(*parts: Chunk | str, done: str = DONE) -> bytes:
    return "".join(part if isinstance(part, str) else event(part) for part in parts).encode() + done.encode()


FIRST = chunk(choice(role="assistant", content="", refusal=None))
SAYS = chunk(choice(content="Hi"))
LAST = chunk(choice("stop"))
CALLS = chunk(choice("tool_calls"))
USED = chunk(usage=USAGE)
ERROR = {"error": {"message": "overloaded", "type": "server_error", "param": None, "code": None}}

Said = list[tuple[str, str, str, str]]


def said(body: bytes, request: object = None, **more: Any) -> Said:
    return [
        (problem.rule, problem.level, problem.where, problem.message)
        for problem in check_stream(body, OPENAI, request, **more)
    ]


#: name of the case: (the stream, the request or None, all that is said of it)
BROKEN: dict[str, tuple[bytes, object, Said]] = {
    "bytes that are not UTF-8": (
        stream(FIRST, SAYS, LAST).replace(b"Hi", b"\xff"),
        None,
        [("wire.utf-8", "error", "event 2", "expected UTF-8, got other bytes on 1 lines")],
    ),
    "a last event without a blank line": (
        stream(FIRST, SAYS, LAST, done="data: [DONE]\n"),
        None,
        [
            ("wire.unfinished-event", "error", "event 4", "the last event is cut off"),
            ("wire.done", "error", "", "the stream ends without data: [DONE]"),
        ],
    ),
    "an event that is not JSON": (
        stream(FIRST, 'data: {"id": \n\n', SAYS, LAST),
        None,
        [("wire.event-json", "error", "event 2", r'not JSON: "{\"id\": "')],
    ),
    "[DONE] with more on its line": (
        stream(FIRST, LAST, done="data: [DONE] bye\n\n"),
        None,
        [
            ("wire.event-json", "error", "event 3", 'not JSON: "[DONE] bye"'),
            ("wire.done", "error", "", "the stream ends without data: [DONE]"),
        ],
    ),
    "a number that JSON does not have": (
        stream(FIRST, 'data: {"created": NaN}\n\n', LAST),
        None,
        [("wire.event-json", "error", "event 2", r'not JSON: "{\"created\": NaN}"')],
    ),
    "no [DONE]": (
        stream(FIRST, SAYS, LAST, done=""),
        None,
        [("wire.done", "error", "", "the stream ends without data: [DONE]")],
    ),
    "two [DONE]": (
        stream(FIRST, SAYS, LAST, done=DONE + DONE),
        None,
        [("wire.after-done", "error", "event 5", "an event comes after [DONE]")],
    ),
    "a chunk after [DONE]": (
        stream(FIRST, LAST, DONE, SAYS, done=""),
        None,
        [("wire.after-done", "error", "event 4", "an event comes after [DONE]")],
    ),
    "a block without data": (
        stream(FIRST, "event: ping\n\n", SAYS, LAST),
        None,
        [("wire.block-without-data", "error", "event 2", "a block without a data line stands before this event")],
    ),
    "a line separator as it is": (
        stream(FIRST, event(chunk(choice(content="a|b"))).replace("|", "\u2028"), LAST),
        None,
        [("wire.line-separator", "warning", "event 2", "an event holds U+2028 unescaped")],
    ),
    "another id": (
        stream(FIRST, SAYS | {"id": "c-2"}, LAST | {"id": "c-3"}),
        None,
        [
            (
                "wire.same-id",
                "error",
                "event 2: id",
                'id: expected "c-1" as in the chunks before, got "c-2" (the first of 2)',
            )
        ],
    ),
    "an empty id": (
        stream(FIRST, SAYS | {"id": ""}, LAST),
        None,
        [("wire.chunk-schema", "error", "event 2: id", 'id: expected at least 1 character, got ""')],
    ),
    "another time of creation": (
        stream(FIRST, SAYS | {"created": 2}, LAST),
        None,
        [("wire.same-created", "error", "event 2: created", "created: expected 1 as in the chunks before, got 2")],
    ),
    "another model": (
        stream(FIRST, SAYS | {"model": "other"}, LAST),
        None,
        [("wire.same-model", "error", "event 2: model", 'model: expected "m" as in the chunks before, got "other"')],
    ),
    "another fingerprint": (
        stream(FIRST, SAYS | {"system_fingerprint": "fq"}, LAST),
        None,
        [
            (
                "wire.same-backend",
                "error",
                "event 2: system_fingerprint",
                'system_fingerprint: expected "fp" as in the chunks before, got "fq"',
            )
        ],
    ),
    "another service tier": (
        stream(FIRST | {"service_tier": "default"}, SAYS | {"service_tier": "flex"}, LAST),
        None,
        [
            (
                "wire.same-backend",
                "error",
                "event 2: service_tier",
                'service_tier: expected "default" as in the chunks before, got "flex"',
            )
        ],
    ),
    "the object of a whole completion": (
        stream(FIRST, SAYS | {"object": "chat.completion"}, LAST),
        None,
        [
            (
                "wire.object",
                "error",
                "event 2: object",
                'object: expected "chat.completion.chunk", got "chat.completion"',
            )
        ],
    ),
    "a wrong chunk many times": (
        stream(FIRST, *[chunk(choice(content=7))] * 200, LAST),
        None,
        [
            (
                "wire.chunk-schema",
                "error",
                "event 2: choices[0].delta.content",
                "choices[0].delta.content: expected a string or null, got 7 (the first of 200)",
            )
        ],
    ),
    "an unknown field": (
        stream(FIRST, SAYS | {"x_own": 1}, LAST),
        None,
        [("wire.unknown-field", "error", "event 2: x_own", "x_own: there is no such field.")],
    ),
    "a chunk that is no object": (
        stream(FIRST, "data: 7\n\n", LAST),
        None,
        [("wire.chunk-schema", "error", "event 2", "expected an object, got 7")],
    ),
    "fewer choices than asked for": (
        stream(FIRST, SAYS, LAST),
        ASKED | {"n": 2},
        [("wire.choice-index", "error", "choices", "choices: expected indexes 0 to 1, got 0")],
    ),
    "a choice left out": (
        stream(FIRST, chunk(choice(index=2, role="assistant")), LAST, chunk(choice("stop", index=2))),
        None,
        [("wire.choice-index", "error", "choices", "choices: expected indexes 0 to 1, got 0, 2")],
    ),
    "no choice at all": (
        stream(chunk()),
        None,
        [("wire.choice-index", "error", "choices", "choices: expected index 0, got no choice")],
    ),
    "an index that nobody can ask for": (
        stream(FIRST, chunk(choice(index=200)), LAST),
        None,
        [
            (
                "wire.choice-index",
                "error",
                "event 2: choices[0].index",
                "choices[0].index: expected at most 127, got 200",
            )
        ],
    ),
    "no role in the first delta": (
        stream(SAYS, LAST),
        None,
        [
            (
                "wire.first-role",
                "error",
                "event 1: choices[0].delta.role",
                'choices[0].delta.role: expected "assistant" in the first delta of a choice, got nothing',
            ),
        ],
    ),
    "another role": (
        stream(chunk(choice(role="user")), LAST),
        None,
        [
            (
                "wire.first-role",
                "error",
                "event 1: choices[0].delta.role",
                'choices[0].delta.role: expected "assistant" in the first delta of a choice, got "user"',
            ),
        ],
    ),
    "the role once more": (
        stream(FIRST, chunk(choice(role="assistant", content="Hi")), LAST),
        None,
        [
            (
                "wire.role-again",
                "warning",
                "event 2: choices[0].delta.role",
                'choices[0].delta.role: expected no role after the first delta of a choice, got "assistant"',
            )
        ],
    ),
    "no finish_reason": (
        stream(FIRST, SAYS),
        None,
        [
            (
                "wire.one-finish",
                "error",
                "choices[0].finish_reason",
                "choices[0].finish_reason: expected a finish_reason in the last chunk of the choice, got none",
            )
        ],
    ),
    "two finish_reasons": (
        stream(FIRST, LAST, LAST),
        None,
        [
            (
                "wire.one-finish",
                "error",
                "event 3: choices[0].finish_reason",
                'choices[0].finish_reason: expected null, as the choice ended with "stop" before, got "stop"',
            )
        ],
    ),
    "content after the end of the choice": (
        stream(FIRST, LAST, SAYS),
        None,
        [
            (
                "wire.after-finish",
                "error",
                "event 3: choices[0].delta.content",
                'choices[0].delta.content: expected nothing after finish_reason "stop", got "Hi"',
            )
        ],
    ),
    "an empty finish_reason": (
        stream(FIRST, chunk(choice("")), LAST),
        None,
        [
            (
                "wire.finish-reason",
                "error",
                "event 2: choices[0].finish_reason",
                'choices[0].finish_reason: expected "stop", "length", "tool_calls", "content_filter", "function_call"'
                ' or null, got ""',
            )
        ],
    ),
    "tool_calls without tool calls": (
        stream(FIRST, SAYS, CALLS),
        None,
        [
            (
                "wire.tool-calls-finish",
                "error",
                "choices[0].finish_reason",
                "choices[0] ends with tool_calls, but none came",
            )
        ],
    ),
    "tool calls that end with stop": (
        stream(FIRST, chunk(start()), chunk(arguments("{}")), LAST),
        ASKED,
        [
            (
                "wire.tool-calls-finish",
                "error",
                "choices[0].finish_reason",
                'choices[0].finish_reason: expected "tool_calls", as tool calls came, got "stop"',
            )
        ],
    ),
    "a tool call without an index": (
        stream(FIRST, chunk(choice(tool_calls=[{"id": "call_1"}])), LAST),
        None,
        [
            (
                "wire.tool-index",
                "error",
                "event 2: choices[0].delta.tool_calls[0].index",
                "choices[0].delta.tool_calls[0].index: expected an integer, got nothing",
            )
        ],
    ),
    "a tool call without its id": (
        stream(FIRST, chunk(tool(type="function", function={"name": "now", "arguments": "{}"})), CALLS),
        None,
        [
            (
                "wire.tool-start",
                "error",
                "event 2: choices[0].delta.tool_calls[0].id",
                "choices[0].delta.tool_calls[0].id: expected a value in the first delta of a tool call, got nothing",
            )
        ],
    ),
    "another name for the same tool call": (
        stream(FIRST, chunk(start()), chunk(tool(function={"name": "later", "arguments": "{}"})), CALLS),
        None,
        [
            (
                "wire.tool-changes",
                "error",
                "event 3: choices[0].delta.tool_calls[0].function.name",
                'choices[0].delta.tool_calls[0].function.name: expected "now" as before, got "later"',
            )
        ],
    ),
    "a tool call index left out": (
        stream(
            FIRST,
            chunk(start()),
            chunk(arguments("{}")),
            chunk(start("call_2", index=2)),
            chunk(arguments("{}", 2)),
            CALLS,
        ),
        None,
        [
            (
                "wire.tool-order",
                "error",
                "event 4: choices[0].delta.tool_calls[0].index",
                "choices[0].delta.tool_calls[0].index: expected 1, the next one, got 2",
            )
        ],
    ),
    "arguments that are not JSON": (
        stream(FIRST, chunk(start()), chunk(arguments('{"city": ')), CALLS),
        None,
        [
            (
                "wire.tool-arguments",
                "error",
                "choices[0].message.tool_calls[0].function.arguments",
                r'choices[0].message.tool_calls[0].function.arguments: expected JSON, got "{\"city\": "',
            )
        ],
    ),
    "one id for two tool calls": (
        stream(FIRST, chunk(start()), chunk(arguments("{}")), chunk(start(index=1)), chunk(arguments("{}", 1)), CALLS),
        None,
        [
            (
                "wire.tool-id",
                "error",
                "choices[0].message.tool_calls[1].id",
                'choices[0].message.tool_calls[1].id: expected an id of its own, got "call_1"',
            )
        ],
    ),
    "no usage though asked for": (
        stream(FIRST, SAYS, LAST),
        WITH_USAGE,
        [("wire.usage-chunk", "error", "usage", "usage: expected usage in the last chunk, as asked for, got null")],
    ),
    "usage in a chunk with choices": (
        stream(FIRST, SAYS, LAST | {"usage": USAGE}),
        WITH_USAGE,
        [
            (
                "wire.usage-chunk",
                "error",
                "event 3: choices",
                "choices: expected [] in the chunk that carries usage, got choices",
            )
        ],
    ),
    "usage before the last chunk": (
        stream(FIRST, SAYS | {"usage": USAGE}, LAST, USED),
        WITH_USAGE,
        [
            (
                "wire.usage-early",
                "error",
                "event 2: usage",
                f"usage: expected null or nothing before the last chunk, got {json.dumps(USAGE)}",
            )
        ],
    ),
    "usage that nobody asked for": (
        stream(FIRST, SAYS, LAST, USED),
        ASKED,
        [
            (
                "wire.usage-unasked",
                "warning",
                "event 4: usage",
                f"usage: expected none, as stream_options.include_usage was not sent, got {json.dumps(USAGE)}",
            )
        ],
    ),
    "usage that does not add up": (
        stream(FIRST, SAYS, LAST, chunk(usage=USAGE | {"total_tokens": 12})),
        WITH_USAGE,
        [
            (
                "wire.usage-sum",
                "error",
                "event 4: usage.total_tokens",
                "usage.total_tokens: expected 9 + 2 = 11, got 12",
            )
        ],
    ),
    "an error without a message": (
        stream(FIRST, {"error": {"type": "server_error", "param": None, "code": None}}, done=""),
        None,
        [
            (
                "wire.stream-error",
                "error",
                "event 2: error.message",
                "error.message: expected a string, got nothing",
            )
        ],
    ),
    "an error beside choices without a message": (
        stream(FIRST, chunk(choice(), error={"code": 502}), done=""),
        None,
        [
            (
                "wire.stream-error",
                "error",
                "event 2: error.message",
                'error.message: expected what went wrong, in words, got {"code": 502}',
            ),
            ("wire.unknown-field", "error", "event 2: error", "error: there is no such field."),
        ],
    ),
    "a good end after an error": (
        stream(FIRST, ERROR, LAST),
        None,
        [
            (
                "wire.after-error",
                "error",
                "event 3: choices[0].finish_reason",
                'choices[0].finish_reason: expected no such end after the error in event 2, got "stop"',
            )
        ],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_stream_that_breaks_a_rule(name: str) -> None:
    body, request, expected = BROKEN[name]
    assert said(body, request) == expected


KEPT: dict[str, tuple[bytes, object]] = {
    "the usual": (stream(FIRST, SAYS, LAST), ASKED),
    "without a request to go by": (stream(FIRST, SAYS, LAST, USED), None),
    "comments and blank lines": (stream(": hello\n\n", FIRST, ": keep-alive\n\n\n", SAYS, LAST), ASKED),
    "other line ends and a byte-order mark": (
        b"\xef\xbb\xbf" + stream(FIRST, SAYS, LAST).replace(b"\n", b"\r\n"),
        ASKED,
    ),
    "data without the space": (stream(FIRST, SAYS, LAST).replace(b"data: ", b"data:"), ASKED),
    "a name for the event": (stream(FIRST, "event: message\n", SAYS, LAST), ASKED),
    "a role alone at first, content with the finish": (
        stream(chunk(choice(role="assistant")), SAYS, chunk(choice("stop", content="?"))),
        ASKED,
    ),
    "usage as asked for": (
        stream(FIRST | {"usage": None}, SAYS | {"usage": None}, LAST | {"usage": None}, USED),
        WITH_USAGE,
    ),
    "moderation after the usage": (
        stream(
            FIRST,
            LAST,
            USED,
            chunk(
                moderation={
                    "input": {"type": "moderation_results", "model": "o", "results": []},
                    "output": {"type": "error", "code": "timeout", "message": "too late"},
                },
                usage=None,
            ),
        ),
        WITH_USAGE,
    ),
    "two choices, one after the other": (
        stream(
            FIRST,
            chunk(choice(index=1, role="assistant", content="")),
            LAST,
            chunk(choice(index=1, content="Yo")),
            chunk(choice("length", index=1)),
        ),
        ASKED | {"n": 2},
    ),
    "two tool calls": (
        stream(
            FIRST,
            chunk(start()),
            chunk(arguments('{"a"')),
            chunk(arguments(": 1}")),
            chunk(start("call_2", "later", 1)),
            chunk(arguments("{}", 1)),
            CALLS,
        ),
        ASKED,
    ),
    "a tool call that the request names": (
        stream(FIRST, chunk(start()), chunk(arguments("{}")), LAST),
        ASKED | {"tool_choice": {"type": "function", "function": {"name": "now"}}},
    ),
    "a tool call cut short by the limit": (
        stream(FIRST, chunk(start()), chunk(arguments('{"ci')), chunk(choice("length"))),
        ASKED,
    ),
    "an id told again": (
        stream(FIRST, chunk(start()), chunk(tool(id="call_1", function={"arguments": "{}"})), CALLS),
        ASKED,
    ),
    "a fingerprint that is not always there": (stream(FIRST, SAYS | {"system_fingerprint": None}, LAST), ASKED),
    "an error in the middle": (stream(FIRST, SAYS, ERROR, done=""), ASKED),
    "an escaped line separator": (stream(FIRST, chunk(choice(content="a\u2028b")), LAST), ASKED),
}


@pytest.mark.parametrize("name", KEPT)
def test_a_stream_that_keeps_all_rules(name: str) -> None:
    body, request = KEPT[name]
    assert said(body, request) == []


@pytest.mark.parametrize("name", KEPT)
def test_where_a_body_is_cut_into_parts_makes_no_difference(name: str) -> None:
    body, request = KEPT[name]
    assert check_stream((body[at : at + 1] for at in range(len(body))), OPENAI, request) == ()


def test_a_body_that_was_cut_off() -> None:
    assert said(stream(FIRST, SAYS, LAST), ASKED, ended=False) == [
        ("wire.body-cut", "error", "", "the connection closed before the body's end")
    ]


def test_a_stream_that_makes_no_completion() -> None:
    nameless = {key: value for key, value in FIRST.items() if key != "created"}
    assert [problem[0] for problem in said(stream(nameless, LAST), ASKED)] == ["wire.chunk-schema"]
    no_arguments = chunk(tool(id="call_1", type="function", function={"name": ""}))
    rules = [problem[0] for problem in said(stream(FIRST, no_arguments, LAST), ASKED)]
    assert "wire.reassembled" not in rules, "what is wrong anyway is not told twice"


def test_the_completion_that_a_stream_makes_is_held_to_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks that keep the schema make a completion that does; so the putting together is what is broken here."""
    whole = facts_module.assembled
    monkeypatch.setattr("aswritten.contract._stream.assembled", lambda facts: whole(facts) | {"created": "yesterday"})
    assert said(stream(FIRST, SAYS, LAST), ASKED) == [
        (
            "wire.reassembled",
            "error",
            "created",
            'put together, the stream is no completion: created: expected an integer, got "yesterday"',
        )
    ]


def test_arguments_too_long_to_keep_are_told_as_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "KEPT", 10)
    body = stream(FIRST, chunk(start()), chunk(arguments("{" * 11)), CALLS)
    assert said(body, ASKED) == [("wire.tool-arguments-long", "warning", "", "tool arguments were not judged")]


#: Rules that are judged elsewhere: test_objects.py, test_exchange.py, test_requests.py, test_answers.py and the tests above.
ELSEWHERE = {
    "wire.length-early",
    "wire.logprobs-content",
    "wire.refusal-mixed",
    "wire.request-audio",
    "wire.request-json",
    "wire.request-logprobs",
    "wire.request-model",
    "wire.request-stream-options",
    "wire.request-strict",
    "wire.request-tool-answer",
    "wire.request-tool-message",
    "wire.request-tool-schema",
    "wire.request-tools",
    "wire.split-character",
    "wire.tool-offered",
    "wire.tool-schema",
    "wire.tool-strict",
    "wire.body-cut",
    "wire.completion-schema",
    "wire.content-type",
    "wire.error-schema",
    "wire.error-status",
    "wire.more-problems",
    "wire.not-json",
    "wire.not-streamed",
    "wire.reassembled",
    "wire.request-schema",
    "wire.streamed-unasked",
    "wire.tool-arguments-long",
    "wire.unknown-parameter",
}


def test_every_rule_has_a_stream_that_breaks_it() -> None:
    told = {problem[0] for _, _, problems in BROKEN.values() for problem in problems}
    assert told | ELSEWHERE == {rule.name for rule in RULES}
    assert not told & ELSEWHERE


def test_every_rule_says_why_and_who_asks_for_it() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.name.startswith("wire.")
        assert rule.reason.endswith(".")
        assert rule.source.startswith("https://")


def test_a_profile_may_change_the_level_of_a_rule_or_put_it_off() -> None:
    body = stream(SAYS, LAST, USED)
    levels = {problem.rule: problem.level for problem in check_stream(body, load_profile("generic"), ASKED)}
    assert levels == {"wire.first-role": "warning", "wire.usage-unasked": "info"}


KINDS: dict[str, tuple[Chunk, Chunk, Any]] = {
    "text": (SAYS, LAST, ASKED),
    "text that is not ASCII": (chunk(choice(content="é")), LAST, ASKED),
    "a role in every chunk": (FIRST, LAST, ASKED),
    "an id of its own in every chunk": (SAYS | {"id": "other"}, LAST, ASKED),
    "log probabilities": (
        chunk(
            choice(content="Hi")
            | {
                "logprobs": {
                    "content": [{"token": "Hi", "logprob": -1, "bytes": None, "top_logprobs": []}],
                    "refusal": None,
                }
            }
        ),
        LAST,
        ASKED,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_memory_does_not_grow_with_the_stream(kind: str) -> None:
    part, last, request = KINDS[kind]

    def most(events: int) -> int:
        def parts() -> Iterator[bytes]:
            yield event(FIRST).encode()
            whole = event(part).encode()
            for _ in range(events):
                yield whole
            yield event(last).encode() + DONE.encode()

        tracemalloc.start()
        try:
            check_stream(parts(), OPENAI, request)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most(5)  # what is made once
    few, many = most(50), most(1000)
    assert many < few + 16 * 1024, "ten bytes a chunk would be told"


@settings(max_examples=100)
@given(
    st.binary(max_size=200) | st.lists(st.sampled_from([FIRST, SAYS, LAST, CALLS, USED, ERROR, "data: {}\n\n", "x"]))
)
def test_no_body_is_too_odd_to_judge(body: Any) -> None:
    for problem in check_stream(body if isinstance(body, bytes) else stream(*body), OPENAI, ASKED):
        assert problem.message
