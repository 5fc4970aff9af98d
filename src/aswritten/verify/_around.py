"""What the page around a failed sample says of it: that it is to be refused, mended, replaced, called or filled in."""

from __future__ import annotations

import builtins
import re
from typing import TYPE_CHECKING

from aswritten.languages import is_slip
from aswritten.verify._meant import OF_REQUEST, SHOWN, USES, as_no_mistake, is_of_its_time

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.model import Block, Page, Verdict, VerdictName

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
#: How the words in front of a sample say that it is how things were.
_LOOKED = re.compile(
    r"\b(?:looked|used to (?:be|look)|was (?:done|written))(?: a lot| something)? (?:like (?:this|so)|so|this way)\b",
    re.IGNORECASE,
)
#: How they say that it stands for something else, as a likeness.
_LIKENED = re.compile(
    r"\b(?:think of|imagine|picture) (?:it|this|that) (?:as|like)\b|(?:可以)?(?:把(?:它|这个?|其))?(?:理解|想象|想像)(?:成|为)",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|when|unless|catch|handle|may|might|can|could)\b", re.IGNORECASE)
_REMARK = re.compile(r"(?:^|\s)(?:#|//)[ \t]*(\S[^\n]*)")
_IS_READERS = (
    r"\bwhere `NAME`|`NAME`[^.\n]{0,12}\b(?:(?:is|are) (?:your|a list|the list|an array)|holds?|contains?|stands? for)\b|\bcalled `NAME`"
    r"|(?<![-*+|] )`NAME` ?(?:[\u2014\u2013:=-]|is|are) ?(?:(?:your|ваш\w{0,3}|votre|vos|su|tu|seu|sua|dein\w{0,2}|Ihr\w{0,2})\b|あなた|您|你)"
    r"|`NAME`(?:,? (?:and|or) `\w+`){0,3},? (?:are |is )?as (?:in|above|before|below)\b"
    r"|`NAME` (?:is|are) an? (?:array|bytes|client|dict|file|function|list|number|object|path|str|string)\b[^.\n]{0,60}\b(?:yours?|you)\b"
    r"|\b(?:with|using) (?:that|this) `NAME`(?! (?:class|client|command|library|module|package|sdk)\b)"
    r"|\bsame (?:[\w`]+,? (?:and )?){0,3}`?NAME`?(?:,? (?:and )?`?\w+`?){0,3} as (?:in|above|before)\b"
    r"|`NAME`[^.\n`]{0,40} (?:is|are) the (?:(?:array|list|object|client|value|text|one)s? (?:that )?(?:you|your)|[\w ]{1,30}\bfrom (?:\[|\*|(?:the )?(?:first|last|previous|section|step|above)\b))"
    r"|`NAME`(?:, `\w+`){0,5}(?:,? and `\w+`)? (?:are|is)(?: a)? globals?\b"
    r"|\b(?:here|above|below),? (?:the )?`NAME` (?:is|are|stands for) (?:an?|the|any|your|our)\b"
    r"|\b(?:re-?us|us|tak)(?:es?|ing) (?:the |that )?(?:same )?`NAME` (?:of|from|made|created|defined) (?:the|in|step|section|above)\b"
    r"|\b(?:assum\w+|suppose|given)\b[^.\n]{0,60}`NAME`|(?:假设|其中)[^。\n]{0,40}`NAME`|`NAME`[^。\n]{0,8}(?:为|是)(?:您|你)"
)
#: A remark behind code that begins with whose it is.
_OF_READER = re.compile(
    r"(?<=[\w)\]};,]) {1,20}(?:#|//) ?(?:(?:your|ваш\w{0,3}|votre|tu|seu|sua|dein\w{0,2}|Ihr\w{0,2}) |あなた|您|你的)[^\n]{1,80}",
    re.IGNORECASE,
)
#: Words of a name that says what it is, and how words have a reader read that.
_SEVERAL = 2
_READS = r"\b(?:fetch|get|load|read|receive|take)\b[^.\n]{0,60}\bNAME\b[^.\n]{0,20}\b(?:from|in|of)\b"
#: Code among words, and how it begins where it imports; what is quoted in it.
_SPAN = re.compile(r"`([^`\n]{1,200})`")
_IMPORTS = re.compile(r"\s*(?:import\b|from\s+\S+\s+import\b|(?:const|let|var)\b[^=`]{1,100}=\s*require\()")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
#: A word of code in HTML.
_CODE = re.compile(r"<code[^<>]{0,100}>([^<>\n]{1,100})</code>")
#: How words tell a reader to put a value in place of a name by hand.
_REPLACED = r"\b(?:replac(?:e|ing)|substitut(?:e|ing))\b[^.\n]{0,40}[\s`\"']NAME(?!\w)[`\"']{0,2} (?:with|by|for|to) (?:your|the|a real)\b|(?:替换|替換)[^。\n]{0,20}NAME(?!\w)"
#: A remark behind a line which says that a server takes any text there.
_ANY_TEXT = re.compile(
    r"(?<![:/])(?:#|//)[ \t]{0,9}([^\n]{0,60}?\b(?:ignored|any (?:text|string|value)|not (?:needed|used|checked|required)|unused)\b[^\n]{0,80})",
    re.IGNORECASE,
)
#: What a finding tells to be in place of a member that is missed, how words say that it is left out, and that who does so is refused.
_MISSED = frozenset({"nothing", "[]", "null"})
_TOLD_OPTIONAL = (
    r"\b(?:leav(?:e|es|ing) out|omit(?:s|ted|ting)?|drop(?:s|ped|ping)?)\b[^.\n`]{0,20}`NAME`"
    r"|`NAME`[^.\n`]{0,20}\b(?:left out|omitted|optional|not needed|not required)\b"
)
_IS_REFUSED = re.compile(r"\b(?:error|fail\w*|refus\w*|reject\w*|required)\b(?<!not required)", re.IGNORECASE)
#: How words in front of that say that it is not to be done, and characters in which they stand.
_NOT_SO = re.compile(r"\b(?:no|not|never|without)\b|n't\b|无需|不要", re.IGNORECASE)
_BEFORE = 40
#: Headings below which pages tell what is new, in excerpts of programs that their readers have.
_OF_NEWS = re.compile(
    r"\b(?:change ?log|release notes|what'?s new|release history)\b|更新日志|变更日志|更新履歴|変更履歴", re.IGNORECASE
)
#: The whole of the words between what was before and what is to be.
_BECOMES = re.compile(
    r"\W{0,9}(?:(?:(?:this|it|that|which) )?(?:becomes|turns into|is replaced (?:by|with)|rewrites? (?:to|as)|变为|变成|改为|改成|становится|wird zu|devient|se convierte en)\b[^\n]{0,40}"
    r"|(?:(?:this|it|that|which) )?(?:is now|now is|is|now reads|changes to|(?:and |to )?after|to)\W{0,9})",
    re.IGNORECASE,
)
#: How the words in front of a sample say that another one is to stand in its place.
_IN_PLACE_OF = re.compile(
    r"\b(?:instead of|rather than|replace this|where (?:it|this|that) says|вместо|au lieu de|en lugar de|anstelle von|em vez de)\W{0,4}$",
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
#: Lines above and below a sample in which its page tells of its error, and characters that are the same in both.
_ABOVE, _BELOW_ERROR, _SAME = 5, 10, 24


def _next(verdict: Verdict, page: Page) -> Block | None:
    """The block that comes next on the page, in the same section; None where there is none."""
    following = page.blocks[verdict.block.index + 1 : verdict.block.index + 2]
    return next((block for block in following if block.headings == verdict.block.headings), None)


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
    if verdict.name != "failed" or not errors or not errors <= OF_REQUEST:
        return verdict
    below = _next(verdict, page)
    # Words between the two may be about another request.
    is_close = below is not None and len(below.prose.strip()) <= SHOWN
    shown = (*([below.text] if below and is_close else ()), *verdict.block.text.splitlines()[1:])
    if not any(map(_REFUSAL.match, shown)):
        return verdict
    name: VerdictName = "continuation" if verdict.run_with else "passed"
    return as_no_mistake(verdict, name, "the page shows below that it is refused", errors)


def unless_fixed(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample of which the words that lead to the next block say that that one mends it."""
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    after = _next(verdict, page)
    if verdict.name != "failed" or after is None or not _MENDED.search(after.prose.strip()):
        return verdict
    return as_no_mistake(verdict, "other", "shown as a mistake, which the next block mends: not checked", errors)


def unless_replaced(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a sample that ends for an older release, or an excerpt, where the words that lead to the next block say that it becomes that one,
    or the words in front of it that another one is to stand in its place, that this is how it was, or that it is a likeness.
    """
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    is_dated = [one.rule for one in errors] == ["run.exit"] and is_of_its_time(verdict)
    after = _next(verdict, page) if verdict.name == "failed" and is_dated else None
    said = after.prose.strip() if after else ""
    above = verdict.block.prose.strip().rpartition("\n")[2][-SHOWN:]
    if verdict.name == "failed" and is_dated and _LOOKED.search(above):
        return as_no_mistake(verdict, "other", f"shown as what was before: `{above}`: not checked", {"run.exit"})
    if verdict.name == "failed" and is_dated and _LIKENED.search(above):
        return as_no_mistake(verdict, "other", f"shown as a likeness: `{above}`: not checked", {"run.exit"})
    if after is None or not (_BECOMES.fullmatch(said) or _IN_PLACE_OF.search(above)):
        return verdict
    how = f"the next block is what it `{said}`" if _BECOMES.fullmatch(said) else f"`{above}`"
    return as_no_mistake(verdict, "other", f"shown as what was before: {how}: not checked", {"run.exit"})


def unless_told_optional(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a request that lacks a member of which the words in front of it say that it is left out."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    rules = {one.rule for one in errors}
    if verdict.name != "failed" or rules != {"request.schema"} or any(one.got not in _MISSED for one in errors):
        return verdict
    # Several blocks one behind the other have the words in front of the first.
    above = reversed(page.blocks[max(0, verdict.block.index - _BELOW) : verdict.block.index + 1])
    words = next((one.prose for one in above if one.prose.strip()), "")
    sentences = re.split(r"(?<=[.!?])\s|\n", words)
    said: list[str] = []
    for finding in errors:
        form = re.compile(_TOLD_OPTIONAL.replace("NAME", re.escape(finding.message.partition(":")[0])), re.IGNORECASE)
        found = ((one, form.search(one)) for one in sentences)
        told = (
            one for one, at in found if at and not _NOT_SO.search(one[: at.start()]) and not _IS_REFUSED.search(one)
        )
        said.append(next(told, ""))
    if not all(said):
        return verdict
    name: VerdictName = "continuation" if verdict.run_with else "passed"
    return as_no_mistake(verdict, name, f"the page says so: `{said[0].strip()[:SHOWN]}`", rules)


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
        *_REMARK.findall(verdict.block.text),
    )
    form = re.compile(_IS_READERS.replace("NAME", re.escape(used["name"])), re.IGNORECASE)
    said = next(filter(form.search, (_CODE.sub(r"`\1`", line) for line in words)), "")
    said = said or _imported_in_words(used["name"], words) or _remarked(used["name"], verdict.block)
    said = said or _spelt_out(used["name"], verdict.block)
    if not said:
        return verdict
    return as_no_mistake(
        verdict, "fragment", f"its reader has `{used['name']}`: `{said.strip()[:SHOWN]}`", {"run.exit"}
    )


def _imported_in_words(name: str, words: Iterable[str]) -> str:
    """The code of an import among words, which brings a name: `` `import OpenAI from "openai";` ``; empty for none."""
    spans = (span for line in words for span in _SPAN.findall(line) if _IMPORTS.match(span))
    bare = re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])")
    return next((span for span in spans if bare.search(_QUOTED.sub("", span))), "")


