"""The packages that a sample needs, and what its page says of them."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.verify._commands import REMARKED, installs_of, names_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.languages import Ecosystem, Install, Language
    from aswritten.model import Sample
    from aswritten.verify._case import Case


#: What a page's words tell to install. An import of Node is the package's own name, and needs no telling.
_TOLD = re.compile(r"[`*]pip3? install (?:-U |--upgrade )?[\"']?([A-Za-z0-9][\w.-]*)")
#: One that has an index of its own, which is not for everybody.
_TOLD_ELSEWHERE = re.compile(
    r"[`*]pip3? install [^`*\n]{0,300}?(?:--(?:extra-)?index-url|--index|--find-links|-[if])[ =]"
)
#: Letters of a name that others are taken for by their beginning or end.
LONG_ENOUGH = 4


def packages_of(case: Case, language: Language, sample: Sample) -> tuple[str, ...]:
    """What a sample needs beside what its page tells the reader to install: what settings name, else what it imports.

    A page that installs one thing often imports another whose name says by itself how to get it.
    """
    name = language.NAME
    ecosystem: Ecosystem = "node" if name == "node" else "python"
    installs = installs_of(case, name, sample.block)
    configured = {"python": case.settings.python, "node": case.settings.node}.get(name, ())
    if configured:
        return () if installs else configured
    stated = {
        languages.requirement_name(word, ecosystem): word for install in installs for word in install.requirements
    }
    # What npm installs for all of its user's folders are commands. One that a sample imports as well is installed beside it.
    globally = {one for install in installs if ecosystem == "node" and _is_global(install) for one in names_of(install)}
    own = languages.facts("surroundings")["own_folders"] if ecosystem == "python" else ()
    shown = languages.own_modules(case.page, sample, language.outside(sample.source))
    sources = (sample.source, *(block.text for block in shown.values()))
    imported = [one for one in dict.fromkeys(itertools.chain(*map(language.packages, sources))) if one not in own]
    if ecosystem == "python" and any(map(_is_guess, imported)):
        told = _told(case)
        imported = [_as_told(one, told) if _is_guess(one) and one not in told else one for one in imported]
    own_files = {languages.requirement_name(path.removesuffix(".py").split("/")[0], ecosystem) for path in shown}
    there = (stated.keys() - globally) | own_files
    names = {one: languages.requirement_name(one, ecosystem) for one in imported}
    return tuple(stated.get(names[one], one) for one in imported if names[one] not in there)


def _is_global(install: Install) -> bool:
    return not {"-g", "--global", "--location=global"}.isdisjoint(install.options)


def _told(case: Case) -> frozenset[str]:
    """The Python packages that the page's words tell the reader to install, and remarks of its blocks: `# !pip install maker`."""
    if " install " not in case.page.text:
        return frozenset()
    last = max((line for block in case.page.blocks for line in block.page_lines()), default=0)
    below = "\n".join(case.page.text.split("\n")[last:])
    told = {name for text in (*(one.prose for one in case.page.blocks), below) for name in _TOLD.findall(text)}
    return frozenset(told.union(*(REMARKED.findall(one.text) for one in case.page.blocks)))


def are_told(case: Case, packages: Iterable[str]) -> bool:
    """Whether the page's words tell the reader to install one of these Python packages."""
    return not _told(case).isdisjoint(packages)


def has_own_index(case: Case) -> bool:
    """Whether the page's words tell the reader to install from somewhere else than everybody does."""
    return any(_TOLD_ELSEWHERE.search(block.prose) for block in case.page.blocks)


def guesses(case: Case, packages: Iterable[str]) -> frozenset[str]:
    """Those of a Python sample's packages whose names nobody tells: PyPI may have another one under the name of the import."""
    return frozenset(one for one in packages if _is_guess(one)) - _told(case)


def is_unspoken(case: Case, package: str) -> bool:
    """Whether nothing is known of an npm package, whose name is no slip of one that is, and no command on the page, nor one that its words tell, is for it."""
    if languages.is_known_package(package, "node") or languages.is_slip(package, languages.known_packages("node")):
        return False
    form = rf"\b(?:npm (?:i|in|install|add)|(?:pnpm|yarn|bun) (?:i|install|add)|npx|bunx)\b[^\n]{{0,200}}(?<![\w@/.-]){re.escape(package)}(?![\w/-])"
    return re.search(form, case.page.text) is None


def unnamed(case: Case, packages: Iterable[str]) -> frozenset[str]:
    """Those of the guesses that no command of the page may be for: `pip install acme-sdk` may bring `acme`."""
    installed = {
        languages.requirement_name(word, "python")
        for install in installs_of(case, "python")
        for word in install.requirements
    }
    return frozenset(one for one in guesses(case, packages) if _as_told(one, installed) == one)


def _is_guess(package: str) -> bool:
    """Whether nothing is known of a Python package, so that its name is guessed by the import's."""
    return not languages.is_known_package(package, "python")


def _as_told(package: str, told: Iterable[str]) -> str:
    """The package, or the one of which the page says that it is it: `pip install acmeai` for `import acme`."""
    short = squeezed(package)
    longer = (one for one in sorted(told) if squeezed(one).startswith(short) or squeezed(one).endswith(short))
    return next(longer, package) if len(short) >= LONG_ENOUGH else package


def squeezed(name: str) -> str:
    return re.sub(r"[-_.@/]", "", name).lower()
