"""All that a sample is given, in one value: what runs, and what a kept result depends on."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.languages import Outside
from aswritten.model import Sample
from aswritten.recordings import THOUGHT_MEMBERS
from aswritten.surroundings import Assumed, assume, is_left_address, is_left_path
from aswritten.verify._marks import said_of
from aswritten.verify._results import key_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.classify import Role
    from aswritten.languages import Environment
    from aswritten.model import Block
    from aswritten.verify._case import Case


#: A name between marks: backticks, quotes, bars of a table, an element.
_MARKED = re.compile(r"[`\"|>][ \t]{0,40}([A-Za-z]\w{1,60})(?=[ \t]{0,40}[`\"|<])")
_PATH = re.compile(r"(?<![\w/.-])/\w[\w/.-]*")
#: The path of a URL that a sample writes out.
_URL_PATH = re.compile(r"https?://[^\s/'\"`]+(/[\w/.-]*\w)")
#: A chat's answer that calls itself by another name than OpenAI's do.
_OWN_ANSWER = re.compile(
    r"""(?s)\A(?=.*"message"\s*:)(?=.*"choices"\s*:).*"object"\s*:\s*"(?!chat\.completion|text_completion)[a-z]"""
)
#: What names a key.
_IS_CREDENTIAL = re.compile(r"(?:KEY|TOKEN|SECRET)\Z")
#: A letter that no header takes.
_IN_ANOTHER_SCRIPT = re.compile(r"[^\W\d_a-zA-Z]")
#: Seconds that a sample which serves until it is stopped has to start.
_SERVING = 15.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is handed to the runner, but for the ways to the door."""

    source: str
    file_name: str
    argv: tuple[str, ...]
    variables: Mapping[str, str]
    stdin: bytes | None
    files: Mapping[str, bytes]
    time_limit: float
    output_limit: int
    assumed: Assumed
    """What of it neither the page nor the settings give."""
    wants: Outside
    """What the source wants from outside of itself."""


def inputs_of(
    case: Case, role: Role, sample: Sample, environment: Environment, asked: frozenset[str] = frozenset()
) -> Inputs:
    """What a sample of the case is given; ``asked``: variables that it turned out to miss, beside those that its source reads."""
    language = languages.by_name(role.language)
    file_name = language.file_name(role.block, sample.source)
    wants = language.outside(sample.source)
    variables = _variables(case, role)
    files = {name: path.read_bytes() for name, path in case.settings.files}
    assumed = _assumed(case, role, sample, asked)
    limit = case.settings.time_limit
    return Inputs(
        source="".join(language.as_run(block.text) for block in (*sample.earlier, sample.block)),
        file_name=file_name,
        argv=tuple(language.argv(environment, file_name)),
        variables=dict(assumed.variables) | languages.fill_blanks(assumed.blanks) | variables,
        stdin=case.settings.input.encode() or assumed.typed or None,
        files=dict(assumed.files) | files,
        time_limit=min(limit, _SERVING) if wants.serves[0] else limit,
        output_limit=case.settings.output_limit,
        assumed=assumed,
        wants=wants,
    )


def defined_names(case: Case, language: str) -> frozenset[str]:
    """The names that the page's blocks of a language define."""
    return _defined(language, tuple(role.block.text for role in case.roles if role.language == language))


def is_defined_above(name: str, case: Case, role: Role) -> bool:
    """Whether a block of a block's language above it defines a name."""
    defines = languages.by_name(role.language).names
    above = (one.block.text for one in case.roles[: role.block.index] if one.language == role.language)
    return any(name in text and name in defines(text).defines for text in above)


# Each sample of a page asks for those of all of it.
@lru_cache(maxsize=16)
def _defined(language: str, texts: tuple[str, ...]) -> frozenset[str]:
    names = languages.by_name(language).names
    return frozenset(name for text in texts for name in names(text).defines)


def members_read(source: str) -> frozenset[str]:
    """The members by which a source looks for what a model thought: `message.reasoning`, `delta["reasoning_content"]`."""
    return frozenset(member for member in THOUGHT_MEMBERS if re.search(rf"[.\"']{member}\b", source))


def told_paths(case: Case) -> frozenset[str]:
    """The paths of URLs that the page's words name, and those of its blocks that are no code: `/v1/models`; and those whose answers it shows in a form of the API's own."""
    outlines = (role.block.text for role in case.roles if role.kind == "other" and not role.block.tag)
    answers = tuple((role.block.text, role.of.text) for role in case.roles if role.of is not None)
    return _paths((*(block.prose for block in case.page.blocks), *outlines)) | _answered_paths(answers)


def told_names(case: Case, source: str) -> frozenset[str]:
    """The words of a source that the page's words mark as names, as they do the parameters of an API: `top_k`, | top_k |, body="top_k"."""
    below = _below(case.page.text, max(case.page.blocks[-1].page_lines(), default=0))
    return _names((*(block.prose for block in case.page.blocks), below)).intersection(re.findall(r"\w+", source))