def _spelt_out(name: str, block: Block) -> str:
    """What the line right above a block has its reader read, in the words of a name of several: `company info` for `companyInfo`; empty where it has none.

    A slip of a name that the block has is one all the same.
    """
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    known = {one for one in re.findall(r"[A-Za-z_]\w*", block.text) if one != name}
    if len(parts) < _SEVERAL or is_slip(name, known):
        return ""
    form = re.compile(_READS.replace("NAME", " ".join(map(re.escape, parts))), re.IGNORECASE)
    found = form.search(block.prose.strip().rpartition("\n")[2])
    return found.group() if found else ""


def _remarked(name: str, block: Block) -> str:
    """The remark behind a line that calls a name, which says that this is its reader's: `search(question)  # Your search goes here`; empty for none."""
    known = {one for one in re.findall(r"[A-Za-z_]\w*", _REMARK.sub("", block.text)) if one != name}
    if is_slip(name, known) or name.lower() in {one.lower() for one in known}:
        return ""
    lines = (line for line in block.text.splitlines() if re.search(rf"\b{re.escape(name)}\(", line))
    return next((found[0] for line in lines if (found := _OF_READER.search(line))), "").strip()


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
            said.append(remark[1].strip()[:SHOWN])
            continue
        name = re.escape(finding.expected.removeprefix("the value of "))
        found = re.search(_REPLACED.replace("NAME", name), words, re.IGNORECASE)
        if found is None or _NOT_SO.search(words[max(0, found.start() - _BEFORE) : found.start()].rpartition("\n")[2]):
            return verdict
        said.append(" ".join(found.group().split())[:SHOWN])
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
    return as_no_mistake(verdict, "fragment", f"its reader is told to call it: `{words[:SHOWN]}`", errors)


#: What looks at the page around a failed sample, in the order in which it is asked.
BY_PAGE = (
    unless_told_to_call,
    unless_to_replace,
    unless_documented,
    unless_refused,
    unless_fixed,
    unless_replaced,
    unless_told_optional,
    unless_readers_own,
)
