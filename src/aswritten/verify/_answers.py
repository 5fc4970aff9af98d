"""What a program looks for in an answer, where nobody knows whether the API's own answers have it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.contract import base_profile, member_names
from aswritten.languages import commands, facts, is_slip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.checks import Context
    from aswritten.model import Response, Run

#: How Node says that an object has no such member, from which it reads on.
_OF_UNDEFINED = re.compile(r"Cannot read properties of undefined \(reading '([\w$]+)'\)")
#: How programs say that a text is not what they want to make of it.
_NO_PARSE = re.compile(
    r"^(?:json\.decoder\.)?JSONDecodeError\b|^ValueError: (?:invalid literal|could not convert|not enough values|too many values)"
    r"|^SyntaxError: (?!\"undefined\"|\"\[object )[^\n]*is not valid JSON|JSON at position|end of JSON input|'NoneType' object has no attribute '(?:group|span|start|end)'"
    r"|properties of null \(reading '\d'\)|object null is not iterable|^ZodError\b|^xml\.etree\.ElementTree\.ParseError\b|is not a valid \w+$|^ValueError: Invalid isoformat|argument after \*\*? must be (?:a mapping|an iterable), not NoneType",
    re.MULTILINE,
)
#: The endpoints that answer with what a model says.
_SPEAKS = re.compile(
    r"/(?:completions|messages|responses|api/(?:chat|generate))/?(?:\?|$)|:(?:streamG|g)enerateContent\b"
)
#: Where a line takes a text, or what a model chose to call, apart, and how Python says that there are fewer parts.
_IN_PARTS = re.compile(r"split\w*\(|findall\(|\btool_calls\[|\beval\(|\bexec\(|\bliteral_eval\(")
_OTHER_CHOICE = re.compile(r"choices\[[1-9]")
#: Where a line takes another item than the first of what the Responses API gives: how many there are is the model's doing.
_OTHER_ITEM = re.compile(r"(?:\.output|\[[\"']output[\"']\])(?:\.at\(|\[)[1-3]\b")
_TOO_SHORT = re.compile(r"^IndexError: list index|^SyntaxError: |^ValueError: malformed|^NameError: ", re.MULTILINE)
#: The names under which Node has what it makes of a text.
_PARSED = re.compile(r"(?:const|let|var)\s{1,9}(?:\{([^{}\n]{0,200})\}|(\w{1,60}))\s?=\s?JSON\.parse\(")
#: Where a line reads an answer, and not what a model says in it.
_OF_ANSWER = re.compile(r"\.(?:choices?|messages?|delta|data|usage|output)\b")
#: How Python says that an answer, as a client or as JSON, has no such member.
_NO_MEMBER = re.compile(
    r"^AttributeError: '(?:ChatCompletion|Choice|Completion|Delta|Message|Model|Usage)\w*' object has no attribute '(\w+)'|^KeyError: '([^'\n]{1,100})'$",
    re.MULTILINE,
)
#: The same of a model in a list of them, and what each has: other APIs' lists may tell more.
_LISTED = re.compile(r"^AttributeError: 'Model' object", re.MULTILINE)
_OF_LISTED = frozenset({"created", "id", "object", "owned_by"})
#: What such a list has, and what of a chat's answer none in it has.
_OF_LISTS = frozenset({"data", "choices", "delta", "message", "usage"})
#: How Python says that what it is to write out, or to count with, is None, and the last member of each path that a line reads.
_OF_NONE = re.compile(
    r"^TypeError: (?:unsupported format string passed to NoneType|unsupported operand type[^\n]*'NoneType'|[^\n]{0,60}not supported between instances of [^\n]*'NoneType')",
    re.MULTILINE,
)
_LAST_MEMBER = re.compile(r"(?<![\w.])(?P<base>[A-Za-z_]\w*)(?:\.\w+|\[\d+\])*\.(?P<name>\w+)\b(?!\()")
#: A name that a call of a client gives.
_ANSWER_NAMES = re.compile(
    r"^[ \t]*(\w+) = (?:await )?[\w.]+\.(?:acreate|chat|complete|create|generate\w*|get|invoke|post|retrieve|send)\(",
    re.MULTILINE,
)
#: How programs say that a text has no parts, and where they take a message's content apart by number, or part for part.
_NO_PARTS = re.compile(
    r"^AttributeError: 'str' object has no attribute|^TypeError: string indices must be integers|Cannot read properties of undefined",
    re.MULTILINE,
)
_PARTS = re.compile(r"\bcontent(?:[\"']\])?[!?]?\.?\[\d")
_EACH_PART = re.compile(
    r"^[ \t]*(?:async )?for\b[^\n#]{0,120}?\b(?:in|of) [^\n#]{0,80}\bcontent(?:[\"']\])?\)*(?::|\s*\{)", re.MULTILINE
)
#: How a sample takes a header of an answer, and how programs say that there is none.
_HEADER = re.compile(r"headers?(?:\.get\(|\[)\s*[\"']([\w-]+)[\"']")
_NO_HEADER = re.compile(r"^KeyError: '[\w-]+'$|'NoneType'|properties of null \(|of undefined \(", re.MULTILINE)
#: A path of members from a name, and its last one: `a.b.name`, `a["b"]["name"]`, `a.get("name")`.
_MEMBER = re.compile(
    r"(?<![\w$.\"'])([A-Za-z_$][\w$]{0,60})(?:\??\.[\w$]{1,60}|(?:\?\.)?\[[^\[\]\n]{1,60}\]|\([^()\n]{0,60}\)){0,12}?"
    r"(?:\.([A-Za-z_]\w*)|\[[\"']([A-Za-z_]\w*)[\"']\]|\.get\([\"']([A-Za-z_]\w*)[\"']\))(?=[\s),;}`|+]|$)"
)
#: A member in a filter of jq, and the last one of a path; how jq says that data have not got what a filter takes.
_OF_FILTER = re.compile(r"\.([A-Za-z_]\w*)")
_FILTERED = re.compile(r"\.([A-Za-z_]\w*)(?=[\s,;|)}\]\"']|$)")
_NOT_FILTERED = re.compile(
    r"^jq: error\b[^\n]*Cannot (?:iterate|index (?:\w+ with (?:string )?\"(?P<name>\w+)\")?)", re.MULTILINE
)
_MISSED = re.compile(r"^KeyError: '([^'\n]+)'$", re.MULTILINE)
#: What a model says, or gives a tool, as programs read it.
_WORDS = r"(?:(?:message|delta)[\w.\[\]\"'?!]{0,20}content\b|\.arguments\b|output_text\b)"


def _known_members() -> frozenset[str]:
    """The members of OpenAI's answers to chats, and that of a legacy completion which is read of them by mistake."""
    return member_names(base_profile()) | {"text"}


