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


def found(
    shown: str,
    *,
    tag: str = "json",
    url: str = URL,
    between: int = 0,
    prose: str = "",
    headings: tuple[str, ...] = (),
    sections: tuple[str, ...] = (),
    asking: int = 1,
    **asked: object,
) -> list[tuple[str, str, str]]:
    """Level, rule and message of what is found of a response that documents a sample, so many blocks of data below it."""
    sample = Block("page.md", 0, 1, 2, "curl\n", tag="bash", headings=sections)
    data = [Block("page.md", at + 1, 3, 4, "{}\n", tag="json") for at in range(between)]
    output = Block("page.md", between + 1, 5, 6, shown, tag=tag, prose=prose, headings=headings)
    call = Call("POST", url, 200, json.dumps({"model": "model-a", "messages": []} | asked), "{}")
    others = [
        Block("page.md", between + 1 + at, 7, 8, "curl\n", tag="bash", headings=sections) for at in range(1, asking)
    ]
    verdicts = {one.index: Verdict(one, "passed", "curl", calls=(call,)) for one in (sample, *others)}
    verdicts[between + 1] = Verdict(output, "output")
    page = Page("page.md", "", (sample, *data, output, *others))
    run = PageRun(page, verdicts, {between + 1: sample}, lambda _: load_profile("generic"))
    return [(one.level, one.rule, one.message) for one in check(run)]


def findings(shown: str, *, tag: str = "", model: str = "model-a", url: str = URL) -> list[str]:
    return [rule for _, rule, _ in found(shown, tag=tag, url=url, model=model)]


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
        ("agent", "agent_b84d5a01-c394-4499-97be-dad6a5d2cb86"),
        ("", "_"),
        ("", "model-a"),
        ("模型名", "model-a"),
        ("auto", "model-a"),
        ("maker/router", "model-a"),
        ("maker-3.5", "maker-3-5-2024-06-20"),
        ("m-1.1-8b", "maker/Maker-M-1.1-8B-Instruct"),
        ("tiny", "Maker/Tiny-1.1B-Chat-v1.0"),
        ("glass", "glass-7b-2025-11"),
        ("model name", "model-a"),
        ("model-a", "_"),
        ("model-a", "/srv/models/other-8b"),
        ("model-a", "other.safetensors"),
        ("gpt-4o", "models/other-8b-q4_k_m.gguf"),
    ],
)
def test_a_server_names_a_model_in_its_own_way(asked: str, named: str) -> None:
    assert findings(json.dumps(completion(named)), model=asked) == []


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4o-mini", "gpt-4o"),
        ("model-a", "model-b"),
        ("model-7b", "model-70b"),
        ("agent", "agent_b84d5a01"),
        ("tiny", "tiny-pro"),
        ("model-8b", "model-70b-instruct"),
        ("fasting", "model-a"),
        ("model-4-fast", "model-5"),
        ("model-4", "model-4-32k"),
        ("model-1", "model-1-preview"),
        ("model-3.1-8b", "model-3-18b"),
        ("gpt-4o", "maker/gguf"),
        ("/models/own.gguf", "/models/other.gguf"),
        ("gpt-4o", "/maker/gpt-3.5"),
    ],
)
def test_another_model_is_another_model(asked: str, named: str) -> None:
    assert findings(json.dumps(completion(named)), model=asked) == ["page.documented-model"]


