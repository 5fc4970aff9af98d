"""What a server says when it does not give what was asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.answers import is_web_page, said

if TYPE_CHECKING:
    from aswritten.client import Answer
    from aswritten.probe._calls import Call

#: No such endpoint or method; not implemented.
NOT_THERE = {404, 405, 501}
#: Nothing is wrong with the request: no money, too many, too busy.
NOT_NOW = {402, 429, 503, 529}


def unsupported(call: Call, answer: Answer) -> str:
    """That a server refuses the call as one that it does not support, or not now, and what it says; empty where it does not."""
    if answer.status in NOT_NOW or (call.expects == "answer" and answer.status in NOT_THERE):
        return f"the server refuses it with {answer.status}: {said(answer)}"
    if call.expects == "answer" and 400 <= answer.status < 500 and _names(call, answer):
        return f"the server does not support it, and says so with {answer.status}: {said(answer)}"
    return ""


def _names(call: Call, answer: Answer) -> bool:
    text = answer.body.decode("utf-8", "replace")
    return any(re.search(rf"(?<![\w.]){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in call.words)


def no_api(answer: Answer, *, keyed: bool) -> str:
    """Why what answered the first call is no API that can be probed, and what to do; empty where it can."""
    status = answer.status
    if 300 <= status < 400:
        return f"redirects ({status}) to {answer.header('location') or 'nowhere'}: give the URL where the API is"
    if is_web_page(answer):
        return (
            f"answers with a web page ({status}): expected the base URL of an API, such as https://api.example.com/v1"
        )
    if status in {401, 403}:
        hint = "is the key right?" if keyed else "name the variable with the key by --api-key-env"
        return f"does not let us in ({status}: {said(answer)}): {hint}"
    if status == 404:
        return f"is not there, or has no such model ({said(answer)}): check the base URL and --model"
    if status in NOT_NOW:
        return f"does not answer now ({status}: {said(answer)}): try again later"
    return f"refuses a plain request ({status}: {said(answer)}): check --model" if 400 <= status < 500 else ""
