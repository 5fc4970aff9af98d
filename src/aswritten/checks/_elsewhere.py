"""Requests that are about something else than the API: nobody recorded them, and nobody was to."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from aswritten.checks._base import answered, is_chat_path, is_telemetry, loaded, shorten
from aswritten.checks.run_exit import follows_from_source
from aswritten.languages import facts
from aswritten.model import OWN_HOSTS

if TYPE_CHECKING:
    from aswritten.checks._base import Context
    from aswritten.model import Exchange, Request, Run

METHODS = frozenset({"DELETE", "GET", "PATCH", "POST", "PUT"})
#: One of these is in the body of every request to a model, whatever the API.
_ASKS_A_MODEL = frozenset({"model", "messages", "prompt", "input", "inputs"})
#: How the path of a file ends, which is none of an endpoint: `/config/models.yaml`.
_FILE = re.compile(r"/[\w-]{1,60}\.[a-z]{2,4}$")
#: The name of the endpoint of chats as one word.
_JOINED = re.compile(r"chat[-_]?completions?", re.IGNORECASE)
#: What a list of stored chats is asked for by (OpenAI's API reference, "List Chat Completions").
_OF_LISTS = frozenset({"after", "limit", "metadata", "order"})
#: From here on a path is another one, mistyped; and each of its parts.
_ALIKE = 0.8
_ALIKE_PART = 0.6
#: The same for one of a single word, at a host of which nothing is known: `/collections` is none of `/completions`.
_ALIKE_WORD = 0.9
#: The same for one that is read there: it may have `/model` and `/base-models` beside `/models`.
_ALIKE_READ = 0.92


def elsewhere(exchange: Exchange, context: Context) -> bool:
    """Whether a request that no recording answers is none that the recordings at hand are for.

    Where a page has recordings of its own, they are for all that it asks; what a package asks by itself (telemetry, prices, whether there is a
    newer version) is none of the sample's doing. Those that ship are for the endpoints that they have: a
    path like one of these, a chat's messages sent to no endpoint at all, and a method taken for a host are mistakes in asking them.
    They do not answer all that other endpoints than that of chats may be asked for: streams, tools.
    """
    request = exchange.request
    lists = not context.own_recordings and _lists_chats(request, context)
    if request.method == "CONNECT" or _is_upgrade(request) or lists:
        return True  # which no recording answers
    if request.host.upper() in METHODS:
        return False
    if context.own_recordings:
        return _in_background(request, context)
    asks_more = exchange.lack == "features" or _is_in_place_of_a_form(exchange, context)
    is_file = request.method == "GET" and _FILE.search(request.path.partition("?")[0]) is not None
    if (
        is_file
        or (asks_more and not is_chat_path(request.path))
        or _is_told_otherwise(request, context)
        or exchange.lack == "making"
        or _is_in_own_words(request, context)
    ):
        return True
    # To read what is there, and to make or delete it, are different endpoints.
    urls = context.urls if request.method == "GET" else context.urls - context.read_only
    unknown = _ALIKE_READ if request.method == "GET" else _ALIKE_WORD
    least = _ALIKE if context.profile_for(request.host).hosts else unknown
    meant = "" if _is_of_server(request, context) else _meant(request.path, urls, least)
    is_other = _documented(request.path, meant, context.told) or _lacks_version(request, meant, context)
    if meant and not (is_other or _reports(request, context)):
        return False
    return not (_is_chat_body(request.body) and _is_base(request.path))


def _is_upgrade(request: Request) -> bool:
    """Whether it asks to go on in another protocol than HTTP: a WebSocket (RFC 6455, section 4.1)."""
    return any(name.lower() == "upgrade" and value.lower() == "websocket" for name, value in request.headers)


def _lists_chats(request: Request, context: Context) -> bool:
    """Whether it asks for chats that are stored, as the sample says by the call's name or by a query: a request for an answer is a POST."""
    if request.method != "GET" or not is_chat_path(request.path.partition("?")[0]):
        return False
    asked = {name.partition("[")[0] for name, _ in parse_qsl(urlsplit(request.target).query, keep_blank_values=True)}
    is_list = bool(asked & _OF_LISTS) and asked <= _OF_LISTS | {"model"}
    return is_list or re.search(r"\bcompletions\.list\(", context.sample.source) is not None


def _is_told_otherwise(request: Request, context: Context) -> bool:
    """Whether a chat is sent to another endpoint than that of chats, at a host of which nothing is known, and the page's own words name it: it may take one there."""
    path = request.path.partition("?")[0]
    if path not in context.told or _is_base(path) or context.profile_for(request.host).hosts:
        return False
    chats = frozenset(url for url in context.urls if is_chat_path(url.removeprefix("*")))
    return _is_chat_body(request.body) and not (is_chat_path(path) or _meant(path, chats, _ALIKE_WORD))


