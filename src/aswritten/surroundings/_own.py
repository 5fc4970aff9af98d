"""What only its reader has: the place that a sample is written for, what it is started with, what their files hold."""

from __future__ import annotations

import difflib
import re
import sys
from typing import TYPE_CHECKING

from aswritten.languages import by_name, facts, undefined_name
from aswritten.stand_ins import media_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aswritten.languages import Outside
    from aswritten.model import Run, Sample
    from aswritten.surroundings import Assumed

#: What a browser has under names that a program's own values often have.
_USED_AS = {
    "alert": r"{}\(",
    "prompt": r"{}\(",
    "document": r"{}\.(?:body|cookie|createElement|getElement\w*|querySelector\w*|title|addEventListener)\b",
    "location": r"{}\.(?:hash|host|hostname|href|origin|pathname|reload|search)\b",
}
_NO_MODULE = re.compile(r"^ModuleNotFoundError: No module named '([\w.]+)'", re.MULTILINE)
#: How Python says that a module which is run as a program imports from the package that holds it, below the line that does.
_RELATIVE = re.compile(
    r"^    (?P<line>from \.[^\n]*)\n(?:    [^\n]*\n)?ImportError: attempted relative import with no known parent package",
    re.MULTILINE,
)
#: An import that no package has for its name, as Node misses it.
_ALIAS = re.compile(
    r"Cannot find (?:package|module) '((?:[@~#]/|\$|~)[^'\n]*)'|Package import specifier \"(?P<own>#[^\"\n]+)\""
)
_ARGUMENTS = re.compile(
    r"\bsys\.argv\b(?!\[0\])|\bprocess\.argv\b|\bargparse\b|\bparseArgs\b|\bclick\.(?:argument|option)\b|\btyper\.(?:run|Typer|Argument)\b"
    r"|\bfire\.Fire\(|\btyro\.cli\(|\bgetopt\.|\bdocopt\(|[\"'](?:commander|yargs|minimist|meow|cac)[\"']"
)
#: How Node misses a member of a value that is not there; not of a client, which an API's methods are mistyped on.
_OF_UNDEFINED = r"properties of undefined \(reading '(?!(?:chat|completions|create|embeddings|list|parse|stream)')"
#: How programs end for want of arguments: by their own words, or over a list that is too short.
_USAGE = re.compile(
    r"arguments? (?:are|is) required|\busage\b|missing (?:required )?(?:argument|option|parameter)|not enough non-option|required (?:argument|option)",
    re.IGNORECASE,
)
#: How a program ends itself, and looks whether a file is there before it goes on.
_ENDS_ITSELF = re.compile(r"\b(?:sys\.exit|exit|quit|SystemExit|process\.exit)\(\s*[^)\s0]")
_LOOKS_FOR_FILE = re.compile(
    r"\bif (?:\(\s*!|not )\s*\(?[^\n]{0,80}?(?:\.exists\(|\.is_file\(|\.isfile\(|\.is_dir\(|\.isdir\(|existsSync\()"
    r"(?=[\s\S]{0,300}?(?:sys\.exit|SystemExit|process\.exit|\bexit)\()"
)
_CATCHES = re.compile(r"\bexcept\b|\bcatch\b")
#: What stands behind the message of an error that a program did not mean to end with.
_TRACE = re.compile(r"^Traceback|^ {4}at ", re.MULTILINE)
_NO_ARGUMENT = re.compile(rf"^(?:IndexError: list index|ValueError: not enough values)|{_OF_UNDEFINED}", re.MULTILINE)
#: Commands of git that ask about a repository, how git says that it stands in none, and how Python and Node say that git failed.
_ASKS_GIT = "(?:diff|log|show|rev-parse|status|branch|ls-files)"
_OF_GIT = re.compile(rf"\bnot a git repository\b|\bCommand '\['git', '{_ASKS_GIT}'|\bCommand failed: git {_ASKS_GIT}\b")
#: The names that a program gives to its arguments.
_GIVEN_ARGUMENTS = re.compile(r"[\[(]?(?P<names>[A-Za-z_$][\w$, ]{0,200})[\])]?\s{0,9}=(?!=)[^\n=]{0,80}\bargv\b")
#: How programs say that data have not got what they look for, whatever the data are.
_NOT_IN_DATA = re.compile(
    r"^(?:KeyError|IndexError|StopIteration|ValueError|UnicodeDecodeError|json\.decoder\.JSONDecodeError|configparser\.\w+|yaml\.\S+Error"
    r"|(?:[\w.]+\.)?ValidationError: \d+ validation errors? for)\b"
    rf"|'NoneType' object|indices must be|properties of null|{_OF_UNDEFINED}|is not iterable|is not valid JSON|in JSON at|JSON input",
    re.MULTILINE,
)
#: What a machine has not got that only runs samples: somebody who looks at it, hardware, and what models run with on the machine itself.
_MACHINE = re.compile(
    r"NVIDIA driver|CUDA (?:is not|not) available|not compiled with CUDA|No CUDA GPUs|no display name|\$DISPLAY"
    r"|cannot (?:open|connect to) (?:the )?(?:X server|display)|requires (?:the )?(?:PyTorch|TensorFlow|Flax)\b[^\n]{0,80}not found|PortAudio|No such device|Inappropriate ioctl|No default (?:in|out)put device"
    r"|^(?:ImportError|OSError): (?=lib)[\w.+-]+: cannot open shared object file",
    re.MULTILINE,
)
#: The release from which on an f-string may hold its own quotes, and backslashes (PEP 701), and how an older one says that it may not.
_NEWER = (3, 12)
_NEWER_STRING = re.compile(
    r"^SyntaxError: f-string(?:: (?:unmatched|expecting|unterminated|f-string)| expression part cannot include a backslash)",
    re.MULTILINE,
)
#: Aliases and parameters of types, which that release takes, too (PEP 695).
_ALIAS_OF_TYPE = re.compile(r"^([ \t]*)type[ \t]+(\w+)(?:\[[^\]\n]{1,200}\])?[ \t]*=", re.MULTILINE)
_PARAMETERS = re.compile(
    r"^([ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+(?=\[[^\]\n]{1,200}\]\()|class[ \t]+\w+))\[[^\]\n]{1,200}\](?=[(:])",
    re.MULTILINE,
)
#: Names that modules of Python's own library have from a release on (the changes of each, docs.python.org/3/whatsnew).
_NEWER_NAMES = {
    ("asyncio", "Barrier", "Runner", "TaskGroup", "timeout"): (3, 11),
    ("datetime", "UTC"): (3, 11),
    ("enum", "ReprEnum", "StrEnum", "member", "nonmember", "verify"): (3, 11),
    ("typing", "LiteralString", "Never", "NotRequired", "Required", "Self", "TypeVarTuple", "Unpack"): (3, 11),
    ("typing", "assert_never", "assert_type", "clear_overloads", "dataclass_transform", "get_overloads", "reveal_type"): (3, 11),
    ("collections.abc", "Buffer"): (3, 12),
    ("itertools", "batched"): (3, 12),
    ("typing", "TypeAliasType", "override"): (3, 12),
    ("typing", "NoDefault", "ReadOnly", "TypeIs", "get_protocol_members", "is_protocol"): (3, 13),
    ("warnings", "deprecated"): (3, 13),
}  # fmt: skip
_NOT_IN_LIBRARY = re.compile(
    r"^ImportError: cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)' ", re.MULTILINE
)
#: A name for a file that is open, and for each of its lines; one for what a file or a line holds.
_OPENED = re.compile(
    r"\bopen\([^\n]{0,200}?\)\s+as\s+(\w+)|^[ \t]*(\w+)\s*=\s*(?:open\(|[\w.]*Path\([^\n]*\.(?:open|read_text)\()",
    re.MULTILINE,
)
_OF_FILE = re.compile(
    r"^[ \t]{0,40}(?:for )?(?P<name>\w{1,60})(?:[ \t]?:[^=\n]{0,60})?[ \t]?(?:=|in)[ \t]?[^\n]{0,100}?"
    r"(?:\bjson\.loads?|\b(?:yaml\.)?safe_load|\byaml\.load|\btoml(?:lib)?\.loads?|\bread_\w{1,20}|\bDictReader|\bload_dataset)\((?P<of>[^\n]{0,200})",
    re.MULTILINE,
)
_READS = re.compile(r"\bopen\(|\bPath\(|[\"'][\w./-]+[\"']")
_EACH = re.compile(r"\bfor (\w+) in (\w+)")
_NO_TABLE = re.compile(r"no such table: (\w+)")
#: How Node says that a module is one of Bun's, Deno's or a cloud's: `bun:sqlite`, `cloudflare:sockets`.
_FOREIGN = re.compile(r"default ESM loader\. Received protocol '(\w{1,20}:)'")
#: How Node says that what is asked for has no host, as what a page in a browser asks its own site for.
_OWN_SITE = re.compile(
    r"Failed to parse URL from (?P<path>/(?!\S*/(?:completions|embeddings|messages|models|responses)\b)[^\s'\"`]{1,200})$",
    re.MULTILINE,
)
_OF_NODE = re.compile(r"\bprocess\.|[\"']node:|[\"'](?:fs|path|os)(?:/promises)?[\"']")
#: How a shell that a program starts says that it does not find a command, and how Node says so of one that it starts itself.
_NO_COMMAND = re.compile(r"\bsh: (?:line )?\d+: ([\w.+-]+): not found|spawn(?:Sync)? ([\w.+-]+) ENOENT")


