"""The samples that this repository publishes: complete, shown as they are, true to their recordings, and free of secrets."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from aswritten.recordings import load_recordings

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
URL = "https://api.novita.ai/v3/openai/chat/completions"
FILES = {"curl.sh": "bash", "python.py": "python", "node.mjs": "javascript"}
SCENARIOS = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())
RECORDINGS: list[dict[str, Any]] = [
    yaml.safe_load(recording.path.read_text(encoding="utf-8"))
    for recording in load_recordings([ROOT / "fixtures" / "novita"])
]
#: What an API key looks like: a long run of letters and digits. The ids of completions and of calls are no keys.
KEY = re.compile(r"(?<!chat-)\b(?!call_)(?:sk[-_]\w{8,}|(?=\w*\d)(?=\w*[A-Za-z])\w{20,})")


def fences(scenario: str) -> list[tuple[str, str, str]]:
    """The fences of a scenario's page: the sample file that each shows (or empty), its tag and its text."""
    found, shown = [], ""
    for token in MarkdownIt("commonmark").parse((SAMPLES / scenario / "README.md").read_text(encoding="utf-8")):
        comment = re.fullmatch(r"<!-- aswritten: file (\S+) -->\s*", token.content)
        if token.type == "fence":
            found.append((shown, token.info, token.content))
        shown = comment.group(1) if comment and token.type == "html_block" else ""
    return found


def served() -> list[str]:
    """Each recorded body, as text."""
    return ["".join(read["data"] for read in response["reads"]) for one in RECORDINGS for response in one["responses"]]


def test_the_scenarios_that_a_reader_expects_are_there() -> None:
    assert set(SCENARIOS) == {
        "completion",
        "concurrent",
        "conversation",
        "invalid-key",
        "json-output",
        "rate-limit",
        "sampling-parameters",
        "stream",
        "stream-usage",
        "tool-call",
        "tool-call-stream",
    }


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_is_three_samples_and_the_page_that_shows_them(scenario: str) -> None:
    assert {path.name for path in (SAMPLES / scenario).iterdir()} == {*FILES, "README.md"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_page_shows_its_samples_as_they_are(scenario: str) -> None:
    shown = [(file, tag, text) for file, tag, text in fences(scenario) if file]
    assert shown == [
        (name, tag, (SAMPLES / scenario / name).read_text(encoding="utf-8")) for name, tag in FILES.items()
    ]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_page_says_how_to_install_the_clients(scenario: str) -> None:
    texts = [text for _, _, text in fences(scenario)]
    assert "pip install openai\n" in texts
    assert "npm install openai\n" in texts


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_response_that_a_page_shows_is_a_recorded_one(scenario: str) -> None:
    for file, _, text in fences(scenario):
        if file:
            continue
        if text.startswith('{\n  "id"'):
            assert text.removesuffix("\n") in served()
        if text.startswith("data:"):
            events = {event for event in text.strip().split("\n\n") if event != "..."}
            assert events <= {event for body in served() for event in body.split("\n\n")}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_curl_sends_is_what_was_recorded(scenario: str, tmp_path: Path) -> None:
    for arguments in curl_calls(SAMPLES / scenario / "curl.sh", tmp_path):
        body = json.loads(arguments[arguments.index("-d") + 1])
        authorization = next(text for text in arguments if text.startswith("Authorization: ")).split(": ")[1]
        matching = [one["request"] for one in RECORDINGS if one["request"]["body"] == body]
        assert matching, f"no recording holds {body}"
        assert URL in arguments
        assert any(one.get("headers", {}).get("authorization", authorization) == authorization for one in matching)
        assert authorization in {"Bearer key-of-the-reader", "Bearer wrong-key"}


def curl_calls(script: Path, folder: Path) -> list[list[str]]:
    """The arguments of each curl that the script starts; a stand-in for curl notes them down."""
    calls = folder / "calls"
    calls.mkdir()
    (folder / "curl").write_text('#!/bin/bash\nprintf \'%s\\0\' "$@" > "$(mktemp "$CALLS/XXXXXX")"\n', encoding="utf-8")
    (folder / "curl").chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    variables = {"PATH": path, "CALLS": str(calls), "NOVITA_API_KEY": "key-of-the-reader"}
    subprocess.run(["bash", str(script)], cwd=folder, env=variables, check=False, capture_output=True, timeout=30)
    noted = [path.read_text(encoding="utf-8").split("\0") for path in calls.iterdir()]
    assert noted, f"{script} starts no curl"
    return noted


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.*")), ids=lambda path: str(path.relative_to(SAMPLES)))
def test_no_sample_holds_what_looks_like_a_key(path: Path) -> None:
    assert KEY.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("key", ["sk_abcdefgh", "sk-proj1234", "4fQ9zL0aXw7Tt2Bn8Rk1"])
def test_a_key_would_be_found(key: str) -> None:
    assert KEY.findall(f'api_key="{key}"') == [key]
