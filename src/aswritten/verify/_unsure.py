"""Whether a program's end tells of its page, or of what stands in here for what a reader has."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from aswritten.contract import base_profile, member_names
from aswritten.languages import facts, known_packages
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.model import Run

#: How a function says that it is called with something else than it takes, and a package what it is to be installed with.
_OF_CALL = re.compile(
    r"unexpected keyword|positional argument|[Mm]issing (?:\d+ )?required (?:\w+-only )?arg|\b(?:pip|npm) i(?:nstall)? "
)


#: How Python says that an answer, as a client or as JSON, has no such member.
_NO_MEMBER = re.compile(
    r"^AttributeError: '(?:ChatCompletion|Choice|Completion|Delta|Message|Usage)\w*' object has no attribute '(\w+)'|^KeyError: '(\w+)'",
    re.MULTILINE,
)
#: How Python says that an error was raised over another one, which tells more.
_HANDLES = re.compile(r"direct cause of the following|During handling of the above")
#: From here on a name is another one, mistyped.
_ALIKE = 0.75


def ends_on_answer(stderr: str, context: Context) -> bool:
    """Whether a client's own code ended a run that was answered, and not for how the sample calls it.

    A plain HTTP client makes nothing of an answer but what the sample asks of it.
    """
    if context.language.NAME == "curl":
        return False
    known = facts(context.language.NAME)
    package = package_of_end(stderr, known["offline"])
    # What stands in for an answer has just the form that these clients take.
    sure = {"", *known["http"], *facts("surroundings")["common_form"]}
    return package not in sure and not _OF_CALL.search(stderr)


def unsure(run: Run, context: Context) -> str:
    """Why nobody can tell whether a run's end is the page's mistake, in words; empty where one can.

    Of a package that is not known nobody knows what it needs around it, and a sample that raises an error by itself looked at something
    that stands in here for what its reader has.
    """
    stderr = run.stderr.decode("utf-8", "replace")
    if context.language.NAME == "curl" or _OF_CALL.search(stderr):
        return ""
    known = facts(context.language.NAME)
    package = package_of_end(stderr, known["offline"])
    if package:
        top = package.split("/")[0] if package.startswith("@") else package
        is_known = {package, top} & known_packages(context.language.NAME)
        return "" if is_known else f"ended in `{package}`, and nobody knows what that needs: not checked"
    if member := _own_member(stderr, run, context):
        return f"reads `{member}` of an answer, and nobody knows whether this API has it: not checked"
    line = context.language.failing_line(stderr, context.file_name)
    lines = context.sample.source.splitlines()
    text = lines[line - 1].strip() if line and line <= len(lines) else ""
    handles = _HANDLES.search(stderr) or any(one.strip().startswith(("catch", "} catch")) for one in lines[: line or 0])
    if text.startswith(("raise ", "throw ")) and not handles:
        return f"raises an error by itself at line {context.sample.page_line(line or 1)}, over what stands in here: not checked"
    return ""


def _own_member(stderr: str, run: Run, context: Context) -> str:
    """The member that a sample misses in an answer, where it may be one of the API's own; empty for any other end.

    It may be where nothing is known of the API, and no member that OpenAI's have is called so or alike.
    """
    found = _NO_MEMBER.findall(stderr)
    hosts = {exchange.request.host for exchange in run.exchanges if exchange.recording}
    if not found or not hosts or any(context.profile_for(host).hosts for host in hosts):
        return ""
    name = "".join(found[-1])
    if found[-1][1] and not re.search(r"\.json\(|json\.loads?\(", context.sample.source):
        return ""
    known = member_names(base_profile())
    return "" if name in known or difflib.get_close_matches(name, known, 1, cutoff=_ALIKE) else name
