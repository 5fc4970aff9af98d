"""`aswritten list`: what it says of each block, without running any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from aswritten.cli import main
from aswritten.data import data_dir
from aswritten.model import Block

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
```bash
export API_KEY=abc
```

```bash
curl https://api.example.com/v1/models -H "Authorization: Bearer $API_KEY"
```

<!-- aswritten: fails run.exit -->
<!-- aswritten: variables PASSWORD=open-sesame -->
```python
import requests
requests.get("https://api.example.com/v1/models")
exit(3)
```

<!-- aswritten: skip needs a GPU -->
```bash
curl https://api.example.com/v1/models
```
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "aswritten.yaml").write_text("input: Hello\n", encoding="utf-8")
    return tmp_path


def hash_of(text: str) -> str:
    return Block("", 0, 1, 2, text).digest


def test_every_block_has_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "page.md"]) == 0
    first, second, third, fourth = capsys.readouterr().out.splitlines()
    assert first == (
        f"page.md::L1-bash [{hash_of('export API_KEY=abc' + chr(10))}]: fragment:"
        " sends nothing itself; its variables are given to the samples after it"
    )
    assert second.startswith("page.md::L5-curl [")
    assert second.endswith("]: sample: given API_KEY, standard input")
    assert third.endswith("]: sample: given PASSWORD, standard input; fails run.exit")
    assert fourth.startswith("page.md::L18-curl [")
    assert "]: sample: skipped: needs a GPU (the page says so)" in fourth
    assert not (folder / "answer").exists()


def test_what_would_be_assumed_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    sample = (
        'curl https://api.example.com/v1/audio/transcriptions -H "Authorization: Bearer $API_KEY" -F file=@speech.wav'
    )
    (tmp_path / "page.md").write_text(f"```bash\n{sample}\n```\n", encoding="utf-8")
    assert main(["list", "page.md", "--json", "out.json"]) == 0
    (block,) = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["blocks"]
    assert block["assumed"][0] == "API_KEY=dummy"
    assert block["assumed"][1].startswith("speech.wav ")
    assert capsys.readouterr().out.rstrip().endswith(f": sample: assumed: {'; '.join(block['assumed'])}")


def test_the_json_keeps_its_schema_and_holds_no_value(folder: Path) -> None:
    assert main(["list", "page.md", "--json", "out.json"]) == 0
    text = (folder / "out.json").read_text(encoding="utf-8")
    assert "open-sesame" not in text
    report = json.loads(text)
    schemas = {
        name: json.loads((data_dir("schemas") / name).read_text(encoding="utf-8"))
        for name in ("list-report.schema.json", "report.schema.json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(one)) for name, one in schemas.items()
    )
    Draft202012Validator(schemas["list-report.schema.json"], registry=registry).validate(report)
    assert [(block["name"], block["role"], block["said"]) for block in report["blocks"]] == [
        ("L1-bash", "fragment", []),
        ("L5-curl", "sample", []),
        ("L11-python", "sample", ["fails run.exit", "variables PASSWORD"]),
        ("L18-curl", "sample", ["skip needs a GPU"]),
    ]


def test_one_block_can_be_chosen(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", f"{folder}/page.md::L5-curl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_what_a_page_says_and_nobody_understands_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "page.md").write_text(PAGE.replace("aswritten: skip", "aswritten: skp"), encoding="utf-8")
    assert main(["list", "page.md", "--json", "out.json"]) == 1
    assert "page.md:17: error: expected `aswritten:` and one of file, skip" in capsys.readouterr().out
    report = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    assert [finding["rule"] for finding in report["findings"]] == ["page.directive"]


def test_a_block_that_is_not_there_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", f"{folder}/page.md::L6-curl"]) == 2
    assert capsys.readouterr().err.startswith(
        f"aswritten: {folder}/page.md: no block is called 'L6-curl'. Perhaps L5-curl?"
    )
