"""JavaScript and TypeScript samples, read."""

from __future__ import annotations

import pytest

from aswritten.languages import node
from aswritten.model import Block

_CLIENT = 'import OpenAI from "openai";\nconst client = new OpenAI();\n'
_CREATE = "client.chat.completions.create({})"


@pytest.mark.parametrize(
    "text",
    [
        _CLIENT + f"await {_CREATE};\n",
        f"const r = await {_CREATE};\n",
        'const r = await fetch("https://a");\n',
        'import axios from "axios";\naxios.post("https://a");\n',
        'const axios = require("axios");\naxios({ url: "x" });\n',
        'const { request } = require("https");\nrequest("x");\n',
        'import { generateText } from "ai";\nawait generateText({});\n',
        'import { openai } from "@ai-sdk/openai";\nimport { embed } from "ai";\nawait embed({ model: openai.embedding("m"), value: "Hi" });\n',
        _CLIENT + f"async function ask() {{ await {_CREATE}; }}\nask();\n",
        _CLIENT
        + f"const ask = async () => {{ for await (const c of await {_CREATE}) {{}} }};\nask().catch(console.error);\n",
        _CLIENT + f"(async () => {{ await {_CREATE}; }})();\n",
        "const stream = await maker.chat.completions({ stream: true });\n",
        "await client\n  .chat.completions\n  .creat({});\n",
        # Nobody calls main: a mistake that the run shows.
        _CLIENT + f"async function main() {{ await {_CREATE}; }}\n",
        _CLIENT + f"async function main(question = 'Hi', ...more) {{ await {_CREATE}; }}\n",
        _CLIENT + f"async function main(/* nothing */) {{ await {_CREATE}; }}\n",
        _CLIENT + f"async function main(...more: string[]): Promise<void> {{ await {_CREATE}; }}\n",
        # Does not parse: so does this.
        _CLIENT + f"const r = await {_CREATE}\n}});\n",
    ],
)
def test_text_that_calls(text: str) -> None:
    assert node.calls_api(text)


