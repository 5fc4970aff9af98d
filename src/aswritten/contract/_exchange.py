"""One whole answer of the API, judged by what was asked for and by what came."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aswritten.contract import _chunk_rules, _content_rules, _end_rules, _tool_rules
from aswritten.contract._collector import Collector
from aswritten.contract._facts import facts_of_completion
from aswritten.contract._objects import check_object
from aswritten.contract._problem import Problem, show
from aswritten.contract._rule import Found, dict_of
from aswritten.contract._rules import rule_named
from aswritten.contract._stream import judge_stream, no_constant

if TYPE_CHECKING:
    from aswritten.contract._profile import Deviation, Profile

EVENT_STREAM = "text/event-stream"
JSON = "application/json"
#: The start of a stream of events, whatever its media type: a field, after blank lines and comments.
LIKE_A_STREAM = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|:[^\r\n]*[\r\n])*(?:data|event|id|retry):")


def check_completion(obj: object, profile: Profile, request: object = None) -> tuple[Problem, ...]:
    """What is wrong with a completion that came whole; ``request`` as `check_stream` takes it."""
    found = Collector(profile)
    _completion(obj, request, found)
    return found.problems()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found about the answer to one request."""

    kind: Literal["completion", "stream", "error"]
    """What the answer was held to, which follows from what came."""
    problems: tuple[Problem, ...]
    deviations: tuple[Deviation, ...]
    """Those of the profile that the answer makes use of, in the order of the profile."""

    @property
    def has_errors(self) -> bool:
        """Whether the contract is violated: a problem has the level error."""
        return any(problem.level == "error" for problem in self.problems)


def check_exchange(  # noqa: PLR0913 - an exchange has as many parts
    request_body: bytes, status: int, content_type: str, body: bytes, profile: Profile, *, ended: bool = True
) -> tuple[Problem, ...]:
    """The problems of `judge_exchange`, without a look at the deviations, which takes longer."""
    found = Collector(profile)
    _judge(request_body, status, content_type, body, found, ended=ended)
    return found.problems()


def judge_exchange(  # noqa: PLR0913 - an exchange has as many parts
    request_body: bytes, status: int, content_type: str, body: bytes, profile: Profile, *, ended: bool = True
) -> Judgement:
    """What is to be said of the answer to a chat-completions request: a completion, a stream or an error.

    Which of them it is held to follows from what came; where the request asked for another, that is a problem as
    well. The request itself is `check_request`'s. ``ended`` is False where the connection closed before the HTTP
    body's end.
    """
    found = Collector(profile, notes_uses=True)
    kind = _judge(request_body, status, content_type, body, found, ended=ended)
    return Judgement(kind, found.problems(), found.uses.found())


def _judge(  # noqa: PLR0913 - an exchange has as many parts
    request_body: bytes, status: int, content_type: str, body: bytes, found: Collector, *, ended: bool
) -> Literal["completion", "stream", "error"]:
    request = _parsed(request_body)
    came = content_type.partition(";")[0].strip().lower()
    kind: Literal["completion", "stream", "error"]
    if status >= 400:
        kind = "error"
        _error(body, found)
    elif came == EVENT_STREAM or LIKE_A_STREAM.match(body):
        kind = "stream"
        if came != EVENT_STREAM:
            _say(found, "wire.content-type", EVENT_STREAM, came or "none")
        if request is not None and dict_of(request).get("stream") is not True:
            _say(found, "wire.streamed-unasked", "JSON, as stream was not asked for", "a stream")
        judge_stream((body,), request, found, ended=ended)
    else:
        kind = _whole(body, came, request, found)
        if not ended:
            _say(found, "wire.body-cut", "the end of the HTTP body", "a closed connection")
    return kind


def _say(found: Collector, name: str, expected: str, got: str) -> None:
    found.tell(rule_named(name), (Found((), expected, got),))


def _whole(body: bytes, came: str, request: object, found: Collector) -> Literal["completion", "error"]:
    """An answer of one piece with a status below 400; says which of the two it is."""
    obj = _parsed(body)
    if obj is None:
        _say(found, "wire.not-json", "JSON", _start(body))
        return "completion"
    if came != JSON:
        _say(found, "wire.content-type", JSON, came or "none")
    if "error" in dict_of(obj) and "choices" not in dict_of(obj):
        _say(found, "wire.error-status", "a status of 400 or more for an error", "a success")
        check_object("error", obj, found)
        return "error"
    if dict_of(request).get("stream") is True:
        _say(found, "wire.not-streamed", "a stream of events, as asked for", "one JSON body")
    _completion(obj, request, found)
    return "completion"


def _error(body: bytes, found: Collector) -> None:
    obj = _parsed(body)
    if obj is None:
        _say(found, "wire.error-schema", "an error as JSON", _start(body))
    else:
        check_object("error", obj, found)


def _completion(obj: object, request: object, found: Collector) -> None:
    check_object("completion", obj, found)
    facts = facts_of_completion(obj, request)
    for judge in (*_end_rules.ANSWER_JUDGES, *_content_rules.ANSWER_JUDGES, *_tool_rules.ANSWER_JUDGES):
        found.tell(judge.rule, judge.check(facts))
    found.tell(_chunk_rules.usage_sum.rule, _chunk_rules.usage_sum.check(facts, dict_of(obj)))


def _start(body: bytes) -> str:
    return show(body[:200].decode("utf-8", "replace")) if body else "an empty body"


def _parsed(body: bytes) -> object:
    """The body as JSON; None where it is none."""
    try:
        return json.loads(body, parse_constant=no_constant)
    except (ValueError, RecursionError):
        return None
