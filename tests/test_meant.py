"""Samples that fail, or send nothing, because their page means them to: beside mistakes that look alike."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from meaning import ASYNC, CACHE, CURL, NO_MESSAGES, OLD, OPENAI, TYPO, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aswritten.model import Verdict

NODE = (
    "import OpenAI from 'openai';\nconst client = new OpenAI({ apiKey: 'k', baseURL: 'https://api.example.com/v1' });\n"
)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One engine, and one mock, for all of these."""
    with closing(Verifier(Options(cache=CACHE))) as opened:
        yield opened


@pytest.fixture
def judged(tmp_path: Path, verifier: Verifier) -> Callable[..., Verdict]:
    """The verdict of the last block of a page, of these words, tag and texts."""

    def judge(words: str, tag: str, *texts: str) -> Verdict:
        blocks = "".join(f"```{tag}\n{text}\n```\n" for text in texts[:-1])
        page = tmp_path / "page.md"
        page.write_text(f"{blocks}\n{words}\n\n```{tag}\n{texts[-1]}\n```\n", encoding="utf-8")
        case = open_case(page, "page.md", Options(cache=CACHE))
        return verifier.judge(case, case.roles[-1])

    return judge


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("A body without `messages` gives 400:", "passed"),
        ("It gives an error 400.\n\nAny of these does it:", "passed"),
        ("### unknown_parameter\n\nTriggers it:", "passed"),
        ("You want to ask a model.\n\nThe following does that:", "failed"),
        ("The next one does it all:", "failed"),
        ("The following throws `BadRequestError`:", "passed"),
        ("Such a request is rejected.", "passed"),
        ("### Invalid requests", "passed"),
        ("Ask the model:", "failed"),
        ("To avoid what returns a 400 error, ask so:", "failed"),
        ("The answer has a status of 200:", "failed"),
        ("This returns at most 400 tokens:", "failed"),
        ("If you send too many, the API answers with a 429 error:", "failed"),
        ("Any other model gives a `BadRequestError`:", "failed"),
        ("A request without a key is rejected:", "failed"),
    ],
)
def test_a_request_that_is_to_be_refused_is_no_mistake(words: str, name: str, judged: Callable[..., Verdict]) -> None:
    found = judged(words, "bash", NO_MESSAGES)
    assert found.name == name
    assert {one.level for one in found.findings if one.rule == "request.schema"} == (
        {"error"} if name == "failed" else {"warning"}
    )


@pytest.mark.parametrize(
    ("remark", "name"),
    [
        ('# Returns 400: "messages is required"', "passed"),
        ("# → 422", "passed"),
        ("\n# Returns 400", "failed"),
        ("# Returns 400 tokens at most", "failed"),
        ("# Returns an answer", "failed"),
    ],
)
def test_a_remark_below_a_request_says_that_it_is_refused(
    remark: str, name: str, judged: Callable[..., Verdict]
) -> None:
    assert judged("Ask:", "bash", f"{NO_MESSAGES}\n{remark}").name == name


@pytest.mark.parametrize(
    ("words", "comment", "name"),
    [
        ("❌ Wrong:", "", "other"),
        ("Incorrect usage:", "", "other"),
        ("错误写法：", "", "other"),
        (":x: Please don't:", "", "other"),
        ("Do *not* do this – nobody is asked:", "", "other"),
        ("## Anti-pattern", "", "other"),
        ("## Anti-pattern\n\nWrite this instead:", "", "failed"),
        ("## Anti-patterns and what to write", "", "failed"),
        ("Ask:", "# BAD: no messages", "other"),
        ("Ask:", "# ❌ no messages", "other"),
        ("Do not wait, ask now:", "", "failed"),
        ("❌ Known problem, not yet mended. Ask:", "", "failed"),
        ("Ask:", "# Ask, and do not wait", "failed"),
        ("Ask:", "# Don't forget the key", "failed"),
        ("Ask:", "# Never - under no circumstances - commit your key", "failed"),
        ("Ask:", "# Never commit your key: it is yours", "failed"),
    ],
)
def test_an_example_of_what_not_to_do_is_not_judged(
    words: str, comment: str, name: str, judged: Callable[..., Verdict]
) -> None:
    found = judged(words, "bash", f"{comment}\n{NO_MESSAGES}")
    assert found.name == name
    assert name == "failed" or "marked as an example of what not to do" in found.reason


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("## Use it (what the model writes)", "other"),
        ("The code that the agent generates:", "other"),
        ("## Run the code that the model writes", "failed"),
        ("## Run what the model writes", "failed"),
        ("## What the model writes", "other"),
        ("Handle the code that the model generates:", "failed"),
        ("## What your model costs", "failed"),
        ("It prints the code of the model:", "failed"),
    ],
)
def test_what_a_model_writes_is_for_a_place_of_its_own(words: str, name: str, judged: Callable[..., Verdict]) -> None:
    found = judged(words, "python", f"{OPENAI}sandbox.run('now')\nclient.models.list()\n")
    assert found.name == name
    assert name == "failed" or found.reason.startswith("what a model writes, as its page says: not checked")


