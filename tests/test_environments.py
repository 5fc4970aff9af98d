"""Readers' environments: what they hold, that they are built once and whole, and what a failure tells."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from aswritten import environments
from aswritten.environments import InstallFailed, ToolMissing, _kept, installer_environ, mirror_asked
from aswritten.environments._held_back import _newest_for
from aswritten.environments._installer import Command, install
from aswritten.environments._registry import is_mirror, is_mirror_of_pypi
from aswritten.environments._registry import registry as where_npm_looks
from aswritten.languages import Environment, Install, install_commands

if TYPE_CHECKING:
    from pytest_httpserver import HTTPServer


@pytest.fixture(scope="session")
def cache(pytestconfig: pytest.Config) -> Path:
    """Environments that all workers and later runs of the tests share."""
    return Path(pytestconfig.cache.mkdir("environments"))


def installs(text: str, first_line: int = 1) -> tuple[Install, ...]:
    found = install_commands(text, first_line)
    assert found
    return found


def version_of(environment: Environment, module: str) -> str:
    command = [str(environment.path[0] / "python"), "-c", f"import {module}; print({module}.__version__)"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_python_holds_what_the_page_installs(cache: Path) -> None:
    environment = environments.build("python", installs=installs("pip install --user -U 'six<1.17'\n"), cache=cache)
    assert version_of(environment, "six") == "1.16.0"
    assert list(environment.folder.rglob("six*.pyc")), "compiled when it is installed, not at each start"


def test_pip_takes_an_option_for_a_place_to_look_at(cache: Path) -> None:
    environment = environments.build("python", installs=installs("pip install -f -U 'six<1.17'\n"), cache=cache)
    assert version_of(environment, "six") == "1.16.0"


@pytest.mark.parametrize(
    "options",
    [
        "--ignore-installed --prefer-binary",
        "--platform any --abi none --implementation py --ignore-requires-python",
        "-I --timeout 100",
        "--progress-bar=off --retries 2 --user",
        "--python own/bin/python",
        "-t ./lib",
    ],
)
def test_what_pip_alone_has_a_use_for_is_left_out(options: str, cache: Path) -> None:
    environment = environments.build("python", installs=installs(f"pip install {options} 'six<1.17'\n"), cache=cache)
    assert version_of(environment, "six") == "1.16.0"


@pytest.mark.parametrize("place", ["--prefix ./app", "--workspace=app", "-C app"])
def test_a_folder_of_the_readers_own_project_is_left_out(place: str, cache: Path) -> None:
    environment = environments.build("node", installs=installs(f"npm install {place} ms\n"), cache=cache)
    assert environment.node_modules is not None
    assert (environment.node_modules / "ms").is_dir()


@pytest.mark.parametrize("stated", ["six@latest", "six@^1.16", "six"])
def test_a_release_as_poetry_states_it_is_had(stated: str, cache: Path) -> None:
    environment = environments.build("python", installs=installs(f"poetry add {stated}\n"), cache=cache)
    assert version_of(environment, "six")


def test_an_option_that_pip_has_not_got_is_a_mistake(cache: Path) -> None:
    with pytest.raises(environments.InstallFailed, match="--nosuch-option"):
        environments.build("python", installs=installs("pip install --nosuch-option six\n"), cache=cache)


def test_an_override_takes_the_place_of_a_requirement(cache: Path) -> None:
    options = {"overrides": ("six==1.15.0", "ms@2.1.0"), "cache": cache}
    of_page = environments.build("python", installs=installs("pip install 'six>=1.16'\n"), **options)  # type: ignore[arg-type]
    of_imports = environments.build("python", packages=("Six",), **options)  # type: ignore[arg-type]
    assert version_of(of_page, "six") == version_of(of_imports, "six") == "1.15.0"
    node = environments.build("node", installs=installs("npm install ms\n"), **options)  # type: ignore[arg-type]
    assert node.node_modules is not None
    assert '"version": "2.1.0"' in (node.node_modules / "ms" / "package.json").read_text(encoding="utf-8")


def test_an_environment_without_packages_is_its_own_and_empty(cache: Path) -> None:
    environment = environments.build("python", cache=cache)
    command = [str(environment.path[0] / "python"), "-c", "import pytest"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env={})
    assert "No module named 'pytest'" in ran.stderr


def test_only_the_languages_own_installs_are_run(cache: Path) -> None:
    both = installs("pip install six==1.16.0\nnpm install no-such-package-of-ours\n")
    assert version_of(environments.build("python", installs=both, cache=cache), "six") == "1.16.0"


def test_a_failed_install_names_its_command_and_line(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(InstallFailed) as raised:
        environments.build("python", installs=installs("# note\npip3 install no-such-thing\n", 40), cache=cache)
    failed = raised.value
    assert (failed.command, failed.exit_code, failed.line) == ("pip3 install no-such-thing", 1, 41)
    assert "no-such-thing" in failed.output_tail
    with pytest.raises(InstallFailed) as raised:
        environments.build("python", packages=("no-such-thing",), cache=cache)
    assert (raised.value.command, raised.value.line) == ("pip install no-such-thing", None)


def test_a_failed_npm_install(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_CONFIG_OFFLINE", "true")
    with pytest.raises(InstallFailed) as raised:
        environments.build("node", installs=installs("yarn add no-such-thing-of-ours\n", 7), cache=cache)
    assert (raised.value.command, raised.value.line) == ("yarn add no-such-thing-of-ours", 7)


def test_packages_that_no_command_names_may_disagree_on_a_third(tmp_path: Path) -> None:
    def package(name: str, version: str, peers: str = "{}") -> str:
        said = f'{{"name": "{name}", "version": "{version}", "peerDependencies": {peers}}}'.encode()
        packed = tmp_path / f"{name}-{version}.tgz"
        with tarfile.open(packed, "w:gz") as archive:
            member = tarfile.TarInfo("package/package.json")
            member.size = len(said)
            archive.addfile(member, io.BytesIO(said))
        return f"file:{packed}"

    wanted = (package("base", "1.0.0"), package("more", "1.0.0", '{"base": "^2.0.0"}'))
    with pytest.raises(InstallFailed, match="ERESOLVE"):
        environments.build("node", installs=installs(f"npm install {' '.join(wanted)}\n"), cache=tmp_path / "one")
    made = environments.build("node", packages=wanted, cache=tmp_path / "other").node_modules
    assert made is not None
    assert sorted(one.name for one in made.iterdir() if not one.name.startswith(".")) == ["base", "more"]


@pytest.mark.parametrize(
    ("command", "refuses"), [("npm install", True), ("yarn add", False), ("pnpm add", False), ("bun add", False)]
)
def test_packages_that_disagree_on_a_third_are_refused_by_npm_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, refuses: bool
) -> None:
    run: list[tuple[str, ...]] = []
    monkeypatch.setattr(environments, "install", lambda step, *_: run.append(step.argv))
    environments.build("node", installs=installs(f"{command} a b\n"), cache=tmp_path)
    assert ("--force" not in run[-1], run[-1][-2:]) == (refuses, ("a", "b"))


def test_no_script_of_a_package_runs(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    manifest = '{"name": "p", "version": "1.0.0", "scripts": {"postinstall": "touch ran"}}'
    (package / "package.json").write_text(manifest, encoding="utf-8")
    built = environments.build("node", installs=installs(f"npm install {package}\n"), cache=tmp_path / "cache")
    assert built.node_modules is not None
    assert (built.node_modules / "p" / "package.json").is_file()
    assert not (built.node_modules / "p" / "ran").exists()


def test_a_tool_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="bash is not on PATH: install bash"):
        environments.build("curl", cache=tmp_path)


def test_a_machine_without_node_gets_one(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tools = environments.find_node(cache)
    version = subprocess.run([tools.node, "--version"], check=True, capture_output=True, text=True).stdout
    assert int(version.lstrip("v").split(".")[0]) >= 20
    assert tools.path == (tools.node.parent,)
    npm = subprocess.run([*tools.npm, "--version"], check=True, capture_output=True, text=True, cwd=tmp_path).stdout
    assert int(npm.split(".")[0]) >= 10


def test_a_machine_without_node_and_registry_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    with pytest.raises(ToolMissing, match=r"node is not on PATH: install Node\.js 20 or later"):
        environments.find_node(tmp_path / "cache")


def test_installers_get_the_callers_registry_settings_and_nothing_else() -> None:
    caller = {
        "PATH": "/bin",
        "HOME": "/home/x",
        "https_proxy": "p",
        "UV_INDEX_OURS_PASSWORD": "s",
        "SSL_CERT_FILE": "c",
        "npm_config_registry": "r",
        "PIP_INDEX_URL": "i",
        "OPENAI_API_KEY": "secret",
        "PYTHONPATH": "x",
        "NODE_OPTIONS": "y",
    }
    assert installer_environ(caller) == {
        "PATH": "/bin",
        "HOME": "/home/x",
        "https_proxy": "p",
        "UV_INDEX_OURS_PASSWORD": "s",
        "SSL_CERT_FILE": "c",
        "npm_config_registry": "r",
        "UV_DEFAULT_INDEX": "i",
    }


def test_an_installer_has_a_time_limit_and_leaves_nothing(tmp_path: Path) -> None:
    command = Command(("sh", "-c", "sleep 300 & echo $! > pid; wait"), "pip install x", 3)
    with pytest.raises(InstallFailed, match=r"exit code 124: stopped after 0\.5 seconds"):
        install(command, tmp_path, 0.5)
    pid = (tmp_path / "pid").read_text(encoding="utf-8").strip()
    deadline = time.monotonic() + 10
    while subprocess.run(["ps", "-o", "stat=", "-p", pid], check=False, capture_output=True).stdout.strip()[:1] not in (
        b"",
        b"Z",
    ):
        assert time.monotonic() < deadline
        time.sleep(0.01)


_BUILD_SLOWLY = """
import sys, time
from pathlib import Path
from aswritten.environments import _kept

