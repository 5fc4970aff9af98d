"""`aswritten contract URL`: exit codes, what is printed, and what is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from aswritten.cli import main
from aswritten.data import data_dir
from conforming_server import KEY, MODEL, error, serving
from defects import DEFECTS

if TYPE_CHECKING:
    from pathlib import Path

BY_NAME = {defect.name: defect for defect in DEFECTS}


def report(path: Path) -> Any:
    document = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((data_dir("schemas") / "contract-report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    return document


def test_a_conforming_server_ends_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", KEY)
    with serving(key=KEY) as server:
        code = main(["contract", server.url, "--api-key-env", "THE_KEY", "--json", str(tmp_path / "out.json")])
    printed = capsys.readouterr().out
    document = report(tmp_path / "out.json")
    assert code == 0
    assert "20 exchanges: 20 ok, 0 violated, 0 not-checked" in printed
    assert "calls, held to openai" in printed
    assert document["summary"] == {"exchanges": 20, "ok": 20, "violated": 0, "not-checked": 0}
    assert {"completion", "stream", "error"} == {exchange["kind"] for exchange in document["exchanges"]}
    assert all(exchange["timing"]["reads"] for exchange in document["exchanges"])
    assert KEY not in printed + (tmp_path / "out.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["chunk-id-changes", "stop-ignored", "error-as-web-page", "n-ignored"])
def test_a_defect_ends_with_1_and_its_rule_is_named(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(BY_NAME[name]) as server:
        code = main(["contract", server.url, "--model", MODEL, "--json", str(tmp_path / "out.json")])
    assert code == 1
    assert f"({BY_NAME[name].rule})" in capsys.readouterr().out
    rules = {found["rule"] for one in report(tmp_path / "out.json")["exchanges"] for found in one["findings"]}
    assert BY_NAME[name].rule in rules


def test_what_is_not_checked_is_counted_with_its_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refuses = error(400, "n is not supported.", "unsupported", param="n")
    with serving(lambda reply: refuses if "n" in reply.tags else None) as server:
        code = main(["contract", server.url, "--skip", "stop", "--json", str(tmp_path / "out.json")])
    printed = capsys.readouterr().out
    assert code == 0
    assert "20 exchanges: 17 ok, 0 violated, 3 not-checked" in printed
    assert "n is not supported." in printed
    assert "left out by --skip stop" in printed
    assert report(tmp_path / "out.json")["summary"]["not-checked"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://127.0.0.1:9/v1", "--model", "m"], "aswritten: http://127.0.0.1:9/v1/chat/completions: "),
        (["http://127.0.0.1:9/v1", "--skip", "sream"], "no call is called so"),
        (["fixtures", "--model", "m"], "--model is for a base URL"),
    ],
)
def test_mistakes_end_with_2(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contract", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_rules_of_probes_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "probe.bad-key"]) == 0
    assert "Clients tell a wrong key from other mistakes by 401." in capsys.readouterr().out
    assert main(["explain"]) == 0
    assert "probe.bad-key" in capsys.readouterr().out.splitlines()