@pytest.mark.parametrize(
    ("tag", "texts", "reason"),
    [
        (
            "js",
            (
                NODE,
                "await client.chat.completions.create({\n  // model and messages omitted for brevity\n  temperature: 0.2,\n});",
            ),
            "a part is left out: `model and messages omitted for brevity`",
        ),
        (
            "js",
            (NODE, "await client.chat.completions.create({\n  /* ... as above */\n  temperature: 0.2,\n});"),
            "a part is left out: `/* ... as above */` at line 11",
        ),
        ("python", (f"# ...\n{OPENAI}client.models.list(answer)\n",), "a part is left out: `# ...`"),
        (
            "js",
            (f"{NODE}// … look it up …\nawait client.models.retrieve(found);",),
            "a part is left out: `// … look it up …`",
        ),
        (
            "js",
            (f"{NODE}// ...fill the list...\nconst list = [];\nconsole.log(list[0].id, await client.models.list());",),
            "a part is left out: `// ...fill the list...`",
        ),
        (
            "python",
            (f"{OPENAI}models = client.models.list(**kwargs)\n",),
            "shows what a call takes: `models = client.models.list(**kwargs)`",
        ),
        (
            "js",
            (f"{NODE}await client.models.list();", "client.chat.completions.create({ model: 'm', messages });"),
            "its reader has `messages`: `, messages }`",
        ),
        (
            "python",
            (f"{OPENAI}client.models.list()", "client.chat.completions.create(model='m', messages=messages)"),
            "its reader has `messages`: `messages=messages`",
        ),
        (
            "python",
            (
                f"{OPENAI}client.models.list()",
                "client.chat.completions.create(model='m', messages=messages)\nclient.chat.completions.create(model='n', messages=messages)",
            ),
            "its reader has `messages`: `messages=messages`",
        ),
        ("js", (f"{NODE}client.foo.create({{ foo: 'bar' }});",), "`foo` stands for any name"),
        (
            "js",
            (f"{NODE}app.post('/run', ask)\nawait client.models.list();",),
            "a part of the reader's application `app`: `app.post('/run', …)`",
        ),
        (
            "js",
            (
                f"{NODE}app.post('/run', checked(), async (q, r) => r.json(await client.models.list()));\nawait client.models.list();",
            ),
            "a part of the reader's application `app`: `app.post('/run', …)`",
        ),
        (
            "js",
            (
                f"import {{ nanoid as express }} from 'nanoid';\n{NODE}app.post('/run', express.toString(), async (q, r) => r.json(await client.models.list()));\nawait client.models.list();",
            ),
            "a part of the reader's application `app`: `app.post('/run', …)`",
        ),
        (
            "python",
            (f"{OPENAI}client.models.list()\n@app.get('/chat')\ndef chat():\n    return client.models.list()\n",),
            "a part of the reader's application `app`: `@app.get('/chat')`",
        ),
        (
            "python",
            (f"{OPENAI}client.models.list(answers, scenarios, users)\n",),
            "a part of a program: nothing above it defines `answers`, `scenarios`, `users`",
        ),
        (
            "python",
            (f"{OPENAI}client.models.list(MODEL, _count, scenarios)\n",),
            "a part of a program: nothing above it defines `MODEL`, `_count`, `scenarios`",
        ),
        (
            "python",
            (
                f"{OPENAI}client.models.list()\n",
                "# ... same set-up as above, with AsyncOpenAI ...\nimport asyncio\nasync def main():\n    await client.models.list().nothing()\nasyncio.run(main())\n",
            ),
            "a part is left out: `# ... same set-up as above, with AsyncOpenAI ...`",
        ),
        (
            "python",
            (f"# add code for creating answers here ...\n{OPENAI}client.models.list(answer)\n",),
            "a part is left out: `# add code for creating answers here ...`",
        ),
        (
            "python",
            (f"{OPENAI}client.chat.completions.create()\n",),
            "how a function is called, in outline: `client.chat.completions.create()`",
        ),
        (
            "bash",
            (CURL.format(body='{"model": "m", "temperature": TEMPERATURE, "messages": []}'),),
            "its reader puts a value in place of `TEMPERATURE`",
        ),
        (
            "bash",
            (CURL.format(body='{"model": "m", "messages": [{"role": "user", "content": {PROMPT}}]}'),),
            "its reader puts a value in place of `{PROMPT}`",
        ),
        (
            "bash",
            ("curl https://api.example.com/v1/models \\\n  # ... headers as above\n  -o models.json",),
            "a part is left out: `# ... headers as above` at line 6",
        ),
        (
            "bash",
            ("curl [options] https://api.example.com/v1/models",),
            "how a command is called, in outline: `[options]` at line 5",
        ),
        (
            "python",
            ("client.embeddings.create(input: str, model: str) -> CreateEmbeddingResponse",),
            "how a function is called, in outline: `-> CreateEmbeddingResponse` at line 5",
        ),
        (
            "ts",
            ("client.models.list(options?: RequestOptions): Page<Model>",),
            "how a function is called, in outline: `: Page<Model>` at line 5",
        ),
        ("js", ("1  const a = 1;\n2\n3  await fetch('https://api.example.com/v1/models');",), "its lines are numbered"),
        (
            "js",
            (f"{NODE}const other = new OpenAI({{\n-  apiKey: 'a',\n+  apiKey: 'b',\n}});\nawait other.models.list();",),
            "shows a change: line 8 is marked as one that goes (`-`)",
        ),
        (
            "bash",
            ('curl https://api.example.com/v1/models ^\n  -H "Authorization: Bearer %KEY%"',),
            "written for cmd.exe: `^` at line 5",
        ),
        (
            "bash",
            ("set -gx MODEL m\ncurl -s https://api.example.com/v1/models/$MODEL",),
            "written for fish: `set -gx MODEL` at line 5",
        ),
        ("python", (f"%%time\n{OPENAI}client.models.list()",), "a notebook's command: `%%time` at line 5"),
    ],
)
def test_what_stands_for_more_than_it_shows_is_a_fragment(
    tag: str, texts: tuple[str, ...], reason: str, judged: Callable[..., Verdict]
) -> None:
    found = judged("Then:", tag, *texts)
    assert (found.name, found.reason.split(";")[0]) == ("fragment", reason)


