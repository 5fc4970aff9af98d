"""Installs that fail, and what a sample has that imports what they were to bring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from aswritten.environments import TIMED_OUT, InstallFailed
from aswritten.verify import Options, Verifier
from verifying import CACHE, CHAT, IMPORTING, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from aswritten.languages import Install


def test_an_install_is_of_the_language_whose_samples_it_serves(tmp_path: Path, verifier: Verifier) -> None:
    (installed,) = verdicts(page(tmp_path, "```bash\nnpm install\n```\n"), verifier)
    assert (installed.name, installed.language, installed.reason) == ("install", "node", "ran: npm install")


@pytest.mark.parametrize(("installed", "name"), [("certifi", "other"), ("idna-ssl", "failed")])
def test_whether_a_command_of_the_page_may_be_for_what_is_imported_tells_whose_fault_it_is(
    installed: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = "import idna.nowhere\nidna.nowhere.chat.completions.create(model='m')\n"
    text = f"```bash\npip install {installed}\n```\n\n```python\n{source}```\n"
    assert verdicts(page(tmp_path, text), verifier)[-1].name == name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("(LEGACY) For release 3.3", "passed"),
        ("For older releases", "passed"),
        ("Ask about earlier messages", "failed"),
    ],
)
def test_a_command_of_a_section_for_an_older_release_is_for_the_samples_of_that_alone(
    heading: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import idna\nassert idna.__version__ != '3.3'\n{IMPORTING.format(module='os')}"
    old = f"### {heading}\n\n```bash\npip install idna==3.3\n```\n"
    samples = f"```python\n{source}```\n\n## Use\n\n```python\n{source}```\n"
    text = f"## Install\n\n```bash\npip install idna requests\n```\n\n{old}\n{samples}"
    assert [one.name for one in verdicts(page(tmp_path, text), verifier)] == ["install", "install", "failed", name]


@pytest.mark.parametrize(
    ("commands", "reason", "name"),
    [
        (
            "# Latest\npip install idna requests\n\n# Release 3.3 (Legacy)\npip install idna==3.3\n",
            "ran: pip install idna requests; for an older release alone: pip install idna==3.3",
            "passed",
        ),
        (
            "pip install idna requests\n# Release 3.3\npip install idna==3.3\n",
            "ran: pip install idna requests; pip install idna==3.3",
            "failed",
        ),
        # Remarks that are commands, that end with a paragraph, and that speak of what nothing else installs.
        (
            "pip install requests\n# pip install idna==3.1  # old version\npip install idna==3.3\npip install idna\n",
            "ran: pip install requests; pip install idna==3.3; pip install idna",
            "failed",
        ),
        (
            "# Legacy\n\npip install idna==3.3\npip install requests idna\n",
            "ran: pip install idna==3.3; pip install requests idna",
            "failed",
        ),
        (
            "pip install requests\n# An older version: a newer one dropped the deprecated codec\npip install idna==3.3\n",
            "ran: pip install requests; pip install idna==3.3",
            "failed",
        ),
    ],
)
def test_a_command_below_a_remark_that_it_is_for_an_older_release_is_for_nobody_else(
    commands: str, reason: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import idna\nassert idna.__version__ != '3.3'\n{IMPORTING.format(module='os')}"
    text = f"```bash\n{commands}```\n\n```python\n{source}```\n"
    installed, sample = verdicts(page(tmp_path, text), verifier)
    assert (installed.reason, sample.name) == (reason, name)


def test_an_install_that_takes_too_long_is_no_mistake_of_the_page(
    tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object, **__: object) -> None:
        raise InstallFailed("pip install idna-slow", TIMED_OUT, "stopped after 600 seconds", 2)

    monkeypatch.setattr("aswritten.environments.build", slow)
    (verdict,) = verdicts(page(tmp_path, "```bash\npip install idna-slow\n```\n"), verifier)
    assert (verdict.name, verdict.findings) == ("skipped", ())
    assert verdict.reason == "`pip install idna-slow` takes too long on this machine: stopped after 600 seconds"


def test_no_room_for_an_environment_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise InstallFailed("python -m venv", 1, "error: failed to create folder: No space left on device", None)

    monkeypatch.setattr("aswritten.environments.build", full)
    own = Verifier(Options(cache=CACHE))  # what fails is remembered
    (verdict,) = verdicts(page(tmp_path, f"```python\n{IMPORTING.format(module='certifi')}```\n"), own)
    own.close()
    assert (verdict.name, verdict.findings) == ("skipped", ())
    assert verdict.reason == "room on the disk is not to be had on this machine: `python -m venv` needs it"


def test_what_takes_too_long_is_tried_once(tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[tuple[str, ...]] = []

    def slow(_: str, *, installs: Iterable[Install], packages: Iterable[str], **__: object) -> None:
        tried.append((*(word for one in installs for word in one.requirements), *packages))
        raise InstallFailed("pip install idna-slower", TIMED_OUT, "stopped after 600 seconds", 2)

    monkeypatch.setattr("aswritten.environments.build", slow)
    samples = "".join(f"```python\n{IMPORTING.format(module=module)}```\n" for module in ("certifi", "urllib3"))
    found = verdicts(page(tmp_path, f"```bash\npip install idna-slower\n```\n{samples}"), verifier)
    assert {one.name for one in found} == {"skipped"}
    assert [one for one in tried if "idna-slower" in one] == [("idna-slower",)]


def test_a_page_whose_install_fails_leaves_its_samples_what_they_import(tmp_path: Path, verifier: Verifier) -> None:
    install = "```bash\npip install nosuchpackageofours\n```\n"
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1"){CHAT}'
    installed, sample = verdicts(page(tmp_path, f"{install}```python\n{source}```\n"), verifier)
    assert (installed.name, sample.name) == ("failed", "passed")


def test_an_install_of_what_the_page_links_to_at_its_registry_is_unjudged(tmp_path: Path, verifier: Verifier) -> None:
    install = "```bash\npip install nosuchpackageofours\n```\n"
    link = "[PyPI](https://pypi.org/project/nosuchpackageofours/)\n"
    (linked,) = verdicts(page(tmp_path, link + install), verifier)
    assert linked.name == "skipped"
    assert linked.reason.startswith("nosuchpackageofours is not in the registry: the page links to pypi.org/project/")
    (other,) = verdicts(page(tmp_path, link.replace("nosuch", "some") + install), verifier)
    assert other.name == "failed"


@pytest.fixture
def no_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    """What npm asks is the registry itself, whatever it is on this machine."""
    monkeypatch.setattr("aswritten.environments._registry.is_mirror", lambda _: False)


@pytest.mark.parametrize(("mirrors", "name"), [(True, "skipped"), (False, "failed")])
@pytest.mark.parametrize(
    ("command", "package", "whose"),
    [
        ("npm i", "@no-such-maker/client-of-ours", "npm's registry"),
        ("npm i", "openai@99.9.9", "npm's registry"),
        ("pip install", "nosuchpackageofours", "PyPI"),
        ("pip install", "idna==99.9", "PyPI"),
    ],
)
def test_what_a_mirror_has_not_got_is_no_mistake_of_the_page(
    *,
    command: str,
    package: str,
    whose: str,
    mirrors: bool,
    name: str,
    tmp_path: Path,
    verifier: Verifier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind in ("is_mirror", "is_mirror_of_pypi"):
        monkeypatch.setattr(f"aswritten.environments._registry.{kind}", lambda _: mirrors)
    (verdict,) = verdicts(page(tmp_path, f"```sh\n{command} {package}\n```\n"), verifier)
    assert verdict.name == name
    assert (f"{package} is not to be had on this machine" in verdict.reason) == mirrors
    assert (f"does not answer as {whose} does, and may lack it" in verdict.reason) == mirrors


@pytest.mark.usefixtures("no_mirror")
@pytest.mark.parametrize(
    ("package", "words", "name"),
    [
        ("@no-such-maker/client-of-ours", "", "other"),
        ("@no-such-maker/client-of-ours", "Run `npm install @no-such-maker/client-of-ours` first.", "failed"),
        ("@no-such-maker/client-of-ours", "Run `npm install @no-such-maker/client-of-ours-too` first.", "other"),
        ("opemai", "", "failed"),
        ("@anthropic-ai/no-such-client", "", "failed"),
    ],
)
def test_an_npm_package_that_no_registry_has_and_no_command_is_for_is_unjudged(
    package: str, words: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f"import Client from '{package}';\nconst client = new Client();\nconsole.log(await client.chat.completions.create({{}}));\n"
    sample = verdicts(page(tmp_path, f"{words}\n\n```js\n{source}```\n"), verifier)[-1]
    assert sample.name == name


def test_a_sample_that_imports_nothing_runs_where_the_page_installs_what_is_not_to_be_had(
    tmp_path: Path, verifier: Verifier
) -> None:
    asks = "import urllib.request\nprint(urllib.request.urlopen('https://api.example.com/v1/models').status)\n"
    text = f"```bash\npip install nosuchpackageofours\n```\n```python\n{asks}```\n"
    install, plain = verdicts(page(tmp_path, text), verifier)
    assert (install.name, plain.name) == ("failed", "passed")


@pytest.mark.parametrize(("package", "name"), [("@no-such-maker/client", "other"), ("@no-such-maker/other", "failed")])
def test_what_comes_from_jsr_is_not_checked(package: str, name: str, tmp_path: Path, verifier: Verifier) -> None:
    asks = f"import Client from '{package}';\nawait fetch('https://api.example.com/v1/models');\nnew Client();\n"
    text = f"```sh\nnpx jsr add @no-such-maker/client\nnpm i zod\n```\n\n```js\n{asks}```\n"
    *_, sample = verdicts(page(tmp_path, text), verifier)
    assert sample.name == name
    assert name == "failed" or "may come by the command at line 2, which is not run here" in sample.reason


@pytest.mark.parametrize(
    ("words", "is_by_it"),
    [
        ("pip install git+https://github.com/example/idna-ssl", True),
        ("pip install 'idna-ssl @ https://example.com/kit.zip'", True),
        ("pip install git+https://github.com/example/tool", False),
    ],
)
def test_what_comes_from_an_address_that_names_it_is_not_checked(
    words: str, tmp_path: Path, verifier: Verifier, *, is_by_it: bool
) -> None:
    asks = "from idna_ssl import nothing\nnothing.chat.completions.create(model='m')\n"
    text = f"```sh\n{words}\nwget https://example.com/x.py\n```\n\n```python\n{asks}```\n"
    sample = verdicts(page(tmp_path, text), verifier)[-1]
    assert ("may come by the command at line 2" in sample.reason) is is_by_it


@pytest.mark.parametrize(
    ("missing", "words", "name"),
    [
        ("no-such-maker-kit", "", "other"),
        ("no-such-maker-kit", "Its owner adds you: `npm owner add NAME no-such-maker-kit`.", "other"),
        ("no-such-maker-kit", "Add it by `npm install no-such-maker-kit`.", "failed"),
        ("opnai", "", "failed"),
    ],
)
def test_what_a_reader_has_in_a_list_of_their_own_may_bring_what_is_imported(
    missing: str, words: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = f'import {{ chat }} from "{missing}";\nawait chat.completions.create({{ model: "m", messages: [] }});\n'
    text = f"```sh\nnpm install\n```\n\n{words}\n\n```js\n{asks}```\n"
    installed, sample = verdicts(page(tmp_path, text), verifier)
    assert (installed.name, sample.name) == ("install", name)
    assert name == "failed" or "may come by the command at line 2" in sample.reason


#: Two commands, of which the second does not go beside the first, and words between them.
_APART = "# Set up\n\n```sh\nnpm i react@18.3.1\n```\n\n{}\n\n```sh\nnpm i react-dom@19.1.0\n```\n"


_IMPORTS = "\n```js\nimport one from '{}';\nawait fetch('https://api.example.com/v1/models');\none;\n```\n"


@pytest.mark.parametrize("between", ["Or:", "If you use the other:", "## With the other", "For the other:"])
def test_commands_that_go_well_alone_are_alternatives(between: str, tmp_path: Path, verifier: Verifier) -> None:
    text = f"{_APART.format(between)}{_IMPORTS.format('react-dom')}{_IMPORTS.format('nosuch-of-ours')}"
    first, second, sample, other = verdicts(page(tmp_path, text), verifier)
    assert (first.name, second.name) == ("install", "install")
    reason = "what it imports comes by the command at line 10, which does not go beside those above it: not checked"
    assert (sample.name, sample.reason) == ("other", reason)
    assert other.reason != reason


@pytest.mark.parametrize("between", ["And then:", "## Step 2: the other", "## 2. The other"])
def test_commands_that_follow_each_other_are_to_go_together(between: str, tmp_path: Path, verifier: Verifier) -> None:
    first, second = verdicts(page(tmp_path, _APART.format(between)), verifier)
    (finding,) = second.findings
    assert (first.name, second.name, finding.rule, finding.line) == ("install", "failed", "run.install", 10)


def test_the_name_of_a_package_is_what_the_words_of_the_page_say(tmp_path: Path, verifier: Verifier) -> None:
    source = "import six_of\nfrom openai import OpenAI\nOpenAI().models.list()\n"
    told = f"First `pip install nosuch-six-of`.\n\n```python\n{source}```\n"
    (sample,) = verdicts(page(tmp_path, told), verifier)
    (finding,) = sample.findings
    assert (sample.name, finding.message) == ("failed", "`pip install openai nosuch-six-of` fails")
    below = f"```python\n{source}```\n\nIt comes by `pip install nosuch-six-of`.\n"
    assert verdicts(page(tmp_path, below), verifier)[0].findings == (replace(finding, line=1),)
    own = told.replace("six-of`", "six-of --index-url https://pypi.example.com`")
    (sample,) = verdicts(page(tmp_path, own), verifier)
    assert sample.reason.startswith(
        "the page takes it from an index of its own, and `pip install openai nosuch-six-of`"
    )


def test_what_a_sample_imports_is_there_beside_what_the_page_installs(tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\npip install idna\n```\n```python\n{IMPORTING.format(module='idna')}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, [call.status for call in sample.calls]) == ("passed", [200])


@pytest.mark.parametrize(
    ("installed", "module"), [("python-dateutil", "dateutil"), ("requests", "urllib3"), ("PyYAML", "yaml")]
)
def test_what_an_install_brings_along_is_told(installed: str, module: str, tmp_path: Path, verifier: Verifier) -> None:
    text = f"```sh\npip install requests {installed}\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.findings) == ("passed", ())


def test_a_package_that_a_client_asks_for_is_there_on_a_page_that_installs_none(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = IMPORTING.format(module="importlib.util") + (
        "if importlib.util.find_spec('six') is None:\n    raise ImportError('six is required: pip install six')\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == "passed"
    installs = "```sh\npip install requests\n```\n"
    *_, untold = verdicts(page(tmp_path, f"{installs}```python\n{source}```\n"), verifier)
    assert untold.name == "failed"
    beside = "```sh\npip install -U 'six==1.17.0'\nsix-tool login\n```\n"
    *_, told = verdicts(page(tmp_path, f"{installs}{beside}```python\n{source}```\n"), verifier)
    assert told.name == "passed"


def test_an_extra_that_a_client_asks_for_is_there_where_the_page_names_it_beside_others(
    tmp_path: Path, verifier: Verifier
) -> None:
    source = IMPORTING.format(module="importlib.util") + (
        "if importlib.util.find_spec('socks') is None:\n    raise ImportError(\"pip install 'requests[socks]'\")\n"
    )
    for beside, name in (
        ("", "failed"),
        ("  # or [socks], [all]", "passed"),
        ("  # or requests-toolbelt[socks]", "failed"),
    ):
        install = f'```sh\npip install "requests[use-chardet-on-py3]"{beside}\n```\n'
        *_, sample = verdicts(page(tmp_path, f"{install}```python\n{source}```\n"), verifier)
        assert (beside, sample.name) == (beside, name)


def test_an_install_that_fails_leaves_what_the_others_install(tmp_path: Path, verifier: Verifier) -> None:
    text = (
        "```sh\npip install idna\n```\n```sh\npip install 'no-such-package-as-this-one==999.0'\n```\n"
        f"```python\n{IMPORTING.format(module='idna')}```\n```python\n{IMPORTING.format(module='no_such_package_as_this_one')}```\n"
    )
    _, broken, sample, lacking = verdicts(page(tmp_path, text), verifier)
    assert (broken.name, sample.name) == ("failed", "passed")
    assert (lacking.name, lacking.reason) == ("skipped", "its environment could not be built: see line 5")


def test_what_is_called_as_a_package_that_is_not_to_be_had_is_not_taken_for_it(
    tmp_path: Path, verifier: Verifier
) -> None:
    text = (
        "```sh\npip install idna-that-nobody-has\n```\n"
        f"```python\n{IMPORTING.format(module='idna')}```\n```python\n{IMPORTING.format(module='requests')}```\n"
    )
    _, taken, other = verdicts(page(tmp_path, text), verifier)
    assert (taken.name, taken.reason) == ("skipped", "its environment could not be built: see line 2")
    assert other.name == "passed"


@pytest.mark.parametrize("package", ["nanoid", "a-package-that-nobody-has"])
def test_what_a_repository_brings_along_that_is_not_to_be_had_is_not_taken_from_a_registry(
    package: str, tmp_path: Path, verifier: Verifier
) -> None:
    text = (
        "```sh\nnpm install git+ssh://git@git.example.com:maker/client.git\n```\n"
        f"```js\nimport Maker from '{package}';\nawait fetch('https://api.example.com/v1/models');\nnew Maker();\n```\n"
    )
    _, sample = verdicts(page(tmp_path, text), verifier)
    assert (sample.name, sample.reason) == ("skipped", "its environment could not be built: see line 2")


def test_what_a_folder_of_the_readers_brings_along_is_not_checked_beside_what_is_installed(
    tmp_path: Path, verifier: Verifier
) -> None:
    module = "a_module_of_the_reader_that_nobody_published"
    text = f"```sh\npip install ./own\n```\n```sh\npip install requests\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    *_, sample = verdicts(page(tmp_path, text), verifier)
    assert sample.name == "other"
    assert sample.reason.startswith(
        "what it imports was not installed, and may come by the command at line 2, which is not run here"
    )


def test_an_import_that_no_registry_has_is_for_the_run_to_show(tmp_path: Path, verifier: Verifier) -> None:
    module = "a_module_of_the_reader_that_nobody_published"
    text = f"```sh\npip install requests\n```\n```python\n{IMPORTING.format(module=module)}```\n"
    _, sample = verdicts(page(tmp_path, text), verifier)
    (finding,) = sample.findings
    assert (sample.name, finding.rule) == ("failed", "run.exit")
    assert f"No module named '{module}'" in f"{finding.message} {finding.got}"


@pytest.mark.parametrize("everywhere", ["-g", "--global", "--location=global"])
def test_what_npm_installs_for_all_folders_is_installed_beside_the_sample_that_imports_it(
    everywhere: str, tmp_path: Path, verifier: Verifier
) -> None:
    # That release knows no weeks.
    source = 'import ms from "ms";\nif (ms("1w")) nowhere();\nawait fetch("https://api.openai.com/v1/models");\n'
    text = f"```bash\nnpm install {everywhere} ms@0.7.0\n```\n\n```js\n{source}```\n"
    assert [one.name for one in verdicts(page(tmp_path, text), verifier)] == ["install", "passed"]


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("pip install --no-warn-conflict-x idna", "failed"),
        ("pip install --upgarde idna", "failed"),
        ("pip install --config-settings", "failed"),
        ("pip install --keyring-provider disabled --keyring-provider disabled idna", "skipped"),
        ("uv pip install --keyring-provider disabled --keyring-provider disabled idna", "failed"),
    ],
)
def test_an_option_of_pips_that_the_installer_used_here_does_not_take_is_no_mistake_of_the_page(
    command: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    (found,) = verdicts(page(tmp_path, f"```bash\n{command}\n```\n"), verifier)
    assert (found.name, "uv installs here in the place of `pip`" in found.reason) == (name, name == "skipped")


@pytest.mark.parametrize(
    ("command", "name"), [("pip install idna-maker", "skipped"), ("uv pip install idna-maker", "failed")]
)
def test_a_release_that_was_taken_back_and_is_asked_for_by_its_number_is_pips_to_install(
    command: str, name: str, tmp_path: Path, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "cause: Because idna==3.0 was yanked (reason: none) and all versions of idna-maker depend on idna==3.0, we can conclude"

    def refuse(*_: object, **__: object) -> None:
        raise InstallFailed(command, 1, said, 2)

    monkeypatch.setattr("aswritten.environments.build", refuse)
    (found,) = verdicts(page(tmp_path, f"```bash\n{command}\n```\n"), verifier)
    assert (found.name, "does not take idna==3.0" in found.reason) == (name, name == "skipped")
