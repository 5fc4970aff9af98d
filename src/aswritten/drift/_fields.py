"""Two shapes, field by field: what came, went, changed its type, became null, or has another value of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aswritten.drift._change import Change, change
from aswritten.drift._shape import ALL, NULL, Node
from aswritten.drift._share import compare_share
from aswritten.drift._steps import NOTHING
from aswritten.drift._words import share, shown

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from aswritten.drift._known import Known
    from aswritten.drift._shape import Shape

_FINISH_REASON = ".finish_reason"
_NUMBERS = {"integer": "number", "fraction": "number"}
#: Changes after which it goes without saying that the field is null elsewhere.
_OF_NULL = frozenset({"became-null", "null-filled", "type-unknown", "answered-otherwise"})


def compare_fields(old: Shape, new: Shape, known: Known) -> Iterator[Change]:
    """The changes, in the order in which the paths come in OLD and then in NEW. Of what is within a change, nothing more is told."""
    pair = _Pair(old, new, known)
    for path in dict.fromkeys((*old, *new)):
        yield from pair.at(path)


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Shape
    new: Shape
    known: Known

    def at(self, path: str) -> Iterator[Change]:
        old, new = self.old.get(path), self.new.get(path)
        if old and new:
            found = list(self._values(path, old, new))
            yield from found
            if old.parent and not any(one.what in _OF_NULL for one in found):
                objects = self.old[old.parent].objects, self.new[new.parent].objects
                sure = self._is_sure_of_one(path, old.parent)
                yield from compare_share(path, (old, objects[0]), (new, objects[1]), one_is_enough=sure)
            return
        one = old or new
        if one is None or not one.parent or not self._parents(one):
            return  # the array had no items, or nothing is there that could hold it: known of there, or not known
        if old:
            yield self._gone(path, old)
        elif new:
            yield self._came(path, new)

    def _parents(self, node: Node) -> bool:
        """Whether both have objects that hold the field, or could."""
        return all(node.parent in shape and shape[node.parent].objects[ALL] for shape in (self.old, self.new))

    def _gone(self, path: str, node: Node) -> Change:
        around, now = self.old[node.parent].objects, self.new[node.parent].objects
        was = share(node, around)
        if self._is_answer(path) and self._answers_otherwise(node.parent):
            return change("answered-otherwise", path, "the answer is of another kind, without it", was, "")
        kinds = _kinds(node.stands)
        # Kinds that would have come, had the model not answered otherwise, say nothing about the field.
        told = [kind for kind in kinds if now[kind] or not self._follows({kind}, node.parent)]
        if kinds and not told and path not in self.known.required:
            return change("answered-otherwise", path, "nothing of the kind that it stood in came", was, "")
        # What is always null says nothing by itself: that it comes with some kinds of chunks alone may have other grounds.
        looked_at = [ALL] if list(node.types) == [NULL] else told or kinds or [ALL]
        if all(node.stands[kind] < around[kind] for kind in looked_at):
            return change("rare-field-gone", path, f"stood in {was}, now in none", was, "")
        return change("field-gone", path, f"stood in {was}, now in none", was, "")

    def _came(self, path: str, node: Node) -> Change:
        around, before = self.new[node.parent].objects, self.old[node.parent].objects
        now = share(node, around)
        kinds = _kinds(node.stands)
        if self._is_against(path, node):
            return change("type-unknown", path, f"came as {_types(node)}", "", _types(node))
        follows = not any(before[kind] for kind in kinds) and self._follows(kinds, node.parent)
        if follows or (self._is_answer(path) and self._answers_otherwise(node.parent)):
            return change("answered-otherwise", path, "the answer is of another kind, with it", "", now)
        return change("field-new", path, f"stands in {now}, and stood in none", "", now)

    def _is_sure_of_one(self, path: str, parent: str) -> bool:
        """Whether it is enough to have seen the field in one object: a single one of many that could have come is not."""
        of_many = parent.startswith("chunk") or "[]" in parent.removeprefix("completion.choices[]")
        return path in self.known.required or not of_many

    def _values(self, path: str, old: Node, new: Node) -> Iterator[Change]:
        """A path that stands in both: its types, its nulls, its values."""
        types = [kind for kind in old.types if kind != NULL]
        others = [kind for kind in new.types if kind != NULL and kind not in types]
        was, is_ = _types(old), _types(new)
        if others and types:
            yield change("type-changed", path, f"was {was}, now {is_}", was, is_)
        elif others and self._is_against(path, new):
            yield change("type-unknown", path, f"was {was}, now {is_}", was, is_)
        elif others:
            yield self._by_answer("null-filled", path, old, new)
        if types and NULL not in old.types and NULL in new.types:
            yield from self._became_null(path, old, new)
        yield from self._listed(path, old, new)

    def _became_null(self, path: str, old: Node, new: Node) -> Iterator[Change]:
        found = self._by_answer("became-null", path, old, new)
        # Of kinds that OLD had not, nothing is known; but what does nothing is no kind of its own.
        around = self.old[old.parent].objects if old.parent else old.stands
        kinds = _kinds(new.nulls)
        if found.what != "became-null" or not kinds or any(kind == NOTHING or around[kind] for kind in kinds):
            yield found

    def _by_answer(self, what: str, path: str, old: Node, new: Node) -> Change:
        was, is_ = _types(old), _types(new)
        if self._is_answer(path) and self._answers_otherwise(old.parent):
            return change("answered-otherwise", path, f"was {was}, now {is_}: the answer is of another kind", was, is_)
        return change(what, path, f"was {was}, now {is_}", was, is_)

    def _listed(self, path: str, old: Node, new: Node) -> Iterator[Change]:
        """Values that the contract lists, and the codes of errors."""
        others = [value for value in new.values if value not in old.values]
        if not others or not old.values:
            return
        listed_there = self.known.values.get(path)
        if listed_there is None:
            what = "error-code-changed"
        elif any(value not in listed_there for value in others):
            what = "value-unknown"
        else:
            what = "finish-reason" if path.endswith(_FINISH_REASON) else "value-new"
        was, is_ = shown(old.values), shown(new.values)
        yield change(what, path, f"was {was}, now {is_}", was, is_)

    def _is_against(self, path: str, node: Node) -> bool:
        """Whether the contract has other types for it. Null is told by itself."""
        types = self.known.types.get(path)
        return types is not None and not {_NUMBERS.get(kind, kind) for kind in node.types} - {NULL} <= types

    def _is_answer(self, path: str) -> bool:
        return path.rpartition(".")[2] in self.known.answers and path.rpartition(".")[0].endswith(
            (".message", ".delta")
        )

    def _answers_otherwise(self, parent: str) -> bool:
        """Whether NEW answers with something that the contract knows and OLD did not answer with."""
        kinds = [_kinds(shape[parent].objects) & self.known.answers for shape in (self.old, self.new)]
        return bool(kinds[0] and kinds[1] and kinds[0] != kinds[1])

    def _follows(self, kinds: set[str], parent: str) -> bool:
        """Whether objects that do this are there, or not, by what the model answers."""
        of_answer = kinds <= self.known.answers
        return bool(kinds) and ((of_answer and self._answers_otherwise(parent)) or parent.endswith("[]"))


def _kinds(counts: Counter[str]) -> set[str]:
    return {kind for kind, number in counts.items() if kind != ALL and number}


def _types(node: Node) -> str:
    return " or ".join(node.types)
