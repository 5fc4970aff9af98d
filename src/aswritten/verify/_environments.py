"""The environments of a page's samples: what its own commands install, and what its samples import beside that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.verify._case import kept_in
from aswritten.verify._commands import installs_of, is_told_to_follow
from aswritten.verify._packages import LONG_ENOUGH, squeezed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.languages import Environment, Install, Language
    from aswritten.model import Block, Sample
    from aswritten.verify._case import Case, Options


#: A requirement that is a repository.
_REPOSITORY = re.compile(
    r"(?:[\w.-]+[ \t]*@[ \t]*)?(?:git\+|git@|git:|github:|gitlab:|bitbucket:|[\w.-]+/[\w.-]+(?:#|$))|https?://\S*\.git\b"
)


class Environments:
    """Builds each environment once a process. One that cannot be built is remembered as the failure that it was."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._built: dict[tuple[str, str], Environment | environments.InstallFailed] = {}
        self._too_long: dict[tuple[str, ...], environments.InstallFailed] = {}
        """By its words, or by the packages that samples import: what took longer than its limit, which it takes beside others too."""

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
        if failed.line is None or (above and is_told_to_follow(case.page.blocks, above[-1], failed.line)):
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
        guessed = [squeezed(one) for one in packages if not languages.is_known_package(one, language)]
        if not (any_package or guessed):
            return None
        commands = installs_of(case, language, block)
        repositories = {one.line for one in commands if any(map(_REPOSITORY.match, one.requirements))}
        names = {
            one.line: {squeezed(languages.requirement_name(word, one.ecosystem)) for word in one.requirements}
            for one in commands
        }
        for failed in self.failed_installs(case, language, block):
            asked = names.get(failed.line or 0, set())
            alike = failed.line in repositories or any(
                len(one) >= LONG_ENOUGH and (name.startswith(one) or name.endswith(one))
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
        asked = (*(one.argv for one in installs), packages)
        too_long = next((self._too_long[words] for words in asked if words in self._too_long), None)
        if too_long is not None:
            return too_long
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
                if failed.exit_code == environments.TIMED_OUT:
                    slow = [one.argv for one in installs if one.line == failed.line] or [packages]
                    self._too_long |= dict.fromkeys(slow, failed)
        return self._built[key]
