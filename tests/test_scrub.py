"""Secrets planted wherever a request or a response can hold them: none is left, and nothing else is changed."""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aswritten.codings import unpacked
from aswritten.recordings import Read, RecordedResponse, Recording, Source, dump, load_recordings
from aswritten.scrub import Scrubber, looks_real, scan
from spellings import spelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aswritten.model import Headers

FIXTURES = Path(__file__).parent.parent / "fixtures"
RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"
KEY = f"sk-proj-{RANDOM}"
#: A key of no known form, with the characters that are spelled in several ways.
ODD = "Hq3/xR+7v=Wm_2Tb-9zKc.Lf~5"
JSON: Headers = (("content-type", "application/json"),)
STREAM: Headers = (("content-type", "text/event-stream"),)


def response(*reads: bytes, headers: Headers = JSON, status: int = 200) -> RecordedResponse:
    return RecordedResponse(status, headers, tuple(Read(index / 10, data) for index, data in enumerate(reads)))


def recording(*responses: RecordedResponse, **parts: Any) -> Recording:
    usual: dict[str, Any] = {
        "name": "acme/completion",
        "path": Path("fixtures/acme/completion.yaml"),
        "source": Source("recorded", host="api.example.com", date="2026-01-02", tool="aswritten 0.1.0"),
        "answers": "recorded",
        "method": "POST",
        "url": "https://api.example.com/v1/chat/completions",
        "headers": (),
        "body": {"model": "a", "messages": [{"role": "user", "content": "Hello"}]},
        "responses": responses or (response(b"{}"),),
    }
    return Recording(**usual | parts)


def said(recording: Recording) -> Iterator[bytes]:
    """All that somebody could read in the fixture file, in whatever spelling."""
    yield from spelled(dump(recording).encode())
    for one in recording.responses:
        yield from spelled(one.body)
        yield from spelled(one.plain)
        for read in one.reads:
            yield from spelled(read.data)


def parts_of(secret: str, size: int = 8) -> set[bytes]:
    raw = secret.encode()
    return {raw[start : start + size] for start in range(len(raw) - size + 1)}


def assert_clean(recording: Recording, secret: str, scrubber: Scrubber) -> None:
    secret_parts = parts_of(secret.removeprefix("sk-proj-"))
    for text in said(recording):
        assert not {part for part in secret_parts if part in text}, "a part of the secret is left"
    assert scrubber.leaks(recording) == ()


