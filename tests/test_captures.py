"""What other tools kept of an API, as they wrote it, to exchanges: HAR files and transcripts of curl. Cassettes: test_cassettes.py."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aswritten.captures import Asked, Capture, read
from aswritten.errors import UsageError
from aswritten.model import request_to
from conforming_server import KEY, MODEL, serving

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

URL = "https://api.example.com/v1/chat/completions"
ASKED = Asked(request_to("POST", URL, (), b'{"model": "m"}'), "--url")


def entry(**parts: Any) -> dict[str, Any]:
    """An entry of a HAR file; a part that is given takes the place of what is as good as any."""
    request = {
        "method": "POST",
        "url": URL,
        "headers": [{"name": "Authorization", "value": "Bearer x"}],
        "postData": {"mimeType": "application/json", "text": '{"model": "m"}'},
    }
    response = {
        "status": 200,
        "headers": [{"name": "Content-Type", "value": "application/json"}],
        "content": {"size": 7, "mimeType": "application/json", "text": '{"a":1}'},
    }
    return {
        "startedDateTime": "2026-01-31T23:30:00.000-05:00",
        "request": request | parts.pop("request", {}),
        "response": response | parts.pop("response", {}),
        "timings": {"blocked": 3, "dns": -1, "send": 1, "wait": 420.5, "receive": 79.5},
        **parts,
    }


def har(tmp_path: Path, *entries: object, bom: bytes = b"", **log: Any) -> tuple[Capture, ...]:
    path = tmp_path / "saved.har"
    document = {"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "140.0"}, "entries": entries} | log}
    path.write_bytes(bom + json.dumps(document).encode())
    return read(path)


def text(body: str, kind: str = "application/json", **more: Any) -> dict[str, Any]:
    return {
        "headers": [{"name": "content-type", "value": kind}],
        "content": {"size": len(body), "mimeType": kind, "text": body, **more},
    }


def test_an_entry_is_an_exchange_with_its_day_and_its_time(tmp_path: Path) -> None:
    (one,) = har(tmp_path, entry(), bom=b"\xef\xbb\xbf")
    assert one.unread == ""
    assert one.request
    assert one.response
    assert (one.request.method, one.request.url, one.request.body) == ("POST", URL, b'{"model": "m"}')
    assert (one.response.status, one.response.header("content-type"), one.response.body) == (
        200, "application/json", b'{"a":1}',
    )  # fmt: skip
    assert (one.place, one.tool, one.date, one.seconds) == ("log.entries[0]", "Firefox 140.0 (HAR)", "2026-01-31", 0.5)
    assert one.note == "one read, at the end: a HAR file keeps no others"


BODIES: dict[str, tuple[dict[str, Any], bytes]] = {
    "text": (text("Grüße"), "Grüße".encode()),
    "text that was in another charset": (text("Grüße", "text/plain; charset=ISO-8859-1"), "Grüße".encode("latin-1")),
    "text in a charset that nobody knows": (text("Grüße", "text/plain; charset=klingon"), "Grüße".encode()),
    "text in a codec that is no charset": (text("a\nü", "text/plain; charset=unicode-escape"), "a\nü".encode()),
    "a stream": (text("data: 1\n\ndata: [DONE]\n\n", "text/event-stream"), b"data: 1\n\ndata: [DONE]\n\n"),
    "base64": (text(base64.b64encode(b"\x89PNG\xff").decode(), "image/png", encoding="base64"), b"\x89PNG\xff"),
    "base64 in lines": (text("iVBO\nRw==", "image/png", encoding="base64"), b"\x89PNG"),
    "none, and said to be": ({"status": 204, "content": {"size": 0, "mimeType": ""}}, b""),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_body_has_its_bytes(case: str, tmp_path: Path) -> None:
    response, body = BODIES[case]
    (one,) = har(tmp_path, entry(response=response))
    assert one.unread == ""
    assert one.response
    assert one.response.body == body


UNREAD: dict[str, tuple[object, str]] = {
    "text": ("text", "expected a mapping as request"),
    "no response": ({"request": entry()["request"]}, "expected a mapping as response"),
    "no URL": (entry(request={"url": 7}), "the request: expected a text as url"),
    "another URL": (entry(request={"url": "wss://x/"}), "the request: expected an absolute http or https URL"),
    "a form": (
        entry(request={"postData": {"mimeType": "multipart/form-data", "params": [{"name": "a"}]}}),
        "the request: its body is a form, not JSON",
    ),
    "a request that was not kept": (
        entry(request={"postData": None, "bodySize": 99}),
        "the request: its body of 99 bytes was not kept",
    ),
    "no response came": (entry(response={"status": 0}), "the response: none came (status 0)"),
    "status": (entry(response={"status": True}), "the response: expected a number as status"),
    "headers": (entry(response={"headers": {}}), "the response: expected a list as headers"),
    "a header": (entry(response={"headers": [{"name": "x"}]}), "the response: expected a text as value"),
    "not kept": (entry(response={"content": {"size": 3, "mimeType": "x/y"}}), "the response: its body was not kept"),
    "encoding": (entry(response=text("x", encoding="rot13")), "the response: its body is in an unknown encoding: expected base64"),
    "not base64": (entry(response=text("§", encoding="base64")), "the response: its body is no base64: "),
    "half a character": (entry(response=text("\ud800")), "the response: its body cannot be written in utf-8"),
    "charset": (entry(response=text("→", "text/plain; charset=ascii")), "the response: its body cannot be written in ascii"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREAD)
def test_an_entry_that_cannot_be_read_says_why_and_the_others_are_read(case: str, tmp_path: Path) -> None:
    broken, reason = UNREAD[case]
    first, second = har(tmp_path, broken, entry())
    assert first.unread.startswith(reason)
    assert (second.unread, second.place) == ("", "log.entries[1]")


@pytest.mark.parametrize("timings", [None, [], {}, {"wait": -1, "receive": -1}, {"wait": 1e400}, {"wait": "1"}])
def test_a_time_that_nothing_tells_is_unknown(timings: object, tmp_path: Path) -> None:
    (one,) = har(tmp_path, entry(timings=timings))
    assert (one.seconds, one.note) == (0.0, "one read, its time unknown: a HAR file keeps no others")


def test_a_day_that_is_none_is_taken_from_the_date_header_or_unknown(tmp_path: Path) -> None:
    dated = {"headers": [{"name": "Date", "value": "Sat, 31 Jan 2026 23:59:59 GMT"}]}
    days = [
        one.date for one in har(tmp_path, entry(startedDateTime="2026-02-31", response=dated), entry(startedDateTime=7))
    ]
    assert days == ["2026-01-31", ""]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"log": {\n"entries": [}', ":2: is not JSON: Expecting value"),
        (b'{"log":\n "\xff"}', ":2: expected UTF-8"),
        (b'{"log": 7}', ": is no HAR file: expected a mapping as log"),
        (b'{"log": {"entries": 7}}', ": is no HAR file: expected a list as log.entries"),
        (b'{"log": {"entries": []}}', ": is a HAR file without any entry: expected some in log.entries"),
        (b'{"log": ' + b"[" * 100_000, ": is nested too deeply"),
        (b'{"log": ' + b"9" * 5000 + b"}", ": is not JSON: Exceeds the limit"),
        (b'{"logs": {}}', ": is none of what can be imported: expected a vcrpy cassette (`interactions:`), a HAR file"),
        (b"", ": is none of what can be imported"),
        (b"\x00\xff", ":1: expected UTF-8"),
        (b"aswritten: 1\n", ": is a fixture already"),
    ],
)
def test_a_file_of_no_use_is_refused_with_its_line(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "saved.har"
    path.write_bytes(data)
    with pytest.raises(UsageError) as raised:
        read(path)
    assert str(raised.value).startswith(f"{path}{message}")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        read(tmp_path / "none.har")


def test_a_cassette_in_json_is_a_cassette(tmp_path: Path) -> None:
    path = tmp_path / "cassette.json"
    interaction = {
        "request": {"method": "GET", "uri": URL, "headers": {}, "body": None},
        "response": {"status": {"code": 200}, "headers": {}, "body": {"string": "{}"}},
    }
    path.write_text(json.dumps({"interactions": [interaction], "version": 1}))
    (one,) = read(path)
    assert (one.place, one.tool, one.unread) == ("interactions[0]", "vcrpy", "")


@pytest.mark.parametrize(
    ("response", "is_kept"),
    [
        ({"headers": {"content-type": ["application/pdf"]}, "body": {"string": b"%PDF\xc4"}}, True),
        ({"headers": {"content-length": ["0"]}, "body": {"string": ""}}, True),
        ({"status": {"code": 204}, "headers": {}, "body": {"string": ""}}, True),
        ({"headers": {}, "body": {"string": ""}}, False),
        ({"headers": {"content-encoding": ["gzip"]}, "body": {"string": gzip.compress(b"{}", mtime=0)[:-3]}}, False),
    ],
)
def test_a_body_of_a_cassette_is_known_also_where_it_cannot_be_judged(
    response: dict[str, Any], is_kept: bool, tmp_path: Path
) -> None:
    path = tmp_path / "cassette.yaml"
    interaction = {"request": {"method": "GET", "uri": URL}, "response": {"status": {"code": 200}} | response}
    path.write_text(yaml.dump({"interactions": [interaction], "version": 1}))
    (one,) = read(path)
    assert (one.unread == "") is is_kept


@pytest.mark.parametrize(
    ("url", "again"),
    [
        ("HTTPS://User:word@API.example.com:443/a?b=c#d", "https://api.example.com/a?b=c"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
    ],
)
def test_a_url_is_kept_as_a_server_sees_it(url: str, again: str, tmp_path: Path) -> None:
    (one,) = har(tmp_path, entry(request={"url": url}))
    assert one.request
    assert one.request.url == again


# Transcripts


def transcript(tmp_path: Path, *parts: bytes, asked: Asked | None = ASKED) -> Capture:
    path = tmp_path / "answer.txt"
    path.write_bytes(b"".join(parts))
    (one,) = read(path, asked)
    return one


def head(status: str, *lines: str, end: str = "\r\n") -> bytes:
    return "".join(f"{line}{end}" for line in (status, *lines, "")).encode("latin-1")


HEADS: dict[str, Sequence[bytes]] = {
    "HTTP/1.1": [head("HTTP/1.1 200 OK", "Content-Type: application/json")],
    "HTTP/1.0 without a reason": [head("HTTP/1.0 200", "content-type:application/json  ")],
    "HTTP/2": [head("HTTP/2 200 ", "content-type: application/json")],
    "HTTP/3": [head("HTTP/3 200 ", "content-type: application/json")],
    "lines that end as a text file's do": [head("HTTP/1.1 200 OK", "Content-Type: application/json", end="\n")],
    "after 100": [head("HTTP/1.1 100 Continue"), head("HTTP/1.1 200 OK", "Content-Type: application/json")],
    "after early hints": [head("HTTP/2 103 ", "link: </a>"), head("HTTP/2 200 ", "content-type: application/json")],
    "through a proxy": [
        head("HTTP/1.1 200 Connection established", "Proxy-Agent: x"),
        head("HTTP/2 200 ", "content-type: application/json"),
    ],
    "after redirects": [
        head("HTTP/1.1 301 Moved Permanently", "Location: https://b/", "Content-Length: 162"),
        head("HTTP/2 307 ", "location: https://c/"),
        head("HTTP/1.1 200 OK", "Content-Type: application/json"),
    ],
    "at the second try": [
        head("HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Digest", "Content-Length: 12"),
        head("HTTP/1.1 200 OK", "Content-Type: application/json"),
    ],
}


@pytest.mark.parametrize("case", HEADS)
def test_the_last_head_is_that_of_the_answer(case: str, tmp_path: Path) -> None:
    body = b'{"text": "Gr\xc3\xbc\xc3\x9fe"}\n'
    one = transcript(tmp_path, *HEADS[case], body)
    assert one.response
    assert (one.response.status, one.response.body) == (200, body)
    assert one.response.header("content-type") == "application/json"
    assert one.request == ASKED.request


def test_a_body_that_begins_as_a_head_does_is_a_body(tmp_path: Path) -> None:
    body = head("HTTP/1.1 200 OK") + b"is how an answer begins"
    one = transcript(tmp_path, head("HTTP/1.1 200 OK", "Content-Type: text/plain"), body)
    assert one.response
    assert one.response.body == body


def test_an_answer_that_is_a_redirect_is_kept_as_one(tmp_path: Path) -> None:
    one = transcript(tmp_path, head("HTTP/1.1 301 Moved", "Location: https://b/", "Content-Length: 3"), b"gone"[:3])
    assert one.response
    assert (one.response.status, one.response.body) == (301, b"gon")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_body_that_curl_unpacked_is_as_it_is(coding: str, tmp_path: Path) -> None:
    one = transcript(tmp_path, head("HTTP/1.1 200 OK", f"Content-Encoding: {coding}", "Content-Length: 9"), b'{"a": 1}')
    assert one.response
    assert one.response.body == b'{"a": 1}'


@pytest.mark.parametrize(
    ("coding", "packed"), [("gzip", gzip.compress(b"{}", mtime=0)), ("deflate", zlib.compress(b"{}"))]
)
def test_a_packed_body_is_unpacked(coding: str, packed: bytes, tmp_path: Path) -> None:
    one = transcript(tmp_path, head("HTTP/1.1 200 OK", f"Content-Encoding: {coding}"), packed)
    assert one.response
    assert one.response.body == b"{}"


def test_its_day_is_that_of_the_server(tmp_path: Path) -> None:
    one = transcript(tmp_path, head("HTTP/1.1 200 OK", "Date: Sat, 31 Jan 2026 10:00:00 GMT"), b"{}")
    assert (one.date, one.seconds, one.tool) == ("2026-01-31", 0.0, "curl")
    assert transcript(tmp_path, head("HTTP/1.1 200 OK", "Date: yesterday"), b"{}").date == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"HTTP/1.1 OK\r\n\r\n", ":1: expected a status line such as `HTTP/1.1 200 OK`"),
        (b"HTTP/1.1 200 OK", ":1: expected a status line such as `HTTP/1.1 200 OK`"),
        (b"HTTP/1.1 200 OK\r\nContent-Type\r\n\r\n", ":2: expected a header (`name: value`) or an empty line"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", ":3: expected a header (`name: value`) or an empty line, and the file ends"),
        (head("HTTP/1.1 100 Continue"), ":3: ends after the head of 100: expected the answer itself"),
        (head("HTTP/1.1 200 OK", "Content-Length: 5") + b"abc", ":4: expected a body of 5 bytes, as the head says, got 3"),
        (head("HTTP/1.1 200 OK", "Content-Length: 1") + b"abc", ":4: expected a body of 1 bytes, as the head says, got 3"),
        (head("HTTP/1.1 200 OK", "Trailer: Expires") + b"abc", ":4: the answer has trailers"),
        (head("HTTP/1.1 200 OK", "Content-Encoding: gzip") + gzip.compress(b"{}", mtime=0)[:-4], ":4: the body is a gzip that is cut"),
    ],
)  # fmt: skip
def test_what_curl_does_not_print_is_refused_with_its_line(data: bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        transcript(tmp_path, data)
    assert str(raised.value).startswith(f"{tmp_path / 'answer.txt'}{message}")


def test_a_transcript_needs_its_request_and_nothing_else_takes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1: is a transcript, which does not hold its request: give --url"):
        transcript(tmp_path, head("HTTP/1.1 200 OK"), asked=None)
    with pytest.raises(UsageError, match="starts with `HTTP/`: --url is for that alone"):
        transcript(tmp_path, b'{"log": {}}')


def test_what_curl_itself_prints_is_read(tmp_path: Path) -> None:
    """Through 100-continue, in chunks, as a stream."""
    body = json.dumps({"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": True})
    with serving(key=KEY) as server:
        url = f"{server.url}/chat/completions"
        command = ["curl", "-si", "--no-buffer", url, "-d", body, "-H", "Content-Type: application/json"]
        done = subprocess.run([*command, "-H", f"Authorization: Bearer {KEY}"], capture_output=True, check=True)
        (tmp_path / "answer.txt").write_bytes(done.stdout)
    (one,) = read(tmp_path / "answer.txt", Asked(request_to("POST", url, (), body.encode()), "--url"))
    assert one.response
    assert one.response.status == 200
    assert one.response.header("content-type") == "text/event-stream"
    assert one.response.body.startswith(b"data: {")
    assert one.response.body.endswith(b"data: [DONE]\n\n")


# Whatever is in a file, it is read, or refused in words.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
HAR_KEYS = st.sampled_from(
    ["log", "entries", "request", "response", "method", "url", "headers", "name", "value", "postData", "text", "params",
     "content", "encoding", "mimeType", "size", "status", "timings", "wait", "receive", "startedDateTime", "creator", "version"]
)  # fmt: skip
HAR_LIKE = st.recursive(
    JSON
    | st.sampled_from(
        [
            "base64",
            "POST",
            URL,
            "text/plain; charset=utf-7",
            "a/b; charset=idna",
            "a/b; charset=undefined",
            200,
            "2026-01-31T",
        ]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(HAR_KEYS, inner, max_size=8),
    max_leaves=40,
)
fuzz = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)


def is_read_or_refused(path: Path, data: bytes, asked: Asked | None) -> None:
    path.write_bytes(data)
    with suppress(UsageError):
        for one in read(path, asked):
            assert one.unread or (one.request and one.response)


@fuzz
@given(JSON | HAR_LIKE, st.booleans())
def test_any_json_is_no_fault_of_ours(tmp_path: Path, value: object, is_entry: bool) -> None:
    document = {"log": {"entries": [value]}} if is_entry else {"log": value}
    is_read_or_refused(tmp_path / "a.har", json.dumps(document).encode(), None)


@fuzz
@given(st.data())
def test_an_entry_with_any_one_value_changed_is_no_fault_of_ours(tmp_path: Path, data: st.DataObject) -> None:
    document: dict[str, Any] = {"log": {"creator": {"name": "a", "version": "b"}, "entries": [entry()]}}
    holder: Any = document
    key: Any = "log"
    while isinstance(holder[key], (dict, list)) and holder[key] and data.draw(st.integers(0, 9)):
        holder = holder[key]
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    holder[key] = data.draw(JSON)
    is_read_or_refused(tmp_path / "a.har", json.dumps(document).encode(), None)


LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/2 100 ", b"HTTP/1.1 301 x", b"HTTP/1.1 999", b"location: /", b"content-encoding: gzip",
     b"content-encoding: br", b"content-length: 0", b"content-length: \xb2", b"date: x", b"\x1f\x8b", b"\xff", b": x", b""]
)  # fmt: skip


@fuzz
@given(st.lists(LINES | st.binary(max_size=20), max_size=12), st.sampled_from([b"\r\n", b"\n"]), st.binary(max_size=40))
def test_any_transcript_is_no_fault_of_ours(tmp_path: Path, lines: list[bytes], mark: bytes, body: bytes) -> None:
    data = b"HTTP/" + mark.join(lines) + mark + body
    is_read_or_refused(tmp_path / "a.txt", data, ASKED)
    is_read_or_refused(tmp_path / "a.txt", data[5:], ASKED)


@fuzz
@given(st.binary(max_size=200))
def test_any_bytes_are_no_fault_of_ours(tmp_path: Path, data: bytes) -> None:
    is_read_or_refused(tmp_path / "a", data, None)