MOCKED = (
    "import httpx\nfrom openai import OpenAI\ndef answer(_):\n    return httpx.Response(200, json={{'data': []}})\n"
)
LAZY = f"{NODE}async function* ask() {{\n  yield await client.models.list();\n}}\n"
MOCKED += "asks = httpx.Client(transport=httpx.{transport}(answer))\nasks.get('https://api.example.com/v1/models')\n"


@pytest.mark.parametrize(
    ("tag", "text", "name", "reason"),
    [
        (
            "python",
            MOCKED.format(transport="MockTransport"),
            "fragment",
            "answers its calls by itself: `MockTransport`",
        ),
        (
            "js",
            f"{NODE}const stop = new AbortController();\nstop.abort();\nawait client.models.list({{ signal: stop.signal }}).catch((e) => console.log(e.message));",
            "fragment",
            "it stops its call by itself",
        ),
        (
            "js",
            f"{LAZY}const parts = ask();",
            "fragment",
            "makes `parts`, and leaves it to who reads it: nothing is sent before",
        ),
        ("js", f"{LAZY}const parts = ask();\nconsole.log(typeof parts);", "failed", ""),
        (
            "js",
            f"{NODE}const flow = (ask) => ask;\nexport const list = flow(async () => client.models.list());",
            "fragment",
            "gives other modules `list`, for them to call: nothing is sent before",
        ),
        (
            "js",
            f"{NODE}const flow = (ask) => ask;\nconst list = flow(async () => client.models.list());\nlist;",
            "failed",
            "",
        ),
        (
            "python",
            f"{OPENAI}def ask():\n    yield client.models.list()\n\nstream = ask()",
            "fragment",
            "makes `stream`, and leaves it to who reads it: nothing is sent before",
        ),
        ("python", f"{OPENAI}def ask():\n    yield client.models.list()\n\nanswer = ask()", "failed", ""),
    ],
)
def test_a_sample_may_send_nothing_on_purpose(
    tag: str, text: str, name: str, reason: str, judged: Callable[..., Verdict]
) -> None:
    found = judged("Ask:", tag, text)
    assert (found.name, found.reason.split(";")[0]) == (name, reason)


