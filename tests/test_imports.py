"""What becomes of a sample that a package ends, where the page is not at fault."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aswritten.languages import Environment
from aswritten.model import Block, Finding, Page, Verdict
from aswritten.verify._imports import unless_copied, unless_left_out, unless_optional, unless_there

if TYPE_CHECKING:
    from pathlib import Path

_OF_MAKER = "from maker import (\n    Client,\n)\n"
BLOCK = Block("page.md", 0, 1, 2, "x\n")
ENDED = Finding("run.exit", "error", "page.md", 2, "the sample ends with an error")


@pytest.mark.parametrize(
    ("asked", "name"), [("some-driver", "other"), ("other-driver", "failed"), ("some-driver[fast]", "failed")]
)
def test_a_package_that_asks_for_what_is_installed_lacks_something_of_the_machine(
    asked: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / "venv/lib/python3.11/site-packages/some_driver").mkdir(parents=True)
    complained = f'  File "/x/site-packages/maker/load.py", line 9, in load\nImportError: first: pip install {asked}\n'
    verdict = Verdict(BLOCK, "failed", "python", findings=(ENDED,), complained=complained)
    found = unless_there(verdict, Environment(tmp_path, ()))
    assert (found.name, found.findings) == (name, () if name == "other" else (ENDED,))
    assert name == "failed" or found.reason.startswith("`maker` finds no `some-driver`, which is installed")


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Clone it, or copy `acme/` into your project.", "other"),
        ("Download `src/acme.py` first.", "other"),
        ("The code is in `acme/`.", "failed"),
        ("Do not save this as `acme.py`.", "failed"),
        ("Copy `acme_tools/` into your project.", "failed"),
        ("Copy the key of `acme`.", "failed"),
    ],
)
def test_a_module_that_the_reader_is_told_to_copy_is_their_own(told: str, name: str) -> None:
    block = replace(BLOCK, text="from acme import Client\n", prose=told)
    complained = f"""Traceback (most recent call last):
  File "/tmp/work/sample.py", line 1, in <module>
    {block.text}ModuleNotFoundError: No module named 'acme'
"""
    verdict = Verdict(block, "failed", "python", findings=(ENDED,), complained=complained)
    found = unless_copied(verdict, Page("page.md", told, (block,)))
    assert found.name == name
    assert name == "failed" or found.reason.startswith("needs a file of the reader's own: ")


@pytest.mark.parametrize(
    ("source", "call", "any_installs", "name"),
    [
        pytest.param(_OF_MAKER, 'client = Client(key="k")', False, "other", id="the reader installs it"),
        pytest.param(_OF_MAKER, 'print(Client("k"))', False, "other", id="within a print"),
        pytest.param(_OF_MAKER, "client = Client(", False, "other", id="in several lines"),
        pytest.param(_OF_MAKER, 'client = Client(key="k")', True, "failed", id="the page installs it"),
        pytest.param(_OF_MAKER, "client = Client(key=helper())", False, "failed", id="beside another call"),
        pytest.param(_OF_MAKER, "client = Client().ask()", False, "failed", id="of what it gives"),
        pytest.param("Client = None\n", 'client = Client(key="k")', False, "failed", id="its own"),
        pytest.param(
            "from openai import Client\n", 'client = Client(key="k")', False, "failed", id="of a known package"
        ),
    ],
)
def test_what_a_package_has_as_none_wants_something_more_installed(
    source: str, call: str, name: str, *, any_installs: bool
) -> None:
    block = replace(BLOCK, text=f"{source}{call}\n")
    complained = f"""Traceback (most recent call last):
  File "/tmp/work/cell.py", line 4, in <module>
    {call}
             ^^^^^^^^^^^^^^^
TypeError: 'NoneType' object is not callable
"""
    verdict = Verdict(block, "failed", "python", findings=(ENDED,), complained=complained)
    found = unless_left_out(verdict, ["other"] if any_installs else ["maker"], any_installs=any_installs)
    assert found.name == name
    assert name == "failed" or found.reason.startswith("`maker` needs something more for its `Client`, and the page")


@pytest.mark.parametrize(("kind", "name"), [("optionalDependencies", "other"), ("peerDependencies", "failed")])
def test_a_package_that_npm_left_out_for_the_machine_is_no_mistake_of_the_page(
    kind: str, name: str, tmp_path: Path
) -> None:
    modules = tmp_path / "node_modules"
    (modules / "@maker" / "gate").mkdir(parents=True)
    (modules / "@maker" / "gate" / "package.json").write_text(json.dumps({kind: {"@some/client": "^4"}}), "utf-8")
    complained = f"Error [ERR_MODULE_NOT_FOUND]: Cannot find package '@some/client' imported from {modules}/@maker/gate/dist/a.mjs\n"
    verdict = Verdict(BLOCK, "failed", "node", findings=(ENDED,), complained=complained)
    found = unless_optional(verdict, Environment(tmp_path, (), modules))
    assert (found.name, found.findings) == (name, () if name == "other" else (ENDED,))


@pytest.mark.parametrize(
    ("path", "any_installs", "name"),
    [
        ("/x/site-packages/maker/card.py", False, "other"),
        ("/x/site-packages/maker/card.py", True, "failed"),
        ("/tmp/work/sample.py", False, "failed"),
    ],
)
def test_a_class_that_a_package_makes_of_none_wants_something_more_installed(
    path: str, name: str, *, any_installs: bool
) -> None:
    complained = (
        f'  File "{path}", line 9, in <module>\n    class Card(Base):\nTypeError: NoneType takes no arguments\n'
    )
    verdict = Verdict(BLOCK, "failed", "python", findings=(ENDED,), complained=complained)
    assert unless_left_out(verdict, ("openai",), any_installs=any_installs).name == name
