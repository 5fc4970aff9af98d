"""What `schemas/secrets.yaml` says: forms of secrets, names that they go by, and what tells a placeholder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from aswritten.data import data_dir
from aswritten.errors import at

FILE = "secrets.yaml"


@dataclass(frozen=True, slots=True)
class Form:
    """A form that secrets have."""

    name: str
    """What reports call it: ``OpenAI API key``."""
    kind: str
    starts: tuple[bytes, ...]
    """Texts, one of which each such secret begins with; they are public."""
    pattern: re.Pattern[bytes]
    """Its group ``rest`` is what follows on the public beginning."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole file."""

    forms: tuple[Form, ...]
    headers: dict[str, str]
    """Names in small letters, and the kind of secret that each of them holds."""
    members: dict[str, str]
    """The same of JSON members."""
    parameters: dict[str, str]
    """The same of parameters of a URL."""
    placeholder: re.Pattern[bytes]
    """What tells that a value stands for a key: a word, or what `template` finds."""
    template: re.Pattern[bytes]
    """The forms alone in which something is left out or filled in."""


@cache
def facts() -> Facts:
    """The facts, read once. Raises UsageError where the installation's file cannot be read."""
    import yaml

    path = data_dir("schemas") / FILE
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        document: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 - both loaders are safe ones
    except (OSError, yaml.YAMLError) as error:
        raise at(path, None, f"cannot be read: install aswritten again ({type(error).__name__})") from error
    members = document["members"]
    return Facts(
        forms=tuple(_form(one) for one in document["forms"]),
        headers={one["name"]: one["kind"] for one in document["headers"]},
        members={one["name"]: one["kind"] for one in members if not one.get("parameter")},
        parameters={one["name"]: one["kind"] for one in members},
        placeholder=_placeholder(document["placeholders"]),
        template=_template(document["placeholders"]),
    )


def _form(entry: dict[str, Any]) -> Form:
    starts = "|".join(re.escape(start) for start in entry["starts"])
    # No part of a longer word: `risk-`, or the middle of a run of random characters.
    pattern = rf"(?<![A-Za-z0-9_])(?:{starts})(?P<rest>{entry['rest']})(?![A-Za-z0-9_-])"
    return Form(
        entry["name"],
        entry["kind"],
        tuple(start.encode() for start in entry["starts"]),
        re.compile(pattern.encode()),
    )


def _template(entry: dict[str, Any]) -> re.Pattern[bytes]:
    return re.compile("|".join(one["pattern"] for one in entry["patterns"]).encode())


def _placeholder(entry: dict[str, Any]) -> re.Pattern[bytes]:
    words = [form for word in entry["words"] for form in _cases(word)]
    short = "|".join(form for word in entry["short"] for form in _cases(word))
    patterns = "|".join(one["pattern"] for one in entry["patterns"])
    return re.compile(f"{patterns}|{'|'.join(words)}|(?<![A-Za-z0-9])(?:{short})(?![A-Za-z0-9])".encode())


def _cases(word: str) -> tuple[str, ...]:
    """In other mixtures of small and large letters it stands in random characters by chance."""
    return tuple(dict.fromkeys(re.escape(form) for form in (word, word.upper(), word.capitalize())))
