"""What codes and names mean, taken out of a generation and read again without it (``kg.rules.bundle``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from kg.model.ids import Ids
from kg.model.terms import Term, lexical
from kg.query.named import named
from kg.rules.bundle import Content
from kg.store.base import Reader
from ontology.coding import WordResolver
from ontology.lexicon import Lexicon, Sense
from ontology.mapping.systems import LocalSystem


class Words(msgspec.Struct, frozen=True):
    """What a bundle holds of codes and names; the fields are those of ``kg.rules.bundle.Content``."""

    names: list[tuple[str, list[tuple[str, ...]]]]
    known: list[str]
    meant: dict[str, list[str]]
    local: list[dict[str, object]]


def words(reader: Reader, ids: Ids, lexicon: Lexicon, local: Iterable[LocalSystem]) -> Words:
    """Every concept, every code that is mapped to one, and every name."""
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for row in reader.select(named("rules/meant")):
        code, concept = (_curie(row[name], ids) for name in ("code", "concept"))
        meant[code].add(concept)
    known = {_curie(row["concept"], ids) for row in reader.select(named("rules/concepts"))}
    names = [
        (name, [tuple(str(part) for part in msgspec.structs.astuple(sense)) for sense in senses])
        for name, senses in zip(lexicon.names, lexicon.senses, strict=True)
    ]
    return Words(
        names, sorted(known), {code: sorted(meant[code]) for code in sorted(meant.keys() - known)},
        [msgspec.to_builtins(one) for one in local],
    )  # fmt: skip


class BundledResolver(WordResolver):
    """As ``ontology.coding.GraphResolver`` answers, but for codes that come near one that is not there: these are not
    in a bundle."""

    def __init__(self, content: Content, ids: Ids) -> None:
        names = [name for name, _ in content.names]
        senses = [tuple(Sense(*parts) for parts in rows) for _, rows in content.names]
        local = msgspec.convert(content.local, list[LocalSystem])
        super().__init__(ids, Lexicon(names, senses, "bundle"), local)
        self._known, self._mapped = frozenset(content.known), content.meant

    def _meant(self, curie: str, term: Term) -> tuple[str, ...]:
        return tuple(self._mapped.get(curie, ()))

    def _there(self, curie: str, term: Term) -> bool:
        return curie in self._known

    def _near(self, curie: str) -> tuple[str, ...]:
        return ()


def _curie(term: Term, ids: Ids) -> str:
    text = lexical(term)
    return ids.contract(text) or text
