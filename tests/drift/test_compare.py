"""What an API changed is told, each change as severe as it is; what only differs from one answer to the next is not."""

from __future__ import annotations

import pytest

from aswritten.drift import KINDS, Change, compare
from aswritten.errors import UsageError
from aswritten.recordings import Recording, load_recordings
from drift import changes_of_objects, changes_of_streams, differences
from drift.changing import CHANGES, DIFFERENCES, FIXTURES, Row, each, fixture, take, with_body, with_headers

#: Modules that fill the tables when they are imported.
MODULES = (changes_of_objects, changes_of_streams, differences)


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: row.name)
def test_a_change_of_the_api_is_told(row: Row) -> None:
    told = [(one.severity, one.what, one.where) for one in compare(*row.pair())]
    assert sorted(told) == sorted(row.expected)


@pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.name)
def test_what_varies_by_nature_is_not_told(row: Row) -> None:
    old, new = row.pair()
    assert new != old
    assert compare(old, new) == ()
    assert compare(new, old) == ()


def test_every_kind_of_change_is_in_the_table() -> None:
    assert {what for row in CHANGES for _, what, _ in row.expected} == KINDS.keys()


@pytest.mark.parametrize("one", load_recordings([FIXTURES]), ids=lambda one: str(one.name))
def test_nothing_changed_between_a_recording_and_itself(one: Recording) -> None:
    assert compare(one, one) == ()


def test_a_change_says_what_where_and_what_there_was() -> None:
    old = fixture("novita/completion")
    new = each(old, take("created"))
    message = "completion.created: stood in 1 of 1, now in none"
    assert compare(old, new) == (Change("breaking", "field-gone", "completion.created", message, "1 of 1", ""),)


def test_a_body_that_cannot_be_unpacked_is_said_to_be_so() -> None:
    old = fixture("novita/completion")
    new = with_headers(with_body(old, b"\x1f\x8b cut"), content_encoding="gzip")
    with pytest.raises(UsageError, match=r"completion\.yaml: the body is (a|no) gzip"):
        compare(old, new)
