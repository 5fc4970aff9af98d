"""Exchanges that keep the whole contract, put together from what the model is to have said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aswritten.contract import Problem, Profile, check_exchange, check_request, load_profile

Object = dict[str, Any]
#: A chunk to the text of its event's data.
Write = Callable[[object], str]

DONE = "[DONE]"
SSE = "text/event-stream"
JSON = "application/json"
#: The arguments that it says yes to: an object with a text and a number, of which the text must be there.
PARAMETERS: Object = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city"],
    "additionalProperties": False,
}
USAGE: Object = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, to be judged under one profile."""

    name: str
    profile: str
    request: Object
    status: int = 200
    content_type: str = JSON
    body: bytes = b""
    ended: bool = True

    @property
    def kind(self) -> str:
        """``error``, ``stream`` or ``completion``."""
        if self.status >= 400:
            return "error"
        return "stream" if self.content_type.startswith(SSE) else "completion"

    def judged(self) -> tuple[Problem, ...]:
        """What the contract says of the answer."""
        return check_exchange(
            json.dumps(self.request).encode(),
            self.status,
            self.content_type,
            self.body,
            self.judges_by,
            ended=self.ended,
        )

    def request_judged(self) -> tuple[Problem, ...]:
        """What the contract says of the request."""
        return check_request(self.request, self.judges_by)

    @property
    def judges_by(self) -> Profile:
        return load_profile(self.profile)


@dataclass(frozen=True)
class Call:
    """One tool call: the pieces of its arguments, joined one JSON text."""

    id: str
    pieces: tuple[str, ...]
    name: str = "forecast"


@dataclass(frozen=True)
class Said:
    """What one choice says, in pieces, each a token and a chunk."""

    pieces: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    finish: str = "stop"
    refusal: bool = False
    """Whether the pieces are those of a refusal."""
    logprobs: bool = False
    content_with_finish: bool = False
    """Whether the last piece comes in the chunk that ends the choice, as some servers do."""
    role_alone: bool = False
    """Whether the first delta has the role and nothing else."""


@dataclass(frozen=True)
class Answer:
    """A whole answer, to be sent in one piece or as a stream."""

    choices: tuple[Said, ...] = (Said(("Hi", "!")),)
    usage: bool = False
    fields: Object = field(default_factory=lambda: {"system_fingerprint": "fp_1"})
    """Beside id, object, created, model and choices, in each chunk."""
    order: tuple[int, ...] = ()
    """Whose chunk comes next, where there are several choices; what is not named comes at the end."""

    @property
    def request(self) -> Object:
        """The request that it answers, but for ``stream``."""
        asked: Object = {"model": "m-1", "messages": [{"role": "user", "content": "How is it there?"}]}
        if len(self.choices) > 1:
            asked["n"] = len(self.choices)
        if any(choice.calls for choice in self.choices):
            function = {"name": "forecast", "parameters": PARAMETERS}
            asked["tools"] = [{"type": "function", "function": function}]
        if any(choice.logprobs for choice in self.choices):
            asked |= {"logprobs": True, "top_logprobs": 1}
        if any(choice.finish == "length" for choice in self.choices):
            asked["max_tokens"] = USAGE["completion_tokens"]
        return asked

    @property
    def stream_request(self) -> Object:
        """The request that it answers as a stream."""
        return self.request | {"stream": True} | ({"stream_options": {"include_usage": True}} if self.usage else {})


def base(answer: Answer, kind: str) -> Object:
    return {"id": "c-1", "object": kind, "created": 1760000000, "model": "m-1"} | answer.fields


def chunks(answer: Answer) -> list[Object]:
    """The chunks of the answer as a stream, in the order that it names."""
    waiting = [iter(_of_choice(index, said)) for index, said in enumerate(answer.choices)]
    turns = (next(waiting[index], None) for index in answer.order if index < len(waiting))
    entries = [entry for entry in turns if entry is not None]
    for rest in waiting:
        entries += rest
    usage: Object = {"usage": None} if answer.usage else {}
    head = base(answer, "chat.completion.chunk")
    made = [head | {"choices": [entry]} | usage for entry in entries]
    return made + ([head | {"choices": [], "usage": USAGE}] if answer.usage else [])