def shown_members(case: Case, block: Block, source: str) -> frozenset[str]:
    """The words of a source that the answers which the page shows of a sample, or of none, have as members of their own; errors are left aside."""
    shown = [role for role in case.roles if role.kind == "output"]
    answers = tuple(role.block.text for role in shown if role.of is block) or tuple(
        role.block.text for role in shown if role.of is None
    )
    return _members(answers).intersection(re.findall(r"\w+", source))


@lru_cache(maxsize=16)
def _members(answers: tuple[str, ...]) -> frozenset[str]:
    names: set[str] = set()
    for text in answers:
        with contextlib.suppress(ValueError, RecursionError):  # one in outline tells nothing
            value = json.loads(text)
            names |= set(value) if isinstance(value, dict) and "choices" in value else set()
    return frozenset(names)


# Each sample of a page asks for these of all of it.
@lru_cache(maxsize=16)
def _below(text: str, line: int) -> str:
    """What stands below a line of a page, which is no block's prose."""
    return "\n".join(text.split("\n")[line:])


@lru_cache(maxsize=16)
def _names(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for text in words for name in _MARKED.findall(text))


@lru_cache(maxsize=16)
def _paths(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(path.rstrip("/.") for text in words for path in _PATH.findall(text))


@lru_cache(maxsize=16)
def _answered_paths(answers: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The paths that samples write out whose answer is in a form of the API's own."""
    asked = (sample for answer, sample in answers if _OWN_ANSWER.match(answer))
    return frozenset(path for text in asked for path in _URL_PATH.findall(text))


def given(case: Case, role: Role) -> tuple[str, ...]:
    """What a sample has beside its bytes: the names of variables and files, and whether it can read an input.

    Of the variables that earlier blocks of the page set, those that its source or its client looks for.
    """
    settings = case.settings
    source = Sample(role.block, role.language, role.earlier).source
    asked = dict(settings.variables) | dict(case.directives(role.block).variables)
    implied = languages.by_name(role.language).outside(source).implied
    variables = [name for name in sorted(_variables(case, role)) if name in asked or name in implied or name in source]
    names = (*variables, *(name for name, _ in settings.files))
    return (*names, "standard input") if settings.input else names


def assumed(case: Case, role: Role) -> tuple[str, ...]:
    """What a sample is given that neither its page nor the settings give, in words."""
    return _assumed(case, role, Sample(role.block, role.language, role.earlier)).told


def _assumed(case: Case, role: Role, sample: Sample, asked: frozenset[str] = frozenset()) -> Assumed:
    has = {*_variables(case, role), *(name for name, _ in case.settings.files)}
    typed = {"stdin"} if case.settings.input else set()
    return assume(case.page, sample, languages.by_name(role.language), has | typed, asked)


def result_key(case: Case, role: Role, inputs: Inputs, environment: Environment, answers: tuple[object, ...]) -> str:
    """The name under which the result of a sample is kept; ``answers``: what decides how it is answered."""
    said = case.directives(role.block)
    return key_of(
        role.language,
        # What the source wants follows from the source.
        asdict(replace(inputs, wants=Outside())),
        sorted(defined_names(case, role.language)),
        sorted(told_paths(case)),
        sorted(told_names(case, inputs.source)),
        sorted(shown_members(case, role.block, inputs.source)),
        [shape_of(block) for block in (*role.earlier, role.block)],
        said_of(role.block),
        asdict(replace(said, lines=tuple((word, line - role.block.line) for word, line in said.lines))),
        asdict(environment),
        environments.tools(role.language),
        [case.settings.matching, case.settings.profile, case.settings.fixtures, *answers],
    )


def _variables(case: Case, role: Role) -> dict[str, str]:
    """What configuration gives, what earlier blocks of the page tell the reader to set, and what is said of the block; where a package is
    used of which nothing is known, the credentials that later blocks tell to set, too.

    Who has no file at a path that stands for any sets none, unless the sample itself looks for it.
    """
    variables = dict(case.settings.variables)
    source = Sample(role.block, role.language, role.earlier).source
    language = languages.by_name(role.language)
    if not all(languages.is_known_package(one, role.language) for one in language.packages(source)):
        # What such a package reads by itself nobody knows.
        later = (pair for one in case.roles[role.block.index + 1 :] for pair in one.variables)
        for name, value in later:
            if value and _IS_CREDENTIAL.search(name):
                variables.setdefault(name, value)
    for earlier in case.roles[: role.block.index]:
        # An empty value is one that the reader fills in; so is an address with a placeholder, and a key in another script, of which no client makes anything.
        variables.update(
            (name, value)
            for name, value in earlier.variables
            if value
            and not is_left_address(name, value)
            and not (_IS_CREDENTIAL.search(name) and _IN_ANOTHER_SCRIPT.search(value))
            and (name in source or not is_left_path(value))
        )
    return variables | dict(case.directives(role.block).variables)
