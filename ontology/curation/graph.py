"""The concepts of a generation, as the gate asks about them: a few queries an edit, or all of them read at once."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kg import vocab
from kg.errors import IdentifierError
from kg.generation.pages import scanned
from kg.index.boolean import Keys
from kg.index.text import TextIndex
from kg.mapping.base import TYPE, term
from kg.mapping.concept import STATED
from kg.model.concept import Concept, Label, Xref
from kg.model.ids import Ids
from kg.model.terms import Term, iri, language, lexical, literal
from kg.query.named import named
from kg.store.base import Reader

Values = Mapping[Term, Sequence[Term]]

_CONCEPT = term(vocab.SKOS, "Concept")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_CATEGORY = term(vocab.MEDKG, "category")
_DEFINITION = term(vocab.SKOS, "definition")
_NOTATION = term(vocab.SKOS, "notation")
_BROADER = term(vocab.SKOS, "broader")
_UNVERIFIED = term(vocab.MEDKG, "unverifiedId")
_DEPRECATED = term(vocab.OWL, "deprecated")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_MATCHES = {
    term(vocab.SKOS, f"{name}Match"): f"{name}Match" for name in ("exact", "close", "broad", "narrow", "related")
}
_CATEGORIES = {iri(value): slug for slug, value in reversed(vocab.CATEGORIES.items())}
PROPERTIES = (
    _IDENTIFIER, _CATEGORY, _DEFINITION, _NOTATION, _BROADER, _UNVERIFIED, _DEPRECATED, _REPLACED, _ILLUSTRATIVE,
    *_MATCHES, *(name for name, _ in STATED),
)  # fmt: skip
_REMEMBERED = 1 << 14
_MOST_NAMED = 1_000
"""Concepts of one name that are looked at."""


class GraphConcepts:
    """One generation. Safe to use from several threads; what was read is kept, because a generation never changes."""

    def __init__(self, reader: Reader, texts: TextIndex, ids: Ids) -> None:
        self._reader = reader
        self._texts = texts
        self._ids = ids
        self.concept = lru_cache(maxsize=_REMEMBERED)(self._concept)
        self.children = lru_cache(maxsize=_REMEMBERED)(self._children)
        self.matching = lru_cache(maxsize=_REMEMBERED)(self._matching)
        self.named = lru_cache(maxsize=_REMEMBERED)(self._named)
        self.hierarchical = lru_cache(maxsize=None)(self._hierarchical)

    def _node(self, curie: str) -> Term | None:
        try:
            return iri(self._ids.expand(curie))
        except (IdentifierError, ValueError):
            return None

    def _curie(self, node: Term) -> str:
        return self._ids.curie(lexical(node))

    def _concept(self, curie: str) -> Concept | None:
        node = self._node(curie)
        found: defaultdict[Term, list[Term]] = defaultdict(list)
        try:
            for name, value in self._reader.about(node) if node else ():
                found[name].append(value)
        except ValueError:
            return None
        return concept_of(curie, found, self._ids) if _CONCEPT in found[TYPE] else None

    def _others(self, query: str, variable: str, bound: Term | None) -> list[str]:
        if bound is None:
            return []
        rows = self._reader.select(named(f"curation/{query}"), {variable: bound})
        return sorted({self._curie(row["child" if query == "children" else "concept"]) for row in rows})

    def _children(self, curie: str) -> Sequence[str]:
        return self._others("children", "concept", self._node(curie))

    def _matching(self, curie: str) -> Sequence[tuple[str, str]]:
        node = self._node(curie)
        rows = self._reader.select(named("curation/matching"), {"concept": node}) if node else []
        return sorted({(self._curie(row["subject"]), _MATCHES[row["relation"]]) for row in rows})

    def _named(self, spelling: str) -> Sequence[str]:
        if not spelling:
            return ()
        found = self._texts.fielded("concept").search(Keys("name", (spelling,)), 0, _MOST_NAMED)
        return sorted(self._texts.card("concept", row).id for row, _ in found.hits)

    def defined(self, value: str, language: str) -> Sequence[str]:
        return self._others("defined", "definition", _stated(value, language))

    def noted(self, code: str) -> Sequence[str]:
        return self._others("noted", "code", _stated(code))

    def holds(self, system: str) -> bool:
        # Cards are in the order of their ids.
        start = f"{system}/" if "://" in system else f"{system}:"
        count = self._texts.count("concept")
        row = bisect_left(range(count), start, key=lambda at: self._texts.card("concept", at).id)
        return row < count and self._texts.card("concept", row).id.startswith(start)

    def _hierarchical(self, system: str) -> bool:
        start = f"{system}/" if "://" in system else self._ids.prefixes.get(system)
        return bool(start and self._reader.select(named("curation/hierarchical"), {"start": iri(start)}))


def every_concept(reader: Reader, ids: Ids) -> Iterator[Concept]:
    """All concepts of a store, by one scan a property."""
    nodes = sorted(row["concept"] for row in reader.select(named("index/concepts")))
    for node, found in scanned(reader, nodes, PROPERTIES).items():
        yield concept_of(ids.curie(lexical(node)), found, ids)


def concept_of(curie: str, found: Values, ids: Ids) -> Concept:
    """What is stated about a node, as a record. A name that is stated in several ways has a label for each, but the
    plain synonym that stands beside a typed one."""
    labels: dict[tuple[Term, str], Label] = {}
    for name, kind in STATED:
        for value in found.get(name, ()):
            typed = any(known == value and held != "preferred" for known, held in labels)
            if kind != "exact" or not typed:
                labels.setdefault((value, kind), Label(lexical(value), language(value), kind))
    matches = [
        Xref(ids.curie(lexical(value)), None, relation)  # type: ignore[arg-type]
        for name, relation in _MATCHES.items()
        for value in found.get(name, ())
    ]
    unverified = [Xref(lexical(value), False) for value in found.get(_UNVERIFIED, ())]
    stated = found.get(_IDENTIFIER, ())
    return Concept(
        id=min(map(lexical, stated), default=curie),
        category=next(
            (_CATEGORIES[value] for value in sorted(found.get(_CATEGORY, ())) if value in _CATEGORIES), "other"
        ),
        labels=tuple(labels.values()),
        definitions=tuple(Label(lexical(value), language(value)) for value in sorted(found.get(_DEFINITION, ()))),
        parents=tuple(sorted(ids.curie(lexical(value)) for value in found.get(_BROADER, ()))),
        xrefs=(*sorted(matches, key=lambda one: (one.relation, one.curie)), *unverified),
        notations=tuple(sorted(map(lexical, found.get(_NOTATION, ())))),
        deprecated="true" in map(lexical, found.get(_DEPRECATED, ())),
        replaced_by=tuple(sorted(ids.curie(lexical(value)) for value in found.get(_REPLACED, ()))),
        illustrative="true" in map(lexical, found.get(_ILLUSTRATIVE, ())),
    )


def _stated(value: str, language: str = "") -> Term | None:
    """A text as a term; None for what no graph can hold, so that it stands nowhere."""
    try:
        return literal(value, language or None)
    except ValueError:
        return None
