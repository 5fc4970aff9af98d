"""The environments that readers have: what a page tells them to install, built by uv and npm and kept in the user's cache."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aswritten.environments._held_back import HeldBack, held_back, held_back_for_python
from aswritten.environments._installer import (
    TIMED_OUT,
    Command,
    InstallFailed,
    install,
    installer_environ,
    interpreter,
    uv,
)
from aswritten.environments._kept import kept
from aswritten.environments._node import NodeTools, find_node, npm_install
from aswritten.environments._registry import mirror_asked
from aswritten.environments._tools import tools
from aswritten.languages import Ecosystem, Environment, Install, ToolMissing, requirement_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = [
    "TIMED_OUT",
    "HeldBack",
    "InstallFailed",
    "NodeTools",
    "ToolMissing",
    "build",
    "default_cache",
    "ecosystem_of",
    "find_node",
    "held_back",
    "held_back_for_python",
    "installer_environ",
    "mirror_asked",
    "stated",
    "tools",
]

#: What pip takes and uv does not, as an environment of its own has no use for it (pip install --help).
_PIP_ONLY = frozenset(
    {
        *("--user", "--no-warn-script-location", "--disable-pip-version-check", "--no-input", "-qq", "-qqq", "-I"),
        *("--ignore-installed", "--use-pep517", "--no-warn-conflicts", "--prefer-binary", "--no-clean", "--debug"),
        *("--require-virtualenv", "--no-python-version-warning", "--check-build-dependencies"),
        "--ignore-requires-python",
    }
)
#: The same of options with a value; those that name another environment or folder, too, since this is one of its own.
_PIP_ONLY_VALUES = frozenset(
    {
        *("--upgrade-strategy", "--progress-bar", "--root-user-action", "--timeout", "--default-timeout", "--retries"),
        *("--proxy", "--exists-action", "--client-cert", "--use-feature", "--use-deprecated", "--src", "--log"),
        *("--report", "--global-option", "--python", "-p", "--target", "-t", "--root"),
        *("--platform", "--implementation", "--abi"),
    }
)
#: What npm is told of the project that its reader works in.
_OF_PROJECT = frozenset({"--prefix", "-w", "--workspace", "-C"})
#: How npm says that packages want different releases of a third one.
_CONFLICT = "ERESOLVE"
#: How Poetry states a release behind a name: `openai@latest`, `openai@^1.0`.
_POETRY_RELEASE = re.compile(r"(?<=[\w\]])@(?:latest$|[\^~<>=!\d*].*)")


@dataclass(frozen=True, slots=True)
class _Step:
    """One command of a build."""

    rest: tuple[str, ...]
    """What follows `install`."""
    stated: str
    line: int | None


def default_cache() -> Path:
    """Where environments are kept when the caller names no other folder: the user's cache."""
    import platformdirs

    return platformdirs.user_cache_path("aswritten") / "environments"


def build(  # noqa: PLR0913 - each is a part of what an environment is
    language: str,
    *,
    installs: Iterable[Install] = (),
    packages: Iterable[str] = (),
    overrides: Iterable[str] = (),
    cache: Path,
    typescript: bool = False,
    time_limit: float = 600.0,
) -> Environment:
    """The environment in which samples of ``language`` (`curl`, `python` or `node`) run.

    It holds what the ``installs`` of that language's ecosystem install, in their order, and ``packages``. An override
    (`openai==2.0.0`, `openai@5.0.0`) takes the place of the requirement for the same package, wherever that is stated.
    With ``typescript``, Node also gets a loader that runs TypeScript. ``time_limit`` is in seconds and for each command.

    Raises InstallFailed when a command does not succeed, ToolMissing when the machine lacks a program.
    """
    if language == "curl":
        for tool in ("bash", "curl"):
            if shutil.which(tool) is None:
                raise ToolMissing(tool, f"install {tool} with the system's package manager")
        return Environment(cache, ())
    theirs = [one for one in installs if one.ecosystem == language]
    steps = _steps(language, theirs, tuple(packages), tuple(overrides))
    if language == "python":
        return _python(steps, cache, time_limit)
    return _node(steps, cache, time_limit, typescript=typescript)


def _steps(
    language: str, installs: list[Install], packages: tuple[str, ...], overrides: tuple[str, ...]
) -> tuple[_Step, ...]:
    ecosystem: Ecosystem = "node" if language == "node" else "python"
    steps = [
        _Step((*_options(one), *_overridden(_required(one), ecosystem, overrides)), stated(one, overrides), one.line)
        for one in installs
    ]
    if packages:
        manager = "npm install" if language == "node" else "pip install"
        taken = _overridden(packages, ecosystem, overrides)
        steps.append(_Step(taken, f"{manager} {' '.join(taken)}", None))
    return tuple(steps)


def _required(one: Install) -> tuple[str, ...]:
    """What a command asks for, in the words of the installer that runs."""
    if one.argv[0] != "poetry":
        return one.requirements
    return tuple(_POETRY_RELEASE.sub("", word) for word in one.requirements)


