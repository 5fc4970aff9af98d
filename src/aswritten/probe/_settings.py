"""What the user asks of a probe, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aswritten.access import base_url, key_in
from aswritten.client import Limits
from aswritten.contract import load_profile, profile_for_host
from aswritten.errors import UsageError
from aswritten.judge import AUTO
from aswritten.probe._calls import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.contract import Profile

ENDPOINT = "/chat/completions"
#: The profile of a host that no profile names.
CLAIMED = "openai"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asks of a probe."""

    model: str = ""
    """Empty: the only one that the server lists."""
    key: str = ""
    max_calls: int | None = None
    skip: frozenset[str] = frozenset()
    """Names of calls that are left out."""
    profile: str = AUTO
    limits: Limits = field(default_factory=Limits)
    whole: float = 300.0
    """Seconds after which no further call is begun."""


def settings_of(  # noqa: PLR0913 - one for each option
    *, model: str, key_variable: str, max_calls: int | None, skip: Sequence[str], profile: str, seconds: float = 60.0
) -> Settings:
    """The settings that the options ask for.

    Raises UsageError for a call or profile that there is none of, and for a variable without a key in it.
    """
    for name in skip:
        if name not in NAMES:
            raise UsageError(f"--skip {name}: no call is called so; there are {', '.join(NAMES)}")
    if max_calls is not None and max_calls < 1:
        raise UsageError(f"--max-calls {max_calls}: expected 1 or more")
    if profile != AUTO:
        load_profile(profile)
    return Settings(model, key_in(key_variable), max_calls, frozenset(skip), profile, Limits(seconds=seconds))


def is_url(target: str) -> bool:
    """Whether a target of `aswritten contract` is a base URL."""
    return target.lower().startswith(("http://", "https://"))


def endpoint(url: str) -> str:
    """The address of chat completions, at or below a base URL."""
    parts = base_url(url)
    path = parts.path
    return parts._replace(path=path if path.endswith(ENDPOINT) else path + ENDPOINT).geturl()


def profile_of(name: str, host: str) -> Profile:
    """What the answers are held to: an API that no profile names claims to be as OpenAI's, and is taken at its word."""
    if name != AUTO:
        return load_profile(name)
    found = profile_for_host(host)
    return found if found.hosts else load_profile(CLAIMED)
