"""The matrix: `nox` runs our published samples; the other sessions look after the package itself."""

from __future__ import annotations

from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["curl", "python", "node"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
#: The version that schemas/litellm was measured with.
LITELLM = "1.106.2"


def check_samples(session: nox.Session, language: str) -> None:
    """Run the samples of one language. Arguments up to the first option are versions to run them with instead."""
    first = next((i for i, argument in enumerate(session.posargs) if argument.startswith("-")), len(session.posargs))
    versions = [part for requirement in session.posargs[:first] for part in ("--with", requirement)]
    session.install("-e", ".")
    session.run("aswritten", "sync", "--check", "samples")
    session.run(
        "aswritten", "check", "samples", "--language", language, "--strict", *versions, *session.posargs[first:]
    )


@nox.session
def curl(session: nox.Session) -> None:
    """The curl samples."""
    check_samples(session, "curl")


@nox.session
def python(session: nox.Session) -> None:
    """The Python samples; `nox -s python -- openai==2.0.0` runs them with another version."""
    check_samples(session, "python")


@nox.session
def node(session: nox.Session) -> None:
    """The Node samples; `nox -s node -- openai@5` runs them with another version."""
    check_samples(session, "node")


@nox.session
def tests(session: nox.Session) -> None:
    """The suite of the package itself."""
    session.install("-e", ".", *nox.project.dependency_groups(PYPROJECT, "tests"))
    session.run("pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the form of the code."""
    session.install(*nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types of package, tests and this file."""
    session.install("-e", ".", *nox.project.dependency_groups(PYPROJECT, "types"))
    session.run("mypy")


@nox.session
def contract(session: nox.Session) -> None:
    """Fixtures, what the mock serves for each of them, and a server that we did not write, held to the contract."""
    session.install("-e", ".")
    session.run("aswritten", "contract", "fixtures", *session.posargs)
    session.run("python", "tests/served.py", "fixtures")
    session.run("python", "tests/litellm_proxy.py", install_proxy(session))


@nox.session
def record(session: nox.Session) -> None:
    """Fixtures made anew: `nox -s record -- fixtures/novita --api-key-env VARIABLE --force`, as `aswritten record` takes it."""
    session.install("-e", ".")
    session.run("aswritten", "record", *session.posargs)


@nox.session
def replay(session: nox.Session) -> None:
    """Awkward bytes and a server that we did not write: recorded, replayed, recorded again, and the samples run over it."""
    session.install("-e", ".", *nox.project.dependency_groups(PYPROJECT, "tests"))
    session.run("python", "tests/replay_proof.py", install_proxy(session))


def install_proxy(session: nox.Session) -> str:
    """The LiteLLM proxy, in an environment of its own that sessions share; its executable."""
    home = Path(session.virtualenv.location).parent / "litellm"
    session.install("uv")
    try:
        session.run("uv", "venv", "-q", "--allow-existing", "--python", "python", str(home))
        session.run("uv", "pip", "install", "-q", "--python", str(home), f"litellm[proxy]=={LITELLM}")
    except CommandFailed:
        session.error("the LiteLLM proxy cannot be installed from the package index: nothing of it was checked")
    return str(home / "bin" / "litellm")


@nox.session
def bench(session: nox.Session) -> None:
    """What the harness costs, as ratios taken in one run. No part of the tests."""
    session.install("-e", ".")
    session.run("python", "tests/bench/contract.py")
    session.run("python", "tests/bench/growth.py", env={"PYTHONPATH": "tests"})
    session.run("python", "tests/bench/overhead.py", *session.posargs)
    session.run("python", "tests/bench/checkers.py", env={"PYTHONPATH": "tests"})
