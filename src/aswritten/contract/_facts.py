"""What is known of an answer while it is read: as much as the rules ask for, however long the stream."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aswritten.contract._joined import Joined
from aswritten.contract._rule import dict_of, index_of, list_of, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Choices of an answer, and tool calls of a choice, that are followed; what goes beyond breaks a rule anyway.
MOST = 128
#: Characters of all tool calls' arguments that are kept to be read as JSON.
KEPT = 4 * 1024 * 1024
#: Fields that stay the same over a stream.
CONSTANT = ("id", "created", "model", "system_fingerprint", "service_tier")


@dataclass(frozen=True, slots=True)
class Offered:
    """A function that the request offers."""

    schema: object
    """Of its parameters, as the request has it; None where it has none."""
    strict: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request asked for, as far as it bears on the answer."""

    known: bool
    """Whether there is a request to go by."""
    n: int = 1
    include_usage: bool = False
    names_tool: bool = False
    """Whether it names the tool to call: the answer then ends with ``stop``."""
    limit: int | None = None
    """The most tokens that the answer may have; None where the request does not say."""
    may_stop: bool = True
    """Whether a stop sequence may end the answer."""
    replacement: bool = True
    """Whether U+FFFD may be meant: the request holds it."""
    tools: Mapping[str, Offered] = field(default_factory=dict)
    """Functions by their names."""


def asked_by(request: object) -> Asked:
    """What a request's body asks for; None or anything but an object: nothing is known."""
    if not isinstance(request, dict):
        return Asked(known=False)
    n = request.get("n")
    return Asked(
        known=True,
        n=n if isinstance(n, int) and not isinstance(n, bool) and n > 0 else 1,
        include_usage=dict_of(request.get("stream_options")).get("include_usage") is True,
        names_tool=isinstance(request.get("tool_choice"), dict) or isinstance(request.get("function_call"), dict),
        limit=_limit(request),
        may_stop=bool(request.get("stop")),
        replacement="\ufffd" in json.dumps(request.get("messages"), ensure_ascii=False),
        tools=_offered(request),
    )


def _limit(request: dict[str, Any]) -> int | None:
    limits = [request.get(name) for name in ("max_completion_tokens", "max_tokens")]
    return next((limit for limit in limits if isinstance(limit, int) and not isinstance(limit, bool)), None)


def _offered(request: dict[str, Any]) -> dict[str, Offered]:
    functions = [dict_of(dict_of(tool).get("function")) for tool in list_of(request.get("tools"))]
    return {
        text_of(function.get("name")): Offered(function.get("parameters"), function.get("strict") is True)
        for function in functions
        if text_of(function.get("name"))
    }


@dataclass(slots=True)
class ToolCall:
    """One tool call of a choice, put together from its deltas."""

    deltas: int = 0
    id: str = ""
    type: str = ""
    name: str = ""
    written: io.StringIO = field(default_factory=io.StringIO)
    """The arguments so far."""
    whole: bool = True
    """False where arguments were too long to keep."""

    @property
    def arguments(self) -> str:
        """The arguments, joined."""
        return self.written.getvalue()


@dataclass(slots=True)
class Choice:
    """One choice, put together from its deltas."""

    deltas: int = 0
    role: str = ""
    finish: str = ""
    content: bool = False
    """Whether it has content, be it empty; so for a refusal."""
    refusal: bool = False
    says_content: bool = False
    says_refusal: bool = False
    joined: dict[str, Joined] = field(default_factory=dict)
    """By ``content`` and ``refusal``, where log probabilities came of it."""
    function_call: bool = False
    tools: dict[int, ToolCall] = field(default_factory=dict)


