"""`aswritten fixtures import`: which fixtures are made, what is left out, and what is refused before anything is written."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aswritten.captures import read
from aswritten.cli import main
from aswritten.imports import Input, bring_in
from aswritten.record import alone
from aswritten.recordings import dump, load_recording, load_recordings, parse_recording

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.recordings import Recording

    Run = Callable[..., tuple[int, list[str], str]]

ROOT = Path(__file__).parent.parent.parent
URL = "https://api.example.com/v1/chat/completions"
#: Has the form of a key, and opens nothing.
KEY = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vW7"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command runs in; the locks lie beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path.with_name("cache")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command: (exit code, lines printed, text on standard error)."""

    def run_it(*arguments: str) -> tuple[int, list[str], str]:
        code = main(["fixtures", "import", *arguments])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run_it


def exchange(asked: object = None, answer: object = None, **more: Any) -> dict[str, Any]:
    """An entry of a cassette."""
    request = {
        "method": "POST",
        "uri": URL,
        "headers": {},
        "body": asked if isinstance(asked, str) else json.dumps(asked),
    }
    headers = {"Content-Type": ["application/json"], "Date": ["Sat, 31 Jan 2026 10:00:00 GMT"], "Server": ["x"]}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": json.dumps(answer)}}
    return {"request": request | more.get("request", {}), "response": response | more.get("response", {})}


def cassette(path: str, *entries: object) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(yaml.dump({"interactions": list(entries), "version": 1}), encoding="utf-8")
    return path


def made(folder: str = "new") -> dict[str, Recording]:
    return {path.relative_to(folder).as_posix(): load_recording(path) for path in sorted(Path(folder).rglob("*.yaml"))}


def test_a_cassette_of_one_exchange_is_one_fixture_of_its_name(run: Run) -> None:
    code, lines, _ = run(cassette("tapes/chat.yaml", exchange({"model": "m"}, {"id": 1})), "--into", "new")
    assert (code, lines) == (0, [f"new/chat.yaml: POST {URL}", "1 exchange: 1 in 1 fixture, 0 left out"])
    assert Path("new/chat.yaml").read_text() == (
        """\
aswritten: 1
source:
  kind: imported
  host: api.example.com
  date: '2026-01-31'
  tool: vcrpy, aswritten 0.1.0
  file: tapes/chat.yaml, interactions[0]
  note: 'one read, its time unknown: a cassette keeps neither'
answers: recorded
request:
  method: POST
  url: https://api.example.com/v1/chat/completions
  body:
    model: m
responses:
- status: 200
  headers:
    content-type: application/json
  reads:
  - at: 0.0
    data: '{"id": 1}'
"""
    )


def test_answers_to_the_same_request_are_one_fixture_in_their_order(run: Run) -> None:
    """The same as JSON: 1 is 1.0, and the order of keys says nothing."""
    code, lines, _ = run(
        cassette(
            "chat.yaml",
            exchange({"model": "a", "n": 1}, 1),
            exchange({"model": "b"}, 2),
            exchange({"n": 1.0, "model": "a"}, 3, response={"headers": {"date": ["Fri, 30 Jan 2026 10:00:00 GMT"]}}),
            exchange({"model": "a", "n": True}, 4),
        ),
        "--into",
        "new",
    )
    assert (code, lines[-1]) == (0, "4 exchanges: 4 in 3 fixtures, 0 left out")
    assert f"new/chat-0.yaml: POST {URL}, 2 responses" in lines
    bodies = {name: [response.body for response in one.responses] for name, one in made().items()}
    assert bodies == {"chat-0.yaml": [b"1", b"3"], "chat-1.yaml": [b"2"], "chat-3.yaml": [b"4"]}
    source = made()["chat-0.yaml"].source
    assert (source.file, source.date) == ("chat.yaml, interactions[0]; interactions[2]", "2026-01-30")


