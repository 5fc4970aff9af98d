"""What the generic recordings answer to whatever pages ask: all of it keeps the contract."""

from __future__ import annotations

import base64
import http.client
import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from asking import GENERIC, PLAIN, Body, answered, chat_requests, content_type, found, request
from aswritten.contract import check_exchange, check_request, load_profile, profile_names
from aswritten.mock import Mock
from aswritten.recordings import Miss, Recording, choose
from aswritten.sse import events
from aswritten.verify._doors import _thought_in
from served import WISHES


def message(body: Body) -> Any:
    return json.loads(answered({**PLAIN, **body}).body)["choices"][0]["message"]


def chunks(body: Body) -> list[Any]:
    *them, done = (event.data for event in events(answered({**PLAIN, **body, "stream": True}).body))
    assert done == "[DONE]"
    return [json.loads(chunk) for chunk in them]


def joined(streamed: list[Any], *keys: str, choice: int = 0) -> str:
    """The texts at one place in the deltas of a choice, put together."""
    parts = []
    for chunk in streamed:
        for entry in chunk["choices"]:
            value: Any = entry["delta"] if entry["index"] == choice else None
            for key in keys:
                value = value[int(key)] if isinstance(value, list) else (value or {}).get(key)
            parts.append(value or "")
    return "".join(parts)


WEATHER = {
    "name": "get_current_weather",
    "parameters": {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
        },
        "required": ["location"],
    },
}
STOCKS = {"name": "get_price", "parameters": {"type": "object", "properties": {"symbol": {"type": "string"}}}}
TOOLS = [{"type": "function", "function": function} for function in (WEATHER, STOCKS)]
PERSON = {
    "$defs": {"Person": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}},
    "type": "object",
    "properties": {"people": {"type": "array", "items": {"$ref": "#/$defs/Person"}}},
    "required": ["people"],
}


#: Rules of requests that OpenAI holds to, and most APIs of its form do not.
OF_SOME = {"wire.request-json", "wire.request-strict"}


@given(chat_requests())
def test_whatever_is_asked_the_answer_keeps_the_contract(body: Body) -> None:
    for name, thought_in in (("openai", ""), ("generic", "reasoning_content")):
        profile = load_profile(name)
        assert not [it for it in check_request(body, profile) if it.level == "error" and it.rule not in OF_SOME]
        answer = answered(body, thought_in=thought_in)
        problems = check_exchange(json.dumps(body).encode(), 200, content_type(answer), answer.body, profile)
        assert problems == ()


@pytest.mark.parametrize("name", profile_names())
def test_no_provider_is_said_to_answer_what_it_never_does(name: str) -> None:
    """Whatever profile a page is held to, no recording is at fault."""
    profile = load_profile(name)
    wishes: list[Body] = [*WISHES, {"reasoning_effort": "low"}]
    streams: list[Body] = [{}, {"stream": True, "stream_options": {"include_usage": True}}]
    for wish in wishes:
        for streamed in streams:
            body = {**PLAIN, **wish, **streamed}
            for member in _thought_in(name, "any.example") or ("",):
                answer = answered(body, thought_in=member)
                problems = check_exchange(json.dumps(body).encode(), 200, content_type(answer), answer.body, profile)
                assert [it for it in problems if it.level == "error"] == []


@given(chat_requests())
@settings(max_examples=50)
def test_a_stream_says_what_the_whole_answer_says(body: Body) -> None:
    whole = json.loads(answered({**body, "stream": False}).body)
    streamed = chunks({**body, "stream": True, "stream_options": {"include_usage": True}})
    assert streamed[-1]["usage"] == whole["usage"]
    for choice in whole["choices"]:
        said, index = choice["message"], choice["index"]
        assert joined(streamed, "content", choice=index) == (said["content"] or "")
        assert joined(streamed, "audio", "transcript", choice=index) == (said.get("audio") or {}).get("transcript", "")
        assert joined(streamed, "audio", "data", choice=index) == (said.get("audio") or {}).get("data", "")
        calls = [joined(streamed, "tool_calls", "0", "function", key, choice=index) for key in ("name", "arguments")]
        made = [[call["function"][key] for call in said.get("tool_calls", ())] for key in ("name", "arguments")]
        assert calls == ["".join(texts) for texts in made]
        ends = [it["finish_reason"] for chunk in streamed for it in chunk["choices"] if it["index"] == index]
        assert [end for end in ends if end] == [choice["finish_reason"]]


