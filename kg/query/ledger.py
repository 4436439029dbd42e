"""The claims of a generation, and what publishing made of them: read by trusted queries on the checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from kg import vocab
from kg.errors import IdentifierError, NotFound, QueryError, QuerySyntax
from kg.mapping import assertions as terms
from kg.mapping.assertions import assertion_iri
from kg.mapping.base import Context, term
from kg.mapping.evidence import passage_key
from kg.model.terms import Term, language, lexical, literal
from kg.query.concepts import Properties, described, number, texts
from kg.query.evidence import AssertionRecord, ClaimRecord, CohortRecord, EvidenceSource, QuoteRecord, StudyRecord
from kg.query.named import named
from kg.query.naming import Naming
from kg.query.quads import read_iri
from kg.query.records import LabelPair
from kg.store.base import Reader

Direction = Literal["supports", "refutes", "insufficient"]
Evidence = Literal["curated", "text-mined"]
AssertionStanding = Literal["supported", "refuted", "contested", "insufficient", "withdrawn"]
MOST_CONFLICTS = 20
"""Claims named as contradicting one; there may be hundreds."""
MOST_COHORTS = 50
"""Joins of sources named for one assertion."""
_SOURCE = term(vocab.MEDKG, "source")
_REFERENCES = term(vocab.DCTERMS, "references")
_TITLE = term(vocab.DCTERMS, "title")
_IDENTIFIER = term(vocab.DCTERMS, "identifier")


class Wanted(msgspec.Struct, frozen=True):
    """Which claims: by CURIE or IRI of subject, object, predicate, document and assertion, and by what they are.

    ``score``: the least; claims without a score, as those of tables, are left out then.
    """

    subject: str | None = None
    object: str | None = None
    predicate: str | None = None
    document: str | None = None
    assertion: str | None = None
    direction: Direction | None = None
    evidence: Evidence | None = None
    score: float | None = None


class Ledger:
    """Claims and assertions of one generation."""

    def __init__(self, reader: Reader, naming: Naming) -> None:
        self._reader = reader
        self._naming = naming

    def claims(self, wanted: Wanted) -> list[Term]:
        """The claims that fit: those without score (of people) first, then by score, then by id.

        Raises QueryError where nothing narrows the question down, NotFound for a thing of which nothing is known,
        IdentifierError for what is no CURIE.
        """
        if not (wanted.subject or wanted.object or wanted.document or wanted.assertion):
            raise QueryError(why="claims-of-nothing")
        bound = self._bound(wanted.subject, wanted.object, wanted.predicate)
        for at, value in (("direction", wanted.direction), ("evidence", wanted.evidence)):
            if value:
                bound[at] = literal(value)
        within = [
            (f"claims/of-{at}", bound | {at: self._node(value)})
            for at, value in (("document", wanted.document), ("assertion", wanted.assertion))
            if value
        ]
        answers = [self._scores(*asked) for asked in within or [("claims/about", bound)]]
        found = {node: score for node, score in answers[0].items() if all(node in other for other in answers[1:])}
        if not found:
            self._check(wanted.subject, wanted.object, wanted.document, wanted.assertion)
        if wanted.score is not None:
            found = {node: score for node, score in found.items() if score is not None and score >= wanted.score}
        return sorted(found, key=lambda node: (_last(found[node]), node))

    def records(self, nodes: Iterable[Term]) -> list[ClaimRecord]:
        return [self._claim(node, described(self._reader, node)) for node in nodes]

    def assertions(
        self,
        subject: str | None = None,
        object: str | None = None,
        predicate: str | None = None,
        standing: AssertionStanding | None = None,
    ) -> list[Term]:
        """The assertions that fit, by subject, predicate and object; raises what ``claims`` raises."""
        if not (subject or object or standing not in (None, "supported")):
            raise QueryError(why="assertions-of-nothing")
        bound = self._bound(subject, object, predicate)
        if standing:
            bound["standing"] = literal(standing)
        rows = self._select("claims/assertions", bound)
        if not rows:
            self._check(subject, object)
        order = {row["assertion"]: (row["subject"], row["predicate"], row["object"]) for row in rows}
        return sorted(order, key=order.__getitem__)

    def assertion_records(self, nodes: Iterable[Term]) -> list[AssertionRecord]:
        return [self._assertion(node, described(self._reader, node)) for node in nodes]

    def _scores(self, name: str, bound: dict[str, Term]) -> dict[Term, float | None]:
        """Claims with the best score that any graph gives them."""
        found: dict[Term, float | None] = {}
        for row in self._select(name, bound):
            score, known = float(lexical(row["score"])) if "score" in row else None, found.get(row["claim"])
            found[row["claim"]] = max((one for one in (score, known) if one is not None), default=None)
        return found

    def _select(self, name: str, bound: dict[str, Term]) -> list[dict[str, Term]]:
        try:
            return self._reader.select(named(name), bound)
        except (ValueError, QuerySyntax) as error:
            # What the engine takes for no term; the query itself is ours.
            raise IdentifierError(value=next(iter(bound.values()))[1:-1], reason="it is not an IRI") from error

    def _bound(self, subject: str | None, object: str | None, predicate: str | None) -> dict[str, Term]:
        asked = {"subject": subject, "object": object, "predicate": predicate}
        return {name: self._node(value) for name, value in asked.items() if value}

    def _node(self, name: str) -> Term:
        return read_iri(name, self._naming.ids)

    def _check(self, *names: str | None) -> None:
        """Of a thing that is there nothing may be claimed; of one that is not, nothing can be said."""
        for name in filter(None, names):
            if not described(self._reader, self._node(name)):
                raise NotFound(name=name)

    def _claim(self, node: Term, found: Properties) -> ClaimRecord:
        naming = self._naming
        subject, predicate, obj = (found[term(vocab.RDF, name)][0] for name in ("subject", "predicate", "object"))
        sources = [self.source(value) for value in found.get(_SOURCE, ())]
        references = tuple(self.source(value) for value in found.get(_REFERENCES, ()))
        against = found.get(terms.CONFLICTS, [])
        whole = assertion_iri(subject, predicate, obj, Context(ids=naming.ids))
        return ClaimRecord(
            id=naming.curie(node),
            iri=lexical(node),
            subject=naming.named(subject),
            predicate=naming.curie(predicate),
            object=naming.named(obj),
            direction=_text(found, _own("direction")),
            evidence=_text(found, _own("evidenceType")),
            method=_text(found, _own("method")),
            score=max((float(text) for text in texts(found, _own("score"))), default=None),
            qualifiers=texts(found, _own("qualifierText")),
            directness=_text(found, _own("directness")),
            sentence=_quote(found) if term(vocab.OA, "exact") in found else None,
            source=sources[0] if sources else None,
            references=references,
            study=StudyRecord(
                _text(found, _own("studyDesign")),
                next((int(text) for text in texts(found, _own("sampleSize"))), None),
                self._quoted(found, "designQuote"),
                self._quoted(found, "populationQuote"),
            ),
            flag=_text(found, _own("flag")),
            # An older generation has none.
            assertion=naming.curie(whole) if described(self._reader, whole) else None,
            conflicts=tuple(naming.curie(other) for other in against[:MOST_CONFLICTS]),
            more_conflicts=len(against) > MOST_CONFLICTS,
        )

    def _quoted(self, found: Properties, name: str) -> QuoteRecord | None:
        return next((_quote(described(self._reader, node)) for node in found.get(_own(name), ())), None)

    def source(self, node: Term) -> EvidenceSource:
        """A document that something rests on."""
        found = described(self._reader, node)
        titles = {language(value): lexical(value) for value in reversed(found.get(_TITLE, []))}
        return EvidenceSource(
            id=_text(found, _IDENTIFIER) or self._naming.curie(node),
            label=LabelPair(titles.get("zh"), titles.get("en")),
            year=min((int(text) for text in texts(found, _own("year"))), default=None),
            standing=_text(found, _own("currentStanding")) or _text(found, _own("standing")),
        )

    def _assertion(self, node: Term, found: Properties) -> AssertionRecord:
        naming = self._naming
        counts = {name: number(found, predicate) for name, predicate in terms.COUNTS.items()}
        cohorts = self._cohorts(node)
        years = [next((int(text) for text in texts(found, one)), None) for one in (terms.FIRST_YEAR, terms.LAST_YEAR)]
        return AssertionRecord(
            id=naming.curie(node),
            iri=lexical(node),
            subject=naming.named(found[terms.SUBJECT][0]),
            predicate=naming.curie(found[terms.PREDICATE][0]),
            object=naming.named(found[terms.OBJECT][0]),
            standing=_text(found, terms.STANDING),
            supports=counts["supports"],
            refutes=counts["refutes"],
            insufficient=counts["insufficient"],
            curated=counts["curated"],
            text_mined=counts["text-mined"],
            preprints=counts["preprint"],
            retracted=counts["retracted"],
            concern=counts["concern"],
            corrected=counts["corrected"],
            superseded=counts["superseded"],
            sources=counts["sources"],
            independent_support=counts["independent-support"],
            independent_refutation=counts["independent-refutation"],
            best_design=_text(found, terms.BEST_DESIGN),
            best_refuting_design=_text(found, terms.BEST_REFUTING),
            first_year=years[0],
            last_year=years[1],
            cohorts=tuple(cohorts[:MOST_COHORTS]),
            more_cohorts=len(cohorts) > MOST_COHORTS,
        )

    def _cohorts(self, node: Term) -> list[CohortRecord]:
        """The works that were brought together with sources of an assertion."""
        found: dict[Term, tuple[str, str]] = {}
        for row in self._reader.select(named("claims/cohorts"), {"assertion": node}):
            first, second = sorted(self.source(row[name]).id for name in ("source", "other"))
            found[row["match"]] = first, second
        records = [self._cohort(match, *ends) for match, ends in found.items()]
        return sorted(records, key=lambda one: (one.a, one.b, one.reason))

    def _cohort(self, match: Term, a: str, b: str) -> CohortRecord:
        why = described(self._reader, match)
        return CohortRecord(a, b, _text(why, terms.COHORT_REASON), texts(why, terms.COHORT_EVIDENCE))


def _own(name: str) -> Term:
    return term(vocab.MEDKG, name)


def _text(found: Properties, name: Term) -> str:
    return next(iter(texts(found, name)), "")


def _last(score: float | None) -> float:
    """Orders by score, the highest first; what has none was said by people and comes before."""
    return -2.0 if score is None else -score


def _quote(found: Properties) -> QuoteRecord:
    places: Sequence[Term] = found.get(_own("inPassage"), ())
    start, end = ((int(text[0]) if (text := texts(found, _own(name))) else -1) for name in ("start", "end"))
    return QuoteRecord(
        _text(found, term(vocab.OA, "exact")), passage_key(lexical(places[0])) if places else "", start, end
    )
