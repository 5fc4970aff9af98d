"""What no run comes to: names in functions that nothing calls, and classes of errors that do not happen."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict

ASK = "from openai import OpenAI\n\ndef ask(client):\n    {}\n    return client.chat.completions.create(model='m')\n"
ROUTE = (
    "import OpenAI from 'openai';\nexport async function POST(request) {{\n  const asked = {}(request);\n"
    "  return new OpenAI().chat.completions.create(asked);\n}}\n"
)


@pytest.mark.parametrize(
    ("tag", "source", "name", "told"),
    [
        ("python", ASK.format("os.getcwd()"), "failed", ("error", "os")),
        ("python", ASK.format("prepared(client)"), "fragment", ("warning", "prepared")),
        ("python", ASK.format("prepared(client, os.getcwd())"), "failed", ("error", "os")),
        ("python", ASK.format("print(os)"), "fragment", ("warning", "os")),
        ("python", ASK.format("client.ask(json={'time': time.time()})  # os"), "failed", ("error", "time")),
        ("python", ASK.format("email.send(client)"), "fragment", ("warning", "email")),
        ("python", ASK.format("str(client)"), "fragment", None),
        ("js", ROUTE.format("prepared"), "fragment", ("warning", "prepared")),
        ("js", ROUTE.format("String"), "fragment", None),
    ],
)
def test_a_name_that_a_function_uses_and_nobody_defines_is_told_though_nothing_calls_it(
    tag: str, source: str, name: str, told: tuple[str, str] | None, all_judged: Callable[[str], list[Verdict]]
) -> None:
    (found,) = all_judged(f"```{tag}\n{source}```\n")
    says = [(one.level, one.message) for one in found.findings]
    assert found.name == name
    assert says == ([(told[0], f"the sample uses `{told[1]}`, which no block of the page defines")] if told else [])


def test_nothing_is_told_of_what_imports_nothing_and_is_a_part_of_something_else(
    all_judged: Callable[[str], list[Verdict]],
) -> None:
    source = ASK.format("os.getcwd()").replace("from openai import OpenAI\n", "")
    (found,) = all_judged(f"```python\n{source}```\n")
    assert (found.name, found.findings) == ("fragment", ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# ❌ Wrong\n", ""),
        ("", "\n\nHere `os` is your own system.\n"),
        ("", "\n\n```python\nimport os\n```\n"),
    ],
)
def test_nothing_is_told_of_what_the_page_marks_gives_or_defines(
    before: str, after: str, all_judged: Callable[[str], list[Verdict]]
) -> None:
    found, *_ = all_judged(f"```python\n{before}{ASK.format('os.getcwd()')}```{after}\n")
    assert (found.name, [one.level for one in found.findings if one.level == "error"]) == ("fragment", [])


def test_a_page_may_say_that_it_fails_so(all_judged: Callable[[str], list[Verdict]]) -> None:
    (found,) = all_judged(f"<!-- aswritten: fails run.exit -->\n\n```python\n{ASK.format('os.getcwd()')}```\n")
    assert (found.name, "fails as the page says" in found.reason) == ("fragment", True)


def test_nothing_is_told_in_a_language_that_was_not_asked_for(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"```python\n{ASK.format('os.getcwd()')}```\n", encoding="utf-8")
    options = Options(cache=platformdirs.user_cache_path("aswritten"), languages=("curl",))
    case = open_case(tmp_path / "page.md", "page.md", options)
    with closing(Verifier(options)) as verifier:
        assert verifier.judge(case, case.roles[0]).findings == ()


CAUGHT = (
    "import openai\n\ntry:\n    openai.OpenAI(api_key='k', base_url='https://api.example.com/v1').models.list()\n"
    "except ({}) as error:\n    print(error)\n"
)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("openai.APIError", ""),
        ("ValueError, openai.APIError", ""),
        ("openai.error.APIError", "`error`, which `openai` has not got"),
        ("ValueError, openai.NoSuchError", "`NoSuchError`, which `openai` has not got"),
        ("openai.OpenAI.NoSuchError", "`NoSuchError`, which `OpenAI` has not got"),
    ],
)
def test_a_class_that_is_caught_is_looked_up_though_nothing_is_raised(
    named: str, told: str, all_judged: Callable[[str], list[Verdict]]
) -> None:
    (found,) = all_judged(f"```python\n{CAUGHT.format(named)}```\n")
    assert found.name == ("failed" if told else "passed")
    assert [(one.line, one.message) for one in found.findings if one.rule == "run.exit"] == (
        [(6, f"an `except` names {told}")] if told else []
    )


def test_a_class_of_an_older_release_is_none_where_the_page_says_so(
    all_judged: Callable[[str], list[Verdict]],
) -> None:
    (found,) = all_judged(f"# The old way\n\n```python\n{CAUGHT.format('openai.error.APIError')}```\n")
    assert found.name == "passed"


def test_a_class_for_another_release_is_none_where_the_sample_asks_which_one_it_has(
    all_judged: Callable[[str], list[Verdict]],
) -> None:
    source = f"import openai\nold = openai.__version__.startswith('0.')\n{CAUGHT.format('openai.error.APIError')}"
    (found,) = all_judged(f"```python\n{source}```\n")
    assert found.name == "passed"


@pytest.mark.parametrize(
    ("handled", "name", "told"),
    [
        ("time.sleep(1)", "failed", ("error", "time")),
        ("alert(error)", "passed", ("warning", "alert")),
        ("print(error)", "passed", None),
    ],
)
def test_a_name_in_a_branch_that_no_run_comes_to_is_told(
    handled: str, name: str, told: tuple[str, str] | None, all_judged: Callable[[str], list[Verdict]]
) -> None:
    asks = "urllib.request.urlopen('https://api.example.com/v1/models')"
    source = f"import urllib.request\n\ntry:\n    {asks}\nexcept OSError as error:\n    {handled}\n"
    (found,) = all_judged(f"```python\n{source}```\n")
    says = [(one.level, one.message) for one in found.findings if one.level != "info"]
    assert found.name == name
    assert says == ([(told[0], f"the sample uses `{told[1]}`, which no block of the page defines")] if told else [])