def event(**delta: Any) -> bytes:
    chunk = {"id": "c-1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def basic(text: str, safe: bool = False) -> str:
    raw = text.encode()
    return (base64.urlsafe_b64encode(raw) if safe else base64.b64encode(raw)).decode()


#: Bodies that hold `secret`, by what is special about them.
BODIES = {
    "a member": lambda secret: json.dumps({"id": secret}).encode(),
    "the name of a member": lambda secret: json.dumps({secret: 1}).encode(),
    "within a text": lambda secret: json.dumps({"error": {"message": f"No such key: {secret}."}}).encode(),
    "behind a line break": lambda secret: json.dumps({"content": f"it is\n{secret}\n"}).encode(),
    "escaped": lambda secret: f'{{"id": "{escaped(secret)}"}}'.encode(),
    "escaped in part": lambda secret: f'{{"id": "{secret[:6]}{escaped(secret[6:14])}{secret[14:]}"}}'.encode(),
    "with slashes escaped": lambda secret: json.dumps({"id": secret}).replace("/", "\\/").encode(),
    "arguments of a tool": lambda secret: json.dumps({"arguments": json.dumps({"url": f"x?k={secret}"})}).encode(),
    "JSON in JSON in JSON": lambda secret: json.dumps([json.dumps([json.dumps([secret])])]).encode(),
    "escaped in JSON in JSON": lambda secret: json.dumps([f'["{escaped(secret)}"]']).encode(),
    "percent-encoded": lambda secret: json.dumps({"url": f"https://x/?k={quote(secret, safe='')}&n=1"}).encode(),
    "percent-encoded throughout": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()).encode(),
    "base64": lambda secret: json.dumps({"data": basic(secret)}).encode(),
    "base64, second alignment": lambda secret: json.dumps({"data": basic(f"u{secret}")}).encode(),
    "base64, third alignment": lambda secret: json.dumps({"data": basic(f"u:{secret}:x")}).encode(),
    "base64 of URLs": lambda secret: json.dumps({"data": basic(f"??>{secret}??", safe=True)}).encode(),
    "base64 behind a path": lambda secret: f"https://x/a/b/{basic(f'user:{secret}')}".encode(),
    "base64 behind a longer path": lambda secret: f"https://x/a/bc/{basic(f'user:{secret}')}".encode(),
    "base64 behind another path": lambda secret: f"https://x/a/bcd/{basic(f'user:{secret}')}".encode(),
    "base64 behind one more path": lambda secret: f"https://x/a/bcde/{basic(f'user:{secret}')}".encode(),
    "escaped, in base64, percent-encoded, in JSON in JSON": lambda secret: json.dumps(
        {"a": json.dumps({"b": quote(basic(f'{{"a":"{escaped(secret)}"}}'), safe="") + "\n"})}
    ).encode(),
    "base64 of escaped JSON": lambda secret: json.dumps({"data": basic(f'{{"a":"{escaped(secret)}"}}')}).encode(),
    "base64 of base64": lambda secret: json.dumps({"data": basic(basic(f"u:{secret}"))}).encode(),
    "base64 in lines": lambda secret: base64.encodebytes(b"-" * 50 + secret.encode() + b"-" * 50),
    "base64 in lines of a text in JSON": lambda secret: json.dumps(
        {"data": base64.encodebytes(b"-" * 50 + secret.encode() + b"-" * 50).decode()}
    ).encode(),
    "base64 with its slashes escaped": lambda secret: (
        json.dumps({"data": basic(f"???{secret}???")}).replace("/", "\\/").encode()
    ),
    "base64, percent-encoded": lambda secret: f"x?data={quote(basic(f'???{secret}??'), safe='')}".encode(),
    "bytes that are no text": lambda secret: b"\xff\xfe\x00" + secret.encode() + b"\xff",
    "no JSON": lambda secret: f"<h1>Forbidden</h1> key={secret}\n".encode(),
    "twice": lambda secret: json.dumps({"a": secret, "b": [secret, f"{secret}{secret}"]}).encode(),
    "the end of a body that is cut": lambda secret: f'{{"id": "{secret[:-3]}'.encode(),
}
STREAMS = {
    "one delta": lambda secret: event(role="assistant", content=f"It is {secret}!") + b"data: [DONE]\n\n",
    "a tool's arguments": lambda secret: event(
        tool_calls=[{"index": 0, "function": {"arguments": json.dumps({"k": secret})}}]
    ),
    "a comment": lambda secret: f": served for {secret}\n\ndata: [DONE]\n\n".encode(),
    "the name of an event": lambda secret: f"event: {secret}\r\ndata: 1\r\n\r\n".encode(),
    "an id of the stream": lambda secret: f"id: {secret}\ndata: 1\n\n".encode(),
}
PLANTED = [
    *((name, body, JSON) for name, body in BODIES.items()),
    *((name, body, STREAM) for name, body in STREAMS.items()),
]
in_each_body = pytest.mark.parametrize(
    ("body", "headers"), [one[1:] for one in PLANTED], ids=[one[0] for one in PLANTED]
)
with_each_key = pytest.mark.parametrize("secret", [KEY, ODD], ids=["form", "no form"])


