"""Documented answers and prints, and the samples that they are of."""

from __future__ import annotations

import pytest

from classifying import COMPLETION, CURL, CURL_STREAM, NODE, PYTHON, kinds, only, roles


def test_one_message_with_its_parts_is_an_answer() -> None:
    message = '{"id": "m", "type": "message", "role": "assistant", "content": [{"type": "text", "text": "Hi"}]}'
    assert only(f"```json\n{message}\n```\n").kind == "output"
    assert only(f"```json\n{message.replace('message', 'other')}\n```\n").kind == "other"


def test_chunks_one_a_line_are_no_answer_that_does_not_parse() -> None:
    asks = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    chunk = '{"id": "c", "choices": []}\n'
    (shown,) = roles(f"{asks}\nResponse chunks:\n\n```json\n{chunk}{chunk}```\n")[1:]
    assert "does not parse" not in shown.reason


@pytest.mark.parametrize("prose", ["Response:", "得到的返回值如下所示："])
def test_an_answer_that_does_not_parse_is_one_where_the_page_says_so(prose: str) -> None:
    asks = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    broken = '{"id": "c", "choices": [{"index": 0}]'
    shown = f"{asks}\n{prose}\n\n```bash\n{broken}\n```\n"
    assert (roles(shown)[1].kind, roles(shown)[1].reason) == (
        "output",
        "a JSON body that does not parse, documented as the answer to the sample at line 1",
    )
    assert roles(shown.replace(prose, "Then:"))[1].kind != "output"


def test_an_expression_that_reads_an_answer_is_no_print_of_one() -> None:
    found = roles(PYTHON, "You can get the data of each model:\n\n```\nmodels.data[0].meta_data\n```\n")
    assert found[1].kind != "output"


@pytest.mark.parametrize("tag", ["", "text"])
@pytest.mark.parametrize("printed", ['{"city": "Paris"}', "Bonjour"])
def test_plain_text_right_below_a_sample_that_prints_is_what_it_prints(tag: str, printed: str) -> None:
    ask = "from openai import OpenAI\nanswer = OpenAI().chat.completions.create(model='m')\n"
    shown = f"```{tag}\n{printed}\n```\n"
    below = roles(f"```python\n{ask}print(answer)\n```\n{shown}")[1]
    assert (below.kind, below.reason) == ("output", "documented as what the sample at line 1 prints")
    broken = "client.chat.completions.create(\n    model='m'\n    max_tokens=1,\n)"
    assert roles(f"```python\n{ask}print(answer)\n```\n```{tag}\n{broken}\n```\n")[1].kind != "output"
    assert roles(f"```python\n{ask}print(answer)\n```\nOf cities:\n\n{shown}")[1].kind == "other"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"messages": [{"role": "user"}], "response_format": {"type": "json_object"}}', "other"),
        ('{"messages": [{"role": "user"}], "id": "thread"}', "output"),
        ('{"stream": true, "stream_options": {"include_usage": true}}', "other"),
        ('{"stream": "s-1"}', "output"),
        ('{"id": "c", "object": "chat.completion", "messages": [], "temperature": 0.2}', "output"),
    ],
)
def test_what_is_sent_is_no_answer_whatever_its_heading_says(body: str, kind: str) -> None:
    assert roles(CURL, f"## Response\n\n```json\n{body}\n```\n")[1].kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tokens = max(1, count // 4)", "other"),
        ("min(asked, most - prompt)", "other"),
        ("asked + prompt", "other"),
        ("array([1.0, 2.0], dtype=float32)", "output"),
        ("Completion(id)", "output"),
        ("Bonjour", "output"),
        ("42", "output"),
    ],
)
def test_a_formula_is_no_output_though_the_words_above_it_speak_of_one(text: str, kind: str) -> None:
    ask = "from openai import OpenAI\nanswer = OpenAI().chat.completions.create(model='m')\nprint(answer)\n"
    found = roles(f"```python\n{ask}```\n\nFor the output tokens this holds, as printed:\n\n```text\n{text}\n```\n")
    assert found[1].kind == kind


def test_a_json_body_below_a_sample_documents_its_answer() -> None:
    found = roles(CURL, "The response may look like this\n", COMPLETION)
    assert (found[1].kind, found[1].of) == ("output", found[0].block)
    assert found[1].reason == "a JSON body, documented as the answer to the sample at line 1"


@pytest.mark.parametrize(
    "body",
    [
        '{"choices": [...]}',
        '{\n  "object": "list",\n  "data": [\n    {"id": 1},\n    ...\n  ]\n}',
        '{"error": {"message": "no"}} ',
        '{\n  "choices": [], // all of them\n  "usage": ...,\n}',
        '[{"object": "model"}]',
    ],
)
@pytest.mark.parametrize("tag", ["json", "", "bash", "js"])
def test_an_answer_is_known_by_its_form_elided_or_not(body: str, tag: str) -> None:
    assert kinds(CURL, f"```{tag}\n{body}\n```\n") == ["sample", "output"]


