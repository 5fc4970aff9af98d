"""Probing an API at a base URL: what is asked, what is judged, and what becomes of servers that misbehave."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from aswritten.client import Answer
from aswritten.contract import check_request, load_profile
from aswritten.errors import UsageError
from aswritten.probe import CALLS, NAMES, Limits, Probed, Settings, is_url, probe, settings_of
from aswritten.probe._calls import body_of
from aswritten.probe._timing import timing_of
from conforming_server import KEY, MODEL, Conforming, Reply, error, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def only(*names: str) -> frozenset[str]:
    return frozenset(NAMES) - set(names)


def probed(url: str, **settings: Any) -> list[Probed]:
    return list(probe(url, Settings(**{"model": MODEL, "profile": "openai", **settings})))


def on(tag: str, change: Callable[[Reply], Reply | None]) -> Callable[[Reply], Reply | None]:
    return lambda reply: change(reply) if tag in reply.tags else None


# What is asked


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_call_that_is_to_be_answered_keeps_the_contract_itself(call: Any) -> None:
    if call.raw:
        with pytest.raises(ValueError, match="Unterminated"):
            json.loads(call.raw)
        return
    problems = check_request(json.loads(body_of(call, MODEL)), load_profile("openai"))
    assert bool(problems) == (call.name in {"empty-messages", "unknown-parameter"})


def test_the_calls_are_sent_once_each_and_three_of_them_at_once() -> None:
    with serving(key=KEY) as server:
        calls = probed(server.url, key=KEY)
        assert len(server.asked) == len(calls) == len(CALLS) + 2
        assert {path for path, _, _ in server.asked} == {"/v1/chat/completions"}
        wrong = [body for _, authorization, body in server.asked if authorization != f"Bearer {KEY}"]
    assert len(wrong) == 1
    assert list(dict.fromkeys(one.call for one in calls)) == list(NAMES)
    assert [one.judged.index for one in calls] == list(range(len(calls)))


@pytest.mark.parametrize("ending", ["", "/", "/chat/completions", "/chat/completions/"])
def test_a_base_url_may_end_with_a_slash_or_be_the_endpoint(ending: str) -> None:
    with serving() as server:
        calls = probed(server.url + ending, skip=only("completion"))
        assert server.asked[0][0] == "/v1/chat/completions"
    assert calls[0].judged.verdict == "ok"
    assert calls[0].judged.host == f"127.0.0.1:{server.server_port}"


def test_a_model_need_not_be_named_where_there_is_one_only() -> None:
    with serving() as server:
        assert probed(server.url, model="", skip=only("completion"))[0].judged.verdict == "ok"
        server.models = ["a", "b"]
        with pytest.raises(UsageError, match=r"--model: name the model to ask \(it has 2: a, b\)"):
            probed(server.url, model="")


# What is left out


def test_calls_are_left_out_by_name() -> None:
    with serving() as server:
        calls = probed(server.url, skip=frozenset({"n-2", "concurrent-streams"}))
    left = [one for one in calls if one.judged.verdict == "not-checked" and "--skip" in one.judged.reason]
    assert [one.call for one in left] == ["n-2", *["concurrent-streams"] * 3]
    assert left[0].judged.reason == "left out by --skip n-2"


def test_no_more_calls_are_sent_than_allowed() -> None:
    with serving() as server:
        calls = probed(server.url, max_calls=2)
        assert len(server.asked) == 2
    assert [one.judged.verdict for one in calls][:3] == ["ok", "ok", "not-checked"]
    assert calls[2].judged.reason == "left out, as --max-calls 2 allows no more"


def test_no_call_is_begun_after_the_time_for_all() -> None:
    with serving() as server:
        calls = probed(server.url, whole=-1.0)
        assert not server.asked
    assert {one.judged.verdict for one in calls} == {"not-checked"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"skip": ["sream"]}, "--skip sream: no call is called so; there are completion, stream"),
        ({"max_calls": 0}, "--max-calls 0: expected 1 or more"),
        ({"key_variable": "NO_SUCH_KEY_HERE"}, "--api-key-env NO_SUCH_KEY_HERE: the variable is not set"),
        ({"profile": "opnai"}, "Perhaps openai"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], words: str) -> None:
    usual: dict[str, Any] = {"model": "", "key_variable": "", "max_calls": None, "skip": [], "profile": "auto"}
    with pytest.raises(UsageError) as raised:
        settings_of(**(usual | options))
    assert words in str(raised.value)


def test_a_key_that_cannot_be_sent_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "clé\nsecret")
    with pytest.raises(UsageError, match="cannot stand in a header") as raised:
        settings_of(model="", key_variable="THE_KEY", max_calls=None, skip=[], profile="auto")
    assert "secret" not in str(raised.value)


# What is judged: shape, never wit


def test_a_model_that_calls_no_tool_does_no_wrong() -> None:
    def words(reply: Reply) -> None:
        reply.body["choices"][0] |= {"finish_reason": "stop"}
        reply.body["choices"][0]["message"] = {"role": "assistant", "content": "It rains.", "refusal": None}

    with serving(on("tools", words)) as server:
        call = probed(server.url, skip=only("completion", "tools"))[4]
    assert (call.call, call.judged.verdict) == ("tools", "not-checked")
    assert call.judged.reason.startswith("the model called no tool")


@pytest.mark.parametrize("text", ["", "I cannot do that.", "5", "Goodbye 🙂"])
def test_whatever_a_model_says_to_a_plain_request_is_right(text: str) -> None:
    def say(reply: Reply) -> None:
        reply.body["choices"][0]["message"]["content"] = text

    plain = on("completion", lambda reply: say(reply) if reply.tags <= {"completion", "n", "max_tokens"} else None)
    with serving(plain) as server:
        calls = probed(server.url, skip=only("completion", "n-2", "max-tokens"))
    assert {one.judged.verdict for one in calls if one.status} == {"ok"}


@pytest.mark.parametrize(
    ("tag", "status", "message", "call"),
    [
        ("n", 400, "`n` must be 1.", "n-2"),
        ("n", 422, "n: Input should be 1", "n-2"),
        ("logprobs", 400, "logprobs are not supported by this model", "logprobs"),
        ("max_tokens", 400, "Use max_completion_tokens instead of max_tokens.", "max-tokens"),
        ("response_format", 501, "Not implemented.", "json-output"),
        ("tools", 404, "No endpoints found that support tool use.", "tools"),
        ("stop", 429, "Too many requests.", "stop"),
    ],
)
def test_what_a_server_does_not_support_is_not_checked(tag: str, status: int, message: str, call: str) -> None:
    with serving(on(tag, lambda _: error(status, message, "unsupported"))) as server:
        verdicts = {one.call: one.judged for one in probed(server.url, skip=only("completion", call))}
    assert verdicts[call].verdict == "not-checked"
    assert f"{status}: {message}" in verdicts[call].reason


def test_an_error_without_form_is_wrong_though_it_says_what_is_not_supported() -> None:
    refused = Reply(status=400, body={"error": {"message": "n must be 1"}})
    with serving(on("n", lambda _: refused)) as server:
        call = probed(server.url, skip=only("completion", "n-2"))[3]
    assert call.judged.verdict == "violated"
    assert {problem.rule for problem in call.judged.problems} == {"wire.error-schema"}


def test_an_unknown_parameter_may_be_passed_over() -> None:
    from conforming_server import completion

    passed = on("unknown-parameter", lambda _: completion({"model": MODEL, "messages": []}, 99))
    with serving(passed) as server:
        calls = probed(server.url, skip=only("completion", "unknown-parameter"))
    assert {one.judged.verdict for one in calls if one.status} == {"ok"}


def test_an_api_that_no_profile_names_is_taken_at_its_word() -> None:
    with serving() as server:
        assert probed(server.url, profile="auto", skip=only("completion"))[0].judged.profile == "openai"
        assert probed(server.url, profile="generic", skip=only("completion"))[0].judged.profile == "generic"


def test_a_rule_that_the_profile_eases_is_told_and_so_is_the_deviation() -> None:
    refused = error(400, "No connected db.", "no_db_connection", "bad-key")
    with serving(on("bad-key", lambda _: refused), KEY) as server:
        call = next(one for one in probed(server.url, profile="litellm", key=KEY) if one.call == "bad-key")
    assert call.judged.verdict == "ok"
    assert [(problem.rule, problem.level) for problem in call.judged.problems] == [("probe.bad-key", "warning")]
    assert [deviation.id for deviation in call.judged.deviations] == ["unknown-key"]


# The key


def test_the_key_is_never_told() -> None:
    def echo(reply: Reply) -> None:
        if reply.body:
            reply.body[f"for {KEY}"] = KEY
            reply.body["id"] = KEY
        for event in reply.events:
            event["object"] = KEY
        if "n" in reply.tags:
            reply.status = 418

    with serving(echo, KEY) as server:
        calls = probed(f"{server.url}?also={KEY}", key=KEY)
    assert any("[key]" in problem.message for one in calls for problem in one.judged.problems)
    assert KEY not in repr(calls)


def test_no_part_of_the_key_is_told_where_a_long_text_is_cut() -> None:
    def echo(reply: Reply) -> None:
        reply.body["object"] = "x" * 70 + KEY
        reply.parts = [b"y" * 150 + KEY.encode()] if reply.tags >= {"error", "empty-messages"} else None

    with serving(echo, KEY) as server:
        calls = probed(server.url, key=KEY)
    assert any("xxx[key]" in problem.got for one in calls for problem in one.judged.problems)
    assert KEY[:5] not in repr(calls)


def test_the_key_is_not_told_where_the_server_lets_nobody_in() -> None:
    with (
        serving(lambda _: error(401, f"No such key: {KEY}", "invalid_api_key")) as server,
        pytest.raises(
            UsageError, match=r"does not let us in \(401: No such key: \[key\]\): is the key right"
        ) as raised,
    ):
        probed(server.url, key=KEY)
    assert KEY not in str(raised.value)


def test_a_key_that_is_missing_is_asked_for() -> None:
    with serving(key=KEY) as server, pytest.raises(UsageError, match="--api-key-env"):
        probed(server.url)


# Servers that misbehave


@contextlib.contextmanager
def raw(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """The base URL of a server that does with each connection as it likes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):  # the listener was closed, or the client has gone
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def trickle(connection: socket.socket) -> None:
    """A head that never ends, though there is never a long silence."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        connection.sendall(b"a")
        time.sleep(0.02)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(UsageError, match="connection refused"):
        probed(f"http://127.0.0.1:{port}/v1")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda _: None, "no HTTP response|connection reset|Remote end closed"),
        (lambda connection: connection.sendall(b"220 mail.example.com ESMTP\r\n"), "no HTTP response"),
        (lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000), "no HTTP response"),
        (trickle, "it did not end within 0.5 s"),
        (lambda _: time.sleep(1.0), "it did not end within 0.5 s|nothing came in time"),
    ],
    ids=["closes", "another-protocol", "many-headers", "endless-head", "silent"],
)
def test_what_is_no_http_is_a_mistake_of_the_url(answer: Callable[[socket.socket], None], words: str) -> None:
    def after_request(connection: socket.socket) -> None:
        connection.recv(65536)
        answer(connection)

    with raw(after_request) as url, pytest.raises(UsageError, match=words):
        probed(url, limits=Limits(seconds=0.5))


def test_a_web_page_is_no_api() -> None:
    page = Reply(content_type="text/html; charset=utf-8", parts=[b"<!doctype html><title>Welcome</title>"])
    with serving(lambda _: page) as server, pytest.raises(UsageError, match=r"answers with a web page \(200\)"):
        probed(server.url)


def test_redirects_are_not_followed() -> None:
    with serving() as other:
        away = Reply(status=307, headers={"Location": f"{other.url}/chat/completions"})
        with serving(lambda _: away) as server, pytest.raises(UsageError, match=r"redirects \(307\) to http://127"):
            probed(server.url, key=KEY)
        assert not other.asked


def test_an_endless_stream_is_not_checked_and_the_rest_is() -> None:
    def endless(reply: Reply) -> None:
        first = next(iter(reply.bytes_of()))
        reply.parts = itertools.chain([first], (b": still here\n\n" for _ in iter(lambda: time.sleep(0.02), 0)))

    with serving(on("stream_options", endless)) as server:
        calls = {one.call: one.judged for one in probed(server.url, limits=Limits(seconds=2.0))}
    assert calls["stream-usage"].verdict == "not-checked"
    assert calls["stream-usage"].reason.startswith("it did not end within 2 s; ")
    assert {name for name, one in calls.items() if one.verdict != "ok"} == {"stream-usage", "bad-key"}


def test_a_flood_is_not_checked_and_the_rest_is() -> None:
    def flood(reply: Reply) -> None:
        reply.parts = itertools.repeat(b": " + b"x" * 60_000 + b"\n\n")

    with serving(on("stream_options", flood)) as server:
        calls = {one.call: one.judged for one in probed(server.url, limits=Limits(size=1_000_000))}
    assert calls["stream-usage"].verdict == "not-checked"
    assert calls["stream-usage"].reason == "it sent more than 1000000 bytes, and was not read to its end"
    assert {name for name, one in calls.items() if one.verdict != "ok"} == {"stream-usage", "bad-key"}


def packed(reply: Reply, data: bytes) -> None:
    reply.headers = {"Content-Encoding": "gzip"}
    reply.parts = [data]


def test_packed_answers_are_unpacked() -> None:
    unpack = on("n", lambda reply: packed(reply, gzip.compress(b"".join(reply.bytes_of()))))
    with serving(unpack) as server:
        assert probed(server.url, skip=only("completion", "n-2"))[3].judged.verdict == "ok"


def test_a_bomb_is_not_unpacked_to_its_end() -> None:
    bomb = gzip.compress(b" " * 50_000_000)
    with serving(on("n", lambda reply: packed(reply, bomb))) as server:
        call = probed(server.url, skip=only("completion", "n-2"), limits=Limits(size=1_000_000))[3]
    assert call.judged.reason.startswith("it sent more than 1000000 bytes")


def test_what_cannot_be_unpacked_is_wrong() -> None:
    with serving(on("n", lambda reply: packed(reply, b"this is not gzip"))) as server:
        call = probed(server.url, skip=only("completion", "n-2"))[3]
    assert call.judged.verdict == "violated"
    assert "wire.body-cut" in {problem.rule for problem in call.judged.problems}


# TLS


@contextlib.contextmanager
def with_tls(authority: trustme.CA, name: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = Conforming()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_certificates_are_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    with with_tls(authority, "localhost") as url, pytest.raises(UsageError, match="its certificate is not valid"):
        probed(url, skip=only("completion"))
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with with_tls(authority, "localhost") as url:
        assert probed(url, skip=only("completion"))[0].judged.verdict == "ok"
    with with_tls(authority, "elsewhere.example") as url, pytest.raises(UsageError, match="Hostname mismatch"):
        probed(url, skip=only("completion"))


def test_https_where_there_is_none() -> None:
    with serving() as server, pytest.raises(UsageError, match="no TLS connection"):
        probed(server.url.replace("http:", "https:"))


def test_https_where_nobody_says_a_word() -> None:
    silent = threading.Event()
    with raw(lambda _: bool(silent.wait(5))) as url, pytest.raises(UsageError, match="nothing came in time"):
        probed(url.replace("http:", "https:"), limits=Limits(connect=0.3))
    silent.set()


@pytest.mark.parametrize("url", ["http://", "https:///v1", "http://[::1/v1", "http://localhost:port/v1"])
def test_a_url_that_is_none(url: str) -> None:
    assert is_url(url)
    with pytest.raises(UsageError, match="expected a base URL"):
        probed(url)


def test_a_password_in_the_url_is_refused_without_being_shown() -> None:
    with pytest.raises(UsageError, match="--api-key-env") as raised:
        probed("https://me:hunter2@api.example.com/v1")
    assert "hunter2" not in str(raised.value)


# Timing: told, not judged


def event(content: str) -> bytes:
    return f'data: {{"choices": [{{"delta": {{"content": "{content}"}}}}]}}\n\n'.encode()


def streamed(*reads: tuple[float, bytes]) -> Answer:
    body = b"".join(data for _, data in reads)
    times = tuple((at, len(data)) for at, data in reads)
    return Answer(200, (("Content-Type", "text/event-stream"),), body, 0.1, times)


def test_the_first_token_is_the_first_event_with_content() -> None:
    timing = timing_of(
        streamed((0.2, event("")), (0.5, event("Hel")[:9]), (1.5, event("Hel")[9:]), (1.75, event("lo")))
    )
    assert (timing.first_byte, timing.first_token, timing.total, timing.longest_gap) == (0.1, 1.5, 1.75, 1.0)
    assert (timing.reads, timing.events, timing.buffered) == (4, 3, False)


def test_a_stream_that_comes_in_one_read_is_buffered() -> None:
    assert timing_of(streamed((0.2, event("a") + event("b") + b"data: [DONE]\n\n"))).buffered
    assert not timing_of(streamed((0.2, event("a")), (0.3, event("b") + b"data: [DONE]\n\n"))).buffered
    assert not timing_of(Answer(200, (("Content-Type", "application/json"),), b"{}", 0.1, ((0.1, 2),))).buffered
