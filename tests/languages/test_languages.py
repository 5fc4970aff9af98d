"""The list of languages, and its promises."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from aswritten.errors import UsageError
from aswritten.languages import LANGUAGES, Door, Environment, by_name, lead_all

if TYPE_CHECKING:
    from pathlib import Path


def test_by_name() -> None:
    assert [by_name(language.NAME) for language in LANGUAGES] == list(LANGUAGES)
    with pytest.raises(UsageError, match="unknown language 'perl'; known are curl, python, node"):
        by_name("perl")


def test_tags_and_suffixes_are_told_apart() -> None:
    for words in ([one.TAGS for one in LANGUAGES], [one.SUFFIXES for one in LANGUAGES]):
        assert sum(map(len, words)) == len(frozenset().union(*words))


def test_every_run_gets_the_variables_of_all_languages(tmp_path: Path) -> None:
    environ = lead_all(Door(4711, tmp_path / "ca.pem"), tmp_path)
    assert set(environ) == {
        *("ASWRITTEN_DOOR", "CURL_HOME", "NODE_OPTIONS", "PYTHONPATH", "PYTHONUNBUFFERED"),
        *("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "grpc_proxy"),
    }
    assert (tmp_path / "curl" / ".curlrc").read_text(encoding="utf-8") == (
        f'connect-to = "::127.0.0.1:4711"\ncacert = "{tmp_path}/ca.pem"\n'
    )


@pytest.mark.parametrize(
    ("name", "argv"),
    [("curl", ["bash", "-O", "expand_aliases", "f"]), ("python", ["python", "f"]), ("node", ["node", "f"])],
)
def test_a_sample_runs_as_a_paste_does(name: str, argv: list[str], tmp_path: Path) -> None:
    assert by_name(name).argv(Environment(tmp_path, ()), "f") == argv


def test_importing_the_languages_loads_no_parser() -> None:
    # Start-up counts: what only some runs need is imported when they do.
    source = "import sys, aswritten.languages; print([m for m in sys.modules if 'tree_sitter' in m or 'pyflakes' in m])"
    ran = subprocess.run([sys.executable, "-c", source], check=True, capture_output=True, text=True)
    assert ran.stdout == "[]\n"
