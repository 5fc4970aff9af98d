"""What a user may say to the recorder, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

from recorders import SCENARIOS, Ran


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--api-key-env", "NO_KEY"], "--api-key-env NO_KEY: the variable is not set, or empty: put the key into it"),
        (["--api-key-env", "EMPTY"], "--api-key-env EMPTY: the variable is not set, or empty: put the key into it"),
        (["--only", "steam"], "--only steam: no scenario is called so; there are completion, stream, wrong-key. Perhaps stream?"),
        (["--profile", "opnai"], "no profile is called 'opnai'; there are "),
        (["--max-calls", "0"], "--max-calls 0: expected 1 or more"),
        (["--base-url", "api.example.com"], "api.example.com: expected a base URL, such as https://api.example.com/v1"),
        (["--base-url", "https://api.example.com/märz"], "https://api.example.com/märz: expected a base URL, such as https://api.example.com/v1"),
        (["--base-url", "https://me:pw@api.example.com"], "api.example.com: a URL with a password in it would be printed: give a key by --api-key-env"),
        (["--base-url", "https://api.example.com/v1?a=b"], "--base-url https://api.example.com/v1?a=b: expected a base URL without a query"),
        (["--check", "--force"], "--force does not go with --check, which writes no fixture"),
        (["--check", "--into", "new"], "--into does not go with --check, which writes no fixture"),
        (["--check", "--profile", "openai"], "--profile does not go with --check, which writes no fixture"),
        (["--strict"], "--strict goes with --check"),
        (["--markdown", "out.md"], "--markdown goes with --check"),
        (["--json", "fixtures/completion.yaml"], "fixtures/completion.yaml: expected a file of its own for the report, and no fixture (--json)"),
        (["--json", "no/out.json"], "no/out.json: expected a file in a folder that exists (--json)"),
        (["--check", "--json", "a.txt", "--markdown", "./a.txt"], "./a.txt: expected a file of its own for the report (--markdown)"),
        (["nowhere"], "nowhere: is not there: expected a scenario file, or a folder with a scenarios.yaml in it"),
        (["fixtures", "more", "--api-key-env", "THE_KEY"], "--api-key-env is for one provider, and the scenarios are of https://api.example.com/v1, https://api.example.org/v1: name one PATH"),
        (["fixtures", "more", "--base-url", "http://127.0.0.1:9"], "--base-url is for one provider, and the scenarios are of https://api.example.com/v1, https://api.example.org/v1: name one PATH"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_user_is_told_with_what_to_do(
    arguments: list[str], message: str, run: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMPTY", " ")
    (folder / "more").mkdir()
    (folder / "more" / "scenarios.yaml").write_text(SCENARIOS.replace("example.com", "example.org"), encoding="utf-8")
    ran = run(*arguments)
    assert (ran.code, ran.lines) == (2, [])
    assert ran.err.startswith(f"aswritten: {message}")


def test_without_fixtures_there_is_nothing_to_record(run: Callable[..., Ran], folder: Path) -> None:
    (folder / "fixtures").rename(folder / "recordings")
    ran = run()
    assert (ran.code, ran.err) == (
        2,
        "aswritten: fixtures: is not there: expected a scenario file, or a folder with a scenarios.yaml in it\n",
    )
