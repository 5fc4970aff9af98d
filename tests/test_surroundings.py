"""What a sample has around it: variables, files and somebody who types, by what its source wants and its page tells."""

from __future__ import annotations

import io
import json
import struct
import wave
from typing import TYPE_CHECKING

import pytest

from aswritten import classify, languages, pages
from aswritten.model import Block, Page, Sample
from aswritten.stand_ins import stand_in
from aswritten.surroundings import Assumed, assume

if TYPE_CHECKING:
    from pathlib import Path


def page_of(*blocks: tuple[str, str], prose: str = "") -> Page:
    return Page(
        "page.md",
        prose + "".join(f"```{info}\n{text}```\n" for info, text in blocks),
        tuple(
            Block("page.md", index, 10 * index + 1, 10 * index + 2, text, info=info, tag=info.partition(" ")[0])
            for index, (info, text) in enumerate(blocks)
        ),
    )


def assumed(
    language: str, text: str, *others: tuple[str, str], prose: str = "", given: tuple[str, ...] = ()
) -> Assumed:
    page = page_of((language, text), *others, prose=prose)
    return assume(page, Sample(page.blocks[0], language), languages.by_name(language), given)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'import os\nkey = os.environ["API_KEY"]\n'),
        ("python", 'import os\nkey = os.environb[b"API_KEY"]\n'),
        ("python", 'from os import environ\nkey = environ.get("API_KEY")\n'),
        ("python", 'import os\nkey = os.getenv("API_KEY", "")\n'),
        ("python", 'import os\nkey = os.getenv("API_KEY")\nos.environ["API_KEY"] = key\n'),
        ("python", 'import os\nif os.getenv("API_KEY"):\n    print("found")\n'),
        ("node", "const key = process.env.API_KEY;\n"),
        ("node", 'const key = process.env["API_KEY"] || "";\n'),
        ("node", "const key = process.env.API_KEY ?? undefined;\n"),
        ("node", "const { API_KEY } = process.env;\n"),
        ("curl", 'curl -H "Authorization: Bearer $API_KEY" https://api.example.com/v1/models\n'),
        ("curl", 'curl -H "Authorization: Bearer ${API_KEY}" https://api.example.com/v1/models\n'),
    ],
)
def test_a_variable_that_the_source_reads_is_given_and_told(language: str, text: str) -> None:
    found = assumed(language, text)
    assert found.variables == (("API_KEY", "dummy"),)
    assert found.told == ("API_KEY=dummy",)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'import os\nurl = os.getenv("BASE_URL", "http://localhost:8000")\n'),
        ("python", 'import os\nurl = os.getenv("BASE_URL") or "http://localhost:8000"\n'),
        ("python", 'import os\nos.environ["BASE_URL"] = "a"\nprint(os.environ["BASE_URL"])\n'),
        ("python", 'import os\nif os.getenv("RUNS_ELSEWHERE"):\n    from elsewhere import userdata\n'),
        ("node", 'const url = process.env.BASE_URL ?? "http://localhost:8000";\n'),
        ("node", 'process.env.BASE_URL = "a";\nconsole.log(process.env.BASE_URL);\n'),
        ("curl", 'BASE_URL=a\ncurl "$BASE_URL"\n'),
        ("curl", 'curl "${BASE_URL:-http://localhost:8000}"\n'),
        ("curl", 'for name in a b; do curl "https://api.example.com/$name"; done\n'),
    ],
)
def test_a_variable_that_the_source_sets_or_has_a_default_for_is_not(language: str, text: str) -> None:
    assert assumed(language, text).variables == ()


def test_what_the_page_or_the_settings_give_is_not_assumed() -> None:
    assert assumed("python", 'import os\nos.environ["API_KEY"]\n', given=("API_KEY",)) == Assumed()


def test_a_base_url_is_the_one_that_the_page_names() -> None:
    text = 'curl "$BASE_URL/chat/completions" "http://$API_HOST:$API_PORT"\n'
    other = ("python", 'url = "https://llm.example.org:8443/openai/v1/chat/completions"\n')
    assert dict(assumed("curl", text, other).variables) == {
        "API_HOST": "llm.example.org",
        "API_PORT": "8443",
        "BASE_URL": "https://llm.example.org:8443/openai/v1",
    }


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("$PROXY/v1/models", "https://api.example.com"),
        ('"${RELAY}/openai/chat/completions"', "https://api.example.com/v1"),
        ("$RELAY/status", "dummy"),
        ("-d @$RELAY/v1", "dummy"),
        ("-o $RELAY/models https://api.example.com", "dummy"),
        ("https://api.example.com; ls $RELAY/models", "dummy"),
        ("$RELAY/models.json", "dummy"),
    ],
)
def test_what_stands_in_front_of_an_endpoint_is_a_base_url_whatever_its_name(word: str, value: str) -> None:
    assert [given for _, given in assumed("curl", f"curl {word}\n").variables] == [value]