class TestBodies:
    """Bodies of responses, in the reads in which they came."""

    @with_each_key
    @in_each_body
    def test_it_is_taken_out(self, body: Any, headers: Headers, secret: str) -> None:
        scrubber = Scrubber([secret])
        planted = recording(response(body(secret), headers=headers))
        assert scrubber.leaks(planted) == ("responses[0].reads[0]",)
        assert_clean(scrubber.recording(planted), secret, scrubber)

    @in_each_body
    def test_it_is_taken_out_wherever_two_reads_split_it(self, body: Any, headers: Headers) -> None:
        scrubber = Scrubber([ODD])
        whole = body(ODD)
        expected = scrubber.recording(recording(response(whole, headers=headers))).responses[0].body
        for cut in range(1, len(whole)):
            planted = recording(response(whole[:cut], whole[cut:], headers=headers))
            assert scrubber.leaks(planted)
            new = scrubber.recording(planted).responses[0]
            assert (new.body, [read.at for read in new.reads]) == (expected, [0.0, 0.1])
            assert all(read.data for read in new.reads)

    @in_each_body
    def test_it_is_taken_out_of_reads_of_one_byte(self, body: Any, headers: Headers) -> None:
        scrubber = Scrubber([ODD])
        reads = [bytes((byte,)) for byte in body(ODD)]
        new = scrubber.recording(recording(response(*reads, headers=headers)))
        assert len(new.responses[0].reads) == len(reads)
        assert_clean(new, ODD, scrubber)

    def test_json_stays_json_and_all_else_stays(self) -> None:
        body = json.dumps({"id": KEY, "text": f"a {KEY} b", "n": [1.5, None, True], "k": {"x": "é\n"}}).encode()
        new = Scrubber([KEY]).recording(recording(response(body))).responses[0].body
        assert json.loads(new) == {"id": "[key]", "text": "a [key] b", "n": [1.5, None, True], "k": {"x": "é\n"}}

    def test_a_boundary_outside_of_the_secret_stays_between_the_same_bytes(self) -> None:
        reads = (b'{"a": "', KEY.encode(), b'", ', b'"b": "' + KEY.encode(), b'"}')
        new = Scrubber([KEY]).recording(recording(response(*reads))).responses[0]
        assert [read.data for read in new.reads] == [b'{"a": "', b"[key]", b'", ', b'"b": "[key]', b'"}']

    def test_each_read_keeps_a_byte_and_the_same_secret_is_still_replaced_by_the_same(self) -> None:
        reads = (b'{"a": "', *(bytes((byte,)) for byte in KEY.encode()), b'", "b": "' + KEY.encode() + b'"}')
        new = Scrubber([KEY]).recording(recording(response(*reads))).responses[0]
        assert all(read.data for read in new.reads)
        found = json.loads(new.body)
        assert found["a"] == found["b"]
        assert found["a"].startswith("[key")

    def test_what_is_learned_in_one_place_has_bytes_enough_in_another(self) -> None:
        ident = "8f14e45f-ceea-467f"
        reads = [bytes((byte,)) for byte in f'{{"id": "{ident}"}}'.encode()]
        new = Scrubber().recording(recording(response(*reads, headers=(("x-request-id", ident),)))).responses[0]
        assert all(read.data for read in new.reads)
        assert json.loads(new.body)["id"] == new.headers[0][1] == "[request-id......]"

    def test_the_rest_of_what_is_in_base64_stays(self) -> None:
        for before in range(4):
            raw = b"." * before + b"user:" + KEY.encode() + b" and so on" + b"!" * before
            body = json.dumps({"data": base64.b64encode(raw).decode(), "n": 1}).encode()
            new = json.loads(Scrubber([KEY]).recording(recording(response(body))).responses[0].body)
            assert re.fullmatch(
                rb"\.{%d}user:\[key\.*\] and so on!{%d}" % (before, before),
                base64.b64decode(new["data"], validate=True),
            )

    def test_a_secret_that_is_random_is_found_in_part_and_another_only_as_a_whole(self) -> None:
        for part in (KEY[:20], KEY[14:], KEY[10:26]):
            assert Scrubber([KEY]).text(f"got {part}… there") == "got [key]… there"
        assert Scrubber([KEY]).text("such as sk-proj-…") == "such as sk-proj-…"
        spoken = "my-very-own-local-secret"
        assert Scrubber([spoken]).text(f"{spoken} is my-very-own-local-server") == "[key] is my-very-own-local-server"

    def test_a_secret_that_lines_of_base64_split_is_found(self) -> None:
        spoken = "my-very-own-local-secret"
        for newline in (b"\n", b"\r\n", b"\n    ", b"\\n"):
            lines = base64.encodebytes(b"-" * 40 + spoken.encode() + b"-" * 40).strip().replace(b"\n", newline)
            new = Scrubber([spoken]).data(b'"' + lines + b'"')
            told = base64.b64decode(new.strip(b'"').replace(newline, b""))
            assert re.fullmatch(rb"-{40}\[key\.*\]-{40}", told)

    def test_a_secret_of_a_few_characters_is_none(self) -> None:
        planted = recording(response(b'{"id": "abc"}'))
        assert Scrubber(["", "abc"]).recording(planted) is planted


