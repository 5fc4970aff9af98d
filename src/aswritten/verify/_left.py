"""What becomes of a verdict where all that is wrong was left to the reader of the page."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten.checks import answered, is_chat, is_side_file, missing_name
from aswritten.languages import facts, is_known_package
from aswritten.surroundings import left_to_reader, takes_host_of_reader
from aswritten.verify._answers import prints_own_member
from aswritten.verify._meant import as_meant
from aswritten.verify._unsure import ends_on_answer, unsure

if TYPE_CHECKING:
    from aswritten.checks import Context
    from aswritten.model import Finding, Request, Run, Verdict, VerdictName
    from aswritten.verify._inputs import Inputs

#: What follows from a run's not getting anywhere.
_ENDED = frozenset({"run.exit", "run.timeout", "run.flood", "run.no-request", "request.not-json"})
#: What follows from an answer's not having what is read of it.
_READS = frozenset({"run.exit", "output.junk", "output.lost-content"})
#: A call that hands on the answer's own members: `client.chat.completions.create(…)`.
_RAW_CALL = re.compile(r"\bcompletions?\.\w+\(|\.chat\.\w+\(|\.chat\(|/completions\b")
#: A member that a client knows is empty; one that it does not know is the page's mistake.
_NOT_THERE = re.compile(r"'NoneType' object|Cannot read properties of (?:undefined|null)")
#: How pydantic says that a value is none of a class, and how clients say that an answer is none of their API's.
_INVALID = re.compile(r"validation errors? for (\w+)")
#: A call by which a block has something done.
_POSTS = re.compile(r"\.(?:create|generate\w*|invoke|parse|post|send|stream)\(|\bfetch\(")
#: How a client says that what it read of an API first rules out what it was to ask then.
_RULED_OUT = re.compile(r"not (?:been able to find|supported|available|found)", re.IGNORECASE)
#: How programs say that data have not got what they look for.
_NOT_IN_DATA = re.compile(
    r"^(?:IndexError|StopIteration)\b|'NoneType' object|Cannot read properties of undefined", re.MULTILINE
)
#: How Node says that data are no list.
_NO_LIST = re.compile(
    r"^TypeError: [\w$]+(?:\.(?:map|filter|find|forEach|slice|some|sort) is not a function| is not iterable)$",
    re.MULTILINE,
)
#: How clients say that they reach nobody by gRPC, of which there are no recordings.
_BY_GRPC = re.compile(r"\b(?:_InactiveRpcError|AioRpcError)\b|\bUNAVAILABLE: ")
#: How a system says that it knows no host: every name that is asked in a way that is led is known.
_NOT_LED = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname|\bEAI_AGAIN\b"
)
#: How programs say that what they reach does not speak as they do, as clients of databases say of a server that speaks HTTP.
_CUT_OFF = re.compile(r"\bread ECONNRESET\b|Connection reset by peer|closed the connection unexpectedly")
#: Data of an image or a file that are cut after their first characters, as they are sent.
_CUT_DATA = re.compile(rb"base64,[A-Za-z0-9+/]{0,60}\.{3}")
#: How a shell fetches a program, or a folder of files.
_FETCHES = re.compile(
    r"^[^#\n]{0,100}?\b(?:(?:git clone|wget)\s|curl\b(?![^\n]{0,300}\s(?:-d|-F|--data|--form|--json))[^\n|]{1,300}"
    r"(?:\|[ \t]*(?:sudo )?(?:(?:ba|z)?sh|tar|gunzip)\b|\s(?:-\w{0,6}[oO]\b|--output|--remote-name)))",
    re.MULTILINE,
)
_INVALID_RESPONSE = re.compile(
    r"Response ?[Vv]alidation|Output ?Pars|No matching .{0,40}found in|No tool calls?\b.{0,40}found|[Nn]o object generated"
)


def as_left(verdict: Verdict, run: Run, context: Context, inputs: Inputs, *, elsewhere: bool) -> Verdict:
    """The verdict of a sample that does what it does only after its reader did what its page leaves to them; else as it is.

    One that called the API all the same is as good as what it did. ``elsewhere``: all that it asked for was of another API. A name that
    nobody defines would stop the reader all the same, and is told in place of what stopped the run.
    """
    apart = (
        _apart(verdict, run, context)
        or _sends_stand_in(verdict, run, inputs)
        or as_meant(verdict, context, inputs.wants)
    )
    if apart is not None:
        return apart
    serves = bool(inputs.wants.serves[0])
    asked = any(exchange.request.method == "POST" for exchange in answered(run))
    if not (_could_not_run(verdict) or elsewhere or (serves and not asked)):
        return verdict
    refused, refused_name = _refused(verdict, run, context)
    if refused:
        return _as_left(verdict, refused, refused_name, context)
    own, text = inputs.wants.modules, context.sample.block.text
    modules = [
        text.decode("utf-8", "replace")
        for path, text in inputs.assumed.files
        if path in own or path.rpartition(".")[0] in own
    ]
    # What the page has its reader set may hold what they replace: `export API_KEY=<key>`.
    modules += [f'{name}="{value}"' for name, value in inputs.variables.items()]
    reason, counts = left_to_reader(run, context.sample, inputs.wants, inputs.assumed, "\n".join(modules))
    ran = counts and any(not _is_of_file(exchange.request) for exchange in answered(run))
    name: VerdictName = ("continuation" if verdict.run_with else "passed") if ran else "fragment"
    if elsewhere and counts and not answered(run):
        name = "other"  # what a machine lacks, to do what is no call of the API
    elif (
        reason
        and name == "fragment"
        and context.language.NAME == "curl"
        and not answered(run)
        and _FETCHES.search(text)
    ):
        reason, name = f"goes on with what it fetches: not checked; {reason}", "other"
    if not reason and _could_not_run(verdict) and not context.own_recordings:
        reason, name = unsure(run, context), "other"
    return _as_left(verdict, reason, name, context) if reason else verdict


def _as_left(verdict: Verdict, reason: str, name: VerdictName, context: Context) -> Verdict:
    """The verdict by another name, whose end is no mistake for a reason; a name that the sample misses behind that end is one still."""
    kept = tuple(finding for finding in verdict.findings if finding.rule not in _ENDED)
    missing = missing_name(context)
    if missing is not None:
        return replace(verdict, name="failed", findings=(missing, *kept))
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=kept)


def _is_of_file(request: Request) -> bool:
    """Whether a request fetches a file, as a picture to ask of, and is no call of an API."""
    return request.method == "GET" and "." in request.path.partition("?")[0].rpartition("/")[2]


def _apart(verdict: Verdict, run: Run, context: Context) -> Verdict | None:
    """The verdict of a sample that asks or reads something else here than at its reader's; None for any other."""
    kept, name = verdict.findings, verdict.name
    reason = takes_host_of_reader(run, context.sample)
    cut = next(filter(None, (_CUT_DATA.search(exchange.request.body) for exchange in run.exchanges)), None)
    if cut is not None and verdict.name in {"passed", "continuation"}:
        reason = f"its reader puts whole data in place of `{cut.group().decode()}`"
        name = "fragment"
    elif reason:
        kept = tuple(one for one in verdict.findings if one.rule not in _ENDED or one.rule == "request.not-json")
        name = "failed" if any(finding.level == "error" for finding in kept) else "fragment"
    elif _is_of_another_form(verdict, run, context):
        reason = "its client reads answers of another form than that which stands in for them: not checked"
        kept, name = tuple(finding for finding in verdict.findings if finding.rule not in _READS), "other"
    elif _prints_junk(verdict) and not context.own_recordings and (reason := prints_own_member(run, context)):
        kept, name = tuple(finding for finding in verdict.findings if finding.rule != "output.junk"), "other"
    else:
        return None
    return replace(verdict, name=name, reason="; ".join(filter(None, (reason, verdict.reason))), findings=kept)


