"""What samples of one call send beside each other: what they name themselves, and not what their clients add."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from aswritten.checks._base import PageRun
from aswritten.checks.page_parity import check
from aswritten.contract import load_profile
from aswritten.model import Block, Call, Page, Verdict

URL = "https://api.example.com/v1/chat/completions"
CURL = f"curl {URL} -d '{{…}}'\n"


def told(index: int, language: str, text: str, **sent: object) -> Verdict:
    """The verdict of a sample that sent these parameters."""
    first = 1 + 10 * index
    block = Block("page.md", index, first, first + 1, text, headings=("Ask",))
    body = json.dumps({"model": "m", "messages": [], **sent})
    return Verdict(block, "passed", language, calls=(Call("POST", URL, 200, body, "{}", "a/recording"),))


@pytest.mark.parametrize(
    ("source", "sent", "messages"),
    [
        ("ask(optimize=True)", {"optimize": True}, 1),
        ("ask()  # by an optimizer", {"optimize": True}, 0),
        ("ask({ maxTokens: 77 })", {"max_tokens": 77}, 1),
        ("ask({ maxOutputTokens: 77 })", {"max_tokens": 77}, 1),
        ("ask()", {"max_tokens": 77}, 0),
        ("ask()", {"tool_choice": None}, 0),
        ("ask(tool_choice='auto')", {"tool_choice": "auto"}, 0),
        ("ask(tool_choice='required')", {"tool_choice": "required"}, 1),
        ("ask(temperature=1.0)", {"temperature": 1.0}, 1),
        ("ask(n=True)", {"n": True}, 1),
        ("ask(keys={'maker': KEY})", {"keys": {"maker": "dummy"}}, 0),
        ("ask(format={'pattern': '\\\\d'})", {"format": {"pattern": "\\d"}}, 1),
        ("ask(keys={'maker': 'sk-your-key'})", {"keys": {"maker": "sk-your-key"}}, 1),
    ],
)
def test_only_what_a_sample_names_is_compared(source: str, sent: dict[str, object], messages: int) -> None:
    verdicts = (told(0, "python", source, **sent), told(1, "curl", CURL))
    page = Page("page.md", "", tuple(one.block for one in verdicts))
    run = PageRun(page, dict(enumerate(verdicts)), {}, profile_for=lambda _: load_profile("openai"))
    assert len(list(check(run))) == messages


@pytest.mark.parametrize(("group", "level"), [("g1", "error"), ("", "warning")])
def test_tabs_of_one_group_say_that_they_are_one_and_other_samples_may_be_two(group: str, level: str) -> None:
    made = (told(0, "python", "ask(temperature=0)", temperature=0), told(1, "curl", CURL))
    verdicts = [
        replace(one, block=replace(one.block, group=group, tab=f"{group}:{at}", prose="Otherwise:"))
        for at, one in enumerate(made)
    ]
    page = Page("page.md", "", tuple(one.block for one in verdicts))
    run = PageRun(page, dict(enumerate(verdicts)), {}, profile_for=lambda _: load_profile("openai"))
    assert [one.level for one in check(run)] == [level]


def test_what_one_tab_says_twice_is_no_majority() -> None:
    made = (
        told(0, "python", "ask(temperature=0)", temperature=0),
        told(1, "python", "again(temperature=0)", temperature=0),
        told(2, "curl", CURL),
        told(3, "node", "ask()"),
    )
    tabs = ("g:1", "g:1", "g:2", "g:3")
    verdicts = [replace(one, block=replace(one.block, group="g", tab=tab)) for one, tab in zip(made, tabs, strict=True)]
    page = Page("page.md", "", tuple(one.block for one in verdicts))
    run = PageRun(page, dict(enumerate(verdicts)), {}, profile_for=lambda _: load_profile("openai"))
    assert [one.line for one in check(run)] == [1, 11]


@pytest.mark.parametrize(
    ("odd", "level"),
    [
        (told(2, "node", "ask()"), "error"),
        (told(2, "node", "ask(temperature=1)", temperature=1), "error"),
        (told(2, "node", "ask(temperature=0, top_p=1)", temperature=0, top_p=1), "warning"),
    ],
    ids=["it lacks what two others send", "it sends the contrary", "it shows more"],
)
def test_the_odd_one_below_headings_of_languages_is_a_mistake_where_it_lacks_something(
    odd: Verdict, level: str
) -> None:
    made = (
        told(0, "python", "ask(temperature=0)", temperature=0),
        told(1, "curl", f"{CURL}temperature", temperature=0),
        odd,
    )
    names = ("Python", "curl", "Node.js")
    verdicts = [
        replace(one, block=replace(one.block, headings=("Ask", name), prose="Ask:"))
        for one, name in zip(made, names, strict=True)
    ]
    page = Page("page.md", "", tuple(one.block for one in verdicts))
    run = PageRun(page, dict(enumerate(verdicts)), {}, profile_for=lambda _: load_profile("openai"))
    assert [one.level for one in check(run)] == [level]
