"""What a page asks of endpoints that the shipped recordings are not for: told apart from mistakes in asking those they are for."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.data import data_dir
from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from pathlib import Path

    from aswritten.model import Verdict

CHAT = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'


def judged_python(folder: Path, source: str) -> list[Verdict]:
    return judged(folder, source, tag="python")


def judged(folder: Path, *commands: str, settings: str = "", tag: str = "bash") -> list[Verdict]:
    page = folder / "page.md"
    page.write_text("\n".join(f"```{tag}\n{command}\n```\n" for command in commands), encoding="utf-8")
    (folder / "aswritten.yaml").write_text(settings, encoding="utf-8")
    options = Options(cache=platformdirs.user_cache_path("aswritten"))
    case = open_case(page, page.name, options)
    verifier = Verifier(options)
    try:
        return [verifier.judge(case, role) for role in case.roles]
    finally:
        verifier.close()


def judged_below(folder: Path, words: str, command: str) -> Verdict:
    """The verdict of a command that stands below words of its page."""
    page = folder / "page.md"
    page.write_text(f"{words}\n\n```bash\n{command}\n```\n", encoding="utf-8")
    options = Options(cache=platformdirs.user_cache_path("aswritten"))
    case = open_case(page, page.name, options)
    with closing(Verifier(options)) as verifier:
        return verifier.judge(case, case.roles[-1])


def test_another_endpoint_is_not_checked_and_said(tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, "curl -sf http://localhost:4000/key/generate -d '{}'")
    assert (verdict.name, verdict.reason) == (
        "other",
        "calls POST http://localhost:4000/key/generate, of which there is no recording: not checked",
    )
    assert [(finding.rule, finding.level) for finding in verdict.findings] == [("run.unknown-host", "info")]


@pytest.mark.parametrize(
    ("target", "name"), [("/v1/mo'.'dels'", "other"), ("/v1/models'", "failed"), ("/v'.'1/models'", "failed")]
)
def test_a_path_that_a_package_asks_with_nothing_may_be_one_of_its_own_api(
    target: str, name: str, tmp_path: Path
) -> None:
    target = target.replace("'.'", "' + '")
    source = f"import httpx\nhttpx.request('GET', 'http://localhost:65432{target}, json={{}}).raise_for_status()"
    (verdict,) = judged_python(tmp_path, source)
    assert verdict.name == name


CALL = f"curl -s http://localhost:4000/v1/chat/completions -H 'Content-Type: application/json' -d '{CHAT}'"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("PUT http://localhost:4000/key/info", id="its host is named"),
        pytest.param('POST "http://$NAME/v2/generate" -d \'{"prompt": "Hi"}\'', id="it asks a model"),
        pytest.param('POST "http://$NAME/v4/search" -d \'{"q": "Hi"}\'', id="it has something done"),
    ],
)
def test_a_call_that_nobody_answers_beside_a_chat_is_not_checked_and_said(other: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"NAME=api.example; NAME=$NAME.com\ncurl -s -X {other}\n{CALL}")
    assert verdict.name == "other"
    assert verdict.reason.startswith(f"calls {other.split(maxsplit=1)[0]} http://")
    assert [(finding.rule, finding.level) for finding in verdict.findings] == [("run.unknown-host", "info")]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param('GET "http://$NAME/prices.json"', id="a file"),
        pytest.param('POST "http://$NAME/events" -d \'{"event": "start"}\'', id="telemetry"),
    ],
)
def test_what_a_package_asks_by_itself_takes_nothing_from_a_chat(other: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"NAME=api.example; NAME=$NAME.com\ncurl -s -X {other}\n{CALL}")
    assert verdict.name == "passed"
    assert [(finding.rule, finding.level) for finding in verdict.findings] == [("run.unknown-host", "info")]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("events", "failed", id="telemetry"),
        pytest.param("latest", "other", id="it may have ended for want of it"),
    ],
)
def test_an_end_beside_a_call_that_nobody_answers_is_the_samples_own_only_beside_reports(
    path: str, name: str, tmp_path: Path
) -> None:
    ask = "import json, os, urllib.error, urllib.request\nhost = '.'.join(['api', 'example', 'com'])\n"
    ask += f"try:\n    urllib.request.urlopen(f'http://{{host}}/v1' + '/' + '{path}')\nexcept OSError:\n    host = ''\n"
    ask += f"body = {CHAT!r}.encode()\nrequest = urllib.request.Request('http://localhost:4000/v1/chat/completions', body)\n"
    ask += "request.add_header('Content-Type', 'application/json')\n"
    ask += "print(json.load(urllib.request.urlopen(request))['choices'][7])\n"
    (verdict,) = judged_python(tmp_path, ask)
    assert verdict.name == name


@pytest.mark.parametrize(("end", "name"), [("process.exit(3)", "other"), ("no.such", "failed"), ("0", "passed")])
def test_an_end_at_no_line_of_the_sample_may_be_for_what_a_report_is_answered(
    end: str, name: str, tmp_path: Path
) -> None:
    chat = f"const url = 'https://api.example.com/v1/chat/completions';\nconst body = JSON.stringify({CHAT});\n"
    post = (
        "const post = (to) => fetch(to, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });\n"
    )
    asks = f"await post(url);\nawait post(`https://${{['traces', 'example', 'com'].join('.')}}/batch`);\n{end};\n"
    (verdict,) = judged(tmp_path, f"{chat}{post}{asks}", tag="js")
    assert verdict.name == name


@pytest.mark.parametrize("path", ["usage", "batch", "events"])
@pytest.mark.parametrize(("method", "name"), [("GET", "passed"), ("POST", "other")])
def test_what_a_sample_asks_of_the_host_that_answers_it_is_no_report(
    method: str, name: str, path: str, tmp_path: Path
) -> None:
    """What it reads there takes nothing from a call that is answered; what it has done there does. Both are said."""
    chat = f"curl -s $BASE/chat/completions -H 'Content-Type: application/json' -d '{CHAT}'"
    (verdict,) = judged(tmp_path, f"BASE=http://localhost:4000/v1\n{chat}\ncurl -s -X {method} $BASE/{path}")
    url = f"http://localhost:4000/v1/{path}"
    assert (verdict.name, verdict.reason) == (
        name,
        f"calls {method} {url}, of which there is no recording: not checked",
    )


TUNNEL = """\
import http.client
import urllib.request
connection = http.client.HTTPConnection("127.0.0.1", 9)
connection.set_tunnel("traces.example.com", 4317)
try:
    connection.request("POST", "/")