@pytest.mark.parametrize(
    "pack",
    [
        pytest.param(lambda data: gzip.compress(data, mtime=0), id="gzip"),
        pytest.param(zlib.compress, id="deflate"),
        pytest.param(lambda data: zlib.compress(data)[2:-4], id="deflate without a head"),
        pytest.param(lambda data: gzip.compress(data[:40]) + gzip.compress(data[40:]), id="two gzips"),
    ],
)
class TestPackedBodies:
    """Bodies with a content coding."""

    BODY = event(role="assistant", content="It is ") + event(content=f"{KEY}, of course") + b"data: [DONE]\n\n"

    def headers(self, packed: bytes) -> Headers:
        return (*STREAM, ("content-encoding", "gzip" if packed.startswith(b"\x1f\x8b") else "deflate"))

    def test_it_is_taken_out_and_the_rest_unpacks_as_before(self, pack: Any) -> None:
        scrubber = Scrubber([KEY])
        packed = pack(self.BODY)
        for cut in range(1, len(packed)):
            planted = recording(response(packed[:cut], packed[cut:], headers=self.headers(packed)))
            assert scrubber.leaks(planted)
            new = scrubber.recording(planted)
            assert new.responses[0].plain == self.BODY.replace(KEY.encode(), b"[key]")
            assert all(read.data for read in new.responses[0].reads)
            assert scrubber.leaks(new) == ()

    def test_each_read_still_unpacks_to_what_it_did(self, pack: Any) -> None:
        packed = pack(self.BODY)
        headers = self.headers(packed)
        for size in (1, 7, 50):
            reads = [packed[start : start + size] for start in range(0, len(packed), size)]
            new = Scrubber([KEY]).recording(recording(response(*reads, headers=headers))).responses[0]
            before, after = (told_by_each(one, headers) for one in (reads, [read.data for read in new.reads]))
            assert all(read.data for read in new.reads)
            assert b"".join(after) == self.BODY.replace(KEY.encode(), b"[key]")
            place, first = 0, self.BODY.index(KEY.encode())
            for old, now in zip(before, after, strict=True):
                apart = place + len(old) <= first or place >= first + len(KEY)
                assert now == old if apart else len(now) <= len(old)
                place += len(old)

    def test_nothing_is_packed_again_where_nothing_was_found(self, pack: Any) -> None:
        packed = pack(b'{"id": "nothing to see"}')
        planted = recording(response(packed[:9], packed[9:], headers=self.headers(packed)))
        assert Scrubber([KEY]).recording(planted) is planted

    def test_a_body_that_is_cut_stays_cut(self, pack: Any) -> None:
        packed = pack(self.BODY)[:-6]
        planted = recording(response(packed[:30], packed[30:], headers=self.headers(packed)))
        new = Scrubber([KEY]).recording(planted).responses[0]
        assert Scrubber([KEY]).leaks(recording(new)) == ()
        told = b"".join(told_by_each([read.data for read in new.reads], new.headers))
        assert told.startswith(event(role="assistant", content="It is "))


def test_it_is_taken_out_of_brotli() -> None:
    brotli = pytest.importorskip("brotli", reason="brotli is not installed: it is optional")
    packed = brotli.compress(TestPackedBodies.BODY)
    headers: Headers = (*STREAM, ("content-encoding", "br"))
    planted = recording(response(packed[:20], packed[20:], headers=headers))
    assert Scrubber([KEY]).leaks(planted)
    new = Scrubber([KEY]).recording(planted)
    assert new.responses[0].plain == TestPackedBodies.BODY.replace(KEY.encode(), b"[key]")
    assert all(read.data for read in new.responses[0].reads)
    assert Scrubber([KEY]).leaks(new) == ()