def test_a_host_and_a_port_without_quotes_are_both_given() -> None:
    assert dict(assumed("curl", "curl http://$HOST:$PORT/v1/models\n").variables) == {
        "HOST": "api.example.com",
        "PORT": "443",
    }


def test_a_model_is_named() -> None:
    assert assumed("python", 'import os\nos.environ["CHAT_MODEL"]\n').variables == (("CHAT_MODEL", "model-a"),)


def test_a_proxy_is_left_unset() -> None:
    assert assumed("python", 'import os\nos.environ.get("HTTPS_PROXY")\n') == Assumed()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", "from openai import OpenAI\nclient = OpenAI()\n"),
        ("node", 'import OpenAI from "openai";\nnew OpenAI();\n'),
    ],
)
def test_the_key_that_a_client_reads_by_itself_is_given(language: str, text: str) -> None:
    assert assumed(language, text).variables == (("OPENAI_API_KEY", "dummy"),)


def test_no_key_is_given_to_a_client_of_another_server_on_a_page_that_does_not_speak_of_it() -> None:
    text = 'from openai import OpenAI\nclient = OpenAI(base_url="http://localhost:8000/v1")\n'
    assert assumed("python", text) == Assumed()
    assert assumed("python", text, prose="Set OPENAI_API_KEY.").variables == (("OPENAI_API_KEY", "dummy"),)


@pytest.mark.parametrize(
    ("url", "prose", "is_given"),
    [
        ("http://localhost:8080/v1", "It stands before https://api.openai.com.", True),
        ("http://localhost:8080/v1", "It stands before https://api.other.example.", False),
        ("http://localhost:8080/v1", "API keys pass through it as they are.", True),
        ("http://localhost:8080/v1", "It forwards your API key to the provider.", True),
        ("http://localhost:8080/v1", "It needs no API keys.", False),
        ("https://proxy.example/v1", "API keys are passed through.", False),
        ("http://localhost:8080/v1", "It speaks as https://api.openai.com does. No key is needed.", False),
        ("https://llm.example.com/v1", "Use it in place of https://api.openai.com.", False),
    ],
)
def test_a_server_of_the_readers_that_stands_before_the_vendors_gets_the_key_for_that(
    url: str, prose: str, *, is_given: bool
) -> None:
    text = f'from openai import OpenAI\nclient = OpenAI(base_url="{url}")\n'
    assert assumed("python", text, prose=prose).variables == ((("OPENAI_API_KEY", "dummy"),) if is_given else ())


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'data = open("images/cat.png", "rb").read()\n'),
        ("python", 'image_path = "./images/cat.png"\n'),
        ("curl", "head -c 10 images/cat.png | curl -d @- https://api.example.com/v1/files\n"),
        ("node", 'import fs from "fs";\nconst data = fs.readFileSync("images/cat.png");\n'),
        ("curl", "curl -F file=@images/cat.png https://api.example.com/v1/files\n"),
        ("curl", "curl --form 'file=@\"images/cat.png\"' https://api.example.com/v1/files\n"),
        ("curl", 'curl -d "$(base64 images/cat.png)" https://api.example.com/v1/files\n'),
    ],
)
def test_a_file_that_the_source_reads_has_a_stand_in(language: str, text: str) -> None:
    found = assumed(language, text)
    assert found.files == (("images/cat.png", stand_in("cat.png")),)
    assert found.told == ("images/cat.png (a stand-in)",)


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ('texts = [one.read_text() for one in Path("notes").glob("*.md")]\n', ["notes/example.md"]),
        ('for one in glob.glob("notes/**/*.md", recursive=True):\n    print(one)\n', ["notes/example.md"]),
        ('names = os.listdir("notes")\n', ["notes/example.txt"]),
        ('names = list(Path("notes").iterdir())\n', ["notes/example.txt"]),
        ('names = list(Path(folder).glob("*.md"))\n', ["example.md"]),
        ('open("notes/a.md", "w").write("a")\nnames = os.listdir("notes")\n', []),
        ("names = list(folder.iterdir())\n", []),
        ('folder = Path("out")\nfolder.mkdir()\nnames = os.listdir("out")\n', []),
        ('open("notes.json", "w").write("1")\nnames = glob.glob("*.json")\n', []),
        ('nodes = ast.walk("code")\n', []),
        ('names = list(client.files("abc").iterdir())\n', []),
    ],
)
def test_a_folder_whose_files_are_gone_through_has_one(text: str, files: list[str]) -> None:
    assert [path for path, _ in assumed("python", text).files] == files


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("python", 'open("cat.png", "wb").write(b"")\n'),
        ("python", 'answer.stream_to_file("speech.mp3")\n'),
        ("node", 'fs.writeFileSync("cat.png", data);\n'),
        ("node", 'import tool from "./tool.json";\n'),
        ("curl", "curl https://api.example.com/v1/files -o cat.png\n"),
        ("curl", "curl https://api.example.com/v1/files > cat.png\n"),
        ("python", 'url = "https://example.com/cat.png"\n'),
        ("python", 'open("/home/me/cat.png", "rb")\n'),
    ],
)
def test_a_file_that_it_writes_imports_or_has_elsewhere_has_none(language: str, text: str) -> None:
    assert assumed(language, text).files == ()


