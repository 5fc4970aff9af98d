"""What a sample has around it when its reader runs it: variables, files, somebody who types. All of it harmless, and told."""

from __future__ import annotations

import difflib
import posixpath
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from aswritten.languages import by_name, commands, facts, own_modules, shows
from aswritten.model import OWN_HOSTS
from aswritten.stand_ins import stand_in
from aswritten.surroundings._left import left_to_reader, takes_host_of_reader
from aswritten.surroundings._values import base_url, is_left_address, is_left_path, value_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from aswritten.languages import Language, Outside
    from aswritten.model import Block, Page, Sample

__all__ = ["Assumed", "assume", "is_left_address", "is_left_path", "left_to_reader", "takes_host_of_reader"]

_PASSES_URL = re.compile(r"\b(?:base_?url|api_base|server_?url)\b", re.IGNORECASE)
_PASSES_KEY = re.compile(r"(?:api_?key|\btoken)\s*[=:]|token_?provider", re.IGNORECASE)
#: What is made with a key or a token, by its name.
_GIVEN_KEY = re.compile(r"(\w+)\s*\([^()]*?\b(?:api_?key|token)\s*[=:]", re.IGNORECASE)
#: How a page says that a server hands on the key that its reader has.
_HANDED_ON = re.compile(
    r"\b(?:api[ _-]?keys?|credentials)\b[^\n]{0,60}\b(?:pass(?:es|ed)?[ -]?through|forwarded|unchanged)\b"
    r"|\b(?:pass(?:es|ed)?[ -]?through|forwards?)\b[^\n.]{0,60}\b(?:api[ _-]?keys?|credentials)\b",
    re.IGNORECASE,
)
#: A shell word that is a variable and an endpoint of the API behind it, and options behind which a word is no address.
_ASKED = r"\$(?:{0}|\{{{0}\}})(?:/[\w.-]+)*/(?:v\d+|completions|embeddings|messages|models|responses)(?=[/?]|$)"
_NO_ADDRESS = frozenset({"-o", "--output", "-O", "-T", "--upload-file", "-d", "--data", "-F", "--form", "-H", "-K"})
#: A file that a shell sample writes out of itself.
_HEREDOC = re.compile(
    r"""<<-?\s*["']?(?P<end>\w+)["']?\s*>\s*["']?(?P<path>[^\s"']+)["']?\s*\n(?P<text>.*?)^\s*(?P=end)\s*$""",
    re.DOTALL | re.MULTILINE,
)
_SHELL_TAGS = frozenset(by_name("curl").TAGS)
#: How the text of a JSON file begins, behind remarks.
_JSON = re.compile(r"\s*(?:(?://|#)[^\n]*\n\s*)*[{\[]")
_MODULE = re.compile(r"^(?:export|import)\b", re.MULTILINE)
#: A member that a program takes of data: `row["prompt"]`.
_MEMBER = re.compile(r"\[\s*[\"']([A-Za-z][\w ]{0,40})[\"']\s*\]")
#: From here on two words are one, of which one is mistyped; and letters that such a word has at least.
_SAME_WORD = 0.75
_LONG_WORD = 4
_STAND_IN = "(a stand-in)"
#: What somebody types who is asked.
_ANSWER = "Hello!"
#: What they type where they are asked for a file: words of the question, and a name.
_TYPED_FILES = {
    r"image|photo|picture": "image.png",
    r"audio|sound|speech|voice": "audio.wav",
    r"pdf|document": "document.pdf",
    r"\bfile|\bpath": "file.txt",
}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a sample is given that neither its page nor the settings give."""

    variables: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    blanks: tuple[tuple[str, str], ...] = ()
    """What variables get that the sample itself sets to an empty text, for its reader to fill in."""
    typed: bytes = b""
    """What it reads as its standard input, and then the end."""
    told: tuple[str, ...] = ()
    """All of this in words, for the report."""
    stand_ins: frozenset[str] = frozenset()
    """The paths of those files that stand in for what only the reader has."""


def assume(
    page: Page, sample: Sample, language: Language, given: Collection[str], missed: frozenset[str] = frozenset()
) -> Assumed:
    """What the sample wants, and does not get from ``given``: names of variables and files, and `stdin` where something is typed.

    ``missed``: variables that its client said it misses.
    """
    wants = language.outside(sample.source)
    modules = own_modules(page, sample, wants)
    wants = _with_modules(wants, modules, language)
    missed = frozenset(name for name in missed if _is_missed(name, page, sample))
    wants = replace(wants, variables=wants.variables | missed)
    variables = _variables(page, sample, wants, given)
    typed = _typed(wants) if wants.asks and "stdin" not in given else ""
    named = {line for line in typed.splitlines() if line in _TYPED_FILES.values()}
    files = {path: _content(page, sample, path) for path in sorted((wants.files | named) - set(given))}
    files |= {path: (block.text.encode(), f"(of line {block.line})") for path, block in modules.items()}
    if "dotenv_values(" in sample.source and ".env" not in {*files, *given}:
        files[".env"] = _dotenv(page, sample)
    scripts = [block.text for path, block in modules.items() if not path.endswith(".json")]
    if sample.language == "node" and scripts and all(map(_MODULE.search, scripts)):
        files.setdefault("package.json", (b'{"type": "module"}\n', "(a stand-in: its modules are ECMAScript's)"))
    found = {path: content for path, (content, _) in files.items() if content is not None}
    stand_ins = frozenset(path for path in found if files[path][1] == _STAND_IN)
    blanks = _blanks(page, sample, wants)
    told = [
        *(f"{name}={value}" for name, value in variables),
        *(f"{name}={value} where the sample leaves it empty" for name, value in blanks),
        *(f"{path} {files[path][1]}" for path in found),
        *([f"the answers {', '.join(map(repr, typed.splitlines()))} to what it asks"] if typed else []),
    ]
    return Assumed(tuple(variables), tuple(found.items()), blanks, typed.encode(), tuple(told), stand_ins)


def _with_modules(wants: Outside, modules: Mapping[str, Block], language: Language) -> Outside:
    """What a sample wants, and what those of its author's own modules want that it runs with."""
    for block in modules.values():
        more = language.outside(block.text)
        wants = replace(
            wants,
            variables=wants.variables | more.variables,
            implied=wants.implied | more.implied,
            files=wants.files | more.files,
        )
    return wants


