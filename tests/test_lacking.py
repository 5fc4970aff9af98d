"""What a machine lacks, as installers say it."""

from __future__ import annotations

import pytest

from aswritten.verify._lacking import lacks


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
