"""Whether a program's end tells of its page, or of what stands in here for what a reader has."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import facts, is_known_package, is_slip, undefined_name
from aswritten.verify._answers import failing_text, filtered_member, own_header, own_member, takes_words_apart
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.model import Run

#: How a function says that it is called with something else than it takes, and a package what it is to be installed with.
_OF_CALL = re.compile(
    r"unexpected keyword|Input validation failed|positional argument|[Mm]issing (?:\d+ )?required (?:\w+-only )?arg|\b(?:pip|npm) i(?:nstall)? |[Mm]issing dependenc(?:y|ies):? [\"'@]"
)
#: The argument that a function does not know.
_UNKNOWN_ARGUMENT = re.compile(r"unexpected keyword argument '(\w+)'")
#: A line that raises an error by itself on a condition.
_THROWS_IF = re.compile(r"(?:\} )?(?:else )?if ?\([^\n]{1,200}\) ?\{? ?throw ")
#: How a package says that an argument of its own is missing; a key, a place or an account is the reader's.
_NO_ARGUMENT = re.compile(
    r"^(?:\w+)?Error: (?!\w*(?i:account|auth|email|endpoint|host|id|key|mail|name|org|password|project|region|secret|token|uri|url|user|workspace)\b)"
    r"[a-z]\w{3,40} is required\b",
    re.MULTILINE,
)
#: How Python says that an error was raised over another one, which tells more.
_HANDLES = re.compile(r"direct cause of the following|During handling of the above")
#: How a program sets itself a time, and how many of its units a second has.
_TIMERS = {
    "node": (re.compile(r"\bsetTimeout\((?:[^{}]|\{[^{}]{0,500}\}){0,200}?,\s{0,40}(\d[\d_]{0,12})\s{0,40}\)"), 1000),
    "python": (re.compile(r"\bsleep\(\s?(\d[\d_]{0,12})\s?\)"), 1),
}
#: A loop that may have no end by itself.
_LOOPS = re.compile(r"^[ \t]*while\b|\bwhile\s?\(|\bfor\s?\(\s?;\s?;|\bsetInterval\(", re.MULTILINE)
#: How programs say that a value of a plain kind has no such member, and the names of which a line reads one.
_OF_PLAIN = re.compile(
    r"^(?:AttributeError|TypeError): '(?:NoneType|bool|dict|float|int|list|str|tuple)' object (?:has no attribute|is not (?:iterable|subscriptable))|Cannot read properties of (?:undefined|null)",
    re.MULTILINE,
)
_READ = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})(?=\??\.|\[)")
#: A statement that gives a name a value; where a call makes it, with the name from which that begins.
_ASSIGNED = re.compile(
    r"[ \t]*(?:const |let |var )?(?P<name>[A-Za-z_$][\w$]{0,60})\s{0,9}=(?!=)\s{0,9}(?:await |new ){0,2}(?:(?P<maker>[A-Za-z_$][\w$]{0,60})[\w.$]{0,200}\()?"
)
#: How Python says that a module is not installed, at its end.
_NO_MODULE = re.compile(r"^ModuleNotFoundError: No module named '(?P<name>[\w.]+)'\s*\Z", re.MULTILINE)
#: How pydantic says that a model's own code does not take what it is made of.
_REFUSED = re.compile(r"^(?:[\w.]+\.)?ValidationError: \d+ validation errors? for (?P<model>\w+)\n", re.MULTILINE)
_OF_CODE = frozenset({"assertion_error", "value_error"})


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
    return package not in sure and not _is_of_call(stderr, context, is_answered=True)


def _is_of_call(stderr: str, context: Context, *, is_answered: bool) -> bool:
    """Whether a function was called with something else than it takes, by the sample: an argument that is none of its words a package hands on from an answer."""
    named = _UNKNOWN_ARGUMENT.findall(stderr)
    is_theirs = is_answered and bool(named) and re.search(rf"\b{named[-1]}\b", context.sample.source) is None
    return _OF_CALL.search(stderr) is not None and not is_theirs


def unsure(run: Run, context: Context) -> str:
    """Why nobody can tell whether a run's end is the page's mistake, in words; empty where one can.

    Of a package that is not known nobody knows what it needs around it, and a sample that raises an error by itself looked at something
    that stands in here for what its reader has.
    """
    stderr = run.complaint
    if run.timed_out:
        return _waits(run, context)
    if context.language.NAME == "curl" and (module := _beside_shell(stderr)):
        return f"runs Python that imports `{module}`, which is not installed beside its shell: not checked"
    is_answered = any(one.recording for one in run.exchanges)
    is_call = _is_of_call(stderr, context, is_answered=is_answered)
    if context.language.NAME == "curl":
        return filtered_member(stderr, run, context)
    if is_call or _NO_ARGUMENT.search(stderr):
        return ""
    return own_header(stderr, run, context) or _of_loop(stderr, context) or _unknown(stderr, run, context)


def _beside_shell(stderr: str) -> str:
    """The module that Python misses within a shell, where it may be one of a package; empty for any other end, and for a slip of Python's own."""
    found = _NO_MODULE.search(stderr)
    top = found["name"].partition(".")[0] if found else ""
    own = sys.stdlib_module_names
    return top if top and top not in own and not is_slip(top, own) else ""


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
    package = package_of_end(stderr, known["offline"]) or _of_model(stderr, context)
    if package and _NO_MODULE.search(stderr):
        return ""  # whether its reader has it is a matter of what the page installs
    if package:
        is_known = is_known_package(package, context.language.NAME)
        return "" if is_known else f"ended in `{package}`, and nobody knows what that needs: not checked"
    if takes_words_apart(stderr, run, context):
        return "takes apart what a model says, of which the recordings that ship know nothing: not checked"
    if why := own_member(stderr, run, context) or _of_result(stderr, context):
        return why
    line = context.language.failing_line(stderr, context.file_name)
    before = context.sample.source.splitlines()[: line or 0]
    handles = _HANDLES.search(stderr) or any(one.strip().startswith(("catch", "} catch")) for one in before)
    text = failing_text(stderr, context).strip()
    # What only looks at a list has looked in vain.
    has_read = bool(run.exchanges) and not run.exchanges[-1].request.body and _THROWS_IF.match(text) is not None
    if (text.startswith(("raise ", "throw ")) or has_read) and not handles:
        return f"raises an error by itself at line {context.sample.page_line(line or 1)}, over what stands in here: not checked"
    return ""


