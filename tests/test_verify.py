"""The story of a block, where it is no plain run: tools that are missing, installs, prints that nothing is compared with."""

from __future__ import annotations

import errno
import os
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.environments import TIMED_OUT, InstallFailed
from aswritten.errors import UsageError
from aswritten.languages import Outside, by_name
from aswritten.model import Block, Finding, Verdict
from aswritten.reports.terminal import banner
from aswritten.verify import Options, Verifier, block_names, judge_case, open_case, options_of, refuse_unused
from aswritten.verify._inputs import _variables as variables_of
from aswritten.verify._inputs import defined_names
from aswritten.verify._unsure import is_own_mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.languages import Names

BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d '{BODY}'"
CACHE = platformdirs.user_cache_path("aswritten")


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    """One engine, and one mock, for all of these."""
    opened = Verifier(Options(cache=CACHE))
    yield opened
    opened.close()


def page(folder: Path, text: str, **settings: str) -> Path:
    (folder / "page.md").write_text(text, encoding="utf-8")
    lines = "".join(f"{name}: {value}\n" for name, value in settings.items())
    (folder / "aswritten.yaml").write_text(lines, encoding="utf-8")
    return folder / "page.md"


def verdicts(path: Path, verifier: Verifier, options: Options | None = None) -> list[Verdict]:
    case = open_case(path, path.name, options or Options(cache=CACHE))
    return [verifier.judge(case, role) for role in case.roles]


SAMPLE = f"```bash\n{CALL}\n```\n"


def test_blocks_are_called_by_line_and_kind(tmp_path: Path) -> None:
    text = (
        "```sh\npip3 install openai\n```\n```bash\nnpm i openai\n```\n"
        f"{SAMPLE}\n```python\nprint(1)\n```\n```json\n{{}}\n```\n```\nkey: value\n```\n"
    )
    roles = open_case(page(tmp_path, text), "page.md", Options()).roles
    assert list(block_names(roles)) == [
        "L1-pip3",
        "L4-npm",
        "L7-curl",
        "L11-python",
        "L14-json",
        "L17-text",
    ]


def test_blocks_of_one_line_have_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<pre class=language-json>{}</pre>" * 3, encoding="utf-8")
    roles = open_case(path, "page.html", Options()).roles
    assert list(block_names(roles)) == ["L1-json", "L1-json-2", "L1-json-3"]


def test_an_install_is_of_the_language_whose_samples_it_serves(tmp_path: Path, verifier: Verifier) -> None:
    (installed,) = verdicts(page(tmp_path, "```bash\nnpm install\n```\n"), verifier)
    assert (installed.name, installed.language, installed.reason) == ("install", "node", "ran: npm install")


@pytest.mark.parametrize(
    ("shown", "matching", "reason"),
    [
        ("Hello", "alike", "not compared: a model's words vary by nature (`matching: recorded` compares)"),
        ("Hello", "recorded", ""),
        ('{"choices": []}', "alike", ""),  # a response, which the contract judges
        ('{"choices": [', "alike", ""),  # meant as one
        ('{"city": "Paris"}', "alike", "not compared: a model's words vary by nature (`matching: recorded` compares)"),
    ],
)
def test_a_print_that_is_not_compared_says_so(
    shown: str, matching: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    python = "import requests\nprint(requests.get('https://api.example.com/v1/models').text)"
    text = f"```python\n{python}\n```\n\nIt prints:\n\n```\n{shown}\n```\n"
    case = open_case(page(tmp_path, text, matching=matching), "page.md", Options())
    verdict = verifier.judge(case, case.roles[1])
    assert verdict.name == "output"
    assert "".join(verdict.reason.partition("not compared")[1:]) == reason


def test_a_missing_tool_is_a_reason_to_skip_and_with_strict_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = page(tmp_path, SAMPLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    with closing(Verifier(Options(cache=CACHE))) as fresh:
        (skipped,) = verdicts(path, fresh)
    hint = "install bash with the system's package manager"
    assert (skipped.name, skipped.reason) == ("skipped", f"bash is not on PATH: {hint}")
    with closing(Verifier(Options(cache=CACHE, strict=True))) as strict:
        (failed,) = verdicts(path, strict)
    finding = Finding("run.missing-tool", "error", "page.md", 1, "bash is not on PATH", hint=hint)
    assert (failed.name, failed.findings) == ("failed", (finding,))


def test_a_language_that_was_not_asked_for_is_skipped(tmp_path: Path) -> None:
    with closing(Verifier(Options(cache=CACHE, languages=("node",)))) as only:
        (skipped,) = verdicts(page(tmp_path, SAMPLE), only)
    assert (skipped.name, skipped.reason) == ("skipped", "not selected: only node was asked for")


def test_no_variable_of_the_caller_reaches_a_sample(
    tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    monkeypatch.setenv("HTTPS_PROXY", "http://canary")
    (verdict,) = verdicts(
        page(tmp_path, f"```bash\n{CALL}\nenv\nnode -p 'JSON.stringify(process.env)'\n```\n"), verifier
    )
    assert "HOME=" in verdict.printed
    assert "canary" not in verdict.printed + verdict.complained


def test_what_a_page_tells_the_reader_to_set_is_given_and_said(tmp_path: Path, verifier: Verifier) -> None:
    path = page(
        tmp_path, f"```bash\nexport KEY=abc\n```\n\n```bash\n{CALL}\necho $KEY $OTHER\n```\n", variables="{OTHER: def}"
    )
    _, sample = verdicts(path, verifier)
    assert (sample.name, sample.reason) == ("passed", "given: KEY, OTHER")
    assert sample.printed.endswith("abc def\n")


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        (f"{CALL}\nsleep 300", "run.timeout"),
        (f"{CALL}\nyes | head -c 3000", "run.flood"),
        (f"{CALL}\nread answer; read again || exit 4", "run.exit"),  # one answer, and then an end of file
        (f"{CALL}\nsleep 300 &\n(setsid sleep 300 > /dev/null 2>&1 < /dev/null &)", ""),  # ended with the sample
        (f"{CALL}\necho > ../stray", "run.stray-files"),
    ],
)
def test_a_sample_that_misbehaves(script: str, rule: str, tmp_path: Path, verifier: Verifier) -> None:
    path = page(tmp_path, f"```bash\n{script}\n```\n", time_limit="1", output_limit="2000")
    (verdict,) = verdicts(path, verifier)
    assert [finding.rule for finding in verdict.findings] == ([rule] if rule else [])
    assert verdict.seconds < 30


def test_a_page_is_judged_by_the_blocks_that_ran(tmp_path: Path, verifier: Verifier) -> None:
    document = '{"id": "1", "object": "chat.completion", "created": 1, "model": "other", "choices": []}'
    case = open_case(
        page(tmp_path, f"{SAMPLE}\nThe response:\n\n```json\n{document}\n```\n"), "page.md", Options(cache=CACHE)
    )
    both = [verifier.judge(case, role) for role in case.roles]
    assert "page.documented-model" in [finding.rule for finding in judge_case(case, both)]
    assert "page.documented-model" not in [finding.rule for finding in judge_case(case, both[1:])]


# Options.


def test_options_are_checked_when_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        UsageError, match=r"^nowhere: expected a folder of recordings \(--fixtures\), and there is none$"
    ):
        options_of(fixtures=["nowhere"])
    with pytest.raises(UsageError, match=r"^no profile is called 'opnai'; there are .* Perhaps openai\?$"):
        options_of(profile="opnai")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert options_of() == Options(cache=tmp_path / "aswritten")
    assert (tmp_path / "aswritten").is_dir()


