"""A folder with scenarios, and the recorder that is run in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.cli import main
from conforming_server import KEY, serving

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

from recorders import SCENARIOS, Ran, keyed, texts


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with three scenarios and no fixture yet; the locks lie in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("THE_KEY", KEY)
    monkeypatch.delenv("NO_KEY", raising=False)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str | Path) -> Ran:
        capsys.readouterr()
        code = main(["record", *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(code, said.out.splitlines(), said.err)

    return run


@pytest.fixture
def recorded(folder: Path, run: Callable[..., Ran]) -> dict[str, str]:
    """The fixtures, recorded once from a conforming server."""
    with serving(key=KEY) as server:
        assert run(*keyed(server)).code == 0
    return texts(folder)
