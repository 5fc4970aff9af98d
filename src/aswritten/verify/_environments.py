"""The environments of a page's samples: what its own commands install, and what its samples import beside that."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.verify._case import kept_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from aswritten.classify import Role
    from aswritten.languages import Ecosystem, Environment, Install, Language
    from aswritten.model import Block, Sample
    from aswritten.verify._case import Case, Options


#: What a remark of a block, and what a page's words tell to install. An import of Node is the package's own name, and needs no telling.
_REMARKED = re.compile(
    r"^[ \t]*#[ \t]*[!%]?pip3? install (?:-U |-q |--upgrade |--quiet )*[\"']?([A-Za-z0-9][\w.-]*)", re.MULTILINE
)
_TOLD = re.compile(r"[`*]pip3? install (?:-U |--upgrade )?[\"']?([A-Za-z0-9][\w.-]*)")
#: One that has an index of its own, which is not for everybody.
_TOLD_ELSEWHERE = re.compile(
    r"[`*]pip3? install [^`*\n]{0,300}?(?:--(?:extra-)?index-url|--index|--find-links|-[if])[ =]"
)
#: A requirement that holds a package to a release, or to those before one.
_HELD = re.compile(r"==|~=|<|(?<=.)@\d")
#: A requirement that is a repository.
_REPOSITORY = re.compile(
    r"(?:[\w.-]+[ \t]*@[ \t]*)?(?:git\+|git@|git:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|$))|https?://\S*\.git\b"
)
#: How a heading says that what stands below it is for who has an older release.
_OLDER = re.compile(
    r"\b(?:legacy|deprecated)\b|\b(?:old(?:er)?|previous|earlier)\s(?:\w{1,30}\s)?(?:versions?|releases?)\b",
    re.IGNORECASE,
)
#: How words offer a choice between two commands, and how they and a heading say that one follows the other.
_CHOICE = re.compile(r"\b(?:or|alternatively|instead|either|if you|optional(?:ly)?|choose|pick)\b", re.IGNORECASE)
_THEN = re.compile(r"\b(?:then|next|after (?:that|this)|finally|also|additionally|as well)\b", re.IGNORECASE)
_STEP = re.compile(r"\W{0,4}(?:step\b|\d{1,2}\s?[.):])", re.IGNORECASE)
#: Letters of a name that others are taken for by their beginning or end.
_LONG_ENOUGH = 4


class Environments:
    """Builds each environment once a process. One that cannot be built is remembered as the failure that it was."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._built: dict[tuple[str, str], Environment | environments.InstallFailed] = {}

    def of(
        self,
        case: Case,
        language: str,
        packages: tuple[str, ...] = (),
        *,
        typescript: bool = False,
        block: Block | None = None,
    ) -> Environment | environments.InstallFailed:
        """The environment that the page's own commands make, and ``packages`` on top of it.

        Those that a reader of ``block`` follows, where one is named. A command that fails leaves a reader with what the others installed, and with ``packages``. Where none is left, nothing runs.
        """
        installs = installs_of(case, language, block)
        built = self._build(language, installs, packages, typescript=typescript)
        if not isinstance(built, environments.InstallFailed) or built.line is None:
            return built
        failed = {one.line for one in self._held_apart(case, language, block)}
        left = tuple(one for one in installs if one.line not in failed)
        return self._build(language, left, packages, typescript=typescript) if left or packages else built

    def bare(self, language: str, *, typescript: bool) -> Environment | environments.InstallFailed:
        """The environment of a sample that imports no package: nothing that the page installs is missed there."""
        return self._build(language, (), (), typescript=typescript)

    def failed_installs(
        self, case: Case, language: str, block: Block | None = None
    ) -> tuple[environments.InstallFailed, ...]:
        """The page's own commands that fail behind those above them that do not, where they fail alone or are told to follow those."""
        apart = self._held_apart(case, language, block)
        return tuple(one for one in apart if not self._is_choice(case, language, block, one))

    def alternatives(self, case: Case, language: str, block: Block) -> tuple[Install, ...]:
        """The page's commands that go well alone, and not beside those above them that they are a choice to: for another framework, say."""
        apart = self._held_apart(case, language, block)
        lines = {one.line for one in apart if self._is_choice(case, language, block, one)}
        return tuple(one for one in installs_of(case, language, block) if one.line in lines)

    def _is_choice(self, case: Case, language: str, block: Block | None, failed: environments.InstallFailed) -> bool:
        installs = installs_of(case, language, block)
        above = [one.line for one in installs if failed.line is not None and one.line < failed.line]
        if failed.line is None or (above and _is_told_to_follow(case.page.blocks, above[-1], failed.line)):
            return False
        alone = tuple(one for one in installs if one.line == failed.line)
        return not isinstance(self._build(language, alone, ()), environments.InstallFailed)

    def _held_apart(
        self, case: Case, language: str, block: Block | None = None
    ) -> tuple[environments.InstallFailed, ...]:
        """The page's own commands that fail, each behind those above it that do not."""
        failed: list[environments.InstallFailed] = []
        left = installs_of(case, language, block)
        while left:
            built = self._build(language, left, ())
            if not isinstance(built, environments.InstallFailed) or built.line is None:
                break
            failed.append(built)
            left = tuple(one for one in left if one.line != built.line)
        return tuple(failed)

    def failed_for(
        self, case: Case, language: str, block: Block, packages: Iterable[str], *, any_package: bool
    ) -> environments.InstallFailed | None:
        """The command of the page that fails and was to bring what a sample runs with: any, or one of a package of a guessed name.

        Where `acmeai` is not to be had, what is called `acme` is somebody else's; so is all of which nothing is known where a repository is not to be had, which does
        not say by its address what it holds.
        """
        guessed = [_squeezed(one) for one in packages if not languages.is_known_package(one, language)]
        if not (any_package or guessed):
            return None
        commands = installs_of(case, language, block)
        repositories = {one.line for one in commands if any(map(_REPOSITORY.match, one.requirements))}
        names = {
            one.line: {_squeezed(languages.requirement_name(word, one.ecosystem)) for word in one.requirements}
            for one in commands
        }
        for failed in self.failed_installs(case, language, block):
            asked = names.get(failed.line or 0, set())
            alike = failed.line in repositories or any(
                len(one) >= _LONG_ENOUGH and (name.startswith(one) or name.endswith(one))
                for one in guessed
                for name in asked
                if language == "python"
            )
            if any_package or alike:
                return failed
        return None

    def best(
        self, case: Case, language: str, packages: tuple[str, ...], *, typescript: bool, block: Block
    ) -> tuple[Environment | environments.InstallFailed, tuple[str, ...]]:
        """The environment with what the page installs and ``packages``, and these.

        Where the page installs something, a package that is not to be had may be a module of its author's own: it is left out, for
        the run to show.
        """
        tries = [packages]
        if installs_of(case, language, block) and packages:
            tries += [tuple(other for other in packages if other != one) for one in packages if len(packages) > 1]
            tries.append(())
        first: environments.InstallFailed | None = None
        for wanted in tries:
            built = self.of(case, language, wanted, typescript=typescript, block=block)
            if not isinstance(built, environments.InstallFailed):
                return built, wanted
            first = first or built
            if built.line is not None:
                break
        assert first is not None
        return first, packages

    def lacking(self, case: Case, language: Language, sample: Sample, packages: tuple[str, ...]) -> tuple[str, ...]:
        """Those of ``packages`` that what the page installs does not bring along, under whatever name."""
        installs = installs_of(case, language.NAME, sample.block)
        own = self.of(case, language.NAME, block=sample.block) if packages and installs else None
        if own is None or isinstance(own, environments.InstallFailed):
            return packages
        held = language.held(sample.source, own)
        return tuple(one for one in packages if one not in held)

    def _build(
        self, language: str, installs: tuple[Install, ...], packages: tuple[str, ...], *, typescript: bool = False
    ) -> Environment | environments.InstallFailed:
        """An environment, built once a process."""
        key = (language, repr((installs, packages, typescript)))
        if key not in self._built:
            try:
                with kept_in(self._options.cache):
                    self._built[key] = environments.build(
                        language,
                        installs=installs,
                        packages=packages,
                        overrides=self._options.overrides,
                        cache=self._options.cache / "environments",
                        typescript=typescript,
                    )
            except environments.InstallFailed as failed:
                self._built[key] = failed
        return self._built[key]


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
    again = {name for one in left for name in _names(one)}
    return tuple(one for one in role.installs if one in left or not _names(one) <= again)


