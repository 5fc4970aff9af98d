"""Recordings back to the text of fixture files, for people to read, and the digests by which edits are told."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aswritten.recordings._values import Read, RecordedResponse, Recording, Source

#: No line is broken, so that a line of the body is a line of the file.
_WIDTH = 2**31
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")


def dump(recording: Recording) -> str:
    """The text of a fixture file that loads as this recording. Its name and path are not part of it.

    Bytes that are UTF-8 by themselves are `data`, as a block of lines where YAML keeps them so; all others are `base64`.
    """
    return _yaml(_document(recording))


def request_digest(recording: Recording) -> str:
    """SHA-256 of what was asked: method, URL, headers and body."""
    return _digest(_request(recording))


def content_digest(recording: Recording) -> str:
    """SHA-256 of all that the recording holds beside its source: another one tells that the file was edited."""
    document = _document(recording)
    return _digest({key: value for key, value in document.items() if key != "source"})


def sealed(recording: Recording) -> Recording:
    """The same with its digests in its source, which has to be of the kind ``recorded``."""
    digests: dict[str, Any] = {"request_sha256": request_digest(recording), "content_sha256": content_digest(recording)}
    return replace(recording, source=replace(recording.source, **digests))


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _document(recording: Recording) -> dict[str, Any]:
    derives = {"derives": list(recording.derives)} if recording.derives else {}
    return {
        "aswritten": 1,
        "source": _source(recording.source),
        "answers": recording.answers,
        **derives,
        "request": _request(recording),
        "responses": [_response(response) for response in recording.responses],
    }


def _source(source: Source) -> dict[str, Any]:
    return {name: value for name, value in asdict(source).items() if value not in ("", None)}


def _request(recording: Recording) -> dict[str, Any]:
    request: dict[str, Any] = {"method": recording.method, "url": recording.url}
    if recording.headers:
        request["headers"] = dict(recording.headers)
    if recording.body is not None:
        request["body"] = recording.body
    return request


def _response(response: RecordedResponse) -> dict[str, Any]:
    reads = [_read(read) for read in response.reads]
    return {"status": response.status, "headers": dict(response.headers), "reads": reads}


def _read(read: Read) -> dict[str, Any]:
    found: dict[str, Any] = {"at": read.at}
    if read.source is not None:
        found["source"] = _source(read.source)
    try:
        return found | {"data": _Lines(read.data.decode("utf-8"))}
    except UnicodeDecodeError:
        return found | {"base64": base64.b64encode(read.data).decode("ascii")}


class _Lines(str):
    """A text that is written as a block of lines, where YAML keeps it so."""

    __slots__ = ()


def _yaml(document: dict[str, Any]) -> str:
    import yaml

    return yaml.dump(
        document, Dumper=_dumper(), sort_keys=False, allow_unicode=True, default_flow_style=False, width=_WIDTH
    )


@cache
def _dumper() -> type[Any]:
    import yaml

    from aswritten.recordings._yaml import plain_scalars

    class Dumper(yaml.SafeDumper):
        """Quotes what the loader of fixtures would not read as the same text."""

        # A text that either kind of YAML takes for something else is quoted.
        yaml_implicit_resolvers = {  # noqa: RUF012  # the class attribute is PyYAML's interface
            first: [*yaml.SafeDumper.yaml_implicit_resolvers.get(first, []), *plain_scalars().get(first, [])]
            for first in {*yaml.SafeDumper.yaml_implicit_resolvers, *plain_scalars()}
        }

        def ignore_aliases(self, data: Any) -> bool:
            """Always: the same value twice is written out twice."""
            del data
            return True

    def scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if isinstance(text, _Lines) and "\n" in text else None
        # These are line breaks too, to YAML, and become others.
        style = '"' if _OTHER_BREAKS.search(text) else style
        return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)

    Dumper.add_representer(str, scalar)
    Dumper.add_representer(_Lines, scalar)
    return Dumper
