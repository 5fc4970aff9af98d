"""The door open: what is sent of a sample's request and to whom, what comes back, and what becomes of it."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from aswritten.client import Limits
from aswritten.errors import UsageError
from aswritten.model import Request
from aswritten.record import Access, Budget, Forwarder, Patience, Shelf, Visit, keep_taken, open_shelf, stem_of
from aswritten.recordings import Miss, Read, RecordedResponse, Recording, Source, dump, load_recordings, sealed
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "sk-forwarded-Zq8Lw2Xv5Tn0Rb7Yk4Hd"
ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
LIMITED = {"error": {"message": "Slow down.", "type": "requests", "param": None, "code": "rate_limit_exceeded"}}


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = field(default_factory=lambda: json.dumps(ANSWER).encode())
    missing: int = 0
    """Bytes that are promised and never come."""


class Api(ThreadingHTTPServer):
    """Notes what it hears, and answers what it is told, in turn; the last answer again and again."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answers = [Answer()]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left early is no matter of the server's."""


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((self.command, self.path, headers, body))
        answer = self.server.answers[min(len(self.server.heard), len(self.server.answers)) - 1]
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST  # noqa: N815 - the base class wants such names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def access(base_url: str = "", key: str = KEY) -> Access:
    patience = Patience(Limits(connect=5, seconds=20))
    return Access("aswritten 0", Scrubber([key]), base_url, key, "THE_KEY" if key else "", patience)


def request(
    api: Api | None = None, body: object = ASKED, target: str = "/v1/chat/completions", **changes: Any
) -> Request:
    """A request of a sample to the API's own address, or to another one."""
    host, port = ("127.0.0.1", api.server_port) if api else ("api.example.com", 443)
    headers = (("Host", "x"), ("Content-Type", "application/json"), ("Authorization", "Bearer YOUR_API_KEY"))
    data = b"" if body is None else json.dumps(body).encode()
    sent = Request("POST", "http" if api else "https", host, port, target, headers, data)
    return replace(sent, **changes)


def shelf(folder: Path, *recordings: Recording) -> Shelf:
    for one in recordings:
        one.path.parent.mkdir(parents=True, exist_ok=True)
        one.path.write_text(dump(one), encoding="utf-8")
    return open_shelf([], folder)


def door(there: Shelf, who: Access, calls: int | None = None, *, force: bool = False) -> Forwarder:
    forwarder = Forwarder(who, Budget(calls), force=force)
    forwarder.begin(Visit(there, "page", "page.md:1", "openai"))
    return forwarder


def came(answer: RecordedResponse | Miss) -> int:
    assert isinstance(answer, RecordedResponse), answer
    return answer.status


def why(answer: RecordedResponse | Miss) -> str:
    """What went wrong, without the request in front of it."""
    assert isinstance(answer, Miss), answer
    return answer.reason.partition("; ")[2]


