"""The story of a block: what it is, the environment it needs, its runs, its verdict. No policy of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.checks import (
    Context,
    PageRun,
    judge_page,
    missing_name,
    missing_tool,
    not_compared,
    not_installed,
    unclassified,
    untold,
    wrong_language,
)
from aswritten.errors import of_the_system
from aswritten.model import Sample, Verdict
from aswritten.verify._case import (
    Case,
    Options,
    block_names,
    open_case,
    options_of,
    recordings_of,
    refuse_unused,
)
from aswritten.verify._doors import profile_for
from aswritten.verify._environments import (
    Environments,
    are_told,
    guesses,
    has_own_index,
    installs_of,
    is_unspoken,
    packages_of,
    unnamed,
)
from aswritten.verify._imports import unless_copied, unless_guessed, unless_left_out, unless_optional, unless_there
from aswritten.verify._inherited import unless_inherited, unless_used
from aswritten.verify._inputs import assumed, defined_names, given
from aswritten.verify._lacking import (
    asked_packages,
    lacks,
    lacks_dependency,
    lacks_module,
    not_exported,
    not_in_registry,
    published,
)
from aswritten.verify._meant import (
    unless_documented,
    unless_readers_own,
    unless_to_replace,
    unless_told_to_call,
)
from aswritten.verify._parts import unless_excerpt
from aswritten.verify._pins import pins
from aswritten.verify._runs import Runs
from aswritten.verify._said import as_said
from aswritten.verify._unsure import awaits_otherwise, is_of_release, is_of_source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.classify import Role
    from aswritten.languages import Ecosystem, Environment, Install
    from aswritten.model import Block, Finding

__all__ = [
    "Case",
    "Options",
    "Verifier",
    "assumed",
    "block_names",
    "given",
    "judge_case",
    "open_case",
    "options_of",
    "recordings_of",
    "refuse_unused",
]

#: How an installer says that there is no package of a name.
_NOT_THERE = re.compile(r"\b([\w.-]{1,100}) was not found in the package registry")


def judge_case(case: Case, verdicts: Iterable[Verdict]) -> tuple[Finding, ...]:
    """The findings of a page as a whole, from the verdicts of those of its blocks that were selected."""
    by_index = {verdict.block.index: verdict for verdict in verdicts}
    profile = partial(profile_for, case.settings.profile)
    return judge_page(
        PageRun(
            case.page,
            by_index,
            case.documents(),
            profile,
            exact=case.settings.matching == "recorded",
            said=case.said,
            unknown=case.unknown,
        )
    )


class Verifier:
    """Gives blocks their verdicts, one after the other. Keeps a mock for each set of recordings; `close` ends them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._runs = Runs(options)
        self._environments = Environments(options)

    def close(self) -> None:
        """Stop the mocks and remove their files, and results that nobody would take any more."""
        self._runs.close()

    def judge(self, case: Case, role: Role) -> Verdict:
        """The verdict of one block of the case. Raises UsageError for a mistake in the set-up, and where the machine comes to an end."""
        try:
            verdict = self._judge(case, role)
        except OSError as error:
            told = of_the_system(error)
            if told is None:
                raise
            raise told from error
        if not role.contradicted or verdict.name == "skipped":
            return verdict
        return replace(verdict, findings=(*verdict.findings, wrong_language(role.block, role.language)))

    def _judge(self, case: Case, role: Role) -> Verdict:
        why = case.skipped(role.block)
        if why:
            return Verdict(role.block, "skipped", role.language, why)
        if role.kind == "install" and role.installs:
            return self._install(case, role)
        if role.kind == "sample":
            return unless_used(self._sample(case, role), case.roles)
        if role.tried:
            return self._tried(case, role)
        finding = (unclassified(role.block, role.reason),) if role.unclassified else ()
        is_print = role.kind == "output" and role.of is not None
        why_not = not_compared(role.block.text, exact=case.settings.matching == "recorded") if is_print else ""
        reason = "; ".join(filter(None, (role.reason, why_not)))
        return Verdict(role.block, role.kind, role.language, reason, findings=finding)

    def _skipped_language(self, role: Role, language: str) -> Verdict | None:
        if not self._options.languages or language in self._options.languages:
            return None
        wanted = ", ".join(self._options.languages)
        return Verdict(role.block, "skipped", language, f"not selected: only {wanted} was asked for")

    def _install(self, case: Case, role: Role) -> Verdict:
        for ecosystem in dict.fromkeys(install.ecosystem for install in role.installs):
            skipped = self._skipped_language(role, ecosystem)
            if skipped:
                return skipped
            try:
                self._environments.of(case, ecosystem)
            except environments.ToolMissing as missing:
                return self._without_tool(role, ecosystem, missing)
            for failed in self._environments.failed_installs(case, ecosystem):
                if _belongs_to(failed, role.block):
                    return as_said(
                        self._failed_install(case, role, ecosystem, failed), case.directives(role.block), "install"
                    )
        commands = "; ".join(environments.stated(install, self._options.overrides) for install in role.installs)
        verdict = Verdict(role.block, "install", role.installs[0].ecosystem, f"ran: {commands}")
        return as_said(verdict, case.directives(role.block), "install")

    def _without_tool(self, role: Role, language: str, missing: environments.ToolMissing) -> Verdict:
        return self._without(role, language, f"{missing.tool} is not on PATH", " ".join(missing.hint.split()))

    def _without(self, role: Role, language: str, message: str, hint: str) -> Verdict:
        if not self._options.strict:
            return Verdict(role.block, "skipped", language, f"{message}: {hint}")
        finding = missing_tool(role.block, message, hint)
        return Verdict(role.block, "failed", language, findings=(finding,))

    def _failed_install(self, case: Case, role: Role, ecosystem: str, failed: environments.InstallFailed) -> Verdict:
        """The verdict of a block with a command that failed: it is the machine's fault where it says what the machine lacks."""
        if failed.exit_code == environments.TIMED_OUT:
            return self._without(
                role, ecosystem, f"`{failed.command}` takes too long on this machine", failed.output_tail
            )
        name, place = published(failed.output_tail, case.page.text)
        if name:
            hint = f"the page links to {place}, and `{failed.command}` does not find it: is the registry a mirror, or the link wrong?"
            return self._without(role, ecosystem, f"{name} is not in the registry", hint)
        if registry := environments.mirror_asked(failed.output_tail):
            message = f"{not_in_registry(failed.output_tail)} is not to be had on this machine"
            return self._without(
                role, ecosystem, message, f"{registry} is a mirror, which may lack it: `{failed.command}` needs it"
            )
        lacking = lacks(failed.output_tail) or lacks_dependency(failed.output_tail, failed.command)
        if not lacking:
            return Verdict(role.block, "failed", ecosystem, findings=(_install_finding(failed, role.block),))
        hint = f"`{failed.command}` needs it"
        return self._without(role, ecosystem, f"{lacking} is not to be had on this machine", hint)

    def _sample(self, case: Case, role: Role) -> Verdict:
        """The verdict of a sample: where what stands in front of it does not run, or not with it, of it behind others that define the same."""
        verdict = self._sample_behind(case, role)
        if not role.instead or verdict.name in {"passed", "continuation"}:
            return verdict
        if verdict.name != "fragment" and not awaits_otherwise(verdict):
            own = role.block.page_lines()
            errors = [one for one in verdict.findings if one.level == "error" and one.line in own]
            # What answers its calls by itself, as a provider of the page's own does, sends nothing.
            sends_nothing = {one.rule for one in errors} == {"run.no-request"}
            if errors and not sends_nothing:
                return verdict
            samples = (case.roles[block.index] for block in role.earlier if case.roles[block.index].kind == "sample")
            if not sends_nothing and all(
                self._sample_behind(case, one).name in {"passed", "continuation"} for one in samples
            ):
                return verdict
        ran: list[Verdict] = []
        for earlier in role.instead:
            other = self._sample_behind(case, replace(role, earlier=earlier))
            if other.name == "continuation":
                return other
            is_left = other.name == "fragment" and verdict.name != "failed"
            ran += [other] if is_left or (other.name == "other" and other.calls) else []
        # One that calls the API tells more than one that stops at what its reader has.
        return min(ran, key=lambda one: one.name == "fragment", default=verdict)

    def _tried(self, case: Case, role: Role) -> Verdict:
        """The verdict of a block that sends nothing: that of a mistake of its own, at which all that goes on from it would end."""
        part = role if role.imports is None else replace(role, block=role.imports)
        verdict = self._sample_behind(case, part)
        errors = [finding for finding in verdict.findings if finding.level == "error"]
        ends = [finding for finding in errors if finding.rule == "run.exit" and finding.line in part.block.page_lines()]
        if not ends or verdict.name != "failed" or not (role.tried == "part" or is_of_source(verdict)):
            return Verdict(role.block, "fragment" if role.kind == "fragment" else "other", role.language, role.reason)
        return replace(verdict, block=role.block, findings=tuple(ends))

    def _sample_behind(self, case: Case, role: Role) -> Verdict:
        skipped = self._skipped_language(role, role.language)
        if skipped:
            return skipped
        language = languages.by_name(role.language)
        sample = Sample(role.block, role.language, role.earlier)
        packages = packages_of(case, language, sample)
        typescript = language.file_name(role.block, sample.source).endswith("ts")
        try:
            packages = self._environments.lacking(case, language, sample, packages)
            environment, packages = self._environments.best(
                case, role.language, packages, typescript=typescript, block=role.block
            )
            if isinstance(environment, environments.InstallFailed):
                behind = self._environments.failed_for(case, role.language, role.block, packages, any_package=False)
                failed = environment if environment.line is not None else behind or environment
                return as_said(self._not_installed(case, role, failed), case.directives(role.block), "passed")
            verdict = self._runs.judged(case, role, sample, environment)
            if not installs_of(case, role.language, role.block):
                verdict = self._with_asked(case, role, sample, packages, verdict)
        except environments.ToolMissing as missing:
            return self._without_tool(role, role.language, missing)
        verdict = self._unless_held_back(case, role, packages, environment, verdict)
        verdict = self._unless_pinned(case, role, packages, verdict)
        for unless in (unless_told_to_call, unless_to_replace, unless_documented, unless_readers_own):
            verdict = unless(verdict, case.page)
        verdict = unless_excerpt(verdict)
        verdict = unless_inherited(
            verdict,
            lambda block: self._told(case, case.roles[block.index]),
            lambda block: self._meant(case, case.roles[block.index]),
        )
        lacking = self._lacking(case, role, packages, verdict)
        if lacking is not None:
            return as_said(lacking, case.directives(role.block), "passed")
        installs = installs_of(case, role.language, role.block)
        if role.language == "python":
            verdict = unless_copied(unless_there(verdict, environment), case.page)
        verdict = unless_optional(verdict, environment)
        verdict = unless_left_out(verdict, packages, any_installs=bool(installs))
        if role.language == "python":
            verdict = unless_guessed(verdict, unnamed(case, packages))
        if not (installs and packages):
            return verdict
        return replace(verdict, findings=(*verdict.findings, untold(role.block, packages, installs[0].line)))

    def _lacking(self, case: Case, role: Role, packages: tuple[str, ...], verdict: Verdict) -> Verdict | None:
        """The verdict of a sample that ran without what its page has its reader install; None for any other."""
        lacks_any = lacks_module(verdict) or (
            verdict.name == "failed" and is_of_release(verdict) and bool(guesses(case, packages))
        )
        failed = self._environments.failed_for(case, role.language, role.block, packages, any_package=lacks_any)
        if failed is not None:
            return self._not_installed(case, role, failed)
        if lacks_any and (apart := self._environments.alternatives(case, role.language, role.block)):
            reason = f"what it imports comes by the command at line {apart[0]}, which does not go beside those above it: not checked"
            return replace(verdict, name="other", reason=reason, findings=())
        left = _left_install(case, role.language) if lacks_any else None
        return replace(verdict, name="other", reason=_by_command_not_run(left), findings=()) if left else None

    def _told(self, case: Case, role: Role) -> tuple[Finding, ...]:
        """The errors that are told of a block by itself, where it is run for that."""
        if not (role.kind == "sample" or role.tried):
            return ()
        return tuple(one for one in self._sample_behind(case, role).findings if one.level == "error")

    def _meant(self, case: Case, role: Role) -> str:
        """Why a block that is run by itself is no mistake though it does not end well; empty where it does, or is one."""
        if not (role.kind == "sample" or role.tried) or role.otherwise is not None:
            return ""
        verdict = self._sample_behind(case, role)
        return verdict.reason.split(";")[0] if verdict.name in {"fragment", "other"} else ""

    def _unless_pinned(self, case: Case, role: Role, packages: tuple[str, ...], verdict: Verdict) -> Verdict:
        """The verdict, but for a sample that fails with today's release of a package, and runs with one that the page names."""
        if verdict.name != "failed" or not is_of_release(verdict):
            return verdict
        language = languages.by_name(role.language)
        sample = Sample(role.block, role.language, role.earlier)
        typescript = language.file_name(role.block, sample.source).endswith("ts")
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

    def _unless_held_back(
        self, case: Case, role: Role, packages: tuple[str, ...], environment: Environment, verdict: Verdict
    ) -> Verdict:
        """The verdict, but for a sample that imports what only the newest release of a package may have, which is for another Node.

        A release for another Node ends here at anything; where it ends at the same import, it has not got it either.
        """
        package, missing = not_exported(verdict)
        chosen = (
            *self._options.overrides,
            *(one for install in installs_of(case, "node") for one in install.requirements),
        )
        if not package or any(one.startswith(f"{package}@") for one in chosen):
            return verdict
        held = environments.held_back(
            environments.find_node(self._options.cache / "environments"), environment.folder, package
        )
        rest = tuple(finding for finding in verdict.findings if finding.rule != "run.exit")
        if held is None or any(finding.level == "error" for finding in rest):
            return verdict
        newer = (*(one for one in packages if one != package), held.newest)
        sample = Sample(role.block, "node", role.earlier)
        typescript = languages.by_name("node").file_name(role.block, sample.source).endswith("ts")
        built = self._environments.of(case, "node", newer, typescript=typescript, block=role.block)
        if not isinstance(built, environments.InstallFailed):
            again = self._runs.judged(case, role, sample, built)
            if not_exported(again) == (package, missing):
                return verdict
        reason = "; ".join(filter(None, (f"{held.why}: not checked", verdict.reason)))
        return replace(verdict, name="other", reason=reason, findings=rest)

    def _with_asked(
        self, case: Case, role: Role, sample: Sample, packages: tuple[str, ...], verdict: Verdict
    ) -> Verdict:
        """The verdict with what a sample's client says it lacks, where the page leaves all that is to be installed to its reader."""
        while more := tuple(one for one in asked_packages(verdict) if one not in packages):
            packages = (*packages, *more)
            typescript = languages.by_name(role.language).file_name(role.block, sample.source).endswith("ts")
            built = self._environments.of(case, role.language, packages, typescript=typescript)
            if isinstance(built, environments.InstallFailed):
                break
            verdict = self._runs.judged(case, role, sample, built)
        return verdict

    def _not_installed(self, case: Case, role: Role, failed: environments.InstallFailed) -> Verdict:
        if failed.line is None:
            untold = _untold(case, role.language, failed)
            if untold:
                return Verdict(role.block, "other", role.language, untold)
            return self._failed_install(case, role, role.language, failed)
        reason = f"its environment could not be built: see line {failed.line}"
        # What it would run in changes nothing about a name that nobody defines.
        missing = None if role.otherwise else missing_name(self._unrun(case, role))
        if missing is not None and missing.line in role.block.page_lines():
            return unless_excerpt(
                Verdict(role.block, "failed", role.language, reason, run_with=role.earlier, findings=(missing,))
            )
        return Verdict(role.block, "skipped", role.language, reason)

    def _unrun(self, case: Case, role: Role) -> Context:
        """What checks know of a sample that did not run."""
        sample, language = Sample(role.block, role.language, role.earlier), languages.by_name(role.language)
        return Context(
            sample=sample,
            language=language,
            file_name=language.file_name(role.block, sample.source),
            profile_for=partial(profile_for, case.settings.profile),
            urls=frozenset(),
            defined=defined_names(case, role.language),
        )


