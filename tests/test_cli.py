"""The command `aswritten check` as its user meets it: what it prints, what it writes, how it refuses, and how it ends."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import jsonschema
import pytest

from aswritten.cli import main
from aswritten.data import data_dir
from aswritten.model import VERDICTS
from aswritten.pytest_plugin._console import wants_colour

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"
#: Stand-ins for what the caller's environment holds and nobody else may see.
CANARIES = {"OPENAI_API_KEY": "canary-of-openai", "AWS_SECRET_ACCESS_KEY": "canary-of-aws", "PASSWORD": "canary-word"}


def fence(text: str, tag: str = "bash", above: str = "") -> str:
    return f"{above}\n\n```{tag}\n{text}\n```\n"


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def program(*arguments: str | Path, also: str = "") -> list[str]:
    """The command line that is `aswritten` with these arguments; `also` is Python that runs in front of it.

    Samples run, whatever was kept of another run of these tests.
    """
    given = list(map(str, arguments))
    if given[:1] == ["check"]:
        given.insert(1, "--no-cache")
    return [
        sys.executable,
        "-c",
        f"{also}\nfrom aswritten.cli import main\nraise SystemExit(main())",
        *given,
    ]


def environ(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **more}


def aswritten(*arguments: str | Path, cwd: Path, also: str = "", **more: str) -> Ran:
    done = subprocess.run(
        program(*arguments, also=also),
        cwd=cwd,
        env=environ(more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one page whose one sample is fine."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    return tmp_path


# What is refused before anything runs: exit code 2, and words that say where, what, and what to do.


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    try:
        code = main(["check", *arguments])
    except SystemExit as ended:  # argparse
        code = int(str(ended.code))
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert "Traceback" not in said.err
    return said.err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("pag.md", "aswritten: pag.md: no such file or folder. Perhaps page.md?"),
        ("pag.md::L3-curl", "aswritten: pag.md: no such file or folder. Perhaps page.md?"),
        ("empty", "aswritten: empty: no page below this folder: expected a file that ends in .adoc .asciidoc .htm"),
        ("page.docx", "aswritten: page.docx: expected a page or a sample file (.adoc .asciidoc .cjs .cts .htm .html .ipynb .js .json .markdown .md .mdx .mjs .mts .py .rst .sh .ts .yaml .yml), got '.docx'"),
        ("latin.md", "aswritten: latin.md:2: expected UTF-8, got the byte 0xe9 at offset 8: save the file as UTF-8"),
        ("prose.md", "aswritten: prose.md: no sample to run in 1 page(s). `aswritten list` shows what each block was taken for"),
        ("page.md::L9-curl", "aswritten: page.md: no block is called 'L9-curl'. Perhaps L3-curl? `aswritten list page.md` shows them"),
        ("page.md --with opnai==2.0.0", "aswritten: --with opnai==2.0.0: no sample needs 'opnai'."),
        ("page.md --bogus", "aswritten: error: unrecognized arguments: --bogus"),
        ("page.md --language ruby", "aswritten check: error: argument --language: invalid choice: 'ruby' (choose from"),
        ("page.md --profile opnai", "aswritten: no profile is called 'opnai'; there are"),
        ("page.md --time-limit -3", "aswritten check: error: argument --time-limit: expected seconds above 0, got '-3'"),
        ("page.md --time-limit abc", "aswritten check: error: argument --time-limit: expected seconds above 0, got 'abc'"),
        ("page.md --time-limit nan", "aswritten check: error: argument --time-limit: expected seconds above 0, got 'nan'"),
        ("page.md -n many", "aswritten check: error: argument -n/--workers: expected a number of workers from 1 on, or auto, got 'many'"),
        ("page.md -n -2", "aswritten check: error: argument -n/--workers: expected a number of workers from 1 on, or auto, got '-2'"),
        ("page.md -n 0", "aswritten check: error: argument -n/--workers: expected a number of workers from 1 on, or auto, got '0'"),
        ("page.md --fixtures nowhere", "aswritten: nowhere: expected a folder of recordings (--fixtures), and there is none"),
        ("page.md --fixtures page.md", "aswritten: page.md: expected a folder of recordings (--fixtures), and there is none"),
        ("page.md --json nowhere/out.json", "aswritten: nowhere/out.json: expected a file in a folder that exists (--json)"),
        ("page.md --json empty", "aswritten: empty: expected a file to write to, got a folder (--json)"),
        ("page.md --json=", "aswritten: '': expected a file to write to, got nothing (--json)"),
        ("page.md --junitxml nowhere/out.xml", "aswritten: nowhere/out.xml: expected a file in a folder that exists (--junitxml)"),
        ("page.md --junitxml empty", "aswritten: empty: expected a file to write to, got a folder (--junitxml)"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(
    arguments: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    (folder / "page.docx").write_text("", encoding="utf-8")
    (folder / "latin.md").write_bytes(b"# Fine\nd\xe9j\xe0 vu\n")
    (folder / "prose.md").write_text("# No sample\n", encoding="utf-8")
    assert refusal(capsys, *arguments.split()).startswith(message)


def test_a_profile_that_is_misspelt_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, "page.md", "--profile", "opnai").endswith("Perhaps openai?")


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "time_limit: 5\nmatchin: alike\n",
            "aswritten.yaml:2: unknown setting 'matchin'; known are matching, fixtures,",
        ),
        ("a: [\n", "aswritten.yaml:2: is not YAML:"),
        ("fixtures: [nowhere]\n", "aswritten.yaml:1: fixtures: expected folders, and "),
        ("profile: opnai\n", "aswritten.yaml: profile: no profile is called 'opnai'; there are"),
    ],
)
def test_settings_that_are_wrong_are_named_with_their_place(
    settings: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "aswritten.yaml").write_text(settings, encoding="utf-8")
    assert refusal(capsys, "page.md").startswith(f"aswritten: {folder}/{message}")


def test_recordings_that_are_wrong_are_named_with_their_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recordings = folder / "recordings"
    recordings.mkdir()
    assert (
        refusal(capsys, "page.md", "--fixtures", "recordings")
        == f"aswritten: {recordings}: holds no recording: expected .yaml files in it"
    )
    whole = (data_dir("fixtures") / "generic" / "completion.yaml").read_text(encoding="utf-8")
    wrong = whole.replace("answers: derived", "answers: sometimes")
    assert wrong != whole
    (recordings / "a.yaml").write_text(wrong, encoding="utf-8")
    assert refusal(capsys, "page.md", "--fixtures", "recordings").startswith(
        f'aswritten: {recordings}/a.yaml:5: answers: expected "recorded" or "alike" or "derived", got "sometimes"'
    )
    (recordings / "a.yaml").write_text(whole, encoding="utf-8")
    (recordings / "b.yaml").write_text(whole, encoding="utf-8")
    assert refusal(capsys, "page.md", "--fixtures", "recordings") == (
        f"aswritten: {recordings}/b.yaml: answers the same request as {recordings}/a.yaml:"
        " expected one recording for a request, remove one"
    )


def test_a_page_that_may_not_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def refuse(path: Path, *given: Any, **named: Any) -> Any:
        if path.name == "page.md":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *given, **named)

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(capsys, "page.md") == "aswritten: page.md: cannot be read: Permission denied"


@pytest.mark.parametrize("command", [["record"], ["drift", "page.md"], ["fixtures"], ["fixtures", "--scan"]])
def test_a_path_that_the_system_refuses_is_the_users(
    command: list[str], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a" * 300
    assert main([*command, name]) == 2
    assert capsys.readouterr().err == f"aswritten: File name too long: {name}\n"

    def refuse(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "stat", refuse)
    assert main([*command, "closed/folder"]) == 2
    told = capsys.readouterr().err
    assert told in {f"aswritten: Permission denied: {name}\n" for name in ("closed/folder", "page.md")}


def test_a_report_that_may_not_be_written(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    message = "aswritten: out.json: expected a file that can be written to (--json)"
    assert refusal(capsys, "page.md", "--json", "out.json") == message


def test_a_cache_that_cannot_be_made(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "page.md"))
    assert refusal(capsys, "page.md") == (
        f"aswritten: {folder}/page.md/aswritten: environments cannot be kept there: Not a directory:"
        " set XDG_CACHE_HOME to a folder that can be written to"
    )


def test_what_is_known_of_a_folder_goes_a_month_after_its_last_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    known = tmp_path / "cache" / "aswritten" / "pytest"
    for name, days in (("old", 40), ("new", 20)):
        (known / name / "v").mkdir(parents=True)
        os.utime(known / name, (time.time() - days * 24 * 3600,) * 2)
    assert main(["check", "page.md", "--no-cache"]) == 0
    left = {path.name for path in known.iterdir()}
    assert "new" in left
    assert "old" not in left
    (own,) = left - {"new"}
    os.utime(known / own, (0, 0))
    assert main(["check", "page.md", "--no-cache"]) == 0
    assert (known / own).stat().st_mtime > time.time() - 3600


def test_a_current_folder_that_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    message = "aswritten: the current folder is not there: No such file or directory: go to one that is"
    assert refusal(capsys, "page.md") == message


def test_options_of_pytest_are_for_check_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "page.md", "--", "-x"]) == 2
    assert capsys.readouterr().err == "aswritten: only `aswritten check` takes pytest's own options after `--`\n"


# A run with a bit of everything, alone and with workers.

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


# How pages and blocks are named.


def test_pages_are_named_as_they_were_given_each_once(tmp_path: Path) -> None:
    odd = tmp_path / "sp ace" / "[lang]" / "ünï [slug].md"
    odd.parent.mkdir(parents=True)
    odd.write_text(fence(CALL), encoding="utf-8")
    (tmp_path / "build").mkdir()  # a name that pytest leaves out of its walks
    (tmp_path / "build" / "page.md").write_text(fence(CALL), encoding="utf-8")
    (tmp_path / "link.md").symlink_to(odd)
    given = ("sp ace", odd, "build/page.md", tmp_path / "build" / "page.md", "./link.md")
    ran = aswritten("check", *given, "--json", "out.json", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    report = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [(one["page"], one["verdict"]) for one in report["blocks"]] == [
        ("build/page.md", "passed"),
        ("link.md", "passed"),
        ("sp ace/[lang]/ünï [slug].md", "passed"),
    ]


def test_one_block_can_be_chosen_by_its_name(tmp_path: Path) -> None:
    page = tmp_path / "[slug].md"
    page.write_text(fence(CALL) + fence(f"{CALL}; exit 1"), encoding="utf-8")
    listed = aswritten("list", page, cwd=tmp_path)
    plain = re.sub(r" \[[0-9a-f]{12}\]", "", listed.out)
    assert (listed.code, plain, listed.err) == (0, f"{page}::L3-curl: sample\n{page}::L8-curl: sample\n", "")
    ran = aswritten("check", f"{page}::L3-curl", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("1 of 2 blocks: 1 passed; no findings; ")


def test_a_language_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(fence("npm install") + fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", "--language", "curl", cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    first, _, last = ran.out.splitlines()
    assert first.startswith("[2/2] page.md::L8-curl  passed ")
    assert last.startswith("2 blocks: 1 passed, 1 skipped; no findings; ")


def test_a_choice_of_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", "-k", "ruby", "--json", "out.json", cwd=tmp_path)
    message = "aswritten: no block is selected by -k 'ruby': `aswritten list` shows what they are called\n"
    assert ran == Ran(2, "", message)
    assert not (tmp_path / "out.json").exists()


def test_the_first_failure_ends_a_run_where_asked_to(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(fence(f"{CALL}; exit 1") * 2, encoding="utf-8")
    for workers in ((), ("-n", "1")):
        ran = aswritten("check", "page.md", "-x", *workers, cwd=tmp_path)
        assert (ran.code, ran.err) == (1, "")
        assert ran.out.splitlines()[-1].startswith("1 of 2 blocks: 1 failed; 1 error; ")


# Tools that the machine lacks.


SLOW = """\
aswritten: 1
source: {{kind: composed, why: a test}}
answers: alike
request: {{method: POST, url: "*/chat/completions", body: {{model: m, messages: [{{role: user, content: Hi}}]}}}}
responses:
  - {{status: 429, headers: {{content-type: application/json, retry-after: "0"}}, reads: [{{at: {at}, data: '{{"error": {{"message": "slow down", "type": "requests", "param": null, "code": null}}}}'}}]}}