@dataclass(slots=True)
class Facts:
    """What is known of the answer so far."""

    asked: Asked
    event: int = 0
    """Number of the event that is being judged, from 1."""
    chunks: int = 0
    first: dict[str, object] = field(default_factory=dict)
    """First value of each of `CONSTANT` that came."""
    choices: dict[int, Choice] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)
    """Indexes that a further choice of a whole completion has; in a stream an index comes many times."""
    done: int = 0
    """Number of the first event that is ``[DONE]``; 0 while none came."""
    error: int = 0
    """Number of the first event that carries an error; 0 while none came."""
    usage: object = None
    """Of the last chunk that is not an aside."""
    usage_event: int = 0
    choices_beside_usage: bool = False
    kept: int = 0

    def choice(self, value: object) -> Choice | None:
        """The choice that an entry of ``choices`` belongs to, made when it comes first; None where it has no usable index."""
        index = index_of(value)
        if index is None or index >= MOST:
            return None
        return self.choices.setdefault(index, Choice())

    def is_beside(self, chunk: dict[str, Any]) -> bool:
        """Whether the chunk is none of those that came before, by its id: either it has one and they do not, or the other way round.

        A chunk without an id among others that have one is a problem by itself, or a deviation: what it says else is not compared.
        """
        return bool(self.first) and is_given(chunk.get("id")) != ("id" in self.first)

    def take_chunk(self, chunk: dict[str, Any]) -> None:
        """Learns from a chunk as a whole, after it was judged."""
        self.chunks += 1
        if is_given(chunk.get("id")) and "id" not in self.first:
            self.first.clear()
        if not self.is_beside(chunk):
            for name in CONSTANT:
                if is_given(chunk.get(name)):
                    self.first.setdefault(name, chunk[name])
        if is_aside(chunk):
            return
        self.usage = chunk.get("usage")
        if isinstance(self.usage, dict):
            self.usage_event = self.event
            self.choices_beside_usage = bool(list_of(chunk.get("choices")))

    def take_choice(self, choice: Choice, entry: dict[str, Any], delta: dict[str, Any]) -> None:
        """Learns from one entry of ``choices``, after it was judged."""
        if "delta" in entry or "message" in entry:  # a choice may be told of without adding to it
            choice.deltas += 1
        choice.role = choice.role or text_of(delta.get("role"))
        choice.content = choice.content or isinstance(delta.get("content"), str)
        choice.refusal = choice.refusal or isinstance(delta.get("refusal"), str)
        choice.says_content = choice.says_content or bool(delta.get("content"))
        choice.says_refusal = choice.says_refusal or bool(delta.get("refusal"))
        self._take_logprobs(choice, dict_of(entry.get("logprobs")), delta)
        choice.function_call = choice.function_call or isinstance(delta.get("function_call"), dict)
        choice.finish = text_of(entry.get("finish_reason")) or choice.finish

    def _take_logprobs(self, choice: Choice, logprobs: dict[str, Any], delta: dict[str, Any]) -> None:
        for name in ("content", "refusal"):
            tokens, text = logprobs.get(name), text_of(delta.get(name))
            if isinstance(tokens, list) or (text and name in choice.joined):
                choice.joined.setdefault(name, Joined()).take(text, list_of(tokens), self.event)

    def take_tool(self, call: ToolCall, delta: dict[str, Any]) -> None:
        """Learns from one delta of a tool call, after it was judged."""
        function = dict_of(delta.get("function"))
        call.deltas += 1
        call.id = call.id or text_of(delta.get("id"))
        call.type = call.type or text_of(delta.get("type"))
        call.name = call.name or text_of(function.get("name"))
        arguments = text_of(function.get("arguments"))
        self.kept += len(arguments)
        if self.kept <= KEPT:
            call.written.write(arguments)
        else:
            call.whole = False


def is_aside(chunk: dict[str, Any]) -> bool:
    """Whether a chunk stands outside of the answer: the one with the moderation comes after the usage."""
    return is_given(chunk.get("moderation")) and not list_of(chunk.get("choices"))


def is_given(value: object) -> bool:
    """Whether a field says something: neither left out, null nor empty text."""
    return value is not None and value != ""


def facts_of_completion(completion: object, request: object) -> Facts:
    """The facts of an answer that came whole."""
    facts = Facts(asked_by(request))
    facts.usage = dict_of(completion).get("usage")
    for entry in list_of(dict_of(completion).get("choices")):
        choice = facts.choice(entry)
        if choice is None:
            continue
        if choice.deltas:
            facts.again.append(entry["index"])
        message = dict_of(entry.get("message"))
        facts.take_choice(choice, entry, message)
        for number, call in enumerate(list_of(message.get("tool_calls"))[:MOST]):
            facts.take_tool(choice.tools.setdefault(number, ToolCall()), dict_of(call))
    return facts


def assembled(facts: Facts) -> dict[str, Any]:
    """The completion that a client puts together from a stream, its texts left out but for their being there.

    What rules of streams judge by themselves (role, finish_reason, the type of a tool call) has its usual value.
    """
    body: dict[str, Any] = {"id": "", "object": "chat.completion", "created": 0, "model": ""} | facts.first
    body["choices"] = [_assembled_choice(index, choice) for index, choice in sorted(facts.choices.items())]
    return body


def _assembled_choice(index: int, choice: Choice) -> dict[str, Any]:
    message: dict[str, Any] = {
        "role": "assistant",
        "content": "" if choice.content else None,
        "refusal": "" if choice.refusal else None,
    }
    if choice.tools:
        message["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for _, call in sorted(choice.tools.items())
        ]
    return {"index": index, "message": message, "logprobs": None, "finish_reason": choice.finish or "stop"}
