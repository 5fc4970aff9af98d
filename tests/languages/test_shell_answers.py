"""Answers that a script shows below its commands, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.languages._shell import to_paste
from aswritten.languages._shell_answers import answers_shown

ONE, TWO = "curl -s a.example/one", "curl -s a.example/two"


@pytest.mark.parametrize(
    "answer",
    [
        '{\n  "a": {\n    "b": [\n      1]}\n}',
        '{"a": 1}',
        '\n{"a": 1}%',
        '{\n  "a": 1,\n  ...\n}',
        "{ ... }",
        '{"data": [{"id": "a"}, ...]}',
        '[\n  {"a": 1},\n  …\n]',
        '{"a": 1}\n{"a": 2}\n\n{"a": 3}',
        "HTTP/1.1 200 OK\nServer: a",
        'HTTP/2 200\ncontent-type: application/json\n\n{"a": 1}',
        '  data: {"a": 1}\n\n  data: {"a": 2}\n\n  data: [DONE]',
        "event: a\ndata: {}\n\n: keep-alive",
    ],
)
@pytest.mark.parametrize("remark", ["# Response:", "# => Example output (200)", "  ## Results", "# 响应示例"])
def test_an_answer_below_a_remark_is_not_pasted(remark: str, answer: str) -> None:
    text = f"{ONE}\n\n{remark}\n{answer}\n\n{TWO}\n"
    kept = to_paste(text)
    assert [line for line in kept.split("\n") if line] == [ONE, remark, TWO]
    assert kept.split("\n").index(TWO) == text.split("\n").index(TWO)
    assert to_paste(kept) == kept


def test_an_answer_that_is_broken_over_lines_goes_on_to_the_end() -> None:
    broken = '{"id": "c", "choices": [{"text": "It is great:\n1. **Speed**: fast\n...\nand more.", "index": 0}]}\n'
    text = f"{ONE}\n\n# output:\n{broken}"
    assert [line for line in to_paste(text).split("\n") if line] == [ONE, "# output:"]
    for other in (f"{broken}{TWO}\n", broken.replace("}]}", ""), f'{broken}ANSWER=$(date)\necho "${{ANSWER}}"\n'):
        assert to_paste(f"{ONE}\n\n# output:\n{other}") == f"{ONE}\n\n# output:\n{other}"


def test_each_answer_of_a_script_is_left_out() -> None:
    text = f'{ONE}\n# Output\nHTTP/1.1 200 OK\n# Response body:\n{{"a": 1}}\n{TWO}\n# Response:\n{{\n"a": 1}}'
    assert answers_shown(text) == ((3, 3), (5, 5), (8, 9))
    assert [line for line in to_paste(text).split("\n") if line] == [
        ONE,
        "# Output",
        "# Response body:",
        TWO,
        "# Response:",
    ]


@pytest.mark.parametrize(
    "script",
    [
        "# Results\n{ echo a; }\n",
        "# Results go to one file\n{\ncurl a\n} > out.json\n",
        "# Prints the answer\n[ -e file ] && cat file\n",
        '# Output must be there\n[ "$OUT" ] && curl a\n',
        '# Response:\n{ "a": 1,\n"b": 2, }\ncurl a\n',
        '# Response:\n{\n  "a": 1,\ncurl a\n}\n',
        '# Response, cut:\n{ "a": 1,\n  "b": 2\n',
        "# The response of `curl`:\n{}\n",
        '# A body\n{"a": 1}\n',
        "# Response ok\ncurl a\n",
        '# Response:\n\n\n{"a": 1}\n',
        "cat > body.json <<'EOF'\n# Output\n{\"a\": 1}\nEOF\n",
        "curl a -d '\n# Output\n{\"a\": 1}\n'\n",
        "# Response:",
    ],
)
def test_what_is_no_answer_below_a_remark_is_pasted(script: str) -> None:
    assert to_paste(script) == script


@given(
    st.lists(
        st.sampled_from(
            [
                "# Output",
                "{",
                "}",
                "[",
                "]",
                '{"a": 1}',
                '"a": 1',
                "",
                "data: {}",
                "HTTP/1 200",
                "a: b",
                "cat <<E",
                "E",
                "'",
            ]
        )
    )
)
def test_what_is_pasted_is_so_again(lines: list[str]) -> None:
    text = "\n".join(lines)
    once = to_paste(text)
    assert once.count("\n") == text.count("\n")
    assert to_paste(once) == once