def failing_text(stderr: str, context: Context) -> str:
    """The line of a sample at which its program ended; empty where the end tells none."""
    line = context.language.failing_line(stderr, context.file_name)
    return "".join(context.sample.source.splitlines()[line - 1 : line]) if line else ""


def takes_words_apart(stderr: str, run: Run, context: Context) -> bool:
    """Whether a sample could not make of a model's words what it wants: JSON, a number, parts.

    A program that reads a stream line by line may have taken a line of the stream for JSON, which is its own mistake.
    """
    bodies = [one.response for one in run.exchanges if one.recording and _SPEAKS.search(one.request.path)]
    text = failing_text(stderr, context)
    undefined = _OF_UNDEFINED.search(stderr)
    is_short = _TOO_SHORT.search(stderr) is not None or (undefined is not None and undefined[1] != "output")
    is_response = any(one.recording and one.request.path.rstrip("/").endswith("/responses") for one in run.exchanges)
    parts = (_IN_PARTS.search(text) and not _OTHER_CHOICE.search(text) and _TOO_SHORT.search(stderr)) or (
        is_response and is_short and _OTHER_ITEM.search(text)
    )
    last = stderr.rstrip().rpartition("\n")[2]
    source = context.sample.source
    parsed = {name for one in _PARSED.findall(source) for name in re.findall(r"\w+", " ".join(one))}
    is_parsed = _parses_words(source) and not parsed.isdisjoint(re.findall(r"\w+", text))
    of_words = _OF_UNDEFINED.search(stderr) and is_parsed and not _OF_ANSWER.search(text)
    if not bodies or not (_NO_PARSE.search(stderr) or parts or of_words or any(said in last for said in _said(bodies))):
        return False
    reads_lines = any((body.header("content-type") or "").startswith("text/event-stream") for body in bodies)
    packages = set(context.language.packages(context.sample.source))
    return not reads_lines or bool(packages & set(facts("surroundings")["common_form"]))


