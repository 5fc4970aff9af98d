"""The story of a block: what it is, the environment it needs, its runs, its verdict. No policy of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.checks import (
    Context,
    missing_name,
    not_compared,
    unclassified,
    untold,
    wrong_language,
)
from aswritten.errors import of_the_system
from aswritten.model import Sample, Verdict
from aswritten.verify._around import BY_PAGE, unless_readers_own
from aswritten.verify._case import (
    Case,
    Options,
    block_names,
    open_case,
    options_of,
    recordings_of,
    refuse_unused,
)
from aswritten.verify._commands import installs_of
from aswritten.verify._doors import profile_for
from aswritten.verify._environments import Environments
from aswritten.verify._imports import unless_copied, unless_guessed, unless_left_out, unless_optional, unless_there
from aswritten.verify._inherited import unless_broken, unless_clashing, unless_inherited, unless_used
from aswritten.verify._inputs import assumed, defined_names, given, is_defined_above
from aswritten.verify._installs import (
    belongs_to,
    by_address,
    by_command_not_run,
    by_jsr,
    by_own_list,
    failed_install,
    installed,
    left_install,
    untold_install,
    without_tool,
)
from aswritten.verify._judged_page import judge_case
from aswritten.verify._lacking import brings_missing, lacks_module
from aswritten.verify._marks import is_of_another_time
from aswritten.verify._mistakes import (
    asks_otherwise,
    awaits_otherwise,
    does_not_parse,
    is_of_release,
    is_of_source,
    lacks_credentials,
    lacks_name,
    unless_of_loop,
)
from aswritten.verify._packages import guesses, packages_of, unnamed
from aswritten.verify._parts import unless_excerpt
from aswritten.verify._releases import Releases
from aswritten.verify._runs import Runs
from aswritten.verify._said import as_said
from aswritten.verify._to_come import unless_to_come
from aswritten.verify._uncalled import told_as, with_caught, with_name

if TYPE_CHECKING:
    from aswritten.classify import Role
    from aswritten.languages import Environment
    from aswritten.model import Finding

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


class Verifier:
    """Gives blocks their verdicts, one after the other. Keeps a mock for each set of recordings; `close` ends them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._runs = Runs(options)
        self._environments = Environments(options)
        self._releases = Releases(options, self._runs, self._environments)

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
            verdict = self._with_caught(case, role, unless_used(self._sample(case, role), case.roles))
            is_whole = role.language == "python" and verdict.name in {"passed", "continuation"}
            return self._with_name(case, role, verdict) if is_whole else verdict
        if role.tried or role.uncalled:
            verdict = self._tried(case, role) if role.tried else told_as(role)
            return self._with_name(case, role, verdict) if role.uncalled and verdict.name == "fragment" else verdict
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
                return without_tool(role, ecosystem, missing, strict=self._options.strict)
            for failed in self._environments.failed_installs(case, ecosystem):
                if belongs_to(failed, role.block):
                    return as_said(
                        failed_install(case, role, ecosystem, failed, strict=self._options.strict),
                        case.directives(role.block),
                        "install",
                    )
        return as_said(installed(role, self._options.overrides), case.directives(role.block), "install")

    def _sample(self, case: Case, role: Role) -> Verdict:
        """The verdict of a sample: where what stands in front of it does not run, or not with it, of it behind others that define the same."""
        verdict = self._sample_behind(case, role)
        if not role.instead or verdict.name in {"passed", "continuation"}:
            return verdict
        if verdict.name != "fragment" and not (awaits_otherwise(verdict) or asks_otherwise(verdict)):
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
                passed = next((one for one in reversed(role.earlier) if one not in earlier), None)
                instead = f"; not from line {passed.line}, with which it does not run" if passed else ""
                return replace(other, reason=f"{other.reason}{instead}".removeprefix("; "))
            # A mistake of its own behind a client of the right kind tells more than one of that kind.
            is_own = all(one.line in role.block.page_lines() for one in other.findings if one.level == "error")
            is_otherwise = awaits_otherwise(other) or asks_otherwise(other)
            if awaits_otherwise(verdict) and other.name == "failed" and is_own and not is_otherwise:
                return other
            is_left = other.name == "fragment" and verdict.name != "failed"
            ran += [other] if is_left or (other.name == "other" and other.calls) else []
        # One that calls the API tells more than one that stops at what its reader has.
        return min(ran, key=lambda one: one.name == "fragment", default=verdict)

    def _tried(self, case: Case, role: Role) -> Verdict:
        """The verdict of a block that sends nothing: that of a mistake of its own, at which all that goes on from it would end."""
        # What a page says of a block stands in its other lines too.
        if role.imports is not None and is_of_another_time(role.block):
            return told_as(role)
        part = role if role.imports is None else replace(role, block=role.imports)
        verdict = self._sample_behind(case, part)
        errors = [finding for finding in verdict.findings if finding.level == "error"]
        ends = [finding for finding in errors if finding.rule == "run.exit" and finding.line in part.block.page_lines()]
        is_defined = partial(is_defined_above, case=case, role=role)
        is_own = (
            role.tried == "part"
            or is_of_source(verdict)
            or lacks_credentials(verdict)
            or lacks_name(verdict, defined_names(case, role.language), is_defined)
        )
        if not ends or verdict.name != "failed" or not is_own:
            return told_as(role)
        return replace(verdict, block=role.block, findings=tuple(ends))

    def _with_caught(self, case: Case, role: Role, verdict: Verdict) -> Verdict:
        """The verdict of a sample that went well, with a class that it says it catches and that is not there: a run that is answered well never looks."""
        if role.caught is None or verdict.name not in {"passed", "continuation"} or is_of_another_time(role.block):
            return verdict
        # What is written for several releases looks which one it has.
        if "__version__" in role.block.text or "hasattr(" in role.block.text:
            return verdict
        looked = self._sample_behind(case, replace(role, block=role.caught, earlier=(), instead=()))
        return with_caught(verdict, looked)

    def _with_name(self, case: Case, role: Role, verdict: Verdict) -> Verdict:
        """The verdict of a block that ran well, or that nothing calls, with a name of what no run came to that nobody defines; as it is where its page
        says that nobody is to write so.
        """
        is_told = any(one.rule == "run.exit" for one in verdict.findings)
        if is_told or self._skipped_language(role, role.language) or is_of_another_time(role.block):
            return verdict
        told = unless_readers_own(with_name(verdict, self._unrun(case, role)), case.page)
        return as_said(told, case.directives(role.block), verdict.name) if told.name == "failed" else told

    def _sample_behind(self, case: Case, role: Role) -> Verdict:
        skipped = self._skipped_language(role, role.language)
        if skipped:
            return skipped
        language = languages.by_name(role.language)
        sample = Sample(role.block, role.language, role.earlier)
        packages = packages_of(case, language, sample)
        try:
            packages = self._environments.lacking(case, language, sample, packages)
            environment, packages = self._environment(case, role, sample, packages)
            if isinstance(environment, environments.InstallFailed):
                behind = self._environments.failed_for(case, role.language, role.block, packages, any_package=False)
                failed = environment if environment.line is not None else behind or environment
                return as_said(self._not_installed(case, role, failed), case.directives(role.block), "passed")
            verdict = self._runs.judged(case, role, sample, environment)
            verdict = self._releases.with_asked(case, role, sample, packages, verdict)
        except environments.ToolMissing as missing:
            return without_tool(role, role.language, missing, strict=self._options.strict)
        verdict = self._releases.unless_held_back(case, role, packages, environment, verdict)
        verdict = self._releases.unless_pinned(case, role, packages, verdict)
        for unless in BY_PAGE:
            verdict = unless(verdict, case.page)
        verdict = unless_inherited(
            unless_of_loop(unless_broken(unless_excerpt(unless_to_come(verdict)))),
            lambda block: self._told(case, case.roles[block.index]),
            lambda block: self._meant(case, case.roles[block.index]),
            case.roles,
        )
        verdict = unless_clashing(verdict)
        if verdict.name == "skipped":
            told = self._unless_told_unrun(case, role, verdict)
            verdict = as_said(told, case.directives(role.block), "continuation")
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

    def _environment(
        self, case: Case, role: Role, sample: Sample, packages: tuple[str, ...]
    ) -> tuple[Environment | environments.InstallFailed, tuple[str, ...]]:
        """The environment of a sample, and the packages that it has beside what the page installs: a bare one where it imports none."""
        language = languages.by_name(role.language)
        typescript = languages.is_typescript(sample)
        built, packages = self._environments.best(
            case, role.language, packages, typescript=typescript, block=role.block
        )
        if isinstance(built, environments.InstallFailed) and not language.packages(sample.source):
            return self._environments.bare(role.language, typescript=typescript), packages
        return built, packages

    def _lacking(self, case: Case, role: Role, packages: tuple[str, ...], verdict: Verdict) -> Verdict | None:
        """The verdict of a sample that ran without what its page has its reader install; None for any other."""
        lacks_any = lacks_module(verdict) or (
            verdict.name == "failed" and is_of_release(verdict) and bool(guesses(case, packages))
        )
        failed = self._environments.failed_for(case, role.language, role.block, packages, any_package=lacks_any)
        if failed is not None:
            return self._not_installed(case, role, failed)
        apart = self._environments.alternatives(case, role.language, role.block) if lacks_any else ()
        if line := next((one.line for one in apart if brings_missing(one, verdict)), 0):
            reason = f"what it imports comes by the command at line {line}, which does not go beside those above it: not checked"
            return replace(verdict, name="other", reason=reason, findings=())
        if not lacks_any:
            return None
        left = left_install(case, role.language)
        by_other = (
            left.line if left else by_jsr(case, verdict) or by_own_list(case, verdict) or by_address(case, verdict)
        )
        if not by_other:
            return None
        return replace(verdict, name="other", reason=by_command_not_run(by_other), findings=())

    def _told(self, case: Case, role: Role) -> tuple[Finding, ...]:
        """The errors that are told of a block by itself, where it is run for that."""
        if not (role.kind == "sample" or role.tried):
            return ()
        return tuple(one for one in self._sample_behind(case, role).findings if one.level == "error")

    def _meant(self, case: Case, role: Role) -> str:
        """Why a block that is run by itself is no mistake though it does not end well; empty where it does, or is one."""
        if not (role.kind == "sample" or role.tried):
            return ""
        verdict = self._sample_behind(case, role)
        # That it sends nothing, and is a part of others, says nothing of where it ends.
        is_part = role.otherwise is not None and verdict.reason.startswith(role.otherwise[1])
        return "" if is_part or verdict.name not in {"fragment", "other"} else verdict.reason.split(";")[0]

    def _not_installed(self, case: Case, role: Role, failed: environments.InstallFailed) -> Verdict:
        if failed.line is None:
            untold = untold_install(case, role.language, failed)
            if untold:
                return Verdict(role.block, "other", role.language, untold)
            return failed_install(case, role, role.language, failed, strict=self._options.strict)
        reason = f"its environment could not be built: see line {failed.line}"
        return self._unless_told_unrun(case, role, Verdict(role.block, "skipped", role.language, reason))

    def _unless_told_unrun(self, case: Case, role: Role, verdict: Verdict) -> Verdict:
        """The verdict of a sample that cannot be run, but for mistakes of its own that what it would run in changes nothing about."""
        findings = () if role.otherwise else self._broken(case, role) or (missing_name(self._unrun(case, role)),)
        own = tuple(one for one in findings if one is not None and one.line in role.block.page_lines())
        if not own:
            return verdict
        return unless_excerpt(replace(verdict, name="failed", run_with=role.earlier, findings=own))

    def _broken(self, case: Case, role: Role) -> tuple[Finding, ...]:
        """What its language says of source that does not parse; nothing of any other."""
        language = languages.by_name(role.language)
        if role.language == "curl" or language.is_program(role.block.text):
            return ()
        sample = Sample(role.block, role.language)
        typescript = languages.is_typescript(sample)
        bare = self._environments.bare(role.language, typescript=typescript)
        if isinstance(bare, environments.InstallFailed):
            return ()
        verdict = self._runs.judged(case, replace(role, earlier=()), sample, bare)
        return verdict.findings if does_not_parse(verdict) else ()

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
