"""Documented output: how a page announces it, and which sample it documents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aswritten.classify import _texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aswritten.classify._role import Role
    from aswritten.model import Block

#: Words by which a page speaks of what a sample answers or prints.
_SPEAKS = re.compile(
    r"\b(?:respon(?:ses?|ds?)|outputs?|prints?|printed|returns?|returned|repl(?:y|ies)|results?"
    r"|you (?:(?:should|will|may|might|can|would) )?(?:see|get|receive))\b",
    re.IGNORECASE,
)
#: A line that says nothing else: `Response:`, `Expected output`, `Example Response Format`, `Output from script`.
_SAYS = re.compile(
    r"\W*(?:(?:an?|the|your|expected|example|sample|typical|possible|return|json|api)\s+)*"
    r"(?:(?:responses?|outputs?|results?|repl(?:y|ies)|returns?|prints?|data)(?=\W*$|\s+\([^()]*\)\W*$|\s+(?:from|of|for|in|format|body|example|may|might|will|should|looks?|is)\b.*))"
    r".{0,60}",
    re.IGNORECASE,
)
#: A line that leads to what its reader gets.
_GETS = re.compile(
    r"\W*(?:you|this|it) (?:(?:should|will|would|may|might|can) )?(?:now |then )?(?:see|get|receive|return|print|output)s?\b(?=[^.\n]{0,60}\b(?:outputs?|responses?|results?)\b)[^.\n]{0,100}:\W*",
    re.IGNORECASE,
)
#: How such a line speaks of what a program writes, and not of what an API answers.
_SAYS_PRINT = re.compile(r"\b(?:outputs?|prints?)\b", re.IGNORECASE)
_PRINTS = re.compile(r"^(?!\s*(?:#|//))[^\n]*?(?:\bprint\(|\bconsole\.\w+\()", re.MULTILINE)
#: The same in other languages that docs are often written in, a word to each: with nothing behind it, it says so.
_SAYS_ABROAD = re.compile(
    r"\W*(?:[^\W\d_]+\s+)?(?:Antwort|Ausgabe|Ergebnis|Réponse|Sortie|Résultat|Respuesta|Salida|Resultado|Resposta|Saída|Risposta|Risultato|Ответ|Вывод"
    r"|Результат|Yanıt|Çıktı|Odpowiedź|Phản hồi|Kết quả|[^\W\d_]{0,4}(?:响应|返回|输出|回應|輸出)(?:结果|值|内容|示例|格式|[^\W\d_]{0,2})(?:如下(?:所示)?)?|[^\W\d_]{0,4}(?:レスポンス|応答|出力)[^\W\d_]{0,2}|응답|출력|결과)"
    r"(?:\s+[^\W\d_]+){0,2}\W*",
    re.IGNORECASE,
)
#: A line that says so of data: `Returns an array of models.`
_RETURNS = re.compile(r"\W*Returns (?:an?|the|all)\b.{0,80}")
#: A remark on the first line of a block.
_REMARK = re.compile(r"(?:#|//)[ \t]*(\S[^\n]{0,80})\n")
_TITLE = re.compile(r"""title\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TITLE_SAYS = re.compile(r"\b(?:response|output|result)s?\W*$", re.IGNORECASE)
#: Commands that run a program the page showed: what they print is what the program prints.
_RUNS_FILE = re.compile(r"\s*\$?\s*(?:python3?|node|npx|tsx|deno|bun|ts-node|uv run|bash|sh)\s")
_STREAMS = re.compile(r"""["']?\bstream\b["']?\s*[:=]\s*true\b""", re.IGNORECASE)
#: Ways in which a program prints a body as it came.
_PRINTS_BODY = re.compile(r"JSON\.stringify|\.json\(\)|model_dump|to_json|\.text\b")
#: Forms in which one language prints its values, and no other does.
_PRINTED_BY = {
    "python": re.compile(r"\b(?:None|True|False)\b|\{'|\b[A-Z]\w+\(\w+="),
    "node": re.compile(r"\bundefined\b|\[Object\]|\[Array\]|^[ \t]*\w+: (?:'|null|\[|\{)", re.MULTILINE),
}
_SHELL = "curl"
#: What a program holds, also one that does not parse, and hardly any print: an assignment, a call, an import.
_CODE = re.compile(
    r"^[ \t]*(?:import|from|const|let|var|def|async|await|curl|pip|npm)[ \t]|^[ \t]*[\w.]+[ \t]*=[ \t]*\S|\w\.\w{1,40}\([^)\n]{0,200}$",
    re.MULTILINE,
)
#: How words lead to what is sent.
_ASKS = re.compile(r"\b(?:request|payload|body)\b", re.IGNORECASE)
#: Characters of a line by which it is known again.
_TELLING = 10
#: A block documents one of so many blocks above it.
_NEAR = 40


def is_spoken_of(block: Block) -> bool:
    """Whether the words right above a block speak of a response or a print; they may speak of another one."""
    return _SPEAKS.search(_words_above(block)) is not None or is_announced(block)


