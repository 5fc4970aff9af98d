"""How much of an answer stands in what a sample printed."""

from __future__ import annotations

import json

import pytest

from aswritten.checks._answers import Answer, Print, answers, is_data, printed, without_content
from aswritten.model import Exchange, Request, Response

PIECES = ("Good morning to you, ", "dear reader. ", "How are you today?")
TEXT = "".join(PIECES)


def exchange(body: bytes, content_type: str, status: int = 200) -> Exchange:
    request = Request("POST", "https", "api.example.com", 443, "/v1/chat/completions", (), b"{}")
    response = Response(status, (("content-type", content_type),), body)
    return Exchange(request, response, "a/recording", len(body), read_to_end=True)


def stream(*contents: str | None) -> bytes:
    chunks = [{"choices": [{"index": 0, "delta": {} if text is None else {"content": text}}]} for text in contents]
    return b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks) + b"data: [DONE]\n\n"


def test_a_streamed_answer_is_its_pieces() -> None:
    served = exchange(stream(None, "", *PIECES), "text/event-stream")
    assert answers(served) == (Answer(PIECES),)


def test_a_full_answer_is_one_piece_a_choice() -> None:
    choices = [{"index": 1, "message": {"content": "two"}}, {"index": 0, "message": {"content": "one"}}]
    served = exchange(json.dumps({"choices": choices}).encode(), "application/json")
    assert answers(served) == (Answer(("one",)), Answer(("two",)))


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"choices": 3}', b'{"choices": [3]}', b'{"choices": [{"message": null}]}']
)
def test_what_is_no_completion_has_no_answer(body: bytes) -> None:
    assert answers(exchange(body, "application/json")) == ()


def test_an_error_has_no_answer() -> None:
    body = json.dumps({"choices": [{"message": {"content": "one"}}]}).encode()
    assert answers(exchange(body, "application/json", status=500)) == ()


@pytest.mark.parametrize(
    "stdout",
    [
        TEXT + "\n",
        "\n".join(PIECES) + "\n",
        "Assistant: " + TEXT + "\nstop\n",
        json.dumps({"content": TEXT}, indent=2),
        "ChatCompletionMessage(content=" + repr(TEXT) + ", refusal=None)\n",
        stream(*PIECES).decode(),
        "\n".join(f"Chunk(content={piece!r}, role=None)" for piece in PIECES),
    ],
    ids=[
        "text",
        "a piece a line",
        "with a label",
        "as JSON",
        "as a Python value",
        "as served",
        "chunks as Python values",
    ],
)
def test_all_of_it_is_printed(stdout: str) -> None:
    assert printed(Answer(PIECES), stream(*PIECES), stdout.encode()) == Print((), ())


def test_the_last_piece_is_lost() -> None:
    assert printed(Answer(PIECES), b"-", "\n".join((*PIECES[:-1], "stop")).encode()) == Print((PIECES[-1],), ())


def test_a_piece_in_the_middle_is_lost() -> None:
    assert printed(Answer(PIECES), b"-", (PIECES[0] + PIECES[2]).encode()) == Print((PIECES[1],), ())


def test_the_end_of_a_full_answer_is_lost() -> None:
    found = printed(Answer((TEXT,)), b"-", "".join(PIECES[:2]).encode())
    assert found is not None
    assert found.lost == ("How are you today?",)


@pytest.mark.parametrize("stdout", ["", "stop\n", "11 tokens\n"])
def test_an_answer_that_is_not_printed_at_all_is_no_print(stdout: str) -> None:
    assert printed(Answer(PIECES), b"-", stdout.encode()) is None


@pytest.mark.parametrize("word", ["undefined", "None", "null", "[object Object]"])
def test_junk_in_front_is_seen(word: str) -> None:
    found = printed(Answer(PIECES), b"-", (word + TEXT).encode())
    assert found == Print((), ("".join(word.split()),))


def test_junk_behind_is_seen() -> None:
    assert printed(Answer(PIECES), b"-", (TEXT + "None").encode()) == Print((), ("None",))


def test_junk_between_pieces_is_seen() -> None:
    assert printed(Answer(PIECES), b"-", "undefined".join(PIECES).encode()) == Print((), ("undefined", "undefined"))


def test_a_long_answer_is_judged_in_bounded_time() -> None:
    piece = "All work and no play makes a dull day. "
    answer = Answer(tuple(f"{n} {piece}" for n in range(3_000)))
    assert printed(answer, b"-", "".join(answer.pieces).encode()) == Print((), ())


@pytest.mark.parametrize("cut", ["...", "…", " [...]"])
def test_an_answer_that_is_shortened_and_says_so_is_not_lost(cut: str) -> None:
    assert printed(Answer((TEXT,)), b"-", (TEXT[:40] + cut + "\n12 tokens\n").encode()) == Print((), ())
    assert printed(Answer(PIECES), b"-", (TEXT[:40] + cut).encode()) == Print((), ())
    report = f"{TEXT[:40]}{cut}\nscore of how it reads: 0.2\n{TEXT[:40]}{cut}\nYou are told"
    assert printed(Answer((TEXT,)), b"-", report.encode()) == Print((), ())


def test_the_letters_of_another_text_are_no_print() -> None:
    question = "Dear me, how do you say good morning, and are you there today, reader?"
    assert printed(Answer(PIECES), b"-", question.upper().encode()) is None
    assert printed(Answer(("Yes.",)), b"-", b"finish_reason: stop, yesterday's tokens: 12.") is None


def test_a_short_answer_is_printed_or_not() -> None:
    assert printed(Answer(("Yes.",)), b"-", b"Assistant: Yes.") == Print((), ())


def test_chunks_printed_at_length_are_all_seen() -> None:
    pieces = tuple(f"word{n} " for n in range(200))
    out = "\n".join(f"Chunk(content={piece!r}, {'x' * 200})" for piece in pieces)
    assert printed(Answer(pieces), b"-", out.encode()) == Print((), ())


@pytest.mark.parametrize(
    ("text", "expected"), [('{"a": 1}', True), ("[1, 2]", True), ('"a"', False), ("3", False), ("{a}", False)]
)
def test_json_is_data(text: str, expected: bool) -> None:
    assert is_data(Answer((text,))) is expected


def test_what_has_no_content_is_counted() -> None:
    no_choices = b'data: {"choices": []}\n\n'
    assert without_content(exchange(stream(None, "", *PIECES, None) + no_choices, "text/event-stream")) == 3
    body = {"choices": [{"message": {"content": None}}, {"message": {"content": ""}}]}
    assert without_content(exchange(json.dumps(body).encode(), "application/json")) == 1
