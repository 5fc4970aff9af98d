"""A documented response is not what the API would answer.

`page.documented-model`: it names another model than the request that it answers. `page.documented-response`: it is no JSON, breaks the
schemas, or does not fit its request (a stream for a request that asks for none, more choices than asked for). The schemas are those of chat
completions: answers of other paths are held to their request alone. Parts that the page leaves out (`...`) are not missed. A documented print is text that varies by nature, and is not compared.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aswritten.checks._base import is_chat_path, loaded, shorten
from aswritten.checks._documents import Document, read
from aswritten.checks._models import is_weights, leaves_open, same_model
from aswritten.contract import check_chunk, check_completion, check_error, check_stream
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.contract import Problem, Profile
    from aswritten.model import Block, Call

RULES = ("page.documented-model", "page.documented-response")

#: Members that clients' objects have, of null, where an answer has none.
_OF_OBJECT = re.compile(
    r"(?:_details|\.(?:annotations|audio|function_call|logprobs|reasoning_content|refusal|tool_calls))$"
)
#: How the line above a response says that it is not whole.
_SAYS_ABRIDGED = re.compile(
    r"\b(?:abridged|abbreviated|excerpt|shortened|simplified|truncated|partial)\b", re.IGNORECASE
)
#: How it says of what case it is one, as a label: `Response with thinking`, `Response (Claude)`; not `Response for the request above`.
_SAYS_OF = re.compile(
    r"\W*(?:(?:an?|the|example|sample|expected|typical) )*(?:(?!(?:here|this|that|is|are|see|you|a|the|(?:get|give|return|show|print)s?)\b)[\w-]+ ){0,2}(?:responses?|answers?|outputs?|results?)\W+"
    r"(?:(?:(?:for|from|if|of)\W+(?!(?:an?|all)\b)|(?:using|when|with)\W+)(?!(?:the|this|that|these|your|our|its|above|following|api|server|requests?)\b)\S.{0,60}"
    r"|(?<=\()(?!json\b)[^()]{2,60}\).{0,20})",
    re.IGNORECASE,
)
#: A remark within an answer.
_REMARK = re.compile(r"(?:^|\s)(?://|#)[ \t]*(\S[^\n]*)")
#: How the last sentence above an answer says of which of several servers it is.
_SAYS_FROM = re.compile(r"(?:^|[.!?] )(?:From|With|On|By|Via) [A-Z][^.\n]{0,40}:$")
#: Blocks above an answer whose words may tell of an alias.
_NEAR = 4
#: How the words above an answer say that it is one chunk of a stream.
_SAYS_CHUNK = re.compile(
    r"\b(?:(?:a|the|each|first|last|next|final|usage) chunk\b(?!s)|chunks? (?:of|in) (?:a|the) stream)|数据块|チャンク",
    re.IGNORECASE,
)
#: How the words above a sample say that a server makes one body of a stream.
_SAYS_WHOLE = re.compile(
    r"\b(?:one|single|whole) (?:body|answer|response|object)\b|\bunstream|\bbuffer(?:s|ed)\b", re.IGNORECASE
)
#: A type in place of a value, as generators of references write what a schema allows.
_OF_TYPES = re.compile(r':\s*"<(?:string|number|integer|boolean|any|object|array)>"')
#: Texts that stand as values.
_TEXTS = re.compile(r':\s*"')
#: How they say that it is shown for its mistake.
_SAYS_BROKEN = re.compile(
    r"(?<!no )(?<!without )(?<!any )(?<!without a )\b(?:trailing|missing|extra|stray) (?:comma|quote|brace|bracket)s?\b",
    re.IGNORECASE,
)
#: How an answer's own remarks, or the line above it, say that the server names another model than it is asked for.
_RESOLVES = re.compile(
    r"\b(?:alias(?:es|ed)?|map(?:s|ped) to|resolv(?:es|ed)|rout(?:es|ed)|stands for|successor)\b",
    re.IGNORECASE,
)
#: The same by an arrow: `` `small` -> `maker/m-8b` ``.
_STANDS_FOR = re.compile(r"(?:->|→|=>)")
#: Lists of a request that name no models.
_NO_MODELS = frozenset({"include", "messages", "modalities", "stop", "tags", "tools"})
#: Tags of configurations.
_SETTINGS = frozenset({"conf", "dotenv", "env", "hcl", "ini", "json", "jsonc", "properties", "toml", "yaml", "yml"})


def check(run: PageRun) -> Iterator[Finding]:
    """Findings of each documented response of the page, at the line of the page where it goes wrong."""
    for block in run.page.blocks:
        verdict = run.verdicts.get(block.index)
        if verdict is None or verdict.name != "output":
            continue
        document = read(block.text, block.tag)
        if document.kind == "broken":
            is_shown = _SAYS_BROKEN.search(block.prose.strip().rpartition("\n")[2])
            yield from () if is_shown else (_broken(block, document),)
            continue
        call = _answered_call(run, block)
        profile = run.profile_for(_host(call))
        request = _request(call)
        if call is None or is_chat_path(call.url):
            yield from _shape(run, block, document, profile, request)
        if call is not None and request is not None:
            is_next = _stands_below(run, block)
            other_model = tuple(_model(block, document, call, request)) if is_next else ()
            if other_model and not (_is_variant(run, block, request) or _is_alias(run, block, other_model[0])):
                yield from other_model
            sample = run.documents.get(block.index)
            asked_in = sample.prose.strip().rpartition("\n")[2] if sample else ""
            yield from _fit(block, document, call, request, asked_in, is_next=is_next)
            yield from _kind(block, document, call, profile) if is_next else ()


def _broken(block: Block, document: Document) -> Finding:
    """A mistake where a tag or the line above says that it is JSON, or where it is a stream's event; else perhaps a program's print that looks like JSON."""
    line = block.page_line(document.line)
    source = block.text.splitlines()[document.line - 1 : document.line]
    is_event = bool(source) and source[0].startswith("data:")
    is_said = "json" in f"{block.tag} {block.prose.strip().rpartition(chr(10))[2]}".lower() or block.tag == "http"
    return Finding(
        "page.documented-response",
        "error" if is_event or is_said else "warning",
        block.page,
        line,
        f"the documented response is not JSON: {document.mistake}",
        expected="JSON as the API sends it",
        got=shorten(source[0]) if source else "",
        hint="is a quote, a comma or a bracket missing? What is left out can be marked by `...`",
    )


def _answered_call(run: PageRun, block: Block) -> Call | None:
    """The last call of the sample that the block documents; None where it did not run, or sent nothing."""
    sample = run.documents.get(block.index)
    verdict = run.verdicts.get(sample.index) if sample else None
    return verdict.calls[-1] if verdict and verdict.calls else None


def _stands_below(run: PageRun, block: Block) -> bool:
    """Whether nothing but other answers stands between the sample that a block documents and the block."""
    sample = run.documents.get(block.index)
    between = run.page.blocks[sample.index + 1 : block.index] if sample else ()
    return all(other.index in run.documents or other.group == block.group != "" for other in between)


def _is_variant(run: PageRun, block: Block, request: dict[str, Any]) -> bool:
    """Whether the words right above an answer say of what it is one, where another answer to the same sample is that of the model asked for."""
    line = block.prose.strip().rpartition("\n")[2]
    says_of = _SAYS_OF.fullmatch(line) is not None or _SAYS_FROM.search(line) is not None
    sample, asked = run.documents.get(block.index), request.get("model")
    others = (one for one in run.page.blocks if one is not block and run.documents.get(one.index) is sample)
    values = (value for one in others for _, value in read(one.text, one.tag).values) if says_of and sample else ()
    named = (value.get("model") for value in values if isinstance(value, dict))
    return isinstance(asked, str) and any(isinstance(one, str) and same_model(asked, one) for one in named)


def _is_alias(run: PageRun, block: Block, other: Finding) -> bool:
    """Whether the page tells that one model answers for another: in words beside the answer, or in a configuration that names both."""
    remarks = (*_REMARK.findall(block.text), block.prose.strip().rpartition("\n")[2])
    if any(map(_RESOLVES.search, remarks)):
        return True
    names = [re.compile(rf"(?<![\w.-]){re.escape(one)}(?![\w-]|\.\w)") for one in (other.expected, other.got)]
    near = run.page.blocks[max(0, block.index - _NEAR) : block.index + 1]
    lines = (line for one in near for line in one.prose.split("\n"))
    if any(names[0].search(line) and (_RESOLVES.search(line) or _STANDS_FOR.search(line)) for line in lines):
        return True
    settings = (one for one in run.page.blocks if one.tag in _SETTINGS and one.index not in run.documents)
    return any(names[0].search(one.text) and names[1].search(one.text) for one in settings)


def _host(call: Call | None) -> str:
    return call.url.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0] if call else ""


def _request(call: Call | None) -> dict[str, Any] | None:
    try:
        body = loaded(call.sent) if call else None
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _is_print(run: PageRun, block: Block) -> bool:
    """Whether a block documents what a program makes of an answer: its objects have members, of null, that the wire has not."""
    sample = run.documents.get(block.index)
    verdict = run.verdicts.get(sample.index) if sample else None
    return verdict is not None and verdict.language in {"python", "node"}


def _shape(
    run: PageRun, block: Block, document: Document, profile: Profile, request: dict[str, Any] | None
) -> Iterator[Finding]:
    """Each body, and each event of a stream, against the schemas; a whole stream against the stream rules too."""
    if 2 * len(_OF_TYPES.findall(block.text)) > len(_TEXTS.findall(block.text)):
        return
    if document.kind == "stream" and document.body and request is not None and request.get("stream"):
        found = [(1, problem) for problem in check_stream(document.body.encode(), profile, request)]
    else:
        values = [(line, value) for line, value in document.values if isinstance(value, dict)]
        says_chunk = _SAYS_CHUNK.search(block.prose.strip().rpartition("\n")[2]) is not None
        found = [
            (line, one)
            for line, value in values
            for one in _problems(value, document, profile, request, says_chunk=says_chunk)
        ]
    is_print = _is_print(run, block)
    found = [
        (line, one)
        for line, one in found
        if not (is_print and one.got == "null" and _OF_OBJECT.search(one.where))
        # A member that the words around it name is one of an API's own.
        and not (one.rule.endswith("-field") and _is_told(one, run, block))
    ]
    says_so = document.elided or _SAYS_ABRIDGED.search(block.prose.strip().rpartition("\n")[2]) is not None
    left_out = [] if says_so else [(line, one) for line, one in found if _is_left_out(one)]
    if left_out:
        yield _abridged(block, left_out[0][0], [problem for _, problem in left_out])
    for line, problem in found:
        if _stands_there(problem) or not (says_so or left_out):
            yield _schema_finding(
                block, line, replace(problem, level="warning") if _is_own(problem, profile) else problem
            )


def _is_told(problem: Problem, run: PageRun, block: Block) -> bool:
    """Whether the words around an answer name a member of the answer itself, as one of code: `` `cache` ``; what stands deeper has its place."""
    near = (block, run.documents.get(block.index))
    return "." not in problem.where and any(f"`{problem.where}`" in one.prose for one in near if one)


def _problems(
    value: dict[str, Any], document: Document, profile: Profile, request: dict[str, Any] | None, *, says_chunk: bool
) -> tuple[Problem, ...]:
    if "error" in value and "choices" not in value:
        return check_error(value, profile)
    # A chunk that stands alone is told as one where no request says that a whole answer comes.
    is_chunk = _is_chunk(value) and (request is None or bool(request.get("stream")) or says_chunk)
    if document.kind == "stream" or is_chunk:
        return check_chunk(value, profile) if _is_of_chat(value) else ()
    return check_completion(value, profile) if _is_of_chat(value) else ()


def _is_chunk(value: object) -> bool:
    """Whether it is one chunk of a stream: it says so, or a choice of it has a `delta`."""
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    has_delta = isinstance(choices, list) and any(isinstance(one, dict) and "delta" in one for one in choices)
    return value.get("object") == "chat.completion.chunk" or (has_delta and "object" not in value)


def _is_left_out(problem: Problem) -> bool:
    return problem.rule.endswith("-schema") and problem.got == "nothing"


def _abridged(block: Block, line: int, problems: list[Problem]) -> Finding:
    """One finding for all that a response leaves out without saying so: a reader cannot tell whether it ever comes."""
    members = list(dict.fromkeys(re.sub(r"\[\d+\]", "[]", problem.where) for problem in problems))
    return Finding(
        "page.documented-response",
        "warning",
        block.page,
        block.page_line(line),
        f"the documented response leaves out {shorten(', '.join(members), 200)}",
        expected="a response as the API sends it, or `...` where a part is left out",
        got=f"{len(members)} members less",
        hint=f"show it whole, or mark what is left out ({problems[0].rule})",
    )


def _stands_there(problem: Problem) -> bool:
    """Whether it is about what the page shows, and not about something that may be left out."""
    return problem.rule.endswith(("-schema", "-field")) and problem.got != "nothing"


def _is_of_chat(value: dict[str, Any]) -> bool:
    """Whether it is an answer of chat completions, and not one of another API (`text_completion`, `response` ...)."""
    named = value.get("object")
    if isinstance(named, str) and named:
        return named.startswith("chat.completion")
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    # A choice of the legacy completions has its text in itself.
    is_text = isinstance(first, dict) and "text" in first and first.keys().isdisjoint({"message", "delta"})
    return "choices" in value and not is_text


def _schema_finding(block: Block, line: int, problem: Problem) -> Finding:
    return Finding(
        "page.documented-response",
        problem.level,
        block.page,
        _line_of(block, line, problem.where.rsplit(".", 1)[-1].split("[")[0]),
        f"the documented response breaks the contract: {problem.message}",
        expected=problem.expected,
        got=problem.got,
        hint=f"show a response as the API sends it ({problem.rule})",
    )


def _line_of(block: Block, line: int, member: str) -> int:
    """The line of the page on which a member stands from a line of the block on; that line's own where there is none."""
    lines = enumerate(block.text.splitlines(), start=1)
    near = (number for number, text in lines if number >= line and f'"{member}"' in text)
    return block.page_line(next(near, line) if member else line)