def _variables(page: Page, sample: Sample, wants: Outside, given: Collection[str]) -> list[tuple[str, str]]:
    base = _without_said(_base(page, sample), sample.source)
    names = {name for name in wants.implied if _is_asked_for(name, page, sample)} | wants.variables
    names = {name for name in names if not (name in sample.source and _is_set_otherwise(name, page, given))}
    pairs = ((name, _value(name, base, sample)) for name in sorted(names - set(given)))
    return [(name, value) for name, value in pairs if value is not None]


def _is_set_otherwise(name: str, page: Page, given: Collection[str]) -> bool:
    """Whether a page sets a variable whose name is this one but for a letter or two in one of its words, and nothing on it reads that one.

    A reader has it under that name alone, unless the page's own words speak of this one.
    """
    in_blocks = sum(block.text.count(name) for block in page.blocks)
    if page.text.count(name) > in_blocks or re.search(rf"{re.escape(name)}[ \t]*=", page.text):
        return False
    near = next((one for one in given if _is_slip_of(name, one)), "")
    return bool(near) and re.search(rf"\b{re.escape(near)}\b(?![\"']?[ \t]*=)", page.text) is None


def _is_slip_of(name: str, other: str) -> bool:
    """Whether one word of two names differs, by a letter or two: `OPAI` and `OPENAI`, and not `EU` and `US`."""
    words, others = name.split("_"), other.split("_")
    differ = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) != len(others) or len(differ) != 1 or min(map(len, differ[0])) < _LONG_WORD:
        return False
    if len({re.sub(r"\d", "", word) for word in differ[0]}) == 1:
        return False
    return difflib.SequenceMatcher(None, *differ[0]).ratio() >= _SAME_WORD


def _value(name: str, base: str, sample: Sample) -> str | None:
    """The value for a variable by its name; whatever its name the base URL, where a client asks an endpoint behind it: `curl $PROXY/v1/models`."""
    if sample.language != "curl" or f"${name}/" not in sample.source.replace(f"${{{name}}}", f"${name}"):
        return value_of(name, base)
    asked = re.compile(_ASKED.format(re.escape(name)))
    clients = (one for one in commands(sample.source) if one.name in facts("shell")["clients"])
    words = ((before, word) for one in clients for before, word in pairwise(("", *one.words)))
    is_asked = any(asked.match(word) and before not in _NO_ADDRESS for before, word in words)
    return base if is_asked else value_of(name, base)


def _base(page: Page, sample: Sample) -> str:
    return base_url(block.text for block in (sample.block, *sample.earlier, *page.blocks))


def _without_said(base: str, source: str) -> str:
    """The base URL without a version that the sample puts behind a variable itself: `os.environ["URL"] + "/v1"`, `$URL/v1`."""
    rest, _, version = base.rpartition("/")
    says = (
        re.search(rf"""(?:["'`}}]|\$\w+)/{re.escape(version)}\b""", source) if re.fullmatch(r"v\d+", version) else None
    )
    return rest if says else base


def _blanks(page: Page, sample: Sample, wants: Outside) -> tuple[tuple[str, str], ...]:
    base = _base(page, sample)
    return tuple((name, value) for name in sorted(wants.blanks) if (value := value_of(name, base)) is not None)