@pytest.mark.parametrize(
    ("first", "prose", "rules"),
    [
        ("model-a", "Example response with thinking:", []),
        ("model-a", "Response (model-b):", []),
        ("model-a", "**Response for streaming**", []),
        ("model-a", "Response with a reasoning model:", []),
        ("model-a", "Full response (Claude):", []),
        ("model-a", "They are alike. From Maker:", []),
        ("model-a", "Another response:", ["page.documented-model"]),
        ("model-a", "From it:", ["page.documented-model"]),
        ("model-a", "Here is the full response for the request above:", ["page.documented-model"]),
        ("model-a", "The server responds with this JSON.", ["page.documented-model"]),
        ("model-a", "Response from the API:", ["page.documented-model"]),
        ("model-a", "Response (JSON):", ["page.documented-model"]),
        ("model-a", "Response for a chat completion:", ["page.documented-model"]),
        ("model-a", "Returns a response with token counts:", ["page.documented-model"]),
        ("model-c", "Example response with thinking:", ["page.documented-model", "page.documented-model"]),
    ],
)
def test_a_second_answer_that_says_of_what_it_is_one_may_be_of_another_model(
    first: str, prose: str, rules: list[str]
) -> None:
    sample = Block("page.md", 0, 1, 2, "curl\n", tag="bash")
    one = Block("page.md", 1, 5, 6, json.dumps(completion(first)), tag="json", prose="Response:")
    other = Block("page.md", 2, 8, 9, json.dumps(completion("model-b")), tag="json", prose=prose)
    call = Call("POST", URL, 200, json.dumps({"model": "model-a", "messages": []}), "{}")
    verdicts = {
        0: Verdict(sample, "passed", "curl", calls=(call,)),
        1: Verdict(one, "output"),
        2: Verdict(other, "output"),
    }
    page = Page("page.md", "", (sample, one, other))
    run = PageRun(page, verdicts, {1: sample, 2: sample}, lambda _: load_profile("generic"))
    assert [finding.rule for finding in check(run)] == rules


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


def test_types_in_place_of_values_are_held_to_nothing() -> None:
    shown = completion("<string>") | {"id": "<string>", "created": 123}
    message = {"role": "assistant", "content": "<string>"}
    shown["choices"] = [{"index": 123, "message": message, "finish_reason": "<string>"}]
    assert findings(json.dumps(shown)) == []
    assert findings(json.dumps(shown).replace("<string>", "model-a")) != []


@pytest.mark.parametrize(
    ("words", "rules"),
    [
        ("The other classic is a trailing comma. Can you see it?", []),
        ("It answers JSON:", ["page.documented-response"]),
        ("It has no trailing comma:", ["page.documented-response"]),
    ],
)
def test_what_is_shown_for_its_mistake_is_none(words: str, rules: list[str]) -> None:
    assert [rule for _, rule, _ in found('{"choices": [],}', tag="json", prose=words)] == rules


@pytest.mark.parametrize(
    ("others", "rules"),
    [
        ({"fallbacks": ["model-b", "model-c"]}, []),
        ({"fallbacks": ["model-d"]}, ["page.documented-model"]),
        ({"stop": ["model-c"]}, ["page.documented-model"]),
    ],
)
def test_a_model_that_the_request_names_beside_may_answer(others: dict[str, Any], rules: list[str]) -> None:
    assert [rule for _, rule, _ in found(json.dumps(completion("model-c")), model="model-a", **others)] == rules


@pytest.mark.parametrize(
    ("prose", "remark", "rules"),
    [
        ("", "// the alias is resolved", []),
        ("The proxy routes it to another model:", "", []),
        ("`model-a` is answered by its successor:", "", []),
        ("", "// as it came", ["page.documented-model"]),
        ("It answers:", "", ["page.documented-model"]),
    ],
)
def test_a_page_may_say_beside_an_answer_that_another_model_gives_it(prose: str, remark: str, rules: list[str]) -> None:
    shown = json.dumps(completion("model-b"), indent=2).replace("{", f"{{  {remark}", 1)
    assert [rule for _, rule, _ in found(shown, tag="jsonc", prose=prose)] == rules


