"""Files, replaced whole: one, or several together."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aswritten.files import is_leftover, replace, replace_all


def full_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The disk is full from the write of this number on."""
    count = 0
    real = os.fsync

    def fsync(handle: int) -> None:
        nonlocal count
        count += 1
        if count >= number:
            raise OSError(28, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_file_is_made_and_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "a"
    replace(path, "1")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("1", 0o644)
    path.chmod(0o600)
    replace(path, "é")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == ("é".encode(), 0o600)


def test_what_a_link_points_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    replace(tmp_path / "link", "1")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_text() == "1"


def test_several_files_are_written_together(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    replace_all({tmp_path / "a": "1", tmp_path / "sub" / "b": "2"})
    assert ((tmp_path / "a").read_text(), (tmp_path / "sub" / "b").read_text()) == ("1", "2")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_full_disk_leaves_all_of_them_as_they_were(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old")
    full_at(monkeypatch, number)
    with pytest.raises(OSError, match="No space left"):
        replace_all({tmp_path / name: "new" for name in ("a", "b", "c")})
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a", "old")]


def test_a_folder_that_is_not_there_leaves_all_of_them_as_they_were(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_all({tmp_path / "a": "1", tmp_path / "none" / "b": "2"})
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_leaves_behind_is_known_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: None)
    with pytest.raises(KeyboardInterrupt):
        replace(tmp_path / "a", "1")
    (left,) = tmp_path.iterdir()
    assert is_leftover(left)
    assert not is_leftover(tmp_path / "a")
