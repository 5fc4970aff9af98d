"""What becomes of a sample whose errors are those of another one: of one in front of it, or of one that goes on from it.

An error is told once, where it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.classify import part_of
from aswritten.languages import by_name
from aswritten.verify._mistakes import does_not_parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aswritten.classify import Role
    from aswritten.model import Block, Finding, Verdict, VerdictName

#: Rules of what one call sends, or what is printed of its answer; a header that a client sends is that of each of its calls.
_OF_ONE_CALL = frozenset({"request.schema", "request.not-json", "output.junk", "output.lost-content"})
#: How Node says that CommonJS is read as a module, which what awaits outside of a function is.
_NO_REQUIRE = "require is not defined in ES module"
#: How Node says that a name is declared twice, and how it is declared.
_DECLARED_AGAIN = re.compile(r"SyntaxError: Identifier '(?P<name>[\w$]+)' has already been declared")
_DECLARES = r"\b(?:const|let|var|class|function|import)\b[^;=()\n]{{0,200}}(?<![\w$]){}(?![\w$])"
#: A function of a program's own.
_FUNCTION = re.compile(
    r"^(?:async )?def (\w{1,60})|^(?:export )?(?:async )?function (\w{1,60})|^(?:export )?const (\w{1,60}) = (?:async )?\(",
    re.MULTILINE,
)
#: A statement that keeps what a call gives; what makes a client has a capital.
_KEEPS = re.compile(r"(?:const |let |var )?(?P<name>\w+) = (?:await )?(?:\w+\.)*[a-z_]\w*\(")


def unless_used(verdict: Verdict, roles: Sequence[Role]) -> Verdict:
    """The verdict, but for a sample that sends nothing where a later one goes through what its last statement keeps, and sends by that, or calls a
    function of its own.
    """
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if [one.rule for one in errors] != ["run.no-request"] or "was never awaited" in verdict.complained:
        return verdict
    statements = [line for line in verdict.block.text.splitlines() if line[:1] not in {"", " ", "\t", ")", "}", "]"}]
    kept = _KEEPS.match(statements[-1]) if statements else None
    forms = [rf"\b{kept['name']}\b"] if kept else []
    forms += [rf"\b{re.escape(''.join(name))}\(" for name in _FUNCTION.findall(verdict.block.text)]
    later = (role for role in roles if role.kind == "sample" and verdict.block in role.earlier)
    users = [role.block.line for role in later if forms and re.search("|".join(forms), role.block.text)]
    if not users:
        return verdict
    rest = tuple(finding for finding in verdict.findings if finding not in errors)
    reason = "; ".join(filter(None, (part_of(users), verdict.reason)))
    return replace(verdict, name="fragment", reason=reason, findings=rest)


def unless_broken(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample that parses by itself, and not behind a block in front of it that does not: that is told there."""
    if not (verdict.run_with and does_not_parse(verdict)):
        return verdict
    is_program = by_name(verdict.language).is_program
    broken = next((one for one in verdict.run_with if not is_program(one.text)), None)
    if broken is None or not is_program(verdict.block.text):
        return verdict
    rest = tuple(finding for finding in verdict.findings if finding.level != "error")
    return _as(verdict, "skipped", f"{_goes_on(broken)}, which does not parse: not come to", rest)


def unless_clashing(verdict: Verdict) -> Verdict:
    """The verdict, but for a sample that parses by itself, as all blocks in front of it do, and not with them: they are alternatives in a way that nothing tells."""
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if not (verdict.run_with and does_not_parse(verdict)) or [one.rule for one in errors] != ["run.exit"]:
        return verdict
    blocks = (*verdict.run_with, verdict.block)
    # What is declared in two blocks is told at the second.
    again = _DECLARED_AGAIN.search(verdict.complained)
    is_once = again and len(re.findall(_DECLARES.format(re.escape(again["name"])), verdict.block.text)) == 1
    is_own = errors[0].line in verdict.block.page_lines() and not is_once
    if is_own or not all(by_name(verdict.language).is_program(one.text) for one in blocks):
        return verdict
    first = next((one for one in verdict.run_with if errors[0].line in one.page_lines()), verdict.run_with[-1])
    rest = tuple(finding for finding in verdict.findings if finding.level != "error")
    return _as(verdict, "fragment", f"{_goes_on(first)}, and both do not parse as one: not checked", rest)


def unless_inherited(
    verdict: Verdict,
    told_of: Callable[[Block], Iterable[Finding]],
    meant_of: Callable[[Block], str],
    roles: Sequence[Role],
) -> Verdict:
    """The verdict, but for a failed sample all of whose errors are those of samples in front of it.

    ``told_of`` has the errors that are told of such a sample by itself, ``meant_of`` why it is no mistake where it ends. One that ends where a sample in front of it does is not come to, and where a fragment does is one too.
    """
    errors = [finding for finding in verdict.findings if finding.level == "error"]
    if verdict.name != "failed" or not verdict.run_with or not errors:
        return verdict
    line, rest = errors[0].line, tuple(finding for finding in verdict.findings if finding.level != "error")
    if [finding.rule for finding in errors] != ["run.exit"]:
        told = Counter(
            _kind(one) for earlier in verdict.run_with for one in told_of(earlier) if one.rule in _OF_ONE_CALL
        )
        # At which line, a longer source does not tell so well.
        own = Counter(map(_kind, errors)) - told
        return verdict if own else replace(verdict, name="continuation", findings=rest)
    first = next((one for one in verdict.run_with if line in one.page_lines()), None)
    if first is None:
        return verdict
    role = roles[first.index]
    if _NO_REQUIRE in verdict.complained:
        reason = f"awaits outside of a function, and goes on from CommonJS (line {line}): its reader puts both into one"
        return _as(verdict, "fragment", reason, rest)
    if role.kind == "fragment" and not role.tried:
        return _as(verdict, "fragment", f"{_goes_on(first)}, of which it is said: {role.reason}", rest)
    is_told = any(one.line == line for one in told_of(first))
    why = f"ends with an error at line {line}: not come to" if is_told else meant_of(first)
    said = "which" if is_told else "of which it is said:"
    return _as(verdict, "skipped", f"{_goes_on(first)}, {said} {why}", rest) if why else verdict


def _goes_on(first: Block) -> str:
    return f"goes on from the block at line {first.line}"


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.message


def _as(verdict: Verdict, name: VerdictName, reason: str, findings: tuple[Finding, ...]) -> Verdict:
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=findings)
