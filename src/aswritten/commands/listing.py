"""`aswritten list`: every block of the pages, and what would be done with it. Runs nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from aswritten import __version__
from aswritten.commands import FINDINGS, OK
from aswritten.commands._asked import Asked, refuse_unknown
from aswritten.directives import hashes, words
from aswritten.reports import document
from aswritten.reports._finding import finding_text
from aswritten.scrub import Scrubber
from aswritten.verify import Options, assumed, block_names, given, judge_case, open_case

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from aswritten.model import Finding
    from aswritten.verify import Case


def run(parsed: argparse.Namespace) -> int:
    """Lists the blocks; the return value is the exit code, 1 where the pages say something of a block that cannot be understood.

    Raises UsageError for a page, a block or settings that are wrong.
    """
    asked = Asked(parsed.paths)
    blocks: list[dict[str, Any]] = []
    mistakes: list[Finding] = []
    for path, name in asked.pages.items():
        case = open_case(path, name, Options())
        only = asked.blocks.get(path, ())
        refuse_unknown(case, only)
        blocks += [block for block in _blocks(case) if not only or block["name"] in only]
        mistakes += [finding for finding in judge_case(case, []) if finding.rule == "page.directive"]
    scrubber = Scrubber()
    for block in blocks:
        print(scrubber.text(_line(block)))  # noqa: T201
    for finding in mistakes:
        print(scrubber.text(finding_text(finding)))  # noqa: T201
    if parsed.json:
        findings = [document.page_finding(finding) for finding in mistakes]
        document.write(Path(parsed.json), {"aswritten": __version__, "blocks": blocks, "findings": findings}, scrubber)
    return FINDINGS if mistakes else OK


def _blocks(case: Case) -> Iterator[dict[str, Any]]:
    """What there is to say of each block. The form is that of `schemas/list-report.schema.json`."""
    called = zip(case.roles, block_names(case.roles), hashes(case.page.blocks), strict=True)
    for role, name, block_hash in called:
        yield {
            "page": case.page.path,
            "line": role.block.line,
            "name": name,
            "hash": block_hash,
            "language": role.language or role.block.tag,
            "role": role.kind,
            "reason": role.reason,
            "skipped": case.skipped(role.block),
            "with": [earlier.line for earlier in role.earlier],
            "given": list(given(case, role)) if role.kind == "sample" else [],
            "assumed": list(assumed(case, role)) if role.kind == "sample" else [],
            "said": list(words(case.directives(role.block))),
        }


def _line(block: dict[str, Any]) -> str:
    """`docs/chat.md::L41-python [3f2a9c01d4e5]: sample (with line 12): given OPENAI_API_KEY; fails run.exit`."""
    front = f" (with line {', '.join(map(str, block['with']))})" if block["with"] else ""
    more = [
        f"skipped: {block['skipped']}" if block["skipped"] else "",
        block["reason"],
        f"given {', '.join(block['given'])}" if block["given"] else "",
        f"assumed: {'; '.join(block['assumed'])}" if block["assumed"] else "",
        *(said for said in block["said"] if not said.startswith(("skip ", "variables "))),
    ]
    told = "; ".join(filter(None, more))
    return f"{block['page']}::{block['name']} [{block['hash']}]: {block['role']}{front}{f': {told}' if told else ''}"