def recorded(path: Path, url: str, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Recording:
    """One that a recorder made, of the usual request."""
    source = Source("recorded", host="api.example.com", date="2026-01-01", tool="aswritten 0")
    body = json.dumps(ANSWER if status < 400 else LIMITED).encode()
    response = RecordedResponse(status, (("content-type", "application/json"),), (Read(0.5, body),))
    return sealed(Recording(path.stem, path, source, "recorded", "POST", url, headers, ASKED, (response,)))


# What is sent


def test_the_samples_own_request_is_sent_with_the_key_in_place_of_its_placeholder(api: Api, tmp_path: Path) -> None:
    headers = (
        ("Host", "api.example.com"),
        ("User-Agent", "OpenAI/Python 2.0.0"),
        ("authorization", "Bearer YOUR_API_KEY"),
        ("Content-Type", "application/json"),
        ("Content-Length", "9999"),
        ("Content-Encoding", "gzip"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "1"),
        ("Transfer-Encoding", "chunked"),
        ("X-Twice", "a"),
        ("X-Twice", "b"),
    )
    sent = request(api, headers=headers, target="/v1/chat/completions?a=%2F&b")
    assert came(door(shelf(tmp_path), access())(sent)) == 200
    ((method, path, heard, body),) = api.heard
    assert (method, path, body) == ("POST", "/v1/chat/completions?a=%2F&b", sent.body)
    assert heard == {
        "host": api.host,
        "user-agent": "OpenAI/Python 2.0.0",
        "authorization": f"Bearer {KEY}",
        "content-type": "application/json",
        "content-length": str(len(sent.body)),
        "accept-encoding": "identity",
        "x-twice": "a, b",
    }


@pytest.mark.parametrize(("name", "value"), [("api-key", KEY), ("X-API-Key", KEY), ("authorization", f"Bearer {KEY}")])
def test_a_key_has_its_place_in_several_headers(api: Api, tmp_path: Path, name: str, value: str) -> None:
    sent = request(api, headers=((name, "YOUR_API_KEY"),))
    door(shelf(tmp_path), access())(sent)
    assert api.heard[0][2][name.lower()] == value


def test_a_request_without_a_key_gets_none(api: Api, tmp_path: Path) -> None:
    door(shelf(tmp_path), access())(request(api, headers=()))
    assert KEY not in str(api.heard)


def test_without_a_key_the_samples_own_is_sent(api: Api, tmp_path: Path) -> None:
    door(shelf(tmp_path), access(key=""))(request(api))
    assert api.heard[0][2]["authorization"] == "Bearer YOUR_API_KEY"


def test_a_key_that_a_fixture_names_is_meant_as_it_is(api: Api, tmp_path: Path) -> None:
    url = f"http://{api.host}/v1/chat/completions"
    wrong = recorded(tmp_path / "wrong.yaml", url, status=401, headers=(("authorization", "Bearer wrong-key"),))
    api.answers = [Answer(401, body=json.dumps(LIMITED).encode())]
    sent = request(api, headers=(("Authorization", "Bearer wrong-key"),))
    there = shelf(tmp_path, wrong)
    forwarder = door(there, access())
    assert came(forwarder(sent)) == 401
    assert api.heard[0][2]["authorization"] == "Bearer wrong-key"
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.path, outcome.kept.result) == (tmp_path / "wrong.yaml", "recorded")


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/v1/chat/completions", "/base/chat/completions"),
        ("/v3/openai/chat/completions?x=1", "/base/chat/completions?x=1"),
        ("/chat/completions/chat/completions", "/base/chat/completions"),
        ("/v1/completions", "/base/completions"),
        ("/v1/embeddings", "/base/embeddings"),
        ("/openai/models", "/base/models"),
        ("/v1/models/org/name", "/base/models/org/name"),
    ],
)
def test_to_a_base_url_goes_what_stands_behind_any_base_url(api: Api, tmp_path: Path, path: str, sent: str) -> None:
    forwarder = door(shelf(tmp_path), access(f"http://{api.host}/base"))
    assert came(forwarder(request(target=path))) == 200
    assert api.heard[0][1] == sent
    assert forwarder.taken[0].asked.recording.url == f"https://api.example.com{path}", "as the sample asks for it"


def test_a_path_that_no_base_url_has_is_told(api: Api, tmp_path: Path) -> None:
    base = f"http://{api.host}/base"
    said = why(door(shelf(tmp_path), access(base))(request(target="/v1/horoscopes")))
    assert said == (
        f"--base-url {base} has no place for /v1/horoscopes: expected the path of an endpoint, such as /chat/completions"
    )
    assert api.heard == []


# To whom the key goes


def test_the_key_goes_to_no_host_that_nobody_knows(tmp_path: Path) -> None:
    said = why(door(shelf(tmp_path), access())(request(host="collector.invalid")))
    assert said == (
        "the key in THE_KEY is not sent to collector.invalid, which no recording and no profile knows:"
        " name the API by --base-url"
    )


