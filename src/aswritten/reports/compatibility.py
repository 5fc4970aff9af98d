"""Which provider differs from OpenAI's document in what, as a Markdown page: from exchanges that were judged, and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aswritten.contract import load_profile
from aswritten.scrub import Scrubber

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.judge import Judged

#: What stands above it is written by hand, and stays.
MARK = "<!-- what follows is written by `aswritten contract --compatibility`: run it again, do not edit -->"


def updated(text: str, judged: Sequence[Judged], folder: str = "", scrubber: Scrubber | None = None) -> str:
    """The page ``text`` with its part below `MARK` written anew, without secrets; with a title of its own where it has none.

    ``folder`` goes in front of the names of files.
    """
    above, mark, _ = text.partition(MARK)
    head = above if mark else "# Compatibility\n\n"
    below = "\n".join(_lines([one for one in judged if one.profile], folder))
    return f"{head}{MARK}\n\n{(scrubber or Scrubber()).text(below)}\n"


def _lines(judged: Sequence[Judged], folder: str) -> Iterator[str]:
    providers: dict[str, list[Judged]] = {}
    for one in judged:
        providers.setdefault(_provider(one), []).append(one)
    yield "| provider | hosts | exchanges | completions | streams | errors | violated |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    yield from (_overview(name, providers[name]) for name in sorted(providers, key=str.lower))
    for name in sorted(providers, key=str.lower):
        yield f"\n## {_text(name)}\n"
        yield from _deviations(providers[name], folder)
        yield from _violations(providers[name], folder)


def _provider(one: Judged) -> str:
    """The provider's name; the host, where the profile is that of nobody."""
    profile = load_profile(one.profile)
    return profile.title if profile.hosts else one.host


def _overview(name: str, judged: Sequence[Judged]) -> str:
    kinds = Counter(one.kind for one in judged)
    verdicts = Counter(one.verdict for one in judged)
    hosts = ", ".join(f"`{host}`" for host in sorted({one.host for one in judged}))
    numbers = (len(judged), kinds["completion"], kinds["stream"], kinds["error"], verdicts["violated"])
    return f"| {_cell(name)} | {hosts} | {' | '.join(map(str, numbers))} |"


def _deviations(judged: Sequence[Judged], folder: str) -> Iterator[str]:
    seen: dict[str, list[Judged]] = {}
    why: dict[str, str] = {}
    for one in judged:
        for deviation in one.deviations:
            name = deviation.name.removeprefix(f"{one.profile}: ")
            seen.setdefault(name, []).append(one)
            why[name] = deviation.why
    if not seen:
        yield "No deviation was seen."
        return
    yield "| deviation | reason | exchanges | seen first in |"
    yield "|---|---|---:|---|"
    for name, exchanges in sorted(seen.items()):
        yield f"| {_cell(name)} | {_cell(why[name])} | {len(exchanges)} | {_place(exchanges[0], folder)} |"


def _violations(judged: Sequence[Judged], folder: str) -> Iterator[str]:
    broken = [(one, problem) for one in judged for problem in one.problems if problem.level == "error"]
    if broken:
        yield "\nWhat its profile does not allow:\n"
    for one, problem in broken:
        yield f"- {_place(one, folder)}: {_text(problem.message)} (`{problem.rule}`)"


def _place(one: Judged, folder: str) -> str:
    return f"`{folder}{one.source}`, interaction {one.index}"


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")


def _text(text: str) -> str:
    """As Markdown shows it: a page must not take what came for markup."""
    return "".join(f"\\{char}" if char in "\\`*_<>[]" else char for char in " ".join(text.split()))