def _is_in_place_of_a_form(exchange: Exchange, context: Context) -> bool:
    """Whether JSON is sent, at a host of which nothing is known, where others want a form with a file, and not where a list is read."""
    request = exchange.request
    is_read = any(request.path.endswith(url.removeprefix("*")) for url in context.read_only)
    is_known = bool(context.profile_for(request.host).hosts)
    return exchange.lack == "body" and not (is_known or is_read)


def _is_in_own_words(request: Request, context: Context) -> bool:
    """Whether a package asks an API of its own at a path that others have too: neither the path nor the members of the body are the sample's words.

    What a chat wants is what every API wants of it, and of a known provider it is known what its endpoints take.
    """
    if context.profile_for(request.host).hosts or is_chat_path(request.path):
        return False
    body, source = _object(request.body), context.sample.source
    wanted = _ASKS_A_MODEL - {"model"}
    path = request.path.partition("?")[0].rstrip("/")
    is_bare = request.body.strip() in {b"", b"{}"}
    ends_so = is_bare and f"/{path.rpartition('/')[2]}" in source
    is_written = path in source or ends_so or not wanted.isdisjoint(body)
    # Nor is one of them a slip of what the endpoint wants, beside what a client adds.
    is_slip = any(difflib.get_close_matches(member, wanted, 1, _ALIKE) for member in body)
    return not (is_written or is_slip) and (is_bare or any(member not in source for member in body))


def _in_background(request: Request, context: Context) -> bool:
    """Whether a package of the sample asks it by itself: the sample does not name the host, no recording is of it, and it is no chat."""
    recorded = {urlsplit(url).hostname for url in context.urls if not url.startswith("*")}
    is_named = request.host.lower() in context.sample.source.lower()
    is_own = request.host.lower() in recorded or not any(char.isalpha() for char in request.host.rpartition(".")[2])
    return not (is_named or is_own or request.host in OWN_HOSTS or is_chat_path(request.path))


def about_another_api(run: Run, context: Context) -> str:
    """Why a run says not enough, in words: the sample asked other endpoints too, or nothing else. Empty where all of its own is known.

    What a package asks by itself beside the sample's own calls takes nothing from these, nor from an end that no answer could change. Any other
    end may be that of a call which nobody answered.
    """
    missed = [one for one in run.exchanges if not (one.recording or is_telemetry(one.request, run, context))]
    if not missed or not all(elsewhere(exchange, context) for exchange in missed):
        return ""
    asked = [exchange.request for exchange in missed]
    if (answered(run) and not run.exit_code) or follows_from_source(run, context):
        asked = [request for request in asked if _is_own(request, run, context)]
    calls = dict.fromkeys(shorten(f"{request.method} {request.url}", 80) for request in asked)
    return f"calls {', '.join(calls)}, of which there is no recording: not checked" if calls else ""


def reads_beside(run: Run, context: Context) -> bool:
    """Whether all that nobody answered is read beside a call that was answered, in a run that ended well: how a server is, what it has.

    It takes nothing from that call, and is said to be unchecked.
    """
    missed = [one.request for one in run.exchanges if not one.recording]
    own = [request for request in missed if not is_telemetry(request, run, context)]
    asks = any(_asks(one.request) for one in answered(run))
    # Of a host that is known it is known what it has.
    are_reads = all(one.method in {"GET", "HEAD"} and not context.profile_for(one.host).hosts for one in own)
    return not run.exit_code and asks and are_reads


def is_side_file(request: Request, context: Context) -> bool:
    """Whether it fetches a file that a package wants and the sample does not speak of: a list of prices, of providers."""
    last = request.path.partition("?")[0].rpartition("/")[2]
    return request.method == "GET" and "." in last and request.host.lower() not in context.sample.source.lower()


def _is_own(request: Request, run: Run, context: Context) -> bool:
    """Whether the sample asks it, and no package by itself: it names the host, has something done there, or asks the host that answered it."""
    if request.host.lower() in context.sample.source.lower() or _asks(request):
        return True
    asked = {exchange.request.host.lower() for exchange in answered(run) if exchange.request.method != "GET"}
    # What a client asks of its host beside a call that was answered, and goes on without, is none of the sample's doing.
    beside = run.exit_code == 0 and any(one.request.body for one in answered(run))
    is_said = not beside or request.path.rstrip("/").rpartition("/")[2] in context.sample.source
    return request.host.lower() in asked and is_said


