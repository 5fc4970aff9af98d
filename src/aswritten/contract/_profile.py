"""Provider profiles: which hosts they are for, and each deviation from the base schemas that they allow, by name."""

from __future__ import annotations

import difflib
import fnmatch
import functools
import itertools
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aswritten.data import data_dir
from aswritten.errors import UsageError, at
from aswritten.validity import quick_check_of, schema_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from aswritten.model import Level

#: The profile of a host that no profile names.
FALLBACK = "generic"
BASE = "openai"
FILE = "profile.yaml"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which a provider differs from the base, and is allowed to, or asks for more than it."""

    id: str
    name: str
    """What reports call it: ``groq: x_groq in the first and last chunk``."""
    why: str
    sources: tuple[str, ...]
    """Addresses of pages, or ``recordings/…``: a cassette of the recordings that the project is measured on."""
    at: tuple[str, ...] = ()
    """Names of the schemas that it changes: ``choice`` for ``choice.schema.json``."""
    adds: tuple[tuple[str, str], ...] = ()
    """(field, its schema as JSON): fields that the base does not know."""
    optional: tuple[str, ...] = ()
    """Fields that the base requires and the provider may leave out."""
    nullable: tuple[str, ...] = ()
    """Fields that may also be null."""
    allows: tuple[tuple[str, str], ...] = ()
    """(field, schema as JSON): values that a known field may have as well."""
    kinds: tuple[tuple[str, str], ...] = ()
    """(value, schema as JSON): further kinds of an object that the schema tells apart by its first required field."""
    asks: str = ""
    """A schema as JSON that the objects keep beside their own; empty for none."""
    replaces: tuple[str, ...] = ()
    """Names of base schemas that a file in the folder of the profile stands in for."""
    rules: tuple[tuple[str, str], ...] = ()
    """(name of a rule, the level it has here, or ``off``)."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is asked of the bodies of one provider.

    Profiles are read once, so that one is equal to itself alone: they are keys of caches that every body asks.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    """Host names, or ``host:port`` where it is the port that tells; ``*`` stands for any text."""
    bases: tuple[str, ...]
    """All that stands in front of `/chat/completions` in paths of these hosts; empty where that is not known."""
    extends: str
    """The profile whose deviations hold here too; empty for none."""
    unknown_field: Level
    """Level of a field, in what the API answers or below the top of a request, that no schema names."""
    unknown_parameter: Level
    """Level of a request parameter that no schema names."""
    deviations: tuple[Deviation, ...]
    """Those of ``extends`` first."""
    folders: tuple[Path, ...]
    """Folders whose schemas stand in for those of the base by their names; the last one wins."""

    def added(self, schema: str) -> frozenset[str]:
        """The fields that the deviations add to a schema, by the name of its file."""
        return frozenset(field for one in self.deviations if schema in one.at for field, _ in one.adds)

    def level(self, rule: str, usual: Level) -> Level | None:
        """The level of a rule under this profile; None where it does not hold."""
        deviation = self.ruling(rule)
        found = dict(deviation.rules)[rule] if deviation else usual
        return None if found == "off" else found  # type: ignore[return-value]  # the schema of profiles lists the levels

    def ruling(self, rule: str) -> Deviation | None:
        """The deviation that gives a rule its level here; None where it has its usual one."""
        return next((deviation for deviation in reversed(self.deviations) if rule in dict(deviation.rules)), None)


def profile_names() -> tuple[str, ...]:
    """The profiles that there are, sorted."""
    return tuple(sorted(path.parent.name for path in data_dir("schemas").glob(f"*/{FILE}")))


@functools.cache
def load_profile(name: str) -> Profile:
    """The profile called ``name``.

    Raises UsageError where there is none, naming those that there are, and where its file is wrong, saying what.
    """
    names = profile_names()
    if name not in names:
        near = difflib.get_close_matches(name.lower(), names, 1)
        perhaps = f" Perhaps {near[0]}?" if near else ""
        raise UsageError(f"no profile is called {name!r}; there are {', '.join(names)}.{perhaps}")
    folder = data_dir("schemas") / name
    return _from_file(folder, _read(folder / FILE))


