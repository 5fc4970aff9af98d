"""What an API changed, and what only differs from one answer to the next: the table of both."""

from __future__ import annotations

import pytest

from aswritten.drift import KINDS, Change, compare
from aswritten.recordings import Recording, load_recordings
from drift.changing import FIXTURES, each, fixture


@pytest.mark.parametrize("one", load_recordings([FIXTURES]), ids=lambda one: str(one.name))
def test_nothing_changed_between_a_recording_and_itself(one: Recording) -> None:
    assert compare(one, one) == ()


def test_a_change_says_what_where_and_what_there_was() -> None:
    old = fixture("novita/completion")
    new = each(old, lambda value: value.pop("created"))
    message = "completion.created: stood in 1 of 1, now in none"
    assert compare(old, new) == (Change("breaking", "field-gone", "completion.created", message, "1 of 1", ""),)
    assert KINDS["field-gone"].severity == "breaking"