@pytest.mark.parametrize(
    ("tag", "text", "rules"),
    [
        ("yaml", "model_name: model-a\nmodel: maker/model-b\n", []),
        ("yaml", "model_name: model-a\nmodel: maker/model-b-large\n", ["page.documented-model"]),
        ("text", "model-a and maker/model-b\n", ["page.documented-model"]),
        ("python", "for model in ['model-a', 'maker/model-b']:\n", ["page.documented-model"]),
    ],
)
def test_what_a_configuration_tells_of_a_model_is_no_other_one(tag: str, text: str, rules: list[str]) -> None:
    settings = Block("page.md", 0, 1, 2, text, tag=tag)
    sample = Block("page.md", 1, 3, 4, "curl\n", tag="bash")
    output = Block("page.md", 2, 5, 6, json.dumps(completion("maker/model-b")), tag="json")
    call = Call("POST", URL, 200, json.dumps({"model": "model-a", "messages": []}), "{}")
    verdicts = {
        0: Verdict(settings, "other"),
        1: Verdict(sample, "passed", "curl", calls=(call,)),
        2: Verdict(output, "output"),
    }
    run = PageRun(
        Page("page.md", "", (settings, sample, output)), verdicts, {2: sample}, lambda _: load_profile("generic")
    )
    assert [one.rule for one in check(run)] == rules


@pytest.mark.parametrize(
    ("tag", "text", "level"),
    [
        ("json", '{"choices": [}\n', "error"),
        ("http", '{"choices": [}\n', "error"),
        ("", '{"choices": [}\n', "warning"),
        ("text", '{"choices": [}\n', "warning"),
        ("", 'data: {"choices": [}\n', "error"),
    ],
)
def test_what_nobody_says_is_json_may_be_a_print_and_is_warned_of(tag: str, text: str, level: str) -> None:
    assert [told for told, _, _ in found(text, tag=tag)] == [level]


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


def test_a_chats_answer_below_what_asks_for_none_is_that_to_another_request() -> None:
    shown = json.dumps(completion("model-b"))
    levels = [[one for one, _, _ in found(shown, url=url)] for url in ("https://api.example.com/v1/embeddings", URL)]
    assert levels == [["warning"], ["error"]]


@pytest.mark.parametrize(("words", "count"), [("**流式:**", 0), ("**ストリーミング**", 0), ("**非同期:**", 1), ("", 1)])
def test_a_stream_may_be_said_to_be_one_in_any_language(words: str, count: int) -> None:
    events = "".join(f"data: {json.dumps(one)}\n\n" for one in (CHUNK, CHUNK | {"choices": []}))
    modes = [one for one in found(f"{events}data: [DONE]\n", tag="", prose=words) if "asks for one body" in one[2]]
    assert len(modes) == count


@pytest.mark.parametrize(
    ("headings", "asking", "level"),
    [
        (("Ask",), 2, "error"),
        (("Ask", "Response"), 2, "error"),
        (("Response",), 1, "error"),
        (("Response",), 2, "warning"),
    ],
)
def test_an_answer_in_another_section_than_several_samples_may_be_that_to_any(
    headings: tuple[str, ...], asking: int, level: str
) -> None:
    of_model, of_mode, of_count = completion("model-b"), completion(), completion()
    of_count["choices"].append(of_count["choices"][0] | {"index": 1})
    for shown, stream in ((of_model, False), (of_mode, True), (of_count, False)):
        told = found(json.dumps(shown), headings=headings, sections=("Ask",), asking=asking, stream=stream)
        assert [one for one, _, _ in told] == [level]


def test_an_answer_of_another_kind_than_a_chat_is_one_finding() -> None:
    shown = {"object": "text_completion", "choices": [{"text": "Hello."}]}
    assert findings(json.dumps(shown)) == ["page.documented-response"]


CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "model-a", "choices": []}


@pytest.mark.parametrize(
    ("name", "level"), [("maker.completion", "warning"), ("maker.answer", "error"), ("text_completion", "error")]
)
def test_an_api_that_nobody_knows_may_name_its_completions_in_its_own_way(name: str, level: str) -> None:
    shown = completion() | {"object": name}
    message = f"the documented response is a {name}, the request that it answers asks for a chat completion"
    assert found(json.dumps(shown)) == [(level, "page.documented-response", message)]
    chunk = {
        "id": "c",
        "created": 1,
        "model": "model-a",
        "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": None}],
    }
    events = "".join(f"data: {json.dumps(chunk | {'object': f'{name}.chunk'})}\n\n" for _ in range(2))
    of_name = [one for one in found(events, tag="", stream=True) if f"{name}.chunk" in one[2]]
    assert {one for one, _, _ in of_name} == {level}


