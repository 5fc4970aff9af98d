"""Placeholders in what a sample was run with: an address, a key or a value that its reader puts in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.languages import by_name

if TYPE_CHECKING:
    from aswritten.languages import Outside
    from aswritten.model import Run, Sample

#: A URL, or the host and port of one, that holds a placeholder: `<HOST>`, `{server_ip}`, `[region]`, `YOUR_HOST`, `your-endpoint`.
_IN_URL = re.compile(
    r"""(?:https?://|(?<=["'\s])localhost:)[^\s"'`<>{}\[\]/]*(?P<mark><[^<>\n]+>|(?<!\$)\{\{?[A-Za-z][\w .-]*\}?\}|\[[a-z][\w -]*\]|(?:YOUR|MY)_\w+|your[-_]\w[\w-]*)""",
    re.IGNORECASE,
)
#: One that is no name of a host: `192.168.x.x` is one. A port in letters, dots, asterisks and brackets are of no host out there.
_NO_HOST = re.compile(
    r"""https?://[^\s"'`/]{0,200}?(?:(?<=\w):(?P<port>[A-Za-z]\w*)(?=[/"'`\s]|$)|(?P<mark>\*{2,}|\.{3,}|…|@@\w+@@|\([A-Za-z][\w -]*\)|[〈《【][^〈〉《》【】\n]{1,40}[〉》】]))""",
    re.MULTILINE,
)
#: The whole of a URL up to its path, as a plain client is given it: `"YOUR_URL/v1/chat/completions"`, `post("YOUR_URL"`.
_BASE = r"""<[A-Za-z][^<>\n]*>|\{\{?[A-Za-z][\w .-]*\}?\}|(?:your|my)[_ -]\w[\w -]*|(?-i:[A-Z][A-Z_]{2,40})|x{3,}|\*{3,}|\.{3}|…|[^\x00-\x7f"'`\n:/.][^"'`\n:/.]{0,40}"""
_FOR_BASE = re.compile(
    rf"""["'`](?P<mark>{_BASE})/[\w./{{}}-]*["'`]|(?:\burl["']?\s*[=:]\s*|\.(?:get|post|request)\(\s*|\bfetch\(\s*)f?["'`](?P<whole>{_BASE})["'`]""",
    re.IGNORECASE,
)
#: What a command asks, where it begins with a placeholder: `curl '<your_endpoint>/v1/models'`.
_FOR_URL = re.compile(r"""[\s"'](?P<mark><[A-Za-z][\w .-]*>|\{\{?[A-Za-z][\w .-]*\}?\})/\w""")
#: A URL that holds one further on, in brackets, which curl takes for a range: `/models/[model_id]`.
_IN_BRACKETS = re.compile(r"\bhttps?://[^\s\"'`]{0,300}?(?P<mark>\[[a-z][\w -]*\])")
#: A base URL that is a word and nothing of a URL: `base_url="YOUR_DEPLOYMENT"`, `"YOUR_DEPLOYMENT_URL" + "/v1"`, `"ENDPOINT"`.
_NO_URL = re.compile(
    r"""(?:base_?url|api_base|end_?point|server_url|host)["']?\s*[=:]\s*f?["'](?P<mark>(?:your|my)[_ -]?\w[\w -]*|(?-i:[A-Z]{3,40})|x{3,}|\*{3,}|[A-Za-z]+[_ -][\w -]*|[^\x00-\x7f"'\n:/.][^"'\n:/.]{0,40}|\{\{[^{}\n]{1,80}\}\}|(?:\{[A-Za-z][\w .-]*\}|<[A-Za-z][^<>\n]{0,60}>)(?=["'/]))(?:(?<=[}>])/[\w./-]{0,100})?["']""",
    re.IGNORECASE,
)
#: How clients say that an address is none, or that nobody is there.
_NO_ADDRESS = re.compile(
    r"curl: \((?:1|3|6|7|35|60)\)|Invalid ?URL|invalid url|InvalidURL|ERR_INVALID_URL|Failed to parse|UnsupportedProtocol|LocationParseError"
    r"|Connection ?[eE]rror|ConnectError|fetch failed|ENOTFOUND|getaddrinfo|nonnumeric port|Invalid port|No scheme supplied|missing (?:scheme|an 'https?:)|unknown url type"
    r"|[Cc]ould not parse [\w -]{0,40}URL|CERTIFICATE|SSLError|label empty|idna"
)
#: The exit code of curl for a URL that is none (curl manual, "Exit codes").
_MALFORMED = 3
#: A key that is a placeholder in another script, which no header takes, and how clients say so.
_KEY_ABROAD = re.compile(
    r"""(?:key|token|authorization|bearer|secret|password)\w{0,40}["']?\]?\s*[=:]\s*(?:[\w.\[\]"'(), ]{1,80}(?:\?\?|\|\||\bor|,)\s*)?[fr]?(?P<quote>["'`])(?:Bearer )?(?P<mark>[^"'`\n]{0,60}[^\x00-\x7f"'`\n][^"'`\n]{0,60})(?P=quote)""",
    re.IGNORECASE,
)
_NO_HEADER = re.compile(
    r"to a ByteString because the character|codec can't encode character|Invalid character in header"
)
_NO_CREDENTIALS = re.compile(
    r"credential|api[ _-]?key|Illegal header value|unauthori[sz]ed|UnsupportedProtocol|Connection ?[eE]rror|[Ii]nvalid ?URL|missing an 'http",
    re.IGNORECASE,
)
#: How a client says that it is given less than it needs.
LACKS_ARGUMENTS = re.compile(r"^TypeError: Missing required arguments", re.MULTILINE)
#: How programs say that their source is at fault, whatever a reader puts in.
_OF_SOURCE = re.compile(r"unexpected keyword|SyntaxError|NameError|ReferenceError|ImportError|TransformError")
#: A placeholder in quotes.
_QUOTED_MARK = re.compile(r"[\"'`](<[A-Za-z][\w .-]{1,40}>)[\"'`]")
#: The same as the whole of a value that is no key, under its name.
_MARK_OF = re.compile(
    r"(?<!\w)(?P<name>\w{1,60})[\"']?\s{0,9}[=:]\s{0,9}(?P<quote>[\"'`])(?P<mark><[^<>\n]{1,60}>|\{[A-Za-z][\w.-]*[ ,-][^{}\n]{1,60}\})(?P=quote)"
)
_OF_KEY = re.compile(r"key|token|secret|auth|password", re.IGNORECASE)
#: What frames of Python and of Node that are of a package hold.
_OF_PACKAGE = ("/site-packages/", "/node_modules/")
_LONGEST_CALL = 30


