"""The story of a block: what it is, the environment it needs, its run, the checks, its verdict. No policy of its own."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten import environments, languages, runner
from aswritten.checks import (
    Context,
    PageRun,
    about_another_api,
    judge_page,
    judge_run,
    missing_name,
    missing_tool,
    not_compared,
    not_installed,
    unclassified,
    untold,
    wrong_language,
)
from aswritten.errors import of_the_system
from aswritten.model import Call, Sample, Verdict
from aswritten.verify._case import (
    Case,
    Options,
    block_names,
    open_case,
    options_of,
    recordings_of,
    refuse_unused,
)
from aswritten.verify._doors import Doors, profile_for
from aswritten.verify._environments import Environments, guesses, installs_of, packages_of
from aswritten.verify._imports import unless_guessed, unless_left_out, unless_there
from aswritten.verify._inputs import assumed, defined_names, given, inputs_of, members_read, result_key, told_paths
from aswritten.verify._lacking import (
    asked_packages,
    asserts,
    awaits_otherwise,
    lacks,
    lacks_module,
    missed_variables,
    named_alike,
    not_exported,
)
from aswritten.verify._left import as_left
from aswritten.verify._results import Results, digest_of, prune
from aswritten.verify._said import as_said, changed, with_variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from aswritten.classify import Role
    from aswritten.config import Settings
    from aswritten.languages import Environment
    from aswritten.model import Block, Exchange, Finding, Run, VerdictName
    from aswritten.verify._inputs import Inputs

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

#: Why a sample whose assertion failed is not judged.
_ASSERTS = "asserts what a model says, of which the recordings that ship know nothing: not checked"
#: How an installer says that there is no package of a name.
_NOT_THERE = "was not found in the package registry"
#: Runs with what the one before said it misses.
_TRIES = 3
#: Characters of a run's output that a verdict keeps, from the end.
_TAIL = 20_000


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
        self._doors = Doors(options)
        self._digests: dict[tuple[Path, ...], str] = {}
        self._environments = Environments(options)

    def close(self) -> None:
        """Stop the mocks and remove their files, and results that nobody would take any more."""
        self._doors.close()
        if self._options.keep:
            prune(self._options.cache / "results")

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
        if role.kind == "install":
            return self._install(case, role)
        if role.kind == "sample":
            return self._sample(case, role)
        if role.is_part:
            return self._part(case, role)
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
                        self._failed_install(role, ecosystem, failed), case.directives(role.block), "install"
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

    def _failed_install(self, role: Role, ecosystem: str, failed: environments.InstallFailed) -> Verdict:
        """The verdict of a block with a command that failed: it is the machine's fault where it says what the machine lacks."""
        lacking = lacks(failed.output_tail)
        if not lacking:
            return Verdict(role.block, "failed", ecosystem, findings=(_install_finding(failed, role.block),))
        hint = f"`{failed.command}` needs it"
        return self._without(role, ecosystem, f"{lacking} is not to be had on this machine", hint)

    def _sample(self, case: Case, role: Role) -> Verdict:
        """The verdict of a sample: where what stands in front of it does not run, or not with it, of it behind others that define the same."""
        verdict = self._sample_behind(case, role)
        if not role.instead or verdict.name in {"passed", "continuation"}:
            return verdict
        if not awaits_otherwise(verdict):
            own = _lines(role.block)
            if any(finding.level == "error" and finding.line in own for finding in verdict.findings):
                return verdict
            samples = (case.roles[block.index] for block in role.earlier if case.roles[block.index].kind == "sample")
            if all(self._sample_behind(case, one).name in {"passed", "continuation"} for one in samples):
                return verdict
        other = self._sample_behind(case, replace(role, earlier=role.instead))
        return other if other.name == "continuation" else verdict

    def _part(self, case: Case, role: Role) -> Verdict:
        """The verdict of a block that samples run in front of their own text: that of a mistake of its own, at which each of them would end."""
        fragment = Verdict(role.block, "fragment", role.language, role.reason)
        verdict = self._sample_behind(case, role)
        errors = [finding for finding in verdict.findings if finding.level == "error"]
        ends = [finding for finding in errors if finding.rule == "run.exit" and finding.line in _lines(role.block)]
        return replace(verdict, findings=tuple(ends)) if ends and verdict.name == "failed" else fragment

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
            environment, packages = self._environments.best(case, role.language, packages, typescript=typescript)
            if isinstance(environment, environments.InstallFailed):
                return as_said(self._not_installed(case, role, environment), case.directives(role.block), "passed")
            verdict = self._judged(case, role, sample, environment)
            if not installs_of(case, role.language):
                verdict = self._with_asked(case, role, sample, packages, verdict)
        except environments.ToolMissing as missing:
            return self._without_tool(role, role.language, missing)
        verdict = self._unless_inherited(case, role, self._unless_held_back(case, environment, verdict))
        failed = self._environments.failed_installs(case, role.language) if lacks_module(verdict) else ()
        if failed:
            return as_said(self._not_installed(case, role, failed[0]), case.directives(role.block), "passed")
        installs = installs_of(case, role.language)
        if role.language == "python":
            verdict = unless_there(verdict, environment)
        verdict = unless_left_out(verdict, packages, any_installs=bool(installs))
        if not installs and role.language == "python":
            verdict = unless_guessed(verdict, guesses(case, packages))
        if not (installs and packages):
            return verdict
        return replace(verdict, findings=(*verdict.findings, untold(role.block, packages, installs[0].line)))

    def _unless_inherited(self, case: Case, role: Role, verdict: Verdict) -> Verdict:
        """The verdict, but for a sample that ends within a sample in front of it, which ends there by itself and is told there."""
        errors = [finding for finding in verdict.findings if finding.level == "error"]
        if verdict.name != "failed" or [finding.rule for finding in errors] != ["run.exit"]:
            return verdict
        line = errors[0].line
        ended = next((one for one in role.earlier if line in _lines(one)), None)
        first = case.roles[ended.index] if ended is not None else role
        if first is role or not (first.kind == "sample" or first.is_part) or first.otherwise is not None:
            return verdict
        if not any(
            finding.line == line and finding.level == "error" for finding in self._sample_behind(case, first).findings
        ):
            return verdict
        rest = tuple(finding for finding in verdict.findings if finding.level != "error")
        reason = (
            f"goes on from the block at line {first.block.line}, which ends with an error at line {line}: not come to"
        )
        return replace(verdict, name="skipped", reason="; ".join(filter(None, (reason, verdict.reason))), findings=rest)

    def _unless_held_back(self, case: Case, environment: Environment, verdict: Verdict) -> Verdict:
        """The verdict, but for a sample that imports what the newest release of a package has, which is for another Node."""
        package = not_exported(verdict)
        chosen = (
            *self._options.overrides,
            *(one for install in installs_of(case, "node") for one in install.requirements),
        )
        if not package or any(one.startswith(f"{package}@") for one in chosen):
            return verdict
        why = environments.held_back(
            environments.find_node(self._options.cache / "environments"), environment.folder, package
        )
        rest = tuple(finding for finding in verdict.findings if finding.rule != "run.exit")
        if not why or any(finding.level == "error" for finding in rest):
            return verdict
        reason = "; ".join(filter(None, (f"{why}: not checked", verdict.reason)))
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
            verdict = self._judged(case, role, sample, built)
        return verdict

    def _judged(self, case: Case, role: Role, sample: Sample, environment: Environment) -> Verdict:
        """The verdict of a sample: the one that was kept of a run with the same inputs, or of runs now, which is kept."""
        inputs = inputs_of(case, role, sample, environment)
        if not self._options.keep or self._options.upstream is not None:
            return self._ran(case, role, sample, environment, inputs)[0]
        results = Results(self._options.cache / "results", case.scrubber())
        key = result_key(case, role, inputs, environment, (self._recordings(case.settings), self._options.timing))
        kept = None if self._options.strict else results.take(key, (*role.earlier, role.block))
        if kept is not None:
            return kept
        verdict, is_sure = self._ran(case, role, sample, environment, inputs)
        if is_sure:
            results.keep(key, verdict)
        return verdict

    def _recordings(self, settings: Settings) -> str:
        """A digest of the recordings that may answer, read once a process."""
        if settings.fixtures not in self._digests:
            self._digests[settings.fixtures] = digest_of(settings.fixtures)
        return self._digests[settings.fixtures]

    def _ran(
        self, case: Case, role: Role, sample: Sample, environment: Environment, inputs: Inputs
    ) -> tuple[Verdict, bool]:
        """The verdict of the published bytes, then of the variants that the page announces; and whether it would be so again."""
        said = case.directives(role.block)
        verdict, is_sure = self._run(case, role, sample, environment, inputs)
        verdict = as_said(verdict, said, "continuation" if role.earlier else "passed")
        for variant in said.variants:
            other = replace(sample, block=changed(role.block, variant))
            if other.source != sample.source:
                ran, also_sure = self._run(case, role, other, environment, inputs_of(case, role, other, environment))
                verdict, is_sure = with_variant(verdict, variant, ran), is_sure and also_sure
        return verdict, is_sure

    def _not_installed(self, case: Case, role: Role, failed: environments.InstallFailed) -> Verdict:
        left = next((one for other in case.roles for one in other.left if one.ecosystem == role.language), None)
        if failed.line is None and left is not None:
            reason = f"what it imports comes from a file of the reader's own, by the command at line {left.line}: not checked"
            return Verdict(role.block, "other", role.language, reason)
        if failed.line is None and role.language == "python" and _NOT_THERE in failed.output_tail:
            reason = f"the page does not tell what to install, and `{failed.command}` finds nothing: not checked"
            return Verdict(role.block, "other", role.language, reason)
        if failed.line is None:
            return self._failed_install(role, role.language, failed)
        reason = f"its environment could not be built: see line {failed.line}"
        # What it would run in changes nothing about a name that nobody defines.
        missing = None if role.otherwise else missing_name(self._unrun(case, role))
        if missing is not None and missing.line in _lines(role.block):
            return Verdict(role.block, "failed", role.language, reason, run_with=role.earlier, findings=(missing,))
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

    def _run(
        self, case: Case, role: Role, sample: Sample, environment: Environment, inputs: Inputs
    ) -> tuple[Verdict, bool]:
        """The verdict of a run; where its client says which variable it misses, of one that has it.

        Where nobody knows what a model is to say, a run that its own assertion ended is not judged.
        """
        verdict, is_sure = self._run_once(case, role, sample, environment, inputs)
        asked: frozenset[str] = frozenset()
        for _ in range(_TRIES):
            if verdict.name not in {"failed", "other"}:
                break
            more = missed_variables(_said(verdict), environment) - asked
            if not more:
                break
            asked |= more | named_alike(more, case.page.text)
            fuller = inputs_of(case, role, sample, environment, asked)
            if fuller.variables == inputs.variables:
                break
            inputs = fuller
            verdict, is_sure = self._run_once(case, role, sample, environment, inputs)
        if not case.has_own_recordings and verdict.name == "failed" and asserts(verdict, inputs.file_name):
            rest = tuple(finding for finding in verdict.findings if finding.rule != "run.exit")
            if not any(finding.level == "error" for finding in rest):
                reason = "; ".join(filter(None, (_ASSERTS, verdict.reason)))
                verdict = replace(verdict, name="other", reason=reason, findings=rest)
        if role.otherwise and not verdict.calls:
            name, reason = role.otherwise
            ended = next((finding.got for finding in verdict.findings if finding.rule == "run.exit"), "")
            reason = f"ended before it called anything ({ended}): not checked" if ended else reason
            if verdict.name in {"fragment", "other"} and verdict.reason and not ended:
                return replace(verdict, findings=()), is_sure
            return replace(verdict, name=name, reason=reason, findings=()), is_sure
        return verdict, is_sure

    def _run_once(
        self, case: Case, role: Role, sample: Sample, environment: Environment, inputs: Inputs
    ) -> tuple[Verdict, bool]:
        door = self._doors.open(case.settings)
        door.mock.begin(members_read(inputs.source))
        run = runner.run(
            inputs.source,
            file_name=inputs.file_name,
            argv=inputs.argv,
            environ={**inputs.variables, **door.environ},
            environment=environment,
            stdin=inputs.stdin,
            files=inputs.files,
            time_limit=inputs.time_limit,
            output_limit=inputs.output_limit,
            within=door.scratch,
            prefix=door.jail.prefix,
        )
        run = replace(run, exchanges=door.mock.end(), assumed=inputs.assumed.told)
        context = Context(
            sample=sample,
            language=languages.by_name(role.language),
            file_name=inputs.file_name,
            profile_for=partial(profile_for, case.settings.profile),
            urls=door.urls,
            read_only=door.read_only,
            defined=defined_names(case, role.language),
            told=told_paths(case),
            own_recordings=self._options.upstream is not None or case.has_own_recordings,
            time_limit=inputs.time_limit,
            output_limit=case.settings.output_limit,
        )
        elsewhere = about_another_api(run, context)
        told = (elsewhere, _told(given(case, role)), _told(inputs.assumed.told, "assumed"))
        verdict = _verdict(role, run, judge_run(run, context), "; ".join(filter(None, told)))
        if not case.directives(role.block).fails:
            verdict = as_left(verdict, run, context, inputs, elsewhere=bool(elsewhere))
        if elsewhere and verdict.name not in {"failed", "fragment"}:
            verdict = replace(verdict, name="other")
        # 128 and above: a shell says so of what a signal ended.
        is_sure = not (run.timed_out or run.dropped) and 0 <= run.exit_code < 128
        return replace(verdict, not_shut_in=door.jail.why_not), is_sure


