"""Shell samples that call the API with curl or another command-line client. They run in bash."""

from __future__ import annotations

import json
import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from aswritten.languages import _shell, _shell_outside
from aswritten.languages._base import Names
from aswritten.languages._facts import fact_set
from aswritten.languages._shell_answers import answers_shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from aswritten.languages._base import Door, Environment
    from aswritten.languages._outside import Outside
    from aswritten.model import Block

NAME = "curl"
TAGS = frozenset(
    {"bash", "console", "curl", "sh", "shell", "shell-session", "shellscript", "shellsession", "terminal", "zsh"}
)
SUFFIXES = frozenset({".sh", ".bash"})

_ELLIPSES = ("...", "…")
#: What other shells take and bash does not: the line ends of cmd.exe and PowerShell, how fish sets variables, the loops of zsh.
_OTHER_SHELLS = (
    ("cmd.exe", re.compile(r"^[ \t]*curl\b[^\n]*[ \t](?P<mark>\^)[ \t]*$", re.MULTILINE)),
    (
        "PowerShell",
        re.compile(r"^[ \t]*curl(?:\.exe)?\b[^\n]*(?:[ \t](?P<mark>`)[ \t]*$|(?P<other>\$env:\w+))", re.MULTILINE),
    ),
    ("fish", re.compile(r"^[ \t]*(?P<mark>set -(?:gx|xg) \w+ )", re.MULTILINE)),
    ("zsh", re.compile(r"^[ \t]*(?P<mark>for \w+ \()[^\n]*\)[ \t]*curl\b", re.MULTILINE)),
)
#: A part of a command that is left out in a comment: the line in front of it goes on.
_LEFT_OUT = re.compile(r"\\\n[ \t]*(?P<mark>#[ \t]*(?:\.\.\.|…)[^\n]*)")
#: The same in a remark of a JSON body, where JSON has none.
_LEFT_OUT_IN_REMARK = re.compile(r"(?://|#) ?(?:\.\.\.|…)")
#: An argument in outline: `curl [options] URL`.
_OUTLINE = re.compile(r"\[[a-z][a-z -]*\]")
#: Letters of a name that may be a client's, mistyped.
_LONGEST = 20
#: What IPython fills in from the notebook's own names, in a line that a shell runs.
_FILLED_IN = re.compile(r"(?<![$\\{])\{[A-Za-z_]\w*(?:\.\w+)*(?:\[[^\[\]{}\n]*\]|\([^(){}\n]*\))?\}(?!\})")
#: The option of curl that gives a header.
_OF_HEADER = re.compile(r"-H|--header")
_BODY_OPTIONS = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_PRINTS = frozenset({"echo", "printf", "cat", "jq"})
#: A key that its reader is to set: `export KEY=<your key>`.
_LEFT_OPEN = re.compile(
    r"^[ \t]*(?:export[ \t]+)?(\w*(?:KEY|TOKEN|SECRET|PASSWORD))=<[^<>\n]{1,100}>[ \t]*(?:#[^\n]*)?$", re.MULTILINE
)


def is_program(text: str) -> bool:
    """Whether the text is shell source that sends a request, exports variables for one, or writes a text down (`cat <<EOF`)."""
    writes = _shell.only_assigns(text, exported=True) or _shell.has_heredoc(text)
    return writes or any(_has_target(command) for command in _clients(text))


def calls_api(text: str, behind: int = 0) -> bool:
    """Whether a command of the text is a client (curl, wget, http ...), in no function that nothing of it calls."""
    unused = _shell.uncalled_lines(text)
    lines = (*(command.line for command in _clients(text) if command.line not in unused), _first_client_line(text) or 0)
    return any(line > behind for line in lines)


def may_call(text: str, behind: int = 0) -> bool:
    """Never: the name of a command tells."""
    del text, behind
    return False


def is_lone_call(text: str) -> bool:
    """Never: a command needs nothing beside it."""
    del text
    return False


def elided(text: str, line_of: Callable[[int], int] = int, *, in_notebook: bool = False) -> str:
    """Why the text is no whole script: options alone, a part left out, or one that a kernel fills in. Of a transcript its commands count."""
    text = _shell.to_paste(text)
    filled = _filled_in(text, line_of) if in_notebook else ""
    if why := filled or _foreign(text, line_of) or _in_outline(text, line_of):
        return why
    found = _shell.commands(text)
    # Further down it is a line end that lacks its backslash: a mistake, which the run shows.
    if found and found[0].words[0].startswith("-") and found[0].words[0].strip("-"):
        return f"options without their command: line {line_of(found[0].line)} begins with `{found[0].words[0]}`"
    if shown := _shows_header(found):
        return f"how a header is given, in a command without an address: line {line_of(shown.line)}"
    for command in found:
        if (word := next((word for word in command.words if word in _ELLIPSES or word == "<snip>"), "")) != "":
            return f"a part is left out: `{word}` in the command at line {line_of(command.line)}"
        if command.name in fact_set("shell", "clients") and (mark := _elided_body(command)):
            return f"a part of the JSON body is left out: `{mark}` in the command at line {line_of(command.line)}"
    return ""


