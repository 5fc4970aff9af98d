"""Settings of a folder of pages: where they are found, what they hold, and how a mistake reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.config import Settings, settings_for
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert settings_for(tmp_path) == Settings()


def test_the_nearest_file_above_holds_and_its_paths_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "recordings").mkdir()
    (tmp_path / "docs" / "chat").mkdir(parents=True)
    (tmp_path / "aswritten.yaml").write_text(
        "matching: recorded\nfixtures: [recordings]\nvariables: {API_KEY: dummy}\ntime_limit: 5\n", encoding="utf-8"
    )
    settings = settings_for(tmp_path / "docs" / "chat")
    assert settings.matching == "recorded"
    assert settings.fixtures == (tmp_path / "recordings",)
    assert settings.variables == (("API_KEY", "dummy"),)
    assert settings.time_limit == 5


def test_a_table_of_pyproject_does_as_well(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.aswritten]\nprofile = "novita"\n', encoding="utf-8")
    assert settings_for(tmp_path).profile == "novita"


def test_a_pyproject_without_the_table_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "aswritten.yaml").write_text("profile: openai\n", encoding="utf-8")
    (tmp_path / "docs" / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    assert settings_for(tmp_path / "docs").profile == "openai"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("profile: openai\nmatchin: recorded\n", 2, "unknown setting 'matchin'; known are matching, fixtures"),
        ("matching: strict\n", 1, "matching: expected one of alike, recorded, got 'strict'"),
        ("\nfixtures: [nowhere]\n", 2, "fixtures: expected folders, and "),
        ("fixtures: nowhere\n", 1, "fixtures: expected a list of texts, got 'nowhere'"),
        (
            "variables: {PORT: 80}\n",
            1,
            "variables: expected `NAME: text` pairs (put numbers in quotes), got {'PORT': 80}",
        ),
        ("files: {a.jpg: nowhere.jpg}\n", 1, "files: expected files, and "),
        ("files: {../a: aswritten.yaml}\n", 1, "files: expected names below the sample's folder, and '../a' is none"),
        (
            "skip: {nowhere.md: old}\n",
            1,
            "skip: expected `PAGE: reason` or `PAGE:LINE: reason` (in quotes), and there is no",
        ),
        ("skip: {aswritten.yaml: ' '}\n", 1, "skip: expected a reason for aswritten.yaml"),
        ("time_limit: -1\n", 1, "time_limit: expected a number above 0, got -1"),
        ("time_limit: true\n", 1, "time_limit: expected a number above 0, got True"),
        ("profile: [\n", 2, "is not YAML: "),
        ("- a\n- b\n", 1, "expected settings as `name: value`, got list"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = tmp_path / "aswritten.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        settings_for(tmp_path)
    assert str(caught.value).startswith(f"{file}:{line}: {words}")


def test_a_file_that_is_not_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "aswritten.yaml").write_bytes(b"profile: \xff\n")
    with pytest.raises(UsageError, match="cannot be read"):
        settings_for(tmp_path)


def test_a_pyproject_that_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be read"):
        settings_for(tmp_path)


def test_an_empty_file_is_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "aswritten.yaml"
    file.write_text("# nothing yet\n", encoding="utf-8")
    assert settings_for(tmp_path) == Settings(file=file)


def test_what_is_said_of_blocks_is_read_by_page_and_hash(tmp_path: Path) -> None:
    (tmp_path / "chat.md").write_text("text\n", encoding="utf-8")
    text = "directives:\n  chat.md:\n    3f2a9c01d4e5: skip it\n    '000000000001': [prints a, variables A=1]\n"
    (tmp_path / "aswritten.yaml").write_text(text, encoding="utf-8")
    page = tmp_path / "chat.md"
    assert settings_for(tmp_path).directives == (
        (page, "3f2a9c01d4e5", "skip it"),
        (page, "000000000001", "prints a"),
        (page, "000000000001", "variables A=1"),
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[a]", "expected `PAGE: {HASH: DIRECTIVE}` (`aswritten list` shows the hashes), got ['a']"),
        ("{chat.md: skip}", "expected `PAGE: {HASH: DIRECTIVE}` (`aswritten list` shows the hashes), got {'chat.md': 'skip'}"),
        ("{gone.md: {a: skip it}}", "expected `PAGE: {HASH: DIRECTIVE}` (`aswritten list` shows the hashes), and {folder}/gone.md is no page"),
        ("{chat.md: {000000000001: skip it}}", "expected `PAGE: {HASH: DIRECTIVE}` (`aswritten list` shows the hashes); put 1 in quotes"),
        ("{chat.md: {a: skip}}", "expected `aswritten: skip REASON`: say why, so that readers of the report know"),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_said_of_blocks_is_named(tmp_path: Path, value: str, message: str) -> None:
    (tmp_path / "chat.md").write_text("text\n", encoding="utf-8")
    (tmp_path / "aswritten.yaml").write_text(f"directives: {value}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        settings_for(tmp_path)
    assert str(caught.value).startswith(
        f"{tmp_path}/aswritten.yaml:1: directives: {message.replace('{folder}', str(tmp_path))}"
    )
