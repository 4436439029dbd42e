"""Concepts as records, by trusted queries on the checkpoint: bounded, in process, a millisecond each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from kg import vocab
from kg.errors import IdentifierError, NotFound
from kg.mapping.base import TYPE, term
from kg.model.terms import Term, iri, language, lexical
from kg.query.named import named
from kg.query.naming import Naming, category
from kg.query.records import ConceptRecord, LabelPair, MappedId, Named, NameRecord, Neighbour, TreeNode, Wording
from kg.store.base import Reader, Row

Properties = dict[Term, list[Term]]

_IS_CONCEPT = term(vocab.SKOS, "Concept")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")
_CATEGORY = term(vocab.MEDKG, "category")
_PREFERRED = term(vocab.SKOS, "prefLabel")
_KINDS = {
    term(vocab.SKOS, "prefLabel"): "preferred",
    term(vocab.MEDKG, "abbreviation"): "abbreviation",
    term(vocab.MEDKG, "brandName"): "brand",
    term(vocab.MEDKG, "clinicalLabel"): "clinical",
    term(vocab.MEDKG, "layLabel"): "lay",
    term(vocab.MEDKG, "oldLabel"): "old",
    term(vocab.SKOS, "altLabel"): "exact",
    term(vocab.MEDKG, "relatedSynonym"): "related",
    term(vocab.MEDKG, "narrowSynonym"): "narrow",
    term(vocab.MEDKG, "broadSynonym"): "broad",
}
"""Property -> kind; a typed synonym stands under ``skos:altLabel`` as well, so that comes after them."""
_ATTESTED = term(vocab.MEDKG, "attestedLabel")
_UNATTESTED = term(vocab.MEDKG, "unattestedLabel")
_DEFINITION = term(vocab.SKOS, "definition")
_NOTATION = term(vocab.SKOS, "notation")
_BROADER = term(vocab.SKOS, "broader")
_MATCHES = {
    term(vocab.SKOS, name): name for name in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
}
_UNVERIFIED = term(vocab.MEDKG, "unverifiedId")
_REPLACED = term(vocab.DCTERMS, "isReplacedBy")
_DEPRECATED = term(vocab.OWL, "deprecated")
_ILLUSTRATIVE = term(vocab.MEDKG, "illustrative")
_DOCUMENTS = term(vocab.MEDKG, "documentCount")
_SUBTREE = term(vocab.MEDKG, "subtreeDocumentCount")
_LONGEST_CHAIN = 64
"""Concepts of a chain of replacements that are looked at."""


class Concepts:
    """Concepts of one generation. Every method raises IdentifierError for what is no CURIE and NotFound."""

    def __init__(self, reader: Reader, naming: Naming) -> None:
        self._reader = reader
        self._naming = naming

    def _rows(self, name: str, node: Term) -> list[dict[str, Term]]:
        return self._reader.select(named(name), {"concept": node})

    def node(self, curie: str) -> Term:
        """The IRI term of a CURIE, its prefix in any case."""
        return iri(self._naming.ids.expand(curie))

    def _properties(self, curie: str) -> tuple[Term, Properties]:
        node = self.node(curie)
        properties = described(self._reader, node)
        if _IS_CONCEPT not in properties.get(TYPE, ()):
            raise NotFound(name=curie)
        return node, properties

    def record(self, curie: str) -> ConceptRecord:
        """Everything about one concept but its relations."""
        node, found = self._properties(curie)
        naming = self._naming
        return ConceptRecord(
            id=texts(found, _IDENTIFIER)[0] if _IDENTIFIER in found else naming.curie(node),
            label=_labels(found),
            iri=lexical(node),
            category=category(found.get(_CATEGORY, [])),
            definitions=wordings(found.get(_DEFINITION, ())),
            names=_names(found),
            notations=texts(found, _NOTATION),
            parents=tuple(naming.named(parent) for parent in found.get(_BROADER, ())),
            mappings=tuple(
                MappedId(naming.curie(value), name)
                for match, name in _MATCHES.items()
                for value in found.get(match, ())
            ),
            unverified=texts(found, _UNVERIFIED),
            replaced_by=tuple(naming.named(other) for other in found.get(_REPLACED, ())),
            documents=number(found, _DOCUMENTS),
            subtree_documents=number(found, _SUBTREE),
            deprecated=flag(found, _DEPRECATED),
            illustrative=flag(found, _ILLUSTRATIVE),
            successors=tuple(naming.named(other) for other in self._successors(node, found)),
        )

    def _successors(self, node: Term, found: Properties) -> list[Term]:
        """Where replacements lead, in the end: concepts in use, each once; cycles of a source do not loop."""
        ends: dict[Term, None] = {}
        seen, waiting = {node}, list(found.get(_REPLACED, ()))
        while waiting and len(seen) <= _LONGEST_CHAIN:
            other = waiting.pop(0)
            if other in seen:
                continue
            seen.add(other)
            about = described(self._reader, other)
            if not flag(about, _DEPRECATED):
                ends[other] = None
            waiting += about.get(_REPLACED, ())
        return list(ends)

    def aliased(self, curie: str) -> list[Named]:
        """Concepts that carry a verified ``skos:exactMatch`` to an id; those in use before deprecated ones."""
        rows = self._reader.select(named("concept/aliased"), {"other": self.node(curie)})
        used = sorted({row["concept"] for row in rows if "deprecated" not in row})
        return [self._naming.named(node) for node in used or sorted({row["concept"] for row in rows})]

    def same(self, curie: str) -> set[str]:
        """CURIEs of what is stated to be exactly the same, by either side, but for what somebody found not to be."""
        node = self.node(curie)
        select = self._reader.select
        stated = {value for name, value in self._reader.about(node) if _MATCHES.get(name) == "exactMatch"}
        stated |= {row["subject"] for row in select(named("mapping/equals"), {"object": node})}
        if stated:
            stated -= {row["object"] for row in select(named("mapping/denied"), {"subject": node})}
            stated -= {row["subject"] for row in select(named("mapping/denied"), {"object": node})}
        return {self._naming.curie(other) for other in stated}

    def neighbours(self, curie: str) -> list[Neighbour]:
        """Concepts that claims relate to this one, most claims first."""
        node, _ = self._properties(curie)
        found = _neighbours(self._rows("concept/claims", node), "out", self._naming)
        found += _neighbours(self._rows("concept/claims-about", node), "in", self._naming)
        return sorted(found, key=lambda row: (-row.supports - row.refutes - row.insufficient, row.predicate, row.id))

    def ancestors(self, curie: str) -> list[TreeNode]:
        """The concept with everything above it, topmost first, itself last."""
        node, found = self._properties(curie)
        parents: dict[Term, list[Term]] = defaultdict(list)
        for row in self._rows("concept/ancestors", node):
            parents[row["ancestor"]] += [row["parent"]] if "parent" in row else []
        own = found.get(_BROADER, [])
        rank = _ranks(own, parents)
        order = sorted(parents, key=lambda ancestor: (-rank.get(ancestor, 0), ancestor))
        nodes = [self._tree_node(ancestor, "ancestor", parents[ancestor], None) for ancestor in order]
        return [*nodes, self._tree_node(node, "self", own, number(found, _SUBTREE))]

    def children(self, curie: str) -> list[TreeNode]:
        """Concepts directly below, those with most documents first."""
        node, _ = self._properties(curie)
        counts = {
            row["child"]: int(lexical(row["documents"])) if "documents" in row else 0
            for row in self._rows("concept/children", node)
        }
        order = sorted(counts, key=lambda child: (-counts[child], child))
        return [self._tree_node(child, "child", [node], counts[child]) for child in order]

    def _tree_node(self, node: Term, relation: str, parents: list[Term], documents: int | None) -> TreeNode:
        about = self._naming.named(node)
        return TreeNode(
            id=about.id,
            label=about.label,
            relation=relation,  # type: ignore[arg-type]
            parents=tuple(sorted({self._naming.curie(parent) for parent in parents})),
            subtree_documents=documents,
            illustrative=about.illustrative,
        )


def described(reader: Reader, node: Term) -> Properties:
    """What is stated about a node; raises IdentifierError for what is no IRI."""
    try:
        pairs = reader.about(node)
    except ValueError as error:
        raise IdentifierError(value=lexical(node), reason="it is not an IRI") from error
    return grouped({"property": name, "value": value} for name, value in pairs)


def grouped(rows: Iterable[Row]) -> Properties:
    """property -> values, sorted, so that the order of the store does not show."""
    found: Properties = {}
    for row in rows:
        found.setdefault(row["property"], []).append(row["value"])
    for values in found.values():
        values.sort()
    return found


def texts(found: Properties, name: Term) -> tuple[str, ...]:
    return tuple(lexical(value) for value in found.get(name, ()))


def flag(found: Properties, name: Term) -> bool:
    return "true" in texts(found, name)


def number(found: Properties, name: Term) -> int:
    return max((int(value) for value in texts(found, name)), default=0)


def wordings(values: Iterable[Term]) -> tuple[Wording, ...]:
    return tuple(Wording(lexical(value), language(value)) for value in values)


def _labels(found: Properties) -> LabelPair:
    preferred = {language(value): lexical(value) for value in reversed(found.get(_PREFERRED, []))}
    return LabelPair(preferred.get("zh"), preferred.get("en"))


def _names(found: Properties) -> tuple[NameRecord, ...]:
    attested = dict.fromkeys(found.get(_ATTESTED, ()), True) | dict.fromkeys(found.get(_UNATTESTED, ()), False)
    kinds: dict[Term, str] = {}
    for name, kind in _KINDS.items():
        for value in found.get(name, ()):
            kinds.setdefault(value, kind)
    return tuple(NameRecord(lexical(v), language(v), kind, attested.get(v)) for v, kind in kinds.items())


def _neighbours(rows: list[dict[str, Term]], direction: str, naming: Naming) -> list[Neighbour]:
    counts: dict[tuple[Term, Term], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    evidence: dict[tuple[Term, Term], set[str]] = defaultdict(set)
    for row in rows:
        key = row["predicate"], row["other"]
        counts[key][lexical(row["direction"])] += int(lexical(row["claims"]))
        evidence[key].add(lexical(row["evidence"]))
    found = []
    for (predicate, other), by_direction in counts.items():
        about = naming.named(other)
        found.append(
            Neighbour(
                id=about.id,
                label=about.label,
                predicate=naming.curie(predicate),
                direction=direction,  # type: ignore[arg-type]
                supports=by_direction["supports"],
                refutes=by_direction["refutes"],
                insufficient=by_direction["insufficient"],
                evidence=tuple(sorted(evidence[predicate, other])),
                illustrative=about.illustrative,
            )
        )
    return found


def _ranks(start: list[Term], parents: dict[Term, list[Term]]) -> dict[Term, int]:
    """Longest distance from below, cut where a source has cycles."""
    rank: dict[Term, int] = {}
    wave = list(start)
    for level in range(1, len(parents) + 2):
        wave = sorted({node for node in wave if node in parents})
        if not wave:
            break
        rank |= dict.fromkeys(wave, level)
        wave = [parent for node in wave for parent in parents[node]]
    return rank
