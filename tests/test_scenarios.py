"""Scenario files: what they ask for, what they take from the fixtures that there are, and the line of each mistake in them."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from aswritten.data import data_dir
from aswritten.errors import UsageError
from aswritten.record import Scenario, load_scenarios
from aswritten.recordings import load_recordings

URL = "https://api.example.com/v1"
GOOD = """\
aswritten-scenarios: 1
provider: openai
base_url: https://api.example.com/v1
scenarios:
  - fixture: completion
    answers: alike
    headers: {x-beta: "1"}
    body: {model: a, messages: []}
  - {fixture: chat/wrong, status: 401, key: wrong, path: "/chat/completions?v=2", body: {model: a}}
  - {fixture: models, key: none, method: GET, path: /models}
"""
FIXTURE = """\
aswritten: 1
source: {kind: composed, why: a test}
answers: alike
request:
  method: POST
  url: https://api.example.com/v1/chat/completions?old
  headers: {x-old: "yes"}
  body: {model: old}
responses:
  - {status: 200, headers: {}, reads: []}
"""


def written(folder: Path, text: str = GOOD, name: str = "scenarios.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


def only_entry(entry: str) -> str:
    return f"aswritten-scenarios: 1\nprovider: openai\nbase_url: {URL}/\nscenarios:\n  - {{{entry}}}\n"


def loaded(path: Path, **options: Any) -> list[Scenario]:
    return list(load_scenarios([path], **options))


# What is asked


def test_a_scenario_says_what_is_asked_and_where_the_recording_goes(tmp_path: Path) -> None:
    path = written(tmp_path / "x")
    first, second, third = loaded(path)
    assert (first.place, first.fixture, first.provider, first.key) == (f"{path}:5", "completion", "openai", "given")
    assert (first.base_url, first.target, first.status) == (URL, "/chat/completions", None)
    asked = first.asked
    assert (asked.path, asked.answers, asked.method) == (tmp_path / "x" / "completion.yaml", "alike", "POST")
    assert (asked.url, asked.headers, asked.body) == (
        f"{URL}/chat/completions",
        (("x-beta", "1"),),
        {"model": "a", "messages": []},
    )
    assert (second.place, second.status, second.key) == (f"{path}:9", 401, "wrong")
    assert second.asked.path == tmp_path / "x" / "chat" / "wrong.yaml"
    assert (second.asked.url, second.asked.answers) == (f"{URL}/chat/completions?v=2", "recorded")
    assert second.asked.headers == (("authorization", "Bearer wrong-key"),), (
        "it is no secret, and the answer depends on it"
    )
    assert (third.key, third.asked.method, third.asked.url, third.asked.body) == ("none", "GET", f"{URL}/models", None)


def test_what_a_scenario_leaves_out_is_that_of_the_fixture_that_there_is(tmp_path: Path) -> None:
    written(tmp_path, FIXTURE, "old.yaml")
    (one,) = loaded(written(tmp_path, only_entry("fixture: old")))
    assert one.target == "/chat/completions?old"
    asked = one.asked
    assert (asked.url, asked.headers, asked.body, asked.answers) == (
        f"{URL}/chat/completions?old",
        (("x-old", "yes"),),
        {"model": "old"},
        "alike",
    )
    (one,) = loaded(
        written(tmp_path, only_entry("fixture: old, headers: {x-new: a}, answers: recorded, path: /other, body: 1"))
    )
    assert (one.asked.url, one.asked.headers, one.asked.body) == (f"{URL}/other", (("x-new", "a"),), 1)
    assert one.asked.answers == "recorded"


def test_a_fixture_for_any_host_stays_one(tmp_path: Path) -> None:
    written(tmp_path, FIXTURE.replace(f"{URL}/chat/completions?old", '"*/chat/completions"'), "old.yml")
    (one,) = loaded(written(tmp_path, only_entry("fixture: old")))
    assert (one.target, one.asked.url, one.asked.path.name) == ("/chat/completions", "*/chat/completions", "old.yml")


def test_the_wrong_key_of_a_fixture_is_sent_again(tmp_path: Path) -> None:
    written(tmp_path, FIXTURE.replace('x-old: "yes"', "authorization: Bearer no-such-key"), "old.yaml")
    (one,) = loaded(written(tmp_path, only_entry("fixture: old, key: wrong, status: 401")))
    assert one.asked.headers == (("authorization", "Bearer no-such-key"),)


def test_recordings_may_go_elsewhere_and_keep_their_place_below_the_folder(tmp_path: Path) -> None:
    file = written(tmp_path / "fixtures" / "x", only_entry("fixture: old"))
    written(tmp_path / "fixtures" / "x", FIXTURE, "old.yaml")
    into = tmp_path / "new"
    assert [one.asked.path for one in loaded(tmp_path / "fixtures", into=into)] == [into / "x" / "old.yaml"]
    assert [one.asked.path for one in loaded(file.parent, into=into)] == [into / "old.yaml"]
    (one,) = loaded(file, into=into)
    assert (one.asked.path, one.asked.body) == (into / "old.yaml", {"model": "old"})


def test_a_folder_gives_all_its_scenario_files_each_once(tmp_path: Path) -> None:
    written(tmp_path / "b", only_entry("fixture: one, body: 1"))
    written(tmp_path / "a" / "c", only_entry("fixture: one, body: 2"))
    found = load_scenarios([tmp_path, tmp_path / "b"])
    assert [one.asked.path.parent.name for one in found] == ["c", "b"]


def test_only_some_are_chosen_by_name_with_or_without_their_folder(tmp_path: Path) -> None:
    written(tmp_path / "a")
    written(tmp_path / "b")
    places = [f"{one.asked.path.relative_to(tmp_path)}" for one in loaded(tmp_path, only=["models", "b/chat/wrong"])]
    assert places == ["a/models.yaml", "b/chat/wrong.yaml", "b/models.yaml"]


def test_a_name_that_no_scenario_has_is_told_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        loaded(written(tmp_path), only=["complation"])
    message = (
        "--only complation: no scenario is called so; there are completion, chat/wrong, models. Perhaps completion?"
    )
    assert str(raised.value) == message


# Mistakes

STEM = "expected the key 'body', as {folder}/completion.yaml is not there, or has none, to take it from"
#: (what is replaced in GOOD, by what, line, message)
MISTAKES = [
    ("aswritten-scenarios: 1", "aswritten-scenarios: 2", 1, "aswritten-scenarios: expected 1, got 2"),
    ("aswritten-scenarios: 1\n", "", 1, "the file: expected the key 'aswritten-scenarios', got 'provider', 'base_url', 'scenarios'"),
    ("provider: openai", "provider: opnai", 2, "provider: no profile is called 'opnai'; there are "),
    ("provider: openai", "provider: [openai]", 2, 'provider: expected a text, got ["openai"]'),
    ("provider: openai", 'provider: ""', 2, 'provider: expected at least 1 character, got ""'),
    ("https://api", "api", 3, 'base_url: expected an absolute http(s) URL without user, query and fragment, such as https://api.example.com/v1, got "api.example.com/v1"'),
    ("https://api", "https://me:pw@api", 3, "base_url: expected an absolute http(s) URL without user"),
    ("com/v1", "com:99999/v1", 3, "base_url: https://api.example.com:99999/v1: expected a base URL, such as https://api.example.com/v1"),
    ("base_url", "base-url", 1, "the file: expected the key 'base_url', got 'aswritten-scenarios', 'provider', 'base-url', 'scenarios' (and 1 more)"),
    ("  - fixture: completion\n    answers", "  - answers", 5, "scenarios[0]: expected the key 'fixture', got 'answers', 'headers', 'body'"),
    ("fixture: completion", "fixture: ../completion", 5, "scenarios[0].fixture: expected the path of a fixture below this file's folder, without .yaml, such as completion or chat/stream, got \"../completion\""),
    ("fixture: completion", "fixture: /etc/passwd", 5, "scenarios[0].fixture: expected the path of a fixture below"),
    ("fixture: completion", "fixture: scenarios", 5, "scenarios[0]: scenarios.yaml says how recordings are made: expected another name for one"),
    ("answers: alike", "answers: always", 6, 'scenarios[0].answers: expected "recorded" or "alike", got "always"'),
    ("answers: alike", "anwers: alike", 6, "scenarios[0]: unknown key 'anwers', expected 'fixture', 'status', 'answers', 'key', 'method', 'path', 'headers', 'body'. Perhaps 'answers'?"),
    ("x-beta", "X-Beta", 7, 'scenarios[0].headers: expected a header name in lower case (authorization goes by `key`), got "X-Beta"'),
    ("x-beta", "authorization", 7, 'scenarios[0].headers: expected a header name in lower case (authorization goes by `key`), got "authorization"'),
    ('x-beta: "1"', "x-beta: 1", 7, "scenarios[0].headers.x-beta: expected a text, got 1"),
    ("    body: {model: a, messages: []}\n", "", 5, f"scenarios[0]: {STEM}"),
    ("status: 401", "status: 99", 9, "scenarios[1].status: expected at least 200, got 99"),
    ("status: 401", "status: any", 9, 'scenarios[1].status: expected a whole number, got "any"'),
    ("key: wrong", "key: mine", 9, 'scenarios[1].key: expected "given" or "wrong" or "none", got "mine"'),
    ("method: GET", "method: get", 10, 'scenarios[2].method: expected "GET" or "HEAD" or'),
    ("path: /models", "path: models", 10, 'scenarios[2].path: expected a path below the base URL, with its query if it has one, such as /chat/completions, got "models"'),
    ("path: /models", "path: /märz", 10, r"scenarios[2]: the path '/m\xe4rz' cannot be sent: expected ASCII, and other characters as in /m%C3%A4rz"),
    ('x-beta: "1"', 'x-beta: "€"', 5, "scenarios[0]: the value of the header x-beta cannot be sent: expected one line of ASCII or Latin-1"),
    ('x-beta: "1"', 'x-beta: "1\\nhost: other"', 5, "scenarios[0]: the value of the header x-beta cannot be sent: expected one line"),
    ("com/v1", "com/mä", 3, "base_url: https://api.example.com/mä: expected a base URL, such as https://api.example.com/v1"),
    ("fixture: models", "fixture: completion", 10, "makes {folder}/completion.yaml, as {folder}/scenarios.yaml:5 does: remove one"),
    ("models, key: none, method: GET, path: /models", 'models, headers: {x-beta: "1"}, body: {model: a, messages: []}', 10, "answers the same request as {folder}/completion.yaml: expected one recording for a request"),
    ("provider: openai", "provider: openai\nprovider: openai", 3, "the key 'provider' is there twice, first in line 2"),
    ("provider: openai", "provider: &a openai\nother: *a", 2, "this value is used again by an alias (*name), which is not part of the format: write it out"),
    ("provider: openai", "provider: [openai", 3, "is not YAML: did not find expected ',' or ']'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), MISTAKES)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        loaded(path)
    assert str(raised.value).startswith(f"{path}:{line}: {message.format(folder=tmp_path)}")


def test_a_list_without_a_scenario_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.partition("scenarios:\n")[0] + "scenarios: []\n")
    with pytest.raises(UsageError, match=r":4: scenarios: expected at least 1 entry, got \[\]$"):
        loaded(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("reads: []}", "reads: []}\n  - {status: 200, headers: {}, reads: []}", "holds 2 responses, and a scenario makes one: remove it here"),
        ("x-old", "authorization", "its fixture answers only a request with its own authorization: expected `key: wrong`"),
        ("api.example.com", "api.example.org", "answers https://api.example.org/v1/chat/completions?old, which is not below https://api.example.com/v1: expected the key 'path'"),
    ],
)  # fmt: skip
def test_a_fixture_that_does_not_fit_its_scenario_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    written(tmp_path, FIXTURE.replace(old, new), "old.yaml")
    path = written(tmp_path, only_entry("fixture: old"))
    with pytest.raises(UsageError) as raised:
        loaded(path)
    assert str(raised.value).startswith(f"{path}:5: scenarios[0]: ")
    assert str(raised.value).endswith(message)


def test_a_fixture_that_is_broken_is_told_with_its_own_line(tmp_path: Path) -> None:
    written(tmp_path, FIXTURE.replace("alike", "always"), "old.yaml")
    with pytest.raises(UsageError, match=r"old\.yaml:3: answers: expected"):
        loaded(written(tmp_path, only_entry("fixture: old")))


def test_what_is_to_be_made_must_not_answer_what_another_fixture_answers(tmp_path: Path) -> None:
    other = written(tmp_path, FIXTURE, "old.yaml")
    text = only_entry('fixture: new, path: "/chat/completions?old", headers: {x-old: "yes"}, body: {model: old}')
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as raised:
        loaded(path)
    assert str(raised.value) == f"{path}:5: answers the same request as {other}: expected one recording for a request"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nowhere", "is not there: expected a scenario file, or a folder with a scenarios.yaml in it"),
        ("empty", "holds no scenario: expected a file scenarios.yaml in it"),
        ("old.yaml", "is a recording: expected a scenario file; `--only old` makes this one alone"),
    ],
)
def test_a_path_that_is_none_of_scenarios_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    written(tmp_path, FIXTURE, "old.yaml")
    with pytest.raises(UsageError) as raised:
        loaded(tmp_path / name)
    assert str(raised.value) == f"{tmp_path / name}: {message}"


# The schema, and our own scenarios


def test_the_schemas_own_examples_keep_it() -> None:
    schema = json.loads((data_dir("schemas") / "scenarios.schema.json").read_text(encoding="utf-8"))
    for example in schema["examples"]:
        jsonschema.validate(example, schema)


def test_our_own_scenarios_ask_what_our_fixtures_answer_and_say_nothing_twice() -> None:
    fixtures = Path(__file__).parent.parent / "fixtures"
    by_path = {one.path: one for one in load_recordings([fixtures])}
    scenarios = load_scenarios([fixtures])
    for one in scenarios:
        there = by_path[one.asked.path]
        assert (one.asked.method, one.asked.url, one.asked.body) == (there.method, there.url, there.body)
        assert (one.asked.headers, one.asked.answers) == (there.headers, there.answers)
        assert one.status in (None, there.responses[0].status)
    # What no API gives on demand.
    left = {path.stem for path in by_path if path.parent.name == "novita"} - {one.fixture for one in scenarios}
    assert left == {"error-429", "error-500"}
