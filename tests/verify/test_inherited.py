"""An error of a block that others go on from is told once, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from verifying import ASK, CACHE, OPENAI

if TYPE_CHECKING:
    from pathlib import Path


def test_an_error_is_told_once_where_it_is(tmp_path: Path, verifier: Verifier) -> None:
    asks = "r = client.chat.completions.create(model=r.model, messages=[{'role': 'user', 'content': 'Hi'}])\n"
    text = "".join(f"```python\n{source}```\n" for source in (OPENAI + ASK.replace("'m'", "token"), asks))
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    first, second = (verifier.judge(case, role) for role in case.roles)
    assert (first.name, second.name) == ("failed", "skipped")
    assert second.reason == "goes on from the block at line 1, which ends with an error at line 4: not come to"


@pytest.mark.parametrize(("model", "name"), [("r.model", "skipped"), ("another", "failed")])
def test_a_name_that_nobody_defines_is_told_behind_an_error_too(
    model: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = f"r = client.chat.completions.create(model={model}, messages=[{{'role': 'user', 'content': r.id}}])\n"
    text = "".join(f"```python\n{source}```\n" for source in (OPENAI + ASK.replace("'m'", "token"), asks))
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[1])
    assert (found.name, [one.line for one in found.findings]) == (name, [7] if name == "failed" else [])


def test_source_that_is_none_is_told_where_it_is(tmp_path: Path, verifier: Verifier) -> None:
    made = "import OpenAI from 'openai';\nconst client = new OpenAI({ apiKey: 'k' });\nif (client) {\n"
    asks = "console.log((await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })).id);\n"
    blocks = "".join(f"```ts\n{source}```\n" for source in (made + asks, asks))
    (tmp_path / "page.md").write_text(blocks, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles]
    assert [one.name for one in found] == ["failed", "continuation"]


def test_an_error_in_a_function_of_a_sample_that_ran_well_is_told_where_it_is_called(
    tmp_path: Path, verifier: Verifier
) -> None:
    first = f"{OPENAI}{ASK}def show(answer):\n    print(answer.choices[0].mesage)\n"
    (tmp_path / "page.md").write_text(f"```python\n{first}```\n```python\n{ASK}show(r)\n```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert [verifier.judge(case, role).name for role in case.roles] == ["passed", "failed"]


@pytest.mark.parametrize(
    ("set_up", "names"), [("int('x')\n", ["failed", "skipped"]), ("", ["fragment", "continuation"])]
)
def test_an_error_in_what_sets_up_a_sample_is_told_there(
    set_up: str, names: list[str], tmp_path: Path, verifier: Verifier
) -> None:
    blocks = (f"{OPENAI}{set_up}model = 'm'\n", ASK.replace("'m'", "model"))
    (tmp_path / "page.md").write_text("".join(f"```python\n{one}```\n" for one in blocks), encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles]
    assert [verdict.name for verdict in found] == names
    assert [one.line for verdict in found for one in verdict.findings] == ([4] if set_up else [])


def test_behind_a_fragment_that_does_not_run_nothing_is_come_to(tmp_path: Path, verifier: Verifier) -> None:
    above = "const chat = Maker.chat('m');\n\nfor await (const chunk of chat.stream('Hi', { images: ['a.png'] })) {\n  process.stdout.write(chunk.content || '');\n}\n"
    asks = "for await (const chunk of chat.withSchema('{}').stream('You')) {\n  process.stdout.write(chunk.content || '');\n}\n"
    (tmp_path / "page.md").write_text(f"```ts\n{above}```\n```ts\n{asks}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles]
    why = "goes on from `Maker`, which no block above it defines"
    assert [(one.name, one.reason) for one in found] == [
        ("fragment", why),
        ("fragment", f"goes on from the block at line 1, of which it is said: {why}"),
    ]


def test_behind_what_shows_two_alternatives_nothing_is_come_to(tmp_path: Path, verifier: Verifier) -> None:
    one = "import OpenAI from 'openai';\nconst client = new OpenAI();\n"
    another = "import { Relay } from '@no-such-maker/relay';\nconst client = new Relay();\n"
    used = "\n// Then:\nawait client.store('k');\n"
    asks = "await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });\n"
    blocks = (f"// Before\n{one}\n// After\n{another}{used}", asks)
    text = "".join(f"```js\n{source}```\n" for source in blocks)
    (tmp_path / "page.md").write_text(f"```sh\nnpm install @no-such-maker/relay\n```\n{text}", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles[1:]]
    assert [one.name for one in found] == ["fragment", "skipped"]
    assert "a reader takes one of them" in found[1].reason
