"""Python samples, read."""

from __future__ import annotations

import pytest

from aswritten.languages import python
from aswritten.model import Block

_CLIENT = "from openai import OpenAI\nclient = OpenAI()\n"


@pytest.mark.parametrize(
    "text",
    [
        _CLIENT + "client.chat.completions.create()\n",
        "client.chat.completions.create()\n",
        _CLIENT + "with client.chat.completions.stream() as s:\n    pass\n",
        "import requests\nrequests.post('x')\n",
        "import httpx\nwith httpx.Client() as c:\n    c.get('x')\n",
        "from urllib.request import urlopen\nurlopen('x')\n",
        "from somewhere import completion\ncompletion()\n",
        "from somewhere import Client\nClient().chat.complete()\n",
        "from chains.models import ChatModel\nchat = ChatModel()\nchat([])\n",
        "import asyncio\n" + _CLIENT + "async def main():\n    await client.models.list()\nasyncio.run(main())\n",
        _CLIENT + "def ask():\n    return client.responses.create()\nprint(ask())\n",
        _CLIENT + "class A:\n    def ask(self):\n        client.responses.create()\nA().ask()\n",
        # There is no such call: a mistake that the run shows.
        _CLIENT + "client.completions.creat(model='m')\n",
        "client.chat.completions.creat(model='m')\n",
        "from maker.llm import *\nfrom dataclasses import *\njudge = Maker(model='m')\nprint(judge('an answer', expected='another'))\n",
        "from maker.llm import *\njudge = Maker(model='m')\nprint(judge('an answer', expected='another'))\n",
        # Nobody calls main: a mistake that the run shows.
        _CLIENT + "def main():\n    client.responses.create()\n",
        _CLIENT + "def run(model='m', *, stream=False, **more):\n    client.responses.create()\n",
        _CLIENT + "@cli.command()\ndef run(prompt):\n    client.responses.create()\n",
        # Does not parse: so does this.
        _CLIENT + "client.responses.create(model='x'\n",
    ],
)
def test_text_that_calls(text: str) -> None:
    assert python.calls_api(text)


