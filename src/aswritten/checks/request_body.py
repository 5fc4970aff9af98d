"""The request's body is not what the API takes.

`request.not-json`: it is no JSON, as when a shell quote ends it half way; of other endpoints than chat completions, where it begins and
ends as an object does. `request.schema`: a member has a wrong type or value, or a required one is missing. `request.unknown-parameter`: the
API has no parameter of that name; a warning where the provider is not known, or has another API than OpenAI's and nobody is known to have
the parameter, for information where the page speaks of it too, and nothing where another provider has it. The last two are warnings where
a package of which nothing is known makes the body, for a provider that is not known: they may have an API of their own; one that makes it beside
others may leave out what the sample gives. So are they where a body names neither a model nor messages, and holds a text under another name.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from aswritten.checks._base import is_chat, is_json, loaded, shorten
from aswritten.contract import BASE, check_request, load_profile, profile_names
from aswritten.languages import facts, is_known_package

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aswritten.checks._base import Context
    from aswritten.contract import Problem, Profile
    from aswritten.model import Exchange, Finding, Request, Run

#: From here on a name is another one, mistyped.
_ALIKE = 0.8
#: Characters of the body in front of a mistake that a message shows.
_SHOWN = 40
#: How a sample speaks plain HTTP with what its language comes with.
_PLAIN = re.compile(
    r"\burllib\b|\bhttp\.client\b|\bfrom http import\b|\bfetch\b|\bXMLHttpRequest\b|[\"'](?:node:)?https?2?[\"']|\bcurl\b|\bsocket\b"
)
#: Parameters that no request is one without, so that nobody leaves them out.
_REQUIRED = frozenset({"model", "messages"})
RULES = ("request.not-json", "request.schema", "request.unknown-parameter")


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding a problem of each different body that was sent to a chat-completions path."""
    seen: set[tuple[str, bytes]] = set()
    for exchange in run.exchanges:
        request = exchange.request
        key = (request.url, request.body)
        if key in seen or not (is_chat(request) or _is_meant_as_json(request)):
            continue
        seen.add(key)
        try:
            body = loaded(request.body)
        except ValueError as error:
            yield _not_json(exchange, error, context)
            continue
        if not is_chat(request):
            continue
        profile = context.profile_for(request.host)
        problems = check_request(body, profile)
        is_replaced = _is_replaced(problems, body, context)
        is_of_own_form = _is_of_own_form(body)
        for problem in problems:
            if not _is_left_out(problem, profile) and (profile.hosts or not _is_of_some_api(problem)):
                is_own = not profile.hosts and (
                    _is_of_own_client(context)
                    or _is_said(problem, context)
                    or _is_dropped(problem, context)
                    or is_of_own_form
                    or (is_replaced and _is_without_messages(problem))
                )
                yield _finding(replace(problem, level="warning") if is_own else _softened(problem, profile), context)


def _softened(problem: Problem, profile: Profile) -> Problem:
    """The problem; a warning where it is a parameter that no API is known to have and that reads as none mistyped, of another API than the base.

    Providers have more of them than their profiles name, for single models.
    """
    unknown = problem.rule == "wire.unknown-parameter" and problem.where not in _parameters()
    is_other = unknown and not _is_alike(problem) and profile.name != BASE
    return replace(problem, level="warning") if is_other else problem


def _is_alike(problem: Problem) -> bool:
    """Whether a parameter reads as one that the API has, mistyped."""
    plain = [name.replace("_", "").lower() for name in (problem.where, problem.expected)]
    return plain[0] == plain[1] or difflib.SequenceMatcher(None, problem.where, problem.expected).ratio() >= _ALIKE


def _is_meant_as_json(request: Request) -> bool:
    """Whether a body of whatever endpoint is one JSON object by its ends, and by its type where it has one of its own, and not one on each line."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind not in {"", "application/json", "application/x-www-form-urlencoded"}:
        return False
    text = request.body.strip()
    first = text.partition(b"\n")[0].strip()
    return text.startswith(b"{") and text.endswith(b"}") and b'"' in text and not (first != text and is_json(first))


def _not_json(exchange: Exchange, error: ValueError, context: Context) -> Finding:
    text = exchange.request.body.decode("utf-8", "replace")
    sound, at = _sound(text, error.pos) if isinstance(error, json.JSONDecodeError) else ("", "")
    last = sound.rpartition("\n")[2].strip()
    last = last if len(last) <= _SHOWN else f"… {last[-_SHOWN:].lstrip()}"
    return context.finding(
        "request.not-json",
        f"the body that the sample sends is not JSON{f': it breaks behind `{last}`' if last else ''}",
        line=(context.line_with(at, at[:40]) if at else None) or context.call_line(),
        expected="a JSON object",
        got=shorten(text) or "an empty body",
        hint=_hint(text, sound),
    )


def _hint(text: str, sound: str) -> str:
    if not text.strip():
        return "no body is sent: is the option that gives it missing, or another one in its place?"
    if not sound and "=" in text:
        return "a form is sent: give the body as JSON"
    return "look for a quote that ends the body early, a trailing comma, a comment, or a name without quotes"


def _sound(text: str, position: int) -> tuple[str, str]:
    """What is JSON up to the mistake, and the line with the mistake: that of a comma which nothing follows, else what cannot be read."""
    sound = text[:position].rstrip().rstrip(",").rstrip()
    rest = text[position:].lstrip(", \t\r\n")
    start = len(sound) if rest[:1] in {"", "}", "]"} else position
    return sound, (text[:start].rpartition("\n")[2] + text[start:].partition("\n")[0]).strip("\r")


def _is_left_out(problem: Problem, profile: Profile) -> bool:
    """Whether all that is wrong is a parameter sent as null: clients of compatible servers send so what they leave out."""
    return BASE not in {profile.name, profile.extends} and _is_null(problem)


def _is_null(problem: Problem) -> bool:
    """Whether a parameter that may be left out is sent as null."""
    is_optional = problem.where not in _REQUIRED and "." not in problem.where and "[" not in problem.where
    return problem.got == "null" and is_optional


def _is_of_some_api(problem: Problem) -> bool:
    """Whether all that is wrong is a parameter that OpenAI's has not, so that an API of which nothing is known may have it, in its own form."""
    return re.split(r"[.\[]", problem.where, maxsplit=1)[0] in _parameters()