def _asks(request: Request) -> bool:
    """Whether it has something done: it asks a model, or an endpoint whose path says so."""
    if request.method in {"CONNECT", "GET", "HEAD"}:
        return False
    words = set(re.split(r"[^a-z]+", request.path.lower()))
    return not words.isdisjoint(facts("surroundings")["asks"]) or not _ASKS_A_MODEL.isdisjoint(_object(request.body))


def _is_of_server(request: Request, context: Context) -> bool:
    """Whether a path is one that servers of models have of their own: `/completion` is llama.cpp's, with a prompt; `/functions/v1/chat-completions`, which
    no slip of the hand makes of two words, is that of who named it.

    At a host that is known it is a slip, and so is what stands where OpenAI's endpoints do: `/v1/completion`, `/chat/completion`.
    """
    before, _, last = request.path.partition("?")[0].rstrip("/").rpartition("/")
    is_theirs = re.fullmatch(r"/v\d\w*|.*/chat", before) is not None
    is_own = last in facts("surroundings")["endpoints"] or _JOINED.fullmatch(last) is not None
    return is_own and not (is_theirs or context.profile_for(request.host).hosts)


def _meant(path: str, urls: frozenset[str], least: float) -> str:
    """The path of the recorded endpoint that a path is but for a slip; empty where it is that of another endpoint. ``least``: how alike a word is."""
    ends = (url.removeprefix("*").partition("?")[0] for url in urls if url.startswith("*"))
    return next((end for end in sorted(ends) if end and (_holds(path, end) or _resembles(path, end, least))), "")


def _holds(path: str, end: str) -> bool:
    """Whether a path has the endpoint's in it, and is not that of something below it (`/completions/ID`), or of another resource."""
    before, found, after = path.partition(end)
    return bool(found) and (not after.strip("/") or end.rpartition("/")[2] in after) and not _has_resource(before)


def _resembles(path: str, end: str, least: float) -> bool:
    wanted = end.strip("/").split("/")
    parts = path.strip("/").split("/")
    last = parts[-len(wanted) :]
    if len(wanted) == 1 and _has_resource("/".join(["", *parts[:-1]])):
        return False
    if len(last) == len(wanted) > 1 and not all(map(_alike, last, wanted)):
        return False
    is_more = least != _ALIKE and sum(map(len, last)) > sum(map(len, wanted))
    if len(last) == len(wanted) > 1 and is_more and _ratio("/".join(last), "/".join(wanted)) < _ALIKE_WORD:
        return False  # with a word more it is one of another API
    if len(wanted) == 1:
        # Behind anything but a version a word is one of another API.
        is_behind = len(parts) == 1 or re.fullmatch(r"v\d[\w.]*", parts[-2]) is not None
        is_among = least != _ALIKE_READ and wanted[0] in re.split(r"[-_.]", last[0])
        return is_behind and (is_among or _ratio(last[0], wanted[0]) >= least)
    return _ratio("/".join(last), "/".join(wanted)) >= _ALIKE


def _has_resource(before: str) -> bool:
    """Whether a path names a resource behind its version: `/v1/agents`; not the version once more."""
    return re.search(r"/(v\d[\w.]*)/(?!\1(?:/|$))\w", before) is not None


def _alike(one: str, other: str) -> bool:
    return _ratio(one, other) >= _ALIKE_PART


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.lower(), other, autojunk=False).ratio()


def _documented(path: str, meant: str, told: frozenset[str]) -> bool:
    """Whether a page's own words name the path, and the other one that it may be taken for, too."""
    return path in told and any(one.endswith(meant) for one in told - {path})


def _reports(request: Request, context: Context) -> bool:
    """Whether a package asks by itself, and asks no model: it reports what the sample asked."""
    return _in_background(request, context) and _ASKS_A_MODEL.isdisjoint(_object(request.body))


def _lacks_version(request: Request, meant: str, context: Context) -> bool:
    """Whether a path is the endpoint's without its version, at a host of which it is not known that it wants one."""
    version = re.match(r"/v\d+(?=/)", meant)
    is_without = version is not None and request.path.partition("?")[0].rstrip("/") == meant[version.end() :]
    return is_without and not context.profile_for(request.host).hosts


def _is_chat_body(body: bytes) -> bool:
    return isinstance(_object(body).get("messages"), list)


def _object(body: bytes) -> dict[str, object]:
    try:
        value = loaded(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _is_base(path: str) -> bool:
    """Whether a path is a base URL's: empty, or ending in a version."""
    return re.fullmatch(r"(?:/.*)?/v\d+(?:beta\d*)?/?|/?", path) is not None
