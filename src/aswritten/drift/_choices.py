"""How many choices two answers have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.drift._change import change

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.drift._answer import Answer
    from aswritten.drift._change import Change


def compare_choices(old: Answer, new: Answer) -> Iterator[Change]:
    """Fewer or more of them, and chunks without any where each had one. An answer without a list of choices has no number."""
    was, is_ = _lists(old), _lists(new)
    if not was or not is_:
        return
    where = "chunk.choices" if old.kind == "stream" else "completion.choices"
    before, now = _number(was), _number(is_)
    if before != now:
        what = "choices-fewer" if now < before else "choices-more"
        yield change(what, where, f"were {before}, now {now}", str(before), str(now))
    empty = sum(not choices for choices in is_)
    if old.kind == "stream" and all(was) and empty:
        message = f"none was empty, now {empty} of {len(is_)} are"
        yield change("choices-empty", where, message, "", f"{empty} of {len(is_)}")


def _lists(answer: Answer) -> list[list[object]]:
    found = [value.get("choices") for _, value in answer.objects if isinstance(value, dict)]
    return [choices for choices in found if isinstance(choices, list)]


def _number(lists: list[list[object]]) -> int:
    """In a stream a choice comes many times, with the same index."""
    longest = max(map(len, lists))
    indexes = {str(entry.get("index")) for choices in lists for entry in choices if isinstance(entry, dict)}
    return max(longest, len(indexes))