def told_by_each(reads: Iterable[bytes], headers: Headers) -> list[bytes]:
    """What each read adds, as a client would unpack it."""
    packed = b"".join(reads)
    bits = 31 if packed.startswith(b"\x1f\x8b") else 15
    try:
        zlib.decompressobj(bits).decompress(packed)
    except zlib.error:
        bits = -15
    unpacker = zlib.decompressobj(bits)
    found = []
    for read in reads:
        told = unpacker.decompress(read)
        while unpacker.eof and unpacker.unused_data:
            rest = unpacker.unused_data
            unpacker = zlib.decompressobj(bits)
            told += unpacker.decompress(rest)
        found.append(told)
    return found


def test_a_body_that_cannot_be_unpacked_cannot_be_shown_to_be_clean() -> None:
    odd = recording(response(b"(\xb5/\xfd\x04", headers=(("content-encoding", "zstd"),)))
    assert Scrubber([KEY]).leaks(odd) == (
        "responses[0].reads (the body is packed with zstd: expected gzip, deflate or br)",
    )


class TestRequests:
    """What was asked, and what is said about the recording."""

    @with_each_key
    @pytest.mark.parametrize(
        ("parts", "place"),
        [
            (lambda s: {"url": f"https://api.example.com/v1?key={quote(s, safe='')}"}, "request.url"),
            (lambda s: {"url": f"https://api.example.com/{quote(s, safe='')}/v1"}, "request.url"),
            (lambda s: {"url": f"https://user:{quote(s, safe='')}@api.example.com/v1"}, "request.url"),
            (lambda s: {"headers": (("authorization", f"Bearer {s}"),)}, "request.headers.authorization"),
            (lambda s: {"headers": (("authorization", f"Basic {basic(f'me:{s}')}"),)}, "request.headers.authorization"),
            (lambda s: {"headers": (("proxy-authorization", s),)}, "request.headers.proxy-authorization"),
            (lambda s: {"headers": (("api-key", s),)}, "request.headers.api-key"),
            (lambda s: {"headers": (("x-api-key", s),)}, "request.headers.x-api-key"),
            (lambda s: {"headers": (("x-goog-api-key", s),)}, "request.headers.x-goog-api-key"),
            (lambda s: {"headers": (("cookie", f"a=1; session={s}"),)}, "request.headers.cookie"),
            (lambda s: {"headers": (("openai-organization", s),)}, "request.headers.openai-organization"),
            (lambda s: {"headers": (("x-own", f"for {s}"),)}, "request.headers.x-own"),
            (
                lambda s: {"body": {"messages": [{"role": "user", "content": f"I am {s}"}]}},
                "request.body.messages[0].content",
            ),
            (lambda s: {"body": {"user": s}}, "request.body.user"),
            (
                lambda s: {"body": {"messages": [{"tool_calls": [{"function": {"arguments": json.dumps([s])}}]}]}},
                "request.body.messages[0].tool_calls[0].function.arguments",
            ),
            (lambda s: {"body": {s: 1}}, "request.body"),
            (lambda s: {"name": f"acme/{s.replace('/', '-')}"} if "/" not in s else {"name": s}, "name"),
            (
                lambda s: {"source": Source("recorded", host="x", date="2026-01-02", tool="t", note=f"with {s}")},
                "source.note",
            ),
        ],
    )
    def test_it_is_taken_out_and_its_place_is_told(self, parts: Any, place: str, secret: str) -> None:
        scrubber = Scrubber([secret])
        planted = recording(**parts(secret))
        assert place in {one.partition(f".{secret}")[0] for one in scrubber.leaks(planted)}
        assert secret not in "".join(scrubber.leaks(planted)) or place == "request.body"
        assert_clean(scrubber.recording(planted), secret, scrubber)

    def test_a_header_keeps_its_scheme_and_a_url_stays_one(self) -> None:
        new = Scrubber([KEY]).recording(
            recording(
                url=f"https://me:{KEY}@{KEY}.example.com/v1?n=1&key={KEY}",
                headers=(("authorization", f"Bearer {KEY}"),),
            )
        )
        assert new.url == "https://key.example.com/v1?n=1&key=[key]"
        assert new.headers == (("authorization", "Bearer [key]"),)


