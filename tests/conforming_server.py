"""A server of chat completions that keeps the contract, and can show one defect at a time.

What it would answer is made as plain values (`Reply`), a defect changes them, and then they are sent.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MODEL = "conforming-1"
KEY = "sk-conforming-0123456789"
#: What JSON it answers with where it is not told a schema.
ANSWER = {"type": "object", "properties": {"city": {"type": "string"}}}
#: Parameters that the server knows; another one is refused.
KNOWN = {
    "model", "messages", "stream", "stream_options", "n", "tools", "tool_choice", "parallel_tool_calls",
    "response_format", "stop", "max_tokens", "logprobs", "top_logprobs", "temperature", "reasoning_effort",
}  # fmt: skip

CAPABILITIES = {"tools": True, "structured_output": True}

Object = dict[str, Any]


@dataclass
class Reply:
    """What goes back to the client: one object, or the events of a stream."""

    status: int = 200
    content_type: str = "application/json"
    body: Object = field(default_factory=dict)
    events: list[Object] = field(default_factory=list)
    """Of a stream, without `[DONE]`."""
    tags: set[str] = field(default_factory=set)
    """What was asked for, and what this is: completion, stream or error."""
    asked: Object = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    parts: Iterable[bytes] | None = None
    """The bytes to send, one part a write, without end if need be; None: made from the values above."""
    longer: int = 0
    """Bytes of the body that are promised and never sent."""

    @property
    def streamed(self) -> bool:
        return bool(self.events)

    def bytes_of(self) -> Iterable[bytes]:
        if self.parts is not None:
            return self.parts
        if self.streamed:
            return [*(event_of(event) for event in self.events), b"data: [DONE]\n\n"]
        return [json.dumps(self.body).encode()]


def event_of(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


class Conforming(ThreadingHTTPServer):
    """The server; ``change`` is the defect that it shows, told by the tags of the replies that it changes."""

    daemon_threads = True

    def __init__(self, change: Callable[[Reply], Reply | None] | None = None, key: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.change = change
        self.key = key
        self.models = [MODEL]
        self.numbers = itertools.count(1)
        self.asked: list[tuple[str, str, bytes]] = []
        """(path, Authorization, body) of each request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left early is no matter of the server's."""


