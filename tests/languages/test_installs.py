"""Install blocks: which text is one, and what it installs."""

from __future__ import annotations

import pytest

from aswritten.languages import install_commands, jsr_packages, requirement_name


@pytest.mark.parametrize(
    ("text", "ecosystem", "requirements", "options"),
    [
        ("pip install 'openai>=1.0.0'\n", "python", ("openai>=1.0.0",), ()),
        ("$ pip3 install -U openai httpx[http2]\n", "python", ("openai", "httpx[http2]"), ("-U",)),
        ("!pip install openai\n", "python", ("openai",), ()),
        ("python3.12 -m pip install openai\n", "python", ("openai",), ()),
        ("uv add openai # or so\n", "python", ("openai",), ()),
        (
            "pip install --index-url https://x/simple openai\n",
            "python",
            ("openai",),
            ("--index-url", "https://x/simple"),
        ),
        ("python -m venv .venv\nsource .venv/bin/activate\npip install openai\n", "python", ("openai",), ()),
        ("mkdir ask\ncd ask\nuv venv && source .venv/bin/activate\nuv pip install openai\n", "python", ("openai",), ()),
        # As a shell reads it: what follows `>` is a file's name.
        ("pip install openai>=1.0\n", "python", ("openai",), ()),
        ("npm install openai\n", "node", ("openai",), ()),
        ("npm init -y && npm i @scope/name@5 -D\n", "node", ("@scope/name@5",), ("-D",)),
        ("pnpm add openai\n", "node", ("openai",), ()),
        ("yarn remove other\nyarn add openai\n", "node", ("openai",), ()),
        ("pip uninstall -y other\npip install openai\n", "python", ("openai",), ()),
        ("npm i openai\n# or\ndeno add jsr:@openai/openai\n", "node", ("openai",), ()),
        ("uv tool install llm\npipx install llm\npip install llm\n", "python", ("llm",), ()),
        ("pip config set global.index-url https://x/simple\npip install openai\n", "python", ("openai",), ()),
        ("# pip install openai\n", "python", ("openai",), ()),
        ("pip -q --no-input install openai==1.0\n", "python", ("openai==1.0",), ("-q", "--no-input")),
        ("# !pip install -U openai\n", "python", ("openai",), ("-U",)),
        ("%pip install openai\n%load_ext autoreload\n%autoreload 2\n", "python", ("openai",), ()),
        ("pnpm dlx create-next-app app\ncd app\npnpm install openai\n", "node", ("openai",), ()),
        ("npx create-next-app app && cd app && npm i openai\n", "node", ("openai",), ()),
        ("npm i @maker/{core,chat-ui} openai\n", "node", ("@maker/core", "@maker/chat-ui", "openai"), ()),
        ("npm i {react,react-dom}@18\n", "node", ("react@18", "react-dom@18"), ()),
        ("npm i {openai@5,zod@4} x{,-y}\n", "node", ("openai@5", "zod@4", "x", "x-y"), ()),
        ("git clone https://example.com/a\ncd a\nnpm i openai\n", "node", ("openai",), ()),
        ("npm i openai\nexport MODEL=m\nKEY=k\n", "node", ("openai",), ()),
        ("npm i {a}\n", "node", ("{a}",), ()),
    ],
)
def test_an_install_block(text: str, ecosystem: str, requirements: tuple[str, ...], options: tuple[str, ...]) -> None:
    (install,) = install_commands(text) or ()
    assert (install.ecosystem, install.requirements, install.options) == (ecosystem, requirements, options)
    assert not install.from_repository


@pytest.mark.parametrize(
    "text",
    [
        "pip install openai && python sample.py\n",
        "if true; then pip install openai; fi\n",
        "curl -fsSL https://x/install.sh | sh\n",
        "brew install x\n",
        "npm run build\n",
        "npx some-tool\nnpm i openai\n",
        "npm uninstall openai\n",
        "export A=1\n",
        "export PIP_INDEX_URL=https://example.com/simple\npip install openai\n",
        "Collecting openai\n",
        "",
        "import openai\n",
    ],
)
def test_no_install_block(text: str) -> None:
    assert install_commands(text) is None


def test_several_commands_keep_their_words_and_the_lines_of_the_page() -> None:
    found = install_commands("# python\npip install 'a b'\n\nnpm i c\n", first_line=40)
    assert [(one.argv, one.line) for one in found or ()] == [(("pip", "install", "a b"), 41), (("npm", "i", "c"), 43)]


@pytest.mark.parametrize(
    "text", ["pip install -e .\n", "pip install -r requirements.txt\n", "npm install\n", "npm i ./x.tgz\n"]
)
def test_what_only_a_repository_holds_is_marked(text: str) -> None:
    (install,) = install_commands(text) or ()
    assert install.from_repository


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("npx jsr add @a/one @a/two@1", ["@a/one", "@a/two"]),
        ("npx -y jsr@latest install -D @a/one", ["@a/one"]),
        ("deno add npm:ai jsr:@a/one/part", ["@a/one"]),
        ("pnpm dlx jsr i @a/one", ["@a/one"]),
        ("npx jsr publish @a/one", []),
        ("npm install jsr", []),
    ],
)
def test_packages_of_jsr_are_told_with_their_lines(command: str, names: list[str]) -> None:
    assert list(jsr_packages(f"npm install ai\n{command}\n")) == [(name, 2) for name in names]


@pytest.mark.parametrize(
    ("requirement", "ecosystem", "name"),
    [
        ("Foo_Bar.baz[extra]>=1; python_version>'3'", "python", "foo-bar-baz"),
        ("openai==2.0.0", "python", "openai"),
        ("@scope/Name@5", "node", "@scope/name"),
        ("openai", "node", "openai"),
    ],
)
def test_the_name_of_a_requirement(requirement: str, ecosystem: str, name: str) -> None:
    assert requirement_name(requirement, "node" if ecosystem == "node" else "python") == name


@pytest.mark.parametrize(
    ("text", "names_files"),
    [
        ("pip install -e .\n", True),
        ("npm install\n", False),
        ("pip install maker-1.0-py3-none-any.whl\n", True),
        ("pip install 'maker-1.0-py3-none-any.whl[openai]'\n", True),
        ("pip install 'maker[openai]'\n", False),
        ("git clone https://example.com/a && cd a && npm install\n", True),
        ("git clone https://example.com/a\npip install a/\n", True),
        ("git clone https://example.com/a\ncd a\nnpm i nanoid -w packages/b\n", True),
        ("npm i nanoid -w packages/b\n", False),
    ],
)
def test_what_names_a_file_is_told_from_what_takes_the_files_that_there_are(text: str, names_files: bool) -> None:
    (install,) = install_commands(text) or ()
    assert install.from_files == names_files
