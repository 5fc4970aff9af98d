"""What a machine, an environment or a reader's shell lacks, as installers and programs say it."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from aswritten.languages import facts, implied, requirement_name
from aswritten.verify._frames import package_of_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.languages import Environment, Install
    from aswritten.model import Verdict

#: How a build says which header or program of the system it is missing (uv's hint; compilers; setup scripts of packages).
_LACKS = re.compile(
    r"install a library that provides `(?P<library>[^`]+)`|fatal error: '?(?P<header>[\w./+-]+\.h(?:pp)?)'?(?: file)?(?: not found|: No such file)"
    r"|current Python version \([\d.]+\) does not satisfy (?P<python>Python>=?[\d.]+)|(?:error: command|command) '(?P<command>[\w+-]+)' failed: No such file"
    r"|pkg-config could not find libraries \[(?P<libraries>[^\]\n]+)\]"
    r"|Wheels are available for `[^`]+` \([^)]*\) on the following platforms?: (?P<wheels>`[^\n]{1,300})"
    r"|Unsupported platform for \S{1,300}: wanted (?P<platform>\{[^}\n]{1,300}\})"
)
#: A line that speaks of the environment, and the names of credentials and places in it.
_OF_ENVIRONMENT = re.compile(r"environment|\benv\b|\bexport\b|\bset\b", re.IGNORECASE)
_VARIABLE = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:KEY|KEY_ID|TOKEN|SECRET|REGION|REGION_NAME|LOCATION|PROJECT|PROJECT_ID|USERNAME|PASSWORD|INSTANCE_ID)\b"
)
_ADDRESS = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_(?:URL|URI|ENDPOINT|API_BASE|HOST)\b")
#: A command by which a program says what it lacks, without a version: one that is pinned takes the place of what is there.
_ASKED = {
    "python": re.compile(r"pip install (?:-U |--upgrade )?[\"'`]?([A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?)(?![\w.\[=<>~-])"),
    "node": re.compile(
        r"(?:npm (?:install|i|add) (?:--save )?|[Mm]issing dependenc(?:y|ies):? )[\"'`]?((?:@[\w.-]+/)?[a-z0-9][\w.-]*)(?![\w.@/-])"
    ),
}
_LAST_LINES = 12
_NO_MODULE = re.compile(
    r"No module named '|Cannot find (?:package|module) '|must have installed|must install|(?:is|are) not installed"
)
#: The package of which Node does not find a module.
_MISSING_PACKAGE = re.compile(r"Cannot find (?:package|module) '((?:@[\w.-]{1,100}/)?[a-z][\w.-]{0,100})")
#: How git says that a repository is not to be had from here: there is no network, or it is not for everybody. So does uv of an index.
_NO_REPOSITORY = re.compile(r"Could not read from remote repository|Could not resolve host")
#: How npm says so of a package, or of a release of it.
_NO_DEPENDENCY = re.compile(
    r"No matching version found for (?P<name>(?:@[\w.-]{1,200}/)?[\w.-]{1,200})@(?P<release>(?P<range>[\^~<>=]*)[^\s]{0,100}?)\.?(?:\s|\Z)"
    r"|requested resource '(?P<resource>(?:@[\w.-]{1,200}/)?[\w.-]{1,200})@"
)
#: How npm and uv say that a registry has no package of a name, whatever its release.
_NO_PACKAGE = re.compile(
    r"404 Not Found - GET \S{1,200}/(?P<npm>(?:@[\w.-]{1,200}(?:%2f|/))?[\w.-]{1,200})(?:\s|$)|Because (?P<uv>[\w.-]{1,200}) was not found in the package registry",
    re.IGNORECASE,
)
#: How npm says that it found nothing of a package that another one wants beside it.
_NONE_FOUND = re.compile(r"\bFound: (?P<release>(?:@[\w.-]{1,200}/)?[\w.-]{1,200})@undefined\b")
#: How uv says that there is no such release of a package.
_NO_RELEASE = re.compile(
    r"\bBecause (?:there (?:is|are) no versions? of|only \S{1,200} is available and (?:you require|\S{1,200} depends on)) (?P<release>[^\s,]{1,200})"
)
#: How what a build runs says that it reaches nobody, and how uv says that it was one.
_NO_NETWORK = re.compile(
    r"Name or service not known|Temporary failure in name resolution|nodename nor servname|\bNameResolutionError\b"
)
_OF_BUILD = re.compile(r"Build failures|build backend")
#: How a build says that it does not come through its compiler, which is the machine's, or looks for that of a graphics card.
_COMPILES = re.compile(
    r"Error compiling objects for extension|command '[^'\n]{0,200}(?:cc|[cg]\+\+|clang|nvcc|cmake|ninja|cargo|rustc)[^'\n]{0,200}' failed with exit|\bCMake Error\b|CUDA_HOME environment variable is not set|\bnvcc(?: was)? not found"
    r"|error: could not compile `|\b(?:cmake|ninja|cargo|make)\b[^\n]{0,200}returned non-zero exit status"
)
#: How uv says that somebody else holds what it keeps.
_LOCKED = re.compile(r"when waiting for lock on ")
_NO_ROOM = re.compile(r"No space left on device|\bENOSPC\b")
_NO_INDEX = re.compile(r"Failed to fetch: `?(?P<index>[^`\s]+)")
_UNREACHED = re.compile(r"dns error|Connection refused|tcp connect error|timed out")
#: How a client says that it has no key, without a name.
_NO_KEY = re.compile(r"authentication|api[ _-]?key|credentials?\b", re.IGNORECASE)
#: What a package is written in, and how many of its files are read for the name of its key.
_SOURCES = (".py", ".js", ".mjs", ".cjs")
_MOST_FILES = 500
_PACKAGE = re.compile(r"(?:site-packages|node_modules)/((?:@[\w.-]+/)?[\w.-]+)/")


def lacks(output: str) -> str:
    """What an installer's output says it needs and cannot have: a header or program of the system, another Python, a repository; empty for none."""
    if _NO_REPOSITORY.search(output):
        return "the repository"
    if _NO_ROOM.search(output):
        return "room on the disk"
    if _LOCKED.search(output):
        return "a lock of uv's cache"
    found = (_NO_INDEX.search(output) if _UNREACHED.search(output) else None) or _LACKS.search(output)
    if found:
        return next(filter(None, found.groups()), "")
    if _OF_BUILD.search(output) and _NO_NETWORK.search(output):
        return "the network that a build asks for"
    return "what its build compiles with" if _OF_BUILD.search(output) and _COMPILES.search(output) else ""