def _untold(case: Case, language: str, failed: environments.InstallFailed) -> str:
    """Why it is no mistake of a page that what its samples import cannot be installed: no command of the page says what that is. Empty for any other."""
    left = _left_install(case, language)
    if left is not None:
        return _by_command_not_run(left)
    if language == "node":
        name = not_in_registry(failed.output_tail)
        is_untold = bool(name) and is_unspoken(case, name)
        return f"the page does not tell what to install, and no registry has `{name}`: not checked" if is_untold else ""
    unknown = _NOT_THERE.findall(failed.output_tail)
    told = are_told(case, unknown)
    if unknown and (not told or has_own_index(case)):
        why = "takes it from an index of its own" if told else "does not tell what to install"
        return f"the page {why}, and `{failed.command}` finds nothing: not checked"
    if guesses(case, failed.command.split()[2:]):
        return f"the page does not tell what to install, and `{failed.command}` fails: not checked"
    return ""


def _left_install(case: Case, language: str) -> Install | None:
    """The first command of a page that installs from files of its reader's own, or from an address."""
    return next((one for role in case.roles for one in role.left if one.ecosystem == language), None)


def _by_command_not_run(install: Install) -> str:
    return f"what it imports comes by the command at line {install.line}, which is not run here: not checked"


def _belongs_to(failed: environments.InstallFailed, block: Block) -> bool:
    return failed.line is not None and block.first_line <= failed.line <= block.page_line(block.text.count("\n"))


def _install_finding(failed: environments.InstallFailed, block: Block) -> Finding:
    return not_installed(block, failed.line, failed.command, failed.exit_code, failed.output_tail)
