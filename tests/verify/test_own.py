"""What only a reader has, and what only a model says: no mistake of a page, beside mistakes that look alike."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from verifying import ASK, CACHE, NODE, OPENAI, SAYS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict

CHATS = (
    "curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json'"
    """ -d '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'"""
)
PIPE = "curl -s https://api.example.com/v1/models | "


@pytest.mark.parametrize(
    ("tag", "source", "name", "reason"),
    [
        ("python", OPENAI + ASK + f"display({SAYS})", "fragment", "runs in a notebook only: it uses `display`"),
        (
            "python",
            "import requests\nfrom google.colab import userdata\nrequests.get('https://api.example.com/v1/models')",
            "fragment",
            "runs in a hosted notebook only: it imports `google.colab`",
        ),
        ("js", f'{NODE}document.title = "x";', "fragment", "runs in a browser only: it uses `document`"),
        ("js", f'{NODE}new Audio("a.mp3");', "fragment", "runs in a browser only: it uses `Audio`"),
        ("js", f'const name = prompt("Who?");\n{NODE}', "fragment", "runs in a browser only: it uses `prompt`"),
        ("js", f"{NODE}console.log(prompt);", "failed", ""),
        ("js", f"{NODE}await fetch('/api/chat?a=1');", "fragment", "runs in a browser only: it asks its own site for `/api/chat?a=1`"),
        ("js", f"{NODE}await fetch('/v1/chat/completions');", "failed", ""),
        ("js", f"{NODE}await fetch('/api/chat', {{ headers: {{ key: process.env.KEY }} }});", "failed", ""),
        ("js", f"{NODE}".replace("const r", "await import('bu' + 'n:sqlite');\nconst r"), "fragment", "runs in another runtime only: Node loads nothing from `bun:`"),
        ("js", f"const k = import.meta.env.VITE_KEY;\n{NODE}", "fragment", "runs in a bundler's output only"),
        (
            "python",
            f"import sys\nname = sys.argv[1]\n{OPENAI}{ASK}",
            "fragment",
            "its reader gives it arguments on its command line",
        ),
        (
            "python",
            f"import sys\nname, size = map(int, sys.argv[2:4])\n{OPENAI}{ASK}",
            "fragment",
            "its reader gives it arguments on its command line",
        ),
        (
            "js",
            f"const [file] = process.argv.slice(2);\nfile.trim();\n{NODE}",
            "fragment",
            "its reader gives it arguments on its command line",
        ),
        ("js", f"const [file] = [];\nfile.trim();\n{NODE}", "failed", ""),
        ("bash", "set -u\nq=$(printf %s \"$1\")\ncurl https://api.example.com/v1/models", "passed", "its reader gives it arguments on its command line: `$1`"),
        ("bash", "sed -n 2p asked.jsonl | jq .body | curl https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d @-", "fragment", "needs a file of the reader's own: it sends what asked.jsonl holds"),
        (
            "python",
            f"import subprocess\nsubprocess.run(['git', 'diff', '@{{u}}...'], check=True)\n{OPENAI}{ASK}",
            "fragment",
            "asks git about a repository of the reader's own",
        ),
        ("bash", f"{CHATS} | jq -r '.choices[0].message.content' | jq .answer", "fragment", "takes apart what a model says"),
        ("python", f"names = []\nname = names[1]\n{OPENAI}{ASK}", "failed", ""),
        (
            "python",
            f"import json\nname = json.load(open('names.json'))['first']\n{OPENAI}{ASK}",
            "fragment",
            "needs a file of the reader's own: what it looks for is not in the stand-in for names.json",
        ),
        (
            "python",
            "from pathlib import Path\nfrom pydantic import BaseModel\n\nclass Kept(BaseModel):\n    version: int\n\n"
            f"kept = Kept.model_validate_json(Path('kept.json').read_text())\n{OPENAI}{ASK}",
            "fragment",
            "needs a file of the reader's own: what it looks for is not in the stand-in for kept.json",
        ),
        (
            "python",
            f"from pydantic import BaseModel\n\nclass Kept(BaseModel):\n    version: int\n\nkept = Kept()\n{OPENAI}{ASK}",
            "failed",
            "",
        ),
        (
            "js",
            f'import names from "./names.json" with {{ type: "json" }};\n{NODE}',
            "fragment",
            "needs a file of the reader's own: names.json",
        ),
        (
            "js",
            f'import {{ env }} from "@/env";\n{NODE}',
            "fragment",
            "needs a file of the reader's own: `@/env` is an alias of their project",
        ),
        (
            "js",
            f'import {{ env }} from "#env";\n{NODE}',
            "fragment",
            "needs a file of the reader's own: `#env` is an alias of their project",
        ),
        ("python", f"import sys\nname = sys.argv[1]\n{OPENAI}{ASK}print('x'", "failed", ""),
        ("js", f'const text = prompt.trim();\n{NODE}', "failed", ""),
        ("js", f'import fs from "node:fs";\nconst q = fs.readFileSync("q.txt", "utf8");\nJSON.stringfy(q);\n{NODE}', "failed", ""),
        ("python", f"import subprocess\nsubprocess.run('crul https://api.example.com', shell=True, check=True)\n{OPENAI}{ASK}", "failed", ""),
        ("js", f'const who = process.argv[2];\nconst client = {{}};\nclient.chat.create();\n{NODE}', "failed", ""),
        (
            "python",
            f"import sqlite3\nsqlite3.connect('a.db').execute('select * from docs')\n{OPENAI}{ASK}",
            "fragment",
            "needs a database of the reader's own, with a table `docs`",
        ),
        (
            "python",
            f"import glob\nfirst = glob.glob('*/*.pdf')[0]\n{OPENAI}{ASK}",
            "fragment",
            "needs files of the reader's own: it finds none",
        ),
        ("python", f"n = int(input('How many? '))\n{OPENAI}{ASK}", "fragment", "goes on with what its reader types"),
        ("python", f"raise ImportError('Maker requires PyTorch >= 2.6, but PyTorch was not found')\n{OPENAI}{ASK}", "fragment", "needs what this machine has not got"),
        ("python", f"raise ImportError('libmlx.so: cannot open shared object file: No such file or directory')\n{OPENAI}{ASK}", "fragment", "needs what this machine has not got"),
        ("python", f"raise OSError('no display name')\n{OPENAI}{ASK}", "fragment", "needs what this machine has not got"),
        (
            "js",
            f'import {{ execSync }} from "node:child_process";\nexecSync("no-such-tool -i a");\n{NODE}',
            "fragment",
            "`no-such-tool` is not on this machine",
        ),
        ("bash", "curl --cacert own.pem https://api.example.com/v1/models", "fragment", "needs a file of the reader's own"),
        ("bash", f"{PIPE}grep no-such-model", "fragment", "`grep` finds nothing in what stands in for an answer"),
        ("bash", f"{PIPE}no-such-grep x", "passed", "`no-such-grep` is not on this machine"),
        ("bash", "curl -s https://static.example.com/a.png | no-such-llm 'What is this?'", "fragment", "`no-such-llm` is not on this machine"),
        ("js", f"{NODE}const c = new AbortController();\nc.abort();\nc.signal.throwIfAborted();", "passed", "it stops its call"),
    ],
)  # fmt: skip
def test_what_its_reader_has_is_left_to_them(
    tag: str, source: str, name: str, reason: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    assert (found.name, found.reason.startswith(reason)) == (name, True), found.reason
    assert bool([finding for finding in found.findings if finding.level == "error"]) == (name == "failed")


def test_a_pause_between_calls_is_no_hanging(tmp_path: Path, judged: Callable[[str, str], Verdict]) -> None:
    (tmp_path / "aswritten.yaml").write_text("time_limit: 2\n", encoding="utf-8")
    found = judged("bash", "curl -s https://api.example.com/v1/models\nsleep 60")
    assert (found.name, found.reason) == ("fragment", "waits by itself, for longer than its time limit: `sleep 60`")


def test_what_speaks_no_http_is_cut_off(judged: Callable[[str, str], Verdict]) -> None:
    source = f'import net from "node:net";\nconst s = net.connect(5432, "db.example");\ns.write("\\0\\0\\0\\x08");\nawait new Promise((done, fail) => s.on("error", fail).on("close", () => fail(new Error("closed"))));\n{NODE}'
    found = judged("js", source)
    assert (found.name, found.reason.split(",")[0]) == ("other", "calls a server that does not speak HTTP")


def test_a_download_that_cannot_be_led_here_is_not_judged(judged: Callable[[str, str], Verdict]) -> None:
    found = judged("bash", "wget() { return 4; }\nwget -q https://api.example.com/v1/models")
    assert (found.name, found.reason) == ("other", "`wget` cannot be led to the recordings: not checked")
    found = judged("bash", "wget() { return 2; }\nwget --no-such https://api.example.com/v1/models")
    assert found.name == "failed"


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("An empty conversation", "failed"),
        ("Trigger a validation error", "passed"),
        ("主动制造校验错误", "passed"),
        ("Invalid requests", "passed"),
        ("Empty conversation rejection", "passed"),
        ("Rejection sampling", "failed"),
        ("Error handling", "failed"),
        ("How to avoid invalid parameters", "failed"),
    ],
)
def test_a_request_that_the_page_means_to_be_refused_is_no_mistake(
    tmp_path: Path, verifier: Verifier, heading: str, name: str
) -> None:
    asks = 'curl https://api.example.com/v1/chat/completions -H "Content-Type: application/json" -d \'{"model": "m", "messages": []}\'\n'
    (tmp_path / "page.md").write_text(f"# {heading}\n\n```bash\n{asks}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    assert verifier.judge(case, case.roles[0]).name == name


def test_data_that_are_sent_cut_are_for_the_reader_to_put_in_whole(judged: Callable[[str, str], Verdict]) -> None:
    url = '{"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBOR..."}}'
    body = f'{{"model": "m", "messages": [{{"role": "user", "content": [{url}]}}]}}'
    asks = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
    found = judged("bash", asks)
    assert (found.name, found.reason) == ("fragment", "its reader puts whole data in place of `base64,iVBOR...`")
    assert judged("bash", asks.replace('"model": "m"', '"model": 1')).name == "failed"


@pytest.mark.parametrize(("model", "name"), [("'m'", "skipped"), ("token", "failed")])
def test_a_name_that_nobody_defines_is_told_where_nothing_could_be_installed(
    tmp_path: Path, verifier: Verifier, model: str, name: str
) -> None:
    source = f"import no_such_thing_of_ours\n{OPENAI}{ASK.replace(chr(39) + 'm' + chr(39), model)}"
    install = "```bash\npip install no-such-thing-of-ours==1\n```\n"
    (tmp_path / "page.md").write_text(f"{install}\n```python\n{source}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[1])
    assert (found.name, found.reason) == (name, "its environment could not be built: see line 2")
    assert [one.line for one in found.findings] == ([9] if name == "failed" else [])


@pytest.mark.parametrize(("comma", "name", "lines"), [(",", "skipped", []), ("", "failed", [10])])
def test_source_that_is_none_is_told_where_nothing_could_be_installed(
    tmp_path: Path, verifier: Verifier, comma: str, name: str, lines: list[int]
) -> None:
    asks = f"await client.chat.completions.create({{\n  model: 'm'{comma}\n  messages: [],\n}});\n"
    source = f"import Maker from 'no-such-thing-of-ours';\nconst client = new Maker();\n{asks}"
    install = "```bash\nnpm install no-such-thing-of-ours@1\n```\n"
    (tmp_path / "page.md").write_text(f"{install}\n```ts\n{source}```\n", encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
    found = verifier.judge(case, case.roles[1])
    assert (found.name, found.reason) == (name, "its environment could not be built: see line 2")
    assert [one.line for one in found.findings] == lines


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ('"thinking": true', "passed"),
        ('"thinking": {"type": "enabled"}', "passed"),
        ('"provider": "kimi"', "passed"),
        ('"temperature": "hot"', "failed"),
    ],
)
def test_a_parameter_of_a_server_that_nobody_knows_is_in_its_own_form(
    parameter: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    body = f'{{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}], {parameter}}}'
    asks = f"curl -s http://localhost:8000/v1/chat/completions -H 'Content-Type: application/json' -d '{body}'"
    assert judged("bash", asks).name == name


@pytest.mark.parametrize("source", ["os.environ['API_URL'] + '/v1'", "f\"{os.environ['API_URL']}/v1\""])
def test_a_version_that_a_sample_puts_behind_a_variable_is_not_given_twice(
    source: str, judged: Callable[[str, str], Verdict]
) -> None:
    text = f"import os\nfrom openai import OpenAI\nclient = OpenAI(api_key='k', base_url={source})\n{ASK}"
    found = judged("python", text)
    assert (found.name, [call.url for call in found.calls]) == (
        "passed",
        ["https://api.example.com/v1/chat/completions"],
    )


@pytest.mark.parametrize(
    ("tag", "source"),
    [
        ("python", OPENAI.replace("'k'", "'ваш_ключ'") + ASK),
        (
            "python",
            "import os\nfrom openai import OpenAI\nos.environ['OPENAI_API_KEY'] = '你的密钥'\nclient = OpenAI(max_retries=0)\n"
            + ASK,
        ),
        (
            "python",
            "import requests\nheaders = {'Authorization': 'Bearer 你的密钥'}\n"
            "requests.post('https://api.example.com/v1/chat/completions', headers=headers, json={'model': 'm', 'messages': []})\n",
        ),
        ("javascript", NODE.replace('{ "Content-Type"', '{ Authorization: `Bearer ваш_ключ`, "Content-Type"')),
    ],
)
def test_a_key_that_is_a_placeholder_in_another_script_is_left_to_the_reader(
    tag: str, source: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    mark = "ваш_ключ" if "ваш_ключ" in source else "你的密钥"
    assert (found.name, found.reason.split(";")[0]) == ("fragment", f"its reader puts a value in place of `{mark}`")


def test_a_title_in_a_header_that_takes_no_such_letters_is_a_mistake(judged: Callable[[str, str], Verdict]) -> None:
    assert (
        judged("javascript", NODE.replace('{ "Content-Type"', '{ "X-Title": "Мой сайт", "Content-Type"')).name
        == "failed"
    )


def test_a_command_with_a_placeholder_at_its_end_is_for_its_reader(judged: Callable[[str, str], Verdict]) -> None:
    asks = "curl -s https://api.example.com/v1/models\n"
    found = judged("bash", f"{asks}git clone <repository-url>\ncd it\n")
    assert (found.name, found.reason.split(",")[0]) == (
        "fragment",
        "its reader puts the real value in place of `<repository-url>`",
    )
    assert judged("bash", f"{asks}echo 1 >\ncd it\n").name == "failed"


GRPC = """\
import asyncio
import grpc

