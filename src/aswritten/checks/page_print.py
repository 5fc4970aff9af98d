"""A page shows another print than its sample makes.

Held only where requests must be the recorded ones (`matching: recorded`): there the sample prints what the page can show, word for word. Lines
of `...` stand for what the page leaves out. JSON is compared as values, and may be what the sample was served. Elsewhere a model's words vary
by nature, and nothing is compared, but for what the page's author says of the sample: `aswritten: prints TEXT`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import loaded, shorten
from aswritten.checks._documents import is_elision, read
from aswritten.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import PageRun
    from aswritten.model import Verdict

RULES = ("page.documented-print",)


def check(run: PageRun) -> Iterator[Finding]:
    """A finding for each documented print of a sample that passed and printed something else."""
    yield from _said(run)
    for index, sample in run.documents.items() if run.exact else ():
        verdict, shown = run.verdicts.get(sample.index), run.verdicts.get(index)
        if verdict is None or shown is None or verdict.name not in {"passed", "continuation"}:
            continue
        block = shown.block
        parts = sum(other is sample for other in run.documents.values()) > 1
        if not _as_printed(block.text, verdict.printed, part=parts) and not _as_served(block.text, verdict):
            yield Finding(
                "page.documented-print",
                "error",
                block.page,
                block.first_line,
                f"the page shows another print than the sample at line {sample.line} makes",
                expected=shorten(verdict.printed, 400),
                got=shorten(block.text, 400),
                hint="show what the sample prints, with `...` on a line of its own for what is left out",
            )


def _said(run: PageRun) -> Iterator[Finding]:
    """Findings of samples of which a comment says what they print, wherever the answers come from."""
    for said, block in zip(run.said, run.page.blocks, strict=True) if run.said else ():
        verdict, expected = run.verdicts.get(block.index), said.directives.prints
        if expected is None or verdict is None or verdict.name not in {"passed", "continuation"}:
            continue
        if not _as_printed(expected, verdict.printed, part=False):
            yield Finding(
                "page.documented-print",
                "error",
                block.page,
                said.directives.line("prints", block.line),
                f"the sample at line {block.line} prints something else than is said of it",
                expected=shorten(verdict.printed, 400),
                got=shorten(expected, 400),
                hint="say what the sample prints, with `...` on a line of its own for what is left out",
            )


def not_compared(text: str, *, exact: bool) -> str:
    """Why documented output is not compared with the print of its sample; empty where it is, and for responses, which the contract judges."""
    document = read(text)
    if exact or document.kind == "broken" or any(_is_response(value) for _, value in document.values):
        return ""
    return "not compared: a model's words vary by nature (`matching: recorded` compares)"


def _is_response(value: object) -> bool:
    return isinstance(value, dict) and not value.keys().isdisjoint({"choices", "error"})


def _as_printed(text: str, printed: str, *, part: bool) -> bool:
    """Whether the text is the print, with elisions; a part of it where the page shows the print in several blocks.

    White space at the ends of lines does not show on a page.
    """
    parts: list[list[str]] = [[]]
    for line in _lines(text):
        if is_elision(line):
            parts.append([])
        else:
            parts[-1].append(line)
    texts = ["\n".join(part).strip("\n") for part in parts]
    rest = "\n".join(_lines(printed)).strip("\n")
    if part:
        texts = ["", *texts, ""]
    if len(texts) == 1:
        return rest == texts[0]
    if not rest.startswith(texts[0]):
        return False
    for text_part in texts[:-1]:
        _, found, rest = rest.partition(text_part) if text_part else ("", "-", rest)
        if not found:
            return False
    return rest.endswith(texts[-1])


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def _as_served(text: str, verdict: Verdict) -> bool:
    document = read(text)
    if document.kind != "json" or document.elided:
        return False
    shown = document.values[0][1]
    return any(shown == _value(body) for body in (verdict.printed, *(call.served for call in verdict.calls)))


def _value(text: str) -> object:
    try:
        return loaded(text)
    except ValueError:
        return None
