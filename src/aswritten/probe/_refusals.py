"""What a server says when it does not give what was asked for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aswritten.client import Answer
    from aswritten.probe._calls import Call

#: No such endpoint or method; not implemented.
NOT_THERE = {404, 405, 501}
#: Nothing is wrong with the request: no money, too many, too busy.
NOT_NOW = {402, 429, 503, 529}
#: Characters of an error that are told.
SHOWN = 160


def said(answer: Answer) -> str:
    """What an error says, in one line: its message where it has one, else its start."""
    text = answer.body[:4000].decode("utf-8", "replace")
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        value = None
    for name in ("error", "message", "detail"):
        if isinstance(value, dict) and name in value:
            value = value[name]
    if value is not None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return (text if len(text) <= SHOWN else text[:SHOWN] + "…") or "nothing"


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
    came = answer.header("content-type").partition(";")[0].strip().lower()
    status = answer.status
    if 300 <= status < 400:
        return f"redirects ({status}) to {answer.header('location') or 'nowhere'}: give the URL where the API is"
    if came == "text/html" or answer.body[:100].lstrip().lower().startswith((b"<!doctype", b"<html")):
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
