"""Blocks of which their own text tells all: installs, variables, data, plain text."""

from __future__ import annotations

import pytest

from classifying import kinds, lines, only, roles


def test_variables_of_an_env_file_are_no_shell() -> None:
    role = only('```shell\n# Redis\nREDIS_HOST = ""   # a host\n\nREDIS_PORT = 1\n```\n')
    assert (role.kind, role.language, role.reason, role.contradicted) == (
        "other",
        "dotenv",
        "variables of an .env file",
        True,
    )
    assert only("```shell\nREDIS_HOST=a\n```\n").kind == "fragment"
    assert only("```ini\nREDIS_HOST = a\n```\n").language != "dotenv"
    assert only("```shell\n[ $A = b ]\n```\n").language != "dotenv"


def test_a_block_that_only_sets_variables_gives_them_to_the_samples_after_it() -> None:
    found = roles(
        '```bash\nexport API_KEY="k"\nMODEL=m\n```\n',
        '```bash\ncurl https://api.example.com/v1/$MODEL -H "K: $API_KEY"\n```\n',
    )
    assert (found[0].kind, found[0].language) == ("fragment", "curl")
    assert found[0].reason == "sends nothing itself; its variables are given to the samples after it"
    assert dict(found[0].variables) == {"API_KEY": "k", "MODEL": "m"}
    assert (found[1].kind, found[1].earlier) == ("sample", ())


def test_a_sample_gives_its_variables_too() -> None:
    role = only("```bash\nexport API_KEY=k\ncurl https://api.example.com/v1/models\n```\n")
    assert (role.kind, dict(role.variables)) == ("sample", {"API_KEY": "k"})


def test_a_variable_that_takes_a_run_makes_its_block_run_in_front() -> None:
    found = roles(
        "```bash\nTOKEN=$(curl https://api.example.com/token)\n```\n",
        '```bash\ncurl https://api.example.com/v1/models -H "T: $TOKEN"\n```\n',
    )
    assert lines(found[1]) == [1]


@pytest.mark.parametrize(
    "command", ["pip install openai", "$ pip install openai", "npm install openai", "# first\nuv add openai httpx"]
)
@pytest.mark.parametrize("tag", ["bash", "", "console", "python"])
def test_a_block_of_package_manager_commands_is_an_install(command: str, tag: str) -> None:
    role = only(f"```{tag}\n{command}\n```\n")
    assert role.kind == "install"
    assert [install.line for install in role.installs] == [3 if command.startswith("#") else 2]


def test_a_block_that_also_does_something_else_is_no_install() -> None:
    assert kinds("```bash\npip install openai\nserver --start\n```\n") == ["other"]


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("```\nhttps://api.example.com/v1\n```\n", "a URL alone"),
        ("```\nlocalhost:8080/v1\n```\n", "a URL alone"),
        ("```\nPOST https://api.example.com/v1/chat/completions\n```\n", "an HTTP request in outline"),
        ("```yaml\nmodel: m\n```\n", "configuration (yaml)"),
        ("```go\nfunc main() {}\n```\n", "a program (go)"),
        ("```text\nHello\n```\n", "plain text"),
        ("```\nAPI_KEY=k\n```\n", "variables"),
        ("```\nserver --port 80\n```\n", "shell commands"),
        ("```bash\nls\n```\n", "calls nothing that is known to call the API"),
        ("```python\nprint(1)\n```\n", "does not call the API"),
        ("```python\nimport maker\nmaker.start()\n```\n", "calls nothing that is known to call the API"),
        ("```python\nteam.start()\n```\n", "calls nothing that is known to call the API"),
        ("```bash\n\n```\n", "an empty block"),
    ],
)
def test_everything_else_is_other_with_the_reason(block: str, reason: str) -> None:
    role = only(block)
    assert (role.kind, role.reason, role.unclassified) == ("other", reason, False)


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ('```\nanswer := ask("Hello there")\n```\n', "no language is named, and the text reads as none that is"),
        ("```klingon\nHello there, you\n```\n", "the tag 'klingon' is not known, and the text reads as none that is"),
    ],
)
def test_a_block_that_nobody_can_name_says_so(block: str, reason: str) -> None:
    role = only(block)
    assert (role.kind, role.reason, role.unclassified) == ("other", reason, True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("export API_KEY=<your key>\nexport BASE_URL=<base url>\n", "fragment"),
        ("# both\nexport BASE_URL=http://localhost\nAPI_KEY=<key>  # yours\n", "fragment"),
        ("export API_KEY=<your key>\ncurl https://api.example.com/v1/models\n", "sample"),
    ],
)
def test_a_variable_with_a_bare_placeholder_is_for_the_reader_to_set(text: str, kind: str) -> None:
    (role,) = roles(f"```bash\n{text}```\n")
    assert role.kind == kind
    assert kind == "sample" or role.reason.startswith("its reader puts a value in place of `<")


