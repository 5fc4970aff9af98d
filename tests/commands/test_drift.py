"""`aswritten drift`: exit codes, what is printed, what is written, and what is said of input that is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from aswritten.cli import main
from aswritten.data import data_dir
from aswritten.recordings import dump, load_recordings
from drift.changing import FIXTURES, each, fixture, put, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.recordings import Recording

COMPLETION, STREAM = "novita/completion", "novita/stream"


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[str], str]]:
    """Runs the command in the test's folder: (exit code, lines printed, text on standard error)."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str) -> tuple[int, list[str], str]:
        code = main(["drift", *arguments])
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run_it


def write(path: str, recording: Recording) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(dump(recording), encoding="utf-8")


def report(path: str) -> Any:
    """The JSON that was written, which keeps its schema and adds up."""
    value = json.loads(Path(path).read_text(encoding="utf-8"))
    schema = json.loads((data_dir("schemas") / "drift-report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(value)
    summary, fixtures = value["summary"], value["fixtures"]
    assert summary["fixtures"] == len(fixtures)
    for verdict in ("same", "changed", "only-old", "only-new", "not-checked"):
        assert summary[verdict] == sum(one["verdict"] == verdict for one in fixtures)
    for severity in ("breaking", "additive", "informational"):
        assert summary[severity] == sum(change["severity"] == severity for one in fixtures for change in one["changes"])
    return value


def test_two_recordings_of_the_same_shape_end_with_0(run: Callable[..., tuple[int, list[str], str]]) -> None:
    write("old.yaml", fixture(COMPLETION))
    write("new.yaml", each(fixture(COMPLETION), put(id="chat-1", created=1)))
    for options in ((), ("--strict",)):
        assert run("old.yaml", "new.yaml", *options) == (
            0,
            ["1 fixture: 1 same; 0 breaking, 0 additive, 0 informational"],
            "",
        )


def test_a_new_field_ends_with_0_and_with_1_if_strict(run: Callable[..., tuple[int, list[str], str]]) -> None:
    write("old.yaml", fixture(COMPLETION))
    write("new.yaml", each(fixture(COMPLETION), put(service_tier="default")))
    code, lines, _ = run("old.yaml", "new.yaml")
    assert code == 0
    assert lines == [
        "new.yaml: 1 additive",
        "  additive: completion.service_tier: stands in 1 of 1, and stood in none (field-new)",
        "1 fixture: 1 changed; 0 breaking, 1 additive, 0 informational",
    ]
    assert run("old.yaml", "new.yaml", "--strict")[0] == 1


def test_what_may_break_code_ends_with_1(run: Callable[..., tuple[int, list[str], str]]) -> None:
    write("old.yaml", fixture(COMPLETION))
    write("new.yaml", each(fixture(COMPLETION), take("created")))
    code, lines, _ = run("old.yaml", "new.yaml", "--json", "out.json", "--markdown", "out.md")
    assert code == 1
    assert lines[1] == "  breaking: completion.created: stood in 1 of 1, now in none (field-gone)"
    assert report("out.json")["fixtures"] == [
        {
            "name": "new.yaml",
            "verdict": "changed",
            "reason": "",
            "changes": [
                {
                    "severity": "breaking",
                    "what": "field-gone",
                    "where": "completion.created",
                    "message": "completion.created: stood in 1 of 1, now in none",
                    "old": "1 of 1",
                    "new": "",
                }
            ],
        }
    ]
    assert "| breaking | field-gone | `completion.created` |" in Path("out.md").read_text(encoding="utf-8")


def test_folders_are_paired_by_name_and_what_has_no_other_is_named(
    run: Callable[..., tuple[int, list[str], str]],
) -> None:
    write("old/a/one.yaml", fixture(COMPLETION))
    write("new/a/one.yaml", each(fixture(COMPLETION), put(id="other")))
    write("old/b.yml", fixture(STREAM))
    write("new/c.yaml", fixture(STREAM))
    write("new/.hidden/d.yaml", fixture(STREAM))
    code, lines, _ = run("old", "new", "--json", "out.json")
    assert code == 0
    assert lines == [
        "only in OLD: b.yml",
        "only in NEW: c.yaml",
        "3 fixtures: 1 same, 1 only in OLD, 1 only in NEW; 0 breaking, 0 additive, 0 informational",
    ]
    assert [(one["name"], one["verdict"]) for one in report("out.json")["fixtures"]] == [
        ("a/one.yaml", "same"),
        ("b.yml", "only-old"),
        ("c.yaml", "only-new"),
    ]
    assert run("old", "new", "--strict")[0] == 1


def test_a_file_that_cannot_be_read_is_never_green(run: Callable[..., tuple[int, list[str], str]]) -> None:
    for folder in ("old", "new"):
        write(f"{folder}/one.yaml", fixture(COMPLETION))
        write(f"{folder}/two.yaml", fixture(STREAM))
    Path("new/two.yaml").write_text("no fixture", encoding="utf-8")
    code, lines, error = run("old", "new", "--json", "out.json", "--markdown", "out.md")
    assert code == 2
    assert lines == [
        'could not check: two.yaml: new/two.yaml:1: the file: expected a mapping, got "no fixture"',
        "2 fixtures: 1 same, 1 could not be checked; 0 breaking, 0 additive, 0 informational",
    ]
    assert error == "aswritten: 1 of 2 fixtures could not be checked: mend them, or take them away\n"
    assert report("out.json")["summary"]["not-checked"] == 1
    assert "1 could not be checked" in Path("out.md").read_text(encoding="utf-8")


def test_all_fixtures_of_the_project_are_the_same_as_themselves(
    run: Callable[..., tuple[int, list[str], str]],
) -> None:
    shutil.copytree(FIXTURES, "copy")
    count = len(load_recordings([FIXTURES]))
    code, lines, _ = run(str(FIXTURES), "copy", "--strict")
    assert (code, lines) == (0, [f"{count} fixtures: {count} same; 0 breaking, 0 additive, 0 informational"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gone.yaml", "one.yaml"), "gone.yaml: expected a fixture (.yaml) or a folder of them, and there is none"),
        (("one.yaml", "gone"), "gone: expected a fixture (.yaml) or a folder of them, and there is none"),
        (("one.yaml", "full"), "full is a folder and one.yaml is a file: expected two fixtures or two folders of them"),
        (("empty", "full"), "empty: holds no fixture: expected .yaml files in it"),
        (
            ("full", "other"),
            "other: has no fixture in common with full, by its name below the folder: nothing can be compared",
        ),
        (("one.yaml", "text.yaml"), 'text.yaml:1: the file: expected a mapping, got "no fixture"'),
        (("one.yaml", "bytes.yaml"), "bytes.yaml:1: expected UTF-8, got the byte 0xff at offset 0"),
        (
            ("one.yaml", "one.yaml", "--json", "nowhere/out.json"),
            "nowhere/out.json: expected a file in a folder that exists (--json)",
        ),
        (
            ("one.yaml", "one.yaml", "--markdown", "full"),
            "full: expected a file to write to, got a folder (--markdown)",
        ),
        (
            ("one.yaml", "one.yaml", "--json", "one.yaml"),
            "one.yaml: expected a file of its own for the report (--json)",
        ),
        (
            ("full", "full", "--markdown", "full/one.yaml"),
            "full/one.yaml: expected a file of its own for the report (--markdown)",
        ),
        (
            ("one.yaml", "one.yaml", "--json", "out", "--markdown", "out"),
            "out: expected a file of its own for the report (--markdown)",
        ),
    ],
)
def test_wrong_input_ends_with_2_and_says_what_is_wrong(
    run: Callable[..., tuple[int, list[str], str]], arguments: tuple[str, ...], message: str
) -> None:
    write("one.yaml", fixture(COMPLETION))
    write("full/one.yaml", fixture(COMPLETION))
    write("other/two.yaml", fixture(COMPLETION))
    Path("empty").mkdir()
    Path("text.yaml").write_text("no fixture", encoding="utf-8")
    Path("bytes.yaml").write_bytes(b"\xff\xfe")
    before = {path: path.read_bytes() for path in Path().rglob("*.yaml")}
    assert run(*arguments) == (2, [], f"aswritten: {message}\n")
    assert {path: path.read_bytes() for path in Path().rglob("*.yaml")} == before