def test_an_event_stream_is_known_by_its_form() -> None:
    found = roles(CURL_STREAM, CURL, '```\ndata: {"id": 1}\n\n...\n\ndata: [DONE]\n```\n')
    assert found[2].of == found[0].block


def test_a_body_that_does_not_stream_belongs_to_the_sample_that_does_not_stream() -> None:
    found = roles(CURL, CURL_STREAM, COMPLETION)
    assert found[2].of == found[0].block


def test_below_tabs_a_body_belongs_to_the_sample_that_shows_bodies() -> None:
    found = roles("<CodeGroup>\n", CURL, PYTHON, NODE, "</CodeGroup>\n\nThe response:\n", COMPLETION)
    assert found[3].of == found[0].block


def test_a_print_belongs_to_the_program_that_prints() -> None:
    found = roles(
        "<CodeGroup>\n",
        PYTHON,
        NODE,
        CURL,
        "</CodeGroup>\n\nOutput:\n\n```\n{'role': 'assistant', 'content': None}\n```\n",
    )
    assert (found[3].kind, found[3].of) == ("output", found[0].block)


def test_what_waits_for_a_call_is_no_print() -> None:
    shown = "## Returns\n\nOne (see below):\n\n```js\n{}\n```\n"
    assert kinds("# Use\n", NODE, shown.format("await client.ask('Hi');"))[-1] != "output"
    assert kinds("# Use\n", NODE, shown.format("{ said: 'Hi' }"))[-1] == "output"


@pytest.mark.parametrize(
    "words", ["Output:", "The print may look like this", "It prints:", "You should see:", "**Example Response:**"]
)
@pytest.mark.parametrize("tag", ["", "text"])
def test_text_that_the_page_speaks_of_as_output_is_output(words: str, tag: str) -> None:
    found = roles(PYTHON, f"{words}\n\n```{tag}\nHello there\n```\n")
    assert (found[1].kind, found[1].of) == ("output", found[0].block)
    assert found[1].reason == "documented as what the sample at line 1 prints"


@pytest.mark.parametrize(
    "above", ["**Example Response:**\n\n```shell", "Response\n\n```json", '```python title="Chat Response"']
)
def test_a_plain_announcement_outweighs_the_tag(above: str) -> None:
    assert kinds(PYTHON, f"{above}\nHello there: 1 2 3\n```\n") == ["sample", "output"]


def test_words_about_responses_do_not_make_a_program_output() -> None:
    assert kinds(CURL, "Handle the response:\n", PYTHON) == ["sample", "sample"]


def test_what_another_command_prints_is_no_output_of_a_sample() -> None:
    found = roles(PYTHON, "```bash\nkubectl get pods\n```\n\nOutput:\n\n```\nNAME READY\n```\n")
    assert found[2].kind == "other"
    assert found[2].reason == "output of the block at line 7, which does not call the API"


def test_a_command_that_runs_the_samples_file_prints_what_the_sample_prints() -> None:
    found = roles(PYTHON, "```bash\npython3 sample.py\n```\n\nOutput:\n\n```\nHello\n```\n")
    assert (found[2].kind, found[2].of) == ("output", found[0].block)


def test_output_belongs_to_a_sample_of_its_own_section() -> None:
    found = roles("## A\n", CURL, "## B\n", COMPLETION)
    assert (found[1].kind, found[1].of) == ("output", None)


def test_output_in_a_section_of_its_own_belongs_to_the_sibling_that_it_fits_also_among_tabs() -> None:
    tabs = ("<CodeGroup>\n", PYTHON, CURL, "</CodeGroup>\n")
    found = roles("# Chat\n\n## Ask\n", *tabs, "## Stream\n", CURL_STREAM, "## Response\n", COMPLETION)
    assert (found[3].kind, found[3].of) == ("output", found[1].block)


def test_json_that_a_program_prints_is_what_it_prints() -> None:
    role = only(PYTHON, 'It prints:\n\n```json\n{"name": "Ada"}\n```\n')
    assert (role.kind, role.reason) == ("output", "documented as what the sample at line 1 prints")


def test_json_that_no_words_call_an_answer_is_data() -> None:
    role = only(CURL, 'Configure it:\n\n```json\n{"model": "m", "messages": []}\n```\n')
    assert (role.kind, role.reason) == ("other", "data (json)")


