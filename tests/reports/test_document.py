"""The JSON report as a value and as a file."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest

from aswritten.errors import UsageError
from aswritten.model import Block, Finding, Verdict
from aswritten.reports import document


def block(line: int, text: str = "x\ny\n") -> Block:
    return Block(page="page.md", index=line, line=line, first_line=line + 1, text=text, tag="text")


def finding(line: int, rule: str = "page.documented-model") -> Finding:
    return Finding(rule, "error", "page.md", line, "wrong", "this", "that", "do so")


SHOWN = {"level": "error", "message": "wrong", "expected": "this", "got": "that", "hint": "do so"}


def test_the_verdicts_add_up() -> None:
    value = document.summary([Verdict(block(1), "passed"), Verdict(block(9), "other"), Verdict(block(19), "other")])
    assert value == {
        "blocks": 3, "passed": 1, "failed": 0, "continuation": 0, "install": 0,
        "output": 0, "fragment": 0, "skipped": 0, "other": 2,
    }  # fmt: skip


def test_a_finding_about_documented_output_stands_with_its_block_and_others_alone() -> None:
    verdicts = [Verdict(block(1), "passed"), Verdict(block(10), "output", reason="documented")]
    value = document.document("1.0", verdicts, [finding(12), finding(2, "page.parity"), finding(13, "page.parity")])
    assert value["blocks"][0]["findings"] == []
    assert value["blocks"][1]["findings"] == [{"rule": "page.documented-model", "line": 12, **SHOWN}]
    assert value["findings"] == [
        {"rule": "page.parity", "page": "page.md", "line": 2, **SHOWN},
        {"rule": "page.parity", "page": "page.md", "line": 13, **SHOWN},
    ]


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("older, and longer than what comes", encoding="utf-8")
    (tmp_path / "link.json").symlink_to(path)
    document.write(tmp_path / "link.json", {"ü": 1})
    assert path.read_text(encoding="utf-8") == '{\n  "ü": 1\n}\n'
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["link.json", "out.json"]


def test_what_cannot_be_told_leaves_the_older_report(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("older", encoding="utf-8")
    with pytest.raises(TypeError):
        document.write(path, {"a": object()})
    assert [entry.read_text(encoding="utf-8") for entry in tmp_path.iterdir()] == ["older"]


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=document.write, args=(pipe, {"a": 1}))
    writer.start()
    assert json.loads(pipe.read_text(encoding="utf-8")) == {"a": 1}
    writer.join()
    assert pipe.is_fifo()
    document.write(Path("/dev/null"), {"a": 1})
    assert Path("/dev/null").is_char_device()


def test_a_folder_that_does_not_exist_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"out\.json: the report cannot be written: No such file or directory$"):
        document.write(tmp_path / "nowhere" / "out.json", {})
