"""Recordings with `answers: derived`: when they answer, what in their files is a mistake, and that they are written back."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from asking import PLAIN, found, request
from aswritten.derivations import FORMS
from aswritten.errors import UsageError
from aswritten.recordings import Miss, RecordedResponse, Recording, choose, load_recording, load_recordings

ROOT = Path(__file__).parent.parent
ANSWER = """\
{"id": "c", "object": "chat.completion", "created": 1, "model": "a", "choices": [
 {"index": 0, "message": {"role": "assistant", "content": "Hello you", "refusal": null}, "logprobs": null, "finish_reason": "stop"}],
 "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}}
"""
FILE = """\
aswritten: 1
source:
  kind: composed
  why: a test
answers: derived
derives:
  - model
  - stream
request:
  method: POST
  url: '*/chat/completions'
  body:
    model: a
    messages: []
responses:
  - status: 200
    headers:
      content-type: application/json
    reads:
      - at: 0.5
        data: |
"""


def written(folder: Path, *changes: tuple[str, str], answer: str = ANSWER, name: str = "one") -> Recording:
    text = FILE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"{name}.yaml"
    path.write_text(text + indent(answer, " " * 10), encoding="utf-8")
    return load_recording(path)


def ask(one: Recording, body: Any, path: str = "/v1/chat/completions") -> RecordedResponse:
    answer = found(request(body, path), (one,))
    assert isinstance(answer, RecordedResponse), answer.reason
    return answer


def test_its_own_request_gets_it_as_it_is(tmp_path: Path) -> None:
    one = written(tmp_path)
    assert ask(one, {"messages": [], "model": "a"}) is one.responses[0]


def test_another_request_gets_what_is_derived(tmp_path: Path) -> None:
    one = written(tmp_path)
    assert json.loads(ask(one, PLAIN).body)["model"] == "org/some-model"
    streamed = ask(one, {**PLAIN, "stream": True})
    assert dict(streamed.headers) == {"content-type": "text/event-stream; charset=utf-8"}
    assert [read.at for read in streamed.reads][:3] == [0.5, 0.52, 0.54]
    assert streamed.reads[-1].data == b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    ("wish", "what"),
    [
        ({"n": 2}, "n=2"),
        ({"tools": [{}]}, "tools"),
        ({"logprobs": True, "stream": True}, "logprobs, stream"),
        ({"response_format": {"type": "json_schema"}}, "json-schema"),
    ],
)
def test_what_its_file_does_not_name_is_not_derived(tmp_path: Path, wish: dict[str, object], what: str) -> None:
    miss = found(request({**PLAIN, **wish}), (written(tmp_path),))
    assert isinstance(miss, Miss)
    assert f" that asks for {what}; the nearest is " in miss.reason
    assert miss.reason.endswith("/one, which answers a plain request")


def test_an_alike_recording_and_one_of_the_very_host_come_first(tmp_path: Path) -> None:
    alike = written(
        tmp_path, ("answers: derived\nderives:\n  - model\n  - stream\n", "answers: alike\n"), name="z-alike"
    )
    here = written(tmp_path, ("'*/chat/", "'https://api.example.com/v1/chat/"), name="y-here")
    one = written(tmp_path)
    assert choose((one, alike), request(PLAIN), exact=False) is alike
    assert choose((one, alike, here), request(PLAIN), exact=False) is here
    assert choose((one, alike), request({**PLAIN, "stream": True}), exact=False) is one


def test_one_that_names_more_of_the_path_is_of_another_endpoint(tmp_path: Path) -> None:
    chat = written(tmp_path)
    text = written(tmp_path, ("*/chat/completions", "*/completions"), name="a-text")
    assert choose((text, chat), request(PLAIN), exact=False) is chat
    assert choose((text, chat), request(PLAIN, "/v1/completions"), exact=False) is text
    assert isinstance(choose((text, chat), request({**PLAIN, "n": 2}), exact=False), Miss)


def test_exact_takes_it_for_its_own_request_only(tmp_path: Path) -> None:
    one = written(tmp_path)
    assert choose((one,), request(one.body), exact=True) is one
    assert isinstance(choose((one,), request(PLAIN), exact=True), Miss)


@pytest.mark.parametrize("url", ["*/models/*", "https://api.example.com/v1/models/*"])
def test_the_end_of_a_url_may_stand_for_any_model(url: str, tmp_path: Path) -> None:
    body = "  body:\n    model: a\n    messages: []\n"
    changes = (("method: POST", "method: GET"), ("*/chat/completions", url), (body, ""), ("  - stream\n", ""))
    one = written(tmp_path, *changes, answer='{"id": "a", "object": "model"}\n')
    for name in ("b", "org/b", "*"):
        answer = found(request(None, f"/v1/models/{name}", "GET"), (one,))
        assert isinstance(answer, RecordedResponse)
        assert json.loads(answer.body)["id"] == (name if name != "*" else "a")
    for path in ("/v1/models", "/v1/models/", "/v1/models/a/b/c", "/v1/models/a/"):
        assert isinstance(choose((one,), request(None, path, "GET"), exact=False), Miss)
    assert isinstance(choose((one,), request(None, "/v1/models/b", "GET"), exact=True), Miss)
    assert choose((one,), request(None, "/v1/models/*", "GET"), exact=True) is one


@pytest.mark.parametrize(
    ("changes", "answer", "line", "message"),
    [
        ([("derives:\n  - model\n  - stream\n", "")], ANSWER, 1, "the file: expected the key 'derives'"),
        ([("  - stream", "  - steam")], ANSWER, 8, 'derives[1]: expected "audio" or "choices"'),
        ([("  kind: composed\n  why: a test", "  kind: documented\n  page: a.md")], ANSWER, 3, 'source.kind: expected "composed"'),
        ([("answers: derived", "answers: alike")], ANSWER, 6, "derives: expected 'answers: derived' beside it, got 'alike'"),
        ([("  - stream", "  - vectors")], ANSWER, 6, "derives: 'vectors' is nothing that can be derived from such an answer, expected model, tool-calls"),
        ([], "Hello\n", 6, "derives: expected a response of JSON to derive answers from"),
        ([], '{"object": "other"}\n', 6, "derives: nothing can be derived from such an answer"),
        ([], '{"object": "chat.completion"}\n', 6, "derives: the answer is not of the form that it says it is (KeyError: 'choices')"),
    ],
    ids=lambda value: value if isinstance(value, str) and ":" in value and "\n" not in value else "",
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(
    tmp_path: Path, changes: list[tuple[str, str]], answer: str, line: int, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        written(tmp_path, *changes, answer=answer)
    assert str(caught.value).startswith(f"{tmp_path / 'one.yaml'}:{line}: {message}")


def test_the_docs_tell_what_the_code_tells() -> None:
    page = (ROOT / "docs" / "derived.md").read_text(encoding="utf-8")
    rows = [line for line in page.partition("## What there is")[2].splitlines() if line.startswith("| `")]
    assert rows == [f"| `{name}` | {text} |" for form in FORMS.values() for name, text in form.told.items()]
    schema = json.loads((ROOT / "schemas" / "fixture.schema.json").read_text(encoding="utf-8"))
    names = {name for form in FORMS.values() for name in form.names}
    assert schema["properties"]["derives"]["items"]["enum"] == sorted(names)


def test_the_recording_in_the_docs_answers(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "derived.md").read_text(encoding="utf-8")
    (tmp_path / "one.yaml").write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    answer = json.loads(ask(load_recording(tmp_path / "one.yaml"), {**PLAIN, "n": 2}).body)
    assert [choice["message"]["content"] for choice in answer["choices"]] == ["Yes.", "Yes."]


def test_two_of_the_same_endpoint_for_the_same_features_are_refused(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, ("model: a", "model: b"), name="two")
    with pytest.raises(UsageError, match=r"is derived and answers a plain request at \*/chat/completions, the same as"):
        load_recordings([tmp_path])
