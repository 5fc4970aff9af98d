"""The story of a block, where it is no plain run: tools that are missing, prints that nothing is compared with, options."""

from __future__ import annotations

import errno
import os
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

from aswritten.errors import UsageError
from aswritten.languages import by_name
from aswritten.model import Finding
from aswritten.reports.terminal import banner
from aswritten.verify import Options, Verifier, block_names, judge_case, open_case, options_of, refuse_unused
from aswritten.verify._inputs import defined_names
from verifying import CACHE, CALL, SAMPLE, page, verdicts

if TYPE_CHECKING:
    from aswritten.languages import Names


def test_blocks_are_called_by_line_and_kind(tmp_path: Path) -> None:
    text = (
        "```sh\npip3 install openai\n```\n```bash\nnpm i openai\n```\n"
        f"{SAMPLE}\n```python\nprint(1)\n```\n```json\n{{}}\n```\n```\nkey: value\n```\n"
    )
    roles = open_case(page(tmp_path, text), "page.md", Options()).roles
    assert list(block_names(roles)) == [
        "L1-pip3",
        "L4-npm",
        "L7-curl",
        "L11-python",
        "L14-json",
        "L17-text",
    ]


def test_blocks_of_one_line_have_names_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<pre class=language-json>{}</pre>" * 3, encoding="utf-8")
    roles = open_case(path, "page.html", Options()).roles
    assert list(block_names(roles)) == ["L1-json", "L1-json-2", "L1-json-3"]


@pytest.mark.parametrize(
    ("shown", "matching", "reason"),
    [
        ("Hello", "alike", "not compared: a model's words vary by nature (`matching: recorded` compares)"),
        ("Hello", "recorded", ""),
        ('{"choices": []}', "alike", ""),  # a response, which the contract judges
        ('{"choices": [', "alike", ""),  # meant as one
        ('{"city": "Paris"}', "alike", "not compared: a model's words vary by nature (`matching: recorded` compares)"),
    ],
)
def test_a_print_that_is_not_compared_says_so(
    shown: str, matching: str, reason: str, tmp_path: Path, verifier: Verifier
) -> None:
    python = "import requests\nprint(requests.get('https://api.example.com/v1/models').text)"
    text = f"```python\n{python}\n```\n\nIt prints:\n\n```\n{shown}\n```\n"
    case = open_case(page(tmp_path, text, matching=matching), "page.md", Options())
    verdict = verifier.judge(case, case.roles[1])
    assert verdict.name == "output"
    assert "".join(verdict.reason.partition("not compared")[1:]) == reason


def test_a_missing_tool_is_a_reason_to_skip_and_with_strict_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = page(tmp_path, SAMPLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    with closing(Verifier(Options(cache=CACHE))) as fresh:
        (skipped,) = verdicts(path, fresh)
    hint = "install bash with the system's package manager"
    assert (skipped.name, skipped.reason) == ("skipped", f"bash is not on PATH: {hint}")
    with closing(Verifier(Options(cache=CACHE, strict=True))) as strict:
        (failed,) = verdicts(path, strict)
    finding = Finding("run.missing-tool", "error", "page.md", 1, "bash is not on PATH", hint=hint)
    assert (failed.name, failed.findings) == ("failed", (finding,))


def test_a_language_that_was_not_asked_for_is_skipped(tmp_path: Path) -> None:
    with closing(Verifier(Options(cache=CACHE, languages=("node",)))) as only:
        (skipped,) = verdicts(page(tmp_path, SAMPLE), only)
    assert (skipped.name, skipped.reason) == ("skipped", "not selected: only node was asked for")


@pytest.mark.parametrize(
    ("script", "rule"),
    [
        (f"{CALL}\nsleep 300", "run.timeout"),
        (f"{CALL}\nyes | head -c 3000", "run.flood"),
        (f"{CALL}\nread answer; read again || exit 4", "run.exit"),  # one answer, and then an end of file
        (f"{CALL}\nsleep 300 &\n(setsid sleep 300 > /dev/null 2>&1 < /dev/null &)", ""),  # ended with the sample
        (f"{CALL}\necho > ../stray", "run.stray-files"),
    ],
)
def test_a_sample_that_misbehaves(script: str, rule: str, tmp_path: Path, verifier: Verifier) -> None:
    path = page(tmp_path, f"```bash\n{script}\n```\n", time_limit="1", output_limit="2000")
    (verdict,) = verdicts(path, verifier)
    assert [finding.rule for finding in verdict.findings] == ([rule] if rule else [])
    assert verdict.seconds < 30


def test_a_page_is_judged_by_the_blocks_that_ran(tmp_path: Path, verifier: Verifier) -> None:
    document = '{"id": "1", "object": "chat.completion", "created": 1, "model": "other", "choices": []}'
    case = open_case(
        page(tmp_path, f"{SAMPLE}\nThe response:\n\n```json\n{document}\n```\n"), "page.md", Options(cache=CACHE)
    )
    both = [verifier.judge(case, role) for role in case.roles]
    assert "page.documented-model" in [finding.rule for finding in judge_case(case, both)]
    assert "page.documented-model" not in [finding.rule for finding in judge_case(case, both[1:])]


def test_options_are_checked_when_they_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        UsageError, match=r"^nowhere: expected a folder of recordings \(--fixtures\), and there is none$"
    ):
        options_of(fixtures=["nowhere"])
    with pytest.raises(UsageError, match=r"^no profile is called 'opnai'; there are .* Perhaps openai\?$"):
        options_of(profile="opnai")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert options_of() == Options(cache=tmp_path / "aswritten")
    assert (tmp_path / "aswritten").is_dir()