def _sends_stand_in(verdict: Verdict, run: Run, inputs: Inputs) -> Verdict | None:
    """The verdict of a sample that sends what a file of its reader's holds, of which a stand-in holds nothing; None for any other."""
    wrong = [one for one in verdict.findings if one.level == "error" and one.rule.startswith("request.")]
    sent = _sent_file(verdict, run, inputs, wrong) if wrong else ""
    if not sent:
        return None
    # A body that holds nothing fits no recording either.
    kept = tuple(one for one in verdict.findings if one not in wrong and one.rule != "run.unknown-request")
    failed = any(one.level == "error" for one in kept)
    reason = "; ".join(filter(None, (f"needs a file of the reader's own: it sends what {sent} holds", verdict.reason)))
    return replace(verdict, name="failed" if failed else "fragment", reason=reason, findings=kept)


def _sent_file(verdict: Verdict, run: Run, inputs: Inputs, wrong: list[Finding]) -> str:
    """The file whose stand-in is sent as a whole, through a pipe, or in a member of a body; empty for none. ``wrong``: what is wrong with the requests."""
    text = verdict.block.text
    stand_ins = {path: content for path, content in inputs.assumed.files if path in inputs.assumed.stand_ins}
    piped = (path for path in sorted(stand_ins) if _is_piped(path, text))
    bodies = {_squeezed(exchange.request.body) for exchange in run.exchanges}
    posted = [_squeezed(exchange.request.body) for exchange in run.exchanges if exchange.request.method != "GET"]
    if sent := next((path for path, content in stand_ins.items() if _squeezed(content) in bodies), ""):
        return sent
    if set(posted) == {b""}:
        # curl sends an empty body in place of a file that is not there, and so does what looks in a stand-in for what is not in it.
        named = (path for path in sorted(inputs.wants.files | inputs.wants.beyond) if f"@{path}" in text)
        return next(named, "") or next(piped, "")
    # What the sample itself leaves empty is its own.
    if all(one.got == "{}" for one in wrong) and not re.search(r"\{\s*\}", text):
        empty = (path for path in sorted(stand_ins) if path.endswith(".json") and stand_ins[path].strip() == b"{}")
        if sent := next(empty, ""):
            return sent
    # A program in front of it made the body of such a file.
    is_empty = all(one.rule == "request.schema" and one.got in {"{}", "nothing", "null"} for one in wrong)
    return next(piped, "") if is_empty and len(posted) == 1 else ""


