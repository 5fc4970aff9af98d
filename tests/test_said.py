"""A block of which its page says something: what runs, with what, and what becomes of its verdict."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.model import Block
from aswritten.verify import Options, Verifier, judge_case, open_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.model import Verdict

OPTIONS = Options(cache=platformdirs.user_cache_path("aswritten"))
BODY = '{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
CALL = f"curl -s https://api.example.com/v1/chat/completions -o answer -H 'Content-Type: application/json' -d '{BODY}'"


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    opened = Verifier(OPTIONS)
    yield opened
    opened.close()


def judged(folder: Path, verifier: Verifier, said: str, code: str) -> tuple[Verdict, list[str]]:
    """The verdict of a page's one block, and the rules and levels that the page as a whole has findings of."""
    page = folder / "page.md"
    page.write_text(f"{said}\n```bash\n{code}\n```\n", encoding="utf-8")
    case = open_case(page, "page.md", OPTIONS)
    verdict = verifier.judge(case, case.roles[0])
    return verdict, [f"{finding.level} {finding.rule}" for finding in judge_case(case, [verdict])]


def levels(verdict: Verdict) -> list[str]:
    return [f"{finding.level} {finding.rule}" for finding in verdict.findings]


def test_a_skipped_block_runs_nothing_and_says_why(tmp_path: Path, verifier: Verifier) -> None:
    verdict, findings = judged(tmp_path, verifier, "<!-- aswritten: skip needs an account -->", CALL)
    assert (verdict.name, verdict.reason, verdict.calls) == ("skipped", "needs an account (the page says so)", ())
    assert findings == []


def test_an_announced_failure_passes_and_is_told_for_information(tmp_path: Path, verifier: Verifier) -> None:
    verdict, findings = judged(tmp_path, verifier, "<!-- aswritten: fails run.exit -->", f"{CALL}\nexit 3")
    assert (verdict.name, verdict.reason) == ("passed", "fails as the page says: run.exit")
    assert (levels(verdict), findings) == (["info run.exit"], [])


def test_an_announced_failure_excuses_no_other(tmp_path: Path, verifier: Verifier) -> None:
    verdict, _ = judged(
        tmp_path, verifier, "<!-- aswritten: fails run.exit -->", f"{CALL} -H 'Authorization: Bearer $KEY'\nexit 3"
    )
    assert verdict.name == "failed"
    assert sorted(levels(verdict)) == ["error request.literal-placeholder", "info run.exit"]


def test_an_announced_failure_that_does_not_come_is_an_error(tmp_path: Path, verifier: Verifier) -> None:
    verdict, _ = judged(tmp_path, verifier, "<!-- aswritten: fails run.exit -->", CALL)
    assert (verdict.name, levels(verdict)) == ("failed", ["error page.unexpected-pass"])


@pytest.mark.parametrize(("text", "findings"), [("one\n...\nthree", []), ("one", ["error page.documented-print"])])
def test_what_it_is_said_to_print_is_compared(
    tmp_path: Path, verifier: Verifier, text: str, findings: list[str]
) -> None:
    assert (
        judged(tmp_path, verifier, f"<!-- aswritten: prints\n{text}\n-->", f"{CALL}\nprintf 'one\\ntwo\\nthree\\n'")[1]
        == findings
    )


def test_it_is_given_the_variables(tmp_path: Path, verifier: Verifier) -> None:
    said = "<!-- aswritten: variables WHO='you and me' -->\n<!-- aswritten: prints you and me -->"
    verdict, findings = judged(tmp_path, verifier, said, f'{CALL}\necho "$WHO"')
    assert (verdict.reason, findings) == ("given: WHO", [])


def test_a_variant_runs_beside_the_published_bytes(tmp_path: Path, verifier: Verifier) -> None:
    said = '<!-- aswritten: variant other: replace `"m"` with `"n"` -->'
    verdict, findings = judged(tmp_path, verifier, said, CALL)
    assert (verdict.name, verdict.reason, findings) == ("passed", "ran as the variant other as well", [])
    assert [call.sent for call in verdict.calls] == [BODY], "the requests are those of the published bytes"


