"""Which fixtures the samples of pages use: they are run as `aswritten check` runs them, in this process."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.commands._asked import Asked, refuse_unknown
from aswritten.config import settings_for
from aswritten.errors import UsageError
from aswritten.pytest_plugin._signals import end_once
from aswritten.reports.fixtures import Samples
from aswritten.verify import Verifier, block_names, open_case, options_of, recordings_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from aswritten.classify import Role
    from aswritten.model import Verdict
    from aswritten.recordings import Recording
    from aswritten.verify import Case, Options

#: Verdicts that say that a sample ran.
_RAN = frozenset({"passed", "failed", "continuation"})


def used_by(given: Sequence[str], folders: Sequence[Path]) -> tuple[dict[Path, list[str]], Samples]:
    """The samples that each fixture answered, by its resolved path, and how the samples fared.

    A page whose settings name no fixtures is answered from ``folders``; from those that ship with aswritten, where there are none.
    Raises UsageError for a path, a page or a set-up that is wrong, and where there is no sample, or none that ran.
    """
    asked = Asked(given)
    options = options_of()
    cases = {path: _answered_from(open_case(path, name, options), folders) for path, name in asked.pages.items()}
    for path, blocks in asked.blocks.items():
        refuse_unknown(cases[path], blocks)
    samples = [(case, role) for path, case in cases.items() for role in _samples(case, asked.blocks.get(path, ()))]
    if not samples:
        raise UsageError(f"{', '.join(given)}: no sample to run. `aswritten list` shows what each block was taken for")
    answers = {case.settings.fixtures: _by_name(recordings_of(case.settings)) for case in cases.values()}
    used: dict[Path, list[str]] = {}
    ran: list[Verdict] = []
    skipped: list[tuple[str, str]] = []
    with _verifier(options) as verifier:
        for case, role in samples:
            name = f"{case.page.path}::{block_names(case.roles)[role.block.index]}"
            verdict = verifier.judge(case, role)
            if verdict.name not in _RAN:
                skipped.append((name, verdict.reason))
                continue
            ran.append(verdict)
            for recording in sorted({call.recording for call in verdict.calls} - {""}):
                for path in answers[case.settings.fixtures][recording]:
                    used.setdefault(path, []).append(name)
    if not ran:
        raise UsageError("\n  ".join(["no sample ran", *dict.fromkeys(reason for _, reason in skipped)]))
    return used, Samples(len(ran), sum(verdict.name == "failed" for verdict in ran), tuple(skipped))


def _by_name(recordings: Sequence[Recording]) -> dict[str, list[Path]]:
    """The files of each name, which is all that an exchange tells; two of one name are taken for used together."""
    found: dict[str, list[Path]] = {}
    for recording in recordings:
        found.setdefault(recording.name, []).append(recording.path.resolve())
    return found


@contextlib.contextmanager
def _verifier(options: Options) -> Iterator[Verifier]:
    """A signal ends it, and what it started."""
    put_back = end_once()
    verifier = Verifier(options)
    try:
        yield verifier
    finally:
        verifier.close()
        put_back()


def _answered_from(case: Case, folders: Sequence[Path]) -> Case:
    if not folders or settings_for(case.path.parent).fixtures:
        return case
    return replace(case, settings=replace(case.settings, fixtures=tuple(folder.resolve() for folder in folders)))


def _samples(case: Case, blocks: Sequence[str]) -> Iterator[Role]:
    for role, name in zip(case.roles, block_names(case.roles), strict=True):
        if role.kind == "sample" and (not blocks or name in blocks):
            yield role
