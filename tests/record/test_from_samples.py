"""`aswritten record --from-samples` as its user meets it: what is run, asked, kept and told."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jsonschema
import pytest
import yaml

from aswritten.cli import main
from aswritten.data import data_dir
from aswritten.recordings import load_recordings
from conforming_server import KEY, Conforming, Reply, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")

URL = "https://api.example.com/v1/chat/completions"
BODY = '{"model": "conforming-1", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -sS {URL} -H 'Content-Type: application/json' -H \"Authorization: Bearer $API_KEY\" -d '{BODY}'"
STREAM = CALL.replace('"Hi"}]', '"Hi"}], "stream": true').replace("curl", "curl -N")
PAGE = f"# Chat\n\n```bash\n{CALL}\n```\n\nIt streams, too:\n\n```bash\n{STREAM}\n```\n"


@dataclass(frozen=True)
class Ran:
    code: int
    lines: list[str]
    err: str


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a page of two samples and settings that name a folder for recordings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_KEY", KEY)
    (tmp_path / "chat.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "aswritten.yaml").write_text("variables: {API_KEY: dummy}\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(["record", "--from-samples", *arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        assert KEY not in said.out + said.err
        return Ran(code, said.out.splitlines(), said.err)

    return run


def asking(server: Conforming) -> list[str]:
    return ["--base-url", server.url, "--api-key-env", "THE_KEY", "--into", "recordings"]


def test_what_samples_ask_and_get_becomes_the_recordings_that_answer_them(
    run: Callable[..., Ran], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(key=KEY) as server:
        ran = run("chat.md", *asking(server), "--json", "out.json")
        assert {authorization for _, authorization, _ in server.asked} == {f"Bearer {KEY}"}
    assert (ran.code, ran.err) == (0, "")
    assert [line.partition(" (")[0].rstrip("0123456789. s") for line in ran.lines if "shut in" not in line] == [
        "chat.md::L3-curl: passed",
        "chat.md::L9-curl: passed",
        "recordings/chat-1.yaml: recorded",
        "recordings/chat-2.yaml: recorded",
        "2 samples: 2 passed",
        "2 requests: 2 recorded, 0 unchanged, 0 kept, 0 not recorded; 2 calls sent".rstrip("0123456789. s"),
    ]
    one, stream = load_recordings([folder / "recordings"])
    assert (one.url, one.headers, one.body) == (URL, (), json.loads(BODY))
    assert (one.answers, one.source.kind) == ("recorded", "recorded")
    assert len(stream.responses[0].reads) > 3
    document = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    schema = json.loads((data_dir("schemas") / "record-report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert [entry["scenario"] for entry in document["scenarios"]] == ["chat.md:3", "chat.md:9"]
    assert [block["verdict"] for block in document["samples"]["blocks"]] == ["passed", "passed"]
    assert all(KEY not in path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    # And they do.
    assert main(["check", "chat.md", "--fixtures", "recordings"]) == 0
    assert "2 passed" in capsys.readouterr().out


def test_once_more_they_are_made_anew_under_the_same_names(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "aswritten.yaml").write_text("variables: {API_KEY: dummy}\nfixtures: [recordings]\n", encoding="utf-8")
    with serving(key=KEY) as server:
        assert run("chat.md", *asking(server)).code == 0
        before = {path.name for path in (folder / "recordings").iterdir()}
        # The settings' folder is where they go, when none is named.
        ran = run("chat.md", *asking(server)[:4])
    assert ran.code == 0, ran
    assert {path.name for path in (folder / "recordings").iterdir()} == before
    assert ran.lines[-1] == "2 requests: 2 recorded, 0 unchanged, 0 kept, 0 not recorded; 2 calls sent"


def test_a_sample_that_fails_is_shown_and_what_came_is_kept_all_the_same(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "chat.md").write_text(f"```bash\n{CALL}\nexit 3\n```\n", encoding="utf-8")
    with serving(key=KEY) as server:
        ran = run("chat.md", *asking(server))
    assert ran.code == 1
    assert any("[run.exit]" in line for line in ran.lines)
    assert "recordings/chat-1.yaml: recorded" in "\n".join(ran.lines)


def test_an_answer_that_breaks_the_contract_is_refused(run: Callable[..., Ran], folder: Path) -> None:
    def break_it(reply: Reply) -> None:
        reply.body.pop("choices", None)

    with serving(break_it, key=KEY) as server:
        ran = run("chat.md::L3-curl", *asking(server), "--profile", "openai")
    assert ran.code == 1
    assert "recordings/chat-1.yaml: not recorded: the contract of openai is broken" in ran.lines
    assert [path.name for path in (folder / "recordings").iterdir()] == ["chat-1.yaml.rejected"]


def test_a_server_that_is_not_there_is_a_mistake_of_the_set_up(run: Callable[..., Ran], folder: Path) -> None:
    with serving() as server:
        options = asking(server)
    ran = run("chat.md", *options)
    host = server.url.split("/")[2]
    assert ran.code == 2
    assert f"  hint:     {host} does not answer: connection refused" in ran.lines
    assert f"recordings/chat-1.yaml: not recorded: {host} does not answer: connection refused" in ran.lines
    assert ran.lines[-1] == "2 requests: 0 recorded, 0 unchanged, 0 kept, 2 not recorded; 1 call sent"
    assert list((folder / "recordings").iterdir()) == []


def test_a_wrong_key_is_told(run: Callable[..., Ran]) -> None:
    with serving(key="sk-another-Zq8Lw2Xv5Tn0Rb7") as server:
        ran = run("chat.md", *asking(server))
    assert ran.code == 2
    assert any(
        "does not let us in (401: Incorrect API key provided.): is the key in THE_KEY right?" in line
        for line in ran.lines
    )


def test_secrets_in_answers_stay_out(run: Callable[..., Ran], folder: Path) -> None:
    secret = "sk-proj-Zq8Lw2Xv5Tn0Rb7Yk4HdZq8Lw2Xv5Tn0Rb7Yk4Hd"

    def tell(reply: Reply) -> None:
        reply.body["system_fingerprint"] = secret

    with serving(tell, key=KEY) as server:
        ran = run("chat.md::L3-curl", *asking(server))
    assert ran.code == 0
    (path,) = (folder / "recordings").iterdir()
    assert secret not in path.read_text(encoding="utf-8") + "".join(ran.lines)
    assert "[key]" in path.read_text(encoding="utf-8")


def test_what_a_header_tells_to_be_secret_stays_out_of_bodies_and_banners(
    run: Callable[..., Ran], folder: Path
) -> None:
    session = "Zq8Lw2Xv5Tn0Rb7Yk4Hd"

    def tell(reply: Reply) -> None:
        reply.headers["Set-Cookie"] = f"session={session}"
        reply.body["system_fingerprint"] = session

    (folder / "chat.md").write_text(f"```bash\n{CALL}\nexit 3\n```\n", encoding="utf-8")
    with serving(tell, key=KEY) as server:
        ran = run("chat.md", *asking(server), "--json", "out.json")
    assert ran.code == 1
    assert "came back" in "".join(ran.lines)
    (path,) = (folder / "recordings").iterdir()
    assert session not in path.read_text(encoding="utf-8") + "".join(ran.lines) + (folder / "out.json").read_text()


def test_calls_are_bounded(run: Callable[..., Ran]) -> None:
    with serving(key=KEY) as server:
        ran = run("chat.md", *asking(server), "--max-calls", "1")
        assert len(server.asked) == 1
    assert ran.code == 1
    assert "recordings/chat-2.yaml: not recorded: --max-calls 1 allows no more" in ran.lines


def test_a_language_can_be_chosen_and_nothing_else_is_run(run: Callable[..., Ran]) -> None:
    with serving(key=KEY) as server:
        ran = run("chat.md", *asking(server), "--language", "node")
        assert server.asked == []
    assert (ran.code, ran.lines) == (2, [])
    assert (
        ran.err == "aswritten: no sample ran, so that nothing was recorded\n  not selected: only node was asked for\n"
    )


def test_a_conversation_goes_on_from_what_was_answered(run: Callable[..., Ran], folder: Path) -> None:
    """Two samples that ask the same: the second one is answered as the first, so that what follows fits both."""
    follow = (
        f'id=$({CALL} | sed \'s/.*"id": "\\([^"]*\\)".*/\\1/\')\n'
        f"curl -sS {URL} -H 'Content-Type: application/json' -H \"Authorization: Bearer $API_KEY\" \\\n"
        ' -d \'{"model": "conforming-1", "messages": [{"role": "user", "content": "\'"$id"\'"}]}\'\n'
    )
    (folder / "chat.md").write_text(f"```bash\n{follow}```\n\n```bash\n{follow}```\n", encoding="utf-8")
    with serving(key=KEY) as server:
        ran = run("chat.md", *asking(server))
        bodies = [json.loads(body) for _, _, body in server.asked]
    assert ran.code == 0, ran.lines
    assert [body["messages"][0]["content"] for body in bodies] == ["Hi", "chatcmpl-000001"]
    assert ran.lines[-1] == "2 requests: 2 recorded, 0 unchanged, 0 kept, 0 not recorded; 2 calls sent"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--from-samples: expected pages, sample files or folders of them"),
        (["chat.md", "--check"], "--check does not go with --from-samples"),
        (["chat.md", "--only", "x"], "--only does not go with --from-samples"),
        (["chat.md"], "no settings say where the recordings of these pages lie: name a folder by --into"),
        (["chat.md", "--into", "chat.md"], "chat.md: is a file: expected a folder of recordings (--into)"),
        (["nowhere.md", "--into", "x"], "nowhere.md: no such file or folder"),
        (["chat.md::L9-pyhton", "--into", "x"], "chat.md: no block is called 'L9-pyhton'."),
        (["chat.md", "--into", "x", "--api-key-env", "NO_KEY"], "--api-key-env NO_KEY: the variable is not set"),
        (["chat.md", "--into", "x", "--base-url", "ftp://x"], "ftp://x: expected a base URL"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(
    arguments: list[str], message: str, run: Callable[..., Ran]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.lines) == (2, [])
    assert ran.err.startswith(f"aswritten: {message}")


def test_its_options_are_for_it_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "--language", "curl"]) == 2
    assert capsys.readouterr().err == "aswritten: --language goes with --from-samples\n"


def test_a_page_without_a_sample_is_refused(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "chat.md").write_text("# Nothing\n", encoding="utf-8")
    ran = run("chat.md", "--into", "x")
    assert (ran.code, ran.err) == (2, "aswritten: no sample ran, so that nothing was recorded\n")


def test_the_settings_of_a_page_name_what_is_secret(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "aswritten.yaml").write_text(yaml.safe_dump({"variables": {"API_KEY": "dummy"}, "scrub": ["tenant"]}))

    def tell(reply: Reply) -> None:
        reply.body["tenant"] = "acme"

    with serving(tell, key=KEY) as server:
        run("chat.md::L3-curl", *asking(server), "--profile", "generic")
    (path,) = (folder / "recordings").iterdir()
    assert "acme" not in path.read_text(encoding="utf-8")
