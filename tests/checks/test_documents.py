"""Documented responses as pages write them: whole, or with parts left out."""

from __future__ import annotations

import pytest

from aswritten.checks._documents import read


def test_a_whole_body() -> None:
    document = read('{\n  "id": "a"\n}\n')
    assert (document.kind, document.values, document.elided) == ("json", ((1, {"id": "a"}),), False)


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "id": "a",\n  ...\n}\n',
        '{\n  ...\n  "id": "a"\n}\n',
        '{"id": "a", ...}\n',
        '{"id": "a", … }\n',
        '{\n  "id": "a"  // the rest is left out\n}\n'.replace(
            "  // the rest is left out", "\n  // the rest is left out"
        ),
    ],
)
def test_a_body_with_parts_left_out(text: str) -> None:
    document = read(text)
    assert (document.kind, [value for _, value in document.values], document.elided) == ("json", [{"id": "a"}], True)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ('{\n  "id": "a"  // why\n}\n', "json"),
        ('{ // why\n  "id": "a" /* and\n  more of why */\n}\n', "json"),
        ('{\n  # why\n  "id": "a" # why\n}\n', "jsonc"),
        ('// 200 OK\n\n/* the answer */\n{\n  "id": "a"\n}\n', "json5"),
        ('// 200 OK\n{"id": "a"}\n', ""),
        ('{"id": /* why */ "a"}\n', "javascript"),
        ('{\n  "id": "a",  // why\n}\n', "jsonc"),
        ('{\n  "id": "a",\n}\n', "json5"),
    ],
)
def test_comments_are_no_part_of_a_body(text: str, tag: str) -> None:
    document = read(text, tag)
    assert (document.kind, [value for _, value in document.values], document.elided) == ("json", [{"id": "a"}], False)


@pytest.mark.parametrize(
    "text",
    [
        '{\n  "id": "a"  // ...\n}\n',
        '{\n  "id": "a",  // why\n  // usage\n  // and its sum\n}\n',
        '{\n  // other members\n  "id": "a"\n}\n',
        '{\n  "id": "a",  /* why */\n  ... // and so on\n}\n',
        '{"id": "a", /* ... */}\n',
    ],
)
def test_a_comment_may_stand_for_what_is_left_out(text: str) -> None:
    document = read(text, "json")
    assert (document.kind, [value for _, value in document.values], document.elided) == ("json", [{"id": "a"}], True)


def test_what_looks_like_a_comment_inside_of_a_text_is_none() -> None:
    document = read('{\n  "url": "https://a/#b", // why\n  "c": "/* \\" // d */"\n}\n', "json")
    assert document.values == ((1, {"url": "https://a/#b", "c": '/* " // d */'}),)


@pytest.mark.parametrize(
    ("text", "tag", "line"),
    [
        ('// 200 OK\n{\n  "id": "a", // why\n  /* two\n     lines */\n  "n": True\n}\n', "json", 6),
        ('{\n  "id": "a" // why\n  "n": 1\n}\n', "jsonc", 3),
        ('{\n  "id": "a",\n  "n": 1 /* why\n}\n', "json", 3),
    ],
)
def test_what_is_no_json_without_its_comments_says_where(text: str, tag: str, line: int) -> None:
    document = read(text, tag)
    assert (document.kind, document.line) == ("broken", line)


def test_a_comma_in_front_of_nothing_is_a_mistake_where_the_tag_does_not_allow_it() -> None:
    assert read('{\n  "id": "a",  // why\n}\n', "json").kind == "broken"


@pytest.mark.parametrize("text", ["# A title\n[1] a source\n", "// a\nb\n", "{ // why\n  id: 1\n}\n"])
def test_a_print_that_begins_like_a_comment_is_text(text: str) -> None:
    assert read(text).kind == "text"


def test_comments_are_not_sent_in_a_stream() -> None:
    document = read('data: {"id": "a"} // why\n\ndata: [DONE]\n')
    assert (document.kind, document.values, document.body) == ("stream", ((1, {"id": "a"}),), "")


def test_a_body_that_is_nested_too_deep_is_broken() -> None:
    assert read("[ // why\n" + "[" * 100_000).mistake == "nested too deep"


@pytest.mark.parametrize(
    "line", ["data: ...", "data: …（略）", "… (12 more)", "data: … (and so on)", "data: ... more chunks ..."]
)
def test_events_that_are_left_out(line: str) -> None:
    document = read(f'data: {{"a": 1}}\n\n{line}\n\ndata: [DONE]\n')
    assert (document.kind, [value for _, value in document.values], document.elided) == ("stream", [{"a": 1}], True)


