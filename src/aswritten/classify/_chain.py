"""Which earlier blocks of a page a block goes on from, by the names that it needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aswritten.languages import is_slip

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from aswritten.model import Block


#: What a block defines that imports all names of a module.
ALL = "*"
#: Blocks that change one name, from the nearest up, that are taken: a page of thousands is not read thousands of times.
_MOST = 30
#: Blocks that are run in front of one.
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Source:
    """A block that is a program, or a piece of one."""

    block: Block
    language: str
    defines: frozenset[str]
    needs: frozenset[str]
    given: frozenset[str]
    """Names whose values are known without a run, and are given to later blocks."""
    elided: str
    """Why it cannot run as it stands; empty if it can."""
    alone: Mapping[str, Source] = field(default_factory=dict)
    """By name: the statement alone that imports it or sets it up, for a block that cannot go on from all of this one."""
    lends: frozenset[str] = frozenset()
    """Imported names that the block sets nothing up on, of a sample that runs by itself: who needs one needs its import alone."""
    perhaps: frozenset[str] = frozenset()
    """Names that it defines on a condition of others: whoever needs one needs what defines it before, too."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What has to run in front of a block."""

    earlier: tuple[Block, ...] = ()
    """In page order."""
    broken: str = ""
    """Why a name that it needs cannot come from where the page defines it; empty if all can."""


def chain(  # noqa: PLR0913
    source: Source,
    defined: Mapping[str, Sequence[Source]],
    changed: Mapping[str, Sequence[Source]],
    *,
    once: bool,
    without: Collection[int] = (),
    parts_of: Collection[int] = (),
) -> Chain:
    """The blocks that define what ``source`` needs, those that change it since, and what these need in turn.

    ``defined`` has for each name the blocks above ``source`` in its language that define it, in page order; ``changed`` those
    that add to its value. The nearest definition wins. A block in another tab of a group that both stand in is an alternative, and gives nothing.
    With ``once`` the language lets a name be declared only once, so that two blocks that declare the same cannot run as one.
    ``without`` are the indexes of blocks that are passed over, ``parts_of`` those of blocks of which only statements are taken that set
    something up. A name that no block defines is left to the run to report.
    """
    chosen: dict[int, Source] = {}
    declared = set(source.defines) if once else set()
    broken = ""
    pending = [(source, name) for name in sorted(source.needs)]
    while pending:
        if len(chosen) > _LONGEST:
            return Chain(broken=f"goes on from more than {_LONGEST} blocks above it")
        user, name = pending.pop()
        if once and user is not source and _brings(name, user, source, defined.get(name, ())):
            continue
        # A statement that was taken alone may need what stands above it in its own block. What nobody defines may be one of all names of a module.
        above = (
            other
            for other in reversed(defined.get(name) or _of_all(name, user, defined))
            if not (other.block.index > user.block.index or user.block == other.block or other.block.index in without)
        )
        found, reason = _definition(name, above, source, chosen, declared, defined, parts_of)
        broken = broken or reason
        if found is None:
            continue
        definer, taken = found
        if chosen.get(definer.block.index) is not taken:
            chosen[definer.block.index] = taken
            declared |= taken.defines if once else set()
            pending += [(taken, need) for need in sorted(taken.needs | taken.perhaps)]
        pending += _change(name, definer, source, defined, changed, chosen, declared if once else None)
    if len(chosen) > _LONGEST:
        return Chain(broken=f"goes on from more than {_LONGEST} blocks above it")
    return Chain(tuple(chosen[index].block for index in sorted(chosen)), broken)


def _of_all(name: str, user: Source, defined: Mapping[str, Sequence[Source]]) -> list[Source]:
    """The whole blocks that import all names of a module, for a name that nobody defines and that is no slip of one that its block does: a plural is none."""
    whole = [other for other in defined.get(ALL, ()) if not other.elided]
    near = user.defines - {f"{name}s", name.removesuffix("s")} if whole else frozenset()
    return [] if is_slip(name, near) else whole


def _brings(name: str, user: Source, source: Source, defined: Sequence[Source]) -> bool:
    """Whether ``source`` itself imports what a statement of ``user``, in front of it, has under a name: imports come first, wherever they stand."""
    own = _imported(source, name)
    if own is None:
        return False
    meant = next((other for other in reversed(defined) if other.block.index <= user.block.index), None)
    return meant is not None and _imported(meant, name) == own