except OSError:
    connection.close()
"""


def test_a_tunnel_beside_a_chat_takes_nothing_from_it(tmp_path: Path) -> None:
    ask = f"body = {CHAT!r}.encode()\nrequest = urllib.request.Request('http://localhost:4000/v1/chat/completions', body)\n"
    ask += "request.add_header('Content-Type', 'application/json')\nanswer = urllib.request.urlopen(request).read()\n"
    (well, ended) = (
        judged_python(tmp_path, TUNNEL + ask)[0],
        judged_python(tmp_path, f"{TUNNEL}{ask}print(answer.text)\n")[0],
    )
    assert ([call.method for call in well.calls], well.name) == (["CONNECT", "POST"], "passed")
    assert ended.name == "failed"


def test_a_tunnel_is_not_checked_where_a_page_has_recordings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir()
    shutil.copy(data_dir("fixtures") / "generic" / "models.yaml", tmp_path / "fixtures")
    (tmp_path / "page.md").write_text(f"```python\n{TUNNEL}```\n", encoding="utf-8")
    (verdict,) = judged(tmp_path, TUNNEL, settings="fixtures: [fixtures]\n", tag="python")
    assert (verdict.name, verdict.reason) == (
        "other",
        "calls CONNECT http://traces.example.com:4317/, of which there is no recording: not checked",
    )


WEB_SOCKET = """import http.client
connection = http.client.HTTPConnection("localhost:8000")
connection.request("GET", "/v1/chat/completions", headers={"Connection": "Upgrade", "Upgrade": "PROTOCOL"})
assert connection.getresponse().status == 101
"""


@pytest.mark.parametrize(("protocol", "name"), [("websocket", "other"), ("h2c", "failed")])
def test_a_chat_by_a_websocket_is_one_that_no_recording_answers(tmp_path: Path, protocol: str, name: str) -> None:
    (verdict,) = judged_python(tmp_path, WEB_SOCKET.replace("PROTOCOL", protocol))
    assert verdict.name == name
    assert name == "failed" or verdict.reason == (
        "calls GET http://localhost:8000/v1/chat/completions, of which there is no recording: not checked"
    )


def test_a_mistake_in_a_chat_beside_an_unanswered_call_is_found(tmp_path: Path) -> None:
    broken = CALL.replace('"m"', "'m'")
    (verdict,) = judged(tmp_path, f"curl -s http://localhost:4000/key/info\n{broken}")
    assert verdict.name == "failed"
    assert "request.not-json" in {finding.rule for finding in verdict.findings}


NAMELESS = """\
import contextlib
import urllib.request
host = ".".join(["api", "example", "com"])
with contextlib.suppress(OSError):
    urllib.request.urlopen("http://localhost:4000/key/info")
