"""`aswritten contract` on files: every exchange gets one verdict, what is printed adds up, and the exit code follows."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from aswritten.cli import main
from aswritten.contract import profile_names
from aswritten.judge import judge
from aswritten.recordings import load_recordings
from served import WISHES, derived, served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
SHARED = ROOT.parent / "shared" / "recordings"
INDEX = SHARED / "INDEX.tsv"
PAGE = ROOT / "docs" / "compatibility.md"
SCHEMA = Draft202012Validator(
    json.loads((ROOT / "schemas" / "contract-report.schema.json").read_text(encoding="utf-8"))
)
needs_recordings = pytest.mark.skipif(not INDEX.is_file(), reason="the shared recordings are not beside this checkout")

COMPLETION: dict[str, Any] = {
    "id": "chat-1",
    "object": "chat.completion",
    "created": 1731584707,
    "model": "gpt-4o",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hi!", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
}
REQUEST: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi there!"}]}


def chunks(*deltas: tuple[dict[str, Any], str | None]) -> str:
    """A stream of one choice."""
    head = {"id": "chat-1", "object": "chat.completion.chunk", "created": 1731584707, "model": "gpt-4o"}
    events = [
        json.dumps(head | {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
        for delta, finish in deltas
    ]
    return "".join(f"data: {event}\n\n" for event in (*events, "[DONE]"))


def exchange(
    answer: object, *, request: object = None, url: str = "https://api.openai.com/v1/chat/completions"
) -> dict[str, Any]:
    """An entry of a cassette: a stream for text, else JSON."""
    is_stream = isinstance(answer, str)
    asked = REQUEST | ({"stream": True} if is_stream else {}) if request is None else request
    kind = "text/event-stream" if is_stream else "application/json"
    return {
        "request": {
            "method": "POST",
            "uri": url,
            "headers": {},
            "body": asked if isinstance(asked, str) else json.dumps(asked),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"content-type": [kind]},
            "body": {"string": answer if is_stream else json.dumps(answer)},
        },
    }


GOOD = exchange(COMPLETION)
BAD = exchange(
    chunks(
        ({"role": "assistant", "content": ""}, None), ({"content": "Hi!"}, None), ({"content": 7}, None), ({}, "stop")
    )
)
OTHER = exchange({"object": "list", "data": []}, url="https://api.openai.com/v1/embeddings")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command runs in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[str], str]]:
    """Runs the command: (exit code, lines printed, text on standard error)."""

    def run_it(*arguments: str) -> tuple[int, list[str], str]:
        code = main(["contract", *arguments])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run_it


def cassette(path: Path, *entries: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.dump({"interactions": list(entries), "version": 1}), encoding="utf-8")


def report(path: Path) -> dict[str, Any]:
    """The JSON that was written, which keeps its schema and adds up."""
    value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert [error.message for error in SCHEMA.iter_errors(value)] == []
    verdicts = [one["verdict"] for one in value["exchanges"]]
    assert value["summary"] == {
        "exchanges": len(verdicts), **{name: verdicts.count(name) for name in ("ok", "violated", "not-checked")},
    }  # fmt: skip
    return value


def test_a_violated_exchange_is_told_with_its_findings(run: Any, folder: Path) -> None:
    cassette(folder / "tape.yaml", GOOD, BAD)
    code, lines, _ = run("tape.yaml", "--json", "out.json")
    assert code == 1
    assert lines[:2] == [
        "tape.yaml[1]: violated (stream of api.openai.com, held to openai)",
        "  event 3: choices[0].delta.content: expected a string or null, got 7 (wire.chunk-schema)",
    ]
    assert lines[-1] == "2 exchanges: 1 ok, 1 violated, 0 not-checked"
    good, bad = report(folder / "out.json")["exchanges"]
    assert good == {
        "source": "tape.yaml", "index": 0, "host": "api.openai.com", "profile": "openai", "kind": "completion",
        "verdict": "ok", "reason": "", "findings": [], "deviations": [],
    }  # fmt: skip
    assert (bad["index"], bad["kind"], bad["verdict"]) == (1, "stream", "violated")
    assert bad["findings"][0] == {
        "rule": "wire.chunk-schema", "level": "error", "where": "event 3: choices[0].delta.content",
        "message": 'choices[0].delta.content: expected a string or null, got 7', "expected": "a string or null", "got": "7", "count": 1,
    }  # fmt: skip


def test_the_same_finding_in_many_chunks_is_one_with_its_count(run: Any, folder: Path) -> None:
    odd = ({"content": "x", "mood": 1}, None)
    cassette(folder / "tape.yaml", exchange(chunks(({"role": "assistant"}, None), *[odd] * 200, ({}, "stop"))))
    _, lines, _ = run("tape.yaml", "--json", "out.json")
    (finding,) = report(folder / "out.json")["exchanges"][0]["findings"]
    assert (finding["rule"], finding["count"]) == ("wire.unknown-field", 200)
    assert (
        lines[1] == "  event 2: choices[0].delta.mood: there is no such field. (the first of 200) (wire.unknown-field)"
    )


def test_what_is_no_chat_completion_is_not_checked_and_counted(run: Any, folder: Path) -> None:
    cassette(folder / "tape.yaml", GOOD, OTHER, OTHER)
    code, lines, _ = run("tape.yaml", "--json", "out.json")
    assert code == 0
    assert lines == [
        "not checked:",
        "     2  is no chat completion (first: tape.yaml[1]: POST /v1/embeddings)",
        "3 exchanges: 1 ok, 0 violated, 2 not-checked",
    ]
    other = report(folder / "out.json")["exchanges"][1]
    assert (other["kind"], other["profile"], other["reason"]) == ("", "", "is no chat completion: POST /v1/embeddings")


def test_a_completion_from_another_endpoint_is_checked(run: Any, folder: Path) -> None:
    streamed = exchange(": a comment\n\n" + BAD["response"]["body"]["string"], url="https://api.openai.com/run")
    cassette(folder / "tape.yaml", exchange(COMPLETION, url="https://api.openai.com/run"), streamed)
    run("tape.yaml", "--json", "out.json")
    assert [one["verdict"] for one in report(folder / "out.json")["exchanges"]] == ["ok", "violated"]


def test_nothing_of_a_folder_is_dropped(run: Any, folder: Path) -> None:
    cassette(folder / "tapes" / "a.yaml", GOOD)
    cassette(folder / "tapes" / "deep" / "b.yml", BAD, "nonsense")
    cassette(folder / "tapes" / "empty.yaml")
    (folder / "tapes" / "broken.yaml").write_text("interactions: [\n")
    (folder / "tapes" / "config.yaml").write_text("name: something else\n")
    (folder / "tapes" / "fixture.yaml").write_text("aswritten: 1\nanswers: recorded\n")
    (folder / "tapes" / "readme.md").write_text("no cassette\n")
    (folder / "tapes" / "scenarios.yaml").write_text("aswritten-scenarios: 1\n")
    code, lines, _ = run("tapes", "--json", "out.json")
    assert code == 1
    assert [(one["source"], one["index"], one["verdict"], one["reason"]) for one in report(folder / "out.json")["exchanges"]] == [
        ("a.yaml", 0, "ok", ""),
        ("broken.yaml", 0, "not-checked", "2: is not YAML: did not find expected node content"),
        ("config.yaml", 0, "not-checked", "is neither a fixture (`aswritten: 1`) nor a vcrpy cassette (`interactions:`)"),
        ("deep/b.yml", 0, "violated", ""),
        ("deep/b.yml", 1, "not-checked", "expected a mapping with `request` and `response`, got text"),
        ("empty.yaml", 0, "not-checked", "is a cassette without any interaction: record it again"),
        ("fixture.yaml", 0, "not-checked", "1: the file: expected the key 'source', got 'aswritten', 'answers' (and 2 more)"),
    ]  # fmt: skip
    assert lines[-1] == "7 exchanges: 1 ok, 1 violated, 5 not-checked"


def test_of_several_targets_each_file_is_judged_once_and_named_as_given(run: Any, folder: Path) -> None:
    cassette(folder / "tapes" / "a.yaml", GOOD)
    cassette(folder / "more" / "a.yaml", GOOD)
    run("tapes", "more", "tapes/a.yaml", "--json", "out.json")
    assert [one["source"] for one in report(folder / "out.json")["exchanges"]] == ["tapes/a.yaml", "more/a.yaml"]


UNREADABLE = {
    "a gzip that is cut": exchange(COMPLETION) | {
        "response": {"status": {"code": 200}, "headers": {"content-encoding": ["gzip"]}, "body": {"string": b"\x1f\x8b\x08"}}
    },
    "a body that is not UTF-8": exchange(COMPLETION) | {
        "response": {"status": {"code": 200}, "headers": {}, "body": {"string": b"\xff\xfe{}"}}
    },
    "no body": exchange(COMPLETION) | {"response": {"status": {"code": 200}, "headers": {}, "body": {"string": ""}}},
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_where_nothing_could_be_checked_the_exit_code_says_so(case: str, run: Any, folder: Path) -> None:
    cassette(folder / "tape.yaml", UNREADABLE[case])
    code, lines, error = run("tape.yaml", "--json", "out.json")
    assert (code, lines[-1]) == (2, "1 exchange: 0 ok, 0 violated, 1 not-checked")
    assert error == "aswritten: tape.yaml: nothing was checked: expected a chat completion that can be read\n"
    assert report(folder / "out.json")["exchanges"][0]["kind"] == "completion"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.yaml"], "nothing.yaml: expected a fixture, a cassette (.yaml) or a folder of them, and there is none"),
        (["broken.yaml"], "broken.yaml:2: is not YAML: did not find expected node content"),
        (["config.yaml"], "config.yaml: is neither a fixture (`aswritten: 1`) nor a vcrpy cassette (`interactions:`)"),
        (["empty.yaml"], "empty.yaml: is a cassette without any interaction: record it again"),
        (["tags.yaml"], "tags.yaml:1: is not plain YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.getcwd'"),
        (["hollow"], "hollow: holds no fixture and no cassette: expected .yaml files in it"),
        (["tape.yaml", "--profile", "opnai"], f"no profile is called 'opnai'; there are {', '.join(profile_names())}. Perhaps openai?"),
        (["tape.yaml", "--json", "no/out.json"], "no/out.json: expected a file in a folder that exists (--json)"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_user_is_told_with_what_to_do(
    arguments: Sequence[str], message: str, run: Any, folder: Path
) -> None:
    cassette(folder / "tape.yaml", GOOD)
    cassette(folder / "empty.yaml")
    (folder / "broken.yaml").write_text("interactions: [\n")
    (folder / "config.yaml").write_text("name: something else\n")
    (folder / "tags.yaml").write_text("interactions: !!python/object/apply:os.getcwd []\n")
    (folder / "hollow").mkdir()
    assert run(*arguments) == (2, [], f"aswritten: {message}\n")


def test_a_file_that_says_how_recordings_are_made_holds_no_exchange(run: Any, folder: Path) -> None:
    (folder / "scenarios.yaml").write_text("aswritten-scenarios: 1\n")
    code, lines, error = run("scenarios.yaml")
    assert (code, lines) == (2, ["0 exchanges: 0 ok, 0 violated, 0 not-checked"])
    assert error == "aswritten: scenarios.yaml: nothing was checked: expected a chat completion that can be read\n"


def test_a_profile_is_chosen_by_host_or_by_name(run: Any, folder: Path) -> None:
    answer = {
        **COMPLETION,
        "choices": [{**COMPLETION["choices"][0], "content_filter_results": {"hate": {"filtered": False}}}],
    }
    cassette(folder / "tape.yaml", exchange(answer, url="https://api.novita.ai/v3/openai/chat/completions"))
    assert run("tape.yaml", "--json", "auto.json")[0] == 0
    (auto,) = report(folder / "auto.json")["exchanges"]
    assert (auto["profile"], auto["verdict"]) == ("novita", "ok")
    assert any(name.startswith("novita: ") for name in auto["deviations"])
    assert run("tape.yaml", "--profile", "openai", "--json", "strict.json")[0] == 1
    (strict,) = report(folder / "strict.json")["exchanges"]
    assert (strict["profile"], strict["verdict"], strict["deviations"]) == ("openai", "violated", [])
    assert [finding["where"] for finding in strict["findings"]] == ["choices[0].content_filter_results"]


def test_a_request_of_somebody_else_warns_and_one_of_ours_violates(run: Any, folder: Path) -> None:
    wrong = REQUEST | {"temperature": "hot"}
    cassette(folder / "tape.yaml", exchange(COMPLETION, request=wrong))
    code, _, _ = run("tape.yaml", "--json", "out.json")
    (finding,) = report(folder / "out.json")["exchanges"][0]["findings"]
    assert (code, finding["level"], finding["where"]) == (0, "warning", "request: temperature")
    ours = {
        "aswritten": 1,
        "source": {"kind": "composed", "why": "a test"},
        "answers": "recorded",
        "request": {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "body": wrong},
        "responses": [
            {
                "status": 200,
                "headers": {"content-type": "application/json"},
                "reads": [{"at": 0.1, "data": json.dumps(COMPLETION)}],
            }
        ],
    }
    (folder / "ours.yaml").write_text(yaml.dump(ours))
    code, lines, _ = run("ours.yaml")
    assert (code, lines[0]) == (1, "ours.yaml[0]: violated (completion of api.openai.com, held to openai)")
    assert lines[1].startswith("  request: temperature: expected a number")


def test_a_request_that_the_api_refused_is_told_for_information_alone(run: Any, folder: Path) -> None:
    refused = exchange(
        {"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": None}}, request="{model: x}"
    )
    refused["response"]["status"] = {"code": 400}
    cassette(folder / "tape.yaml", refused)
    code, _, _ = run("tape.yaml", "--json", "out.json")
    (one,) = report(folder / "out.json")["exchanges"]
    assert (code, one["kind"], one["verdict"]) == (0, "error", "ok")
    assert [(finding["level"], finding["where"]) for finding in one["findings"]] == [("info", "request")]


def test_our_fixtures_keep_the_contract(run: Any) -> None:
    code, lines, _ = run(str(FIXTURES))
    recordings = load_recordings([FIXTURES])
    chats, others = (
        sum(len(one.responses) for one in recordings if one.url.endswith("/chat/completions") is is_chat)
        for is_chat in (True, False)
    )
    assert (code, lines[-1]) == (0, f"{chats + others} exchanges: {chats} ok, 0 violated, {others} not-checked")


def test_what_the_mock_derives_keeps_the_contract_over_a_socket() -> None:
    judged = [judge(subject) for subject in derived(load_recordings([FIXTURES]))]
    assert [(one.verdict, one.problems) for one in judged] == [("ok", ())] * 2 * len(WISHES)


def test_what_the_mock_serves_is_judged_as_the_file_is() -> None:
    pairs = list(served(load_recordings([FIXTURES])))
    assert pairs
    for in_file, over_socket in pairs:
        assert over_socket.response
        assert judge(over_socket) == judge(in_file)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report on the shared recordings, and the page of who differs in what, as `page`."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "page.md").write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    main(["contract", str(SHARED), "--json", str(folder / "out.json"), "--compatibility", str(folder / "page.md")])
    return report(folder / "out.json") | {"page": (folder / "page.md").read_text(encoding="utf-8")}


@needs_recordings
def test_each_recorded_chat_completion_has_a_verdict(measured: dict[str, Any]) -> None:
    with INDEX.open(encoding="utf-8") as lines:
        rows = {(row["path"], int(row["interaction"])): row for row in csv.DictReader(lines, delimiter="\t")}
    judged = {(one["source"], one["index"]): one for one in measured["exchanges"]}
    assert len(judged) == len(measured["exchanges"])
    assert len(rows) == 437
    kinds = {"sse": "stream", "json": "completion"}
    for place, row in rows.items():
        one = judged[place]
        assert (one["host"], one["verdict"] == "not-checked") == (row["host"], False), place
        assert one["kind"] == ("error" if int(row["status"]) >= 400 else kinds[row["kind"]]), place
    for place in judged.keys() - rows.keys():
        assert judged[place]["reason"].startswith("is no chat completion: "), place


@needs_recordings
def test_the_compatibility_page_is_what_the_recordings_say(measured: dict[str, Any]) -> None:
    assert PAGE.read_text(encoding="utf-8") == measured["page"], (
        "run `aswritten contract ../shared/recordings --compatibility docs/compatibility.md`"
    )
