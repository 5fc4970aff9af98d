"""Answers that are no recording, and fixtures that people wrote: what is there stays as it was."""

from __future__ import annotations

import gzip
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.recordings import dump, load_recording, load_recordings
from conforming_server import KEY, Reply, error, event_of, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

from recorders import Ran, cut, keyed, on, texts


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
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("$ aswritten record --api-key-env API_KEY\n")[2].partition("```")[0].splitlines()
    with serving(on("stream", another_id), key=KEY) as server:
        ran = run(*keyed(server))

    def without_seconds(lines: list[str]) -> list[str]:
        return [re.sub(r"[0-9.]+ s\)", "? s)", line) for line in lines]

    assert without_seconds(ran.lines) == without_seconds(shown)


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