"""


@pytest.mark.parametrize(
    ("at", "timing", "code"), [(0.4, True, 0), (100, True, 1), (100, False, 0)], ids=["slow", "too slow", "at once"]
)
def test_recordings_answer_at_their_times_where_asked_to(tmp_path: Path, at: float, timing: bool, code: int) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    (tmp_path / "recordings").mkdir()
    (tmp_path / "recordings" / "one.yaml").write_text(SLOW.format(at=at), encoding="utf-8")
    options = ["--fixtures", "recordings", "--json", "out.json", "--time-limit", "10" if code == 0 else "2"]
    ran = aswritten("check", "page.md", *options, *(["--timing"] if timing else []), cwd=tmp_path)
    assert ran.code == code, ran.out
    (block,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["blocks"]
    assert [finding["rule"] for finding in block["findings"] if finding["level"] == "error"] == (
        ["run.timeout"] if code else []
    )
    assert block["seconds"] >= min(at, 2) * timing


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH that holds what the runner itself needs, and neither curl, bash nor node."""
    found = tmp_path / "tools"
    found.mkdir()
    for name in ("env", "nsenter", "sh"):
        where = [Path(part) / name for part in os.environ["PATH"].split(os.pathsep) if (Path(part) / name).exists()]
        if where:
            (found / name).symlink_to(where[0])
    return found


