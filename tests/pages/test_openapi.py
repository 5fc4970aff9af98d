"""OpenAPI documents: code samples to blocks, from YAML and JSON."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
import yaml

from aswritten.errors import UsageError
from aswritten.pages import openapi

PAGE = dedent("""\
    openapi: 3.1.0
    info: {title: Our API}
    paths:
      /v1/chat/completions:
        parameters: []
        post:
          summary: Chat
          description: |
            Says something.

            In any language:
          x-codeSamples:
            - lang: Shell
              label: cURL
              source: |
                curl x \\
                  -d y

                # done
            - lang: Python
              source: "import x\\nprint(x)"
      /v1/models:
        get:
          x-code-samples:
            - {lang: JavaScript, source: fetch(x)}
        delete:
          summary: No samples
    webhooks:
      done:
        post:
          x-codeSamples:
            - source: a
    """)


def test_each_sample_is_a_block_with_its_lines() -> None:
    blocks = openapi.read("api.yaml", PAGE)
    assert [(block.line, block.first_line, block.text) for block in blocks] == [
        (13, 16, "curl x \\\n  -d y\n\n# done\n"),
        (20, 21, "import x\nprint(x)\n"),
        (25, 25, "fetch(x)\n"),
        (32, 32, "a\n"),
    ]
    assert [(block.tag, block.info) for block in blocks] == [
        ("shell", "Shell cURL"),
        ("python", "Python"),
        ("javascript", "JavaScript"),
        ("", ""),
    ]
    assert [blocks[1].page_line(number) for number in (1, 2)] == [21, 21]


def test_operations_are_headings_and_their_samples_alternatives() -> None:
    blocks = openapi.read("api.yaml", PAGE)
    assert [block.headings[1:] for block in blocks] == [("Chat",), ("Chat",), ("GET /v1/models",), ("POST done",)]
    assert blocks[0].headings[0] == "Our API"
    assert blocks[0].prose.endswith("Chat\n\nSays something.\n\nIn any language:")
    assert blocks[0].group == blocks[1].group != ""
    assert blocks[0].tab != blocks[1].tab
    assert blocks[2].group == ""


@pytest.mark.parametrize("indent", [None, 2])
def test_json_is_read_alike(indent: int | None) -> None:
    page = json.dumps(yaml.safe_load(PAGE), indent=indent)
    blocks, same = openapi.read("api.json", page), openapi.read("api.yaml", PAGE)
    assert [(block.text, block.tag, block.headings, block.prose) for block in blocks] == [
        (block.text, block.tag, block.headings, block.prose) for block in same
    ]
    lines = page.split("\n")
    assert all(block.text.split("\n")[0][:6] in lines[block.first_line - 1] for block in blocks)


@pytest.mark.parametrize(("style", "numbers"), [("|", [9, 10]), (">", [9, 10]), ("|+", [9, 10]), (">-", [9, 10])])
def test_lines_of_block_scalars_are_told(style: str, numbers: list[int]) -> None:
    page = f"swagger: 2\npaths:\n  /a:\n    get:\n      x-codeSamples:\n\n      - lang: sh\n        source: {style}\n          a\n\n          b\n"
    (block,) = openapi.read("api.yml", page)
    assert block.page_line(1) == numbers[0]
    assert block.page_line(2) == numbers[1]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\n",
        "openapi: 3.0.0\n",
        "x-codeSamples: []\n",
        '{"lockfileVersion": 3}',
        "# x-codeSamples\nmatching: recorded\n",
    ],
)
def test_other_yaml_and_json_files_of_a_folder_are_no_pages(text: str) -> None:
    assert not openapi.is_page(text)


@pytest.mark.parametrize("text", [PAGE, json.dumps(yaml.safe_load(PAGE)), json.dumps(yaml.safe_load(PAGE), indent=2)])
def test_documents_with_samples_are_pages(text: str) -> None:
    assert openapi.is_page(text)


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ("matching: recorded\n", "1: expected an OpenAPI document, a map with the key `openapi` or `swagger`"),
        ("", "1: expected an OpenAPI document"),
        ("- openapi\n", "1: expected an OpenAPI document"),
        ("openapi: 3\npaths: {\n", "3: is not YAML: "),
        ("a: \x07\n", "is not YAML: "),
        (
            "a:\n" + "".join(f"{' ' * level}- \n" for level in range(300)),
            "is nested too deeply: expected at most 200 levels",
        ),
    ],
)
def test_what_is_no_document_is_refused(page: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        openapi.read("api.yaml", page)
    assert message in str(caught.value)


def test_a_file_of_blank_lines_is_soon_seen_to_be_none() -> None:
    assert not openapi.is_page("x-codeSamples\n" + "\n" * 1_000_000)


def test_aliases_make_nothing_of_little() -> None:
    bomb = "openapi: 3\na0: &a0 [x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    assert openapi.read("api.yaml", f"{bomb}paths: *a39\n") == ()


ANSWERED = dedent("""\
    openapi: 3.1.0
    paths:
      /v1/chat/completions:
        post:
          responses:
            "200":
              content:
                application/json:
                  schema: {}
                  example:
                    id: chatcmpl-1
                    created: 1
                    choices: [{index: 0, text: "1", ok: yes, none: , more: true}]
                    usage: {}
                text/event-stream:
                  examples:
                    words:
                      value: |
                        data: {"a": 1}

                        data: [DONE]
                    elsewhere: {$ref: "#/components/examples/x"}
            default:
              content:
                application/json: {example: '{"error": 1}'}
          x-codeSamples:
            - {lang: Shell, source: curl x}
            - {lang: Python, source: print(x)}
      /v1/other:
        post:
          responses: {"200": {content: {application/json: {example: {no: sample}}}}}
    """)


def test_documented_answers_stand_behind_the_samples_with_the_lines_of_the_document() -> None:
    shell, python, body, stream, error = openapi.read("api.yaml", ANSWERED)
    assert (shell.text, python.text) == ("curl x\n", "print(x)\n")
    assert json.loads(body.text) == {
        "id": "chatcmpl-1",
        "created": 1,
        "choices": [{"index": 0, "text": "1", "ok": "yes", "none": None, "more": True}],
        "usage": {},
    }
    assert (body.tag, body.line, body.group) == ("json", 11, "")
    assert body.prose == "Response: 200 application/json"
    lines = {line.strip(): body.page_line(number) for number, line in enumerate(body.text.splitlines(), 1)}
    assert (lines['"created": 1,'], lines['"text": "1",'], lines['"usage": {}']) == (12, 13, 14)
    assert (stream.tag, stream.first_line) == ("text", 19)
    assert stream.text == 'data: {"a": 1}\n\ndata: [DONE]\n'
    assert stream.prose == "Response: 200 text/event-stream words"
    assert (error.text, error.line) == ('{"error": 1}\n', 25)


def test_documented_answers_of_a_document_in_json_are_the_same() -> None:
    whole = openapi.read("api.json", json.dumps(yaml.safe_load(ANSWERED.replace("ok: yes", 'ok: "yes"')), indent=1))
    assert [block.text for block in whole] == [block.text for block in openapi.read("api.yaml", ANSWERED)]


@pytest.mark.parametrize("example", ["*there", "{a: *there}", "[{$ref: x}]", "{a: {$ref: x}}", "''"])
def test_an_answer_that_stands_elsewhere_is_no_block(example: str) -> None:
    text = ANSWERED.replace("""'{"error": 1}'""", example)
    assert len(openapi.read("api.yaml", text)) == 4


@pytest.mark.parametrize(
    "scalar", ["1", "-0.5", "1e3", "true", "null", '"1"', '"a\\u00e9"', "[]", "{}", '[[1, {"a": [2]}], "b"]']
)
def test_an_answer_keeps_its_values(scalar: str) -> None:
    text = ANSWERED.replace("""'{"error": 1}'""", f"[{scalar}]")
    assert json.loads(openapi.read("api.yaml", text)[-1].text) == [json.loads(scalar)]
