"""Real clients, unmodified, reach the door whatever host and port they ask for, with TLS verified."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from aswritten.languages import Environment
    from languages.conftest import OpenDoor

_CREATE_PYTHON = 'chat.completions.create(model="m", messages=[])'
_CREATE_NODE = 'chat.completions.create({ model: "m", messages: [] })'


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://api.example.com/v1/x", "https api.example.com /v1/x"),
        ("http://localhost:8000/v1/x", "http localhost:8000 /v1/x"),
        ("https://127.0.0.1:1234/x", "https 127.0.0.1:1234 /x"),
        ("localhost:8080/v1/x", "http localhost:8080 /v1/x"),
    ],
)
def test_curl(door: OpenDoor, shell: Environment, url: str, asked: str) -> None:
    run = door.run("curl", f"curl -sS {url} -d '{{}}'\n", shell)
    assert (run.exit_code, run.stderr, door.asked) == (0, b"", [asked])
    assert b"Hello" in run.stdout


def test_a_shell_sample_may_call_python_and_node(door: OpenDoor, python: Environment) -> None:
    source = """
python -c 'import urllib.request as r; print(r.urlopen("https://by-python.example/").status)'
node -e 'fetch("https://by-node.example/").then((r) => console.log(r.status))'
"""
    run = door.run("curl", source, python)
    assert (run.stdout, run.stderr) == (b"200\n200\n", b"")
    assert door.asked == ["https by-python.example /", "https by-node.example /"]


def test_openai_for_python(door: OpenDoor, python: Environment) -> None:
    source = f"""
from openai import OpenAI
client = OpenAI(base_url="https://api.example.com/v3/openai", api_key="k")
print(client.{_CREATE_PYTHON}.choices[0].message.content)
for chunk in client.{_CREATE_PYTHON.replace(")", ", stream=True)")}:
    print(chunk.choices[0].delta.content, end="|")
"""
    run = door.run("python", source, python)
    assert (run.stdout, run.exit_code) == (b"Hello\nHel|lo|", 0), run.stderr
    assert door.asked == ["https api.example.com /v3/openai/chat/completions"] * 2


def test_asynchronous_openai_for_python(door: OpenDoor, python: Environment) -> None:
    source = f"""
import asyncio
from openai import AsyncOpenAI
async def main():
    client = AsyncOpenAI(base_url="http://0.0.0.0:4000", api_key="k")
    answers = await asyncio.gather(*(client.{_CREATE_PYTHON} for _ in range(3)))
    print([answer.choices[0].message.content for answer in answers])
asyncio.run(main())
"""
    run = door.run("python", source, python)
    assert run.stdout == b"['Hello', 'Hello', 'Hello']\n", run.stderr
    assert door.asked == ["http 0.0.0.0:4000 /chat/completions"] * 3


@pytest.mark.parametrize(
    "source",
    [
        'import requests; print(requests.post("https://a.example/x", json={}).status_code)',
        'import httpx; print(httpx.post("https://a.example/x", json={}).status_code)',
        'import urllib.request as r; print(r.urlopen("https://a.example/x", b"{}").status)',
        'import http.client as c; h = c.HTTPSConnection("a.example"); h.request("POST", "/x", "{}"); print(h.getresponse().status)',
        """
import asyncio, aiohttp
async def main():
    async with aiohttp.ClientSession() as session, session.post("https://a.example/x", json={}) as answer:
        print(answer.status)
asyncio.run(main())
""",
    ],
    ids=["requests", "httpx", "urllib", "http.client", "aiohttp"],
)
def test_http_clients_for_python(door: OpenDoor, python: Environment, source: str) -> None:
    run = door.run("python", source, python)
    assert run.stdout == b"200\n", run.stderr
    assert door.asked == ["https a.example /x"]


def test_an_address_of_ipv6_is_led_too(door: OpenDoor, python: Environment) -> None:
    run = door.run("python", 'import urllib.request as r; print(r.urlopen("http://[::1]:99/x").status)', python)
    assert (run.stdout, door.asked) == (b"200\n", ["http [::1]:99 /x"]), run.stderr


@pytest.mark.parametrize(
    "attempt",
    [
        'import _socket; _socket.socket().connect(("192.0.2.1", 80))',
        'import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))',
        'import _socket; _socket.getaddrinfo("example.com", 80)',
        'import _socket; _socket.gethostbyname("example.com")',
    ],
    ids=["socket of the C library", "datagram", "lookup", "old lookup"],
)
def test_python_refuses_what_is_not_led(door: OpenDoor, python: Environment, attempt: str) -> None:
    run = door.run("python", attempt, python)
    assert run.exit_code == 1
    assert b"PermissionError: [Errno 13] nothing but the recordings can be reached" in run.stderr


def test_a_sitecustomize_of_the_environment_still_runs(door: OpenDoor, python: Environment) -> None:
    source = """
