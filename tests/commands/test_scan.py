"""Fixtures looked into for secrets that nobody knows: where one stands, and never which."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.cli import main
from aswritten.commands._scan import run
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(__file__).parents[2] / "fixtures"
RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"
KEY = f"sk-proj-{RANDOM}"


def packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


def delta(text: str) -> str:
    return "data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}) + "\n\n"


def fixture(
    reads: str = '{at: 0, data: "{}"}',
    *,
    url: str = "https://x.com/v1",
    sent: str = "{}",
    headers: str = "content-type: application/json",
) -> str:
    return f"""\
aswritten: 1
source: {{kind: composed, why: a test}}
answers: recorded
request:
  method: POST
  url: {url}
  body: {sent}
responses:
  - status: 200
    headers: {{{headers}}}
    reads: [{reads}]
"""


PLANTED = {
    "in a read": (fixture(f'{{at: 0, data: "it is {KEY}"}}'), "11: responses[0].reads[0]: OpenAI API key"),
    "in the second read": (
        fixture(f'{{at: 0, data: "a "}},\n            {{at: 0, data: "{KEY}"}}'),
        "12: responses[0].reads[1]: OpenAI API key",
    ),
    "split over two reads": (
        fixture(f'{{at: 0, data: "{KEY[:15]}"}},\n            {{at: 0, data: "{KEY[15:]}"}}'),
        "11: responses[0].reads[0]: OpenAI API key",
    ),
    "in base64": (
        fixture(f"{{at: 0, base64: {packed(b'for ' + KEY.encode() + bytes([255]))}}}"),
        "11: responses[0].reads[0]: OpenAI API key",
    ),
    "in a packed body": (
        fixture(f"{{at: 0, base64: {packed(gzip.compress(KEY.encode()))}}}"),
        "11: responses[0].reads[0] (unpacked): OpenAI API key",
    ),
    "in pieces": (
        fixture(
            f"{{at: 0, data: {json.dumps(delta(KEY[:15]) + delta(KEY[15:]))}}}",
            headers="content-type: text/event-stream",
        ),
        "11: responses[0].reads (choices[0].delta.content, over several events): OpenAI API key",
    ),
    "in a header of the response": (
        fixture(headers="x-request-id: 8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e"),
        "10: responses[0].headers.x-request-id: the header x-request-id",
    ),
    "in the URL": (fixture(url=f"https://x.com/v1?key={RANDOM}"), "6: request.url: the value of key"),
    "in the request": (
        fixture(sent=f"\n    messages:\n      - content: the key\n      - content: {KEY}"),
        "10: request.body.messages[1].content: OpenAI API key",
    ),
    "in a note": (fixture().replace("a test", f"for {KEY}"), "2: source.why: OpenAI API key"),
    "in a comment": (fixture() + f"# recorded with {KEY}\n", "12: OpenAI API key"),
    "in a comment below another one": (
        fixture(f'{{at: 0, data: "{KEY}"}}').replace("method", f"#{KEY}\n  method"),
        "12: responses[0].reads[0]: OpenAI API key|5: OpenAI API key",
    ),
}


@pytest.mark.parametrize(("text", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_secret_is_told_with_its_line_and_its_place(
    text: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.yaml"
    path.write_text(text, encoding="utf-8")
    assert run([str(path)]) == 1
    out = capsys.readouterr().out
    lines = [f"{path}:{line}" for line in expected.split("|")]
    told = f"{len(lines)} secret" + ("s" if len(lines) > 1 else "")
    assert out.splitlines() == [*lines, f"1 recording scanned: {told}"]
    assert not [out for start in range(len(RANDOM) - 7) if RANDOM[start : start + 8] in out]


def test_the_fixtures_of_this_repository_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([str(FIXTURES)]) == 0
    assert re.fullmatch(
        r"\d+ recordings( and \d+ other files? by text alone)? scanned: no secret\n", capsys.readouterr().out
    )


def test_other_files_of_a_folder_are_looked_into_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text(KEY, encoding="utf-8")
    (tmp_path / "a.yaml").write_text(fixture(), encoding="utf-8")
    (tmp_path / "below" / ".a.yaml.x.aswritten-tmp").write_text(f"\n\n{KEY}\n", encoding="utf-8")
    (tmp_path / "below" / "scenarios.yaml").write_text(f"one: 1\ntwo:\n  - {KEY}\n", encoding="utf-8")
    (tmp_path / "image.bin").write_bytes(bytes(range(256)))
    assert run([str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path}/below/.a.yaml.x.aswritten-tmp:3: OpenAI API key",
        f"{tmp_path}/below/scenarios.yaml:3: OpenAI API key",
        "1 recording and 3 other files by text alone scanned: 2 secrets",
    ]


def test_names_of_the_settings_are_secrets_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "aswritten.yaml").write_text("scrub: [User]\n", encoding="utf-8")
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "a.yaml").write_text(fixture(sent='{"user": "jane"}'), encoding="utf-8")
    assert run([str(tmp_path / "fixtures")]) == 1
    assert capsys.readouterr().out.splitlines()[0].endswith("a.yaml:7: request.body.user: the value of user")


def gone(path: Path) -> None:
    path.symlink_to("nowhere")


def text(written: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(written, encoding="utf-8")


UNREAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to nowhere": (gone, ": cannot be read: No such file or directory"),
    "no YAML": (text("a: [1\nb: 2\n"), ":2: is not YAML: did not find expected ',' or ']'"),
    "no fixture": (
        text(fixture().replace("answers: recorded", "answers: all")),
        ':3: answers: expected "recorded" or "alike" or "derived", got "all"',
    ),
    "no gzip": (
        text(fixture(f"{{at: 0, base64: {packed(b'x')}}}", headers="content-encoding: zstd")),
        ":11: the body is packed with zstd",
    ),
}


@pytest.mark.parametrize(("make", "message"), UNREAD.values(), ids=UNREAD)
def test_a_file_that_cannot_be_looked_into_is_no_clean_one(
    make: Callable[[Path], object], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "good.yaml").write_text(fixture(), encoding="utf-8")
    make(tmp_path / "odd.yaml")
    assert run([str(tmp_path)]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{tmp_path}/odd.yaml{message}")
    assert last == "1 recording scanned: no secret; 1 file could not be read"


def test_a_folder_that_cannot_be_listed_is_no_clean_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fixtures"
    (folder / "closed").mkdir(parents=True)
    (folder / "good.yaml").write_text(fixture(), encoding="utf-8")
    (folder / "linked").symlink_to(tmp_path)
    listed = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert run([str(folder)]) == 1
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{folder}/closed: cannot be read: ")
    assert second.startswith(f"{folder}/linked: cannot be read: ")
    assert last == "1 recording scanned: no secret; 2 files could not be read"


@pytest.mark.parametrize("name", ["a link to nowhere", "no YAML", "no fixture"])
def test_one_that_was_named_is_a_mistake(name: str, tmp_path: Path) -> None:
    UNREAD[name][0](tmp_path / "odd.yaml")
    with pytest.raises(UsageError, match=r"odd\.yaml"):
        run([str(tmp_path / "odd.yaml")])


def test_nothing_to_look_into_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file to look into"):
        run([str(tmp_path)])
    with pytest.raises(UsageError, match="expected a file or a folder, and there is none"):
        run([str(tmp_path / "nowhere")])


def test_yaml_that_refers_to_itself_is_looked_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("a: &a [*a, *a]\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text(f"a: 1\n---\nb: {KEY}\n", encoding="utf-8")
    assert run([str(tmp_path)]) == 1
    assert f"{tmp_path}/b.yaml:3: OpenAI API key\n" in capsys.readouterr().out


def test_the_readme_shows_what_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    readme = (FIXTURES.parent / "README.md").read_text(encoding="utf-8")
    shown = readme.partition("$ aswritten fixtures --scan\n")[2].partition("```")[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "completion.yaml").write_text(PLANTED["in a comment"][0], encoding="utf-8")
    (tmp_path / "fixtures" / "stream.yaml").write_text(PLANTED["in pieces"][0], encoding="utf-8")
    assert main(["fixtures", "--scan"]) == 1
    assert capsys.readouterr().out == shown