def is_announced(block: Block) -> bool:
    """Whether the line right above a block, its title or a remark on its first line says that it shows a response or a print."""
    title = _TITLE.search(block.info)
    if title:
        return _TITLE_SAYS.search(title[1] or title[2] or "") is not None
    remark = _REMARK.match(block.text) if block.tag in _texts.PLAIN_TAGS else None
    if remark and _SAYS.fullmatch(remark[1]):
        return True
    last = block.prose.strip().rsplit("\n", 1)[-1]
    if _SAYS.fullmatch(last) or _SAYS_ABROAD.fullmatch(last) or _GETS.fullmatch(last):
        return True
    # The line above is the page's words below a heading that says it.
    heading = block.headings[-1] if block.headings else ""
    says = _SAYS.fullmatch(heading) or _SAYS_ABROAD.fullmatch(heading)
    return heading in block.prose and says is not None and bool(heading)


def returns(block: Block) -> bool:
    """Whether the line right above a block of data says that this is what is returned."""
    return is_announced(block) or _RETURNS.fullmatch(block.prose.strip().rpartition("\n")[2]) is not None


def is_print_of(block: Block, roles: Sequence[Role]) -> bool:
    """Whether a block right below a program is plain text, or begins with what that program prints, as its source spells it."""
    above = _program_above(block, roles)
    first = next((line.strip() for line in block.text.splitlines() if line.strip()), "")
    if above is None:
        return False
    if block.tag in _texts.PLAIN_TAGS and block.tab == above.block.tab and not _CODE.search(block.text):
        return True
    if len(first) < _TELLING:
        return False
    return first in above.block.text and not any(line.strip() == first for line in above.block.text.splitlines())


def program_above(block: Block, roles: Sequence[Role]) -> Block | None:
    """The program that is no sample, right above a block without a word between: what is printed there is its own."""
    above = _program_above(block, roles)
    return above.block if above is not None and above.kind != "sample" else None


def printer_above(block: Block, roles: Sequence[Role]) -> Block | None:
    """The program that is no sample, and prints, right above a block with one line between that says what comes is printed: `Expected output:`."""
    above = roles[-1] if roles else None
    if above is None or above.kind != "other" or above.language in {"", _SHELL}:
        return None
    line = block.prose.strip()
    says = "\n" not in line and _SAYS.fullmatch(line) is not None and _SAYS_PRINT.search(line) is not None
    is_next = above.block.headings == block.headings and above.block.group == block.group
    return above.block if says and is_next and _PRINTS.search(above.block.text) else None


def is_below_program(block: Block, roles: Sequence[Role]) -> bool:
    """Whether a block stands right below a program, without a word between."""
    return _program_above(block, roles) is not None


def _program_above(block: Block, roles: Sequence[Role]) -> Role | None:
    above = roles[-1] if roles and not block.prose.strip() else None
    if above is None or above.kind == "sample":
        return above
    return above if above.kind in {"other", "fragment"} and above.language not in {"", _SHELL} else None


def command_above(block: Block, roles: Sequence[Role]) -> Block | None:
    """The shell block right above that runs neither a sample nor a file of the page: what is printed is its own."""
    for role in reversed(roles):
        if role.block.headings != block.headings:
            return None
        if role.kind == "output":
            continue
        is_command = role.kind in {"other", "fragment", "install"} and role.language == _SHELL
        return role.block if is_command and not _RUNS_FILE.match(role.block.text) else None
    return None


def documented(block: Block, roles: Sequence[Role], *, is_body: bool) -> Role | None:
    """The sample that a block documents: the nearest above in its section, or one beside that which fits better.

    ``is_body`` says that the block shows an answer as it comes over the wire, not what a program makes of it.
    """
    above = [role for role in roles[-_NEAR:] if role.kind == "sample" and in_one_section(role.block, block)]
    if not above:
        return None
    nearest = above[-1].block
    if nearest.group:
        beside = [role for role in above if role.block.group == nearest.group]
    elif nearest.headings != block.headings[: len(nearest.headings)]:
        if any(role.block.headings == block.headings and _is_request(role) for role in roles[-_NEAR:]):
            return None  # the answer to what its own section shows as data
        beside = above  # an answer in a section of its own may be that of each of its siblings
    else:
        beside = [role for role in above if role.block.headings == nearest.headings and not role.block.group]
    streams = _texts.is_event_stream(block.text)
    printed_by = {name for name, form in _PRINTED_BY.items() if form.search(block.text)}

    def fit(role: Role) -> tuple[bool, bool, int]:
        text = role.block.text
        if is_body:
            shows_body = role.language == _SHELL or _PRINTS_BODY.search(text) is not None
            return (_STREAMS.search(text) is not None) == streams, shows_body, role.block.index
        return role.language in printed_by or not printed_by, role.language != _SHELL, role.block.index

    return max(beside, key=fit)


def _is_request(role: Role) -> bool:
    """Whether a block of data is what is sent, by the words right above it."""
    return (
        role.kind == "other"
        and role.block.tag.startswith("json")
        and _ASKS.search(_words_above(role.block)) is not None
    )


def in_one_section(one: Block, other: Block) -> bool:
    """Whether two blocks stand below the same heading, or below siblings of one."""
    depth = min(len(one.headings), len(other.headings))
    common = next((at for at in range(depth) if one.headings[at] != other.headings[at]), depth)
    return common >= max(len(one.headings), len(other.headings)) - 1 and (common > 0 or depth == 0)


def _words_above(block: Block) -> str:
    """The last paragraph above a block."""
    return re.split(r"\n\s*\n", block.prose.strip())[-1]
