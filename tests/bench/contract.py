"""What it costs to hold a stream to the contract, next to plain `jsonschema` on the same chunks, in one run. Prints figures, and whether
the bar is met.

Exit code 0 where it is, 1 where it is not. No part of the tests: it measures the machine too.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from aswritten.contract import bundle, check_stream, judge_exchange, load_profile
from aswritten.contract._schemas import validator_of

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many times as many chunks a second as plain jsonschema, on each kind of stream.
BAR = 20

NOTES = """\
- judged: one whole answer, from the bytes of its body to the verdict with the deviations in use: framing, JSON, the schema of each
  chunk, the rules of the stream, and the completion that it makes.
- plain: `jsonschema`'s Draft202012Validator with the schema of chunks as this package hands it out (`bundle`), made once, on the
  same chunks as parsed beforehand: no framing, no JSON, no rules.
- flat: the same with every $ref put in place by hand, which is the quickest that jsonschema gets here. For comparison; the bar is on
  plain.
- Figures are medians of the rounds; judged, plain and flat take turns.
"""

REQUEST = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True}
BASE = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1694268190, "model": "m"}
FILTER = {name: {"filtered": False} for name in ("hate", "self_harm", "sexual", "violence")}


def chunk(delta: Any, finish: Any = None, choice: Any = None, **more: Any) -> Any:
    entry = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish, **(choice or {})}
    return {**BASE, "system_fingerprint": "fp_1", "choices": [entry], **more}


def text(number: int) -> list[Any]:
    """An answer in words, as OpenAI streams it."""
    usual: dict[str, Any] = {"service_tier": "default", "usage": None, "obfuscation": "abcdefg"}
    first = chunk({"role": "assistant", "content": "", "refusal": None}, **usual)
    return [first, *(chunk({"content": f" word{i}"}, **usual) for i in range(number)), chunk({}, "stop", **usual)]


def tool(number: int) -> list[Any]:
    """The call of a tool, its arguments in as many parts."""
    start = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "now", "arguments": '{"zones": ['}}
    parts = [f'"zone{i}", ' for i in range(number)] + ['"UTC"]}']
    deltas = [{"tool_calls": [{"index": 0, "function": {"arguments": part}}]} for part in parts]
    return [
        chunk({"role": "assistant", "content": None, "tool_calls": [start]}),
        *map(chunk, deltas),
        chunk({}, "tool_calls"),
    ]


def filtered(number: int) -> list[Any]:
    """An answer in words with what a content filter found: a deviation in every chunk."""
    more = {"content_filter_results": FILTER}
    first = chunk({"role": "assistant", "content": ""}, choice=more)
    return [
        first,
        *(chunk({"content": f" word{i}"}, choice=more) for i in range(number)),
        chunk({}, "stop", choice=more),
    ]


STREAMS = {
    "text, openai": ("openai", text),
    "tool call, openai": ("openai", tool),
    "filtered, novita": ("novita", filtered),
}


def body_of(chunks: list[Any]) -> bytes:
    """The chunks as one stream of events."""
    return b"".join(b"data: %s\n\n" % json.dumps(each).encode() for each in chunks) + b"data: [DONE]\n\n"


def measured(name: str, count: int, rounds: int) -> dict[str, float]:
    """Chunks a second: judged, plain, flat."""
    profile_name, make = STREAMS[name]
    profile = load_profile(profile_name)
    chunks = make(count)
    body, few = body_of(chunks), chunks[: max(count // 50, 20)]
    plain, flat = (
        Draft202012Validator(bundle(profile, "chunk")),
        Draft202012Validator(validator_of(profile, "chunk").schema),
    )
    request = json.dumps(REQUEST).encode()
    rates: dict[str, list[float]] = {"judged": [], "plain": [], "flat": []}
    judged = judge_exchange(request, 200, "text/event-stream", body, profile)
    assert not judged.problems, judged.problems
    for _ in range(rounds):
        start = time.perf_counter()
        judge_exchange(request, 200, "text/event-stream", body, profile)
        rates["judged"].append(len(chunks) / (time.perf_counter() - start))
        for kind, validator in (("plain", plain), ("flat", flat)):
            start = time.perf_counter()
            assert all(validator.is_valid(each) for each in few)
            rates[kind].append(len(few) / (time.perf_counter() - start))
    return {kind: statistics.median(each) for kind, each in rates.items()}


def long_stream(events: int) -> tuple[float, int]:
    """(seconds, KiB by which the most memory of this process grew) of judging a stream that is made while it is read."""
    start, word, end = (body_of([each]).removesuffix(b"data: [DONE]\n\n") for each in text(1))

    def parts() -> Iterator[bytes]:
        yield start
        for _ in range(events):
            yield word
        yield end + b"data: [DONE]\n\n"

    unit = 1024 if sys.platform == "darwin" else 1  # bytes there, KiB elsewhere
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    assert check_stream(parts(), load_profile("openai"), REQUEST) == ()
    seconds = time.perf_counter() - begin
    return seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // unit


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=5000, help="chunks of each stream")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--long", type=int, default=0, metavar="EVENTS", help="judge a stream of so many chunks as well"
    )
    options = parser.parse_args()
    say("Holding streams to the contract, chunks a second\n")
    say(NOTES)
    say(f"{'stream':<20}{'judged':>10}{'plain':>8}{'flat':>8}{'judged/plain':>14}{'judged/flat':>13}")
    met = True
    for name in STREAMS:
        found = measured(name, options.chunks, options.rounds)
        ratio = found["judged"] / found["plain"]
        met = met and ratio >= BAR
        say(
            f"{name:<20}{found['judged']:>10.0f}{found['plain']:>8.0f}{found['flat']:>8.0f}"
            f"{ratio:>14.1f}{found['judged'] / found['flat']:>13.1f}"
        )
    if options.long:
        seconds, grown = long_stream(options.long)
        say(f"\na stream of {options.long:,} chunks: {seconds:.1f} s, {grown} KiB more memory than before")
    say(f"\nat least {BAR} times plain jsonschema: {'yes' if met else 'NO'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
