"""Each defect that an otherwise conforming server shows is named by its rule, and nothing else is said to be wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from aswritten.contract import RULES as CONTRACT_RULES
from aswritten.probe import RULES, Probed, Settings, probe
from conforming_server import KEY, MODEL, serving
from defects import DEFECTS, Defect

if TYPE_CHECKING:
    from collections.abc import Callable

    from conforming_server import Reply


def probed(defect: Defect | None, profile: str = "auto", key: str = KEY) -> list[Probed]:
    with serving(defect, key) as server:
        return list(probe(server.url, Settings(model=MODEL, key=key, profile=profile)))


@pytest.mark.parametrize("profile", ["openai", "auto", "generic"])
def test_a_server_without_defect_is_told_nothing(profile: str) -> None:
    for one in probed(None, profile):
        assert (one.judged.verdict, one.judged.reason) == ("ok", ""), one.call
        assert not one.judged.problems, one.call


def test_a_server_that_takes_any_key_is_not_asked_for_a_wrong_one() -> None:
    verdicts = {one.call: one.judged.verdict for one in probed(None, key="")}
    assert verdicts.pop("bad-key") == "not-checked"
    assert set(verdicts.values()) == {"ok"}


def on_stream(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Reply], None]:
    def apply(reply: Reply) -> None:
        if reply.streamed:
            reply.parts = change(list(reply.bytes_of()))

    return apply


def with_all_that_may_be_there(reply: Reply) -> None:
    more = {"service_tier": "default", "system_fingerprint": "fp_2"}
    for event in reply.events:
        event.update(more, obfuscation="xK3")
    if "completion" in reply.tags:
        reply.body |= more
        details = {"prompt_tokens_details": {"cached_tokens": 0}, "completion_tokens_details": {"reasoning_tokens": 0}}
        reply.body["usage"] |= details
        for choice in reply.body["choices"]:
            choice["message"]["annotations"] = []


def without_what_may_be_left_out(reply: Reply) -> None:
    for event in (*reply.events, reply.body):
        event.pop("system_fingerprint", None)
    for event in reply.events:
        for choice in event["choices"]:
            choice.pop("logprobs")


LEGAL: dict[str, Callable[[Reply], None]] = {
    "comments": on_stream(lambda parts: [b": keep-alive\n\n", *parts]),
    "crlf": on_stream(lambda parts: [part.replace(b"\n", b"\r\n") for part in parts]),
    "cr": on_stream(lambda parts: [part.replace(b"\n", b"\r") for part in parts]),
    "byte-by-byte": on_stream(lambda parts: [bytes([byte]) for part in parts for byte in part]),
    "in-one-write": on_stream(lambda parts: [b"".join(parts)]),
    "byte-order-mark": on_stream(lambda parts: [b"\xef\xbb\xbf", *parts]),
    "other-fields": on_stream(lambda parts: [b"id: 1\nevent: message\nretry: 5\n" + part for part in parts]),
    "no-space": on_stream(lambda parts: [part.replace(b"data: ", b"data:") for part in parts]),
    "more": with_all_that_may_be_there,
    "less": without_what_may_be_left_out,
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_server_may_answer_in_any_legal_form(name: str) -> None:
    with serving(LEGAL[name], KEY) as server:
        calls = list(probe(server.url, Settings(model=MODEL, key=KEY)))
    assert [(one.call, one.judged.problems) for one in calls if one.judged.verdict != "ok"] == []


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_is_named_by_its_rule_and_no_other(
    defect: Defect, record_property: Callable[[str, object], None]
) -> None:
    calls = probed(defect)
    problems = [problem for one in calls for problem in one.judged.problems]
    named = (defect.rule, defect.level) in {(problem.rule, problem.level) for problem in problems}
    record_property("score", ("defects named by their rule", int(named), 1))
    assert named
    errors = {problem.rule for problem in problems if problem.level == "error"}
    assert errors == ({defect.rule} if defect.level == "error" else set()) | defect.also
    assert any(one.judged.verdict == "violated" for one in calls) == (defect.level == "error")
    assert all(one.judged.verdict != "not-checked" for one in calls), "nothing may be left out for a defect"


def test_each_defect_is_another_one_and_names_a_rule_that_there_is() -> None:
    names = Counter(defect.name for defect in DEFECTS)
    assert [name for name, count in names.items() if count > 1] == []
    known = {rule.name for rule in (*CONTRACT_RULES, *RULES)}
    assert {rule for defect in DEFECTS for rule in (defect.rule, *defect.also)} <= known
    assert len(DEFECTS) >= 40


def test_every_rule_of_probes_has_a_defect_that_breaks_it() -> None:
    assert {rule.name for rule in RULES} <= {defect.rule for defect in DEFECTS}