def test_a_home_that_nobody_knows_is_no_place_for_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: Path("~/.cache/aswritten"))
    with pytest.raises(UsageError, match="no home folder to keep environments in: set XDG_CACHE_HOME to a folder"):
        options_of()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_became_read_only_is_the_users_to_mend(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(0o500)
    path = page(tmp_path, "```python\nimport urllib.request\nurllib.request.urlopen('https://a.example')\n```\n")
    message = "environments cannot be kept there: Permission denied: set XDG_CACHE_HOME to a folder"
    with closing(Verifier(Options(cache=cache))) as poor, pytest.raises(UsageError, match=message):
        verdicts(path, poor)


def test_a_cache_that_is_a_file_is_the_users_to_mend(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("", encoding="utf-8")
    message = "environments cannot be kept there: File exists: set XDG_CACHE_HOME to a folder"
    with closing(Verifier(Options(cache=cache))) as poor, pytest.raises(UsageError, match=message):
        verdicts(page(tmp_path, SAMPLE), poor)


def test_a_profile_of_the_settings_is_named_with_their_file(tmp_path: Path) -> None:
    path = page(tmp_path, SAMPLE, profile="opnai")
    with pytest.raises(UsageError, match=r"aswritten\.yaml: profile: no profile is called 'opnai'"):
        open_case(path, "page.md", Options())
    assert open_case(path, "page.md", replace(Options(), profile="openai")).settings.profile == "openai"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("request==1", r"^--with request==1: no sample needs 'request'\. Perhaps requests\?$"),
        ("requests@1", r"^--with requests@1: no sample needs 'requests'\.$"),  # npm's form
        ("requests[socks] >= 2", ""),
        ("HTTPX==0.27", ""),  # what a sample imports
        ("@scope/name@2", ""),
    ],
)
def test_a_version_that_no_sample_would_run_with_is_refused(tmp_path: Path, override: str, message: str) -> None:
    text = (
        "```bash\npip install requests\n```\n```bash\nnpm install @scope/name\n```\n"
        "```python\nimport httpx\nhttpx.get('https://a.example')\n```\n"
    )
    case = open_case(page(tmp_path, text), "page.md", Options())
    with pytest.raises(UsageError, match=message) if message else nullcontext():
        refuse_unused([override], [case])


READER = """```python
import urllib.request

name = input("What is your name? ")
image = open("images/cat.jpg", "rb").read()
body = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
request = urllib.request.Request(
    "https://api.example.com/v1/chat/completions", body.encode(), {"Content-Type": "application/json"}
)
urllib.request.urlopen(request).read()
print(name, image)
```
"""


def test_what_a_sample_asks_its_reader_for_comes_from_the_settings_and_is_reported(
    tmp_path: Path, verifier: Verifier
) -> None:
    (tmp_path / "stand-in.jpg").write_bytes(b"a cat")
    path = page(tmp_path, READER, input='"Ada\\n"', files="{images/cat.jpg: stand-in.jpg}")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.reason) == ("passed", "given: images/cat.jpg, standard input")
    assert verdict.printed.splitlines() == ["What is your name? Ada b'a cat'"]


def test_without_the_settings_it_has_stand_ins(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, READER), verifier)
    assert (verdict.name, verdict.reason) == (
        "passed",
        "assumed: images/cat.jpg (a stand-in), the answers 'Hello!' to what it asks",
    )
    assert verdict.printed.startswith("What is your name? Hello! b'\\xff\\xd8\\xff")


CHAT = """
response = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
print(response.choices[0].message.content)
"""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            'client = OpenAI(api_key="k", base_url="http://<HOST>:<PORT>/v1")',
            "its reader puts the real address in place of `<HOST>`: the client takes none of it as it stands",
        ),
        (
            'my_key = ""\nclient = OpenAI(api_key=my_key, base_url="http://localhost:8000/v1")',
            "its reader fills in `my_key` at line 3",
        ),
        (
            'client = OpenAI(api_key=open("/home/me/key.txt").read())',
            "needs a file of the reader's own: /home/me/key.txt",
        ),
        (
            'import sys\nname = "<image_file>"\nif not name.endswith(".png"):\n    sys.exit(f"Could not read {name!r}.\\nSet its path.")\nclient = OpenAI(api_key="k")',
            "its reader puts the real value in place of `<image_file>`",
        ),
        (
            'import idna\nidna.encode(\n    s="{your domain, such as -a}",\n)\nclient = OpenAI(api_key="k")',
            "its reader puts the real value in place of `{your domain, such as -a}`",
        ),
        (
            'client = OpenAI(api_key="k")\nraise ValueError("could not authenticate, is there a file /x/home/.maker/config?")',
            "signs in by a file of the reader's own: ~/.maker/config",
        ),
        (
            'client = OpenAI(api_key="k")\nraise OSError(30, "Read-only file system", "/etc/ssl/own.pem")',
            "writes to a file of the reader's own: /etc/ssl/own.pem",
        ),
        (
            'client = OpenAI(api_key="k", http_client=yourClient)',
            "its reader puts something of their own in place of `yourClient`",
        ),
    ],
)
def test_what_a_page_leaves_to_its_reader_is_no_mistake_of_it(
    source: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    path = page(tmp_path, f"```python\nfrom openai import OpenAI\n{source}{CHAT}```\n")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.reason, verdict.findings) == ("fragment", reason, ())


def test_a_placeholder_for_a_key_excuses_nothing_that_a_package_refuses(tmp_path: Path, verifier: Verifier) -> None:
    source = 'import idna\nfrom openai import OpenAI\nclient = OpenAI(api_key="k")\nidna.encode({"token": "<your token>", "host": "-a"}["host"])'
    (verdict,) = verdicts(page(tmp_path, f"```python\n{source}{CHAT}```\n"), verifier)
    assert verdict.reason == "ended in `idna`, and nobody knows what that needs: not checked"


def test_a_variable_that_a_sample_leaves_empty_is_filled_in_and_said(tmp_path: Path, verifier: Verifier) -> None:
    source = 'import os\nfrom openai import OpenAI\nos.environ["OPENAI_API_KEY"] = ""\nclient = OpenAI()'
    (verdict,) = verdicts(page(tmp_path, f"```python\n{source}{CHAT}```\n"), verifier)
    assert (verdict.name, verdict.reason) == (
        "passed",
        "assumed: OPENAI_API_KEY=dummy where the sample leaves it empty",
    )


