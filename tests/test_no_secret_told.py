"""Commands whose pages, recordings and servers hold secrets: none is on the terminal, in a report or in a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten.cli import main
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator

RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"
KEY = f"sk-proj-{RANDOM}"
#: A key of no known form.
ODD = "Hq3xR7vWm2Tb9zKcLf5pDw8"
#: Eight characters of one are too many.
PARTS = {secret[start : start + 8] for secret in (RANDOM, ODD) for start in range(len(secret) - 7)}

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"
PAGE = f"""
```bash
{CALL} -H 'Authorization: Bearer {KEY}'
```

Another one:

```bash
{CALL}
echo "the key is $THE_KEY"
echo "Authorization: Bearer {KEY}" >&2
exit 3
```

And another:

```bash
curl -s "https://other.example.com/v1/chat/completions?key=$THE_KEY&user=jane4711" -d '{{"model": "m", "id": "{KEY}"}}'
```
"""
FIXTURE = f"""\
aswritten: 1
source: {{kind: composed, why: it holds secrets}}
answers: recorded
request:
  method: POST
  url: https://api.example.com/v1/chat/completions
  body: {{model: m, messages: [{{role: user, content: Hi}}], {KEY}: 1}}
responses:
  - status: 200
    headers: {{content-type: application/json}}
    reads:
      - {{at: 0.1, data: '{{"id": "{KEY}", "object": "{KEY}"}}'}}
"""


def told(folder: Path, command: subprocess.CompletedProcess[str]) -> Iterator[tuple[str, str]]:
    """All that the command said and wrote, by name."""
    yield from (("standard output", command.stdout), ("standard error", command.stderr))
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in {".json", ".xml", ".log"} | ({".md"} if path.name == "out.md" else set()):
            yield path.name, path.read_text(encoding="utf-8")


def run(folder: Path, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={
            **kept,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "THE_KEY": ODD,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


ASWRITTEN = "from aswritten.cli import main\nraise SystemExit(main())"


def assert_none_told(folder: Path, command: subprocess.CompletedProcess[str]) -> None:
    for name, text in told(folder, command):
        assert not [part for part in PARTS if part in text], f"{name} holds a part of a secret"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "aswritten.yaml").write_text(f"variables: {{THE_KEY: {ODD}}}\nscrub: [user]\n", encoding="utf-8")
    (tmp_path / "fixture.yaml").write_text(FIXTURE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_check_tells_none(folder: Path, workers: tuple[str, ...]) -> None:
    ran = run(folder, ASWRITTEN, "check", "page.md", "--json", "out.json", "--junitxml", "out.xml", *workers)
    assert ran.returncode == 1
    assert "the key is [key]" in ran.stdout
    assert "Authorization: Bearer [key]" in ran.stdout
    assert "user=jane4711" not in ran.stdout
    assert_none_told(folder, ran)
    assert [block["verdict"] for block in json.loads((folder / "out.json").read_text())["blocks"]] == ["failed"] * 3


def test_a_pytest_of_ones_own_tells_none(folder: Path) -> None:
    code = "import pytest\nraise SystemExit(pytest.main())"
    plugins = ("-p", "aswritten.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")
    ran = run(folder, code, *plugins, "--aswritten", "page.md", "--junitxml", "out.xml", "--aswritten-json", "out.json")
    assert ran.returncode == 1
    assert "[key]" in ran.stdout
    assert_none_told(folder, ran)


def test_contract_tells_none(folder: Path) -> None:
    ran = run(folder, ASWRITTEN, "contract", "fixture.yaml", "--json", "out.json", "--compatibility", "out.md")
    assert ran.returncode == 1
    assert '"[key]"' in ran.stdout
    assert_none_told(folder, ran)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((f"contract {KEY}"), "aswritten: [key]: expected a fixture"),
        (
            (f"contract https://127.0.0.1:9/v1 --api-key-env {KEY}"),
            "aswritten: --api-key-env [key]: the variable is not set",
        ),
        ((f"contract https://127.0.0.1:9/v1 --key {KEY}"), "aswritten: error: unrecognized arguments: --key [key]"),
        ((f"check {KEY}.md"), "aswritten: [key].md: no such file or folder"),
        (f"contract https://127.0.0.1:9/v1?key={ODD} --model m --api-key-env THE_KEY", "https://127.0.0.1:9/v1"),
    ],
)
def test_a_refusal_tells_none(
    arguments: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THE_KEY", ODD)
    try:
        code = main(arguments.split())
    except SystemExit as ended:
        code = int(str(ended.code))
    error = capsys.readouterr().err
    assert code == 2
    assert said in error
    assert not [part for part in PARTS if part in error]


def test_a_fault_of_ours_tells_none(folder: Path) -> None:
    breaks = (
        "import aswritten.commands.contract\n"
        f"def fail(*_): raise ZeroDivisionError('Bearer {KEY} and {ODD}')\n"
        "aswritten.commands.contract.find = fail\n"
    )
    ran = run(folder, breaks + ASWRITTEN, "contract", "fixture.yaml")
    assert ran.returncode == 3
    assert "ZeroDivisionError: Bearer [key]" in ran.stderr
    assert not [part for part in PARTS if part in ran.stderr.replace(ODD, "")]


def test_fixtures_on_disk_hold_none() -> None:
    """The folder of this repository, file by file, as text."""
    for path in (Path(__file__).parent.parent / "fixtures").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert Scrubber().text(text) == text, path
