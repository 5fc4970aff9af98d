"""Samples that a page means to fail, or to send nothing: a refusal that it shows, a bad example, a call that is stopped or answered by the sample itself."""

from __future__ import annotations

import builtins
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.verify._marks import is_bad, is_dated_by_remark, is_of_a_model, is_old, is_refused, shows_versions
from aswritten.verify._mistakes import is_of_release
from aswritten.verify._silent import does_unknown, sends_nothing

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.languages import Outside
    from aswritten.model import Block, Finding, Page, Verdict, VerdictName

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
_SHOWN = 80
_WGET = re.compile(r"^[^#\n]{0,200}?\bwget\s", re.MULTILINE)
#: A key that says of itself that it is none.
_WRONG_KEY = re.compile(
    r"(?:(?:api_?key|token)[\"']? ?[:=] ?[\"'](?:Bearer )?|[\"' ]Bearer )(?:sk-)?(?:wrong|invalid|incorrect|bad|bogus|expired|not-a)\b",
    re.IGNORECASE,
)
#: How a sample catches that an API refuses a request for what it is.
_CATCHES = re.compile(r"^[ \t]*(?:except\b|\}?[ \t]*catch\b|(?:\}[ \t]*else )?if \([^\n]*instanceof)", re.MULTILINE)
_CATCHES_REFUSED = re.compile(r"\b(?:except|catch|instanceof)\b[^\n]{0,80}\b(?:BadRequest|UnprocessableEntity)\w*")
#: How the line below a sample says that its reader is to call what it defines, and how many lines below it that stands.
_TO_CALL = re.compile(
    r"\basyncio\.run\(|\b(?:add|append|call|invoke|execute|run)\b[^.\n]{0,30}`(?P<name>\w+)(?:\([^`\n]*\))?`",
    re.IGNORECASE,
)
_BELOW = 4
#: How a finding tells the error that a program ended with, and remarks of a program.
_RAISED = re.compile(
    r"exit code \d+: (?:Uncaught )?(?:[\w.]+\.)?(?P<name>\w+(?:Error|Exception)|[A-Z]\w{11,})(?:: (?P<message>.{8,}))?",
    re.DOTALL,
)
#: How words tell what becomes of the sample that they stand beside, and what they say of other cases.
_TELLS = (
    r"\b(?:it|this|that|which|the (?:call|sample|code|snippet|block|example|request|above|following))\b[^.\n]{0,30}"
    r"\b(?:fails|ends|raises?|throws?|gives?|results?)\b"
)
_CONDITION = re.compile(r"\b(?:if|when|unless|catch|handle|may|might|can|could)\b", re.IGNORECASE)
_REMARK = re.compile(r"(?:^|\s)(?:#|//)[ \t]*(\S[^\n]*)")
#: How a finding tells a name that nobody defines, and how words tell what is meant by it.
USES = re.compile(r"the sample uses `(?P<name>\w+)`")
_IS_READERS = (
    r"\bwhere `NAME`|`NAME`[^.\n]{0,12}\b(?:(?:is|are) (?:your|a list|the list|an array)|holds?|contains?|stands? for)\b|\bcalled `NAME`"
    r"|`NAME`(?:,? (?:and|or) `\w+`){0,3},? (?:are |is )?as (?:in|above|before|below)\b"
    r"|`NAME` (?:is|are) the (?:array|list|object|client|value|text|one)s? (?:that )?(?:you|your)\b"
    r"|\b(?:here|above|below),? (?:the )?`NAME` (?:is|are|stands for) (?:an?|the|any|your|our)\b"
    r"|\b(?:re-?us|us|tak)(?:es?|ing) (?:the |that )?(?:same )?`NAME` (?:of|from|made|created|defined) (?:the|in|step|section|above)\b"
    r"|\b(?:assum\w+|suppose|given)\b[^.\n]{0,60}`NAME`|(?:假设|其中)[^。\n]{0,40}`NAME`|`NAME`[^。\n]{0,8}(?:为|是)(?:您|你)"
)
#: How words tell a reader to put a value in place of a name by hand.
_REPLACED = r"\b(?:replac(?:e|ing)|substitut(?:e|ing))\b[^.\n]{0,40}[\s`\"']NAME(?!\w)[`\"']{0,2} (?:with|by|for|to) (?:your|the|a real)\b|(?:替换|替換)[^。\n]{0,20}NAME(?!\w)"
#: A remark behind a line which says that a server takes any text there.
_ANY_TEXT = re.compile(
    r"(?<![:/])(?:#|//)[ \t]{0,9}([^\n]{0,60}?\b(?:ignored|any (?:text|string|value)|not (?:needed|used|checked|required)|unused)\b[^\n]{0,80})",
    re.IGNORECASE,
)
#: How words in front of that say that it is not to be done, and characters in which they stand.
_NOT_SO = re.compile(r"\b(?:no|not|never|without)\b|n't\b|无需|不要", re.IGNORECASE)
_BEFORE = 40
#: Lines above and below a sample in which its page tells of its error, and characters that are the same in both.
_ABOVE, _BELOW_ERROR, _SAME = 5, 10, 24
#: A value in capitals and double braces, as a message quotes it.
_FILLED_IN = re.compile(r"\"(\{\{[A-Z][A-Z0-9_]*\}\})\"")
#: Headings below which pages tell what is new, in excerpts of programs that their readers have.
_OF_NEWS = re.compile(
    r"\b(?:change ?log|release notes|what'?s new|release history)\b|更新日志|变更日志|更新履歴|変更履歴", re.IGNORECASE
)
#: Names that stand for any: `client.foo.create()`.
_ANY_NAME = re.compile(r"\b\w{1,60}\.(?P<name>foo|bar|baz|foobar|fooBar)\.(?P<method>\w{1,60})\(")
#: The whole of the words between what was before and what is to be.
_BECOMES = re.compile(
    r"\W{0,9}(?:(?:(?:this|it|that|which) )?(?:becomes|turns into|is replaced (?:by|with)|rewrites? (?:to|as)|变为|变成|改为|改成|становится|wird zu|devient|se convierte en)\b[^\n]{0,40}"
    r"|(?:(?:this|it|that|which) )?(?:is now|now is|is|now reads|changes to|(?:and |to )?after|to)\W{0,9})",
    re.IGNORECASE,
)
#: How an answer begins that refuses a request, perhaps behind the head of its response.
_REFUSAL = re.compile(
    r"\s*(?:HTTP/[\d.]+ 4\d\d\b|\{\s*\"error\"\s*:\s*(?:\"|\{\s*[\"}])|\{\s*\"(?:detail|message)\"\s*:\s*\"|\{\s*\"(?:code|status)\"\s*:\s*\"?4\d\d\b)",
    re.IGNORECASE,
)
#: How the last words in front of a block say that it is the mended form of the one above.
_MENDED = re.compile(
    r"(?:^|[.!?:\n] ?)\W{0,9}(?:the )?(?:fix|fixed|correct(?:ed)?|mended|richtig|correcto|исправление|正确(?:写法)?|修复|修正)\W{0,9}:\W{0,9}$",
    re.IGNORECASE,
)
#: Rules of what is wrong with a request itself.
_OF_REQUEST = frozenset({"request.schema", "request.not-json"})


