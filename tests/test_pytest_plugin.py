"""aswritten inside of somebody's own pytest project: beside its tests where asked for, and otherwise not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"
#: Importing one of these takes longer than all that a sleeping plugin may cost.
HEAVY = ("jsonschema", "markdown_it", "pyflakes", "pytest_httpserver", "tree_sitter", "trustme", "werkzeug", "yaml")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with tests, a fixture, settings of its own and a folder of pages."""
    files = {
        "pytest.ini": "[pytest]\ntestpaths = tests\nfilterwarnings = error\n",
        "conftest.py": "import pytest\n\n@pytest.fixture\ndef answer():\n    return 42\n",
        "tests/test_own.py": "def test_own(answer):\n    assert answer == 42\n",
        "docs/page.md": f"```bash\n{CALL}\n```\n\nIt prints:\n\n```\nHello\n```\n",
        "docs/helper.py": "raise RuntimeError('no sample, and no test')\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run_pytest(project: Path, *arguments: str, also: str = "") -> subprocess.CompletedProcess[str]:
    """A pytest of the project's own, that has our plugin installed and no other."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    path = os.pathsep.join(filter(None, sys.path))
    code = f"import sys, pytest\ncode = pytest.main()\n{also}\nsys.exit(code)"
    plugins = ("-p", "aswritten.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-c", code, *plugins, *arguments],
        cwd=project,
        env={**kept, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_asleep_it_collects_nothing_and_imports_nothing(project: Path) -> None:
    told = f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules], [name for name in sys.modules if name.startswith('aswritten')])"
    ran = run_pytest(project, "docs", "tests", also=told)
    assert "collected 1 item\n" in ran.stdout
    ours = "['aswritten', 'aswritten.commands', 'aswritten.errors', 'aswritten.cli', 'aswritten.pytest_plugin']"
    assert ran.stdout.splitlines()[-1] == f"loaded: [] {ours}"


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "with workers"])
def test_awake_it_runs_beside_the_projects_tests(project: Path, workers: tuple[str, ...]) -> None:
    ran = run_pytest(project, "--aswritten", "docs", "tests", "--aswritten-json", "out.json", *workers)
    assert ran.returncode == 0, ran.stdout
    assert "2 passed, 1 output in " in ran.stdout.splitlines()[-1]
    report = json.loads((project / "out.json").read_text(encoding="utf-8"))
    assert [(one["page"], one["line"], one["verdict"]) for one in report["blocks"]] == [
        ("docs/page.md", 1, "passed"),
        ("docs/page.md", 7, "output"),
    ]


def test_awake_it_takes_nothing_of_folders_without_pages(project: Path) -> None:
    ran = run_pytest(project, "--aswritten")
    assert "collected 1 item\n" in ran.stdout, "testpaths of the project: its tests alone"
    assert ran.returncode == 0


def test_a_failure_is_a_failure_of_pytest_with_our_banner(project: Path) -> None:
    (project / "docs" / "page.md").write_text(f"```bash\n{CALL}; exit 3\n```\n", encoding="utf-8")
    ran = run_pytest(project, "--aswritten", "docs", "-v")
    assert ran.returncode == 1
    assert "docs/page.md::L1-curl FAILED" in ran.stdout
    assert "docs/page.md:2: error: the sample ends with an error [run.exit]\n" in ran.stdout
    assert "Traceback" not in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--aswritten-profile=opnai", "no profile is called 'opnai'; there are"),
        ("--aswritten-fixtures=nowhere", "nowhere: expected a folder of recordings (--fixtures), and there is none"),
        ("--aswritten-language=ruby", "argument --aswritten-language: invalid choice: 'ruby'"),
        ("--aswritten-time-limit=nan", "argument --aswritten-time-limit: expected seconds above 0, got 'nan'"),
    ],
)
def test_a_mistake_is_its_message_alone(project: Path, arguments: str, message: str) -> None:
    ran = run_pytest(project, "--aswritten", "docs", arguments)
    assert ran.returncode in {2, 4}
    assert message in ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_page_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "docs" / "latin.md").write_bytes(b"d\xe9j\xe0 vu\n")
    ran = run_pytest(project, "--aswritten", "docs")
    assert ran.returncode == 2
    assert (
        f"{project}/docs/latin.md:1: expected UTF-8, got the byte 0xe9 at offset 1: save the file as UTF-8\n"
        in ran.stdout
    )
    assert "pluggy/" not in ran.stdout, "no traceback"


def test_a_report_that_cannot_be_written_is_said(project: Path) -> None:
    ran = run_pytest(project, "--aswritten", "docs", "--aswritten-json=nowhere/out.json")
    assert ran.returncode == 4
    assert "aswritten: nowhere/out.json: the report cannot be written: No such file or directory\n" in ran.stdout
