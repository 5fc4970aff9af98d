"""Cells of notebooks that only a kernel runs: they run here as well, and so does what waits outside of functions on any page."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Verdict

CACHE = platformdirs.user_cache_path("aswritten")
CLIENT = "from openai import AsyncOpenAI\nclient = AsyncOpenAI()\n"
CALL = "client.chat.completions.create(model='gpt-4o', messages=[{'role': 'user', 'content': 'Hi'}])"
ASK = f"async def ask():\n    answer = await {CALL}\n    return answer.choices[0].message.content\n"
SAYS = f"answer = await {CALL}\nprint(answer.choices[0].message.content)\n"


def judged(folder: Path, *cells: str) -> list[Verdict]:
    """The verdicts of the cells of a notebook."""
    sources = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell.splitlines(True)} for cell in cells]
    notebook = {"cells": sources, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "page.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    options = Options(cache=CACHE)
    with closing(Verifier(options)) as verifier:
        case = open_case(folder / "page.ipynb", "page.ipynb", options)
        return [verifier.judge(case, role) for role in case.roles]


def judged_page(folder: Path, *blocks: tuple[str, str]) -> list[Verdict]:
    """The verdicts of a page's blocks: the info string of each, and its text."""
    text = "\n".join(f"```{info}\n{source}```\n" for info, source in blocks)
    (folder / "page.md").write_text(text, encoding="utf-8")
    options = Options(cache=CACHE)
    with closing(Verifier(options)) as verifier:
        case = open_case(folder / "page.md", "page.md", options)
        return [verifier.judge(case, role) for role in case.roles]


def test_a_cell_waits_outside_of_a_function(tmp_path: Path) -> None:
    assert [one.name for one in judged(tmp_path, CLIENT + SAYS)] == ["passed"]


def test_what_a_cell_waits_for_may_stand_in_the_cells_above(tmp_path: Path) -> None:
    verdicts = judged(tmp_path, CLIENT, ASK, "print(await ask())\n", "async for part in ask():\n    print(part)\n")
    assert [one.name for one in verdicts] == ["fragment", "fragment", "continuation", "failed"]
    (finding,) = verdicts[-1].findings
    assert (finding.rule, finding.got.split(": ", 1)[1]) == (
        "run.exit",
        "TypeError: 'async for' requires an object with __aiter__ method, got coroutine",
    )


def test_a_cell_begins_as_a_program_does(tmp_path: Path) -> None:
    later = f"from __future__ import annotations\nfrom __future__ import division\nkept: list[Unknown] = []\n{SAYS}"
    assert [one.name for one in judged(tmp_path, CLIENT, later)] == ["fragment", "continuation"]
    first = f"from __future__ import annotations\n{CLIENT}"
    second = f"from __future__ import division\nkept: list[Unknown] = []\n{SAYS}"
    assert [one.name for one in judged(tmp_path, first, second)] == ["fragment", "continuation"]
    (late,) = judged(tmp_path, f"{CLIENT}from __future__ import annotations\nprint({CALL})\n")
    assert [one.rule for one in late.findings if one.level == "error"] == ["run.exit"]


def test_a_cell_displays_what_it_has(tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"{CLIENT}{SAYS}display(answer.choices[0].message.content)\n")
    assert verdict.name == "passed"
    first, second = verdict.printed.splitlines()
    assert second == repr(first)


@pytest.mark.parametrize(
    ("source", "line", "error"),
    [
        (f"{CLIENT}{SAYS}print(answers)\n", 5, "NameError: name 'answers' is not defined"),
        (f"{CLIENT}{SAYS}print(answer\n", 5, "SyntaxError: '(' was never closed"),
        (f"{CLIENT}{SAYS}print(sys.version)\n", 5, "NameError: name 'sys' is not defined"),
        (f"{CLIENT}{SAYS}main\n", 5, "NameError: name 'main' is not defined"),
        (
            f"import asyncio\n{CLIENT}{ASK}{SAYS}asyncio.run(ask())\n",
            9,
            "RuntimeError: asyncio.run() cannot be called from a running event loop",
        ),
    ],
)
def test_an_error_of_a_cell_is_told_at_its_line(tmp_path: Path, source: str, line: int, error: str) -> None:
    (verdict,) = judged(tmp_path, source)
    assert verdict.name == "failed"
    (finding,) = (one for one in verdict.findings if one.rule == "run.exit")
    text = (tmp_path / "page.ipynb").read_text("utf-8").splitlines()[finding.line - 1]
    assert json.loads(text.strip().rstrip(",")).rstrip("\n") == source.splitlines()[line - 1]
    assert error in finding.got


def test_what_waits_outside_of_functions_on_a_page_runs_as_in_a_notebook(tmp_path: Path) -> None:
    (alone, _, behind, wrong) = judged_page(
        tmp_path,
        ("python", CLIENT + SAYS),
        ("python", CLIENT + ASK),
        ("python", "print(await ask())\n"),
        ("python", f"{CLIENT}{SAYS}print(answer.choice)\n"),
    )
    note = "ran as in a notebook: it waits outside of functions"
    assert (alone.name, alone.reason.split(";")[0]) == ("passed", note)
    assert (behind.name, behind.reason.split(";")[0]) == ("continuation", note)
    assert [one.rule for one in wrong.findings] == ["run.exit"]