def test_a_home_that_nobody_knows_is_no_place_for_a_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: Path("~/.cache/aswritten"))
    with pytest.raises(UsageError, match="no home folder to keep environments in: set XDG_CACHE_HOME to a folder"):
        options_of()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_became_read_only_is_the_users_to_mend(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    cache.chmod(0o500)
    path = page(tmp_path, "```python\nimport urllib.request\nurllib.request.urlopen('https://a.example')\n```\n")
    message = "environments cannot be kept there: Permission denied: set XDG_CACHE_HOME to a folder"
    with closing(Verifier(Options(cache=cache))) as poor, pytest.raises(UsageError, match=message):
        verdicts(path, poor)


def test_a_cache_that_is_a_file_is_the_users_to_mend(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.write_text("", encoding="utf-8")
    message = "environments cannot be kept there: File exists: set XDG_CACHE_HOME to a folder"
    with closing(Verifier(Options(cache=cache))) as poor, pytest.raises(UsageError, match=message):
        verdicts(page(tmp_path, SAMPLE), poor)


def test_a_profile_of_the_settings_is_named_with_their_file(tmp_path: Path) -> None:
    path = page(tmp_path, SAMPLE, profile="opnai")
    with pytest.raises(UsageError, match=r"aswritten\.yaml: profile: no profile is called 'opnai'"):
        open_case(path, "page.md", Options())
    assert open_case(path, "page.md", replace(Options(), profile="openai")).settings.profile == "openai"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("request==1", r"^--with request==1: no sample needs 'request'\. Perhaps requests\?$"),
        ("requests@1", r"^--with requests@1: no sample needs 'requests'\.$"),  # npm's form
        ("requests[socks] >= 2", ""),
        ("HTTPX==0.27", ""),  # what a sample imports
        ("@scope/name@2", ""),
    ],
)
def test_a_version_that_no_sample_would_run_with_is_refused(tmp_path: Path, override: str, message: str) -> None:
    text = (
        "```bash\npip install requests\n```\n```bash\nnpm install @scope/name\n```\n"
        "```python\nimport httpx\nhttpx.get('https://a.example')\n```\n"
    )
    case = open_case(page(tmp_path, text), "page.md", Options())
    with pytest.raises(UsageError, match=message) if message else nullcontext():
        refuse_unused([override], [case])


@pytest.mark.parametrize(
    ("place", "names"), [("page.md", ["skipped", "skipped"]), ("page.md:4", ["passed", "skipped"])]
)
def test_what_the_settings_skip_is_skipped_with_their_reason(
    tmp_path: Path, verifier: Verifier, place: str, names: list[str]
) -> None:
    path = page(tmp_path, SAMPLE + SAMPLE, profile="auto")
    (tmp_path / "aswritten.yaml").write_text(f'skip: {{"{place}": "the v0 API"}}\n', encoding="utf-8")
    found = verdicts(path, verifier)
    assert [verdict.name for verdict in found] == names
    assert found[1].reason == "the v0 API (settings)"


def test_a_finding_in_an_earlier_block_is_shown_with_its_line(tmp_path: Path, verifier: Verifier) -> None:
    text = '```python\ndef key(): return {}["KEY"]\n```\n\n```python\nimport urllib.request\n\nurllib.request.urlopen("https://a.example/" + key())\n```\n'
    *_, verdict = verdicts(page(tmp_path, text), verifier)
    assert verdict.run_with
    assert "      2 | def key(): return {}" in banner(verdict)


def test_an_error_that_a_package_logs_is_read_where_it_stands(tmp_path: Path, verifier: Verifier) -> None:
    logs = "import idna, sys, traceback\nfrom openai import OpenAI\nOpenAI().models.list()\ntry:\n    idna.encode('a' * 100)\n"
    logs += "except idna.IDNAError:\n    traceback.print_exc(file=sys.stdout)\n    sys.exit(1)\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{logs}```\n"), verifier)
    assert (sample.name, sample.reason.partition(":")[0]) == (
        "other",
        "its client takes the answers of its own API alone, and not what stands in for one",
    )


@pytest.mark.parametrize(("number", "error"), [(errno.ENOSPC, UsageError), (errno.EIO, OSError)])
def test_a_machine_that_comes_to_an_end_is_no_fault_of_ours(
    number: int, error: type[Exception], tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "/where")

    monkeypatch.setattr("aswritten.runner.run", full)
    with pytest.raises(error, match="No space left on device: /where" if error is UsageError else None):
        verdicts(page(tmp_path, f"```bash\n{CALL} -H 'X-Full: {number}'\n```\n"), verifier)


def test_what_a_page_defines_is_looked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    python = by_name("python")
    names = python.names

    def counted(text: str) -> Names:
        asked.append(text)
        return names(text)

    blocks = "".join(f"```python\nonce_{number} = {number}\n```\n\n" for number in range(5))
    case = open_case(page(tmp_path, blocks), "page.md", Options(cache=CACHE))
    monkeypatch.setattr(python, "names", counted)
    found = [defined_names(case, "python") for _ in range(5)]
    assert len(asked) == 5
    assert found[-1] == {f"once_{number}" for number in range(5)}


def test_a_sample_runs_as_what_it_is_whatever_its_fence_says(tmp_path: Path, verifier: Verifier) -> None:
    (verdict,) = verdicts(page(tmp_path, f"```python\n{CALL}\n```\n"), verifier)
    assert (verdict.name, verdict.language) == ("passed", "curl")
    assert [(finding.rule, finding.level, finding.expected) for finding in verdict.findings] == [
        ("page.wrong-language", "warning", "bash")
    ]
