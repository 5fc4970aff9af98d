"""Shell source: its commands, what it sets, what it expects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aswritten.languages import _shell_words, commands, exports, only_assigns
from aswritten.languages._shell import assigned, expected, to_paste, uncalled_lines, written_files


def test_commands_have_their_quotes_resolved_and_their_lines() -> None:
    source = """# a comment
export KEY="a b"
X=1 curl "https://a/${KEY}" -H 'a: b' \\
  -d '{"m": "'"$M"'"}' -x $'1\\n' | jq . > out && echo \\"
"""
    assert [(one.words, one.line, one.last_line) for one in commands(source)] == [
        (("curl", "https://a/${KEY}", "-H", "a: b", "-d", '{"m": "$M"}', "-x", "1\n"), 3, 4),
        (("jq", "."), 4, 4),
        (("echo", '"'), 4, 4),
    ]


def test_commands_inside_of_loops_and_substitutions_count() -> None:
    found = commands('for i in 1 2; do A=$(curl "$i"); done\n')
    assert [one.name for one in found] == ["curl"]


def test_words_behind_a_redirection_are_the_commands() -> None:
    (command,) = commands("curl a 2>/dev/null > out.json -H b\n")
    assert command.words == ("curl", "a", "-H", "b")
    assert [one.words for one in commands("curl a | jq . > y -r\n")] == [("curl", "a"), ("jq", ".", "-r")]


def test_a_bound_of_a_version_without_quotes_is_read_as_a_file() -> None:
    text = "pip install a>=1.0 'b>=2' c<3 d\npip install e > log 2>&1\n"
    first, second = commands(text)
    assert (first.bounds, second.bounds) == (((">=1.0", 1), ("<3", 1)), ())
    assert first.words == ("pip", "install", "a", "b>=2", "c", "d")
    assert [one.bounds for one in commands("pip install a>=1 && pip install b \\\n  c<2\n")] == [
        ((">=1", 1),),
        (("<2", 2),),
    ]


def test_a_wrapper_is_not_the_command() -> None:
    (found,) = commands("sudo -E /usr/bin/curl -s x\n")
    assert (found.name, found.arguments) == ("curl", ("-s", "x"))


def test_a_prompt_may_tell_where_one_is() -> None:
    assert [one.words for one in commands("(venv) $ pip install a\nCollecting a\n(venv) ls\n")] == [
        ("pip", "install", "a"),
        ("ls",),
    ]
    assert [one.words for one in commands("(cd a && ls) | wc\n")] == [("cd", "a"), ("ls",), ("wc",)]


def test_a_command_of_a_transcript_goes_on_while_a_quote_is_open() -> None:
    text = "$ # don't stop\nme@host:~/a$ curl a -d '{\n  \"it\": \"a \\n\"\n}' \\\n  -H b\n{\"it's\": 1}\n$ echo 'it'\\''s'\nit's\n"
    assert [(one.words, one.line, one.last_line) for one in commands(text)] == [
        (("curl", "a", "-d", '{\n  "it": "a \\n"\n}', "-H", "b"), 2, 5),
        (("echo", "it's"), 7, 7),
    ]


def test_a_text_that_a_command_of_a_transcript_begins_belongs_to_it() -> None:
    text = "$ curl a -d @- <<'JSON' | sed -n '1p'\n{}\nJSON\nHTTP/2 200\n$ ls\n"
    assert to_paste(text) == "curl a -d @- <<'JSON' | sed -n '1p'\n{}\nJSON\n\nls\n"


@pytest.mark.parametrize("first", ['echo "write behind <<EOF"', "echo $((1 <<bits))", "ls  # see <<EOF", "cat <<EOF"])
def test_what_only_looks_like_the_begin_of_a_text_takes_no_command_away(first: str) -> None:
    assert to_paste(f"$ {first}\n$ curl a\n").splitlines()[-1] == "curl a"


def test_a_prompt_before_each_line_of_a_command_is_no_part_of_it() -> None:
    text = '$ curl a \\\n$     -d \'{\n$         "price": "$ 5"\n$     }\'\n'
    assert to_paste(text) == 'curl a \\\n    -d \'{\n        "price": "$ 5"\n    }\'\n'
    mixed = "$ echo 'a\n$ b'\nc\n"
    assert to_paste(mixed) == "echo 'a\n$ b'\n\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [("A=1 curl $A\n", set()), ("A=1\nexport B=2\nC=3 D=4\n", {"A", "B", "C", "D"})],
)
def test_what_one_command_alone_is_given_is_no_variable_of_the_shell(text: str, names: set[str]) -> None:
    assert assigned(text) == names


def test_a_function_that_only_a_remark_names_is_not_called() -> None:
    assert uncalled_lines("ask() {  # usage: ask WORDS\n  curl a\n}\n") == {1, 2, 3}
    assert uncalled_lines("ask() {\n  curl a\n}\ntrap ask EXIT\n") == set()


def test_of_a_transcript_only_the_prompted_lines_are_commands() -> None:
    found = commands("$ pip install a \\\n> b\nCollecting a\n  $ python x.py\n")
    assert [(one.words, one.line) for one in found] == [(("pip", "install", "a", "b"), 1), (("python", "x.py"), 4)]


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('export A="x y"\nB=\'q\'\nC=$A/z D="$A and  $B"\n', {"A": "x y", "B": "q", "C": "x y/z", "D": "x y and  q"}),
        ('A="$(date)"\nB="$UNKNOWN"\nC=\n', {"C": ""}),
        ('export A="{YOUR \\"key\\"}" # note\n', {"A": '{YOUR "key"}'}),
        ("A=1 curl x\n", {}),
    ],
)
def test_exports_are_the_values_that_reading_tells(source: str, values: dict[str, str]) -> None:
    assert exports(source) == values


def test_text_that_only_assigns() -> None:
    assert only_assigns("# note\nexport A=1\nB=2\n")
    assert not only_assigns("export A=1\ncurl x\n")
    assert not only_assigns("# nothing\n")
    assert only_assigns("export A=1\n", exported=True)
    assert not only_assigns("A=1\n", exported=True)


def test_expected_are_the_variables_that_nobody_sets() -> None:
    source = """curl "$A/${B:-default}/$1/$HOME" -d '$QUOTED' -H "x: $C"
