"""What the words around a documented response say of it: that it is not whole, one of several, one chunk, or another model's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aswritten.checks._documents import read
from aswritten.checks._models import same_model

if TYPE_CHECKING:
    from aswritten.checks._base import PageRun
    from aswritten.contract import Problem
    from aswritten.model import Block, Finding

#: How the line above a response says that it is not whole.
_SAYS_ABRIDGED = re.compile(
    r"\b(?:abridged|abbreviated|excerpt|shortened|simplified|truncated|partial)\b", re.IGNORECASE
)
#: How that line says of what case it is one, as a label: `Response with thinking`, `Response (Claude)`; not `Response for the request above`.
_SAYS_OF = re.compile(
    r"\W*(?:(?:an?|the|example|sample|expected|typical) )*(?:(?!(?:here|this|that|is|are|see|you|a|the|(?:get|give|return|show|print)s?)\b)[\w-]+ ){0,2}(?:responses?|answers?|outputs?|results?)\W+"
    r"(?:(?:(?:for|from|if|of)\W+(?!(?:an?|all)\b)|(?:using|when|with)\W+)(?!(?:the|this|that|these|your|our|its|above|following|api|server|requests?)\b)\S.{0,60}"
    r"|(?<=\()(?!json\b)[^()]{2,60}\).{0,20})",
    re.IGNORECASE,
)
#: How the last sentence above an answer says of which of several servers it is.
_SAYS_FROM = re.compile(r"(?:^|[.!?] )(?:From|With|On|By|Via) [A-Z][^.\n]{0,40}:$")
#: How the words above an answer say that it is one chunk of a stream.
_SAYS_CHUNK = re.compile(
    r"\b(?:(?:a|the|each|first|last|next|final|usage) chunk\b(?!s)|chunks? (?:of|in) (?:a|the) stream)|数据块|チャンク",
    re.IGNORECASE,
)
#: How words speak of streams, also in other languages that docs are often written in.
_SPEAKS_OF_STREAMS = re.compile(r"stream|strom|流式|串流|ストリー|스트리|스트림|поток|akış|luồng", re.IGNORECASE)
#: How the words above a sample say that a server makes one body of a stream.
_SAYS_WHOLE = re.compile(
    r"\b(?:one|single|whole) (?:body|answer|response|object)\b|\bunstream|\bbuffer(?:s|ed)\b", re.IGNORECASE
)
#: How the line above a response says that it is shown for its mistake.
_SAYS_BROKEN = re.compile(
    r"(?<!no )(?<!without )(?<!any )(?<!without a )\b(?:trailing|missing|extra|stray) (?:comma|quote|brace|bracket)s?\b",
    re.IGNORECASE,
)
#: A remark within an answer.
_REMARK = re.compile(r"(?:^|\s)(?://|#)[ \t]*(\S[^\n]*)")
#: Blocks above an answer whose words may tell of an alias.
_NEAR = 4
#: How an answer's own remarks, or the line above it, say that the server names another model than it is asked for.
_RESOLVES = re.compile(
    r"\b(?:alias(?:es|ed)?|map(?:s|ped) to|resolv(?:es|ed)|rout(?:es|ed)|stands for|successor)\b",
    re.IGNORECASE,
)
#: The same by an arrow: `` `small` -> `maker/m-8b` ``.
_STANDS_FOR = re.compile(r"(?:->|→|=>)")
#: Tags of configurations.
_SETTINGS = frozenset({"conf", "dotenv", "env", "hcl", "ini", "json", "jsonc", "properties", "toml", "yaml", "yml"})


def line_above(block: Block | None) -> str:
    """The last line of the words above a block; empty for none."""
    return block.prose.strip().rpartition("\n")[2] if block else ""


def says_abridged(block: Block) -> bool:
    """Whether the line above a response says that it is not whole."""
    return _SAYS_ABRIDGED.search(line_above(block)) is not None


def says_broken(block: Block) -> bool:
    """Whether the line above a response says that it is shown for its mistake."""
    return _SAYS_BROKEN.search(line_above(block)) is not None


def says_chunk(block: Block) -> bool:
    """Whether the line above a response says that it is one chunk of a stream."""
    return _SAYS_CHUNK.search(line_above(block)) is not None


def says_stream(block: Block) -> bool:
    """Whether the words above a response speak of streams, as of what it is or is not."""
    return _SPEAKS_OF_STREAMS.search(block.prose) is not None


def says_whole(sample: Block | None) -> bool:
    """Whether the line above a sample says that a server makes one body of the stream that it asks for."""
    return _SAYS_WHOLE.search(line_above(sample)) is not None


def is_variant(run: PageRun, block: Block, request: dict[str, Any]) -> bool:
    """Whether the words right above an answer say of what it is one, where another answer to the same sample is that of the model asked for."""
    line = line_above(block)
    says_of = _SAYS_OF.fullmatch(line) is not None or _SAYS_FROM.search(line) is not None
    sample, asked = run.documents.get(block.index), request.get("model")
    others = (one for one in run.page.blocks if one is not block and run.documents.get(one.index) is sample)
    values = (value for one in others for _, value in read(one.text, one.tag).values) if says_of and sample else ()
    named = (value.get("model") for value in values if isinstance(value, dict))
    return isinstance(asked, str) and any(isinstance(one, str) and same_model(asked, one) for one in named)


def is_alias(run: PageRun, block: Block, other: Finding) -> bool:
    """Whether the page tells that one model answers for another: in words beside the answer, or in a configuration that names both."""
    remarks = (*_REMARK.findall(block.text), line_above(block))
    if any(map(_RESOLVES.search, remarks)):
        return True
    names = [re.compile(rf"(?<![\w.-]){re.escape(one)}(?![\w-]|\.\w)") for one in (other.expected, other.got)]
    near = run.page.blocks[max(0, block.index - _NEAR) : block.index + 1]
    lines = (line for one in near for line in one.prose.split("\n"))
    if any(names[0].search(line) and (_RESOLVES.search(line) or _STANDS_FOR.search(line)) for line in lines):
        return True
    settings = (one for one in run.page.blocks if one.tag in _SETTINGS and one.index not in run.documents)
    return any(names[0].search(one.text) and names[1].search(one.text) for one in settings)


def is_told(problem: Problem, run: PageRun, block: Block) -> bool:
    """Whether the words around an answer name a member of the answer itself, as one of code: `` `cache` ``; what stands deeper has its place."""
    near = (block, run.documents.get(block.index))
    return "." not in problem.where and any(f"`{problem.where}`" in one.prose for one in near if one)
