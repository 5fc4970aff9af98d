"""Whether a program's end tells of its page, or of what stands in here for what a reader has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.contract import base_profile, member_names
from aswritten.languages import by_name, facts, is_known_package, is_slip, undefined_name
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from aswritten.checks import Context
    from aswritten.languages import Outside
    from aswritten.model import Block, Response, Run, Verdict

#: How a function says that it is called with something else than it takes, and a package what it is to be installed with.
_OF_CALL = re.compile(
    r"unexpected keyword|Input validation failed|positional argument|[Mm]issing (?:\d+ )?required (?:\w+-only )?arg|\b(?:pip|npm) i(?:nstall)? |[Mm]issing dependenc(?:y|ies):? [\"'@]"
)


#: How a package says that an argument of its own is missing; a key, a place or an account is the reader's.
_NO_ARGUMENT = re.compile(
    r"^(?:\w+)?Error: (?!\w*(?i:account|auth|email|endpoint|host|id|key|mail|name|org|password|project|region|secret|token|uri|url|user|workspace)\b)"
    r"[a-z]\w{3,40} is required\b",
    re.MULTILINE,
)
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
_TOO_SHORT = re.compile(r"^IndexError: list index|^SyntaxError: |^ValueError: malformed|^NameError: ", re.MULTILINE)
#: The names under which Node has what it makes of a text.
_PARSED = re.compile(r"(?:const|let|var)\s{1,9}(?:\{([^{}\n]{0,200})\}|(\w{1,60}))\s?=\s?JSON\.parse\(")
#: Where a line reads an answer, and not what a model says in it.
_OF_ANSWER = re.compile(r"\.(?:choices?|messages?|delta|data|usage|output)\b")
#: How Python says that an answer, as a client or as JSON, has no such member.
_NO_MEMBER = re.compile(
    r"^AttributeError: '(?:ChatCompletion|Choice|Completion|Delta|Message|Model|Usage)\w*' object has no attribute '(\w+)'|^KeyError: '(\w+)'",
    re.MULTILINE,
)
#: The same of a model in a list of them, and what each has: other APIs' lists may tell more.
_LISTED = re.compile(r"^AttributeError: 'Model' object", re.MULTILINE)
_OF_LISTED = frozenset({"created", "id", "object", "owned_by"})
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
_MISSED = re.compile(r"^KeyError: '([^'\n]+)'$", re.MULTILINE)
#: How Python says that an error was raised over another one, which tells more.
_HANDLES = re.compile(r"direct cause of the following|During handling of the above")
#: What a model says, or gives a tool, as programs read it.
_WORDS = r"(?:(?:message|delta)[\w.\[\]\"'?!]{0,20}content\b|\.arguments\b|output_text\b)"
#: How Python and Node say that a program does not parse, imports what is not there, or calls what takes no such argument.
_OF_SOURCE = re.compile(
    r"^(?:\w+\.)*(?:ImportError|ModuleNotFoundError: No module named '\w+\.|SyntaxError(?![^\n]*JSON)|IndentationError|TypeError: .*unexpected keyword|AttributeError: module)"
    r"|^Error \[TransformError\]|does not provide an export named|ERR_PACKAGE_PATH_NOT_EXPORTED|is not a constructor$",
    re.MULTILINE,
)
#: How Python says, at its end, that a call takes no argument of a name.
_NOT_TAKEN = re.compile(r"^TypeError: [\w.]+\(\) got an unexpected keyword argument '\w+'[^\n]*\s*\Z", re.MULTILINE)
#: How Python and Node say, at their end, that what a program has of a package has no such member, or takes other arguments.
_NOT_OF_PACKAGE = re.compile(
    r"^AttributeError: '(?!NoneType)[A-Z]\w+' object has no attribute '\w+'[^\n]*\s*\Z|^TypeError: [\w.]+\(\) (?:takes|missing) \d+ [^\n]*argument[^\n]*\s*\Z"
    r"|^TypeError: (?P<owner>[\w$]+)(?:\.[\w$]+)+ is not a function$",
    re.MULTILINE,
)
_NO_SUCH_MEMBER = re.compile(
    r"^AttributeError: '(?!NoneType)[A-Z]\w+' object has no attribute '\w+'|^TypeError: [\w$]+(?:\.[\w$]+)+ is not a function$"
    r"|^TypeError: Cannot read properties of undefined \(reading '(?:chat|completions|create|messages|models)'\)$",
    re.MULTILINE,
)
#: How many hands such an object goes through at most: `client.v1()` of `new Client()`.
_HANDS = 3
#: What a program names that asks a model.
_OF_MODEL = re.compile(r"\b(?:model|messages|prompt|api_?key|llm|openai|completion)s?\b", re.IGNORECASE)
#: How a program sets itself a time, and how many of its units a second has.
_TIMERS = {
    "node": (re.compile(r"\bsetTimeout\((?:[^{}]|\{[^{}]{0,500}\}){0,200}?,\s{0,40}(\d[\d_]{0,12})\s{0,40}\)"), 1000),
    "python": (re.compile(r"\bsleep\(\s?(\d[\d_]{0,12})\s?\)"), 1),
}
#: A loop that may have no end by itself.
_LOOPS = re.compile(r"^[ \t]*while\b|\bwhile\s?\(|\bfor\s?\(\s?;\s?;|\bsetInterval\(", re.MULTILINE)
#: How they say that what they call is gone.
_OF_RELEASE = re.compile(
    r"APIRemoved|no longer supported|has been removed|^AttributeError: (?!'NoneType')|^TypeError: .*(?:argument|not a function|not callable)|is not a function$",
    re.MULTILINE,
)
#: How Python says that a module is not installed, at its end.
_NO_MODULE = re.compile(r"^ModuleNotFoundError: No module named '[\w.]+'\s*\Z", re.MULTILINE)
_FRAME = re.compile(r'^  File "(?:[^"\n]*/)?([^"/\n]+)", line \d+', re.MULTILINE)
_ASSERTION = re.compile(r"^AssertionError\b.*\Z", re.MULTILINE | re.DOTALL)
_ASSERTS_TEXT = re.compile(
    r"^AssertionError \[ERR_ASSERTION\]: The input did not match the regular expression", re.MULTILINE
)
#: How Python says that what is to be awaited was not, and that what was awaited is not to be.
_AWAITS = re.compile(
    r"coroutine '[^'\n]+' was never awaited|'coroutine' object (?:has no|is not)|, not 'coroutine'|'Async\w+' object is not iterable|can't be used in 'await' expression|'async for' requires"
    r"|\bAsync\w+\.\w+\(\) got an unexpected keyword"
    r"|^AttributeError: '\w+' object has no attribute '(?:chat|completions|embeddings|messages|models|responses)'$",
    re.MULTILINE,
)


def ends_on_answer(stderr: str, context: Context) -> bool:
    """Whether a client's own code ended a run that was answered, and not for how the sample calls it.

    A plain HTTP client makes nothing of an answer but what the sample asks of it.
    """
    if context.language.NAME == "curl":
        return False
    known = facts(context.language.NAME)
    package = package_of_end(stderr, known["offline"])
    # What stands in for an answer has just the form that these clients take.
    sure = {"", *known["http"], *facts("surroundings")["common_form"]}
    return package not in sure and not _OF_CALL.search(stderr)


def unsure(run: Run, context: Context) -> str:
    """Why nobody can tell whether a run's end is the page's mistake, in words; empty where one can.

    Of a package that is not known nobody knows what it needs around it, and a sample that raises an error by itself looked at something
    that stands in here for what its reader has.
    """
    stderr = run.complaint
    if run.timed_out:
        return _waits(run, context)
    if context.language.NAME == "curl" or _OF_CALL.search(stderr) or _NO_ARGUMENT.search(stderr):
        return ""
    return _own_header(stderr, run, context) or _unknown(stderr, run, context)


def _waits(run: Run, context: Context) -> str:
    """Why a run that was ended is no proof that a sample hangs: it sets itself a longer time, or a package of which nothing is known waits."""
    name, source = context.language.NAME, context.sample.source
    form, unit = _TIMERS.get(name, (None, 1))
    longest = max((int(found.replace("_", "")) / unit for found in form.findall(source)), default=0) if form else 0
    if longest > context.time_limit and not any(one.recording for one in run.exchanges):
        return f"sets itself a time of {longest:g} s, longer than its limit: not checked"
    unknown = [one for one in context.language.packages(source) if not is_known_package(one, name)]
    if not unknown or _LOOPS.search(source):
        return ""
    return f"does not end, and nobody knows what `{unknown[0]}` waits for: not checked"


def _unknown(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows what an end is of: of a package that is not known, of what a model says, of a member, of an error of the sample's own."""
    known = facts(context.language.NAME)
    package = package_of_end(stderr, known["offline"])
    if package and _NO_MODULE.search(stderr):
        return ""  # whether its reader has it is a matter of what the page installs
    if package:
        is_known = is_known_package(package, context.language.NAME)
        return "" if is_known else f"ended in `{package}`, and nobody knows what that needs: not checked"
    if _of_words(stderr, run, context):
        return "takes apart what a model says, of which the recordings that ship know nothing: not checked"
    if why := _own_member(stderr, run, context):
        return why
    line = context.language.failing_line(stderr, context.file_name)
    lines = context.sample.source.splitlines()
    text = lines[line - 1].strip() if line and line <= len(lines) else ""
    handles = _HANDLES.search(stderr) or any(one.strip().startswith(("catch", "} catch")) for one in lines[: line or 0])
    if text.startswith(("raise ", "throw ")) and not handles:
        return f"raises an error by itself at line {context.sample.page_line(line or 1)}, over what stands in here: not checked"
    return ""


