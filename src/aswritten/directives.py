"""What a page's author says of a block: the words behind ``aswritten:`` in a comment, or in the settings, to values.

``skip REASON``, ``fails RULE``, ``prints TEXT``, ``variables NAME=VALUE ...`` and ``variant NAME: replace OLD with NEW``. The words are
read here alone, wherever they stand. What they say of which block is judged by `checks.page_directive`.
"""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aswritten.model import Block

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_VARIANT = re.compile(r"([\w.-]+)\s*:\s*replace\s+(.*)", re.DOTALL)
_QUOTED = r"`([^`]*)`|\"([^\"]*)\"|'([^']*)'"
_REPLACE = re.compile(rf"(?:{_QUOTED}|(.+?))\s+with\s+(?:{_QUOTED}|(.*))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variant:
    """A change that the page announces ("set stream to False"), with which the sample runs once more."""

    name: str
    old: str
    """What is replaced, wherever it stands in the sample."""
    new: str


@dataclass(frozen=True, slots=True)
class Directives:
    """What is said of one block."""

    skip: str = ""
    """Why it is not run; empty: it is."""
    fails: str = ""
    """The rule that it breaks, and is to break; empty: it is to break none."""
    prints: str | None = None
    """What it prints, with lines of `...` for what is left out; None: nothing is said."""
    variables: tuple[tuple[str, str], ...] = ()
    variants: tuple[Variant, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    """(word, 1-based line of the page) of what is said on the page itself."""

    def line(self, word: str, otherwise: int) -> int:
        """Where the page says `word`; ``otherwise`` where the settings say it."""
        return next((line for said, line in self.lines if said == word), otherwise)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a block, and what of that cannot be understood."""

    directives: Directives = field(default_factory=Directives)
    mistakes: tuple[tuple[int, str], ...] = ()
    """(line of the page, what is wrong)."""


def read(block: Block, more: Iterable[str] = ()) -> Said:
    """What the comments above a block say of it, and after them the texts of the settings, ``more``."""
    found = Directives()
    mistakes: list[tuple[int, str]] = []
    for line, text in [
        *((one.line, one.text) for one in block.comments if one.is_above),
        *((0, text) for text in more),
    ]:
        try:
            found = _with(found, text, line)
        except ValueError as error:  # noqa: PERF203 - few blocks have any
            mistakes.append((line or block.line, str(error)))
    mistakes += [
        (one.line, f"no block stands right below `aswritten: {_short(one.text)}`")
        for one in block.comments
        if not one.is_above
    ]
    if found.skip and found != replace(Directives(), skip=found.skip, lines=found.lines):
        mistakes.append(
            (
                found.line("skip", block.line),
                "`skip` says that the block is not run, and another comment what comes of its run",
            )
        )
    return Said(found, tuple(mistakes))


def check(text: str) -> None:
    """Raises ValueError, with what is wrong, for a text that says nothing known."""
    _with(Directives(), text)


def words(said: Directives) -> tuple[str, ...]:
    """What is said of a block, in short; of variables the names alone."""
    names = " ".join(name for name, _ in said.variables)
    return tuple(
        f"{word} {_short(text)}"
        for word, text in (
            ("skip", said.skip),
            ("fails", said.fails),
            ("prints", said.prints or ""),
            ("variables", names),
            *(("variant", variant.name) for variant in said.variants),
        )
        if text
    )


def hashes(blocks: Iterable[Block]) -> tuple[str, ...]:
    """What blocks of a page are called in settings and baselines, wherever they stand: by their text.

    Of several with the same text the later ones are numbered: `3f2a9c01d4e5-2`.
    """
    counts: dict[str, int] = {}
    names = []
    for block in blocks:
        counts[block.digest] = counts.get(block.digest, 0) + 1
        again = counts[block.digest]
        names.append(block.digest if again == 1 else f"{block.digest}-{again}")
    return tuple(names)


def _with(found: Directives, text: str, line: int = 0) -> Directives:
    """What was found and what a text adds to it; ``line`` is that of the page, 0 for what the settings say. Raises ValueError."""
    word, rest = [*text.split(None, 1), "", ""][:2]
    reader = _WORDS.get(word)
    if reader is None:
        near = difflib.get_close_matches(word, _WORDS, 1)
        perhaps = f". Perhaps {near[0]}?" if near else ""
        raise ValueError(f"expected `aswritten:` and one of file, {', '.join(_WORDS)}, got `{_short(text)}`{perhaps}")
    changed = reader(found, rest.strip())
    return replace(changed, lines=(*found.lines, (word, line))) if line else changed


def _skip(found: Directives, rest: str) -> Directives:
    if not rest:
        raise ValueError("expected `aswritten: skip REASON`: say why, so that readers of the report know")
    return replace(found, skip=_once("skip", found.skip, " ".join(rest.split())))


def _fails(found: Directives, rest: str) -> Directives:
    if not re.fullmatch(r"[a-z]+\.[a-z0-9-]+", rest):
        raise ValueError(
            f"expected `aswritten: fails RULE`, got `fails {_short(rest)}`: `aswritten explain` lists the rules"
        )
    return replace(found, fails=_once("fails", found.fails, rest))


def _prints(found: Directives, rest: str) -> Directives:
    if not rest:
        raise ValueError("expected `aswritten: prints TEXT`")
    return replace(found, prints=_once("prints", found.prints, rest))


def _variables(found: Directives, rest: str) -> Directives:
    try:
        words = shlex.split(rest)
    except ValueError as error:
        raise ValueError(f"variables: a quote is never closed in `{_short(rest)}`") from error
    pairs = [word.partition("=") for word in words]
    wrong = next((name + equals for name, equals, _ in pairs if not equals or not _NAME.fullmatch(name)), None)
    if wrong is not None or not pairs:
        raise ValueError(f"expected `aswritten: variables NAME=VALUE`, got `variables {_short(wrong or rest)}`")
    return replace(found, variables=(*found.variables, *((name, value) for name, _, value in pairs)))


def _variant(found: Directives, rest: str) -> Directives:
    named = _VARIANT.fullmatch(rest)
    change = _REPLACE.fullmatch(named[2].strip()) if named else None
    if named is None or change is None:
        raise ValueError(f"expected `aswritten: variant NAME: replace OLD with NEW`, got `variant {_short(rest)}`")
    old = next(part for part in change.groups()[:4] if part is not None)
    new = next(part for part in change.groups()[4:] if part is not None)
    if not old or (change[4] is not None and " with " in f"{new} "):
        raise ValueError(f"variant {named[1]}: put what is replaced, and what with, in backticks or quotes")
    if any(variant.name == named[1] for variant in found.variants):
        raise ValueError(f"two variants are called {named[1]}")
    return replace(found, variants=(*found.variants, Variant(named[1], old, new)))


def _once(word: str, before: str | None, value: str) -> str:
    if before:
        raise ValueError(f"`{word}` is said twice of one block")
    return value


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:80]} …"


_WORDS: dict[str, Callable[[Directives, str], Directives]] = {
    "skip": _skip,
    "fails": _fails,
    "prints": _prints,
    "variables": _variables,
    "variant": _variant,
}
