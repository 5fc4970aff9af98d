"""Record, replay and record again, against real servers: bytes and reads must be equal, and the samples run over what was recorded.

`python tests/replay_proof.py [LITELLM]` does so with `awkward_server`, with gaps of 300 ms, and with the LiteLLM proxy whose executable
is given: once with answers that it makes by itself (`mock_response`), once with `conforming_server` behind it.
Of each it prints what was compared, and by how much the gaps of a replay with `--timing` differ from the recorded ones, which is told
and not judged: it is the machine's doing. The exit code is 1 where anything else differs.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.recordings import load_recordings
from awkward_server import (
    FIXTURES,
    KEY,
    manner_of,
    manner_of_oddity,
    oddities,
    scenarios_of,
    serving_awkwardly,
)
from conforming_server import serving
from litellm_proxy import KEY as MASTER_KEY
from litellm_proxy import NoProxyError, proxy
from replaying import SAMPLES, VARIABLE, aswritten, gaps, reads_of, replayed, unlike, with_refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aswritten.recordings import Recording

#: Seconds of the gaps that the awkward server makes.
GAP = 0.3
CONFIGS = Path(__file__).parent
#: The samples that the proxy answers in each of its configurations. A `mock_response` calls no tool, so that those which offer one go
#: to the server behind it.
SCENARIOS = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())
#: What the proxy cannot say: without a database it has no answer to a wrong key but 400, and the samples expect 401.
LEFT_OUT = {"invalid-key"}
PROXIED = {name for name in SCENARIOS if name.startswith("tool-call")}
CANNED = {*SCENARIOS} - PROXIED - LEFT_OUT
#: Of fixtures/novita/scenarios.yaml, what the proxy answers by itself.
ASKED = ("completion", "stream", "stream-usage", "json-output", "sampling-parameters", "conversation-1")
#: The samples ask for what Novita alone has, and clients send back what the proxy alone says.
PROFILE = "generic"


class Proof:
    """What is shown of one server, in a folder of its own."""

    def __init__(self, name: str, folder: Path, key: str) -> None:
        self.name = name
        self.folder = folder
        self.key = key
        self.wrong: list[str] = []
        folder.mkdir()

    def say(self, text: str) -> None:
        print(f"{self.name}: {text}", flush=True)  # noqa: T201

    def ran(self, *arguments: str | Path, code: int = 0, tries: int = 1) -> None:
        """The command must end with this code; ``tries``: of servers that we did not write, which may fail once in a while."""
        done = aswritten(*arguments, key=self.key, cwd=self.folder)
        if done.returncode != code and tries > 1:
            self.say(f"exit code {done.returncode}, once more:\n{done.stdout}{done.stderr}")
            self.ran(*arguments, code=code, tries=tries - 1)
            return
        last = (done.stdout.strip() or done.stderr.strip()).rpartition("\n")[2]
        self.say(f"aswritten {' '.join(str(one) for one in arguments[:2])} ...: exit code {done.returncode}: {last}")
        if done.returncode != code:
            self.wrong.append(
                f"{arguments[0]}: expected exit code {code}, got {done.returncode}:\n{done.stdout}{done.stderr}"
            )

    def replay(self, made: str, *again: str | Path, code: int = 0) -> None:
        """Records the mock that serves the folder ``made``, at once and at the recorded times, by the command ``again``."""
        old = with_refused(self.folder / made)
        for timing in (False, True):
            into = f"{made}-again{'-in-time' if timing else ''}"
            with replayed(list(old.values()), timing=timing) as url:
                self.ran(*again, "--base-url", url, "--into", into, code=code)
            new = with_refused(self.folder / into)
            self.wrong += unlike(old, new)
            self.say(
                f"{made}, {'in time' if timing else 'at once'}: {counted(old)} recorded again, {len(unlike(old, new))} differ"
            )
            if timing:
                self.say(f"{made}: {by_how_much(old, new)}")

    def sent(self, made: str, sent: Mapping[str, Sequence[tuple[int, list[bytes]]]]) -> None:
        """What was recorded must be what the server sent, part by part."""
        found = with_refused(self.folder / made)
        for name, answers in sent.items():
            one = found.get(name.rpartition("/")[2])
            if one is None or [(response.status, reads_of(response)) for response in one.responses] != answers:
                self.wrong.append(f"{made}: {name} is not what was sent")
        self.say(f"{made}: compared with what was sent")


def counted(recordings: Mapping[str, Recording]) -> str:
    responses = [response for one in recordings.values() for response in one.responses]
    size, count = sum(len(one.body) for one in responses), sum(len(one.reads) for one in responses)
    return f"{len(recordings)} recordings ({size} bytes in {count} reads)"


def by_how_much(old: Mapping[str, Recording], new: Mapping[str, Recording]) -> str:
    """How the gaps differ, in words."""
    before, after = gaps(old), gaps(new)
    pairs = [pair for key in before.keys() & after.keys() for pair in zip(before[key], after[key], strict=False)]
    off = sorted(abs(one - other) * 1000 for one, other in pairs)
    longest = max(one for one, _ in pairs)
    return (
        f"{len(pairs)} gaps, the longest {longest * 1000:.0f} ms, differ by {off[len(off) // 2]:.1f} ms in the median,"
        f" {off[int(len(off) * 0.95)]:.1f} ms in 95%, {off[-1]:.1f} ms at most"
    )


def files(scenarios: set[str]) -> list[Path]:
    """The sample files, which no page's words bind: what pages document are the words of the fixtures."""
    return [SAMPLES / name / file for name in sorted(scenarios) for file in ("curl.sh", "node.mjs", "python.py")]


