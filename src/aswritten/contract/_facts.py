"""What is known of an answer while it is read: as much as the rules ask for, however long the stream."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from aswritten.contract._rule import dict_of, index_of, list_of, text_of

#: Choices of an answer, and tool calls of a choice, that are followed; what goes beyond breaks a rule anyway.
MOST = 128
#: Characters of all tool calls' arguments that are kept to be read as JSON.
KEPT = 4 * 1024 * 1024
#: Fields that stay the same over a stream.
CONSTANT = ("id", "created", "model", "system_fingerprint", "service_tier")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the request asked for, as far as it bears on the answer."""

    known: bool
    """Whether there is a request to go by."""
    n: int = 1
    include_usage: bool = False
    names_tool: bool = False
    """Whether it names the tool to call: the answer then ends with ``stop``."""


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
    )


@dataclass(slots=True)
class ToolCall:
    """One tool call of a choice, put together from its deltas."""

    deltas: int = 0
    id: str = ""
    type: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    whole: bool = True
    """False where arguments were too long to keep."""


@dataclass(slots=True)
class Choice:
    """One choice, put together from its deltas."""

    deltas: int = 0
    role: str = ""
    finish: str = ""
    content: bool = False
    refusal: bool = False
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

    def take_chunk(self, chunk: dict[str, Any]) -> None:
        """Learns from a chunk as a whole, after it was judged."""
        self.chunks += 1
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
        choice.deltas += 1
        choice.role = choice.role or text_of(delta.get("role"))
        choice.content = choice.content or isinstance(delta.get("content"), str)
        choice.refusal = choice.refusal or isinstance(delta.get("refusal"), str)
        choice.function_call = choice.function_call or isinstance(delta.get("function_call"), dict)
        choice.finish = text_of(entry.get("finish_reason")) or choice.finish

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
            call.arguments.append(arguments)
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
    body: dict[str, Any] = {"id": "", "object": "chat.completion", "model": ""} | facts.first
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
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": "".join(call.arguments)}}
            for _, call in sorted(choice.tools.items())
        ]
    return {"index": index, "message": message, "logprobs": None, "finish_reason": choice.finish or "stop"}
