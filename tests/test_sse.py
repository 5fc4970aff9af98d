"""The decoder, held to the vectors of the web platform tests (eventsource/) and to our own, whole and split at every byte."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aswritten.sse import Decoder, Event, events

if TYPE_CHECKING:
    from collections.abc import Iterable

#: name -> (bytes, events as (data, event, id)). The first part is named as in the web platform tests.
VECTORS: dict[str, tuple[bytes, list[tuple[str, str, str]]]] = {
    "format-bom": (
        b"\xef\xbb\xbfdata:1\n\n\xef\xbb\xbfdata:2\n\ndata:3\n\n",
        [("1", "message", ""), ("3", "message", "")],
    ),
    "format-bom-2": (
        b"\xef\xbb\xbf\xef\xbb\xbfdata:1\n\ndata:2\n\ndata:3\n\n",
        [("2", "message", ""), ("3", "message", "")],
    ),
    "format-comments": (
        b"data:1\r:\0\n:" + b"x" * 2048 + b"\rdata:2\n:" + b"x" * 2048 + b"\rdata:3\n:data:fail\r:\0\ndata:4\n\n",
        [("1\n2\n3\n4", "message", "")],
    ),
    "format-data-before-final-empty-line": (
        b"retry:1000\ndata:test1\n\nid:test\ndata:test2",
        [("test1", "message", "")],
    ),
    "format-field-data": (
        b"data:\n\ndata\ndata\n\ndata:test\n\n",
        [("", "message", ""), ("\n", "message", ""), ("test", "message", "")],
    ),
    "format-field-event": (b"event:test\ndata:x\n\ndata:x\n\n", [("x", "test", ""), ("x", "message", "")]),
    "format-field-event-empty": (b"event: \ndata:data\n\n", [("data", "message", "")]),
    "format-field-id": (
        b"id: test\ndata: hello\n\ndata: again\n\n",
        [("hello", "message", "test"), ("again", "message", "test")],
    ),
    "format-field-id-2": (
        b"id\ndata:1\n\nid:2\ndata:2\n\ndata:3\n\nid\ndata:4\n\n",
        [("1", "message", ""), ("2", "message", "2"), ("3", "message", "2"), ("4", "message", "")],
    ),
    "format-field-id-3": (b"id:hi\n\ndata:1\n\nid:\n\ndata:2\n\n", [("1", "message", "hi"), ("2", "message", "")]),
    "format-field-id-null": (b"id:a\ndata:1\n\nid:b\0c\ndata:2\n\n", [("1", "message", "a"), ("2", "message", "a")]),
    "format-field-parsing": (
        b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n",
        [("\0\n 2\n1\n3\n\n4", "message", "")],
    ),
    "format-field-retry": (b"retry:3000\ndata:x\n\n", [("x", "message", "")]),
    "format-field-retry-bogus": (b"retry:3000\nretry:1000x\ndata:x\n\n", [("x", "message", "")]),
    "format-field-retry-empty": (b"retry\ndata:test\n\n", [("test", "message", "")]),
    "format-field-unknown": (
        b"data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\n\n",
        [("test\n", "message", "")],
    ),
    "format-leading-space": (
        b"data:\ttest\rdata: \ndata:test\n\n",
        [("\ttest\n\ntest", "message", "")],
    ),
    "format-newlines": (b"data:test\r\ndata\ndata:test\r\n\r", [("test\n\ntest", "message", "")]),
    "format-null-character": (b"data:\0\n\n\n\n", [("\0", "message", "")]),
    "format-utf-8": ("data:ok…\n\n".encode(), [("ok…", "message", "")]),
    "a split inside a character": ("data: naïve 日本 🙂\n\n".encode(), [("naïve 日本 🙂", "message", "")]),
    "CR LF at every line end": (b"data: 1\r\n\r\ndata: 2\r\n\r\n", [("1", "message", ""), ("2", "message", "")]),
    "CR alone at every line end": (b"data: 1\r\rdata: 2\r\r", [("1", "message", ""), ("2", "message", "")]),
    "line ends mixed in one block": (b"data: 1\rdata: 2\r\ndata: 3\n\r\n", [("1\n2\n3", "message", "")]),
    "an id, then a comment": (
        b"id: 7\ndata: 1\n\n: still here\n\ndata: 2\n\n",
        [("1", "message", "7"), ("2", "message", "7")],
    ),
    "an event-only block": (b"event: ping\n\ndata: 1\n\n", [("1", "message", "")]),
    "a retry-only block": (b"retry: 3000\n\ndata: 1\n\n", [("1", "message", "")]),
    "no space before [DONE]": (b"data:[DONE]\n\n", [("[DONE]", "message", "")]),
    "[DONE] with trailing text": (b"data: [DONE] bye\n\n", [("[DONE] bye", "message", "")]),
    "only one space is dropped": (b"data:  two\n\n", [(" two", "message", "")]),
    "separators of Unicode end no line": (
        "data: a\u2028b\u2029c\u0085d\u000be\n\n".encode(),
        [("a\u2028b\u2029c\u0085d\u000be", "message", "")],
    ),
    "bytes that are not UTF-8": (b"data: a\xffb\xe6\x97\n\n", [("a�b�", "message", "")]),
    "nothing": (b"", []),
}


def decoded(parts: Iterable[bytes]) -> list[tuple[str, str, str]]:
    return [(event.data, event.event, event.id) for event in events(parts)]


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_decodes_whole_split_in_two_anywhere_and_byte_by_byte(name: str) -> None:
    body, expected = VECTORS[name]
    assert decoded([body]) == expected
    for cut in range(len(body) + 1):
        assert decoded([body[:cut], body[cut:]]) == expected, f"split after {cut} bytes"
    assert decoded(body[i : i + 1] for i in range(len(body))) == expected


def test_events_takes_a_whole_body_too() -> None:
    assert list(events(b"event: a\ndata: 1\n\ndata: 2\n\n")) == [Event("1", "a"), Event("2")]


def test_an_event_is_given_with_the_byte_that_ends_it() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data: 1\n") == []
    assert decoder.feed(b"\n") == [Event("1")]
    assert decoder.feed(b"data: 2\r\n\r") == [Event("2")]
    assert decoder.feed(b"\ndata: 3\n\n") == [Event("3")]


def test_an_empty_read_between_cr_and_lf_changes_nothing() -> None:
    assert decoded([b"data: 1\r", b"", b"\ndata: 2\n\n"]) == [("1\n2", "message", "")]


def test_two_events_in_one_write_and_one_event_over_many() -> None:
    assert decoded([b"data: 1\n\ndata: 2\n\nda", b"ta", b": ", b"3", b"\n", b"\n"]) == [
        ("1", "message", ""),
        ("2", "message", ""),
        ("3", "message", ""),
    ]


@pytest.mark.parametrize(
    ("body", "unfinished"),
    [
        (b"", False),
        (b"data: 1\n\n", False),
        (b"data: 1\r\r", False),
        (b"data: 1\n", True),
        (b"data: 1", True),
        (b"data: 1\n\nd", True),
        (b"data: 1\n\n: bye", False),
        (b"data: 1\n\n: bye\n", False),
        (b"event: x\n", True),
        (b"\xef\xbb\xbf", False),
    ],
)
def test_close_tells_whether_a_block_was_left_unfinished(body: bytes, unfinished: bool) -> None:
    decoder = Decoder()
    decoder.feed(body)
    assert decoder.close() is unfinished


def test_blocks_without_data_are_counted_with_the_place_of_the_first() -> None:
    decoder = Decoder()
    decoder.feed(b"data: 1\n\n: a comment is no block\n\n\n\ndata: 2\n\nevent: ping\n\nretry: 1\n\ndata: 3\n\n")
    assert (decoder.events, decoder.blocks_without_data, decoder.first_block_without_data) == (3, 2, 2)


def test_the_form_that_servers_usually_send_and_every_other_one_give_the_same_events() -> None:
    blocks = [
        b"data: a\n\n",
        b"data: b\r\n\r\n",
        b"data:c\n\n",
        b": ping\n\ndata: d\n\n",
        b"data: e\rdata: f\n\n",
        b"id: 7\ndata: g\n\n",
    ]
    body = b"".join(blocks) * 40 + b"data: \n\ndata: \xff\n\n"
    whole, single = Decoder(), Decoder()
    together = whole.feed(body)
    assert together == [event for at in range(len(body)) for event in single.feed(body[at : at + 1])]
    assert [event.data for event in together[:7]] == ["a", "b", "c", "d", "e\nf", "g", "a"]
    assert (together[4].id, together[6].id) == ("", "7")
    assert (whole.events, whole.bad_lines, whole.first_bad_line) == (242, 1, 241)
    assert (single.events, single.bad_lines, single.first_bad_line) == (242, 1, 241)


def test_an_empty_data_line_is_data() -> None:
    decoder = Decoder()
    assert decoder.feed(b"data:\n\n") == [Event("")]
    assert decoder.blocks_without_data == 0


def test_lines_that_are_not_utf_8_are_counted_with_the_place_of_the_first() -> None:
    decoder = Decoder()
    decoder.feed(b"data: \xe6\x97\xa5\n\ndata: \xe6\x97\n\n: \xff\n\n")
    assert (decoder.bad_lines, decoder.first_bad_line) == (2, 1)


def test_a_split_character_is_not_counted_as_bad() -> None:
    decoder = Decoder()
    for byte in "data: 日\n\n".encode():
        decoder.feed(bytes([byte]))
    assert decoder.bad_lines == 0


def test_a_data_line_of_one_mebibyte_over_many_reads() -> None:
    text = "x" * (1 << 20)
    body = f"data: {text}\n\n".encode()
    assert decoded(body[i : i + 7] for i in range(0, len(body), 7)) == [(text, "message", "")]


def test_memory_stays_at_one_event_however_long_the_stream() -> None:
    decoder = Decoder()
    block = b"data: " + b"x" * 1000 + b"\n\n"
    tracemalloc.start()
    try:
        for _ in range(2000):
            decoder.feed(block)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


#: Bytes out of which the odd cases are made.
PIECES = st.sampled_from(
    [b"\r", b"\n", b"data", b"id", b"event", b":", b" ", b"\0", b"x", b"\xef\xbb\xbf", b"\xe6", b"\x97"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map(b"".join), st.data())
def test_where_the_bytes_are_split_makes_no_difference(body: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=6)))
    whole, parts = Decoder(), Decoder()
    expected = whole.feed(body)
    got = [event for a, b in zip([0, *cuts], [*cuts, len(body)], strict=True) for event in parts.feed(body[a:b])]
    assert got == expected
    assert parts.close() == whole.close()
    assert (parts.blocks_without_data, parts.bad_lines) == (whole.blocks_without_data, whole.bad_lines)