def test_the_key_is_not_sent_without_tls(tmp_path: Path) -> None:
    known = recorded(tmp_path / "one.yaml", "http://api.invalid/v1/other")
    said = why(door(shelf(tmp_path, known), access())(request(scheme="http", host="api.invalid", port=80)))
    assert said == "the key in THE_KEY is not sent without TLS: name the API by --base-url"


def test_the_key_goes_to_one_host_alone(api: Api, tmp_path: Path) -> None:
    known = recorded(tmp_path / "one.yaml", "https://api.invalid/v1/other")
    forwarder = door(shelf(tmp_path, known), access())
    assert came(forwarder(request(api))) == 200
    assert why(forwarder(request(host="api.invalid"))) == (
        f"the key in THE_KEY is for {api.host}, and not sent to api.invalid: record the pages of each API by themselves"
    )


def test_a_certificate_that_nobody_trusts_gets_no_request(tmp_path: Path) -> None:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[bytes] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True) as secure:
                heard.append(secure.recv(1024))

        thread = threading.Thread(target=serve)
        thread.start()
        port = listener.getsockname()[1]
        said = why(door(shelf(tmp_path), access())(request(host="127.0.0.1", port=port)))
        thread.join()
    assert said.startswith(f"127.0.0.1:{port} does not answer: its certificate is not valid: ")
    assert b"".join(heard) == b""


# What comes back, and how often is asked


def test_what_was_answered_once_is_answered_the_same_to_the_next_sample(api: Api, tmp_path: Path) -> None:
    there = shelf(tmp_path)
    forwarder = door(there, access())
    first = forwarder(request(api))
    forwarder.begin(Visit(there, "page", "page.md:9", "openai"))
    spaced = request(api, headers=(), body=None, target="/v1/chat/completions")
    spaced = replace(spaced, body=json.dumps(ASKED, indent=3).encode())
    assert forwarder(spaced) is first
    assert len(api.heard) == 1


def test_what_is_asked_again_in_one_run_is_the_next_response_of_one_recording(api: Api, tmp_path: Path) -> None:
    api.answers = [Answer(429, {"Retry-After": "0"}, json.dumps(LIMITED).encode()), Answer()]
    there = shelf(tmp_path)
    forwarder = door(there, access())
    for _ in range(3):
        assert [came(forwarder(request(api))) for _ in range(2)] == [429, 200]
        forwarder.begin(Visit(there, "page", "page.md:9", "openai"))
    assert len(api.heard) == 2
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert outcome.kept.result == "recorded"
    (made,) = load_recordings([tmp_path])
    assert [one.status for one in made.responses] == [429, 200]
    assert dict(made.responses[0].headers)["retry-after"] == "0"
    assert (made.source.host, made.url) == (api.host, f"http://{api.host}/v1/chat/completions")


def test_samples_that_ask_at_once_are_answered_at_once(api: Api, tmp_path: Path) -> None:
    forwarder = door(shelf(tmp_path), access())
    bodies = [{**ASKED, "seed": number} for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda body: came(forwarder(request(api, body))), bodies)) == {200}
    assert len(api.heard) == 8
    outcomes = list(keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False))
    assert {one.path.name for one in outcomes} == {f"page-{number}.yaml" for number in range(1, 9)}
    assert {one.kept.result for one in outcomes} == {"recorded"}


