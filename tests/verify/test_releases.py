"""Samples judged with other releases of what they import than an installer gives by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten import environments
from verifying import BODY, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict
    from aswritten.verify import Verifier


@pytest.mark.parametrize(
    ("statement", "name", "reason"),
    [
        (
            "if (weeks) [].of();",
            "passed",
            "with ms@0.7.0, which this machine's Node does not get",
        ),
        ("[].of();", "failed", ""),
        ("if (weeks) [].of();\nelse\n  Math.of();", "other", "ms 0.7.0 is for Node 99: not checked"),
        ("nowhere.of(weeks);", "failed", ""),
        ("const weeks = 1;", "failed", ""),
    ],
    ids=["passes with it", "ends the same", "ends otherwise", "an undefined name", "no program"],
)
def test_a_sample_that_fails_with_an_older_release_for_this_machines_node_is_judged_with_the_newest(
    statement: str, name: str, reason: str, judged: Callable[[str, str], Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    def held_back(_tools: object, _folder: Path, package: str) -> environments.HeldBack:
        return environments.HeldBack(f"{package}@0.7.0", f"{package} 0.7.0 is for Node 99")

    monkeypatch.setattr(environments, "held_back", held_back)
    source = (
        f'import ms from "ms";\nconst weeks = ms("1w");\n{statement}\nawait fetch("https://api.openai.com/v1/models");'
    )
    verdict = judged("js", source)
    assert (verdict.name, verdict.reason.startswith(reason)) == (name, True), verdict.reason


@pytest.mark.parametrize(
    ("install", "statement", "reason"),
    [
        ("idna", "from idna import nowhere", "idna 99 is for a newer Python: not checked"),
        ("'idna>=3'", "from idna import nowhere", "idna 99 is for a newer Python: not checked"),
        ("idna==3.7", "from idna import nowhere", ""),
        ("idna requests", "import idna\nfrom requests import nowhere", ""),
        ("idna", "import idna\nidna.nowhere()", "idna 99 is for a newer Python: not checked"),
        ("idna", "from idna import encode as Coder\nCoder.nowhere()", ""),
        ("idna", "from idna import encode\nnowhere(encode)", ""),
        ("idna", "from idna import encode\nraise OSError('no')", "raises an error by itself at line 8"),
    ],
)
def test_a_sample_that_fails_with_an_older_release_for_this_machines_python_is_not_checked(
    install: str,
    statement: str,
    reason: str,
    all_judged: Callable[[str], list[Verdict]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = environments.HeldBack("idna==99", "idna 99 is for a newer Python")
    monkeypatch.setattr(environments, "held_back_for_python", lambda _, package: held if package == "idna" else None)
    source = f"import urllib.request\n{statement}\nurllib.request.urlopen('https://api.openai.com/v1/models')\n"
    _, verdict = all_judged(f"```bash\npip install {install}\n```\n\n```python\n{source}```\n")
    assert (verdict.name, verdict.reason.startswith(reason)) == ("other" if reason else "failed", True), verdict.reason


def test_the_release_that_a_page_names_is_the_one_that_it_is_judged_with(
    tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held_back(*_: object) -> environments.HeldBack:
        raise AssertionError("nobody looks for a newer one")

    monkeypatch.setattr(environments, "held_back", held_back)
    source = 'import ms from "ms";\nms("1s").of();\nawait fetch("https://api.openai.com/v1/models");\n'
    text = f"```bash\nnpm install ms@2.1.3\n```\n\n```js\n{source}```\n"
    assert [one.name for one in verdicts(page(tmp_path, text), verifier)] == ["install", "failed"]


def test_a_mistake_in_what_is_sent_is_told_whatever_the_newest_release_does(
    judged: Callable[[str, str], Verdict], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = environments.HeldBack("ms@0.7.0", "ms 0.7.0 is for Node 99")
    monkeypatch.setattr(environments, "held_back", lambda *_: held)
    sends = 'await fetch("https://api.openai.com/v1/chat/completions", { method: "POST", body: "{,}" });'
    verdict = judged("js", f'import ms from "ms";\nms("1w").toFixed();\n{sends}')
    assert (verdict.name, "request.not-json" in {one.rule for one in verdict.findings}) == ("failed", True)


@pytest.mark.parametrize(("heading", "name"), [("Already using certifi?", "passed"), ("With others", "failed")])
def test_who_comes_to_a_section_on_a_framework_has_it(
    heading: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    lacks = (
        "if importlib.util.find_spec('certifi') is None:\n    raise ImportError(\"it wants 'pip install certifi'\")\n"
    )
    source = f"import importlib.util\nimport urllib.request\n{lacks}urllib.request.urlopen('https://api.openai.com/v1/models')\n"
    text = f"```bash\npip install idna\n```\n\n## {heading}\n\n```python\n{source}```\n"
    assert [one.name for one in verdicts(page(tmp_path, text), verifier)] == ["install", name]


@pytest.mark.parametrize(
    ("words", "install", "name"),
    [
        ("It sends by `requests`.", "", "passed"),
        ("It sends requests.", "", "other"),
        ("It sends by `requests`.", "```bash\npip install tqdm\n```\n\n", "failed"),
    ],
    ids=["the page speaks of it", "it does not", "it tells what to install"],
)
def test_what_a_package_imports_and_does_not_bring_is_there_where_the_page_leaves_it_to_its_reader(
    words: str, install: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    call = f"import urllib.request\nrequest = urllib.request.Request('https://api.example.com/v1/chat/completions', {BODY!r}.encode(), {{'Content-Type': 'application/json'}})\nurllib.request.urlopen(request)\n"
    *_, sample = verdicts(
        page(tmp_path, f"{words}\n\n{install}```python\nimport tqdm.contrib.telegram\n{call}```\n"), verifier
    )
    assert sample.name == name
