"""`aswritten contract` on a base URL: its options, the calls, and the times that are told beside the verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aswritten.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from aswritten.probe import Probed

_OPTIONS = {"--model": "model", "--max-calls": "max_calls", "--skip": "skip", "--api-key-env": "api_key_env"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of `aswritten contract` that bear on a base URL alone."""
    group = parser.add_argument_group("for a base URL, which is asked a fixed set of calls")
    group.add_argument("--model", default="", metavar="NAME", help="the model to ask (default: the only one it lists)")
    group.add_argument("--max-calls", type=int, metavar="N", help="send no more calls than these")
    group.add_argument(
        "--skip",
        action="append",
        default=[],
        metavar="CALL",
        help="leave out this call (repeatable; a wrong name lists them)",
    )
    group.add_argument("--api-key-env", default="", metavar="VARIABLE", help="the variable that holds the key")


def probed(urls: Sequence[str], parsed: argparse.Namespace) -> list[Probed]:
    """What became of each call to each API.

    Raises UsageError for an option that is wrong, or is given without a URL, and for a URL that is no API.
    """
    if not urls:
        given = next((option for option, name in _OPTIONS.items() if getattr(parsed, name)), "")
        if given:
            raise UsageError(f"{given} is for a base URL, such as https://api.example.com/v1, and no target is one")
        return []
    from aswritten.probe import probe, settings_of

    settings = settings_of(
        model=parsed.model,
        key_variable=parsed.api_key_env,
        max_calls=parsed.max_calls,
        skip=parsed.skip,
        profile=parsed.profile,
    )
    return [one for url in urls for one in probe(url, settings)]


def rules() -> dict[str, str]:
    """What each rule of probes means, by name."""
    from aswritten.probe import RULES

    return {rule.name: f"{rule.name} ({rule.level}): {rule.reason}\n\nSource: {rule.source}" for rule in RULES}


def add_timing(document: dict[str, Any], calls: Sequence[Probed]) -> None:
    """Puts ``timing`` into the exchanges of a report that are calls to an API."""
    from dataclasses import asdict

    timings = {(one.judged.source, one.judged.index): one.timing for one in calls if one.timing}
    for exchange in document["exchanges"]:
        timing = timings.get((exchange["source"], exchange["index"]))
        if timing is not None:
            exchange["timing"] = {
                name: round(value, 6) if isinstance(value, float) else value for name, value in asdict(timing).items()
            }


def lines(calls: Sequence[Probed]) -> Iterator[str]:
    """A line a call: its verdict, what came, and its times."""
    held_to = sorted({one.judged.profile for one in calls} - {""})
    if calls:
        yield f"calls, held to {', '.join(held_to) or 'nothing'} (times in ms from the end of the request: told, not judged):"
    for one in calls:
        line = f"  {one.call:<19} {one.judged.verdict:<11}"
        timing = one.timing
        if timing is not None:
            token = "" if timing.first_token is None else f", first token {_ms(timing.first_token)}"
            gap = f", longest gap {_ms(timing.longest_gap)}" if timing.reads > 1 else ""
            line += f" {one.status}  first byte {_ms(timing.first_byte)}{token}, end {_ms(timing.total)}{gap}"
            line += ", buffered: everything in one read" if timing.buffered else ""
        yield line.rstrip()


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