def _model(block: Block, document: Document, call: Call, request: dict[str, Any]) -> Iterator[Finding]:
    asked = request.get("model")
    for line, value in document.values:
        named = value.get("model") if isinstance(value, dict) else None
        if not isinstance(asked, str) or not isinstance(named, str) or not named or same_model(asked, named):
            continue
        # The page cuts it, leaves it to its reader or to the server, or leaves it empty.
        if leaves_open(asked) or named.strip(".…_") != named or named.startswith("<"):
            continue
        # What keeps a request from a model answers in its own name, and a server of one file in that file's.
        is_file = is_weights(named) and not is_weights(asked)
        if _is_filtered(value) or is_file or _names_other(request, named):
            continue
        near = [
            number for number, text in enumerate(block.text.splitlines(), start=1) if number >= line and named in text
        ]
        yield Finding(
            "page.documented-model",
            "error",
            block.page,
            block.page_line(near[0] if near else line),
            f"the documented response names the model {named}, the request that it answers asks for {asked}",
            expected=asked,
            got=named,
            hint=f"record the response of {call.method} {call.url} again",
        )
        return


def _names_other(request: dict[str, Any], named: str) -> bool:
    """Whether a request names the model beside the one that it asks first, as one that may answer in its place: `"fallbacks": ["b"]`."""
    others = (value for name, value in request.items() if name not in _NO_MODELS and isinstance(value, list))
    return any(isinstance(one, str) and same_model(one, named) for some in others for one in some)


