"""Values by the names that stand before them: JSON members, headers in a text, parameters and passwords of URLs."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from aswritten.scrub._facts import facts
from aswritten.scrub._judge import SECRET, is_placeholder, looks_real, real_by_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Where a JSON value may begin behind its name; in an event stream it may stand in the next line of the data.
_BETWEEN = rb"(?:\s|(?<=[\r\n])data:)*"
_TOKEN = re.compile(
    rb"(?P<quote>[\"'])(?P<text>(?:(?!(?P=quote))[^\\]|\\.)*)(?:(?P=quote)(?P<name>\s*:)?|\Z)"
    rb"|(?P<number>-?[0-9][0-9.eE+-]*)|(?P<open>[{\[])|(?P<close>[}\]])|[^\s,]",
    re.DOTALL,
)
_SCHEME = re.compile(rb"(?i)(?:bearer|basic|token)\s+")
_CREDENTIALS = re.compile(rb"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/-]{20,}=*)")
_PASSWORD = re.compile(rb"://[^/\s:@\"'\\]*:([^/\s@\"'\\]+)@")
#: The values of cookies, but for the attributes of RFC 6265, which are no secrets: `Max-Age=31536000`.
COOKIE = re.compile(rb"(?i)(?<![^;,:\s\"'])(?!(?:max-age|domain|path|expires|samesite)=)[^=;,\s]+=([^;,\s]+)")
_REST = re.compile(rb"[^\r\n\"'\\]*")
#: What was put in place of a value that configuration names.
_PUT = re.compile(rb"\[[a-z0-9_-]+\.*\]")


class Named(NamedTuple):
    """A value, found by a name."""

    start: int
    end: int
    value: bytes
    """As JSON spells it."""
    name: str
    """In small letters; empty where it is no name but the form of what stands around it that tells."""
    kind: str
    """Empty for what configuration names."""
    number: bool = False


def by_name(data: bytes, own: frozenset[str]) -> Iterator[Named]:
    """The values in ``data`` that are secrets by their names; ``own`` are the names that configuration adds."""
    if b":" in data:
        yield from _members(data, own)
        yield from _in_text(data)
    if b"=" in data:
        yield from _parameters(data, own)


def _members(data: bytes, own: frozenset[str]) -> Iterator[Named]:
    done = 0
    for match in _member_pattern(own).finditer(data):
        if match.start() < done:
            continue  # within a value that was gone through
        name = match[2].decode().lower()
        if name in own:
            values, done = _values(data, match.end())
            yield from (_named(one, name) for one in values if _is_told(one))
            continue
        one = _TOKEN.match(data, match.end())
        if one is None or one["text"] is None:
            continue
        start, end = one.span("text")
        scheme = _SCHEME.match(data, start, end)
        start = scheme.end() if scheme else start
        kind = facts().members.get(name) or facts().headers[name]
        yield from _real(data, name, kind, start, end)


def _named(token: re.Match[bytes], name: str) -> Named:
    group = "number" if token["text"] is None else "text"
    return Named(*token.span(group), token[group], name, "", number=group == "number")


def _is_told(token: re.Match[bytes]) -> bool:
    """Whether a value of a name that configuration adds tells something."""
    if token["text"] is None:
        return bool(re.search(rb"[1-9]", token["number"]))
    return bool(token["text"]) and not _PUT.fullmatch(token["text"])


def _values(data: bytes, start: int) -> tuple[list[re.Match[bytes]], int]:
    """The texts and numbers of the one JSON value that begins at ``start``, names of its members left out; and where it ends."""
    found: list[re.Match[bytes]] = []
    depth, end = 0, start
    for token in _TOKEN.finditer(data, start):
        depth += (token["open"] is not None) - (token["close"] is not None)
        end = token.end()
        if (token["text"] is not None and token["name"] is None) or token["number"] is not None:
            found.append(token)
        if depth <= 0:
            break
    return found, end


def _in_text(data: bytes) -> Iterator[Named]:
    # To look for a few words costs much less than to try a pattern everywhere.
    small = data.lower()
    if any(header in small for header in _header_starts()):
        for match in _header_pattern().finditer(data):
            name = match[1].decode().lower()
            kind = facts().headers[name]
            rest = _REST.match(data, match.start(2)) if kind == "cookie" else None
            yield from _real(data, name, kind, match.start(2), rest.end() if rest else match.end(2))
    if b"bearer" in small or b"basic" in small:
        for match in _CREDENTIALS.finditer(data):
            if looks_real(match[1].decode("ascii")):
                yield Named(*match.span(1), match[1], "", "key")
    if b"://" in data and b"@" in data:
        for match in _PASSWORD.finditer(data):
            if len(match[1]) >= SECRET and not is_placeholder(match[1]):
                yield Named(*match.span(1), match[1], "", "key")


def _real(data: bytes, name: str, kind: str, start: int, end: int) -> Iterator[Named]:
    """The value from ``start`` to ``end``, if it is one; of a header of cookies, the values in it."""
    spans = [match.span(1) for match in COOKIE.finditer(data, start, end)] if kind == "cookie" else [(start, end)]
    for begin, last in spans:
        if real_by_name(data[begin:last], kind):
            yield Named(begin, last, data[begin:last], name, kind)


def _parameters(data: bytes, own: frozenset[str]) -> Iterator[Named]:
    for match in _parameter_pattern(own).finditer(data):
        name = match[1].decode().lower()
        if name in own:
            if not _PUT.fullmatch(match[2]):
                yield Named(*match.span(2), match[2], name, "")
        elif real_by_name(match[2], facts().parameters[name]):
            yield Named(*match.span(2), match[2], name, facts().parameters[name])


def spelled_out(value: bytes) -> str:
    """A value as JSON spells it, read; as it is where it is cut."""
    try:
        return str(json.loads(b'"' + value + b'"'))
    except ValueError:
        return value.decode("utf-8", "replace")


def _either(names: Iterable[str]) -> bytes:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)).encode()


@cache
def _member_pattern(own: frozenset[str]) -> re.Pattern[bytes]:
    names = _either({*facts().members, *facts().headers, *own})
    return re.compile(rb"(?i)([\"'])(" + names + rb")\1" + _BETWEEN + rb":" + _BETWEEN)


@cache
def _header_starts() -> tuple[bytes, ...]:
    return tuple(f"{name}:".encode() for name in facts().headers)


@cache
def _header_pattern() -> re.Pattern[bytes]:
    names = _either(facts().headers)
    return re.compile(rb"(?i)(?<![A-Za-z0-9_-])(" + names + rb"):[ \t]*(?:(?:bearer|basic|token)[ \t]+)?([^\s\"'\\]+)")


@cache
def _parameter_pattern(own: frozenset[str]) -> re.Pattern[bytes]:
    names = _either({*facts().parameters, *own})
    return re.compile(rb"(?i)[?&](" + names + rb")=([^&\s\"'#<>\\]+)")
