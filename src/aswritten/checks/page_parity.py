"""Samples of one page that mean the same call send different parameters.

Samples of different languages that ask the same endpoint for the same model, messages and mode of answer are one call, told in several
languages. Where none of a language's samples sends what another language's sends, one of them has left something out: a mistake in tabs of one
group, where words say that they are the same, and where two others agree on what it lacks that stand below headings of languages or without a word between them; elsewhere a warning. What a request says of
itself (its metadata, its user) is free to differ, and so is what a client adds by itself or makes of other things (a schema of a class); so are
two samples of different sections: nobody says there that they are the same.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from aswritten import languages
from aswritten.checks._base import loaded
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.model import Block, Verdict

RULES = ("page.parity",)

_IDENTITY = ("model", "messages", "stream")
#: How a heading names a language, or a client of one.
_OF_LANGUAGE = re.compile(
    r"\b(?:curl|bash|shell|http|rest|python|requests|httpx|node(?:\.?js)?|java ?script|js|type ?script|ts|fetch|axios|sdk)\b",
    re.IGNORECASE,
)
#: How the line between two blocks says that they are one.
_SAME = re.compile(r"\b(?:same|equivalent|identical)\b", re.IGNORECASE)
#: A value that may come from a variable: one word.
_WORD = re.compile(r"\S+")
#: What a request says of itself, and the answer does not depend on.
_LABELS = ("metadata", "user", "safety_identifier")
#: What parameters are where they are left out (OpenAI's API reference, "Create chat completion").
_DEFAULTS: dict[str, Any] = {
    "logprobs": False,
    "n": 1,
    "parallel_tool_calls": True,
    "response_format": {"type": "text"},
    "tool_choice": "auto",
}
#: (name, value as canonical JSON) of each parameter that is not part of the call's identity.
Parameters = frozenset[tuple[str, str]]


def check(run: PageRun) -> Iterator[Finding]:
    """A finding for each sample that differs from what most samples of the same call send."""
    calls: dict[str, list[tuple[Verdict, Parameters]]] = {}
    for _, verdict in sorted(run.verdicts.items()):
        for identity, parameters in dict.fromkeys(_sent(verdict)):
            calls.setdefault(identity, []).append((verdict, parameters))
    for samples in calls.values():
        made = {name for verdict, parameters in samples for name, value in parameters if _is_made(name, value, verdict)}
        written = [(verdict, frozenset(one for one in sent if one[0] not in made)) for verdict, sent in samples]
        yield from _differences(written, run.page.path)


def _is_made(name: str, value: str, verdict: Verdict) -> bool:
    """Whether a client made a parameter, or an object that is one, of something else: the sample names neither it, in whatever spelling, nor its value.

    Of an object it names not all members, or takes one from around it, as a key from a variable where another sample has a placeholder.
    """
    members = json.loads(value)
    source = "\n".join(block.text for block in (*verdict.run_with, verdict.block))
    if isinstance(members, dict):
        texts = (one for one in members.values() if isinstance(one, str))
        given = (one for one in texts if one not in source and json.dumps(one)[1:-1] not in source)
        return not all(member in source for member in members) or any(_WORD.fullmatch(one) for one in given)
    is_named = _squeezed(name) in map(_squeezed, re.findall(r"\w+", source))
    is_word = isinstance(members, bool) or members is None
    return not (is_named or (not is_word and value in source))


def _squeezed(text: str) -> str:
    return text.replace("_", "").lower()


def _sent(verdict: Verdict) -> Iterator[tuple[str, Parameters]]:
    for call in verdict.calls:
        try:
            body = loaded(call.sent)
        except ValueError:
            continue
        if isinstance(body, dict) and "messages" in body:
            identity = [
                call.method,
                call.url.split("?")[0],
                body.get("model"),
                body["messages"],
                bool(body.get("stream")),
            ]
            told = {key: value for key, value in body.items() if key not in _IDENTITY + _LABELS}
            rest = frozenset((key, _canonical(value)) for key, value in told.items() if not _is_default(key, value))
            yield _canonical(identity), rest


def _is_default(name: str, value: Any) -> bool:
    """Whether a parameter says what the API does without it, so that to leave it out is to ask the same."""
    default = _DEFAULTS.get(name)
    return default is not None and isinstance(value, bool) == isinstance(default, bool) and value == default


def _canonical(value: Any) -> str:
    return json.dumps(_numbers(value), sort_keys=True, ensure_ascii=False)


def _numbers(value: Any) -> Any:
    """The value with whole numbers as integers: JavaScript sends 1.0 as 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _numbers(member) for key, member in value.items()}
    return [_numbers(member) for member in value] if isinstance(value, list) else value


