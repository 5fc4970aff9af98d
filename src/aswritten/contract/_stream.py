"""A streamed completion: its framing, each of its chunks, and what they make together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aswritten.contract import _chunk_rules as during
from aswritten.contract import _content_rules as content
from aswritten.contract import _end_rules as end
from aswritten.contract import _tool_rules as tools
from aswritten.contract._collector import Collector
from aswritten.contract._facts import MOST, Facts, ToolCall, asked_by, assembled
from aswritten.contract._objects import check_object, violations_of
from aswritten.contract._problem import Problem, path_text, show
from aswritten.contract._quiet import take_if_quiet
from aswritten.contract._rule import Found, dict_of, index_of, list_of, text_of
from aswritten.contract._rules import rule_named
from aswritten.sse import Decoder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.contract._profile import Profile

DONE = "[DONE]"


def check_stream(
    body: bytes | Iterable[bytes], profile: Profile, request: object = None, *, ended: bool = True
) -> tuple[Problem, ...]:
    """What is wrong with the body of a streamed completion.

    ``body`` is the whole, or its parts in order, cut anywhere. ``request`` is the body of the request as parsed from
    JSON, or None where it is not known: rules that depend on it then do not hold. ``ended`` is False where the
    connection closed before the HTTP body's end. Memory does not grow with the length of the stream.
    """
    found = Collector(profile)
    judge_stream((body,) if isinstance(body, bytes) else body, request, found, ended=ended)
    return found.problems()


def judge_stream(parts: Iterable[bytes], request: object, into: Collector, *, ended: bool) -> None:
    """`check_stream`, for a part of something larger."""
    _Stream(request, into).judge(parts, ended=ended)


class _Stream:
    """One stream being judged."""

    def __init__(self, request: object, into: Collector) -> None:
        self._facts = Facts(asked_by(request))
        self._found = into

    def judge(self, parts: Iterable[bytes], *, ended: bool) -> None:
        decoder = Decoder()
        for part in parts:
            for event in decoder.feed(part):
                self._event(event.data)
        for framing in end.FRAMING_JUDGES:
            self._found.tell(framing.rule, framing.check(decoder, self._facts, ended))
        for judge in (*end.ANSWER_JUDGES, *content.ANSWER_JUDGES, *tools.ANSWER_JUDGES, *end.STREAM_END_JUDGES):
            self._found.tell(judge.rule, judge.check(self._facts))
        self._reassembled()

    def _say(self, name: str, found: Found) -> None:
        self._found.tell(rule_named(name), (found,), self._facts.event)

    def _event(self, data: str) -> None:
        facts = self._facts
        facts.event += 1
        if not data.isascii():
            for judge in during.EVENT_JUDGES:
                self._found.tell(judge.rule, judge.check(facts, data), facts.event)
        if facts.done:
            self._say("wire.after-done", Found((), "nothing after [DONE]", show(data), "an event comes after [DONE]"))
        elif data == DONE:
            facts.done = facts.event
        else:
            self._json(data)

    def _json(self, data: str) -> None:
        try:
            value = JSON.decode(data)
        except (ValueError, RecursionError):
            self._say("wire.event-json", Found((), "JSON or [DONE]", show(data), f"not JSON: {show(data)}"))
            return
        error = value.get("error") if isinstance(value, dict) else None
        if error is not None:
            self._facts.error = self._facts.error or self._facts.event
        if error is not None and "choices" not in value:
            check_object("error", value, self._found, event=self._facts.event, rule="wire.stream-error")
            return
        if error is not None and not text_of(dict_of(error).get("message")):
            self._say("wire.stream-error", Found(("error", "message"), "what went wrong, in words", show(error)))
        check_object("chunk", value, self._found, event=self._facts.event)
        if isinstance(value, dict) and not take_if_quiet(self._facts, value):
            self._chunk(value)

    def _chunk(self, chunk: dict[str, Any]) -> None:
        facts = self._facts
        for judge in during.CHUNK_JUDGES:
            self._found.tell(judge.rule, judge.check(facts, chunk), facts.event)
        for position, entry in during.entries(chunk):
            choice = facts.choice(entry)
            if choice is None:
                many = during.too_many_choices
                self._found.tell(many.rule, many.check(facts, entry, position), facts.event)
                continue
            for by in (*during.CHOICE_JUDGES, *content.DELTA_JUDGES):
                self._found.tell(by.rule, by.check(facts, choice, position, entry), facts.event)
            delta = dict_of(entry.get("delta"))
            self._tools(choice, ("choices", position, "delta", "tool_calls"), delta)
            facts.take_choice(choice, entry, delta)
        facts.take_chunk(chunk)

    def _tools(self, choice: Any, path: tuple[str | int, ...], delta: dict[str, Any]) -> None:
        for position, part in enumerate(list_of(delta.get("tool_calls"))):
            index = index_of(part)
            if index is None:
                continue
            call = choice.tools.get(index) or ToolCall()
            for judge in during.TOOL_JUDGES:
                self._found.tell(judge.rule, judge.check(choice, call, (*path, position), part), self._facts.event)
            if index < MOST:
                choice.tools.setdefault(index, call)
                self._facts.take_tool(call, part)

    def _reassembled(self) -> None:
        """Only where nothing else is wrong: else it would tell the same once more."""
        if self._found.has_errors or self._facts.error:
            return
        whole = assembled(self._facts)
        if self._found.keeps("completion", whole):
            return
        for violation in violations_of("completion", whole, self._found.profile):
            place = path_text(violation.path)
            message = f"put together, the stream is no completion: {place}: expected {violation.expected}, got {violation.got}"
            found = Found(violation.path, violation.expected, violation.got, message)
            self._found.tell(rule_named("wire.reassembled"), (found,))


def no_constant(name: str) -> object:
    """Refuses NaN and the infinities, which Python reads and JSON does not have: ``parse_constant`` of `json.loads`."""
    raise ValueError(name)


#: One for all events: making it takes longer than reading a chunk.
JSON = json.JSONDecoder(parse_constant=no_constant)