@pytest.mark.parametrize("held", ["[ /* as ever */ ]", "[ // as ever\n]", "{ /* as usual */ }"])
def test_a_comment_alone_in_brackets_stands_for_what_they_hold(held: str) -> None:
    assert read(f'{{"a": {held}}}', "json").elided
    assert not read('{"a": [1 /* as ever */]}', "json").elided
    assert not read('{"a": [ /* none here */ ]}', "json").elided


def test_dots_inside_of_a_text_are_no_elision() -> None:
    document = read('{"content": "Well ... no"}')
    assert (document.values[0][1], document.elided) == ({"content": "Well ... no"}, False)


def test_items_left_out_between_others() -> None:
    document = read('{"a": [1, ..., 3]}')
    assert (document.values[0][1], document.elided) == ({"a": [1, 3]}, True)


def test_items_left_out_in_words_between_others() -> None:
    document = read('{"a": [1, ... (truncated for brevity) ..., 3]}')
    assert (document.values[0][1], document.elided) == ({"a": [1, 3]}, True)


def test_words_behind_data_are_a_print() -> None:
    assert read("data: length=1024, [0.1, ..., 0.2]\ndata: length=1024, [0.3, ..., 0.4]\n").kind == "text"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("[97%] Art. 18\nOf the law.\n", "text"),
        ("[97.5%] done\n", "text"),
        ("[1/3] Loading\n", "text"),
        ("[1.5s] done\n", "text"),
        ("[1] First\n[2] Second\n", "text"),
        ("[1.5e-3, 2]\n", "json"),
        ("[97, 98]\n", "json"),
        ("[-0.1, ...]\n", "json"),
        ("[1]\n", "json"),
        ("[\n  1,\n  2 3\n]\n", "broken"),
    ],
)
def test_what_begins_with_a_number_in_brackets_is_json_where_it_goes_on_as_a_list(text: str, kind: str) -> None:
    assert read(text).kind == kind


def test_what_is_meant_as_json_and_is_none_says_where() -> None:
    document = read('{\n  "id": "a",\n  "n": True\n}\n')
    assert (document.kind, document.line) == ("broken", 3)
    assert document.mistake == "Expecting value"


def test_a_response_with_its_head() -> None:
    document = read('HTTP/1.1 200 OK\nContent-Type: application/json\n\n{"id": "a"}\n')
    assert (document.kind, document.values) == ("json", ((4, {"id": "a"}),))


@pytest.mark.parametrize(
    "head",
    [
        "content-type: application/json\nx-request-id: a\n\n",
        "date: Thu, 04 Apr 2024 17:37:21 GMT\n \n",
        "HTTP/2 200\ndate: today\n\n",
    ],
)
def test_a_response_with_a_part_of_its_head(head: str) -> None:
    at = head.count("\n") + 1
    document = read(f'{head}{{"id": "a"}}\n', "json")
    assert (document.kind, document.values) == ("json", ((at, {"id": "a"}),))
    broken = read(f'{head}{{\n"id": }}\n', "json")
    assert (broken.kind, broken.line) == ("broken", at + 1)
    stream = read(f'{head}data: {{"id": "a"}}\n\n', "text")
    assert (stream.kind, stream.values) == ("stream", ((at, {"id": "a"}),))


def test_a_stream() -> None:
    document = read('data: {"id": "a"}\n\ndata: [DONE]\n')
    assert (document.kind, document.values, document.elided) == ("stream", ((1, {"id": "a"}),), False)
    assert document.body == 'data: {"id": "a"}\n\ndata: [DONE]\n\n'


def test_a_stream_with_events_left_out() -> None:
    document = read('data: {"id": "a"}\n\n...\n\ndata: {"id": "b"}\n\ndata: [DONE]\n')
    assert (document.kind, document.values, document.elided) == ("stream", ((1, {"id": "a"}), (5, {"id": "b"})), True)
    assert document.body == ""


def test_an_event_that_is_no_json_says_where() -> None:
    document = read('data: {"id": "a"}\n\ndata: {"id": }\n')
    assert (document.kind, document.line) == ("broken", 3)


def test_a_print_is_text() -> None:
    assert read("It'\ns\nnice\n").kind == "text"
    assert read("").kind == "text"


def test_chunks_one_behind_the_other_are_a_stream_with_parts_left_out() -> None:
    document = read('{"choices": []}\n\n// ... more ...\n\n{\n  "choices": [1]\n}\n{\n  ...\n}\n...\n', "json")
    assert (document.kind, document.elided) == ("stream", True)
    assert document.values == ((1, {"choices": []}), (5, {"choices": [1]}))


