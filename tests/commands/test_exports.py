"""`aswritten fixtures export`: what vcrpy plays of it to a real client is what the fixture holds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
import vcr  # type: ignore[import-untyped]  # it has no types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aswritten import cassettes
from aswritten.cli import main
from aswritten.exports import cassette
from aswritten.recordings import Read, RecordedResponse, Recording, Source, dump, load_recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Run = Callable[..., tuple[int, list[str], str]]

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
URL = "https://api.example.com/v1/chat/completions"
BASE = "http://localhost:8000/v1"

FIXTURE = """\
aswritten: 1
source: {kind: composed, why: a test}
answers: alike
request: {method: POST, url: 'URL', body: {model: NAME}}
responses:
- {status: 200, headers: {content-type: text/plain}, reads: [{at: 0, data: NAME}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command: (exit code, lines printed, text on standard error)."""

    def run_it(*arguments: str) -> tuple[int, list[str], str]:
        code = main(["fixtures", "export", *arguments])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run_it


def fixture(path: str, url: str = URL) -> str:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(FIXTURE.replace("URL", url).replace("NAME", Path(path).stem))
    return path


def recording(*answers: RecordedResponse, body: object = None) -> Recording:
    source = Source("composed", why="a test")
    return Recording("one", Path("one.yaml"), source, "recorded", "POST", URL, (), body, answers)


def played(path: Path, recordings: Sequence[Recording]) -> list[tuple[int, dict[str, str], bytes]]:
    """What urllib3 gets for the requests of these recordings, from vcrpy and the cassette alone."""
    found = []
    tape = vcr.VCR(record_mode="none", match_on=["method", "uri", "body"]).use_cassette(str(path))
    with tape as cassette_played, urllib3.PoolManager() as pool:
        for one in recordings:
            url = BASE + one.url[1:] if one.url.startswith("*") else one.url
            for _ in one.responses:
                body = None if one.body is None else json.dumps(one.body).encode()
                headers = {"content-type": "application/json"}
                answer = pool.request(one.method, url, body=body, headers=headers, retries=False)
                found.append(
                    (answer.status, {name.lower(): text for name, text in answer.headers.items()}, answer.data)
                )
        assert cassette_played.all_played
    return found


def held(recordings: Sequence[Recording]) -> list[tuple[int, dict[str, str], bytes]]:
    return [(one.status, dict(one.headers), one.body) for several in recordings for one in several.responses]


def test_every_fixture_of_ours_is_played_by_vcrpy_as_it_is(run: Run) -> None:
    code, lines, _ = run(str(FIXTURES), "--into", "all.yaml", "--base-url", f"{BASE}/")
    recordings = sorted(load_recordings([FIXTURES]), key=lambda one: one.path)
    assert (code, lines) == (0, [f"all.yaml: {len(held(recordings))} interactions"])
    assert played(Path("all.yaml"), recordings) == held(recordings)


AWKWARD = {
    "a stream in reads that split a character": [b"data: \xc3", b"\xa9\r\n\r\n", b": ping\n\ndata: [DONE]\n\n"],
    "bytes that are no text": [bytes(range(256)), b"\x89PNG\r\n\x1a\n"],
    "line breaks of all kinds": ["a\rb\r\nc\x85d\u2028e\u2029f\n\n\n".encode()],
    "blanks at the ends of lines": [b"  a  \n\t\n  b \n"],
    "words that YAML knows": [b"true"],
    "a mark of byte order": [b"\xef\xbb\xbf{}"],
    "characters beyond the plane, and those that YAML refuses": ["\U0001f600\x00\x1b\x7f\ufffe".encode()],
}


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_bytes_are_played_as_they_are(case: str, folder: Path) -> None:
    reads = tuple(Read(index / 10, data) for index, data in enumerate(AWKWARD[case]))
    one = recording(RecordedResponse(200, (("content-type", "text/event-stream"),), reads), body={"a": "é\u2028"})
    Path("one.yaml").write_text(cassette([one]), encoding="utf-8")
    assert played(Path("one.yaml"), [one]) == held([one])


@pytest.mark.parametrize("status", [200, 204])
def test_a_body_without_a_byte_is_played_and_brought_in_again(
    status: int, folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    one = recording(RecordedResponse(status, (("content-type", "text/plain"),), ()), body={"a": 1})
    Path("one.yaml").write_text(dump(one), encoding="utf-8")
    assert run("one.yaml", "--into", "tape.yaml")[0] == 0
    (answer,) = played(Path("tape.yaml"), [one])
    assert (answer[0], answer[2]) == (status, b"")
    assert main(["fixtures", "import", "tape.yaml", "--into", "again"]) == 0
    (again,) = load_recordings([Path("again")])
    assert (again.body, again.responses) == (one.body, one.responses)


def test_a_packed_body_is_played_unpacked_as_vcrpy_does_not_unpack_it(folder: Path) -> None:
    packed = gzip.compress(b'{"a": 1}')
    headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
    one = recording(RecordedResponse(200, headers, (Read(0, packed[:5]), Read(1, packed[5:]))))
    Path("one.yaml").write_text(cassette([one]), encoding="utf-8")
    assert played(Path("one.yaml"), [one]) == [(200, {"content-type": "application/json"}, b'{"a": 1}')]


def test_bytes_that_are_packed_by_themselves_are_played_as_they_are(folder: Path) -> None:
    """A file to download, say: its packing is none of the transfer."""
    packed = gzip.compress(b"a")
    one = recording(RecordedResponse(200, (("content-type", "application/gzip"),), (Read(0, packed),)))
    Path("one.yaml").write_text(cassette([one]), encoding="utf-8")
    assert played(Path("one.yaml"), [one]) == [(200, {"content-type": "application/gzip"}, packed)]


def test_several_answers_are_played_in_their_order(run: Run) -> None:
    text = FIXTURE.replace("URL", URL).replace("NAME", "m")
    answer = "- {status: 429, headers: {retry-after: '1'}, reads: [{at: 0, data: later}]}\n"
    Path("one.yaml").write_text(text.replace("responses:\n", "responses:\n" + answer))
    assert run("one.yaml", "--into", "tape.yml")[:2] == (0, ["tape.yml: 2 interactions"])
    with vcr.VCR(record_mode="none").use_cassette("tape.yml"), urllib3.PoolManager() as pool:
        first, second = (pool.request("POST", URL, json={"model": "m"}, retries=False) for _ in range(2))
    assert (first.status, first.reason, first.headers["retry-after"], first.data) == (
        429, "Too Many Requests", "1", b"later",
    )  # fmt: skip
    assert (second.status, second.data) == (200, b"m")


def test_the_form_is_the_standard_one(folder: Path) -> None:
    one = recording(RecordedResponse(299, (("content-type", "a/b"),), (Read(0, b"x\ny\n"),)), body={"n": 1})
    assert cassette([one]) == (
        """\
interactions:
- request:
    body: '{"n": 1}'
    headers:
      content-type:
      - application/json
    method: POST
    uri: https://api.example.com/v1/chat/completions
  response:
    body:
      string: |
        x
        y
    headers:
      content-type:
      - a/b
    status:
      code: 299
      message: ''
version: 1
"""
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.binary(min_size=1) | st.text(min_size=1).map(lambda text: text.encode()), max_size=3),
    st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=3),
)
def test_any_bytes_come_back_through_our_own_reader(tmp_path: Path, data: list[bytes], body: dict[str, Any]) -> None:
    """Which takes bytes that begin as a gzip for one: the header may have been left out."""
    reads = tuple(Read(0, part) for part in data if not part.startswith(b"\x1f\x8b"))
    one = recording(RecordedResponse(200, (("content-type", "text/event-stream"),), reads), body=body)
    path = tmp_path / "one.yaml"
    path.write_text(cassette([one]), encoding="utf-8")
    (again,) = cassettes.interactions(cassettes.read_document(path), path)
    assert again.request
    assert again.response
    assert json.loads(again.request.body) == body
    assert again.response.body == one.responses[0].body


def test_each_fixture_has_a_cassette_of_its_name_in_a_folder(run: Run) -> None:
    fixture("fx/a.yaml")
    fixture("fx/sub/a.yaml", "https://b.example/")
    fixture("alone.yaml", "https://c.example/")
    Path("fx/scenarios.yaml").write_text("aswritten-scenarios: 1\n")
    code, lines, _ = run("fx", "alone.yaml", "fx/a.yaml", "--into", "tapes")
    assert (code, lines) == (
        0, ["tapes/a.yaml: 1 interaction", "tapes/sub/a.yaml: 1 interaction", "tapes/alone.yaml: 1 interaction"],
    )  # fmt: skip


def test_a_cassette_that_is_there_is_kept_unless_told_otherwise(run: Run) -> None:
    fixture("a.yaml")
    Path("tape.yaml").write_text("mine")
    assert run("a.yaml", "--into", "tape.yaml") == (
        2, [], "aswritten: tape.yaml: is there already: give --force to replace it\n",
    )  # fmt: skip
    assert Path("tape.yaml").read_text() == "mine"
    assert run("a.yaml", "--into", "tape.yaml", "--force")[0] == 0


def test_a_fixture_with_a_secret_is_not_exported(run: Run) -> None:
    key = "sk-proj-aB3dE5gH7jK9mN1pQ3sT5vW7"
    Path(fixture("a.yaml")).write_text(Path("a.yaml").read_text().replace("data: a", f"data: {key}"))
    code, lines, told = run("a.yaml", "--into", "tape.yaml")
    assert (code, lines) == (2, [])
    assert told == "aswritten: a.yaml: a secret stands in responses[0].reads[0]: nothing was written\n"
    assert not Path("tape.yaml").exists()


ANY = "answers for any host (*/x): give --base-url, such as https://api.example.com/v1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["any.yaml", "--into", "new"], f"any.yaml: {ANY}"),
        (["a.yaml", "--into", "new", "--base-url", BASE],
         "--base-url is for fixtures that answer for any host (*/path), and none of these does"),
        (["any.yaml", "--into", "new", "--base-url", "x"], "x: expected a base URL, such as https://api.example.com/v1"),
        (["any.yaml", "--into", "new", "--base-url", f"{BASE}?a"],
         "--base-url: expected a URL without a query, such as https://api.example.com/v1"),
        (["none", "--into", "new"], "none: cannot be read: No such file or directory"),
        (["empty", "--into", "new"], "empty: holds no fixture: expected .yaml files in it"),
        (["wrong.yaml", "--into", "new"], "wrong.yaml:1: the file: expected a mapping, got 7"),
        (["scenarios.yaml", "--into", "new"], "scenarios.yaml: says how fixtures are made, and is none: expected a fixture"),
        (["a.yaml", "--into", "a.yaml"], "a.yaml: is one of the fixtures: expected another place for the cassette (--into)"),
        (["a.yaml", "--into", ".", "--force"], "a.yaml: is one of the fixtures: expected another place for the cassette (--into)"),
        (["a.yaml", "--into", "file"], "file: expected a folder, or a name that ends in .yaml (--into)"),
        (["a.yaml", "sub/a.yaml", "--into", "new"],
         "sub/a.yaml: a.yaml would become new/a.yaml too: export them into one cassette"),
        (["a.yaml", "--into", "file/new"], "file/new: the cassettes cannot be written: Not a directory"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_before_anything_is_written(arguments: list[str], message: str, run: Run) -> None:
    fixture("a.yaml")
    fixture("sub/a.yaml", "https://b.example/")
    fixture("any.yaml", "*/x")
    Path("empty").mkdir()
    Path("file").write_text("")
    Path("wrong.yaml").write_text("7")
    Path("scenarios.yaml").write_text("aswritten-scenarios: 1\n")
    before = sorted(path for path in Path().rglob("*"))
    assert run(*arguments) == (2, [], f"aswritten: {message}\n")
    assert sorted(path for path in Path().rglob("*")) == before
