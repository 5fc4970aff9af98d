"""`schemas/secrets.yaml`: forms that are found, names that are known, and placeholders that are none."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from aswritten.scrub import Scrubber, looks_real

ROOT = Path(__file__).parent.parent
RECORDINGS = ROOT.parent / "shared" / "recordings"
SCHEMA = json.loads((ROOT / "schemas" / "secrets.schema.json").read_text(encoding="utf-8"))
DATA: dict[str, Any] = yaml.safe_load((ROOT / "schemas" / "secrets.yaml").read_text(encoding="utf-8"))
FORMS = [pytest.param(one, start, id=f"{one['name']}: {start}") for one in DATA["forms"] for start in one["starts"]]
RANDOM = "Zq8fWm2vT9xLb4RcN7hJ3uYp"

PLACEHOLDERS = [
    "sk-1234",
    "YOUR_API_KEY",
    "<key>",
    "dummy",
    "EMPTY",
    "sk-xxxx",
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "sk-proj-XXXXXXXXXXXXXXXXXXXXXXXXXXXX1",
    "sk-proj-your-key-goes-here-0123456789",
    "sk-00000000000000000000000000000000",
    "sk-aswritten-this-is-no-key",
    "sk-1234567890abcdef1234567890abcdef",
    "sk-abcdefghijklmnopqrstuvwxyz0123456789",
    "sk-...",
    "sk-proj-********************************wxyz",
    "gsk_your_groq_api_key_goes_right_here_1234567",
    "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_YourPersonalAccessTokenGoesHere123456",
    "$OPENAI_API_KEY",
    "${{ secrets.OPENAI_API_KEY }}",
    "{YOUR API KEY}",
    "req_0123456789abcdef",
    "org-your-organisation-0000001",
]


def test_the_file_keeps_its_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(Draft202012Validator(SCHEMA).iter_errors(DATA)) == []


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the shared recordings are not beside this checkout")
@pytest.mark.parametrize(("form", "start"), FORMS)
def test_a_body_that_begins_like_it_everywhere_is_gone_through_once(form: dict[str, Any], start: str) -> None:
    """What may go on over a hyphen, as the beginnings do, and must come to something else in the end, has a bound."""
    unbounded = r"\[[^]]*-\](?:\*|\+|\{[0-9]+,\})(?=\\|\[0-9\])"
    assert not re.search(unbounded, form["rest"].replace(r"\.[A-Za-z0-9_-]{8,}={0,2}", "")), start


def test_a_recording_that_is_given_as_a_source_shows_it() -> None:
    for one in (*DATA["forms"], *DATA["headers"], *DATA["members"]):
        if one["source"].startswith("recordings/"):
            text = (RECORDINGS.parent / one["source"]).read_text(encoding="utf-8").lower()
            assert any(name in text for name in one.get("starts", [one["name"]])), one["source"]


@pytest.mark.parametrize(("form", "start"), FORMS)
@settings(max_examples=20, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(data=st.data())
def test_what_has_the_form_is_found_in_a_text_and_in_base64(
    form: dict[str, Any], start: str, data: st.DataObject
) -> None:
    rest = data.draw(st.from_regex(re.compile(form["rest"], re.ASCII), fullmatch=True))
    secret = start + rest
    # As random as a real one is.
    assume(
        len(set(rest)) > 10
        and Counter(rest).most_common(1)[0][1] <= max(3, len(rest) / 6)
        and looks_real(f"{rest}{RANDOM}")
    )
    put = f"[{form['kind']}]"
    assert Scrubber().text(f"it is {secret}, yes") == f"it is {put}, yes"
    assert Scrubber().text(json.dumps({"text": f"line\n{secret}\n"})) == json.dumps({"text": f"line\n{put}\n"})
    packed = base64.b64encode(f"for {secret}".encode()).decode()
    assert secret.encode() not in base64.b64decode(Scrubber().text(packed))


@pytest.mark.parametrize(("form", "start"), FORMS)
def test_what_only_begins_like_it_is_left(form: dict[str, Any], start: str) -> None:
    for text in (
        start,
        f"{start}...",
        f"the prefix {start} of keys",
        f"a{start}{RANDOM}",
        f"{start}xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ):
        if form["kind"] == "key" or text != f"a{start}{RANDOM}":
            assert Scrubber().text(text) == text


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_a_placeholder_is_left_wherever_it_stands(value: str) -> None:
    assert not looks_real(value)
    for text in (
        value,
        f'curl -H "Authorization: Bearer {value}" https://x.com',
        json.dumps({"api_key": value}),
        f"x-api-key: {value}",
    ):
        assert Scrubber().text(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"> Authorization: Bearer {RANDOM}", "> Authorization: Bearer [key]"),
        (f"{{'Authorization': 'Bearer {RANDOM}'}}", "{'Authorization': 'Bearer [key]'}"),
        (f"curl -H 'x-api-key: {RANDOM}'", "curl -H 'x-api-key: [key]'"),
        ('{"api_key": "hunter2hunter2"}', '{"api_key": "[key]"}'),
        ('{"error": "{\\"password\\": \\"hunter2hunter2\\"}"}', '{"error": "{\\"password\\": \\"[key]\\"}"}'),
        (f"https://x.com/v1?n=1&access_token={RANDOM}#top", "https://x.com/v1?n=1&access_token=[key]#top"),
        ("https://me:hunter2hunter2@x.com/v1", "https://me:[key]@x.com/v1"),
        ("postgresql://me:hunter2hunter2@db/x", "postgresql://me:[key]@db/x"),
        ('{"request_id": "20260701071019fb893cf0ba38429c"}', '{"request_id": "[request-id]"}'),
        (
            "< set-cookie:access_token=hT5rW9qK2mX7; Max-Age=31536000; SameSite=None\n2=hT5rW9qK2mX8",
            "< set-cookie:access_token=[cookie]; Max-Age=31536000; SameSite=None\n2=hT5rW9qK2mX8",
        ),
        ("{'cookie': 'a=1; sid=hT5rW9qK2mX7', 'b': 1}", "{'cookie': 'a=1; sid=[cookie]', 'b': 1}"),
        ("< x-request-id: 8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e", "< x-request-id: [request-id]"),
    ],
)
def test_a_value_is_told_by_what_stands_before_it(text: str, expected: str) -> None:
    assert Scrubber().text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"key": "value-number-1", "token": "abc-12345", "tokens": [1, 2], "password": "a word 1 in a sentence"}',
        '{"properties": {"api_key": {"type": "string", "description": "the key"}, "password": {"type": "string"}}}',
        "the bearer of bad news, basic authentication, Authorization: required",
        "risk-assessment-of-2026-and-what-comes-next task-1234567890123456789012345",
        "chatcmpl-9Zq8fWm2vT9xLb4RcN7hJ3uYp fp_44709d6fcb call_9Zq8fWm2vT9xLb4RcN7h resp_1",
        '{"id": "8f14e45f-ceea-467f-a9d2-0f1c2b3a4d5e", "system_fingerprint": "fp_44709d6fcb"}',
        "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "user-agent: OpenAI/Python 1.99.1, organization-wide, project_id, requests==2.32.3",
    ],
)
def test_what_is_no_secret_is_left(text: str) -> None:
    assert Scrubber().text(text) == text
