"""Shell samples."""

from __future__ import annotations

import pytest

from aswritten.languages import curl


@pytest.mark.parametrize(
    "text",
    [
        "curl https://a/v1\n",
        "# note\nexport A=1\ncurl $A\n",
        "echo '{}' | curl -d @- x\n",
        "http POST :8000/v1 a=b\n",
        # An apostrophe that nobody closes: the run shows it.
        'curl https://a \\\n -d \'{"c": "I\'m"}\'\n',
    ],
)
def test_text_that_calls(text: str) -> None:
    assert curl.calls_api(text)


@pytest.mark.parametrize("text", ["export A=1\n", "pip install x\n", "POST https://a/v1\n", "echo curl\n"])
def test_text_that_does_not_call(text: str) -> None:
    assert not curl.calls_api(text)


def test_untagged_text_that_is_shell() -> None:
    assert curl.is_program("curl https://a/v1\n")
    assert curl.is_program("export KEY=1\n")
    assert not curl.is_program("curl is a tool\n")
    assert not curl.is_program('{"a": "curl"}\n')
    assert not curl.is_program("KEY=1\n")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("$ curl x ...\n{}\n", "a part is left out: `...` in the command at line 1"),
        ('-H "a: b" \\\n-d 1\n', "options without their command: line 1 begins with `-H`"),
        (
            '# right\ncurl -H "a: b"\n\n# wrong\ncurl -H "a"\n',
            "how a header is given, in a command without an address: line 2",
        ),
        ('curl -H "a: b"\n', ""),
        ('curl -H "a: b" -d 1\n', ""),
        ('curl -H "a: b"\nhttps://api.example.com\n', ""),
        ("curl x ...\n", "a part is left out: `...` in the command at line 1"),
        ("curl x -d '{\"m\": [{}, ...]}'\n", "a part of the JSON body is left out: `...` in the command at line 1"),
        (
            "curl x -d '{\n // ...\n \"a\": 1}'\n",
            "a part of the JSON body is left out: `// ...` in the command at line 1",
        ),
        ("curl x --data '{\"a\": 1, …}'\n", "a part of the JSON body is left out: `…` in the command at line 1"),
    ],
)
def test_what_is_left_out_is_said(text: str, reason: str) -> None:
    assert curl.elided(text) == reason


def test_of_a_transcript_its_commands_run_each_on_its_line() -> None:
    assert curl.as_run("$ curl x \\\n  -d '{\n}'\n{}\n(venv) $ ls\na\n") == "curl x \\\n  -d '{\n}'\n\nls\n\n"
    assert curl.as_run("curl x\n\necho $A\n") == "curl x\n\necho $A\n"


@pytest.mark.parametrize(
    "text",
    [
        'curl x -d \'{"content": "wait..."}\'\n',
        # A line end without its backslash, comments in JSON, a placeholder: mistakes of a whole program.
        "curl x\n -H 'a: b'\n",
        "curl x -d '{\"a\": 1, // note\n}'\n",
        "curl <HOST>/v1\n",
    ],
)
def test_a_mistake_is_no_elision(text: str) -> None:
    assert curl.elided(text) == ""


def test_names_are_variables_and_files() -> None:
    assert curl.names("cat > ./a.json <<END\n{}\nEND\nKEY=1\n").defines == {"KEY", "@a.json"}
    assert curl.names('curl "$URL" -H "k: $KEY" -d @a.json -d @-\n').needs == {"URL", "KEY", "@a.json", "curl()"}


def test_the_failing_line_is_that_of_the_last_message() -> None:
    stderr = "sample.sh: line 3: x: command not found\nother.sh: line 9: y\nsample.sh: line 12: syntax error\n"
    assert curl.failing_line(stderr, "sample.sh") == 12
    assert curl.failing_line("sample.sh: command substitution: line 2: unexpected EOF\n", "sample.sh") == 2
    assert curl.failing_line("curl: (6) no\n", "sample.sh") is None


def test_lines_of_the_call_and_the_print() -> None:
    text = "export A=1\n\ncurl x |\n  jq .\n"
    assert (curl.line_of(text, "call"), curl.line_of(text, "print")) == (3, 4)
    assert curl.line_of("curl x\n", "print") == 1
    assert curl.line_of("export A=1\n", "call") is None