"""


@pytest.mark.parametrize(
    ("rest", "line"),
    [
        pytest.param("print(result)\n", 7, id="the run comes to it"),
        pytest.param("raise SystemExit(1)\nprint(result)\n", 8, id="the run ends before"),
    ],
)
def test_a_name_that_nobody_defines_follows_from_no_answer(rest: str, line: int, tmp_path: Path) -> None:
    (verdict,) = judged_python(tmp_path, NAMELESS + rest)
    assert verdict.name == "failed"
    (finding,) = [finding for finding in verdict.findings if finding.level == "error"]
    assert (finding.rule, finding.line) == ("run.exit", line)
    assert finding.message == "the sample uses `result`, which no block of the page defines"


def test_a_file_that_a_package_fetches_is_no_call(tmp_path: Path) -> None:
    fetch = "import urllib.request\nfrom openai import OpenAI\n"
    fetch += "host = '.'.join(['api', 'example', 'com'])\n"
    fetch += "try:\n    urllib.request.urlopen(f'http://{host}/prices.json')\nexcept OSError:\n    OpenAI.__name__\n"
    fetch += "def ask(client):\n    client.chat.completions.create(model='m', messages=[])\n"
    (verdict,) = judged_python(tmp_path, fetch)
    assert [finding.rule for finding in verdict.findings if finding.level == "error"] == ["run.no-request"]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(f"curl https://api.example.com/v1/chat/completion -d '{CHAT}'", id="an s is missing"),
        pytest.param(f"curl https://api.example.com/v1/chat/complete -d '{CHAT}'", id="a word is cut"),
        pytest.param(f"curl https://api.example.com/v1/chat-completions -d '{CHAT}'", id="a dash for a slash"),
        pytest.param(f"curl https://api.example.com/v1 -d '{CHAT}'", id="the base URL alone"),
        pytest.param(f"curl https://api.example.com -d '{CHAT}'", id="the host alone"),
        pytest.param(f"curl POST https://api.example.com/v1/chat/completions -d '{CHAT}'", id="the method as a URL"),
        pytest.param("curl https://api.example.com/v1/chat/completions", id="a GET"),
    ],
)
def test_a_mistake_in_asking_for_a_chat_is_an_error(command: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, command)
    assert verdict.name == "failed"
    assert {finding.rule for finding in verdict.findings if finding.level == "error"} & {
        "run.unknown-host",
        "run.unknown-request",
    }


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/v1/agents/completions", id="a resource of its own"),
        pytest.param("/v1/messages/count_tokens", id="below an endpoint"),
        pytest.param("/collections", id="a word that is only alike"),
        pytest.param("/v1/modelstatus", id="a word that begins like one"),
        pytest.param("/runner/embedding", id="a word behind others than a version"),
        pytest.param("/ai/v1/completion", id="a word that is a server's own"),
        pytest.param("/messages", id="an endpoint without its version, at a host of which nothing is known"),
    ],
)
def test_an_endpoint_that_shares_a_word_is_another_one(path: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"curl -sf https://api.example.com{path} -d '{CHAT}'")
    assert verdict.name == "other"


@pytest.mark.parametrize("path", ["/v1/base-models", "/v1/model"])
def test_what_is_read_at_a_host_of_which_nothing_is_known_may_be_its_own(path: str, tmp_path: Path) -> None:
    found = judged(tmp_path, *(f"curl -s https://api.{host}.com{path}" for host in ("openai", "example")))
    assert [one.name for one in found] == ["failed", "other"]


def test_a_word_mistyped_at_a_host_that_is_known_is_a_mistake(tmp_path: Path) -> None:
    ask = 'curl -s https://{}/v1/emedings -H \'Content-Type: application/json\' -d \'{{"model": "m", "input": "Hi"}}\''
    known, unknown = judged(tmp_path, ask.format("api.openai.com"), ask.format("api.example.com"))
    assert (known.name, unknown.name) == ("failed", "other")


def test_a_servers_own_word_is_a_slip_at_a_host_that_is_known_and_where_openais_stand(tmp_path: Path) -> None:
    paths = ("openai.com/v1/completion", "example.com/v1/completion", "example.com/chat/completion")
    found = judged(tmp_path, *(f"curl -s https://api.{path} -d '{CHAT}'" for path in paths))
    assert [one.name for one in found] == ["failed", "failed", "failed"]


def test_what_a_package_reports_beside_a_call_is_none_of_the_sample(tmp_path: Path) -> None:
    source = (
        "import requests\n\nrequests.post('http://localhost:4000/v1/chat/completions', json="
        "{'model': 'm', 'messages': [{'role': 'user', 'content': 'Hi'}]})\n"
        "host = '.'.join(['telemetry', 'example', 'com'])\n"
        "requests.post(f'https://{host}/api/completions', json={BODY})\n"
    )
    (verdict,) = judged_python(tmp_path, source.replace("BODY", "'took': 3"))
    assert (verdict.name, [one for one in verdict.findings if one.level == "error"]) == ("passed", [])


def test_an_endpoint_without_its_version_is_a_mistake_at_a_host_that_wants_one(tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"curl -s https://api.openai.com/messages -d '{CHAT}'")
    assert verdict.name == "failed"
    assert {one.rule for one in verdict.findings if one.level == "error"} & {"run.unknown-host", "run.unknown-request"}


@pytest.mark.parametrize(("path", "is_own"), [("'/v1/' + 'warm' + 'ing'", False), ("'/v1/warming'", True)])
def test_what_a_client_asks_beside_a_chat_and_goes_on_without_takes_nothing_from_it(
    path: str, *, is_own: bool, tmp_path: Path
) -> None:
    source = (
        "import requests\n\nbase = 'https://api.' + 'example.com'\n"
        f"requests.get(base + {path})\n"
        "requests.post(base + '/v1/chat/completions', json={'model': 'm', 'messages': [{'role': 'user', 'content': 'Hi'}]})\n"
    )
    page = tmp_path / "page.md"
    page.write_text(f"```python\n{source}```\n", encoding="utf-8")
    options = Options(cache=platformdirs.user_cache_path("aswritten"))
    case = open_case(page, page.name, options)
    with closing(Verifier(options)) as verifier:
        verdict = verifier.judge(case, case.roles[0])
    assert (verdict.name, "GET https://api.example.com/v1/warming" in verdict.reason) == ("passed", is_own)


def test_what_a_recorded_endpoint_is_not_recorded_for_is_not_checked(tmp_path: Path) -> None:
    body = CHAT[:-1] + ', "max_tokens": 9, "stream": true}'
    (verdict,) = judged(tmp_path, f"curl -s https://api.example.com/v1/messages -d '{body}'")
    assert verdict.name == "other"


@pytest.mark.parametrize(
    ("words", "host", "name"),
    [
        ("Both `/v1/chat/completions` and `/v1/responses` take it.", "localhost:4000", "other"),
        ("```\nPOST /v1/responses (the same)\n```", "localhost:4000", "other"),
        ("", "localhost:4000", "failed"),
        ("So does `/v1/responses`.", "api.openai.com", "failed"),
        ('```json\n{"path": "/v1/responses"}\n```', "localhost:4000", "failed"),
    ],
)
def test_a_chat_may_go_where_the_page_of_an_unknown_host_tells(
    words: str, host: str, name: str, tmp_path: Path
) -> None:
    command = f"curl -s http://{host}/v1/responses -H 'Content-Type: application/json' -d '{CHAT}'"
    assert judged_below(tmp_path, words, command).name == name


@pytest.mark.parametrize(
    ("name", "host", "verdict"),
    [
        ("completion", "localhost:4000", "other"),
        ("chat.completion", "localhost:4000", "failed"),
        ("completion", "api.openai.com", "failed"),
    ],
)
def test_a_chat_may_go_where_the_page_of_an_unknown_host_shows_an_answer_in_a_form_of_its_own(
    name: str, host: str, verdict: str, tmp_path: Path
) -> None:
    command = f"curl -sf https://{host}/v1/completions -H 'Content-Type: application/json' -d '{CHAT}'"
    choices = '[{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]'
    answer = f'\n```\n\nResponse:\n\n```json\n{{"id": "c", "object": "{name}", "choices": {choices}}}'
    assert judged(tmp_path, command + answer)[0].name == verdict


@pytest.mark.parametrize("path", ["/v1/chat/completion", "/v1"])
def test_a_slip_that_a_page_writes_twice_is_one(path: str, tmp_path: Path) -> None:
    command = f"curl -s http://localhost:4000{path} -H 'Content-Type: application/json' -d '{CHAT}'"
    assert judged_below(tmp_path, f"Send it to `{path}`.", command).name == "failed"


@pytest.mark.parametrize("words", ["**POST** `https://b.example/model/api/v1/chat/completion_messages`", ""])
def test_a_path_with_a_word_more_is_another_one(words: str, tmp_path: Path) -> None:
    url = "https://a.example/model/api/v1/chat/completion_messages"
    command = f"curl -s {url} -H 'Content-Type: application/json' -d '{CHAT}'"
    assert judged_below(tmp_path, words, command).name == "other"


def test_a_path_that_the_page_tells_from_the_one_it_resembles_is_another_one(tmp_path: Path) -> None:
    command = "curl -s http://localhost:4000/completionz -d '{}'"
    told = "## POST `/completionz`\n\nUnlike `/completions` it takes tokens.\n"
    for words, name in ((told, "other"), ("", "failed")):
        assert judged_below(tmp_path, words, command).name == name


def test_a_page_with_recordings_of_its_own_is_held_to_them(tmp_path: Path) -> None:
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    (recordings / "one.yaml").write_text(
        "aswritten: 1\nsource: {kind: composed, why: a test}\nanswers: recorded\n"
        "request: {method: GET, url: 'http://localhost:4000/health'}\n"
        "responses: [{status: 200, headers: {content-type: application/json}, reads: [{at: 0, data: '{}'}]}]\n",
        encoding="utf-8",
    )
    (verdict,) = judged(tmp_path, "curl -s http://localhost:4000/key/info", settings="fixtures: [recordings]\n")
    assert (verdict.name, [finding.level for finding in verdict.findings]) == ("failed", ["error"])


#: As a package writes it: neither the path nor the members are words of the sample.
PACKAGED = """
import requests
path, member = "/v1/embed" + "dings", "te" + "xts"
requests.post("https://api.example.com" + path, json={{"model": "m", {member}: ["Hi"]}}).raise_for_status()
"""


@pytest.mark.parametrize(
    ("source", "name"),
    [
        pytest.param(PACKAGED.format(member="member"), "other", id="in a package's words"),
        pytest.param(PACKAGED.format(member='"texts"'), "failed", id="in the sample's words"),
        pytest.param(PACKAGED.format(member='"input", member'), "failed", id="in nobody's"),
        pytest.param(
            PACKAGED.format(member="member").replace('embed" + "dings', "embeddings"), "failed", id="at its own path"
        ),
        pytest.param(
            PACKAGED.format(member="member").replace("api.example.com", "api.openai.com"),
            "failed",
            id="of a known provider",
        ),
        pytest.param(
            PACKAGED.format(member="member").replace('embed" + "dings', 'chat/comp" + "letions'),
            "failed",
            id="of a chat",
        ),
    ],
)
def test_what_a_package_asks_in_words_of_its_own_is_of_its_own_api(source: str, name: str, tmp_path: Path) -> None:
    (verdict,) = judged_python(tmp_path, source)
    assert verdict.name == name


@pytest.mark.parametrize(("path", "level"), [("/x/models.yaml", "info"), ("/v1/modells", "error")])
def test_a_file_that_a_sample_fetches_is_no_endpoint(path: str, level: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"curl -s https://files.example.com{path} -o own.yaml")
    assert [one.level for one in verdict.findings if one.rule.startswith("run.unknown")] == [level]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://maker.example.com/functions/v1/chat-completions", "other"),
        ("https://maker.example.com/api/chatCompletions", "other"),
        ("https://maker.example.com/v1/chat-completions", "failed"),
        ("https://maker.example.com/api/chat/completion", "failed"),
        ("https://api.openai.com/functions/v1/chat-completions", "failed"),
    ],
)
def test_an_endpoint_of_chats_in_one_word_is_of_who_named_it(url: str, name: str, tmp_path: Path) -> None:
    (verdict,) = judged(tmp_path, f"curl -sf {url} -H 'Content-Type: application/json' -d '{CHAT}'")
    assert verdict.name == name


@pytest.mark.parametrize(("host", "name"), [("http://localhost:8084", "other"), ("https://api.openai.com", "failed")])
def test_json_in_place_of_a_form_may_be_what_an_unknown_server_takes(host: str, name: str, tmp_path: Path) -> None:
    sound = '{"model": "base", "audio_url": "data:audio/wav;base64,AAAA"}'
    command = f"curl {host}/v1/audio/transcriptions -H 'Content-Type: application/json' -d '{sound}'"
    (verdict,) = judged(tmp_path, command)
    assert verdict.name == name
