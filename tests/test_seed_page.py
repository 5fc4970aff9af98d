"""The published page that the project began with, checked as its owner would: by the command line, as it is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aswritten.model import VERDICTS as VERDICT_NAMES

PAGE = Path(__file__).parents[2] / "shared" / "pages" / "seed" / "wizardlm-2-8x22b.md"
URL = "https://api.novita.ai/v3/openai/chat/completions"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason=f"{PAGE} is not there")

#: Line and verdict of each block, as a reader of the page would give them.
VERDICTS = {
    17: "other",  # the base URL
    27: "passed",  # curl
    52: "output",
    89: "passed",  # curl, streamed
    115: "output",
    145: "install",
    155: "passed",  # Python, streamed
    193: "output",
    218: "output",
    226: "install",
    236: "failed",  # Node, streamed
    279: "output",
    312: "output",
}
#: All that is wrong with the page. The model of the stream, the Node sample's print, and the parameter that it alone leaves out.
FINDINGS = [
    {
        "rule": "page.documented-model",
        "level": "error",
        "line": 116,
        "message": "the documented response names the model meta-llama/llama-3.1-8b-instruct,"
        " the request that it answers asks for microsoft/wizardlm-2-8x22b",
        "expected": "microsoft/wizardlm-2-8x22b",
        "got": "meta-llama/llama-3.1-8b-instruct",
        "hint": f"record the response of POST {URL} again",
    },
    {
        "rule": "page.parity",
        "level": "error",
        "line": 246,
        "message": "the node sample differs in max_tokens from the samples of the same call at lines 89, 155",
        "expected": "max_tokens: 512",
        "got": "no max_tokens",
        "hint": "send the same parameters in every language, or say on the page why they differ",
    },
    {
        "rule": "output.lost-content",
        "level": "error",
        "line": 266,
        "message": "the sample prints the answer without 'just want to chat?'",
        "expected": "Hello! It's nice to meet you. Do you have a question, need assistance with something, or just want to chat?",
        "got": "undefined Hello ! It' s nic e to meet you . Do you h ave a questio n, ne ed assi s tan ce wi th somethin g, or stop",
        "hint": "print the content of every chunk that has some, also of the first one and of the one with a finish_reason",
    },
    {
        "rule": "output.junk",
        "level": "error",
        "line": 266,
        "message": "the sample prints `undefined` where content should be",
        "expected": "the content of the answer and nothing in place of what is not there",
        "got": "`undefined`",
        "hint": 'a chunk without content is normal: print `content or ""` in Python, `content ?? ""` in JavaScript',
    },
]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON document of `aswritten check`."""
    target = tmp_path_factory.mktemp("report") / "out.json"
    command = [str(Path(sys.executable).with_name("aswritten")), "check", str(PAGE), "--json", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return document


def test_every_block_has_its_verdict(report: dict[str, Any]) -> None:
    assert {block["line"]: block["verdict"] for block in report["blocks"]} == VERDICTS
    counts: dict[str, int] = {name: list(VERDICTS.values()).count(name) for name in VERDICT_NAMES}
    assert report["summary"] == {"blocks": 13} | counts


def test_the_samples_call_the_api_by_its_own_name_over_tls(report: dict[str, Any]) -> None:
    requests = {block["line"]: block["requests"] for block in report["blocks"] if block["requests"]}
    assert requests == {line: [{"method": "POST", "url": URL, "status": 200}] for line in (27, 89, 155, 236)}


def test_what_is_wrong_is_found_and_nothing_else(report: dict[str, Any]) -> None:
    found = [finding for block in report["blocks"] for finding in block["findings"]] + report["findings"]
    found = [{key: value for key, value in finding.items() if key != "page"} for finding in found]

    assert sorted(found, key=lambda finding: finding["line"]) == FINDINGS
