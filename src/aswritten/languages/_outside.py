"""What a piece of source wants from outside of itself, in a form that all languages share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.languages._facts import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Characters of a text that can be a path.
_LONGEST = 120
_PATH = re.compile(r"(?:~?/|\.{1,2}/)*(?:[\w .@-]+/)*[\w .@-]*\w\.[A-Za-z][A-Za-z0-9]{1,4}")
#: What stands for a path that its reader knows: `/path/to/file`.
_ANY_PATH = re.compile(r"(?:~?/|\.{1,2}/)*path/to/[\w.@/-]+")


@dataclass(frozen=True, slots=True)
class Outside:
    """What a run of the source wants beside its bytes, as far as reading it tells."""

    variables: frozenset[str] = frozenset()
    """Environment variables that it reads, neither sets nor has a default for."""
    implied: frozenset[str] = frozenset()
    """Those that its packages read by themselves."""
    files: frozenset[str] = frozenset()
    """Files that it names, and does not write: relative, POSIX slashes."""
    modules: frozenset[str] = frozenset()
    """Files of its own that it would import, where its page shows them: relative, POSIX slashes."""
    beyond: frozenset[str] = frozenset()
    """Files that it names outside of its working folder."""
    blanks: frozenset[str] = frozenset()
    """Environment variables that it sets to an empty text, for the reader to fill in."""
    unfilled: tuple[tuple[str, int], ...] = ()
    """(name, 1-based line) of keys and URLs that are empty texts, or placeholders and nothing else, in its own names."""
    serves: tuple[str, int] = ("", 0)
    """(call, 1-based line) that serves until somebody stops it; an empty text for none."""
    asks: bool = False
    """Whether it reads what somebody types."""
    prompts: tuple[str, ...] = ()
    """What it says when it asks, in the order of the source."""
    texts: frozenset[str] = frozenset()
    """Its short texts, by which it may compare what somebody types."""


def implied(packages: Iterable[str]) -> frozenset[str]:
    """The environment variables that packages (dotted Python imports, npm names) read by themselves."""
    known: dict[str, list[str]] = facts("surroundings")["implied"]
    found = (
        known.get(package) or known.get(package.rpartition(".")[0]) or known.get(package.split(".")[0]) or []
        for package in packages
    )
    return frozenset(name for names in found for name in names)


def is_unfilled(name: str, value: object) -> bool:
    """Whether a name of a key or URL has nothing for its value: an empty text, or a placeholder and nothing else."""
    if not isinstance(value, str) or not re.search(r"(?i)key|token|secret|url|base|endpoint|host", name):
        return False
    return not value.strip() or re.fullmatch(r"<[^<>]*>|\{[^{}]*\}|\[[^\[\]]*\]", value.strip()) is not None


def as_path(text: str) -> str:
    """The text as a path of a file with a suffix, or of any file, as it names it; empty when it reads as something else."""
    if len(text) > _LONGEST or "://" in text:
        return ""
    return text if _PATH.fullmatch(text) or _ANY_PATH.fullmatch(text) else ""


def sorted_out(paths: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Paths as those below the working folder, normalised, and those beyond it."""
    inside: set[str] = set()
    beyond: set[str] = set()
    for path in paths:
        own = path.removeprefix("./")
        if own.startswith(("/", "~")) or ".." in own.split("/"):
            beyond.add(path)
        else:
            inside.add(own)
    return frozenset(inside), frozenset(beyond)
