"""Fixtures as a vcrpy cassette: the standard form, that vcrpy plays and any reader of cassettes knows."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aswritten import cassettes
from aswritten.errors import at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aswritten.recordings import RecordedResponse, Recording


def cassette(recordings: Iterable[Recording], base_url: str = "") -> str:
    """The text of a cassette: an interaction for each response, in order. Reads become one body, unpacked; the form has no times.

    ``base_url``: the host, and the path in front, of fixtures for any host; without a slash at its end. Raises UsageError where
    one is needed and empty.
    """
    return cassettes.dump([_interaction(one, response, base_url) for one in recordings for response in one.responses])


def _interaction(one: Recording, response: RecordedResponse, base_url: str) -> dict[str, Any]:
    if one.url.startswith("*") and not base_url:
        raise at(
            one.path, None, f"answers for any host ({one.url}): give --base-url, such as https://api.example.com/v1"
        )
    headers = ({} if one.body is None else {"content-type": "application/json"}) | dict(one.headers)
    return {
        "request": {
            "body": None if one.body is None else json.dumps(one.body, ensure_ascii=False),
            "headers": {name: [value] for name, value in headers.items()},
            "method": one.method,
            "uri": base_url + one.url[1:] if one.url.startswith("*") else one.url,
        },
        "response": {
            "body": {"string": _body(response)},
            "headers": _headers(response),
            "status": {"code": response.status, "message": _phrase(response.status)},
        },
    }


def _headers(response: RecordedResponse) -> dict[str, list[str]]:
    """Those of the unpacked body. Of one without a byte the length is told: a cassette that keeps no body looks the same else."""
    found = {name: [value] for name, value in response.headers if name != "content-encoding"}
    return found if response.body or response.status == HTTPStatus.NO_CONTENT else found | {"content-length": ["0"]}


def _body(response: RecordedResponse) -> str | bytes:
    """As text where it is one, of which vcrpy makes bytes again. Unpacked: vcrpy hands clients of urllib3 a packed one as it is."""
    body = response.plain if _is_packed(response) else response.body
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _is_packed(response: RecordedResponse) -> bool:
    return any(name == "content-encoding" for name, _ in response.headers)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
