"""docs/drift.md has each kind of change as the code has it, and the README shows what the command prints."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.cli import main
from aswritten.drift import KINDS

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parent.parent.parent


def test_the_table_of_the_docs_is_that_of_the_code() -> None:
    page = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
    table = page.partition("\n## Changes\n")[2].strip().splitlines()[2:]
    assert table == [f"| {name} | {kind.severity} | {kind.when} | {kind.why} |" for name, kind in KINDS.items()]


def test_the_readme_shows_what_the_command_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"^```text\n\$ aswritten (drift .*)\n((?:.*\n)*?)```$", readme, flags=re.MULTILINE)
    assert shown
    assert main(shown[1].split()) == 1
    assert capsys.readouterr().out == shown[2]