def lacks_dependency(output: str, command: str) -> str:
    """The package that npm does not find, where ``command`` does not ask for it but something that needs it does; empty for any other end."""
    found = _NO_DEPENDENCY.search(output)
    name = (found["name"] or found["resource"]) if found else ""
    # An alias asks for one under another name: `ai@npm:openai@4`.
    words = [word.rpartition("@npm:")[2].strip("\"'") for word in command.split()]
    asked = {requirement_name(word, "node"): word for word in words}
    if found is not None and found["range"] and not asked.get(name, "").endswith(found["release"]):
        return name  # a range that only something else asks for
    return "" if name in asked else name


def missing_release(output: str) -> str:
    """The package, and the release of it, that npm or uv does not find, as it says it: `maker-sdk@^9`, `maker==9`; empty for any other end."""
    found = _NO_DEPENDENCY.search(output)
    if found and found["name"]:
        return f"{found['name']}@{found['release']}"
    lacking = _NO_RELEASE.search(output) or _NONE_FOUND.search(output)
    return lacking["release"] if lacking else ""


def published(output: str, text: str) -> tuple[str, str]:
    """The package that a registry has not got and its page at that registry, to which ``text`` links; empty texts for any other end.

    One of the two is wrong: the page's link, or a registry that is a mirror, or behind one. From here nobody can tell which.
    """
    name = not_in_registry(output)
    form = "[-_.]".join(map(re.escape, re.split("[-_.]", name)))
    places = "|".join(facts("surroundings")["registries"])
    link = re.search(rf"(?:{places}){form}(?=\.svg\b|(?![\w-]))", text, re.IGNORECASE)
    return (name, link.group()) if name and link else ("", "")