def of_reader(run: Run, stderr: str, sample: Sample, wants: Outside, assumed: Assumed) -> str:
    """What of its reader's a sample failed for, in words; empty where it failed for something else."""
    hindered = (
        _place(run, stderr, sample),
        _site(stderr, sample),
        "" if run.exchanges else _runtime(stderr),
        _project(stderr),
        _repository(stderr),
        _newer(stderr, sample),
        _machine(stderr),
        "" if run.exchanges else _arguments(run, stderr, sample),
        _held(stderr, sample, wants, assumed) if not run.exchanges or _of_file(stderr, sample) else "",
        _typed(stderr, assumed),
    )
    return next(filter(None, hindered), "")


def _place(run: Run, stderr: str, sample: Sample) -> str:
    """A program for a browser, a notebook or another runtime, which have names and modules of their own."""
    if sample.language == "curl":
        return ""
    known = facts(sample.language)["elsewhere"]
    name = undefined_name(stderr)
    # A value of that name is one that nobody defines: `content: prompt`.
    form = _USED_AS.get(name, r"{}\s*[.(]").format(re.escape(name))
    if name in known and re.search(rf"\b{form}", sample.source):
        return f"runs in {known[name]} only: it uses `{name}`"
    if not run.exchanges and (module := _imported(stderr, sample, known)):
        return f"runs in {known[module]} only: it imports `{module}`"
    alias = next(filter(None, (found[1] or found["own"] for found in _ALIAS.finditer(stderr))), "")
    if alias and alias in sample.source:
        return f"needs a file of the reader's own: `{alias}` is an alias of their project"
    if not run.exchanges and "import.meta.env" in sample.source and "properties of undefined" in stderr:
        return "runs in a bundler's output only: it uses `import.meta.env`"
    return ""