def _said(bodies: list[Response]) -> list[str]:
    """How what a model said begins, of each answer that is no stream."""
    texts = (
        re.search(r'"(?:content|text)": ?"([^"\\]{12,40})', body.body.decode("utf-8", "replace")) for body in bodies
    )
    return [found[1] for found in texts if found]


def _parses_words(source: str) -> bool:
    """Whether a source makes data of what a model says, or of arguments that it gives: at once, or by a name of it."""
    names = "|".join(sorted({re.escape(name) for name in re.findall(rf"(\w+)\s*=[^=\n]{{0,200}}?{_WORDS}", source)}))
    of = rf"[^\n]{{0,200}}?{_WORDS}" + (rf"|\s*(?:{names})\b" if names else "")
    return re.search(rf"(?:json\.loads|JSON\.parse)\((?:{of})", source) is not None


def own_header(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has the header that a sample takes of it and misses, in words; empty for any other end."""
    found = _HEADER.search(failing_text(stderr, context))
    missing = _MISSED.findall(stderr)[-1:]
    is_other = bool(missing) and missing[0].lower() != (found[1].lower() if found else "")
    if found is None or not run.exchanges or not _NO_HEADER.search(stderr) or is_other:
        return ""
    return f"takes the header `{found[1]}` of an answer, and nobody knows whether this API sends it: not checked"


def own_member(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has the member that a sample misses, in words; empty for any other end.

    It may have it where nothing is known of the API, or where a model was to write it, and no member that OpenAI's have is called so or alike.
    """
    name, of_data = _missing_member(stderr, context)
    hosts = {exchange.request.host for exchange in run.exchanges if exchange.recording}
    is_listed = _LISTED.search(stderr) or all(one.request.method == "GET" for one in run.exchanges)
    known = _OF_LISTED | _OF_LISTS if is_listed else _known_members()
    is_known_host = any(context.profile_for(host).hosts for host in hosts)
    # What other providers than the base's own count beside tokens, and tell of their models, the recordings that ship do not show.
    names = {context.profile_for(host).name for host in hosts}
    is_sure = is_known_host and (base_profile().name in names or not (is_listed or _counts(stderr, context)))
    if hosts and not is_known_host and (why := _in_own_form(name, stderr, run, context)):
        return why
    own = {field for host in hosts for one in context.profile_for(host).deviations for field, _ in one.adds}
    if hosts and name in own - known:
        return f"reads `{name}` of an answer, of which the recordings that ship know nothing: not checked"
    if not name or not hosts or name in known or is_slip(name, known):
        return ""
    if of_data and _parses_words(context.sample.source):
        return f"looks for `{name}` in what a model says, of which the recordings that ship know nothing: not checked"
    is_read = (
        not of_data
        or context.language.NAME != "python"
        or re.search(r"\.json\(|json\.load\(|\.model_extra\b", context.sample.source)
    )
    if is_sure or not is_read:
        return ""
    return f"reads `{name}` of an answer, and nobody knows whether this API has it: not checked"


def _in_own_form(name: str, stderr: str, run: Run, context: Context) -> str:
    """Why an API of which nothing is known may answer in a form that the recordings that ship have not, in words; empty where nothing says so."""
    if _takes_parts(stderr, context):
        return "takes a message's content in parts, and nobody knows whether this API answers so: not checked"
    if _is_shown(name, run, context):
        return (
            f"reads `{name}` of an answer, as the page shows one, and the recordings that ship have none: not checked"
        )
    return ""


def filtered_member(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has what a filter of jq takes of it and misses, in words; empty for any other end.

    It may where nothing is known of the API, and a member of the filter is none of OpenAI's, nor like one.
    """
    hosts = {exchange.request.host for exchange in run.exchanges if exchange.recording}
    said = _NOT_FILTERED.search(stderr)
    known = _known_members()
    if not hosts or said is None or said["name"] in known or any(context.profile_for(host).hosts for host in hosts):
        return ""
    filters = (_filter(one.arguments) for one in commands(context.sample.source) if one.name == "jq")
    names = {name for text in filters for name in _OF_FILTER.findall(text)} - known
    own = sorted(name for name in names if not is_slip(name, known))
    return f"reads `{own[0]}` of an answer, and nobody knows whether this API has it: not checked" if own else ""


def _is_shown(name: str, run: Run, context: Context) -> bool:
    """Whether an answer that the page shows has a member, and none of those that were served has it, wherever it stands."""
    served = (one.response.body for one in run.exchanges if one.recording)
    return name in context.shown and not any(f'"{name}"'.encode() in body for body in served)


def prints_own_member(run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has the member that a sample prints in place of content, in words; empty for any other.

    All that it prints of an answer ends in such a member, and none of these is called like one that OpenAI's have.
    """
    hosts = {exchange.request.host for exchange in run.exchanges if exchange.recording}
    known = _known_members()
    names = _printed_members(context)
    if not hosts or any(context.profile_for(host).hosts for host in hosts):
        return ""
    if not names or not names.isdisjoint(known) or any(is_slip(name, known) for name in names):
        return ""
    return f"prints `{min(names)}` of an answer, and nobody knows whether this API has it: not checked"


def _printed_members(context: Context) -> set[str]:
    """The last members of what a sample's filters of jq name, or the line that prints; those of imported modules are left aside."""
    source = context.sample.source
    if context.language.NAME == "curl":
        filters = (one.arguments for one in commands(source) if one.name == "jq")
        return {name for words in filters for name in _FILTERED.findall(_filter(words))}
    line = context.print_line()
    text = source.splitlines()[line - 1] if line else ""
    imported = set(context.language.import_lines(source))
    return {"".join(found[1:]) for found in _MEMBER.findall(text) if found[0] not in imported}


def _filter(words: Sequence[str]) -> str:
    """The filter among the words of a command of jq."""
    return next((word for word in words if not word.startswith("-")), "")


def _counts(stderr: str, context: Context) -> bool:
    """Whether a sample ends where it reads what a call has used."""
    return "usage" in failing_text(stderr, context) or "CompletionUsage" in stderr


def _takes_parts(stderr: str, context: Context) -> bool:
    """Whether a sample ends where it takes a message's content apart, by number or in a loop over it, as answers in parts are."""
    text = failing_text(stderr, context)
    if not text or not _NO_PARTS.search(stderr):
        return False
    return _PARTS.search(text) is not None or _EACH_PART.search(context.sample.source) is not None


def _is_of_own_table(key: str, context: Context, line: str) -> bool:
    """Whether a line takes a key of a table that the sample writes down itself."""
    taken = re.search(rf"([A-Za-z_]\w*)\[[\"']{re.escape(key)}[\"']\]", line) if key else None
    source = context.sample.source
    return taken is not None and re.search(rf"^[ \t]*{taken[1]}\s*=\s*\{{", source, re.MULTILINE) is not None


def _none_of_its_own(line: str, source: str) -> str:
    """The first member that a line reads of what a call gave, and OpenAI's answers have not; empty where it reads others alone."""
    known = _known_members() | _OF_LISTED
    given = set(_ANSWER_NAMES.findall(source))
    return next(
        (
            found["name"]
            for found in _LAST_MEMBER.finditer(line)
            if found["base"] in given and found["name"] not in known
        ),
        "",
    )


def _missing_member(stderr: str, context: Context) -> tuple[str, bool]:
    """The member that a program misses, and whether it may be one of any data; an empty text for none."""
    if context.language.NAME == "python":
        found = _NO_MEMBER.findall(stderr)
        if not found and _OF_NONE.search(stderr):
            return _none_of_its_own(failing_text(stderr, context), context.sample.source), False
        is_own = bool(found) and _is_of_own_table(found[-1][1], context, failing_text(stderr, context))
        return ("".join(found[-1]), bool(found[-1][1])) if found and not is_own else ("", False)
    read = _OF_UNDEFINED.search(stderr)
    if not read:
        return "", True
    name = re.escape(read[1])
    owners = re.findall(rf"\.(\w+)\??\.?(?:{name}\b|\[{name}\])", failing_text(stderr, context))
    return (owners[-1], True) if owners else ("", True)
