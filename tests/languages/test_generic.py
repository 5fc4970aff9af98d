"""What is derived is what OpenAI's own clients know: openai-python validates each answer, openai-node puts its streams together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from asking import GENERIC
from aswritten import runner
from aswritten.languages import by_name
from aswritten.mock import Mock
from aswritten.model import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aswritten.languages import Environment

#: `lenient` is for what openai-python's own types do not allow: a `finish_reason` of null, a vector in base64.
PYTHON = """
import json
from openai import OpenAI
from pydantic import BaseModel

class Place(BaseModel):
    city: str
    days: list[int]

client = OpenAI(base_url="<URL>", api_key="k", max_retries=0, _strict_response_validation=True)
lenient = OpenAI(base_url="<URL>", api_key="k", max_retries=0)
chat = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
tool = {"type": "function", "function": {"name": "go", "parameters": Place.model_json_schema()}}
"""
NODE = """
import OpenAI from "openai";
const client = new OpenAI({ baseURL: "<URL>", apiKey: "k", maxRetries: 0 });
const chat = { model: "m", messages: [{ role: "user", content: "Hi" }] };
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const tool = { type: "function", function: { name: "go", parameters: schema } };
"""
SKY = "The sky is blue"


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with Mock(GENERIC) as door:
        yield door


def ran(mock: Mock, language: str, environment: Environment, source: str) -> list[object]:
    """What the sample printed, a JSON value a line."""
    module = by_name(language)
    start = {"python": PYTHON, "node": NODE}[language].replace("<URL>", f"http://127.0.0.1:{mock.port}/v1")
    text = start + source
    block = Block("page.md", 0, 1, 2, text, tag={"python": "python", "node": "js"}[language])
    name = module.file_name(block, text)
    mock.begin()
    argv = module.argv(environment, name)
    run = runner.run(text, file_name=name, argv=argv, environ={}, environment=environment, time_limit=60)
    assert [exchange.reason for exchange in mock.end() if exchange.reason] == []
    assert run.exit_code == 0, run.stderr.decode()
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("print(json.dumps(client.chat.completions.create(**chat, n=2, logprobs=True).choices[1].message.content[:15]))", SKY),
        ("print(json.dumps(client.chat.completions.parse(**chat, response_format=Place).choices[0].message.parsed.model_dump()))", {"city": "Lisbon", "days": [1]}),
        ("print(client.chat.completions.create(**chat, tools=[tool]).choices[0].message.tool_calls[0].function.arguments)", {"city": "Lisbon", "days": [1]}),
        ("""
with client.chat.completions.stream(**chat, tools=[tool]) as stream:
    print(stream.get_final_completion().choices[0].message.tool_calls[0].function.arguments)""", {"city": "Lisbon", "days": [1]}),
        ("""
chunks = list(client.chat.completions.create(**chat, stream=True, logprobs=True, top_logprobs=2))
print(json.dumps("".join(chunk.choices[0].delta.content or "" for chunk in chunks)[:15]))""", SKY),
        ("print(json.dumps(client.responses.create(model='m', input='Hi', reasoning={'effort': 'low'}).output_text[:15]))", SKY),
        ("print(json.dumps(client.responses.parse(model='m', input='Hi', text_format=Place).output_parsed.model_dump()))", {"city": "Lisbon", "days": [1]}),
        ("""
with client.responses.stream(model="m", input="Hi") as stream:
    print(json.dumps(["".join(event.delta for event in stream if event.type == "response.output_text.delta")[:15], stream.get_final_response().status]))""", [SKY, "completed"]),
        ("""
own = {"type": "function", **tool["function"]}
with client.responses.stream(model="m", input="Hi", tools=[own]) as stream:
    print(stream.get_final_response().output[0].arguments)""", {"city": "Lisbon", "days": [1]}),
        ("print(len(client.completions.create(model='m', prompt='Hi', max_tokens=3, logprobs=2).choices[0].logprobs.tokens))", 3),
        ("print(len(list(lenient.completions.create(model='m', prompt='Hi', max_tokens=3, stream=True))))", 4),
        ("print([len(it.embedding) for it in lenient.embeddings.create(model='m', input=['a', 'b'], dimensions=5).data])", [5, 5]),
        ("print([len(it.embedding) for it in client.embeddings.create(model='m', input='a', encoding_format='float').data])", [1536]),
        ("print(json.dumps([client.models.retrieve('org/m').id, client.models.list().data[0].object]))", ["org/m", "model"]),
        ("print(json.dumps(client.moderations.create(input='Hi').results[0].flagged))", False),
        ("print(json.dumps(client.audio.transcriptions.create(model='m', file=('a.mp3', b'0')).text))", "Why is the sky blue?"),
        ("print(json.dumps(client.files.create(file=('a.jsonl', b'{}'), purpose='fine-tune').status))", "processed"),
        ("print(json.dumps([job.status for job in client.fine_tuning.jobs.list(limit=20)]))", ["queued"]),
        ("print(json.dumps(client.fine_tuning.jobs.create(model='m', training_file='file-a').model))", "m"),
    ],
)  # fmt: skip
def test_openai_python_takes_it(mock: Mock, python: Environment, source: str, printed: object) -> None:
    assert ran(mock, "python", python, source) == [printed]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("console.log(JSON.stringify((await client.chat.completions.stream({ ...chat, tools: [tool] }).finalChatCompletion()).choices[0].message.tool_calls[0].function.arguments));", '{"city":"Lisbon"}'),
        ("console.log(JSON.stringify((await client.responses.stream({ model: 'm', input: 'Hi' }).finalResponse()).output_text.slice(0, 15)));", SKY),
        ("console.log((await client.embeddings.create({ model: 'm', input: 'Hi' })).data[0].embedding.length);", 1536),
        ("for await (const model of client.models.list()) { console.log(JSON.stringify(model.object)); break; }", "model"),
    ],
)  # fmt: skip
def test_openai_node_takes_it(mock: Mock, node: Environment, source: str, printed: object) -> None:
    assert ran(mock, "node", node, source) == [printed]
