"""What people read: complete, in order, and no more than helps."""

from __future__ import annotations

from dataclasses import replace

from aswritten.model import Block, Call, Finding, Verdict
from aswritten.reports._finding import finding_text
from aswritten.reports.terminal import banner, outcome, page_banner, remarks, summary

BLOCK = Block(page="page.md", index=0, line=3, first_line=4, text="first\nsecond\n")
ERROR = Finding("run.exit", "error", "page.md", 5, "it fails", expected="this", got="that\nand more", hint="do so")
WARNING = Finding("run.stray-files", "warning", "page.md", 3, "it strays")
NOTE = Finding("wire.deviation", "info", "page.md", 4, "by the way")
CALL = Call("POST", "https://a.example/v1", 200, '{"a": 1}', "served", "generic/completion")


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert finding_text(ERROR, "second").splitlines() == [
        "page.md:5: error: it fails [run.exit]",
        "      5 | second",
        "  expected: this",
        "  got:      that",
        "            and more",
        "  hint:     do so",
    ]


def test_a_banner_holds_findings_requests_answers_and_prints() -> None:
    verdict = Verdict(
        BLOCK, "failed", findings=(WARNING, NOTE, ERROR), calls=(CALL,), printed="out\n", complained="err\n"
    )
    assert banner(verdict).splitlines() == [
        *finding_text(ERROR, "second").splitlines(),  # errors first
        "page.md:3: warning: it strays [run.stray-files]",
        "  sent:      POST https://a.example/v1",
        '             {"a": 1}',
        "  came back: 200 (recording generic/completion)",
        "             served",
        "  the sample printed:",
        "    out",
        "  on standard error:",
        "    err",
    ]


def test_standard_error_is_shown_only_where_the_run_went_wrong() -> None:
    finding = replace(ERROR, rule="output.junk")
    verdict = Verdict(BLOCK, "failed", findings=(finding,), printed="out\n", complained="progress\n")
    assert "progress" not in banner(verdict)


def test_of_a_long_print_the_end_is_shown() -> None:
    verdict = Verdict(BLOCK, "failed", findings=(ERROR,), printed="".join(f"{n}\n" for n in range(1000)))
    shown = banner(verdict).splitlines()
    assert "  the sample printed (its end):" in shown
    assert shown[-1] == "    999"
    assert len(shown) < 30


def test_what_a_progress_meter_wrote_over_is_not_shown() -> None:
    verdict = Verdict(BLOCK, "failed", findings=(ERROR,), complained="10%\r50%\r100%\n")
    assert banner(verdict).splitlines()[-1] == "    100%"


def test_where_a_secret_is_found_nothing_that_holds_it_is_repeated() -> None:
    secret = replace(ERROR, rule="request.secret", got="a key", expected="", hint="")
    shown = banner(Verdict(BLOCK, "failed", findings=(secret,), printed="second", complained="second"))
    assert "second" not in shown


def test_a_page_banner_shows_the_lines_of_the_page() -> None:
    assert "      5 | fifth" in page_banner([ERROR, NOTE], "1\n2\n3\n4\nfifth\n")
    assert "by the way" not in page_banner([ERROR, NOTE], "1\n2\n3\n4\nfifth\n")


def test_an_outcome_is_a_verdict_in_a_few_words() -> None:
    passed = Verdict(BLOCK, "passed", seconds=0.94)
    assert outcome(passed) == "passed 0.9 s"
    assert outcome(replace(passed, findings=(WARNING, NOTE))) == "passed 0.9 s, 1 warning"
    assert outcome(Verdict(BLOCK, "failed", findings=(ERROR, ERROR, WARNING))) == "failed, 2 errors, 1 warning"
    assert outcome(Verdict(BLOCK, "skipped", reason="no node")) == "skipped: no node"


def test_warnings_that_stand_in_no_banner_are_remarks() -> None:
    passed = Verdict(BLOCK, "passed", findings=(WARNING, NOTE))
    failed = Verdict(BLOCK, "failed", findings=(ERROR, WARNING))
    of_page = replace(WARNING, rule="page.parity")
    assert remarks([failed], {"page.md": [ERROR, of_page]}) == []
    assert remarks([passed], {"page.md": [of_page, NOTE]}) == [finding_text(WARNING), finding_text(of_page)]


def test_that_samples_were_not_shut_in_is_said_once() -> None:
    free = Verdict(BLOCK, "passed", not_shut_in="the command nsenter is missing")
    assert remarks([free, free], {}) == [
        "samples were not shut in (the command nsenter is missing): their clients' own settings led them to the mock,"
        " but nothing kept them from the network and from files outside of their folder"
    ]


def test_the_summary_adds_up() -> None:
    verdicts = [
        Verdict(BLOCK, "passed", findings=(NOTE,)),
        Verdict(BLOCK, "failed", findings=(ERROR, WARNING)),
        Verdict(BLOCK, "other"),
    ]
    assert summary(verdicts, {"page.md": [ERROR]}, 3, 2.345) == (
        "3 blocks: 1 passed, 1 failed, 1 other; 2 errors, 1 warning; 1 note that only --json shows; 2.3 s"
    )
    assert (
        summary(verdicts[:1], {}, 3, 1) == "1 of 3 blocks: 1 passed; no findings; 1 note that only --json shows; 1.0 s"
    )
    assert summary([Verdict(BLOCK, "passed")], {}, 1, 1) == "1 block: 1 passed; no findings; 1.0 s"