def test_without_curl_its_samples_are_skipped_and_nothing_else(tmp_path: Path, tools: Path) -> None:
    python = f"import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/chat/completions', b'{BODY}')"
    (tmp_path / "page.md").write_text(fence(CALL) + fence(python, "python"), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert (ran.code, ran.err) == (0, "")
    assert "L3-curl    skipped: bash is not on PATH: install bash with the system's package manager\n" in ran.out
    assert ran.out.splitlines()[-1].startswith("2 blocks: 1 passed, 1 skipped; ")


def test_where_nothing_but_skipped_samples_are_the_run_tells_nothing(tmp_path: Path, tools: Path) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert ran.code == 2
    assert ran.err == (
        "aswritten: no sample ran\n  bash is not on PATH: install bash with the system's package manager\n"
    )


def test_a_missing_tool_is_an_error_where_that_was_asked_for(tmp_path: Path, tools: Path) -> None:
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", "--strict", cwd=tmp_path, PATH=str(tools))
    assert ran.code == 1
    assert "page.md:3: error: bash is not on PATH [run.missing-tool]\n" in ran.out


def test_without_a_jail_it_is_said(tmp_path: Path, tools: Path) -> None:
    (tools / "nsenter").unlink(missing_ok=True)
    for name in ("bash", "curl"):
        where = [Path(part) / name for part in os.environ["PATH"].split(os.pathsep) if (Path(part) / name).exists()]
        (tools / name).symlink_to(where[0])
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=tmp_path, PATH=str(tools))
    assert (ran.code, ran.err) == (0, "")
    assert "worth knowing\nsamples were not shut in (" in ran.out