@pytest.mark.parametrize(
    ("place", "names"), [("page.md", ["skipped", "skipped"]), ("page.md:4", ["passed", "skipped"])]
)
def test_what_the_settings_skip_is_skipped_with_their_reason(
    tmp_path: Path, verifier: Verifier, place: str, names: list[str]
) -> None:
    path = page(tmp_path, SAMPLE + SAMPLE, profile="auto")
    (tmp_path / "aswritten.yaml").write_text(f'skip: {{"{place}": "the v0 API"}}\n', encoding="utf-8")
    found = verdicts(path, verifier)
    assert [verdict.name for verdict in found] == names
    assert found[1].reason == "the v0 API (settings)"


def test_a_finding_in_an_earlier_block_is_shown_with_its_line(tmp_path: Path, verifier: Verifier) -> None:
    text = '```python\ndef key(): return {}["KEY"]\n```\n\n```python\nimport urllib.request\n\nurllib.request.urlopen("https://a.example/" + key())\n```\n'
    *_, verdict = verdicts(page(tmp_path, text), verifier)
    assert verdict.run_with
    assert "      2 | def key(): return {}" in banner(verdict)


IMPORTING = """\
import {module}
import requests

requests.post(
    "https://api.example.com/v1/chat/completions",
    json={{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}]}},
)
"""


ASKING = (
    IMPORTING.format(module="os")
    + """
key = dict(os.environ).get("SERVICE" + "_API_KEY")
assert key, "no key: pass it, or set the SERVICE_API_KEY environment variable"
"""
)


def test_a_variable_that_a_client_says_it_misses_is_given_and_said(tmp_path: Path, verifier: Verifier) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{ASKING}```\n"), verifier)
    assert (sample.name, sample.reason) == ("passed", "assumed: SERVICE_API_KEY=dummy")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("encode(model='m', prompt='Hi')", "ended before it called anything (exit code 1: TypeError: encode() got an"),
        ("__dict__.__class__(model='m', prompt='Hi')", "sends nothing, and nobody knows what `idna` does: not checked"),
    ],
)
def test_what_only_looked_like_a_call_of_the_api_is_another_block(
    call: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```python\nimport idna\nidna.{call}\n```\n"), verifier)
    assert (verdict.name, verdict.findings) == ("other", ())
    assert verdict.reason.startswith(reason)


def test_a_member_that_a_package_has_not_got_is_a_mistake_of_what_may_have_called_the_api_too(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = "import idna\n\nclient = idna.IDNAError()\nclient.check(model='m', prompt='Hi')\n"
    install = "```bash\npip install idna\n```\n\n"
    (guessed,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (guessed.name, guessed.findings) == ("other", ())  # PyPI may have somebody else's package of that name
    *_, verdict = verdicts(page(tmp_path, f"{install}```python\n{source}```\n"), verifier)
    assert (verdict.name, [one.rule for one in verdict.findings]) == ("failed", ["run.exit"])
    assert "AttributeError: 'IDNAError' object has no attribute 'check'" in verdict.findings[0].got


@pytest.mark.parametrize(
    ("tag", "ended", "is_own"),
    [
        ("python", "TypeError: Completions.create() takes 1 argument(s) but 2 were given", True),
        ("python", "AttributeError: 'Client' object has no attribute 'check'", True),
        ("python", "AttributeError: 'NoneType' object has no attribute 'check'", False),
        ("python", "AttributeError: 'Client' object has no attribute 'check'\n\nThen all ended well", False),
        ("python", "AttributeError: 'dict' object has no attribute 'check'", False),
        (
            "python",
            '  File "/env/site-packages/maker/client.py", line 3, in ask\nTypeError: ask() takes 1 argument',
            False,
        ),
        ("js", "TypeError: client.health.check is not a function", True),
        ("js", "TypeError: Maker.check is not a function", True),
        ("js", "TypeError: items.map is not a function", False),
        ("js", "TypeError: check is not a function", False),
    ],
)
def test_what_a_package_has_not_got_is_told_where_the_program_itself_asks_for_it(
    tag: str, ended: str, is_own: bool
) -> None:
    sources = {
        "python": "import maker\nmaker.ask(model='m')\n",
        "js": "import Maker from 'maker';\nconst client = new Maker({ model: 'm' });\nconst items = JSON.parse('{}');\n",
    }
    block = Block("page.md", 0, 1, 2, sources[tag], tag, tag)
    verdict = Verdict(block, "failed", "node" if tag == "js" else tag, complained=ended)
    assert is_own_mistake(verdict, Outside(), frozenset()) is is_own


@pytest.mark.parametrize(("installed", "name"), [("certifi", "other"), ("idna-ssl", "failed")])
def test_whether_a_command_of_the_page_may_be_for_what_is_imported_tells_whose_fault_it_is(
    installed: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = "import idna.nowhere\nidna.nowhere.chat.completions.create(model='m')\n"
    text = f"```bash\npip install {installed}\n```\n\n```python\n{source}```\n"
    assert verdicts(page(tmp_path, text), verifier)[-1].name == name


def test_an_install_that_takes_too_long_is_no_mistake_of_the_page(
    tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise InstallFailed("pip install idna-slow", TIMED_OUT, "stopped after 600 seconds", 2)

    monkeypatch.setattr("aswritten.environments.build", slow)
    (verdict,) = verdicts(page(tmp_path, "```bash\npip install idna-slow\n```\n"), verifier)
    assert (verdict.name, verdict.findings) == ("skipped", ())
    assert verdict.reason == "`pip install idna-slow` takes too long on this machine: stopped after 600 seconds"


ASSERTING = """
answer = requests.post("https://api.example.com/v1/embeddings", json={"model": "m", "input": "Hi"})
assert answer.json()["data"] == "what nobody knows", "another answer"
print("to the end")
"""


@pytest.mark.parametrize(
    ("path", "name", "reason"),
    [
        ("example.file", "passed", "assumed: example.file (a stand-in)"),
        ("example.other", "fragment", "needs a file of the reader's own: example.other"),
    ],
)
def test_a_file_that_node_opens_at_once_is_looked_for(
    path: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"""import {{ openAsBlob }} from "node:fs";
const file = await openAsBlob("{path}");
await fetch("https://api.example.com/v1/embeddings", {{
  method: "POST",
  headers: {{ "Content-Type": "application/json" }},
  body: JSON.stringify({{ model: "m", input: await file.text() }}),
}});
"""
    (sample,) = verdicts(page(tmp_path, f"```js\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == (name, reason)