import os, pathlib, subprocess, sys
pathlib.Path("sitecustomize.py").write_text("print('theirs')")
again = "import sys, socket; print(socket.gethostbyname('x.example'), sys.modules['sitecustomize'].__file__)"
os.environ["PYTHONPATH"] += os.pathsep + os.getcwd()
subprocess.run([sys.executable, "-c", again])
print([entry for entry in sys.path if "a \\"folder" in entry])
"""
    run = door.run("python", source, python)
    theirs, led, own_path = run.stdout.decode().splitlines()
    assert theirs == "theirs"
    assert led.startswith("127.0.0.1 ")
    assert led.endswith("/work/sitecustomize.py")
    assert own_path == "[]"


@pytest.mark.parametrize(
    ("source", "tag"),
    [
        (
            f'import OpenAI from "openai";\nconst client = new OpenAI(OPTIONS);\nPRINT(await client.{_CREATE_NODE});',
            "js",
        ),
        (f'const OpenAI = require("openai");\nnew OpenAI(OPTIONS).{_CREATE_NODE}.then((it) => PRINT(it));', "js"),
        (
            f'import OpenAI from "openai";\nenum E {{ A }}\nconst client: OpenAI = new OpenAI(OPTIONS);\nPRINT((await client.{_CREATE_NODE})!);',
            "ts",
        ),
    ],
    ids=["module", "CommonJS", "TypeScript"],
)
def test_openai_for_node(door: OpenDoor, node: Environment, source: str, tag: str) -> None:
    source = source.replace("OPTIONS", '{ baseURL: "https://api.example.com/v1", apiKey: "k" }')
    source = source.replace("PRINT(", "((it) => console.log(it.choices[0].message.content))(")
    run = door.run("node", source, node, tag=tag)
    assert run.stdout == b"Hello\n", run.stderr
    assert door.asked == ["https api.example.com /v1/chat/completions"]


@pytest.mark.parametrize(
    "source",
    [
        'console.log((await fetch("https://a.example/x", { method: "POST", body: "{}" })).status);',
        'import axios from "axios"; console.log((await axios.post("https://a.example/x", {})).status);',
        'const axios = require("axios"); axios.post("https://a.example/x", {}).then((it) => console.log(it.status));',
        'import https from "node:https"; https.get("https://a.example/x", (it) => { console.log(it.statusCode); it.resume(); });',
        'import tls from "node:tls";\n'
        'const s = tls.connect(443, "a.example", { servername: "a.example" }, () => s.write("GET /x HTTP/1.1\\r\\nHost: a.example\\r\\n\\r\\n"));\n'
        's.once("data", (it) => { console.log(String(it).split(" ")[1]); s.destroy(); });',
    ],
    ids=["fetch", "axios", "axios, required", "https", "tls.connect(port, host)"],
)
def test_http_clients_for_node(door: OpenDoor, node: Environment, source: str) -> None:
    run = door.run("node", source, node)
    assert run.stdout == b"200\n", run.stderr
    assert door.asked == ["https a.example /x"]


def test_node_refuses_datagrams(door: OpenDoor, node: Environment) -> None:
    source = 'import d from "node:dgram"; d.createSocket("udp4").send("x", 53, "192.0.2.1", (e) => { console.log(e.code); process.exit(); });'
    assert door.run("node", source, node).stdout == b"EACCES\n"


def test_a_certificate_that_nobody_signed_is_refused(door: OpenDoor, shell: Environment, python: Environment) -> None:
    # Verification stays on: without the door's authority the very same connections fail.
    distrusting = {**door.environ, "SSL_CERT_FILE": "/dev/null", "CURL_CA_BUNDLE": "/dev/null"}
    door_without = type(door)(door.door, distrusting)
    run = door_without.run("curl", "curl -sS --cacert /dev/null https://a.example/x\n", shell)
    assert run.exit_code in (60, 77), run.stderr
    run = door_without.run("python", 'import urllib.request as r; r.urlopen("https://a.example/x")', python)
    assert b"CERTIFICATE_VERIFY_FAILED" in run.stderr
