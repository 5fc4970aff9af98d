"""In which order the parts of a stream come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aswritten.drift import _steps
from aswritten.drift._change import change
from aswritten.drift._steps import FINISH, ROLE, USAGE
from aswritten.drift._words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.drift._answer import Answer
    from aswritten.drift._change import Change

DONE, ERROR, TEXT = "[DONE]", "error", "no JSON"
_SHOWN = {"tool_calls": "tool-call"}
#: Of one chunk: what it starts with, what it says, what it ends with. What it says in several fields has no order.
_RANK = {ROLE: 0, FINISH: 2, USAGE: 3}
_SAYS = 1

Place = tuple[int, int]


@dataclass(slots=True)
class Course:
    """What a stream did, from its first event to its last."""

    steps: list[str] = field(default_factory=list)
    """As reports show it: steps that repeat each other are one."""
    choices: dict[str, dict[str, list[Place]]] = field(default_factory=dict)
    """Of each choice: the first and last place of each step."""
    whole: dict[str, list[Place]] = field(default_factory=dict)
    """Of the stream as a whole: the same of ``usage`` and ``[DONE]``."""
    starts: dict[str, bool] = field(default_factory=dict)
    """Of each choice: whether its first delta has a role."""
    after_done: int = 0

    @property
    def text(self) -> str:
        """``role, content, finish, [DONE]``."""
        return listed(_SHOWN.get(step, step) for step in self.steps)

    def ends(self) -> bool:
        """Whether each choice finishes."""
        return bool(self.choices) and all(FINISH in places for places in self.choices.values())

    def has(self, step: str) -> bool:
        """Whether the step came at all."""
        return step in self.whole or any(step in places for places in self.choices.values())


def course_of(answer: Answer) -> Course:
    """The course of a stream up to ``[DONE]``, where readers stop."""
    course = Course()
    for number, (kind, value) in enumerate(answer.objects):
        if course.has(DONE):
            course.after_done += 1
        elif kind == "chunk" and isinstance(value, dict):
            _take_chunk(course, number, value)
        else:
            step = {"done": DONE, "error": ERROR, "text": TEXT}.get(kind, TEXT)
            _take(course.whole, step, (number, 0))
            _show(course, step)
    return course


def compare_order(old: Course, new: Course) -> Iterator[Change]:
    """Parts that came or went, and parts whose order in every choice of OLD is not that of NEW."""
    yield from _parts(old, new)
    if old.starts and all(old.starts.values()) and not all(new.starts.values()) and new.has(ROLE):
        message = "the first delta of a choice has no role: it had one"
        yield change("role-first-lost", "chunk.choices[].delta.role", message, old.text, new.text)
    pairs = [pair for pair in _pairs(old) if new.has(pair[0]) and new.has(pair[1]) and not _is_before(new, *pair)]
    seen = [pair for pair in pairs if not all(_is_said(step) for step in pair)]
    for what, found in (("order-changed", seen), ("answer-order", [pair for pair in pairs if pair not in seen])):
        if found:
            told = listed(f"{_name(first)} does not come before {_name(then)}" for first, then in found)
            yield change(what, "stream", f"{told} any more", old.text, new.text)


def _parts(old: Course, new: Course) -> Iterator[Change]:
    for step, gone, came, where in (
        (DONE, "done-gone", "done-new", "stream"),
        (USAGE, "usage-chunk-gone", "usage-chunk-new", "chunk.usage"),
        (FINISH, "finish-gone", "", "chunk.choices[].finish_reason"),
        (ERROR, "error-event-gone", "error-event-new", "chunk.error"),
        (TEXT, "", "no-json-event", "stream"),
    ):
        was, is_ = (course.ends() if step == FINISH else course.has(step) for course in (old, new))
        what = gone if was and not is_ else came if is_ and not was else ""
        if what:
            message = f"{_none(step)} came" if what == gone else f"{_name(step)} came, and did not before"
            yield change(what, where, message, old.text, new.text)
    if new.after_done and not old.after_done:
        yield change("after-done", "stream", "events came behind [DONE]", old.text, new.text)


def _name(step: str) -> str:
    names = {FINISH: "finish_reason", USAGE: "usage chunk", ERROR: "error event", TEXT: "event that is no JSON"}
    return names.get(step, step)


def _none(step: str) -> str:
    return "not for each choice a finish_reason" if step == FINISH else f"no {_name(step)}"


def _is_said(step: str) -> bool:
    return step not in (ROLE, FINISH, USAGE, DONE, ERROR, TEXT)


def _pairs(course: Course) -> list[tuple[str, str]]:
    """Steps of which one comes before the other in every choice that has both. Where the role comes, `Course.starts` says."""
    steps = [step for places in (*course.choices.values(), course.whole) for step in places if step not in (ROLE, TEXT)]
    names = list(dict.fromkeys(steps))
    return [(one, other) for one in names for other in names if one != other and _is_before(course, one, other)]


def _is_before(course: Course, one: str, other: str) -> bool:
    """Whether all of ``one`` comes before all of ``other``, in each choice that has both; False where none has."""
    found = [
        places[one][-1] < places[other][0]
        for places in ({**own, **course.whole} for own in (*course.choices.values(), {}))
        if one in places and other in places
    ]
    return bool(found) and all(found)


def _take_chunk(course: Course, number: int, chunk: dict[str, Any]) -> None:
    entries = chunk.get("choices")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            _take_entry(course, number, entry)
    if chunk.get("error") is not None:
        _take(course.whole, ERROR, (number, _RANK[FINISH]))
        _show(course, ERROR)
    if _steps.is_for_usage(chunk):
        _take(course.whole, USAGE, (number, _RANK[USAGE]))
        _show(course, USAGE)


def _take_entry(course: Course, number: int, entry: dict[str, Any]) -> None:
    index = str(entry.get("index"))
    places = course.choices.setdefault(index, {})
    steps = _steps.of_entry(entry)
    if isinstance(entry.get("delta"), dict):
        course.starts.setdefault(index, ROLE in steps)
    for step in sorted(steps, key=lambda step: _RANK.get(step, _SAYS)):
        if step != _steps.NOTHING and (step != ROLE or ROLE not in places):
            _take(places, step, (number, _RANK.get(step, _SAYS)))
            _show(course, step)


def _take(places: dict[str, list[Place]], step: str, place: Place) -> None:
    places[step] = [places[step][0] if step in places else place, place]


def _show(course: Course, step: str) -> None:
    if not course.steps or course.steps[-1] != step:
        course.steps.append(step)