def _names(install: Install) -> frozenset[str]:
    return frozenset(languages.requirement_name(word, install.ecosystem) for word in install.requirements)


def _remarks(block: Block) -> Iterator[tuple[int, str]]:
    """For each line of the page on which a block stands the remark above it, in its paragraph; a command in a remark is none."""
    remark = ""
    for number, line in enumerate(block.text.splitlines(), 1):
        if line.lstrip().startswith("#"):
            remark = "" if _REMARKED.match(line) else line
        elif not line.strip():
            remark = ""
        yield block.page_line(number), remark


def _is_for_others(command: Block, block: Block | None) -> bool:
    """Whether a command stands in a section that calls itself one for an older release, and ``block`` does not."""
    old = next((heading for heading in command.headings if _OLDER.search(heading)), "")
    return bool(old) and block is not None and old not in block.headings


def _is_told_to_follow(blocks: Sequence[Block], first: int, second: int) -> bool:
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
    return any("<" in word for word in install.requirements) or not _names(install).isdisjoint(held)


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
    globally = {one for install in installs if ecosystem == "node" and _is_global(install) for one in _names(install)}
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
    return frozenset(told.union(*(_REMARKED.findall(one.text) for one in case.page.blocks)))


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
    form = rf"\b(?:npm|pnpm|yarn|bun|npx)\b[^\n]{{0,200}}(?<![\w@/.-]){re.escape(package)}(?![\w/-])"
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
    short = _squeezed(package)
    longer = (one for one in sorted(told) if _squeezed(one).startswith(short) or _squeezed(one).endswith(short))
    return next(longer, package) if len(short) >= _LONG_ENOUGH else package


def _squeezed(name: str) -> str:
    return re.sub(r"[-_.@/]", "", name).lower()
