"""Runs of a sample: from what it is run with to the verdict of it, kept for the next time where nothing changed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from aswritten import languages, runner
from aswritten.checks import Context, about_another_api, judge_run, reads_beside
from aswritten.model import Call, Verdict
from aswritten.verify._doors import Doors, profile_for
from aswritten.verify._inputs import (
    defined_names,
    given,
    inputs_of,
    is_defined_above,
    members_read,
    result_key,
    shown_members,
    told_names,
    told_paths,
)
from aswritten.verify._lacking import missed_variables, named_alike
from aswritten.verify._left import as_left
from aswritten.verify._mistakes import asserts, is_own_mistake
from aswritten.verify._results import Results, digest_of, prune
from aswritten.verify._said import as_said, changed, with_variant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from aswritten.classify import Role
    from aswritten.config import Settings
    from aswritten.languages import Environment
    from aswritten.model import Exchange, Finding, Run, Sample, VerdictName
    from aswritten.verify._case import Case, Options
    from aswritten.verify._inputs import Inputs

#: Why a sample whose assertion failed is not judged.
_ASSERTS = "asserts what a model says, of which the recordings that ship know nothing: not checked"
#: Runs with what the one before said it misses.
_TRIES = 3
#: Characters of a run's output that a verdict keeps, from the end.
_TAIL = 20_000


class Runs:
    """Runs samples behind the doors of their recordings. Keeps a mock for each set of these; `close` ends them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.doors = Doors(options)
        self._digests: dict[tuple[Path, ...], str] = {}

    def close(self) -> None:
        """Stop the mocks and remove their files, and results that nobody would take any more."""
        self.doors.close()
        if self._options.keep:
            prune(self._options.cache / "results")

    def judged(self, case: Case, role: Role, sample: Sample, environment: Environment) -> Verdict:
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
            more = missed_variables(_said(verdict), environment, case.page.text) - asked
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
        if (
            role.otherwise
            and not verdict.calls
            and not is_own_mistake(verdict, inputs.wants, partial(is_defined_above, case=case, role=role))
        ):
            name, reason = role.otherwise
            ends = (finding for finding in verdict.findings if finding.rule == "run.exit")
            ended = next((one.got if one.got.startswith("exit code") else one.message for one in ends), "")
            reason = f"ended before it called anything ({ended}): not checked" if ended else reason
            if verdict.name in {"fragment", "other"} and verdict.reason and not ended:
                return replace(verdict, findings=()), is_sure
            return replace(verdict, name=name, reason=reason, findings=()), is_sure
        return verdict, is_sure

    def _run_once(
        self, case: Case, role: Role, sample: Sample, environment: Environment, inputs: Inputs
    ) -> tuple[Verdict, bool]:
        door = self.doors.open(case.settings)
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
            named=told_names(case, inputs.source),
            shown=shown_members(case, role.block, inputs.source),
            own_recordings=self._options.upstream is not None or case.has_own_recordings,
            time_limit=inputs.time_limit,
            output_limit=case.settings.output_limit,
        )
        elsewhere = about_another_api(run, context)
        is_elsewhere = bool(elsewhere) and not reads_beside(run, context)
        as_in = context.language.runs_as(role.block, inputs.source)
        told = (elsewhere, as_in, _told(given(case, role)), _told(inputs.assumed.told, "assumed"))
        verdict = _verdict(role, run, judge_run(run, context), "; ".join(filter(None, told)))
        if not case.directives(role.block).fails:
            verdict = as_left(verdict, run, context, inputs, elsewhere=is_elsewhere)
        if is_elsewhere and verdict.name not in {"failed", "fragment"}:
            verdict = replace(verdict, name="other")
        # 128 and above: a shell says so of what a signal ended.
        is_sure = not (run.timed_out or run.dropped) and 0 <= run.exit_code < 128
        return replace(verdict, not_shut_in=door.jail.why_not), is_sure


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
        complained=run.complaint[-_TAIL:],
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
