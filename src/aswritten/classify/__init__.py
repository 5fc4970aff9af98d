"""What each block of a page is: a sample, an install, documented output, a fragment, or something else, with the reason.

The rules are about kinds of text, never about a page. Every block gets exactly one role.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from aswritten import languages
from aswritten.classify import _alone, _instead, _outputs, _programs, _templates, _texts
from aswritten.classify._chain import Source, are_alternatives, chain
from aswritten.classify._role import Kind, Role
from aswritten.classify._tags import contradicts, defines, language_of
from aswritten.model import Sample

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from aswritten.classify._chain import Chain
    from aswritten.languages import Language
    from aswritten.model import Block, Page

__all__ = ["Kind", "Role", "classify", "part_of"]

_NO_CALL = "does not call the API"
#: The same of a program that goes on from others or hands work to a package, of which not all is known.
_NO_KNOWN_CALL = "calls nothing that is known to call the API"
#: Blocks with a single call each that make a list of what there is to call.
_A_LIST = 3
_SHELL = _programs.SHELL
#: The language whose samples may declare a name only once.
_DECLARES_ONCE = frozenset({"node"})
#: Why a block whose calls stand in functions alone is no sample.
_UNCALLED = "sends nothing itself: no block calls its"
#: Blocks that run in front of one, from the nearest up, whose functions may be what it calls.
_NEAR = 5
#: Why a block that only sets variables is no sample.
_GIVES = "sends nothing itself; its variables are given to the samples after it"


def classify(page: Page) -> tuple[Role, ...]:
    """One role a block, in the order of the page."""
    reader = _Reader(page)
    for block in page.blocks:
        reader.roles.append(reader.role(block))
    listed = {index: name for (_, name), calls in reader.outlined.items() if len(calls) >= _A_LIST for index in calls}
    reader.roles = [_as_outline(role, listed.get(role.block.index, ""), listed) for role in reader.roles]
    users: dict[int, list[int]] = {index: list(lines) for index, lines in reader.lent.items()}
    for role in reader.roles:
        for block in role.earlier if role.kind == "sample" else ():
            users.setdefault(block.index, []).append(role.block.line)
    samples = [role.block.index for role in reader.roles if role.kind == "sample"]
    last = max(samples, default=-1)
    return tuple(_as_fragment(role, users.get(role.block.index, []), last) for role in reader.roles)


#: A statement that waits for a call, which no print begins with.
_WAITS = re.compile(r"^(?:(?:const|let|var) \S{1,60} = |\w{1,60} = )?await \w", re.MULTILINE)


class _Reader:
    """Goes through a page's blocks in order; what a block is depends on those above it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.roles: list[Role] = []
        self._files: dict[str, list[Block]] | None = None
        self.lent: dict[int, list[int]] = {}
        """By the index of a block that shows a file: the lines of the blocks that import it, and call the API by that."""
        self.outlined: dict[tuple[str, str], list[int]] = {}
        """Per language and name that no block above defines: the blocks that are a call of it and nothing else."""
        self._defined: dict[str, dict[str, list[Source]]] = {}
        self._changed: dict[str, dict[str, list[Source]]] = {}

    def role(self, block: Block) -> Role:
        if block.is_file:
            return _alone.file(block)
        if not block.text.strip():
            return Role(block, "other", reason="an empty block")
        value = _texts.parsed_json(block.text)
        # A whole answer is one of the API's, whoever prints it.
        is_data = value is not None and not _texts.is_whole_answer(value)
        if is_data and (printer := _outputs.printer_above(block, self.roles)):
            return _printed_by(block, printer)
        return (
            _alone.install(block)
            or (None if _texts.is_request(value) or _texts.is_formula(block.text) else self._output(block, value))
            or _alone.variables(block)
            or self._program(block)
            or _alone.text(block)
        )

    def _output(self, block: Block, value: object) -> Role | None:
        """Documented output that its form or the page's words tell, whatever its tag says; ``value`` is what it is as JSON, None for none."""
        form = _texts.body_form(block.text, value, spoken_of=_outputs.is_spoken_of(block))
        if form:
            return self._body(block, form)
        if value is not None and _outputs.is_spoken_of(block):
            of = _outputs.documented(block, self.roles, is_body=True)
            if of is not None:
                return self._body(block, "a JSON body") if of.language == _SHELL else _printed(block, of)
            if _outputs.returns(block):
                return self._body(block, "a JSON body")
        is_text = _texts.is_object_print(block.text) or (
            block.tag in _texts.PLAIN_TAGS and (_outputs.is_spoken_of(block) or self._shows_value(block))
        )
        written = "what a program writes of an error" if _texts.is_trace(block.text) else _texts.logged(block)
        if written:
            return self._print(block) or Role(block, "other", reason=written)
        is_said = _outputs.is_announced(block) and not defines(block) and not _WAITS.search(block.text)
        if block.tag in _texts.OUTPUT_TAGS or is_text or is_said or self._is_print(block):
            is_plain = _texts.plain_kind(block.text) or _texts.is_read(block.text)
            # An answer may hold functions, where the page says that it is one.
            is_said = is_said or block.tag in _texts.OUTPUT_TAGS
            is_code = _programs.calls_any(block.text) or (not is_said and _programs.defines_any(block.text))
            return None if is_plain or is_code else self._print(block)
        return None

    def _is_print(self, block: Block) -> bool:
        """Whether a block that is no program is, by its place or its beginning, what the sample above it prints."""
        is_program = any(language.is_program(block.text) for language in languages.LANGUAGES)
        return not is_program and _outputs.is_print_of(block, self.roles)

    def _shows_value(self, block: Block) -> bool:
        """Whether a block right below a program is how Python shows a value."""
        return _outputs.is_below_program(block, self.roles) and _texts.is_python_value(block.text)

    def _body(self, block: Block, what: str) -> Role:
        of = _outputs.documented(block, self.roles, is_body=True)
        if of is None:
            return Role(block, "output", reason=f"{what}, documented in a section without a sample")
        return Role(
            block,
            "output",
            reason=f"{what}, documented as the answer to the sample at line {of.block.line}",
            of=of.block,
        )

    def _print(self, block: Block) -> Role | None:
        command = _outputs.command_above(block, self.roles)
        if command is not None:
            return Role(
                block, "other", reason=f"output of the block at line {command.line}, which does not call the API"
            )
        above = _outputs.program_above(block, self.roles)
        of = _outputs.documented(block, self.roles, is_body=False) if above is None else None
        if of is not None:
            return _printed(block, of)
        if above is not None:
            return _printed_by(block, above)
        is_tagged = any(block.tag in language.TAGS for language in languages.LANGUAGES)
        if _outputs.is_announced(block) and (not is_tagged or _texts.is_object_print(block.text)):
            return Role(block, "output", reason="documented in a section without a sample")
        if block.tag in _texts.OUTPUT_TAGS:
            return Role(block, "other", reason="documented output of no sample of this section")
        return None

    def _program(self, block: Block) -> Role | None:
        language = language_of(block)
        if language is None:
            return None
        given = languages.exports(block.text) if language.NAME == _SHELL else {}
        # Lines that begin with these marks are commands of no shell.
        is_program = language.NAME != _SHELL and language.is_program(block.text)
        change = _texts.change(block.text, block.page_line, is_program=is_program)
        names = language.names(_texts.changed_to(block.text) if change else block.text)
        elided = (
            language.elided(block.text, block.page_line, in_notebook=block.in_notebook)
            or _templates.template(block.text, block.page_line)
            or change
            or ("its lines are numbered" if _texts.numbered(block.text) else "")
        )
        imports = _programs.alone(block, language, language.import_lines(block.text))
        clients = _programs.alone(block, language, language.setup_lines(block.text))
        lends = (
            _programs.lent(block, imports)
            if language.NAME not in _DECLARES_ONCE and language.calls_api(block.text)
            else ()
        )
        source = Source(
            block,
            language.NAME,
            names.defines,
            names.needs,
            frozenset(given),
            elided,
            clients | imports,
            frozenset(lends),
            names.perhaps,
        )
        defined = self._defined.setdefault(language.NAME, {})
        if language.NAME == _SHELL and languages.only_assigns(block.text):
            role = Role(block, "fragment", _SHELL, _GIVES)
        else:
            role = self._whole(source, language, defined)
            if language.is_lone_call(block.text):
                for unknown in source.needs - set(defined):
                    self.outlined.setdefault((language.NAME, unknown), []).append(block.index)
        for name in source.defines:
            defined.setdefault(name, []).append(source)
        for name in names.changes:
            self._changed.setdefault(language.NAME, {}).setdefault(name, []).append(source)
        return replace(role, variables=tuple(given.items()), contradicted=contradicts(block, language))

    def _whole(self, source: Source, language: Language, defined: Mapping[str, Sequence[Source]]) -> Role:
        block, name = source.block, source.language
        front = chain(source, defined, self._changed.get(name, {}), once=name in _DECLARES_ONCE)
        before = "".join(block.text for block in front.earlier)
        calls = language.calls_api(block.text) or self._goes_on(source, language, front)
        guessed = not calls and (
            language.may_call(before + block.text, before.count("\n")) or self._calls_own(source, language, front)
        )
        if source.elided and (calls or name != _SHELL):
            imports = _programs.known_imports(block, language) if name != _SHELL else None
            return Role(block, "fragment", name, source.elided, tried="imports" if imports else "", imports=imports)
        if calls or guessed:
            if front.broken:
                return Role(block, "fragment", name, front.broken)
            role = Role(
                block,
                "sample",
                name,
                earlier=front.earlier,
                instead=self._instead(source, front, defined),
                caught=_programs.caught(block, language),
            )
            return role if calls else replace(role, otherwise=("other", _NO_CALL))
        if uncalled := _programs.uncalled(block.text, source.defines, language):
            is_whole = bool(language.packages(block.text)) and not source.elided
            role = Role(block, "fragment", name, f"{_UNCALLED} `{uncalled}`", uncalled=is_whole)
        elif (
            name != _SHELL
            and _programs.GOES_ON.search(block.text)
            and (unknown := sorted(source.needs - set(defined) - _programs.elsewhere(name)))
        ):
            role = Role(block, "fragment", name, f"goes on from `{unknown[0]}`, which no block above it defines")
        else:
            hands_on = (
                languages.commands(block.text) if name == _SHELL else source.needs or language.import_lines(block.text)
            )
            no_call = _NO_KNOWN_CALL if hands_on else _NO_CALL
            role = Role(block, "other", name, _programs.unled(block.text, name) or no_call)
        if front.broken or source.elided or _are_signatures(role):
            return role
        if _programs.has_client(block.text, language) or _programs.is_broken(block.text, language, defined):
            return replace(role, earlier=front.earlier, tried="client")
        imports = _programs.known_imports(block, language) if uncalled else None
        return replace(role, earlier=front.earlier, tried="imports" if imports else "", imports=imports)

    def _calls_own(self, source: Source, language: Language, front: Chain) -> bool:
        """Whether a block calls what sends a request in a file of its author's own, which another block shows."""
        sample = Sample(source.block, source.language, front.earlier)
        wants = language.outside(sample.source)
        if not wants.modules:
            return False
        if self._files is None:
            self._files = languages.files_shown(self._page)
        shown = languages.own_modules(self._page, sample, wants, self._files)
        whole = [one for one in shown.values() if not language.elided(one.text)]
        text = "".join(one.text for one in whole)
        if not whole or language.calls_api(text) or not language.calls_api(text + sample.source):
            return False
        for one in whole:
            self.lent.setdefault(one.index, []).append(source.block.line)
        return True

    def _instead(
        self, source: Source, front: Chain, defined: Mapping[str, Sequence[Source]]
    ) -> tuple[tuple[Block, ...], ...]:
        changed, once = self._changed.get(source.language, {}), source.language in _DECLARES_ONCE
        calling = {role.block.index for role in self.roles if role.kind == "sample"}
        return _instead.others(source, front, defined, changed, calling, once=once)

    def _goes_on(self, source: Source, language: Language, front: Chain) -> bool:
        """Whether a block that calls nothing by itself does so with the blocks in front of it.

        It does where it calls what they import or make, or a function of theirs, or goes on with the answer of the sample right above it.
        """
        before = "".join(block.text for block in front.earlier)
        if not before or not language.calls_api(before + source.block.text):
            return False
        if language.calls_api(before + source.block.text, before.count("\n")):
            return True
        texts = (_programs.without_calls(one.text, source.needs) for one in front.earlier[-_NEAR:])
        by_function = (not language.calls_api(text) and language.calls_api(text + source.block.text) for text in texts)
        if not language.calls_api(before) or any(by_function):
            return True
        samples = (
            role.block
            for role in reversed(self.roles)
            if role.kind == "sample"
            and role.language == source.language
            and not are_alternatives(role.block, source.block)
            and language.names(role.block.text).defines
        )
        above = next(samples, None)
        if above is None or above not in front.earlier or not _outputs.in_one_section(above, source.block):
            return False
        return any(
            not _programs.imports(above.text, name) for name in source.needs & language.names(above.text).defines
        )