def test_an_error_of_the_request_of_an_earlier_sample_is_told_there(tmp_path: Path, verifier: Verifier) -> None:
    first = f"{OPENAI}r = client.chat.completions.create(model='m', messages=[{{'role': 'usr', 'content': 'Hi'}}])\n"
    second = "client.chat.completions.create(model=r.model, messages=[{'role': 'user', 'content': 'Hi'}])\n"
    (tmp_path / "page.md").write_text(f"```python\n{first}```\n\n```python\n{second}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert [verifier.judge(case, role).name for role in case.roles] == ["failed", "continuation"]


def test_an_install_below_a_sample_takes_nothing_from_what_its_reader_has(tmp_path: Path, verifier: Verifier) -> None:
    new = f"```python\n{OPENAI}client.models.list()\n```\n"
    old = (
        "```python\nimport openai\nopenai.ChatCompletion\n"
        + OPENAI.replace("from openai import OpenAI\n", "")
        + "client.models.list()\n```\n"
    )
    text = f"{new}\nElse stay on the old one:\n\n```bash\npip install 'openai<1'\n```\n\n{old}"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles]
    assert [verdict.name for verdict in found] == ["passed", "install", "failed"]
    assert "cannot import name 'OpenAI'" in found[2].findings[0].got


def test_a_sum_over_several_lines_is_no_change(judged: Callable[..., Verdict]) -> None:
    assert (
        judged("Count:", "python", f"{OPENAI}n = len(client.models.list().data)\nprint((n\n- 1\n+ 2))").name == "passed"
    )


@pytest.mark.parametrize(
    ("tag", "texts"),
    [
        # A comment explains no wrong value, and no name that is mistyped further down.
        (
            "python",
            (f"{OPENAI}# set up as above\nclient.chat.completions.create(model='m', messages=[{{'role': 'usr'}}])",),
        ),
        ("python", (f"{OPENAI}client.models.list(answers, scenarios)\n",)),
        ("python", (f"{OPENAI}client.models.list(json.loads(os.environ['X']), time.time(), Path('x'))\n",)),
        (
            "python",
            (f"# Add the following code right here\n{OPENAI.replace('client', 'clent')}client.models.list()\n",),
        ),
        ("python", (f"{OPENAI}client.models.list(os.foo.bar('x'))\n",)),
        ("python", (f"{OPENAI}client.chat.completions.create(model='m', messages=messages)",)),
        ("python", (f"{OPENAI}client.models.list()", "client.chat.completions.create(model='m', messages=history)")),
        ("python", (f"{OPENAI}r = client.models.list()\nprint(respons)\n# ... prints the models",)),
        (
            "python",
            (
                "import requests\nMODEL = 'm'\nurl = 'https://api.example.com/v1/chat/completions'\nrequests.post(url, data={\"model\": MODEL, \"messages\": []})",
            ),
        ),
        (
            "python",
            (
                "def ask(q: str) -> str\n    return q\nimport requests\nrequests.get('https://api.example.com/v1/models')",
            ),
        ),
        (
            "ts",
            (
                "async function ask(q: string, model?) { return fetch('https://api.example.com/v1/models'); }\nawait ask('Hi';",
            ),
        ),
        (
            "js",
            (
                f"{NODE}async function main() {{\n  setTimeout(() => stop.abort(), 5000);\n  await client.models.list();\n}}\nclient.models.list;\nmain;",
            ),
        ),
        ("python", (f"{OPENAI}# unlike respx, this asks the API\ndef main():\n    client.models.list()\n\nmain\n",)),
        ("bash", ("# a million tokens cost $1.50\ncurl --sillent https://api.example.com/v1/models",)),
        ("bash", ("curl -s https://api.example.com/v1/models\nkill -9 nothing",)),
    ],
)
def test_words_that_look_alike_excuse_no_mistake(
    tag: str, texts: tuple[str, ...], judged: Callable[..., Verdict]
) -> None:
    assert judged("Then:", tag, *texts).name == "failed"