def _is_filtered(value: dict[str, Any]) -> bool:
    choices = value.get("choices")
    return isinstance(choices, list) and any(
        isinstance(one, dict) and one.get("finish_reason") == "content_filter" for one in choices
    )


def _fit(  # noqa: PLR0913 - what there is of both
    block: Block, document: Document, call: Call, request: dict[str, Any], asked_in: str, *, is_next: bool
) -> Iterator[Finding]:
    """Whether the response is one to this request: its mode, unless the page announces the other one, and its choices.

    One chunk of a stream, shown alone, is a part of it. An answer that does not stand right below may be that to another call, in another mode.
    """
    streamed = bool(request.get("stream"))
    is_answer = any(isinstance(value, dict) and "choices" in value for _, value in document.values)
    is_part = streamed or _SAYS_CHUNK.search(block.prose.strip().rpartition("\n")[2]) is not None
    if is_part and any(_is_chunk(value) for _, value in document.values):
        return
    is_said = "stream" in block.prose.lower() or (streamed and _SAYS_WHOLE.search(asked_in))
    if is_next and is_answer and streamed != (document.kind == "stream") and not is_said:
        yield Finding(
            "page.documented-response",
            "error",
            block.page,
            block.first_line,
            f"the documented response is {_mode(not streamed)}, the request that it answers asks for {_mode(streamed)}",
            expected=_mode(streamed),
            got=_mode(not streamed),
            hint=f"document what {call.method} {call.url} answers to this sample",
        )
    if document.kind == "json" and is_answer and not document.elided:
        wanted = request.get("n") or 1
        choices = document.values[0][1].get("choices")
        if isinstance(choices, list) and isinstance(wanted, int) and len(choices) != wanted:
            yield Finding(
                "page.documented-response",
                "error",
                block.page,
                block.first_line,
                "the documented response has another number of choices than its request asks for",
                expected=f"{wanted}, as its n says" if "n" in request else "1, as it has no n",
                got=str(len(choices)),
                hint="show the response to this request, or ask for as many with n",
            )