def awaits_otherwise(verdict: Verdict) -> bool:
    """Whether a Python sample failed for a client of another kind: one that is to be awaited, and was not, or the other way round; one of another API."""
    return verdict.name == "failed" and _AWAITS.search(verdict.complained) is not None


def asks_otherwise(verdict: Verdict) -> bool:
    """Whether a sample failed for a client of another kind than the one that stands in front of it: it asks of that what that has not got."""
    is_missed = verdict.name == "failed" and _NO_SUCH_MEMBER.search(verdict.complained) is not None
    return is_missed and not package_of_end(verdict.complained)


def is_of_source(verdict: Verdict) -> bool:
    """Whether a program ended for what it is, whatever is around it: it does not parse, or takes of a package what that has not got."""
    return _OF_SOURCE.search(verdict.complained) is not None


def is_own_mistake(verdict: Verdict, wants: Outside, defined: Container[str]) -> bool:
    """Whether a program of which it is only guessed that it asks a model ended for what it is, before it could: for source that is none, for an
    argument that a known client does not take, for a name that is not among those ``defined`` on its page, or for what a package has not got.
    """
    name = undefined_name(verdict.complained)
    if name:
        return _may_ask((verdict.block,), verdict.language) and name not in defined
    if _may_ask((*verdict.run_with, verdict.block), verdict.language) and has_no_member(verdict):
        return True
    return bool(wants.implied) if _NOT_TAKEN.search(verdict.complained) else is_of_source(verdict)


