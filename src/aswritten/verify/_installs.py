"""The verdicts of install commands: what ran, what failed, and what this machine has not got for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.checks import missing_tool, not_installed, unquoted
from aswritten.languages import facts
from aswritten.model import Verdict
from aswritten.verify._commands import for_all
from aswritten.verify._lacking import (
    lacks,
    lacks_dependency,
    missing_packages,
    missing_release,
    not_in_registry,
    published,
)
from aswritten.verify._packages import are_told, guesses, has_own_index, is_unspoken, squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.classify import Role
    from aswritten.languages import Install
    from aswritten.model import Block, VerdictName
    from aswritten.verify._case import Case

_SHELL = "curl"
#: How an installer says that there is no package of a name.
_NOT_THERE = re.compile(r"\b([\w.-]{1,100}) was not found in the package registry")

#: How a page says to install from an address.
_FROM_ADDRESS = re.compile(
    r"\bpip3? install (?:-[\w-]{1,40} ){0,6}(?P<address>[\"']?(?:[\w.\[\],-]{1,80} ?@ ?)?(?:git\+|https?://)[^\s\"']{1,200})"
)
#: How Python says that it misses a module, or that the one which is there has not got what is taken of it.
_MISSED = re.compile(r"No module named '(\w{3,})|\b(?:module|from) '(\w{3,})[\w.]*'(?: has no attribute| \()")
#: How uv says that a release which another package asks for by its number has been taken back; pip installs such a one (PEP 592).
_YANKED = re.compile(r"\bBecause (?P<release>[\w.-]{1,100}==\S{1,60}) was yanked\b")
#: How uv says that it does not take an option, or not so.
_USAGE = re.compile(
    r"error: (?:unexpected argument|the argument) '(?P<name>-{1,2}[\w-]{1,60})[^\n]*(?:\n[^\n]*){0,20}\nUsage: uv pip install\b"
)


def without_tool(role: Role, language: str, missing: environments.ToolMissing, *, strict: bool) -> Verdict:
    """The verdict of a block for which this machine has not got the tool: skipped, or failed where everything is to run."""
    return _without(role, language, f"{missing.tool} is not on PATH", " ".join(missing.hint.split()), strict=strict)


def _without(role: Role, language: str, message: str, hint: str, *, strict: bool) -> Verdict:
    if not strict:
        return Verdict(role.block, "skipped", language, f"{message}: {hint}")
    finding = missing_tool(role.block, message, hint)
    return Verdict(role.block, "failed", language, findings=(finding,))


def failed_install(  # noqa: PLR0911 - one a cause
    case: Case, role: Role, ecosystem: str, failed: environments.InstallFailed, *, strict: bool
) -> Verdict:
    """The verdict of a block with a command that failed: it is the machine's fault where it says what the machine lacks."""
    if failed.exit_code == environments.TIMED_OUT:
        return _without(
            role, ecosystem, f"`{failed.command}` takes too long on this machine", failed.output_tail, strict=strict
        )
    option = _USAGE.search(failed.output_tail)
    if option and option["name"] in facts("shell")["pip_options"] and not failed.command.startswith("uv "):
        message = (
            f"uv installs here in the place of `{failed.command.partition(' ')[0]}`, and takes an option otherwise"
        )
        return _without(role, ecosystem, message, f"`{failed.command}` is not checked", strict=strict)
    yanked = _YANKED.search(failed.output_tail)
    if yanked and not failed.command.startswith("uv "):
        hint = f"pip takes it where it is asked for by its number: `{failed.command}` is not checked"
        return _without(
            role, ecosystem, f"uv, which installs here, does not take {yanked['release']}", hint, strict=strict
        )
    name, place = published(failed.output_tail, case.page.text)
    if name:
        hint = f"the page links to {place}, and `{failed.command}` does not find it: is the registry a mirror, or the link wrong?"
        return _without(role, ecosystem, f"{name} is not in the registry", hint, strict=strict)
    if mirror := environments.mirror_asked(failed.output_tail):
        missing = not_in_registry(failed.output_tail) or missing_release(failed.output_tail)
        message = f"{missing} is not to be had on this machine"
        return _without(
            role,
            ecosystem,
            message,
            f"{mirror}, and may lack it: `{failed.command}` needs it",
            strict=strict,
        )
    lacking = lacks(failed.output_tail) or lacks_dependency(failed.output_tail, failed.command)
    if not lacking:
        found = not_installed(role.block, failed.line, failed.command, failed.exit_code, failed.output_tail)
        return Verdict(role.block, "failed", ecosystem, findings=(found,))
    hint = f"`{failed.command}` needs it"
    return _without(role, ecosystem, f"{lacking} is not to be had on this machine", hint, strict=strict)