@pytest.mark.parametrize(
    "text",
    [
        _CLIENT,
        _CLIENT + "def ask(question):\n    return client.responses.create()\n",
        _CLIENT + "def main(question):\n    client.responses.create()\n",
        _CLIENT + "async def run(*, question):\n    client.responses.create()\n",
        "import re, argparse\nre.compile('x')\nargparse.ArgumentParser().parse_args()\n",
        "import json\njson.loads('{}').get('a')\n",
        "from pydantic import create_model\ncreate_model('A')\n",
        "from opentelemetry.sdk.resources import Resource\nResource.create({'service.name': 'app'})\n",
        "import threading\nthreading.Thread().run()\n",
        "@app.post('/ask')\nasync def ask(body):\n    return await llm.chat.completions.create()\n",
        "print(response.choices[0].message.content)\n",
        "messages = [{'role': 'user'}]\n",
    ],
)
def test_text_that_does_not_call(text: str) -> None:
    assert not python.calls_api(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (">>> import openai\n", "an interactive session: line 1 begins with a prompt"),
        ("\n    x = 1\n", "a piece of something larger: line 2 is indented"),
        ("messages = [...]\n", "a part is left out: `...` at line 1"),
        ("with client() as one:\n    # ...\n\nrun()\n", "a part is left out: `# ...` at line 2"),
        ("client.create(\n    model='x',\n    ...\n)\n", "a part is left out: `...` at line 3"),
        ("client = OpenAI(...)\n", "a part is left out: `...` at line 1"),
        ("x = 1\n...\ny = 2\n", "a part is left out: `...` at line 2"),
        ("def f():\n    x = 1\n    ...\n", "a part is left out: `...` at line 3"),
        (
            "ask(\n    model='m',\n    prompt=str,\n    variables=dict,\n)\n",
            "types stand in the place of values: `prompt=str` at line 3",
        ),
        ("messages = […]\n", "a part is left out: `…` at line 1"),
        ("x = f()\nreturn x\n", "a piece of a function: `return` outside of one at line 2"),
        ("if x:\n    for y in x:\n        return y\n", "a piece of a function: `return` outside of one at line 3"),
        ("import a\n\nb = 1\nself.client = a.B()\n", "a piece of a method: `self` is set outside of one at line 4"),
        ("with a() as b:\n    # Same as above...\n", "a part is left out: `# Same as above...` at line 2"),
        ("for a in b:\n    # as before\n\nprint(1)\n", "a part is left out: `# as before` at line 2"),
        ("    from a import b\n    b.create(messages)\n", "a piece of something larger: line 1 is indented"),
        ("    import a\n    def ask(self):\n        a.b()\n", "a piece of something larger: line 1 is indented"),
        ("    import a\n    return a.b()\n", "a piece of something larger: line 1 is indented"),
        (
            "from maker import Client\n\nclient = Client(\n    model: str,  # its name\n    retries: int = 3,\n)\n",
            "how a function is called, in outline: `model: str` at line 4",
        ),
        ("!pip install openai\nimport openai\n", "a notebook's command: `!pip` at line 1"),
        ("def run():\n    path = %pwd \n    return path\n", "a notebook's command: `%pwd` at line 2"),
        ("files = !ls docs\n", "a notebook's command: `!ls` at line 1"),
        ('client = OpenAI(\n    base_url="...", api_key="..."\n)\n', 'a part is left out: `base_url="..."` at line 2'),
        ("\n", "it is empty"),
    ],
)
def test_what_is_left_out_is_said(text: str, reason: str) -> None:
    assert python.elided(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "def stub():\n    ...\n",
        "def stub():\n    '''What it does.'''\n    ...\n",
        "class Error(Exception): ...\n",
        "from typing import Callable\nf: Callable[..., int]\ng: tuple[int, ...] = ()\n",
        "from pydantic import BaseModel, Field\nclass A(BaseModel):\n    a: str = Field(..., description='x')\n",
        "print('and so on ...')  # ...\n",
        "x = array[..., 0]\n",
        "x = f()\n...\n",
        'client = OpenAI(base_url="https://a/...", api_key="...")\n',
        'client = OpenAI()  # behind a proxy: OpenAI(base_url="...")\n',
        '"""Set base_url="..." for a proxy."""\nx = 1\n',
        'settings = {"endpoint": "..."}\n',
        "import a\nb = a.B()\nprint(self.b.ask(), file=self.out)\n",
        "class A:\n    def ask(self):\n        self.b = 1\n\nself = A()\nself.ask()\n",
        # Mistakes of a whole program: the run shows them.
        "client.create(model='x'\n",
        "parser.add_argument('n', type=int)\n",
        "client.create(model: 'x')\n",
        "async def f():\n    async with g() as x:\n        await x\n",
        "api_key = <YOUR KEY>\n",
        # Who pastes it has an IndentationError.
        "    from a import b\n    b.create()\n",
        # A kernel runs them.
        "x = 1\nprint(await f())\n",
        "for a in b:\n    async for c in a:\n        c\n",
        "def f():\n    # Prepare ...\n    x = 1\ny = (\n",
        "if a:\n    # as before, but wrong\n        b = 1\n",
    ],
)
def test_a_whole_program_is_not_elided(text: str) -> None:
    assert python.elided(text) == ""


def test_names() -> None:
    text = "import os\nfrom a import b as c\nx, (y, *z) = f()\nfor i in q: pass\ndef g(arg):\n    inner = arg\n    return late\nprint(__name__, x)\n"
    names = python.names(text)
    assert names.defines == {"os", "c", "x", "y", "z", "i", "g"}
    assert names.needs == {"f", "q", "late"}


def test_text_that_does_not_parse_has_no_names() -> None:
    assert python.names("x = (\n") == python.names("")


def test_packages_by_their_name_on_pypi() -> None:
    text = """
import os, yaml, PIL.Image
from dotenv import load_dotenv
from langchain_openai import ChatOpenAI
from google import genai
from google.generativeai import x
from . import mine
try:
    import openai
except ImportError:
    pass
"""
    assert python.packages(text) == (
        *("PyYAML", "google-genai", "google-generativeai", "langchain-openai", "openai", "pillow", "python-dotenv"),
    )


