"""Whether a program ended for what it is itself: its source, and what it asks of packages and of the client in front of it."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.languages import by_name, undefined_name
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from aswritten.languages import Outside
    from aswritten.model import Block, Verdict

#: How Python and Node say that a program does not parse, imports what is not there, or calls what takes no such argument.
_OF_SOURCE = re.compile(
    r"^(?:\w+\.)*(?:ImportError|ModuleNotFoundError: No module named '\w+\.|SyntaxError(?![^\n]*JSON)|IndentationError|TypeError: .*unexpected keyword|AttributeError: module)"
    r"|^Error \[TransformError\]|does not provide an export named|ERR_PACKAGE_PATH_NOT_EXPORTED|is not a constructor$",
    re.MULTILINE,
)
#: How Python says, at its end, that a module is not there.
_NO_MODULE = re.compile(r"^ModuleNotFoundError: No module named '(?P<top>\w+)[\w.]*'\s*\Z", re.MULTILINE)
#: How Python, Node and the loader of TypeScript say that source does not parse.
_NOT_PARSED = re.compile(
    r"^(?:SyntaxError(?![^\n]*(?:JSON|does not provide an export))|IndentationError|Error \[TransformError\])",
    re.MULTILINE,
)
#: How Python says, at its end, that a call takes no argument of a name.
_NOT_TAKEN = re.compile(r"^TypeError: [\w.]+\(\) got an unexpected keyword argument '\w+'[^\n]*\s*\Z", re.MULTILINE)
#: How Python and Node say, at their end, that what a program has of a package has no such member, or takes other arguments.
_NOT_OF_PACKAGE = re.compile(
    r"^AttributeError: '(?!NoneType)[A-Z]\w+' object has no attribute '\w+'[^\n]*\s*\Z|^TypeError: [\w.]+\(\) (?:(?:takes|missing) \d+ [^\n]*argument|got an unexpected keyword argument)[^\n]*\s*\Z"
    r"|^TypeError: (?P<owner>[\w$]+)(?:\.[\w$]+)+ is not a function$",
    re.MULTILINE,
)
_NO_SUCH_MEMBER = re.compile(
    r"^AttributeError: '(?!NoneType)[A-Z]\w+' object has no attribute '\w+'|^TypeError: [\w$]+(?:\.[\w$]+)+ is not a function$"
    r"|^TypeError: '[A-Z]\w+' object is not callable$|^TypeError: Cannot read properties of undefined \(reading '(?:chat|completions|create|messages|models)'\)$",
    re.MULTILINE,
)
#: How Node says that what a program takes for an answer has no choices.
_NO_CHOICES = re.compile(
    r"^[^\n]*\.choices\[0\][^\n]*\n[ \t]*\^[^\n]*\n+TypeError: Cannot read properties of undefined \(reading '0'\)$",
    re.MULTILINE,
)
#: How clients in OpenAI's form say, at their end, that they are made without a key.
_NO_CREDENTIALS = re.compile(
    r"^(?:\w+\.)*\w*Error: (?:Missing credentials\. |The \w*(?:api_key|apiKey) client option must be set)", re.MULTILINE
)
#: How many hands such an object goes through at most: `client.v1()` of `new Client()`.
_HANDS = 3
#: What a program names that asks a model.
_OF_MODEL = re.compile(r"\b(?:model|messages|prompt|api_?key|llm|openai|completion|embedding)s?\b", re.IGNORECASE)
#: How they say that what they call is gone.
_OF_RELEASE = re.compile(
    r"APIRemoved|no longer supported|has been removed|^AttributeError: (?!'NoneType')|^TypeError: .*(?:argument|not a function|not callable)|is not a function$",
    re.MULTILINE,
)
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

#: How Python says that a loop of events runs already.
_OF_LOOP = re.compile(
    r"^RuntimeError: (?:asyncio\.run\(\) cannot be called from a running event loop|Cannot run the event loop while another loop is running|This event loop is already running)",
    re.MULTILINE,
)


def awaits_otherwise(verdict: Verdict) -> bool:
    """Whether a Python sample did not run for a client of another kind: one that is to be awaited, and was not, or the other way round; one of another API;
    or for a loop of events in front of it.
    """
    is_other = _AWAITS.search(verdict.complained) or _OF_LOOP.search(verdict.complained)
    return verdict.name in {"failed", "fragment", "other"} and is_other is not None


def unless_of_loop(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample that a notebook runs in one part, and an interpreter in the other: each starts a loop of its own."""
    if verdict.name != "failed" or not verdict.run_with or not _OF_LOOP.search(verdict.complained):
        return verdict
    kept = tuple(one for one in verdict.findings if one.rule != "run.exit")
    if any(one.level == "error" for one in kept):
        return verdict
    reason = "a notebook runs one part of it, an interpreter the other: each starts an event loop of its own"
    return replace(verdict, name="fragment", reason="; ".join(filter(None, (reason, verdict.reason))), findings=kept)