def test_an_answer_in_a_section_of_its_own_is_that_of_the_sample_it_fits() -> None:
    curl = '```bash\ncurl https://api.example.com/v1/chat/completions -d \'{"model": "m"STREAM}\'\n```\n'
    whole, streamed = curl.replace("STREAM", ""), curl.replace("STREAM", ', \\"stream\\": true').replace("\\", "")
    answer = '```json\n{"object": "chat.completion", "choices": []}\n```\n'
    page = ("# Examples\n\n## Whole\n\n", whole, "\n## Streamed\n\n", streamed, "\n## Response\n\n", answer)
    found = roles("".join(page))
    assert [role.kind for role in found] == ["sample", "sample", "output"]
    assert found[2].of == found[0].block


def test_a_printed_object_is_output_whatever_its_tag() -> None:
    printed = "```python\nChatCompletion(\n    id='1',\n    choices=[Choice(index=0)],\n)\n```\n"
    found = roles(PYTHON, printed)
    assert (found[1].kind, found[1].of) == ("output", found[0].block)


@pytest.mark.parametrize(
    "words", ["Antwort:", "Réponse :", "Ответ:", "响应示例：", "レスポンス", "Yanıt:", "Resposta de exemplo:"]
)
def test_a_response_is_announced_in_other_languages_too(words: str) -> None:
    sample = "```bash\ncurl https://api.example.com/v1/chat/completions\n```\n"
    found = roles(f"{sample}\n{words}\n```\nHello there\n```\n")
    assert [role.kind for role in found] == ["sample", "output"]


@pytest.mark.parametrize(("shown", "kind"), [("== Tokens ==\n  3", "output"), ("Tokens", "other")])
def test_what_begins_as_a_sample_prints_is_its_print_whatever_the_tag(shown: str, kind: str) -> None:
    sample = '```python\nClient().chat.completions.create()\nprint("== Tokens ==")\n```\n'
    assert roles(f"{sample}\n```bash\n{shown}\n```\n")[1].kind == kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("### Response Body", "output"),
        ("Returns an array of configurations.", "output"),
        ("### Request Body", "other"),
        ("Returns are counted in this file, which you edit by hand.", "other"),
    ],
)
def test_data_that_a_page_announces_as_an_answer_is_output_without_a_sample_too(words: str, kind: str) -> None:
    role = only(f'{words}\n\n```json\n[{{"name": "one"}}]\n```\n')
    assert role.kind == kind
    assert kind == "other" or role.reason == "a JSON body, documented in a section without a sample"


def test_a_program_below_words_of_what_is_returned_is_a_program() -> None:
    block = "Returns a completion. Print its text:\n\n```python\nprint(answer.choices[0].message.content)\n```\n"
    assert only(block).kind == "fragment"


@pytest.mark.parametrize(
    ("fence", "shown", "kind"),
    [
        ("", "{'age': 13, 'name': None}", "output"),
        ("text", "b'\\xff\\xd8'", "output"),
        ("", "answer(13)", "other"),
        ("python", "{'age': 13, 'name': None}", "other"),
    ],
)
def test_a_value_right_below_a_program_that_calls_nothing_is_what_the_program_shows(
    fence: str, shown: str, kind: str
) -> None:
    found = roles(f"```python\nimage[:20]\n```\n\n```{fence}\n{shown}\n```\n")
    assert found[1].kind == kind
    assert kind == "other" or found[1].reason == "documented as what the block at line 1 prints"


@pytest.mark.parametrize(
    ("program", "words", "shown", "is_printed"),
    [
        ("print(mended({}))", "Expected output:", '{"choices": [{"delta": {}}]}', True),
        ("print(mended({}))", "Expected output:", '{"object": "chat.completion", "choices": []}', False),
        (
            "print(mended({}))",
            "Expected output:",
            '{"id": "m", "type": "message", "role": "assistant", "content": []}',
            False,
        ),
        ("print(mended({}))", "Expected output:", '{"id": 7, "name": "Ada"}', True),
        ("print(mended({}))", "It prints an output:", '{"choices": [{"delta": {}}]}', False),
        ("print(mended({}))", "Expected response:", '{"choices": [{"delta": {}}]}', False),
        ("mended({})\n# no print(", "Expected output:", '{"choices": [{"delta": {}}]}', False),
        ("print(mended({}))", "Another thing.\n\nExpected output:", '{"choices": [{"delta": {}}]}', False),
    ],
)
def test_data_below_a_program_that_prints_it_is_no_answer_to_the_sample_above(
    program: str, words: str, shown: str, *, is_printed: bool
) -> None:
    found = roles(PYTHON, f"```python\n{program}\n```\n\n{words}\n\n```json\n{shown}\n```\n")
    assert found[2].kind == "output"
    assert (found[2].of is None) is is_printed


