"""All that a sample is given, in one value: what runs, and what a kept result depends on."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from aswritten import environments, languages
from aswritten.verify._results import key_of, shape_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.classify import Role
    from aswritten.languages import Environment
    from aswritten.model import Sample
    from aswritten.verify._case import Case


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


def inputs_of(case: Case, role: Role, sample: Sample, environment: Environment) -> Inputs:
    """What a sample of the case is given."""
    language = languages.by_name(role.language)
    file_name = language.file_name(role.block, sample.source)
    return Inputs(
        source=sample.source,
        file_name=file_name,
        argv=tuple(language.argv(environment, file_name)),
        variables=_variables(case, role),
        stdin=case.settings.input.encode() or None,
        files={name: path.read_bytes() for name, path in case.settings.files},
        time_limit=case.settings.time_limit,
        output_limit=case.settings.output_limit,
    )


def given(case: Case, role: Role) -> tuple[str, ...]:
    """What a sample has beside its bytes: the names of variables and files, and whether it can read an input."""
    settings = case.settings
    names = (*sorted(_variables(case, role)), *(name for name, _ in settings.files))
    return (*names, "standard input") if settings.input else names


def result_key(case: Case, role: Role, inputs: Inputs, environment: Environment, answers: tuple[object, ...]) -> str:
    """The name under which the result of a sample is kept; ``answers``: what decides how it is answered."""
    said = case.directives(role.block)
    return key_of(
        role.language,
        asdict(inputs),
        [shape_of(block) for block in (*role.earlier, role.block)],
        asdict(replace(said, lines=tuple((word, line - role.block.line) for word, line in said.lines))),
        asdict(environment),
        environments.tools(role.language),
        [case.settings.matching, case.settings.profile, case.settings.fixtures, *answers],
    )


def _variables(case: Case, role: Role) -> dict[str, str]:
    """What configuration gives, what earlier blocks of the page tell the reader to set, and what is said of the block."""
    variables = dict(case.settings.variables)
    for earlier in case.roles[: role.block.index]:
        variables.update(earlier.variables)
    return variables | dict(case.directives(role.block).variables)