def _may_ask(blocks: Iterable[Block], language: str) -> bool:
    """Whether a program in these blocks speaks of what asks a model, and takes something of a package."""
    texts = [block.text for block in blocks]
    return any(map(_OF_MODEL.search, texts)) and any(map(by_name(language).packages, texts))


def has_no_member(verdict: Verdict) -> bool:
    """Whether a program asks something that a package made for what that has not got, or calls it otherwise than it takes."""
    found = _NOT_OF_PACKAGE.search(verdict.complained)
    if found is None or package_of_end(verdict.complained):
        return False
    owner = found["owner"]
    return not owner or _is_made(owner, verdict)


def _is_made(name: str, verdict: Verdict) -> bool:
    """Whether a program imports what a name stands for, makes it by `new`, or has it of something that it has so."""
    texts = [block.text for block in (*verdict.run_with, verdict.block)]
    imported = {one for text in texts for one in by_name(verdict.language).import_lines(text)}
    for _ in range(_HANDS):
        if name in imported:
            return True
        sets = re.compile(rf"\b{re.escape(name)}\b[^=\n]{{0,80}}=\s*(?:await\s+)?(?P<new>new\s)?(?P<of>[\w$]+)[.(]")
        found = next(filter(None, map(sets.search, reversed(texts))), None)
        if found is None or found["new"]:
            return found is not None
        name = found["of"]
    return False


def is_of_release(verdict: Verdict) -> bool:
    """Whether a program may have ended for the release of a package: it takes of one what that has not got, or is told that it is gone."""
    return is_of_source(verdict) or _OF_RELEASE.search(verdict.complained) is not None


def asserts(verdict: Verdict, file_name: str) -> bool:
    """Whether a sample that called the API was ended by an assertion of its own: of what a model says, which nobody knows."""
    answered = bool(verdict.calls) and all(200 <= call.status < 300 for call in verdict.calls)
    if verdict.language == "node":
        return answered and _ASSERTS_TEXT.search(verdict.complained) is not None
    frames = _FRAME.findall(verdict.complained)
    return answered and frames[-1:] == [file_name] and _ASSERTION.search(verdict.complained) is not None


