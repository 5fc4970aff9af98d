"""`aswritten record` against servers on this machine: what is kept, byte for byte; what is refused; and that no fixture is ever lost."""

from __future__ import annotations

import errno
import gzip
import json
import os
import random
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
import trustme

from aswritten import __version__
from aswritten.cli import main
from aswritten.client import Answer, Limits, send
from aswritten.data import data_dir
from aswritten.errors import UsageError
from aswritten.mock import Mock
from aswritten.record import Access, Budget, Outcome, Patience, Rules, load_scenarios, record
from aswritten.record._ask import retry_after
from aswritten.recordings import content_digest, dump, load_recording, load_recordings, request_digest
from aswritten.scrub import Scrubber
from conforming_server import KEY, Conforming, Reply, error, event_of, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

URL = "https://api.example.com/v1"
SCENARIOS = f"""\
aswritten-scenarios: 1
provider: openai
base_url: {URL}
scenarios:
  - fixture: completion
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}]}}
  - fixture: stream
    answers: alike
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}], stream: true}}
  - fixture: wrong-key
    status: 401
    key: wrong
    body: {{model: conforming-1, messages: [{{role: user, content: Hi}}]}}
"""
WEB_PAGE = Reply(content_type="text/html", parts=[b"<!DOCTYPE html><html><h1>Welcome</h1></html>"])