def asks_otherwise(verdict: Verdict) -> bool:
    """Whether a sample failed for a client of another kind than the one that stands in front of it: it asks of that what that has not got."""
    is_missed = verdict.name == "failed" and _NO_SUCH_MEMBER.search(verdict.complained) is not None
    return is_missed and not package_of_end(verdict.complained)


def is_of_source(verdict: Verdict) -> bool:
    """Whether a program ended for what it is, whatever is around it: it does not parse, or takes of a package what that has not got."""
    return _OF_SOURCE.search(verdict.complained) is not None


def lacks_name(verdict: Verdict, defined: Container[str], is_above: Callable[[str], bool]) -> bool:
    """Whether a program ended at a name of its own that its page never defines; at that of a module that comes with Python, also where a block below
    imports it.
    """
    name = undefined_name(verdict.complained)
    if name not in by_name(verdict.language).names(verdict.block.text).needs:
        return False
    is_module = verdict.language == "python" and name in sys.stdlib_module_names
    return not (is_above(name) if is_module else name in defined)


def lacks_credentials(verdict: Verdict) -> bool:
    """Whether a program makes a client without the key that it wants, which neither its page nor convention gives."""
    return _NO_CREDENTIALS.search(verdict.complained) is not None


def does_not_parse(verdict: Verdict) -> bool:
    """Whether a program ended before it began, for source that is none."""
    return verdict.name == "failed" and _NOT_PARSED.search(verdict.complained) is not None


def is_own_mistake(verdict: Verdict, wants: Outside, is_defined: Callable[[str], bool]) -> bool:
    """Whether a program of which it is only guessed that it asks a model ended for what it is, before it could: for source that is none, for an
    argument that a known client does not take, for a name that no block above it defines (``is_defined``), or for what a package has not got: a member, or
    a module that it imports itself and does not bring.
    """
    name = undefined_name(verdict.complained)
    if lacks_credentials(verdict):
        return True
    if name:
        return _may_ask((verdict.block,), verdict.language) and not is_defined(name)
    if _may_ask((*verdict.run_with, verdict.block), verdict.language) and (
        has_no_member(verdict) or _takes_no_answer(verdict)
    ):
        return True
    if missing := _NO_MODULE.search(verdict.complained):
        is_named = any(missing["top"] in block.text for block in (*verdict.run_with, verdict.block))
        return bool(package_of_end(verdict.complained)) and not is_named
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


def _takes_no_answer(verdict: Verdict) -> bool:
    """Whether a Node program that asked nobody ended where it takes for an answer what is none."""
    return not verdict.calls and _NO_CHOICES.search(verdict.complained) is not None


def is_not_taken(verdict: Verdict) -> bool:
    """Whether a Python program ended, in what is its own, at a call that takes no argument of the name which it is given."""
    return _NOT_TAKEN.search(verdict.complained) is not None and not package_of_end(verdict.complained)


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