def untold_install(case: Case, language: str, failed: environments.InstallFailed) -> str:
    """Why it is no mistake of a page that what its samples import cannot be installed: no command of the page says what that is. Empty for any other."""
    left = left_install(case, language)
    if left is not None:
        return by_command_not_run(left.line)
    if language == "node":
        name = not_in_registry(failed.output_tail)
        is_untold = bool(name) and is_unspoken(case, name)
        return f"the page does not tell what to install, and no registry has `{name}`: not checked" if is_untold else ""
    unknown = _NOT_THERE.findall(failed.output_tail)
    told = are_told(case, unknown)
    if unknown and (not told or has_own_index(case)):
        why = "takes it from an index of its own" if told else "does not tell what to install"
        return f"the page {why}, and `{failed.command}` finds nothing: not checked"
    # An environment that cannot even be made says nothing of the packages that were to come into it.
    if failed.command.startswith("pip ") and guesses(case, failed.command.split()[2:]):
        return f"the page does not tell what to install, and `{failed.command}` fails: not checked"
    return ""


def left_install(case: Case, language: str) -> Install | None:
    """The first command of a page that installs from files of its reader's own, or from an address."""
    return next((one for role in case.roles for one in role.left if one.ecosystem == language), None)


def by_address(case: Case, verdict: Verdict) -> int:
    """The line of the page on which it says to install, from an address that names it, what a Python sample misses; 0 for none."""
    missing = {squeezed(found[1] or found[2]) for found in _MISSED.finditer(verdict.complained)}
    for found in _FROM_ADDRESS.finditer(case.page.text) if missing else ():
        if any(name in squeezed(found["address"]) for name in missing):
            return case.page.text.count("\n", 0, found.start()) + 1
    return 0


def by_jsr(case: Case, verdict: Verdict) -> int:
    """The line of the page's command that takes from JSR what a sample did not find; 0 for none."""
    shell = (role.block for role in case.roles if role.language == _SHELL)
    taken = ((name, block.page_line(line)) for block in shell for name, line in languages.jsr_packages(block.text))
    missing = missing_packages(verdict)
    return next((line for name, line in taken if name in missing), 0)


def by_own_list(case: Case, verdict: Verdict) -> int:
    """The line of the page's command that takes what the reader's own package.json lists, where a sample misses a package of which nothing is known; 0 for none."""
    bare = next((one.line for role in case.roles for one in role.installs if one.from_repository), 0)
    return bare if any(is_unspoken(case, one) for one in missing_packages(verdict)) else 0


def by_command_not_run(line: int) -> str:
    """Why a sample is not checked that needs what such a command installs."""
    return f"what it imports was not installed, and may come by the command at line {line}, which is not run here: not checked"


def belongs_to(failed: environments.InstallFailed, block: Block) -> bool:
    """Whether the command that failed is one of the block's."""
    return failed.line is not None and block.first_line <= failed.line <= block.page_line(block.text.count("\n"))


def installed(role: Role, overrides: Sequence[str]) -> Verdict:
    """The verdict of an install block whose commands, with the versions of ``overrides``, went well; a version that its shell takes for a file is told."""
    ran = for_all(role)
    commands = "; ".join(environments.stated(install, overrides) for install in ran)
    others = "; ".join(" ".join(one.argv) for one in role.installs if one not in ran)
    reason = f"ran: {commands}" + (f"; for an older release alone: {others}" if others else "")
    findings = tuple(unquoted(role.block, line, mark) for one in ran for mark, line in one.read_as_files)
    name: VerdictName = "failed" if any(one.level == "error" for one in findings) else "install"
    return Verdict(role.block, name, role.installs[0].ecosystem, "" if name == "failed" else reason, findings=findings)
