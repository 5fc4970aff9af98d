"""Which recording answers a request, and in words why none does."""

from __future__ import annotations

import difflib
import json
from typing import TYPE_CHECKING

from aswritten.derivations import COVERS, RESULTS
from aswritten.recordings._fits import url_fits
from aswritten.recordings._json import differences
from aswritten.recordings._values import Miss

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.model import Lack, Request
    from aswritten.recordings._values import Recording

#: Stands for the body of a request whose bytes are not JSON: equal to nothing.
_NOT_JSON = object()


def features(body: object) -> frozenset[str]:
    """What a body asks for, as far as it changes the form of the answer.

    Of ``stream``, ``usage`` (a usage chunk at the end of the stream), ``tools`` and ``functions`` (the model may call one),
    ``json-object``, ``json-schema``, ``logprobs``, ``audio``, ``n=2``.
    """
    if not isinstance(body, dict):
        return frozenset()
    count = body.get("n")
    formats = (_get(body, "response_format", "type"), _get(body, "text", "format", "type"))
    asked = {
        "stream": body.get("stream") is True,
        "usage": body.get("stream") is True and _get(body, "stream_options", "include_usage") is True,
        "tools": bool(body.get("tools")) and body.get("tool_choice") != "none" and _last_role(body) not in RESULTS,
        "functions": bool(body.get("functions"))
        and body.get("function_call") != "none"
        and _last_role(body) not in RESULTS,
        "json-object": "json_object" in formats,
        "json-schema": "json_schema" in formats,
        "logprobs": body.get("logprobs") is True,
        "audio": isinstance(body.get("modalities"), list) and "audio" in body["modalities"],
        f"n={count}": isinstance(count, int) and count > 1,
    }
    return frozenset(name for name, wanted in asked.items() if wanted)


def choose(recordings: tuple[Recording, ...], request: Request, *, exact: bool) -> Recording | Miss:
    """The recording that answers the request, or a Miss that says why there is none.

    One for the very host comes before one for any host (``*``), the recorded request itself before an ``alike`` one,
    one whose headers are met before one that names none, an ``alike`` one before a ``derived`` one. With ``exact``, only a
    recorded request itself answers.
    """
    body = _body(request)
    fitting = [one for one in recordings if one.method == request.method and url_fits(one, request, exact=exact)]
    at_url = [one for one in fitting if not _is_surpassed(one, fitting)]
    met = [one for one in at_url if _headers_met(one, request)]
    itself = {one.path for one in met if not differences(one.body, body, limit=1)}
    able = [one for one in met if one.path in itself or (not exact and not _unlike(one, body))]
    if able:
        return min(
            able,
            key=lambda one: (
                one.url.startswith("*"),
                one.path not in itself,
                one.answers == "derived",
                -len(one.headers),
                one.name,
            ),
        )
    if not at_url:
        return Miss(_no_url(recordings, request))
    return _no_such_body(at_url, request, body, exact=exact)


def _is_surpassed(recording: Recording, fitting: list[Recording]) -> bool:
    """Whether another derived one names more of the path, and so is of another endpoint: chat/completions, say."""
    return recording.answers == "derived" and any(
        other.answers == "derived" and other.url.removeprefix("*").endswith(recording.url.removeprefix("*"))
        for other in fitting
        if len(other.url) > len(recording.url)
    )


def clash(one: Recording, other: Recording) -> str:
    """Why two recordings cannot stand side by side, as "answers ..."; empty where they can."""
    if (one.method, one.url, one.headers) != (other.method, other.url, other.headers):
        return ""
    if not differences(one.body, other.body, limit=1):
        return "answers the same request"
    # One that answers its own request alone is unlike any other.
    if one.answers == other.answers and not _unlike(one, other.body) and not _unlike(other, one.body):
        return f"is {one.answers} and answers {_asking(features(other.body))} at {one.url}, the same"
    return ""


def _headers_met(recording: Recording, request: Request) -> bool:
    return all(request.header(name) == value for name, value in recording.headers)


def _unlike(recording: Recording, body: object) -> str:
    """Why the recording is no answer to a body that is not its own, as "which ..."; empty where it is one."""
    if recording.answers == "recorded":
        return "which answers only its own request"
    if isinstance(recording.body, dict) != isinstance(body, dict):
        return f"which answers a request {_kind_of_body(recording.body)}"
    return _underived(recording, body) if recording.answers == "derived" else _unalike(recording, body)


