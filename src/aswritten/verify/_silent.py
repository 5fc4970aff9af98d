"""Samples that send nothing though nothing is wrong with them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from aswritten.languages import by_name, facts, is_known_package

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.languages import Outside

#: Characters of a line that a reason shows.
_SHOWN = 80
#: What stands in for an API within a program.
_MOCKS = re.compile(
    r"\b(?:MockTransport|ASGITransport|WSGITransport|MockAgent|respx|requests_mock|responses\.(?:activate|add)|pytest_httpx|setupServer|nock"
    r"|(?:Async|Magic)Mock|mocker\.patch|(?:jest|vi)\.(?:fn|mock|spyOn)|sinon)\b|\bmock_response[\"']?\s*[:=]|\bpatch(?:\.\w+)?\([^\n]{0,200}(?:return_value|side_effect|create)"
    r"|\bmock\.method\(\s*globalThis,\s*[\"']fetch|\bstubGlobal\(\s*[\"']fetch|^\s*global(?:This)?\.fetch\s*=(?!=)"
    r"|\bfetch:\s*(?:async\s*)?\([^()\n]*\)\s*=>\s*(?:\{\s*return\s*)?new Response\b",
    re.MULTILINE,
)
#: What goes through a folder of the reader's own.
_FOLDER = re.compile(r"\br?glob\(|\bos\.walk\(|\blistdir\(|\biterdir\(|\breaddir(?:Sync)?\(|\bscandir\(")
#: The name of a function that is no method and that nothing decorates.
_DEFINED = re.compile(
    r"^(?P<decorated>@[^\n]*\n)?(?:export )?(?:async )?(?:def|function)\s+(?P<name>\w+)", re.MULTILINE
)
_REMARK = re.compile(r"(?:^|(?<=\s))(?:#|//).*$", re.MULTILINE)
#: The same, and one that is a constant.
_OWN = re.compile(
    r"^(?:export )?(?:async )?(?:def|function)\s+(\w+)|^(?:export )?const (\w+)(?:: [^=\n]{1,80})? = (?:async )?(?:\(|\w+ =>)",
    re.MULTILINE,
)
#: A remark that is a call, by itself or given to what runs it: `# asyncio.run(main())`, `// await ask("Hi");`.
_REMARKED_CALL = re.compile(
    r"^[ \t]{0,40}(?:#|//)[ \t]{0,8}(?:[\w ,]{1,60}=[ \t]?)?(?:await )?(?:asyncio\.run\(|print\(|console\.log\()?(?:await )?(?P<name>\w{1,60})\([^()\n]{0,100}\){1,3}(?:\.(?:catch|then|finally)\([^\n]{0,100}\)){0,3}[ \t;]*(?:#[^\n]{0,100}|//[^\n]{0,100})?$",
    re.MULTILINE,
)
#: A route of a server, and the function for it.
_ROUTE = re.compile(
    r"^\w+\.(?:all|delete|get|patch|post|put)\(\s*[\"'`]/[^\"'`\n]*[\"'`]\s*,[^\n]{0,120}?"
    r"(?:\((?:_?req|request|ctx|context|c)\b[^()\n]{0,60}\)(?: =>| \{)|\b(?:ctx|context|c) =>)",
    re.MULTILINE,
)
#: What waits for others to call what it is given: an application that its host starts, a channel of events.
_REGISTERS = re.compile(
    r"^export default \w+;?$|^export const app\b|^export const \w{1,60}(?:: [^=\n]{1,80})? = \{|^module\.exports\s*=|(?<!process)\.(?:on|once|addListener|addEventListener|subscribe)\(\s*[\"'`][\w:.-]+[\"'`]\s*,",
    re.MULTILINE,
)
#: An address that is a placeholder alone, in a text that fills nothing in.
_ADDRESS_LEFT = re.compile(
    r"\b(?:api_base|base_?url|endpoint|server_?url|url)[\"']?\s?[=:]\s?(?<![fF])[\"'](?P<mark>\{[A-Za-z][\w -]{1,40}\}|<[A-Za-z][\w -]{1,40}>)[\"']",
    re.IGNORECASE,
)
#: A statement that stops a call, at once and not by a timer.
_STOPS = re.compile(r"^[ \t]*[\w.]+\.abort\(", re.MULTILINE)
#: How JavaScript and Python make something by a call at the top level that is not waited for; of Python's, what is called a stream.
_MADE_BY_CALL = {
    "node": re.compile(
        r"^(?:export )?(?:const|let|var) (?P<name>[\w$]{1,60})(?::[^=\n]{1,80})? = (?!await\b|new\b)(?P<maker>[\w$]{1,60})[\w$.]{0,80}\(",
        re.MULTILINE,
    ),
    "python": re.compile(
        r"^(?=\w{0,60}stream\w{0,60} = |\w{1,60} = [\w.]{0,80}stream\w{0,60}\()(?P<name>\w{1,60}) = (?!await\b)(?P<maker>[A-Za-z_]\w{0,60})[\w.]{0,80}\(",
        re.MULTILINE,
    ),
}
#: How JavaScript gives other modules what a call made.
_EXPORTED = re.compile(
    r"^export (?:const|let|var) (?P<name>[\w$]{1,60})(?::[^=\n]{1,80})? = (?!await\b|Object\b|[\w$.]{0,100}\([ ]?[\w$.'\"]*\))[\w$.]{1,100}\(",
    re.MULTILINE,
)
#: A function of JavaScript that gives one thing after the other, and begins when it is asked for the first.
_GIVES = re.compile(r"\bfunction\s{0,9}\*\s{0,9}([\w$]{1,60})")


def _left_unread(source: str, language: str) -> str:
    """What a sample makes by a call and does not go on with, where that sends nothing before it is read; empty for none.

    Such are what a package makes, as far as nobody knows better, what a function of JavaScript gives piece by piece, and of Python a stream.
    """
    form = _MADE_BY_CALL.get(language)
    made = list(form.finditer(source)) if form else []
    makers = (
        {*by_name(language).import_lines(source), *_GIVES.findall(source)} if language == "node" and made else set()
    )
    used = Counter(re.findall(r"[\w$]+", source)) if made else Counter()
    lazy = (one["name"] for one in made if language != "node" or one["maker"] in makers)
    return next((name for name in lazy if used[name] == 1), "")


def _waits_for_others(source: str, language: str) -> str:
    """What a sample makes or sets up for others to go on with, in words; empty for none."""
    if lazy := _left_unread(source, language):
        return f"makes `{lazy}`, and leaves it to who reads it: nothing is sent before"
    if given := _EXPORTED.search(source):
        return f"gives other modules `{given['name']}`, for them to call: nothing is sent before"
    mark = _REGISTERS.search(source) or (_ROUTE.search(source) if language == "node" else None)
    return f"waits for others to call it: `{mark.group().strip()[:_SHOWN]}`" if mark else ""


def sends_nothing(context: Context, wants: Outside) -> str:
    """Why a sample sends nothing though nothing is wrong with it; empty where it ought to."""
    lines = context.sample.source.splitlines()
    source = "\n".join(line for line in lines if not line.lstrip().startswith(("#", "//")))
    mock = _MOCKS.search(source)
    if mock or _STOPS.search(source):
        return f"answers its calls by itself: `{mock.group()}`" if mock else "it stops its call by itself"
    if left := _ADDRESS_LEFT.search(source):
        return f"its reader puts the real address in place of `{left['mark']}`"
    unnamed = _uncalled(source)
    if unnamed and not wants.asks:
        # A function that nobody names, but for a remark that calls it.
        shown = next((one for one in _REMARKED_CALL.finditer("\n".join(lines)) if one["name"] in unnamed), None)
        return f"its reader is told to call it: `{shown.group().strip()[:_SHOWN]}`" if shown else ""
    if waits := _waits_for_others(source, context.language.NAME):
        return waits
    if _FOLDER.search(source):
        return "needs files of the reader's own: it goes through a folder"
    return "goes on with what its reader types" if wants.asks else ""


def _uncalled(source: str) -> set[str]:
    """The functions that a source defines and does not name again, but for those that a decorator has."""
    used = Counter(re.findall(r"\w+", source))
    plain = (found["name"] for found in _DEFINED.finditer(source) if not found["decorated"])
    return {name for name in plain if used[name] == 1}


def does_unknown(context: Context) -> str:
    """Why nobody knows whether a sample is to send anything: of all of its packages nothing is known, or of one that is to call what it is handed.

    Empty where one is known, it has none, or a function of its own is never named.
    """
    language = context.language
    if language.NAME == "curl" or _uncalled(context.sample.source):
        return ""
    known = facts(language.NAME)
    # What sends nothing, or what the client of another package sends.
    silent = (*known["offline"], *known.get("carriers", ()))
    silent_names = {known.get("distributions", {}).get(one, one).replace("_", "-").lower() for one in silent}
    imported = language.packages(context.sample.source)
    packages = [one for one in imported if one.replace("_", "-").lower() not in silent_names]
    unknown = [one for one in packages if not is_known_package(one, language.NAME)]
    if unknown and len(unknown) == len(packages):
        return f"sends nothing, and nobody knows what `{unknown[0]}` does: not checked"
    handed = _handed_on(context.sample.source) if unknown else ""
    return f"hands `{handed}` on, and nobody knows when `{unknown[0]}` calls that: not checked" if handed else ""


def _handed_on(source: str) -> str:
    """The first function of a source that it names and never calls itself; empty for none."""
    text = _REMARK.sub("", source)
    for name in map("".join, _OWN.findall(text)):
        named = re.findall(rf"(?<![\w$.\"'`]){re.escape(name)}(?![\w$\"'`])[ \t]*(\(?)", text)
        # One of them is where it is defined.
        calls = sum(map(bool, named)) - (f"const {name}" not in text)
        if len(named) > 1 and not calls:
            return name
    return ""
