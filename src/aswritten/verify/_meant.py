"""Samples that a page means to fail, or to send nothing: a refusal that it shows, a bad example, a call that is stopped or answered by the sample itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.languages import by_name
from aswritten.verify._marks import is_bad, is_dated_by_remark, is_of_a_model, is_old, is_refused, shows_versions
from aswritten.verify._mistakes import is_of_release
from aswritten.verify._silent import does_unknown, sends_nothing

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.languages import Outside
    from aswritten.model import Block, Finding, Verdict, VerdictName

#: A mark behind the code of a line, in its remark.
_BAD_END = re.compile(
    r"(?<![:/])(?:#|//)(?:[^\n]{0,20}[❌✗✘🚫⛔]|[ \t]{0,9}(?:removed|gone|dropped|no longer (?:exists|there|works))\W{0,9}$)",
    re.IGNORECASE,
)
#: A comment on a line of its own that stands for what is left out.
_LEFT_OUT = re.compile(
    r"^[ \t]*(?:#|//|/\*)[ \t]*(?P<mark>.{0,60}\b(?:same as|as (?:above|before)|omitted|for brevity|(?:your )?other (?:options|parameters|params|fields|arguments|settings))\b.{0,60})$",
    re.MULTILINE | re.IGNORECASE,
)
#: A value of a JSON body that its reader fills in, quotes and all: `"temperature": TEMPERATURE`, `"model": <name>`, `"content": {PROMPT}`, `"messages": Message[]`.
_UNQUOTED = re.compile(
    r"\"\s*:\s*(?P<mark><[A-Za-z][^<>\n]{0,60}>|\{[A-Z][A-Z0-9_]{1,60}\}|(?!TRUE\b|FALSE\b|NULL\b|NONE\b)[A-Z][A-Z0-9_]{2,60}|(?:string|number|integer|boolean)(?:\[\])?|[A-Z]\w{0,40}\[\])\s*[,}]"
)
#: A line that is a call without arguments, and how Python says that it lacks some.
_BARE_CALL = re.compile(r"(?:await )?(?P<call>[\w.]+\(\))")
_LACKS_ARGUMENTS = re.compile(r"missing \d+ required (?:positional|keyword-only) argument|Missing required arguments")
#: Characters of a line that a reason shows.
SHOWN = 80
#: What follows from a sample's sending nothing for a reason, and from its not being led to the recordings.
_UNSENT = frozenset({"run.no-request"})
_UNLED = frozenset({"run.no-request", "run.exit"})
#: How wget ends for a file, a network or a certificate.
_OF_NETWORK = frozenset({"exit code 3", "exit code 4", "exit code 5"})
_WGET = re.compile(r"^[^#\n]{0,200}?\bwget\s", re.MULTILINE)
#: A key that says of itself that it is none.
_WRONG_KEY = re.compile(
    r"(?:(?:api_?key|token)[\"']? ?[:=] ?[\"'](?:Bearer )?|[\"' ]Bearer )(?:sk-)?(?:wrong|invalid|incorrect|bad|bogus|expired|not-a)\b",
    re.IGNORECASE,
)
#: How a sample catches that an API refuses a request for what it is.
_CATCHES = re.compile(r"^[ \t]*(?:except\b|\}?[ \t]*catch\b|(?:\}[ \t]*else )?if \([^\n]*instanceof)", re.MULTILINE)
_CATCHES_REFUSED = re.compile(r"\b(?:except|catch|instanceof)\b[^\n]{0,80}\b(?:BadRequest|UnprocessableEntity)\w*")
#: How a finding tells a name that nobody defines, and how words tell what is meant by it.
USES = re.compile(r"the sample uses `(?P<name>\w+)`")
#: A value in capitals and double braces, as a message quotes it.
_FILLED_IN = re.compile(r"\"(\{\{[A-Z][A-Z0-9_]*\}\})\"")
#: Names that stand for any: `client.foo.create()`.
_ANY_NAME = re.compile(r"\b\w{1,60}\.(?P<name>foo|bar|baz|foobar|fooBar)\.(?P<method>\w{1,60})\(")
#: How a program ends that looks in an answer for an error, which is none.
_WANTS_REFUSAL = re.compile(
    r"^KeyError: |^AssertionError\b|^TypeError: [^\n]*(?:NoneType|undefined|null)", re.MULTILINE
)
#: How programs say that a body, which is read once, has been read.
_READ_BEFORE = re.compile(
    r"ReadableStream is locked|Body is unusable|Body has already been (?:read|consumed)|body used already|\bStreamConsumed\b"
)
#: A remark that tells of the status of a request that is refused.
_RETURNS = re.compile(
    r"[ \t]*(?:#|//)[ \t]*(?:(?:this |it )?(?:returns?|gives?|yields|answers?|responds?|expect(?:s|ed)?|result)(?: with)?:?|=>|->|→)[ \t]*(?:an? )?(?:HTTP )?(?:status )?4\d\d(?=\W|$)(?![ \t]+(?:characters|items|tokens|words)\b)",
    re.IGNORECASE,
)
#: Rules of what is wrong with a request itself.
OF_REQUEST = frozenset({"request.schema", "request.not-json"})


def as_meant(verdict: Verdict, context: Context, wants: Outside) -> Verdict | None:
    """The verdict of a sample that does what its page says it does, or stands for more than it shows; None for any other."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    if not errors or context.own_recordings:
        return None
    name: VerdictName = "fragment"
    why, follows = "", _UNSENT
    # What goes on with the refusal ends here for want of it.
    ends = {"run.exit"} if _WANTS_REFUSAL.search(verdict.complained) else set()
    is_request = bool(errors & OF_REQUEST) and errors <= OF_REQUEST | ends
    if is_request and (
        is_refused(context.sample.block)
        or _is_remarked(verdict)
        or (errors <= OF_REQUEST and _catches_refused(context.sample.block.text))
    ):
        name = "continuation" if verdict.run_with else "passed"
        why = "the page speaks of a request that is refused, and the sample sends one that would be"
    elif _is_unled(verdict, context, errors):
        name, why, follows = "other", "`wget` cannot be led to the recordings: not checked", _UNLED
    elif shown := _is_shown(verdict, context, errors):
        name, why = "other", f"{shown}: not checked"
    elif errors == {"run.no-request"}:
        why = sends_nothing(context, wants)
        name, why = (name, why) if why else ("other", does_unknown(context))
    else:
        why = _stands_for_more(verdict, context, errors)
    return as_no_mistake(verdict, name, why, errors, follows=follows) if why else None