@pytest.mark.parametrize("one", GENERIC, ids=lambda one: str(one.name))
def test_a_generic_recording_says_that_we_composed_it_and_answers_any_host(one: Recording) -> None:
    assert one.source.kind == "composed"
    assert one.answers in ("alike", "derived")
    assert (one.url[:2], one.headers) == ("*/", ())


@pytest.mark.parametrize("one", GENERIC, ids=lambda one: str(one.name))
def test_what_is_derived_for_the_recorded_request_is_what_was_recorded(one: Recording) -> None:
    """But for the tokens, which a recording need not count as we do."""
    if not isinstance(one.body, dict) or one.answers != "derived":
        return
    path = "/v1" + one.url[1:]
    assert answered(one.body, path) == one.responses[0]
    derived = json.loads(answered({**one.body, "temperature": 1}, path).body)
    recorded = json.loads(one.responses[0].body)
    if "embeddings" in one.url:
        assert [len(it.pop("data")[0]["embedding"]) for it in (derived, recorded)] == [1536, 1536]
    for answer in (derived, recorded):
        answer.pop("usage", None)
    assert derived == recorded


class TestTools:
    def test_the_first_tool_is_called_with_arguments_that_keep_its_schema(self) -> None:
        (call,) = message({"tools": TOOLS})["tool_calls"]
        assert (call["type"], call["function"]["name"]) == ("function", "get_current_weather")
        assert json.loads(call["function"]["arguments"]) == {"location": "San Francisco, CA", "unit": "celsius"}

    @pytest.mark.parametrize(
        "choice",
        [
            {"type": "function", "function": {"name": "get_price"}},
            {"type": "function", "name": "get_price"},
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [TOOLS[1]]}},
        ],
        ids=repr,
    )
    def test_the_tool_that_the_request_names_is_called(self, choice: Body) -> None:
        (call,) = message({"tools": TOOLS, "tool_choice": choice})["tool_calls"]
        assert call["function"] == {"name": "get_price", "arguments": '{"symbol":"ABC"}'}

    def test_two_are_called_at_once_where_that_is_asked_for(self) -> None:
        calls = message({"tools": TOOLS, "parallel_tool_calls": True})["tool_calls"]
        assert [call["function"]["name"] for call in calls] == ["get_current_weather", "get_price"]
        assert len({call["id"] for call in calls}) == 2

    def test_none_is_called_where_that_is_asked_for(self) -> None:
        assert message({"tools": TOOLS, "tool_choice": "none"})["content"]

    @pytest.mark.parametrize("role", ["tool", "function"])
    def test_a_plain_answer_follows_the_result_of_a_tool(self, role: str) -> None:
        call = message({"tools": TOOLS})
        result = {"role": role, "tool_call_id": call["tool_calls"][0]["id"], "name": "f", "content": "sunny"}
        messages = [*PLAIN["messages"], call, result]
        assert message({"tools": TOOLS, "messages": messages})["content"]
        again = [*messages, {"role": "user", "content": "And tomorrow?"}]
        assert message({"tools": TOOLS, "messages": again})["tool_calls"]

    def test_a_tool_that_the_api_runs_itself_is_not_called(self) -> None:
        assert message({"tools": [{"type": "web_search"}]})["content"]
        assert message({"tools": [{"type": "web_search"}], "tool_choice": "required"})["content"]
        (call,) = message({"tools": [{"type": "web_search"}, *TOOLS]})["tool_calls"]
        assert call["function"]["name"] == "get_current_weather"

    def test_a_tool_without_parameters_takes_none(self) -> None:
        (call,) = message({"tools": [{"type": "function", "function": {"name": "now"}}]})["tool_calls"]
        assert call["function"] == {"name": "now", "arguments": "{}"}

    def test_a_custom_tool_gets_a_text(self) -> None:
        grammar = {"type": "grammar", "grammar": {"syntax": "regex", "definition": "^[0-9]{3}$"}}
        (call,) = message({"tools": [{"type": "custom", "custom": {"name": "run", "format": grammar}}]})["tool_calls"]
        assert (call["type"], call["custom"]) == ("custom", {"name": "run", "input": "000"})

    def test_a_function_of_the_older_kind_is_called(self) -> None:
        called = message({"functions": [STOCKS, WEATHER], "function_call": {"name": "get_current_weather"}})
        assert called["function_call"]["name"] == "get_current_weather"
        assert joined(chunks({"functions": [STOCKS]}), "function_call", "arguments") == '{"symbol":"ABC"}'

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (
                {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"enum": []}}}]},
                "that offers the tool f: its schema allows no value that could be found",
            ),
            (
                {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "other"}}},
                "that wants other called, and offers no such function or custom tool",
            ),
            (
                {
                    "tools": [
                        {"type": "fuction", "function": {"name": "f"}},
                        {"type": "fuction", "name": "f", "parameters": {}},
                        {"type": None},
                        {"type": ["x"]},
                    ],
                    "tool_choice": "required",
                },
                "that wants a tool called, and offers no such function or custom tool",
            ),
            (
                {"tools": [{"type": "custom", "custom": {"name": "c"}}], "tool_choice": "required", "stream": True},
                "that wants a tool called, and offers no such function tool",
            ),
            (
                {"functions": [STOCKS], "function_call": {"name": "other"}},
                "that wants other called, and offers no such function",
            ),
            ({"n": 129}, "with n 129: 128 are the most"),
            (
                {"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": "opus"}},
                "for audio as opus: only wav, mp3 and pcm16 can be made",
            ),
            (
                {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"$ref": "#/x"}}}},
                "whose answer has to keep a schema: its schema refers to '#/x', which it does not hold",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_cannot_be_derived_is_told(self, body: Body, why: str) -> None:
        miss = found(request({**PLAIN, **body}))
        assert isinstance(miss, Miss)
        url = "https://api.example.com/v1/chat/completions"
        assert miss.reason == f"no recording answers POST {url} {why}; the nearest is generic/completion"