def test_a_second_mistake_with_the_words_of_an_earlier_one_is_told_too(tmp_path: Path, verifier: Verifier) -> None:
    wrong = "client.chat.completions.create(model='m', messages=[{{'role': 'usr', 'content': '{0}'}}])\n"
    blocks = (f"{OPENAI}r = {wrong.format('Hi')}", f"print(r.id)\n{wrong.format('Again')}")
    (tmp_path / "page.md").write_text("".join(f"```python\n{one}```\n" for one in blocks), encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert [verifier.judge(case, role).name for role in case.roles] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("This was written with `openai==0.28.1`.", "passed"),
        ("This was written long ago.", "failed"),
        ("With release 0.28 that was:", "other"),
        ("## Before", "other"),
        ("The old way no longer works:", "other"),
        ("People still write these; they are gone:", "other"),
        ("Code of 2022 looks like this and fails with today's library:", "other"),
        ("Before you go on, ask:", "failed"),
        ("This needs `openai>=1.0`.", "failed"),
    ],
)
def test_a_sample_of_an_old_release_runs_with_the_one_that_the_page_names(
    words: str, name: str, judged: Callable[..., Verdict]
) -> None:
    verdict = judged(words, "python", OLD)
    assert verdict.name == name
    assert name != "passed" or verdict.reason.startswith("with openai==0.28.1, which the page names")


@pytest.mark.parametrize(("shown", "name"), [('{"error": {"code": "bad"}}', "passed"), ('{"choices": []}', "failed")])
def test_a_refusal_in_a_transcript_is_one_too(shown: str, name: str, judged: Callable[..., Verdict]) -> None:
    assert judged("Errors:", "console", f"$ {NO_MESSAGES}\n{shown}").name == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Not like this, since inside of quotes nothing is filled in:", "other"),
        ("This is not like the others:", "failed"),
    ],
)
def test_a_line_that_begins_with_what_is_not_to_be_done_may_go_on(
    words: str, name: str, judged: Callable[..., Verdict]
) -> None:
    assert judged(words, "bash", NO_MESSAGES).name == name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("What does not work", "other"),
        ("O que **não** funciona", "other"),
        ("What works", "failed"),
        ("¿No funciona?", "failed"),
    ],
)
def test_what_stands_below_what_does_not_work_is_a_bad_example(
    heading: str, name: str, judged: Callable[..., Verdict]
) -> None:
    assert judged(f"## {heading}", "bash", NO_MESSAGES).name == name