def _overridden(requirements: Iterable[str], ecosystem: Ecosystem, overrides: Iterable[str]) -> tuple[str, ...]:
    chosen = {requirement_name(one, ecosystem): one for one in overrides if ecosystem_of(one) == ecosystem}
    return tuple(chosen.get(requirement_name(one, ecosystem), one) for one in requirements)


def ecosystem_of(override: str) -> Ecosystem:
    """Whose requirements an override is written like: npm's are `name@version`, all others are Python's."""
    return "node" if "@" in override[1:] and " " not in override else "python"


def stated(one: Install, overrides: Iterable[str]) -> str:
    """The command as the page states it, but for what overrides have taken the place of."""
    taken = dict(zip(one.requirements, _overridden(one.requirements, one.ecosystem, overrides), strict=True))
    return " ".join(taken.get(word, word) for word in one.argv)


def _without(options: Iterable[str], plain: Collection[str], valued: Collection[str]) -> Iterator[str]:
    """The options without those that only a reader's own environment has a use for, some of them with a value."""
    is_value = False
    for option in options:
        name, _, value = option.partition("=")
        if not (is_value or option in plain or name in valued):
            yield option
        is_value = not is_value and name in valued and not value


def _with_places(options: Sequence[str]) -> Iterator[str]:
    """The options without places to look for packages that are options themselves: pip takes `-U` for one in `-f -U`, warns of it and goes on."""
    skips = False
    for option, following in itertools.pairwise((*options, "")):
        is_no_place = option in {"-f", "--find-links"} and following.startswith("-")
        if not (skips or is_no_place):
            yield option
        skips = is_no_place


def _options(one: Install) -> tuple[str, ...]:
    """The options that mean the same to the installer which runs; those of other managers are about a project's files.

    Of npm's kind, npm alone refuses packages that ask for different releases of a third one: the others warn of them, and install. So does npm
    with `--force`. `--legacy-peer-deps` would take away what packages ask to stand beside them (`peerDependencies`), and what a command of npm's
    in the tab beside has brought; yarn brings none by itself, and warns.
    """
    if "pip" in one.argv[0] or "pip" in one.argv[:3]:
        return tuple(_without(_with_places(one.options), _PIP_ONLY, _PIP_ONLY_VALUES))
    if one.ecosystem == "node" and one.argv[0] != "npm":
        return ("--force",)
    return tuple(_without(one.options, frozenset(), _OF_PROJECT)) if one.argv[0] == "npm" else ()


def _python(steps: tuple[_Step, ...], cache: Path, time_limit: float) -> Environment:
    def fill(folder: Path) -> None:
        venv = folder / "venv"
        make = (uv(), "venv", "--quiet", "--python", interpreter(), str(venv))
        install(Command(make, "python -m venv"), folder, time_limit)
        start = (uv(), "pip", "install", "--python", str(venv / "bin" / "python"), "--compile-bytecode")
        for step in steps:
            install(Command((*start, *step.rest), step.stated, step.line), folder, time_limit)

    folder = kept(cache, ["python", interpreter(), [step.rest for step in steps]], fill)
    return Environment(folder, (folder / "venv" / "bin",))


def _node(steps: tuple[_Step, ...], cache: Path, time_limit: float, *, typescript: bool) -> Environment:
    tools = find_node(cache, time_limit=time_limit)
    loader = _loader(tools, cache, time_limit) if typescript else None
    folder = _npm_folder(tools, steps, cache, time_limit)
    modules = folder / "node_modules"
    return Environment(
        folder=folder,
        path=(*tools.path, modules / ".bin", folder / "global" / "bin"),
        node_modules=modules if modules.is_dir() else None,
        typescript=loader,
    )


def _npm_folder(tools: NodeTools, steps: tuple[_Step, ...], cache: Path, time_limit: float) -> Path:
    def fill(folder: Path) -> None:
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        # `npm install --global` of a page stays inside; npm itself is run by the Node that was found.
        extra = {"NPM_CONFIG_PREFIX": str(folder / "global")}
        if tools.path:
            extra["PATH"] = os.pathsep.join([*map(str, tools.path), os.environ.get("PATH", os.defpath)])

        def run(step: _Step) -> None:
            command = Command(npm_install(tools, step.rest), step.stated, step.line, tuple(extra.items()))
            try:
                install(command, folder, time_limit)
            except InstallFailed as failed:
                # No command of the page is behind it: in which order and releases they come is its reader's choice.
                if step.line is not None or _CONFLICT not in failed.output_tail or "--force" in step.rest:
                    raise
                run(replace(step, rest=("--force", *step.rest)))

        for step in steps:
            run(step)

    return kept(cache, ["node", str(tools.node), [step.rest for step in steps]], fill)


def _loader(tools: NodeTools, cache: Path, time_limit: float) -> Path:
    """tsx, in a folder of its own: it is ours, and no sample can import it by chance."""
    step = _Step(("tsx",), "npm install tsx", None)
    return _npm_folder(tools, (step,), cache, time_limit) / "node_modules" / "tsx" / "dist" / "loader.mjs"
