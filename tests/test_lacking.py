"""What a machine lacks, as installers say it."""

from __future__ import annotations

import pytest

from aswritten.verify._lacking import lacks, missed_variables


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (
            "hint: This error likely indicates that you need to install a library that provides `sound.h` for `x@1`",
            "sound.h",
        ),
        ("src/x.c:9:10: fatal error: sound.h: No such file or directory", "sound.h"),
        ("x.c:9:10: fatal error: 'sound.h' file not found", "sound.h"),
        ("error: command 'gcc' failed: No such file or directory", "gcc"),
        ("error: no version of x==999.0 was found", ""),
    ],
)
def test_what_a_build_needs_of_the_system_is_told(output: str, name: str) -> None:
    assert lacks(output) == name


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Error: give `key`, or set the 'SERVICE_API_KEY' environment variable", {"SERVICE_API_KEY"}),
        ("ValueError: no key: pass it or set SERVICE_TOKEN", {"SERVICE_TOKEN"}),
        ("KeyError: 'SERVICE_API_KEY'", set()),
        ("Error: give `version`, or set the SERVICE_API_VERSION environment variable", set()),
    ],
)
def test_the_credential_that_a_client_misses_is_known_by_its_words(message: str, names: set[str]) -> None:
    assert missed_variables(message) == names