# What becomes of the output.


@pytest.mark.parametrize(
    ("is_terminal", "environment", "colours"),
    [
        (True, {}, True),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_for_who_wants_them(
    is_terminal: bool, environment: dict[str, str], colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return is_terminal

    for name in ("TERM", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(Stream()) == colours


def test_a_reader_that_goes_away_ends_the_run(folder: Path) -> None:
    with subprocess.Popen(
        program("check", "page.md", "--json", "out.json"),
        cwd=folder,
        env=environ({}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141
    assert not (folder / "out.json").exists()


def test_streams_that_are_closed_or_full(folder: Path) -> None:
    shell = ["sh", "-c", 'exec "$@" >&-', "sh", *program("check", "page.md")]
    assert subprocess.run(shell, cwd=folder, env=environ({}), check=False, timeout=60).returncode == 0
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(
            program("check", "page.md"),
            cwd=folder,
            env=environ({}),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (ran.returncode, ran.stderr) == (2, "aswritten: No space left on device: standard output\n")


def test_a_terminal_that_knows_no_more_than_ascii(tmp_path: Path) -> None:
    (tmp_path / "ü.md").write_text(fence(CALL), encoding="utf-8")
    ran = aswritten("check", "ü.md", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert "\\xfc.md::L3-curl  passed" in ran.out


def test_others_have_no_say_in_a_check(folder: Path) -> None:
    (folder / "conftest.py").write_text("raise RuntimeError", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --bogus\n", encoding="utf-8")
    ran = aswritten("check", "page.md", cwd=folder, PYTEST_ADDOPTS="--bogus", PYTEST_PLUGINS="bogus")
    assert (ran.code, ran.err) == (0, "")


# Our own fault.


@pytest.mark.parametrize("broken", ["Verifier.judge", "judge_case", "open_case"], ids=["a block", "a page", "at first"])
def test_a_fault_of_ours_is_called_so(broken: str, folder: Path) -> None:
    breaks = (
        "import aswritten.verify\n"
        "def fail(*_, **__): raise ZeroDivisionError('on purpose')\n"
        f"aswritten.verify.{broken} = fail"
    )
    ran = aswritten("check", "page.md", "--json", "out.json", cwd=folder, also=breaks)
    assert ran.code == 3
    assert "ZeroDivisionError: on purpose" in ran.err
    assert ran.err.endswith("aswritten: this is a fault of aswritten itself: please report it with the lines above\n")
    assert not (folder / "out.json").exists()


def test_a_worker_that_dies_is_no_finding(folder: Path) -> None:
    breaks = "import os\nos.environ['DIES'] = '1'"
    (folder / "sitecustomize.py").write_text(
        "import os, sys\n"
        "if os.environ.get('DIES'):\n"
        "    import aswritten.verify\n"
        "    aswritten.verify.Verifier.judge = lambda *_: os._exit(9)\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    ran = aswritten("check", "page.md", "-n", "1", cwd=folder, also=breaks, PYTHONPATH=path)
    assert ran.code == 3
    assert "crashed while running 'page.md::L3-curl'" in ran.err


# Signals.


def processes_of(marker: str) -> list[int]:
    """The processes that have the text in their environment or command."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with contextlib.suppress(OSError):  # it has ended, or belongs to somebody else
                told = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
                if marker.encode() in told:
                    found.append(int(folder.name))
    return found


#: A suite that runs in the background has its children ignore SIGINT and SIGHUP (POSIX sh, nohup), which a check rightly goes on with.
HEARS_SIGNALS = "import signal; signal.signal(2, signal.default_int_handler); signal.signal(1, signal.SIG_DFL)"


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A check in a process group of its own, whose sample has begun and will not end."""
    temporary = folder / "tmp"
    temporary.mkdir()
    slow = f"{CALL} > /dev/null\nsleep 300 & (setsid sleep 300 &)\ntouch begun\nsleep 300"
    (folder / "slow.md").write_text(fence(slow), encoding="utf-8")
    with subprocess.Popen(
        program("check", "slow.md", "--json", "out.json", *options, also=HEARS_SIGNALS),
        cwd=folder,
        env=environ({"TMPDIR": str(temporary)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            deadline = time.monotonic() + 60
            while not list(temporary.rglob("begun")):
                assert time.monotonic() < deadline
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are looked for in /proc")
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False)],
    ids=["Ctrl-C", "SIGINT", "SIGTERM"],
)
def test_a_signal_ends_everything_in_one_line(
    number: signal.Signals, to_all: bool, workers: tuple[str, ...], tmp_path: Path
) -> None:
    with running(tmp_path, *workers) as process:
        (os.killpg if to_all else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "aswritten: interrupted: 0 of 1 blocks were judged, no report was written\n"
    assert processes_of(str(tmp_path)) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert not (tmp_path / "out.json").exists()


def test_python_runs_it_as_a_module_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aswritten", "explain", "run.exit"],
        cwd=tmp_path,
        env=environ({}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("The sample ends with an error.")
