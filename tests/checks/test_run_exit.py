"""What a failed run is said to have ended with, from the error output of each runtime."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aswritten.checks import Context
from aswritten.checks._undefined import missing_name
from aswritten.checks.run_exit import check
from aswritten.contract import load_profile
from aswritten.languages import by_name
from aswritten.model import Block, Exchange, Request, Response, Run, Sample

if TYPE_CHECKING:
    from checks.conftest import MakeContext

NODE = """\
file:///tmp/run/sample.mjs:2
console.log(completions.choices);
            ^

ReferenceError: completions is not defined
    at file:///tmp/run/sample.mjs:2:13
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)

Node.js v20.20.2
"""
NODE_PACKAGE = """\
node:internal/modules/esm/resolve:873
  throw new ERR_MODULE_NOT_FOUND(packageName, fileURLToPath(base), null);
        ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'openai' imported from /tmp/run/sample.mjs
    at packageResolve (node:internal/modules/esm/resolve:873:9) {
  code: 'ERR_MODULE_NOT_FOUND'
}

Node.js v20.20.2
"""
NODE_OWN_FILE = """\
node:internal/modules/esm/resolve:274
    throw new ERR_MODULE_NOT_FOUND(
          ^

Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/environments/1/node_modules/@maker/kit/lib/mend' imported from /environments/1/node_modules/@maker/kit/lib/index.js
    at finalizeResolution (node:internal/modules/esm/resolve:274:11)

Node.js v20.20.2
"""
NODE_STATUS = """\
file:///env/node_modules/openai/core/error.mjs:41
            return new NotFoundError(status, error, message, headers);
                   ^

NotFoundError: 404 no such model
    at APIError.generate (file:///env/node_modules/openai/core/error.mjs:41:20)
    at async file:///tmp/run/sample.mjs:3:20 {
  status: 404,
  headers: Headers {},
  code: null
}

Node.js v20.20.2
"""
PYTHON = """\
Traceback (most recent call last):
  File "/tmp/run/sample.py", line 2, in <module>
    import dotenv
ModuleNotFoundError: No module named 'dotenv'
"""
PYTHON_VARIABLE = """\
Traceback (most recent call last):
  File "/tmp/run/sample.py", line 2, in <module>
    key = os.environ["API_KEY"]
KeyError: 'API_KEY'
"""
PYTHON_AWAIT = """\
  File "/tmp/run/sample.py", line 2
    await ask()
    ^^^^^^^^^^^
SyntaxError: 'await' outside function
"""
SHELL = """\
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0\r100   329  100   255  100    74  16390   4756 --:--:-- --:--:-- --:--:-- 21933
sample.sh: line 2: -H: command not found
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r100   329  100   255  100    74  16390   4756 --:--:-- --:--:-- --:--:-- 21933
"""
CURL = """\
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0
curl: (3) URL using bad/illegal format or missing URL
"""


def package(name: str, module: str = "") -> str:
    return f"nothing that is installed has {module or name!r}: does the page tell the reader to install {name!r}, and is its module called so?"


@pytest.mark.parametrize(
    ("language", "exit_code", "stderr", "told"),
    [
        (
            "node",
            1,
            NODE,
            (
                2,
                "ReferenceError: completions is not defined",
                "import or define it in the sample, or in a block above it",
            ),
        ),
        (
            *("node", 1, NODE_PACKAGE),
            (
                1,
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'openai' imported from sample.mjs",
                package("openai"),
            ),
        ),
        (
            *("node", 1, NODE_OWN_FILE),
            (
                1,
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/environments/1/node_modules/@maker/kit/lib/mend'"
                " imported from /environments/1/node_modules/@maker/kit/lib/index.js",
                "'@maker/kit' imports a file that its release has not got: does another release have it?",
            ),
        ),
        (
            *(
                "node",
                1,
                NODE_OWN_FILE.replace("/environments/1/node_modules/@maker/kit/lib/index.js", "/tmp/run/sample.mjs"),
            ),
            (
                1,
                "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/environments/1/node_modules/@maker/kit/lib/mend' imported from sample.mjs",
                package("/environments/1/node_modules/@maker/kit/lib/mend"),
            ),
        ),
        ("node", 1, NODE_STATUS, (3, "NotFoundError: 404 no such model", "")),
        ("python", 1, PYTHON, (2, "ModuleNotFoundError: No module named 'dotenv'", package("python-dotenv", "dotenv"))),
        (
            *("python", 1, PYTHON_VARIABLE),
            (
                2,
                "KeyError: 'API_KEY'",
                "tell the reader to set API_KEY (`export API_KEY=…`), or give it under `variables` in aswritten.yaml",
            ),
        ),
        (
            *("python", 1, PYTHON_AWAIT),
            (
                2,
                "SyntaxError: 'await' outside function",
                "this runs in a notebook alone: put it into an `async def`, and run that by asyncio.run",
            ),
        ),
        (
            *("curl", 0, SHELL),
            (
                2,
                "sample.sh: line 2: -H: command not found",
                "the shell knows no command '-H': is a line end, a quote or a backslash missing in front of it?",
            ),
        ),
        ("curl", 3, CURL, (1, "curl: (3) URL using bad/illegal format or missing URL", "")),
    ],
    ids=["node", "package", "own-file", "path", "status", "python", "variable", "await", "shell", "curl"],
)
def test_the_message_is_told_and_nothing_of_what_is_around_it(
    context: MakeContext, language: str, exit_code: int, stderr: str, told: tuple[int, str, str]
) -> None:
    run = Run(exit_code, 0.1, b"", stderr.encode(), folder="/tmp/run")
    (finding,) = check(run, context("one\ntwo + completions\nthree\n", language))
    assert (finding.line, finding.got.removeprefix(f"exit code {exit_code}: "), finding.hint) == told


@pytest.mark.parametrize("release", ["jq: ", ""], ids=["1.7", "1.6"])
@pytest.mark.parametrize(("printed", "count"), [(b"", 1), (b"\n", 1), (b"Hello\n", 0)])
def test_lines_that_jq_cannot_read_are_told_where_nothing_else_is_printed(
    context: MakeContext, release: str, printed: bytes, count: int
) -> None:
    reads = "curl -s $URL | jq .data > models.json\n"
    source = f"{reads}curl -sN $URL |\nwhile read -r line; do\n  echo $line | jq -r .choices # as jq\ndone\n# jq\n"
    stderr = f"{release}parse error: Invalid numeric literal at line 1, column 5\n".encode()
    found = list(check(Run(0, 0.1, printed, stderr), context(source, "curl")))
    message = "a command of the sample fails, though the last one does not"
    assert [(one.line, one.message) for one in found] == [(4, message)] * count


def test_who_else_cannot_parse_something_is_not_jq(context: MakeContext) -> None:
    assert list(check(Run(0, 0.1, b"", b"parse error: no number\n"), context("curl $URL | bc\n", "curl"))) == []


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("Cannot find package '@maker/client' imported from /tmp/run/sample.mjs", "import { x } from '@maker/client';"),
        (
            "Package subpath './react' is not defined by \"exports\" in /env/node_modules/maker/package.json imported from x",
            'import { useChat } from "maker/react";',
        ),
    ],
)
def test_a_module_that_is_not_there_is_told_at_its_import(context: MakeContext, said: str, source: str) -> None:
    (finding,) = check(Run(1, 0.1, b"", f"Error [ERR]: {said}\n".encode()), context(f"// x\n{source}\n", "node"))
    assert finding.line == 2


def test_what_a_module_has_not_got_is_not_told_as_a_name_that_its_page_lacks(context: MakeContext) -> None:
    said = NODE.replace("completions is not defined", "require is not defined in ES module scope, you can use import")
    source = "const x = 1;\nconst OpenAI = require('openai');\nawait new OpenAI().models.list();\n"
    (finding,) = check(Run(1, 0.1, b"", said.encode(), folder="/tmp/run"), context(source, "node"))
    assert (finding.line, finding.message) == (2, "the sample uses `require`, which an ES module has not got")
    assert "put the `await` into an async function" in finding.hint


def test_what_an_error_lists_behind_itself_is_not_what_is_told(context: MakeContext) -> None:
    ended = 'Traceback (most recent call last):\n  File "/tmp/run/work/sample.py", line 2, in <module>\n    Agent()\n'
    listed = "llm.str\n  Input should be a valid string\nllm.BaseLLM\n  Input should be a valid dictionary\n"
    stderr = f"{ended}pydantic_core._pydantic_core.ValidationError: 2 validation errors for Agent\n{listed}"
    (finding,) = check(Run(1, 0.1, b"", stderr.encode(), folder="/tmp/run"), context("one\ntwo\n", "python"))
    assert finding.got == "exit code 1: pydantic_core._pydantic_core.ValidationError: 2 validation errors for Agent"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ImportError: cannot import name 'ask' from 'maker'", True),
        ("ModuleNotFoundError: No module named 'maker'", True),
        ("ValueError: no answer", False),
    ],
)
def test_an_import_that_fails_is_told_whatever_was_not_answered_before(
    context: MakeContext, said: str, told: bool
) -> None:
    request = Request("GET", "https", "api.example.com", 443, "/manifest", (), b"")
    unanswered = Exchange(request, Response(418, (), b""), "", 0, read_to_end=True)
    frame = 'Traceback (most recent call last):\n  File "/tmp/run/sample.py", line 1, in <module>\n    from maker import ask\n'
    run = Run(1, 0.1, b"", f"{frame}{said}\n".encode(), exchanges=(unanswered,))
    assert bool(list(check(run, context("from maker import ask\n", "python")))) is told


def test_a_signal_says_nothing(context: MakeContext) -> None:
    (finding,) = check(Run(-9, 0.1, b"", b""), context("one\n", "python"))
    assert (finding.message, finding.got) == ("the sample is ended by signal 9", "exit code -9")


@pytest.mark.parametrize("language", ["python", "node"])
def test_what_a_program_says_while_it_succeeds_is_no_finding(context: MakeContext, language: str) -> None:
    assert list(check(Run(0, 0.1, b"", NODE.encode()), context("one\ntwo\n", language))) == []


@pytest.mark.parametrize(
    ("language", "front", "text", "line"),
    [
        ("python", "a = 1  # openai\n", "x = 'openai'\nopenai.Client()\n", 3),
        ("python", "", "b = {}  # openai\nb['openai'] = b.openai\nprint(openai)\n", 3),
        ("node", "const a = 1; // prompt\n", "const b = { 'prompt': 1 };\nconsole.log(prompt_, prompt);\n", 3),
    ],
)
def test_a_name_is_told_where_it_stands_by_itself(language: str, front: str, text: str, line: int) -> None:
    def block(index: int, first: int, content: str) -> Block:
        return Block("page.md", index, first, first, content, tag=language)

    sample = Sample(block(1, 1 + front.count("\n"), text), language, (block(0, 1, front),) if front else ())
    context = Context(
        sample=sample,
        language=by_name(language),
        file_name="sample",
        profile_for=lambda _: load_profile("generic"),
        urls=frozenset(),
    )
    finding = missing_name(context)
    assert finding is not None
    assert finding.line == line


def test_a_name_that_a_block_in_front_uses_is_told_there(context: MakeContext) -> None:
    made = context("text = '''a\nAgent\nb'''\nimport maker\n", "python")
    front = Block("page.md", 0, 9, 9, "from maker import Maker\nmade = Maker(Agent)\n", tag="python")
    sample = Sample(made.sample.block, "python", (front,))
    assert missing_name(replace(made, sample=sample)) is None


FRAMES = b"Error: no deployment\n    at resolve (file:///env/node_modules/maker/index.js:3:9)\n"


@pytest.mark.parametrize(
    ("stdout", "stderr", "told"),
    [
        (FRAMES, b"", "Error: no deployment"),
        (FRAMES, b"Warning: this model is old\n", "Error: no deployment"),
        (FRAMES, FRAMES.replace(b"deployment", b"key"), "Error: no key"),
        (FRAMES, b"KEY is not set\n", "KEY is not set"),
        (b"Hello\n", b"Warning: this model is old\n", "Warning: this model is old"),
    ],
)
def test_an_error_that_a_logger_prints_is_told_where_standard_error_has_none(
    context: MakeContext, stdout: bytes, stderr: bytes, told: str
) -> None:
    (finding,) = check(Run(1, 0.1, stdout, stderr), context("one\n", "node"))
    assert finding.got == f"exit code 1: {told}"
