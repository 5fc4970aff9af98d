"""What becomes of a sample that ended at an import, where its page leaves it to its reader what to install, or the machine does not fit."""

from __future__ import annotations

import ast
import builtins
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.verify._frames import package_of_end
from aswritten.verify._lacking import asked_packages
from aswritten.verify._mistakes import has_no_member, is_not_taken

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aswritten.languages import Environment
    from aswritten.model import Page, Verdict

_MODULE = re.compile(r"^[ |]*ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
#: The last frame of a program's own, where it is an import.
_IMPORT_ENDED = re.compile(
    r'File "[^"\n]*/work/(?:sample|cell)\.py", line \d+, in <module>\n +(?:from|import) ([\w.]+)[^\n]*\n(?!(?:.*\n)*?  File "[^"\n]*/work/(?:sample|cell)\.py)'
)
_NOT_OF_MODULE = re.compile(
    r"^AttributeError: (?:partially initialized )?module '([\w.]+)' has no attribute", re.MULTILINE
)
#: How Node says that a package imports another one that is not installed.
_NOT_OF_NODE = re.compile(
    r"Cannot find package '(?P<missing>(?:@[\w.-]+/)?[\w.-]+)[^'\n]*' imported from [^\n]{0,400}/node_modules/(?P<package>(?:@[\w.-]+/)?[\w.-]+)/"
)
#: How Python says that what is called is None, and the lines in front of it: the last frame, its statement, and marks below that.
_NONE_CALLED = "TypeError: 'NoneType' object is not callable"
#: How it says so of a class that is made of None, as packages have it in place of what is not installed.
_NONE_AS_CLASS = "TypeError: NoneType takes no arguments"
_OWN_FRAME = re.compile(r'  File "[^"\n]*/work/(?:sample|cell)\.py", line \d+, in ')
#: A call that goes on in further lines.
_OPEN_CALL = re.compile(r"(?:\w{1,60} = )?(?:await )?([A-Za-z_]\w{0,60})\(")
#: A function or class of the sample's own, which its calls may be of.
_DEFINES = re.compile(r"^[ \t]*(?:async )?(?:def|class) \w", re.MULTILINE)
#: How Python names objects of its own library in an error.
_OF_LIBRARY = re.compile(
    r"'(?:\w*Path|\w*IO\w*|Namespace|Logger|datetime|date|Popen|CompletedProcess|Decimal|UUID)' object"
)


def unless_guessed(verdict: Verdict, guessed: Collection[str]) -> Verdict:
    """The verdict, but for a Python sample that ended at an import, or at its module, of which only its own name told what to install."""
    module = _import_that_failed(verdict)
    python = languages.by_name("python")
    package = next(iter(python.packages(f"import {module}")), "") if module else ""
    if guessed and not module and not verdict.calls and has_no_member(verdict):
        # Beside other packages nobody knows whose object it is, and the standard library's are known.
        imported = python.packages(verdict.block.text)
        is_own = _DEFINES.search(verdict.block.text) or _OF_LIBRARY.search(verdict.complained)
        unsure = [one for one in imported if one in guessed] if len(imported) == 1 or is_not_taken(verdict) else []
        line = verdict.complained.rpartition('File "')[2]
        named = next((one for one in unsure if re.search(rf"\b{re.escape(one)}\b", line)), next(iter(unsure), ""))
        module = package = "" if is_own else named
    if not package or package not in guessed:
        return verdict
    why = f"nothing tells which package `{module.split('.')[0]}` is of, and the one of that name has not got what it takes: not checked"
    return _as_other(verdict, why)


def unless_left_out(verdict: Verdict, packages: Sequence[str], *, any_installs: bool) -> Verdict:
    """The verdict, but for a sample that a package ended for what it needs, where the page leaves it to its reader to install that package."""
    module, package = module_of_package(verdict)
    if not module:
        module, package = _none_of_package(verdict)
    if verdict.name == "failed" and not verdict.calls and verdict.complained.rstrip().endswith(_NONE_AS_CLASS):
        module, package = "something more for a class of its own", package_of_end(verdict.complained)
    known = {languages.requirement_name(one, "python") for one in packages}
    is_told = any_installs and languages.requirement_name(package, "python") not in known
    if not module or not package or is_told:
        return verdict
    why = f"`{package}` needs {module}, and the page leaves it to its reader to install that package: not checked"
    return _as_other(verdict, why)


def unless_copied(verdict: Verdict, page: Page) -> Verdict:
    """The verdict, but for a Python sample that imports what its page has the reader copy into their project, by its folder or file."""
    missing = _MODULE.findall(verdict.complained) if _import_that_failed(verdict) else []
    top = re.escape(missing[-1]) if missing and "." not in missing[-1] else ""
    told = re.compile(
        rf"(?<!not )(?<!n't )\b(?:copy|clone|download|save|put|place|drop|vendor)\b[^\n]{{0,120}}`(?:[\w.-]+/){{0,3}}{top}(?:/|\.py)`",
        re.IGNORECASE,
    )
    mark = next(filter(None, (told.search(block.prose) for block in page.blocks)), None) if top else None
    return _as_other(verdict, f"needs a file of the reader's own: {mark.group()}") if mark else verdict


def unless_there(verdict: Verdict, environment: Environment) -> Verdict:
    """The verdict, but for a sample whose package asks for another one that is installed: what that one needs is not on this machine."""
    package, asked = package_of_end(verdict.complained), asked_packages(verdict)
    python = languages.by_name("python")
    # Of an extra (`x[y]`) it is not told whether it is there.
    there = [one for one in asked if "[" not in one and python.held(f"import {one.replace('-', '_')}", environment)]
    if not package or not asked or len(there) < len(asked):
        return verdict
    return _as_other(
        verdict, f"`{package}` finds no `{there[0]}`, which is installed: it does not run on this machine: not checked"
    )


def unless_optional(verdict: Verdict, environment: Environment) -> Verdict:
    """The verdict, but for a Node sample whose package misses one that it has as an optional dependency: npm leaves those out that do not fit the machine."""
    found = _NOT_OF_NODE.search(verdict.complained) if verdict.name == "failed" else None
    if found is None or environment.node_modules is None:
        return verdict
    package, missing = found["package"], found["missing"]
    try:
        said = json.loads((environment.node_modules / package / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return verdict
    optional = said.get("optionalDependencies") if isinstance(said, dict) else None
    if not isinstance(optional, dict) or missing not in optional:
        return verdict
    return _as_other(
        verdict, f"`{missing}`, which `{package}` has where it fits the machine, does not fit this one: not checked"
    )


def _as_other(verdict: Verdict, why: str) -> Verdict:
    """The verdict as not checked, where its end is all that is wrong; else as it is."""
    rest = tuple(finding for finding in verdict.findings if finding.rule != "run.exit")
    if any(finding.level == "error" for finding in rest):
        return verdict
    return replace(verdict, name="other", reason="; ".join(filter(None, (why, verdict.reason))), findings=rest)


def module_of_package(verdict: Verdict) -> tuple[str, str]:
    """The module that a sample failed for, and the package that imports it, where that is no import of its own; else two empty texts."""
    missing = _MODULE.findall(verdict.complained) if verdict.name == "failed" else []
    package = package_of_end(verdict.complained) if missing else ""
    return (missing[-1], package) if package else ("", "")


def _none_of_package(verdict: Verdict) -> tuple[str, str]:
    """What a sample calls of a package that has None under that name, as it does where something more was to be installed, and the package; else two empty texts."""
    source = "".join(block.text for block in (*verdict.run_with, verdict.block))
    python = languages.by_name("python")
    imported = python.import_lines(source)
    called = _called(_none_called(verdict.complained)) if verdict.name == "failed" else frozenset()
    name = next(iter(called & imported.keys()), "")
    # Beside another call nobody knows which of them is None.
    if not name or len(called) > 1:
        return "", ""
    texts = source.splitlines()
    packages = python.packages("\n".join(texts[line - 1].strip() for line in imported[name]))
    unknown = [one for one in packages if not languages.is_known_package(one, "python")]
    return (f"something more for its `{name}`", unknown[0]) if unknown else ("", "")


def _none_called(stderr: str) -> str:
    """The statement of a program's own that ended where it called None; empty for any other end."""
    lines = [line for line in stderr.rstrip().splitlines()[-4:] if line.strip(" ^~")]
    is_own = len(lines) >= len(("frame", "statement", "error")) and _OWN_FRAME.match(lines[-3]) is not None
    return lines[-2].strip() if is_own and lines[-1] == _NONE_CALLED else ""


def _called(statement: str) -> frozenset[str]:
    """The names that a statement calls, those of Python's own left aside, and a mark for a call of anything else."""
    if whole := _OPEN_CALL.fullmatch(statement):
        return frozenset({whole[1]})
    try:
        calls = [node.func for node in ast.walk(ast.parse(statement)) if isinstance(node, ast.Call)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names = {node.id if isinstance(node, ast.Name) else "." for node in calls}
    return frozenset(names - set(dir(builtins)))


def _import_that_failed(verdict: Verdict) -> str:
    """The module that a sample could not import, as its own statement says, or has not got what it takes of it; empty where it ended elsewhere."""
    if verdict.name != "failed" or verdict.calls:
        return ""
    found = _IMPORT_ENDED.findall(verdict.complained) or _NOT_OF_MODULE.findall(verdict.complained)
    return found[-1] if found else ""