@pytest.mark.parametrize(
    ("above", "tag", "kind"),
    [
        ("Example response (via the Python SDK):", "mdx", "output"),
        ("Example response (via the Python SDK):", "python", "other"),
        ("You should get a response like this:", "log", "output"),
        ("You should get a client like this:", "log", "other"),
        ("A haiku about code:", "mdx", "other"),
        ('<Accordion title="Sample Response">', "text", "output"),
        ('<Tab title="Sample Response">', "text", "other"),
        ("<details>\n<summary>Sample response</summary>", "text", "output"),
        ("<details>\n<summary>A haiku</summary>", "text", "other"),
    ],
)
def test_what_is_announced_or_titled_as_a_response_is_output_without_a_sample_too(
    above: str, tag: str, kind: str
) -> None:
    assert only(f"{above}\n\n```{tag}\nRecursive.call\n```\n").kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Answer(\n    text='Hi',\n    usage=Usage(tokens=3),\n)", "output"), ("ask(\n    text='Hi',\n)", "other")],
)
def test_an_object_that_is_titled_as_a_response_is_output_whatever_its_tag(text: str, kind: str) -> None:
    assert only(f'<Accordion title="Sample Response">\n\n```python\n{text}\n```\n').kind == kind


@pytest.mark.parametrize(
    ("first", "tag", "kind"),
    [
        ("# Example response", "", "output"),
        ("// Response", "text", "output"),
        ("# Example of a client", "", "other"),
        ("# Example response", "python", "other"),
    ],
)
def test_what_a_remark_on_its_first_line_calls_a_response_is_output(first: str, tag: str, kind: str) -> None:
    assert only(f"A haiku about code:\n\n```{tag}\n{first}\n\nRecursive.call\n```\n").kind == kind


@pytest.mark.parametrize(
    ("words", "where"),
    [("Request:", "in a section without a sample"), ("The models:", "as the answer to the sample at line 5")],
)
def test_an_answer_below_a_request_that_is_shown_as_data_is_of_no_other_sections_sample(words: str, where: str) -> None:
    call = "curl https://api.example.com/v1/chat/completions -d '{}'"
    chats = f"# API\n\n## Chats\n\n```bash\n{call}\n```\n\n"
    asked = f'{words}\n\n```json\n{{"model": "m", "input": "Hi"}}\n```\n\n'
    answer = 'Response:\n\n```json\n{"object": "list", "data": []}\n```\n'
    found = roles(f"{chats}## Embeddings\n\n{asked}{answer}")
    assert (found[-1].kind, found[-1].reason) == ("output", f"a JSON body, documented {where}")


@pytest.mark.parametrize("between", ["\n", "\n\n// ... more of them ...\n\n", "\n{\n  ...\n}\n"])
def test_answers_one_behind_the_other_are_those_of_a_stream(between: str) -> None:
    chunk = '{"object": "chat.completion.chunk", "choices": []}'
    role = only(f"```json\n{chunk}{between}{chunk}\n```\n")
    assert (role.kind, role.reason) == ("output", "a stream's JSON bodies, documented in a section without a sample")


@pytest.mark.parametrize(
    ("command", "kind"),
    [("curl -X POST https://api.example.com/v1/models", "sample"), ("docker run -d server", "other")],
)
def test_a_command_without_a_tag_is_a_sample_where_it_calls_the_api(command: str, kind: str) -> None:
    assert only(f"```\n{command}\n```\n").kind == kind


def test_data_one_behind_the_other_is_no_stream() -> None:
    assert only('```json\n{"custom_id": "1"}\n{"custom_id": "2"}\n```\n').kind == "other"


def test_functions_are_no_print_whatever_the_words_above_speak_of() -> None:
    ask = "```python\nfrom openai import OpenAI\nprint(OpenAI().models.list())\n```\n"
    functions = "@observe(kept=False)\ndef load(one: str):\n    ...\n"
    assert roles(ask, f"Whether to keep what it returns\n\n```\n{functions}```\n")[1].kind == "other"
    assert roles(ask, "What it returns\n\n```\n{'a': 1}\n```\n")[1].kind == "output"
    assert roles(ask, f"Output:\n\n```output\n{functions}```\n")[1].kind == "output"


def test_a_log_of_an_exchange_is_no_program_though_it_holds_a_command() -> None:
    command = "curl https://api.example.com/v1/chat/completions -d '{}'"
    log = f'Request that was sent:\n{command}\n\nRAW RESPONSE:\n{{"id": "c", "choices": []}}'
    (shown,) = roles(f"```\n{log}\n```\n")
    assert (shown.kind, shown.reason) == ("other", "a log of an exchange, with what was sent and the answer")
    assert only(f"```\n{command}\n```\n").kind == "sample"
    assert only(f"```bash\n{log}\n```\n").kind == "sample"
