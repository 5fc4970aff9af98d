"""An OpenAPI document to its outline: the code samples of its operations, and the answers that it documents for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aswritten.pages._code_names import info_of
from aswritten.pages._examples import example
from aswritten.pages._limits import BrokenError
from aswritten.pages._values import Text
from aswritten.pages._virtual import Writer

if TYPE_CHECKING:
    from aswritten.pages._outline import Outline
    from aswritten.pages._values import Values
    from aswritten.pages._virtual import Line

#: Maps from a path or a name to its operations.
_PATHS = frozenset({"paths", "webhooks", "x-webhooks"})
_SAMPLES = frozenset({"x-codesamples", "x-code-samples"})
_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_NOTHING = Text("", 0)


@dataclass(slots=True)
class _Sample:
    line: int
    language: str = ""
    label: str = ""
    source: Text = _NOTHING


@dataclass(frozen=True, slots=True)
class _Answer:
    line: int
    said: str
    """`200 application/json`."""
    body: list[Line]


@dataclass(slots=True)
class _Operation:
    title: str
    line: int
    description: Text = _NOTHING
    samples: list[_Sample] = field(default_factory=list)
    answers: list[_Answer] = field(default_factory=list)


def outline(text: str, *, is_json: bool) -> Outline:
    """The outline of a document whose lines end in LF. Raises BrokenError for what is no OpenAPI document."""
    values = _values(text, is_json=is_json)
    operations: list[_Operation] = []
    title, is_openapi = _NOTHING, False
    for key in values.members():
        if key in _PATHS:
            operations += _operations(values)
        elif key == "info":
            title = _title(values)
        else:
            is_openapi = is_openapi or key in {"openapi", "swagger"}
            values.skip()
    values.end()
    if not is_openapi:
        raise BrokenError(
            1,
            "expected an OpenAPI document, a map with the key `openapi` or `swagger`: of YAML and JSON no other is a page",
        )
    writer = Writer()
    if title.value:
        writer.heading(title.value, 1, title.line)
    for operation in operations:
        _write(writer, operation)
    return writer.outline()


def _values(text: str, *, is_json: bool) -> Values:
    # Imported here: YAML's parser is a large one.
    if is_json:
        from aswritten.pages._json import Json

        return Json(text)
    from aswritten.pages._yaml import Yaml

    return Yaml(text)


def _title(values: Values) -> Text:
    title = _NOTHING
    for key in values.members():
        if key == "title":
            title = values.text()
        else:
            values.skip()
    return title


def _operations(values: Values) -> list[_Operation]:
    found = []
    for path in values.members():
        for method in values.members():
            if method.lower() in _METHODS:
                found.append(_operation(values, f"{method.upper()} {path}"))
            else:
                values.skip()
    return found


def _operation(values: Values, name: str) -> _Operation:
    operation = _Operation(name, values.line())
    for key in values.members():
        if key == "summary":
            operation.title = values.text().value or name
        elif key == "description":
            operation.description = values.text()
        elif key.lower() in _SAMPLES:
            operation.samples += [_sample(values) for _ in values.items()]
        elif key == "responses":
            operation.answers += [answer for status in values.members() for answer in _answers(values, status)]
        else:
            values.skip()
    return operation


def _sample(values: Values) -> _Sample:
    sample = _Sample(values.line())
    for key in values.members():
        if key == "lang":
            sample.language = values.text().value
        elif key == "label":
            sample.label = values.text().value
        elif key == "source":
            sample.source = values.text()
        else:
            values.skip()
    return sample


def _answers(values: Values, status: str) -> list[_Answer]:
    """The examples of one response, of each of its media types."""
    found = []
    for key in values.members():
        if key != "content":
            values.skip()
            continue
        for media_type in values.members():
            for part in values.members():
                if part == "example":
                    found.append(_Answer(values.line(), f"{status} {media_type}", example(values)))
                elif part == "examples":
                    found += _named(values, f"{status} {media_type}")
                else:
                    values.skip()
    return found


def _named(values: Values, said: str) -> list[_Answer]:
    found = []
    for name in values.members():
        for key in values.members():
            if key == "value":
                found.append(_Answer(values.line(), f"{said} {name}", example(values)))
            else:
                values.skip()
    return found


def _write(writer: Writer, operation: _Operation) -> None:
    if not operation.samples:
        return
    writer.heading(operation.title, 2, operation.line)
    description = operation.description
    words = description.value.split("\n") if description.value else []
    writer.prose((line, description.number(at)) for at, line in enumerate(words))
    first = writer.line("", operation.line)
    for sample in operation.samples:
        source = sample.source
        lines = source.value.removesuffix("\n").split("\n")
        tag = sample.language.split()[0].lower() if sample.language.split() else ""
        info = info_of(sample.language, sample.label)
        writer.code([(line, source.number(at)) for at, line in enumerate(lines)], sample.line, tag, info)
    if len(operation.samples) > 1:
        writer.group(first)
    # Behind the samples, wherever the document has them: it is these that they answer.
    for answer in operation.answers:
        writer.prose([(f"Response: {answer.said}", answer.line)])
        writer.code(answer.body, answer.line, "json" if "json" in answer.said else "text")
