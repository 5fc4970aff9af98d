"""What a page leaves to its reader: it is given and said, and no mistake of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.verify import Options, Verifier, open_case
from aswritten.verify._inputs import _variables as variables_of
from verifying import CALL, CHAT, IMPORTING, page, verdicts

if TYPE_CHECKING:
    from pathlib import Path


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
const answer = await fetch("https://api.example.com/v1/embeddings", {{
  method: "POST",
  headers: {{ "Content-Type": "application/json" }},
  body: JSON.stringify({{ model: "m", input: await file.text() }}),
}});
await answer.json();
"""
    (sample,) = verdicts(page(tmp_path, f"```js\n{source}```\n"), verifier)
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
        (
            "curl -s https://api.example.com/v1/models/<M...> | jq .id",
            "its reader puts the real value in place of `<M...>`, which a shell",
        ),
        *(
            (
                f"{command}={mark}\ncurl https://api.example.com/v1/models",
                f"its reader puts the real value in place of `{mark}`",
            )
            for command in ("export API_KEY", "API_KEY")
            for mark in ("<your key>", "<e.g., linux-amd64, darwin-arm64>")
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
            "curl -s https://api.example.com/v1/audio/transcriptions -F file=@own.ogg -F model=m",
            "needs a file of the reader's own: own.ogg",
        ),
        (
            "curl -s https://api.example.com/v1/files -F file=@own.parquet -F purpose=batch",
            "needs a file of the reader's own: own.parquet",
        ),
        (
            "curl -s https://api.example.com/v1/chat/completions -H 'Content-Type: application/json' -d @own.yaml",
            "needs a file of the reader's own: it sends what own.yaml holds",
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
    ("url", "word"),
    [
        ('"YOUR_DEPLOYMENT_URL" + "/v1"', "YOUR_DEPLOYMENT_URL"),
        ('"ENDPOINT"', "ENDPOINT"),
        ('"xxx"', "xxx"),
        ('"地址"', "地址"),
        ('"http://host:port/v1"', "port"),
        ('"http://localhost:XXXX/v1"', "XXXX"),
        ('"{base}/v1"', "{base}"),
        ('"<base>"', "<base>"),
        ('"{CHAT}/v1".format(CHAT=CHAT := "")', ""),
        ('"http://:8000/v1"', ""),
        ('"localhost"', ""),
        ('"ftp://localhost/v1"', ""),
    ],
)
def test_a_base_url_that_is_a_word_alone_is_for_the_reader_to_replace(
    url: str, word: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url={url}, max_retries=0){CHAT}'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == ("fragment" if word else "failed")
    assert not word or sample.reason.startswith(f"its reader puts the real address in place of `{word}`")


@pytest.mark.parametrize("option", ["", "-X POST "])
def test_a_line_that_does_not_go_on_is_a_mistake_though_its_host_is_a_placeholder(
    option: str, tmp_path: Path, verifier: Verifier
) -> None:
    command = f"curl {option}'https://your-domain.com/api/v1/chat' \\\\\n  -d '{{}}'"
    (sample,) = verdicts(page(tmp_path, f"```bash\n{command}\n```\n"), verifier)
    assert (sample.name, [one.rule for one in sample.findings if one.level == "error"]) == ("failed", ["run.exit"])