def _filled_in(text: str, line_of: Callable[[int], int]) -> str:
    # A program of awk in single quotes is none of the notebook's names.
    plain = re.sub(r"'[^'\n]*'", lambda quoted: " " * len(quoted.group()), text)
    mark = _FILLED_IN.search(plain)
    return f"the notebook fills in `{mark.group()}` at line {_line(text, mark, line_of)}" if mark else ""


def _foreign(text: str, line_of: Callable[[int], int]) -> str:
    if text.lstrip().startswith("%%"):
        return f"runs in a notebook only: it begins with `{text.split(maxsplit=1)[0]}`"
    for shell, form in _OTHER_SHELLS:
        if other := form.search(text):
            mark = next(filter(None, other.groups())).strip()
            return f"written for {shell}: `{mark}` at line {_line(text, other, line_of)}"
    return ""


def _in_outline(text: str, line_of: Callable[[int], int]) -> str:
    if left_out := _LEFT_OUT.search(text):
        return f"a part is left out: `{left_out['mark']}` at line {_line(text, left_out, line_of)}"
    for command in _clients(text):
        if word := next(filter(_OUTLINE.fullmatch, command.arguments), ""):
            return f"how a command is called, in outline: `{word}` at line {line_of(command.line)}"
    return ""


def _line(text: str, found: re.Match[str], line_of: Callable[[int], int]) -> int:
    return line_of(text.count("\n", 0, found.start(found.lastindex or 0)) + 1)


def names(text: str) -> Names:
    """The variables that the text sets, but for keys that it sets to a placeholder in bare angles, and those that it expects to be set; a file that it writes or sends counts as `@path`, a function as `name()`."""
    writes = frozenset(f"@{path}" for path in _shell.written_files(text))
    functions = frozenset(f"{name}()" for name in (*_shell.functions(text), *_shell.aliases(text)))
    called = frozenset(f"{command.name}()" for command in _shell.commands(text) if command.name) - functions
    # What brings functions is run all the same.
    left_open = frozenset() if functions else frozenset(_LEFT_OPEN.findall(text))
    return Names(
        (_shell.assigned(text) - left_open) | writes | functions,
        _shell.expected(text) | ((_sent_files(text) | _read_files(text)) - writes) | called,
    )


def _read_files(text: str) -> frozenset[str]:
    """What may be files among the words of its commands and behind `<`, as `@path`: that a block above writes them makes them ones."""
    words = [word for command in _shell.commands(text) for word in command.arguments]
    words += re.findall(r"(?<!<)<[ \t]?([\w./-]{1,200})", text)
    return frozenset(
        f"@{posixpath.normpath(word)}" for word in words if re.fullmatch(r"[\w./-]{0,200}\w\.\w{1,6}", word)
    )


def import_lines(text: str) -> dict[str, tuple[int, ...]]:
    """None: a name may be defined again, so that blocks join as they are."""
    del text
    return {}


def setup_lines(text: str) -> dict[str, tuple[int, ...]]:
    """None, for the same reason."""
    del text
    return {}


def outside(text: str) -> Outside:
    """The variables that the script expects to be set, and the files that it sends."""
    return _shell_outside.outside(text)


def packages(text: str) -> tuple[str, ...]:
    """None: what a shell sample calls is on the machine or is not."""
    del text
    return ()


def held(text: str, environment: Environment) -> frozenset[str]:
    """None, as there are no packages."""
    del text, environment
    return frozenset()


def file_name(block: Block, source: str) -> str:
    """Always `sample.sh`."""
    del block, source
    return "sample.sh"


def runs_as(block: Block, source: str) -> str:
    """That prompts, what stands below their commands, and answers that are shown, are none of what a reader copies."""
    del source
    if _shell.prompted(block.text) is not None:
        return "ran what stands behind its prompts"
    shown = ", ".join(str(block.page_line(first)) for first, _ in answers_shown(block.text))
    return f"ran its commands, and not the answer that it shows at line {shown}" if shown else ""


def as_run(text: str) -> str:
    """The commands of a console transcript, and of a script that shows answers, each on its line; any other text as it is."""
    return _shell.to_paste(text)


