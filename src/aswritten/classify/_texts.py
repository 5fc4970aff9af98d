"""What a block's text is, by its form alone: a JSON body, an event stream, a URL, an HTTP message."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from aswritten.model import Block

#: What the word after a fence's marks says about blocks that are no program here.
_NAMES: dict[str, tuple[str, ...]] = {
    "data": ("json", "jsonc", "json5", "jsonl", "ndjson", "xml", "csv", "tsv", "bibtex", "bib"),
    "configuration": ("yaml", "yml", "toml", "ini", "env", "dotenv", "properties", "conf", "cfg", "hcl", "nginx", "rego", "dockerfile", "docker", "docker-compose", "makefile", "editorconfig", "gitignore"),
    "markup": ("html", "css", "scss", "svg", "markdown", "md", "mdx", "rst", "latex", "tex", "vue", "svelte", "liquid", "jinja", "jinja2", "mermaid", "plantuml", "dot", "graphviz"),
    "a change": ("diff", "patch"),
    "a query": ("sql", "graphql", "promql", "logql", "jq"),
    "a program": ("go", "golang", "java", "kotlin", "rust", "rs", "ruby", "rb", "php", "csharp", "c#", "cs", "dotnet", "fsharp", "c", "cpp", "c++", "objective-c", "objectivec", "objc", "swift", "dart", "elixir", "erlang", "scala", "clojure", "haskell", "ocaml", "lua", "perl", "r", "julia", "zig", "groovy", "powershell", "ps1", "pwsh", "bat", "batch", "cmd", "fish", "vb", "solidity", "proto", "protobuf", "terraform", "nix", "wasm", "asm"),
}  # fmt: skip
KINDS_BY_TAG = {tag: kind for kind, tags in _NAMES.items() for tag in tags}
#: Kinds whose text is no program, so that one in such a block has a wrong tag.
NO_PROGRAMS = frozenset({"data", "configuration"})
#: Tags of shells that read other commands than bash.
OTHER_SHELLS = frozenset({"powershell", "ps1", "pwsh", "bat", "batch", "cmd", "fish"})
#: How a mapping or a list of YAML begins, behind remarks; `try:` begins a statement of Python's.
_MAPPING = re.compile(
    r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*(?!(?:try|else|finally):)(?:[\w./\"'-]+:(?:[ \t]|$)|- )", re.MULTILINE
)
#: How a command of curl begins, which is no assignment, call or word of another language.
_CURL = re.compile(r"\s*(?:#[^\n]{0,300}\n\s*){0,9}curl[ \t]+(?![=(.,|&])\S")
#: Tags that say that a block is text, and nothing about whose.
PLAIN_TAGS = frozenset({"", "text", "txt", "plain", "plaintext", "plain-text", "none", "raw", "ansi", "log", "logs"})
#: Tags that say that a block is what something printed or answered.
OUTPUT_TAGS = frozenset(
    {"output", "console-output", "text-output", "stdout", "result", "response", "sse", "event-stream"}
)

#: How site generators mark a line that goes (Shiki).
_GOES = re.compile(r"\[!code\s+--[^\]\n]{0,20}\]")
#: How the lines of a change that go and come begin.
_MINUS = re.compile(r"^-(?=[ \t]+\S)", re.MULTILINE)
_PLUS = re.compile(r"^\+[ \t]+\S", re.MULTILINE)
#: A line with its number, and how many lines make a listing.
_NUMBERED = re.compile(r"[ \t]*(\d{1,4})(?:[ \t]*[|:]|[ \t]|$)")
_A_LISTING = 3
_TRACE = re.compile(
    r"\s*(?:Traceback \(most recent call last\):\n|(?:\w+\.)*\w*(?:Error|Exception)\b[^\n]*\n[ \t]+at \S)"
)
#: A line of a log that says what comes below it, and the same above an answer.
_LABEL = re.compile(r"\s*[A-Z][\w ]{2,80}:[ \t]*\n")
_LABELLED_ANSWER = re.compile(r"^[A-Z][\w ]{2,80}:[ \t]*\n(?:\{|HTTP/\d|data:)", re.MULTILINE)
_ANSWER = re.compile(r'\s*\{\s*"(?:id|object|choices|created|model)"\s*:(?=.*"choices"\s*:)', re.DOTALL)
_STRING_OR_ELISION = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\\n])*")|(?P<elision>//[^\n]*|/\*.*?\*/|\#[^\n]*|\.\.\.|…|<\s*snip\s*>|^[ \t]*\.[ \t]*$)""",
    re.DOTALL | re.MULTILINE,
)
_SPARE_COMMAS = (
    (re.compile(r",(?:\s*,)+"), ","),
    (re.compile(r"([\[{])\s*,"), r"\1"),
    (re.compile(r",\s*([\]}])"), r"\1"),
    (re.compile(r":\s*([,}])"), r": null\1"),
)
#: Characters of the longest text that is looked at for one value of Python.
_LONGEST_VALUE = 50_000
_READ = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*\[[\w\"']{1,40}\](?:\.\w+|\[[\w\"']{1,40}\])*")
#: Where the next of several values begins: blanks and commas may stand between them.
_NEXT = re.compile(r"[^\s,]")
_SSE_FIELD = re.compile(r"(?:data|event|id|retry)?:")
_ELISION_LINE = re.compile(r"\s*(?:\.{3,}|…|\[\s*(?:\.\.\.|…)\s*\]|#.*|//.*)\s*")
_URL = re.compile(
    r"[A-Za-z][\w+.-]*://\S*|(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?/\S*|(?:/[\w.{}:<>-]+)+/?(?:\?\S*)?"
)
_ASSIGNMENT = re.compile(r"(?:export\s+)?[A-Z][A-Z0-9_]*\s*=.*|#.*")
_SET_TO_PLACEHOLDER = re.compile(
    r"(?:export\s+)?[A-Za-z_]\w*=(?:(?P<mark><[^<>]+>)|\"[^\"]*\"|'[^']*'|[^\s<>]*)\s*(?:#.*)?"
)
_COMMAND = re.compile(r"(?:\$\s+\S.*|[a-z][\w./-]*(?:\s+[\w./-]+)*\s+--?\w[\w-]*(?:[ =].*)?)")
#: A line of an HTTP message's head: a field that many know, or one of several words.
_FIELD = re.compile(
    r"(?:Authorization|Accept|Cookie|Host|Retry-After|[A-Za-z]+(?:-[A-Za-z0-9]+)+): \S.*", re.IGNORECASE
)
_HTTP = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\S+")
_DOTENV = re.compile(r"\s*[A-Za-z_]\w*\s+=(?:\s|$)")
#: What an answer, or what is kept of a chat, says of itself; parameters of a chat.
_OF_ANSWERS = frozenset({"choices", "created", "created_at", "id", "object"})
_OF_REQUESTS = frozenset(
    {"max_completion_tokens", "max_tokens", "response_format", "stream", "temperature", "tools", "top_p"}
)
_HTTP_STATUS = re.compile(r"HTTP/[\d.]+\s+\d{3}\b")


def is_command(text: str) -> bool:
    """Whether a text begins as a command of curl does, and nothing else."""
    return _CURL.match(text) is not None


def is_mapping(text: str) -> bool:
    """Whether a text begins as a mapping or a list of YAML: with `key:` or `- ` on a line of its own."""
    return _MAPPING.match(text) is not None


def parsed_json(text: str) -> object | None:
    """The JSON value that the text documents, elisions (`...`, comments) left out; None when it is none."""
    text = text.strip()
    if not text.startswith(("{", "[")):
        return None
    value = _loaded(text)
    return value if value is not None else _loaded(_without_elisions(text))


def is_answer(value: object) -> bool:
    """Whether a JSON value has the form of an API's answer: choices, an error, a typed object."""
    if isinstance(value, list):
        return bool(value) and is_answer(value[0])
    if not isinstance(value, dict) or "messages" in value:
        return False
    if value.get("type") == "message" and isinstance(value.get("content"), list):
        return True  # one message, with its parts: as other forms of API answer
    inner = value.get("data")
    if isinstance(value.get("code"), int) and isinstance(inner, dict) and "choices" in inner:
        return True  # an answer within one of a gateway's own
    return "choices" in value or isinstance(value.get("error"), dict | str) or isinstance(value.get("object"), str)


def is_whole_answer(value: object) -> bool:
    """Whether a JSON value says that it is an answer, or has the form of another vendor's whole one: a typed object, a message, candidates."""
    return isinstance(value, dict) and (
        not {"object", "candidates"}.isdisjoint(value) or {"type", "role"} <= value.keys()
    )


def is_request(value: object) -> bool:
    """Whether a JSON value has the form of what is sent to a chat, or of a part of it: messages and how they are to be answered, or that it is to be a stream.

    What is stored of a chat may hold both, and has a name of its own.
    """
    if not isinstance(value, dict) or not _OF_ANSWERS.isdisjoint(value):
        return False
    is_whole = isinstance(value.get("messages"), list) and not _OF_REQUESTS.isdisjoint(value)
    return is_whole or isinstance(value.get("stream"), bool)


def is_formula(text: str) -> bool:
    """Whether the text is one line that says how a number is made of others, and no print: `max(1, count // 4)`."""
    if "\n" in text.strip() or len(text) > _LONGEST_VALUE:
        return False
    try:
        (statement,) = ast.parse(text.strip()).body
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    made = statement.value if isinstance(statement, ast.Assign | ast.Expr) else None
    if isinstance(made, ast.Call):
        is_function = isinstance(made.func, ast.Name) and made.func.id.islower()
        parts = made.args if is_function and not made.keywords else []
    else:
        parts = [made] if isinstance(made, ast.BinOp) else []
    return any(isinstance(node, ast.Name) for part in parts for node in ast.walk(part))


def is_event_stream(text: str) -> bool:
    """Whether the text is a transcript of server-sent events, parts of it perhaps left out."""
    lines = [line for line in text.split("\n") if line.strip() and not _ELISION_LINE.fullmatch(line)]
    return any(re.match(r"data:\s*[\[{\"]", line) for line in lines) and all(_SSE_FIELD.match(line) for line in lines)


def is_object_print(text: str) -> bool:
    """Whether the text is how Python prints an object: `ChatCompletion(id='…', choices=[Choice(…)])`."""
    return re.match(r"\s*[A-Z]\w+\((?:\w+=|\s*\n\s*\w+=)", text) is not None and text.rstrip().endswith(
        (")", "...", "…")
    )


def is_python_value(text: str) -> bool:
    """Whether the text is how Python shows one value, and nothing else: `{'age': 13}`, `[None]`."""
    if len(text) > _LONGEST_VALUE:
        return False
    try:
        ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return False
    return True


def is_read(text: str) -> bool:
    """Whether the text is one expression that reads an item of something, and nothing else: `models.data[0].id`."""
    return _READ.fullmatch(text.strip()) is not None


def is_http_answer(text: str) -> bool:
    """Whether the text begins as an HTTP response does."""
    return _HTTP_STATUS.match(text.lstrip()) is not None


def change(text: str, line_of: Callable[[int], int], *, is_program: bool) -> str:
    """Why the text is two in one: what goes and what comes, by the marks of site generators, or of a change where it is no program as it stands.

    Empty where it has no mark of what goes.
    """
    found = _GOES.search(text) or (_MINUS.search(text) if not is_program and _PLUS.search(text) else None)
    if found is None:
        return ""
    line = line_of(text.count("\n", 0, found.start()) + 1)
    return f"shows a change: line {line} is marked as one that goes (`{found.group().strip()}`)"


def changed_to(text: str) -> str:
    """What a text that shows a change of lines is behind it: without those that go, and with those that come."""
    kept = (line for line in text.splitlines(keepends=True) if not (line.startswith("-") or _GOES.search(line)))
    return "".join(re.sub(r"^\+[ \t]?", "", line) for line in kept)


def numbered(text: str) -> bool:
    """Whether each line begins with its number, as in a listing."""
    found = [_NUMBERED.match(line) for line in text.rstrip("\n").split("\n")]
    numbers = [int(one[1]) for one in found if one is not None]
    first = numbers[0] if numbers else 0
    return len(numbers) == len(found) >= _A_LISTING and numbers == list(range(first, first + len(numbers)))


def are_answers(text: str) -> bool:
    """Whether the text is answers of an API one behind the other, as the chunks of a stream are, parts perhaps left out."""
    decoder = json.JSONDecoder()
    text = _without_elisions(text)
    found, values, at = 0, 0, 0
    while begin := _NEXT.search(text, at):
        try:
            value, at = decoder.raw_decode(text, begin.start())
        except (ValueError, RecursionError):
            return False
        if value and not is_answer(value):
            return False
        found, values = found + bool(value), values + 1
    return found > 0 and values > 1


def is_trace(text: str) -> bool:
    """Whether the text is what Python or Node writes of an error, with its frames."""
    return _TRACE.match(text) is not None


def logged(block: Block) -> str:
    """What a block of plain text logs, in words: a line of words above what was sent, and one above the answer. Empty for any other."""
    is_log = block.tag in PLAIN_TAGS and _LABEL.match(block.text) and _LABELLED_ANSWER.search(block.text)
    return "a log of an exchange, with what was sent and the answer" if is_log else ""


def body_form(text: str, value: object | None, *, spoken_of: bool) -> str:
    """What an answer is by the form of its text, and of the JSON value that it is, in words; empty for any other text.

    One that does not parse is an answer only where the page speaks of one.
    """
    if is_event_stream(text):
        return "an event stream"
    if is_http_answer(text):
        return "an HTTP response"
    if value is not None:
        return "a JSON body" if is_answer(value) else ""
    if text.lstrip().startswith("{") and are_answers(text):
        return "a stream's JSON bodies"
    return "a JSON body that does not parse" if spoken_of and is_broken_answer(text) else ""


def is_broken_answer(text: str) -> bool:
    """Whether a text that is no JSON begins as an answer of the API does, and marks nothing as left out. Values one behind the other are none."""
    if _ANSWER.match(text) is None or re.search(r"\.\.\.|…|//|^[ \t]*#|[<(]", text, re.MULTILINE):
        return False
    try:
        json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        return True
    return False


def is_dotenv(text: str) -> bool:
    """Whether every line sets a variable, blanks around a `=`, as files for `dotenv` may."""
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_DOTENV.match(line) for line in lines)


