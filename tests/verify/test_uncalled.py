"""Names that nobody defines, in functions that nothing on their page calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

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