def not_in_registry(output: str) -> str:
    """The package of which an installer says that its registry has none of that name; empty for any other end."""
    found = _NO_PACKAGE.search(output)
    return re.sub("%2f", "/", found["npm"] or found["uv"], flags=re.IGNORECASE) if found else ""


def lacks_module(verdict: Verdict) -> bool:
    """Whether a sample failed because a module is not installed."""
    return verdict.name == "failed" and _NO_MODULE.search(verdict.complained) is not None


def brings_missing(install: Install, verdict: Verdict) -> bool:
    """Whether a command may install the module that a sample did not find: in Python any, whose modules may have names of their own."""
    missing = set(_MISSING_PACKAGE.findall(verdict.complained))
    return not missing or not missing.isdisjoint(requirement_name(one, "node") for one in install.requirements)


def missing_packages(verdict: Verdict) -> tuple[str, ...]:
    """The packages that a sample of Node's did not find."""
    return tuple(dict.fromkeys(_MISSING_PACKAGE.findall(verdict.complained)))


def missed_variables(stderr: str, environment: Environment | None = None, words: str = "") -> frozenset[str]:
    """The environment variables that a client says it was to be given: `set the SERVICE_API_KEY environment variable`.

    Of those for addresses the ones of which the page's ``words`` speak: a reader who is told of none has none.

    Where it names none, those that the packages read by themselves in which the run ended; else what the package in whose code it ended
    speaks of in its own files in ``environment``, or would read by convention: `MAKER_API_KEY`.
    """
    lines = stderr.splitlines()
    speaks = [line for line in lines if _OF_ENVIRONMENT.search(line)]
    said = frozenset(name for line in speaks for name in _VARIABLE.findall(line))
    said |= {name for line in speaks for name in _ADDRESS.findall(line) if re.search(rf"\b{name}\b", words)}
    if said or not any(map(_NO_KEY.search, lines[-_LAST_LINES:])):
        return said
    package = package_of_end(stderr)
    known = implied(_PACKAGE.findall(stderr))
    if known or not package:
        return known
    name = re.sub(r"[^A-Za-z0-9]", "_", package.removeprefix("@")).upper()
    spoken_of = _spoken_of(package, name.partition("_")[0], environment) if environment is not None else frozenset()
    return spoken_of or frozenset({f"{name}_API_KEY"})


def _sources(home: Path) -> Iterator[Path]:
    """The files of a package, in one order on every machine; those of packages that it brings along are left aside."""
    for folder, folders, names in os.walk(home):
        folders[:] = sorted(one for one in folders if one != "node_modules")
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(_SOURCES))


def _spoken_of(package: str, begin: str, environment: Environment) -> frozenset[str]:
    """The keys that a package's own files name and that begin as its name does."""
    homes = [site / package for site in environment.folder.glob("venv/lib/python*/site-packages")]
    homes += [environment.node_modules / package] if environment.node_modules is not None else []
    found: set[str] = set()
    for path in itertools.islice((path for home in homes for path in _sources(home)), _MOST_FILES):
        with contextlib.suppress(OSError):  # a file that cannot be read names nothing
            found |= set(_VARIABLE.findall(path.read_text("utf-8", "replace")))
    return frozenset(name for name in found if name.endswith("_API_KEY") and name.partition("_")[0] == begin)


def named_alike(names: frozenset[str], text: str) -> frozenset[str]:
    """The credentials that a page's text names and that begin as one of ``names`` does, which are guessed: `MAKER_API_KEY` for `MAKER_LABS_API_KEY`."""
    begin = {name.partition("_")[0] for name in names}
    return frozenset(name for name in _VARIABLE.findall(text) if name.partition("_")[0] in begin)


def asked_packages(verdict: Verdict) -> tuple[str, ...]:
    """The packages that a failed sample's client says it is to be installed with: `Install it with pip install x`.

    One that asks nobody may have caught that error, and printed it.
    """
    form = _ASKED.get(verdict.language)
    if verdict.name != "failed" or form is None:
        return ()
    text = verdict.complained if verdict.calls or verdict.complained.strip() else verdict.printed
    said = "\n".join(text.splitlines()[-_LAST_LINES:])
    return tuple(dict.fromkeys(name.rstrip(".") for name in form.findall(said)))