def _site(stderr: str, sample: Sample) -> str:
    """A program of a page in a browser, which asks its own site."""
    asked = _OWN_SITE.search(stderr)
    is_own = asked is not None and asked["path"] in sample.source and not _OF_NODE.search(sample.source)
    return f"runs in a browser only: it asks its own site for `{asked['path']}`" if asked and is_own else ""


def _runtime(stderr: str) -> str:
    """A program that Node does not load to its end: a package of it is for Bun, or for a cloud."""
    foreign = _FOREIGN.search(stderr)
    return f"runs in another runtime only: Node loads nothing from `{foreign[1]}`" if foreign else ""


def _project(stderr: str) -> str:
    """A module that is a folder of the project in which the page has its reader work, or one of a package of theirs."""
    if relative := _RELATIVE.search(stderr):
        return f"a module of the reader's own package: `{relative['line'].strip()[:120]}`"
    missing = _NO_MODULE.findall(stderr)
    is_folder = missing and missing[-1].split(".")[0] in facts("surroundings")["own_folders"]
    return f"needs a file of the reader's own: `{missing[-1]}` is a folder of their project" if is_folder else ""


def _newer(stderr: str, sample: Sample) -> str:
    """What only a newer release of Python takes or has than the one that runs samples."""
    if sys.version_info < _NEWER and _NEWER_STRING.search(stderr):
        return "written for Python 3.12 or newer, which takes quotes and backslashes in an f-string as they stand"
    if sys.version_info < _NEWER and "\nSyntaxError: " in stderr and _parses_as_older(sample):
        return "written for Python 3.12 or newer, which takes parameters of types"
    missing = _NOT_IN_LIBRARY.search(stderr)
    named = (
        version
        for (module, *names), version in _NEWER_NAMES.items()
        if missing and missing["module"] == module and missing["name"] in names
    )
    version = next(named, None)
    is_newer = version is not None and sys.version_info < version
    return (
        f"written for Python {version[0]}.{version[1]} or newer, which has `{missing['name']}`"
        if is_newer and missing and version
        else ""
    )


def _parses_as_older(sample: Sample) -> bool:
    """Whether a Python sample parses once its types are written as older releases take them."""
    older = _PARAMETERS.sub(r"\1", _ALIAS_OF_TYPE.sub(r"\1\2 =", sample.source))
    return sample.language == "python" and older != sample.source and by_name("python").is_program(older)


