"""Results that are kept: what is not run again, what is, and what is never kept."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten import config
from aswritten.data import data_dir
from aswritten.environments import tools
from aswritten.model import Block, Finding, Verdict
from aswritten.scrub import Scrubber
from aswritten.verify import Options, Verifier, open_case
from aswritten.verify._results import Results, prune

if TYPE_CHECKING:
    from collections.abc import Callable

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -o answer -H 'Content-Type: application/json' -d '{BODY}'"
KEY = "ab" * 32


class Pages:
    """A folder with one page, and a cache; each `verdicts` is a run of its own process's engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "docs"
        self.folder.mkdir()
        self.options = Options(cache=folder / "cache", keep=True)

    def write(self, text: str) -> None:
        (self.folder / "page.md").write_text(text, encoding="utf-8")

    def verdicts(self, options: Options | None = None, name: str = "page.md") -> list[Verdict]:
        config._settings_in.cache_clear()
        options = options or self.options
        verifier = Verifier(options)
        try:
            case = open_case(self.folder / "page.md", name, options)
            return [verifier.judge(case, role) for role in case.roles]
        finally:
            verifier.close()

    def kept(self) -> list[Path]:
        return sorted((self.options.cache / "results").glob("*/*.json"))


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    made = Pages(tmp_path)
    made.write(f"```bash\n{CALL}\necho done\n```\n")
    return made


def test_a_second_run_takes_the_first_ones_verdict_and_says_so(pages: Pages) -> None:
    (first,) = pages.verdicts()
    (second,) = pages.verdicts()
    assert first.kept == ""
    assert second.kept[:10] == time.strftime("%Y-%m-%d", time.gmtime())
    assert replace(second, kept="") == first


def test_a_failure_is_kept_too(pages: Pages) -> None:
    pages.write(f"```bash\n{CALL}\nexit 3\n```\n")
    (first,), (second,) = pages.verdicts(), pages.verdicts()
    assert (second.name, bool(second.kept)) == ("failed", True)
    assert second.findings == first.findings


def test_a_sample_that_moves_keeps_its_result_with_its_findings_at_their_new_lines(pages: Pages) -> None:
    pages.write(f"```bash\n{CALL}\nexit 3\n```\n")
    (first,) = pages.verdicts()
    pages.write(f"Words.\n\n```bash\n{CALL}\nexit 3\n```\n")
    (second,) = pages.verdicts(name="other/name.md")
    assert second.kept
    assert [(f.page, f.line) for f in second.findings] == [("other/name.md", first.findings[0].line + 2)]


CHANGES: dict[str, Callable[[Pages], object]] = {
    "its bytes": lambda pages: pages.write(f"```bash\n{CALL}\necho done \n```\n"),
    "its tag": lambda pages: pages.write(f"```sh\n{CALL}\necho done\n```\n"),
    "what an earlier block sets": lambda pages: pages.write(f"```bash\nexport A=1\n```\n```bash\n{CALL}\necho done\n```\n"),
    "what is said of it": lambda pages: pages.write(f"<!-- aswritten: variables A=1 -->\n```bash\n{CALL}\necho done\n```\n"),
    "what its page says of it": lambda pages: pages.write(f"Never do this:\n\n```bash\n{CALL}\necho done\n```\n"),
    "who writes it": lambda pages: pages.write(f"What the model writes:\n\n```bash\n{CALL}\necho done\n```\n"),
    "the settings": lambda pages: (pages.folder / "aswritten.yaml").write_text("time_limit: 59\n", encoding="utf-8"),
    "a file beside it": lambda pages: (
        (pages.folder / "a.txt").write_text("a", encoding="utf-8"),
        (pages.folder / "aswritten.yaml").write_text("files: {a.txt: a.txt}\n", encoding="utf-8"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_changed_runs_again(pages: Pages, what: str) -> None:
    pages.verdicts()
    CHANGES[what](pages)
    assert [verdict.kept for verdict in pages.verdicts() if verdict.name == "passed"] == [""]


def test_a_changed_recording_runs_it_again(pages: Pages) -> None:
    recordings = pages.folder / "recordings"
    recordings.mkdir()
    source = data_dir("fixtures") / "generic" / "completion.yaml"
    text = source.read_text(encoding="utf-8")
    (recordings / "completion.yaml").write_text(text, encoding="utf-8")
    (pages.folder / "aswritten.yaml").write_text("fixtures: [recordings]\n", encoding="utf-8")
    pages.verdicts()
    assert [bool(verdict.kept) for verdict in pages.verdicts()] == [True]
    (recordings / "completion.yaml").write_text(f"# changed\n{text}", encoding="utf-8")
    assert [bool(verdict.kept) for verdict in pages.verdicts()] == [False]


def test_another_curl_runs_it_again(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.verdicts()
    monkeypatch.setattr("aswritten.environments.tools", lambda _: ("curl 99",))
    assert [verdict.kept for verdict in pages.verdicts()] == [""]
    assert any("libcurl" in told for told in tools("curl"))


def test_another_path_to_its_tools_runs_it_again(pages: Pages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.verdicts()
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), os.environ["PATH"]]))
    assert [verdict.kept for verdict in pages.verdicts()] == [""]


def test_a_shell_with_our_environment_active_takes_the_results_of_one_without(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.prefix, "bin")), os.environ["PATH"], "/usr/bin"]))
    pages.verdicts()
    assert sys.prefix != sys.base_prefix, "the tests run in a virtual environment"
    without = [one for one in os.environ["PATH"].split(os.pathsep) if one != str(Path(sys.prefix, "bin"))]
    monkeypatch.setenv("PATH", os.pathsep.join([*without, "/usr/bin"]))
    assert [bool(verdict.kept) for verdict in pages.verdicts()] == [True]


