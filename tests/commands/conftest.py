"""A folder to call commands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from commanding import CALL, fence

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with one page whose one sample is fine."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(fence(CALL), encoding="utf-8")
    return tmp_path
