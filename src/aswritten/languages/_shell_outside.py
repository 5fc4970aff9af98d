"""What shell source wants from outside of itself: variables and files."""

from __future__ import annotations

import re
from itertools import pairwise

from aswritten.languages import _shell
from aswritten.languages._base import is_slip
from aswritten.languages._outside import Outside, as_path, sorted_out

#: Options after which a file is written, or is one of the machine's own.
_OTHER = frozenset(
    {"-o", "--output", "-O", "--cacert", "--output-document", "-D", "--dump-header", "-c", "--cookie-jar"}
)
#: A variable that stands for the host of a URL.
_HOST = re.compile(r"https?://\$\{?([A-Za-z_]\w*)")
#: Options behind which a file stands that is read.
_OF_FILES = frozenset({"-K", "--config", "-T", "--upload-file"})
#: Commands that read the files whose names stand behind them.
_READERS = frozenset(
    {
        "awk",
        "base64",
        "cat",
        "cut",
        "file",
        "grep",
        "gzip",
        "head",
        "iconv",
        "jq",
        "sed",
        "sort",
        "tail",
        "wc",
        "xxd",
        "yq",
    }
)
#: Options by which a form's member is sent.
_FORMS = frozenset({"-F", "--form"})


def outside(text: str) -> Outside:
    """All of it. Names in lower case are a script's own variables, which nobody sets for it, but for the host that it asks: `http://${host_ip}:9000/v1`."""
    written = _shell.written_files(text)
    named = {path for command in _shell.commands(text) for path in _paths(command)}
    files, beyond = sorted_out(named - written)
    hosts = set(_HOST.findall(text))
    own = _shell.assigned(text)
    variables = frozenset(
        name for name in _shell.expected(text) if name.isupper() or (name in hosts and not is_slip(name, own - {name}))
    )
    asks = any(command.name in ("read", "select") for command in _shell.commands(text))
    return Outside(variables=variables, files=files - written, beyond=beyond, asks=asks)


def _paths(command: _shell.Command) -> list[str]:
    """The files that a command's words name: `@body.json`, `file=@audio.mp3`, `file=@"audio.mp3"` (curl takes the quotes off), `photo.png`."""
    found = []
    for before, word in pairwise(command.words):
        if before in _OTHER or "$" in word:
            continue
        name = re.sub(r"^(?:[\w\[\]]+=)?[@<]", "", word.split(";")[0])
        name = name.strip('"') if before in _FORMS else name
        # A form's file needs no suffix.
        path = as_path(name) or (name if before in _FORMS and name != word else "")
        if path and (name != word or command.name in _READERS or before in _OF_FILES):
            found.append(path)
    return found