class TestHeadersOfResponses:
    """Headers of responses, which a recording may hold before it is written."""

    def test_what_a_cookies_attributes_say_is_no_secret_elsewhere(self) -> None:
        told = (("set-cookie", "sid=a1b2c3d4e5; Domain=.api2.example.com; Max-Age=31536000; Path=/v1/chat2"),)
        scrubber = Scrubber().knowing(told)
        assert scrubber.text("31536000 s at .api2.example.com/v1/chat2") == "31536000 s at .api2.example.com/v1/chat2"
        assert scrubber.text("it is a1b2c3d4e5") == "it is [cookie]"

    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("Set-Cookie", "__cf_bm=abc; path=/", "[cookie]"),
            ("cookie", "a=1", "[cookie]"),
            ("cookie", "access_token=hT5rW9qK2mX7; test=1", "[cookie]"),
            ("Set-Cookie", "your_sid=hT5rW9qK2mX7; Domain=.example.com; SameSite=None", "[cookie]"),
            ("openai-organization", "test-labs-2", "[organization]"),
            ("x-request-id", "8f141234-ceea-467f-abcd-0f1c2b3a4d5e", "[request-id]"),
            ("openai-organization", "acme-gmbh-1", "[organization]"),
            ("OpenAI-Project", "proj_aBcD9fGhIjKlMn1pQ", "[project]"),
            ("x-request-id", "8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e", "[request-id]"),
            ("request-id", "req_018EeWyXxfu5pfWkrYcMdjWG", "[request-id]"),
            ("authorization", "Bearer opaque-9", "Bearer [key]"),
            ("authorization", "opaque-99", "[key]"),
            ("x-own", "sk-proj-" + RANDOM, "[key]"),
        ],
    )
    def test_a_header_that_holds_secrets_is_replaced_by_its_kind(self, name: str, value: str, expected: str) -> None:
        planted = recording(response(b"{}", headers=((name, value),)))
        new = Scrubber().recording(planted)
        assert new.responses[0].headers == ((name, expected),)
        assert Scrubber().leaks(planted) == (f"responses[0].headers.{name}",)
        assert Scrubber().leaks(new) == ()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("authorization", "Bearer YOUR_API_KEY"),
            ("authorization", "Bearer wrong-key"),
            ("authorization", "Bearer $TOKEN"),
            ("authorization", "Bearer"),
            ("content-type", "application/json"),
            ("x-ratelimit-remaining-tokens", "149984"),
        ],
    )
    def test_other_headers_and_placeholders_stay(self, name: str, value: str) -> None:
        planted = recording(response(b"{}", headers=((name, value),)))
        assert Scrubber().recording(planted) is planted

    def test_what_a_header_tells_is_taken_out_of_the_body_too(self) -> None:
        ident = "8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e"
        planted = recording(
            response(json.dumps({"error": {"message": f"see {ident}"}}).encode(), headers=(("x-request-id", ident),))
        )
        new = Scrubber().recording(planted).responses[0]
        assert json.loads(new.body) == {"error": {"message": "see [request-id]"}}

    def test_a_word_that_a_header_happens_to_hold_stays_where_it_is_a_word(self) -> None:
        planted = recording(response(b'{"role": "developer"}', headers=(("authorization", "Bearer developer"),)))
        new = Scrubber(names=["user"]).recording(planted).responses[0]
        assert (new.headers, new.body) == ((("authorization", "Bearer [key]"),), b'{"role": "developer"}')