@pytest.mark.parametrize(
    "text",
    [
        _CLIENT,
        _CLIENT + f"async function ask(question) {{ return {_CREATE}; }}\n",
        _CLIENT + f"async function main(question) {{ await {_CREATE}; }}\n",
        _CLIENT + f"const run = async question => await {_CREATE};\n",
        _CLIENT + f"export default async function handler(req, res) {{ res.json(await {_CREATE}); }}\n",
        'import fs from "node:fs";\nfs.createReadStream("x").get("y");\n',
        "console.log(Object.create(null), JSON.parse('{}'), document.createElement('p'));\n",
        "const messages = [];\n",
        'import { createOpenAI } from "@ai-sdk/openai";\nconst openai = createOpenAI({});\nconst model = openai.chat("m");\n',
    ],
)
def test_text_that_does_not_call(text: str) -> None:
    assert not node.calls_api(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("client.create({\n  model,\n  ...\n});\n", "a part is left out: `...` at line 3"),
        ("const messages = […];\n", "a part is left out: `…` at line 1"),
        ("  x();\n", "a piece of something larger: line 1 is indented"),
        ("    import A from 'a';\n  new A();\n", "a piece of something larger: line 1 is indented"),
        (
            "import A from 'a';\n\nasync (messages) => {\n  return new A().ask(messages);\n}\n",
            "a function for others to be given, by itself at line 3",
        ),
        ("import A from 'a';\nthis.client = new A();\n", "a piece of a method: `this` is set outside of one at line 2"),
        ("const x = f();\nreturn x;\n", "a piece of a function: `return` outside of one at line 2"),
        (
            "create(\n  params: Params & { stream?: false },\n): Promise<Answer>\n",
            "how a function is called, in outline: `: Promise<Answer>` at line 3",
        ),
        (
            "const a: Answer = await api.ask(client: Client, prompt: string);\n",
            "how a function is called, in outline: `client: Client` at line 1",
        ),
        ("<!doctype html>\n<html></html>\n", "markup at line 1: it runs in a page or a framework, not by itself"),
        ("const a = 1;\nrender(<App a={a} />);\n", "markup at line 2: it runs in a page or a framework, not by itself"),
        ('import OpenAI from "jsr:@x/y";\n', "written for another runtime: Node loads nothing from `jsr:`"),
        (
            'import fs from "node:fs";\nimport A from "https://esm.sh/a";\n',
            "written for another runtime: Node loads nothing from `https:`",
        ),
        (
            'import A from "a";\n// or\nconst A = require("a");\n',
            "shows two ways of one thing: `A` is declared again at line 3",
        ),
        (
            "// ESM\nimport { a } from 'a';\n\n// CommonJS\nconst { a } = require('a');\n",
            "shows two ways of one thing: `a` is declared again at line 5",
        ),
        (
            "// CommonJS\nconst { a } = require('a');\n\n// ES6\nimport { a } from 'a';\n",
            "shows two ways of one thing: `a` is declared again at line 5",
        ),
        (
            "// Without a schema\nconst a = f();\n\n// With a schema\ninterface A {}\nconst a = f<A>();\n",
            "shows two ways of one thing: `a` is declared again at line 6",
        ),
        (
            "// Without a schema\nconst a = f(1);\n\n// With a schema\nconst a = f(2);\n",
            "shows two ways of one thing: `a` is declared again at line 5",
        ),
        ("const a = f(1);\n\n// With a schema\nconst a = f(2);\n", ""),
        (
            "// One\nimport { one } from 'one';\nconst a = one('m');\n\n// Another (fast)\nimport { other } from 'other';\nconst a = other('m');\n",
            "shows two ways of one thing: `a` is declared again at line 7",
        ),
        ("// One\nconst a = one('m');\n\n// Another\nconst a = other('m');\nsay(a);\n", ""),
        ("// One\nconst a = one('m');\n\nconst a = other('m');\n", ""),
        ("// One\nconst a = await one('m');\n\n// Another\nconst a = await one('n');\n", ""),
        ("// One\nconst a = one('m');\n\n// Another\nconst b = other('m');\n", ""),
        ("// Using the client\nconst a = f(1);\nconst a = f(2);\n", ""),
        ("const { a } = { a: 1 };\n// ES6\nconst a = 2;\n", ""),
        ("import { a } from 'a';\nconst a = 1;\n", ""),
        (
            "f(1);\nconst parts: AsyncIterable<string>;\nf(parts);\n",
            "its reader has a value for `const parts: AsyncIterable<string>;` at line 2",
        ),
        ("f({ a: /* ... */ });\n", "a part is left out: `/* ... */` at line 1"),
        ("f(/* ... */);\n", "a part is left out: `/* ... */` at line 1"),
        ("const a = await f(..., {\n  b: 1,\n});\n", "a part is left out: `...` at line 1"),
        ("f([1, ..., 9]);\n", "a part is left out: `...` at line 1"),
        ("f(...a, b);\n", ""),
        ("f({ a: 1 /* a member */ });\n", ""),
        ("function g() { /* ... */ }\nf(;\n", ""),
        ("f({ a: /* ... */ });\nf(;\n", ""),
        ("let parts: AsyncIterable<string>;\nconst a: number = 1;\n", ""),
        ("const answer: string;\nanswer = await f();\n", ""),
        (
            "const parts: string[];\nf((parts) =>\nparts => parts);\n",
            "its reader has a value for `const parts: string[];` at line 1",
        ),
        (
            "import { make } from 'maker';\n\n// As it is\nconst a = make();\n\n// With settings\nconst a = make({ b: 1 });\n",
            "shows two ways of one thing: `a` is declared again at line 7",
        ),
        (
            "import type { Mail } from 'maker';\n\n// Of the agent\nasync onMail(mail: Mail) {\n  const { from } = mail;\n}\n",
            "a piece of a class: the method `onMail` at line 4",
        ),
        ("const client = new OpenAI({ baseURL: '...' });\n", "a part is left out: `baseURL: '...'` at line 1"),
        ("> const a = 1\nundefined\n", "an interactive session: line 1 begins with a prompt"),
        ("", "it is empty"),
    ],
)
def test_what_is_left_out_is_said(text: str, reason: str) -> None:
    assert node.elided(text) == reason


