"""A chat is asked for at a path that the API does not have.

Recordings answer at any path that ends in `/chat/completions`, since gateways put what they like in front of it. Of a provider whose profile
says where its API begins (`/v1`) it is known that nothing else will do: a base URL without its version is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aswritten.checks._base import answered, is_chat
from aswritten.contract import profile_for_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.checks._base import Context
    from aswritten.model import Finding, Run

RULES = ("request.path",)

_CHAT = "/chat/completions"


def check(run: Run, context: Context) -> Iterator[Finding]:
    """A finding for each different address."""
    seen: set[str] = set()
    for exchange in answered(run):
        request = exchange.request
        path = request.path.partition("?")[0].rstrip("/")
        if not is_chat(request) or not path.endswith(_CHAT) or request.url in seen:
            continue
        seen.add(request.url)
        before = path.removesuffix(_CHAT)
        # By its host alone: a profile that settings name is for a host of one's own, which has paths of its own.
        bases = profile_for_host(request.host).bases
        if bases and before not in bases:
            yield context.finding(
                "request.path",
                f"the API has no `{path}`",
                line=context.line_with("base_url", "baseURL", request.host) or context.call_line(),
                expected=f"{request.scheme}://{request.host}{bases[0]}{_CHAT}",
                got=request.url,
                hint="a client adds nothing but the endpoint to its base URL",
            )
