"""What becomes of a verdict where all that is wrong was left to the reader of the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.checks import answered, missing_name
from aswritten.surroundings import left_to_reader

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.model import Run, Verdict, VerdictName
    from aswritten.verify._inputs import Inputs

#: What follows from a run's not getting anywhere.
_ENDED = frozenset({"run.exit", "run.timeout", "run.no-request", "request.not-json"})


def as_left(verdict: Verdict, run: Run, context: Context, inputs: Inputs, *, elsewhere: bool) -> Verdict:
    """The verdict of a sample that does what it does only after its reader did what its page leaves to them; else as it is.

    One that called the API all the same is as good as what it did. ``elsewhere``: all that it asked for was of another API. A name that
    nobody defines would stop the reader all the same, and is told in place of what stopped the run.
    """
    serves = bool(inputs.wants.serves[0])
    asked = any(exchange.request.method == "POST" for exchange in answered(run))
    if not (_could_not_run(verdict) or elsewhere or (serves and not asked)):
        return verdict
    reason, counts = left_to_reader(run, context.sample, inputs.wants, dict(inputs.assumed.variables))
    if not reason:
        return verdict
    kept = tuple(finding for finding in verdict.findings if finding.rule not in _ENDED)
    missing = missing_name(context)
    if missing is not None:
        return replace(verdict, name="failed", findings=(missing, *kept))
    ran = counts and bool(answered(run))
    name: VerdictName = ("continuation" if verdict.run_with else "passed") if ran else "fragment"
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=kept)


def _could_not_run(verdict: Verdict) -> bool:
    """Whether all that is wrong with a sample is that its run ended with an error."""
    errors = [finding.rule for finding in verdict.findings if finding.level == "error"]
    return bool(errors) and _ENDED.issuperset(errors)
