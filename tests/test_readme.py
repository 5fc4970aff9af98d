"""The README shows what is really so: its commands are those of CI, its output is what the tool prints, its settings are known."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from markdown_it import MarkdownIt

from aswritten.config import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FENCES = [(token.info, token.content) for token in MarkdownIt("commonmark").parse(README) if token.type == "fence"]
PUBLISHED = ROOT.parent / "shared" / "pages" / "seed" / "wizardlm-2-8x22b.md"


def without_time(text: str) -> str:
    """The text without the seconds that a run took, which no two runs share."""
    return re.sub(r"; [\d.]+ s$", "", text, flags=re.MULTILINE)


def test_ci_runs_the_second_command_and_then_the_first() -> None:
    first, second = [text.strip() for info, text in FENCES if info == "bash"][:2]
    run = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in run if "nox" in line] == [second, first]


def test_its_settings_are_those_that_there_are() -> None:
    (text,) = [text for info, text in FENCES if info == "yaml"]
    assert set(yaml.safe_load(text)) | {"node"} == {field.name for field in fields(Settings)} - {"file"}


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published page that the README quotes findings of is not here")
def test_the_output_it_shows_is_what_the_tool_prints(tmp_path: Path) -> None:
    (shown,) = [text for info, text in FENCES if not info]
    command, *lines = shown.splitlines()
    shutil.copy(PUBLISHED, tmp_path)
    program = Path(sys.executable).with_name("aswritten")
    arguments = [*command.removeprefix("$ aswritten ").split(), "--no-cache"]
    found = subprocess.run([program, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    rest = without_time(found.stdout)
    for part in re.split(r"^\.\.\.\n", without_time("\n".join(lines) + "\n"), flags=re.MULTILINE):
        assert part in rest
        rest = rest.partition(part)[2]
