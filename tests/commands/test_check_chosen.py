"""What is run of the pages: one block, a language, until the first failure, at the times of the recordings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from commanding import CALL, Ran, aswritten, fence

if TYPE_CHECKING:
    from pathlib import Path


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
