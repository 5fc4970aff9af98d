"""What the page around a failed sample says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, open_case
from meaning import ASYNC, CACHE, NO_MESSAGES, OLD, OPENAI, TYPO, UNKNOWN
from verifying import IMPORTING, NODE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict
    from aswritten.verify import Verifier


@pytest.fixture
def first(tmp_path: Path, verifier: Verifier) -> Callable[[str], Verdict]:
    """The verdict of the first block of a page, by its text."""

    def judge(text: str) -> Verdict:
        page = tmp_path / "page.md"
        page.write_text(text, encoding="utf-8")
        case = open_case(page, "page.md", Options(cache=CACHE))
        return verifier.judge(case, case.roles[0])

    return judge


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("_(you'll need to add `asyncio.run(main())` to run `main`)_", "fragment"),
        ("Call `main()` from your own loop.", "fragment"),
        ("Run it.", "failed"),
        ("", "failed"),
    ],
)
def test_a_function_that_the_reader_is_told_to_call(words: str, name: str, first: Callable[[str], Verdict]) -> None:
    assert first(f"```python\n{ASYNC}```\n\n{words}\n").name == name


@pytest.mark.parametrize(
    ("between", "below", "name"),
    [
        ("", '{"error": {"message": "messages is missing"}}', "passed"),
        ("It answers:", '{"detail": "no"}', "passed"),
        ("", "HTTP/1.1 400 Bad Request", "passed"),
        ("", '{"choices": []}', "failed"),
        ("", '{"message": {"role": "assistant"}, "done": true}', "failed"),
        ("", '{"error": null, "choices": []}', "failed"),
        ("## Another", '{"error": {}}', "failed"),
    ],
)
def test_a_request_whose_refusal_is_shown_below_is_meant_to_be_refused(
    between: str, below: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert first(f"# Ask\n\n```bash\n{NO_MESSAGES}\n```\n\n{between}\n\n```\n{below}\n```\n").name == name


@pytest.mark.parametrize(
    ("between", "name"),
    [
        ("**Fix:**", "other"),
        ("It is too short. Corrected:", "other"),
        ("The fix is near.", "failed"),
        ("## Fix:", "failed"),
    ],
)
def test_what_the_next_block_mends_is_shown_as_a_mistake(
    between: str, name: str, first: Callable[[str], Verdict]
) -> None:
    text = (
        f"# Ask\n\n```bash\n{NO_MESSAGES}\n```\n\n{between}\n\n```bash\ncurl https://api.example.com/v1/models\n```\n"
    )
    assert first(text).name == name


@pytest.mark.parametrize(
    ("before", "words", "name"),
    [
        (UNKNOWN, "You did not look. Instead of", "other"),
        (OLD, "Copy it and change this:", "failed"),
        (UNKNOWN, "Instead of that, ask:", "failed"),
        (
            "import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/models').read() + 1",
            "Instead of",
            "failed",
        ),
    ],
)
def test_what_another_one_is_to_stand_in_place_of_was_before(
    before: str, words: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert (
        first(f"# Move\n\n{words}\n\n```python\n{before}\n```\n\ncheck first:\n\n```python\n{OPENAI}```\n").name == name
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Leave out `messages` altogether: the proxy has them.", "passed"),
        ("Here `messages` may be omitted.", "passed"),
        ("Never leave out `messages`.", "failed"),
        ("Who leaves out `messages` is refused.", "failed"),
        ("Requests without `messages` ask nothing.", "failed"),
        ("Leave out `model`.", "failed"),
        ("It takes `messages`.", "failed"),
    ],
)
def test_a_member_that_the_page_leaves_out_is_not_missed(
    words: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert first(f"# Ask\n\n{words}\n\n```bash\n{NO_MESSAGES}\n```\n").name == name


def test_the_first_column_of_a_table_may_be_of_before(first: Callable[[str], Verdict]) -> None:
    head = "<table>\n<thead><tr><th>{} (<code>openai</code> v0)</th><th>Now</th></tr></thead>\n<tbody><tr><td>\n\n"
    cell = f"```python\n{OLD}```\n\n</td><td>\n\nBelow.\n\n</td></tr></tbody></table>\n"
    assert first(f"# Move\n\n{head.format('Before')}{cell}").name == "other"
    assert first(f"# Move\n\n{head.format('Today')}{cell}").name == "failed"


def test_an_error_that_is_named_as_no_other_is_told_by_its_name(first: Callable[[str], Verdict]) -> None:
    verdict = first(f"```python\n{OLD}```\n\nIt says `APIRemovedInV1`, and why.\n")
    assert (verdict.name, verdict.reason) == ("passed", "its page tells of the APIRemovedInV1 that it ends with")


@pytest.mark.parametrize(
    ("before", "between", "name"),
    [
        (OLD, "becomes", "other"),
        (OLD, "This is now:", "other"),
        (f"# Gone since 2023\n{OLD}", "And:", "other"),
        (OLD, "Then ask again:", "failed"),
        (OLD, "To ask again:", "failed"),
        (OLD, "to", "other"),
        (OLD, "is:", "other"),
        (OLD, "## After\n\nbecomes", "failed"),
        (
            "import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/models').read() + 1\n",
            "becomes",
            "failed",
        ),
    ],
)
def test_what_becomes_the_next_block_is_what_was_before(
    before: str, between: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert first(f"# Move\n\n```python\n{before}```\n\n{between}\n\n```python\n{OPENAI}```\n").name == name


@pytest.mark.parametrize(
    ("source", "below", "name"),
    [
        (UNKNOWN, "where `questions` is your list of messages.", "fragment"),
        (UNKNOWN, "It uses the `questions` of the first tab.", "fragment"),
        (UNKNOWN, "It uses `questions`, as it must.", "failed"),
        (UNKNOWN, "The sample uses `questions`.", "failed"),
        (UNKNOWN, "It trims `questions` from the oldest on.", "failed"),
        (f"{TYPO}  # dropped turns are not sent", "", "failed"),
        ("print(next(iter([])))\n" + ASYNC, "Loops end by a StopIteration, which nobody sees.", "failed"),
        (UNKNOWN, "(Here `questions` is any list, as in the table.)", "fragment"),
        (UNKNOWN, "The answer has `choices`.", "failed"),
        (UNKNOWN, "<p>where <code>questions</code> is your list.</p>", "fragment"),
        (UNKNOWN, "`questions` in what has no import is the list from [Usage](#usage).", "fragment"),
        (UNKNOWN, "`asks`, `questions` and `answers` are globals there.", "fragment"),
        (UNKNOWN, "`questions` is the name of the list.", "failed"),
        (UNKNOWN, "(`questions` — ваши сообщения)", "fragment"),
        (UNKNOWN, "It is asked with that `questions`.", "fragment"),
        (UNKNOWN, "It is asked with this `questions` library.", "failed"),
        (UNKNOWN, "`questions` is an object with a list.", "failed"),
        (UNKNOWN, "- `questions` - your name for the app", "failed"),
        (UNKNOWN, "`questions` is the answer from the API.", "failed"),
        (UNKNOWN, "`answers` is a string and `questions` a list: `questions` is a list of yours.", "fragment"),
        (f"# same `client` and `questions` as in the first tab\n{UNKNOWN}", "", "fragment"),
        (f"# the questions are asked\n{UNKNOWN}", "", "failed"),
        (UNKNOWN, "Mind that `questions` counts.", "failed"),
        (TYPO, "It raises `TypeError: Completions.create() got an unexpected keyword argument 'massages'`.", "passed"),
        (TYPO, "It raises a `TypeError`.", "passed"),
        (TYPO, "A `ValueError` is raised where the list is empty.", "failed"),
        (f"{TYPO}  # ❌ there is no such argument", "", "other"),
        (TYPO.replace("'k'", "'wrong-key'"), "", "other"),
        (f"from unittest.mock import MagicMock\nmade = MagicMock()\n{ASYNC}", "", "fragment"),
        (
            f"import pathlib\n{OPENAI}for one in pathlib.Path('in').glob('*.txt'):\n    client.models.list()",
            "",
            "passed",
        ),
        (
            f"import openai\n{OPENAI}try:\n    client.chat.completions.create(model='m', messages=[])\n"
            "except openai.BadRequestError as error:\n    print(error)",
            "",
            "passed",
        ),
        (f"{OPENAI}client.chat.completions.create(model='m', messages=[])", "", "failed"),
    ],
)
def test_what_the_words_below_and_the_code_itself_say_counts(
    source: str, below: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert first(f"```python\n{source}\n```\n\n{below}\n").name == name


@pytest.mark.parametrize(
    ("remark", "name"),
    [
        ("# Your search goes here", "fragment"),
        ("// 你的搜索函数", "fragment"),
        ("# the search goes here", "failed"),
        ("# Your question goes here\ndef serched(words): ...", "failed"),
        ("\n# Your search goes here", "failed"),
    ],
)
def test_a_remark_behind_a_call_says_whose_it_is(
    remark: str, name: str, all_judged: Callable[[str], list[Verdict]]
) -> None:
    tag = "js" if remark.startswith("//") else "python"
    call = NODE if tag == "js" else IMPORTING.format(module="os")
    (found,) = all_judged(f"```{tag}\ndocs = searched('Python?')  {remark}\n{call}```\n")
    assert found.name == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Early programs often looked like this:", "other"),
        ("It used to be so:", "other"),
        ("A program looks like this:", "failed"),
        ("Think of it as:", "other"),
        ("你可以把它理解成：", "other"),
        ("Think of a question:", "failed"),
        ("We looked at this:", "failed"),
    ],
)
def test_words_that_tell_how_it_was_or_is_like_show_what_nobody_is_to_run(
    words: str, name: str, first: Callable[[str], Verdict]
) -> None:
    source = "answer = client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': text}])\n"
    assert first(f"{words}\n\n```python\n{source}```\n").name == name


MAKES = "const maker = new Maker();\nawait fetch('https://api.example.com/v1/models');\n"


@pytest.mark.parametrize(
    ("words", "source", "name"),
    [
        ('- `import Maker from "maker";`\n- Make one:', MAKES, "fragment"),
        ('- `import { Other, Maker } from "maker";`\n- Make one:', MAKES, "fragment"),
        ('- `const Maker = require("maker");`\n- Make one:', MAKES, "fragment"),
        ('- `import other from "Maker";`\n- Make one:', MAKES, "failed"),
        ("- Import `Maker` of `maker`.\n- Make one:", MAKES, "failed"),
        ("Read the user and company info from the body:", MAKES.replace("Maker()", "URL(companyInfo)"), "fragment"),
        ("Read the info of the company from the body:", MAKES.replace("Maker()", "URL(companyInfo)"), "failed"),
        ("Read the info from the body:", MAKES.replace("Maker()", "URL(info)"), "failed"),
        ("Get the text from the company info:", MAKES.replace("Maker()", "URL(companyInfo)"), "failed"),
        ("Create it with your company info and ask:", MAKES.replace("Maker()", "URL(companyInfo)"), "failed"),
        ("Both `import` and `export` want the class or `Maker`.", MAKES, "failed"),
        (
            "Read the company info from it:",
            f"const companyInf = '';\n{MAKES.replace('Maker()', 'URL(companyInfo)')}",
            "failed",
        ),
    ],
)
def test_words_above_may_import_a_name_or_spell_it_out(
    words: str, source: str, name: str, first: Callable[[str], Verdict]
) -> None:
    assert first(f"{words}\n\n```js\n{source}```\n").name == name