def test_a_file_that_the_page_shows_is_what_it_shows() -> None:
    shown = ('json title="body.json"', '{"model": "model-a"}\n')
    found = assumed("curl", "curl -d @body.json https://api.example.com/v1/chat/completions\n", shown)
    assert found.files == (("body.json", b'{"model": "model-a"}\n'),)
    assert found.told == ("body.json (of line 11)",)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"model": "model-a"}\n', True),
        ('// body.json\n{"model": "model-a"}\n', True),
        ('"model": "model-a"}\n', False),
        ("python3 make.py > body.json\n", False),
        ("python3 -c \"open('body.json', 'w').write('{}')\"\n", False),
    ],
)
def test_commands_under_the_name_of_a_json_file_are_not_its_text(text: str, shown: bool) -> None:
    found = assumed(
        "curl", "curl -d @body.json https://api.example.com/v1/chat/completions\n", ('sh title="body.json"', text)
    )
    assert (dict(found.files).get("body.json") == text.encode()) is shown


@pytest.mark.parametrize(
    ("language", "text", "info", "path"),
    [
        ("python", "from tools import search\nsearch()\n", 'python title="tools.py"', "tools.py"),
        ("python", "import own.tools\n", "python own/tools.py", "own/tools.py"),
        ("node", 'import "./setup.js";\n', 'js title="setup.js"', "setup.js"),
    ],
)
def test_a_module_that_the_page_shows_is_what_it_shows(language: str, text: str, info: str, path: str) -> None:
    found = assumed(language, text, (info, "shown = 1\n"))
    assert found.files == ((path, b"shown = 1\n"),)
    assert found.told == (f"{path} (of line 11)",)


@pytest.mark.parametrize(("info", "files"), [('bash title="pipe"', 0), ('js title="pipe"', 1)])
def test_commands_under_the_name_of_a_module_are_none(info: str, files: int) -> None:
    found = assumed("node", 'import { a } from "./pipes/pipe";\n', (info, "npx maker\n"))
    assert len([path for path, _ in found.files if path.startswith("pipes")]) == files


@pytest.mark.parametrize(
    ("text", "shown", "path"),
    [
        ('import { a } from "./config.js";\n', "// config.js\nexport const a = 1;\n", "config.js"),
        ('import { a } from "./config.js";\n', "// File: src/config.js (shared)\nexport const a = 1;\n", "config.js"),
        ('import { a } from "./config";\n', "// config.ts\nexport const a = 1;\n", "config.ts"),
        ('import { a } from "./config.js";\n', "/* config.ts */\nexport const a = 1;\n", "config.ts"),
    ],
)
def test_a_module_is_shown_by_a_remark_on_its_first_line(text: str, shown: str, path: str) -> None:
    found = assumed("node", text, ("ts", shown))
    package = ("package.json", b'{"type": "module"}\n')
    assert found.files == ((path, shown.encode()), package)


def test_what_a_remark_mentions_is_no_file() -> None:
    found = assumed("python", "import tools\n", ("python", "# see tools.py for more\nshown = 1\n"))
    assert found.files == ()


def test_what_a_module_of_the_page_reads_is_given_too() -> None:
    shown = "# settings.py\nimport os\nKEY = os.environ['MAKER_API_KEY']\n"
    assert assumed("python", "from settings import KEY\n", ("python", shown)).variables == (("MAKER_API_KEY", "dummy"),)