def awkward_bytes(folder: Path) -> list[str]:
    """One scenario for each oddity. What comes behind `[DONE]` is refused, and everything else recorded."""
    proof = Proof("awkward bytes", folder, KEY)
    (folder / "made").mkdir()
    text = scenarios_of(oddities(), "openai", "https://api.example.com/v1")
    (folder / "made" / "scenarios.yaml").write_text(text, encoding="utf-8")
    with serving_awkwardly(oddities(), manner_of_oddity, gap=GAP) as server:
        proof.ran("record", "made", "--base-url", server.url, "--api-key-env", VARIABLE, code=1)
        proof.sent("made", server.sent)
    proof.replay("made", "record", "made", code=1)
    return proof.wrong


def awkward_samples(folder: Path) -> list[str]:
    """All samples of all languages, over what was recorded while they ran."""
    proof = Proof("awkward samples", folder, KEY)
    with serving_awkwardly(load_recordings([FIXTURES / "novita"]), manner_of, gap=GAP) as server:
        options = ("--base-url", server.url, "--api-key-env", VARIABLE, "--into", "made")
        proof.ran("record", "--from-samples", SAMPLES, *options)
        proof.sent("made", server.sent)
    proof.replay("made", "record", "--from-samples", SAMPLES)
    proof.ran("check", SAMPLES, "--fixtures", "made")
    proof.ran("check", SAMPLES, "--fixtures", "made", "--timing")
    return proof.wrong


def litellm(executable: str, folder: Path, config: str, scenarios: set[str], asked: Sequence[str] = ()) -> list[str]:
    """Sample files over what the proxy answered, by one of its configurations; ``asked``: scenarios that are recorded, too."""
    proof = Proof(f"LiteLLM, {config}", folder, f"sk-{secrets.token_hex(24)}")
    behind = secrets.token_hex(24)
    samples = files(scenarios)
    with serving(key=behind) as server:
        variables = os.environ | {
            MASTER_KEY: proof.key,
            "ASWRITTEN_BEHIND_URL": server.url,
            "ASWRITTEN_BEHIND_KEY": behind,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # the prices in the package: nothing is fetched
        }
        with proxy(executable, variables, CONFIGS / f"litellm_{config}.yaml") as url:
            options = ("--base-url", url, "--api-key-env", VARIABLE, "--into", "made", "--profile", PROFILE)
            proof.ran("record", "--from-samples", *samples, *options, tries=2)
            if asked:
                options = ("--base-url", url, "--api-key-env", VARIABLE, "--into", "asked", "--profile", PROFILE)
                proof.ran("record", FIXTURES / "novita", "--only", *asked, *options, tries=2)
    if asked:
        proof.replay("asked", "record", FIXTURES / "novita", "--only", *asked, "--profile", PROFILE)
    proof.replay("made", "record", "--from-samples", *samples, "--profile", PROFILE)
    proof.ran("check", *samples, "--fixtures", "made", "--profile", PROFILE)
    return proof.wrong


def main(executable: str = "") -> int:
    """Show everything, and say what is wrong."""
    with tempfile.TemporaryDirectory(prefix="aswritten-replay-") as name:
        folder = Path(name)
        wrong = [*awkward_bytes(folder / "bytes"), *awkward_samples(folder / "samples")]
        try:
            if executable:
                wrong += litellm(executable, folder / "canned", "canned", CANNED, ASKED)
                wrong += litellm(executable, folder / "proxied", "proxied", PROXIED)
                print(f"LiteLLM: left out are {', '.join(sorted(LEFT_OUT))}, and what pages document")  # noqa: T201
            else:
                print("LiteLLM: left out, as no executable of it is given", flush=True)  # noqa: T201
        except (NoProxyError, OSError) as error:
            wrong.append(str(error))
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