@pytest.mark.parametrize(
    ("ending", "name", "reason"),
    [
        (
            "from pydantic import BaseModel\n\n\nclass Shape(BaseModel):\n    sides: int\n\n\nShape.model_validate({'sides': 'many'})\n",
            "other",
            "wants a model to answer what its `Shape` takes, and nobody knows what one says: not checked",
        ),
        (
            "raise ValueError('Response validation failed')\n",
            "other",
            "its client takes the answers of its own API alone, and not what stands in for one: not checked",
        ),
        ("{}['of another kind']\n", "failed", ""),
    ],
)
def test_what_stands_in_for_an_answer_is_not_held_against_the_page(
    ending: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    text = f"```python\n{IMPORTING.format(module='os')}{ending}```\n".replace("chat/completions", "embeddings")
    (sample,) = verdicts(
        page(tmp_path, text.replace('"messages": [{"role": "user", "content": "Hi"}]', '"input": "Hi"')), verifier
    )
    assert (sample.name, sample.reason) == (name, reason)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (
            "IP=$(kubectl get ip); PORT=80\ncurl -i ${IP}:${PORT}/v1/models",
            "the host of its request is for `kubectl` on the reader's machine to say",
        ),
        (
            "curl http://localhost:<port>/v1/models",
            "its reader puts the real value in place of `<port>`, which a shell",
        ),
        ("curl '<your_endpoint>/v1/models'", "its reader puts the real address in place of `<your_endpoint>`"),
        ("%%bash\ncurl http://localhost:8000/v1/models", "runs in a notebook only: it begins with `%%bash`"),
        (
            "curl --unix-socket $HOME/own.sock http://localhost/v1/models",
            "talks to a socket of the reader's own: $HOME/own",
        ),
        (
            "curl https://api.example.com/v1/audio/transcriptions -F file=@/path/to/own.wav -F model=m",
            "needs a file of the reader's own: /path/to/own.wav",
        ),
        (
            "curl https://api.example.com/v1/files -F 'file=@/path/to/your/file' -F purpose=batch",
            "needs a file of the reader's own: /path/to/your/file",
        ),
    ],
)
def test_what_a_command_needs_of_its_reader_is_no_mistake_of_the_page(
    command: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```bash\n{command}\n```\n"), verifier)
    assert (sample.name, sample.findings) == ("fragment", ())
    assert sample.reason.startswith(reason)


@pytest.mark.parametrize(
    ("url", "name"), [('"YOUR_DEPLOYMENT_URL" + "/v1"', "fragment"), ('"ftp://localhost/v1"', "failed")]
)
def test_a_base_url_that_is_a_word_alone_is_for_the_reader_to_replace(
    url: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url={url}, max_retries=0){CHAT}'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason.startswith(
        "its reader puts the real address in place of `YOUR_DEPLOYMENT_URL`"
    )


MODELS = 'import requests\nmodels = requests.get("https://api.example.com/v1/models").json()["data"]\n'
NOTHING_OF = "nothing tells which package"


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            MODELS + "print([one for one in models if one.get('sees')][0])\n",
            "other",
            "what stands in for the answer to GET https://api.example.com/v1/models has not got what it looks for",
        ),
        (MODELS + "print(models.first)\n", "failed", ""),
        (
            "import requests\nraise SystemError('no licence')\nrequests.post('x')\n",
            "other",
            "raises an error by itself at line 3",
        ),
        ("import requests\nrequests.post(1)\n", "failed", ""),
        (
            "import nosuchpackageofours\nnosuchpackageofours.Client().chat.completions.create(model='m')\n",
            "other",
            "the page does not tell what to install, and `pip install nosuchpackageofours` finds nothing",
        ),
        (
            "import idna.nowhere\nidna.nowhere.chat.completions.create(model='m')\n",
            "other",
            NOTHING_OF + " `idna` is of",
        ),
        ("import idna\nidna.OpenAI().chat.completions.create(model='m')\n", "other", NOTHING_OF + " `idna` is of"),
        ("from groq import Grok\nGrok().chat.completions.create(model='m')\n", "failed", ""),
        (
            "from openai import OpenAI\ntry:\n    OpenAI().chat.completions.creat(model=1)\nexcept Exception as error:\n    raise SystemError('x') from error\n",
            "failed",
            "",
        ),
        (MODELS.replace('["data"]', '["dta"]'), "failed", ""),
        ("import openai.nowhere\nopenai.OpenAI().chat.completions.create(model='m')\n", "failed", ""),
        (
            "import idna\nfrom openai import OpenAI\nidna.encode('a' * 100)\nOpenAI().models.list()\n",
            "other",
            "ended in `idna`, and nobody knows what that needs",
        ),
    ],
)
def test_an_end_of_which_nobody_can_tell_whose_fault_it_is_is_not_judged(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason.startswith(reason)) == (name, True)
    assert bool(sample.findings) == (name == "failed")


@pytest.mark.parametrize(
    ("source", "name", "got"),
    [
        (
            "import requests\nbody = {'model': 'm', 'messages': [\n",
            "failed",
            "exit code 1: SyntaxError: '[' was never closed",
        ),
        ("import requests\nbody = {'model': 'm', ...\n", "fragment", ""),
        ("import json\nbody = {'model': 'm', 'messages': [\n", "other", ""),
        (
            "import idna\nsaid = idna.encode(model='m', prompt=question)\n",
            "failed",
            "exit code 1: NameError: name 'question' is not defined",
        ),
        (
            "from openai import OpenAI\nclient = OpenAI(api_key='k')\nclient.videos.retrieve('id', wait=3)\n",
            "failed",
            "exit code 1: TypeError: Videos.retrieve() got an unexpected keyword argument 'wait'",
        ),
    ],
)
def test_a_mistake_in_front_of_the_call_is_one(
    source: str, name: str, got: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, [finding.got for finding in sample.findings]) == (name, [got] if got else [])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("<your gateway>", "assumed: GATEWAY_URL=https://api.example.com/v1"),
        ("https://<your-host>/v1", "assumed: GATEWAY_URL=https://api.example.com/v1"),
        ("https://gateway.example.com/v1", "given: GATEWAY_URL"),
    ],
)
def test_an_address_that_its_page_leaves_to_its_reader_is_the_api(
    value: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = (
        "import os\nfrom openai import OpenAI\nOpenAI(api_key='k', base_url=os.environ['GATEWAY_URL']).models.list()\n"
    )
    text = f'```bash\nexport GATEWAY_URL="{value}"\n```\n\n```python\n{source}```\n'
    *_, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("passed", reason)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (
            "client = OpenAI(organization='<ORG>', bse_url='https://a.example/v1')\n",
            "unexpected keyword argument 'bse_url'",
        ),
        ("client = OpenAI(api_ky='k')  # or put it into ~/.acme/config.json\n", "unexpected keyword argument 'api_ky'"),
        (
            "import sys\nprint(\"[Errno 30] Read-only file system: '/chat.log'\", file=sys.stderr)\nclient = OpenAI(api_ky='k')\n",
            "unexpected keyword argument 'api_ky'",
        ),
        (
            "r = OpenAI(api_key='k').chat.completions.create(model='m')\nopen('state.xyz').read()\n",
            "Missing required arguments",
        ),
        (
            "def ask(question):\n    return OpenAI(api_key='k').models.retrieve(question)\n\nask()\n",
            "missing 1 required",
        ),
        (
            "r = OpenAI(api_key='k').chat.completions.create()\nprint(r.choices[0].message.content)\n",
            "Missing required arguments",
        ),
    ],
)
def test_what_only_looks_like_a_readers_own_is_a_mistake(
    source: str, error: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\nfrom openai import OpenAI\n{source}```\n"), verifier)
    assert sample.name == "failed"
    assert error in sample.findings[0].got


LAZY = """```python
from openai import OpenAI
def ask():
    for chunk in OpenAI().chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True):
        yield chunk.choices[0].delta.content or ""