def test_a_requirement_that_its_reader_fills_in_is_a_fragment() -> None:
    (role,) = roles("```bash\npip install client==${VERSION}\n```\n")
    assert (role.kind, role.reason) == ("fragment", "its reader puts a value in place of `client==${VERSION}`")


@pytest.mark.parametrize("command", ["pip install -e .", "pip install -r requirements.txt", "npm i ./client.tgz"])
def test_an_install_of_what_only_a_checkout_holds_is_the_readers_own(command: str) -> None:
    (role,) = roles(f"```bash\n{command}\n```\n")
    assert (role.kind, role.installs, len(role.left)) == ("install", (), 1)
    assert role.reason == f"installs from files of the reader's own: `{command}`"


@pytest.mark.parametrize(
    "command", ["pip3 install https://files.example/own-1.0-py3-none-any.whl", "npm i https://files.example/own.tgz"]
)
def test_an_install_from_an_address_is_one_that_is_not_run(command: str) -> None:
    (role,) = roles(f"```bash\n{command}\n```\n")
    assert (role.kind, role.installs, len(role.left)) == ("install", (), 1)
    assert role.reason == "installs from an address, which is not reached here"


def test_an_install_beside_one_from_a_checkout_is_followed() -> None:
    (role,) = roles("```bash\npip install client\npip install -e .\n```\n")
    assert (role.kind, [install.requirements for install in role.installs]) == ("install", [("client",)])


def test_a_sign_in_may_stand_beside_an_install() -> None:
    (role,) = roles("```bash\npip install client\nclient auth login\n```\n")
    assert role.kind == "install"


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        ("hey -m POST http://localhost/v1/chat/completions", "`hey` cannot be led to the recordings: not checked"),
        (
            "cat > ask.py <<'EOF'\nimport requests\nrequests.get('http://localhost/v1/models')\nEOF\npython3 ask.py",
            "calls the API in a program that it hands on as a text, which is not run here: not checked",
        ),
        ("aider --openai-api-base http://localhost:8000/v1", "calls nothing that is known to call the API"),
        (
            "echo The endpoint is https://api.example.com/v1/chat/completions",
            "calls nothing that is known to call the API",
        ),
        ("conda install openai", "installs by `conda`, which is not run here"),
        ("sudo apt-get update\nsudo apt-get install jq", "calls nothing that is known to call the API"),
        ("# for Go\ngo get github.com/openai/openai-go", "installs by `go`, which is not run here"),
        ("cat > notes.txt <<'EOF'\nrequests\nEOF", "calls nothing that is known to call the API"),
    ],
)
def test_a_shell_block_that_calls_the_api_or_installs_by_other_means_is_told_as_one(block: str, reason: str) -> None:
    role = only(f"```bash\n{block}\n```\n")
    assert (role.kind, role.reason) == ("other", reason)


def test_a_rule_that_no_listing_takes_off_is_no_option() -> None:
    assert only("```bash\n---\ncurl http://localhost/v1/models\n---\n```\n").kind == "sample"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Authorization: Bearer YOUR_API_KEY", "HTTP headers"),
        ("authorization: Bearer KEY\nContent-Type: application/json", "HTTP headers"),
        ("Retry-After: 8", "HTTP headers"),
        ("Note := this(text)", "no language is named, and the text reads as none that is"),
    ],
)
def test_headers_alone_are_told_as_what_they_are(text: str, reason: str) -> None:
    role = only(f"```\n{text}\n```\n")
    assert (role.kind, role.reason) == ("other", reason)
    assert only(f"```http\n{text}\n```\n").unclassified is (reason != "HTTP headers")


@pytest.mark.parametrize(
    "text", ["app/\n├── main.py\n└── own.py\n", "You → gateway → model\n", "┌────┐\n│ us │\n└────┘\n", "a\n ▼\nb\n"]
)
def test_what_is_drawn_with_lines_or_arrows_is_told_as_a_diagram(text: str) -> None:
    role = only(f"```\n{text}```\n")
    assert (role.kind, role.reason, role.unclassified) == ("other", "a diagram", False)
    assert only("```\nclient = Maker(\nprint(client)  # → models\n```\n").unclassified


@pytest.mark.parametrize(
    ("text", "is_listing"),
    [
        ("src/\n  index.ts   # exports\n  make.ts    # make() factory\n  chat/\n    of.ts\n", True),
        ("src/\n  index.ts\n", False),
        ("a.txt\nb.txt\nmake().txt\n", False),
        ("src/\n  index.ts\nclient.chat()\n", False),
        ("client.chat\nclient.models\nmodels.list\n", False),
    ],
)
def test_files_of_folders_are_a_listing(text: str, is_listing: bool) -> None:
    role = only(f"```\n{text}```\n")
    assert (role.reason == "a listing of files") is is_listing