def _of_words(stderr: str, run: Run, context: Context) -> bool:
    """Whether a sample could not make of a model's words what it wants: JSON, a number, parts.

    A program that reads a stream line by line may have taken a line of the stream for JSON, which is its own mistake.
    """
    bodies = [one.response for one in run.exchanges if one.recording and _SPEAKS.search(one.request.path)]
    line = context.language.failing_line(stderr, context.file_name)
    text = "".join(context.sample.source.splitlines()[line - 1 : line]) if line else ""
    parts = (
        _IN_PARTS.search(text) is not None
        and _OTHER_CHOICE.search(text) is None
        and _TOO_SHORT.search(stderr) is not None
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


def _own_header(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has the header that a sample takes of it and misses, in words; empty for any other end."""
    line = context.language.failing_line(stderr, context.file_name)
    text = "".join(context.sample.source.splitlines()[line - 1 : line]) if line else ""
    found = _HEADER.search(text)
    missing = _MISSED.findall(stderr)[-1:]
    is_other = bool(missing) and missing[0].lower() != (found[1].lower() if found else "")
    if found is None or not run.exchanges or not _NO_HEADER.search(stderr) or is_other:
        return ""
    return f"takes the header `{found[1]}` of an answer, and nobody knows whether this API sends it: not checked"


def _own_member(stderr: str, run: Run, context: Context) -> str:
    """Why nobody knows whether an answer has the member that a sample misses, in words; empty for any other end.

    It may have it where nothing is known of the API, or where a model was to write it, and no member that OpenAI's have is called so or alike.
    """
    name, of_data = _missing_member(stderr, context)
    hosts = {exchange.request.host for exchange in run.exchanges if exchange.recording}
    known = _OF_LISTED if _LISTED.search(stderr) else member_names(base_profile())
    is_known_host = any(context.profile_for(host).hosts for host in hosts)
    # What other providers than the base's own count beside tokens, the recordings that ship do not show.
    names = {context.profile_for(host).name for host in hosts}
    is_sure = is_known_host and (base_profile().name in names or not _counts(stderr, context))
    if hosts and not is_known_host and _takes_parts(stderr, context):
        return "takes a message's content in parts, and nobody knows whether this API answers so: not checked"
    own = {field for host in hosts for one in context.profile_for(host).deviations for field, _ in one.adds}
    if hosts and name in own - known:
        return f"reads `{name}` of an answer, of which the recordings that ship know nothing: not checked"
    if not name or not hosts or name in known or is_slip(name, known):
        return ""
    if of_data and _parses_words(context.sample.source):
        return f"looks for `{name}` in what a model says, of which the recordings that ship know nothing: not checked"
    is_read = (
        not of_data or context.language.NAME != "python" or re.search(r"\.json\(|json\.load\(", context.sample.source)
    )
    if is_sure or not is_read:
        return ""
    return f"reads `{name}` of an answer, and nobody knows whether this API has it: not checked"


def _counts(stderr: str, context: Context) -> bool:
    """Whether a sample ends where it reads what a call has used."""
    line = context.language.failing_line(stderr, context.file_name)
    text = "".join(context.sample.source.splitlines()[line - 1 : line]) if line else ""
    return "usage" in text or "CompletionUsage" in stderr


def _takes_parts(stderr: str, context: Context) -> bool:
    """Whether a sample ends where it takes a message's content apart, by number or in a loop over it, as answers in parts are."""
    line = context.language.failing_line(stderr, context.file_name)
    if not line or not _NO_PARTS.search(stderr):
        return False
    source = context.sample.source
    return (
        _PARTS.search("".join(source.splitlines()[line - 1 : line])) is not None
        or _EACH_PART.search(source) is not None
    )


def _missing_member(stderr: str, context: Context) -> tuple[str, bool]:
    """The member that a program misses, and whether it may be one of any data; an empty text for none."""
    if context.language.NAME == "python":
        found = _NO_MEMBER.findall(stderr)
        return ("".join(found[-1]), bool(found[-1][1])) if found else ("", False)
    read = _OF_UNDEFINED.search(stderr)
    line = context.language.failing_line(stderr, context.file_name)
    lines = context.sample.source.splitlines()
    if not read or not line or line > len(lines):
        return "", True
    owners = re.findall(rf"\.(\w+)\??\.?(?:{re.escape(read[1])}\b|\[{re.escape(read[1])}\])", lines[line - 1])
    return (owners[-1], True) if owners else ("", True)