@pytest.mark.parametrize(
    ("remark", "name"), [("# ignored: keys are off by default", "passed"), ("# your key", "failed"), ("", "failed")]
)
def test_a_remark_may_say_that_any_text_does(remark: str, name: str, judged: Callable[..., Verdict]) -> None:
    source = (
        f"from openai import OpenAI\nclient = OpenAI(base_url='https://api.example.com/v1', api_key='$KEY')  {remark}\n"
    )
    assert judged("Ask:", "python", f"{source}client.models.list()").name == name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Changelog", "fragment"),
        ("What's new in 2.0", "fragment"),
        ("Changes", "failed"),
        ("Quickstart (SDK v0.12)", "failed"),
    ],
)
def test_excerpts_are_what_a_page_tells_news_in(heading: str, name: str, judged: Callable[..., Verdict]) -> None:
    assert judged(f"# {heading}", "python", UNKNOWN).name == name
    assert judged(f"# {heading}", "python", TYPO).name != "fragment"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("[one.id for one in client.chat.completions.list()]", "other"),
        (
            "import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/chat/completions?limit=2')",
            "other",
        ),
        ("import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/chat/completions')", "failed"),
        (
            "import urllib.request\nurllib.request.urlopen('https://api.example.com/v1/chat/completions?model=m&prompt=a')",
            "failed",
        ),
    ],
)
def test_chats_that_are_stored_are_no_answers(call: str, name: str, judged: Callable[..., Verdict]) -> None:
    assert judged("Look them up:", "python", f"{OPENAI}{call}").name == name


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (
            f"import {{ EventEmitter }} from 'node:events';\n{NODE}const bus = new EventEmitter();\n"
            "bus.on('message', async () => client.models.list());",
            "fragment",
        ),
        (f"{NODE}export const app = {{ get: () => client.models.list() }};", "fragment"),
        (f"{NODE}export const service = {{\n  async list() {{ return client.models.list(); }}\n}};", "fragment"),
        (f"{NODE}const service = {{\n  async list() {{ return client.models.list(); }}\n}};", "failed"),
        (
            f"{NODE}const app = {{ post() {{}} }};\napp.post('/chat', null, async (req, res) => {{ res.json(await client.models.list()); }});",
            "fragment",
        ),
        (
            "import { mock } from 'node:test';\nmock.method(globalThis, 'fetch', async () => Response.json({ data: [] }));\n"
            "await fetch('https://api.example.com/v1/models');",
            "fragment",
        ),
        (f"{NODE}if (process.argv.length > 9) await client.models.list();", "failed"),
        (
            "import OpenAI from 'openai';\nnew OpenAI({ apiKey: 'k', baseURL: '{api-endpoint}' }).models.list().catch(() => {});",
            "fragment",
        ),
    ],
)
def test_what_waits_for_others_to_call_it_sends_nothing(source: str, name: str, judged: Callable[..., Verdict]) -> None:
    assert judged("", "js", source).name == name


@pytest.mark.parametrize(
    ("handed", "name"),
    [
        ("idna.encode_later = judge\nidna.check(ask)", "other"),
        ("idna.check(ask, 'x')  # which calls ask()", "other"),
        ("idna.check('ask')", "fragment"),
        ("if idna.__version__ == '0':\n    ask()", "failed"),
        ("import functools\nlater = functools.partial(ask)", "other"),
        (
            "class suite:\n    case = print\n\n@suite.case\ndef check(answer):\n    return ask\n\nidna.check(ask)",
            "other",
        ),
    ],
)
def test_nobody_knows_when_a_package_of_which_nothing_is_known_calls_what_it_is_handed(
    handed: str, name: str, judged: Callable[..., Verdict]
) -> None:
    source = f"import idna\nidna.check = print\njudge = 1\n{OPENAI}\ndef ask():\n    return client.models.list()\n\n{handed}\n"
    verdict = judged("", "python", source)
    assert (verdict.name, "hands `ask` on" in verdict.reason) == (name, name == "other")


