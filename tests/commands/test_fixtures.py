"""`aswritten fixtures`: what it says of each fixture, what it finds wrong, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from aswritten.cli import main
from aswritten.commands import fixtures
from aswritten.data import data_dir
from aswritten.inventory import RULES, find

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, list[str], str]]

HEAD = ["fixture", "origin", "date", "age", "size", "responses/reads", "used by"]
SCHEMA = json.loads((data_dir("schemas") / "fixtures-report.schema.json").read_text(encoding="utf-8"))
BODY = '{"model": "m", "messages": [{"role": "user", "content": "NAME"}]}'
ANSWER = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hi", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
RECORDED = "{kind: recorded, host: api.example.com, date: '2026-01-31', tool: aswritten 0.1.0}"
COMPOSED = "{kind: composed, why: a test}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the command runs in, on the last day of March 2026."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fixtures, "today", lambda: date(2026, 3, 31))
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command: (exit code, lines printed, text on standard error)."""

    def run_it(*arguments: str) -> tuple[int, list[str], str]:
        code = main(["fixtures", *arguments])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run_it


def fixture(path: str, source: str = RECORDED, reads: int = 1) -> Path:
    """It answers a request that says its name."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    parts = [json.dumps(ANSWER), *["\n"] * (reads - 1)]
    data = ", ".join(f"{{at: {index}, data: {json.dumps(part)}}}" for index, part in enumerate(parts))
    file.write_text(
        f"aswritten: 1\nsource: {source}\nanswers: recorded\n"
        f"request: {{method: POST, url: 'https://api.example.com/v1/chat/completions', body: {BODY.replace('NAME', file.stem)}}}\n"
        f"responses: [{{status: 200, headers: {{content-type: application/json}}, reads: [{data}]}}]\n"
    )
    return file


def cells(line: str) -> list[str]:
    return [cell for cell in line.split("  ") if cell.strip()]


def row(lines: list[str], name: str) -> list[str]:
    (line,) = [line for line in lines if line.split()[0] == name]
    return [cell.strip() for cell in cells(line)]


def test_each_fixture_has_a_line(run: Run) -> None:
    size = fixture("fixtures/a/one.yaml", reads=3).stat().st_size
    fixture("fixtures/two.yaml", COMPOSED)
    fixture("fixtures/three.yaml", "{kind: documented, page: 'https://example.com/docs', line: 7}")
    fixture("fixtures/four.yaml", "{kind: imported, file: x, tool: vcrpy, host: localhost:80}")
    Path("fixtures/scenarios.yaml").write_text("aswritten-scenarios: 1\n")
    code, lines, _ = run()
    assert (code, len(lines)) == (0, 6)
    assert [cell.strip() for cell in cells(lines[0])] == HEAD
    assert row(lines, "a/one") == [
        "a/one", "recorded api.example.com", "2026-01-31", "59 d", f"{size} B", "1/3", "not asked (--samples)",
    ]  # fmt: skip
    assert row(lines, "two")[1:4] == ["composed by hand", "unknown", "unknown"]
    assert row(lines, "three")[1:4] == ["documented https://example.com/docs:7", "unknown", "unknown"]
    assert row(lines, "four")[1:4] == ["imported localhost:80", "unknown", "unknown"]
    assert lines[-1] == "4 fixtures: 1 recorded, 1 imported, 1 documented, 1 composed; 0 findings"


def test_without_a_path_the_folders_of_the_settings_are_meant(run: Run) -> None:
    fixture("fixtures/usual.yaml")
    fixture("tapes/ours.yaml")
    Path("aswritten.yaml").write_text("fixtures: [tapes]\n")
    assert row(run()[1], "tapes/ours")[0] == "tapes/ours"
    assert len(run()[1]) == 3
    assert row(run("fixtures")[1], "usual")[0] == "usual"


def test_a_fixture_that_is_given_twice_is_one(run: Run) -> None:
    fixture("fixtures/one.yaml")
    assert run("fixtures", "fixtures/one.yaml")[1][-1] == "1 fixture: 1 recorded; 0 findings"


@pytest.mark.parametrize(
    ("day", "age"),
    [("2026-03-31", 0), ("2026-04-01", 0), ("2026-04-02", None), ("2025-03-31", 365), ("2026-02-31", None)],
)
def test_an_age_is_counted_in_days_of_the_past(day: str, age: int | None, folder: Path) -> None:
    """Tomorrow is today somewhere on earth."""
    path = fixture("one.yaml", RECORDED.replace("2026-01-31", day))
    assert [one.age for one in find([path], date(2026, 3, 31))] == [age]


def test_what_is_older_than_allowed_is_a_finding_and_what_has_no_age_is_told(run: Run) -> None:
    fixture("fixtures/old.yaml")
    fixture("fixtures/new.yaml", RECORDED.replace("2026-01-31", "2026-03-01"))
    fixture("fixtures/composed.yaml", COMPOSED)
    fixture("fixtures/undated.yaml", "{kind: imported, file: x, tool: vcrpy, host: h}")
    fixture("fixtures/future.yaml", RECORDED.replace("2026-01-31", "2027-01-01"))
    code, lines, _ = run("--max-age", "58")
    assert code == 1
    assert lines[6:] == [
        "fixtures/old.yaml:1: error: api.example.com answered so 59 days ago [fixture.old]",
        "  expected: at most 58 days",
        "  got:      59 days, since 2026-01-31",
        "  hint:     record it again",
        "age not checked:",
        "  composed (composed: no server answered so on a day)",
        "  future (recorded on 2027-01-01, which is no day of the past)",
        "  undated (imported: undated)",
        "5 fixtures: 3 recorded, 1 imported, 1 composed; 1 finding",
    ]
    assert run("--max-age", "59")[0] == 0


@pytest.mark.parametrize("days", ["-1", "x", "1.5", ""])
def test_an_age_is_a_number_of_days(days: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(f"--max-age={days}")
    assert ended.value.code == 2
    assert f"expected a number of days, got {days!r}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no fixtures: neither settings name a folder of them, nor is there ./fixtures: give a PATH"),
        (["none"], "none: expected a fixture or a folder of fixtures, and there is none"),
        (["empty"], "empty: holds no fixture: expected .yaml files in it"),
        (["wrong/b.yaml"], "wrong/b.yaml:1: the file: expected the key 'source', got 'aswritten', 'sauce', 'answers', 'request', 'responses' (and 1 more)"),
        (["wrong"], "wrong/b.yaml:1: the file: expected the key 'source', got 'aswritten', 'sauce', 'answers', 'request', 'responses' (and 1 more)"),
        (["wrong/scenarios.yaml"], "wrong/scenarios.yaml: says how fixtures are made, and is none: expected a fixture"),
        (["good", "--json", "none/out.json"], "none/out.json: expected a file in a folder that exists (--json)"),
        (["good", "--samples", "none.md"], "none.md: "),
        (["good", "--samples", "prose.md"], "prose.md: no sample to run. `aswritten list` shows what each block was taken for"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(arguments: list[str], message: str, run: Run) -> None:
    Path("empty").mkdir()
    fixture("good/a.yaml")
    text = fixture("wrong/b.yaml").read_text()
    Path("wrong/b.yaml").write_text(text.replace("source", "sauce"))
    Path("wrong/scenarios.yaml").write_text("")
    Path("prose.md").write_text("Nothing but words.\n")
    code, lines, told = run(*arguments)
    assert (code, lines) == (2, [])
    assert told.startswith(f"aswritten: {message}")


def call(name: str) -> str:
    url = "https://api.example.com/v1/chat/completions"
    return f"```bash\ncurl -s {url} -H 'Content-Type: application/json' -d '{BODY.replace('NAME', name)}'\n```\n"


def report(path: str) -> Any:
    """The JSON that was written, which keeps its schema and adds up."""
    value = json.loads(Path(path).read_text())
    Draft202012Validator(SCHEMA).validate(value)
    assert value["summary"] == {name: len(value[name]) for name in ("fixtures", "findings", "not-checked")}
    return value


def test_samples_tell_which_fixtures_they_use(run: Run) -> None:
    for name in ("a", "b", "c"):
        fixture(f"fixtures/{name}.yaml")
    Path("one.md").write_text(call("a") + "\n" + call("b"))
    Path("two.md").write_text(call("a") + "\n" + call("nobody"))
    code, lines, _ = run("--samples", "one.md", "two.md", "--json", "out.json")
    assert code == 1
    assert row(lines, "a")[-1] == "one.md::L1-curl, two.md::L1-curl"
    assert row(lines, "b")[-1] == "one.md::L5-curl"
    assert row(lines, "c")[-1] == "no sample"
    assert lines[-4:] == [
        "fixtures/c.yaml:1: error: no sample uses this fixture [fixture.unused]",
        "  hint:     remove it, or name the samples that need it",
        "samples: 4 ran, 1 of them failed, 0 did not run",
        "3 fixtures: 3 recorded; 1 finding",
    ]
    value = report("out.json")
    assert {one["name"]: one["used_by"] for one in value["fixtures"]} == {
        "a": ["one.md::L1-curl", "two.md::L1-curl"], "b": ["one.md::L5-curl"], "c": [],
    }  # fmt: skip
    assert [(one["rule"], one["fixture"]) for one in value["findings"]] == [("fixture.unused", "fixtures/c.yaml")]


def test_one_block_can_be_asked(run: Run) -> None:
    fixture("fixtures/a.yaml")
    fixture("fixtures/b.yaml")
    Path("one.md").write_text(call("a") + "\n" + call("b"))
    code, lines, _ = run("--samples", "one.md::L5-curl")
    assert (code, row(lines, "a")[-1], row(lines, "b")[-1]) == (1, "no sample", "one.md::L5-curl")


def test_a_page_is_answered_from_what_its_settings_name_before_what_is_listed(run: Run) -> None:
    """As `aswritten check` does it."""
    fixture("fixtures/a.yaml")
    fixture("docs/own/a.yaml")
    Path("docs/aswritten.yaml").write_text("fixtures: [own]\n")
    Path("docs/page.md").write_text(call("a"))
    code, lines, _ = run("docs/own", "fixtures", "--samples", "docs")
    assert (code, row(lines, "own/a")[-1], row(lines, "a")[-1]) == (1, "docs/page.md::L1-curl", "no sample")


def test_a_sample_that_does_not_run_leaves_what_it_uses_unknown(run: Run) -> None:
    fixture("fixtures/a.yaml")
    Path("one.md").write_text(call("a") + "\n" + call("a"))
    Path("aswritten.yaml").write_text('skip: {"one.md:5": "not yet"}\n')
    code, lines, _ = run("--samples", "one.md", "--json", "out.json")
    assert code == 0
    assert lines[-3:-1] == [
        "samples: 1 ran, 0 of them failed, 1 did not run",
        "  one.md::L5-curl: not yet (settings): what it uses is not known",
    ]
    assert report("out.json")["samples"]["skipped"] == [{"sample": "one.md::L5-curl", "reason": "not yet (settings)"}]


def test_where_no_sample_ran_nothing_is_known(run: Run) -> None:
    fixture("fixtures/a.yaml")
    Path("one.md").write_text(call("a"))
    Path("aswritten.yaml").write_text('skip: {"one.md": "not yet"}\n')
    assert run("--samples", "one.md")[::2] == (2, "aswritten: no sample ran\n  not yet (settings)\n")


def test_the_json_keeps_its_schema_without_samples_too(run: Run) -> None:
    fixture("fixtures/a.yaml", COMPOSED)
    assert run("--json", "out.json", "--max-age", "1")[0] == 0
    (one,) = report("out.json")["fixtures"]
    assert (one["kind"], one["date"], one["age"], one["used_by"]) == ("composed", None, None, None)


def test_the_schema_has_an_example_that_keeps_it() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    for example in SCHEMA["examples"]:
        Draft202012Validator(SCHEMA).validate(example)


def test_a_scan_looks_into_the_same_folders_for_secrets(run: Run) -> None:
    fixture("tapes/a.yaml")
    Path("aswritten.yaml").write_text("fixtures: [tapes]\n")
    assert run("--scan") == (0, ["1 recording scanned: no secret"], "")
    Path("tapes/a.yaml").write_text(
        fixture("tapes/a.yaml").read_text().replace('"m"', '"sk-proj-aB3dE5gH7jK9mN1pQ3sT5vW7"', 1)
    )
    code, lines, _ = run("--scan", "tapes")
    assert (code, lines[0], lines[-1][:28]) == (
        1,
        "tapes/a.yaml:4: request.body.model: OpenAI API key",
        "1 recording scanned: 1 secre",
    )


@pytest.mark.parametrize("option", [["--samples", "a.md"], ["--max-age", "0"], ["--json", "out.json"]])
def test_a_scan_is_no_listing(option: list[str], run: Run) -> None:
    fixture("fixtures/a.yaml")
    assert run("--scan", *option)[::2] == (
        2,
        f"aswritten: {option[0]} does not go with --scan, which lists no fixtures\n",
    )


@pytest.mark.parametrize("rule", RULES)
def test_its_rules_are_explained(rule: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", rule]) == 0
    assert f"- `{rule}` (error):" in capsys.readouterr().out
    assert main(["explain"]) == 0
    assert rule in capsys.readouterr().out.splitlines()


def test_a_report_takes_the_place_of_no_fixture(run: Run) -> None:
    path = fixture("fixtures/a.yaml")
    text = path.read_text(encoding="utf-8")
    code, lines, told = run("--json", "fixtures/../fixtures/a.yaml")
    assert (code, lines) == (2, [])
    assert told == (
        "aswritten: fixtures/../fixtures/a.yaml: expected a file of its own for the report, and no fixture (--json)\n"
    )
    assert path.read_text(encoding="utf-8") == text
