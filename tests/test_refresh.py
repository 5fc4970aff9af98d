"""docs/refresh-fixtures.yml and docs/refresh.md: the workflow is one, its commands are ours, it holds to what is said of it, and it works."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from markdown_it import MarkdownIt

from aswritten.cli import _parser
from conforming_server import KEY, MODEL, serving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conforming_server import Reply

DOCS = Path(__file__).parent.parent / "docs"
FILE = DOCS / "refresh-fixtures.yml"
TEXT = FILE.read_text(encoding="utf-8")
#: `on` is a word for true, to YAML.
WORKFLOW: dict[Any, Any] = yaml.safe_load(TEXT)
JOBS = WORKFLOW["jobs"]
PAGE = (DOCS / "refresh.md").read_text(encoding="utf-8")
FENCES = [token.content for token in MarkdownIt("commonmark").parse(PAGE) if token.type == "fence"]
SCRIPTS = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]


def commands(text: str) -> list[str]:
    """The command lines of `aswritten` in a script."""
    return re.findall(r"^\s*(aswritten [^|\n]*)", text, re.MULTILINE)


ALL = [command for text in (*SCRIPTS, *FENCES) for command in commands(text)]


def test_it_is_a_workflow_by_github_s_own_schema() -> None:
    program = Path(sys.executable).with_name("check-jsonschema")
    command = [str(program), "--builtin-schema", "vendor.github-workflows", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", ALL)
def test_each_command_is_one_that_we_take(command: str) -> None:
    words = shlex.split(command.replace('"$MAX_CALLS"', "40"))
    parsed = _parser().parse_args(words[1:])
    assert isinstance(parsed, argparse.Namespace)


def test_it_records_and_compares_within_bounds() -> None:
    assert [command.split()[1] for text in SCRIPTS for command in commands(text)] == ["record", "drift"]
    (record,) = [command for text in SCRIPTS for command in commands(text) if command.split()[1] == "record"]
    assert '--max-calls "$MAX_CALLS"' in record
    assert JOBS["record"]["env"] == {"MAX_CALLS": "${{ inputs.max-calls || 40 }}"}
    assert all(job["timeout-minutes"] <= 30 for job in JOBS.values())


def test_it_runs_on_a_schedule_and_by_hand() -> None:
    assert set(WORKFLOW[True]) == {"schedule", "workflow_dispatch"}


def test_each_action_is_pinned_by_its_commit_with_its_version_beside_it() -> None:
    uses = re.findall(r"uses: (.*)", TEXT)
    assert len(uses) == sum("uses" in step for job in JOBS.values() for step in job["steps"]) == 5
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v[0-9]+\.[0-9]+\.[0-9]+", one) for one in uses)


def test_no_job_has_both_the_key_and_the_right_to_write() -> None:
    assert WORKFLOW["permissions"] == {}
    assert JOBS["record"]["permissions"] == {"contents": "read"}
    assert JOBS["propose"]["permissions"] == {"contents": "write", "pull-requests": "write"}
    steps = JOBS["record"]["steps"]
    assert steps[0]["with"] == {"persist-credentials": False}
    assert [step["name"] for step in steps if "secrets." in yaml.dump(step)] == ["Record"]
    assert TEXT.count("secrets.") == 1
    assert not any("${{" in script for script in SCRIPTS), "what others type never becomes part of a script"


# It is run: the steps that are scripts, as they are, against a server and a repository on this machine.

SCENARIOS = """\
aswritten-scenarios: 1
provider: openai
base_url: URL
scenarios:
  - fixture: completion
    body: {model: MODEL, messages: [{role: user, content: Hi}]}
  - fixture: stream
    body: {model: MODEL, messages: [{role: user, content: Hi}], stream: true}
