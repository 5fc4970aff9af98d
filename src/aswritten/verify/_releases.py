"""Samples run again with what their clients ask for, with releases that their page names, and with the newest ones."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.languages import undefined_name
from aswritten.model import Sample
from aswritten.verify._commands import installs_of
from aswritten.verify._frames import package_of_end
from aswritten.verify._imports import module_of_package
from aswritten.verify._lacking import asked_packages
from aswritten.verify._mistakes import does_not_parse, is_of_release
from aswritten.verify._pins import pins

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from aswritten.classify import Role
    from aswritten.languages import Ecosystem, Environment
    from aswritten.model import Block, Verdict
    from aswritten.verify._case import Case, Options
    from aswritten.verify._environments import Environments
    from aswritten.verify._runs import Runs

#: Characters that a name has at least to be one of a framework.
_LONG_ENOUGH = 4
#: The module, or else the class, of which Python says that it has not got what is asked of it.
_OF_PYTHON = re.compile(
    r"^(?:ImportError: cannot import name '[^'\n]+' from '|ModuleNotFoundError: No module named '|AttributeError: module ')(\w+)"
    r"|^(?:TypeError: |AttributeError: (?:type object )?')(\w+)",
    re.MULTILINE,
)
#: How an error is called: with its code, or with what a package is said to have not.
_KIND = re.compile(r"\b\w*Error\b(?: \[\w+\])?(?:: The requested module [^\n]*)?")

#: How a requirement names a release, or one that is not to be had.
_CHOSEN: dict[Ecosystem, re.Pattern[str]] = {"node": re.compile(r".@"), "python": re.compile(r"[=~!]=|<|.@")}


class Releases:
    """Runs a sample again where another environment may change its verdict."""

    def __init__(self, options: Options, runs: Runs, built: Environments) -> None:
        self._options = options
        self._runs = runs
        self._environments = built

    def with_asked(
        self, case: Case, role: Role, sample: Sample, packages: tuple[str, ...], verdict: Verdict
    ) -> Verdict:
        """The verdict with what a sample's client says it lacks, where the page leaves all that is to be installed to its reader, or tells that too.

        A page may do so in its words, or by a command that stands beside others; who comes to a section on a framework has it.
        """
        leaves_all = not installs_of(case, role.language, role.block)

        def is_told(package: str) -> bool:
            name, _, extra = package.rstrip("]").partition("[")
            # Beside the command a page may name other extras by themselves: `pip install "x[a]"  # or [b], [c]`.
            extra = re.escape(extra)
            others = rf"(?:\[[\w,-]{{0,100}}\])?(?![\w.-])[^\n]{{0,100}}(?<![\w.-])\[{extra}\]"
            part = rf"{re.escape(name)}(?:\[(?:[\w-]+,)*{extra}[\],]|{others})" if extra else re.escape(package)
            form = re.compile(rf"\binstall\b[^\n]{{0,100}}(?<![\w@/.-]){part}(?![\w.-])")
            if not extra and _is_about(package, role.block):
                return True
            own = (role.block, *role.earlier)
            texts = (text for one in case.page.blocks for text in (one.prose, "" if one in own else one.text))
            return any(map(form.search, texts))

        def lacking() -> tuple[str, ...]:
            needed = _needed(verdict, case) if leaves_all else ()
            told = tuple(one for one in asked_packages(verdict) if leaves_all or is_told(one))
            return tuple(one for one in (*told, *needed) if one not in packages)

        while more := lacking():
            packages = (*packages, *dict.fromkeys(more))
            typescript = languages.is_typescript(sample)
            built = self._environments.of(case, role.language, packages, typescript=typescript, block=role.block)
            if isinstance(built, environments.InstallFailed):
                break
            verdict = self._runs.judged(case, role, sample, built)
        return verdict

    def unless_pinned(self, case: Case, role: Role, packages: tuple[str, ...], verdict: Verdict) -> Verdict:
        """The verdict, but for a sample that fails with today's release of a package, and runs with one that the page names."""
        if verdict.name != "failed" or not is_of_release(verdict):
            return verdict
        language = languages.by_name(role.language)
        sample = Sample(role.block, role.language, role.earlier)
        typescript = languages.is_typescript(sample)
        chosen = {languages.requirement_name(one, "python") for one in self._options.overrides}
        imported = [one for one in language.packages(sample.source) if one not in chosen]
        ecosystem: Ecosystem = "node" if role.language == "node" else "python"
        # What the page installs is what its own commands say, whatever its words tell of other releases.
        installed = {
            languages.requirement_name(word, ecosystem)
            for install in installs_of(case, ecosystem)
            for word in install.requirements
        }
        shown = "\n".join(block.text for block in case.page.blocks)
        told = (
            pin
            for package in imported
            for pin in pins(
                shown if languages.requirement_name(package, ecosystem) in installed else case.page.text,
                (package,),
                ecosystem,
            )
        )
        for pin in told:
            built = self._environments.of(
                case, role.language, (*packages, pin), typescript=typescript, block=role.block
            )
            if isinstance(built, environments.InstallFailed):
                continue
            again = self._runs.judged(case, role, sample, built)
            if again.name != "failed":
                return replace(
                    again, reason="; ".join(filter(None, (f"with {pin}, which the page names", again.reason)))
                )
        return verdict

    def unless_held_back(
        self, case: Case, role: Role, packages: tuple[str, ...], environment: Environment, verdict: Verdict
    ) -> Verdict:
        """The verdict, but for a sample that may fail for the older releases that this machine's Node or Python gets of what it imports.

        It is judged with the newest ones where these run here, which those for another Python do not. A release for another Node ends here at anything;
        where it ends in the same way, the sample is to blame.
        """
        is_clear = bool(undefined_name(verdict.complained)) or does_not_parse(verdict)
        may_be = role.language == "node" or (role.language == "python" and is_of_release(verdict))
        if verdict.name != "failed" or is_clear or not may_be:
            return verdict
        sample = Sample(role.block, role.language, role.earlier)
        held = self._held_back(case, role, sample, environment, verdict)
        if not held:
            return verdict
        if role.language == "python":
            return _not_checked(verdict, held)
        newer = (*(one for one in packages if one not in held), *(one.newest for one in held.values()))
        typescript = languages.is_typescript(sample)
        built = self._environments.of(case, "node", newer, typescript=typescript, block=role.block)
        if not isinstance(built, environments.InstallFailed):
            again = self._runs.judged(case, role, sample, built)
            if again.name != "failed":
                told = f"with {', '.join(one.newest for one in held.values())}, which this machine's Node does not get by itself"
                return replace(again, reason="; ".join(filter(None, (again.reason, told))))
            if _ends(again) == _ends(verdict):
                return verdict
        return _not_checked(verdict, held)

    def _held_back(
        self, case: Case, role: Role, sample: Sample, environment: Environment, verdict: Verdict
    ) -> dict[str, environments.HeldBack]:
        """The packages that a sample imports whose newest release is passed over here, but for those of which the page or an override names one.

        Of Python's those alone for which it ended.
        """
        ecosystem: Ecosystem = "node" if role.language == "node" else "python"
        stated = (one for install in installs_of(case, ecosystem) for one in install.requirements)
        of_settings = case.settings.node if ecosystem == "node" else case.settings.python
        words = (*self._options.overrides, *of_settings, *stated)
        chosen = {languages.requirement_name(one, ecosystem) for one in words if _CHOSEN[ecosystem].search(one)}
        imported = languages.by_name(role.language).packages(sample.source)
        if ecosystem == "node":
            tools = environments.find_node(self._options.cache / "environments")
            look: Callable[[Path, str], environments.HeldBack | None] = partial(environments.held_back, tools)
        else:
            look = environments.held_back_for_python
            imported = tuple(one for one in imported if one in _named_at_end(verdict, sample.source))
        held = {one: look(environment.folder, one) for one in imported if one not in chosen}
        return {package: one for package, one in held.items() if one is not None}