def test_no_more_calls_are_sent_than_these(api: Api, tmp_path: Path) -> None:
    forwarder = door(shelf(tmp_path), access(), 1)
    assert came(forwarder(request(api))) == 200
    assert why(forwarder(request(api, {**ASKED, "seed": 1}))) == "--max-calls 1 allows no more"
    assert len(api.heard) == 1
    outcomes = list(keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False))
    assert [(one.kept.result, one.kept.cause) for one in outcomes] == [("recorded", ""), ("not-recorded", "left-out")]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def test_a_server_that_is_not_there_is_asked_once(tmp_path: Path) -> None:
    port = free_port()
    forwarder = door(shelf(tmp_path), access(f"http://127.0.0.1:{port}/v1"))
    said = f"127.0.0.1:{port} does not answer: connection refused"
    assert why(forwarder(request())) == said
    assert why(forwarder(request(body={**ASKED, "seed": 1}))) == f"not asked, as nothing came before: {said}"
    outcomes = list(keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False))
    assert [(one.kept.result, one.kept.cause) for one in outcomes] == [("not-recorded", "set-up")] * 2


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            Answer(302, {"Location": "https://other.example/"}),
            "redirects (302) to https://other.example/, where the key is not sent: give the URL where the API is by --base-url",
        ),
        (
            Answer(200, {"Content-Type": "text/html"}, b"<html>Welcome</html>"),
            "answers with a web page (200): expected an API: give its base URL by --base-url",
        ),
        (
            Answer(401, body=b'{"error": {"message": "Incorrect API key provided: ' + KEY.encode() + b'"}}'),
            "does not let us in (401: Incorrect API key provided: [key]): is the key in THE_KEY right?",
        ),
    ],
    ids=["redirect", "web page", "key"],
)
def test_what_is_no_answer_of_the_api_is_told_and_not_served(
    api: Api, tmp_path: Path, answer: Answer, said: str
) -> None:
    api.answers = [answer]
    forwarder = door(shelf(tmp_path), access())
    assert why(forwarder(request(api))) == f"{api.host} {said}"
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.kept.result, outcome.kept.cause) == ("not-recorded", "set-up")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(missing=5), "the connection closed before the end of the body"),
        (
            Answer(404, body=json.dumps(LIMITED).encode()),
            "expected the status 200 to 299, got 404: Slow down.",
        ),
        (Answer(body=b'{"object": "chat.completion"}'), "the contract of openai is broken"),
    ],
    ids=["cut", "status", "contract"],
)
def test_what_no_fixture_may_hold_is_served_and_lies_beside(
    api: Api, tmp_path: Path, answer: Answer, said: str
) -> None:
    api.answers = [answer]
    forwarder = door(shelf(tmp_path), access())
    assert came(forwarder(request(api))) == answer.status
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.kept.result, outcome.kept.cause, outcome.kept.why) == ("not-recorded", "refused", said)
    assert [path.name for path in tmp_path.iterdir()] == ["page-1.yaml.rejected"]


def test_a_server_that_cannot_answer_now_leaves_the_fixture_as_it_was(api: Api, tmp_path: Path) -> None:
    api.answers = [Answer(503, body=json.dumps(LIMITED).encode())]
    old = recorded(tmp_path / "one.yaml", f"http://{api.host}/v1/chat/completions")
    forwarder = door(shelf(tmp_path, old), access())
    assert came(forwarder(request(api))) == 503
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.kept.result, outcome.kept.cause) == ("kept", "set-up")
    assert outcome.kept.why == f"{api.host} does not answer now: expected the status 200 to 299, got 503: Slow down."
    assert old.path.read_text(encoding="utf-8") == dump(old)


def test_the_trouble_of_a_moment_is_served_and_is_no_part_of_what_is_recorded(api: Api, tmp_path: Path) -> None:
    api.answers = [Answer(500, body=json.dumps(LIMITED).encode()), Answer()]
    forwarder = door(shelf(tmp_path), access())
    assert [came(forwarder(request(api))) for _ in range(2)] == [500, 200]
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert outcome.kept.result == "recorded"
    (made,) = load_recordings([tmp_path])
    assert [one.status for one in made.responses] == [200]


