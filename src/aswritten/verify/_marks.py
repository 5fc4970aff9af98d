"""How a page marks a block: as refused, as bad, as old, or as what a model writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.model import Block

#: How headings speak of a request that is meant to be refused, and of one that is not.
_REFUSED = re.compile(
    r"\b(?:invalid|malformed|bad|faulty) (?:requests?|inputs?|bod(?:y|ies)|payloads?|parameters?|messages)\b"
    r"|\w rejections?\W*$|\b(?:trigger|provok|caus|forc)\w* (?:an? |the )?(?:\w+ )?errors?\b|(?:触发|制造).{0,6}错误|无效(?:的)?(?:请求|参数)",
    re.IGNORECASE,
)
_AVOIDED = re.compile(
    r"\b(?:avoid|prevent|never|not?|without|handl|catch|fix|solv|spar)\w*\b|n't\b|避免|防止|处理", re.IGNORECASE
)
#: How the line above a sample says so, and that it is spared.
_SAYS_REFUSED = re.compile(
    r"\b(?:gives?|returns?|answers?|responds? with|throws?|raises?|fails? with|rejected with)\b[^.\n]{0,40}\b(?:(?:400|422|4xx)\b(?!\s*\w)|Bad ?Request)"
    r"|\b(?:such|this|the following) [^.\n]{0,60}\b(?:is|are|gets?) (?:rejected|refused|invalid)\b",
    re.IGNORECASE,
)
_SPARED = re.compile(r"\b(?:avoid|prevent|never|catch|fix|solv|spar)\w*\b|n't\b|\b(?:if|when|other)\b", re.IGNORECASE)
#: How it says that a sample gives an error of which the words before it, or the heading, speak.
_TRIGGERS = re.compile(
    r"\W*(?:(?:this|the following|(?:any|each|all|both|either) of (?:these|them))[ \t]+)?(?:triggers?|provokes?|causes?|gives?|do(?:es)?|reproduces?) (?:it|this|that|the error)\W*",
    re.IGNORECASE,
)
_OF_ERROR = re.compile(r"\berrors?\b|\b4\d\d\b|\b(?:refus|reject|invalid|unknown_|malformed)\w*", re.IGNORECASE)
#: How a line above a sample, and its first comment, say that nobody is to do so.
_BAD_WORDS = r"(?:don'?t|do not|never|bad|wrong|incorrect|anti-?pattern|неправильно|плохо|falsch|incorrecto|mauvais)\b|(?:错误|不要|不推荐)(?:写法|示例)?"
_BAD_LINE = re.compile(
    rf"[^\w❌✗✘🚫⛔]*[❌✗✘🚫⛔][^.;!?。！？\n]{{0,80}}|\W*(?:the )?(?:{_BAD_WORDS})(?:[ \t]+(?:usage|ways?|examples?|code|practices?|approach))?\W*",
    re.IGNORECASE,
)
#: How it says so at its begin, whatever reason follows; a mark of a box may stand in front.
_NOT_LIKE_THIS = re.compile(r"(?:>[ \t]*)?(?:\[!\w+\])?\W{0,9}(?:but )?not like (?:this|that|so)\b", re.IGNORECASE)
#: The names of such marks, as GitHub takes them.
_SHORT_CODE = re.compile(r":(?:x|no_entry|no_entry_sign|negative_squared_cross_mark):")
#: A word in bold or italics.
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,2}(\w{1,40})[*_]{1,2}(?!\w)")
#: How a heading says so.
_BAD_HEADING = re.compile(
    r"^\W*(?:\d+[.)]? )?anti-?patterns?\W*$|\b(?:what|things that) (?:does|do)(?:n['’]t| \W{0,2}not\W{0,2}) work\b|\bwhat not to do\b|\bo que \W{0,2}n[ãa]o\W{1,4}funciona\b|\blo que \W{0,2}no\W{1,4}funciona\b"
    r"|\bwas \W{0,2}nicht\W{1,4}funktioniert\b|\bce qui ne \W{0,2}(?:marche|fonctionne)\W{1,4}pas\b|что \W{0,2}не\W{1,4}работает|動かない例|不能用的",
    re.IGNORECASE,
)
#: How a line above a sample in such a section says that it is what to do.
_GOOD = re.compile(r"✅|\b(?:better|correct|good|instead|right|use|write)\b", re.IGNORECASE)
#: How a line above a sample says so in a sentence that leads to it.
_BAD_SENTENCE = re.compile(
    r"\W*(?:please )?(?:don'?t|do not|never)\b(?! (?:forget|worry|hesitate|have|need|be|miss))(?:(?! by | but | instead)[^\n,;.]){0,80}:\W*|[^\n]{0,60}\bhow \W{0,2}not\W{0,2} to\b[^\n]{0,40}",
    re.IGNORECASE,
)
#: How a page says that something is how it was done with an older release.
_OLD = re.compile(
    r"^\W*(?:<t[hrd][^<>\n]*>\W*)*(?:before|old(?:er)?|legacy|deprecated|previous(?:ly)?|avant|vorher|antes|до)\b(?! (?:you|we|the|sending|running|calling|using|any|each)\b)"
    r"|\b(?:old|legacy|previous|deprecated) (?:api|way|style|syntax|sdk|code|version|client|method)\b|\bno longer (?:works?|exists?|supported)\b"
    r"|\b(?:is|are) gone\b|\bon (?:its|their) way out\b|\b(?:fails|breaks) with (?:today's|the current|the latest|newer)\b"
    r"|\bv?0\.x\b|\bv0\.\d|\b(?:version|release|sdk|library|client)[ \t:v]{1,3}0\.\d|(?<=[ \t])<[ \t]*v?1(?:\.0)?\b|旧(?:版|的)|以前的|修改前|迁移前",
    re.IGNORECASE,
)
#: The head of the first column of a table in HTML whose first cell begins here, and characters in which it stands.
_FIRST_COLUMN = re.compile(
    r"<tr[^<>]{0,80}>\s*<th[^<>]{0,80}>(?P<head>(?:(?!</?t[hr]\b)[^\n]){1,80})</th>(?:\s*<th\b(?:(?!<td)[^\n]){0,200})?\s*(?:</?t(?:r|body|head)\b[^<>]{0,80}>\s*){1,5}<td[^<>]{0,80}>\Z"
)
_TABLE = 600
#: How the first remark of a sample says so.
_OLD_REMARK = re.compile(
    r"\s*(?:#|//)\W{0,9}(?:v?\d[\w.]{0,9},? |openai |the )?(?:(?:gone|removed|dropped|retired) (?:since|in|with|as of)\b|(?:old|legacy|previous|deprecated) (?:api|way|style|syntax|sdk|version)\W{0,9}$)",
    re.IGNORECASE | re.MULTILINE,
)
#: Characters of a line that is no mark any more.
_LONG = 80
_BAD_COMMENT = re.compile(rf"\s*(?:#|//|/\*)\W*(?:[❌✗✘🚫⛔]|(?:{_BAD_WORDS})[ \t]*(?:[:：—]|$))", re.IGNORECASE)
#: Remarks that head two versions of the same in one block.
_VERSIONS = (
    re.compile(r"^[ \t]*(?:#|//)[ \t]*(?:before|old|from|旧|之前|迁移前|修改前)\b", re.MULTILINE | re.IGNORECASE),
    re.compile(r"^[ \t]*(?:#|//)[ \t]*(?:after|new|to|新|之后|迁移后|修改后)\b", re.MULTILINE | re.IGNORECASE),
)
#: How a heading, or the line above a sample, says that it is what a model writes, for a place of its own to run in: `Use it (what the model writes)`,
#: `The code that the model writes`.
_WHAT_A_MODEL = re.compile(
    r"(?:^|[(:—–-]\s?)what (?:the|a|an|your) (?:model|llm|agent) (?:writes|generates|produces|emits)\b", re.IGNORECASE
)
_CODE_OF_A_MODEL = re.compile(
    r"\b(?:code|program|script)s?\b[^.\n]{0,20}\b(?:model|llm|agent)s? (?:writes?|generates?|produces?|emits?)\b",
    re.IGNORECASE,
)
#: What a reader does with such code, in a program of their own.
_OF_READERS = re.compile(
    r"\b(?:call|check|execut|extract|get|handl|pars|process|read|review|run|test|us|validat)(?:e|es|ing|s)?\b",
    re.IGNORECASE,
)


def said_of(block: Block) -> tuple[bool, ...]:
    """What its page says of a block, as far as `as_meant` goes by it: that it is refused, bad, old, or what a model writes."""
    return is_refused(block), is_bad(block), is_old(block), is_of_a_model(block)


def is_of_another_time(block: Block) -> bool:
    """Whether a page marks a block as one that nobody is to write so, now: as bad, as old, or as what was before beside what is to be."""
    return is_bad(block) or is_old(block) or shows_versions(block.text)


def shows_versions(text: str) -> bool:
    """Whether a text shows what was before and what is to be after, each below a remark that says so."""
    return all(form.search(text) for form in _VERSIONS)


def is_refused(block: Block) -> bool:
    """Whether the heading of a sample, or the line above it, says that the API is to refuse what it sends."""
    heading = "".join(block.headings[-1:])
    if _REFUSED.search(heading) and not _AVOIDED.search(heading):
        return True
    above = block.prose.strip().rpartition("\n")[2]
    spoken = f"{heading}\n{block.prose.strip().rpartition(chr(10))[0]}"
    if _TRIGGERS.fullmatch(above) and _OF_ERROR.search(spoken):
        return True
    return _SAYS_REFUSED.search(above) is not None and _SPARED.search(above) is None


def is_bad(block: Block) -> bool:
    """Whether a sample is marked as an example of what not to do: by the line above it, or by its first line."""
    above = _EMPHASIS.sub(r"\1", _SHORT_CODE.sub("❌", block.prose.strip().rpartition("\n")[2]))
    first = next((line for line in block.text.splitlines() if line.strip()), "")
    if len(block.headings) == 1 and above.endswith(block.headings[0]):
        above = ""  # the page's title is about all of it
    is_said = _BAD_LINE.fullmatch(above) or _BAD_SENTENCE.fullmatch(above)
    is_headed = _BAD_HEADING.search("".join(block.headings[-1:])) is not None and not _GOOD.search(above)
    is_warned = _NOT_LIKE_THIS.match(above) is not None
    return (
        is_headed
        or is_warned
        or (0 < len(above) < _LONG and is_said is not None)
        or _BAD_COMMENT.match(first) is not None
    )


def is_of_a_model(block: Block) -> bool:
    """Whether the heading of a sample, or the line above it, says that it is what a model writes."""
    said = (*block.headings[-1:], block.prose.strip().rpartition("\n")[2])
    return any(
        _WHAT_A_MODEL.search(one) or (_CODE_OF_A_MODEL.search(one) and not _OF_READERS.search(one)) for one in said
    )


def is_dated_by_remark(block: Block) -> bool:
    """Whether the first remark of a sample says that it is how things were done before."""
    return _OLD_REMARK.match(block.text) is not None


def is_old(block: Block) -> bool:
    """Whether the heading of a sample, its title or the line above it says that it is how things were done before."""
    above = block.prose.strip().rpartition("\n")[2]
    column = _FIRST_COLUMN.search(block.prose.strip()[-_TABLE:])
    said = (
        *block.headings[-1:],
        *([above] if len(above) < _LONG else ()),
        block.info.partition(" ")[2],
        *([column["head"]] if column else ()),
    )
    return is_dated_by_remark(block) or any(_OLD.search(one) for one in said)
