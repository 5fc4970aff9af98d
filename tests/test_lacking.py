"""What a machine lacks, as installers say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from aswritten.languages import Environment
from aswritten.model import Block, Verdict
from aswritten.verify._lacking import (
    asked_packages,
    lacks,
    lacks_dependency,
    missed_variables,
    missing_release,
    named_alike,
    published,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (
            "hint: This error likely indicates that you need to install a library that provides `sound.h` for `x@1`",
            "sound.h",
        ),
        ("src/x.c:9:10: fatal error: sound.h: No such file or directory", "sound.h"),
        ("x.c:9:10: fatal error: 'sound.h' file not found", "sound.h"),
        ("error: command 'gcc' failed: No such file or directory", "gcc"),
        ("[stdout]\npkg-config could not find libraries ['avformat', 'avcodec']", "'avformat', 'avcodec'"),
        (
            "Because the current Python version (3.11.7) does not satisfy Python>=3.12,<3.15 and x depends on it",
            "Python>=3.12",
        ),
        (
            "hint: Wheels are available for `maker-core` (v1.0.0) on the following platforms: `win_amd64`, `win_arm64`",
            "`win_amd64`, `win_arm64`",
        ),
        (
            'npm error notsup Unsupported platform for @maker/core@1.2.0: wanted {"os":"darwin","cpu":"arm64"} (current: {"os":"linux"})',
            '{"os":"darwin","cpu":"arm64"}',
        ),
        ("fatal: Could not read from remote repository.", "the repository"),
        (
            "cause: Timeout (300s) when waiting for lock on `/cache/uv/sdists-v11/pypi/maker/1.0`",
            "a lock of uv's cache",
        ),
        (
            "error: Request failed\n  cause: Failed to fetch: `https://wheels.example/x/`\n  cause: dns error",
            "https://wheels.example/x/",
        ),
        (
            "  File setup.py, line 27\nurllib.error.URLError: <urlopen error [Errno -2] Name or service not known>\nhint: Build failures",
            "the network that a build asks for",
        ),
        ("RuntimeError: Error compiling objects for extension\nhint: Build failures", "what its build compiles with"),
        ("error: command '/usr/bin/g++' failed with exit code 1\nhint: Build failures", "what its build compiles with"),
        ("OSError: CUDA_HOME environment variable is not set.\nhint: Build failures", "what its build compiles with"),
        ("SyntaxError: Missing parentheses in call to 'print'\nhint: Build failures", ""),
        ("npm error getaddrinfo ENOTFOUND registry.example.com", ""),
        ("<urlopen error unknown url type: htps>\nhint: Build failures", ""),
        (
            "cause: Because all versions of maker-sdk were yanked (reason: moved) and you require maker-sdk",
            "",
        ),
        ("error: no version of x==999.0 was found", ""),
    ],
)
def test_what_a_build_needs_of_the_system_is_told(output: str, name: str) -> None:
    assert lacks(output) == name


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("Error: give `key`, or set the 'SERVICE_API_KEY' environment variable", {"SERVICE_API_KEY"}),
        ("Error: define ACCESS_KEY_ID in the environment", {"ACCESS_KEY_ID"}),
        ("ValueError: no key: pass it or set SERVICE_TOKEN", {"SERVICE_TOKEN"}),
        ("Missing: SERVICE_ACCESS_KEY_ID. Please define these environment variables", {"SERVICE_ACCESS_KEY_ID"}),
        ("Did not find name, please add an environment variable `SERVICE_USERNAME`", {"SERVICE_USERNAME"}),
        ("KeyError: 'SERVICE_API_KEY'", set()),
        ('  File "/x/site-packages/groq/_client.py", line 9\nTypeError: no authentication method', {"GROQ_API_KEY"}),
        (
            '  File "/x/lib/python3.11/site-packages/maker_ai/setup.py", line 9\nRuntimeError: the API key is required',
            {"MAKER_AI_API_KEY"},
        ),
        ("Error: give `version`, or set the SERVICE_API_VERSION environment variable", set()),
    ],
)
def test_the_credential_that_a_client_misses_is_known_by_its_words(message: str, names: set[str]) -> None:
    assert missed_variables(message) == names


@pytest.mark.parametrize(
    ("words", "names"), [("through `MAKER_BASE_URL`", {"MAKER_BASE_URL"}), ("MAKER_BASE_URLS", set())]
)
def test_the_address_that_a_client_misses_is_known_where_the_page_speaks_of_it(words: str, names: set[str]) -> None:
    assert missed_variables("Set the `MAKER_BASE_URL` environment variable", words=words) == names


def test_a_key_that_no_word_names_is_called_as_the_files_of_its_package_call_it(tmp_path: Path) -> None:
    said = '  File "/x/site-packages/maker_labs/client.py", line 9\nRuntimeError: the API key is required'
    package = tmp_path / "venv/lib/python3.11/site-packages/maker_labs"
    package.mkdir(parents=True)
    (package / "client.py").write_text(
        'key = os.environ.get("MAKER_API_KEY")\nother = os.environ.get("OTHER_API_KEY")\n'
    )
    assert missed_variables(said, Environment(tmp_path, ())) == {"MAKER_API_KEY"}
    (package / "old.py").mkdir()
    (package / "client.py").write_text("key = None\n")
    assert missed_variables(said, Environment(tmp_path, ())) == {"MAKER_LABS_API_KEY"}


@pytest.mark.parametrize(
    ("language", "said", "names"),
    [
        ("python", "Error: maker is required. Install it with `pip install maker`.", ("maker",)),
        ("python", "ImportError: pip install 'maker[sound]' first", ("maker[sound]",)),
        ("python", "Error: run `pip install maker==0.28` for the version of before", ()),
        ("node", "Error: no driver, run npm install @maker/driver", ("@maker/driver",)),
        ("node", 'Error: schemas: Missing dependencies "@maker/to-json"', ("@maker/to-json",)),
        ("curl", "pip install maker", ()),
    ],
)
def test_the_package_that_a_client_asks_for_is_known_by_its_words(
    language: str, said: str, names: tuple[str, ...]
) -> None:
    block = Block("page.md", 0, 1, 2, "")
    assert asked_packages(Verdict(block, "failed", language, complained=said)) == names
    assert asked_packages(Verdict(block, "passed", language, complained=said)) == ()
    assert asked_packages(Verdict(block, "failed", language, printed=said)) == names
    assert asked_packages(Verdict(block, "failed", language, printed=said, complained="stopped")) == ()


def test_a_credential_that_is_guessed_may_be_called_as_the_page_says() -> None:
    text = "Set `MAKER_API_KEY` (not OTHER_API_KEY, and not MAKER_MODEL)."
    assert named_alike(frozenset({"MAKER_LABS_API_KEY"}), text) == {"MAKER_API_KEY"}
    assert named_alike(frozenset(), text) == frozenset()


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("npm error notarget No matching version found for @maker/core@^0.5.0.", "@maker/core"),
        ("npm error 404 The requested resource 'maker-core@1' could not be found", "maker-core"),
        ("npm error notarget No matching version found for @maker/sdk@next.", ""),
        ("npm error notarget No matching version found for @maker/sdk@>=9.70.0.", "@maker/sdk"),
        ("npm error 404 The requested resource '@maker/sdk@*' could not be found", ""),
        ("npm error code ERESOLVE", ""),
    ],
)
def test_what_npm_misses_and_nobody_asked_for_is_a_dependency(said: str, name: str) -> None:
    assert lacks_dependency(said, "npm install --save @maker/sdk@next") == name


NPM_404 = "npm error code E404\nnpm error 404 Not Found - GET https://registry.npmjs.org/{}\nnpm error 404\n"
UV_NONE = "cause: Because {} was not found in the package registry and you require it"


@pytest.mark.parametrize(
    ("said", "text", "package"),
    [
        (NPM_404.format("maker-sdk"), "[npm](https://www.npmjs.com/package/maker-sdk)", "maker-sdk"),
        (NPM_404.format("@maker%2fsdk"), "<https://npmjs.com/package/@maker/sdk>", "@maker/sdk"),
        (NPM_404.format("maker-sdk"), "![v](https://img.shields.io/npm/v/maker-sdk.svg)", "maker-sdk"),
        (UV_NONE.format("maker-sdk"), "See https://pypi.org/project/maker_sdk/.", "maker-sdk"),
        (UV_NONE.format("maker-sdk"), "See https://pypi.org/project/maker_sdk.", "maker-sdk"),
        (NPM_404.format("maker-sdk"), "https://www.npmjs.com/package/maker-sdk-core", ""),
        (NPM_404.format("maker-sdk"), "https://www.npmjs.com/package/makersdk", ""),
        (NPM_404.format("maker-sdk"), "https://github.com/maker/maker-sdk", ""),
        ("No matching version found for maker-sdk@next.", "https://www.npmjs.com/package/maker-sdk", ""),
    ],
)
def test_a_package_that_its_page_links_to_at_its_registry_is_said_to_be_there(
    said: str, text: str, package: str
) -> None:
    assert published(said, text)[0] == package


def test_a_release_that_npm_misses_is_named() -> None:
    said = "npm error notarget No matching version found for @maker/sdk@>=9.7.0.\nnpm error notarget In most cases"
    assert missing_release(said) == "@maker/sdk@>=9.7.0"
    assert missing_release("npm error code ERESOLVE") == ""
    assert (
        missing_release("npm error Found: @maker/core@undefined\nnpm error node_modules/@maker/core") == "@maker/core"
    )
    assert missing_release("npm error Found: @maker/core@5.1.0\nnpm error node_modules/@maker/core") == ""