@pytest.mark.parametrize(("profile", "level"), [("generic", "warning"), ("openai", "error")])
def test_an_api_that_nobody_knows_may_keep_what_it_likes_as_metadata(profile: str, level: str) -> None:
    shown = completion() | {"metadata": {"seconds": 3.4}}
    block = Block("page.md", 0, 1, 2, json.dumps(shown), tag="json")
    run = PageRun(Page("page.md", "", (block,)), {0: Verdict(block, "output")}, {}, lambda _: load_profile(profile))
    assert [(one.level, one.line) for one in check(run)] == [(level, 2)]


def test_a_chunk_that_stands_alone_is_told_as_one() -> None:
    block = Block("page.md", 0, 1, 2, json.dumps(CHUNK), tag="json")
    page = Page("page.md", "", (block,))
    run = PageRun(page, {0: Verdict(block, "output")}, {}, lambda _: load_profile("generic"))
    assert list(check(run)) == []


def test_a_chunk_answers_no_request_for_a_whole_answer() -> None:
    assert "page.documented-response" in findings(json.dumps(CHUNK), tag="json")


def test_what_is_left_out_without_a_word_is_one_warning() -> None:
    choice = {"message": {"role": "assistant", "content": "Hi"}}
    ((level, _, message),) = found(json.dumps({"choices": [choice]}))
    left_out = "id, object, created, model, choices[].index, choices[].finish_reason"
    assert (level, message) == ("warning", f"the documented response leaves out {left_out}")
    events = [{"choices": [{"delta": {"content": word}}]} for word in ("a", "b")]
    stream = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n"
    ((level, _, message),) = found(stream, tag="", stream=True)
    assert level == "warning"
    assert "choices[].index" in message


@pytest.mark.parametrize(
    ("prose", "count"), [("Response (abridged):", 0), ("Excerpt:", 0), ("Response:", 1), ("Abridged.\n\nResponse:", 1)]
)
def test_what_the_line_above_calls_abridged_may_leave_out_anything(prose: str, count: int) -> None:
    shown = json.dumps({"choices": [{"message": {"role": "assistant", "content": "Hi"}}]})
    assert len(found(shown, prose=prose)) == count
    wrong = json.dumps({"choices": [{"message": {"role": "assistant", "content": 7}}]})
    assert "error" in [level for level, _, _ in found(wrong, prose=prose)]


@pytest.mark.parametrize(("between", "level"), [(0, ["error"]), (1, [])])
def test_the_kind_of_an_answer_further_down_may_be_that_to_another_call(between: int, level: list[str]) -> None:
    legacy = {"id": "c", "object": "text_completion", "created": 1, "model": "model-a"}
    choice = {"text": "Hi", "index": 0, "logprobs": None, "finish_reason": "stop"}
    assert [one for one, _, _ in found(json.dumps(legacy | {"choices": [choice]}), between=between)] == level


def test_what_is_there_is_held_to_the_contract_all_the_same() -> None:
    choice = {"message": {"role": "assistant", "content": 7}}
    assert [level for level, _, _ in found(json.dumps({"choices": [choice]}))] == ["warning", "error"]


def test_a_choice_with_a_delta_is_a_chunk_of_the_stream_that_is_asked_for() -> None:
    assert [level for level, _, _ in found(json.dumps({"choices": [{"delta": {"content": "Hi"}}]}), stream=True)] == [
        "warning"
    ]


@pytest.mark.parametrize(("between", "level"), [(0, ["error"]), (1, [])])
def test_an_answer_further_down_may_be_that_to_another_call(between: int, level: list[str]) -> None:
    assert [one for one, _, _ in found(json.dumps(completion()), between=between, stream=True)] == level
    assert [one for one, _, _ in found(json.dumps(completion("model-b")), between=between)] == level