def test_an_error_of_the_server_that_the_fixture_holds_is_meant(api: Api, tmp_path: Path) -> None:
    old = recorded(tmp_path / "one.yaml", f"http://{api.host}/v1/chat/completions", status=500)
    api.answers = [Answer(500, body=json.dumps(LIMITED).encode())]
    forwarder = door(shelf(tmp_path, old), access())
    assert came(forwarder(request(api))) == 500
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.path, outcome.kept.result) == (old.path, "recorded")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"body": b"no JSON"}, "its body is not JSON, and a recording holds no other"),
        ({"method": "TRACE"}, "a recording holds no TRACE of /v1/chat/completions"),
        ({"method": "OPTIONS", "target": "*"}, "a recording holds no OPTIONS of *"),
    ],
)
def test_what_no_recording_can_hold_is_not_asked(api: Api, tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    forwarder = door(shelf(tmp_path), access())
    assert why(forwarder(replace(request(api), **changes))) == said
    assert (api.heard, forwarder.taken) == ([], ())


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"headers": (("X-Bad", "a\rb"),)}, "Invalid header value"), ({"port": 70000}, "Port out of range")],
)
def test_what_cannot_be_sent_is_told(api: Api, tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    assert said in why(door(shelf(tmp_path), access(key=""))(replace(request(api), **changes)))
    assert api.heard == []


# Where it goes


def test_a_fixture_of_the_very_request_is_made_anew_in_its_place(api: Api, tmp_path: Path) -> None:
    old = recorded(tmp_path / "deep" / "named.yaml", f"http://{api.host}/v1/chat/completions")
    api.answers = [Answer(body=json.dumps({**ANSWER, "id": "chatcmpl-2"}).encode())]
    there = shelf(tmp_path, replace(old, answers="alike"))
    forwarder = door(there, access(), force=True)
    forwarder(request(api))
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=True)
    assert (outcome.path, outcome.kept.result) == (old.path, "recorded")
    (new,) = load_recordings([tmp_path])
    assert b"chatcmpl-2" in new.responses[0].body
    assert new.answers == "alike"


def test_what_somebody_wrote_by_hand_answers_itself_and_costs_no_call(api: Api, tmp_path: Path) -> None:
    old = recorded(tmp_path / "one.yaml", f"http://{api.host}/v1/chat/completions")
    there = shelf(tmp_path, replace(old, source=Source("composed", why="by hand")))
    text = old.path.read_text(encoding="utf-8")
    forwarder = door(there, access())
    assert forwarder(request(api)) == old.responses[0]
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert (outcome.kept.result, outcome.kept.cause) == ("kept", "edited")
    assert (api.heard, old.path.read_text(encoding="utf-8")) == ([], text)


def test_elsewhere_recordings_are_called_as_their_like_in_the_settings_folders(api: Api, tmp_path: Path) -> None:
    url = f"http://{api.host}/v1/chat/completions"
    settings = tmp_path / "settings"
    shelf(settings, recorded(settings / "sub" / "named.yaml", url))
    there = open_shelf([settings], tmp_path / "into")
    forwarder = door(there, access())
    forwarder(request(api))
    forwarder(request(api, {**ASKED, "seed": 1}))
    outcomes = list(keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False))
    assert [one.path for one in outcomes] == [
        tmp_path / "into" / "sub" / "named.yaml",
        tmp_path / "into" / "page-1.yaml",
    ]
    assert (settings / "sub" / "named.yaml").read_text(encoding="utf-8").count("2026-01-01") == 1


def test_a_name_that_is_taken_is_left_alone(api: Api, tmp_path: Path) -> None:
    taken = recorded(tmp_path / "page-1.yaml", "https://api.example.com/v1/other")
    forwarder = door(shelf(tmp_path, taken), access())
    forwarder(request(api))
    (outcome,) = keep_taken(forwarder.taken, "aswritten 0", forwarder.scrubber, force=False)
    assert outcome.path == tmp_path / "page-2.yaml"


@pytest.mark.parametrize(
    ("page", "stem"),
    [
        ("docs/chat.md", "chat"),
        ("docs/Tool Calls/README.md", "tool-calls"),
        ("docs/stream/index.mdx", "stream"),
        ("docs/[slug].mdx", "slug"),
        ("docs/日本.md", "sample"),
    ],
)
def test_recordings_are_called_as_their_page(page: str, stem: str) -> None:
    assert stem_of(Path(page)) == stem


def test_a_folder_has_to_be_named_somewhere(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a folder by --into"):
        open_shelf([], None)
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is a file: expected a folder of recordings"):
        open_shelf([], tmp_path / "file")