def test_what_the_words_above_a_block_name_is_for_the_interpreter(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"**`app.py`**\n\n```python\n{CLIENT}{SAYS}```\n", encoding="utf-8")
    options = Options(cache=CACHE)
    with closing(Verifier(options)) as verifier:
        case = open_case(tmp_path / "page.md", "page.md", options)
        (finding,) = verifier.judge(case, case.roles[0]).findings
    assert "SyntaxError: 'await' outside function" in finding.got


@pytest.mark.parametrize("label", ["title=main.py", 'title="src/main.py"', "main.py"])
def test_what_a_page_keeps_in_a_file_is_for_the_interpreter(tmp_path: Path, label: str) -> None:
    (verdict,) = judged_page(tmp_path, (f"python {label}", CLIENT + SAYS))
    (finding,) = verdict.findings
    assert (finding.rule, "SyntaxError: 'await' outside function" in finding.got) == ("run.exit", True)


RUNS_ITSELF = f"import asyncio\n{CLIENT}{ASK}asyncio.run(ask())\n"


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (CLIENT.replace("Async", "") + f"print({CALL}.id)\n", "not from line 6, with which it does not run"),
        (RUNS_ITSELF, "not from line 6, with which it does not run"),
    ],
)
def test_what_waits_goes_on_from_a_client_that_is_to_be_waited_for(first: str, told: str, tmp_path: Path) -> None:
    verdicts = judged_page(tmp_path, ("python", CLIENT), ("python", first), ("python", SAYS))
    assert (verdicts[-1].name, verdicts[-1].reason.rpartition("; ")[2]) == ("continuation", told)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (RUNS_ITSELF, "print(await ask())\n"),
        (f"{CLIENT}{ASK}print(await ask())\n", "import asyncio\nasyncio.run(ask())\n"),
        (RUNS_ITSELF.replace("asyncio.run(", "asyncio.new_event_loop().run_until_complete("), "print(await ask())\n"),
    ],
)
def test_what_a_notebook_runs_in_one_part_and_an_interpreter_in_the_other_is_a_fragment(
    first: str, then: str, tmp_path: Path
) -> None:
    (alone, behind) = judged_page(tmp_path, ("python", first), ("python", then))
    assert (alone.name, behind.name) == ("passed", "fragment")
    assert behind.reason.startswith("a notebook runs one part of it, an interpreter the other")


def test_functions_may_be_called_by_either(tmp_path: Path) -> None:
    verdicts = judged_page(
        tmp_path,
        ("python", f"{CLIENT}{ASK}".replace("ask", "main")),
        ("python", "print(await main())\n"),
        ("python", "import asyncio\nprint(asyncio.run(main()))\n"),
    )
    assert [one.name for one in verdicts] == ["fragment", "continuation", "continuation"]
    assert verdicts[0].reason.startswith("sends nothing itself; is a part of the blocks at lines 9, 13")


def test_a_task_that_never_ends_keeps_no_page(tmp_path: Path) -> None:
    beat = "async def beat():\n    while True:\n        await asyncio.sleep(1)\n"
    source = f"import asyncio\n{CLIENT}{beat}task = asyncio.create_task(beat())\n{SAYS}"
    (verdict,) = judged_page(tmp_path, ("python", source))
    assert verdict.name == "passed"


def test_what_a_handler_is_given_is_its_applications(tmp_path: Path) -> None:
    (verdict,) = judged_page(tmp_path, ("python", f"{CLIENT}body = await request.json()\n{SAYS}"))
    assert (verdict.name, verdict.reason.split(";")[0]) == (
        "fragment",
        "a part of the reader's application `request`: `await request.json()`",
    )


def test_a_mistake_behind_a_client_that_is_to_be_waited_for_is_told_at_its_line(tmp_path: Path) -> None:
    verdicts = judged_page(tmp_path, ("python", RUNS_ITSELF), ("python", f"{SAYS}print(answer.choice)\n"))
    (finding,) = verdicts[-1].findings
    assert "no attribute 'choice'" in finding.got
    assert finding.line == (tmp_path / "page.md").read_text("utf-8").splitlines().index("print(answer.choice)") + 1


def test_an_import_that_a_package_of_that_name_has_not_got_is_not_judged(tmp_path: Path) -> None:
    source = "from six import Agent\nprint(await Agent('m').ask(messages=[{'role': 'user', 'content': 'Hi'}]))\n"
    (verdict,) = judged_page(tmp_path, ("python", source))
    assert (verdict.name, verdict.reason.split(";")[0]) == (
        "other",
        "nothing tells which package `six` is of, and the one of that name has not got what it takes: not checked",
    )


def test_a_command_that_the_notebook_fills_in_is_a_fragment(tmp_path: Path) -> None:
    command = '!curl https://api.openai.com/v1/models -H "Authorization: Bearer {key}"\n'
    (filled,) = judged(tmp_path, command)
    assert (filled.name, filled.reason) == ("fragment", "the notebook fills in `{key}` at line 8")


def test_a_program_in_single_quotes_is_not_filled_in(tmp_path: Path) -> None:
    (piped,) = judged(tmp_path, "%%bash\ncurl -s https://api.openai.com/v1/models | awk '{print}'\n")
    assert piped.name == "passed"


def test_a_kernel_goes_on_behind_its_last_cell(tmp_path: Path) -> None:
    (verdict,) = judged(
        tmp_path, f"import asyncio\n{CLIENT}{ASK}await asyncio.sleep(0)\ntask = asyncio.create_task(ask())\n"
    )
    assert (verdict.name, len(verdict.calls)) == ("passed", 1)
