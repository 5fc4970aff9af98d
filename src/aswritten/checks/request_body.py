"""The request's body is not what the API takes.

`request.not-json`: it is no JSON, as when a shell quote ends it half way. `request.schema`: a member has a wrong type or value, or a
required one is missing. `request.unknown-parameter`: the API has no parameter of that name; a warning where the provider is not known.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aswritten.checks._base import is_chat, shorten
from aswritten.contract import check_request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.contract import Problem
    from aswritten.model import Exchange, Finding, Run

RULES = ("request.not-json", "request.schema", "request.unknown-parameter")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding a problem of each different body that was sent to a chat-completions path."""
    seen: set[tuple[str, bytes]] = set()
    for exchange in run.exchanges:
        request = exchange.request
        key = (request.url, request.body)
        if not is_chat(request) or key in seen:
            continue
        seen.add(key)
        try:
            body = json.loads(request.body)
        except ValueError as error:
            yield _not_json(exchange, error, context)
            continue
        for problem in check_request(body, context.profile_for(request.host)):
            yield _finding(problem, context)


def _not_json(exchange: Exchange, error: ValueError, context: Context) -> Finding:
    text = exchange.request.body.decode("utf-8", "replace")
    place = f" ({error})" if isinstance(error, json.JSONDecodeError) else ""
    line = None
    if isinstance(error, json.JSONDecodeError):
        near = text.splitlines()[error.lineno - 1 : error.lineno]
        line = context.line_with(near[0], near[0][:40]) if near and near[0].strip() else None
    return context.finding(
        "request.not-json",
        f"the body that the sample sends is not JSON{place}",
        line=line or context.call_line(),
        expected="a JSON object",
        got=shorten(text) or "an empty body",
        hint="look for a quote that ends the body early, a trailing comma, a comment, or a name without quotes",
    )


def _finding(problem: Problem, context: Context) -> Finding:
    unknown = problem.rule == "wire.unknown-parameter"
    member = problem.where.rsplit(".", 1)[-1].split("[")[0]
    return context.finding(
        "request.unknown-parameter" if unknown else "request.schema",
        problem.message,
        line=context.line_with(f'"{member}"', f"{member}=", f"{member}:", member) or context.call_line(),
        level=problem.level,
        expected=problem.expected,
        got=problem.got,
    )