def _is_asked_for(name: str, page: Page, sample: Sample) -> bool:
    """Whether a reader has set a variable that a package reads by itself, and the sample needs it.

    They have where the page speaks of it, and where the sample calls the package's own API, for which everybody has a key.
    """
    if _is_bare(name, sample):
        return True
    source = _without_remarks(sample.source)
    if _PASSES_KEY.search(source) and name.endswith(("KEY", "TOKEN")):
        return False
    return name in page.text or _PASSES_URL.search(source) is None or _stands_before(name, page, source)


def _stands_before(name: str, page: Page, source: str) -> bool:
    """Whether a sample asks a server on its reader's machine which, as the page says, stands before the vendor's API: who has that one's key goes on with it."""
    vendor = re.escape(name.partition("_")[0].lower())
    hosts = set(re.findall(r"https?://([\w.-]+)", source.lower()))
    form = rf"(?:\bforward\w*|\bprox(?:y|ies|ied)\b|\bbefore\b|in front of|\bupstream\b|\bgateway\b|\bwas )[^\n]{{0,80}}\bapi\.{vendor}\."
    is_said = re.search(form, page.text, re.IGNORECASE) or _HANDED_ON.search(page.text)
    return bool(hosts) and hosts <= OWN_HOSTS and is_said is not None


def _is_bare(name: str, sample: Sample) -> bool:
    """Whether a sample makes its vendor's client with nothing: what it passes as keys and URLs is then for others (`wrap(OpenAI(), key=…)`)."""
    vendor = re.sub(r"_(?:API_)?(?:KEY|TOKEN|SECRET)$|_", "", name)
    return re.search(rf"(?<!def )\b(?:Async)?{vendor}(?:AI|Client)?\(\s*\)", sample.source, re.IGNORECASE) is not None


def _without_remarks(source: str) -> str:
    """The source without what stands behind `#` or `//` and a blank: what a sample only mentions it does not pass."""
    return re.sub(r"(?m)(?:^|(?<=\s))(?:#|//).*$", "", source)


def _is_missed(name: str, page: Page, sample: Sample) -> bool:
    """Whether a reader has set a variable that a client says it misses, and did not mean to give its value in the source.

    A client of another server reads its own vendor's key only where it was given none: that is for the page to tell.
    """
    if _is_bare(name, sample) or re.search(rf"[\"']{name}[\"']", sample.source):
        return True
    vendor = name.partition("_")[0].lower()
    source = _without_remarks(sample.source)
    is_set = re.search(rf"^[ \t]*(?:export[ \t]+)?{name}=\S", page.text, re.MULTILINE) is not None
    if not is_set and any(vendor in made.lower() for made in _GIVEN_KEY.findall(source)):
        return False
    hosts = (host.lower() for host in re.findall(r"https?://([\w.-]+)", source))
    is_theirs = any(vendor in host for host in hosts) or _stands_before(name, page, source)
    return name in page.text or _PASSES_URL.search(source) is None or is_theirs


def _content(page: Page, sample: Sample, path: str) -> tuple[bytes | None, str]:
    """A file's content and where it comes from: the block of the page that shows it, else a stand-in of its kind."""
    for block in page.blocks:
        if block.index == sample.block.index:
            continue
        for written in _HEREDOC.finditer(block.text):
            if posixpath.normpath(written["path"]) == posixpath.normpath(path):
                return written["text"].encode(), f"(of line {block.line})"
        # Words above commands may name the file that these write.
        is_other = path.endswith(".json") and block.tag in _SHELL_TAGS and _JSON.match(block.text) is None
        if shows(block, path) and not is_other and "<<" not in block.text:
            return block.text.encode(), f"(of line {block.line})"
    return stand_in(path, sorted(set(_MEMBER.findall(sample.source)))), _STAND_IN


def _dotenv(page: Page, sample: Sample) -> tuple[bytes | None, str]:
    """A file of variables: what the page shows for it, else one with those that a sample takes of it."""
    shown, where = _content(page, sample, ".env")
    if shown is not None:
        return shown, where
    base = _base(page, sample)
    names = sorted(name for name in set(_MEMBER.findall(sample.source)) if name.isupper())
    lines = (f"{name}={value}" for name in names if (value := value_of(name, base)) is not None)
    return "".join(f"{line}\n" for line in lines).encode(), _STAND_IN


def _typed(wants: Outside) -> str:
    words = [word for word in facts("surroundings")["leave_words"] if word in wants.texts or f"/{word}" in wants.texts]
    leave = next((word if word in wants.texts else f"/{word}" for word in words), "")
    answers = [_answer(prompt) for prompt in wants.prompts] or [_ANSWER]
    return "".join(f"{line}\n" for line in (*answers, leave) if line)


def _answer(prompt: str) -> str:
    asks_for_file = re.search(r"file|path|image|photo|pdf", prompt, re.IGNORECASE) is not None
    kinds = (name for form, name in _TYPED_FILES.items() if re.search(form, prompt, re.IGNORECASE))
    return next(kinds, _ANSWER) if asks_for_file else _ANSWER