def _is_piped(path: str, text: str) -> bool:
    """Whether a command reads a file, and another one behind its pipe sends what comes."""
    return re.search(rf"{re.escape(path)}[^;&]{{0,400}}\|[^;&]{{0,600}}@-", text) is not None


def _squeezed(content: bytes) -> bytes:
    return b"".join(content.split())


def _without_door(run: Run, stderr: str, context: Context) -> str:
    """Why a sample's calls reach no recording, though they go out, in words; empty where they may."""
    if _BY_GRPC.search(stderr):
        return "calls by gRPC, of which there is no recording: not checked"
    if _NOT_LED.search(stderr):
        return "its client looks up names by itself, which leads to no recording: not checked"
    if _CUT_OFF.search(stderr):
        return "calls a server that does not speak HTTP, of which there is no recording: not checked"
    # Its own code for a network that fails; it has no option that leads a name elsewhere.
    if context.language.NAME == "curl" and (run.exit_code == 4 or "wget: unable to resolve" in stderr):
        is_it = re.search(r"\bwget\s", context.sample.source)
        return "`wget` cannot be led to the recordings: not checked" if is_it else ""
    return ""


def _prints_junk(verdict: Verdict) -> bool:
    """Whether all that is wrong with a sample is what it prints in place of content."""
    return {finding.rule for finding in verdict.findings if finding.level == "error"} == {"output.junk"}


def _could_not_run(verdict: Verdict) -> bool:
    """Whether all that is wrong with a sample is that its run ended with an error."""
    errors = [finding.rule for finding in verdict.findings if finding.level == "error"]
    return bool(errors) and _ENDED.issuperset(errors)


def _is_of_another_form(verdict: Verdict, run: Run, context: Context) -> bool:
    """Whether all that is wrong is what a client of an API's own reads of an answer, where nobody knows that API's answers.

    It reads no choices, which every answer in OpenAI's form has.
    """
    errors = {finding.rule for finding in verdict.findings if finding.level == "error"}
    answers = [one.request for one in answered(run) if one.request.method == "POST"]
    chats = [request.host for request in answers if is_chat(request)]
    # A completion of the old kind is not told from what it reads: some APIs answer it in a form of chats.
    reads_chats = bool(chats) and "choices" in context.sample.source
    if context.own_recordings or not errors or not errors <= _READS or not answers or reads_chats:
        return False
    if "run.exit" in errors and not _NOT_THERE.search(run.complaint):
        return False
    # A command is the client of no API of its own.
    if context.language.NAME == "curl" or not _RAW_CALL.search(context.sample.source):
        return False
    known = facts(context.language.NAME)
    packages = set(context.language.packages(context.sample.source)) - set(known["offline"])
    is_own = bool(packages) and not packages & {*facts("surroundings")["common_form"], *known["http"]}
    return is_own and all(not context.profile_for(host).hosts for host in chats)


def _refused(verdict: Verdict, run: Run, context: Context) -> tuple[str, VerdictName]:
    """Why a run ended though all went well but for what stood in for an API's own answer, and its verdict; an empty text for no such end.

    What a model would say is not known, nor what beside the common form an API answers.
    """
    stderr = run.complaint
    unheard = all(one.request.method == "CONNECT" for one in run.exchanges) or _BY_GRPC.search(stderr)
    if unheard and _could_not_run(verdict) and (why := _without_door(run, stderr, context)):
        return why, "other"
    own = [one for one in run.exchanges if not is_side_file(one.request, context)] or run.exchanges
    well = own and all(one.recording and 200 <= one.response.status < 300 for one in own)
    if context.own_recordings or not well or not _could_not_run(verdict):
        return "", verdict.name
    class_ = next((name for name in _INVALID.findall(stderr) if f"class {name}(" in context.sample.source), "")
    if class_:
        return (
            f"wants a model to answer what its `{class_}` takes, and nobody knows what one says: not checked",
            "other",
        )
    if _INVALID_RESPONSE.search(stderr) or ends_on_answer(stderr, context):
        return "its client takes the answers of its own API alone, and not what stands in for one: not checked", "other"
    is_program = context.language.NAME != "curl"
    # What blocks in front of it have asked is not what it looks at.
    reads_itself = bool(context.sample.earlier) and not (
        run.exchanges[-1].request.body or _POSTS.search(context.sample.block.text)
    )
    only_read = is_program and (reads_itself or not any(one.request.body for one in run.exchanges))
    packages = context.language.packages(context.sample.source)
    # A package of which nothing is known asked, at a host that the sample does not name.
    is_own = bool(packages) and not any(is_known_package(one, context.language.NAME) for one in packages)
    is_own = is_own and not any(one.request.host in context.sample.source for one in run.exchanges)
    looks = _RULED_OUT.search(stderr) or _NOT_IN_DATA.search(stderr) or (is_own and _NO_LIST.search(stderr))
    if only_read and looks:
        url = run.exchanges[-1].request.url
        return f"what stands in for the answer to GET {url} has not got what it looks for: not checked", "other"
    return "", verdict.name