def _differences(samples: list[tuple[Verdict, Parameters]], page: str) -> Iterator[Finding]:
    by_language: dict[str, set[Parameters]] = {}
    for verdict, parameters in samples:
        by_language.setdefault(verdict.language, set()).add(parameters)
    sets = list(by_language.values())
    if all(one <= other or other <= one for one in sets for other in sets):
        return
    # Of several samples in one tab each one tells the same once.
    tabs = dict.fromkeys((verdict.block.tab or str(verdict.block.index), parameters) for verdict, parameters in samples)
    counts = Counter(parameters for _, parameters in tabs)
    usual, _ = counts.most_common(1)[0]
    agreeing = [verdict.block for verdict, parameters in samples if parameters == usual]
    for verdict, parameters in samples:
        if parameters == usual or any(
            parameters in variants for language, variants in by_language.items() if language != verdict.language
        ):
            continue
        together = _side_by_side if len(agreeing) == 1 else _near
        lines = [block.line for block in agreeing if together(verdict.block, block)]
        if not lines:
            continue
        names = sorted({name for name, _ in usual ^ parameters})
        # To show more than the others is no slip.
        is_odd = bool(usual - parameters) and len({other.language for other, sent in samples if sent == usual}) > 1
        yield Finding(
            "page.parity",
            "error" if any(_are_one(verdict.block, block, is_odd=is_odd) for block in agreeing) else "warning",
            page,
            _call_line(verdict),
            f"the {verdict.language} sample differs in {', '.join(names)} from the samples of the same call at"
            f" line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}",
            expected=_spelled(names, usual),
            got=_spelled(names, parameters),
            hint="send the same parameters in every language, or say on the page why they differ",
        )


def _side_by_side(one: Block, other: Block) -> bool:
    """Whether a page tells two blocks together: in one section, or in one group of tabs."""
    return one.headings == other.headings or (one.group != "" and one.group == other.group)


def _near(one: Block, other: Block) -> bool:
    """Whether they stand in sections of one name, in sections of languages below one heading, or in one group of tabs."""
    last = one.headings[-1:], other.headings[-1:]
    are_languages = all(_OF_LANGUAGE.search(heading) for heading in (*last[0], *last[1]))
    below_one = one.headings[:-1] == other.headings[:-1] and are_languages
    return last[0] == last[1] or below_one or _side_by_side(one, other)


def _are_one(one: Block, other: Block, *, is_odd: bool) -> bool:
    """Whether a page says of two blocks that they are one: by tabs of one group, or by their being the same in so many words.

    Where one is the odd one out of several, also by no word between them, or by headings that differ in a language alone.
    """
    first, second = sorted((one, other), key=lambda block: block.index)
    said = second.prose.strip().rpartition("\n")[2]
    is_next = second.index == first.index + 1 and first.headings == second.headings
    if (one.group != "" and one.group == other.group) or (is_next and _SAME.search(said)):
        return True
    without = [tuple(_OF_LANGUAGE.sub("", heading).strip() for heading in block.headings) for block in (one, other)]
    is_alike = without[0] == without[1] and one.headings != other.headings
    return is_odd and (is_alike or (is_next and not said))


def _call_line(verdict: Verdict) -> int:
    line = languages.by_name(verdict.language).line_of(verdict.block.text, "call")
    return verdict.block.page_line(line) if line else verdict.block.line


def _spelled(names: list[str], parameters: Parameters) -> str:
    values = dict(parameters)
    return ", ".join(f"{name}: {values[name]}" if name in values else f"no {name}" for name in names)