def argv(environment: Environment, file_name: str) -> list[str]:
    """As a paste runs: without `-e`, so that a command that fails does not end the sample."""
    del environment
    return ["bash", "-O", "expand_aliases", file_name]


def lead(door: Door, folder: Path) -> dict[str, str]:
    """A `.curlrc` in ``folder`` that connects every URL to the door and trusts its authority (curl manual, `--connect-to`)."""
    home = folder / "curl"
    home.mkdir(parents=True, exist_ok=True)
    lines = [f'connect-to = "::127.0.0.1:{door.port}"', f"cacert = {json.dumps(str(door.ca_file))}"]
    (home / ".curlrc").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"CURL_HOME": str(home)}


def failing_line(stderr: str, file_name: str) -> int | None:
    """The line of bash's last message about the file: `sample.sh: line 3: ...`."""
    # What has ended by itself cannot be stopped any more.
    said = rf"^{re.escape(file_name)}: (?:command substitution: )?line (\d+): (?!kill: )"
    lines = re.findall(said, stderr, re.MULTILINE)
    return int(lines[-1]) if lines else None


def options_given(text: str) -> tuple[tuple[str, float | str, int], ...]:
    """None: what a command is given is sent."""
    del text
    return ()


def line_of(text: str, what: str) -> int | None:
    """The line of the first client command, or of the last command that prints; a client prints by itself."""
    if what == "call":
        clients = _clients(text)
        return clients[0].line if clients else _first_client_line(text)
    printing = [command.line for command in _shell.commands(text) if command.name in _PRINTS]
    return printing[-1] if printing else line_of(text, "call")


def _clients(text: str) -> list[_shell.Command]:
    known = fact_set("shell", "clients")
    clients = known | {name for name, command in _shell.aliases(text).items() if command.split(maxsplit=1)[0] in known}
    return [one for one in _shell.commands(text) if one.name in clients or _is_slip(one)]


def mistyped(name: str) -> str:
    """The client that a command's name is, with a letter too many or two that changed places: `ccurl`, `crul`; empty for any other, `wcurl` among them."""
    known = fact_set("shell", "clients")
    if name in known or len(name) > _LONGEST:
        return ""
    shorter = {name[:at] + name[at + 1 :] for at in range(1, len(name)) if name[at] == name[at - 1]}
    turned = {name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :] for at in range(1, len(name))}
    return min((shorter | turned) & known, default="")


def _is_slip(command: _shell.Command) -> bool:
    """Whether a command that is given an address is a client's, mistyped."""
    has_address = any(word.startswith(("http://", "https://")) for word in command.arguments)
    return has_address and bool(mistyped(command.name))


def _sent_files(text: str) -> frozenset[str]:
    """Files that a body option names, as `@path`."""
    pairs = ((option, value) for command in _clients(text) for option, value in pairwise(command.words))
    files = {
        value[1:] for option, value in pairs if option in _BODY_OPTIONS and value.startswith("@") and "$" not in value
    }
    return frozenset(f"@{posixpath.normpath(file)}" for file in files - {"", "-"})


def _has_target(command: _shell.Command) -> bool:
    return any(word.startswith("-") or "/" in word or ":" in word or "$" in word for word in command.arguments)


def _shows_header(commands: Sequence[_shell.Command]) -> _shell.Command | None:
    """The first of several commands, each of which is curl with headers alone: what is right beside what is wrong. One alone has lost its address."""
    words = [command.arguments for command in commands if command.name == "curl"]
    is_shown = [bool(one) and all(map(_OF_HEADER.fullmatch, one[::2])) for one in words]
    return commands[0] if len(is_shown) == len(commands) > 1 and all(is_shown) else None


def _first_client_line(text: str) -> int | None:
    """The first line that begins with a client, where an unbalanced quote keeps the grammar from seeing the command."""
    if not _shell.has_error(text):
        return None
    for at, line in enumerate(_shell.to_paste(text).splitlines(), 1):
        if line.split(maxsplit=1)[:1] and line.split(maxsplit=1)[0] in fact_set("shell", "clients"):
            return at
    return None


def _elided_body(command: _shell.Command) -> str:
    """The ellipsis at which the JSON of a body stops being JSON; empty when there is none."""
    for option, value in pairwise(command.words):
        if option in _BODY_OPTIONS:
            try:
                json.loads(value)
            except RecursionError:
                return ""  # nested deeper than anything that is left out of
            except json.JSONDecodeError as wrong:
                rest = value[wrong.pos :].lstrip(", \n\t")
                if mark := next((mark for mark in (*_ELLIPSES, "<snip>") if rest.startswith(mark)), ""):
                    return mark
                if remark := _LEFT_OUT_IN_REMARK.match(rest):
                    return remark.group()
    return ""