def test_what_no_fixture_can_hold_is_named_counted_and_left_out(run: Run) -> None:
    code, lines, _ = run(
        cassette(
            "chat.yaml",
            exchange("a=b", 0),
            exchange("null", 1),
            exchange('{"n": NaN}', 2),
            exchange('{"n": 1e999}', 3),
            exchange('{"half": "\\ud800"}', 4),
            exchange("[" * 101 + "]" * 101, 5),
            exchange(None, 6, request={"method": "CONNECT", "body": None}),
            exchange(None, 7, request={"body": None}, response={"status": {"code": 101}}),
            exchange(None, 8, request={"body": None}, response={"headers": {"content-type": ["a\x01b"]}}),
            exchange(None, 9, request={"body": None}, response={"body": {"string": b"\x1f\x8b"}}),
            exchange(None, 10, request={"body": None, "uri": "https://u:p@a.example:8443/v1?q=%20#x"}),
        ),
        "--into",
        "new",
    )
    assert code == 0
    assert lines == [
        "new/chat-10.yaml: POST https://a.example:8443/v1?q=%20",
        "left out: chat.yaml, interactions[0]: the request's body is no JSON: Expecting value: line 1 column 1 (char 0)",
        "left out: chat.yaml, interactions[1]: the request's body is `null`, which a fixture has no form for",
        "left out: chat.yaml, interactions[2]: the request's body is no JSON: NaN is none of its values",
        "left out: chat.yaml, interactions[3]: the request's body is no JSON: Out of range float values are not JSON compliant",
        "left out: chat.yaml, interactions[4]: the request's body holds half of a surrogate pair, which no file in UTF-8 can hold",
        "left out: chat.yaml, interactions[5]: the request's body is nested too deeply: expected at most 100 levels",
        'left out: chat.yaml, interactions[6]: request.method: expected "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS", got "CONNECT"',
        "left out: chat.yaml, interactions[7]: responses[0].status: expected at least 200, got 101",
        "left out: chat.yaml, interactions[8]: the response's header content-type holds a character that no header can hold",
        "left out: chat.yaml, interactions[9]: the response's body is a gzip that is cut: it ends after 2 bytes, before its own end",
        "11 exchanges: 1 in 1 fixture, 10 left out",
    ]


def test_an_exchange_that_another_fixture_answers_is_left_out_and_the_folder_can_be_served(run: Run) -> None:
    first = cassette("a/chat.yaml", exchange({"model": "m"}, 1))
    second = cassette("b/chat.yaml", exchange({"model": "m"}, 2), exchange({"model": "n"}, 3))
    code, lines, _ = run(first, second, "--into", "new")
    assert code == 0
    assert lines == [
        f"new/chat.yaml: POST {URL}",
        f"new/chat-1.yaml: POST {URL}",
        "left out: b/chat.yaml, interactions[0]: new/chat.yaml answers the same request",
        "3 exchanges: 2 in 2 fixtures, 1 left out",
    ]
    third = cassette("chat3.yaml", exchange({"model": "n"}, 4), exchange({"model": "o"}, 5))
    assert (
        run(third, "--into", "new")[1][1]
        == "left out: chat3.yaml, interactions[0]: new/chat-1.yaml answers the same request"
    )
    assert len(load_recordings([Path("new")])) == 3


def test_names_are_safe_and_unlike_each_other(run: Run) -> None:
    files = [
        cassette("a/Te st[x].yaml", exchange({"n": 1}, 1)),
        cassette("b/te st[x].yaml", exchange({"n": 2}, 2)),
        cassette("c/...yaml", exchange({"n": 3}, 3)),
        cassette("d/scenarios.yaml", exchange({"n": 4}, 4)),
        cassette(f"e/{'x' * 200}.yaml", exchange({"n": 5}, 5)),
        cassette("f/Grüße.yaml", exchange({"n": 6}, 6)),
    ]
    assert run(*files, "--into", "new")[0] == 0
    assert set(made()) == {
        "Te-st-x.yaml", "te-st-x.2.yaml", "imported.yaml", "scenarios-0.yaml", f"{'x' * 120}.yaml", "Gr-e.yaml",
    }  # fmt: skip


def test_a_name_can_be_given_to_one_file(run: Run) -> None:
    one, other = cassette("a.yaml", exchange({"n": 1}, 1)), cassette("b.yaml", exchange({"n": 2}, 2))
    assert run(one, "--into", "new", "--name", "chat")[0] == 0
    assert list(made()) == ["chat.yaml"]
    assert run(one, other, "--into", "new", "--name", "x")[::2] == (
        2, "aswritten: --name x: expected one file for one name, got 2\n",
    )  # fmt: skip
    code, _, told = run(one, "--into", "new", "--name", "../x")
    assert (code, told) == (2, "aswritten: --name ../x: expected letters, digits, '.', '_' and '-', such as x\n")