@dataclass(frozen=True)
class Ran:
    """What the command did."""

    code: int
    lines: list[str]
    err: str

    @property
    def all(self) -> str:
        return "\n".join((*self.lines, self.err))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with three scenarios and no fixture yet; the locks lie in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("THE_KEY", KEY)
    monkeypatch.delenv("NO_KEY", raising=False)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = main(["record", *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(code, said.out.splitlines(), said.err)

    return run


def on(tag: str, change: Callable[[Reply], Reply | None]) -> Callable[[Reply], Reply | None]:
    """The change of the replies with the tag."""
    return lambda reply: change(reply) if tag in reply.tags else None


def keyed(server: Conforming) -> list[str]:
    """The options that ask this server, with its key."""
    return ["--base-url", server.url, "--api-key-env", "THE_KEY"]


def texts(folder: Path) -> dict[str, str]:
    """Every file below the fixtures, hidden ones as well."""
    fixtures = folder / "fixtures"
    return {
        str(path.relative_to(fixtures)): path.read_text(encoding="utf-8")
        for path in sorted(fixtures.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def recorded(folder: Path, run: Callable[..., Ran]) -> dict[str, str]:
    """The fixtures, recorded once from a conforming server."""
    with serving(key=KEY) as server:
        assert run(*keyed(server)).code == 0
    return texts(folder)


# What is kept


def test_a_recording_holds_what_was_asked_and_who_answered(run: Callable[..., Ran], folder: Path) -> None:
    with serving(key=KEY) as server:
        ran = run(*keyed(server))
        host = f"127.0.0.1:{server.server_port}"
        asked = server.asked
    assert (ran.code, ran.err) == (0, "")
    assert [line.partition(" (")[0] for line in ran.lines] == [
        "fixtures/completion.yaml: recorded",
        "fixtures/stream.yaml: recorded",
        "fixtures/wrong-key.yaml: recorded",
        "3 scenarios: 3 recorded, 0 unchanged, 0 kept, 0 not recorded; 3 calls sent",
    ]
    assert [(path, authorization) for path, authorization, _ in asked] == [
        ("/v1/chat/completions", f"Bearer {KEY}"),
        ("/v1/chat/completions", f"Bearer {KEY}"),
        ("/v1/chat/completions", "Bearer wrong-key"),
    ]
    one, stream, wrong = load_recordings([folder / "fixtures"])
    for found in (one, stream, wrong):
        assert found.url == f"{URL}/chat/completions", "the provider's own, whoever answered"
        assert (found.source.kind, found.source.host, found.source.tool) == (
            "recorded",
            host,
            f"aswritten {__version__}",
        )
        assert abs(datetime.fromisoformat(found.source.date) - datetime.now()) < timedelta(days=2)
        assert found.source.request_sha256 == request_digest(found)
        assert found.source.content_sha256 == content_digest(found)
    assert (
        json.loads(asked[0][2])
        == one.body
        == {"model": "conforming-1", "messages": [{"role": "user", "content": "Hi"}]}
    )
    assert (one.answers, stream.answers) == ("recorded", "alike")
    assert (one.headers, wrong.headers) == ((), (("authorization", "Bearer wrong-key"),))
    assert wrong.responses[0].status == 401
    assert KEY not in "".join(texts(folder).values())


def test_each_read_has_its_bytes_and_its_time(run: Callable[..., Ran], folder: Path) -> None:
    parts: list[bytes] = []

    def split(reply: Reply) -> Reply:
        reply.events[1]["choices"][0]["delta"]["content"] = "Füße 🙂"
        whole = b": a comment\r\n\r\n" + b"".join(json_event(event) for event in reply.events) + b"data: [DONE]\r\n\r\n"
        cut = whole.index("🙂".encode()) + 2  # inside of the character
        parts[:] = [whole[:7], whole[7:cut], whole[cut:]]
        reply.parts = slowly(parts)
        return reply

    def json_event(event: object) -> bytes:
        return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\r\n\r\n"

    def slowly(parts: list[bytes]) -> Iterator[bytes]:
        for part in parts:
            yield part
            time.sleep(0.05)

    with serving(on("stream", split)) as server:
        assert run("--base-url", server.url, "--only", "stream").code == 0
    reads = load_recording(folder / "fixtures" / "stream.yaml").responses[0].reads
    assert [read.data for read in reads] == parts
    times = [read.at for read in reads]
    assert times == sorted(times)
    assert times[2] - times[0] >= 0.099  # two pauses of 0.05 s, as they are rounded
    assert all(at == round(at, 4) for at in times)


def test_headers_are_kept_by_the_schemas_list(run: Callable[..., Ran], folder: Path) -> None:
    sent = {"Set-Cookie": "session=abc", "X-RateLimit-Limit-Requests": "60", "OpenAI-Organization": "org-abc"}
    with serving(lambda reply: replace(reply, headers=sent)) as server:
        assert run("--base-url", server.url, "--only", "completion").code == 0
    response = load_recording(folder / "fixtures" / "completion.yaml").responses[0]
    assert response.headers == (("content-type", "application/json"), ("x-ratelimit-limit-requests", "60"))


def test_what_comes_packed_is_kept_packed(run: Callable[..., Ran], folder: Path) -> None:
    packed: list[bytes] = []

    def pack(reply: Reply) -> Reply:
        packed[:] = [gzip.compress(json.dumps(reply.body).encode(), mtime=0)]
        return replace(reply, parts=packed, headers={"Content-Encoding": "gzip"})

    with serving(on("completion", pack)) as server:
        assert run("--base-url", server.url, "--only", "completion").code == 0
    path = folder / "fixtures" / "completion.yaml"
    response = load_recording(path).responses[0]
    assert (response.body, dict(response.headers)["content-encoding"]) == (packed[0], "gzip")
    assert "base64:" in path.read_text()
    assert json.loads(response.plain)["object"] == "chat.completion"


def test_the_same_answer_again_leaves_the_fixture_as_it_is(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    again = load_recording(folder / "fixtures" / "stream.yaml").responses[0]

    def replay(reply: Reply) -> Reply:
        time.sleep(0.01)
        return replace(reply, parts=[read.data for read in again.reads])

    # The host is part of where it comes from: asked at another port it is another recording.
    with serving(on("stream", replay)) as server:
        assert run("--base-url", server.url, "--only", "stream").code == 0
        first = texts(folder)
        ran = run("--base-url", server.url, "--only", "stream")
    assert ran.lines[0].startswith("fixtures/stream.yaml: unchanged (200, 6 reads, ")
    assert texts(folder) == first


def test_an_unchanged_recording_tells_the_day_on_which_it_was_seen_last(run: Callable[..., Ran], folder: Path) -> None:
    path = folder / "fixtures" / "wrong-key.yaml"
    with serving(key=KEY) as server:
        run(*keyed(server), "--only", "wrong-key")
        today = load_recording(path)
        old = replace(today, source=replace(today.source, date="2020-01-31"))
        path.write_text(dump(old), encoding="utf-8")
        ran = run(*keyed(server), "--only", "wrong-key")
    assert ran.lines[0].startswith("fixtures/wrong-key.yaml: unchanged")
    assert load_recording(path) == today


def test_a_note_that_somebody_wrote_stays(run: Callable[..., Ran], folder: Path) -> None:
    path = folder / "fixtures" / "completion.yaml"
    with serving() as server:
        run("--base-url", server.url, "--only", "completion")
        old = load_recording(path)
        path.write_text(dump(replace(old, source=replace(old.source, note="as the tutorial has it"))), encoding="utf-8")
        assert run("--base-url", server.url, "--only", "completion").code == 0
    new = load_recording(path)
    assert (new.source.note, new.responses == old.responses) == ("as the tutorial has it", False)


def test_recordings_may_go_to_another_folder(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    with serving(key=KEY) as server:
        ran = run(*keyed(server), "--into", "new/er", "--only", "completion", "stream")
    assert ran.code == 0
    assert ran.lines[0].startswith("new/er/completion.yaml: recorded")
    assert sorted(path.name for path in (folder / "new" / "er").iterdir()) == ["completion.yaml", "stream.yaml"]
    assert texts(folder) == recorded


def test_nothing_but_recordings_lies_in_the_folder(recorded: dict[str, str]) -> None:
    assert list(recorded) == ["completion.yaml", "scenarios.yaml", "stream.yaml", "wrong-key.yaml"]


def test_a_folder_of_scenarios_is_loaded_as_before(recorded: dict[str, str], folder: Path) -> None:
    assert [one.name for one in load_recordings([folder / "fixtures"])] == ["completion", "stream", "wrong-key"]
    assert main(["contract", str(folder / "fixtures")]) == 0


def test_no_more_calls_are_sent_than_allowed(run: Callable[..., Ran], folder: Path) -> None:
    with serving(key=KEY) as server:
        ran = run(*keyed(server), "--max-calls", "2")
        assert len(server.asked) == 2
    assert ran.code == 1, "not all that was asked for was done"
    assert ran.lines[2:] == [
        "fixtures/wrong-key.yaml: not recorded: --max-calls 2 allows no more",
        "3 scenarios: 2 recorded, 0 unchanged, 0 kept, 1 not recorded; 2 calls sent",
    ]


def test_the_report_for_machines_keeps_its_schema_and_adds_up(run: Callable[..., Ran], folder: Path) -> None:
    def break_it(reply: Reply) -> None:
        reply.events[1]["id"] = "another"

    with serving(on("stream", break_it), key=KEY) as server:
        run(*keyed(server), "--json", "out.json", "--max-calls", "2")
        host = f"127.0.0.1:{server.server_port}"
    schema = json.loads((data_dir("schemas") / "record-report.schema.json").read_text(encoding="utf-8"))
    report = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    for document in (report, *schema["examples"]):
        jsonschema.validate(document, schema)
        results = [one["result"] for one in document["scenarios"]]
        assert document["summary"] == {"scenarios": len(results)} | {
            name: results.count(name) for name in ("recorded", "unchanged", "kept", "not-recorded")
        }
    assert (report["aswritten"], report["calls"]) == (__version__, 2)
    first, second, third = report["scenarios"]
    assert (first["scenario"], first["fixture"]) == ("fixtures/scenarios.yaml:5", "fixtures/completion.yaml")
    assert (first["result"], first["host"], first["status"], first["findings"]) == ("recorded", host, 200, [])
    assert (second["result"], second["cause"], second["rejected"]) == (
        "not-recorded", "refused", "fixtures/stream.yaml.rejected",
    )  # fmt: skip
    assert {one["rule"] for one in second["findings"]} == {"wire.same-id"}
    assert (third["result"], third["cause"], third["status"]) == ("not-recorded", "left-out", None)


# What is refused: the fixture stays as it was


def cut(reply: Reply) -> Reply:
    return replace(reply, longer=10)


def without_end(reply: Reply) -> Reply:
    return replace(reply, parts=[event_of(event) for event in reply.events[:3]])


def another_id(reply: Reply) -> None:
    reply.events[2]["id"] = "chatcmpl-other"


def too_slow(reply: Reply) -> Reply:
    def parts() -> Iterator[bytes]:
        yield event_of(reply.events[0])
        time.sleep(5)

    return replace(reply, parts=parts())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (cut, ["the connection closed before the end of the body", "(wire.body-cut)"]),
        (without_end, ["the contract of openai is broken", "(wire.done)"]),
        (another_id, ["the contract of openai is broken", "event 3: id: expected", "(wire.same-id)"]),
        (lambda _: error(400, "No streams today.", "no_streams"), ["expected the status 200 to 299, got 400: No streams today."]),
        (too_slow, ["it did not end within 2 s; "]),
    ],
    ids=["cut", "without its end", "against the contract", "another status", "too slow"],
)  # fmt: skip
def test_a_bad_answer_lies_beside_the_fixture_that_stays(
    change: Callable[[Reply], Reply | None],
    words: list[str],
    recorded: dict[str, str],
    run: Callable[..., Ran],
    folder: Path,
) -> None:
    with serving(on("stream", change), key=KEY) as server:
        ran = run(*keyed(server), *(["--timeout", "2"] if change is too_slow else []))
    assert ran.code == 1
    after = texts(folder)
    refused = after.pop("stream.yaml.rejected")
    assert after["stream.yaml"] == recorded["stream.yaml"]
    assert after["completion.yaml"] != recorded["completion.yaml"], "the others are recorded all the same"
    (folder / "look.yaml").write_text(refused, encoding="utf-8")
    assert load_recording(folder / "look.yaml").source.kind == "recorded"
    told = "\n".join(ran.lines)
    assert "fixtures/stream.yaml: kept: " in told
    assert all(word in told for word in words), told
    assert "  what came lies in fixtures/stream.yaml.rejected" in ran.lines
    assert ran.lines[-1] == "3 scenarios: 2 recorded, 0 unchanged, 1 kept, 0 not recorded; 3 calls sent"
    assert [one.name for one in load_recordings([folder / "fixtures"])] == ["completion", "stream", "wrong-key"]


def test_where_there_was_no_fixture_none_is_made_of_a_bad_answer(run: Callable[..., Ran], folder: Path) -> None:
    with serving(on("stream", another_id)) as server:
        ran = run("--base-url", server.url, "--only", "stream")
    assert ran.code == 1
    assert ran.lines[0] == "fixtures/stream.yaml: not recorded: the contract of openai is broken"
    assert sorted(texts(folder)) == ["scenarios.yaml", "stream.yaml.rejected"]


def test_a_good_recording_takes_the_refused_one_away(run: Callable[..., Ran], folder: Path) -> None:
    with serving(on("stream", another_id)) as server:
        run("--base-url", server.url, "--only", "stream")
        server.change = None
        assert run("--base-url", server.url, "--only", "stream").code == 0
    assert sorted(texts(folder)) == ["scenarios.yaml", "stream.yaml"]


def test_another_profile_may_be_held_to(run: Callable[..., Ran], folder: Path) -> None:
    def add(reply: Reply) -> None:
        reply.body["x_groq"] = {"id": "req_1"}

    with serving(on("completion", add)) as server:
        ran = run("--base-url", server.url, "--only", "completion")
        assert "the contract of openai is broken" in ran.lines[0]
        assert run("--base-url", server.url, "--only", "completion", "--profile", "groq").code == 0


def test_what_cannot_be_looked_into_is_not_called_a_secret(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    packed = Reply(headers={"Content-Encoding": "zstd"}, parts=[b"\x28\xb5\x2f\xfd"])
    with serving(on("completion", lambda _: packed), key=KEY) as server:
        ran = run(*keyed(server))
    assert ran.code == 1
    assert ran.lines[0] == (
        "fixtures/completion.yaml: kept: whether a secret is in it cannot be told, so that nothing was written: "
        "responses[0].reads (the body is packed with zstd: expected gzip, deflate or br)"
    )
    assert texts(folder)["completion.yaml"] == recorded["completion.yaml"]
    assert not (folder / "fixtures" / "completion.yaml.rejected").exists()


def test_a_gzip_that_is_cut_is_no_recording(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    half = gzip.compress(b'{"object": "chat.completion"}')[:-9]
    with serving(on("completion", lambda r: replace(r, parts=[half], headers={"Content-Encoding": "gzip"}))) as server:
        ran = run("--base-url", server.url, "--only", "completion")
    assert ran.code == 1
    assert ran.lines[0].startswith("fixtures/completion.yaml: kept: the body is a gzip that is cut")
    assert texts(folder)["completion.yaml"] == recorded["completion.yaml"]


def test_the_readme_shows_what_is_printed(recorded: dict[str, str], run: Callable[..., Ran]) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("$ aswritten record --api-key-env API_KEY\n")[2].partition("```")[0].splitlines()
    with serving(on("stream", another_id), key=KEY) as server:
        ran = run(*keyed(server))

    def without_seconds(lines: list[str]) -> list[str]:
        return [re.sub(r"[0-9.]+ s\)", "? s)", line) for line in lines]

    assert without_seconds(ran.lines) == without_seconds(shown)


# What people wrote


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Hello", "Howdy", "was edited since it was recorded"),
        ("source:", "# for the tutorial\nsource:", "holds a comment that somebody wrote"),
        ("  content_sha256: ", "  note: ", "does not say what was recorded (`content_sha256`)"),
    ],
)
def test_what_somebody_wrote_by_hand_is_overwritten_only_by_force(
    old: str, new: str, why: str, recorded: dict[str, str], run: Callable[..., Ran]
) -> None:
    path = Path("fixtures/completion.yaml")
    hand = recorded["completion.yaml"].replace(old, new, 1)
    assert hand != recorded["completion.yaml"]
    path.write_text(hand, encoding="utf-8")
    with serving(key=KEY) as server:
        ran = run(*keyed(server))
        assert len(server.asked) == 2, "no call is spent on it"
        assert (ran.code, path.read_text(encoding="utf-8")) == (1, hand)
        assert ran.lines[0] == f"fixtures/completion.yaml: kept: the fixture {why}: --force overwrites it"
        assert run(*keyed(server), "--only", "completion", "--force").code == 0
    assert load_recording(path).source.kind == "recorded"
    assert path.read_text(encoding="utf-8") != hand


def test_a_hash_in_what_an_api_says_is_no_comment(run: Callable[..., Ran]) -> None:
    def say(reply: Reply) -> None:
        for event, text in zip(reply.events[1:4], ("# Title\n", "C#", " # not a comment"), strict=True):
            event["choices"][0]["delta"]["content"] = text

    with serving(on("stream", say)) as server:
        run("--base-url", server.url, "--only", "stream")
        assert " # not a comment" in Path("fixtures/stream.yaml").read_text()
        assert run("--base-url", server.url, "--only", "stream").code == 0


def test_fixtures_that_nobody_recorded_are_taken_for_written_by_hand(run: Callable[..., Ran], folder: Path) -> None:
    from aswritten.recordings import Source

    with serving() as server:
        run("--base-url", server.url, "--only", "completion")
        path = folder / "fixtures" / "completion.yaml"
        old = load_recording(path)
        path.write_text(dump(replace(old, source=Source("documented", page="chat.md"))), encoding="utf-8")
        ran = run("--base-url", server.url, "--only", "completion")
        assert (ran.code, len(server.asked)) == (1, 1)
        assert ran.lines[0].endswith("kept: the fixture is documented, not recorded: --force overwrites it")
        assert run("--base-url", server.url, "--only", "completion", "--force").code == 0


def test_a_file_that_is_no_recording_any_more_is_overwritten_only_by_force(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    """Where the scenario itself says what is asked; else the fixture's own mistake is told."""
    text = recorded["completion.yaml"].replace("aswritten: 1", "aswritten: one")
    (folder / "new").mkdir()
    path = folder / "new" / "completion.yaml"
    path.write_text(text, encoding="utf-8")
    with serving() as server:
        ran = run("--base-url", server.url, "--only", "completion", "--into", "new")
        assert ran.lines[0].endswith("kept: the fixture does not load as a recording: --force overwrites it")
        assert (ran.code, path.read_text(encoding="utf-8")) == (1, text)
        assert run("--base-url", server.url, "--only", "completion", "--into", "new", "--force").code == 0
    assert load_recording(path).source.kind == "recorded"
    (folder / "fixtures" / "completion.yaml").write_text(text, encoding="utf-8")
    ran = run("--only", "completion", "--force")
    assert (ran.code, ran.err) == (2, 'aswritten: fixtures/completion.yaml:1: aswritten: expected 1, got "one"\n')


# What is not asked, or not answered


@dataclass
class Sleeper:
    """Sleeps not at all, and remembers for how long it should have."""

    slept: list[float]

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def patiently(
    server: Conforming, *, only: str = "completion", most: float = 60.0, calls: int | None = None
) -> tuple[Outcome, list[float]]:
    """What becomes of one scenario, and the pauses that were made."""
    sleeper = Sleeper([])
    access = Access("aswritten 1", Scrubber((KEY,)), server.url, KEY, "THE_KEY", Patience(Limits(), most, sleeper))
    (outcome,) = record(load_scenarios([Path("fixtures")], only=[only]), access, Rules(), Budget(calls))
    return outcome, sleeper.slept


def busy(times: int, status: int = 429, **headers: str) -> Callable[[Reply], Reply | None]:
    """Refuses as many times, then answers."""
    left = [times]

    def change(reply: Reply) -> Reply | None:
        left[0] -= 1
        if left[0] < 0:
            return None
        return replace(
            error(status, "Slow down.", "busy"),
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    return change


def test_a_server_that_is_busy_is_asked_again_when_it_says(folder: Path) -> None:
    with serving(busy(2, Retry_After="7")) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 3
    assert (outcome.kept.result, slept) == ("recorded", [7.0, 7.0])


def test_a_server_that_says_a_time_of_the_day_is_asked_then_by_its_own_clock(folder: Path) -> None:
    now = datetime(2020, 1, 31, 12, tzinfo=timezone.utc)
    later = format_datetime(now + timedelta(seconds=5), usegmt=True)
    with serving(busy(1, Retry_After=later)) as server:
        outcome, slept = patiently(server)
    assert (outcome.kept.result, slept) == ("recorded", [0.0]), "it is long ago, and the server's clock is ours"
    answer = Answer(429, (("Retry-After", later), ("Date", format_datetime(now, usegmt=True))), b"", 0.0, ())
    assert retry_after(answer, datetime.now(timezone.utc)) == 5.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12", 12.0), ("0.5", 0.5), ("-3", 0.0), ("", None), ("soon", None), ("inf", None), ("nan", None), ("Nov +9999999999 08:49:37 31 31 0000", None), ("Fri, 31 Jan 2020 12:00:30 GMT", 30.0), ("Fri, 31 Jan 2020 12:00:30", 30.0)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    answer = Answer(429, (("Retry-After", text),), b"", 0.0, ())
    assert retry_after(answer, datetime(2020, 1, 31, 12, tzinfo=timezone.utc)) == seconds


def test_a_server_that_never_has_time_is_asked_three_times(folder: Path) -> None:
    with serving(busy(99)) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 3
    assert (outcome.kept.result, outcome.kept.cause, slept) == ("not-recorded", "set-up", [1.0, 3.0])
    assert outcome.kept.why == "does not answer now (429: Slow down.); tried 3 times"


def test_a_server_that_asks_to_wait_too_long_is_not_waited_for(folder: Path) -> None:
    with serving(busy(99, Retry_After="120")) as server:
        outcome, slept = patiently(server)
        assert len(server.asked) == 1
    assert (outcome.kept.result, slept) == ("not-recorded", [])
    assert (
        outcome.kept.why == "does not answer now (429: Slow down.); it asks to wait 120 s, and --max-wait allows 60 s"
    )


def test_where_the_server_says_nothing_the_pauses_are_within_the_bound(folder: Path) -> None:
    with serving(busy(99)) as server:
        assert patiently(server, most=2.0)[1] == [1.0, 2.0]


def test_each_try_is_a_call(folder: Path) -> None:
    with serving(busy(99)) as server:
        outcome, _ = patiently(server, calls=2)
        assert len(server.asked) == 2
    assert outcome.kept.why == "does not answer now (429: Slow down.); --max-calls 2 allows no more"


def test_a_status_that_a_scenario_wants_is_its_answer_at_once(folder: Path) -> None:
    text = SCENARIOS.replace("status: 401\n    key: wrong", "status: 429")
    Path("fixtures/scenarios.yaml").write_text(text, encoding="utf-8")
    # It answers what `completion` would.
    with pytest.raises(UsageError, match="answers the same request"):
        load_scenarios([Path("fixtures")])
    with serving(busy(99, Retry_After="120")) as server:
        outcome, slept = patiently(server, only="wrong-key")
    assert (outcome.kept.result, slept) == ("recorded", [])
    response = load_recording(Path("fixtures/wrong-key.yaml")).responses[0]
    assert (response.status, dict(response.headers)["retry-after"]) == (429, "120")


def too_late(_: Reply) -> None:
    time.sleep(0.6)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (busy(99, 500, Retry_After="0"), "does not answer now (500: Slow down.); tried 3 times"),
        (busy(99, 503, Retry_After="0"), "does not answer now (503: Slow down.); tried 3 times"),
        (busy(99, 429, Retry_After="0"), "does not answer now (429: Slow down.); tried 3 times"),
        (lambda _: WEB_PAGE, "answers with a web page (200): expected an API: give its base URL by --base-url"),
        (lambda _: error(401, "No such key.", "invalid_api_key"), "does not let us in (401: No such key.): is the key in THE_KEY right?"),
        (lambda _: error(403, "Not for you.", "forbidden"), "does not let us in (403: Not for you.): is the key in THE_KEY right?"),
        (too_late, "does not answer: it did not end within 0.2 s"),
    ],
    ids=["500", "503", "429", "web page", "401", "403", "too late"],
)  # fmt: skip
def test_where_nothing_comes_every_fixture_stays_and_the_exit_code_is_2(
    change: Callable[[Reply], Reply | None], words: str, recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with serving(change) as server:
        limit = ["--timeout", "0.2"] if change is too_late else []
        ran = run(*keyed(server), *limit, "--only", "completion", "stream")
    assert ran.code == 2
    assert ran.lines[0].startswith("fixtures/completion.yaml: not recorded: ")
    assert words in ran.lines[0]
    assert ran.lines[-1].startswith("2 scenarios: 0 recorded, 0 unchanged, 0 kept, 2 not recorded; ")
    assert texts(folder) == recorded


def test_a_door_that_is_closed_is_knocked_at_once(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ran = run("--base-url", f"http://127.0.0.1:{port}/v1")
    assert ran.code == 2
    assert ran.lines == [
        f"fixtures/completion.yaml: not recorded: 127.0.0.1:{port} does not answer: connection refused",
        "fixtures/stream.yaml: not recorded: not asked, as nothing came to completion",
        "fixtures/wrong-key.yaml: not recorded: not asked, as nothing came to completion",
        "3 scenarios: 0 recorded, 0 unchanged, 0 kept, 3 not recorded; 1 call sent",
    ]
    assert texts(folder) == recorded


def test_a_door_that_was_open_is_knocked_again(run: Callable[..., Ran]) -> None:
    with serving(on("stream", lambda _: error(401, "No streams for you.", "no")), key=KEY) as server:
        ran = run(*keyed(server))
        assert len(server.asked) == 3
    assert ran.code == 1
    assert ran.lines[-1] == "3 scenarios: 2 recorded, 0 unchanged, 0 kept, 1 not recorded; 3 calls sent"


def test_the_key_is_never_sent_to_where_a_server_redirects(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with serving() as other:
        away = Reply(status=307, headers={"Location": f"{other.url}/chat/completions"})
        with serving(lambda _: away) as server:
            ran = run(*keyed(server))
            assert len(server.asked) == 1
        assert other.asked == []
        target = other.url
    assert ran.code == 2
    assert ran.lines[0] == (
        f"fixtures/completion.yaml: not recorded: redirects (307) to {target}/chat/completions, where the key is not sent: "
        "give the URL where the API is by --base-url"
    )
    assert texts(folder) == recorded


@pytest.mark.parametrize(
    "answer",
    [
        Reply(status=307, headers={"Location": "https://x.com/\x1b[31m\x07"}),
        Reply(headers={"Content-Encoding": "\x1b[31mzip"}, body={}),
    ],
)
def test_nothing_that_a_terminal_acts_on_is_told(answer: Reply, run: Callable[..., Ran]) -> None:
    with serving(lambda _: answer, key=KEY) as server:
        ran = run(*keyed(server))
    assert "[31m" in ran.all
    assert all(line.isprintable() for line in ran.all.splitlines()), ran.all


def test_what_is_no_http_is_told_in_one_line(run: Callable[..., Ran]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=answer_in_words, args=(listener,), daemon=True).start()
        ran = run("--base-url", f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
    assert ran.code == 2
    assert ran.lines[0].endswith("does not answer: no HTTP response: [31mhello")
    assert all(line.isprintable() for line in ran.lines)


def answer_in_words(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"\x1b[31mhello\r\n")


def test_a_wrong_certificate_is_no_way_in(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    listening = socket.create_server(("127.0.0.1", 0))
    came: list[bytes] = []

    def serve() -> None:
        sock, _ = listening.accept()
        try:
            with context.wrap_socket(sock, server_side=True) as tls:
                came.append(tls.recv(1024))
        except OSError:
            sock.close()

    server = threading.Thread(target=serve, daemon=True)
    server.start()
    ran = run("--base-url", f"https://127.0.0.1:{listening.getsockname()[1]}/v1", "--api-key-env", "THE_KEY")
    server.join(5)
    listening.close()
    assert ran.code == 2
    assert "does not answer: its certificate is not valid: " in ran.lines[0]
    assert b"".join(came) == b"", "nothing was said to it"
    assert texts(folder) == recorded


# Options


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--api-key-env", "NO_KEY"], "--api-key-env NO_KEY: the variable is not set, or empty: put the key into it"),
        (["--api-key-env", "EMPTY"], "--api-key-env EMPTY: the variable is not set, or empty: put the key into it"),
        (["--only", "steam"], "--only steam: no scenario is called so; there are completion, stream, wrong-key. Perhaps stream?"),
        (["--profile", "opnai"], "no profile is called 'opnai'; there are "),
        (["--max-calls", "0"], "--max-calls 0: expected 1 or more"),
        (["--base-url", "api.example.com"], "api.example.com: expected a base URL, such as https://api.example.com/v1"),
        (["--base-url", "https://api.example.com/märz"], "https://api.example.com/märz: expected a base URL, such as https://api.example.com/v1"),
        (["--base-url", "https://me:pw@api.example.com"], "api.example.com: a URL with a password in it would be printed: give a key by --api-key-env"),
        (["--base-url", "https://api.example.com/v1?a=b"], "--base-url https://api.example.com/v1?a=b: expected a base URL without a query"),
        (["--check", "--force"], "--force does not go with --check, which writes no fixture"),
        (["--check", "--into", "new"], "--into does not go with --check, which writes no fixture"),
        (["--check", "--profile", "openai"], "--profile does not go with --check, which writes no fixture"),
        (["--strict"], "--strict goes with --check"),
        (["--markdown", "out.md"], "--markdown goes with --check"),
        (["--json", "fixtures/completion.yaml"], "fixtures/completion.yaml: expected a file of its own for the report, and no fixture (--json)"),
        (["--json", "no/out.json"], "no/out.json: expected a file in a folder that exists (--json)"),
        (["--check", "--json", "a.txt", "--markdown", "./a.txt"], "./a.txt: expected a file of its own for the report (--markdown)"),
        (["nowhere"], "nowhere: is not there: expected a scenario file, or a folder with a scenarios.yaml in it"),
        (["fixtures", "more", "--api-key-env", "THE_KEY"], "--api-key-env is for one provider, and the scenarios are of https://api.example.com/v1, https://api.example.org/v1: name one PATH"),
        (["fixtures", "more", "--base-url", "http://127.0.0.1:9"], "--base-url is for one provider, and the scenarios are of https://api.example.com/v1, https://api.example.org/v1: name one PATH"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_user_is_told_with_what_to_do(
    arguments: list[str], message: str, run: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPTY", " ")
    (folder / "more").mkdir()
    (folder / "more" / "scenarios.yaml").write_text(SCENARIOS.replace("example.com", "example.org"), encoding="utf-8")
    ran = run(*arguments)
    assert (ran.code, ran.lines) == (2, [])
    assert ran.err.startswith(f"aswritten: {message}")


def test_without_fixtures_there_is_nothing_to_record(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures").rename(folder / "recordings")
    ran = run()
    assert (ran.code, ran.err) == (
        2,
        "aswritten: fixtures: is not there: expected a scenario file, or a folder with a scenarios.yaml in it\n",
    )


# Files


def test_a_full_disk_leaves_every_fixture_as_it_was(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with serving(key=KEY) as server:
        ran = run(*keyed(server))
        assert len(server.asked) == 1, "the others are not asked"
    assert ran.code == 2
    assert ran.lines[0] == (
        "fixtures/completion.yaml: not recorded: cannot be written: No space left on device; "
        "what was there is as it was"
    )
    assert ran.lines[1] == "fixtures/stream.yaml: not recorded: not asked, as nothing can be written"
    assert texts(folder) == recorded, "and nothing is left behind"


def test_what_a_check_found_is_told_where_its_report_cannot_be_written(
    recorded: dict[str, str], run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with serving(key=KEY) as server:
        ran = run("--check", "--markdown", "out.md", *keyed(server))
    assert ran.code == 2
    assert ran.lines[-1].startswith("3 fixtures: 3 same")
    assert ran.err == "aswritten: out.md: the report cannot be written: No space left on device\n"


def test_a_folder_that_takes_no_file_is_told(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "file").write_text("no folder\n")
    with serving() as server:
        ran = run("--base-url", server.url, "--into", "file/below")
        assert server.asked == [], "no call is spent on what cannot be written"
    assert ran.code == 2
    assert ran.lines[0] == (
        "file/below/completion.yaml: not recorded: cannot be written: file is no folder that takes new files"
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser writes to read-only folders")
def test_a_read_only_folder_is_told(recorded: dict[str, str], run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures").chmod(0o555)
    try:
        with serving(key=KEY) as server:
            ran = run(*keyed(server))
            assert server.asked == []
    finally:
        (folder / "fixtures").chmod(0o755)
    assert ran.code == 2
    assert "cannot be written: fixtures is no folder that takes new files" in ran.lines[0]
    assert texts(folder) == recorded


def test_of_two_recorders_at_once_the_second_is_sent_away(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(_: Reply) -> None:
        begun.set()
        go_on.wait(30)

    program = "from aswritten.cli import main; raise SystemExit(main())"
    with serving(hold, key=KEY) as server:
        first = subprocess.Popen(
            [sys.executable, "-c", program, "record", *keyed(server)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.DEVNULL,
        )
        assert begun.wait(60)
        ran = run(*keyed(server))
        assert len(server.asked) == 1
        assert (ran.code, ran.lines) == (2, [])
        assert (
            ran.err
            == f"aswritten: {folder / 'fixtures'}: another recorder or import is writing here: wait until it has ended\n"
        )
        assert texts(folder) == recorded
        go_on.set()
        assert first.wait(60) == 0, "the first one is not disturbed"
        assert run(*keyed(server)).code == 0, "and then the folder is free"


def test_what_a_killed_recorder_left_is_removed(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures" / ".stream.yaml.abc.aswritten-tmp").write_text("half of a rec")
    with serving(key=KEY) as server:
        assert run(*keyed(server)).code == 0
    assert ".stream.yaml.abc.aswritten-tmp" not in texts(folder)


# Secrets


def test_a_key_that_comes_back_is_nowhere(run: Callable[..., Ran], folder: Path) -> None:
    def echo(reply: Reply) -> Reply:
        reply.body["choices"][0]["message"]["content"] = f"Your key is {KEY}."
        return reply

    def complain(_: Reply) -> Reply:
        return error(400, f"Something {'x' * 100} with your key {KEY}", "bad")

    with serving(
        lambda reply: echo(reply) if "completion" in reply.tags else on("stream", complain)(reply), key=KEY
    ) as server:
        ran = run(*keyed(server), "--json", "out.json")
    everything = ran.all + "".join(texts(folder).values()) + (folder / "out.json").read_text()
    assert [piece for start in range(len(KEY) - 11) if (piece := KEY[start : start + 12]) in everything] == []
    assert "Your key is " in texts(folder)["completion.yaml"]
    assert "fixtures/stream.yaml: not recorded: expected the status 200 to 299, got 400: Something" in ran.lines[1]


def test_a_secret_that_cannot_be_taken_out_stops_the_write(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    def in_pieces(reply: Reply) -> None:
        for event, piece in zip(reply.events[1:4], (KEY[:8], KEY[8:16], KEY[16:]), strict=True):
            event["choices"][0]["delta"]["content"] = piece

    with serving(on("stream", in_pieces), key=KEY) as server:
        ran = run(*keyed(server), "--only", "stream")
    assert ran.code == 1
    assert ran.lines[0].startswith("fixtures/stream.yaml: kept: a secret is still in it, so that nothing was written: ")
    assert KEY not in ran.all
    assert texts(folder) == recorded


# Killed


def test_a_recorder_that_is_killed_leaves_every_fixture_whole_old_or_new(
    folder: Path, record_property: Callable[..., None]
) -> None:
    names = ("stream", "completion", "usage", "tools")
    asked = ("stream: true", "n: 1", "stream: true, stream_options: {include_usage: true}", "n: 2")
    entries = (
        f"  - {{fixture: {name}, body: {{model: conforming-1, messages: [{{role: user, content: Hi}}], {more}}}}}\n"
        for name, more in zip(names, asked, strict=True)
    )
    text = SCENARIOS.partition("scenarios:\n")[0] + "scenarios:\n" + "".join(entries)
    (folder / "fixtures" / "scenarios.yaml").write_text(text, encoding="utf-8")
    seed = random.randrange(2**32)
    program = [sys.executable, str(Path(__file__).with_name("killed_recorders.py")), "fixtures"]
    with serving() as server:
        done = subprocess.run(
            [*program, server.url, "100", str(seed)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    trials = found["trials"]
    states = Counter(state for trial in trials for state in trial["states"])
    halfway = [trial for trial in trials if {"old", "new"} <= {*trial["states"]}]
    writing = sum(trial["left"] for trial in trials)
    told = f"seed {seed}: {dict(states)}; {len(halfway)} killed between two fixtures, {writing} while writing one"
    print(told)  # noqa: T201 - the seed, and how often what it is about came about
    whole = states["old"] + states["new"]
    record_property("score", ("fixtures whole after their recorder was killed", whole, states.total()))
    assert set(states) <= {"old", "new"}, told
    assert all(trial["same"] for trial in trials), told
    assert len(trials) == 100, told
    assert halfway, told
    assert found["hidden"] == [], "what they left is removed by the next one"


# --check: compared, and nothing written


def test_a_check_compares_shape_and_writes_nothing(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    with serving(key=KEY) as server:
        ran = run(*keyed(server), "--check", "--strict")
        assert len(server.asked) == 3
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == ["3 fixtures: 3 same; 0 breaking, 0 additive, 0 informational"]
    assert texts(folder) == recorded


def grown(reply: Reply) -> None:
    reply.body["hint"] = "new"


def renamed(reply: Reply) -> None:
    message = reply.body["choices"][0]["message"]
    message["text"] = message.pop("content")


@pytest.mark.parametrize(
    ("change", "strict", "expected"),
    [
        (grown, [], (0, "additive: ")),
        (grown, ["--strict"], (1, "additive: ")),
        (renamed, [], (1, "breaking: ")),
        (lambda _: error(400, "No.", "no"), [], (1, "breaking: ")),
    ],
    ids=["grown", "grown, strictly", "renamed", "another status"],
)
def test_a_change_of_shape_is_told_and_the_worst_decides(
    change: Callable[[Reply], Reply | None],
    strict: list[str],
    expected: tuple[int, str],
    recorded: dict[str, str],
    run: Callable[..., Ran],
) -> None:
    with serving(on("completion", change), key=KEY) as server:
        ran = run(*keyed(server), "--check", "--json", "out.json", "--markdown", "out.md", *strict)
    code, told = expected
    assert ran.code == code
    assert ran.lines[0].startswith("fixtures/completion.yaml: ")
    assert ran.lines[1].startswith(f"  {told}")
    assert ran.lines[-1].startswith("3 fixtures: 2 same, 1 changed; ")
    report = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert [one["verdict"] for one in report["fixtures"]] == ["changed", "same", "same"]
    assert "`fixtures/completion.yaml`" in Path("out.md").read_text(encoding="utf-8")
    assert texts(Path()) == recorded


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (busy(99, 503, Retry_After="0"), "does not answer now (503: Slow down.); tried 3 times"),
        (lambda _: error(401, "No such key.", "invalid_api_key"), "does not let us in (401: No such key.): is the key in THE_KEY right?"),
        (on("completion", cut), "the connection closed before the end of the body"),
        (on("completion", lambda reply: replace(reply, parts=[b"\x1f\x8b"], headers={"Content-Encoding": "gzip"})), "the body is a gzip that is cut"),
    ],
    ids=["503", "401", "cut", "a gzip that is cut"],
)  # fmt: skip
def test_what_cannot_be_checked_is_neither_good_nor_a_change(
    change: Callable[[Reply], Reply | None], why: str, recorded: dict[str, str], run: Callable[..., Ran]
) -> None:
    with serving(change, key=KEY) as server:
        ran = run(*keyed(server), "--check", "--only", "completion", "--json", "out.json")
    assert ran.code == 2
    assert ran.lines[0].startswith("could not check: fixtures/completion.yaml: ")
    assert why in ran.lines[0]
    assert ran.err == "aswritten: 1 of 1 fixtures could not be checked, so that nothing is known of them\n"
    assert json.loads(Path("out.json").read_text())["summary"]["not-checked"] == 1
    assert texts(Path()) == recorded


def test_a_fixture_that_is_not_there_yet_cannot_be_checked(
    recorded: dict[str, str], run: Callable[..., Ran], folder: Path
) -> None:
    (folder / "fixtures" / "stream.yaml").unlink()
    with serving(key=KEY) as server:
        ran = run(*keyed(server), "--check", "--max-calls", "1")
        assert len(server.asked) == 1, "no call is spent on it"
    assert ran.code == 2
    assert ran.lines == [
        "could not check: fixtures/stream.yaml: there is no fixture yet: record it first",
        "could not check: fixtures/wrong-key.yaml: --max-calls 1 allows no more",
        "3 fixtures: 1 same, 2 could not be checked; 0 breaking, 0 additive, 0 informational",
    ]


def test_what_is_written_by_hand_can_be_checked(run: Callable[..., Ran]) -> None:
    """Also whether the API answers as its documentation says."""
    with serving() as server:
        run("--base-url", server.url, "--only", "completion")
        path = Path("fixtures/completion.yaml")
        path.write_text(
            path.read_text().replace("Hello", "Howdy").replace('"refusal": null', '"refusal": null, "tone": "warm"')
        )
        ran = run("--base-url", server.url, "--only", "completion", "--check")
    assert ran.code == 1
    assert "tone" in ran.lines[1]


def test_a_check_tells_no_key(recorded: dict[str, str], run: Callable[..., Ran]) -> None:
    def echo(reply: Reply) -> None:
        reply.body["choices"][0]["message"]["your_key"] = KEY
        reply.body["choices"][0]["finish_reason"] = KEY

    with serving(on("completion", echo), key=KEY) as server:
        ran = run(*keyed(server), "--check", "--json", "out.json", "--markdown", "out.md")
    assert "your_key" in ran.all
    assert KEY not in ran.all + Path("out.json").read_text() + Path("out.md").read_text()


def test_settings_name_what_else_is_secret(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "aswritten.yaml").write_text("scrub: [tenant]\n", encoding="utf-8")

    def name_it(reply: Reply) -> None:
        reply.body["tenant"] = "acme-4711"

    with serving(on("completion", name_it)) as server:
        ran = run("--base-url", server.url, "--only", "completion", "--profile", "generic")
    assert ran.code == 0, ran.lines
    text = (folder / "fixtures" / "completion.yaml").read_text(encoding="utf-8")
    assert "acme" not in text
    assert '"tenant": "[tenant-1]"' in text


# Served again


@pytest.mark.parametrize("timing", [False, True])
def test_a_recording_served_again_gives_the_same_bytes_in_the_same_reads(
    timing: bool, run: Callable[..., Ran], folder: Path
) -> None:
    """And with ``timing`` after the same gaps, up to where a client has the whole answer and may go."""

    def slowly(reply: Reply) -> Reply:
        whole = b": hi\r\n\r\n" + b"".join(event_of(event) for event in reply.events) + b"data: [DONE]\n\n"
        cuts = [0, 3, 8, 300, 800, len(whole) - 4, len(whole)]

        def parts() -> Iterator[bytes]:
            for start, end in pairwise(cuts):
                yield whole[start:end]
                time.sleep(0.06)

        return replace(reply, parts=parts())

    scenarios = folder / "fixtures" / "scenarios.yaml"
    scenarios.write_text(SCENARIOS.replace("https://", "http://"), encoding="utf-8")
    with serving(on("stream", slowly)) as server:
        assert run("--base-url", server.url, "--only", "stream").code == 0
    (recording,) = load_recordings([folder / "fixtures"])
    reads = recording.responses[0].reads
    assert len(reads) == 6
    mock = Mock((recording,), exact=True, timing=timing)
    url = f"http://127.0.0.1:{mock.port}/v1/chat/completions"
    body = json.dumps(recording.body).encode()
    try:
        answer = send("POST", url, {"host": "api.example.com"}, body, Limits(), unpack=False)
    finally:
        mock.stop()
    assert (answer.status, answer.body) == (200, recording.responses[0].body)
    assert [size for _, size in answer.reads] == [len(read.data) for read in reads]
    if timing:
        assert all(now >= read.at * 0.9 for (now, _), read in zip(answer.reads[:4], reads, strict=False))