class TestContent:
    @pytest.mark.parametrize(
        "body",
        [
            {"response_format": {"type": "json_schema", "json_schema": {"name": "people", "schema": PERSON}}},
            {"response_format": {"type": "json_object", "schema": PERSON}},
            {"response_format": {"type": "json", "value": PERSON}},
            {"guided_json": PERSON},
            {"structured_outputs": {"json": PERSON}},
        ],
        ids=repr,
    )
    def test_it_keeps_the_schema_asked_for(self, body: Body) -> None:
        content = json.loads(message(body)["content"])
        Draft202012Validator(PERSON).validate(content)
        assert content == {"people": [{"name": "Alice"}]}

    def test_it_is_one_of_the_texts_asked_for(self) -> None:
        assert message({"guided_choice": ["positive", "negative"]})["content"] == "positive"
        assert message({"guided_regex": "[0-9]{2}"})["content"] == "00"

    def test_it_is_an_object_where_json_is_asked_for(self) -> None:
        assert json.loads(message({"response_format": {"type": "json_object"}})["content"]) == {
            "city": "Lisbon",
            "country": "Portugal",
        }

    def test_it_ends_before_the_stop_sequence_that_comes_first(self) -> None:
        choice = json.loads(answered({**PLAIN, "stop": ["scatters", " because"]}).body)["choices"][0]
        assert (choice["message"]["content"], choice["finish_reason"]) == ("The sky is blue", "stop")

    def test_it_has_no_more_tokens_than_allowed_and_json_is_left_whole(self) -> None:
        answer = json.loads(answered({**PLAIN, "max_tokens": 3}).body)
        assert answer["choices"][0]["message"]["content"] == "The sky is"
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 3
        assert json.loads(message({"max_tokens": 3, "response_format": {"type": "json_object"}})["content"])

    def test_log_probabilities_are_those_of_its_tokens(self) -> None:
        answer = json.loads(answered({**PLAIN, "logprobs": True, "top_logprobs": 2, "max_tokens": 2}).body)
        weighed = answer["choices"][0]["logprobs"]["content"]
        assert [it["token"] for it in weighed] == ["The", " sky"]
        assert [[one["token"] for one in it["top_logprobs"]] for it in weighed] == [["The", ","], [" sky", ","]]
        assert bytes(weighed[1]["bytes"]) == b" sky"

    def test_there_are_as_many_choices_as_asked_for(self) -> None:
        answer = json.loads(answered({**PLAIN, "n": 3}).body)
        assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
        assert [[it["index"] for it in chunk["choices"]] for chunk in chunks({"n": 2})[:4]] == [[0], [1], [0], [1]]

    @pytest.mark.parametrize("kind", ["wav", "mp3", "pcm16"])
    def test_it_is_spoken_where_audio_is_asked_for(self, kind: str) -> None:
        spoken = message({"modalities": ["text", "audio"], "audio": {"voice": "alloy", "format": kind}})
        assert spoken["content"] is None
        assert spoken["audio"]["transcript"].startswith("The sky is blue")
        assert len(spoken["audio"]["data"]) > 1000

    def test_a_search_is_cited(self) -> None:
        (cited,) = message({"web_search_options": {}})["annotations"]
        assert cited["url_citation"]["url"] == "https://example.com/"