def _of_result(stderr: str, context: Context) -> str:
    """Why nobody knows what a sample reads a member of, in words: a call of a package of which nothing is known gave it. Empty for any other end.

    Such a package may give a text where it could not ask, or could not make what it was to of what stands in for an answer.
    """
    if not _OF_PLAIN.search(stderr):
        return ""
    given = _given(context, context.language.failing_line(stderr, context.file_name) or 1)
    read = _READ.findall(failing_text(stderr, context))
    package = next((given[name] for name in read if name in given), "")
    return f"reads of what a call of `{package}` gave, and nobody knows what that is: not checked" if package else ""


def _given(context: Context, line: int) -> dict[str, str]:
    """For each name that, above a line of a sample, a call of a package of which nothing is known gave, or a call of what such a one gave: that package."""
    language, texts = context.language, context.sample.source.splitlines()
    of: dict[str, str] = {}
    for name, lines in language.import_lines(context.sample.source).items():
        text = "\n".join(texts[number - 1].strip() for number in lines)
        # Of several modules on one line of Python each is its own.
        is_one_of = language.NAME == "python" and re.match(r"import [^\n]*,", text) is not None
        packages = language.packages(f"import {name}" if is_one_of else text)
        unknown = [one for one in packages if not is_known_package(one, language.NAME)]
        of |= {name: unknown[0]} if unknown else {}
    offline = facts(language.NAME)["offline"]
    of = {name: package for name, package in of.items() if package not in offline}
    given: dict[str, str] = {}
    for text in texts[: line - 1]:
        if (found := _ASSIGNED.match(text)) is None:
            continue
        maker = of.get(found["maker"] or "") or given.get(found["maker"] or "")
        if maker:
            given[found["name"]] = maker
        else:
            given.pop(found["name"], None)
    return given


def _of_loop(stderr: str, context: Context) -> str:
    """Why a name that a Python sample misses is no slip, in words: a loop above was to give it, and had nothing to go through. Empty for any other end."""
    name = undefined_name(stderr) if context.language.NAME == "python" else ""
    line = context.language.failing_line(stderr, context.file_name) or 1
    above = "\n".join(context.sample.source.splitlines()[: line - 1])
    form = rf"^[ \t]*(?:async )?for [^\n]{{0,80}}\b{re.escape(name)}\b[^\n]{{0,80}}? in (?P<over>[^\n]{{1,200}}):"
    loop = re.search(form, above, re.MULTILINE) if name else None
    over = re.escape(loop["over"].strip()) if loop else ""
    # What the sample writes down itself stands in for nothing.
    is_own = re.match(r"\\?[\[({]|range\b", over) or re.search(rf"^[ \t]*{over}\s*=\s*[\[({{]", above, re.MULTILINE)
    return f"a loop over what stands in here comes to no `{name}`: not checked" if loop and not is_own else ""


def _of_model(stderr: str, context: Context) -> str:
    """The package whose model refused by code of its own what a sample made it of; empty for any other end."""
    found = next(reversed(list(_REFUSED.finditer(stderr))), None)
    kinds = re.findall(r"\[type=(\w+)", stderr[found.end() :]) if found else []
    is_last = found is not None and not re.search(r"^\w+(?:Error|Exception)\b", stderr[found.end() :], re.MULTILINE)
    if not (is_last and kinds and _OF_CODE.issuperset(kinds)):
        return ""
    source = context.sample.source
    lines = context.language.import_lines(source).get(found["model"], ()) if found else ()
    texts = source.splitlines()
    return next(iter(context.language.packages("\n".join(texts[line - 1].strip() for line in lines))), "")
