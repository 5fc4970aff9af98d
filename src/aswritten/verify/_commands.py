"""The commands of a page that install packages: which of them the reader of a block follows, and what of each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten import languages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from aswritten.classify import Role
    from aswritten.languages import Install
    from aswritten.model import Block
    from aswritten.verify._case import Case


#: A remark of a block that tells to install something.
REMARKED = re.compile(
    r"^[ \t]*#[ \t]*[!%]?pip3? install (?:-U |-q |--upgrade |--quiet )*[\"']?([A-Za-z0-9][\w.-]*)", re.MULTILINE
)
#: A requirement that holds a package to a release, or to those before one.
_HELD = re.compile(r"==|~=|<|(?<=.)@\d")
#: How a heading says that what stands below it is for who has an older release.
_OLDER = re.compile(
    r"\b(?:legacy|deprecated)\b|\b(?:old(?:er)?|previous|earlier)\s(?:\w{1,30}\s)?(?:versions?|releases?)\b",
    re.IGNORECASE,
)
#: How words offer a choice between two commands, and how they and a heading say that one follows the other.
_CHOICE = re.compile(r"\b(?:or|alternatively|instead|either|if you|optional(?:ly)?|choose|pick)\b", re.IGNORECASE)
_THEN = re.compile(r"\b(?:then|next|after (?:that|this)|finally|also|additionally|as well)\b", re.IGNORECASE)
_STEP = re.compile(r"\W{0,4}(?:step\b|\d{1,2}\s?[.):])", re.IGNORECASE)


def installs_of(case: Case, ecosystem: str, block: Block | None = None) -> tuple[Install, ...]:
    """The page's own commands that install packages of an ecosystem, in the order of the page.

    Of those below ``block``, where one is named, only what takes nothing from what its reader has by then: no command that holds a package
    to those before a release, and none for a package that a command above holds to one. A page may end with what to do else, or go on from one release
    to the next. Of those in a section for users of an older release only what stands there follows them.
    """
    telling = (role for role in case.roles if role.installs)
    followed = (role for role in telling if not (case.skipped(role.block) or _is_for_others(role.block, block)))
    installs = tuple(install for role in followed for install in for_all(role) if install.ecosystem == ecosystem)
    if block is None:
        return installs
    held = {
        languages.requirement_name(word, one.ecosystem)
        for one in installs
        if one.line <= block.line
        for word in one.requirements
        if _HELD.search(word)
    }
    # All of a notebook may stand on one line.
    return tuple(one for one in installs if one.line <= block.line or not _takes_away(one, held))


def for_all(role: Role) -> tuple[Install, ...]:
    """The commands of an install block, but for those that a remark right above them is for users of an older release.

    Such a one is left out where others of the block are for the same packages.
    """
    remarks = dict(_remarks(role.block))
    for_others = [one for one in role.installs if _OLDER.search(remarks.get(one.line, ""))]
    left = tuple(one for one in role.installs if one not in for_others)
    again = {name for one in left for name in names_of(one)}
    return tuple(one for one in role.installs if one in left or not names_of(one) <= again)


def names_of(install: Install) -> frozenset[str]:
    return frozenset(languages.requirement_name(word, install.ecosystem) for word in install.requirements)


def _remarks(block: Block) -> Iterator[tuple[int, str]]:
    """For each line of the page on which a block stands the remark above it, in its paragraph; a command in a remark is none."""
    remark = ""
    for number, line in enumerate(block.text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            remark = "" if REMARKED.match(line) else line
        elif not line.strip():
            remark = ""
        yield block.page_line(number), remark


def _is_for_others(command: Block, block: Block | None) -> bool:
    """Whether a command stands in a section that calls itself one for an older release, and ``block`` does not."""
    old = next((heading for heading in command.headings if _OLDER.search(heading)), "")
    return bool(old) and block is not None and old not in block.headings


def is_told_to_follow(blocks: Sequence[Block], first: int, second: int) -> bool:
    """Whether a page has its reader run the command on one of its lines behind that on another: by its words or by headings that are steps, and not in a tab beside it."""
    one, other = (next(block for block in blocks if line in block.page_lines()) for line in (first, second))
    lines = other.text.splitlines()
    written = [text for number, text in enumerate(lines, 1) if first < other.page_line(number) < second]
    words = [*written, *(block.prose for block in blocks[one.index + 1 : other.index + 1])]
    if other.tab != one.tab or any(map(_CHOICE.search, words)):
        return False
    new = [heading for heading in other.headings if heading not in one.headings]
    return any(map(_STEP.match, new)) or any(map(_THEN.search, words))


def _takes_away(install: Install, held: Collection[str]) -> bool:
    return any("<" in word for word in install.requirements) or not names_of(install).isdisjoint(held)