class TestThought:
    @pytest.mark.parametrize(
        "wish",
        [
            {"reasoning_effort": "low"},
            {"reasoning": {"effort": "high"}},
            {"reasoning": {"enabled": True}},
            {"include_reasoning": True},
            {"thinking": {"type": "enabled"}},
            {"enable_thinking": True},
            {"chat_template_kwargs": {"enable_thinking": True}},
        ],
        ids=repr,
    )
    def test_it_is_told_where_it_is_asked_for_and_the_api_tells(self, wish: Body) -> None:
        for member in ("reasoning", "reasoning_content"):
            answer = json.loads(answered({**PLAIN, **wish}, thought_in=member).body)
            said = answer["choices"][0]["message"]
            assert said[member]
            assert said["content"].startswith("The sky is blue")
            assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] > 0
            streamed = events(answered({**PLAIN, **wish, "stream": True}, thought_in=member).body)
            deltas = [json.loads(it.data)["choices"][0]["delta"] for it in streamed if it.data != "[DONE]"]
            thought = [delta for delta in deltas if member in delta]
            assert "".join(delta[member] for delta in thought) == said[member]
            assert deltas[1 : len(thought) + 1] == thought
            whole = events(answered({**PLAIN, **wish, "stream": True}, thought_in=member, has_null=True).body)
            ends = [json.loads(it.data)["choices"][0]["delta"] for it in whole if it.data != "[DONE]"]
            assert all(member in delta for delta in ends)
            assert ends[-1] == {member: None, "content": ""}
        assert set(message(wish)) == {"role", "content", "refusal", "annotations"}

    @pytest.mark.parametrize(
        "wish",
        [
            {},
            {"reasoning_effort": "none"},
            {"thinking": {"type": "disabled"}},
            {"enable_thinking": False},
            {"reasoning_effort": "high", "include_reasoning": False},
        ],
        ids=repr,
    )
    def test_it_is_not_told_otherwise(self, wish: Body) -> None:
        answer = json.loads(answered({**PLAIN, **wish}, thought_in="reasoning").body)
        assert "reasoning" not in answer["choices"][0]["message"]

    def test_a_tool_is_called_after_it(self) -> None:
        wish = {"tools": TOOLS, "reasoning_effort": "low", "stream": True}
        streamed = events(answered({**PLAIN, **wish}, thought_in="reasoning").body)
        deltas = [json.loads(it.data)["choices"][0]["delta"] for it in streamed if it.data != "[DONE]"]
        names = ["reasoning" if "reasoning" in it else "tool_calls" if "tool_calls" in it else "" for it in deltas]
        assert list(dict.fromkeys(names)) == ["", "reasoning", "tool_calls"]