def test_chunks_of_which_members_are_left_out_are_a_stream() -> None:
    shown = '{"choices": [{"delta": {}}], ...}\n{"choices": [], ...}\n'
    assert (read(shown, "json").kind, len(read(shown, "json").values)) == ("stream", 2)


def test_whole_answers_one_behind_the_other_are_no_stream() -> None:
    one = '{"object": "chat.completion", "choices": []}\n'
    assert (read(one * 2, "json").kind, len(read(one * 2, "json").values)) == ("answers", 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"id": "a", ... "b": 1}\n', {"id": "a", "b": 1}),
        ('{"id": "a" ..., "b": 1}\n', {"id": "a", "b": 1}),
        ('{"id": "a", ...}\n', {"id": "a"}),
        ('{..., "b": 1}\n', {"b": 1}),
        ("[1, ... 3]\n", [1, 3]),
    ],
)
def test_what_is_left_out_on_one_line_leaves_one_comma(text: str, value: object) -> None:
    assert read(text, "json").values == ((1, value),)


@pytest.mark.parametrize("text", ['{"choices": []}\n{"id": 1}\n', '{"choices": []}\n{"choices": [],}\n', "{} {}\n"])
def test_values_one_behind_the_other_that_are_no_chunks_are_no_json(text: str) -> None:
    assert read(text, "json").kind == "broken"


def test_a_name_in_braces_stands_for_an_event() -> None:
    assert read("data: {JSON_CHUNK}\n\ndata: [DONE]\n").kind == "text"
    assert read("data: {id: 1}\n\ndata: [DONE]\n").kind == "broken"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"text": "One"}\n{"text": "Two"}\n', "text"),
        ('{"text": "One"}\n{"text": "Two",}\n', "broken"),
        ('{"error": {"message": "One"}}\n{"error": {}}\n', "text"),
        ('{"error": {"message": "One"}}\n{"object": "list"}\n', "broken"),
        ('{"text": "One"\n', "broken"),
    ],
)
def test_objects_on_lines_of_their_own_are_no_body(text: str, kind: str) -> None:
    assert read(text, "json").kind == kind


def test_the_end_mark_alone_is_the_end_of_a_stream() -> None:
    document = read("data: [DONE]\n", "")
    assert (document.kind, document.values, document.elided) == ("stream", (), True)


def test_a_literal_of_python_has_remarks_and_trailing_commas() -> None:
    text = '{\n  "id": "a",  # what it is called\n  "total_tokens": 425,\n}\n'
    assert [read(text, tag).kind for tag in ("python", "json")] == ["json", "broken"]


@pytest.mark.parametrize(("tag", "kind"), [("js", "json"), ("python", "broken"), ("json", "broken"), ("", "broken")])
def test_literals_of_javascript_may_have_trailing_commas(tag: str, kind: str) -> None:
    assert read('{"id": "a", "choices": [],}\n', tag).kind == kind


@pytest.mark.parametrize(("tag", "kind"), [("", "text"), ("json", "broken")])
def test_a_list_as_python_prints_it_is_no_json(tag: str, kind: str) -> None:
    assert read("[{'id': 'main'}, {'id': 'other'}]\n", tag).kind == kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"owned_by": "a" | "b | c" | null, "n": 1 | 2}', {"owned_by": "a", "n": 1}),
        ("[\n  1,\n  .... (1536 floats in all),\n  2\n]", [1, 2]),
        ("[\n  1,\n  ... 20 more items\n]", [1]),
    ],
)
def test_alternatives_and_counted_items_leave_something_out(text: str, value: object) -> None:
    document = read(text, "json")
    assert (document.kind, document.elided, document.values) == ("json", True, ((1, value),))


@pytest.mark.parametrize("text", ['{"a": "b" | }', '{"a": | "b"}', '[1, ... "20 more"]x', '{"a": 1}%%'])
def test_what_is_no_alternative_is_no_json(text: str) -> None:
    assert read(text, "json").kind == "broken"


def test_a_bar_inside_of_a_text_parts_nothing() -> None:
    assert read('{"a": "b\\" | \\"c"}').values == ((1, {"a": 'b" | "c'}),)


def test_the_mark_of_zsh_is_no_part_of_a_body() -> None:
    assert read('{"object": "list", "data": []}%   \n').values == ((1, {"object": "list", "data": []}),)