def _printed(block: Block, of: Role) -> Role:
    return Role(block, "output", reason=f"documented as what the sample at line {of.block.line} prints", of=of.block)


def _printed_by(block: Block, program: Block) -> Role:
    return Role(block, "output", reason=f"documented as what the block at line {program.line} prints")


def _as_outline(role: Role, name: str, listed: Collection[int]) -> Role:
    """A call as the fragment that it is where a page lists what there is to call on a name that its reader has; its output is of no sample."""
    if role.of is not None and role.of.index in listed:
        return replace(role, of=None, reason=f"documented output of a call in a list of calls, at line {role.of.line}")
    if role.kind != "sample" or not name:
        return role
    return replace(
        role, kind="fragment", reason=f"a call in a list of calls: no block above it defines `{name}`", earlier=()
    )


def _as_fragment(role: Role, users: Sequence[int], last: int) -> Role:
    """A block that does not call the API itself, as the fragment that it is where samples (at lines ``users``) run it.

    Of one that only may call it that is what is said if it does not. ``last`` is the index of the page's last sample.
    """
    if role.variables and role.reason == _GIVES and role.block.index > last:
        return replace(role, reason="sends nothing itself; no sample comes after it")
    if not users or not (role.kind == "other" or role.otherwise or role.reason.startswith(_UNCALLED)):
        return role if role.kind == "sample" or role.tried else replace(role, earlier=())
    reason = part_of(users)
    if role.otherwise:
        return replace(role, otherwise=("fragment", reason))
    is_outline = _are_signatures(role)
    return replace(
        role, kind="fragment", reason=reason, tried="" if is_outline else "part", imports=None, uncalled=False
    )


def _are_signatures(role: Role) -> bool:
    """Whether a block tells how functions are called, and no more."""
    return role.language == "python" and languages.are_signatures(role.block.text)


def part_of(users: Sequence[int]) -> str:
    """Why a block that sends nothing itself is a fragment: the samples at these lines have it in front of them."""
    where = f"block at line {users[0]}" if len(users) == 1 else f"blocks at lines {', '.join(map(str, users))}"
    return f"sends nothing itself; is a part of the {where}"