class TestOtherEndpoints:
    def test_text_completions(self) -> None:
        body = {"model": "m", "prompt": ["One", "Two"], "n": 2, "echo": True, "max_tokens": 3, "logprobs": 1}
        answer = json.loads(answered(body, "/v1/completions").body)
        assert answer["object"] == "text_completion"
        assert [(it["index"], it["text"]) for it in answer["choices"]] == [
            (0, "One\n\nThe sky is"),
            (1, "One\n\nThe sky is"),
            (2, "Two\n\nThe sky is"),
            (3, "Two\n\nThe sky is"),
        ]
        assert {it["finish_reason"] for it in answer["choices"]} == {"length"}

    def test_text_completions_streamed(self) -> None:
        body = {"model": "m", "prompt": "One", "stream": True, "stop": " is", "stream_options": {"include_usage": True}}
        *them, usage, done = (event.data for event in events(answered(body, "/completions").body))
        parsed = [json.loads(it)["choices"][0] for it in them]
        assert "".join(it["text"] for it in parsed) == "\n\nThe sky"
        assert [it["finish_reason"] for it in parsed] == [None, None, "stop"]
        assert (json.loads(usage)["choices"], done) == ([], "[DONE]")

    @pytest.mark.parametrize(
        ("path", "needs"),
        [
            ("completions", "prompt"),
            ("embeddings", "input"),
            ("moderations", "input"),
            ("responses", "input or prompt or conversation or previous_response_id"),
        ],
    )
    def test_a_chat_at_another_endpoint_is_not_answered(self, path: str, needs: str) -> None:
        miss = found(request(PLAIN, f"/v1/{path}"))
        assert isinstance(miss, Miss)
        assert f"POST https://api.example.com/v1/{path} without {needs}; the nearest is generic/" in miss.reason

    def test_a_prompt_in_place_of_messages_is_for_the_contract_to_tell(self) -> None:
        assert json.loads(answered({"model": "m", "prompt": "One"}).body)["object"] == "chat.completion"

    def test_embeddings(self) -> None:
        body = {"model": "m", "input": ["One", "Two", "One"], "dimensions": 8}
        data = json.loads(answered(body, "/v1/embeddings").body)["data"]
        one, two, again = (it["embedding"] for it in data)
        assert ([it["index"] for it in data], one == again, one == two) == ([0, 1, 2], True, False)
        assert sum(number * number for number in one) == pytest.approx(1)
        for asked, number in (("One", 1), ([1, 2, 3], 1), ([[1, 2], [3]], 2)):
            assert len(json.loads(answered({"model": "m", "input": asked}, "/v1/embeddings").body)["data"]) == number

    def test_embeddings_in_base64_are_the_same_numbers(self) -> None:
        body = {"model": "m", "input": "One"}
        (plain,) = json.loads(answered(body, "/embeddings").body)["data"]
        (packed,) = json.loads(answered({**body, "encoding_format": "base64"}, "/embeddings").body)["data"]
        numbers = struct.unpack("<1536f", base64.b64decode(packed["embedding"]))
        assert numbers == pytest.approx(plain["embedding"])

    @pytest.mark.parametrize("name", ["m", "org/some-model", "org%2Fsome-model"])
    def test_one_model(self, name: str) -> None:
        answer = json.loads(answered(None, f"/v1/models/{name}", "GET").body)
        assert (answer["id"], answer["object"]) == (name.replace("%2F", "/"), "model")

    def test_models(self) -> None:
        answer = json.loads(answered(None, "/openai/v1/models", "GET").body)
        assert {it["object"] for it in answer["data"]} == {"model"}
        assert isinstance(found(request(None, "/v1/models/a/b/c", "GET")), Miss)

    def test_moderations(self) -> None:
        for asked, number in (("One", 1), (["One", "Two"], 2), ([{"type": "text", "text": "One"}, {}], 1)):
            answer = json.loads(answered({"input": asked}, "/v1/moderations").body)
            assert [it["flagged"] for it in answer["results"]] == [False] * number


TOOL: Body = {"type": "function", **STOCKS}


class TestResponses:
    def response(self, body: Body) -> Any:
        return json.loads(answered({"model": "m", "input": "Hi", **body}, "/v1/responses").body)

    def streamed(self, body: Body) -> list[Any]:
        them = list(events(answered({"model": "m", "input": "Hi", **body, "stream": True}, "/v1/responses").body))
        parsed = [json.loads(event.data) for event in them]
        assert [event.event for event in them] == [it["type"] for it in parsed]
        assert [it["sequence_number"] for it in parsed] == list(range(len(parsed)))
        return parsed

    def test_a_text(self) -> None:
        answer = self.response({"instructions": "Be brief.", "temperature": 0.5, "text": {"verbosity": "low"}})
        (item,) = answer["output"]
        assert item["content"][0]["text"].startswith("The sky is blue")
        assert (answer["model"], answer["instructions"], answer["temperature"]) == ("m", "Be brief.", 0.5)
        assert answer["text"] == {"format": {"type": "text"}, "verbosity": "low"}

    def test_a_call_of_a_tool_and_the_text_after_its_result(self) -> None:
        (call,) = self.response({"tools": [TOOL]})["output"]
        assert (call["type"], call["name"], call["arguments"]) == ("function_call", "get_price", '{"symbol":"ABC"}')
        result = {"type": "function_call_output", "call_id": call["call_id"], "output": "1"}
        (item,) = self.response({"tools": [TOOL], "input": [call, result]})["output"]
        assert item["type"] == "message"

    def test_a_text_that_keeps_a_schema(self) -> None:
        wanted = {"format": {"type": "json_schema", "name": "people", "schema": PERSON}}
        (item,) = self.response({"text": wanted})["output"]
        Draft202012Validator(PERSON).validate(json.loads(item["content"][0]["text"]))
        (item,) = self.response({"text": {"format": {"type": "json_object"}}})["output"]
        assert "city" in json.loads(item["content"][0]["text"])

    def test_reasoning_comes_first(self) -> None:
        answer = self.response({"reasoning": {"effort": "low", "summary": "auto"}})
        assert [item["type"] for item in answer["output"]] == ["reasoning", "message"]
        assert answer["usage"]["output_tokens_details"]["reasoning_tokens"] > 0

    def test_no_more_tokens_than_allowed(self) -> None:
        answer = self.response({"max_output_tokens": 3})
        assert (answer["status"], answer["output"][0]["content"][0]["text"]) == ("incomplete", "The sky is")
        assert self.streamed({"max_output_tokens": 3})[-1]["type"] == "response.incomplete"

    def test_a_stream_grows_to_the_whole_response(self) -> None:
        for body in ({}, {"tools": [TOOL]}, {"reasoning": {"effort": "low", "summary": "auto"}}):
            parsed, whole = self.streamed(body), self.response(body)
            assert [it["type"] for it in parsed[:2]] == ["response.created", "response.in_progress"]
            assert parsed[0]["response"]["output"] == []
            assert parsed[-1] == {
                "type": "response.completed",
                "sequence_number": len(parsed) - 1,
                "response": whole,
            }
            done = [it["item"] for it in parsed if it["type"] == "response.output_item.done"]
            assert done == whole["output"]
            deltas = "".join(it["delta"] for it in parsed if it["type"].endswith(".delta"))
            ends = [it for it in parsed if it["type"].endswith((".arguments.done", "text.done"))]
            assert deltas == "".join(it.get("text", it.get("arguments", "")) for it in ends) or "tools" in body