def test_another_aswritten_runs_it_again(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    pages.verdicts()
    monkeypatch.setattr("aswritten.verify._results._own_digest", lambda: "other rules")
    assert [verdict.kept for verdict in pages.verdicts()] == [""]


@pytest.mark.parametrize(("keep", "strict"), [(False, False), (True, True)])
def test_without_the_cache_and_in_strict_runs_nothing_is_taken(pages: Pages, keep: bool, strict: bool) -> None:
    pages.verdicts()
    assert [verdict.kept for verdict in pages.verdicts(replace(pages.options, keep=keep, strict=strict))] == [""]


def test_without_the_cache_nothing_is_kept(pages: Pages) -> None:
    pages.verdicts(replace(pages.options, keep=False))
    assert pages.kept() == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ("time_limit: 0.2", "sleep 30"),
        ("output_limit: 10", "seq 100"),
        ("", "kill -9 $$"),
        ("", "bash -c 'kill -9 $$'"),
    ],
    ids=["timed out", "flooded", "ended by a signal", "with a command that was"],
)
def test_what_another_run_may_not_do_again_is_never_kept(pages: Pages, settings: str, code: str) -> None:
    pages.write(f"```bash\n{CALL}\n{code}\n```\n")
    (pages.folder / "aswritten.yaml").write_text(f"{settings}\n", encoding="utf-8")
    pages.verdicts()
    assert pages.kept() == []


def test_what_holds_a_secret_is_never_kept(pages: Pages) -> None:
    pages.write(f"```bash\n{CALL}\necho sk-proj-Zq8fWm2vT9xLb4RcN7hJ3uYp\n```\n")
    pages.verdicts()
    assert pages.kept() == []


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"at": 99999999999, "digest": "", "verdict": {}}', None])
def test_a_corrupt_file_is_dropped_and_the_sample_runs(pages: Pages, damage: str | None) -> None:
    pages.verdicts()
    (path,) = pages.kept()
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace('"passed"', '"failed"') if damage is None else damage, encoding="utf-8")
    (verdict,) = pages.verdicts(replace(pages.options, cache=pages.options.cache))
    assert (verdict.name, verdict.kept) == ("passed", "")
    assert json.loads(path.read_text(encoding="utf-8"))["verdict"]["name"] == "passed", "it is written anew"


def test_a_result_is_not_taken_when_an_environment_would_be_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, block = Results(tmp_path, Scrubber()), Block("p.md", 0, 1, 2, "a\n")
    results.keep(KEY, Verdict(block, "passed"))
    assert results.take(KEY, (block,)) is not None
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 8 * 86_400)
    assert results.take(KEY, (block,)) is None


def test_words_that_name_a_line_hold_only_where_the_block_has_not_moved(tmp_path: Path) -> None:
    results, block = Results(tmp_path, Scrubber()), Block("p.md", 0, 5, 6, "a\n")
    results.keep(KEY, Verdict(block, "passed", reason="given: what line 3 sets"))
    assert results.take(KEY, (block,)) is not None
    assert results.take(KEY, (replace(block, line=6, first_line=7),)) is None


def test_a_finding_of_an_earlier_block_stands_at_that_block(tmp_path: Path) -> None:
    results = Results(tmp_path, Scrubber())
    first, second = Block("p.md", 0, 1, 2, "a\n"), Block("p.md", 1, 9, 10, "b\n")
    finding = Finding("run.exit", "error", "p.md", 2, "x")
    results.keep(KEY, Verdict(second, "failed", run_with=(first,), findings=(finding,)))
    moved = (replace(first, line=4, first_line=5), replace(second, line=20, first_line=21))
    taken = results.take(KEY, moved)
    assert taken is not None
    assert (taken.findings[0].line, taken.run_with) == (5, (moved[0],))


def test_old_results_go_and_those_of_killed_processes(tmp_path: Path) -> None:
    results, block = Results(tmp_path, Scrubber()), Block("p.md", 0, 1, 2, "a\n")
    results.keep(KEY, Verdict(block, "passed"))
    results.keep("cd" * 32, Verdict(block, "passed"))
    old = tmp_path / "ab" / f"{KEY}.json"
    left = tmp_path / "ab" / ".x.aswritten-tmp"
    left.write_text("half", encoding="utf-8")
    for path in (old, left):
        os.utime(path, (time.time() - 8 * 86_400,) * 2)
    prune(tmp_path)
    assert [path.name for path in tmp_path.glob("*/*")] == [f"{'cd' * 32}.json"]


def test_beyond_the_room_for_results_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results, block = Results(tmp_path, Scrubber()), Block("p.md", 0, 1, 2, "a\n")
    for age, name in enumerate(("aa", "bb", "cc")):
        results.keep(name * 32, Verdict(block, "passed"))
        os.utime(tmp_path / name / f"{name * 32}.json", (time.time() - age * 60,) * 2)
    size = (tmp_path / "aa" / f"{'aa' * 32}.json").stat().st_size
    monkeypatch.setattr("aswritten.verify._results._ROOM", 2 * size + 1)
    prune(tmp_path)
    assert sorted(path.parent.name for path in tmp_path.glob("*/*")) == ["aa", "bb"]


def test_a_cache_that_cannot_be_written_to_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    results, block = Results(tmp_path / "file" / "results", Scrubber()), Block("p.md", 0, 1, 2, "a\n")
    results.keep(KEY, Verdict(block, "passed"))
    assert results.take(KEY, (block,)) is None