@pytest.mark.parametrize(
    "text",
    [
        "f({ ...options }, ...rest); // ...\nconsole.log('...');\n",
        "const client = new OpenAI(); // or { baseURL: '...' }\n",
        "(async () => {\n  await f();\n})();\nconst g = () => f();\n",
        "async () => {\n  await fetch('https://a');\n};\n",
        "await fetch('https://a');\n(a) => fetch(a);\n",
        "console.log.bind(this)(1);\n(function (root) { root.a = 1; })(this);\n",
        "class A {\n  b = this.c;\n  ask() {\n    return this.b;\n  }\n}\nfunction f() {\n  this.a = 1;\n}\n",
        # Mistakes of a whole program: the run shows them.
        "const client = new OpenAI({ apiKey: <YOUR_KEY> });\n",
        "run({\n",
        "import { make } from 'maker';\n\nasync main() {\n  await make();\n}\n",
        "async ask() {\n  await make();\n}\n\nask();\n",
        "\n    import A from 'a';\n\n    for (const b of new A()) {\n      b();\n    }\n",
        "import { make } from 'maker';\n\n// As it is\nconst a = await make();\n\n// With settings\nconst a = await make({ b: 1 });\n",
        'import A from "a";\nconst A = require("a");\n',
        'import A from "a"; // or pass it\nconst A = require("a");\n',
        '// or\nimport A from "a";\nconst b = 1;\nconst A = require("a");\n',
    ],
)
def test_a_whole_program_is_not_elided(text: str) -> None:
    assert node.elided(text) == ""


@pytest.mark.parametrize(
    ("text", "tag", "name"),
    [
        (_CLIENT, "js", "sample.mjs"),
        ("await f();\n", "javascript", "sample.mjs"),
        ("for await (const c of s) {}\n", "js", "sample.mjs"),
        ('const a = require("a");\nasync function f() { await a(); }\n', "js", "sample.cjs"),
        ("console.log(1);\n", "js", "sample.mjs"),
        ("console.log(1);\n", "ts", "sample.mts"),
        ('const a = require("a");\n', "typescript", "sample.cts"),
        ("const a: string = f();\n", "js", "sample.mts"),
        ('import b from "b";\nconst a: string = require("a");\n', "js", "sample.cts"),
        ('import b from "b";\nconst a: string = require("a");\nawait b();\n', "js", "sample.mts"),
        ('import b from "b";\nconst a = require("a");\n', "js", "sample.mjs"),
        (
            'import { createRequire } from "m";\nconst require = createRequire("/");\nconst a: A = require("a");\n',
            "ts",
            "sample.mts",
        ),
        ('import b from "b";\nconst a: A = require(import.meta.url);\n', "ts", "sample.mts"),
    ],
)
def test_the_suffix_says_the_module_kind(text: str, tag: str, name: str) -> None:
    assert node.file_name(Block("p", 0, 1, 2, text, tag=tag), text) == name


def test_a_sample_file_keeps_its_suffix() -> None:
    block = Block("a/x.cjs", 0, 1, 1, "await f();\n", tag="cjs", is_file=True)
    assert node.file_name(block, block.text) == "sample.cjs"


def test_names() -> None:
    text = """
import A, { b as c } from "x";
import * as d from "y";
const { e, f: [g], ...h } = need1;
export function i(p, { q = 1 }) { const inner = need2; return inner + p + q; }
for (const k of [1]) console.log(k, process.env.X, obj.member);
class L {}
"""
    names = node.names(text)
    assert names.defines == {"A", "c", "d", "e", "g", "h", "i", "L"}
    assert names.needs == {"need1", "need2", "obj"}


def test_names_of_typescript() -> None:
    names = node.names("enum E { A }\nfunction f(a?: string, b: T = need): void { a; b; }\ntry {} catch (e) { e; }\n")
    assert names.defines == {"E", "f"}
    assert names.needs == {"need"}


@pytest.mark.parametrize(
    "text",
    [
        "export type { One };",
        "const a = use<One | null>(null);",
        "const a = use<One & Two>();",
        "const a = use<One['part']>();",
        "const a = use<Array<One>>([]);",
        "const a = new Map<string, One | undefined>();",
        "const a = use<One[]>([]);",
    ],
)
def test_a_type_is_no_name_that_is_needed(text: str) -> None:
    assert "One" not in node.names(text).needs


