"""A documented response is not what the API would answer.

`page.documented-model`: it names another model than the request that it answers. `page.documented-response`: it is no JSON, breaks the
schemas, or does not fit its request (a stream for a request that asks for none, more choices than asked for). The schemas are those of chat
completions: answers of other paths are held to their request alone. What does not fit a request is a warning where it may be the answer to another
one. A documented print is text that varies by nature, and is not compared.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from aswritten.checks._base import is_chat_path, loaded, shorten
from aswritten.checks._documents import Document, read
from aswritten.checks._models import is_weights, leaves_open, same_model
from aswritten.checks._said_of import is_alias, is_variant, line_above, says_broken, says_chunk, says_stream, says_whole
from aswritten.checks._shape import has_own_name, is_chunk, is_of_chat, line_of, shape
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.contract import Profile
    from aswritten.model import Block, Call

RULES = ("page.documented-model", "page.documented-response")

#: Lists of a request that name no models.
_NO_MODELS = frozenset({"include", "messages", "modalities", "stop", "tags", "tools"})


def check(run: PageRun) -> Iterator[Finding]:
    """Findings of each documented response of the page, at the line of the page where it goes wrong."""
    for block in run.page.blocks:
        verdict = run.verdicts.get(block.index)
        if verdict is None or verdict.name != "output":
            continue
        document = read(block.text, block.tag)
        if document.kind == "broken":
            yield from () if says_broken(block) else (_broken(block, document),)
            continue
        call = _answered_call(run, block)
        profile = run.profile_for(_host(call))
        request = _request(call)
        if call is None or is_chat_path(call.url):
            yield from shape(run, block, document, profile, request)
        if call is not None and request is not None:
            yield from _of_request(run, block, document, call, request)


def _of_request(
    run: PageRun, block: Block, document: Document, call: Call, request: dict[str, Any]
) -> Iterator[Finding]:
    """What does not fit the request; a warning where the response may be that to another one."""
    is_next = _stands_below(run, block)
    sample = run.documents.get(block.index)
    found: list[Finding] = []
    if is_next:
        model = list(_model(block, document, call, request))
        is_other = bool(model) and not (is_variant(run, block, request) or is_alias(run, block, model[0]))
        found += model if is_other else []
        found += _kind(block, document, call, run.profile_for(_host(call)))
    found += _fit(block, document, call, request, is_one_body=says_whole(sample), is_next=is_next)
    is_unsure = _is_of_another(document, call) or (sample is not None and _is_apart(run, block, sample))
    yield from (replace(one, level="warning") if is_unsure else one for one in found)


def _broken(block: Block, document: Document) -> Finding:
    """A mistake where a tag or the line above says that it is JSON, or where it is a stream's event; else perhaps a program's print that looks like JSON."""
    line = block.page_line(document.line)
    source = block.text.splitlines()[document.line - 1 : document.line]
    is_event = bool(source) and source[0].startswith("data:")
    is_said = "json" in f"{block.tag} {line_above(block)}".lower() or block.tag == "http"
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


def _is_of_another(document: Document, call: Call) -> bool:
    """Whether a chat's answer stands below a sample that asks for none: it is that to another request."""
    chats = (isinstance(value, dict) and value.get("object") == "chat.completion" for _, value in document.values)
    return any(chats) and not is_chat_path(call.url)


def _is_apart(run: PageRun, block: Block, sample: Block) -> bool:
    """Whether a response stands in another section than its sample and others do that ask: it may be that to any of these, or an example of its own."""
    if block.headings[: len(sample.headings)] == sample.headings:
        return False
    asking = (one for one in run.page.blocks if one.headings == sample.headings)
    return sum(bool(found and found.calls) for found in (run.verdicts.get(one.index) for one in asking)) > 1


def _stands_below(run: PageRun, block: Block) -> bool:
    """Whether nothing but other answers stands between the sample that a block documents and the block."""
    sample = run.documents.get(block.index)
    between = run.page.blocks[sample.index + 1 : block.index] if sample else ()
    return all(other.index in run.documents or other.group == block.group != "" for other in between)


def _host(call: Call | None) -> str:
    return call.url.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0] if call else ""


def _request(call: Call | None) -> dict[str, Any] | None:
    try:
        body = loaded(call.sent) if call else None
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


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
    block: Block, document: Document, call: Call, request: dict[str, Any], *, is_one_body: bool, is_next: bool
) -> Iterator[Finding]:
    """Whether the response is one to this request: its mode, unless the page announces the other one, and its choices.

    One chunk of a stream, shown alone, is a part of it. An answer that does not stand right below may be that to another call, in another mode.
    """
    streamed = bool(request.get("stream"))
    is_answer = any(isinstance(value, dict) and "choices" in value for _, value in document.values)
    is_part = streamed or says_chunk(block)
    if is_part and any(is_chunk(value) for _, value in document.values):
        return
    is_said = says_stream(block) or (streamed and is_one_body)
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


def _kind(block: Block, document: Document, call: Call, profile: Profile) -> Iterator[Finding]:
    """Whether a chat is answered by a chat, where the response says what it is."""
    for line, value in document.values:
        if isinstance(value, dict) and "choices" in value and is_chat_path(call.url) and not is_of_chat(value):
            named = value.get("object")
            is_named = isinstance(named, str) and bool(named)
            wanted = "chat.completion.chunk" if document.kind == "stream" else "chat.completion"
            yield Finding(
                "page.documented-response",
                "warning" if has_own_name(named, profile) else "error",
                block.page,
                line_of(block, line, "object" if is_named else "text"),
                f"the documented response {f'is a {named}' if is_named else 'has the form of a legacy completion'}, the request that it answers asks for a chat completion",
                expected=f'"object": "{wanted}"',
                got=f'"object": "{named}"' if is_named else "a choice with text in place of a message",
                hint=f"document what {call.method} {call.url} answers to this sample",
            )
            return


def _mode(streamed: bool) -> str:
    return "a stream" if streamed else "one body"
