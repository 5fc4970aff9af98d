"""What a recording holds, byte for byte, and that it is served again as it came."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import jsonschema
import pytest

from aswritten import __version__
from aswritten.cli import main
from aswritten.client import Limits, send
from aswritten.data import data_dir
from aswritten.mock import Mock
from aswritten.recordings import content_digest, dump, load_recording, load_recordings, request_digest
from conforming_server import KEY, Reply, event_of, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

from recorders import SCENARIOS, URL, Ran, keyed, on, texts


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