def test_a_file_that_is_there_is_kept_unless_told_otherwise(run: Run) -> None:
    cassette("chat.yaml", exchange({"n": 1}, 1), exchange({"n": 2}, 2))
    run("chat.yaml", "--into", "new")
    Path("new/chat-0.yaml").unlink()
    edited = Path("new/chat-1.yaml").read_text().replace('data: "2"', 'data: "7"')
    Path("new/chat-1.yaml").write_text(edited)
    code, lines, told = run("chat.yaml", "--into", "new")
    assert (code, lines) == (2, [])
    assert (
        told == "aswritten: new/chat-1.yaml: is there already: give --force to replace it, or --name for another name\n"
    )
    assert [path.name for path in Path("new").iterdir()] == ["chat-1.yaml"]
    assert Path("new/chat-1.yaml").read_text() == edited
    assert run("chat.yaml", "--into", "new", "--force")[0] == 0
    assert [one.responses[0].body for one in made().values()] == [b"1", b"2"]


def test_where_nothing_can_be_kept_nothing_is_written(run: Run) -> None:
    code, lines, told = run(cassette("chat.yaml", *[exchange("no JSON", 1)] * 7), "--into", "new")
    assert (code, lines) == (2, [])
    assert told.startswith(
        "aswritten: nothing could be kept\n  chat.yaml, interactions[0]: the request's body is no JSON"
    )
    assert told.endswith("\n  and 2 more\n")
    assert not Path("new").exists()


def test_one_file_that_is_wrong_stops_all(run: Run) -> None:
    Path("b.har").write_text('{"log":\n {')
    code, _, told = run(cassette("a.yaml", exchange({"n": 1}, 1)), "b.har", "--into", "new")
    assert (code, told[:31]) == (2, "aswritten: b.har:2: is not JSON")
    assert not Path("new").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_told(run: Run) -> None:
    Path("new").mkdir(mode=0o500)
    code, _, told = run(cassette("a.yaml", exchange({"n": 1}, 1)), "--into", "new")
    assert (code, told) == (2, "aswritten: new: the fixtures cannot be written: Permission denied\n")


def test_a_file_in_place_of_the_folder_is_told(run: Run) -> None:
    Path("new").write_text("")
    code, _, told = run(cassette("a.yaml", exchange({"n": 1}, 1)), "--into", "new")
    assert (code, told) == (2, "aswritten: new: expected a folder to write fixtures to (--into), and it is a file\n")


