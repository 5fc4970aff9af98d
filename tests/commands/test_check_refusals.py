"""What is refused before anything runs: exit code 2, and words that say where, what, and what to do."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from aswritten.cli import main
from aswritten.data import data_dir


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