@pytest.mark.parametrize(
    "text",
    [
        "Client (curl / an SDK)\n   │\n   │  POST /v1/chat/completions\n   ▼\n┌─────┐\n│ us  │\n└─────┘\n",
        "+------+\n| curl |  asks\n| us   |\n+------+\n(curl / an SDK)\n+---+\n",
        "curl http://localhost:8080/v1/chat/completions → one / another / a third\n",
    ],
)
def test_the_name_of_a_client_in_a_drawing_is_no_command(text: str) -> None:
    role = only(f"```\n{text}```\n")
    assert (role.kind, role.reason) == ("other", "a diagram")


@pytest.mark.parametrize(
    "text",
    [
        "# ─── set up ───\n# ─── more ───\n# ─── ask ───\ncurl https://api.example.com/v1/models\n",
        "# ─── set up ───\n# ─── ask ───\nimport requests\nrequests.get('https://api.example.com/v1/models')\n",
        "curl https://api.example.com/v1/models -H 'x-way: a → b'\n",
        "curl https://api.example.com/v1/models\n→ lists them\n",
        'table = """\n| a | b |\n|---|---|\n| 1 | 2 |\n"""\nimport requests\nrequests.get("https://api.example.com/v1/models")\n',
    ],
)
def test_a_program_with_lines_in_its_remarks_or_texts_is_one(text: str) -> None:
    assert only(f"```\n{text}```\n").kind == "sample"


def test_a_program_that_holds_an_arrow_is_no_diagram() -> None:
    assert only("```\ncurl https://api.example.com/v1/models  # → all of them\n```\n").kind == "sample"


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("Hello there, you", True),
        ("Error: Rate limit exceeded", True),
        ("maker [OPTIONS] COMMAND [ARGS]...\n\nOptions:\n  --port <PORT>  where it listens [8080]", True),
        ("GET  /v1/models  - all of them\nPOST /v1/chat/completions  - one answer", True),
        ("INFO  asked: model=m, tokens=7\n2026-01-02 10:00:00 done {\n[DEBUG] call(x)", True),
        ("INFO  asked\nclient.ask(model)", False),
        ("model: m\nmessages: none", False),
        ("class Answer:", False),
        ("base = https://api.example.com", False),
        ('print "hello"', False),
        ("pip install maker\nmaker serve", False),
        ("docker run maker", False),
        ('client.chat.create "gpt-4", "Hello"', False),
        ("Address: https://api.example.com/v1", False),
    ],
)
def test_text_in_which_nothing_reads_as_code_is_told_and_not_warned_of(text: str, is_prose: bool) -> None:
    role = only(f"```\n{text}\n```\n")
    reason = (
        "text in which nothing reads as code"
        if is_prose
        else "no language is named, and the text reads as none that is"
    )
    assert (role.kind, role.reason, role.unclassified) == ("other", reason, not is_prose)


def test_signatures_alone_are_not_tried() -> None:
    shown = "def ask(kind: Literal['a'] = 'a'): ...\n"
    asks = "import requests\nrequests.post('https://api.example.com/v1/chat/completions', json=ask())\n"
    below = f"```python\n{asks}```\n"
    assert roles(f"```python\n{shown}```\n", below)[0].tried == ""
    assert roles(f"```python\n{shown.replace('...', 'return 1')}```\n", below)[0].tried == "part"


def test_an_entry_of_bibtex_is_a_citation() -> None:
    role = only("```\n@misc{own2025, title={Own}, url={https://api.example.com/v1/chat}}\n```\n")
    assert (role.kind, role.reason, role.unclassified) == ("other", "a citation (BibTeX)", False)
    assert only("```\n@misc(own)\nclass A(B):\n  c = d(\n```\n").unclassified


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("conda activate own\npip install openai==2.0.0\n", "install"),
        ("pip install openai\nscript: a\n", "other"),
        ("- pip install openai\n", "other"),
        ("own serve a\n", "other"),
    ],
)
def test_commands_that_install_are_that_where_a_tag_names_a_configuration(text: str, kind: str) -> None:
    (role,) = roles(f"```yaml\n{text}```\n")
    assert (role.kind, role.contradicted) == (kind, kind == "install")
    (untagged,) = roles(f"```\n{text}```\n")
    assert not untagged.contradicted
    (makefile,) = roles("```makefile\nsetup:\n\tpip install openai\n```\n")
    assert not makefile.contradicted
