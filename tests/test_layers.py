"""ARCHITECTURE.md's table of rooms, held: imports never go up, and siblings never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "aswritten"

#: room -> the rooms it may import. `errors` is open to all: it imports nothing.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "model": set(),
    "errors": set(),
    "sse": set(),
    "data": {"errors"},
    "validity": {"data"},
    "files": set(),
    "codings": {"model"},
    "instances": set(),
    "derivations": {"instances"},
    "client": {"model"},
    "answers": {"client"},
    "access": {"errors"},
    "directives": {"model"},
    "config": {"model", "errors", "directives"},
    "baseline": {"model", "errors", "files"},
    "git": {"errors"},
    "recordings": {"model", "sse", "errors", "data", "codings", "derivations", "validity"},
    "scrub": {"model", "errors", "data", "codings", "recordings", "sse"},
    "cassettes": {"model", "errors", "codings"},
    "captures": {"model", "errors", "codings", "cassettes"},
    "imports": {"model", "errors", "codings", "recordings", "captures", "scrub"},
    "exports": {"errors", "recordings", "cassettes"},
    "inventory": {"model", "errors", "recordings"},
    "targets": {"model", "errors", "recordings", "cassettes"},
    "judge": {"model", "sse", "errors", "contract", "targets"},
    "probe": {"model", "sse", "contract", "targets", "judge", "client", "answers", "access", "scrub"},
    "drift": {"model", "sse", "codings", "recordings", "contract"},
    "record": {
        "model",
        "data",
        "client",
        "answers",
        "access",
        "codings",
        "recordings",
        "contract",
        "judge",
        "targets",
        "scrub",
        "files",
        "drift",
    },
    "pages": {"model", "errors"},
    "languages": {"model", "errors"},
    "classify": {"model", "languages"},
    "stand_ins": set(),
    "surroundings": {"model", "languages", "stand_ins"},
    "contract": {"model", "sse", "errors", "data", "validity"},
    "checks": {"model", "contract", "sse", "languages", "scrub", "directives"},
    "mock": {"stand_ins", "model", "recordings", "codings", "sse", "errors"},
    "environments": {"model", "languages", "errors", "files"},
    "runner": {"model", "languages", "errors", "jail"},
    "jail": {"errors"},
    "sync": {"model", "pages", "errors", "files"},
    "verify": {
        "model",
        "errors",
        "config",
        "directives",
        "data",
        "files",
        "scrub",
        "pages",
        "languages",
        "classify",
        "contract",
        "checks",
        "mock",
        "environments",
        "runner",
        "jail",
        "recordings",
        "surroundings",
        "sync",
    },
    "reports": {
        "model",
        "errors",
        "contract",
        "judge",
        "drift",
        "record",
        "files",
        "scrub",
        "recordings",
        "inventory",
    },
}
EDGES = {"pytest_plugin", "cli", "commands"}
ONLY_THERE = {
    "pytest_httpserver": {"mock"},
    "werkzeug": {"mock"},
    "urllib3": {"client"},
    "subprocess": {"runner", "environments", "jail", "git"},
    "pytest": {"pytest_plugin", "commands"},
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports_of(path: Path) -> set[str]:
    """Dotted names that a module imports, relative ones made absolute."""
    names: set[str] = set()
    package = ("aswritten", *path.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def test_the_package_is_where_the_test_looks() -> None:
    assert PACKAGE / "model.py" in MODULES


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_the_rooms_below_it(path: Path) -> None:
    room = room_of(path)
    if room in EDGES:
        return
    assert room in ALLOWED, f"{room} is a new room: add it to the table here and in ARCHITECTURE.md"
    ours = {name.split(".")[1] for name in imports_of(path) if name.startswith("aswritten.")}
    assert ours - {room} <= ALLOWED[room] | {"errors"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_are_named_only_in_their_room(path: Path) -> None:
    for library, rooms in ONLY_THERE.items():
        if room_of(path) not in rooms:
            used = {name for name in imports_of(path) if name.split(".")[0] == library}
            assert not used, f"{library} belongs to {sorted(rooms)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_of_a_folder_do_not_import_their_siblings(path: Path) -> None:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if len(parts) < 2 or parts[-1] == "__init__" or parts[-1].startswith("_"):
        return
    siblings = {
        name.split(".")[2]
        for name in imports_of(path)
        if name.startswith(f"aswritten.{parts[0]}.") and len(name.split(".")) > 2
    }
    modules = {other.stem for other in (PACKAGE / parts[0]).glob("*.py") if not other.stem.startswith("_")}
    assert not (siblings & modules) - {parts[1]}