class TestNamesOfConfiguration:
    """What `scrub:` of the settings adds."""

    def test_values_of_these_members_are_replaced_and_links_hold(self) -> None:
        body = {
            "id": "gen-111", "user": "jane@example.com", "n": 4711, "none": None, "parts": {"a": ["x", {"b": "y"}], "c": 12},
            "text": "hello jane@example.com",
        }  # fmt: skip
        scrubber = Scrubber(names=["ID", "user", "n", "none", "parts"])
        planted = recording(
            response(json.dumps(body).encode()), response(b'{"id": "gen-222"}'), body={"user": "gen-222"}
        )
        new = scrubber.recording(planted)
        assert json.loads(new.responses[0].body) == {
            "id": "[id-1]", "user": "[user-2]", "n": 0, "none": None, "parts": {"a": ["[parts-1]", {"b": "[parts-2]"}], "c": 0},
            "text": "hello [user-2]",
        }  # fmt: skip
        assert json.loads(new.responses[1].body) == {"id": "[id-2]"}
        assert new.body == {"user": "[user-1]"}
        assert scrubber.leaks(new) == ()
        assert "request.body.user" in scrubber.leaks(planted)

    def test_the_same_value_is_replaced_by_the_same_in_each_chunk_and_each_recording(self) -> None:
        scrubber = Scrubber(names=["id"])
        stream = event(content="a") + event(content="b")
        first, second = (scrubber.recording(recording(response(stream, headers=STREAM))) for _ in range(2))
        assert first == second
        assert first.responses[0].body == stream.replace(b"c-1", b"[id-1]")

    def test_headers_and_parameters_of_these_names_are_replaced(self) -> None:
        planted = recording(response(b"{}", headers=(("X-Tenant", "acme"),)), url="https://x.com/v1?tenant=acme&n=1")
        new = Scrubber(names=["x-tenant", "tenant"]).recording(planted)
        assert new.responses[0].headers == (("X-Tenant", "[x-tenant-1]"),)
        assert new.url == "https://x.com/v1?tenant=[tenant-1]&n=1"

    def test_they_are_found_in_json_that_a_text_holds_and_in_data_of_several_lines(self) -> None:
        scrubber = Scrubber(names=["user"])
        nested = json.dumps({"arguments": json.dumps({"user": "jane"})}).encode()
        lines = b'data: {"user":\ndata: "jane"}\n\n'
        new = scrubber.recording(recording(response(nested), response(lines, headers=STREAM)))
        assert json.loads(json.loads(new.responses[0].body)["arguments"]) == {"user": "[user-1]"}
        assert new.responses[1].body == b'data: {"user":\ndata: "[user-1]"}\n\n'


class TestPiecesOfAStream:
    """A secret that a model writes, or repeats, token by token."""

    @pytest.mark.parametrize("size", [1, 3, 7])
    def test_one_in_pieces_over_several_deltas_is_told(self, size: int) -> None:
        pieces = [KEY[start : start + size] for start in range(0, len(KEY), size)]
        body = b"".join(event(content=piece) for piece in pieces)
        planted = recording(response(body, headers=STREAM))
        place = "responses[0].reads (choices[0].delta.content, over several events)"
        assert Scrubber([KEY]).leaks(planted) == (place,)
        assert Scrubber([KEY]).leaks(Scrubber([KEY]).recording(planted)) == (place,)
        assert Scrubber([KEY]).leaks(recording(response(gzip.compress(body), headers=STREAM))) == (place,)

    def test_one_that_nobody_knows_is_told_by_its_form(self) -> None:
        body = event(content=f"use {KEY[:12]}") + event(content=f"{KEY[12:]} here")
        assert [(str(one), one.what) for one in scan(recording(response(body, headers=STREAM)))] == [
            ("responses[0].reads (choices[0].delta.content, over several events)", "OpenAI API key")
        ]

    def test_choices_and_calls_that_come_in_turns_are_told_apart(self) -> None:
        def call(index: int, text: str) -> bytes:
            return event(tool_calls=[{"index": index, "function": {"arguments": text}}])

        body = b"".join(call(1, KEY[start : start + 7]) + call(0, "x") for start in range(0, len(KEY), 7))
        assert Scrubber([KEY]).leaks(recording(response(body, headers=STREAM))) == (
            "responses[0].reads (choices[0].delta.tool_calls[1].function.arguments, over several events)",
        )

    @pytest.mark.parametrize("streamed", [True, False])
    def test_one_in_the_tokens_of_log_probabilities_is_told(self, *, streamed: bool) -> None:
        pieces = [KEY[start : start + 4] for start in range(0, len(KEY), 4)]
        tokens = [{"token": piece, "logprob": -0.5, "bytes": list(piece.encode())} for piece in pieces]
        choice = {"index": 0, "logprobs": {"content": tokens}}
        body = json.dumps({"choices": [choice]}).encode()
        planted = response(b"data: " + body + b"\n\n", headers=STREAM) if streamed else response(body)
        found = Scrubber([KEY]).leaks(Scrubber([KEY]).recording(recording(planted)))
        assert found == tuple(
            f"responses[0].reads (choices[0].logprobs.content[].{name}, over several items)"
            for name in ("token", "bytes")
        )

    def test_numbers_and_lists_of_texts_are_no_secret_in_pieces(self) -> None:
        value = {"data": [{"embedding": [0.5, 1, 2]}, {"embedding": [255, 0]}], "tokens": [300, 4], "list": ["a", "b"]}
        assert Scrubber([KEY]).leaks(recording(response(json.dumps(value).encode()))) == ()
        deep = "[" * 900 + '"a","b"' + "]" * 900
        assert Scrubber([KEY]).leaks(recording(response(deep.encode()))) == ()

    def test_ids_that_stand_in_each_chunk_are_no_secret_in_pieces(self) -> None:
        body = event(content="a") * 50
        assert Scrubber([KEY]).leaks(recording(response(body, headers=STREAM))) == ()


