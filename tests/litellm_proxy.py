"""The LiteLLM proxy, a server that we did not write, probed on loopback by `aswritten contract`.

`python tests/litellm_proxy.py LITELLM` starts that executable and probes its two models: one that it answers for by itself
(`mock_response`), and one behind it, which is `conforming_server`. The exit code is 1 where a verdict is `violated`, where a call
that no model leaves out was not checked, and where the proxy does not start.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.probe import NAMES
from conforming_server import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

CONFIG = Path(__file__).with_suffix(".yaml")
KEY = "LITELLM_MASTER_KEY"
#: Seconds that the proxy may take to start; 12 are usual, on a busy machine a hundred.
START = 240.0
#: Seconds that it may take to stop.
STOP = 10.0
#: What is not asked of a model. The words of `mock_response` are the same however many were asked for, and come without log
#: probabilities; the model behind the proxy is asked for both.
LEFT_OUT: dict[str, tuple[str, ...]] = {"canned": ("max-tokens", "logprobs"), "proxied": ()}
#: What the answers of `mock_response` cannot show: they call no tool.
NOT_SHOWN: dict[str, tuple[str, ...]] = {"canned": ("tools", "tools-stream"), "proxied": ()}


class NoProxyError(Exception):
    """The proxy did not start; the message says why."""


@contextlib.contextmanager
def proxy(executable: str, variables: Mapping[str, str], config: Path = CONFIG) -> Iterator[str]:
    """The base URL of a proxy that runs until the block ends, however it does.

    Raises NoProxyError, with the end of what it printed, where it is not ready in time.
    """
    with tempfile.TemporaryDirectory(prefix="aswritten-litellm-") as folder:
        log = Path(folder) / "log"
        port = _free_port()
        command = [executable, "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
        with log.open("wb") as output:
            running = subprocess.Popen(
                command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            _wait(running, f"http://127.0.0.1:{port}/health/liveliness", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            running.terminate()
            try:
                running.wait(STOP)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait(running: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        if running.poll() is not None:
            raise NoProxyError(f"the proxy ended with {running.returncode}:\n{_end_of(log)}")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.2)
    raise NoProxyError(f"the proxy was not ready within {START:g} s:\n{_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]


def probe(url: str, model: str, variables: Mapping[str, str]) -> list[str]:
    """What is wrong with the verdicts on a model, in words; the verdicts themselves are printed."""
    with tempfile.TemporaryDirectory(prefix="aswritten-litellm-") as folder:
        report = Path(folder) / "report.json"
        aswritten = Path(sys.executable).with_name("aswritten")
        command = [str(aswritten), "contract", url, "--model", model, "--api-key-env", KEY]
        command += ["--profile", "litellm", "--json", str(report)]
        command += [part for name in LEFT_OUT[model] for part in ("--skip", name)]
        code = subprocess.run(command, env=variables, check=False).returncode
        exchanges = json.loads(report.read_text(encoding="utf-8"))["exchanges"] if report.exists() else []
    verdicts: dict[str, set[str]] = {name: set() for name in NAMES}
    for one in exchanges:
        verdicts[one["source"].rpartition(" ")[2]].add(one["verdict"])
    unchecked = {*LEFT_OUT[model], *NOT_SHOWN[model]}
    wrong = [
        f"{model}, {name}: expected {expected}, got {' and '.join(sorted(came)) or 'no verdict'}"
        for name, came in verdicts.items()
        if came != {expected := "not-checked" if name in unchecked else "ok"}
    ]
    return wrong if code == 0 or wrong else [f"{model}: aswritten contract ended with {code}"]


def main(executable: str) -> int:
    """Probe both models, and say what is wrong."""
    key = f"sk-{secrets.token_hex(24)}"
    behind = secrets.token_hex(24)
    with serving(key=behind) as server:
        variables = os.environ | {
            KEY: key,
            "ASWRITTEN_BEHIND_URL": server.url,
            "ASWRITTEN_BEHIND_KEY": behind,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # the prices in the package: nothing is fetched
        }
        began = time.monotonic()
        try:
            with proxy(executable, variables) as url:
                print(f"the LiteLLM proxy was ready after {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201
                wrong = [line for model in LEFT_OUT for line in probe(url, model, variables)]
        except (NoProxyError, OSError) as error:
            wrong = [str(error)]
    for line in wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