def _is_own(problem: Problem, profile: Profile) -> bool:
    """Whether it is of what an API that no profile is for may have of its own: a name of its completions, or what it keeps under `metadata`."""
    is_name = problem.where.endswith("object") and _has_own_name(problem.got.strip('"'), profile)
    return is_name or (not profile.hosts and problem.where.partition(".")[0] == "metadata")


def _has_own_name(name: object, profile: Profile) -> bool:
    """Whether an API that no profile is for calls its completions, or their chunks, by a name of its own: `maker.completion`."""
    return not profile.hosts and isinstance(name, str) and name.endswith((".completion", ".completion.chunk"))


def _kind(block: Block, document: Document, call: Call, profile: Profile) -> Iterator[Finding]:
    """Whether a chat is answered by a chat, where the response says what it is."""
    for line, value in document.values:
        if isinstance(value, dict) and "choices" in value and is_chat_path(call.url) and not _is_of_chat(value):
            named = value.get("object")
            is_named = isinstance(named, str) and bool(named)
            wanted = "chat.completion.chunk" if document.kind == "stream" else "chat.completion"
            yield Finding(
                "page.documented-response",
                "warning" if _has_own_name(named, profile) else "error",
                block.page,
                _line_of(block, line, "object" if is_named else "text"),
                f"the documented response {f'is a {named}' if is_named else 'has the form of a legacy completion'}, the request that it answers asks for a chat completion",
                expected=f'"object": "{wanted}"',
                got=f'"object": "{named}"' if is_named else "a choice with text in place of a message",
                hint=f"document what {call.method} {call.url} answers to this sample",
            )
            return


def _mode(streamed: bool) -> str:
    return "a stream" if streamed else "one body"