@cache
def _parameters() -> frozenset[str]:
    """The request parameters that the profiles know beside OpenAI's."""
    return frozenset(name for profile in profile_names() for name in load_profile(profile).added("request"))


def _finding(problem: Problem, context: Context) -> Finding:
    unknown = problem.rule == "wire.unknown-parameter"
    member = problem.where.rsplit(".", 1)[-1].split("[")[0]
    if _is_of_client(problem, member, context):
        problem = replace(problem, level="warning")
    is_named = member in context.named and not _is_alike(problem)
    return context.finding(
        "request.unknown-parameter" if unknown else "request.schema",
        problem.message,
        line=context.line_with(f'"{member}"', f"{member}=", f"{member}:", member) or context.call_line(),
        level="info"
        if unknown and problem.level == "warning" and (is_named or _speaks_of(member, context))
        else problem.level,
        expected=problem.expected,
        got=problem.got,
    )


def _is_of_client(problem: Problem, member: str, context: Context) -> bool:
    """Whether a client adds by itself what the API has not got, or sends as null what it has nothing for: the sample's source holds no such name."""
    language = context.language
    is_null = problem.got == "null" and problem.where not in _REQUIRED
    is_added = is_null or re.search(r": there is no such (?:field|parameter)\.", problem.message)
    if language.NAME == "curl" or not is_added:
        return False
    known = facts(language.NAME)
    # What speaks plain HTTP adds nothing.
    has_client = not {*known["http"], *known["offline"]}.issuperset(language.packages(context.sample.source))
    return has_client and member not in context.sample.source


def _is_of_own_client(context: Context) -> bool:
    """Whether a package of which nothing is known makes the bodies, and not the sample itself: an API that it alone speaks to may take others."""
    source, name = context.sample.source, context.language.NAME
    packages = context.language.packages(source)
    if not packages or _PLAIN.search(source):
        return False
    makers = [one for one in packages if one not in facts(name)["offline"]]
    return bool(makers) and not any(is_known_package(one, name) for one in makers)


def _is_dropped(problem: Problem, context: Context) -> bool:
    """Whether a member is missing that the sample gives a call, by its name, where a package of which nothing is known is among those that make the body.

    A prompt that such an API keeps for its caller takes the place of the messages.
    """
    source, name = context.sample.source, context.language.NAME
    if name == "curl":
        return False
    known = facts(name)
    makers = [one for one in context.language.packages(source) if one not in known["offline"]]
    if problem.got != "nothing" or _PLAIN.search(source) or not {*known["http"]}.isdisjoint(makers):
        return False
    # An argument, or a member of an object; with spaces around its mark it is a variable.
    given = rf"(?<![\w.-]){re.escape(problem.where)}(?:=(?!=)|[\"']?\s*:)|[{{,]\s*{re.escape(problem.where)}\s*[,}}]"
    return re.search(given, source) is not None and not all(is_known_package(one, name) for one in makers)


def _is_replaced(problems: Sequence[Problem], body: object, context: Context) -> bool:
    """Whether messages are missing where the page names another member that holds the text: `prompt`, of an API that takes either."""
    if not isinstance(body, dict) or not any(map(_is_without_messages, problems)):
        return False
    unknown = {problem.where for problem in problems if problem.rule == "wire.unknown-parameter"}
    texts = unknown & context.named & body.keys() & set(facts("python")["said"])
    return any(isinstance(body[name], str | list) for name in texts)


def _is_of_own_form(body: object) -> bool:
    """Whether a body has no member that names a chat's, and a text under another name: `{"message": "Hi"}`, of an API in a form of its own."""
    if not isinstance(body, dict) or not {"model", "messages"}.isdisjoint(body):
        return False
    return any(isinstance(value, str) for value in body.values())


def _is_without_messages(problem: Problem) -> bool:
    return (problem.where, problem.got) == ("messages", "nothing")


def _is_said(problem: Problem, context: Context) -> bool:
    """Whether the words above the sample name a parameter and the word that it is given, as of an API that takes others than OpenAI's."""
    value = problem.got.strip('"')
    # Quotes around a value of another type are a slip, whatever the words say.
    is_word = (
        re.fullmatch(r'"(?!(?:true|false|null|none)")[A-Za-z][\w -]{2,40}"', problem.got, re.IGNORECASE) is not None
    )
    is_whole = "." not in problem.where and "[" not in problem.where
    # A number or a list is no word in any API.
    takes_words = "object" in problem.expected or "string" in problem.expected
    return (
        is_word
        and is_whole
        and takes_words
        and all(_speaks_of(word, context, re.IGNORECASE) for word in (problem.where, value))
    )


def _speaks_of(member: str, context: Context, flags: int = 0) -> bool:
    """Whether the words above the sample name a parameter: then it is no slip."""
    block = context.sample.block
    words = "\n".join((*block.headings, block.prose))
    return re.search(rf"(?<![\w-]){re.escape(member)}(?![\w-])", words, flags) is not None
