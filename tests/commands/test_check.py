"""`aswritten check` for those who have findings already: `--baseline`, `--changed-since`, and results that are kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jsonschema
import pytest

from aswritten.data import data_dir

if TYPE_CHECKING:
    from pathlib import Path

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -o answer -H 'Content-Type: application/json' -d '{BODY}'"
FINE = f"```bash\n{CALL}\n```\n"
BROKEN = f"```bash\n{CALL}\nexit 3\n```\n"
MISSPELT = "<!-- aswritten: skp it -->\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


class Folder:
    """A folder of pages, and the command in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, **pages: str) -> None:
        for name, text in pages.items():
            path = self.path / name.replace("__", "/").replace("_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def check(self, *arguments: str, **variables: str) -> Ran:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "GIT_"))}
        code = "from aswritten.cli import main\nraise SystemExit(main())"
        done = subprocess.run(
            [sys.executable, "-c", code, "check", *arguments],
            cwd=self.path,
            env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *arguments], cwd=self.path, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x", "--allow-empty")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# A baseline


def test_with_a_baseline_only_new_findings_fail(folder: Folder) -> None:
    folder.write(a_md=BROKEN + MISSPELT, b_md=FINE)
    recorded = folder.check("a.md", "b.md", "--baseline", "known.json", "--write-baseline")
    assert (recorded.code, recorded.last) == (0, "baseline known.json: 2 findings recorded")
    again = folder.check("a.md", "b.md", "--baseline", "known.json")
    assert (again.code, again.last) == (0, "baseline known.json: 2 known, 0 new, 0 gone")
    assert "a.md::L1-curl  failed" in again.out
    assert "(known)\n" in again.out
    assert "--- " not in again.out, "what is known has no banner"
    folder.write(b_md=BROKEN.replace("exit 3", "exit 4"))
    worse = folder.check("a.md", "b.md", "--baseline", "known.json")
    assert (worse.code, worse.last) == (1, "baseline known.json: 2 known, 1 new, 0 gone")
    assert [line for line in worse.out.splitlines() if line.startswith("--- ")] == ["--- b.md:1 curl ---"]


def test_a_baseline_holds_when_lines_move_and_wherever_it_is_asked_from(folder: Folder) -> None:
    folder.write(docs__a_md=BROKEN)
    folder.check("docs", "--baseline", "docs/known.json", "--write-baseline")
    folder.write(docs__a_md=f"Words.\n\n{BROKEN}")
    inner = Folder(folder.path / "docs")
    assert inner.check("a.md", "--baseline", "known.json").last == "baseline known.json: 1 known, 0 new, 0 gone"


def test_what_is_mended_is_named_and_taken_out(folder: Folder) -> None:
    folder.write(a_md=BROKEN, b_md=BROKEN, c_md=BROKEN)
    folder.check(".", "--baseline", "known.json", "--write-baseline")
    folder.write(a_md=FINE)
    (folder.path / "c.md").unlink()
    ran = folder.check("a.md", "b.md", "--baseline", "known.json")
    assert ran.code == 0
    assert ran.out.splitlines()[-4:] == [
        "baseline known.json: 1 known, 0 new, 2 gone",
        "  gone: a.md: run.exit: the sample ends with an error",
        "  gone: c.md: run.exit: the sample ends with an error",
        "  take them out with --write-baseline",
    ]
    assert folder.check("a.md", "b.md", "--baseline", "known.json", "--write-baseline").last.endswith(
        "1 finding recorded"
    )


def test_what_a_run_did_not_look_at_stays_in_the_baseline(folder: Folder) -> None:
    folder.write(a_md=BROKEN, b_md=BROKEN + BROKEN.replace("3", "4"))
    folder.check(".", "--baseline", "known.json", "--write-baseline")
    before = (folder.path / "known.json").read_text(encoding="utf-8")
    folder.write(a_md=FINE)
    part = folder.check("b.md", "--baseline", "known.json", "-k", "L1-")
    assert part.last == "baseline known.json: 1 known, 0 new, 0 gone"
    written = folder.check("b.md::L1-curl", "--baseline", "known.json", "--write-baseline")
    assert written.last == "baseline known.json: 1 finding recorded, and 2 of what this run did not look at"
    assert (folder.path / "known.json").read_text(encoding="utf-8") == before


def test_a_baseline_is_sorted_json_that_two_runs_write_alike(folder: Folder) -> None:
    folder.write(b_md=BROKEN, a_md=MISSPELT + BROKEN)
    folder.check("b.md", "a.md", "--baseline", "one.json", "--write-baseline")
    folder.check("a.md", "b.md", "--baseline", "two.json", "--write-baseline", "--no-cache")
    one, two = ((folder.path / name).read_text(encoding="utf-8") for name in ("one.json", "two.json"))
    assert one == two
    entries = json.loads(one)["findings"]
    assert [(entry["page"], entry["rule"]) for entry in entries] == [
        ("a.md", "page.directive"),
        ("a.md", "run.exit"),
        ("b.md", "run.exit"),
    ]
    assert entries[1]["block"] == entries[2]["block"] != ""


def test_a_known_failure_does_not_stop_a_run_and_is_expected_in_junit(folder: Folder) -> None:
    folder.write(a_md=BROKEN, b_md=FINE)
    folder.check(".", "--baseline", "known.json", "--write-baseline")
    ran = folder.check(".", "--baseline", "known.json", "-x", "-n", "2", "--junitxml", "junit.xml")
    assert ran.code == 0
    junit = (folder.path / "junit.xml").read_text(encoding="utf-8")
    assert 'failures="0" skipped="1" tests="2"' in junit


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "known.json: expected a baseline, and there is none: `--write-baseline` writes it from a run"),
        ("{", "known.json:1: is no baseline: Expecting property name enclosed in double quotes"),
        ("[]", 'known.json: expected `"aswritten-baseline": 1`: write it anew with `--write-baseline`'),
        ('{"aswritten-baseline": 1, "findings": [{"page": 1}]}', "known.json: findings[0]: expected texts for page, block, rule, digest, got {\"page\": 1}"),
        ('{"aswritten-baseline": 1}', "known.json: findings[0]: expected texts for page, block, rule, digest, got null"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_refused(folder: Folder, text: str | None, message: str) -> None:
    folder.write(a_md=FINE)
    if text is not None:
        (folder.path / "known.json").write_text(text, encoding="utf-8")
    ran = folder.check("a.md", "--baseline", "known.json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"aswritten: {message}")


def test_a_baseline_to_write_needs_a_name(folder: Folder) -> None:
    folder.write(a_md=FINE)
    ran = folder.check("a.md", "--write-baseline")
    assert (ran.code, ran.err) == (
        2,
        "aswritten: --write-baseline: expected --baseline FILE beside it, which names the file to write\n",
    )


def test_a_baseline_that_cannot_be_written_is_said_before_anything_runs(folder: Folder) -> None:
    folder.write(a_md=FINE)
    ran = folder.check("a.md", "--baseline", "nowhere/known.json", "--write-baseline")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "aswritten: nowhere/known.json: expected a file in a folder that exists (--baseline)\n"


# What a change touches


@pytest.fixture
def repository(folder: Folder) -> Folder:
    """Three pages, one of them with settings and a recording of its own, all of them committed."""
    folder.write(a_md=FINE, b_md=FINE, own__c_md=FINE, own__aswritten_yaml="fixtures: [recordings]\n")
    recording = (data_dir("fixtures") / "generic" / "completion.yaml").read_text(encoding="utf-8")
    folder.write(own__recordings__r_yaml=recording)
    folder.git("init", "-q")
    folder.commit()
    return folder


def pages(ran: Ran) -> list[str]:
    return [line.split("] ")[1].split("::")[0] for line in ran.out.splitlines() if line.startswith("[")]


def test_only_pages_that_differ_run_and_those_that_git_does_not_know(repository: Folder) -> None:
    repository.write(b_md=f"More.\n\n{FINE}", d_md=FINE)
    ran = repository.check(".", "--changed-since", "HEAD")
    assert (ran.code, pages(ran)) == (0, ["b.md", "d.md"])


def test_what_was_committed_since_differs_too(repository: Folder) -> None:
    repository.write(b_md=f"More.\n\n{FINE}")
    repository.commit()
    assert pages(repository.check(".", "--changed-since", "HEAD~1")) == ["b.md"]


@pytest.mark.parametrize("change", ["own__aswritten_yaml", "own__recordings__r_yaml"])
def test_a_page_runs_when_its_settings_or_recordings_differ(repository: Folder, change: str) -> None:
    path = repository.path / change.replace("__", "/").replace("_", ".")
    path.write_text(f"# changed\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert pages(repository.check(".", "--changed-since", "HEAD")) == ["own/c.md"]


def test_settings_that_are_gone_differ_too(repository: Folder) -> None:
    (repository.path / "own" / "aswritten.yaml").unlink()
    assert pages(repository.check(".", "--changed-since", "HEAD")) == ["own/c.md"]


def test_a_page_that_shows_a_file_runs_when_the_file_differs(repository: Folder) -> None:
    repository.write(a_md=f"<!-- aswritten: file sub/call.sh -->\n{FINE}", sub__call_sh=f"{CALL}\n")
    repository.commit()
    repository.write(sub__call_sh=f"{CALL}\necho more\n")
    assert pages(repository.check("a.md", "b.md", "--changed-since", "HEAD")) == ["a.md"]


def test_where_nothing_differs_nothing_runs_and_nothing_is_wrong(repository: Folder) -> None:
    ran = repository.check(".", "--changed-since", "HEAD", "--json", "../out.json")
    assert (ran.code, ran.out) == (0, "nothing of 3 page(s) differs from HEAD: no sample to run\n")
    report = json.loads((repository.path.parent / "out.json").read_text(encoding="utf-8"))
    schema = json.loads((data_dir("schemas") / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, schema)
    assert report["summary"]["blocks"] == 0


def test_what_differs_without_a_sample_is_nothing_wrong_either(repository: Folder) -> None:
    repository.write(words_md="Words, and no sample.\n")
    ran = repository.check(".", "--changed-since", "HEAD")
    assert (ran.code, ran.out) == (
        0,
        "nothing of 4 page(s) differs from HEAD in a page with samples: no sample to run\n",
    )


@pytest.mark.parametrize(
    ("revision", "message"),
    [
        ("nonsense", "expected a commit, a branch or a tag, and the repository knows no 'nonsense': was it fetched?"),
        ("--help", "expected a commit, a branch or a tag, and the repository knows no '--help': was it fetched?"),
        ("HEAD:a.md", "expected a commit, a branch or a tag, and the repository knows no 'HEAD:a.md': was it fetched?"),
    ],
)
def test_a_revision_that_is_none_is_refused(repository: Folder, revision: str, message: str) -> None:
    ran = repository.check(".", f"--changed-since={revision}")
    assert (ran.code, ran.out, ran.err) == (2, "", f"aswritten: --changed-since {revision}: {message}\n")


def test_a_folder_in_no_repository_is_refused(folder: Folder) -> None:
    folder.write(a_md=FINE)
    ran = folder.check("a.md", "--changed-since", "HEAD", GIT_CEILING_DIRECTORIES=str(folder.path.parent))
    message = f"aswritten: --changed-since HEAD: {folder.path} is in no git repository\n"
    assert (ran.code, ran.out, ran.err) == (2, "", message)


def test_a_machine_without_git_is_told(repository: Folder) -> None:
    (repository.path / "bin").mkdir()
    ran = repository.check("a.md", "--changed-since", "HEAD", PATH=str(repository.path / "bin"))
    message = "aswritten: --changed-since HEAD: git is not on PATH: install it, or leave the option out\n"
    assert (ran.code, ran.out, ran.err) == (2, "", message)


# Results that are kept


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_a_second_run_says_what_it_kept(folder: Folder, workers: tuple[str, ...]) -> None:
    folder.write(a_md=FINE + BROKEN.replace("exit 3", f"exit 3 # {folder.path}") + "```\nls -l\n```\n")
    first = folder.check("a.md", "--json", "one.json", *workers)
    second = folder.check("a.md", "--json", "two.json", *workers)
    assert "(of which 2 kept: `--no-cache` runs all)" in second.last
    assert second.code == first.code == 1
    one, two = (json.loads((folder.path / name).read_text(encoding="utf-8")) for name in ("one.json", "two.json"))
    assert [bool(block.pop("kept", "")) for block in two["blocks"]] == [True, True, False]
    for block in one["blocks"]:
        block.pop("kept", None)
    assert [block["findings"] for block in one["blocks"]] == [block["findings"] for block in two["blocks"]]
    assert "kept" not in folder.check("a.md", "--no-cache", *workers).out.replace("--no-cache", "")