def test_a_disk_that_is_full_leaves_none_of_the_files_of_an_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third file cannot be written: the two before it are not there either."""
    real, count = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(28, "No space left on device")
        real(handle)

    cassette("a.yaml", *(exchange({"n": number}, 1) for number in range(4)))
    monkeypatch.setattr(os, "fsync", full)
    code, _, told = run("a.yaml", "--into", "new")
    assert (code, told) == (2, "aswritten: new: the fixtures cannot be written: No space left on device\n")
    assert list(Path("new").iterdir()) == []


# Secrets


def test_keys_are_taken_out_wherever_they_stand_also_those_that_only_a_header_tells(run: Run) -> None:
    """A password of no known form, sent in a header: it is a secret in the body that says it again too."""
    word = "correct-horse-battery-9"
    sent = {"Authorization": [f"Bearer {word}"], "Cookie": ["session=abcdef0123456789"]}
    answer = {"echo": word, "key": KEY, "packed": base64.b64encode(KEY.encode()).decode()}
    code, lines, told = run(
        cassette(
            "chat.yaml",
            exchange({"user": word, "messages": [{"content": f"use {KEY}"}]}, answer, request={"headers": sent}),
            exchange({"n": 2}, {"echo": "abcdef0123456789", "again": word}),
        ),
        "--into",
        "new",
    )
    assert code == 0
    texts = [path.read_text() for path in Path("new").iterdir()]
    for secret in (word, KEY, base64.b64encode(KEY.encode()).decode()[:20]):
        assert all(secret not in text for text in (*texts, *lines, told))
    assert len(made()) == 2


def test_a_secret_that_cannot_be_taken_out_stops_the_write(run: Run) -> None:
    """It comes a character an event: no text of the file holds it, and all of them together do."""
    events = "".join(f'data: {{"choices": [{{"index": 0, "delta": {{"content": "{letter}"}}}}]}}\n\n' for letter in KEY)
    stream = {"headers": {"content-type": ["text/event-stream"]}, "body": {"string": events}}
    code, lines, told = run(
        cassette("chat.yaml", exchange({"n": 1}, 1), exchange({"n": 2}, response=stream)), "--into", "new"
    )
    assert (code, lines) == (2, [])
    assert told.startswith("aswritten: chat.yaml, interactions[1]: a secret cannot be taken out of responses[0].reads")
    assert told.endswith(": nothing was written\n")
    assert KEY not in told
    assert not Path("new").exists()


# HAR files and transcripts


def test_a_har_file_keeps_its_times(run: Run) -> None:
    entry = {
        "startedDateTime": "2026-01-31T10:00:00Z",
        "request": {"method": "GET", "url": URL, "headers": []},
        "response": {
            "status": 200,
            "headers": [{"name": "content-encoding", "value": "br"}, {"name": "content-type", "value": "a/b"}],
            "content": {"text": "iVBORw==", "encoding": "base64"},
        },
        "timings": {"wait": 100, "receive": 23.4567},
    }
    Path("saved.har").write_text(json.dumps({"log": {"creator": {"name": "Charles"}, "entries": [entry]}}))
    assert run("saved.har", "--into", "new")[0] == 0
    (one,) = made().values()
    (response,) = one.responses
    assert [(read.at, read.data) for read in response.reads] == [(0.123457, b"\x89PNG")]
    assert response.headers == (("content-type", "a/b"),), "a body that is unpacked has no coding"
    assert one.source.tool == "Charles (HAR), aswritten 0.1.0"
    assert one.source.note == "one read, at the end: a HAR file keeps no others; unpacked"


def test_bytes_that_begin_as_a_gzip_and_are_none_are_left_out(run: Run) -> None:
    packed = {"text": base64.b64encode(b"\x1f\x8b\x08nonsense").decode(), "encoding": "base64"}
    entries = [
        {
            "request": {"method": "GET", "url": f"{URL}?{number}", "headers": []},
            "response": {"status": 200, "headers": [], "content": content},
        }
        for number, content in enumerate([packed, {"text": "{}"}])
    ]
    Path("saved.har").write_text(json.dumps({"log": {"entries": entries}}))
    code, lines, _ = run("saved.har", "--into", "new")
    assert (code, lines[1][:66]) == (0, "left out: saved.har, log.entries[0]: the response's body is a gzip")


def test_it_tells_what_the_readme_shows(run: Run) -> None:
    answer = {"status": 200, "headers": [], "content": {"text": "{}"}}
    asked = {"method": "POST", "url": URL, "headers": [], "postData": {"mimeType": "application/json", "text": "{}"}}
    form = {"postData": {"mimeType": "multipart/form-data", "params": [{"name": "file"}]}}
    entries = [{"request": asked | more, "response": answer} for more in ({}, form, {})]
    Path("saved.har").write_text(json.dumps({"log": {"entries": entries}}))
    code, lines, _ = run("saved.har", "--into", "fixtures")
    assert code == 0
    shown = "\n".join(("$ aswritten fixtures import saved.har --into fixtures", *lines))
    assert f"```text\n{shown}\n```" in (ROOT / "README.md").read_text()


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text("\ud800\r\n\x00\x85[]{}:#'é", max_size=6)
)
BODIES = st.recursive(
    VALUES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=6
)
ENTRIES = st.fixed_dictionaries(
    {
        "request": st.fixed_dictionaries(
            {
                "method": st.sampled_from(["GET", "POST", "post", "PURGE"]) | st.text(max_size=4),
                "url": st.sampled_from([URL, "https://x", "http://[::1]/a?b"]) | st.text().map(lambda text: f"https://x/{text}"),
                "headers": st.just([]),
                "postData": st.none() | st.builds(lambda body: {"text": json.dumps(body)}, BODIES) | st.just({"text": "a"}),
            }
        ),
        "response": st.fixed_dictionaries(
            {
                "status": st.integers(100, 700),
                "headers": st.lists(
                    st.builds(lambda name, value: {"name": name, "value": value},
                              st.sampled_from(["content-type", "Retry-After", "x"]), st.text(max_size=5)),
                    max_size=2,
                ),
                "content": st.builds(lambda text: {"text": text}, st.text())
                | st.builds(lambda data: {"text": base64.b64encode(data).decode(), "encoding": "base64"}, st.binary()),
            }
        ),
    }
)  # fmt: skip


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=200)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_whatever_comes_in_is_kept_as_it_is_or_named(tmp_path: Path, entries: list[Any]) -> None:
    """Each exchange is a response of a fixture that loads, with its bytes, or is left out with a reason."""
    (tmp_path / "saved.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    captures = tuple(("saved.har", one) for one in read(tmp_path / "saved.har"))
    (brought,) = bring_in([Input("saved", captures)], tmp_path / "new", "test")
    kept = [response for one in brought.recordings for response in one.responses]
    assert len(kept) + len(brought.left) == brought.exchanges == len(entries)
    assert all(one.reason for one in brought.left)
    for recording in brought.recordings:
        again = parse_recording(dump(recording).encode(), recording.path)
        assert again.responses == recording.responses
        assert json.dumps(again.body) == json.dumps(recording.body)


ANSWER = b"HTTP/2 200 \r\ncontent-type: application/json\r\nset-cookie: a=b\r\n\r\n"


def test_transcripts_answer_the_request_that_is_given_in_their_order(run: Run) -> None:
    Path("first.txt").write_bytes(ANSWER + b"1")
    Path("second.txt").write_bytes(ANSWER + b"2")
    Path("asked.json").write_text('{"model": "m"}')
    code, lines, _ = run("first.txt", "second.txt", "--into", "new", "--url", URL, "--body", "asked.json")
    assert (code, lines) == (0, [f"new/first.yaml: POST {URL}, 2 responses", "2 exchanges: 2 in 1 fixture, 0 left out"])
    (one,) = made().values()
    assert (one.method, one.body, [response.body for response in one.responses]) == (
        "POST",
        {"model": "m"},
        [b"1", b"2"],
    )
    assert one.responses[0].headers == (("content-type", "application/json"),)
    assert (one.source.file, one.source.tool) == ("first.txt; second.txt", "curl, aswritten 0.1.0")


def test_a_transcript_can_answer_the_request_of_a_fixture(run: Run) -> None:
    run(cassette("old.yaml", exchange({"model": "m"}, 1)), "--into", "old")
    text = Path("old/old.yaml").read_text()
    Path("old/old.yaml").write_text(text.replace("  body:", "  headers:\n    authorization: Bearer wrong\n  body:"))
    Path("again.txt").write_bytes(ANSWER + b"2")
    assert run("again.txt", "--into", "new", "--request", "old/old.yaml")[0] == 0
    old, new = made("old")["old.yaml"], made()["again.yaml"]
    assert (new.method, new.url, new.headers, new.body) == (old.method, old.url, old.headers, old.body)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.txt"], "a.txt:1: is a transcript, which does not hold its request: give --url (and --body), or --request"),
        (["a.txt", "--body", "b.json"], "--body is what was sent to --url: give that too"),
        (["a.txt", "--url", "ftp://x"], "--url: expected an absolute URL, such as https://api.example.com/v1/chat/completions"),
        (["a.txt", "--url", URL, "--body", "b.json"], "b.json:2: expected the JSON that was sent (--body): Expecting value"),
        (["a.txt", "--url", URL, "--body", "none"], "none: cannot be read: No such file or directory (--body)"),
        (["a.txt", "--request", "any.yaml"], "any.yaml: answers for any host (*/x): give the URL that was asked by --url"),
        (["any.yaml"], "any.yaml: is a fixture already"),
        (["b.json", "--url", URL], "b.json:1: expected what `curl -i` prints, which starts with `HTTP/`: --url is for that alone"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_are_refused(arguments: list[str], message: str, run: Run) -> None:
    Path("a.txt").write_bytes(ANSWER)
    Path("b.json").write_text('{"a":\n}')
    Path("any.yaml").write_text(
        "aswritten: 1\nsource: {kind: composed, why: x}\nanswers: alike\nrequest: {method: GET, url: '*/x'}\n"
        "responses: [{status: 200, headers: {}, reads: []}]\n"
    )
    assert run(*arguments, "--into", "new")[::2] == (2, f"aswritten: {message}\n")
    assert not Path("new").exists()


def test_while_a_recorder_writes_to_the_folder_nothing_is_brought_in(run: Run, folder: Path) -> None:
    tape = cassette("one.yaml", exchange({"model": "m"}, {"id": 1}))
    with alone([folder / "fixtures"]):
        code, lines, told = run(tape, "--into", "fixtures")
    assert (code, lines) == (2, [])
    assert told.startswith(f"aswritten: {folder}/fixtures: another recorder or import is writing here: wait until")
    assert not (folder / "fixtures").exists()
    assert run(tape, "--into", "fixtures")[0] == 0


def test_a_path_called_import_is_reached_by_its_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fixtures", "./import"]) == 2
    assert (
        capsys.readouterr().err
        == "aswritten: ./import: expected a fixture or a folder of fixtures, and there is none\n"
    )
