"""`aswritten record`: fixtures made, or made anew, from what an API answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aswritten import __version__
from aswritten.commands import FINDINGS, OK, USAGE
from aswritten.commands._access import access_of
from aswritten.commands._drifting import exit_code, write_reports
from aswritten.config import settings_for
from aswritten.contract import load_profile
from aswritten.errors import UsageError
from aswritten.record import Access, Budget, Rules, check, load_scenarios, record
from aswritten.reports import drift, recorded
from aswritten.reports.document import write

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aswritten.record import Outcome, Scenario

#: Where scenarios are looked for when nothing is named.
FIXTURES = "fixtures"


def run(parsed: argparse.Namespace) -> int:
    """Records every scenario that is asked for, or compares it with its fixture; the return value is the exit code.

    Raises UsageError for an option or a scenario file that is wrong, and, once all else is told, where a fixture could not be
    compared, so that a comparison that did not take place is never taken for a good one.
    """
    _refuse_unfit(parsed)
    if parsed.from_samples:
        from aswritten.commands import _from_samples

        return _from_samples.run(parsed)
    scenarios = load_scenarios(
        [Path(path) for path in parsed.paths or [FIXTURES]],
        into=Path(parsed.into) if parsed.into is not None else None,
        only=parsed.only,
    )
    _refuse_several(scenarios, parsed)
    names = {name for one in scenarios for name in settings_for(one.home).scrub}
    access = access_of(parsed, sorted(names))
    budget = Budget(parsed.max_calls)
    return (_check if parsed.check else _record)(parsed, scenarios, access, budget)


def _record(parsed: argparse.Namespace, scenarios: Sequence[Scenario], access: Access, budget: Budget) -> int:
    outcomes = []
    for outcome in record(scenarios, access, Rules(parsed.profile, parsed.force), budget):
        outcomes.append(outcome)
        for line in recorded.lines(outcome):
            print(access.scrubber.text(line), flush=True)  # noqa: T201
    print(recorded.sum_line(outcomes, budget.sent))  # noqa: T201
    if parsed.json:
        write(Path(parsed.json), recorded.document(__version__, outcomes, budget.sent), access.scrubber)
    return _exit_code(outcomes)


def _check(parsed: argparse.Namespace, scenarios: Sequence[Scenario], access: Access, budget: Budget) -> int:
    compared = list(check(scenarios, access, budget))
    # Told first: the calls are spent, whether or not a report can be written.
    for line in drift.lines(compared):
        print(access.scrubber.text(line))  # noqa: T201
    write_reports(parsed, compared, access.scrubber)
    unchecked = sum(one.verdict == "not-checked" for one in compared)
    if unchecked:
        raise UsageError(
            f"{unchecked} of {len(compared)} fixtures could not be checked, so that nothing is known of them"
        )
    return exit_code(compared, strict=parsed.strict)


def _refuse_unfit(parsed: argparse.Namespace) -> None:
    """Options that are wrong, and those that do not go together."""
    if parsed.max_calls is not None and parsed.max_calls < 1:
        raise UsageError(f"--max-calls {parsed.max_calls}: expected 1 or more")
    if parsed.profile:
        load_profile(parsed.profile)
    for name in ("check", "only") if parsed.from_samples else ("language",):
        if getattr(parsed, name):
            raise UsageError(f"--{name} {'does not go' if parsed.from_samples else 'goes'} with --from-samples")
    for name in ("force", "into", "profile") if parsed.check else ("strict", "markdown"):
        if getattr(parsed, name):
            how = "does not go with --check, which writes no fixture" if parsed.check else "goes with --check"
            raise UsageError(f"--{name} {how}")
    for option, target in (("--json", parsed.json), ("--markdown", parsed.markdown)):
        if target and Path(target).suffix in {".yaml", ".yml"}:
            raise UsageError(f"{target}: expected a file of its own for the report, and no fixture ({option})")
    if parsed.json and parsed.markdown and Path(parsed.json).resolve() == Path(parsed.markdown).resolve():
        raise UsageError(f"{parsed.markdown}: expected a file of its own for the report (--markdown)")


def _refuse_several(scenarios: Sequence[Scenario], parsed: argparse.Namespace) -> None:
    """A key is one provider's, and so is a base URL."""
    urls = sorted({one.base_url for one in scenarios})
    option = "--base-url" if parsed.base_url else "--api-key-env" if parsed.api_key_env else ""
    if len(urls) > 1 and option:
        raise UsageError(f"{option} is for one provider, and the scenarios are of {', '.join(urls)}: name one PATH")


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    """0 where every scenario has its recording; 2 where nothing came that could be judged at all."""
    causes = {one.kept.cause for one in outcomes}
    if causes <= {""}:
        return OK
    return FINDINGS if causes & {"", "refused", "edited"} else USAGE
