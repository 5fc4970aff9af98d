"""What cannot go on from the nearest client goes on from another of the page, and what that clears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from verifying import ASK, CACHE, OPENAI

if TYPE_CHECKING:
    from pathlib import Path


def test_what_needs_a_client_alone_does_not_end_where_its_block_does(tmp_path: Path, verifier: Verifier) -> None:
    text = "".join(f"```python\n{source}```\n" for source in (OPENAI + ASK.replace("'m'", "token"), ASK))
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    first, second = (verifier.judge(case, role) for role in case.roles)
    assert (first.name, second.name) == ("failed", "continuation")
    assert [block.text for block in second.run_with] == [OPENAI]


@pytest.mark.parametrize(
    "second",
    [
        # It is awaited, and what goes on from it is not.
        "import asyncio\nfrom openai import AsyncOpenAI\nclient = AsyncOpenAI(api_key='k')\n"
        "async def main():\n    print((await client.models.list()).data[0].id)\nasyncio.run(main())\n",
        # It has not got what goes on from it asks.
        "import urllib.request\nclass Plain:\n    def get(self):\n        return urllib.request.urlopen('http://api.example.com/v1/models').read()\n"
        "client = Plain()\nprint(client.get()[:9])\n",
        # What goes on from it calls what is no function there.
        "import types, urllib.request\nclass Create: ...\nclient = types.SimpleNamespace(chat=types.SimpleNamespace(completions="
        "types.SimpleNamespace(create=Create())))\nprint(urllib.request.urlopen('http://api.example.com/v1/models').read()[:9])\n",
        # It is awaited, and is of a package of which nobody knows what it sends.
        "import idna, types\nasync def create(**_): ...\nclient = types.SimpleNamespace(chat=types.SimpleNamespace(completions="
        "types.SimpleNamespace(create=create)))\nasync def main():\n    import urllib.request\n"
        "    print(urllib.request.urlopen('http://api.example.com/v1/models').read()[:9])\nimport asyncio\nasyncio.run(main())\n",
        # A file that only its reader has.
        f"{OPENAI}print(client.files.create(file=open('/their/file', 'rb'), purpose='batch').id)\n",
    ],
)
def test_what_cannot_go_on_from_the_nearest_client_goes_on_from_another(
    tmp_path: Path, verifier: Verifier, second: str
) -> None:
    blocks = (OPENAI + ASK, second, ASK)
    (tmp_path / "page.md").write_text("".join(f"```python\n{one}```\n" for one in blocks), encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[2])
    assert (found.name, [block.line for block in found.run_with]) == ("continuation", [1])
    assert found.reason.endswith(f"not from line {case.page.blocks[1].line}, with which it does not run")


def test_what_cannot_go_on_from_the_nearest_client_may_ask_what_nobody_answers_behind_another(
    tmp_path: Path, verifier: Verifier
) -> None:
    awaited = "from openai import AsyncOpenAI\nclient = AsyncOpenAI(api_key='k')\nimport asyncio\nasyncio.run(client.models.list())\n"
    paints = "print(client.images.generate(model='m', prompt='a cat').data[0].url)\n"
    blocks = (OPENAI + ASK, awaited, paints)
    (tmp_path / "page.md").write_text("".join(f"```python\n{one}```\n" for one in blocks), encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[2])
    assert (found.name, found.reason.split(",")[0]) == (
        "other",
        "calls POST https://api.example.com/v1/images/generations",
    )


def test_what_the_nearest_client_has_not_got_is_asked_of_another(tmp_path: Path, verifier: Verifier) -> None:
    openai = "import OpenAI from 'openai';\nconst client = new OpenAI({ apiKey: 'k', baseURL: 'https://api.example.com/v1' });\n"
    other = "class Plain {}\nconst client = new Plain();\n"
    asks = (
        "const r = await client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });\n"
    )
    for blocks, name in (((openai, other, asks), "continuation"), ((other, asks), "failed")):
        (tmp_path / "page.md").write_text("".join(f"```js\n{one}```\n" for one in blocks), encoding="utf-8")
        case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
        assert verifier.judge(case, case.roles[-1]).name == name


def test_another_client_that_goes_nowhere_clears_nothing(tmp_path: Path, verifier: Verifier) -> None:
    nowhere = "from openai import AsyncOpenAI\nclient = AsyncOpenAI(api_key='k', base_url='http://<HOST>:<PORT>/v1', max_retries=0)\n"
    asks = f"import asyncio\nasync def main():\n    await {ASK.removeprefix('r = ')}asyncio.run(main())\n"
    (tmp_path / "page.md").write_text(
        "".join(f"```python\n{one}```\n" for one in (nowhere, OPENAI, asks)), encoding="utf-8"
    )
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[2]).name == "failed"


def test_a_client_of_another_api_is_passed_over_for_one_that_has_what_is_called(
    tmp_path: Path, verifier: Verifier
) -> None:
    other = "class Other:\n    pass\nclient = Other()\nprint(client)\n"
    text = f"```python\n{OPENAI}client.models.list()\n```\n\n```python\n{other}```\n\n```python\nclient.models.list()\n```\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[2]).name == "continuation"
    wrong = text.replace(
        "client.models.list()\n```\n\n```python\nclass", "client.modelz.list()\n```\n\n```python\nclass"
    )
    (tmp_path / "page.md").write_text(wrong, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[0]).name == "failed"


def test_what_goes_on_from_another_client_goes_on_from_all_that_this_one_needs(
    tmp_path: Path, verifier: Verifier
) -> None:
    first = "def wrap(client):\n    return client\nfrom openai import OpenAI\nclient = wrap(OpenAI(api_key='k'))\n"
    blocks = (
        first,
        "client = wrap('another')\n",
        "from openai import AsyncOpenAI\nclient = wrap(AsyncOpenAI(api_key='k'))\n",
        ASK,
    )
    (tmp_path / "page.md").write_text("".join(f"```python\n{one}```\n" for one in blocks), encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[3])
    assert (found.name, [block.line for block in found.run_with]) == ("continuation", [1])
