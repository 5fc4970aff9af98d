"""Parameters that no API is known to have: a mistake of OpenAI's samples, a warning in those of others, unless one is mistyped."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.verify import Options, Verifier, open_case

if TYPE_CHECKING:
    from pathlib import Path

CACHE = platformdirs.user_cache_path("aswritten")


@pytest.mark.parametrize(
    ("url", "parameter", "level"),
    [
        ("https://api.openai.com/v1/chat/completions", "persona", "error"),
        ("https://api.groq.com/openai/v1/chat/completions", "persona", "warning"),
        ("https://api.groq.com/openai/v1/chat/completions", "max_token", "error"),
    ],
)
def test_a_parameter_that_no_api_is_known_to_have(url: str, parameter: str, level: str, tmp_path: Path) -> None:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "Hi"}], parameter: 1})
    page = tmp_path / "page.md"
    page.write_text(f"```bash\ncurl -s {url} -H 'Content-Type: application/json' -d '{body}'\n```\n", encoding="utf-8")
    case = open_case(page, "page.md", Options(cache=CACHE))
    with closing(Verifier(Options(cache=CACHE))) as verifier:
        (finding,) = verifier.judge(case, case.roles[0]).findings
    assert (finding.rule, finding.level) == ("request.unknown-parameter", level)
