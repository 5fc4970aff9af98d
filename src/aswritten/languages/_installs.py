"""Install blocks: text that holds only commands of known package managers, and what they install."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from aswritten.languages import _shell
from aswritten.languages._facts import fact_set, facts, known_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Ecosystem = Literal["python", "node"]


@dataclass(frozen=True, slots=True)
class Install:
    """One command of an install block."""

    ecosystem: Ecosystem
    argv: tuple[str, ...]
    """The command as the page states it, quotes resolved."""
    requirements: tuple[str, ...]
    """What it installs: `openai>=1.0.0`, `@scope/name@5`."""
    options: tuple[str, ...]
    """Its options, with their values."""
    line: int
    """1-based line of the command."""
    from_repository: bool = False
    """True when it installs from a file or folder that a reader has and the page does not hold."""
    from_files: bool = False
    """True when it names such a file or folder; `npm install` alone takes what there is, and goes well without any, but for a repository that is cloned above it."""
    read_as_files: tuple[tuple[str, int], ...] = ()
    """Bounds of versions that no quotes keep from the shell, which takes them for files, and their lines: `>=1.0.0`."""


#: words that begin an install -> its ecosystem. The words of a command that follow are options and requirements.
_MANAGERS: tuple[tuple[tuple[str, ...], Ecosystem], ...] = (
    (("pip", "install"), "python"),
    (("uv", "pip", "install"), "python"),
    (("uv", "add"), "python"),
    (("poetry", "add"), "python"),
    (("pipenv", "install"), "python"),
    (("pdm", "add"), "python"),
    (("npm", "install"), "node"),
    (("npm", "i"), "node"),
    (("npm", "add"), "node"),
    (("yarn", "add"), "node"),
    (("pnpm", "add"), "node"),
    (("pnpm", "install"), "node"),
    (("pnpm", "i"), "node"),
    (("bun", "add"), "node"),
    (("bun", "install"), "node"),
)
#: Commands that an install block may hold beside: they make what the reader's environment is anyway.
_SETUP: tuple[tuple[str, ...], ...] = (
    ("python", "-m", "venv"),
    ("uv", "venv"),
    ("uv", "init"),
    ("virtualenv",),
    ("conda", "create"),
    ("conda", "activate"),
    ("git", "clone"),
    ("mkdir",),
    ("cd",),
    ("source",),
    (".",),
    ("npm", "init"),
    # What is taken away first, of which nothing is there yet, and a mirror to take packages from.
    ("pip", "uninstall"),
    ("pip", "config"),
    ("npm", "uninstall"),
    ("yarn", "remove"),
    ("pnpm", "remove"),
    ("bun", "remove"),
    ("npm", "create"),
    ("pnpm", "create"),
    ("pnpm", "dlx"),
    ("yarn", "create"),
    ("bun", "create"),
    # The same package for another runtime, or as a command of its own.
    ("deno", "add"),
    ("deno", "install"),
    ("npx", "jsr", "add"),
    ("bunx", "jsr", "add"),
    ("pipx", "install"),
    ("uv", "tool", "install"),
    # What only sets up a notebook, behind its `%`.
    ("load_ext",),
    ("reload_ext",),
    ("autoreload",),
    ("matplotlib",),
)
#: The words in front of the names of packages that come from JSR, a registry of its own.
_OF_JSR = re.compile(r"(?:npx|bunx|(?:pnpm|yarn) dlx) jsr(?:@\S+)? (?:add|install|i) ")
#: Options that take the word after them, by ecosystem (pip install --help; npm help install).
_WITH_VALUE: dict[Ecosystem, frozenset[str]] = {
    "python": frozenset(
        {
            *(
                "-i",
                "--index-url",
                "--extra-index-url",
                "-f",
                "--find-links",
                "--trusted-host",
                "--python",
                "--platform",
            ),
            *("--index", "--default-index", "--prerelease", "--proxy", "--timeout", "--retries", "--cache-dir", "-G"),
            *("--group", "--extra", "-E", "--extras", "--no-binary", "--only-binary"),
            *("--index-strategy", "--torch-backend", "--keyring-provider", "--resolution", "--fork-strategy"),
            *("--python-version", "--python-platform", "--exclude-newer", "--link-mode", "--config-setting", "-C"),
            *("--config-settings", "-P", "--upgrade-package", "--upgrade-strategy", "--reinstall-package", "-p", "-t"),
            *("--target", "--root", "--abi", "--implementation", "--progress-bar", "--cert", "--client-cert"),
            *("--root-user-action", "--default-timeout", "--exists-action", "--use-feature", "--use-deprecated"),
            *("--src", "--log", "--report", "--global-option"),
        }
    ),
    "node": frozenset({"--registry", "--prefix", "--tag", "-w", "--workspace", "--cwd", "-C", "--dir"}),
}
#: How a line begins that is a command in a comment: `# !pip install openai`, `# pip install openai`.
_COMMENTED = re.compile(r"#[ \t]*(?=[!%]?(?:pip3?|npm|uv pip) i(?:nstall)?\b)")
#: A word with one list in braces, as bash reads it.
_BRACES = re.compile(r"([\w@./=-]*)\{([\w@./=-]*(?:,[\w@./=-]*)+)\}([\w@./=-]*)")
#: A package as a file, with the extras that are taken of it.
_ARCHIVE = re.compile(r"\.(?:whl|tgz|tar\.gz)(?:\[[\w,-]*\])?$")
#: Variables that change what an installer does.
_OF_INSTALLER = re.compile(r"(?:PIP|UV|NPM_CONFIG|CMAKE)_", re.IGNORECASE)
#: Options that name a folder to install into.
_INTO_FOLDER = frozenset({"--prefix", "-w", "--workspace", "--cwd", "-C", "--dir"})
_FROM_FILE = frozenset({"-r", "--requirement", "-e", "--editable", "-c", "--constraint", "--requirements"})


def install_commands(text: str, first_line: int = 1) -> tuple[Install, ...] | None:
    """The installs of an install block, in its order; None when the text is no install block.

    An install block holds commands of known package managers and comments, with at least one that installs. Prompts
    (`$ `) and the marks of a notebook (`!pip`, `%pip`) are read over. ``first_line`` is the page's line of the text's first.
    """
    text = _without_notebook_marks(text)
    if _shell.has_error(text) or _shell.only_assigns(text) or any(map(_OF_INSTALLER.match, _shell.exports(text))):
        return None
    installs = []
    is_cloned = False
    for command in _shell.commands(text):
        words = _plain_words(command)
        ecosystem, taken = _manager(words)
        if ecosystem is not None:
            install = _install(ecosystem, command.words, words[taken:], first_line + command.line - 1)
            is_own = is_cloned and (install.from_repository or _is_of_folder(install))
            files = tuple((mark, first_line + line - 1) for mark, line in command.bounds)
            installs.append(replace(install, from_files=install.from_files or is_own, read_as_files=files))
        elif not any(words[: len(setup)] == setup for setup in _SETUP) and not _may_stand_beside(command):
            return None
        is_cloned = is_cloned or words[:2] == ("git", "clone")
    if not installs:
        return None
    whole = _shell.to_paste(text)
    return tuple(installs) if _shell.is_flat(whole) else None


def jsr_packages(text: str) -> Iterator[tuple[str, int]]:
    """The packages that commands of a text take from JSR, each with its line: `npx jsr add @scope/name`, `deno add jsr:@scope/name`."""
    for command in _shell.commands(text) if "jsr" in text else ():
        words = [word for word in (command.name, *command.arguments) if not word.startswith("-")]
        of_jsr = _OF_JSR.match(" ".join(words))
        named = (
            words[of_jsr.group().count(" ") :] if of_jsr else [word[4:] for word in words if word.startswith("jsr:")]
        )
        for word in named:
            # A module within the package stands behind its name.
            package = re.match(r"@[^/]+/[^/@]+", word)
            yield (requirement_name(package.group() if package else word, "node"), command.line)


def requirement_name(requirement: str, ecosystem: Ecosystem) -> str:
    """The name of what a requirement installs, spelt as the ecosystem compares names."""
    if ecosystem == "node":
        at = requirement.find("@", 1)
        return (requirement if at < 0 else requirement[:at]).lower()
    # The name of PEP 508, normalised as PEP 503 says.
    match = re.match(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)", requirement)
    return re.sub(r"[-_.]+", "-", match[1]).lower() if match else requirement


def is_known_package(package: str, language: str) -> bool:
    """Whether something is known of a package, by the name under which it is imported or installed."""
    if language == "node":
        return not known_packages("node").isdisjoint({package, package.partition("/")[0]})
    return requirement_name(package, "python") in _known_names()


@cache
def _known_names() -> frozenset[str]:
    known = {*facts("python")["distributions"].values(), *known_packages("python")}
    return frozenset(requirement_name(one, "python") for one in known)


def _is_of_folder(install: Install) -> bool:
    """Whether a command installs a folder, or into one: of a repository that stands there."""
    return any(word.endswith("/") for word in install.requirements) or not _INTO_FOLDER.isdisjoint(install.options)


def _may_stand_beside(command: _shell.Command) -> bool:
    """Whether a command readies what was installed: signs in, sets it up."""
    runs = {"python", "python3", "node", "npx", "bash", "sh", "uv", "docker"} | fact_set("shell", "clients")
    if command.name in {"npx", "bunx"} and any(word.startswith("create-") for word in command.arguments):
        return True
    return command.name not in runs and bool({"login", "auth", "init", "setup"} & set(command.arguments))


def _without_notebook_marks(text: str) -> str:
    """Shell text of a notebook without its marks, `!pip` and `%pip`; where all of it is such commands in comments, these: who has it all leaves them out."""
    written = [line for line in text.splitlines() if line.strip()]
    if written and all(map(_COMMENTED.match, written)):
        text = "".join(_COMMENTED.sub("", line, count=1) + "\n" for line in text.splitlines())
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if lines and all(line.startswith(("!", "%")) for line in lines):
        return "".join(line.removeprefix("!").removeprefix("%") + "\n" for line in text.splitlines())
    return text


def _plain_words(command: _shell.Command) -> tuple[str, ...]:
    """The command with `pip3`, `python3 -m pip` and the like spelt in one way."""
    name = command.name
    words = (name, *command.arguments)
    if re.fullmatch(r"pip(3(\.\d+)?)?", name):
        rest = list(words[1:])
        # What stands in front of the subcommand: `pip -q install`.
        options = list(itertools.takewhile(lambda word: word.startswith("-"), rest))
        return ("pip", *rest[len(options) : len(options) + 1], *options, *rest[len(options) + 1 :])
    if re.fullmatch(r"(python(3(\.\d+)?)?|py)", name):
        return words[2:] if words[1:3] == ("-m", "pip") else ("python", *words[1:])
    return words


def _manager(words: tuple[str, ...]) -> tuple[Ecosystem | None, int]:
    for begin, ecosystem in _MANAGERS:
        if words[: len(begin)] == begin:
            return ecosystem, len(begin)
    return None, 0


def _expanded(word: str) -> list[str]:
    """What bash makes of a word with one list in braces: `@maker/{core,openai}`."""
    found = _BRACES.fullmatch(word)
    return [f"{found[1]}{one}{found[3]}" for one in found[2].split(",")] if found else [word]


def _install(ecosystem: Ecosystem, argv: tuple[str, ...], rest: Iterable[str], line: int) -> Install:
    requirements: list[str] = []
    options: list[str] = []
    local = False
    takes_value = False
    for word in rest:
        if takes_value or word.startswith("-"):
            options.append(word)
            takes_value = not takes_value and word in _WITH_VALUE[ecosystem] | _FROM_FILE
            local = local or word.split("=")[0] in _FROM_FILE
        else:
            requirements += _expanded(word)
            local = local or word.startswith((".", "/", "~", "file:")) or _ARCHIVE.search(word) is not None
    return Install(ecosystem, argv, tuple(requirements), tuple(options), line, local or not requirements, local)
