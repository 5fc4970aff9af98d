"""Real answers, one of each kind that each host gave: the generic profile finds an error in none but those named here."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aswritten.contract import check_exchange, load_profile

RECORDINGS = Path(__file__).parent.parent.parent.parent / "shared" / "recordings"
INDEX = RECORDINGS / "INDEX.tsv"
#: Hosts that echo the request: what they answer is no chat completion.
ECHO = {"demo-endpoints.pydantic.workers.dev"}

pytestmark = pytest.mark.skipif(not INDEX.is_file(), reason="the shared recordings are not beside this checkout")


def kinds() -> list[Any]:
    """(path, position in it) of the first recording of each host, kind and status."""
    if not INDEX.is_file():
        return [pytest.param("", 0, id="none")]
    first: dict[tuple[str, str, str], Any] = {}
    with INDEX.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            key = (row["host"], row["kind"], row["status"])
            if row["host"] not in ECHO:
                first.setdefault(key, pytest.param(row["path"], int(row["interaction"]), id="-".join(key)))
    return list(first.values())


def body_of(message: dict[str, Any]) -> bytes:
    """The body of a cassette's request or response, whichever of the forms it is kept in."""
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"]).encode()
    body = message.get("body") or b""
    body = body.get("string", b"") if isinstance(body, dict) else body
    raw = body.encode() if isinstance(body, str) else bytes(body)
    return gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw


@pytest.mark.parametrize(("path", "position"), kinds())
def test_the_generic_profile_lets_real_answers_pass(path: str, position: int) -> None:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    cassette = yaml.load((RECORDINGS / path).read_bytes(), loader)
    exchange = cassette["interactions"][position]
    response = exchange["response"]
    headers = {name.lower(): value for name, value in response["headers"].items()}
    content_type = headers["content-type"]
    problems = check_exchange(
        body_of(exchange["request"]),
        response["status"]["code"],
        content_type[0] if isinstance(content_type, list) else content_type,
        body_of(response),
        load_profile("generic"),
    )
    assert [problem for problem in problems if problem.level == "error"] == []