def _is_shown(verdict: Verdict, context: Context, errors: set[str]) -> str:
    """As what a page shows a sample that nobody is to run so, in words; empty for any other."""
    if is_bad(context.sample.block) or _is_marked(verdict, context):
        return "marked as an example of what not to do"
    if errors == {"run.exit"} and _WRONG_KEY.search(context.sample.source):
        return "sends a wrong key on purpose, and the recordings take any"
    if errors == {"run.exit"} and not verdict.calls and is_of_a_model(context.sample.block):
        return "what a model writes, as its page says"
    is_dated = is_of_release(verdict) or (is_of_its_time(verdict) and is_dated_by_remark(context.sample.block))
    if errors == {"run.exit"} and is_dated and is_old(context.sample.block):
        return "shown as the way of an older release"
    return ""


def _is_unled(verdict: Verdict, context: Context, errors: set[str]) -> bool:
    """Whether a sample of wget's sent nothing and ended well, or as it does for a file, a network or a certificate (wget manual, "Exit Status")."""
    if context.language.NAME != "curl" or not _WGET.search(context.sample.source):
        return False
    ends = {one.got.partition(":")[0] for one in verdict.findings if one.level == "error" and one.rule == "run.exit"}
    is_of_wget = errors == {"run.exit"} and ends <= _OF_NETWORK and "curl: (" not in verdict.complained
    return not verdict.calls and (errors == {"run.no-request"} or is_of_wget)


def _stands_for_more(verdict: Verdict, context: Context, errors: set[str]) -> str:
    """What a sample leaves out, or leaves to its reader, in words; empty for one that is whole."""
    text = context.sample.block.text
    if _misses(verdict) and (mark := _LEFT_OUT.search(text)):
        return f"a part is left out: `{mark['mark'].strip()}`"
    if errors == {"request.not-json"} and context.language.NAME == "curl" and (mark := _UNQUOTED.search(text)):
        return f"its reader puts a value in place of `{mark['mark']}`"
    marks = [_FILLED_IN.fullmatch(one.got) for one in verdict.findings if one.level == "error"]
    filled = [mark[1] for mark in marks if mark]
    if errors == {"request.schema"} and filled and len(filled) == len(marks):
        return f"its reader puts a value in place of `{filled[0]}`"
    return _ends_for_more(verdict, text) if errors == {"run.exit"} else ""


