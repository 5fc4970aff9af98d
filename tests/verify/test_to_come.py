"""A page that shows what is still to come makes no mistake where that does not run yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.model import Verdict

LACKS = "from idna import nowhere"


@pytest.mark.parametrize(
    ("heading", "words", "statement", "name"),
    [
        ("After the maker merges our change", "", LACKS, "fragment"),
        ("Once [maker#1](https://maker.example/1) is merged", "", LACKS, "fragment"),
        ("Streams (coming soon)", "", LACKS, "fragment"),
        ("Use", "This is not yet released:", LACKS, "fragment"),
        ("Use", "As soon as 2.0 is released, import it by its name:", LACKS, "fragment"),
        ("Use", "After you have merged the two, ask:", LACKS, "failed"),
        ("Use", "It is released. Ask:", LACKS, "failed"),
        ("Use", "When your job is published, ask again:", LACKS, "failed"),
        ("Use", "After the model is released from memory, ask:", LACKS, "failed"),
        ("Use", "Until 2.0 is released, ask:", LACKS, "failed"),
        ("Use", "Streams are coming soon. For now, ask:", LACKS, "failed"),
        ("Streams (coming soon)", "", "import json\njson.loadz('1')", "failed"),
        ("Streams (coming soon)", "", "nowhere()", "failed"),
        ("Streams (coming soon)", "", "import os as", "failed"),
    ],
)
def test_what_does_not_work_yet_by_the_words_of_its_page_is_a_fragment(
    heading: str, words: str, statement: str, name: str, all_judged: Callable[[str], list[Verdict]]
) -> None:
    source = f"import urllib.request\n{statement}\nurllib.request.urlopen('https://api.openai.com/v1/models')\n"
    _, verdict = all_judged(f"```sh\npip install idna\n```\n\n## {heading}\n\n{words}\n\n```python\n{source}```\n")
    assert verdict.name == name
    assert verdict.reason.startswith("its page says that it is still to come: `") is (name == "fragment")
