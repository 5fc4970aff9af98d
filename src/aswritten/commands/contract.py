"""`aswritten contract`: fixtures and cassettes held to the contract of chat completions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.commands import _probing
from aswritten.commands._secrets import scrubber_of
from aswritten.contract import load_profile
from aswritten.errors import UsageError, at
from aswritten.judge import AUTO, judge
from aswritten.probe import is_url
from aswritten.reports import compatibility, contract
from aswritten.reports.document import write
from aswritten.targets import find

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from aswritten.judge import Judged
    from aswritten.scrub import Scrubber

OK, FINDINGS = 0, 1


def run(parsed: argparse.Namespace) -> int:
    """Judges every exchange of the targets; the return value is the exit code.

    Raises UsageError for a target, profile or file that is wrong, and where there is nothing to judge, so that an empty
    run is never taken for a good one.
    """
    if parsed.profile != AUTO:
        load_profile(parsed.profile)
    urls = [target for target in parsed.targets if is_url(target)]
    calls = _probing.probed(urls, parsed)
    judged = [judge(subject, parsed.profile) for subject in find([name for name in parsed.targets if name not in urls])]
    judged += [call.judged for call in calls]
    scrubber = scrubber_of(parsed)
    if parsed.json:
        from aswritten import __version__

        document = contract.document(__version__, judged)
        _probing.add_timing(document, calls)
        write(Path(parsed.json), document, scrubber)
    if parsed.compatibility:
        _write_compatibility(Path(parsed.compatibility), judged, parsed.targets, scrubber)
    for line in (*_probing.lines(calls), *contract.lines(judged)):
        print(scrubber.text(line))  # noqa: T201
    verdicts = {one.verdict for one in judged}
    if verdicts <= {"not-checked"}:
        raise UsageError(
            f"{', '.join(parsed.targets)}: nothing was checked: expected a chat completion that can be read"
        )
    return FINDINGS if "violated" in verdicts else OK


def _write_compatibility(path: Path, judged: Sequence[Judged], targets: Sequence[str], scrubber: Scrubber) -> None:
    folder = f"{Path(targets[0]).resolve().name}/" if len(targets) == 1 and Path(targets[0]).is_dir() else ""
    try:
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(compatibility.updated(old, judged, folder, scrubber), encoding="utf-8")
    except UnicodeDecodeError as error:
        raise at(path, None, "expected a Markdown page in UTF-8") from error
    except OSError as error:
        raise at(path, None, f"the page cannot be written: {error.strerror or error}") from error
