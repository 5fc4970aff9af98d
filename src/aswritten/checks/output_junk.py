"""The sample prints `undefined`, `None`, `[object Object]`, a promise or a stream where content should be.

A stream's first chunk often has a role and no content, its last ones no choices: what is not there prints as one of these words. A sample may
print them of something else, as of a refusal or of the usage of each chunk; so they count only up to as often as content is not there, or
where they stand in place of an answer that is not printed at all. Of an answer that calls functions, and is shown with these calls, it is no mistake. A header that an answer may well not have is no content. A promise, a coroutine,
a generator or a stream counts where no answer is printed: beside one it is shown on purpose.

Whether a stream has chunks without content is for its API to say: the contract allows them, OpenAI's ends with one, and other servers send an
empty text. Of an API of which there is neither a profile nor a recording of its own it is a warning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._answers import JUNK, answers, called, is_streamed, printed, squeeze, without_content
from aswritten.checks._base import answered, is_chat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("output.junk",)

#: Never the print of something that is not there: an object was taken for a text.
_OBJECT = "[objectObject]"
_UNDEFINED = "undefined"
#: A line that is a word of JUNK, or ends with one behind a label.
_LINE = re.compile(rf"(?:.*?(?P<label>\w+)\W*[:>])?(?P<word>{'|'.join(map(re.escape, JUNK))})")
#: A print of a header of the answer.
_OF_HEADER = re.compile(r"\b(?:print|console\.\w+|write)\s*\([^\n]*\bheaders\b", re.IGNORECASE)
#: What a line says of itself: that it prints such a word is meant then.
_REMARK = re.compile(r"(?:^|\s)(?://|#)[ \t]*([^\n]*)")
_PRINTS = re.compile(r"\b(?:print|console\.\w+|write)\s?\(")
#: Members that an answer need not have, whatever is asked for.
_OPTIONAL = re.compile(r"\.(?:refusal|tool_calls|function_call|logprobs|audio|annotations)\b")
#: The last member that a line prints, and those that hold what an answer says.
_LAST_MEMBER = re.compile(r"(?:\.|\[[\"'])(\w{1,60})(?:[\"']\])?\)+;?(?:\s{1,40}(?://|#)[^\n]*)?$")
_OF_CONTENT = frozenset(
    {
        "answer",
        "completion",
        "content",
        "delta",
        "message",
        "output",
        "output_text",
        "reply",
        "response",
        "result",
        "text",
    }
)
#: What will give an answer, in place of it, at a line's beginning or behind a label: inside of another print it is a member of what is shown.
_UNREAD = re.compile(
    r"^(?:[^\s{\[<][^\n{\[<]{0,100}?)??(?:"
    r"(?P<node>\b\w*Promise(?: \[Promise\])?|\bStream|\bReadableStream|\bObject \[(?:Async)?Generator\]) "
    r"\{(?:[^\n]*\}[ \t]*$|[^\n]*\n(?:[ \t][^\n]*\n){0,5000}\})"
    r"|(?P<text>\[object (?:Promise|ReadableStream|(?:Async)?Generator)\])"
    r"|<(?P<python>(?:coroutine|(?:async_)?generator) object|[\w.]*Stream\w* object)\b[^\n]{0,500}? at 0x[0-9a-fA-F]+>)",
    re.MULTILINE,
)
#: A word for what is awaited, not gone through.
_AWAITED = re.compile(r"Promise|coroutine")
#: Labels of an answer, lower case.
_LABELS = frozenset(
    {"ai", "answer", "assistant", "bot", "completion", "content", "output", "reply", "response", "result", "text"}
)


def check(run: Run, context: Context) -> Iterator[Finding]:
    """At most one finding, with each word and how often it was printed."""
    of_headers = len(_OF_HEADER.findall(context.sample.source))
    found = {word: count for word, count in _printed(run, of_headers).items() if count and not _is_told(word, context)}
    if not found and not _is_used(context.sample.source) and (unread := _unread(run)):
        yield _of_unread(context, unread)
    elif found:
        words = ", ".join(
            f"{_spelled(word)} ({count} times)" if count > 1 else _spelled(word) for word, count in found.items()
        )
        if _OBJECT not in found and (_prints_optional(context) or _prints_its_own(context) or _shows_calls(run, found)):
            return
        unknown = _is_of_unknown(run, context, found)
        of_chunk = ", if the API sends chunks without content, as OpenAI's does" if unknown else ""
        yield context.finding(
            "output.junk",
            f"the sample prints {words} where content should be{of_chunk}",
            line=context.print_line() or context.call_line(),
            level="warning" if unknown else "error",
            expected="the content of the answer and nothing in place of what is not there",
            got=words,
            hint=_hint(run, found),
        )


def is_of_source(finding: Finding, run: Run) -> bool:
    """Whether a finding of this module is one whatever the sample is answered: it came to its end, and does not wait for what it prints."""
    return finding.rule in RULES and run.exit_code == 0 and _AWAITED.search(finding.got) is not None


def _is_used(source: str) -> bool:
    """Whether a sample goes on with what it prints: waits for it, goes through it."""
    names = re.findall(r"\b(?:print|console\.\w+)\([^()\n]{0,200}?\b(\w+)\s*\)", source)
    return any(
        re.search(
            rf"\bawait\s+{name}\b|(?:\bPromise\.\w+|\bgather)\([^()\n]{{0,200}}\b{name}\b|\b{name}\.then\(|\b(?:in|of)\s+{name}\b|\bnext\({name}\b",
            source,
        )
        for name in names
    )


def _unread(run: Run) -> list[str]:
    """What is printed in place of answers that it would give, each once; none where an answer is printed too."""
    stdout = run.stdout.decode("utf-8", "replace")
    # A coroutine of which Python says that it was never awaited is told by `run.no-request`.
    is_told = b"was never awaited" in run.stderr
    found = [one for one in _UNREAD.finditer(stdout) if not (is_told and (one["python"] or "").startswith("coroutine"))]
    exchanges = [exchange for exchange in answered(run) if 200 <= exchange.response.status < 300]
    contents = [(exchange, answer) for exchange in exchanges for answer in answers(exchange)] if found else []
    if not exchanges or any(printed(answer, exchange.response.body, run.stdout) for exchange, answer in contents):
        return []
    # What other APIs answer may be printed in any form: then there must be nothing else.
    if not contents and any(
        not line.rstrip().endswith(":") for line in _UNREAD.sub("", stdout).split("\n") if line.strip()
    ):
        return []
    return list(dict.fromkeys(map(_named, found)))


def _named(found: re.Match[str]) -> str:
    """How a finding names it: without its address and what is in it, which differ from run to run."""
    if found["python"]:
        return f"`<{found['python']} …>`"
    return f"`{found['text']}`" if found["text"] else f"`{found['node']} {{ … }}`"


def _of_unread(context: Context, unread: list[str]) -> Finding:
    words = ", ".join(unread)
    return context.finding(
        "output.junk",
        f"the sample prints {words} where content should be",
        line=context.print_line() or context.call_line(),
        expected="the content of the answer and nothing in place of what is not there",
        got=words,
        hint="put `await` in front of the call: without it there is no answer yet"
        if _AWAITED.search(words)
        else "go through it with a loop, and print the content of each chunk",
    )


def _prints_its_own(context: Context) -> bool:
    """Whether a block that calls nothing itself takes nothing of the samples in front of it but what they import."""
    sample, language = context.sample, context.language
    if not sample.earlier or language.calls_api(sample.block.text):
        return False
    front = "".join(block.text for block in sample.earlier)
    given = language.names(front).defines - language.import_lines(front).keys()
    return given.isdisjoint(language.names(sample.block.text).needs)


def _is_told(word: str, context: Context) -> bool:
    """Whether a remark behind a print says that it prints just this: `console.log(`${r}`)  // answer: [object Object]`."""
    ends = re.compile(rf"(?:^|\W){re.escape(_spelled(word).strip('`'))}\W*$")
    lines = (line for line in context.sample.source.splitlines() if _PRINTS.search(line))
    return any(ends.search(remark) for line in lines for remark in _REMARK.findall(line))


def _shows_calls(run: Run, found: dict[str, int]) -> bool:
    """Whether answers call functions in place of content, and the sample prints these too: the empty content is shown beside them."""
    calls = [names for names in map(called, answered(run)) if names]
    stdout = run.stdout.decode("utf-8", "replace")
    return sum(found.values()) <= len(calls) and all(name in stdout for names in calls for name in names)


def _prints_optional(context: Context) -> bool:
    """Whether the line that prints names a member that an answer need not have, beside its content."""
    line = context.print_line()
    text = context.sample.source.splitlines()[line - 1] if line is not None else ""
    last = _LAST_MEMBER.search(text.rstrip())
    # What the page's words, or a type of the sample's, tell of is a member of the API's own.
    is_told = last is not None and (
        last[1] in context.named or re.search(rf"\b{last[1]}\?:", context.sample.source) is not None
    )
    is_lone = sum(_PRINTS.search(one) is not None for one in context.sample.source.splitlines()) == 1
    if last is not None and is_told and is_lone and last[1] not in _OF_CONTENT:
        return True
    return _OPTIONAL.search(text) is not None and not re.search(r"content|text|//|#", text)


def _is_of_unknown(run: Run, context: Context, found: dict[str, int]) -> bool:
    """Whether all that was printed so is of chunks of streams, beside their content, of which nobody knows whether their API sends them."""
    exchanges = [exchange for exchange in answered(run) if is_chat(exchange.request)]
    if context.own_recordings or _OBJECT in found or not exchanges:
        return False
    prints = [printed(one, exchange.response.body, run.stdout) for exchange in exchanges for one in answers(exchange)]
    is_known = any(context.profile_for(exchange.request.host).hosts for exchange in exchanges)
    # Some servers stream the calls of functions as content.
    is_beside = all(prints) if prints else "tool_calls" not in context.sample.source
    return all(map(is_streamed, exchanges)) and not is_known and is_beside


def _hint(run: Run, found: dict[str, int]) -> str:
    if _OBJECT in found:
        return "print the message's `content`, which is a text; the message itself is an object"
    if any(map(is_streamed, answered(run))):
        return 'a chunk without content is normal: print `content or ""` in Python, `content ?? ""` in JavaScript'
    return "the text of an answer is `choices[0].message.content`; it is null where the model calls a tool"


def _printed(run: Run, of_headers: int) -> dict[str, int]:
    """How often each word of JUNK was printed in place of content; the sample has so many prints of headers."""
    exchanges = [exchange for exchange in answered(run) if 200 <= exchange.response.status < 300]
    contents = [(exchange, answer) for exchange in exchanges for answer in answers(exchange)]
    prints = [printed(answer, exchange.response.body, run.stdout) for exchange, answer in contents]
    text = "".join(squeeze("".join(answer.pieces)) for _, answer in contents)
    lines = [squeeze(line) for line in run.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
    ends = [match for line in lines if (match := _LINE.fullmatch(line))]
    found = [match for match in ends if not match["label"] or match["label"].lower() in _LABELS]
    glued = "".join("".join(result.junk) for result in prints if result)
    absent = sum(map(without_content, exchanges))
    if exchanges and not any(prints) and (len(ends) == len(lines) or not any(map(is_streamed, exchanges))):
        absent = len(lines)
    counts = {word: max(sum(match["word"] == word for match in found), glued.count(word)) for word in JUNK}
    counts = {word: max(count - of_headers, 0) for word, count in counts.items()}
    counts = {word: count for word, count in counts.items() if count <= absent}
    if not any(is_chat(exchange.request) for exchange in exchanges):
        # What else an API answers may well hold nothing at a place: a header, a cursor.
        counts = {word: count for word, count in counts.items() if word == _UNDEFINED}
    counts[_OBJECT] = sum(line.count(_OBJECT) for line in lines)
    return {word: count for word, count in counts.items() if word not in text}


def _spelled(word: str) -> str:
    return "`[object Object]`" if word == _OBJECT else f"`{word}`"