def test_events_of_which_a_page_leaves_out_the_blank_lines_are_events() -> None:
    head: dict[str, Any] = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "model-a"}
    choices: list[dict[str, Any]] = [
        {"delta": {"role": "assistant", "content": "Hi"}, "finish_reason": None},
        {"delta": {}, "finish_reason": "stop"},
    ]
    events = [f"data: {json.dumps(head | {'choices': [{'index': 0} | one]})}" for one in choices]
    assert found("\n".join([*events, "data: [DONE]"]), tag="", stream=True) == []
    assert [level for level, _, _ in found("\n".join(events), tag="", stream=True)] == ["error"]


def test_a_legacy_completion_that_does_not_name_itself_is_none_of_a_chat() -> None:
    shown = '{"choices": [{"text": "Hi", "index": 0, "finish_reason": "length"}]}'
    assert found(shown, between=1) == []
    assert found(shown.replace("text", "content"), between=1) != []
    ((level, _, message),) = found(shown)
    assert (level, message) == (
        "error",
        "the documented response has the form of a legacy completion, the request that it answers asks for a chat completion",
    )


def test_lines_of_a_file_that_is_of_lines_by_its_tag_are_no_broken_answer() -> None:
    line = '{"id": "r", "custom_id": "q", "response": null, "error": {"code": "expired", "message": "late"}}\n'
    assert found(line * 2, tag="jsonl") == []
    assert [level for level, _, _ in found(line * 2, tag="json")] == ["error"]
    assert found('{"error": "no model"}\n{"error": "no messages"}\n', between=1) == []


@pytest.mark.parametrize("mark", ['["..."]', '"[...]"', '"…"'])
def test_a_text_of_dots_stands_for_what_is_left_out_in_its_place(mark: str) -> None:
    answer, choices = json.dumps(completion()), json.dumps(completion()["choices"])
    assert found(answer.replace(choices, mark)) == []
    assert {rule for _, rule, _ in found(answer.replace(choices, '["none"]'))} == {"page.documented-response"}


@pytest.mark.parametrize("mark", ["...", "…"])
def test_a_value_that_is_left_out_by_a_mark_is_not_missed(mark: str) -> None:
    choice = '{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}'
    shown = f'{{"id":"c",{mark},"model":{mark},"choices":[{choice}],"created":{mark}}}'
    assert found(shown) == []
    ((level, _, message),) = found(shown.replace('"Hi"', "7"))
    assert (level, "content" in message) == ("error", True)


def test_a_whole_stream_of_events_in_outline_is_no_broken_json() -> None:
    choice = '{"index":0,"delta":{"content":"Hi"},"finish_reason":null}'
    shown = f'data: {{"id":"c-…","created":…,"model":"…","choices":[{choice}]}}\n\ndata: {{"id":"c-…",…,"choices":[{choice}]}}\n\ndata: [DONE]\n'
    assert found(shown, tag="", stream=True) == []


def test_an_answer_that_says_there_is_no_error_is_none() -> None:
    answer = '{"id": "r", "object": "response", "error": null, "output": []}'
    assert found(answer) == []
    assert ["error" for level, _, _ in found(answer.replace("null", "[]")) if level == "error"] == ["error"]


@pytest.mark.parametrize("type_", ["string", "string | null", "integer", "null | string", "object[]", "ChatMessage"])
def test_a_type_in_the_place_of_a_value_is_an_outline(type_: str) -> None:
    answer = json.dumps(completion(), indent=1)
    assert found(answer.replace('"Hello."', type_)) == []
    for other in ("words", "true ?", '"see [ChatMessage]" "it"'):
        assert [level for level, _, _ in found(answer.replace('"Hello."', other))] == ["error"]


def test_dots_in_one_chunk_stand_for_nothing_in_another() -> None:
    dots = '{"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "model-a", "choices": ["..."]}'
    bad = dots.replace('["..."]', '[{"index": "zero", "delta": {}, "finish_reason": null}]')
    shown = f"data: {dots}\n\ndata: {bad}\n\ndata: [DONE]\n"
    assert [one for one in found(shown, tag="", stream=True) if one[0] == "error"] != []
    assert [one for one in found(shown.replace('"zero"', "0"), tag="", stream=True) if one[0] == "error"] == []