def _of_choice(index: int, said: Said) -> list[Object]:
    field_name = "refusal" if said.refusal else "content"
    first: Object = {"role": "assistant"} if said.role_alone else {"role": "assistant", "content": None}
    deltas: list[Object] = [first, *({field_name: piece} for piece in said.pieces)]
    if not said.role_alone and said.pieces and not said.refusal:
        first["content"] = ""
    probabilities: list[Object | None] = [None, *(logprobs((piece,), said) for piece in said.pieces)]
    for number, call in enumerate(said.calls):
        start = {"index": number, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
        parts = [{"index": number, "function": {"arguments": piece}} for piece in call.pieces]
        deltas += [{"tool_calls": [part]} for part in (start, *parts)]
    probabilities += [None] * (len(deltas) - len(probabilities))
    if not (said.content_with_finish and len(deltas) > 1):
        deltas.append({})
        probabilities.append(None)
    last = len(deltas) - 1
    return [
        {"index": index, "delta": delta, "finish_reason": said.finish if at == last else None}
        | ({"logprobs": probabilities[at]} if said.logprobs else {})
        for at, delta in enumerate(deltas)
    ]


def logprobs(pieces: tuple[str, ...], said: Said) -> Object | None:
    """The log probabilities of some tokens, with one other token for each; None where none were asked for."""
    if not said.logprobs:
        return None
    tokens = [_token(piece) | {"top_logprobs": [_token("x", -2.5)]} for piece in pieces]
    return {"content": None, "refusal": tokens} if said.refusal else {"content": tokens, "refusal": None}


def _token(text: str, logprob: float = -0.25) -> Object:
    return {"token": text, "logprob": logprob, "bytes": list(text.encode())}


def _whole_choice(index: int, said: Said) -> Object:
    text = "".join(said.pieces) if said.pieces else None
    message: Object = {"role": "assistant", "content": text, "refusal": None}
    if said.refusal:
        message |= {"content": None, "refusal": text}
    if said.calls:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": "".join(call.pieces)}}
            for call in said.calls
        ]
    return {
        "index": index,
        "message": message,
        "logprobs": logprobs(said.pieces, said),
        "finish_reason": said.finish,
    }


def completion(answer: Answer) -> Object:
    """The answer in one piece."""
    choices = [_whole_choice(index, said) for index, said in enumerate(answer.choices)]
    return base(answer, "chat.completion") | {"choices": choices, "usage": USAGE}


def data(*values: object, write: Write = json.dumps) -> bytes:
    """Values as events, texts as they are."""
    texts = (value if isinstance(value, str) else write(value) for value in values)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def streamed(answer: Answer, name: str = "composed stream", profile: str = "openai") -> Exchange:
    return Exchange(name, profile, answer.stream_request, 200, SSE, data(*chunks(answer), DONE))


def whole(answer: Answer, name: str = "composed completion", profile: str = "openai") -> Exchange:
    return Exchange(name, profile, answer.request, body=json.dumps(completion(answer)).encode())


def exchanges() -> list[Exchange]:
    """What the fixtures do not have: several choices, tool calls and token probabilities, a refusal, OpenAI's errors."""
    calls = (Call("call_1", ('{"city": ', '"Oslo"', "}")), Call("call_2", ('{"city"', ': "Rome", "days"', ": 2}")))
    answers = {
        "two choices": Answer(
            (Said(("Hi", "!")), Said(("Hel", "lo"), finish="length")), usage=True, order=(0, 1, 0, 1)
        ),
        "two tool calls": Answer((Said(calls=calls, finish="tool_calls"),), usage=True),
        "logprobs": Answer((Said(("It", " rains", "."), logprobs=True),), usage=True),
        "a refusal": Answer((Said(("I", " cannot"), refusal=True),)),
        "a service tier": Answer(fields={"system_fingerprint": "fp_1", "service_tier": "default"}),
    }
    found = [
        make(answer, f"{name}, {form}")
        for name, answer in answers.items()
        for form, make in (("streamed", streamed), ("whole", whole))
    ]
    error = {"message": "Incorrect API key", "type": "invalid_request_error", "param": None, "code": "invalid_api_key"}
    refused = Exchange("an error", "openai", Answer().request, 401, body=json.dumps({"error": error}).encode())
    return [*found, refused, replace(refused, name="an error for a stream", request=Answer().stream_request)]