@pytest.mark.parametrize(
    ("base", "name"),
    [
        ('"YOUR_URL/v1', "fragment"),
        ('"<base url>/v1', "fragment"),
        ('"API_BASE', "fragment"),
        ('"{base}', "fragment"),
        ('"http://host:port/v1', "fragment"),
        ('base = "https://api.example.com/v1"\n', "failed"),
        ('"api.example.com/v1', "failed"),
    ],
)
def test_a_url_that_begins_with_a_placeholder_is_for_the_reader_to_fill_in(
    base: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    first, _, rest = base.rpartition("\n")
    body = 'data=b\'{"model": "m", "messages": []}\''
    # Nothing fills in the name of a variable of its own.
    url = f'{rest or chr(34) + "{base}"}/chat/completions"'
    source = f"import urllib.request\n{first}\nurllib.request.urlopen(urllib.request.Request({url}, {body}))\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("在此粘贴密钥", "assumed: MAKER_API_KEY=dummy"),
        ("sk-here", "given: MAKER_API_KEY"),
    ],
)
def test_a_key_in_another_script_which_no_header_takes_is_left_to_its_reader(
    value: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = "OpenAI(api_key=os.environ['MAKER_API_KEY'], base_url='https://api.example.com/v1').models.list()"
    text = f'```bash\nexport MAKER_API_KEY="{value}"\n```\n\n```python\nimport os\nfrom openai import OpenAI\n{asks}\n```\n'
    *_, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("passed", reason)


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


@pytest.mark.parametrize(("package", "has"), [("acme_kit", True), ("httpx", False)])
def test_a_package_of_which_nothing_is_known_has_the_keys_that_its_page_sets_below(
    package: str, has: bool, tmp_path: Path
) -> None:
    text = f"```python\nimport {package}\n{package}.get('https://api.example.com/v1/models')\n```\n```bash\nexport ACME_API_KEY=sk\nexport ACME_MODE=fast\n```\n"
    case = open_case(page(tmp_path, text), "page.md", Options())
    assert set(variables_of(case, case.roles[0])) == ({"ACME_API_KEY"} if has else set())


@pytest.mark.parametrize(
    ("used", "name"),
    [
        ("myStream", "fragment"),
        ("your_stream", "fragment"),
        ("my_stream", "fragment"),
        ("YOUR_BATCH", "fragment"),
        ("YOUR_FILE_NAME", "failed"),
        ("YOUR_KEY_HERE", "failed"),
        ("my_modul", "failed"),
        ("mystream", "failed"),
        ("stream", "failed"),
    ],
)
def test_a_name_for_something_of_the_readers_is_theirs_to_define(
    used: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"{IMPORTING.format(module='os')}my_module = os\nrequests.post('https://api.example.com/v1/files', files={{'file': {used}}})\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


def test_a_variable_that_a_page_leaves_empty_is_for_its_reader_to_fill_in(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\nexport SERVICE_API_KEY=\n```\n```python\n{ASKING}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("passed", "assumed: SERVICE_API_KEY=dummy")


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


def test_a_template_is_filled_in_by_the_settings(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```bash\n{CALL.replace('api.example.com', '{{ site.host }}')}\n```\n"
    assert "{{ site.host }}" in text
    (tmp_path / "without").mkdir()
    assert verdicts(page(tmp_path / "without", text), verifier)[0].name == "fragment"
    path = page(tmp_path, text, substitutions='{"{{ site.host }}": api.example.com}')
    assert verdicts(path, verifier)[0].name == "passed"


def test_a_picture_that_a_sample_fetches_is_a_stand_in(tmp_path: Path, verifier: Verifier) -> None:
    fetch = "curl -s https://pictures.example.org/cat.png | head -c 4 | tail -c 3"
    (verdict,) = verdicts(page(tmp_path, f"```bash\n{CALL} > /dev/null\n{fetch}\n```\n"), verifier)
    assert (verdict.name, verdict.printed, verdict.findings) == ("passed", "PNG", ())


@pytest.mark.parametrize(
    ("body", "name", "line"),
    [
        ('{\n  "model": "m", "messages": [{"role": "user", "content": "Hi"}]\n}', "passed", 0),
        ('{\n  "model": "m",, "messages": []\n}', "failed", 5),
    ],
)
def test_a_transcript_is_run_by_its_commands(
    body: str, name: str, line: int, tmp_path: Path, verifier: Verifier
) -> None:
    session = f"$ export HOST=api.example.com\n$ curl https://$HOST/v1/chat/completions -H 'Content-Type: application/json' \\\n  -d '{body}'\n{{\n  \"it's\": 1\n}}\n"
    (sample,) = verdicts(page(tmp_path, f"```console\n{session}```\n"), verifier)
    assert (sample.name, [one.line for one in sample.findings]) == (name, [line] * bool(line))
    assert sample.reason == "ran what stands behind its prompts"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("folder = Path('../data/')\nprint((folder / 'chat.txt').read_text())", "fragment"),
        (
            "folder = Path('../data/')\nprint({'a': (folder / 'chat.txt').read_text()})\nPath('answer').write_text('a')",
            "fragment",
        ),
        ("folder = Path('data')\nprint((folder / ('chat' + '.txt')).read_text())", "failed"),
        ("Path('data').mkdir()\nprint((Path('data') / 'chat.txt').read_text())", "failed"),
        ("import os\nopen(os.path.join('data', 'chat.txt'), 'w')", "failed"),
    ],
)
def test_a_file_whose_path_a_program_puts_together_is_the_readers(
    source: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = "urllib.request.urlopen('https://api.example.com/v1/models')"
    text = f"```python\nimport urllib.request\nfrom pathlib import Path\n{source}\n{asks}\n```\n"
    (sample,) = verdicts(page(tmp_path, text), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason == "needs a file of the reader's own: ../data/chat.txt"


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("json.load(open('tools.json'))", "fragment"),
        ("{}", "failed"),
    ],
)
def test_a_member_of_a_body_may_be_what_a_file_of_the_readers_holds(
    read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = (
        f"import json, urllib.request\nbody = {{'model': 'm', 'tools': {read}, 'messages': [{{'role': 'user', 'content': 'Hi'}}]}}\n"
        "asked = urllib.request.Request('https://api.example.com/v1/chat/completions', json.dumps(body).encode(), {'Content-Type': 'application/json'})\n"
        "urllib.request.urlopen(asked)\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{asks}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or "it sends what tools.json holds" in sample.reason


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("client = Client(\n    url='https://api.example.com',\n)\n", "fragment"),
        ("class Client:\n    url = 'https://api.example.com'\n", "passed"),
        ("class Client:\n    url = made\n", "failed"),
    ],
)
def test_a_module_of_which_the_page_shows_a_part_is_the_readers(
    part: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = "import urllib.request\nfrom own_client import Client\nurllib.request.urlopen('https://api.example.com/v1/models')\n"
    text = f"In `own_client.py`:\n\n```python\n{part}```\n\n```python\n{asks}```\n"
    sample = verdicts(page(tmp_path, text), verifier)[-1]
    assert sample.name == name
    assert name != "fragment" or "the page shows a part of own_client.py, which uses `Client`" in sample.reason


@pytest.mark.parametrize(
    ("imports", "name"), [("from .config import KEY", "fragment"), ("from json import KEY", "failed")]
)
def test_a_module_of_the_readers_package_is_a_part_of_it(
    imports: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = f"import urllib.request\n{imports}\nurllib.request.urlopen('https://api.example.com/v1/models')\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{asks}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason == f"a module of the reader's own package: `{imports}`"


def test_an_alias_is_taken_as_who_pastes_it_has_it(tmp_path: Path, verifier: Verifier) -> None:
    asks = CALL.replace("curl -s", "ask")
    alone, first, then = verdicts(
        page(
            tmp_path,
            f"```bash\nalias ask='curl -sS'\n{asks}\n```\n\n"
            f"## Another\n\n```bash\nalias tell='curl -sS'\n```\n\n```bash\n{CALL}\n{asks.replace('ask', 'tell', 1)}\n```\n",
        ),
        verifier,
    )
    assert (alone.name, len(alone.calls)) == ("passed", 1)
    assert (first.name, then.name, len(then.calls)) == ("fragment", "continuation", 2)


@pytest.mark.parametrize(
    ("then", "name"),
    [
        ("console.log(await res.json());", "fragment"),
        ("const own = await fetch(url);\nawait own.text();\nconsole.log(url, await own.json());", "failed"),
    ],
)
def test_an_answer_that_a_block_above_has_read_is_read_once(
    then: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = 'const url = "https://api.example.com/v1/models";\nconst res = await fetch(url);\nconsole.log(await res.text());\n'
    sample = verdicts(page(tmp_path, f"```js\n{asks}```\n\n```js\n{then}\n```\n"), verifier)[-1]
    assert sample.name == name
    assert name == "failed" or "an answer that a block above it has read to its end" in sample.reason


@pytest.mark.parametrize(
    ("read", "name"), [("call.function.arguments", "passed"), ("json.dumps({'path': 'o' + 'ther'})", "failed")]
)
def test_a_tool_that_is_called_with_made_up_words_is_no_mistake(
    read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    tool = "{'type': 'function', 'function': {'name': 'size', 'parameters': {'type': 'object', 'properties': {'path': {'type': 'string'}}, 'required': ['path']}}}"
    asks = (
        "from openai import OpenAI\nimport json, os\nclient = OpenAI(api_key='k', base_url='https://api.example.com/v1')\n"
        "r = client.chat.completions.create(model='m', messages=[{'role': 'user', 'content': 'How large is it?'}], "
        f"tools=[{tool}], tool_choice='required')\ncall = r.choices[0].message.tool_calls[0]\n"
        f"print(os.path.getsize(json.loads({read})['path']))\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{asks}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or "a tool of its own is called with" in sample.reason


@pytest.mark.parametrize(("value", "name"), [("<your key>", ""), ("$(print-the-key)", "continuation")])
def test_a_variable_that_a_block_above_leaves_open_is_no_reason_to_run_that_block(
    value: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    above = f"```bash\nexport MAKER_KEY={value}\nown-tool exec Hi\n```\n"
    sample = f'```bash\ncurl -H "Authorization: Bearer $MAKER_KEY" http://localhost/v1/chat/completions {POSTED}\n```\n'
    *_, verdict = verdicts(page(tmp_path, f"{above}\n{sample}"), verifier)
    assert (verdict.name, verdict.run_with != ()) == (name or "passed", name != "")


def test_a_body_that_a_block_above_leaves_open_is_for_its_reader(tmp_path: Path, verifier: Verifier) -> None:
    above = "```bash\nexport BODY=<your body>\nown-tool exec Hi\n```\n"
    sample = (
        "```bash\ncurl -H 'Content-Type: application/json' http://localhost/v1/chat/completions -d \"$BODY\"\n```\n"
    )
    *_, verdict = verdicts(page(tmp_path, f"{above}\n{sample}"), verifier)
    assert verdict.name == "fragment"