def test_a_record_that_stands_in_has_what_the_sample_takes_of_one() -> None:
    table = "import csv\nfor row in csv.DictReader(open('in.csv')):\n    print(row['question'], row['name'])\n"
    assert assumed("python", table).files == (("in.csv", b"name,value,question\na,1,Hello\n"),)
    lines = "import json\nfor line in open('in.jsonl'):\n    print(json.loads(line)['prompt'])\n"
    ((path, content),) = assumed("python", lines).files
    assert (path, json.loads(content)["prompt"]) == ("in.jsonl", "Hello")


@pytest.mark.parametrize(
    "text", ["client = OpenAI(\n    # api_key='…',\n)\n", "new OpenAI({\n  // apiKey: 'x',\n});\n"]
)
def test_a_key_that_a_remark_speaks_of_is_not_passed(text: str) -> None:
    language = "python" if "client" in text else "node"
    begin = "from openai import OpenAI\n" if language == "python" else "import OpenAI from 'openai';\n"
    assert assumed(language, begin + text).variables == (("OPENAI_API_KEY", "dummy"),)


@pytest.mark.parametrize(
    ("language", "text", "info", "shown"),
    [
        ("node", 'import ".//tmp/outside.mjs";\n', 'js title="outside.mjs"', "shown = 1\n"),
        ("node", 'import "./../../outside.mjs";\n', 'js title="outside.mjs"', "shown = 1\n"),
        ("python", "import openai\n", 'python title="openai.py"', "shown = 1\n"),
        ("python", "import ours\n", 'python title="ours.py"', "from ours import more\n"),
    ],
)
def test_what_lies_elsewhere_or_is_a_package_is_no_module_of_the_page(
    language: str, text: str, info: str, shown: str
) -> None:
    assert {path for path, _ in assumed(language, text, (info, shown)).files} <= {"tmp/outside.mjs"}


def test_a_loop_that_asks_is_answered_and_left() -> None:
    text = 'while (text := input()) != "quit":\n    print(text)\n'
    assert assumed("python", text).typed == b"Hello!\nquit\n"
    assert assumed("python", 'name = input("Name: ")\n').typed == b"Hello!\n"


def test_stand_ins_are_what_their_suffixes_say() -> None:
    png = stand_in("a.png") or b""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (16, 16)
    assert (stand_in("a.JPG") or b"")[:3] == b"\xff\xd8\xff"
    pdf = stand_in("a.pdf") or b""
    assert pdf.startswith(b"%PDF-1.")
    assert (pdf.count(b"/Type /Page "), pdf.count(b" 00000 n ")) == (6, 8)
    with wave.open(io.BytesIO(stand_in("a.wav") or b"")) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (8000, 800)
    assert json.loads(stand_in("a.jsonl") or b"")["method"] == "POST"
    assert stand_in("a.exe") is None


def test_variables_in_a_block_of_their_own_are_given_to_the_samples_after_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text('```env\nBASE_URL=http://localhost:4000/v1\nKEY="a b"\n```\n', encoding="utf-8")
    (role,) = classify.classify(pages.read_page(page, "page.md"))
    assert dict(role.variables) == {"BASE_URL": "http://localhost:4000/v1", "KEY": "a b"}


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        ("Enter the path of an image: ", b"image.png\n"),
        ("Audio file: ", b"audio.wav\n"),
        ("Which file? ", b"file.txt\n"),
        ("You: ", b"Hello!\n"),
    ],
)
def test_one_who_is_asked_for_a_file_names_a_stand_in(prompt: str, typed: bytes) -> None:
    found = assumed("python", f"path = input({prompt!r})\n")
    assert found.typed == typed
    assert [name.encode() + b"\n" for name, _ in found.files] == ([] if typed == b"Hello!\n" else [typed])


def test_a_file_that_a_shell_block_writes_is_what_it_writes() -> None:
    shown = ("shell", 'cat <<EOF > "./body.json"\n{"model": "a"}\nEOF\n')
    found = assumed("curl", "curl -d @./body.json https://api.example.com/v1/chat/completions\n", shown)
    assert found.files == (("body.json", b'{"model": "a"}\n'),)


def test_what_is_no_name_of_a_variable_is_read_as_a_name_all_the_same() -> None:
    found = assumed("python", 'import os\nkey = os.environ["KEY("]\n', ("bash", "export OTHERS=1\n"), given=("OTHERS",))
    assert dict(found.variables).keys() == {"KEY("}


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("curl http://${host_ip}:${PORT}/v1/models\n", {"host_ip", "PORT"}),
        ("curl http://$host_ip/v1/models\n", {"host_ip"}),
        ("host_ip=127.0.0.1; curl http://$host_ip/v1/models\n", set()),
        ("for host in a b; do curl http://$host/v1/models; done\n", set()),
        ("curl http://localhost/v1/$model\n", set()),
    ],
)
def test_a_variable_for_the_host_of_a_url_is_given_in_lower_case_too(command: str, given: set[str]) -> None:
    found = dict(assumed("curl", command).variables)
    assert found.keys() == given
    assert found.get("host_ip", "api.example.com") == "api.example.com"


