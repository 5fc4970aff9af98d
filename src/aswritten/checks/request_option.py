"""What the sample gives a call, or the client that it calls, is in none of its requests.

JavaScript takes objects with members that nobody reads: a client that has another name for an option (`maxTokens` became `maxOutputTokens`), or
none for this API, sends the request without it and says nothing, and the reader's limit does not hold. Looked at are the numbers that
chat completions have parameters for, by whatever spelling, and the address with which a client is made (`baseUrl` for one that reads `baseURL`):
no request goes there. Where the client says itself that it leaves the option out, it is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aswritten.checks._base import answered, loaded
from aswritten.contract import base_profile, bundle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.lost-option",)

#: Name, value and 1-based line of what a sample gives.
Option = tuple[str, float | str, int]


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each name and value that a sample which ran to its end gives a call that surely ran, or all of its clients."""
    requests = [exchange.request for exchange in answered(run)]
    if run.exit_code or not requests:
        return
    said = run.stderr.decode("utf-8", "replace")
    asked = {exchange.request.host.lower() for exchange in run.exchanges}
    given = list(context.language.options_given(context.sample.source))
    lost = (*_lost_numbers(requests, given), *_lost_addresses(asked, given))
    for name, line, expected in dict.fromkeys(lost):
        yield context.finding(
            "request.lost-option",
            f"no request holds `{name}`, which the sample gives here",
            line=line,
            level="warning" if re.search(rf"\b{re.escape(name)}\b", said) else "error",
            expected=expected,
            got="requests without it",
            hint="look under which name today's release of the client takes this option, and whether it has it at all",
        )


def _lost_numbers(requests: list[Request], options: list[Option]) -> Iterator[tuple[str, int, str]]:
    """Name, line and what is expected of each number that no request holds."""
    given = [(name, value, line) for name, value, line in options if not isinstance(value, str) and _parameter(name)]
    try:
        sent = {number for request in requests for number in _numbers(loaded(request.body))}
    except ValueError:  # an API that speaks something else than JSON
        return
    if len(requests) < max(Counter(name for name, _, _ in given).values(), default=0):
        return
    for name, value, line in given:
        if value not in sent:
            yield (
                name,
                line,
                f"{value:g} in the request's body, as `{_parameter(name)}` or under a name of the API's own",
            )


def _lost_addresses(asked: set[str], options: list[Option]) -> Iterator[tuple[str, int, str]]:
    """The same of addresses, where a client is given some and none of the hosts ``asked`` is that of any of them."""
    given = [(name, value, line) for name, value, line in options if isinstance(value, str)]
    if asked.isdisjoint(_host(value) for _, value, _ in given):
        for name, value, line in given:
            yield name, line, f"requests to {value}"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # a placeholder in brackets
        return ""


def _parameter(name: str) -> str:
    """The number among the parameters of chat completions that a name is, in whatever spelling (`maxTokens`); empty for none."""
    return name if (name := re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) in _parameters() else ""


@cache
def _parameters() -> frozenset[str]:
    kinds = {"integer", "number"}
    members: dict[str, Any] = bundle(base_profile(), "request")["properties"]
    return frozenset(name for name, schema in members.items() if not kinds.isdisjoint(schema.get("type", ())))


def _numbers(value: object) -> Iterator[float]:
    """All numbers of a JSON value."""
    pending = [value]
    while pending:
        here = pending.pop()
        if isinstance(here, dict | list):
            pending += here.values() if isinstance(here, dict) else here
        elif isinstance(here, int | float) and not isinstance(here, bool):
            yield here