"""
GH = '#!/bin/bash\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/gh.txt"\n'


class Machine:
    """A repository with fixtures, where it is pushed to, and the two jobs' checkouts of it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.temp = folder / "temp"
        self.origin = folder / "origin"
        self.env = {
            "PATH": os.pathsep.join([str(folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
            "RUNNER_TEMP": str(self.temp),
        }
        for name in ("temp", "bin", "first/fixtures"):
            (folder / name).mkdir(parents=True)
        (folder / "bin" / "gh").write_text(GH)
        (folder / "bin" / "gh").chmod(0o755)
        first = folder / "first"
        (first / "fixtures" / "scenarios.yaml").write_text(SCENARIOS.replace("URL", url).replace("MODEL", MODEL))
        self.bash(first, "aswritten record fixtures --api-key-env API_KEY", {"API_KEY": KEY})
        self.bash(folder, "git init -q --bare -b main origin")
        identity = "-c user.name=a -c user.email=a@example.com"
        self.bash(
            first, f"git init -q -b main && git add . && git {identity} commit -qm first && git push -q ../origin main"
        )
        for job in JOBS:
            self.bash(folder, f"git clone -q origin {job}")
        self.folder = folder

    def bash(self, where: Path, script: str, env: Mapping[str, str] | None = None, *, code: int = 0) -> str:
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(
            command, cwd=where, env=self.env | dict(env or {}), capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def step(self, job: str, name: str, *, code: int = 0) -> str:
        """Run one step as the workflow has it, with what its expressions stand for."""
        (step,) = [step for step in JOBS[job]["steps"] if step.get("name") == name]
        assert step["shell"] == "bash"
        known = {"inputs.max-calls || 40": "2", "secrets.API_KEY": KEY, "github.token": "x", "github.ref_name": "main",
                 "github.run_id": "77"}  # fmt: skip
        env = {
            name: re.sub(r"\$\{\{ (.*?) \}\}", lambda match: known[match[1]], text)
            for name, text in (JOBS[job].get("env", {}) | step.get("env", {})).items()
        }
        return self.bash(self.folder / job, step["run"], env, code=code)

    def opened(self) -> list[str]:
        """The arguments of the pull request that was opened; none where none was."""
        path = self.temp / "gh.txt"
        return path.read_text().splitlines() if path.exists() else []


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed: it is the workflow's, not ours")


@needs_git
def test_a_change_of_the_api_becomes_a_pull_request_that_says_so(tmp_path: Path) -> None:
    changed = False

    def change(reply: Reply) -> Reply | None:
        if changed and "usage" in reply.body:
            reply.body["service_tier"] = "default"
            del reply.body["usage"]
        elif changed and "stream" in reply.tags:
            for event in reply.events:
                event["object"] = "wrong"
        return reply

    with serving(change, key=KEY) as server:
        machine = Machine(tmp_path, server.url)
        changed = True
        before = len(server.asked)
        told = machine.step("record", "Record") + machine.step("record", "Compare")
        assert len(server.asked) - before == 2
    told += machine.step("propose", "Open a pull request")
    arguments = machine.opened()
    branch = "refresh-fixtures-77"
    assert arguments[:8] == ["pr", "create", "--base", "main", "--head", branch, "--title", "Refresh fixtures"]
    body = Path(arguments[-1]).read_text()
    assert "usage" in body, "what is gone"
    assert "fixtures/stream.yaml: kept" in body, "what was refused"
    changes = machine.bash(machine.origin, f"git diff --stat main {branch} && git diff main {branch}")
    assert re.findall(r"^ (\S+) +\|", changes, re.MULTILINE) == ["fixtures/completion.yaml"]
    assert KEY not in told + body + changes
    assert (machine.temp / "refreshed" / "fixtures" / "stream.yaml.rejected").is_file()


@needs_git
def test_an_api_that_cannot_be_reached_fails_the_job(tmp_path: Path) -> None:
    with serving(key=KEY) as server:
        machine = Machine(tmp_path, server.url)
    machine.step("record", "Record", code=1)


@needs_git
def test_where_nothing_changed_no_pull_request_is_opened(tmp_path: Path) -> None:
    with serving(key=KEY) as server:
        machine = Machine(tmp_path, server.url)
    shutil.copytree(machine.folder / "record" / "fixtures", machine.temp / "refreshed" / "fixtures")
    assert "Nothing changed." in machine.step("propose", "Open a pull request")
    assert machine.opened() == []