def build(folder):
    with (cache / "log").open("a") as log:
        log.write("built\\n")
    (folder / "first").touch()
    time.sleep(0.3)
    (folder / "second").touch()

cache = Path(sys.argv[1])
assert (_kept.kept(cache, "x", build) / "second").exists()
"""


def test_workers_that_ask_at_once_build_once(tmp_path: Path) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", _BUILD_SLOWLY, str(tmp_path)]
    workers = [subprocess.Popen(command, env=environ) for _ in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    assert (tmp_path / "log").read_text(encoding="utf-8") == "built\n"


def test_what_an_ended_build_left_is_not_taken_for_whole(tmp_path: Path) -> None:
    folder = _kept.kept(tmp_path, "x", lambda folder: (folder / "a").touch())
    (folder / ".aswritten.json").unlink()
    again = _kept.kept(tmp_path, "x", lambda folder: (folder / "b").touch())
    assert [path.name for path in again.iterdir() if not path.name.startswith(".")] == ["b"]


def test_a_build_that_fails_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise InstallFailed("c", 1, "", None)

    with pytest.raises(InstallFailed):
        _kept.kept(tmp_path, "x", fail)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []
    assert _kept.kept(tmp_path, "x", lambda _: None).is_dir()


def test_an_environment_is_built_again_after_a_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _kept.kept(tmp_path, "x", lambda _: None)
    now = time.time()
    monkeypatch.setattr("aswritten.environments._kept.time.time", lambda: now + 6.9 * 86_400)
    assert _kept.kept(tmp_path, "x", lambda _: None) == first
    monkeypatch.setattr("aswritten.environments._kept.time.time", lambda: now + 7.1 * 86_400)
    second = _kept.kept(tmp_path, "x", lambda _: None)
    assert second != first
    assert first.is_dir(), "a run may still use it"
    monkeypatch.setattr("aswritten.environments._kept.time.time", lambda: now + 15 * 86_400)
    _kept.kept(tmp_path, "x", lambda _: None)
    assert not first.exists()


def test_what_differs_has_its_own_folder(tmp_path: Path) -> None:
    folders = {_kept.kept(tmp_path, what, lambda _: None) for what in ("x", "y", ["x"])}
    assert len(folders) == 3


def test_the_default_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert environments.default_cache().is_relative_to(tmp_path)
    assert os.path.basename(environments.default_cache()) == "environments"  # noqa: PTH119 - as text


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (
            '{"version": "7.1.0", "engines.node": ">=22.0.0"}',
            "package 7.1.0 is for Node >=22.0.0: on this machine's v20.1.0 npm installs 6.2.0",
        ),
        ('{"version": "6.2.0", "engines.node": ">=18"}', ""),
        ('{"version": "7.1.0", "engines.node": "^20.1.0 || >=22"}', ""),  # held for another reason
        ('{"version": "7.1.0", "engines.node": "*"}', ""),
        (
            '{"version": "7.1.0", "engines.node": "18 || ^20.2"}',
            "package 7.1.0 is for Node 18 || ^20.2: on this machine's v20.1.0 npm installs 6.2.0",
        ),
        ('"7.1.0"', ""),  # how npm tells a version alone, of a package that says nothing of Node
        ("no JSON", ""),
        ("", ""),
    ],
)
def test_an_older_release_for_this_machines_node_is_told(tmp_path: Path, answer: str, why: str) -> None:
    held = tmp_path / "node_modules" / "package"
    held.mkdir(parents=True)
    (held / "package.json").write_text('{"version": "6.2.0"}', encoding="utf-8")
    node, npm = tmp_path / "node", tmp_path / "npm"
    node.write_text("#!/bin/sh\necho v20.1.0\n", encoding="utf-8")
    npm.write_text(f"#!/bin/sh\necho '{answer}'\n" if answer else "#!/bin/sh\nexit 1\n", encoding="utf-8")
    for program in (node, npm):
        program.chmod(0o755)
    tools = environments.NodeTools(node, (str(npm),), ())
    told = environments.held_back(tools, tmp_path, "package")
    assert (told.why if told else "") == why
    assert told is None or told.newest == "package@7.1.0"
    assert environments.held_back(tools, tmp_path, "another") is None


@pytest.mark.parametrize(
    ("peers", "told"),
    [
        ('{"package": "^6.0.90"}', False),
        ('{"package": "^5 || ^6.1"}', False),
        ('{"package": "^6 || ^7"}', True),
        ('{"package": "6 - 8"}', True),
        ('{"package": ">=6"}', True),
        ('{"another": "^6"}', True),
        ("[]", True),
    ],
)
def test_an_older_release_may_be_what_another_package_asks_for(tmp_path: Path, peers: str, told: bool) -> None:
    for name, manifest in (
        ("package", '{"version": "6.2.0"}'),
        ("@maker/provider", f'{{"peerDependencies": {peers}}}'),
    ):
        path = tmp_path / "node_modules" / name / "package.json"
        path.parent.mkdir(parents=True)
        path.write_text(manifest, encoding="utf-8")
    node, npm = tmp_path / "node", tmp_path / "npm"
    node.write_text("#!/bin/sh\necho v20.1.0\n", encoding="utf-8")
    npm.write_text('#!/bin/sh\necho \'{"version": "7.1.0", "engines.node": ">=22"}\'\n', encoding="utf-8")
    for program in (node, npm):
        program.chmod(0o755)
    tools = environments.NodeTools(node, (str(npm),), ())
    assert (environments.held_back(tools, tmp_path, "package") is not None) is told


def test_an_older_release_that_this_python_need_not_get_is_held_by_another_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "the_package-0.0.1.dist-info").mkdir(parents=True)
    program = tmp_path / "uv"
    program.write_text("#!/bin/sh\necho 'the-package==0.1.9'\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("aswritten.environments._held_back.uv", lambda: str(program))
    monkeypatch.setattr("aswritten.environments._held_back._PYTHON", (99, 1))
    _newest_for.cache_clear()
    assert environments.held_back_for_python(tmp_path, "the-package") is None
    _newest_for.cache_clear()


@pytest.mark.parametrize(
    ("held", "newest", "told"),
    [
        ("0.0.1", "0.1.9 \\\\\n    --hash=sha256:1", True),
        ("0.1.9rc1", "0.1.9", False),
        ("0.0.1", "0.1.9", True),
        ("0.1.9", "0.1.9", False),
        ("0.2.0", "0.1.9", False),
        ("", "0.1.9", False),
        ("0.0.1", "", False),
    ],
)
def test_an_older_release_for_this_machines_python_is_told(
    tmp_path: Path, held: str, newest: str, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "venv" / "lib" / "python3.11" / "site-packages"
    (site / f"The_Package-{held}.dist-info" if held else site).mkdir(parents=True)
    program = tmp_path / "uv"
    ours = held or "0.0.1"
    answers = f"case $* in *99.1*) echo 'the-package=={newest}';; *) echo 'the-package=={ours}';; esac"
    program.write_text(f"#!/bin/sh\ntest -n '{newest}' && {answers}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("aswritten.environments._held_back.uv", lambda: str(program))
    monkeypatch.setattr("aswritten.environments._held_back._PYTHON", (99, 1))
    _newest_for.cache_clear()
    found = environments.held_back_for_python(tmp_path, "the-package")
    assert (found is not None) is told
    if found is not None:
        newest = newest.split(maxsplit=1)[0]
        assert found.newest == f"the-package=={newest}"
        assert found.why.startswith(f"the-package {newest} is for a newer Python (99.1): on this machine's ")
        assert found.why.endswith(f" pip installs {held}")
    _newest_for.cache_clear()


@pytest.mark.parametrize("before", ["", "no JSON", "[]", '{"the-package": ["1"]}', '["1", "2", "3"]'])
def test_what_the_registry_told_of_a_package_is_kept_with_the_environment(
    before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "venv" / "lib" / "python3.11" / "site-packages" / "the_package-0.0.1.dist-info").mkdir(parents=True)
    if before:
        (tmp_path / "newest").mkdir()
        (tmp_path / "newest" / "the-package.json").write_text(before, encoding="utf-8")
    program, asked = tmp_path / "uv", tmp_path / "asked"
    answers = "case $* in *99.1*) echo 'the-package==0.1.9';; *) echo 'the-package==0.0.1';; esac"
    program.write_text(f"#!/bin/sh\necho x >> {asked}\n{answers}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("aswritten.environments._held_back.uv", lambda: str(program))
    monkeypatch.setattr("aswritten.environments._held_back._PYTHON", (99, 1))
    for _ in range(2):
        _newest_for.cache_clear()
        found = environments.held_back_for_python(tmp_path, "the-package")
        assert found is not None
        assert found.newest == "the-package==0.1.9"
    assert asked.read_text(encoding="utf-8") == "x\nx\n", "once for either Python"
    _newest_for.cache_clear()


@pytest.mark.parametrize(
    ("answer", "kind", "mirrors"),
    [('{"db_name": "registry"}', "application/json", False), ("a cache", "text/plain", True), ("", "", True)],
)
def test_a_registry_tells_of_itself_in_json_and_a_mirror_does_not(
    answer: str, kind: str, mirrors: bool, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind:
        httpserver.expect_request("/npm/").respond_with_data(answer, content_type=kind)
    registry = httpserver.url_for("/npm/")
    is_mirror.cache_clear()
    told = f"{registry} does not answer as npm's registry does" if mirrors else ""
    for package in ("maker-sdk", "@maker%2fsdk"):
        said = f"npm error code E404\nnpm error 404 Not Found - GET {registry}{package}\nnpm error 404\n"
        assert mirror_asked(said) == told
    monkeypatch.setattr("aswritten.environments._registry.registry", lambda: registry)
    said = "npm error code ETARGET\nnpm error notarget No matching version found for maker-sdk@^9.\n"
    assert mirror_asked(said) == told
    named = registry.replace("://", "://bob:hunter2@")
    monkeypatch.setattr("aswritten.environments._registry.registry", lambda: named)
    is_mirror.cache_clear()
    assert mirror_asked(said) == told
    assert mirror_asked("npm error code ERESOLVE") == ""


@pytest.mark.parametrize(
    ("headers", "mirrors"),
    [({"X-PyPI-Last-Serial": "8"}, False), ({}, True), (None, True)],
    ids=["PyPI", "mirror", "nobody"],
)
@pytest.mark.parametrize("variable", ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"])
def test_pages_of_pypi_have_a_serial_number_and_those_of_a_mirror_none(
    headers: dict[str, str] | None,
    mirrors: bool,
    variable: str,
    httpserver: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if headers is not None:
        httpserver.expect_request("/simple/pip/").respond_with_data("", headers=headers)
    monkeypatch.setattr("aswritten.environments._registry.is_mirror_of_pypi", is_mirror_of_pypi)
    is_mirror_of_pypi.cache_clear()
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, httpserver.url_for("/simple"))
    for said in (
        "maker-sdk was not found in the package registry",
        "there is no version of maker-sdk==9",
        "only maker-sdk<=8 is available",
    ):
        told = f"{httpserver.url_for('/simple')} does not answer as PyPI does" if mirrors else ""
        assert mirror_asked(f"  cause: Because {said} and you require maker-sdk, we can conclude") == told
    assert mirror_asked("Because maker-sdk==9 depends on six<1 and you require six>=1, we can conclude") == ""


@pytest.mark.parametrize("form", ["http://bob:hunter2@{}/simple", "corp=http://{}/simple"])
def test_an_index_with_a_name_or_a_password_is_asked_and_neither_is_told(
    form: str, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Authorization": "Basic Ym9iOmh1bnRlcjI="} if "@" in form else {}
    asked = httpserver.expect_oneshot_request("/simple/pip/", headers=headers)
    asked.respond_with_data("", headers={"X-PyPI-Last-Serial": "8"})
    monkeypatch.setattr("aswritten.environments._registry.is_mirror_of_pypi", is_mirror_of_pypi)
    is_mirror_of_pypi.cache_clear()
    host = f"{httpserver.host}:{httpserver.port}"
    monkeypatch.setenv("UV_DEFAULT_INDEX", form.format(host))
    said = "Because maker-sdk was not found in the package registry and you require maker-sdk, we can conclude"
    assert mirror_asked(said) == ""
    is_mirror_of_pypi.cache_clear()
    assert mirror_asked(said) == f"http://{host}/simple does not answer as PyPI does"


@pytest.mark.parametrize("registry", ["registry.example.com", "http://[::1/"])
def test_what_is_no_address_of_a_registry_is_none(registry: str) -> None:
    assert is_mirror(registry)


def test_npm_says_where_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://localhost:4873/")
    where_npm_looks.cache_clear()
    assert where_npm_looks() == "http://localhost:4873/"
    where_npm_looks.cache_clear()
