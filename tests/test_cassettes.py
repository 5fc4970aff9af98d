"""Cassettes in each form that recorders keep them in, and what is said of those that cannot be read."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from aswritten import codings
from aswritten.cassettes import Interaction, _body, interactions, read_document
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

BODY = {"id": "chat-1", "choices": [{"index": 0, "message": {"content": "Grüße, 1.5e-7"}}], "temperature": 1.5e-07}
TEXT = json.dumps(BODY, ensure_ascii=False)
PACKED = gzip.compress(TEXT.encode())


def entry(response: dict[str, Any] | None = None, request: dict[str, Any] | None = None) -> dict[str, Any]:
    """An interaction whose parts not given are as good as any."""
    return {
        "request": {"method": "POST", "uri": "https://api.example.com/v1/chat/completions", "headers": {}}
        | (request or {"body": TEXT}),
        "response": {"status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": ["application/json"]}}
        | (response or {"body": {"string": TEXT}}),
    }


def read(tmp_path: Path, *entries: object) -> tuple[Interaction, ...]:
    """As vcrpy writes them to disk and we read them."""
    path = tmp_path / "cassette.yaml"
    path.write_text(yaml.dump({"interactions": list(entries), "version": 1}, allow_unicode=True), encoding="utf-8")
    return interactions(read_document(path), path)


def head(encoding: str) -> dict[str, Any]:
    return {"headers": {"content-type": ["application/json"], "Content-Encoding": [encoding]}}


FORMS: dict[str, dict[str, Any]] = {
    "text": {"body": {"string": TEXT}},
    "bytes": {"body": {"string": TEXT.encode()}},
    "body without a wrapping": {"body": TEXT},
    "encoding beside it": {"body": {"string": TEXT, "encoding": "utf-8"}},
    "parsed_body": {"parsed_body": BODY},
    "the JSON itself": {"body": BODY},
    "gzip": head("gzip") | {"body": {"string": PACKED}},
    "gzip in two members": head("gzip")
    | {"body": {"string": gzip.compress(TEXT[:20].encode()) + gzip.compress(TEXT[20:].encode())}},
    "gzip without its header": {"body": {"string": PACKED}},
    "gzip in the header alone, as text": head("gzip") | {"body": {"string": TEXT}},
    "gzip in the header alone, as bytes": head("gzip") | {"body": {"string": TEXT.encode()}},
    "deflate": head("deflate") | {"body": {"string": zlib.compress(TEXT.encode())}},
    "deflate without zlib's head": head("deflate") | {"body": {"string": zlib.compress(TEXT.encode(), wbits=-15)}},
    "packed twice": head("deflate, gzip") | {"body": {"string": gzip.compress(zlib.compress(TEXT.encode()))}},
    "not packed": head("identity") | {"body": {"string": TEXT.encode()}},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_response_in_this_form_has_its_body(form: str, tmp_path: Path) -> None:
    (one,) = read(tmp_path, entry(response=FORMS[form]))
    assert (one.unread, one.request_unread) == ("", "")
    assert one.response
    assert (one.response.status, json.loads(one.response.body)) == (200, BODY)


@pytest.mark.parametrize("form", FORMS)
def test_a_request_in_this_form_has_its_body(form: str, tmp_path: Path) -> None:
    (one,) = read(tmp_path, entry(request=FORMS[form]))
    assert (one.unread, one.request_unread) == ("", "")
    assert one.request
    assert json.loads(one.request.body) == BODY


def test_a_response_as_vcrpy_5_kept_it_for_httpx(tmp_path: Path) -> None:
    old = {
        "content": TEXT,
        "status_code": 201,
        "http_version": "HTTP/1.1",
        "headers": {"content-type": "application/json"},
    }
    (one,) = read(tmp_path, entry() | {"response": old})
    assert one.response
    assert (one.response.status, json.loads(one.response.body)) == (201, BODY)
    assert one.response.header("Content-Type") == "application/json"


def test_a_request_has_method_host_port_and_target(tmp_path: Path) -> None:
    request = {
        "method": "post",
        "uri": "http://LocalHost:8787/openai/chat/completions?api-version=1#stream",
        "body": None,
    }
    (one,) = read(tmp_path, entry(request=request))
    assert one.request
    assert (one.request.method, one.request.scheme, one.request.host, one.request.port, one.request.target) == (
        "POST", "http", "localhost", 8787, "/openai/chat/completions?api-version=1",
    )  # fmt: skip
    assert (one.request.body, one.request_unread) == (b"", "")


def test_numbers_dates_and_words_are_what_they_are_in_json(tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    path.write_text(
        "interactions:\n- request: {method: POST, uri: 'https://x/chat/completions', parsed_body: {day: 2025-01-31}}\n"
        "  response: {status: {code: 200}, headers: {}, parsed_body: {small: 1.5e-07, none: null, yes_: 'yes', number: '12'}}\n"
    )
    (one,) = interactions(read_document(path), path)
    assert one.request
    assert one.response
    assert json.loads(one.request.body) == {"day": "2025-01-31"}
    assert json.loads(one.response.body) == {"small": 1.5e-07, "none": None, "yes_": "yes", "number": "12"}


UNREAD: dict[str, tuple[dict[str, Any], str]] = {
    "gzip that is cut": (
        head("gzip") | {"body": {"string": PACKED[:-12]}},
        f"the response's body is a gzip that is cut: it ends after {len(PACKED) - 12} bytes, before its own end",
    ),
    "gzip with wrong bytes": (
        head("gzip") | {"body": {"string": b"\x1f\x8b\x08\0\0\0\0\0\0\3nonsense"}},
        "the response's body is no gzip that can be unpacked: Error -3 while decompressing data: ",
    ),
    "deflate that is cut": (
        head("deflate") | {"body": {"string": zlib.compress(TEXT.encode())[:-8]}},
        f"the response's body is packed with deflate and cut: it ends after {len(zlib.compress(TEXT.encode())) - 8} bytes, before its own end",
    ),
    "unknown packing": (
        head("snappy") | {"body": {"string": b"\xff"}},
        "the response's body is packed with snappy: expected gzip, deflate or br",
    ),
    "not UTF-8": (
        {"body": {"string": b'{"id": "\xff"}'}},
        "the response's body is not UTF-8: it has the byte 0xff at offset 8",
    ),
    "no body": ({"body": None}, "no body of the response was recorded"),
    "empty body": ({"body": {"string": ""}}, "no body of the response was recorded"),
    "a number": ({"body": 7}, "the response's body is neither text nor bytes but a int"),
    "no JSON": (
        {"parsed_body": {"x": float("nan")}},
        "the response's body is no JSON: Out of range float values are not JSON compliant",
    ),
    "no status": ({"status": {"message": "OK"}}, "response: expected the status as a number (`status: {code: 200}`)"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_a_response_that_cannot_be_read_says_why(case: str, tmp_path: Path) -> None:
    part, reason = UNREAD[case]
    (one,) = read(tmp_path, entry(response={"body": {"string": TEXT}} | part))
    assert one.unread.startswith(reason)
    assert one.request, "what was asked is known all the same"


def test_a_request_that_cannot_be_read_leaves_the_response_readable(tmp_path: Path) -> None:
    (one,) = read(tmp_path, entry(request=head("gzip") | {"body": PACKED[:-9]}))
    assert one.request_unread.startswith("the request's body is a gzip that is cut")
    assert one.unread == ""


def test_a_stream_with_bytes_that_are_not_utf_8_is_left_to_the_rules(tmp_path: Path) -> None:
    stream = {"headers": {"content-type": ["text/event-stream"]}, "body": {"string": b"data: \xff\n\n"}}
    (one,) = read(tmp_path, entry(response=stream))
    assert one.unread == ""


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("text", "expected a mapping with `request` and `response`, got text"),
        ({"response": entry()["response"]}, "request: expected a mapping, got nothing"),
        ({"request": entry()["request"]}, "response: expected a mapping, got nothing"),
        (entry(request={"uri": 7}), "request: expected `method` and `uri` as text"),
        (entry(request={"uri": "ftp://x/"}), "request: expected `uri` to be an http or https URL"),
        (entry(request={"uri": "https://[x/"}), "request: expected `uri` to be an http or https URL"),
        (entry(request={"uri": "https://x:port/"}), "request: expected `uri` to be an http or https URL"),
    ],
)
def test_a_broken_entry_says_why_and_the_others_are_read(broken: object, reason: str, tmp_path: Path) -> None:
    first, second = read(tmp_path, broken, entry())
    assert (first.unread, second.unread) == (reason, "")


def test_a_small_body_that_unpacks_to_a_large_one_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codings, "LIMIT", 2**20)
    large = b" " * (2**20 + 1)
    for part in (
        head("gzip") | {"body": {"string": gzip.compress(large)}},
        head("deflate") | {"body": {"string": zlib.compress(large)}},
    ):
        (one,) = read(tmp_path, entry(response=part))
        assert one.unread == "the response's body is larger than 1 MiB when unpacked"


def test_aliases_that_multiply_are_not_written_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_body, "LIMIT", 2**20)
    monkeypatch.setattr(codings, "LIMIT", 2**20)
    value: object = "lol"
    for _ in range(40):
        value = [value, value]
    (one,) = read(tmp_path, entry(response={"parsed_body": value}))
    assert one.unread == "the response's body is larger than 1 MiB when unpacked"


def test_brotli_is_read_where_its_library_is_there(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli", reason="brotli is not installed: it is optional")
    packed = brotli.compress(TEXT.encode())
    whole, cut = read(
        tmp_path,
        entry(response=head("br") | {"body": {"string": packed}}),
        entry(response=head("br") | {"body": {"string": packed[:-5]}}),
    )
    assert whole.response
    assert json.loads(whole.response.body) == BODY
    assert cut.unread.startswith("the response's body is packed with br and cut")


def test_packed_bytes_that_are_text_by_chance_are_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    (one,) = read(tmp_path, entry(response=head("br") | {"body": {"string": "\x1b0\x01\x00,\x0ef"}}))
    assert one.unread.startswith("the response's body is packed with br")


def test_brotli_says_what_it_needs_where_its_library_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "brotli", None)
    (one,) = read(tmp_path, entry(response=head("br") | {"body": {"string": b"\x8b\x01\x80abc\x03"}}))
    assert one.unread == "the response's body is packed with br: `pip install brotli` beside aswritten to read it"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"interactions: [\n", "2: is not YAML: did not find expected node content"),
        (b"a: 1\nb: \xff\n", "2: expected UTF-8, got the byte 0xff"),
        (
            b"interactions:\n- !!python/object/apply:os.system [id]\n",
            "2: is not plain YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        (b"x: !!binary 'abc'\n", "1: is not plain YAML: failed to decode base64 data"),
        (b"[" * 100_000, "1: is nested too deeply: expected at most 200 levels"),
        (b"- " * 100_000, "1: is nested too deeply: expected at most 200 levels"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused_with_the_line(text: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "cassette.yaml"
    path.write_bytes(text)
    with pytest.raises(UsageError) as raised:
        read_document(path)
    assert str(raised.value).startswith(f"{path}:{message}")


def test_a_cassette_without_interactions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a cassette without any interaction: record it again"):
        read(tmp_path)