answer = ask()
```
"""


@pytest.mark.parametrize(
    ("use", "names"),
    [
        ("for part in answer:\n    print(part)\n", ["fragment", "continuation"]),
        ("print(answer)\n", ["fragment", "failed"]),
        ("print(1)\n", ["failed", "other"]),
        ("print(OpenAI().models.list())\n", ["failed", "continuation"]),
    ],
)
def test_what_sends_only_when_a_later_block_goes_through_it_is_a_part_of_that(
    use: str, names: list[str], tmp_path: Path, verifier: Verifier
) -> None:
    found = verdicts(page(tmp_path, f"{LAZY}\n```python\n{use}```\n"), verifier)
    assert [one.name for one in found] == names
    assert [f.rule for one in found for f in one.findings if f.level == "error"] == ["run.no-request"] * (
        "failed" in names
    )
    if names[0] == "fragment":
        assert found[0].reason.startswith("sends nothing itself; runs as a part of the block at line 9")


def test_an_error_that_a_package_logs_is_read_where_it_stands(tmp_path: Path, verifier: Verifier) -> None:
    logs = "import idna, sys, traceback\nfrom openai import OpenAI\nOpenAI().models.list()\ntry:\n    idna.encode('a' * 100)\n"
    logs += "except idna.IDNAError:\n    traceback.print_exc(file=sys.stdout)\n    sys.exit(1)\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{logs}```\n"), verifier)
    assert (sample.name, sample.reason.partition(":")[0]) == (
        "other",
        "its client takes the answers of its own API alone, and not what stands in for one",
    )


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, UsageError), (errno.EIO, OSError)])
def test_a_machine_that_comes_to_an_end_is_no_fault_of_ours(
    number: int, error: type[Exception], tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "/where")

    monkeypatch.setattr("aswritten.runner.run", full)
    with pytest.raises(error, match="No space left on device: /where" if error is UsageError else None):
        verdicts(page(tmp_path, f"```bash\n{CALL} -H 'X-Full: {number}'\n```\n"), verifier)


@pytest.mark.parametrize(
    ("host", "read", "name"),
    [
        ("http://localhost:8000/v1", "response.usage.cost_usd", "other"),
        ("http://localhost:8000/v1", "response.usage.total_token", "failed"),
        ("http://localhost:8000/v1", "response.choices[0].delta", "failed"),
        ("https://api.openai.com/v1", "response.usage.cost_usd", "failed"),
    ],
)
def test_a_member_that_an_unknown_api_may_have_of_its_own_is_not_judged(
    host: str, read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}print({read})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason.startswith("reads `cost_usd` of an answer, and nobody knows")


