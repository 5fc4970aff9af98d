"""Against a server whose bytes are awkward on purpose: record, replay, record again, and samples over what was recorded."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from aswritten.recordings import load_recordings
from awkward_server import (
    FIXTURES,
    KEY,
    ODDITIES,
    manner_of_oddity,
    oddities,
    parts_of,
    scenarios_of,
    serving_awkwardly,
)
from replaying import SAMPLES, VARIABLE, aswritten, by_name, reads_of, replayed, unlike, with_refused

if TYPE_CHECKING:
    from pathlib import Path

NOVITA = load_recordings([FIXTURES / "novita"])
#: What the contract lets no provider do: something behind `[DONE]`.
REFUSED = "behind-done"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")


def scenarios(folder: Path) -> None:
    folder.mkdir()
    text = scenarios_of(oddities(), "openai", "https://api.example.com/v1")
    (folder / "scenarios.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ODDITIES)
def test_an_oddity_is_what_it_is_called(name: str) -> None:
    (one,) = [one for one in oddities() if one.name == name]
    parts = parts_of(one.responses[0], ODDITIES[name])
    whole = b"".join(parts)
    assert (whole.count(b"\r\n") > 5) == (one.responses[0].is_stream and not ODDITIES[name].packed)
    assert whole.startswith(b"\x1f\x8b") == ODDITIES[name].packed
    if not ODDITIES[name].packed:
        assert any(part[0] & 0xC0 == 0x80 for part in parts), "a read ends inside of a character"
    if "byte-by-byte" in name:
        assert set(map(len, parts)) == {1}


def test_what_is_recorded_are_the_bytes_and_the_reads_that_were_sent(tmp_path: Path) -> None:
    scenarios(tmp_path / "fixtures")
    with serving_awkwardly(oddities(), manner_of_oddity) as server:
        ran = aswritten("record", "--base-url", server.url, "--api-key-env", VARIABLE, key=KEY, cwd=tmp_path)
        sent = {name: parts for name, ((_, parts),) in server.sent.items()}
        assert server.accepted == {"identity"}
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert f"fixtures/{REFUSED}.yaml: not recorded: the contract of openai is broken" in ran.stdout
    assert "(wire.after-done)" in ran.stdout
    found = by_name(tmp_path / "fixtures")
    assert set(found) == set(ODDITIES) - {REFUSED}
    # It is not lost: it lies there to be looked at, as whole as the others.
    found = with_refused(tmp_path / "fixtures")
    assert {name: reads_of(one.responses[0]) for name, one in found.items()} == sent
    packed = {name for name, one in found.items() if dict(one.responses[0].headers).get("content-encoding") == "gzip"}
    assert packed == {"packed", "packed-stream"}
    assert all("cookie" not in name for one in found.values() for name, _ in one.responses[0].headers)

    with replayed(list(found.values())) as url:
        again = aswritten("record", "fixtures", "--base-url", url, "--into", "again", cwd=tmp_path)
    assert again.returncode == 1, again.stdout + again.stderr
    assert set(found) == set(ODDITIES)
    assert unlike(found, with_refused(tmp_path / "again")) == []


@needs_curl
def test_samples_run_unchanged_over_what_was_recorded_of_them(tmp_path: Path) -> None:
    curl = ["--language", "curl"]
    with serving_awkwardly(NOVITA) as server:
        options = ["--base-url", server.url, "--api-key-env", VARIABLE, "--into", "made"]
        ran = aswritten("record", "--from-samples", SAMPLES, *curl, *options, key=KEY, cwd=tmp_path)
        sent = server.sent
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert KEY not in ran.stdout + ran.stderr
    made = by_name(tmp_path / "made")
    assert {name.rpartition("/")[2] for name in sent} == set(made)
    for name, answers in sent.items():
        responses = made[name.rpartition("/")[2]].responses
        assert [(one.status, reads_of(one)) for one in responses] == answers, name
    assert [one.status for one in made["error-429"].responses] == [429, 200], "the sample tried again"

    checked = aswritten("check", SAMPLES, *curl, "--fixtures", "made", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout

    with replayed(list(made.values())) as url:
        options = ["--base-url", url, "--into", "again"]
        again = aswritten("record", "--from-samples", SAMPLES, *curl, *options, cwd=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    assert unlike(made, by_name(tmp_path / "again")) == []