def _imported(stderr: str, sample: Sample, known: Mapping[str, str]) -> str:
    """The module of another runtime that a sample imports, and that Python misses, or Node makes nothing of; empty for none."""
    if sample.language == "python":
        missing = _NO_MODULE.findall(stderr)
        form = r"^\s*(?:from|import)\s+{}\b"
        mine = [one for one in known if missing and f"{one}.".startswith(f"{missing[-1]}.")]
    else:
        form = r"(?:\bfrom|\bimport|\brequire\()\s*[\"']{}[\"'/]"
        mine = [one for one in known if one in stderr]
    return next((one for one in mine if re.search(form.format(re.escape(one)), sample.source, re.MULTILINE)), "")


def _machine(stderr: str) -> str:
    command = _NO_COMMAND.search(stderr)
    name = (command[1] or command[2]) if command else ""
    if name and not difflib.get_close_matches(name, facts("shell")["clients"], 1, cutoff=0.7):
        return f"`{name}` is not on this machine"
    lacking = _MACHINE.search(stderr)
    if lacking is None:
        return ""
    line = stderr[stderr.rfind("\n", 0, lacking.start()) + 1 :].partition("\n")[0]
    return f"needs what this machine has not got: `{line.strip()[:120]}`"


def _repository(stderr: str) -> str:
    """A repository of git that a program asks about, and that stands on its reader's machine."""
    return "asks git about a repository of the reader's own" if _OF_GIT.search(stderr) else ""


def _arguments(run: Run, stderr: str, sample: Sample) -> str:
    # What a traceback shows of the source is the line that ended it.
    given = {
        name for found in _GIVEN_ARGUMENTS.finditer(sample.source) for name in re.findall(r"[\w$]+", found["names"])
    }
    is_guarded = re.search(r"\blen\(sys\.argv\)|argv\.length\b|argv\[\d\] ?(?:\?\?|\|\|)", sample.source) is not None
    named = any(re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])", stderr) for name in given)
    is_of_them = "argv" in stderr or (named and not is_guarded)
    reads = _NO_ARGUMENT.search(stderr) is not None and (is_of_them or "getopt" in sample.source)
    printed = run.stdout.decode("utf-8", "replace")
    is_calm = _TRACE.search(stderr) is None
    ends_itself = is_calm and _ENDS_ITSELF.search(sample.source) is not None
    is_asked = (is_calm and _USAGE.search(stderr)) or (ends_itself and _USAGE.search(printed))
    if _ARGUMENTS.search(sample.source) and (reads or is_asked):
        return "its reader gives it arguments on its command line"
    if ends_itself and run.exit_code and _LOOKS_FOR_FILE.search(sample.source) and not _CATCHES.search(sample.source):
        return "needs a file of the reader's own: it looks for one, and ends itself"
    return ""


def _of_file(stderr: str, sample: Sample) -> bool:
    """Whether what a sample that called the API misses at its end is of what it read of a file, and not of an answer."""
    if "/pandas/" in stderr:
        return True
    shown = re.findall(r"^    (\S.*)$", stderr, re.MULTILINE)
    opened = {name for found in _OPENED.findall(sample.source) for name in found if name}
    opened |= {found[0] for found in _EACH.findall(sample.source) if found[1] in opened}
    loads = _OF_FILE.finditer(sample.source)
    names = [
        one["name"] for one in loads if _READS.match(one["of"]) or re.split(r"\W", one["of"], maxsplit=1)[0] in opened
    ]
    names += [found[0] for found in _EACH.findall(sample.source) if found[1] in names]
    return any(re.search(rf"\b{re.escape(name)}(?:\.get\(|\[)", shown[-1]) for name in names) if shown else False


def _held(stderr: str, sample: Sample, wants: Outside, assumed: Assumed) -> str:
    """What a file or a database of theirs holds that the sample looks for: a stand-in holds nothing of it."""
    if (table := _NO_TABLE.search(stderr)) and "create table" not in sample.source.lower():
        return f"needs a database of the reader's own, with a table `{table[1]}`"
    if not _NOT_IN_DATA.search(stderr):
        return ""
    if "/configparser.py" in stderr and "configparser" in sample.source:
        return "needs a file of the reader's own: what it looks for is in a file that configparser reads"
    texts = assumed.stand_ins & wants.files
    read = sorted(path for path in texts if not media_type(path) and not path.endswith((".txt", ".md")))
    if read:
        return f"needs a file of the reader's own: what it looks for is not in the stand-in for {read[0]}"
    if "IndexError" in stderr and re.search(r"\bi?glob\(|\blistdir\(|\biterdir\(", sample.source):
        return "needs files of the reader's own: it finds none"
    return ""


def _typed(stderr: str, assumed: Assumed) -> str:
    """What its reader types, where a sample goes on with that: a number, a choice."""
    last = stderr.rstrip().rpartition("\n")[2]
    typed = next((line for line in assumed.typed.decode().splitlines() if line and line in last), "")
    return f"goes on with what its reader types, and `{typed}` is none of it" if typed else ""
