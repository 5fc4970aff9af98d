"""Fixture files: what is loaded, what is refused and with which words, and which recording answers a request."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.errors import UsageError
from aswritten.model import Request
from aswritten.recordings import (
    Miss,
    Read,
    RecordedResponse,
    Recording,
    Source,
    as_asked,
    choose,
    features,
    kept_headers,
    load_recording,
    load_recordings,
)

FIXTURES = Path(__file__).parent.parent / "fixtures"
URL = "https://api.example.com/v1/chat/completions"

GOOD = """\
aswritten: 1
source: {kind: documented, page: chat.md, line: 62}
answers: alike
request:
  method: POST
  url: https://api.example.com/v1/chat/completions
  headers: {authorization: Bearer yes}
  body: {model: a, stream: true, temperature: 1e-1, on: 2024-05-01}
responses:
  - status: 200
    headers: {content-type: text/event-stream}
    reads:
      - {at: 0, data: "data: 1\\n\\n"}
      - at: 0.2
        base64: 5pc=
        source: {kind: composed, why: a character cut in half}
"""


def written(folder: Path, text: str = GOOD, name: str = "one.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def recording(name: str = "one", **changes: Any) -> Recording:
    """A recording by its differences from a plain one for URL."""
    values: dict[str, Any] = {
        "path": Path(name),
        "source": Source("composed", why="a test"),
        "answers": "alike",
        "method": "POST",
        "url": URL,
        "headers": (),
        "body": {"model": "a", "messages": []},
        "responses": (RecordedResponse(200, (), (Read(0.0, b"{}"),)),),
    }
    return Recording(name=name, **(values | changes))


def request(
    body: object = None, url: str = URL, method: str = "POST", headers: tuple[tuple[str, str], ...] = ()
) -> Request:
    scheme, _, rest = url.partition("://")
    netloc, _, target = rest.partition("/")
    host, _, port = netloc.partition(":")
    assert scheme in ("http", "https")
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    default = 443 if scheme == "https" else 80
    return Request(method, scheme, host, int(port or default), "/" + target, headers, raw)  # type: ignore[arg-type]  # asserted


def reason(found: Recording | Miss) -> str:
    assert isinstance(found, Miss)
    return found.reason


def name(found: Recording | Miss) -> str:
    assert isinstance(found, Recording), found
    return found.name


class TestLoading:
    def test_a_fixture_becomes_a_recording(self, tmp_path: Path) -> None:
        path = written(tmp_path / "fixtures" / "example", name="chat/stream.yaml")
        assert load_recording(path) == Recording(
            name="example/chat/stream",
            path=path,
            source=Source("documented", page="chat.md", line=62),
            answers="alike",
            method="POST",
            url=URL,
            headers=(("authorization", "Bearer yes"),),
            body={"model": "a", "stream": True, "temperature": 0.1, "on": "2024-05-01"},
            responses=(
                RecordedResponse(
                    200,
                    (("content-type", "text/event-stream"),),
                    (
                        Read(0.0, b"data: 1\n\n"),
                        Read(0.2, b"\xe6\x97", Source("composed", why="a character cut in half")),
                    ),
                ),
            ),
        )

    def test_a_response_has_its_body_joined_and_knows_a_stream(self, tmp_path: Path) -> None:
        (response,) = load_recording(written(tmp_path)).responses
        assert response.body == b"data: 1\n\n\xe6\x97"
        assert response.is_stream

    def test_a_folder_gives_its_recordings_sorted_by_name(self, tmp_path: Path) -> None:
        other = GOOD.replace("model: a", "model: b").replace("alike", "recorded")
        written(tmp_path / "fixtures", name="b.yaml")
        written(tmp_path / "fixtures", other, name="a/z.yml")
        written(tmp_path / "fixtures", "not: a fixture", name=".hidden/x.yaml")
        written(tmp_path / "fixtures", "not a fixture", name="README.md")
        written(tmp_path / "fixtures", "how the others are made", name="a/scenarios.yaml")
        written(tmp_path / "fixtures", "a recording that was refused", name="a/z.yml.rejected")
        assert [one.name for one in load_recordings([tmp_path / "fixtures"])] == ["a/z", "b"]

    def test_the_name_is_the_same_whichever_folder_was_given(self, tmp_path: Path) -> None:
        path = written(tmp_path / "fixtures" / "example")
        for folder in (tmp_path / "fixtures", tmp_path / "fixtures" / "example"):
            assert [one.name for one in load_recordings([folder])] == ["example/one"]
        assert load_recording(path).name == "example/one"

    def test_below_a_folder_of_another_name_the_name_starts_with_that_folder(self, tmp_path: Path) -> None:
        written(tmp_path / "tapes", name="x/one.yaml")
        assert [one.name for one in load_recordings([tmp_path / "tapes"])] == ["tapes/x/one"]

    def test_a_file_below_two_given_folders_counts_once(self, tmp_path: Path) -> None:
        written(tmp_path / "fixtures" / "example")
        assert len(load_recordings([tmp_path / "fixtures", tmp_path / "fixtures" / "example"])) == 1

    def test_a_missing_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"nowhere: does not exist: expected a folder of recordings"):
            load_recordings([tmp_path / "nowhere"])

    def test_a_file_for_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"one\.yaml: is a file: expected a folder of recordings"):
            load_recordings([written(tmp_path)])

    def test_an_empty_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"holds no recording: expected \.yaml files in it"):
            load_recordings([tmp_path])

    def test_a_missing_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"none\.yaml: cannot be read: No such file"):
            load_recording(tmp_path / "none.yaml")


#: (what is replaced in GOOD, by what, line, message)
MISTAKES = [
    ("aswritten: 1", "aswritten: 2", 1, "aswritten: expected 1, got 2"),
    ("aswritten: 1\n", "aswritten: 1\nextra: 1\n", 2, "the file: unknown key 'extra', expected 'aswritten', 'source', 'answers', 'derives', 'request', 'responses'"),
    ("answers: alike\n", "", 1, "the file: expected the key 'answers', got 'aswritten', 'source', 'request', 'responses'"),
    ("answers: alike", "answers: always", 3, 'answers: expected "recorded" or "alike" or "derived", got "always"'),
    ("kind: documented", "kind: made-up", 2, 'source.kind: expected "recorded" or "imported" or "documented" or "composed", got "made-up"'),
    ("page: chat.md, ", "", 2, "source: expected the key 'page', got 'kind', 'line'"),
    ("page: chat.md", "pages: 1, page: chat.md", 2, "source: unknown key 'pages', expected 'kind', 'page', 'line', 'note'. Perhaps 'page'?"),
    ("line: 62", "line: x", 2, 'source.line: expected a whole number, got "x"'),
    ("method: POST", "method: post", 5, 'request.method: expected "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS", got "post"'),
    ("https://api.example.com/v1", "api.example.com/v1", 6, "request.url: expected an absolute http(s) URL, with its query if it has one; or */path for any scheme, host, prefix and query (a derived one may end with /* for the name of any model), got \"api.example.com/v1/chat/completions\""),
    ("authorization: Bearer yes", "Authorization: Bearer yes", 7, 'request.headers: expected a header name in lower case, got "Authorization"'),
    ("status: 200", "status: 99", 10, "responses[0].status: expected at least 200, got 99"),
    ("content-type: text/event-stream", "set-cookie: a=b", 11, "responses[0].headers: expected a header that a recording may keep (content-type, cache-control, retry-after, x-request-id, x-ratelimit-* and a few more), got \"set-cookie\""),
    ("at: 0,", "at: later,", 13, 'responses[0].reads[0].at: expected a number, got "later"'),
    ("at: 0,", "at: -1,", 13, "responses[0].reads[0].at: expected at least 0, got -1"),
    ("at: 0,", "at: 0.3,", 14, "'at' goes backwards: expected at least 0.3 (the read before), got 0.2"),
    (', data: "data: 1\\n\\n"', "", 13, "responses[0].reads[0]: expected one of 'data' and 'base64', got 'at'"),
    ("base64: 5pc=", "base64: 5pc=\n        data: x", 14, "responses[0].reads[1]: expected one of 'data' and 'base64', got 'at', 'base64', 'data', 'source'"),
    ("base64: 5pc=", "base64: 5pc", 15, "is not base64: Incorrect padding"),
    ("base64: 5pc=", "base64: '5p*='", 15, "is not base64: Only base64 data is allowed"),
    ("why: a character", "because: a character", 16, "responses[0].reads[1].source: expected the key 'why', got 'kind', 'because' (and 1 more)"),
    ("answers: alike", "answers: alike\nanswers: alike", 4, "the key 'answers' is there twice, first in line 3"),
    ("status: 200", "status: &x 200\n    other: *x", 10, "this value is used again by an alias (*name), which is not part of the format: write it out"),
    ("status: 200", "status: !!python/object:os.system 200", 10, "'200' with the tag tag:yaml.org,2002:python/object:os.system is not part of the format"),
    ("answers: alike", "answers: [alike", 4, "is not YAML: did not find expected ',' or ']'"),
    ("answers: alike", "\tanswers: alike", 3, "is not YAML: found character that cannot start any token"),
    ("answers: alike", "answers: alike\n<<: {a: 1}", 4, "the file: unknown key '<<', expected 'aswritten', 'source', 'answers', 'derives', 'request', 'responses'"),
]  # fmt: skip


class TestMistakes:
    @pytest.mark.parametrize(("old", "new", "line", "message"), MISTAKES)
    def test_a_mistake_is_told_with_its_line(self, tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
        text = GOOD.replace(old, new, 1)
        assert text != GOOD
        path = written(tmp_path, text)
        with pytest.raises(UsageError) as caught:
            load_recording(path)
        assert str(caught.value) == f"{path}:{line}: {message}"

    @pytest.mark.parametrize(("text", "got"), [("", "null"), ("- 1\n", "[1]"), ("just text\n", '"just text"')])
    def test_a_file_that_is_no_mapping_is_refused(self, tmp_path: Path, text: str, got: str) -> None:
        with pytest.raises(UsageError) as caught:
            load_recording(written(tmp_path, text))
        assert str(caught.value).endswith(f"one.yaml:1: the file: expected a mapping, got {got}")

    def test_bytes_that_are_not_utf_8_are_told_with_line_and_offset(self, tmp_path: Path) -> None:
        path = tmp_path / "one.yaml"
        path.write_bytes(b"aswritten: 1\nsource: \xff\n")
        with pytest.raises(UsageError, match=r"one\.yaml:2: expected UTF-8, got the byte 0xff at offset 21$"):
            load_recording(path)

    def test_two_recordings_of_one_request_are_refused_with_both_names(self, tmp_path: Path) -> None:
        first = written(tmp_path, GOOD.replace("alike", "recorded"), name="a.yaml")
        second = written(tmp_path, GOOD.replace("0.2", "0.4"), name="b.yaml")
        with pytest.raises(UsageError) as caught:
            load_recordings([tmp_path])
        assert str(caught.value) == (
            f"{second}: answers the same request as {first}: expected one recording for a request, remove one"
        )

    def test_two_alike_recordings_for_the_same_features_are_refused(self, tmp_path: Path) -> None:
        first = written(tmp_path, name="a.yaml")
        second = written(tmp_path, GOOD.replace("model: a", "model: b"), name="b.yaml")
        with pytest.raises(UsageError) as caught:
            load_recordings([tmp_path])
        assert str(caught.value) == (
            f"{second}: is alike and answers a request that asks for stream at {URL}, the same as {first}: "
            "expected one recording for a request, remove one"
        )

    @pytest.mark.parametrize(
        "text",
        [
            GOOD.replace("Bearer yes", "Bearer no"),
            GOOD.replace("stream: true", "stream: false"),
            GOOD.replace("/v1/", "/v2/"),
            GOOD.replace("POST", "PUT"),
            GOOD.replace("model: a", "model: b").replace("alike", "recorded"),
        ],
        ids=["other headers", "other features", "other url", "other method", "only its own body"],
    )
    def test_recordings_that_differ_stand_side_by_side(self, tmp_path: Path, text: str) -> None:
        assert text != GOOD
        written(tmp_path, name="a.yaml")
        written(tmp_path, text, name="b.yaml")
        assert len(load_recordings([tmp_path])) == 2


def test_headers_are_kept_by_the_list_of_the_schema_each_once() -> None:
    sent = (("Content-Type", "text/event-stream"), ("Set-Cookie", "a=b"), ("openai-organization", "org-1"))
    limits = (("X-RateLimit-Limit-Requests", "3"), ("Cache-Control", "no-cache"), ("cache-control", "no-store"))
    assert kept_headers(sent + limits) == (
        ("content-type", "text/event-stream"),
        ("x-ratelimit-limit-requests", "3"),
        ("cache-control", "no-cache, no-store"),
    )


WEATHER = {"type": "function", "function": {"name": "get_weather"}}
STOCKS = {"type": "function", "function": {"name": "get_stock"}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, set()),
        ([], set()),
        (None, set()),
        ({"stream": True}, {"stream"}),
        ({"stream": False, "stream_options": {"include_usage": True}}, set()),
        ({"stream": True, "stream_options": {"include_usage": True}}, {"stream", "usage"}),
        ({"stream": True, "stream_options": None}, {"stream"}),
        ({"tools": [WEATHER]}, {"tools"}),
        ({"tools": []}, set()),
        ({"tools": [WEATHER], "tool_choice": "none"}, set()),
        ({"tools": [WEATHER], "messages": [{"role": "user"}, {"role": "tool"}]}, set()),
        ({"tools": [WEATHER], "messages": [{"role": "tool"}, {"role": "user"}]}, {"tools"}),
        ({"functions": [{"name": "f"}]}, {"functions"}),
        ({"functions": [{"name": "f"}], "messages": [{"role": "function"}]}, set()),
        ({"response_format": {"type": "json_object"}}, {"json-object"}),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, {"json-schema"}),
        ({"response_format": {"type": "text"}}, set()),
        ({"n": 2, "logprobs": True}, {"n=2", "logprobs"}),
        ({"n": 1, "logprobs": False}, set()),
        ({"modalities": ["text", "audio"]}, {"audio"}),
    ],
)
def test_features_are_what_changes_the_form_of_the_answer(body: object, expected: set[str]) -> None:
    assert features(body) == expected


class TestChoice:
    def test_alike_answers_another_model_and_other_messages(self) -> None:
        one = recording()
        assert choose((one,), request({"model": "b", "messages": [{"role": "user"}], "top_p": 1}), exact=False) is one

    def test_recorded_answers_its_own_request_whatever_the_order_and_form_of_its_json(self) -> None:
        one = recording(answers="recorded", body={"model": "a", "top_p": 1, "stream": False})
        body = b'{"stream":false,  "top_p": 1.0, "model":"\\u0061"}'
        assert choose((one,), request(body), exact=False) is one
        assert choose((one,), request(body), exact=True) is one

    @pytest.mark.parametrize("exact", [False, True])
    def test_recorded_answers_nothing_else(self, exact: bool) -> None:
        one = recording(answers="recorded", body={"model": "a", "max_tokens": 512})
        found = choose((one,), request({"model": "a", "max_tokens": 256}), exact=exact)
        assert reason(found) == (
            f"POST {URL} is not the request that was recorded: at $.max_tokens expected 512, got 256; "
            "the nearest recording is one"
        )

    def test_true_is_not_one(self) -> None:
        found = choose((recording(body={"n": 1}),), request({"n": True}), exact=True)
        assert "at $.n expected 1, got true" in reason(found)

    def test_exact_takes_an_alike_recording_for_its_own_request_only(self) -> None:
        one = recording()
        assert choose((one,), request(one.body), exact=True) is one
        found = choose((one,), request({"model": "b", "messages": [1]}), exact=True)
        assert reason(found) == (
            f'POST {URL} is not the request that was recorded: at $.model expected "a", got "b" (and 1 more); '
            "the nearest recording is one"
        )

    def test_exact_names_the_recording_that_differs_least(self) -> None:
        far = recording("a-far", body={"model": "x", "messages": ["x"]}, answers="recorded")
        near = recording("near", body={"model": "a", "messages": ["x"]}, answers="recorded")
        found = choose((far, near), request({"model": "a", "messages": []}), exact=True)
        assert reason(found).endswith('at $.messages[0] expected "x", got nothing; the nearest recording is near')

    def test_the_same_host_comes_before_any_host(self) -> None:
        any_host = recording("any", url="*/chat/completions")
        own = recording("own")
        assert choose((any_host, own), request(own.body), exact=False) is own
        elsewhere = request(own.body, url="http://localhost:8080/chat/completions")
        assert choose((any_host, own), elsewhere, exact=False) is any_host

    def test_any_host_answers_where_the_own_host_lacks_the_features(self) -> None:
        any_host = recording("any", url="*/chat/completions", body={"stream": True})
        assert choose((any_host, recording("own")), request({"stream": True}), exact=False) is any_host

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/chat/completions/chat/completions",
            "/ai/chat/chat/completions",
            "/apis/chat/chat/completions",
            "/v1/v1/chat/completions",
            "/v1/chat/completions/v1/chat/completions",
        ],
    )
    def test_a_path_that_holds_a_part_twice_is_no_prefix(self, path: str) -> None:
        one = recording(url="*/chat/completions")
        assert isinstance(choose((one,), request({}, url=f"https://a.example{path}"), exact=False), Miss)

    @pytest.mark.parametrize("path", ["/v1/apps/chat/chat/completions", "/api/agents/chat/v1/chat/completions"])
    def test_the_name_of_one_of_many_may_be_that_of_the_endpoint(self, path: str) -> None:
        one = recording(url="*/chat/completions")
        assert choose((one,), request({}, url=f"https://a.example{path}"), exact=False) is one

    def test_a_long_path_is_soon_read(self) -> None:
        one = recording(url="*/chat/completions")
        asked = request({}, url=f"https://a.example/v{'1' * 60_000}/chat/completions")
        assert choose((one,), asked, exact=False) is one

    @pytest.mark.parametrize(
        "path",
        [
            "/chat/v1/chat/completions",
            "/v1/models/v1/chat/completions",
            "/v3/v1/chat/completions",
        ],
    )
    def test_a_path_that_holds_a_part_of_it_elsewhere_is_a_prefix(self, path: str) -> None:
        one = recording(url="*/chat/completions")
        assert choose((one,), request({}, url=f"https://a.example{path}"), exact=False) is one

    @pytest.mark.parametrize(
        "url",
        [
            "https://api.example.com/v1/chat/completions",
            "http://localhost:8080/chat/completions",
            "https://x.openai.azure.com/openai/deployments/a/chat/completions?api-version=2024-06-01",
        ],
    )
    def test_a_star_stands_for_scheme_host_port_prefix_and_query(self, url: str) -> None:
        one = recording(url="*/chat/completions")
        assert choose((one,), request({}, url=url), exact=False) is one

    def test_a_star_does_not_stand_for_the_end_of_the_path(self) -> None:
        found = choose((recording(url="*/chat/completions"),), request({}, url=f"{URL}/one"), exact=False)
        assert reason(found).startswith(f"no recording answers POST {URL}/one; the nearest is one")

    def test_a_star_takes_a_slash_behind_the_path_and_a_whole_url_does_not(self) -> None:
        one = recording(url="*/chat/completions")
        assert choose((one,), request({}, url=f"{URL}/"), exact=False) is one
        found = choose((recording(url=URL),), request({}, url=f"{URL}/"), exact=False)
        assert reason(found).startswith(f"no recording answers POST {URL}/; the nearest is one")

    @pytest.mark.parametrize(
        "url",
        [
            "http://api.example.com/v1/chat/completions",
            "https://api.example.com:8443/v1/chat/completions",
            "https://api.example.org/v1/chat/completions",
            "https://api.example.com/v1/chat/completions?a=1",
            "https://api.example.com/V1/chat/completions",
        ],
    )
    def test_a_url_is_taken_to_the_letter(self, url: str) -> None:
        assert isinstance(choose((recording(),), request({}, url=url), exact=False), Miss)

    def test_the_case_of_the_host_says_nothing(self) -> None:
        assert name(choose((recording(),), request({}, url=URL.replace("api", "API")), exact=False)) == "one"

    def test_the_request_itself_comes_before_an_alike_one(self) -> None:
        alike = recording("a-like")
        own = recording("own", answers="recorded", body={"model": "b"})
        assert choose((alike, own), request({"model": "b"}), exact=False) is own
        assert choose((alike, own), request({"model": "c"}), exact=False) is alike

    def test_a_recording_with_headers_answers_only_where_they_are_met_and_then_first(self) -> None:
        plain = recording("a-plain")
        denied = recording("denied", answers="recorded", headers=(("authorization", "Bearer bad"),))
        good, bad = (("Authorization", "Bearer good"),), (("AUTHORIZATION", "Bearer bad"),)
        assert choose((plain, denied), request(plain.body, headers=bad), exact=True) is denied
        assert choose((plain, denied), request(plain.body, headers=good), exact=True) is plain
        assert choose((plain, denied), request(plain.body), exact=True) is plain

    def test_a_header_that_is_not_met_is_named_but_not_repeated(self) -> None:
        one = recording(headers=(("authorization", "Bearer bad"),))
        for headers, got in (((), "none"), ((("Authorization", "Bearer secret"),), "another")):
            for exact in (False, True):
                found = choose((one,), request(one.body, headers=headers), exact=exact)
                assert reason(found) == (
                    f"POST {URL} is not the request that was recorded: in the header authorization expected "
                    f'"Bearer bad", got {got}; the nearest recording is one'
                )

    def test_features_that_no_recording_has_are_named(self) -> None:
        stream = recording("stream", body={"stream": True})
        found = choose((recording(), stream), request({"stream": True, "tools": [WEATHER]}), exact=False)
        assert reason(found) == (
            f"no recording answers POST {URL} that asks for stream, tools; "
            "the nearest is stream, which answers a request that asks for stream"
        )

    def test_a_tool_call_answers_only_a_request_that_offers_the_tool(self) -> None:
        one = recording(body={"tools": [WEATHER]})
        assert choose((one,), request({"tools": [STOCKS, WEATHER]}), exact=False) is one
        found = choose((one,), request({"tools": [STOCKS]}), exact=False)
        assert reason(found).endswith(
            "the nearest is one, whose model calls get_weather, which this request does not offer"
        )

    def test_a_json_schema_answers_only_the_same_schema(self) -> None:
        def body(kind: str, name: str) -> dict[str, object]:
            schema = {"name": name, "schema": {"type": kind}}
            return {"response_format": {"type": "json_schema", "json_schema": schema}}

        one = recording(body=body("object", "x"))
        assert choose((one,), request(body("object", "y")), exact=False) is one
        assert "which answers by another JSON schema" in reason(
            choose((one,), request(body("array", "x")), exact=False)
        )

    def test_another_url_or_method_names_the_nearest_recording(self) -> None:
        models = recording("models", method="GET", url="https://api.example.com/v1/models", body=None)
        both = (recording("chat"), models)
        assert reason(choose(both, request({}, url="https://api.example.com/v1/chat/completion"), exact=False)) == (
            "no recording answers POST https://api.example.com/v1/chat/completion; "
            f"the nearest is chat, which answers POST {URL}"
        )
        assert reason(choose(both, request({}, url=models.url), exact=True)) == (
            "no recording answers POST https://api.example.com/v1/models; "
            "the nearest is models, which answers GET https://api.example.com/v1/models"
        )
        assert choose(both, request(url=models.url, method="GET"), exact=True) is models

    def test_without_recordings_the_reason_says_so(self) -> None:
        assert reason(choose((), request({}), exact=False)) == f"no recording answers POST {URL}: there are none"

    @pytest.mark.parametrize(
        ("body", "what"), [(None, "without a body"), ([1], "with another body"), (b"null", "without a body")]
    )
    def test_alike_answers_no_request_whose_body_is_no_object(self, body: object, what: str) -> None:
        assert reason(choose((recording(),), request(body), exact=False)) == (
            f"no recording answers POST {URL} {what}; the nearest is one, "
            "which answers a request with a JSON object as its body"
        )

    @pytest.mark.parametrize(
        ("body", "why"),
        [
            (b"{'model': 1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            (b'{"a": "\xff"}', "not UTF-8 at byte 7"),
            (b"[" * 100_000, "nested too deeply"),
        ],
    )
    def test_a_body_that_is_not_json_is_told_with_its_mistake(self, body: bytes, why: str) -> None:
        for exact in (False, True):
            found = choose((recording(),), request(body), exact=exact)
            assert reason(found) == f"no recording answers POST {URL} with a body that is not JSON ({why})"


def response(*parts: bytes) -> RecordedResponse:
    return RecordedResponse(200, (), tuple(Read(float(at), data) for at, data in enumerate(parts)))


class TestAsAsked:
    def test_the_model_asked_for_takes_the_place_of_the_recorded_one(self) -> None:
        old = response(b'data: {"model":"a","x":1}\n\n', b'data: {"model" : "a"}\n\n')
        assert [read.data for read in as_asked(old, "a", "org/b").reads] == [
            b'data: {"model":"org/b","x":1}\n\n',
            b'data: {"model" : "org/b"}\n\n',
        ]

    @pytest.mark.parametrize(
        "body",
        [
            b'{"content": "the \\"model\\": \\"a\\" is mine"}',
            b'{"models": "a", "the model": "a"}',
            b'{"model": ""}',
            b'{"model": "other"}',
            b'{"model": ["a"]}',
            b'{"x": "model", "a": "a"}',
        ],
    )
    def test_nothing_else_is_touched(self, body: bytes) -> None:
        assert as_asked(response(body), "a", "b").body == body

    def test_a_dated_name_of_the_recorded_model_gives_way_too(self) -> None:
        old = response(b'{"model": "gpt-4o-2024-08-06"} {"model": "gpt-4o-mini"}')
        assert as_asked(old, "gpt-4o", "b").body == b'{"model": "b"} {"model": "gpt-4o-mini"}'

    def test_a_name_with_escapes_is_read_as_json(self) -> None:
        assert as_asked(response(b'{"model": "a\\/b"}'), "a/b", 'c"d').body == b'{"model": "c\\"d"}'

    def test_the_same_model_changes_nothing(self) -> None:
        old = response(b'{"model":   "a"}')
        assert as_asked(old, "a", "a") is old

    @pytest.mark.parametrize("level", [0, 9])
    def test_a_packed_body_stays_as_it_was_recorded(self, level: int) -> None:
        packed = gzip.compress(b'{"model": "a"}', level)
        old = RecordedResponse(200, (("content-encoding", "gzip"),), (Read(0.0, packed),))
        assert as_asked(old, "a", "b") is old

    def test_times_and_origins_stay(self) -> None:
        source = Source("composed", why="x")
        old = RecordedResponse(200, (("content-type", "x"),), (Read(0.5, b'{"model":"a"}', source),))
        assert as_asked(old, "a", "b") == RecordedResponse(
            200, (("content-type", "x"),), (Read(0.5, b'{"model":"b"}', source),)
        )

    @pytest.mark.parametrize("asked", ["b", "recorded", "a-very/long-name-of-a-model"])
    def test_wherever_the_reads_are_cut_the_whole_is_the_same(self, asked: str) -> None:
        body = b'data: {"model":"recorded","n":1}\n\ndata: {"n":2,"model": "recorded"}\n\n'
        expected = body.replace(b'"recorded"', b'"' + asked.encode() + b'"')
        for cut in range(len(body) + 1):
            new = as_asked(response(body[:cut], body[cut:]), "recorded", asked)
            assert new.body == expected
            assert len(new.reads) == 2
        single = as_asked(response(*(body[i : i + 1] for i in range(len(body)))), "recorded", asked)
        assert single.body == expected
        assert len(single.reads) == len(body)

    def test_a_boundary_outside_of_the_name_stays_between_the_same_bytes(self) -> None:
        new = as_asked(response(b'{"model":"recorded"}', b"\n{", b'"model":"recorded"}'), "recorded", "b")
        assert [read.data for read in new.reads] == [b'{"model":"b"}', b"\n{", b'"model":"b"}']


#: JSON can spell lone surrogates, too.
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1)


@given(ANY_TEXT, ANY_TEXT, st.lists(st.integers(0, 60), max_size=5))
def test_any_name_gives_way_to_any_other(recorded: str, asked: str, cuts: list[int]) -> None:
    body = json.dumps({"id": 1, "model": recorded, "x": [{"model": recorded}]}).encode()
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    new = as_asked(response(*(body[a:b] for a, b in pairwise(edges))), recorded, asked)
    assert json.loads(new.body) == {"id": 1, "model": asked, "x": [{"model": asked}]}


def test_the_recordings_of_this_repository_stand_side_by_side() -> None:
    names = [one.name for one in load_recordings([FIXTURES])]
    assert len(names) == len(set(names)) > 8
