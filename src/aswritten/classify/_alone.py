"""Blocks of which their own text tells all: installs, variables, files, data, plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.classify import _prose, _texts
from aswritten.classify._programs import SHELL
from aswritten.classify._role import Role

if TYPE_CHECKING:
    from aswritten.languages import Install
    from aswritten.model import Block


#: What a requirement holds that its reader fills in: `package==${VERSION}`, `<package>`, `package=={version}`.
_LEFT_TO_READER = re.compile(r"\$\{?\w|<[^<>=]+>|\{\w")


#: Tags of configurations that have no commands, and a line of one: a key, an item, a section.
_FORMS = frozenset({"conf", "ini", "properties", "toml", "yaml", "yml"})
_OF_FORM = re.compile(r"^[ \t]*(?:[\w.\"'-]+[ \t]*[:=](?!=)|- |\[)", re.MULTILINE)
#: Tags of the other languages, which an install command is not in.
_NOT_SHELL = frozenset(tag for language in languages.LANGUAGES if language.NAME != SHELL for tag in language.TAGS)


def install(block: Block) -> Role | None:
    """A block whose commands install packages, or in which its reader puts what they do."""
    is_mistagged = _is_shell_by_mistake(block)
    if block.tag in _texts.KINDS_BY_TAG and not is_mistagged:
        return None
    misnamed = is_mistagged or (block.tag in _NOT_SHELL and not block.text.lstrip().startswith(("!", "%")))
    installs = languages.install_commands(block.text) or ()
    placed = tuple(
        replace(
            install,
            line=block.page_line(install.line),
            read_as_files=tuple((mark, block.page_line(line)) for mark, line in install.read_as_files),
        )
        for install in installs
    )
    given = tuple(languages.exports(block.text).items()) if installs else ()
    left = next((word for one in installs for word in one.requirements if _LEFT_TO_READER.search(word)), "")
    if left:
        reason = f"its reader puts a value in place of `{left}`"
        return Role(block, "fragment", SHELL, reason, variables=given)
    if placed and all(_is_from_address(one) for one in placed):
        reason = "installs from an address, which is not reached here"
        return Role(block, "install", SHELL, reason, left=placed, variables=given)
    if placed and all(one.from_files for one in placed):
        own = " ".join(placed[0].argv)
        reason = f"installs from files of the reader's own: `{own}`"
        return Role(block, "install", SHELL, reason, left=placed, variables=given, contradicted=is_mistagged)
    placed = tuple(one for one in placed if not one.from_files)
    if not placed:
        return None
    return Role(block, "install", SHELL, installs=placed, variables=given, contradicted=misnamed)


def _is_shell_by_mistake(block: Block) -> bool:
    """Whether a block that is a configuration by its tag holds plain commands, one of them to install by, and nothing of the form that the tag names."""
    return block.tag in _FORMS and _OF_FORM.search(block.text) is None and bool(languages.install_commands(block.text))


def _is_from_address(install: Install) -> bool:
    """Whether all that a command installs lies at an address, and not in a registry."""
    return bool(install.requirements) and all(re.match(r"https?://", one) for one in install.requirements)


def file(block: Block) -> Role:
    language = next(
        (known for known in languages.LANGUAGES if block.page.lower().endswith(tuple(known.SUFFIXES))), None
    )
    if language is None:
        return Role(
            block, "other", reason=f"a file in a language that is not run here ({block.tag})", unclassified=True
        )
    return Role(block, "sample", language.NAME)


def variables(block: Block) -> Role | None:
    """Variables that no shell sets as they stand: the text of an `.env` file that is fenced as shell (`NAME = value`), a bare placeholder."""
    if block.tag not in languages.by_name(SHELL).TAGS:
        return None
    if _texts.is_dotenv(block.text):
        return Role(block, "other", "dotenv", "variables of an .env file", contradicted=True)
    placeholder = _texts.placeholder_set(block.text)
    return (
        Role(block, "fragment", SHELL, f"its reader puts a value in place of `{placeholder}`") if placeholder else None
    )


def text(block: Block) -> Role:
    """A block that is no program of a language that is run here."""
    kind = _texts.KINDS_BY_TAG.get(block.tag, "")
    form = _texts.plain_kind(block.text)
    if form or kind:
        reason = f"{kind} ({block.tag})" if kind else form
        return Role(block, "other", reason=reason, variables=_dotenv(block, form))
    if reason := _form(block):
        return Role(block, "other", reason=reason)
    why = f"the tag {block.tag!r} is not known" if block.tag else "no language is named"
    return Role(block, "other", reason=f"{why}, and the text reads as none that is", unclassified=True)


def _form(block: Block) -> str:
    """What a text is, in words, in which no sample is missed; empty where its form does not tell."""
    if _texts.parsed_json(block.text) is not None:
        return "data (JSON)"
    if block.tag in _texts.PLAIN_TAGS - {""}:
        return "plain text"
    if all(line.split()[:1] in ([], [block.tag]) for line in block.text.splitlines()):
        return "shell commands"
    return "" if block.tag else _prose.form(block.text)


def _dotenv(block: Block, form: str) -> tuple[tuple[str, str], ...]:
    """What a block tells a reader to put into a `.env` file, or to set by hand."""
    return tuple(languages.exports(block.text).items()) if form == "variables" else ()
