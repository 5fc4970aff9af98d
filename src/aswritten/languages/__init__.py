"""The languages in which samples are published, one module each, and what reading their blocks tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.errors import UsageError
from aswritten.languages import curl, node, python
from aswritten.languages._base import (
    Door,
    Environment,
    Language,
    Names,
    ToolMissing,
    is_readers,
    is_slip,
    undefined_name,
)
from aswritten.languages._facts import facts, known_packages
from aswritten.languages._installs import (
    Ecosystem,
    Install,
    install_commands,
    is_known_package,
    jsr_packages,
    requirement_name,
)
from aswritten.languages._outside import Outside, implied
from aswritten.languages._own_modules import files_shown, own_modules, shows
from aswritten.languages._shell import Command, commands, exports, heredocs, only_assigns, python_programs
from aswritten.languages.curl import mistyped
from aswritten.languages.python import are_signatures, caught, is_refused

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aswritten.model import Sample

__all__ = [
    "LANGUAGES",
    "Command",
    "Door",
    "Ecosystem",
    "Environment",
    "Install",
    "Language",
    "Names",
    "Outside",
    "ToolMissing",
    "are_signatures",
    "by_name",
    "caught",
    "commands",
    "exports",
    "facts",
    "files_shown",
    "fill_blanks",
    "heredocs",
    "implied",
    "install_commands",
    "is_known_package",
    "is_readers",
    "is_refused",
    "is_slip",
    "is_tag",
    "is_typescript",
    "jsr_packages",
    "known_packages",
    "lead_all",
    "mistyped",
    "only_assigns",
    "own_modules",
    "python_programs",
    "requirement_name",
    "shows",
    "undefined_name",
]

LANGUAGES: tuple[Language, ...] = (curl, python, node)


def by_name(name: str) -> Language:
    """The language that verdicts and options call ``name``. Raises UsageError for an unknown one."""
    for language in LANGUAGES:
        if name == language.NAME:
            return language
    raise UsageError(f"unknown language {name!r}; known are {', '.join(language.NAME for language in LANGUAGES)}")


def is_tag(tag: str) -> bool:
    """Whether a tag is that of a language that is run."""
    return any(tag.lower() in language.TAGS for language in LANGUAGES)


def is_typescript(sample: Sample) -> bool:
    """Whether a sample runs as TypeScript, through the loader of its environment."""
    return by_name(sample.language).file_name(sample.block, sample.source).endswith("ts")


def lead_all(door: Door, folder: Path) -> dict[str, str]:
    """The variables of all languages together: a sample of one language may call another's client."""
    variables: dict[str, str] = {}
    for language in LANGUAGES:
        variables |= language.lead(door, folder)
    return variables


def fill_blanks(blanks: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The variables by which samples get (name, value) where they set an environment variable to an empty text."""
    return {"ASWRITTEN_BLANKS": "\n".join(f"{name}={value}" for name, value in blanks)} if blanks else {}