async def main():
    async with grpc.aio.secure_channel("api.example.com:443", grpc.ssl_channel_credentials()) as channel:
        await channel.unary_unary("/chat.Completions/create")(b"", timeout=20)

asyncio.run(main())
"""


def test_a_call_by_grpc_is_seen_and_not_checked(judged: Callable[[str, str], Verdict]) -> None:
    found = judged("python", GRPC)
    assert (found.name, [call.method for call in found.calls[:1]]) == ("other", ["CONNECT"])
    assert "CONNECT http://api.example.com:443/, of which there is no recording: not checked" in found.reason


CHUNKS = "from openai import OpenAI\nclient = OpenAI(api_key='k', {kind}='https://api.example.com/v1')\n"


@pytest.mark.parametrize(("kind", "name"), [("base_url", "other"), ("api_base", "failed")])
def test_what_only_sets_up_a_client_is_run_for_its_own_mistakes(
    kind: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged("python", CHUNKS.format(kind=kind))
    assert found.name == name
    assert [one.line for one in found.findings] == ([3] if name == "failed" else [])


def test_what_a_client_is_set_up_with_may_be_data_of_the_readers(judged: Callable[[str, str], Verdict]) -> None:
    source = "import OpenAI from 'openai';\nexport const client = new OpenAI(JSON.parse(process.env.CLIENT_OPTIONS));\n"
    assert judged("js", source).name == "other"
    assert judged("js", source.replace("JSON.parse(", "JSON.parse((")).name == "failed"


def test_a_client_that_is_set_up_without_what_its_reader_has_is_no_mistake(
    judged: Callable[[str, str], Verdict],
) -> None:
    found = judged("python", f"{CHUNKS.format(kind='base_url')}open('/their/own/file')\n")
    assert (found.name, found.findings) == ("other", ())
    assert found.reason == "calls nothing that is known to call the API"


@pytest.mark.parametrize(
    ("tag", "source", "reason"),
    [
        (
            "js",
            f"import {{ settings }} from '../lib/settings';\n{NODE}console.log(settings, a)",
            "needs a file of the reader's own: ../lib/settings",
        ),
        (
            "js",
            f"const model = xxxx;\n{NODE}console.log(model, a)",
            "its reader puts something of their own in place of `xxxx`",
        ),
        (
            "js",
            "await client.chat.completions.create( parameters [, options])",
            "how a function is called, in outline: `[, options]` at line 2",
        ),
        (
            "python",
            "client.chat.completions.create(parameters[, options])",
            "how a function is called, in outline: `[, options]` at line 2",
        ),
    ],
)
def test_what_stands_for_something_of_the_readers_is_left_to_them(
    tag: str, source: str, reason: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    assert (found.name, found.reason) == ("fragment", reason)


def test_a_list_that_leaves_out_its_first_item_is_no_outline(judged: Callable[[str, str], Verdict]) -> None:
    assert judged("js", f"{NODE}const [, second] = [1, a];\nconsole.log(second)").name == "passed"


def test_a_comment_that_tells_how_a_function_is_called_hides_no_mistake(judged: Callable[[str, str], Verdict]) -> None:
    assert (
        judged("python", f"# range(start [, stop]) counts\n{OPENAI}for _ in range(2)\n    pass\n{ASK}").name == "failed"
    )


@pytest.mark.parametrize(
    ("tag", "source", "name", "reason"),
    [
        (
            "python",
            f"from src.client import model\n{OPENAI}{ASK}",
            "fragment",
            "needs a file of the reader's own: `src` is a folder of their project",
        ),
        (
            "python",
            f"import ssl\n{OPENAI}ssl.create_default_context(cafile='/etc/ssl/own.pem')\n{ASK}",
            "fragment",
            "needs a file of the reader's own: /etc/ssl/own.pem",
        ),
        (
            "python",
            f"import configparser\nc = configparser.ConfigParser()\nc.read('own.ini')\nname = c['own']['model']\n{OPENAI}{ASK}",
            "fragment",
            "needs a file of the reader's own: what it looks for is in a file that configparser reads",
        ),
        (
            "js",
            f"{NODE}setInterval(async () => {{ await fetch('https://api.example.com/v1/models'); }}, 30_000);",
            "fragment",
            "runs until somebody stops it: `setInterval(`",
        ),
        (
            "bash",
            f"{PIPE.removesuffix(' | ')}/${{1:?usage: ask.sh MODEL}}",
            "fragment",
            "its reader gives it arguments on its command line: `${1:?`",
        ),
        (
            "bash",
            f"{PIPE.removesuffix(' | ')}\ndocker no-such-command",
            "fragment",
            "`docker no-such-command` does not do on this machine",
        ),
        (
            "js",
            "addEventListener('fetch', (event) => event.respondWith(fetch('https://api.example.com/v1/models')));",
            "fragment",
            "runs in a browser or a worker only: it uses `addEventListener`",
        ),
        ("python", f"{OPENAI}{ASK}print(r.choices[0].message.refusal)", "passed", ""),
        (
            "bash",
            "curl -s http://127.0.0.1:8765/v1/recognize -F 'image=@/their/own/photo.qqq' | cat\n",
            "fragment",
            "needs a file of the reader's own: /their/own/photo.qqq",
        ),
        ("bash", "curl -s htps://a.example/v1/recognize -F 'image=@/their/own/photo.qqq' | cat\n", "failed", ""),
        (
            "bash",
            "curl -s -x http://localhost:8090 https://api.example.com/v1/models\n",
            "fragment",
            "goes through a proxy of the reader's own",
        ),
        (
            "python",
            "import requests\nrequests.get('https://api.example.com/v1/models', headers={'X-Proxy-Secret': '<секрет>'})\n",
            "fragment",
            "its reader puts a value in place of `<секрет>`",
        ),
        (
            "bash",
            "curl -sL https://get.example.com/serve.tar.gz | tar xz\n./serve\n",
            "other",
            "goes on with what it fetches: not checked; needs a file of the reader's own: ./serve",
        ),
        (
            "bash",
            "curl -s https://api.example.com/v1/audio/transcriptions -F file=@talk.qqq -o out.json\n",
            "fragment",
            "needs a file of the reader's own: talk.qqq",
        ),
        (
            "bash",
            "curl -s https://api.example.com/v1/models/[model_id]",
            "fragment",
            "its reader puts the real address in place of `[model_id]`: the client takes none of it as it stands",
        ),
    ],
)
def test_what_only_its_reader_has_or_stops_is_left_to_them(
    tag: str, source: str, name: str, reason: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    assert (found.name, found.reason.split(",")[0].startswith(reason)) == (name, True)


def test_what_the_page_has_its_reader_set_may_be_a_placeholder(tmp_path: Path, verifier: Verifier) -> None:
    asks = "from openai import OpenAI\nOpenAI(max_retries=0).models.list()\n"
    sets = (
        "export OPENAI_API_KEY=你的密钥",
        "export OPENAI_API_KEY=k\nexport OPENAI_BASE_URL=https://<your-resource>.example.com/v1",
    )
    for line, mark in zip(sets, ("你的密钥", "<your-resource>"), strict=True):
        (tmp_path / "page.md").write_text(f"```bash\n{line}\n```\n\n```python\n{asks}```\n", encoding="utf-8")
        case = open_case(tmp_path / "page.md", "page.md", Options(cache=CACHE))
        found = verifier.judge(case, case.roles[1])
        assert (found.name in {"fragment", "passed"}, found.name == "passed" or f"`{mark}`" in found.reason) == (
            True,
            True,
        )


def test_a_type_that_a_call_is_given_is_no_comparison(judged: Callable[[str, str], Verdict]) -> None:
    source = f"{NODE}const wrap = <T,>(value: T) => value;\nconsole.log(wrap<{{ Body: {{ prompt: string }} }}>(a));"
    assert judged("ts", source).name == "passed"


@pytest.mark.parametrize(
    ("tag", "source", "name"),
    [
        (
            "python",
            "from openai import OpenAI, NoSuchThing\nclient = OpenAI()\nclient.chat.completions.create(...)\n",
            "failed",
        ),
        ("python", "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(...)\n", "fragment"),
        ("tsx", "import { NoSuchThing } from 'groq-sdk';\nexport const Page = () => <NoSuchThing />;\n", "failed"),
        # Its newest release may be for another Node, and has it as little.
        ("tsx", "import { NoSuchThing } from 'openai';\nexport const Page = () => <NoSuchThing />;\n", "failed"),
        (
            "tsx",
            "import { ClientOptions, OpenAI } from 'openai';\nconst options: ClientOptions = {};\n"
            "export const Page = () => <p>{new OpenAI(options).baseURL}</p>;\n",
            "fragment",
        ),
        (
            "tsx",
            "import OpenAI from 'openai';\nimport './page.css';\nexport const Page = () => <p>{OpenAI.name}</p>;\n",
            "fragment",
        ),
    ],
)
def test_what_a_fragment_imports_of_a_known_package_is_there(
    tag: str, source: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    assert judged(tag, source).name == name


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python takes it")
def test_a_string_of_a_newer_python_is_no_mistake(judged: Callable[[str, str], Verdict]) -> None:
    found = judged("python", f'{OPENAI}{ASK}print(f"{{r.model_dump()["model"]}}")')
    assert (found.name, found.reason.split(",")[0]) == ("fragment", "written for Python 3.12 or newer")


@pytest.mark.parametrize(
    ("line", "since"),
    [
        ("type Name = str", (3, 12)),
        ("def first[T](one: T) -> T:\n    return one", (3, 12)),
        ("from typing import TypeIs", (3, 13)),
        ("from itertools import batched, chain", (3, 12)),
    ],
)
def test_what_only_a_newer_python_has_is_no_mistake(
    line: str, since: tuple[int, int], judged: Callable[[str, str], Verdict]
) -> None:
    found = judged("python", f"{line}\n{OPENAI}{ASK}")
    if sys.version_info >= since:
        assert found.name == "passed"
    else:
        reason = f"written for Python {since[0]}.{since[1]} or newer"
        assert (found.name, found.reason.split(",")[0]) == ("fragment", reason)


@pytest.mark.parametrize(
    "line",
    [
        *("type Name", "type Name = str str", "def ask[prompt]:\n    return prompt", "def ask[T](a b):\n    return a"),
        *("from typing import Lists", "from collections import Mapping", "from asyncio import override"),
    ],
)
def test_what_no_newer_python_has_is_a_mistake(line: str, judged: Callable[[str, str], Verdict]) -> None:
    assert judged("python", f"{line}\n{OPENAI}{ASK}").name == "failed"


HEADERS = OPENAI.replace("from", "import requests\nfrom", 1) + (
    "h = requests.post('https://api.example.com/v1/chat/completions', json={'model': 'm', 'messages': "
    "[{'role': 'user', 'content': 'Hi'}]})\n"
)


@pytest.mark.parametrize(
    ("tag", "source", "name", "reason"),
    [
        ("python", f"{HEADERS}print(h.headers['X-Cost'])", "other", "takes the header `X-Cost` of an answer"),
        ("python", f"{HEADERS}print(h.json()['chioces'])", "failed", ""),
        (
            "python",
            f"import yaml\n{OPENAI}{ASK}cfg = yaml.safe_load(open('cfg.yaml'))\nprint(cfg['llm']['model'])",
            "fragment",
            "needs a file of the reader's own",
        ),
        (
            "python",
            f"import json\n{OPENAI}{ASK}cfg = json.load(open('cfg.json'))\nprint(cfg['x']['y'], {SAYS})",
            "fragment",
            "needs a file of the reader's own: what it looks for is not in the stand-in for cfg.json",
        ),
        (
            "python",
            f"import json\n{OPENAI}{ASK}cfg = json.load(open('cfg.json'))\nprint(r.chioces)",
            "failed",
            "",
        ),
        (
            "bash",
            "curl https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d @request.json",
            "fragment",
            "needs a file of the reader's own: it sends what request.json holds",
        ),
        (
            "python",
            f"import sys\n{OPENAI}if len(sys.argv) < 2:\n    print('usage: ask.py WORDS')\n    sys.exit(1)\n{ASK}",
            "fragment",
            "its reader gives it arguments on its command line",
        ),
        (
            "python",
            f"import os, sys\n{OPENAI}if not os.path.exists('/srv/notes'):\n    sys.exit('write some notes')\n{ASK}",
            "fragment",
            "needs a file of the reader's own: it looks for one, and ends itself",
        ),
        (
            "python",
            f"import os, sys\n{OPENAI}if not os.path.exists('/'):\n    sys.exit('no notes')\n{ASK}print(rr)",
            "failed",
            "",
        ),
        (
            "bash",
            "true &\nsleep 0.2\ncurl -s https://api.example.com/v1/models\nwait $!\nkill $!",
            "passed",
            "ends a program that it has started",
        ),
        ("bash", "curl -s https://api.example.com/v1/models\nkill -x", "failed", ""),
        (
            "python",
            f"{OPENAI}open(r'C:\\Users\\me\\cat.png', 'rb').read()\n{ASK}",
            "fragment",
            "needs a file of the reader's own: C:",
        ),
        (
            "python",
            f"import argparse\nparser = argparse.ArgumentParser()\nparser.parse_args([])\n{OPENAI}"
            "client.chat.completions.create(model='m')",
            "failed",
            "",
        ),
        (
            "js",
            f"import fs from 'node:fs';\nif (!fs.existsSync('out')) fs.mkdirSync('out');\n{NODE}\n"
            "try {{ a.choices[7].message; }} catch (e) {{ console.error(e); process.exit(1); }}".replace(
                "{{", "{"
            ).replace("}}", "}"),
            "failed",
            "",
        ),
        ("python", f"{HEADERS}print(h.headers['content-type'], h.json()['chioces'])", "failed", ""),
        (
            "python",
            f"import json\nwith open('cfg.json') as f:\n    cfg = json.load(f)\n{HEADERS}data = json.loads(h.text)\nprint(data['chioces'])",
            "failed",
            "",
        ),
        ("bash", f"{PIPE}jq -e '.data[] | select(.id == \"mine\")'", "fragment", "finds nothing in what stands in"),
        ("bash", f"{PIPE}jq -e '.date'", "failed", ""),
        ("bash", f"{PIPE}jq -e '.data[] | select(.idd == \"mine\")'", "failed", ""),
        ("bash", f"s=$({CHATS} -w '%{{http_code}}')\n[ \"$s\" -ge 400 ]", "failed", ""),
        ("bash", f"{CHATS} | jq '.choices[0].mesage.content | fromjson'", "failed", ""),
        ("bash", f"{CHATS} | jq '.timings.per_second, .timings.all'", "other", "prints `all` of an answer, and nobody"),
        ("bash", f"{CHATS} | jq '.timings, .choices[0].mesage'", "failed", ""),
        ("bash", f"{CHATS} | jq '.choices[0].delta.content'", "failed", ""),
        ("js", f"{NODE}console.log(a.timings);", "other", "prints `timings` of an answer, and nobody"),
        ("js", f"{NODE}console.log(a.choice);", "failed", ""),
        ("bash", f"{CHATS} > out.json\njq '.choices[0].delta.content' out.json", "failed", ""),
        (
            "python",
            f"import sys\n{HEADERS}print(h.json().get('choices')[0].get('text'), file=sys.stdout)",
            "failed",
            "",
        ),
        ("bash", "curl -x POST https://api.example.com/v1/models", "failed", ""),
        ("bash", "curl -s https://api.example.com/v1/models --next https://api.exmple.invalid/v1/models", "failed", ""),
        (
            "js",
            f"{NODE}const data = JSON.parse('{{}}' || a.choices[0].message.content);\na.chioces[0].message;",
            "failed",
            "",
        ),
        (
            "bash",
            f"s=$({CHATS} | jq -r '.choices[0].message.content')\n[ \"$s\" -ge 4 ]",
            "fragment",
            "takes apart what a model says",
        ),
        (
            "bash",
            "curl -s https://api.example.com/v1/models\n"
            "echo 'The connection to the server localhost:8080 was refused' >&2; false kubectl",
            "fragment",
            "`kubectl` does not do on this machine",
        ),
        (
            "js",
            f"{NODE}const {{ name }} = JSON.parse('{{}}' || a.choices[0].message.content);\nname.toUpperCase();",
            "other",
            "takes apart what a model says",
        ),
        ("js", f"{NODE}const {{ name }} = a.choices[0].messages;\nname.toUpperCase();", "failed", ""),
        ("bash", "curl -s https://api.example.com/api/8e3f-…/v1/models", "passed", ""),
        ("bash", "curl -s https://api.example.com/v1/models/%NAME%", "failed", ""),
        (
            "python",
            f"from openai import OpenAI\n# Before\nclient = OpenAI(key='k')\n# After\nclient = OpenAI(api_key='k')\n{ASK}",
            "fragment",
            "shows what was before and what is to be after",
        ),
        ("ts", f"import fs from 'fs';\n{NODE}", "passed", ""),
        (
            "js",
            "const opened = make({ fetch: (url, init) => fetch(url, init) });\nfunction make(o) { return o; }",
            "other",
            "does not call the API",
        ),
        ("js", "const opened = { ask: (url, init) => fetch(url, init) };", "failed", ""),
    ],
)
def test_what_only_the_reader_has_by_its_end(
    tag: str, source: str, name: str, reason: str, judged: Callable[[str, str], Verdict]
) -> None:
    verdict = judged(tag, source)
    assert (verdict.name, reason in verdict.reason) == (name, True), verdict.reason


def test_what_is_not_waited_for_is_told_whatever_is_answered(judged: Callable[[str, str], Verdict]) -> None:
    asks = f"{NODE}const more = fetch('https://api.example.com/v1/unheard-of/' + a.id).then((one) => one.json());\n"
    (finding,) = (one for one in judged("js", f"{asks}console.log(more);").findings if one.level == "error")
    assert (finding.rule, finding.got) == ("output.junk", "`Promise { … }`")
    assert judged("js", f"{asks}console.log((await more).data);").name != "failed"
    both = f"{asks}console.log(more);\nconst [one] = await Promise.all([more]);\nconsole.log(one.data.length);"
    assert judged("js", both).name != "failed"


def test_what_no_text_can_be_made_for_is_not_checked(judged: Callable[[str, str], Verdict]) -> None:
    tool = "{'type': 'custom', 'name': 'answer', 'format': {'type': 'grammar', 'syntax': 'lark', 'definition': 'start: \"yes\"'}}"
    found = judged("python", f"{OPENAI}client.responses.create(model='m', input='Hi', tools=[{tool}])\n")
    assert (found.name, "there is no recording: not checked" in found.reason) == ("other", True)