def _imported(source: Source, name: str) -> tuple[str, str] | None:
    """The module from which a block's import statement has a name, as it is written, and what the name is there; None where no such statement has it."""
    alone = source.alone.get(name)
    text = alone.block.text if alone else ""
    if not text.startswith("import"):
        return None
    what, _, module = text.rpartition(" from ")
    renamed = re.search(rf"(\S+)\s+as\s+{re.escape(name)}\b", what)
    member = name if name in re.findall(r"[\w$]+", what.partition("{")[2]) else "default"
    return module.strip(" ;\n\"'"), renamed[1] if renamed else member


def _definition(  # noqa: PLR0913, PLR0917
    name: str,
    above: Iterable[Source],
    source: Source,
    chosen: Mapping[int, Source],
    declared: set[str],
    defined: Mapping[str, Sequence[Source]],
    parts_of: Collection[int],
) -> tuple[tuple[Source, Source] | None, str]:
    """The block that defines a name, with what is taken of it: the nearest of those ``above`` that can be joined.

    All of a block further up is taken rather than a client of a nearer one alone. Without one: why, in words, or nothing where none defines it
    or its value is known without a run.
    """
    spare: tuple[Source, Source] | None = None
    reasons: list[str] = []
    for other in above:
        held = chosen.get(other.block.index)
        if name in other.given:
            return None, ""
        if held is not None and name in held.defines:
            return (other, held), ""
        if other.block.tab and any(are_alternatives(one.block, other.block) for one in (source, *chosen.values())):
            continue
        reason = _cannot_join(name, other, declared - (held.defines if held else frozenset()))
        in_part = reason or name in other.lends or other.block.index in parts_of
        taken = _alone(name, other, declared, held) if in_part else other
        if taken is None or (in_part and not taken.needs <= defined.keys()):
            reasons.append(
                reason or f"needs `{name}` of the block at line {other.block.line}, which is not set up by itself"
            )
        elif reason and taken.needs and held is None:
            spare = spare or (other, taken)
        else:
            return (other, taken), ""
    return spare, "" if spare else next(iter(reasons), "")


def _change(  # noqa: PLR0913, PLR0917
    name: str,
    definer: Source,
    source: Source,
    defined: Mapping[str, Sequence[Source]],
    changed: Mapping[str, Sequence[Source]],
    chosen: dict[int, Source],
    declared: set[str] | None,
) -> list[tuple[Source, str]]:
    """Chooses the blocks between a name's definition and ``source`` that change its value and can run there; what they need.

    ``declared`` has the names that may not be declared again, and gets theirs; None where all may be.
    """
    needs: list[tuple[Source, str]] = []
    for other in changed.get(name, ())[-_MOST:]:
        if not definer.block.index < other.block.index < source.block.index or chosen.get(other.block.index) is other:
            continue
        if other.block.tab and any(are_alternatives(one.block, other.block) for one in (source, *chosen.values())):
            continue
        if _cannot_join(name, other, declared or set()) or not other.needs <= defined.keys():
            continue
        chosen[other.block.index] = other
        if declared is not None:
            declared |= other.defines
        needs += [(other, need) for need in sorted(other.needs)]
    return needs


def _alone(name: str, other: Source, declared: set[str], held: Source | None) -> Source | None:
    """The statement that imports the name or makes its object, with what is already taken of its block; None where it cannot stand alone."""
    alone = other.alone.get(name)
    if alone is None or declared & alone.defines:
        return None
    if held is None:
        return alone
    lines = {
        at: text
        for block in (held.block, alone.block)
        for at, text in zip(block.lines, block.text.splitlines(keepends=True), strict=True)
    }
    block = replace(alone.block, text="".join(lines[at] for at in sorted(lines)), lines=tuple(sorted(lines)))
    return replace(alone, block=block, defines=held.defines | alone.defines)


def _cannot_join(name: str, other: Source, declared: set[str]) -> str:
    if other.elided:
        return f"needs `{name}` of the block at line {other.block.line}, which cannot run: {other.elided}"
    again = sorted(declared & other.defines)
    if again:
        return f"needs `{name}` of the block at line {other.block.line}, and both declare `{again[0]}`: they cannot run as one"
    return ""


def are_alternatives(one: Block, other: Block) -> bool:
    """Whether a reader sees only one of the two: they stand in different tabs of one group."""
    for mine, theirs in zip(one.tab.split("/"), other.tab.split("/"), strict=False):
        if mine != theirs:
            return bool(mine and theirs) and mine.split(":")[0] == theirs.split(":")[0]
    return False