@pytest.mark.parametrize(("member", "name"), [("meta_data", "other"), ("owned_bi", "failed")])
def test_what_an_unknown_api_may_tell_of_its_models_is_not_judged(
    member: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1")\nfor model in client.models.list():\n    print(model.{member})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("path", "source", "name"),
    [
        ("/path/to/certs.pem", "", "passed"),
        ("~/path/to/certs.pem", "", "passed"),
        ("/etc/certs-of-ours.pem", "", "fragment"),
        ("/path/to/certs.pem", "import os\nopen(os.environ['SSL_CERT_DIR_OR_FILE'])\n", "fragment"),
    ],
)
def test_a_variable_for_a_file_that_stands_for_any_is_set_where_the_sample_looks_for_it(
    path: str, source: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    variable = "SSL_CERT_DIR_OR_FILE" if source else "OPENAI_CUSTOM_FILE"
    reads = (
        ""
        if source
        else "import os\nfile = os.environ.get('_'.join(('OPENAI', 'CUSTOM', 'FILE')))\nfile and open(file)\n"
    )
    call = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1"){CHAT}'
    text = f'```bash\nexport {variable}="{path}"\n```\n\n```python\n{source}{reads}{call}```\n'
    assert verdicts(page(tmp_path, text), verifier)[-1].name == name


def test_a_page_whose_install_fails_leaves_its_samples_what_they_import(tmp_path: Path, verifier: Verifier) -> None:
    install = "```bash\npip install nosuchpackageofours\n```\n"
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1"){CHAT}'
    installed, sample = verdicts(page(tmp_path, f"{install}```python\n{source}```\n"), verifier)
    assert (installed.name, sample.name) == ("failed", "passed")


def test_an_install_of_what_the_page_links_to_at_its_registry_is_unjudged(tmp_path: Path, verifier: Verifier) -> None:
    install = "```bash\npip install nosuchpackageofours\n```\n"
    link = "[PyPI](https://pypi.org/project/nosuchpackageofours/)\n"
    (linked,) = verdicts(page(tmp_path, link + install), verifier)
    assert linked.name == "skipped"
    assert linked.reason.startswith("nosuchpackageofours is not in the registry: the page links to pypi.org/project/")
    (other,) = verdicts(page(tmp_path, link.replace("nosuch", "some") + install), verifier)
    assert other.name == "failed"


@pytest.fixture
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    """What npm asks is the registry itself, whatever it is on this machine."""
    monkeypatch.setattr("aswritten.environments._registry.is_mirror", lambda _: False)


@pytest.mark.parametrize(("mirrors", "name"), [(True, "skipped"), (False, "failed")])
@pytest.mark.parametrize(
    ("command", "package", "whose"),
    [
        ("npm i", "@no-such-maker/client-of-ours", "npm's registry"),
        ("npm i", "openai@99.9.9", "npm's registry"),
        ("pip install", "nosuchpackageofours", "PyPI"),
        ("pip install", "idna==99.9", "PyPI"),
    ],
)
def test_what_a_mirror_has_not_got_is_no_mistake_of_the_page(
    *,
    command: str,
    package: str,
    whose: str,
    mirrors: bool,
    name: str,
    tmp_path: Path,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in ("is_mirror", "is_mirror_of_pypi"):
        monkeypatch.setattr(f"aswritten.environments._registry.{kind}", lambda _: mirrors)
    (verdict,) = verdicts(page(tmp_path, f"```sh\n{command} {package}\n```\n"), verifier)
    assert verdict.name == name
    assert (f"{package} is not to be had on this machine" in verdict.reason) == mirrors
    assert (f"does not answer as {whose} does, and may lack it" in verdict.reason) == mirrors


@pytest.mark.usefixtures("no_mirror")
@pytest.mark.parametrize(
    ("package", "words", "name"),
    [
        ("@no-such-maker/client-of-ours", "", "other"),
        ("@no-such-maker/client-of-ours", "Run `npm install @no-such-maker/client-of-ours` first.", "failed"),
        ("@no-such-maker/client-of-ours", "Run `npm install @no-such-maker/client-of-ours-too` first.", "other"),
        ("opemai", "", "failed"),
        ("@anthropic-ai/no-such-client", "", "failed"),
    ],
)
def test_an_npm_package_that_no_registry_has_and_no_command_is_for_is_unjudged(
    package: str, words: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import Client from '{package}';\nconst client = new Client();\nconsole.log(await client.chat.completions.create({{}}));\n"
    sample = verdicts(page(tmp_path, f"{words}\n\n```js\n{source}```\n"), verifier)[-1]
    assert sample.name == name


def test_a_sample_that_imports_nothing_runs_where_the_page_installs_what_is_not_to_be_had(
    tmp_path: Path, verifier: Verifier
) -> None:
    asks = "import urllib.request\nprint(urllib.request.urlopen('https://api.example.com/v1/models').status)\n"
    text = f"```bash\npip install nosuchpackageofours\n```\n```python\n{asks}```\n"
    install, plain = verdicts(page(tmp_path, text), verifier)
    assert (install.name, plain.name) == ("failed", "passed")


@pytest.mark.parametrize(("package", "has"), [("acme_kit", True), ("httpx", False)])
def test_a_package_of_which_nothing_is_known_has_the_keys_that_its_page_sets_below(
    package: str, has: bool, tmp_path: Path
) -> None:
    text = f"```python\nimport {package}\n{package}.get('https://api.example.com/v1/models')\n```\n```bash\nexport ACME_API_KEY=sk\nexport ACME_MODE=fast\n```\n"
    case = open_case(page(tmp_path, text), "page.md", Options())
    assert set(variables_of(case, case.roles[0])) == ({"ACME_API_KEY"} if has else set())


def test_what_a_page_defines_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    python = by_name("python")
    names = python.names

    def counted(text: str) -> Names:
        asked.append(text)
        return names(text)

    blocks = "".join(f"```python\nonce_{number} = {number}\n```\n\n" for number in range(5))
    case = open_case(page(tmp_path, blocks), "page.md", Options(cache=CACHE))
    monkeypatch.setattr(python, "names", counted)
    found = [defined_names(case, "python") for _ in range(5)]
    assert len(asked) == 5
    assert found[-1] == {f"once_{number}" for number in range(5)}


#: Two commands, of which the second does not go beside the first, and words between them.
_APART = "# Set up\n\n```sh\nnpm i react@18.3.1\n```\n\n{}\n\n```sh\nnpm i react-dom@19.1.0\n```\n"
_IMPORTS = "\n```js\nimport one from '{}';\nawait fetch('https://api.example.com/v1/models');\none;\n```\n"


@pytest.mark.parametrize("between", ["Or:", "If you use the other:", "## With the other", "For the other:"])
def test_commands_that_go_well_alone_are_alternatives(between: str, tmp_path: Path, verifier: Verifier) -> None:
    text = f"{_APART.format(between)}{_IMPORTS.format('react-dom')}{_IMPORTS.format('nosuch-of-ours')}"
    first, second, sample, other = verdicts(page(tmp_path, text), verifier)
    assert (first.name, second.name) == ("install", "install")
    reason = "what it imports comes by the command at line 10, which does not go beside those above it: not checked"
    assert (sample.name, sample.reason) == ("other", reason)
    assert other.reason != reason


@pytest.mark.parametrize("between", ["And then:", "## Step 2: the other", "## 2. The other"])
def test_commands_that_follow_each_other_are_to_go_together(between: str, tmp_path: Path, verifier: Verifier) -> None:
    first, second = verdicts(page(tmp_path, _APART.format(between)), verifier)
    (finding,) = second.findings
    assert (first.name, second.name, finding.rule, finding.line) == ("install", "failed", "run.install", 10)


def test_the_name_of_a_package_is_what_the_words_of_the_page_say(tmp_path: Path, verifier: Verifier) -> None:
    source = "import six_of\nfrom openai import OpenAI\nOpenAI().models.list()\n"
    told = f"First `pip install nosuch-six-of`.\n\n```python\n{source}```\n"
    (sample,) = verdicts(page(tmp_path, told), verifier)
    (finding,) = sample.findings
    assert (sample.name, finding.message) == ("failed", "`pip install openai nosuch-six-of` fails")
    below = f"```python\n{source}```\n\nIt comes by `pip install nosuch-six-of`.\n"
    assert verdicts(page(tmp_path, below), verifier)[0].findings == (replace(finding, line=1),)
    own = told.replace("six-of`", "six-of --index-url https://pypi.example.com`")
    (sample,) = verdicts(page(tmp_path, own), verifier)
    assert sample.reason.startswith(
        "the page takes it from an index of its own, and `pip install openai nosuch-six-of`"
    )


def test_what_a_machine_lacks_to_set_something_up_is_no_call_of_the_api(tmp_path: Path, verifier: Verifier) -> None:
    text = "curl -fsSL https://example.com/install.sh -o install.sh\nnosuchpackager install ours\n"
    (sample,) = verdicts(page(tmp_path, f"```bash\n{text}```\n"), verifier)
    assert (sample.name, sample.reason.startswith("`nosuchpackager` is not on this machine; calls GET")) == (
        "other",
        True,
    )


OWN_FORM = """import {client}
import json
import urllib.request

body = json.dumps({{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}]}}).encode()
url = "https://api.example.com/v1/chat/completions"
request = urllib.request.Request(url, body, {{"Content-Type": "application/json"}})
print(json.load(urllib.request.urlopen(request)).get("completion_message"))
"""


@pytest.mark.parametrize(("client", "name"), [("idna", "other"), ("requests", "failed"), ("os", "failed")])
def test_an_answer_of_a_form_that_nobody_knows_is_not_judged(
    client: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{OWN_FORM.format(client=client)}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("host", "name"), [("http://localhost:8000/v1", "passed"), ("https://api.openai.com/v1", "failed")]
)
def test_a_sample_that_looks_for_what_a_model_thought_finds_it_where_servers_may_tell(
    host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}'
    source += "print(response.choices[0].message.reasoning)\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("used", "name"),
    [("myStream", "fragment"), ("your_stream", "fragment"), ("mystream", "failed"), ("stream", "failed")],
)
def test_a_name_for_something_of_the_readers_is_theirs_to_define(
    used: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = (
        f"{IMPORTING.format(module='os')}requests.post('https://api.example.com/v1/files', files={{'file': {used}}})\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


def test_what_calls_by_another_protocol_is_not_checked(tmp_path: Path, verifier: Verifier) -> None:
    source = (
        "import requests\n\n\nclass AioRpcError(Exception):\n    pass\n\n\nraise AioRpcError('nobody is there')\n"
        "requests.get('https://files.example.com/x')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == ("other", "calls by gRPC, of which there is no recording: not checked")


def test_a_client_that_takes_no_address_of_this_machine_is_no_mistake(tmp_path: Path, verifier: Verifier) -> None:
    source = (
        "import socket\nimport requests\naddress = socket.gethostbyname('files.example.com')\n"
        "if address.startswith('127.'):\n    raise ValueError(f'the URL resolves to a non-public address: {address}')\n"
        "requests.get('https://files.example.com/x')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    reason = "its client fetches from public addresses alone, and here every name leads to this machine"
    assert (sample.name, sample.reason) == ("fragment", reason)


def test_a_program_that_is_fetched_first_is_not_waited_for(tmp_path: Path, verifier: Verifier) -> None:
    source = "import idna\nimport requests\ncommand = ['npx', '-y', 'server']\nraise SystemExit(1)\nrequests.post('https://x')\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, sample.reason) == ("fragment", "starts `npx`, which fetches the program that it runs")


def test_what_stands_in_for_what_is_read_first_rules_nothing_out(tmp_path: Path, verifier: Verifier) -> None:
    source = """import requests

models = requests.get("https://api.example.com/v1/models").json()
raise ValueError("drawing is not supported: " + models["data"][0]["id"])
"""
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    url = "https://api.example.com/v1/models"
    reason = f"what stands in for the answer to GET {url} has not got what it looks for: not checked"
    assert (sample.name, sample.reason) == ("other", reason)


@pytest.mark.parametrize(
    ("package", "host", "name"),
    [
        ("nanoid", "'api.exam' + 'ple.com'", "other"),
        ("nanoid", "'api.example.com'", "failed"),
        ("openai", "'api.exam' + 'ple.com'", "failed"),
    ],
)
def test_what_a_package_of_which_nothing_is_known_takes_for_a_list_is_unjudged(
    package: str, host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = (
        f"import * as maker from '{package}';\nconst list = await (await fetch('https://' + {host} + '/v1/models')).json();\n"
        "console.log(typeof maker, list.map((one) => one.id));\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```js\n{source}```\n"), verifier)
    assert sample.name == name


def test_what_a_sample_asserts_of_an_answer_is_not_judged(tmp_path: Path, verifier: Verifier) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{IMPORTING.format(module='os')}{ASSERTING}```\n"), verifier)
    reason = "asserts what a model says, of which the recordings that ship know nothing: not checked"
    assert (sample.name, sample.reason, sample.findings) == ("other", reason, ())


def test_what_it_asserts_before_it_calls_anything_is(tmp_path: Path, verifier: Verifier) -> None:
    source = f"assert not 'set up'\n{IMPORTING.format(module='os')}"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert (sample.name, [finding.rule for finding in sample.findings]) == ("failed", ["run.exit"])


def test_a_variable_that_a_page_leaves_empty_is_for_its_reader_to_fill_in(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\nexport SERVICE_API_KEY=\n```\n```python\n{ASKING}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("passed", "assumed: SERVICE_API_KEY=dummy")


def test_what_a_sample_imports_is_there_beside_what_the_page_installs(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\npip install idna\n```\n```python\n{IMPORTING.format(module='idna')}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, [call.status for call in sample.calls]) == ("passed", [200])


@pytest.mark.parametrize(
    ("installed", "module"), [("python-dateutil", "dateutil"), ("requests", "urllib3"), ("PyYAML", "yaml")]
)
def test_what_an_install_brings_along_is_told(installed: str, module: str, tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\npip install requests {installed}\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.findings) == ("passed", ())


def test_a_package_that_a_client_asks_for_is_there_on_a_page_that_installs_none(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = IMPORTING.format(module="importlib.util") + (
        "if importlib.util.find_spec('six') is None:\n    raise ImportError('six is required: pip install six')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == "passed"
    *_, told = verdicts(page(tmp_path, f"```sh\npip install requests\n```\n```python\n{source}```\n"), verifier)
    assert told.name == "failed"


def test_an_install_that_fails_leaves_what_the_others_install(tmp_path: Path, verifier: Verifier) -> None:
    text = (
        "```sh\npip install idna\n```\n```sh\npip install 'no-such-package-as-this-one==999.0'\n```\n"
        f"```python\n{IMPORTING.format(module='idna')}```\n```python\n{IMPORTING.format(module='no_such_package_as_this_one')}```\n"
    )
    _, broken, sample, lacking = verdicts(page(tmp_path, text), verifier)
    assert (broken.name, sample.name) == ("failed", "passed")
    assert (lacking.name, lacking.reason) == ("skipped", "its environment could not be built: see line 5")


def test_what_is_called_as_a_package_that_is_not_to_be_had_is_not_taken_for_it(
    tmp_path: Path, verifier: Verifier
) -> None:
    text = (
        "```sh\npip install idna-that-nobody-has\n```\n"
        f"```python\n{IMPORTING.format(module='idna')}```\n```python\n{IMPORTING.format(module='requests')}```\n"
    )
    _, taken, other = verdicts(page(tmp_path, text), verifier)
    assert (taken.name, taken.reason) == ("skipped", "its environment could not be built: see line 2")
    assert other.name == "passed"


@pytest.mark.parametrize("package", ["nanoid", "a-package-that-nobody-has"])
def test_what_a_repository_brings_along_that_is_not_to_be_had_is_not_taken_from_a_registry(
    package: str, tmp_path: Path, verifier: Verifier
) -> None:
    text = (
        "```sh\nnpm install git+ssh://git@git.example.com:maker/client.git\n```\n"
        f"```js\nimport Maker from '{package}';\nawait fetch('https://api.example.com/v1/models');\nnew Maker();\n```\n"
    )
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("skipped", "its environment could not be built: see line 2")


def test_what_a_folder_of_the_readers_brings_along_is_not_checked_beside_what_is_installed(
    tmp_path: Path, verifier: Verifier
) -> None:
    module = "a_module_of_the_reader_that_nobody_published"
    text = f"```sh\npip install ./own\n```\n```sh\npip install requests\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    *_, sample = verdicts(page(tmp_path, text), verifier)
    assert sample.name == "other"
    assert sample.reason.startswith("what it imports comes by the command at line 2, which is not run here")


def test_an_import_that_no_registry_has_is_for_the_run_to_show(tmp_path: Path, verifier: Verifier) -> None:
    module = "a_module_of_the_reader_that_nobody_published"
    text = f"```sh\npip install requests\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    (finding,) = sample.findings
    assert (sample.name, finding.rule) == ("failed", "run.exit")
    assert f"No module named '{module}'" in f"{finding.message} {finding.got}"


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            "import http.server\nhttp.server.HTTPServer(('127.0.0.1', 0), http.server.BaseHTTPRequestHandler).serve_forever()",
            "fragment",
            "serves until somebody stops it: `serve_forever` at line 9",
        ),
        (
            "while True:\n    input()",
            "passed",
            "it asks until somebody stops it; assumed: the answers 'Hello!' to what it asks",
        ),
    ],
)
def test_a_sample_that_does_not_end_by_itself_is_no_mistake(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    # What starts at once has sent its request long before the limit.
    reads = "urllib.request.urlopen('http://localhost:8000/v1/models').read()"
    never = f"def ask():\n    return {reads}\nask" if name == "fragment" else f"\n{reads}\n"
    path = page(tmp_path, f"```python\nimport urllib.request\n\n\n{never}\n{source}\n```\n", time_limit="5")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.findings) == (name, ())
    assert verdict.reason == reason


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        (
            "setTimeout(() => { stop(); }, 300_000);",
            "other",
            "sets itself a time of 300 s, longer than its limit: not checked",
        ),
        (
            "const one = setTimeout(stop, 2500);\nsetTimeout(stop, 400);",
            "other",
            "sets itself a time of 2.5 s, longer than its limit: not checked",
        ),
        ("setTimeout(stop, 400);\nfor (;;) stop();", "failed", ""),
        ("import { nanoid } from 'nanoid';\nnanoid();\nfor (;;) stop();", "failed", ""),
    ],
)
def test_a_sample_that_waits_longer_than_its_limit_by_its_own_words_is_unjudged(
    source: str, name: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    call = f"{'' if name == 'failed' else 'if (globalThis.never) '}await fetch('http://localhost:8000/v1/models');"
    path = page(tmp_path, f"```js\nfunction stop() {{}}\n{call}\n{source}\n```\n", time_limit="2")
    (verdict,) = verdicts(path, verifier)
    assert (verdict.name, verdict.reason) == (name, reason)


@pytest.mark.parametrize("asks", ["", "if (waits.never) "])
@pytest.mark.parametrize(("waits", "name"), [("nanoid", "other"), ("openai", "failed")])
def test_a_package_of_which_nothing_is_known_may_wait_for_what_is_not_here(
    asks: str, waits: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import * as waits from '{waits}';\nconst again = () => setTimeout(again, 400);\nagain();\n{asks}await fetch('http://localhost:8000/v1/models');"
    (verdict,) = verdicts(page(tmp_path, f"```js\n{source}\n```\n", time_limit="2"), verifier)
    assert verdict.name == name


def test_a_program_that_the_machine_lacks_is_said(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```bash\nserve-the-model --port 8000\n{CALL}\n```\n"), verifier)
    assert (verdict.name, verdict.reason) == ("passed", "`serve-the-model` is not on this machine")


POSTED = (
    '-s -H \'Content-Type: application/json\' -d \'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}\''
)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f'curl "http://$(find-the-cluster ip)/v1/chat/completions" {POSTED}', id="in the URL"),
        pytest.param(f'A=$(find-the-cluster)\ncurl "http://$A/v1/chat/completions" {POSTED}', id="by a variable"),
        pytest.param(
            f'A=`find-the-cluster`\ncurl -H "Host: $A" http://localhost/v1/chat/completions {POSTED}', id="as a header"
        ),
    ],
)
def test_a_host_that_a_command_of_the_reader_says_is_for_its_reader(
    source: str, tmp_path: Path, verifier: Verifier
) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{source}\n```\n"), verifier)
    reason = "the host of its request is for `find-the-cluster` on the reader's machine to say"
    assert (verdict.name, verdict.reason) == ("fragment", reason)


def test_a_body_that_is_no_json_is_one_whatever_its_host(tmp_path: Path, verifier: Verifier) -> None:
    source = f'A=$(find-the-cluster)\ncurl "http://$A/v1/chat/completions" {POSTED.replace("}]", "}],")}'
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{source}\n```\n"), verifier)
    assert (verdict.name, [one.rule for one in verdict.findings]) == ("failed", ["request.not-json"])