def _lines(block: Block) -> set[int]:
    """The lines of the page on which a block's text stands."""
    return {block.page_line(number) for number in range(1, block.text.count("\n") + 1)}


def _said(verdict: Verdict) -> str:
    """What a run said of its failing: on standard error; where it sent nothing, what it printed as well."""
    return verdict.complained if verdict.calls else f"{verdict.printed}\n{verdict.complained}"


def _told(names: Sequence[str], word: str = "given") -> str:
    return f"{word}: {', '.join(names)}" if names else ""


def _verdict(role: Role, run: Run, findings: tuple[Finding, ...], given: str) -> Verdict:
    failed = any(finding.level == "error" for finding in findings)
    name: VerdictName = "failed" if failed else "continuation" if role.earlier else "passed"
    return Verdict(
        block=role.block,
        name=name,
        language=role.language,
        reason=given,
        run_with=role.earlier,
        seconds=round(run.seconds, 3),
        calls=tuple(map(_call, run.exchanges)),
        findings=findings,
        printed=run.stdout.decode("utf-8", "replace")[-_TAIL:],
        complained=run.stderr.decode("utf-8", "replace")[-_TAIL:],
    )


def _call(exchange: Exchange) -> Call:
    request, response = exchange.request, exchange.response
    return Call(
        request.method,
        request.url,
        response.status,
        request.body.decode("utf-8", "replace"),
        response.body.decode("utf-8", "replace"),
        exchange.recording,
    )


def _belongs_to(failed: environments.InstallFailed, block: Block) -> bool:
    return failed.line is not None and block.first_line <= failed.line <= block.page_line(block.text.count("\n"))


def _install_finding(failed: environments.InstallFailed, block: Block) -> Finding:
    return not_installed(block, failed.line, failed.command, failed.exit_code, failed.output_tail)
