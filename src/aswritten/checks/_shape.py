"""A documented response against the schemas: whole answers, errors, streams and single chunks.

Parts that the page leaves out (`...`) are not missed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aswritten.checks._base import shorten
from aswritten.checks._said_of import is_told, says_abridged, says_chunk
from aswritten.contract import check_chunk, check_completion, check_error, check_stream
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.checks._documents import Document
    from aswritten.contract import Problem, Profile
    from aswritten.model import Block

#: Members that clients' objects have, of null, where an answer has none.
_OF_OBJECT = re.compile(
    r"(?:_details|\.(?:annotations|audio|function_call|logprobs|reasoning_content|refusal|tool_calls))$"
)
#: A text that stands for all that is left out in its place: `["..."]`, `"{...}"`.
_MARK = re.compile(r'"[\[{(]?\s*(?:\.{3}|…)\s*[\]})]?"')
#: A type in place of a value, as generators of references write what a schema allows.
_OF_TYPES = re.compile(r':\s*"<(?:string|number|integer|boolean|any|object|array)>"')
#: Texts that stand as values.
_TEXTS = re.compile(r':\s*"')


def shape(
    run: PageRun, block: Block, document: Document, profile: Profile, request: dict[str, Any] | None
) -> Iterator[Finding]:
    """Each body, and each event of a stream, against the schemas; a whole stream against the stream rules too."""
    if 2 * len(_OF_TYPES.findall(block.text)) > len(_TEXTS.findall(block.text)):
        return
    if document.kind == "stream" and document.body and request is not None and request.get("stream"):
        found = [(1, problem) for problem in check_stream(document.body.encode(), profile, request)]
    else:
        values = [(line, value) for line, value in document.values if isinstance(value, dict)]
        is_said = says_chunk(block)
        found = [
            (line, one)
            for line, value in values
            for one in _problems(value, document, profile, request, is_said=is_said)
        ]
    is_print = _is_print(run, block)
    marked = [(line, one.where) for line, one in found if _MARK.fullmatch(one.got)]
    found = [
        (line, one)
        for line, one in found
        if not (is_print and one.got == "null" and _OF_OBJECT.search(one.where))
        and not any(line == at and re.match(rf"{re.escape(where)}(?:[.\[]|$)", one.where) for at, where in marked)
        # A member that the words around it name is one of an API's own.
        and not (one.rule.endswith("-field") and is_told(one, run, block))
    ]
    says_so = document.elided or says_abridged(block)
    left_out = [] if says_so else [(line, one) for line, one in found if _is_left_out(one)]
    if left_out:
        yield _abridged(block, left_out[0][0], [problem for _, problem in left_out])
    for line, problem in found:
        if _stands_there(problem) or not (says_so or left_out):
            yield _schema_finding(
                block, line, replace(problem, level="warning") if _is_own(problem, profile) else problem
            )


def _is_print(run: PageRun, block: Block) -> bool:
    """Whether a block documents what a program makes of an answer: its objects have members, of null, that the wire has not."""
    sample = run.documents.get(block.index)
    verdict = run.verdicts.get(sample.index) if sample else None
    return verdict is not None and verdict.language in {"python", "node"}


def _problems(
    value: dict[str, Any], document: Document, profile: Profile, request: dict[str, Any] | None, *, is_said: bool
) -> tuple[Problem, ...]:
    # Of an answer that went well it is null.
    if value.get("error") is not None and "choices" not in value:
        return check_error(value, profile)
    # A chunk that stands alone is taken as one where no request says that a whole answer comes.
    is_lone = is_chunk(value) and (request is None or bool(request.get("stream")) or is_said)
    if document.kind == "stream" or is_lone:
        return check_chunk(value, profile) if is_of_chat(value) else ()
    return check_completion(value, profile) if is_of_chat(value) else ()


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


def _schema_finding(block: Block, line: int, problem: Problem) -> Finding:
    return Finding(
        "page.documented-response",
        problem.level,
        block.page,
        line_of(block, line, problem.where.rsplit(".", 1)[-1].split("[")[0]),
        f"the documented response breaks the contract: {problem.message}",
        expected=problem.expected,
        got=problem.got,
        hint=f"show a response as the API sends it ({problem.rule})",
    )


def _is_own(problem: Problem, profile: Profile) -> bool:
    """Whether it is of what an API that no profile is for may have of its own: a name of its completions, or what it keeps under `metadata`."""
    is_name = problem.where.endswith("object") and has_own_name(problem.got.strip('"'), profile)
    return is_name or (not profile.hosts and problem.where.partition(".")[0] == "metadata")


def is_chunk(value: object) -> bool:
    """Whether it is one chunk of a stream: it says so, or a choice of it has a `delta`."""
    if not isinstance(value, dict):
        return False
    choices = value.get("choices")
    has_delta = isinstance(choices, list) and any(isinstance(one, dict) and "delta" in one for one in choices)
    return value.get("object") == "chat.completion.chunk" or (has_delta and "object" not in value)


def is_of_chat(value: dict[str, Any]) -> bool:
    """Whether it is an answer of chat completions, and not one of another API (`text_completion`, `response` ...)."""
    named = value.get("object")
    if isinstance(named, str) and named:
        return named.startswith("chat.completion")
    choices = value.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    # A choice of the legacy completions has its text in itself.
    is_text = isinstance(first, dict) and "text" in first and first.keys().isdisjoint({"message", "delta"})
    return "choices" in value and not is_text


def line_of(block: Block, line: int, member: str) -> int:
    """The line of the page on which a member stands from a line of the block on; that line's own where there is none."""
    lines = enumerate(block.text.splitlines(), start=1)
    near = (number for number, text in lines if number >= line and f'"{member}"' in text)
    return block.page_line(next(near, line) if member else line)


def has_own_name(name: object, profile: Profile) -> bool:
    """Whether an API that no profile is for calls its completions, or their chunks, by a name of its own: `maker.completion`."""
    return not profile.hosts and isinstance(name, str) and name.endswith((".completion", ".completion.chunk"))