def _unalike(recording: Recording, body: object) -> str:
    """Why the answer is none to the body: it asks for something else, offers another tool, or wants another schema."""
    mine, asked = features(recording.body), features(body)
    if mine != asked:
        return f"which answers {_asking(mine)}"
    missing = _tool_names(recording.body) - _tool_names(body) if mine & {"tools", "functions"} else frozenset()
    if missing:
        return f"whose model calls {', '.join(sorted(missing))}, which this request does not offer"
    if "json-schema" in mine:
        own, wanted = (_get(one, "response_format", "json_schema", "schema") for one in (recording.body, body))
        if differences(own, wanted, limit=1):
            return "which answers by another JSON schema"
    return ""


def _underived(recording: Recording, body: object) -> str:
    """Why nothing can be derived for the body: it asks for more than is derived."""
    covered = frozenset[str]().union(*(COVERS.get(name, ()) for name in recording.derives))
    own, wanted = (
        frozenset(name for name in features(one) if name.partition("=")[0] not in covered)
        for one in (recording.body, body)
    )
    return f"which answers {_asking(own)}" if own != wanted else ""


def _no_url(recordings: tuple[Recording, ...], request: Request) -> str:
    asked = f"{request.method} {request.url}"
    if not recordings:
        return f"no recording answers {asked}: there are none"

    def likeness(one: Recording) -> tuple[bool, float]:
        return (
            url_fits(one, request),
            difflib.SequenceMatcher(None, one.url.removeprefix("*"), request.url, autojunk=False).ratio(),
        )

    # The first by name among equals: the order of the recordings.
    nearest = max(recordings, key=likeness)
    return f"no recording answers {asked}; the nearest is {nearest.name}, which answers {nearest.method} {nearest.url}"


def _no_such_body(at_url: list[Recording], request: Request, body: object, *, exact: bool) -> Miss:
    """Why none of the recordings for this URL answers."""
    asked = f"{request.method} {request.url}"
    if body is _NOT_JSON:
        return Miss(f"no recording answers {asked} with a body that is not JSON ({_why_not_json(request.body)})")
    alike = [] if exact else [one for one in at_url if one.answers != "recorded"]
    if alike:
        nearest = min(alike, key=lambda one: (len(features(one.body) ^ features(body)), one.name))
        why = _unlike(nearest, body)
        if why:
            return Miss(
                f"no recording answers {asked} {_as_clause(body)}; the nearest is {nearest.name}, {why}",
                _lack(nearest, body),
            )
    else:
        nearest = min(at_url, key=lambda one: (len(differences(one.body, body)), one.name))
    what = _first_difference(nearest, request, body, by_body=not alike)
    return Miss(f"{asked} is not the request that was recorded: {what}; the nearest recording is {nearest.name}")


def _lack(nearest: Recording, body: object) -> Lack:
    """What of the recordings for a URL does not suit a body that none of them answers."""
    if features(body) or (isinstance(body, dict) and features(nearest.body)):
        return "features"
    return "body" if isinstance(body, dict) and nearest.body is None else "words"


def _first_difference(recording: Recording, request: Request, body: object, *, by_body: bool) -> str:
    found = differences(recording.body, body) if by_body else []
    if found:
        place, expected, got = found[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        return f"at {place} expected {expected}, got {got}{more}"
    name, value = next((name, value) for name, value in recording.headers if request.header(name) != value)
    # What came is not repeated: it may be a key.
    came = "none" if request.header(name) is None else "another"
    return f"in the header {name} expected {json.dumps(value)}, got {came}"


def _kind_of_body(body: object) -> str:
    if body is None:
        return "without a body"
    return "with a JSON object as its body" if isinstance(body, dict) else "with another body"


def _asking(wanted: frozenset[str]) -> str:
    return "a request that asks for " + ", ".join(sorted(wanted)) if wanted else "a plain request"


def _as_clause(body: object) -> str:
    wanted = features(body)
    return "that asks for " + ", ".join(sorted(wanted)) if wanted else _kind_of_body(body)


def _tool_names(body: object) -> frozenset[str]:
    """Names of the tools and functions that a body offers."""
    names: set[str] = set()
    if isinstance(body, dict):
        for tool in _list(body.get("tools")):
            kind = tool.get("type")
            own = tool.get(kind) if isinstance(kind, str) else None
            names |= {str(part["name"]) for part in (own, tool) if isinstance(part, dict) and "name" in part}
        names |= {str(function["name"]) for function in _list(body.get("functions")) if "name" in function}
    return frozenset(names)


def _list(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _last_role(body: Mapping[str, object]) -> object:
    messages = _list(body.get("messages"))
    return messages[-1].get("role") if messages else None


def _get(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _body(request: Request) -> object:
    if not request.body:
        return None
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        return _NOT_JSON


def _why_not_json(body: bytes) -> str:
    try:
        json.loads(body)
    except UnicodeDecodeError as error:
        return f"not UTF-8 at byte {error.start}"
    except ValueError as error:
        return str(error)
    except RecursionError:
        return "nested too deeply"
    raise AssertionError("the body is JSON")