class TestAtTheDoor:
    def test_nothing_derived_answers_where_requests_must_be_the_recorded_ones(self) -> None:
        for one in GENERIC:
            asked = request(one.body, f"{'' if one.url.startswith('*/v1/') else '/v1'}{one.url[1:]}", one.method)
            assert choose(GENERIC, asked, exact=True) == one
        for body, path in ((PLAIN, "/v1/chat/completions"), ({"input": "Hi"}, "/v1/embeddings")):
            assert isinstance(choose(GENERIC, request(body, path), exact=True), Miss)
        assert isinstance(choose(GENERIC, request(None, "/v1/models/m", "GET"), exact=True), Miss)

    def test_what_a_model_thought_is_told_as_the_host_tells_it(self) -> None:
        with Mock(GENERIC, thought_in=lambda host: {"reasoning": False} if host == "127.0.0.1" else {}) as door:
            for host in ("127.0.0.1", "api.example.com"):
                connection = http.client.HTTPConnection("127.0.0.1", door.port)
                body = json.dumps({**PLAIN, "reasoning_effort": "low"})
                connection.request("POST", "/v1/chat/completions", body, {"host": host})
                said = json.loads(connection.getresponse().read())["choices"][0]["message"]
                assert ("reasoning" in said) is (host == "127.0.0.1")
                connection.close()

    @pytest.mark.parametrize(
        ("reads", "wish", "told"),
        [
            ((), {}, ""),
            (("reasoning",), {}, "reasoning"),
            (("reasoning",), {"chat_template_kwargs": {"enable_thinking": False}}, ""),
            ((), {"reasoning_effort": "low"}, "reasoning_content"),
            (("other",), {}, ""),
        ],
    )
    def test_what_a_model_thought_is_told_where_a_sample_looks_for_it(
        self, reads: tuple[str, ...], wish: Body, told: str
    ) -> None:
        with Mock(GENERIC, thought_in=lambda _: {"reasoning_content": False, "reasoning": False}) as door:
            door.begin(reads)
            connection = http.client.HTTPConnection("127.0.0.1", door.port)
            connection.request("POST", "/v1/chat/completions", json.dumps({**PLAIN, **wish}))
            said = json.loads(connection.getresponse().read())["choices"][0]["message"]
            connection.close()
        assert "".join({"reasoning", "reasoning_content"} & said.keys()) == told

    def test_a_miss_is_answered_as_one(self) -> None:
        with Mock(GENERIC) as door:
            for body, status in (({}, 200), ({"n": 1000}, 418)):
                connection = http.client.HTTPConnection("127.0.0.1", door.port)
                connection.request("POST", "/v1/chat/completions", json.dumps({**PLAIN, **body}))
                assert connection.getresponse().status == status
                connection.close()
            served, refused = door.end()
        assert (served.recording, refused.recording) == ("generic/completion", "")
        assert "with n 1000: 128 are the most" in refused.reason