def test_nobody_knows_whether_a_package_of_which_nothing_is_known_sends_anything(
    tmp_path: Path, verifier: Verifier
) -> None:
    lone = "import dotenv\nfrom acme_kit import Client\nprint(Client().generate(prompt='Hi'))\n"
    main = "from acme_kit import Client\ndef main():\n    print(Client().generate(prompt='Hi'))\n"
    known = f"{OPENAI}{lone}"
    shown = "class Client:\n    def generate(self, prompt):\n        return prompt\n"
    texts = (f"# acme_kit.py\n{shown}", lone, main, known)
    page = tmp_path / "page.md"
    page.write_text("".join(f"```python\n{one}```\n\n" for one in texts), encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    found = [verifier.judge(case, role) for role in case.roles[1:]]
    assert [one.name for one in found] == ["other", "failed", "failed"]
    assert found[0].reason.startswith("sends nothing, and nobody knows what `acme-kit` does: not checked")


def test_what_goes_on_from_a_block_that_is_no_mistake_is_not_come_to(tmp_path: Path, verifier: Verifier) -> None:
    two = "# Before\nclient = OpenAI(api_key='k')\n# After\nclient = OpenAI(api_key='k', base_url='https://api.example.com/v1')\n"
    page = tmp_path / "page.md"
    page.write_text(f"```python\n{two}```\n\n```python\nclient.models.list()\n```\n", encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    goes_on = verifier.judge(case, case.roles[1])
    assert (goes_on.name, goes_on.findings) == ("skipped", ())
    assert goes_on.reason.startswith("goes on from the block at line 1, of which it is said: shows what was before")


CHATS = f"{OPENAI}client.chats.completions.create(model='m', messages=[{{'role': 'user', 'content': 'Hi'}}])"
UNCALLED = f"import pathlib\n{OPENAI}def main():\n    for one in pathlib.Path('in').glob('*.txt'):\n        client.models.list()"


@pytest.mark.parametrize(
    ("above", "source", "below"),
    [
        ("Never put a key into the source. Read it from the environment instead:", CHATS, ""),
        ("Avoid timeouts by a stream:", CHATS, ""),
        ("Set `temperature` to 0.2 for answers that vary less:", CHATS, ""),
        ("Do this before you go on:", CHATS, ""),
        ("", CHATS, "Catch `AttributeError` where the client may be too old."),
        ("", CHATS, "| `AttributeError` | look at the `chat` object |"),
        ("", CHATS, "It raises an `AttributeError` if the client is too old."),
        ("The client reads your key with `questions`:", UNKNOWN, ""),
        ("", UNKNOWN, "`questions` sends your message."),
        ("", ASYNC, "You can add `temperature`."),
        ("", UNCALLED, ""),
        ("", CHATS + "\nprint('API key invalid or expired')", ""),
        (
            "",
            f"import openai\n{OPENAI}try:\n    client.chat.completions.create(model='m', messages=[])\n"
            "except openai.RateLimitError:\n    pass\nexcept openai.BadRequestError:\n    pass",
            "",
        ),
    ],
)
def test_words_and_code_that_are_of_something_else_excuse_no_mistake(
    above: str, source: str, below: str, tmp_path: Path, verifier: Verifier
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{above}\n\n```python\n{source}\n```\n\n{below}\n", encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[0]).name == "failed"


def test_a_release_of_which_only_words_speak_beside_an_install_is_not_tried(tmp_path: Path, verifier: Verifier) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        f"With openai<1 nothing works.\n\n```bash\npip install openai\n```\n\n```python\n{OLD}```\n", "utf-8"
    )
    case = open_case(page, "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[1]).name == "failed"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Run this (replacing `$MAKER_KEY` with your own):", "passed"),
        ("Replace $MAKER_KEY with your key.", "passed"),
        ("Set `$MAKER_KEY` to your key, and run this:", "failed"),
        ("Run this:", "failed"),
        ("There is no need to replace `$MAKER_KEY` with your key:", "failed"),
        ("It reads $MAKER_KEY. Replace `$MAKER_MODEL` with your own model:", "failed"),
        ("Replace the key with yours, which `$MAKER_KEY` has:", "failed"),
    ],
)
def test_a_variable_that_its_reader_is_told_to_replace_is_no_mistake(
    words: str, name: str, judged: Callable[..., Verdict]
) -> None:
    ask = CURL.format(body='{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}')
    verdict = judged(words, "bash", f"{ask} -H 'Authorization: Bearer $MAKER_KEY'")
    assert verdict.name == name
    level = "error" if name == "failed" else "warning"
    assert [(one.rule, one.level) for one in verdict.findings] == [("request.literal-placeholder", level)]


DEFINES = (
    f"{OPENAI}def ask():\n    return client.chat.completions.create(model='m', messages=[{{'role': 'user', 'content': 'Hi'}}])\n\n"
    "def main():\n    print(ask())\n\n"
)


@pytest.mark.parametrize(
    ("below", "name"),
    [
        ("# print(main())  # how to run it", "fragment"),
        ("# main()", "fragment"),
        ("# answer = main()", "fragment"),
        ("# call main() to send it", "failed"),
        ("# tell()", "failed"),
        ("", "failed"),
    ],
)
def test_a_remark_that_is_a_call_tells_the_reader_to_make_it(
    below: str, name: str, judged: Callable[..., Verdict]
) -> None:
    assert judged("", "python", DEFINES + below).name == name


#: A maker of clients of its own, one of which asks nobody.
MAKER = (
    "import requests\ndef ask_api(text):\n    body = {'model': 'm', 'messages': [{'role': 'user', 'content': text}]}\n"
    "    return requests.post('https://api.example.com/v1/chat/completions', json=body).json()\n"
    "class Maker:\n    def __init__(self, ask): self.generate = ask\n"
)