@pytest.mark.parametrize(
    "text", ["use(One);", "const a = b<One && c>(1);", "if (a<One && c>(d)) use();", "export { One };"]
)
def test_a_value_is_a_name_that_is_needed(text: str) -> None:
    assert "One" in node.names(text).needs


def test_packages() -> None:
    text = """
import OpenAI from "openai/index.mjs";
import type { T } from "only-types";
import fs from "fs"; import path from "node:path"; import mine from "./mine.js"; import d from "npm:deno";
const { z } = require("@scope/name/sub");
const lazy = await import("lazy");
export * from "again";
"""
    assert node.packages(text) == ("@scope/name", "again", "lazy", "openai")


@pytest.mark.parametrize(
    ("text", "is_program"),
    [
        ("const a = 1;\n", True),
        ('{"a": 1}\n', False),
        ("data: {}\n", False),
        ("Hello there\n", False),
        ("import os\nx = 1\n", False),
    ],
)
def test_untagged_text(text: str, is_program: bool) -> None:
    assert node.is_program(text) is is_program


@pytest.mark.parametrize(
    ("stderr", "line"),
    [
        ("file:///tmp/x/sample.mjs:12\n  x(;\nSyntaxError: Unexpected token\n", 12),
        (
            "/x/node_modules/openai/a.js:9\nError: 401\n    at f (/x/a.js:1:2)\n    at run (file:///tmp/x/sample.mjs:7:5)\n    at file:///tmp/x/sample.mjs:30:1\n",
            7,
        ),
        ("    at Object.<anonymous> (/tmp/x/sample.mjs:3:1)\n", 3),
        ("/tmp/not-sample.mjs:4\n", None),
    ],
)
def test_the_failing_line(stderr: str, line: int | None) -> None:
    assert node.failing_line(stderr, "sample.mjs") == line


def test_lines_of_the_call_and_of_the_print_of_content() -> None:
    text = (
        _CLIENT
        + "console.log('start');\nconst r = await client.chat\n  .completions\n  .create({});\nconsole.log(r.usage);\nconsole.log(r.choices[0].message.content);\n"
    )
    assert (node.line_of(text, "call"), node.line_of(text, "print")) == (6, 8)
    assert node.line_of("const x = 1;\n", "call") is None
    assert node.line_of("const x = 1;\n", "print") is None


@pytest.mark.parametrize(
    ("source", "call"),
    [
        ("serve({ fetch: app.fetch, port: 3000 });", "serve"),
        ("const wss = new WebSocketServer({ port: 8080 });", "new WebSocketServer"),
        ("app.listen(3000);", "app.listen"),
        ("serve(answer);", ""),
        ("new WebSocket(url);", ""),
    ],
)
def test_a_server_is_told_by_what_it_is_made_of(source: str, call: str) -> None:
    assert node.outside(source).serves == (call, 1 if call else 0)


@pytest.mark.parametrize(
    ("text", "is_outline"),
    [
        ("const cached = make({\n  // All of them:\n  size?: number;\n  on?: (key: string) => void;\n});\n", True),
        ("const cached = make({\n  size: 3;\n});\n", False),
        ("interface Options {\n  size?: number;\n}\nmake({ size: 3;\n});\n", False),
        ("fetch('a' {\n});\nmake({\n  size?: number;\n});\n", False),
        ("make({\n  size?: number;\n  more?: {\n    key: string;\n  };\n  last?: string\n});\n", True),
    ],
)
def test_options_with_their_types_in_place_of_values_are_an_outline(text: str, is_outline: bool) -> None:
    assert ("in outline: `size?: number`" in node.elided(text)) is is_outline


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("const note = 'One<br>(two)';\nconst path = require('path');\n", ".cjs"),
        ("// foo<bar>(baz)\nimport a from 'a';\n", ".mjs"),
        ("import a from 'a';\nif (a<b && c>(d)) a();\n", ".mjs"),
        ("import a from 'a';\na<One | null>(null);\n", ".mts"),
    ],
)
def test_only_a_type_that_a_call_is_given_makes_a_program_typescript(text: str, suffix: str) -> None:
    block = Block("page.md", 0, 1, 2, text, tag="js")
    assert node.file_name(block, text) == f"sample{suffix}"
