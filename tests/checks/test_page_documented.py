"""Documented responses held to the request that they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aswritten.checks import PageRun
from aswritten.checks.page_documented import check
from aswritten.contract import load_profile
from aswritten.model import Block, Call, Page, Verdict

URL = "https://api.example.com/v1/chat/completions"


def completion(model: str = "model-a") -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": "Hello."}, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": model, "choices": [choice]}


def findings(shown: str, *, tag: str = "", model: str = "model-a", url: str = URL) -> list[str]:
    sample = Block("page.md", 0, 1, 2, "curl\n", tag="bash")
    output = Block("page.md", 1, 5, 6, shown, tag=tag)
    call = Call("POST", url, 200, json.dumps({"model": model, "messages": []}), "{}")
    verdicts = {0: Verdict(sample, "passed", "curl", calls=(call,)), 1: Verdict(output, "output")}
    page = Page("page.md", "", (sample, output))
    return [one.rule for one in check(PageRun(page, verdicts, {1: sample}, lambda _: load_profile("generic")))]


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("model-a", "owner/model-a"),
        ("owner/model-a", "model-a"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4", "gpt-4-0613"),
        ("openai:gpt-4", "gpt-4-0613"),
        ("gpt-4", "gpt-4:free"),
        ("gpt-3.5-turbo", "gpt-35-turbo"),
        ("model-a-latest", "model-a-2411"),
        ("gemini-1.5-pro", "gemini-1.5-pro-002"),
        ("command-r", "command-r-08-2024"),
        ("model-a:free", "model-a"),
        ("Model-A", "model-a"),
    ],
)
def test_a_server_names_a_model_in_its_own_way(asked: str, named: str) -> None:
    assert findings(json.dumps(completion(named)), model=asked) == []


@pytest.mark.parametrize(
    ("asked", "named"),
    [("gpt-4o", "gpt-4o-mini"), ("gpt-4o-mini", "gpt-4o"), ("model-a", "model-b"), ("model-7b", "model-70b")],
)
def test_another_model_is_another_model(asked: str, named: str) -> None:
    assert findings(json.dumps(completion(named)), model=asked) == ["page.documented-model"]


@pytest.mark.parametrize(
    "shown",
    [
        "{'role': 'assistant', 'content': 'Hello.'}\n",
        "[Choice(finish_reason='stop', index=0)]\n",
        "[<Completion id=1> JSON: {\n",
        "{ id: 'c', choices: [ [Object] ] }\n",
        "Hello.\n",
    ],
)
def test_a_print_of_values_is_no_json_and_need_not_be(shown: str) -> None:
    assert findings(shown) == []


def test_what_is_said_to_be_json_is_held_to_it() -> None:
    assert findings("{'role': 'assistant'}\n", tag="json") == ["page.documented-response"]


def test_remarks_of_the_author_are_no_mistake() -> None:
    shown = json.dumps(completion(), indent=2).replace('"model": "model-a",', '"model": "model-a",  // as asked for')
    assert findings(shown, tag="json") == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://api.example.com/v1/embeddings", {"object": "list", "data": [], "model": "model-a"}),
        ("https://api.example.com/v1/completions", {"object": "text_completion", "choices": [{"text": "Hello."}]}),
    ],
)
def test_answers_of_other_paths_are_held_to_no_schema_of_chat_completions(url: str, shown: dict[str, Any]) -> None:
    assert findings(json.dumps(shown), url=url) == []


def test_an_answer_of_another_kind_than_a_chat_is_one_finding() -> None:
    shown = {"object": "text_completion", "choices": [{"text": "Hello."}]}
    assert findings(json.dumps(shown)) == ["page.documented-response"]


CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "model-a", "choices": []}


def test_a_chunk_that_stands_alone_is_told_as_one() -> None:
    block = Block("page.md", 0, 1, 2, json.dumps(CHUNK), tag="json")
    page = Page("page.md", "", (block,))
    run = PageRun(page, {0: Verdict(block, "output")}, {}, lambda _: load_profile("generic"))
    assert list(check(run)) == []


def test_a_chunk_answers_no_request_for_a_whole_answer() -> None:
    assert "page.documented-response" in findings(json.dumps(CHUNK), tag="json")