def base_profile() -> Profile:
    """The base without any deviation, not even those of its own provider."""
    return narrowed(load_profile(BASE), frozenset())


@functools.lru_cache(maxsize=1024)
def narrowed(profile: Profile, deviations: frozenset[str]) -> Profile:
    """The profile with none but the deviations of these ids."""
    return replace(profile, deviations=tuple(one for one in profile.deviations if one.id in deviations))


@functools.cache
def profile_for_host(host: str) -> Profile:
    """The profile that names the host (any case, with or without port), else the generic one."""
    with_port = host.lower()
    bare = with_port.rpartition(":")[0] if with_port.rpartition(":")[2].isdigit() else with_port
    for name in profile_names():
        for wanted in (with_port, bare.rstrip(".")):
            if any(fnmatch.fnmatchcase(wanted, pattern) for pattern in _hosts_of(name)):
                return load_profile(name)
    return load_profile(FALLBACK)


@functools.cache
def _hosts_of(name: str) -> tuple[str, ...]:
    """The hosts that a profile names, by the beginning of its file alone: of all profiles a run needs one or two."""
    import yaml

    with (data_dir("schemas") / name / FILE).open(encoding="utf-8") as file:
        events: Iterator[Any] = iter(yaml.parse(file, _loader()))
        for event in events:
            if isinstance(event, yaml.ScalarEvent) and event.value == "hosts":
                next(events)
                listed = itertools.takewhile(lambda item: isinstance(item, yaml.ScalarEvent), events)
                return tuple(item.value for item in listed)
    return ()


def _loader() -> type:
    import yaml

    # Ten times as quick, where PyYAML was built with it.
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _loader())  # noqa: S506 - both are safe loaders
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise at(path, mark.line + 1 if mark else None, f"not YAML: {getattr(error, 'problem', error)}") from error
    return check_profile_data(data, path)


def check_profile_data(data: object, path: Path) -> Mapping[str, Any]:
    """The data of a profile as it is, held to ``profile.schema.json``; UsageError where it does not keep it."""
    if not quick_check_of("profile")(data):
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import best_match

        error = best_match(Draft202012Validator(schema_of("profile")).iter_errors(data))
        if error is not None:
            place = ".".join(str(step) for step in error.absolute_path)
            raise at(path, None, f"{place or 'the whole'}: {error.message}")
    assert isinstance(data, dict)
    return data


def _from_file(folder: Path, data: Mapping[str, Any]) -> Profile:
    if data["name"] != folder.name:
        raise at(folder / FILE, None, f"name: expected {folder.name!r}, the name of its folder, got {data['name']!r}")
    extends = data.get("extends", "")
    above = load_profile(extends) if extends else None
    unknown = data.get("unknown", {})
    return Profile(
        name=data["name"],
        title=data["title"],
        hosts=tuple(host.lower() for host in data.get("hosts", ())),
        bases=tuple(data.get("bases", ())),
        extends=extends,
        unknown_field=unknown.get("field", above.unknown_field if above else "error"),
        unknown_parameter=unknown.get("parameter", above.unknown_parameter if above else "error"),
        deviations=(above.deviations if above else ())
        + tuple(_deviation(item, data["name"]) for item in data.get("deviations", ())),
        folders=(*(above.folders if above else ()), folder),
    )


def _deviation(data: Mapping[str, Any], profile: str) -> Deviation:
    def schemas(key: str) -> tuple[tuple[str, str], ...]:
        return tuple((name, json.dumps(schema)) for name, schema in data.get(key, {}).items())

    return Deviation(
        id=data["id"],
        name=f"{profile}: {data['what']}",
        why=data["why"],
        sources=(data["source"],) if isinstance(data["source"], str) else tuple(data["source"]),
        at=tuple(data.get("at", ())),
        adds=schemas("adds"),
        optional=tuple(data.get("optional", ())),
        nullable=tuple(data.get("nullable", ())),
        allows=schemas("allows"),
        kinds=schemas("kinds"),
        asks=json.dumps(data["asks"]) if "asks" in data else "",
        replaces=tuple(data.get("replaces", ())),
        rules=tuple(data.get("rules", {}).items()),
    )
