"""What a program looks for in an answer of which nobody knows whether it is there, beside members that are mistyped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from verifying import ASK, BODY, CHAT, NODE, OPENAI, SAYS, page, verdicts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aswritten.model import Verdict
    from aswritten.verify import Verifier


@pytest.mark.parametrize(
    ("host", "read", "name"),
    [
        ("http://localhost:8000/v1", "response.usage.cost_usd", "other"),
        ("http://localhost:8000/v1", "response.model_extra['cost_usd']", "other"),
        ("http://localhost:8000/v1", "response.usage.total_token", "failed"),
        ("http://localhost:8000/v1", "response.choices[0].delta", "failed"),
        ("https://api.openai.com/v1", "response.usage.cost_usd", "failed"),
    ],
)
def test_a_member_that_an_unknown_api_may_have_of_its_own_is_not_judged(
    host: str, read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}print({read})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason.startswith("reads `cost_usd` of an answer, and nobody knows")


@pytest.mark.parametrize(
    ("host", "read", "name"),
    [
        ("http://localhost:8000/v1", "f'{response.usage.cost_usd:.4f} USD'", "other"),
        ("http://localhost:8000/v1", "response.usage.cost_usd * 1_000", "other"),
        ("http://localhost:8000/v1", "response.usage.cost_usd > 0", "other"),
        ("http://localhost:8000/v1", "f'{response.system_fingerprint:,}'", "failed"),
        ("http://localhost:8000/v1", "response.usage.total_tokens * type('A', (), {'rate': None}).rate", "failed"),
        ("https://api.openai.com/v1", "response.usage.cost_usd * 1_000", "failed"),
    ],
)
def test_a_member_of_an_unknown_apis_own_that_a_client_makes_none_is_not_judged(
    host: str, read: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    client = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}'
    source = f"{client}response.usage.cost_usd = response.system_fingerprint = None\nprint({read})\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name
    assert name == "failed" or sample.reason.startswith("reads `cost_usd` of an answer, and nobody knows")


SHOWN = '```json\n{"id": "c", "object": "chat.completion", "choices": [], "metadata": {"by": "b", "content": 1}}\n```\n'


@pytest.mark.parametrize(
    ("host", "end", "name"),
    [
        ("https://api.example.com", f"print(answer['metadata']['by'])\n```\n\nResponse:\n\n{SHOWN}", "other"),
        ("https://api.example.com", "print(answer['metadata']['by'])\n```\n", "failed"),
        (
            "https://api.example.com",
            'print(answer[\'type\'])\n```\n\nResponse:\n\n```json\n{"error": {"type": "a", "message": "b"}}\n```\n',
            "failed",
        ),
        ("https://api.example.com", f"print(answer['content'])\n```\n\nResponse:\n\n{SHOWN}", "failed"),
        ("https://api.openai.com", f"print(answer['metadata']['by'])\n```\n\nResponse:\n\n{SHOWN}", "failed"),
    ],
)
def test_a_member_that_the_answers_of_an_unknown_apis_page_have_is_not_judged(
    host: str, end: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    asks = f"import requests\nanswer = requests.post('{host}/v1/chat/completions', json={BODY}, headers={{'Authorization': 'Bearer k'}}).json()\n"
    sample, *_ = verdicts(page(tmp_path, f"```python\n{asks}{end}"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(("member", "name"), [("meta_data", "other"), ("owned_bi", "failed")])
def test_what_an_unknown_api_may_tell_of_its_models_is_not_judged(
    member: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="http://localhost:8000/v1")\nfor model in client.models.list():\n    print(model.{member})\n'
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


MODELS_OF = "import requests\nmodels = requests.get('https://api.example.com/v1/models').json()\n"


@pytest.mark.parametrize(("host", "name"), [("example", "other"), ("openai", "failed")])
def test_a_key_that_an_unknown_apis_list_of_models_may_have_is_not_judged(
    host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = (
        f"import requests\nprint(requests.get('https://api.{host}.com/v1/models').json()['model-a-7b']['servers'][0])\n"
    )
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("host", "name"), [("api.example.com", "other"), ("openrouter.ai", "other"), ("api.openai.com", "failed")]
)
def test_what_the_models_of_another_api_have_may_be_called_as_something_else_is(
    host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    reads = "for model in models['data']:\n    print(model['id'], model['description'])\n"
    (sample,) = verdicts(
        page(tmp_path, f"```python\n{MODELS_OF.replace('api.example.com', host)}{reads}```\n"), verifier
    )
    assert sample.name == name


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("http://localhost:8800", ".guard.rag.sources[].title", "other"),
        ("http://localhost:8800", ".choices[].message.content[].text", "failed"),
        ("http://localhost:8800", ".choises[].message", "failed"),
        ("http://localhost:8800", ".timings.total, c: .choices.message.content", "failed"),
        ("https://api.openai.com", ".guard.rag.sources[].title", "failed"),
    ],
)
def test_what_a_filter_takes_of_an_unknown_apis_answer_is_not_judged(
    host: str, path: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    head = "-H 'Content-Type: application/json' -H \"Authorization: Bearer $OPENAI_API_KEY\""
    asks = f"curl -s {host}/v1/chat/completions {head} -d '{BODY}'"
    (sample,) = verdicts(page(tmp_path, f"```bash\n{asks} | jq '{{a: .model, b: {path}}}'\n```\n"), verifier)
    assert sample.name == name


def test_a_key_of_a_table_that_the_sample_writes_down_is_its_own(tmp_path: Path, verifier: Verifier) -> None:
    source = f"{MODELS_OF}own = {{'a key': 1}}\nprint(own['another key'])\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == "failed"


OWN_FORM = """import {client}
import json
import urllib.request

