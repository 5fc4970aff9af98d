"""What an answer must be beside the contract, by what was asked: shape, never wit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aswritten.contract import Problem, Rule
from aswritten.probe._calls import STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aswritten.contract import Profile
    from aswritten.probe._client import Answer

_CREATE = "https://platform.openai.com/docs/api-reference/chat/create"
_ERRORS = "https://platform.openai.com/docs/guides/error-codes"

SERVER_ERROR = Rule("probe.server-error", "error", "Clients retry what can never succeed.", _ERRORS)
REFUSED = Rule("probe.refused", "error", "A request that the contract allows is refused.", _CREATE)
BAD_KEY = Rule("probe.bad-key", "error", "Clients tell a wrong key from other mistakes by 401.", _ERRORS)
UNKNOWN_MODEL = Rule("probe.unknown-model", "warning", "A typing mistake is answered by some other model.", _ERRORS)
MALFORMED_BODY = Rule("probe.malformed-body", "error", "Something else than what was sent is answered.", _ERRORS)
EMPTY_MESSAGES = Rule("probe.empty-messages", "warning", "There is nothing to answer.", _CREATE)
REFUSAL_STATUS = Rule("probe.refusal-status", "error", "Clients tell whose mistake it was by the status.", _ERRORS)
STOP_TEXT = Rule("probe.stop", "error", "Clients rely on the stop text, and all behind it, not to come.", _CREATE)
MAX_TOKENS = Rule("probe.max-tokens", "error", "Clients pay for more than they allowed.", _CREATE)
JSON_OUTPUT = Rule("probe.json-output", "error", "Clients parse the text as JSON, and fail.", _CREATE)
LOGPROBS = Rule("probe.logprobs", "error", "What was asked for is left out without a word.", _CREATE)
OWN_ID = Rule("probe.own-id", "error", "Two answers cannot be told apart.", _CREATE)
#: Every rule once. Each holds beside those of the contract.
RULES = (
    BAD_KEY,
    EMPTY_MESSAGES,
    JSON_OUTPUT,
    LOGPROBS,
    MALFORMED_BODY,
    MAX_TOKENS,
    OWN_ID,
    REFUSAL_STATUS,
    REFUSED,
    SERVER_ERROR,
    STOP_TEXT,
    UNKNOWN_MODEL,
)


def problem(  # noqa: PLR0913 - a problem has as many parts
    rule: Rule, profile: Profile, *, where: str, expected: str, got: str, message: str = ""
) -> tuple[Problem, ...]:
    """The problem at the level that the profile has for it; none where the rule does not hold there."""
    level = profile.level(rule.name, rule.level)
    message = message or f"{where}: expected {expected}, got {got}"
    return (Problem(rule.name, level, where, message, expected, got),) if level else ()


def _bad_key(answer: Answer, keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400 and not keyed:
        return
    if answer.status != 401:
        yield BAD_KEY, "status", "401 for a key that is none", str(answer.status)


def _unknown_model(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield UNKNOWN_MODEL, "status", "404 for a model that is none", str(answer.status)


def _malformed_body(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield MALFORMED_BODY, "status", "400 for a body that is no JSON", str(answer.status)


def _empty_messages(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    if answer.status < 400:
        yield EMPTY_MESSAGES, "status", "400 for a request without a message", str(answer.status)


def _stop(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in _choices(answer):
        content = _text(_dict(choice.get("message")).get("content"))
        if STOP in content:
            yield STOP_TEXT, f"{place}.message.content", f"a text that ends before {STOP!r}", _short(content)


def _max_tokens(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    usage = _dict(_dict(_parsed(answer.body)).get("usage"))
    thought = _dict(usage.get("completion_tokens_details")).get("reasoning_tokens")
    came = usage.get("completion_tokens")
    # Whether thinking counts differs from model to model, and is not what is asked here.
    if isinstance(came, int) and came - (thought if isinstance(thought, int) else 0) > 1:
        yield MAX_TOKENS, "usage.completion_tokens", "at most 1, as max_tokens says", str(came)


def _json_output(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in _choices(answer):
        content = _dict(choice.get("message")).get("content")
        if choice.get("finish_reason") == "stop" and isinstance(content, str) and _parsed(content.encode()) is None:
            yield JSON_OUTPUT, f"{place}.message.content", "JSON, as response_format says", _short(content)


def _logprobs(answer: Answer, _keyed: bool) -> Iterator[tuple[Rule, str, str, str]]:
    for place, choice in _choices(answer):
        content = _dict(choice.get("message")).get("content")
        if content and choice.get("logprobs") in (None, {}):
            yield (
                LOGPROBS,
                f"{place}.logprobs",
                "one entry for each token, as asked for",
                _short(choice.get("logprobs")),
            )


_SHAPES: dict[str, Callable[[Answer, bool], Iterator[tuple[Rule, str, str, str]]]] = {
    "bad-key": _bad_key,
    "unknown-model": _unknown_model,
    "malformed-body": _malformed_body,
    "empty-messages": _empty_messages,
    "stop": _stop,
    "max-tokens": _max_tokens,
    "json-output": _json_output,
    "logprobs": _logprobs,
}


def shape_problems(names: tuple[str, ...], answer: Answer, profile: Profile, *, keyed: bool) -> tuple[Problem, ...]:
    """What the shapes called ``names`` find wrong with an answer; ``keyed``: whether a key is in use at all."""
    return tuple(
        found
        for name in names
        if name in _SHAPES
        for rule, where, expected, got in _SHAPES[name](answer, keyed)
        for found in problem(rule, profile, where=where, expected=expected, got=got)
    )


def unseen(names: tuple[str, ...], answer: Answer, *, keyed: bool) -> str:
    """Why an answer in which nothing is wrong shows nothing of what was asked for; empty where it does."""
    if "tool-called" in names and not _tool_called(answer):
        return "the model called no tool, which is its own affair: the shape of a tool call was not seen"
    if "bad-key" in names and answer.status < 400 and not keyed:
        return "no key is in use here: name its variable with --api-key-env"
    if "json-output" in names and not any(_dict(one.get("message")).get("content") for _, one in _choices(answer)):
        return "the model answered without text"
    return ""


def id_of(answer: Answer) -> str:
    """The id of a completion, or of the first chunk of a stream; empty where there is none."""
    if answer.status >= 400:
        return ""
    for value in _objects(answer):
        return _text(_dict(value).get("id"))
    return ""


def _tool_called(answer: Answer) -> bool:
    return any(
        _dict(_dict(choice).get(part)).get("tool_calls")
        for value in _objects(answer)
        for choice in _list(_dict(value).get("choices"))
        for part in ("message", "delta")
    )


def _objects(answer: Answer) -> Iterator[object]:
    from aswritten.sse import events

    if answer.header("content-type").lower().startswith("text/event-stream"):
        for event in events(answer.body):
            yield _parsed(event.data.encode("utf-8", "replace"))
    else:
        yield _parsed(answer.body)


def _choices(answer: Answer) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, choice) of a completion that came whole."""
    if answer.status < 400:
        for index, choice in enumerate(_list(_dict(_parsed(answer.body)).get("choices"))):
            yield f"choices[{index}]", _dict(choice)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
