"""Profiles: found by name or host, exact about mistakes, each deviation named, with an effect, and seen where used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aswritten.contract import (
    RULES,
    Profile,
    check_chunk,
    check_completion,
    check_error,
    check_request,
    deviations_in,
    load_profile,
    profile_for_host,
    profile_names,
)
from aswritten.contract import _profile as profile_module
from aswritten.contract._profile import base_profile, check_profile_data
from aswritten.contract._schemas import schemas_of
from aswritten.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

FILTER = {
    "hate": {"filtered": False},
    "self_harm": {"filtered": False},
    "sexual": {"filtered": False},
    "violence": {"filtered": False},
    "jailbreak": {"filtered": False, "detected": False},
    "profanity": {"filtered": False, "detected": False},
}
COMPLETION = {
    "id": "chat-5f46",
    "object": "chat.completion",
    "created": 1731584707,
    "model": "microsoft/wizardlm-2-8x22b",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Hello!"},
            "finish_reason": "stop",
            "content_filter_results": FILTER,
        }
    ],
    "usage": {
        "prompt_tokens": 46,
        "completion_tokens": 40,
        "total_tokens": 86,
        "prompt_tokens_details": None,
        "completion_tokens_details": None,
    },
    "system_fingerprint": "",
}
CHUNK = {
    "id": "chat-d821",
    "object": "chat.completion.chunk",
    "created": 1731586102,
    "model": "microsoft/wizardlm-2-8x22b",
    "choices": [{"index": 0, "delta": {"content": "chat?"}, "finish_reason": "stop", "content_filter_results": FILTER}],
    "system_fingerprint": "",
}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """Profiles are kept once read: a test that reads others leaves none behind."""
    yield
    profile_module.load_profile.cache_clear()
    profile_module.profile_for_host.cache_clear()
    profile_module._hosts_of.cache_clear()


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.openai.com", "openai"),
        ("eu.api.openai.com", "openai"),
        ("API.Novita.AI.", "novita"),
        ("api.groq.com", "groq"),
        ("api.mistral.ai", "mistral"),
        ("api.deepseek.com", "deepseek"),
        ("openrouter.ai", "openrouter"),
        ("my-resource.openai.azure.com", "azure"),
        ("api.x.ai", "xai"),
        ("generativelanguage.googleapis.com", "google"),
        ("us-central1-aiplatform.googleapis.com", "google"),
        ("router.huggingface.co", "huggingface"),
        ("api.cerebras.ai", "cerebras"),
        ("api.z.ai", "zai"),
        ("api.together.xyz", "together"),
        ("myorg-myaccount.snowflakecomputing.com", "snowflake"),
        ("api.inference.crusoecloud.com", "crusoe"),
        ("us.inference.heroku.com", "heroku"),
        ("bedrock-mantle.us-east-1.api.aws", "bedrock-mantle"),
        ("gateway-us.pydantic.dev", "pydantic-gateway"),
        ("ollama.com", "ollama"),
        ("localhost:11434", "ollama"),
        ("localhost:8000", "generic"),
        ("localhost", "generic"),
        ("api.openai.com:443", "openai"),
        ("api.openai.com.example.org", "generic"),
    ],
)
def test_the_profile_of_a_host(host: str, name: str) -> None:
    assert profile_for_host(host).name == name


@pytest.mark.parametrize("name", profile_names())
def test_a_host_is_looked_up_in_what_the_whole_file_names(name: str) -> None:
    assert profile_module._hosts_of(name) == load_profile(name).hosts


def test_there_are_the_profiles_that_their_folders_name() -> None:
    assert {"generic", "novita", "openai"} <= set(profile_names())


def test_an_unknown_profile_names_those_there_are_and_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"no profile is called 'Novit'; there are .*novita.*\. Perhaps novita\?"):
        load_profile("Novit")
    with pytest.raises(UsageError, match=r"no profile is called 'zzz'; there are [^?]*$"):
        load_profile("zzz")


def _profile_in(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Profile:
    """A profile ``mine`` with the text as its file, beside the base."""
    source = Path(__file__).parent.parent.parent / "schemas"
    (folder / "mine").mkdir()
    (folder / "mine" / "profile.yaml").write_text(text, encoding="utf-8")
    (folder / "openai").symlink_to(source / "openai")
    (folder / "profile.schema.json").symlink_to(source / "profile.schema.json")
    for module in (profile_module, __import__("aswritten.contract._schemas", fromlist=["_schemas"])):
        monkeypatch.setattr(module, "data_dir", lambda _name: folder)
    profile_module.load_profile.cache_clear()
    return load_profile("mine")


HEAD = "name: mine\ntitle: Mine\nhosts: []\nextends: openai\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", r"mine/profile\.yaml:\d+: not YAML"),
        ("title: Mine\nhosts: []\n", "'name' is a required property"),
        (HEAD.replace("name: mine", "name: other"), "name: expected 'mine', the name of its folder, got 'other'"),
        (HEAD + "surprise: 1\n", "surprise"),
        (HEAD + "deviations: [{id: x, what: w, why: y, source: z}]\n", r"deviations\.0"),
        (HEAD + "deviations: [{id: x, what: wh, why: y, source: z, optional: [refusal]}]\n", r"deviations\.0"),
        (
            HEAD + "deviations: [{id: x, what: wh, why: y, source: z, rules: {wire.done: never}}]\n",
            "'never' is not one of",
        ),
        (
            HEAD + "deviations: [{id: x, what: A sentence., why: y, source: z, rules: {wire.done: info}}]\n",
            "does not match",
        ),
        (HEAD.replace("extends: openai", "extends: opnai"), r"no profile is called 'opnai'.* Perhaps openai\?"),
    ],
)
def test_a_wrong_profile_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        _profile_in(tmp_path, monkeypatch, text)


@pytest.mark.parametrize(
    ("deviation", "said"),
    [
        ("at: [mesage], optional: [refusal]", "deviation 'x': 'mesage' is no schema"),
        ("at: [message], optional: [refusl]", "deviation 'x': 'message' has no 'refusl'"),
        ("at: [message], nullable: [refusl]", "deviation 'x': 'message' has no 'refusl'"),
    ],
)
def test_a_deviation_at_no_known_place_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, deviation: str, said: str
) -> None:
    text = f"{HEAD}deviations: [{{id: x, what: wh, why: y, source: z, {deviation}}}]\n"
    profile = _profile_in(tmp_path, monkeypatch, text)
    with pytest.raises(UsageError, match=said):
        check_completion(COMPLETION, profile)


def test_the_schema_of_profiles_has_an_example_that_keeps_it() -> None:
    path = Path(__file__).parent.parent.parent / "schemas" / "profile.schema.json"
    for example in json.loads(path.read_text(encoding="utf-8"))["examples"]:
        assert check_profile_data(example, path) == example


@pytest.mark.parametrize("name", profile_names())
def test_every_deviation_of_a_provider_says_where_it_is_known_from(name: str) -> None:
    known: tuple[str, ...] = ("https://", "recordings/", "documented ", "measured, ", "bodies that clients ")
    if name == "generic":
        known = ("recorded ", "the profiles ", "documented ")
    for deviation in load_profile(name).deviations:
        if deviation.name.startswith(f"{name}: "):
            assert all(source.startswith(known) for source in deviation.sources), deviation.id


@pytest.mark.parametrize("name", profile_names())
def test_every_deviation_of_a_profile_changes_what_it_names(name: str) -> None:
    base = schemas_of(base_profile())
    deviations = load_profile(name).deviations
    assert len({deviation.id for deviation in deviations}) == len(deviations)
    for deviation in deviations:
        for schema in deviation.at:
            fields = base[schema]["properties"]
            assert not {field for field, _ in deviation.adds} & fields.keys(), deviation.id
            assert {*deviation.nullable, *deviation.optional, *dict(deviation.allows)} <= fields.keys(), deviation.id
        own = {rule for rule, _ in deviation.rules if rule.startswith("wire.")}
        assert own <= {rule.name for rule in RULES}, deviation.id
        required = {field for schema in deviation.at for field in base[schema]["required"]}
        assert set(deviation.optional) <= required, deviation.id


# What Novita documents


def test_novita_may_answer_as_it_documents() -> None:
    novita = load_profile("novita")
    assert check_completion(COMPLETION, novita) == ()
    assert check_chunk(CHUNK, novita) == ()


def test_what_novita_documents_is_not_what_openai_answers() -> None:
    openai = load_profile("openai")
    assert [problem.message for problem in check_completion(COMPLETION, openai)] == [
        "choices[0].content_filter_results: there is no such field.",
        "usage.prompt_tokens_details: expected an object, got null",
        "usage.completion_tokens_details: expected an object, got null",
    ]
    assert [problem.where for problem in check_chunk(CHUNK, openai)] == ["choices[0].content_filter_results"]


def test_the_deviations_that_an_answer_makes_use_of_are_named() -> None:
    novita = load_profile("novita")
    assert [deviation.id for deviation in deviations_in("completion", COMPLETION, novita)] == [
        "logprobs-left-out",
        "content-filter-results",
        "usage-details-null",
        "no-refusal",
    ]
    assert [deviation.id for deviation in deviations_in("chunk", CHUNK, novita)] == ["content-filter-results"]
    plain = {key: value for key, value in CHUNK.items() if key != "choices"} | {"choices": []}
    assert deviations_in("chunk", plain, novita) == ()


def test_a_deviation_is_in_use_only_where_the_answer_differs_in_its_way() -> None:
    """Z.ai leaves finish_reason out of chunks, and has values of its own for it: two deviations of one field."""
    zai = load_profile("zai")

    def used(entry: dict[str, Any]) -> list[str]:
        chunk = {**CHUNK, "choices": [{"index": 0, "delta": {}, **entry}]}
        return [deviation.name for deviation in deviations_in("chunk", chunk, zai)]

    assert used({"finish_reason": "stop"}) == []
    assert used({}) == ["zai: chunks without finish_reason"]
    assert used({"finish_reason": "sensitive"}) == ["zai: finish_reason sensitive or network_error"]


def test_a_deviation_is_in_use_inside_of_what_another_one_adds() -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "queue_time": 0.1}
    chunk = {**CHUNK, "choices": [], "x_groq": {"id": "req_1", "usage": usage}}
    assert [deviation.name for deviation in deviations_in("chunk", chunk, load_profile("groq"))] == [
        "groq: x_groq on the first and last chunk",
        "groq: times in the usage",
    ]


def test_what_a_profile_allows_is_told_of_a_body_that_does_not_keep_it_as_well() -> None:
    """Mistral's parts of content stand on the base's own, by their place; null is none of them."""
    choices = [{"index": 0, "delta": {"content": [None, {"type": "text", "text": "Hi"}]}, "finish_reason": None}]
    body = {**CHUNK, "choices": choices}
    assert [deviation.id for deviation in deviations_in("chunk", body, load_profile("mistral"))] == ["content-parts"]
    assert check_chunk(body, load_profile("mistral")) != ()


@pytest.mark.parametrize(
    ("changed", "used"),
    [
        ({"top_k": 40, "min_p": 0.1, "repetition_penalty": 1.1}, ["sampling-parameters"]),
        ({"separate_reasoning": True, "enable_thinking": False}, ["reasoning-parameters"]),
        (
            {
                "messages": [
                    {"role": "user", "content": [{"type": "video_url", "video_url": {"url": "https://x.test/a.mp4"}}]}
                ]
            },
            ["video-part"],
        ),
    ],
)
def test_a_request_may_ask_for_what_novita_documents(changed: dict[str, Any], used: list[str]) -> None:
    request = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], **changed}
    assert check_request(request, load_profile("novita")) == ()
    assert [deviation.id for deviation in deviations_in("request", request, load_profile("novita"))] == used
    assert check_request(request, load_profile("openai")) != ()


def test_novita_answers_errors_in_two_forms() -> None:
    novita = load_profile("novita")
    own = {"code": 401, "reason": "FAILED_TO_AUTH", "message": "failed to authenticate API key", "metadata": {}}
    usual = {"error": {"message": "no such model", "type": "invalid_request_error", "param": None, "code": None}}
    assert check_error(own, novita) == check_error(usual, novita) == ()
    assert [deviation.id for deviation in deviations_in("error", own, novita)] == ["own-error-form"]
    assert [problem.where for problem in check_error({**own, "code": "401"}, novita)] == ["code"]


# Any other provider


def test_a_field_or_parameter_that_the_generic_profile_does_not_know_is_told_but_no_error() -> None:
    generic = load_profile("generic")
    assert [(problem.rule, problem.level) for problem in check_completion({**COMPLETION, "x_own": 1}, generic)] == [
        ("wire.unknown-field", "info"),
        ("wire.unknown-field", "info"),
    ]
    request = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "x_own": 1}
    assert [(problem.rule, problem.level) for problem in check_request(request, generic)] == [
        ("wire.unknown-parameter", "warning")
    ]


def test_the_generic_profile_still_wants_a_completion() -> None:
    places = {problem.where for problem in check_completion({"object": "list", "data": []}, load_profile("generic"))}
    assert {"object", "choices", "id", "created", "model"} <= places


@pytest.mark.parametrize(
    ("profile", "tool", "is_taken"),
    [("groq", "browser_search", True), ("openai", "browser_search", False), ("groq", "browser_serch", False)],
)
def test_tools_that_the_server_calls_by_itself_are_taken_where_it_has_them(
    profile: str, tool: str, is_taken: bool
) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "tools": [{"type": tool}]}
    assert (not check_request(body, load_profile(profile))) is is_taken
