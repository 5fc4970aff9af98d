"""What a run with a bit of everything tells, alone and with workers: on the terminal, as JSON and as JUnit XML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema
import pytest

from aswritten.data import data_dir
from aswritten.model import VERDICTS
from commanding import BODY, CALL, CANARIES, Ran, aswritten, fence

if TYPE_CHECKING:
    from pathlib import Path


PAGES = {
    "docs/fine.md": fence(f"{CALL}\n")
    + fence("Hello", "text", "It prints:")
    + fence("npm install")
    + fence("key = value", "ini"),
    "docs/wrong.md": "# Wrong\n"
    + fence(f"{CALL} > ../stray\nenv\nexit 3")
    + fence(f"{CALL.replace('Hi', 'Hello')}")
    + fence('{"object": "chat.completion", "model": "another", "choices": []}', "json", "The response:"),
    "docs/hangs.md": fence(f"{CALL}\nsleep 300"),
    "docs/aswritten.yaml": "time_limit: 1\n",
}


@dataclass(frozen=True)
class Checked:
    """A run with reports."""

    ran: Ran
    report: Any
    junit: str
    left: list[str]


def checked(folder: Path, *options: str) -> Checked:
    for name, text in PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    temporary = folder / "tmp"
    temporary.mkdir()
    reports = ("--json", "out.json", "--junitxml", "out.xml")
    ran = aswritten("check", "docs", *reports, *options, cwd=folder, TMPDIR=str(temporary), **CANARIES)
    report = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    left = sorted(path.name for path in temporary.iterdir())
    return Checked(ran, report, (folder / "out.xml").read_text(encoding="utf-8"), left)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    return checked(tmp_path_factory.mktemp("together"), "-n", "2")


def test_findings_are_exit_code_1_with_workers_too(alone: Checked, together: Checked) -> None:
    assert (alone.ran.code, together.ran.code) == (1, 1)
    assert (alone.ran.err, together.ran.err) == ("", "")


def test_every_sample_has_a_line(alone: Checked, together: Checked) -> None:
    def lines(ran: Ran) -> list[str]:
        return [re.sub(r"\d\.\d s", "N s", line) for line in ran.out.splitlines() if line.startswith("[")]

    assert lines(alone.ran) == [
        "[1/8] docs/fine.md::L3-curl    passed N s",
        "[3/8] docs/fine.md::L14-npm    install",
        "[5/8] docs/hangs.md::L3-curl   failed N s, 1 error",
        "[6/8] docs/wrong.md::L4-curl   failed N s, 1 error, 1 warning",
        "[7/8] docs/wrong.md::L11-curl  passed N s",
    ]
    without_number = [line.split("] ")[1] for line in lines(alone.ran)]
    assert sorted(line.split("] ")[1] for line in lines(together.ran)) == sorted(without_number)


def test_a_failure_says_where_what_was_sent_what_came_back_and_what_to_do(alone: Checked) -> None:
    start = alone.ran.out.index("--- docs/wrong.md:4 curl ---")
    shown = alone.ran.out[start:].split("\n\n")[0].splitlines()
    assert shown[:8] == [
        "--- docs/wrong.md:4 curl ---",
        "docs/wrong.md:5: error: the sample ends with an error [run.exit]",
        f"      5 | {CALL} > ../stray",
        "  expected: exit code 0",
        "  got:      exit code 3",
        "docs/wrong.md:4: warning: the sample writes outside of its working folder [run.stray-files]",
        "  expected: files in the working folder only",
        "  got:      stray",
    ]
    assert shown[9:12] == [
        "  sent:      POST https://api.example.com/v1/chat/completions",
        f"             {BODY}",
        "  came back: 200 (recording generic/completion)",
    ]
    assert "  the sample printed (its end):" in shown


def test_a_page_as_a_whole_is_shown_after_its_blocks(alone: Checked) -> None:
    whole = alone.ran.out.index("--- docs/wrong.md as a whole ---")
    assert alone.ran.out.index("--- docs/wrong.md:4 curl ---") < whole
    shown = alone.ran.out[whole:].split("\n\n")[0]
    assert "docs/wrong.md:17: error: the documented response" in shown
    assert '     17 | {"object": "chat.completion"' in shown


def test_the_banners_are_the_same_with_workers(alone: Checked, together: Checked) -> None:
    def banners(ran: Ran) -> list[str]:
        return [
            line for line in ran.out.splitlines() if line.startswith(("---", "docs/", "  expected", "  got", "  hint"))
        ]

    assert banners(alone.ran) == banners(together.ran)


def test_the_last_line_adds_up(alone: Checked, together: Checked) -> None:
    for ran in (alone.ran, together.ran):
        last = ran.out.splitlines()[-1]
        assert re.fullmatch(
            r"8 blocks: 2 passed, 2 failed, 1 install, 2 output, 1 other; \d+ errors, \d+ warnings?; [\d.]+ s", last
        ), last
        shown = sum(f": {level}: " in line for line in ran.out.splitlines() for level in ("error", "warning"))
        assert sum(int(number) for number in re.findall(r"(\d+) (?:error|warning)", last)) == shown


def test_the_report_keeps_its_schema_and_adds_up(alone: Checked) -> None:
    schema = json.loads((data_dir("schemas") / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(alone.report)
    summary = dict(alone.report["summary"])
    assert summary.pop("blocks") == len(alone.report["blocks"]) == 8
    assert summary == {name: sum(block["verdict"] == name for block in alone.report["blocks"]) for name in VERDICTS}


def test_the_report_says_of_a_block_what_came_of_it(alone: Checked) -> None:
    (block,) = [one for one in alone.report["blocks"] if (one["page"], one["line"]) == ("docs/wrong.md", 4)]
    assert block.pop("seconds") > 0
    assert block == {
        "page": "docs/wrong.md",
        "line": 4,
        "language": "curl",
        "verdict": "failed",
        "reason": "",
        "with": [],
        "requests": [{"method": "POST", "url": "https://api.example.com/v1/chat/completions", "status": 200}],
        "findings": [
            {"rule": "run.exit", "level": "error", "line": 5, "message": "the sample ends with an error",
             "expected": "exit code 0", "got": "exit code 3", "hint": ""},
            {"rule": "run.stray-files", "level": "warning", "line": 4,
             "message": "the sample writes outside of its working folder",
             "expected": "files in the working folder only", "got": "stray",
             "hint": "write into the working folder, or say on the page where the file goes"},
        ],
    }  # fmt: skip


def test_the_report_says_why_a_print_was_not_compared(alone: Checked) -> None:
    (block,) = [one for one in alone.report["blocks"] if (one["page"], one["line"]) == ("docs/fine.md", 9)]
    assert (block["verdict"], block["reason"]) == (
        "output",
        "documented as what the sample at line 3 prints;"
        " not compared: a model's words vary by nature (`matching: recorded` compares)",
    )


def test_the_report_is_the_same_with_workers(alone: Checked, together: Checked) -> None:
    def timeless(report: Any) -> Any:
        return {**report, "blocks": [{**block, "seconds": 0} for block in report["blocks"]]}

    assert timeless(alone.report) == timeless(together.report)


def test_junit_has_every_block_and_the_findings_of_pages(alone: Checked, together: Checked) -> None:
    def failures(junit: str) -> dict[str, str]:
        cases = ElementTree.fromstring(junit).iter("testcase")
        told = {f"{case.get('classname')}::{case.get('name')}": case.find("failure") for case in cases}
        return {name: "" if one is None else str(one.text).splitlines()[0] for name, one in told.items()}

    found = failures(alone.junit)
    assert found == failures(together.junit)
    assert len(found) == 8 + 1
    assert found["docs.wrong.md::L4-curl"] == "docs/wrong.md:5: error: the sample ends with an error [run.exit]"
    assert found["docs.wrong.md::page"].startswith("docs/wrong.md:17: warning: the documented response leaves out")
    assert found["docs.wrong.md::L11-curl"] == found["docs.fine.md::L3-curl"] == ""


def test_nothing_of_the_callers_environment_is_told(alone: Checked, together: Checked) -> None:
    for one in (alone, together):
        assert "HOME=" in one.ran.out, "the failing sample prints its environment"
        for canary in CANARIES.values():
            assert canary not in one.ran.out + one.ran.err + one.junit + json.dumps(one.report)


def test_nothing_is_left_in_the_temporary_folder(alone: Checked, together: Checked) -> None:
    assert (alone.left, together.left) == ([], [])