def as_meant(verdict: Verdict, context: Context, wants: Outside) -> Verdict | None:
    """The verdict of a sample that does what its page says it does, or stands for more than it shows; None for any other."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    if not errors or context.own_recordings:
        return None
    name: VerdictName = "fragment"
    why = ""
    if errors <= _OF_REQUEST and (is_refused(context.sample.block) or _catches_refused(context.sample.block.text)):
        name = "continuation" if verdict.run_with else "passed"
        why = "the page speaks of a request that is refused, and the sample sends one that would be"
    elif shown := _is_shown(verdict, context, errors):
        name, why = "other", f"{shown}: not checked"
    elif errors == {"run.no-request"}:
        why = sends_nothing(context, wants)
        name, why = (name, why) if why else ("other", does_unknown(context))
    else:
        why = _stands_for_more(verdict, context, errors)
    return as_no_mistake(verdict, name, why, errors) if why else None


def unless_documented(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample that ends with an error which its page tells of: below it, above it, or in its own remarks."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    said = _RAISED.fullmatch(errors[0].got) if [one.rule for one in errors] == ["run.exit"] else None
    if verdict.name != "failed" or said is None:
        return verdict
    lines, own = page.text.split("\n"), sorted(verdict.block.page_lines())
    remarks = (found[1] for found in _REMARK.finditer(verdict.block.text))
    near = "\n".join((*lines[max(0, own[0] - _ABOVE) : own[0] - 1], *lines[own[-1] : own[-1] + _BELOW_ERROR], *remarks))
    name, message = said["name"], (said["message"] or "").strip()
    sentence = re.search(rf"(?im:^[^\n]*{_TELLS}[^.\n]{{0,40}}\b{name}\b[^\n]*$)", near)
    tells = sentence is not None and _CONDITION.search(sentence.group()) is None
    # A name that is no common one is told by itself: `APIRemovedInV1`.
    is_own = not name.endswith(("Error", "Exception")) and not hasattr(builtins, name)
    is_named = said["message"] is None and is_own and re.search(rf"\b{name}\b", near) is not None
    if not (tells or is_named or (len(message) >= _SAME // 2 and message[:_SAME] in near and name in near)):
        return verdict
    shown: VerdictName = "continuation" if verdict.run_with else "passed"
    return as_no_mistake(verdict, shown, f"its page tells of the {name} that it ends with", {"run.exit"})


def unless_refused(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample whose request is wrong, where the page shows right below, or in a transcript itself, that the API refuses it."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    if verdict.name != "failed" or not errors or not errors <= _OF_REQUEST:
        return verdict
    below = next((block for block in page.blocks if block.index == verdict.block.index + 1), None)
    # Words between the two may be about another request.
    is_next = below and below.headings == verdict.block.headings and len(below.prose.strip()) <= _SHOWN
    shown = (*([below.text] if below and is_next else ()), *verdict.block.text.splitlines()[1:])
    if not any(map(_REFUSAL.match, shown)):
        return verdict
    name: VerdictName = "continuation" if verdict.run_with else "passed"
    return as_no_mistake(verdict, name, "the page shows below that it is refused", errors)


def unless_fixed(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample of which the words that lead to the next block say that that one mends it."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    after = next((block for block in page.blocks if block.index == verdict.block.index + 1), None)
    if verdict.name != "failed" or after is None or after.headings != verdict.block.headings:
        return verdict
    if not _MENDED.search(after.prose.strip()):
        return verdict
    return as_no_mistake(verdict, "other", "shown as a mistake, which the next block mends: not checked", errors)


def unless_replaced(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample that ends for an older release, or an excerpt, where the words that lead to the next block say that it becomes that one."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or [one.rule for one in errors] != ["run.exit"]:
        return verdict
    if not _is_of_its_time(verdict):
        return verdict
    after = next((block for block in page.blocks if block.index == verdict.block.index + 1), None)
    said = after.prose.strip() if after else ""
    if _BECOMES.fullmatch(said) is None or after is None or after.headings != verdict.block.headings:
        return verdict
    return as_no_mistake(
        verdict, "other", f"shown as what was before: the next block is what it `{said}`: not checked", {"run.exit"}
    )


def unless_readers_own(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample that uses a name of which the words around it tell what its reader has under it."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or [one.rule for one in errors] != ["run.exit"]:
        return verdict
    used = USES.match(errors[0].message)
    if used is None:
        return verdict
    if news := next(filter(_OF_NEWS.search, verdict.block.headings), ""):
        return as_no_mistake(verdict, "fragment", f"an excerpt, of what is told below `{news.strip()}`", {"run.exit"})
    last = max(verdict.block.page_lines())
    # What is told above the first of several blocks is about those below it too.
    above = page.blocks[max(0, verdict.block.index - _BELOW) : verdict.block.index]
    of_section = (one.prose for one in above if one.headings == verdict.block.headings)
    words = (
        *"\n".join(of_section).split("\n"),
        *verdict.block.prose.split("\n")[-_BELOW:],
        *page.text.split("\n")[last : last + _BELOW],
    )
    form = re.compile(_IS_READERS.replace("NAME", re.escape(used["name"])), re.IGNORECASE)
    said = next(filter(form.search, words), "")
    if not said:
        return verdict
    return as_no_mistake(
        verdict, "fragment", f"its reader has `{used['name']}`: `{said.strip()[:_SHOWN]}`", {"run.exit"}
    )


def unless_to_replace(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample with a variable as text that its page tells its reader to replace by hand."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or {one.rule for one in errors} != {"request.literal-placeholder"}:
        return verdict
    said: list[str] = []
    words = "\n".join(block.prose for block in page.blocks)
    lines = page.text.split("\n")
    for finding in errors:
        if remark := _ANY_TEXT.search(lines[finding.line - 1] if finding.line else ""):
            said.append(remark[1].strip()[:_SHOWN])
            continue
        name = re.escape(finding.expected.removeprefix("the value of "))
        found = re.search(_REPLACED.replace("NAME", name), words, re.IGNORECASE)
        if found is None or _NOT_SO.search(words[max(0, found.start() - _BEFORE) : found.start()].rpartition("\n")[2]):
            return verdict
        said.append(" ".join(found.group().split())[:_SHOWN])
    unknown = any(finding.rule == "run.unknown-host" for finding in verdict.findings)
    shown: VerdictName = "other" if unknown else "continuation" if verdict.run_with else "passed"
    return as_no_mistake(verdict, shown, f"its reader is told so: `{said[0]}`", {"request.literal-placeholder"})


def unless_told_to_call(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample that sends nothing where the line below it tells its reader to call what it defines."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    if verdict.name != "failed" or errors != {"run.no-request"}:
        return verdict
    last = max(verdict.block.page_lines())
    below = (line.strip() for line in page.text.split("\n")[last : last + _BELOW])
    words = next((line for line in below if line and not line.startswith(("```", "~~~"))), "")
    text = verdict.block.text
    called = (one["name"] for one in _TO_CALL.finditer(words))
    if not any(name is None or re.search(rf"\b(?:def|function)\s+{name}\b|\b{name}\s*=", text) for name in called):
        return verdict
    return as_no_mistake(verdict, "fragment", f"its reader is told to call it: `{words[:_SHOWN]}`", errors)


#: What looks at the page around a failed sample, in the order in which it is asked.
BY_PAGE = (
    unless_told_to_call,
    unless_to_replace,
    unless_documented,
    unless_refused,
    unless_fixed,
    unless_replaced,
    unless_readers_own,
)


def _is_shown(verdict: Verdict, context: Context, errors: set[str]) -> str:
    """As what a page shows a sample that nobody is to run so, in words; empty for any other."""
    if is_bad(context.sample.block) or _is_marked(verdict, context):
        return "marked as an example of what not to do"
    if errors == {"run.no-request"} and context.language.NAME == "curl" and _WGET.search(context.sample.source):
        return "`wget` cannot be led to the recordings"
    if errors == {"run.exit"} and _WRONG_KEY.search(context.sample.source):
        return "sends a wrong key on purpose, and the recordings take any"
    if errors == {"run.exit"} and not verdict.calls and is_of_a_model(context.sample.block):
        return "what a model writes, as its page says"
    is_dated = is_of_release(verdict) or (_is_of_its_time(verdict) and is_dated_by_remark(context.sample.block))
    if errors == {"run.exit"} and is_dated and is_old(context.sample.block):
        return "shown as the way of an older release"
    return ""


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
    mark = _ANY_NAME.search(_ended_at(verdict))
    if mark and re.search(rf"'{mark['name']}'|\(reading '{mark['method']}'\)", verdict.complained):
        return f"`{mark['name']}` stands for any name"
    call = _bare_call(verdict)
    return f"how a function is called, in outline: `{call}`" if call else ""


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


def as_no_mistake(verdict: Verdict, name: VerdictName, reason: str, errors: set[str]) -> Verdict:
    """The verdict with its errors as warnings; those that say that it sends nothing follow from the reason."""

    def told(finding: Finding) -> Finding:
        return replace(finding, level="warning") if finding.rule in errors and finding.level == "error" else finding

    findings = tuple(told(finding) for finding in verdict.findings if finding.rule != "run.no-request")
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=findings)


def _misses(verdict: Verdict) -> bool:
    """Whether all that is wrong with what a sample sends is that members are not there."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    return all(one.rule == "request.schema" and one.got == "nothing" for one in errors)


def _catches_refused(text: str) -> bool:
    """Whether a sample catches that its request is refused, and nothing else."""
    return len(_CATCHES.findall(text)) == 1 and _CATCHES_REFUSED.search(text) is not None


def _is_of_its_time(verdict: Verdict) -> bool:
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