def test_each_module_of_a_family_has_a_package_of_its_own() -> None:
    text = (
        "from llama_index.llms.ollama import Ollama\nfrom llama_index.vector_stores.chroma import ChromaVectorStore\n"
    )
    assert python.packages(text) == ("llama-index-llms-ollama", "llama-index-vector-stores-chroma")
    assert python.packages("from llama_index.llms import OpenAI\n") == ("llama-index",)


@pytest.mark.parametrize(
    ("text", "is_program"),
    [
        ("import openai\n", True),
        ('{"a": 1, "b": [true]}\n', False),
        ("Hello\n", False),
        ("https://api.example.com/v1\n", False),
        ("curl -X POST x\n", False),
    ],
)
def test_untagged_text(text: str, is_program: bool) -> None:
    assert python.is_program(text) is is_program


def test_the_failing_line_is_the_last_frame_of_the_file() -> None:
    stderr = """Traceback (most recent call last):
  File "/tmp/x/work/sample.py", line 3, in <module>
    f()
  File "/tmp/x/work/sample.py", line 12, in f
  File "/lib/openai/not_sample.py", line 99, in g
ValueError: x
"""
    assert python.failing_line(stderr, "sample.py") == 12
    assert python.failing_line('  File "sample.py", line 4\n    x = (\nSyntaxError: x\n', "sample.py") == 4
    assert python.failing_line("Killed\n", "sample.py") is None


def test_lines_of_the_call_and_of_the_print_of_content() -> None:
    text = (
        _CLIENT
        + "print('start')\nr = client.chat.completions.create(\n)\nprint('usage', r.usage)\nprint(r.choices[0].message.content)\n"
    )
    assert (python.line_of(text, "call"), python.line_of(text, "print")) == (4, 7)
    assert python.line_of("x = 1\n", "call") is None
    assert python.line_of("x = 1\n", "print") is None


def test_the_file_name() -> None:
    assert python.file_name(Block("p", 0, 1, 2, ""), "") == "sample.py"


def test_what_an_except_reaches_through_another_name_is_told_with_its_line() -> None:
    text = "try:\n    f()\nexcept (a.b.C, ValueError,\n        d.E):\n    pass\nexcept f().g:\n    pass\nexcept Own:\n    pass\n"
    assert python.caught(text) == ((3, "a", "a.b.C"), (4, "d", "d.E"))
    assert python.caught("except a.b:\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "%pip install a\nimport a\nb = a.c()\n",
        'import a\nb = a.c("{{< param "base" >}}")\n',
        "!pip install a\nimport a\nb = 1\n",
    ],
)
def test_what_stands_in_python_and_is_none_takes_no_name_away(text: str) -> None:
    assert python.names(text).defines == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "name"),
    [("x = [a async for a in b()]\n", "cell.py"), ("x = [a for a in b()]\n", "sample.py")],
)
def test_a_list_that_waits_is_one_of_a_kernel(text: str, name: str) -> None:
    assert python.file_name(Block("p", 0, 1, 2, ""), text) == name


def test_what_pytest_alone_gives_is_defined_for_no_other_block() -> None:
    text = (
        "import pytest\n\n@pytest.fixture(scope='session')\ndef client():\n    return 1\n\ndef plain():\n    return 2\n"
    )
    assert python.names(text).defines == {"pytest", "plain"}


@pytest.mark.parametrize(
    ("text", "are_alone"),
    [
        ("def ask(kind: Literal['a'] = 'a'): ...\n", True),
        (
            "import a\n\n@a.made\nclass A:\n    def ask(self): ...\n\n    async def tell(self):\n        'Tells.'\n        ...\n",
            True,
        ),
        ("'Told.'\n\nclass A(Exception): ...\n\nclass B:\n    'Told.'\n\n    def ask(self): ...\n", True),
        ("...\n", False),
        ("def ask(): ...\n\nask()\n", False),
        ("def ask():\n    return 1\n", False),
        ("import a\n", False),
        ("def ask(:\n", False),
    ],
)
def test_signatures_have_no_bodies(text: str, are_alone: bool) -> None:
    assert python.are_signatures(text) is are_alone
