"""Options that no request holds: how often a call must have run, and what its client says of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aswritten.checks.request_option import check
from aswritten.model import Exchange, Request, Response, Run

if TYPE_CHECKING:
    from checks.conftest import MakeContext

CALL = """\
import { ask } from "asker";
import OpenAI from "openai";
const client = new OpenAI();
await client.chat.completions.create({ model: "gpt-4o-mini", messages: [], maxTokens: 77, limits: { "top_p": 0.5 } });
"""


def run(*bodies: object, exit_code: int = 0, stderr: bytes = b"") -> Run:
    def exchange(body: object) -> Exchange:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request("POST", "https", "api.example.com", 443, "/v1/chat/completions", (), sent)
        return Exchange(request, Response(200, (), b"{}"), "generic/completion", 2, read_to_end=True)

    return Run(exit_code, 0.1, b"", stderr, exchanges=tuple(map(exchange, bodies)))


def test_each_option_that_is_in_no_request_is_an_error_where_it_is_given(context: MakeContext) -> None:
    found = list(check(run({"model": "gpt-4o-mini", "messages": []}), context(CALL, "node")))
    assert [(one.rule, one.level, one.line, one.message) for one in found] == [
        ("request.lost-option", "error", 4, "no request holds `maxTokens`, which the sample gives here"),
        ("request.lost-option", "error", 4, "no request holds `top_p`, which the sample gives here"),
    ]


@pytest.mark.parametrize(
    "body", [{"max_completion_tokens": 77, "top_p": 0.5}, {"config": {"limits": [77, {"p": 0.5}]}}]
)
def test_under_whatever_name_it_is_sent(context: MakeContext, body: object) -> None:
    assert list(check(run(body), context(CALL, "node"))) == []


@pytest.mark.parametrize(
    "branch",
    [
        "if (model) {{ {call} }} else {{ {other} }}",
        "{call} if (model) {{ {other} }}",
        "{call} const more = model ? {other} : 0;",
        "try {{ {call} }} catch {{ {other} }}",
        "async function ask() {{ {other} }} {call} if (model) await ask();",
    ],
)
def test_of_several_calls_one_may_not_run_where_there_are_branches(context: MakeContext, branch: str) -> None:
    calls = [f"await client.chat.completions.create({{ maxTokens: {n} }})" for n in (1, 2)]
    source = branch.format(call=f"{calls[0]};", other=calls[1])
    assert list(check(run({"n": 1}, {"n": 1}), context(f"{source}\n", "node"))) == []


def test_a_call_in_a_branch_ran_where_there_is_no_other(context: MakeContext) -> None:
    source = "if (model) { await client.chat.completions.create({ maxTokens: 2 }); }\n"
    assert [one.level for one in check(run({}), context(source, "node"))] == ["error"]


def test_what_is_sent_beside_the_body_is_not_looked_for_in_it(context: MakeContext) -> None:
    source = "await client.chat.completions.create({}, { headers: { seed: 7 }, query: { n: 3 } });\n"
    assert list(check(run({}), context(source, "node"))) == []


def test_what_its_client_says_that_it_leaves_out_is_a_warning(context: MakeContext) -> None:
    found = check(
        run({"top_p": 0.5}, stderr=b"Warning: maxTokens is not supported by this model"), context(CALL, "node")
    )
    assert [one.level for one in found] == ["warning"]


@pytest.mark.parametrize(
    "failed", [run({}, exit_code=1), run(), run(b"\x0a\x03gRPC")], ids=["exit", "silent", "binary"]
)
def test_nothing_is_known_of_a_run_that_failed_sent_nothing_or_sent_what_is_no_json(
    context: MakeContext, failed: Run
) -> None:
    assert list(check(failed, context(CALL, "node"))) == []


def test_one_of_two_calls_may_not_have_run(context: MakeContext) -> None:
    twice = CALL + CALL.splitlines(keepends=True)[-1].replace("77", "78")
    assert list(check(run({"max_tokens": 77, "top_p": 0.5}), context(twice, "node"))) == []
    found = list(check(run({"max_tokens": 77, "top_p": 0.5}, {"top_p": 0.5}), context(twice, "node")))
    assert [(one.line, one.level) for one in found] == [(5, "error")]


@pytest.mark.parametrize(
    "source",
    [
        CALL.replace('maxTokens: 77, limits: { "top_p": 0.5 }', "maxRetries: 3, limit: 9"),
        CALL.replace('maxTokens: 77, limits: { "top_p": 0.5 }', "maxTokens: limit, n: 0x10"),
        'print(client.chat.completions.create(model="gpt-4o-mini", messages=[], max_tokens=77))\n',
    ],
    ids=["of the client's own", "no plain number", "of Python"],
)
def test_options_that_are_not_looked_at(context: MakeContext, source: str) -> None:
    name = "python" if source.startswith("print") else "node"
    assert list(check(run({"model": "gpt-4o-mini"}), context(source, name))) == []


CLIENT = """\
import OpenAI from "openai";
const client = new OpenAI({ baseUrl: "https://llm.example.com/v1" });
await client.chat.completions.create({ model: "gpt-4o-mini", messages: [] });
"""
OTHER = 'const other = new OpenAI({ baseURL: "https://api.example.com/v1" });\nawait other.models.list();\n'


def test_an_address_to_which_no_request_goes_is_an_error(context: MakeContext) -> None:
    found = list(check(run({"model": "gpt-4o-mini"}), context(CLIENT, "node")))
    assert [(one.level, one.line, one.expected) for one in found] == [
        ("error", 2, "requests to https://llm.example.com/v1")
    ]


@pytest.mark.parametrize(
    "source",
    [
        CLIENT.replace("llm.example", "API.example"),
        CLIENT + OTHER,
        CLIENT.replace("baseUrl", "docs"),
        CLIENT.replace("const client", "const another"),
        CLIENT.replace('"https://llm.example.com/v1"', "process.env.ADDRESS"),
        CLIENT + "const plain = new OpenAI();\nawait plain.models.list();\n",
        CLIENT + "await fetch('https://api.example.com/v1/models');\n",
        f"try {{ await primary.chat.completions.create({{}}); }} catch {{\n{CLIENT}}}\n",
    ],
    ids=[
        *("of the request", "one of two", "no address of an API", "of nothing that is called", "no text"),
        *("beside a client without one", "beside what has no client", "of what may not run"),
    ],
)
def test_addresses_that_are_not_looked_at_or_reached(context: MakeContext, source: str) -> None:
    assert list(check(run({"model": "gpt-4o-mini"}), context(source, "node"))) == []


def test_an_address_that_is_none_is_no_fault(context: MakeContext) -> None:
    (found,) = check(run({}), context(CLIENT.replace("llm.example.com", "[YOUR-RESOURCE].example.com"), "node"))
    assert found.expected == "requests to https://[YOUR-RESOURCE].example.com/v1"
