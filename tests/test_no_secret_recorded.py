"""A server that sends secrets back in every way: what is recorded, printed and reported holds none of them."""

from __future__ import annotations

import base64
import gzip
import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.cli import main
from aswritten.recordings import load_recordings
from aswritten.scrub import scan
from conforming_server import Reply, event_of, serving
from spellings import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"
KEY = f"sk-proj-{RANDOM}"
REQUEST_ID = "8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e"
ORGANIZATION = "acme-berlin-0042"
SESSION = "hT5rW9qK2mX7vB4n"
SECRETS = (RANDOM, REQUEST_ID, ORGANIZATION, SESSION)
TOLD = {
    "X-Request-Id": REQUEST_ID,
    "OpenAI-Organization": ORGANIZATION,
    "Set-Cookie": f"session={SESSION}; Path=/; HttpOnly",
}
SCENARIOS = """\
aswritten-scenarios: 1
provider: openai
base_url: https://api.example.com/v1
scenarios:
  - fixture: one
    body: {model: conforming-1, messages: [{role: user, content: Hi}], stream: true}
"""


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def texts() -> list[str]:
    """What a model may say, with all secrets in it."""
    basic = base64.b64encode(f"me:{KEY}".encode()).decode()
    arguments = json.dumps({"url": f"https://x.com/?key={KEY.replace('-', '%2D')}", "session": SESSION})
    return [f"The key is {KEY}, of {ORGANIZATION} ({REQUEST_ID}).", f"Authorization: Basic {basic}", arguments]


def events(reply: Reply) -> bytes:
    """A stream as the contract wants it, with a text of secrets in each of its deltas, and one whose characters are all escaped."""
    first, *_ = (event for event in reply.events if event["choices"])
    chunks: list[Any] = []
    for text in [*texts(), "ESCAPED"]:
        chunk = json.loads(json.dumps(first))
        chunk["choices"][0]["delta"] = {"role": "assistant", "content": text} if not chunks else {"content": text}
        chunks.append(chunk)
    last = json.loads(json.dumps(first))
    last["choices"][0] |= {"delta": {}, "finish_reason": "stop"}
    body = b"".join(event_of(chunk) for chunk in [*chunks, last])
    return body.replace(b"ESCAPED", escaped(KEY).encode()) + b": served for " + KEY.encode() + b"\n\ndata: [DONE]\n\n"


def ids_in_pieces(reply: Reply) -> Reply:
    """A stream that keeps the contract, in whose deltas stand the halves of what its headers tell."""
    role, *_ = reply.events
    chunks = [json.loads(json.dumps(role)) for secret in SECRETS[1:] for _ in "12"]
    halves = [half for secret in SECRETS[1:] for half in (secret[:9], secret[9:])]
    for chunk, half in zip(chunks, halves, strict=True):
        chunk["choices"][0]["delta"] = {"content": half}
    last = json.loads(json.dumps(role))
    last["choices"][0] |= {"delta": {}, "finish_reason": "stop"}
    return replace(reply, events=[role, *chunks, last])


def in_writes(body: bytes, cuts: list[int]) -> Iterator[bytes]:
    """One read each, as far as that is in the server's hands."""
    for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True):
        yield body[start:end]
        time.sleep(0.02)


def within(body: bytes, text: str) -> int:
    return body.index(text.encode()) + len(text) // 2


WAYS: dict[str, Callable[[Reply], Reply]] = {
    "in one read": lambda reply: replace(reply, parts=[events(reply)]),
    "split over reads": lambda reply: replace(
        reply,
        parts=in_writes(
            events(reply), sorted(within(events(reply), one) for one in (KEY, ORGANIZATION, REQUEST_ID, SESSION))
        ),
    ),
    "in bytes that are no text": lambda reply: replace(
        reply, parts=in_writes(b": \xc3\xa4\n\n" + events(reply), [3, within(b": \xc3\xa4\n\n" + events(reply), KEY)])
    ),
    "packed": lambda reply: replace(
        reply, parts=[gzip.compress(events(reply))], headers=TOLD | {"Content-Encoding": "gzip"}
    ),
    "packed and split": lambda reply: replace(
        reply, parts=in_writes(gzip.compress(events(reply)), [5, 200, 300]), headers=TOLD | {"Content-Encoding": "gzip"}
    ),
    "in an error": lambda _: Reply(
        400, headers=TOLD, body={"error": {"message": " ".join(texts()), "type": KEY, "param": None, "code": SESSION}}
    ),
    "in a stream that is cut": lambda reply: replace(reply, parts=[events(reply)[:-40]], longer=40),
    "ids in pieces": ids_in_pieces,
    "in pieces": lambda reply: replace(
        reply,
        parts=[event_of({"choices": [{"index": 0, "delta": {"content": KEY[at : at + 7]}}]}) for at in range(0, 32, 7)],
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_none_is_on_disk_or_told(
    way: Callable[[Reply], Reply], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("THE_KEY", KEY)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    with serving(
        lambda reply: way(replace(reply, headers=TOLD)) if "stream" in reply.tags else None, key=KEY
    ) as server:
        arguments = ["record", "--base-url", server.url, "--api-key-env", "THE_KEY"]
        main([*arguments, "--json", "out.json"])
        main([*arguments, "--check", "--markdown", "out.md"])
    said = capfd.readouterr()
    files = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    names = [str(path) for path in tmp_path.rglob("*")]
    for text in (said.out, said.err, *files, *names):
        for secret in SECRETS:
            assert not [at for at in range(len(secret) - 7) if secret[at : at + 8] in text]
    for one in load_recordings([tmp_path / "fixtures"]) if list(tmp_path.glob("fixtures/one.yaml")) else ():
        assert scan(one) == ()
        for other in spelled(one.responses[0].plain):
            assert not [secret for secret in SECRETS if secret.encode() in other]
    expected = {"in an error", "in a stream that is cut", "in pieces", "ids in pieces"}
    assert (tmp_path / "fixtures" / "one.yaml").exists() is (way not in [WAYS[name] for name in expected]), said.out
