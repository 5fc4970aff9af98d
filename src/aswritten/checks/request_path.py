"""A chat is asked for at a path that the API does not have.

Recordings answer at any path that ends in `/chat/completions`, since gateways put what they like in front of it. Of a provider whose profile
says where its API begins (`/v1`) it is known that nothing else will do: a base URL without its version is none, and a slash behind the endpoint names another. Nor is a path with what
JavaScript or Python writes for no value: `/proxy/undefined/embeddings`. Behind an answer that value may be what stands in for one lacks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.checks._base import answered, is_chat
from aswritten.contract import profile_for_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Request, Run

RULES = ("request.path",)

_CHAT = "/chat/completions"
#: An argument of the command line for which a sample has no default.
_ARGUMENT = re.compile(
    r"\bargv(?:\[\d+\]|\.slice\(\d+\))(?!\s{0,20}(?:\?\?|\|\|))|\]\s?=\s?process\.argv\b|\bargv\s?=\s?process\.argv\b"
    r"|=\s?(?:process|sys)\.argv(?=[;\s]|\[\d*:)|\((?:process|sys)\.argv\b"
)
#: What is written into a text for a value that is none.
_NO_VALUES = frozenset({"undefined", "NaN", "None", "[object%20Object]"})


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each different address."""
    first = run.exchanges[0].request if run.exchanges else None
    none = next((part for part in first.path.partition("?")[0].split("/") if part in _NO_VALUES), "") if first else ""
    source = context.sample.source
    if first is not None and none and f"/{none}" not in source and not _ARGUMENT.search(source):
        yield context.finding(
            "request.path",
            f"the address holds `{none}` in place of a value",
            line=context.call_line(),
            expected="an address of the API",
            got=first.url,
            hint="look for a name that the package has not got, or a variable that nothing sets",
        )
    seen: set[str] = set()
    for exchange in answered(run):
        request = exchange.request
        path = request.path.partition("?")[0]
        is_other = path.endswith("/")
        is_asked = is_chat(request) and path.endswith(_CHAT)
        if not (is_asked or is_other) or request.url in seen:
            continue
        seen.add(request.url)
        # By its host alone: a profile that settings name is for a host of one's own, which has paths of its own.
        bases = profile_for_host(request.host).bases
        is_there = not is_other and path.removesuffix(_CHAT) in bases
        if bases and not is_there and not _names_host(request, source):
            yield context.finding(
                "request.path",
                f"the API has no `{path}`",
                line=context.line_with("base_url", "baseURL", request.host) or context.call_line(),
                expected=request.url.partition("?")[0].rstrip("/")
                if is_other
                else f"{request.scheme}://{request.host}{bases[0]}{_CHAT}",
                got=request.url,
                hint="a client adds nothing but the endpoint to its base URL",
            )


def _names_host(request: Request, source: str) -> bool:
    """Whether a sample gives a request its `Host` itself: who listens at its address is another. Over TLS the name that is asked for is the address's."""
    header = rf"[\"']host[\"']?\s*:\s*[\"']?{re.escape(request.host)}\b"
    return request.scheme == "http" and re.search(header, source, re.IGNORECASE) is not None