@contextlib.contextmanager
def serving(change: Callable[[Reply], Reply | None] | None = None, key: str = "") -> Iterator[Conforming]:
    """A server that runs until the block ends."""
    server = Conforming(change, key)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Conforming

    def do_GET(self) -> None:
        # Some checkers look at tools and structured output only where they are said to be there.
        common = {"object": "model", "created": 1_760_000_000, "owned_by": "conforming"} | {
            "capabilities": CAPABILITIES
        }
        self._send(Reply(body={"object": "list", "data": [{"id": name} | common for name in self.server.models]}))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        authorization = self.headers.get("Authorization", "")
        self.server.asked.append((self.path, authorization, body))
        path = self.path.partition("?")[0]
        keyed = not self.server.key or authorization == f"Bearer {self.server.key}"
        reply = answer(body, next(self.server.numbers), keyed=keyed) if path == "/v1/chat/completions" else lost()
        if self.server.change is not None:
            reply = self.server.change(reply) or reply
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        parts = reply.bytes_of()
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.streamed:
            self.send_header("Transfer-Encoding", "chunked")
            chunks = (b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
            parts = itertools.chain(chunks, [] if reply.longer else [b"0\r\n\r\n"])
        else:
            parts = list(parts)
            self.send_header("Content-Length", str(sum(map(len, parts)) + reply.longer))
        self.end_headers()
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()
        # Without a word of it: a client that is told takes the end of the connection for the end of the answer.
        self.close_connection = bool(reply.longer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        pass


def lost() -> Reply:
    return error(404, "There is no such page.", "not_found")


def error(status: int, message: str, code: str, *tags: str, param: str | None = None) -> Reply:
    body = {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
    return Reply(status=status, body=body, tags={"error", *tags})


def answer(body: bytes, number: int, *, keyed: bool) -> Reply:
    """What a conforming server answers."""
    if not keyed:
        return error(401, "Incorrect API key provided.", "invalid_api_key", "bad-key")
    try:
        asked = json.loads(body)
    except ValueError:
        return error(400, "The body is not JSON.", "invalid_json", "malformed-body")
    if asked["model"] != MODEL:
        return error(404, "There is no such model.", "model_not_found", "unknown-model", param="model")
    if not asked["messages"]:
        return error(400, "There is no message.", "empty_array", "empty-messages", param="messages")
    for name in asked:
        if name not in KNOWN:
            return error(400, f"Unknown parameter: {name!r}.", "unknown_parameter", "unknown-parameter", param=name)
    return streamed(asked, number) if asked.get("stream") else completion(asked, number)


def text_of(asked: Object) -> tuple[list[str], str]:
    """(tokens of the answer, finish_reason)."""
    if asked.get("max_tokens"):
        return ["Hello"], "length"
    if asked.get("response_format"):
        schema = asked["response_format"].get("json_schema", {}).get("schema", ANSWER)
        text = json.dumps(value_of(schema, "Paris"))
        return [text[:7], text[7:]], "stop"
    if asked.get("stop"):
        return ["1 ", "2 ", "3 ", "4 "], "stop"
    return ["Hel", "lo", "! PONG"], "stop"  # the word is what some checkers ask for


def value_of(schema: Object, text: str) -> object:
    """A value that a schema of objects, texts and integers allows; every text is ``text`` where there is no enum."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {name: value_of(entry, text) for name, entry in schema.get("properties", {}).items()}
    return {"string": text, "integer": 2}[schema["type"]]


def calls_tools(asked: Object) -> bool:
    """A tool is called whenever there is one, and its result is not there yet."""
    return "tools" in asked and asked["messages"][-1]["role"] == "user"


def head(kind: str, number: int) -> Object:
    return {
        "id": f"chatcmpl-{number:06}",
        "object": kind,
        "created": 1_760_000_000 + number,
        "model": MODEL,
        "system_fingerprint": "fp_conforming",
    }


def usage_of(tokens: int) -> Object:
    return {"prompt_tokens": 9, "completion_tokens": tokens, "total_tokens": 9 + tokens}


def calls(asked: Object) -> list[Object]:
    """One call of the function that must be called; else two, of the first function and of the last one."""
    offered = {tool["function"]["name"]: tool["function"] for tool in asked["tools"]}
    names = list(offered)
    chosen = asked.get("tool_choice")
    called = [chosen["function"]["name"]] if isinstance(chosen, dict) else [names[0], names[-1]]
    return [
        {
            "id": f"call_{city}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(value_of(offered[name]["parameters"], city))},
        }
        for name, city in zip(called, ("Paris", "Rome"), strict=False)
    ]


def logprob(token: str) -> Object:
    likely = {"token": token, "logprob": -0.25, "bytes": list(token.encode())}
    return {**likely, "top_logprobs": [likely]}


def completion(asked: Object, number: int) -> Reply:
    tokens, finish = text_of(asked)
    tags = {"completion", *asked} - {"model", "messages", "stream"} - (set() if calls_tools(asked) else {"tools"})
    choices = []
    for index in range(asked.get("n", 1)):
        message: Object = {"role": "assistant", "content": "".join(tokens), "refusal": None}
        if calls_tools(asked):
            message |= {"content": None, "tool_calls": calls(asked)}
            finish = "tool_calls"
        logprobs = {"content": [logprob(token) for token in tokens], "refusal": None} if asked.get("logprobs") else None
        choices.append({"index": index, "message": message, "logprobs": logprobs, "finish_reason": finish})
    body = head("chat.completion", number) | {"choices": choices, "usage": usage_of(len(tokens) * len(choices))}
    return Reply(body=body, tags=tags, asked=asked)


def streamed(asked: Object, number: int) -> Reply:
    tokens, finish = text_of(asked)
    deltas: list[Object] = [{"role": "assistant", "content": "", "refusal": None}]
    if calls_tools(asked):
        deltas[0]["content"] = None
        finish = "tool_calls"
        for index, call in enumerate(calls(asked)):
            function = call["function"]
            first = call | {"index": index, "function": {"name": function["name"], "arguments": ""}}
            halves = (function["arguments"][:7], function["arguments"][7:])
            deltas += [{"tool_calls": [first]}]
            deltas += [{"tool_calls": [{"index": index, "function": {"arguments": half}}]} for half in halves]
    else:
        deltas += [{"content": token} for token in tokens]
    with_usage = asked.get("stream_options", {}).get("include_usage", False)
    common = head("chat.completion.chunk", number) | ({"usage": None} if with_usage else {})
    events = [common | {"choices": [choice(delta, None)]} for delta in deltas]
    events.append(common | {"choices": [choice({}, finish)]})
    if with_usage:
        events.append(common | {"choices": [], "usage": usage_of(len(tokens))})
    tags = {"stream", *asked, *({"text"} if "tools" not in asked else set())} - {"model", "messages"}
    if "tools" in asked:
        tags = (tags - {"tools"}) | {"tools-stream"}
    return Reply(content_type="text/event-stream", events=events, tags=tags, asked=asked)


def choice(delta: Object, finish: str | None) -> Object:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
