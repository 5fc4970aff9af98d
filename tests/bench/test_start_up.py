"""The small commands start without what only a run needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "_pytest",
    "cryptography",
    "jsonschema",
    "markdown_it",
    "pytest",
    "referencing",
    "tree_sitter",
    "werkzeug",
    "yaml",
}

PROGRAM = """
import sys
from aswritten.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as end:
    code = end.code
print("\\n".join(sys.modules))
raise SystemExit(code)
"""


def loaded(*arguments: str) -> set[str]:
    """The packages that `aswritten` has loaded when the command is done."""
    ended = subprocess.run([sys.executable, "-c", PROGRAM, *arguments], capture_output=True, text=True, check=True)
    return {name.split(".")[0] for name in ended.stdout.splitlines()}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain"], ["explain", "run.exit"]], ids=" ".join)
def test_a_small_command_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(*arguments) & HEAVY == set()


def test_a_command_that_reads_pages_is_seen_to_load_what_it_needs() -> None:
    assert {"markdown_it", "tree_sitter"} <= loaded("list", "README.md")
