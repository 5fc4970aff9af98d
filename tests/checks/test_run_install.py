"""Why an install failed, without what installers say beside it."""

from __future__ import annotations

import pytest

from aswritten.checks import not_installed
from aswritten.model import Block

UV = """\
Using Python 3.11.7 environment at: venv
  × No solution found when resolving dependencies:
  ╰─▶ Because no-such was not found in the package registry
      and you require no-such, we can conclude that your requirements are unsatisfiable.
"""
NPM = """\
npm warn deprecated something@1.0.0: use another
npm error code E404
npm error 404 Not Found - GET https://registry.npmjs.org/no-such - Not found
npm error
npm error A complete log of this run can be found in: /home/reader/.npm/_logs/2025-01-01T00_00_00_000Z-debug-0.log
"""


@pytest.mark.parametrize(
    ("output", "got"),
    [
        (
            UV,
            "exit code 1: No solution found when resolving dependencies: Because no-such was not found in the package registry"
            " and you require no-such, we can conclude that your requirements are unsatisfiable.",
        ),
        (
            NPM,
            "exit code 1: npm error code E404 npm error 404 Not Found - GET https://registry.npmjs.org/no-such - Not found",
        ),
        ("Using Python 3.11.7 environment at: venv\n", "exit code 1: Using Python 3.11.7 environment at: venv"),
    ],
    ids=["uv", "npm", "nothing else"],
)
def test_the_cause_is_told(output: str, got: str) -> None:
    block = Block("page.md", 0, 3, 4, "pip install no-such\n", tag="bash")
    finding = not_installed(block, 4, "pip install no-such", 1, output)
    assert (finding.line, finding.message, finding.got) == (4, "`pip install no-such` fails", got)