def placeholder_set(text: str) -> str:
    """The first placeholder in angle brackets of a text that sets variables to such: `export API_KEY=<your key>`. Empty for any other text."""
    lines = [line for line in text.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    found = [match for line in lines if (match := _SET_TO_PLACEHOLDER.fullmatch(line.strip()))]
    first = next((match["mark"] for match in found if match["mark"]), "")
    return first if len(found) == len(lines) else ""


def plain_kind(text: str) -> str:
    """What a text is that is neither program nor data, in words; empty if its form does not tell."""
    lines = [line.strip() for line in text.strip().split("\n")]
    if all(_URL.fullmatch(line) for line in lines):
        return "a URL alone" if len(lines) == 1 else "URLs alone"
    if _HTTP.fullmatch(lines[0].removesuffix(" HTTP/1.1")):
        return "an HTTP request in outline"
    if all(_FIELD.fullmatch(line) for line in lines if line):
        return "HTTP headers"
    if all(_ASSIGNMENT.fullmatch(line) for line in lines if line):
        return "variables"
    if all(_COMMAND.fullmatch(line) for line in lines if line):
        return "shell commands"
    return ""


def _loaded(text: str) -> object | None:
    try:
        return cast("object", json.loads(text))
    except (ValueError, RecursionError):  # the latter: nested deeper than anything documented
        return None


def _without_elisions(text: str) -> str:
    text = _STRING_OR_ELISION.sub(
        lambda found: found["string"] or ("null" if _stands_for_value(text, found) else ""), text
    )
    for pattern, replacement in _SPARE_COMMAS:
        text = pattern.sub(replacement, text)
    return text


def _stands_for_value(text: str, found: re.Match[str]) -> bool:
    return found["elision"] in {"...", "…"} and text[: found.start()].rstrip().endswith(":")
