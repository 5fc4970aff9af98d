"""The language of a block: by its tag, unless its text reads as another one."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.classify import _programs, _prose, _texts

if TYPE_CHECKING:
    from aswritten.languages import Language
    from aswritten.model import Block

#: A declaration of JavaScript's.
_DECLARES = re.compile(r"^(?:export )?(?:const|let) [\w$]{1,60}(?::[^=\n]{1,60})? = \S", re.MULTILINE)


def language_of(block: Block) -> Language | None:
    """The language of a block: what its tag says, unless its text reads as another one only."""
    tagged = next((language for language in languages.LANGUAGES if block.tag in language.TAGS), None)
    if tagged is None and block.tag in _texts.KINDS_BY_TAG:
        return _in_spite_of_tag(block)
    if tagged is None and _texts.plain_kind(block.text):
        shell = languages.by_name(_programs.SHELL)
        return shell if shell.calls_api(block.text) else None
    # A piece that is indented is one of its language all the same.
    if tagged is not None and (tagged.is_program(block.text) or tagged.is_program(dedent(block.text))):
        return tagged
    others = (
        language for language in languages.LANGUAGES if language is not tagged and language.is_program(block.text)
    )
    # A tag is contradicted only by text that calls the API, or hands on a program that does, or declares as JavaScript alone does: a command such as `a=b` reads as several languages.
    calls = (
        language
        for language in others
        if tagged is None
        or language.calls_api(block.text)
        or _programs.unled(block.text, language.NAME)
        or (language.NAME == "node" and _DECLARES.search(block.text))
    )
    other = next(calls, None)
    is_shell = tagged is None and other is languages.by_name(_programs.SHELL)
    # What stands in the boxes of a drawing, or before an arrow, may read as a command.
    clients = languages.facts("shell")["clients"]
    if is_shell and (_prose.is_drawing(block.text) or _prose.is_led_from(block.text, clients)):
        return None
    return other or tagged


def _in_spite_of_tag(block: Block) -> Language | None:
    """The language of a block whose tag says data, or another program, where it calls the API and is none."""
    kind = _texts.KINDS_BY_TAG[block.tag]
    if (
        block.unclosed
        or block.tag in _texts.OTHER_SHELLS
        or ((kind not in _texts.NO_PROGRAMS or _texts.is_mapping(block.text)) and not _texts.is_command(block.text))
    ):
        return None
    if _texts.parsed_json(block.text) is not None:
        return None
    found = (one for one in languages.LANGUAGES if one.is_program(block.text) and one.calls_api(block.text))
    return next(found, None)


def contradicts(block: Block, language: Language) -> bool:
    """Whether a block's tag says another language than the one that it is in."""
    others = {tag for other in languages.LANGUAGES if other is not language for tag in other.TAGS}
    return block.tag in others or block.tag in _texts.KINDS_BY_TAG


def defines(block: Block) -> bool:
    """Whether a block, read by its tag, defines names that other blocks could use."""
    tagged = next((language for language in languages.LANGUAGES if block.tag in language.TAGS), None)
    return tagged is not None and bool(tagged.names(block.text).defines)
