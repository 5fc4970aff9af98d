"""Single objects of the wire, each held to its schema: a request, a completion, a chunk, an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from aswritten.contract._collector import Collector
from aswritten.contract._problem import Problem, path_text, pattern_of
from aswritten.contract._request_rules import REQUEST_JUDGES
from aswritten.contract._rule import Found, Rule, dict_of
from aswritten.contract._rules import rule_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.contract._explain import Violation
    from aswritten.contract._profile import Profile

Kind = Literal["request", "completion", "chunk", "error"]

UNKNOWN_PARAMETER = "wire.unknown-parameter"
UNKNOWN_FIELD = "wire.unknown-field"
#: Places where the schema's word is a rule of its own.
NAMED = {
    ("chunk", "object"): "wire.object",
    ("chunk", "choices[].finish_reason"): "wire.finish-reason",
    ("chunk", "choices[].delta.tool_calls[].index"): "wire.tool-index",
}


def check_object(kind: Kind, body: object, into: Collector, *, event: int | None = None, rule: str = "") -> None:
    """Adds what is wrong with one object to ``into``.

    ``event`` is the number of the event that holds it, ``rule`` stands in for the usual rule of the schema.
    """
    keeps_base = into.notes_uses and into.uses.keeps_base(kind, body)
    if (keeps_base and into.only_relaxes) or into.keeps(kind, body):
        return
    usual = rule or f"wire.{kind}-schema"
    for violation in violations_of(kind, body, into.profile):
        broken = rule_named(_rule_of(kind, violation) or usual)
        into.tell(_levelled(broken, into.profile), (_found(violation, broken.name),), event)


def violations_of(kind: str, body: object, profile: Profile) -> Iterator[Violation]:
    """All places of ``body`` that do not keep the schema called ``kind``."""
    from aswritten.contract import _explain, _schemas

    for error in _schemas.validator_of(profile, kind).iter_errors(body):  # type: ignore[arg-type]  # any JSON value
        yield from _explain.violations(error)


def check_request(body: object, profile: Profile) -> tuple[Problem, ...]:
    """What is wrong with a request's body, as parsed from JSON; an unknown parameter is `wire.unknown-parameter`."""
    found = Collector(profile)
    check_object("request", body, found)
    for judge in REQUEST_JUDGES:
        found.tell(judge.rule, judge.check(dict_of(body)))
    return found.problems()


def check_chunk(obj: object, profile: Profile) -> tuple[Problem, ...]:
    """What is wrong with one event's object of a streamed completion, by itself."""
    return _checked("chunk", obj, profile)


def check_error(obj: object, profile: Profile) -> tuple[Problem, ...]:
    """What is wrong with the body of an error."""
    return _checked("error", obj, profile)


def _checked(kind: Kind, body: object, profile: Profile) -> tuple[Problem, ...]:
    found = Collector(profile)
    check_object(kind, body, found)
    return found.problems()


def _rule_of(kind: Kind, violation: Violation) -> str:
    """The rule that the violation breaks; empty for the usual one of its schema."""
    if violation.unknown:
        top = kind == "request" and len(violation.path) == 1
        return UNKNOWN_PARAMETER if top else UNKNOWN_FIELD
    return NAMED.get((kind, pattern_of(violation.path)), "")


def _levelled(rule: Rule, profile: Profile) -> Rule:
    """The rule at the level that the profile has for what no schema names."""
    if rule.name == UNKNOWN_PARAMETER:
        return replace(rule, level=profile.unknown_parameter)
    return replace(rule, level=profile.unknown_field) if rule.name == UNKNOWN_FIELD else rule


def _found(violation: Violation, rule: str) -> Found:
    message = ""
    if violation.unknown:
        what = "parameter" if rule == UNKNOWN_PARAMETER else "field"
        perhaps = f" Perhaps {violation.expected}?" if violation.expected else ""
        message = f"{path_text(violation.path)}: there is no such {what}.{perhaps}"
    return Found(violation.path, violation.expected, violation.got, message, group=violation.expected)