def _needed(verdict: Verdict, case: Case) -> tuple[str, ...]:
    """The known packages that another one imports and has not got, where the page speaks of the module: `from maker.openai import openai`."""
    module, _ = module_of_package(verdict)
    top = module.partition(".")[0]
    form = re.compile(rf"\b{re.escape(top)}\b")
    is_told = any(form.search(one.text) or f"`{top}`" in one.prose for one in case.page.blocks)
    if verdict.language != "python" or not top or not is_told:
        return ()
    packages = languages.by_name("python").packages(f"import {top}")
    return tuple(one for one in packages if languages.is_known_package(one, "python"))


def _named_at_end(verdict: Verdict, source: str) -> frozenset[str]:
    """The packages for which a Python program may have ended: that of the module or the class which the error names, and that in whose code it was raised."""
    language = languages.by_name("python")
    found = _OF_PYTHON.findall(verdict.complained)[-1:]
    modules = {package_of_end(verdict.complained), *(module for module, _ in found)} - {""}
    lines, texts = language.import_lines(source), source.splitlines()
    imports = ["\n".join(texts[line - 1] for line in lines.get(name, ())) for _, name in found]
    return frozenset(
        package
        for text in (*imports, *(f"import {module}" for module in modules))
        for package in language.packages(text)
    )


def _not_checked(verdict: Verdict, held: Mapping[str, environments.HeldBack]) -> Verdict:
    """The verdict of a sample that ended with an older release of what it imports; what it sent is judged all the same."""
    rest = tuple(finding for finding in verdict.findings if finding.rule != "run.exit")
    if any(finding.level == "error" for finding in rest):
        return verdict
    why = "; ".join(one.why for one in held.values())
    reason = "; ".join(filter(None, (f"{why}: not checked", verdict.reason)))
    return replace(verdict, name="other", reason=reason, findings=rest)


def _is_about(package: str, block: Block) -> bool:
    """Whether the heading of a block names what a package belongs to: `Already using Maker?` for `maker-core`."""
    first = package.replace("_", "-").split("-")[0]
    heading = block.headings[-1] if block.headings else ""
    return len(first) >= _LONG_ENOUGH and re.search(rf"\b{re.escape(first)}\b", heading, re.IGNORECASE) is not None


def _ends(verdict: Verdict) -> frozenset[tuple[str, int | None, str]]:
    """What a sample is failed for, and where; of an error its kind, since its words may hold what is made at random."""
    errors = [one for one in verdict.findings if one.level == "error"]
    kinds = [_KIND.search(one.got) if one.rule == "run.exit" else None for one in errors]
    return frozenset(
        (one.rule, one.line, kind.group() if kind else one.got) for one, kind in zip(errors, kinds, strict=True)
    )