def read_by_read(data: st.DataObject, body: bytes) -> list[bytes]:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(body) - 1), max_size=8)))
    return [body[start:end] for start, end in pairwise([0, *cuts, len(body)])]


#: Each character once: as random as a key is.
KEYS = st.tuples(
    st.permutations("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ1234567890-_./+="), st.integers(24, 60)
).map(lambda drawn: "".join(drawn[0])[: drawn[1]])
#: No gzip that is none.
AROUND = st.binary(max_size=20).filter(lambda data: not data.startswith(b"\x1f\x8b"))


@settings(deadline=None)
@given(
    secret=KEYS.filter(looks_real),
    spell=st.sampled_from(list(BODIES.values())),
    before=AROUND,
    after=AROUND,
    data=st.data(),
)
def test_nothing_of_a_key_is_left_whatever_surrounds_and_splits_it(
    secret: str, spell: Any, before: bytes, after: bytes, data: st.DataObject
) -> None:
    reads = read_by_read(data, before + b" " + spell(secret) + b" " + after)
    scrubber = Scrubber([secret])
    new = scrubber.recording(recording(response(*reads)))
    assert len(new.responses[0].reads) == len(reads)
    assert_clean(new, secret, scrubber)
    assert new.responses[0].body.startswith(before)


ANY_SECRET = st.text(
    st.characters(codec="utf-8", exclude_characters="[]", exclude_categories=["C", "Z"]), min_size=8, max_size=30
)
WHOLE = [body for name, body in BODIES.items() if "cut" not in name]


@settings(deadline=None)
@given(secret=ANY_SECRET, spell=st.sampled_from(WHOLE), before=AROUND, data=st.data())
def test_no_secret_is_left_as_a_whole_of_whatever_characters_it_is(
    secret: str, spell: Any, before: bytes, data: st.DataObject
) -> None:
    reads = read_by_read(data, before + b" " + spell(secret))
    scrubber = Scrubber([secret])
    new = scrubber.recording(recording(response(*reads)))
    # In the file's own words (`aswritten: 1`) it may stand by chance.
    assert not [text for text in spelled(new.responses[0].body) if secret.encode() in text]
    assert scrubber.leaks(new) == ()


@settings(deadline=None)
@given(reads=st.lists(st.binary(min_size=1, max_size=80), max_size=6), text=st.text(max_size=80))
def test_bytes_without_a_secret_are_untouched(reads: list[bytes], text: str) -> None:
    assume(not b"".join(reads).startswith(b"\x1f\x8b"))  # a gzip that is none
    planted = recording(response(*reads), body={"text": text}, headers=(("x-own", text),))
    scrubber = Scrubber([KEY], ["tenant"])
    assert scrubber.recording(planted) is planted
    assert scrubber.leaks(planted) == ()
    assert scrubber.text(text) == text


def test_the_responses_of_a_recording_are_unpacked_by_the_same_rules_everywhere() -> None:
    packed = gzip.compress(KEY.encode())
    new = Scrubber([KEY]).recording(recording(response(packed))).responses[0]
    assert unpacked(new.body, new.headers) == b"[key]"


def test_the_fixtures_of_this_repository_are_clean() -> None:
    for folder in sorted(path for path in FIXTURES.iterdir() if path.is_dir()):
        for one in load_recordings([folder]):
            assert scan(one) == (), one.name
            assert Scrubber([KEY]).recording(one) is one