def address_left(run: Run, stderr: str, sample: Sample, wants: Outside, beside: str) -> str:
    """A placeholder that stands for an address or a key, where a client takes none of it as it stands; ``beside``: the text of the page's own modules."""
    # What a package reads for itself, as a list of prices, is answered by nobody.
    is_command = sample.language == "curl"
    if any(one.recording or is_command or one.request.method != "GET" for one in run.exchanges):
        return ""
    text = f"{sample.source}\n{beside}"
    forms = (_FOR_URL, _IN_BRACKETS) if sample.language == "curl" else ()
    # With -s curl says so by its exit code alone.
    no_address = _NO_ADDRESS.search(stderr) or (sample.language == "curl" and run.exit_code == _MALFORMED)
    forms = (_IN_URL, _NO_URL, *forms, _NO_HOST)
    found = next(filter(None, (form.search(text) for form in forms)), None) if no_address else None
    mark = next(filter(None, found.groups()), "") if found else _base_left(stderr, sample) if no_address else ""
    # The name of a variable of its own is one that nothing fills in: a mistake.
    if mark and not _is_own(mark, sample):
        return f"its reader puts the real address in place of `{mark}`: the client takes none of it as it stands"
    if _NO_HEADER.search(stderr) and (key := _KEY_ABROAD.search(text)):
        return f"its reader puts a value in place of `{key['mark']}`"
    if _NO_CREDENTIALS.search(stderr) and wants.unfilled:
        name, line = wants.unfilled[0]
        return f"its reader fills in `{name}` at line {sample.page_line(line)}"
    return ""


def _is_own(mark: str, sample: Sample) -> bool:
    """Whether a mark in braces begins with a name that the sample defines, or a function of it takes."""
    first = re.match(r"\{{0,2}\s?(\w+)", mark)
    if first is None:
        return False
    taken = rf"\b(?:def|function) \w{{1,60}}\([^()]{{0,200}}\b{first[1]}\b|\(\s?{first[1]}\s?[,)][^\n]{{0,80}}=>"
    return (
        first[1] in by_name(sample.language).names(sample.source).defines or re.search(taken, sample.source) is not None
    )


def _base_left(stderr: str, sample: Sample) -> str:
    """A placeholder for all of a URL but its path, which the words of a plain client, or the line at which it failed, hold; empty for none."""
    if sample.language == "curl":
        return ""
    defined = by_name(sample.language).names(sample.source).defines
    marks = (found["mark"] or found["whole"] for found in _FOR_BASE.finditer(sample.source))
    # In braces the name of a variable is one that nothing fills in: a mistake.
    return next((mark for mark in marks if mark in stderr and mark.strip("{}") not in defined), "")


def value_left(stderr: str, sample: Sample) -> str:
    """A placeholder that the source has in quotes, and that what ended the run is about."""
    last = "\n".join(line for line in stderr.rstrip().split("\n")[-3:] if not line.startswith(" "))
    if _OF_SOURCE.search(last):
        return ""
    mark = next(
        (one for one in _QUOTED_MARK.findall(last) if re.search(rf"[\"'`]{re.escape(one)}[\"'`]", sample.source)), ""
    )
    mark = mark or _refused_value(stderr, sample, last)
    return f"its reader puts the real value in place of `{mark}`" if mark else ""


def _refused_value(stderr: str, sample: Sample, last: str) -> str:
    """A placeholder in the call at which a package ends the run, of which its ``last`` words speak; empty for none."""
    language = by_name(sample.language)
    line = language.failing_line(stderr, language.file_name(sample.block, sample.source))
    if not line or LACKS_ARGUMENTS.search(stderr) or not _ends_in_package(stderr):
        return ""
    call = ""
    for text in sample.source.splitlines()[line - 1 : line - 1 + _LONGEST_CALL]:
        call += f"{text}\n"
        if call.count("(") <= call.count(")"):
            break
    said = set(re.findall(r"\w+", last.lower()))
    marks = (one for one in _MARK_OF.finditer(call) if not _OF_KEY.search(one["name"]))
    return next(
        (one["mark"] for one in marks if said & {one["name"].lower(), *re.findall(r"\w{4,}", one["mark"].lower())}), ""
    )


def _ends_in_package(stderr: str) -> bool:
    """Whether a run ends in the code of a package: by the innermost frame, Python's last and Node's first."""
    python = stderr.rfind('\n  File "')
    start = python if python >= 0 else stderr.find("\n    at ")
    frame = stderr[start + 1 :].partition("\n")[0] if start >= 0 else ""
    return any(part in frame for part in _OF_PACKAGE)