C=1; read D; echo $D; for i in 1; do echo $i; done
cat <<END
$E
END
cat <<'END'
$F
END
"""
    assert expected(source) == {"A", "E"}
    assert expected("export A=${A}\nexport B=$B; C=$D; E=$F; E=1; F=$F; F=2\n") == {"A", "B", "D"}


def test_written_files_are_the_plain_targets_of_redirections() -> None:
    assert written_files('cat > "./a.json" <<END\n{}\nEND\necho >> b; cat < c; echo > $D.txt\n') >= {"a.json", "b"}
    assert "c" not in written_files("cat < c\n")


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("python3 -c \"\nimport json\nwith open('a.json', 'w') as f:\n    json.dump({}, f)\n\"\n", {"a.json"}),
        ('python -c \'from pathlib import Path; Path("b.json").write_text("{}")\'\n', {"b.json"}),
        ("python3 -c 'print(open(\"c.json\").read())'\n", set()),
        ('python3 -c \'open("d.json", "w"\'\n', set()),
        ('tool -c \'open("e.json", "w")\'\n', set()),
    ],
)
def test_a_program_on_a_command_line_writes_files_too(text: str, files: set[str]) -> None:
    assert written_files(text) == files


@given(st.text())
def test_the_grammar_gets_no_character_that_crashes_it_and_nothing_is_lost(text: str) -> None:
    masked = _shell_words.masked(text)
    assert all(ord(character) < 256 for character in masked.decode())
    assert masked.count(b"\n") == text.encode("utf-8", "surrogatepass").count(b"\n")
    assert _shell_words.unmasked(masked) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("echo 😀", ("echo", "😀")),
        ('echo "a’b\\😀"', ("echo", "a’b\\😀")),
        ("echo $'é😀'", ("echo", "é😀")),
        ("echo '\xff'", ("echo", "\xff")),
        ("echo {a,😀}", ("echo", "{a,😀}")),
        ("echo \\’", ("echo", "’")),
    ],
)
def test_words_keep_characters_of_every_script(text: str, words: tuple[str, ...]) -> None:
    (command,) = commands(text)
    assert command.words == words


def test_a_variables_name_ends_where_another_script_begins() -> None:
    assert expected('echo "$A’s" $B😀 "$C\xff"') == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("ask() { curl a; }\n", {1}),
        ("ask() { curl https://ask.example/v1; }\n", {1}),
        ("ask() { curl a; }\ntell() {\n  ask | jq .\n}\n", {1, 2, 3, 4}),
        ("ask() { curl a; }\nask\n", set()),
        ("show() { jq .; }\ncurl https://api.example.com/v1|show\n", set()),
        ("ask() { curl a; }\ntrap ask EXIT\n", set()),
        ("ask() { curl a; }; ask\n", set()),
        ("ask() { curl a; }\ntell() { ask; }\ntell\n", set()),
        ("curl a\n", set()),
    ],
)
def test_functions_that_nothing_calls(text: str, lines: set[int]) -> None:
    assert uncalled_lines(text) == lines


def test_a_transcript_of_zsh_begins_with_its_prompt() -> None:
    assert to_paste("% xh --curl a\ncurl a\n% ls\n") == "xh --curl a\n\nls\n"
    assert to_paste("%1\nls\n") == "%1\nls\n"
