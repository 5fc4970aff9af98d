"""A documented print held against what the sample printed."""

from __future__ import annotations

import pytest

from aswritten.checks import PageRun
from aswritten.checks.page_print import check
from aswritten.contract import load_profile
from aswritten.model import Block, Call, Page, Verdict

SERVED = '{"id": "a", "choices": []}'


def findings(shown: str, printed: str, *, exact: bool = True) -> list[tuple[str, int]]:
    sample = Block("page.md", 0, 1, 2, "curl https://api.example.com\n", tag="bash")
    output = Block("page.md", 1, 5, 6, shown)
    call = Call("POST", "https://api.example.com/v1/chat/completions", 200, "{}", SERVED)
    verdicts = {
        0: Verdict(sample, "passed", "curl", calls=(call,), printed=printed),
        1: Verdict(output, "output"),
    }
    page = Page("page.md", "", (sample, output))
    run = PageRun(page, verdicts, {1: sample}, lambda _: load_profile("openai"), exact=exact)
    return [(finding.rule, finding.line) for finding in check(run)]


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("Hello\nthere\n", "Hello\nthere\n"),
        ("Hello\n", "Hello   \n\n"),
        ("Hello\n...\nend\n", "Hello\none\ntwo\nend\n"),
        ("...\nend\n", "one\nend\n"),
        ("Hello\n...\n", "Hello\none\n"),
        ('{\n  "id": "a",\n  "choices": []\n}\n', SERVED),
        ('{\n  "id": "a",\n  "choices": []\n}\n', "the answer is saved\n"),
    ],
    ids=[
        "same",
        "trailing space",
        "elided middle",
        "elided start",
        "elided end",
        "JSON printed otherwise",
        "JSON as served",
    ],
)
def test_the_page_shows_what_the_sample_prints(shown: str, printed: str) -> None:
    assert findings(shown, printed) == []


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("Hello\n", "Hello\nthere\n"),
        ("Hello\nthere\n", "Hello\n"),
        ("Hello\n...\nend\n", "Hello\none\ntwo\n"),
        ("Hello\n...\nmiddle\n...\nend\n", "Hello\none\nend\n"),
        ('{"id": "b"}\n', SERVED),
    ],
)
def test_the_page_shows_something_else(shown: str, printed: str) -> None:
    assert findings(shown, printed) == [("page.documented-print", 6)]


def test_where_any_request_like_the_recorded_one_is_answered_nothing_is_compared() -> None:
    assert findings("Bye\n", "Hello\n", exact=False) == []


def test_several_blocks_show_parts_of_one_print() -> None:
    sample = Block("page.md", 0, 1, 2, "curl https://api.example.com\n", tag="bash")
    outputs = [
        Block("page.md", 1, 5, 6, "first\n"),
        Block("page.md", 2, 9, 10, "second\n"),
        Block("page.md", 3, 13, 14, "third\n"),
    ]
    verdicts = {0: Verdict(sample, "passed", "curl", printed="first\nsecond\n")}
    verdicts |= {block.index: Verdict(block, "output") for block in outputs}
    page = Page("page.md", "", (sample, *outputs))
    documents = {block.index: sample for block in outputs}
    run = PageRun(page, verdicts, documents, lambda _: load_profile("openai"), exact=True)
    assert [finding.line for finding in check(run)] == [14]