body = json.dumps({{"model": "m", "messages": [{{"role": "user", "content": "Hi"}}]}}).encode()
url = "https://api.example.com/v1/chat/completions"
request = urllib.request.Request(url, body, {{"Content-Type": "application/json"}})
print(json.load(urllib.request.urlopen(request)).get("completion_message"))
"""


@pytest.mark.parametrize(("client", "name"), [("idna", "other"), ("requests", "failed"), ("os", "failed")])
def test_an_answer_of_a_form_that_nobody_knows_is_not_judged(
    client: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    (sample,) = verdicts(page(tmp_path, f"```python\n{OWN_FORM.format(client=client)}```\n"), verifier)
    assert sample.name == name


@pytest.mark.parametrize(
    ("host", "name"), [("http://localhost:8000/v1", "passed"), ("https://api.openai.com/v1", "failed")]
)
def test_a_sample_that_looks_for_what_a_model_thought_finds_it_where_servers_may_tell(
    host: str, name: str, tmp_path: Path, verifier: Verifier
) -> None:
    source = f'from openai import OpenAI\nclient = OpenAI(api_key="k", base_url="{host}"){CHAT}'
    source += "print(response.choices[0].message.reasoning)\n"
    (sample,) = verdicts(page(tmp_path, f"```python\n{source}```\n"), verifier)
    assert sample.name == name


APART = "takes apart what a model says"


LOOKS = "looks for `answer` in what a model says"


TOOLS = "tools=[{'type': 'function', 'function': {'name': 'now', 'parameters': {'type': 'object', 'properties': {}}}}]"


JSON_MODE = ASK.replace("model='m'", "model='m', response_format={'type': 'json_object'}")


@pytest.mark.parametrize(
    ("tag", "source", "name", "reason"),
    [
        ("python", f"import json\n{OPENAI}{ASK}print(json.loads({SAYS})['answer'])", "other", APART),
        ("python", f"import json\n{OPENAI}{JSON_MODE}print(json.loads({SAYS})['answer'])", "other", LOOKS),
        ("python", f"{OPENAI}{ASK}print(int({SAYS}))", "other", APART),
        (
            "python",
            f"{OPENAI}for i, one in client.embeddings.create(model='m', input='Hi').data: print(i)",
            "failed",
            "",
        ),
        (
            "python",
            "import json, requests\nr = requests.post('https://api.anthropic.com/v1/messages', headers={'x-api-key': 'k', 'anthropic-version': '2023-06-01'},"
            " json={'model': 'm', 'max_tokens': 9, 'messages': [{'role': 'user', 'content': 'Hi'}]})\nprint(json.loads(r.json()['content'][0]['text']))",
            "other",
            APART,
        ),
        ("python", f"{OPENAI}{ASK}print(dict(**{{'no': None}}.get({SAYS})))", "other", APART),
        ("python", f"{OPENAI}{ASK}print({{'yes': 1}}[{SAYS}])", "other", APART),
        ("python", f"{OPENAI}{ASK}print({SAYS}.split('|')[1])", "other", APART),
        ("python", f"{OPENAI}{ASK}print(eval({SAYS}))", "other", APART),
        ("python", f"import re\n{OPENAI}{ASK}print(re.search('<a>', {SAYS}).group())", "other", APART),
        (
            "python",
            f"{OPENAI}{ASK.replace('messages', TOOLS + ', messages')}print(r.choices[0].message.tool_calls[1].function)",
            "other",
            APART,
        ),
        ("js", f"{NODE}console.log(JSON.parse(a.choices[0].message.content).answer);", "other", APART),
        ("js", f"{NODE}console.log(a.choices[0].message.content.match(/<a>(.)/)[1]);", "other", APART),
        ("js", f"{NODE}console.log(a.citations[0].url);", "other", "reads `citations` of an answer"),
        ("js", f"{NODE}console.log(a.choice[0].message);", "failed", ""),
        ("js", f"{NODE}JSON.parse(a.choices[0].message);", "failed", ""),
        (
            "python",
            f"{OPENAI}r = client.responses.create(model='m', input='Hi')\nprint(r.output[1].content)",
            "other",
            APART,
        ),
        (
            "python",
            f"{OPENAI}r = client.responses.create(model='m', input='Hi')\nprint(r.output[0].content[1])",
            "failed",
            "",
        ),
        ("js", f"{NODE}JSON.parse(a.choices[0].message.contnt);", "failed", ""),
        ("python", f"{OPENAI}{ASK}print(r.choices[1].message.content)", "failed", ""),
        ("python", f"{OPENAI}{ASK}print(r.citations[0])", "other", "reads `citations` of an answer"),
        (
            "python",
            "import json, requests\n"
            "body = {'model': 'm', 'stream': True, 'messages': [{'role': 'user', 'content': 'Hi'}]}\n"
            "r = requests.post('https://api.example.com/v1/chat/completions', json=body, stream=True)\n"
            "for line in r.iter_lines():\n    if line:\n        print(json.loads(line)['choices'])",
            "failed",
            "",
        ),
    ],
)
def test_what_a_model_says_is_not_known(
    tag: str, source: str, name: str, reason: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    assert (found.name, found.reason.startswith(reason)) == (name, True), found.reason


PARTS = "r.choices[0].message.content[0].image_url.url"


@pytest.mark.parametrize(
    ("tag", "source", "name"),
    [
        ("python", f"{OPENAI}{ASK}print({PARTS})", "other"),
        ("python", f"{OPENAI.replace('example', 'openai')}{ASK}print({PARTS})", "failed"),
        ("javascript", f"{NODE}console.log(a.{PARTS.removeprefix('r.')})", "other"),
        ("python", f"{OPENAI}{ASK}print({SAYS}.image_url)", "failed"),
        ("python", f"{OPENAI}{ASK}# The answer is in content\nprint({SAYS}.image_url)", "failed"),
        ("python", f"{OPENAI}{ASK}for part in {SAYS}:\n    print(part.image_url)", "other"),
        ("javascript", f"{NODE}// the text is that of content\nconsole.log(a.choice[0].message.content)", "failed"),
    ],
)
def test_an_api_that_nobody_knows_may_answer_in_parts(
    tag: str, source: str, name: str, judged: Callable[[str, str], Verdict]
) -> None:
    found = judged(tag, source)
    assert found.name == name
    assert name != "other" or "takes a message's content in parts" in found.reason
