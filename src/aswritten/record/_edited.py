"""Whether somebody wrote into a fixture by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.recordings import content_digest

if TYPE_CHECKING:
    from aswritten.recordings import Recording


def edited(old: Recording, text: str) -> str:
    """What a person's hand did to the fixture with this text, in words that go on from its name; empty where it is as recorded."""
    if old.source.kind != "recorded":
        return f"is {old.source.kind}, not recorded"
    if not old.source.content_sha256:
        return "does not say what was recorded (`content_sha256`)"
    if old.source.content_sha256 != content_digest(old):
        return "was edited since it was recorded"
    return "holds a comment that somebody wrote" if _has_comment(text) else ""


def _has_comment(text: str) -> bool:
    """Whether there is a ``#`` outside of the YAML's values."""
    import yaml

    if "#" not in text:
        return False
    rest, last = [], 0
    for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        if isinstance(token, yaml.ScalarToken):
            rest.append(text[last : token.start_mark.index])
            last = token.end_mark.index
    return "#" in "".join([*rest, text[last:]])
