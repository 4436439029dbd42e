"""Living rules: what the literature of a generation says for and against each rule, and what to look at again (ADR 39).

For a rule these are the assertions (ADR 14) about pairs of a drug with a disease, or with another drug, that its
conditions name, and the standing of the documents that its evidence names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from kg import vocab
from kg.errors import IdentifierError
from kg.mapping import assertions as terms
from kg.mapping.base import term
from kg.model.ids import Ids
from kg.model.rule import (
    All,
    AtLeast,
    Condition,
    Either,
    Has,
    HowMany,
    Not,
    Rule,
    SameIngredient,
    Scored,
)  # fmt: skip
from kg.model.standing import FlagKind
from kg.model.terms import Term, iri, lexical
from kg.query.concepts import described, number, texts
from kg.query.named import named
from kg.store.base import Reader

_TITLE = term(vocab.DCTERMS, "title")
_GRAVE = ("retracted", "concern", "superseded")
_AGAINST = ("refuted", "contested")


class RuleSource(msgspec.Struct, frozen=True):
    """A document that a rule names: ``standing`` is empty for one that the graph does not hold, ``current`` for one of
    which nothing is said."""

    document: str
    title: str
    standing: str


class PairEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What all claims about one pair come to: ``standing`` is that of the assertion (supported, refuted, contested,
    insufficient, withdrawn); counts are those of claims, ``independent_…`` of groups of sources."""

    assertion: str
    subject: str
    predicate: str
    object: str
    standing: str
    supports: int
    refutes: int
    retracted: int
    independent_support: int
    independent_refutation: int


class RuleSupport(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation says for and against a rule."""

    rule: str
    supports: int
    refutes: int
    sources: tuple[RuleSource, ...]
    pairs: tuple[PairEvidence, ...]

    def doubts(self) -> Iterator[tuple[FlagKind, str, str]]:
        """(kind, what it is about, what became of it): sources that do not stand, and pairs about which independent
        sources say the contrary."""
        for source in self.sources:
            if source.standing in _GRAVE:
                yield "source-standing", source.document, source.standing
        for pair in self.pairs:
            if pair.standing in _AGAINST and pair.independent_refutation:
                yield "contrary-evidence", pair.assertion, pair.standing


class Literature:
    """What one generation holds; queries about the same drug are made once."""

    def __init__(self, reader: Reader, ids: Ids) -> None:
        self._reader, self._ids = reader, ids
        self._about: dict[str, list[dict[str, Term]]] = {}
        self._flags = {row["node"]: lexical(row["flag"]) for row in reader.select(named("flagged"))}

    def of(self, rule: Rule) -> RuleSupport:
        """What there is for and against a rule."""
        pairs = tuple(self._pairs(rule))
        documents = dict.fromkeys(one.document for one in rule.evidence if one.document)
        return RuleSupport(
            rule=rule.id, supports=sum(one.supports for one in pairs), refutes=sum(one.refutes for one in pairs),
            sources=tuple(map(self._source, documents)), pairs=pairs,
        )  # fmt: skip

    def _source(self, document: str) -> RuleSource:
        node = self._node(document)
        found = described(self._reader, node) if node else {}
        if node is None or not found:
            return RuleSource(document, "", "")
        title = next(iter(texts(found, _TITLE)), "")
        return RuleSource(document, title, self._flags.get(node, "current"))

    def _pairs(self, rule: Rule) -> Iterator[PairEvidence]:
        drugs, diseases = set[str](), set[str]()
        for tree in (rule.applies, rule.when):
            for kind, names in _named(tree) if tree is not None else ():
                if kind in ("drug", "allergy"):
                    drugs.update(names)
                elif kind == "condition":
                    diseases.update(names)
        wanted = {node for name in drugs | diseases if (node := self._node(name))}
        for drug in sorted(drugs):
            for row in self._rows(drug):
                if row["object"] in wanted:
                    yield self._pair(row)

    def _rows(self, drug: str) -> list[dict[str, Term]]:
        if drug not in self._about:
            node = self._node(drug)
            rows = self._reader.select(named("claims/assertions"), {"subject": node}) if node else []
            self._about[drug] = sorted(rows, key=lambda row: row["assertion"])
        return self._about[drug]

    def _pair(self, row: dict[str, Term]) -> PairEvidence:
        found = described(self._reader, row["assertion"])
        count = {name: number(found, predicate) for name, predicate in terms.COUNTS.items()}
        named_ = {name: self._ids.curie(lexical(row[name])) for name in ("assertion", "predicate", "object")}
        return PairEvidence(
            subject=self._ids.curie(lexical(next(iter(found[terms.SUBJECT])))), standing=lexical(row["standing"]),
            supports=count["supports"], refutes=count["refutes"], retracted=count["retracted"],
            independent_support=count["independent-support"], independent_refutation=count["independent-refutation"],
            **named_,
        )  # fmt: skip

    def _node(self, name: str) -> Term | None:
        try:
            return iri(self._ids.expand(name))
        except IdentifierError:
            return None


def supports(rules: Iterable[Rule], reader: Reader, ids: Ids) -> Iterator[RuleSupport]:
    """What a generation says of each rule, in their order."""
    literature = Literature(reader, ids)
    return map(literature.of, rules)


def _named(tree: Condition) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(kind, concepts) of facts that a condition asks for, wherever in it."""
    match tree:
        case Has(kind=kind, concepts=found) | HowMany(kind=kind, concepts=found):
            yield kind, found
        case SameIngredient(concepts=found):
            yield "drug", found
        case All(of=parts) | Either(of=parts) | AtLeast(of=parts):
            for part in parts:
                yield from _named(part)
        case Not(of=part):
            yield from _named(part)
        case Scored(items=items):
            for item in items:
                yield from _named(item.when)
        case _:
            return