def test_a_variant_that_fails_fails_its_block_and_is_named(tmp_path: Path, verifier: Verifier) -> None:
    verdict, _ = judged(
        tmp_path, verifier, "<!-- aswritten: variant other: replace `exit 0` with `exit 3` -->", f"{CALL}\nexit 0"
    )
    assert verdict.name == "failed"
    (finding,) = verdict.findings
    assert (finding.rule, finding.line) == ("run.exit", 3)
    assert finding.message == "as the variant other: the sample ends with an error"


def test_a_failure_of_the_published_bytes_can_be_announced_with_the_variant_that_mends_it(
    tmp_path: Path, verifier: Verifier
) -> None:
    said = "<!-- aswritten: fails run.exit -->\n<!-- aswritten: variant mended: replace `exit 3` with `exit 0` -->"
    verdict, _ = judged(tmp_path, verifier, said, f"{CALL}\nexit 3")
    assert verdict.name == "passed"
    assert verdict.reason == "fails as the page says: run.exit; ran as the variant mended as well"


def test_a_wrong_answer_can_be_announced_too(tmp_path: Path, verifier: Verifier) -> None:
    answer = '{"id": "x", "object": "chat.completion", "created": 1, "model": "other", "choices": []}'
    text = f"```bash\n{CALL}\n```\n\nResponse:\n\n<!-- aswritten: fails page.documented-model -->\n```json\n{answer}\n```\n"
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    case = open_case(tmp_path / "page.md", "page.md", OPTIONS)
    found = judge_case(case, [verifier.judge(case, role) for role in case.roles])
    assert [finding.rule for finding in found if finding.level == "info"] == ["page.documented-model"]
    assert "page.unexpected-pass" not in [finding.rule for finding in found]


def test_the_settings_say_it_by_the_blocks_hash_wherever_it_stands(tmp_path: Path, verifier: Verifier) -> None:
    name = Block("page.md", 0, 1, 2, f"{CALL}\n").digest
    page = tmp_path / "page.md"
    page.write_text(f"Some words.\n\n```bash\n{CALL}\n```\n", encoding="utf-8")
    text = f"directives: {{page.md: {{'{name}': skip no account, '0123456789ab': skip x}}}}\n"
    (tmp_path / "aswritten.yaml").write_text(text, encoding="utf-8")
    case = open_case(page, "page.md", OPTIONS)
    assert verifier.judge(case, case.roles[0]).reason == "no account (settings)"
    (finding,) = judge_case(case, [])
    message = "the settings say something of a block 0123456789ab, and no block of this page has that hash"
    assert (finding.rule, finding.message) == ("page.directive", message)


def test_the_documents_own_samples_are_what_their_comments_say(verifier: Verifier) -> None:
    path = Path(__file__).parent.parent / "docs" / "directives.md"
    case = open_case(path, "directives.md", OPTIONS)
    verdicts = [verifier.judge(case, role) for role in case.roles]
    found = [*(finding for verdict in verdicts for finding in verdict.findings), *judge_case(case, verdicts)]
    assert [finding for finding in found if finding.level == "error"] == []
    assert [(verdict.name, verdict.reason) for verdict in verdicts if verdict.block.tag == "bash"] == [
        ("skipped", "needs an account with credit (the page says so)"),
        ("passed", "given: MODEL"),
        ("passed", "fails as the page says: request.not-json"),
        ("passed", "ran as the variant in-one-piece as well"),
    ]


def test_a_comment_that_the_document_shows_is_the_one_above_its_sample() -> None:
    text = (Path(__file__).parent.parent / "docs" / "directives.md").read_text(encoding="utf-8")
    shown = re.findall(r"```md\n(.*?)```\n\n(.*?)\n\n```bash", text, re.DOTALL)
    assert len(shown) == 4
    assert [above for above, below in shown if above.strip() != below.strip()] == []