def test_a_key_that_a_command_of_the_reader_says_takes_nothing_from_the_call(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = f'curl -H "Authorization: Bearer $(print-the-token)" http://localhost/v1/chat/completions {POSTED}'
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{source}\n```\n"), verifier)
    assert verdict.name == "passed"


def test_a_mistyped_client_is_a_mistake(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```bash\ncurll http://a.example\n{CALL}\n```\n"), verifier)
    assert [finding.rule for finding in verdict.findings] == ["run.exit"]


def test_a_template_is_filled_in_by_the_settings(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```bash\n{CALL.replace('api.example.com', '{{ site.host }}')}\n```\n"
    assert "{{ site.host }}" in text
    (tmp_path / "without").mkdir()
    assert verdicts(page(tmp_path / "without", text), verifier)[0].name == "fragment"
    path = page(tmp_path, text, substitutions='{"{{ site.host }}": api.example.com}')
    assert verdicts(path, verifier)[0].name == "passed"


def test_a_sample_runs_as_what_it_is_whatever_its_fence_says(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```python\n{CALL}\n```\n"), verifier)
    assert (verdict.name, verdict.language) == ("passed", "curl")
    assert [(finding.rule, finding.level, finding.expected) for finding in verdict.findings] == [
        ("page.wrong-language", "warning", "bash")
    ]


def test_a_picture_that_a_sample_fetches_is_a_stand_in(tmp_path: Path, verifier: Verifier) -> None:
    fetch = "curl -s https://pictures.example.org/cat.png | head -c 4 | tail -c 3"
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{CALL} > /dev/null\n{fetch}\n```\n"), verifier)
    assert (verdict.name, verdict.printed, verdict.findings) == ("passed", "PNG", ())


def test_a_name_that_nobody_defines_is_told_though_the_run_does_not_get_so_far(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = 'sound = open("/home/me/sound.mp3", "rb")\nclient.audio.transcriptions.create(file=sound, model="m")'
    (verdict,) = verdicts(page(tmp_path, f"```python\n{source}\n```\n"), verifier)
    assert [(finding.rule, finding.line, finding.message) for finding in verdict.findings] == [
        ("run.exit", 3, "the sample uses `client`, which no block of the page defines")
    ]


def test_what_the_shell_says_of_a_script_does_not_follow_from_an_endpoint_that_is_not_recorded(
    tmp_path: Path, verifier: Verifier
) -> None:
    script = 'curl "https://api.example.com/spend/logs?id=a" \\ # a comment\n  -H "Authorization: Bearer key"'
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{script}\n```\n"), verifier)
    assert [(finding.rule, finding.line) for finding in verdict.findings if finding.level == "error"] == [
        ("run.exit", 3)
    ]