def _ends_for_more(verdict: Verdict, text: str) -> str:
    """The same of a sample that ends with an error."""
    if shows_versions(text):
        return "shows what was before and what is to be after: a reader takes one of them"
    if _READ_BEFORE.search(verdict.complained) and _reads_answer_of_front(verdict):
        return "goes on with an answer that a block above it has read to its end"
    mark = _ANY_NAME.search(_ended_at(verdict))
    if mark and re.search(rf"'{mark['name']}'|\(reading '{mark['method']}'\)", verdict.complained):
        return f"`{mark['name']}` stands for any name"
    call = _bare_call(verdict)
    return f"how a function is called, in outline: `{call}`" if call else ""


def _reads_answer_of_front(verdict: Verdict) -> bool:
    """Whether a block reads the body of what a block in front of it asked for."""
    names = by_name(verdict.language).names
    given = {name for block in verdict.run_with for name in names(block.text).defines} & names(verdict.block.text).needs
    return any(
        re.search(rf"\b{re.escape(name)}\.(?:a?iter_\w+|arrayBuffer|blob|body|json|read|text)\b", verdict.block.text)
        for name in given
    )


def _ended_at(verdict: Verdict) -> str:
    """The line of its block at which a sample ends; empty for one that ends elsewhere."""
    (finding,) = (one for one in verdict.findings if one.level == "error")
    return _by_line(verdict.block).get(finding.line or 0, "")


def _bare_call(verdict: Verdict) -> str:
    """The call without any argument at which a sample ends, for the arguments that it lacks; empty for another end."""
    (finding,) = (one for one in verdict.findings if one.level == "error")
    texts = _by_line(verdict.block)
    call = _BARE_CALL.fullmatch(texts.get(finding.line, "").strip())
    is_last = not any(text.strip() for line, text in texts.items() if line > finding.line)
    if call is None or not is_last or not _LACKS_ARGUMENTS.search(verdict.complained):
        return ""
    is_own = re.search(rf"\b(?:def|function) {re.escape(call['call'][:-2])}\b", verdict.block.text)
    return "" if is_own else call["call"]


def as_no_mistake(
    verdict: Verdict, name: VerdictName, reason: str, errors: set[str], *, follows: frozenset[str] = _UNSENT
) -> Verdict:
    """The verdict with its errors as warnings, without those that follow from the reason."""

    def told(finding: Finding) -> Finding:
        return replace(finding, level="warning") if finding.rule in errors and finding.level == "error" else finding

    findings = tuple(told(finding) for finding in verdict.findings if finding.rule not in follows)
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=findings)


def _misses(verdict: Verdict) -> bool:
    """Whether all that is wrong with what a sample sends is that members are not there."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    return all(one.rule == "request.schema" and one.got == "nothing" for one in errors)


def _is_remarked(verdict: Verdict) -> bool:
    """Whether a remark below each request that is wrong, before the next one, says that it is refused: `# Returns 400: ...`."""
    texts = _by_line(verdict.block)
    last = max(texts, default=0)

    def below(line: int) -> list[str]:
        # The line of a member that is missed may be the remark's, which names it.
        lines = [texts.get(number, "") for number in range(line, last + 1)]
        return lines[: next((at for at, text in enumerate(lines) if not text.strip()), len(lines))]

    errors = [finding for finding in verdict.findings if finding.level == "error" and finding.rule in OF_REQUEST]
    return bool(errors) and all(any(map(_RETURNS.match, below(one.line))) for one in errors)


def _catches_refused(text: str) -> bool:
    """Whether a sample catches that its request is refused, and nothing else."""
    return len(_CATCHES.findall(text)) == 1 and _CATCHES_REFUSED.search(text) is not None


def is_of_its_time(verdict: Verdict) -> bool:
    """Whether a sample may have ended for an older release, or as an excerpt of what was."""
    return is_of_release(verdict) or any(
        USES.match(one.message) for one in verdict.findings if one.level == "error" and one.rule == "run.exit"
    )


def _is_marked(verdict: Verdict, context: Context) -> bool:
    """Whether the very line of each error is marked as wrong, behind its code."""
    block = context.sample.block
    texts = _by_line(block)
    lines = [texts.get(finding.line or 0, "") for finding in verdict.findings if finding.level == "error"]
    return bool(lines) and all(_BAD_END.search(line) for line in lines)


def _by_line(block: Block) -> dict[int, str]:
    """The lines of a block, by those of its page."""
    return {block.page_line(number): text for number, text in enumerate(block.text.splitlines(), 1)}
