"""`aswritten record --check`: compared, and nothing written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conforming_server import KEY, Reply, error, serving

if TYPE_CHECKING:
    from collections.abc import Callable

from recorders import Ran, busy, cut, keyed, on, texts


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