@pytest.mark.parametrize(
    ("set_up", "prose", "given"),
    [
        ("export MAKER_OPAI_ENDPOINT=https://api.example.com\n", "", False),
        ("export MAKER_OPAI_ENDPOINT=https://api.example.com\n", "Set MAKER_OPENAI_ENDPOINT=… first.\n", True),
        ("export MAKER_OPAI_ENDPOINT=https://api.example.com\n", "Others have it in `MAKER_OPENAI_ENDPOINT`.\n", True),
        ("export MAKER_OPENAI_ENTRANCE=https://api.example.com\n", "", True),
        ("export MAKER_OPAI_ENDPOINT=https://api.example.com\necho $MAKER_OPAI_ENDPOINT\n", "", True),
        ("export MAKER_OTHER_ENDPOINT=https://api.example.com\n", "", True),
        ("export MAKER_OPENAI_ENDPOINT1=https://api.example.com\n", "", True),
    ],
)
def test_a_variable_that_its_page_sets_under_another_name_by_a_slip_is_not_given(
    set_up: str, prose: str, given: bool
) -> None:
    source = 'import os\nurl = os.environ["MAKER_OPENAI_ENDPOINT"]\n'
    name = set_up.split("=", maxsplit=1)[0].removeprefix("export ")
    found = assumed("python", source, ("bash", set_up), prose=prose, given=(name,))
    assert ("MAKER_OPENAI_ENDPOINT" in dict(found.variables)) is given


def test_a_client_of_nothing_reads_the_key_of_its_vendor() -> None:
    assert assumed("python", "from vendor import AsyncVendor\nAsyncVendor()\n").variables == (
        ("VENDOR_API_KEY", "dummy"),
    )
    assert (
        assumed("python", "from vendor import AsyncVendor\nAsyncVendor(token_provider=DefaultVendorIdentity())\n")
        == Assumed()
    )
    wrapped = "from vendor import Vendor\nwrap(Vendor(), token='t', base_url='https://api.other.example')\n"
    assert assumed("python", wrapped).variables == (("VENDOR_API_KEY", "dummy"),)
    assert assumed("python", "from vendor import Session\nSession()\n") == Assumed()


@pytest.mark.parametrize(
    ("source", "given"),
    [
        ("client = Service()\n", True),
        ("client = Service(key='k')\n", True),
        ("client = Service(api_key='k')\n", False),
        ("client = Other(api_key='k')\nclient.service()\n", True),
        ("client = Service(base_url='https://api.other.example/v1')\n", False),
        ("client = Service(base_url='https://api.service.example/v1')\n", True),
        ("client = wrap(Service(), token='t', base_url='https://api.other.example')\n", True),
    ],
)
def test_what_a_client_says_it_misses_is_given_where_its_key_was_not_to_be_another(source: str, given: bool) -> None:
    page = page_of(("python", source))
    missed = frozenset({"SERVICE_API_KEY"})
    found = assume(page, Sample(page.blocks[0], "python"), languages.by_name("python"), (), missed)
    assert found.variables == ((("SERVICE_API_KEY", "dummy"),) if given else ())


@pytest.mark.parametrize(
    ("words", "given"), [("It forwards to https://api.service.example.", True), ("It answers by itself.", False)]
)
def test_what_a_client_says_it_misses_is_given_where_its_server_stands_before_the_vendors(
    words: str, given: bool
) -> None:
    page = page_of(("python", "client = Service(api_base='http://localhost:8000')\n"), prose=words)
    missed = frozenset({"SERVICE_API_KEY"})
    found = assume(page, Sample(page.blocks[0], "python"), languages.by_name("python"), (), missed)
    assert found.variables == ((("SERVICE_API_KEY", "dummy"),) if given else ())


def test_what_a_client_says_it_misses_is_given_where_the_page_has_it_set() -> None:
    page = page_of(("python", "client = OwnService(api_key='k')\n"), ("bash", "export SERVICE_API_KEY=sk\n"))
    missed = frozenset({"SERVICE_API_KEY"})
    found = assume(page, Sample(page.blocks[0], "python"), languages.by_name("python"), (), missed)
    assert found.variables == (("SERVICE_API_KEY", "dummy"),)
