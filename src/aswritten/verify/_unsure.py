"""Whether a program's end tells of its page, or of what stands in here for what a reader has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages import facts
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.model import Run

#: How a function says that it is called with something else than it takes, and a package what it is to be installed with.
_OF_CALL = re.compile(
    r"unexpected keyword|positional argument|[Mm]issing (?:\d+ )?required (?:\w+-only )?arg|\b(?:pip|npm) i(?:nstall)? "
)


def ends_on_answer(stderr: str, context: Context) -> bool:
    """Whether a client's own code ended a run that was answered, and not for how the sample calls it.

    A plain HTTP client makes nothing of an answer but what the sample asks of it.
    """
    if context.language.NAME == "curl":
        return False
    known = facts(context.language.NAME)
    package = package_of_end(stderr, known["offline"])
    return package not in {"", *known["http"]} and not _OF_CALL.search(stderr)


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
        is_known = {package, top} & {*_known_packages(context.language.NAME), *known["http"]}
        return "" if is_known else f"ended in `{package}`, and nobody knows what that needs: not checked"
    line = context.language.failing_line(stderr, context.file_name)
    lines = context.sample.source.splitlines()
    text = lines[line - 1].strip() if line and line <= len(lines) else ""
    if text.startswith(("raise ", "throw ")):
        return f"raises an error by itself at line {context.sample.page_line(line or 1)}, over what stands in here: not checked"
    return ""


def _known_packages(language: str) -> frozenset[str]:
    """The clients whose errors are told apart: as folders of installed packages are called."""
    known = facts(language)
    names = {*facts("surroundings")["implied"], *facts("surroundings")["common_form"], *known["same_name"]}
    return frozenset(names | {name.split(".")[0] for name in known.get("distributions", ())})
