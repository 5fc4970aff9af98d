"""The secrets that a command line brings with it, kept out of what is printed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aswritten.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from aswritten.scrub import Scrubber


def scrubber_of(parsed: argparse.Namespace | None) -> Scrubber:
    """Knows the key of ``--api-key-env``, where the command has that option."""
    from aswritten.scrub import Scrubber

    variable = getattr(parsed, "api_key_env", "") or ""
    return Scrubber([os.environ.get(variable, "").strip()] if variable else ())


def without_secrets(text: str, parsed: argparse.Namespace | None) -> str:
    """A last message, as it may be printed. An installation that lacks its data tells of that, and of nothing else."""
    try:
        return scrubber_of(parsed).text(text)
    except UsageError as error:
        return f"aswritten: {error}"
