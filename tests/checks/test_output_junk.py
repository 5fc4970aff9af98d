"""Words for what is not there: where they stand for content, and where for something else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.checks.output_junk import check
from aswritten.model import Exchange, Request, Response, Run, Sample

if TYPE_CHECKING:
    from checks.conftest import MakeContext

REQUEST = Request("POST", "https", "api.example.com", 443, "/v1/chat/completions", (), b"{}")
WORDS = ("Good morning to you, ", "dear reader. ", "How are you?")


def streamed(*deltas: dict[str, Any] | None) -> Exchange:
    """A chunk a delta; None for a chunk without choices."""
    chunks = [{"choices": [] if delta is None else [{"index": 0, "delta": delta}]} for delta in deltas]
    body = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"
    return _exchange("text/event-stream", body)


def full(message: dict[str, Any]) -> Exchange:
    return _exchange("application/json", json.dumps({"choices": [{"index": 0, "message": message}]}).encode())


def _exchange(content_type: str, body: bytes) -> Exchange:
    return Exchange(
        REQUEST, Response(200, (("content-type", content_type),), body), "a/recording", len(body), read_to_end=True
    )


STREAM = streamed({"role": "assistant"}, *({"content": word} for word in WORDS), None)
FULL = full({"role": "assistant", "content": "".join(WORDS), "refusal": None})
CALLS = full(
    {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "weather", "arguments": "{}"}}]}
)
NO_CONTENT = full({"role": "assistant", "content": None, "tool_calls": []})


def got(context: MakeContext, exchange: Exchange, stdout: str) -> list[str]:
    run = Run(0, 0.1, stdout.encode(), b"", exchanges=(exchange,))
    return [finding.got for finding in check(run, context("print(content)\n", "python"))]


@pytest.mark.parametrize(
    ("exchange", "stdout", "words"),
    [
        (STREAM, "None\n" + "\n".join(WORDS), "`None`"),
        (STREAM, "\n".join(("undefined", *WORDS, "undefined")), "`undefined` (2 times)"),
        (STREAM, "undefined" + "".join(WORDS), "`undefined`"),
        (STREAM, "Assistant: " + "".join(WORDS) + "None", "`None`"),
        (STREAM, "None\n" * 5, "`None` (5 times)"),
        (FULL, "Answer: [object Object]\n", "`[object Object]`"),
        (FULL, "Answer: undefined\n12 tokens\n", "`undefined`"),
        (FULL, "undefined\n", "`undefined`"),
        (NO_CONTENT, "None\n", "`None`"),
        (CALLS, "Content:\nNone\n", "`None`"),
    ],
    ids=[
        "the role's chunk",
        "the first and the last chunk",
        "glued in front",
        "glued behind",
        "nothing else",
        "an object",
        "in place of the answer",
        "in place of the answer, alone",
        "an answer without content",
        "calls that are not shown",
    ],
)
def test_it_stands_where_content_should_be(context: MakeContext, exchange: Exchange, stdout: str, words: str) -> None:
    assert got(context, exchange, stdout) == [words]


@pytest.mark.parametrize(
    ("exchange", "stdout"),
    [
        (FULL, "".join(WORDS) + "\nNone\n"),
        (FULL, "".join(WORDS) + " null\n"),
        (FULL, "12 tokens\nRefusal: None\n"),
        (STREAM, "\n".join(f"{word}\nnull" for word in ("", *WORDS)) + "\nstop\n"),
        (STREAM, "None\n" * 4 + "CompletionUsage(total_tokens=12)\n"),
        (STREAM, "".join(WORDS) + "\nUsage: None\n"),
        (streamed({"content": "The word None "}, {"content": "is Python's."}), "None\nThe word None is Python's.\n"),
        (CALLS, "Content:\nNone\nCalls:\nweather({})\n"),
        (STREAM, ""),
        (FULL, json.dumps({"message": {"content": "".join(WORDS), "refusal": None}}, indent=2)),
    ],
    ids=[
        "another member",
        "another member in the same line",
        "under a label of its own",
        "the finish_reason of each chunk",
        "the usage of each chunk",
        "the usage at the end",
        "a word of the answer",
        "calls that are shown",
        "nothing",
        "JSON",
    ],
)
def test_it_stands_for_something_else(context: MakeContext, exchange: Exchange, stdout: str) -> None:
    assert got(context, exchange, stdout) == []


def test_calls_that_are_shown_stand_for_content_beside_an_answer_in_words(context: MakeContext) -> None:
    stdout = f"{''.join(WORDS)}\nNone\nweather\n"
    run = Run(0, 0.1, stdout.encode(), b"", exchanges=(FULL, CALLS))
    assert list(check(run, context("print(message.content)\n", "python"))) == []
    twice = Run(0, 0.1, b"None\nNone\nweather\n", b"", exchanges=(NO_CONTENT, CALLS))
    assert [one.got for one in check(twice, context("print(message.content)\n", "python"))] == ["`None` (2 times)"]


@pytest.mark.parametrize(
    ("remark", "words"),
    [
        ("// answer: [object Object]", []),
        ("// the answer", ["`[object Object]`"]),
        ("// [object Object] is what you do not want", ["`[object Object]`"]),
    ],
)
def test_what_a_remark_tells_of_is_printed_on_purpose(context: MakeContext, remark: str, words: list[str]) -> None:
    run = Run(0, 0.1, b"answer: [object Object]\n", b"", exchanges=(FULL,))
    told = context(f"console.log(`answer: ${{r}}`)  {remark}\n", "node")
    assert [finding.got for finding in check(run, told)] == words


@pytest.mark.parametrize(
    ("source", "named", "words"),
    [
        ("print(message.citations)", {"citations"}, []),
        ("print(message['citations'])  # of the web", {"citations"}, []),
        ("type Cited = { citations?: string[] }\nconsole.log((message as Cited).citations);", set(), []),
        ("print(message.citations)", set(), ["`None`"]),
        ("print(message.text)", {"text"}, ["`None`"]),
        ("print(message.contents)\nprint(message.citations)", {"citations"}, ["`None`"]),
    ],
)
def test_a_member_of_which_the_page_tells_is_no_content(
    context: MakeContext, source: str, named: set[str], words: list[str]
) -> None:
    run = Run(0, 0.1, b"None\n", b"", exchanges=(FULL,))
    language = "node" if "console" in source else "python"
    told = replace(context(f"{source}\n", language), named=frozenset(named))
    assert [finding.got for finding in check(run, told)] == words


@pytest.mark.parametrize(("own", "level"), [(True, "error"), (False, "warning")])
def test_of_an_api_that_nobody_knows_a_chunk_without_content_is_a_warning(
    context: MakeContext, own: bool, level: str
) -> None:
    run = Run(0, 0.1, ("None\n" + "\n".join(WORDS)).encode(), b"", exchanges=(STREAM,))
    (finding,) = check(run, replace(context("print(content)\n", "python"), own_recordings=own))
    assert finding.level == level
    run = Run(0, 0.1, b"None\n" * 5, b"", exchanges=(STREAM,))
    (finding,) = check(run, replace(context("print(content)\n", "python"), own_recordings=own))
    assert finding.level == "error"


STREAMED_CALLS = streamed({"role": "assistant", "content": None}, {"tool_calls": [{"index": 0}]}, {})


@pytest.mark.parametrize(("own", "level"), [(True, "error"), (False, "warning")])
def test_an_api_that_nobody_knows_may_stream_calls_as_content(context: MakeContext, own: bool, level: str) -> None:
    run = Run(0, 0.1, b"None\n", b"", exchanges=(STREAMED_CALLS,))
    (finding,) = check(run, replace(context("print(content)\n", "python"), own_recordings=own))
    assert finding.level == level
    (finding,) = check(run, replace(context("print(content or tool_calls)\n", "python"), own_recordings=own))
    assert finding.level == "error"


#: As Node 22 and Python 3.13 print them.
UNREAD = [
    ("Promise { <pending> }\n", "`Promise { … }`"),
    ("APIPromise [Promise] {\n  <pending>,\n  body: Promise { null }\n}\n", "`APIPromise [Promise] { … }`"),
    ("Answer: Stream {\n  controller: AbortController {\n    a: {}\n  }\n}\n", "`Stream { … }`"),
    ("ReadableStream { locked: false, state: 'readable' }\n", "`ReadableStream { … }`"),
    ("Object [AsyncGenerator] {}\n", "`Object [AsyncGenerator] { … }`"),
    ("Answer: [object Promise]\n", "`[object Promise]`"),
    ("<coroutine object main.<locals>.ask at 0x7f1c2d3e4f50>\n", "`<coroutine object …>`"),
    ("Answer: <generator object <genexpr> at 0x7f1c2d3e4f50>\n", "`<generator object …>`"),
    ("<openai.Stream object at 0x7f1c2d3e4f50>\n" * 2, "`<openai.Stream object …>`"),
    ("Promise { <pending> }\nPromise { <pending> }\n[object Promise]\n", "`Promise { … }`, `[object Promise]`"),
]


@pytest.mark.parametrize(("stdout", "words"), UNREAD)
def test_what_would_give_an_answer_stands_in_place_of_it(context: MakeContext, stdout: str, words: str) -> None:
    data = replace(_exchange("application/json", b'{"data": []}'), request=replace(REQUEST, target="/v1/models"))
    assert got(context, FULL, stdout) == [words]
    assert got(context, STREAM, stdout) == [words]
    assert got(context, data, "Models:\n" + stdout) == [words]


@pytest.mark.parametrize(("stdout", "words"), UNREAD)
def test_what_would_give_an_answer_may_be_shown_beside_it(context: MakeContext, stdout: str, words: str) -> None:
    assert words
    assert got(context, FULL, stdout + "".join(WORDS)) == []
    assert got(context, STREAM, "\n".join(WORDS) + "\n" + stdout) == []


@pytest.mark.parametrize(("stdout", "words"), UNREAD)
def test_of_no_answer_nothing_could_be_printed(context: MakeContext, stdout: str, words: str) -> None:
    assert words
    refused = replace(FULL, response=replace(FULL.response, status=401))
    assert got(context, refused, stdout) == []
    assert list(check(Run(0, 0.1, stdout.encode(), b""), context("print(content)\n", "python"))) == []


@pytest.mark.parametrize(
    "stdout",
    [
        "Response {\n  status: 200,\n  body: ReadableStream { locked: false },\n  ok: true\n}\n",
        "{ answer: Promise { <pending> } }\n",
        "{'stream': <openai.Stream object at 0x7f1c2d3e4f50>}\n",
        "A Promise { is a bracket too few\n",
        "<Response [200]>\n",
    ],
)
def test_a_member_of_what_is_shown_is_shown_on_purpose(context: MakeContext, stdout: str) -> None:
    assert got(context, FULL, stdout) == []


def test_beside_what_another_api_answers_a_promise_is_shown_on_purpose(context: MakeContext) -> None:
    data = replace(_exchange("application/json", b'{"data": []}'), request=replace(REQUEST, target="/v1/models"))
    assert got(context, data, "Promise { <pending> }\n0 models\n") == []


def test_a_coroutine_that_is_told_already_is_not_told_again(context: MakeContext) -> None:
    said = b"/tmp/sample.py:3: RuntimeWarning: coroutine 'ask' was never awaited\n"
    run = Run(0, 0.1, b"<coroutine object ask at 0x7f1c2d3e4f50>\n", said, exchanges=(FULL,))
    assert list(check(run, context("print(ask())\n", "python"))) == []


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("span = maker.span()\nprint(span.parent)\n", []),
        ("print(answer.text)\n", ["`None`"]),
        ("for part in answer:\n    text = part.text\n    print(text)\n", ["`None`"]),
    ],
)
def test_a_block_that_calls_nothing_may_print_what_it_has_by_itself(
    context: MakeContext, own: str, words: list[str]
) -> None:
    front = "import maker\nanswer = maker.chat.completions.create(model='m', messages=[])\n"
    made = context("", "python")
    block = replace(made.sample.block, index=1, text=own)
    sample = Sample(block, "python", (replace(block, index=0, text=front),))
    run = Run(0, 0.1, b"None\n", b"", exchanges=(FULL,))
    assert [finding.got for finding in check(run, replace(made, sample=sample))] == words