@pytest.mark.parametrize(
    ("first", "name"),
    [("client = Maker(ask_api)\nprint(client.generate('Hi'))", "continuation"), ("client = Maker(print)", "failed")],
)
def test_a_sample_behind_a_client_that_asks_nobody_is_tried_behind_another(
    first: str, name: str, judged: Callable[..., Verdict]
) -> None:
    goes_on = "answer = client.generate('Say hi')\nif not client: requests.post('https://api.example.com/v1/chat/completions')"
    assert judged("", "python", MAKER + first, "client = Maker(print)", goes_on).name == name


ASK_NODE = "client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] })"


@pytest.mark.parametrize(
    ("tag", "texts"),
    [
        pytest.param(
            "python", (f"{OPENAI}client.models.list()", "print(f'{answer}', client.models.list())"), id="a print"
        ),
        pytest.param(
            "js",
            (f"{NODE}await client.models.list();", "console.log(`${answer}`, await client.models.list());"),
            id="a print of Node",
        ),
        pytest.param(
            "python",
            (f"{OPENAI}client.models.list()", "client.models.list(timeout=timeout)\nprint(timeout)"),
            id="a value that is read elsewhere",
        ),
        pytest.param(
            "python", (f"{OPENAI}json.dumps(client.models.list())\n# ... go on ...\nprint(1)",), id="a forgotten import"
        ),
        pytest.param(
            "python", (f"{OPENAI}answer = client.models.list()\nprint(answr)\n# ... go on ...",), id="a comment below"
        ),
        pytest.param(
            "python",
            (f"{OPENAI}client.models.list()\nother.post('/chat/completions', json={{}})",),
            id="a client, no application",
        ),
        pytest.param(
            "js",
            (
                f"import {{ nanoid as express }} from 'nanoid';\n{NODE}app.post('/run', async () => client.models.list());",
            ),
            id="an application that the sample was to make",
        ),
        pytest.param(
            "python",
            (
                f"import idna as fastapi\n{OPENAI}client.models.list()\nserver = fastapi.IDNAError()\n@app.get('/chat')\ndef chat():\n    return client.models.list()\n",
            ),
            id="an application that the sample makes by another name",
        ),
        pytest.param(
            "js",
            (f"{NODE}const a = await client.models.list();\n// ES6 destructuring\nconst {{ a }} = a;",),
            id="a declaration",
        ),
        pytest.param(
            "python", (f"import nanoid\n{OPENAI}client.chat.completion.create(model='m')",), id="beside another package"
        ),
        pytest.param(
            "js",
            (
                f"{NODE}export const settings = Object.freeze({{}});\nasync function main() {{ await {ASK_NODE}; }}\nif (client === 1) main();",
            ),
            id="an export of a value",
        ),
        pytest.param(
            "python",
            (
                f"{DEFINES}def shout(text):\n    return text\n\n# shout('hi') gives hi\nif __name__ == 'main':\n    shout(main())",
            ),
            id="a remark on a helper",
        ),
        pytest.param(
            "js",
            (
                "const at = { model: process.argv[2] ?? 'm' };\nawait fetch(`https://api.example.com/v1/models/${at.modle}`);",
            ),
            id="a slip beside an argument",
        ),
        pytest.param(
            "js",
            (
                f"import * as maker from 'nanoid';\n{NODE}let maker_s = typeof maker;\nwhile (maker_s);\nawait client.models.list();",
            ),
            id="a loop beside a package",
        ),
    ],
)
def test_what_looks_like_a_part_of_a_program_is_a_mistake(
    tag: str, texts: tuple[str, ...], tmp_path: Path, verifier: Verifier
) -> None:
    page = tmp_path / "page.md"
    page.write_text("".join(f"```{tag}\n{text}\n```\n\n" for text in texts), encoding="utf-8")
    # Those that loop are ended; any other has the time that it needs on a busy machine.
    limit = 5 if "while" in texts[-1] else 60
    (tmp_path / "aswritten.yaml").write_text(f"time_limit: {limit}\n", encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[-1]).name == "failed"
