"""Recommendations of guidelines as records, by trusted queries on the checkpoint."""

from __future__ import annotations

import msgspec

from kg import vocab
from kg.mapping.base import term
from kg.mapping.evidence import passage_key
from kg.model.terms import Term, lexical
from kg.query.concepts import described, texts, wordings
from kg.query.evidence import EvidenceSource, QuoteRecord
from kg.query.ledger import Ledger
from kg.query.naming import Naming
from kg.query.records import Wording
from kg.store.base import Reader

_EXACT = term(vocab.OA, "exact")


class RecommendationRecord(msgspec.Struct, frozen=True):
    """What a guideline advises: ``sentence`` with its place, ``advice`` (``for``, ``against``, ``either``), strength
    and certainty on one scale (``unknown`` for a grade of no known ``scheme``), and ``grade`` as printed. ``flag``:
    the standing of the guideline, empty where it stands. ``page`` is that of a paged file, from 1."""

    id: str
    iri: str
    sentence: QuoteRecord
    source: EvidenceSource | None
    advice: str
    strength: str
    certainty: str
    scheme: str
    grade: str
    population: tuple[Wording, ...]
    intervention: tuple[Wording, ...]
    number: str
    page: int | None
    flag: str


class Recommendations:
    """Those of one generation."""

    def __init__(self, reader: Reader, naming: Naming) -> None:
        self._reader = reader
        self._naming = naming
        self._ledger = Ledger(reader, naming)

    def record(self, node: Term) -> RecommendationRecord:
        found = described(self._reader, node)

        def own(name: str) -> str:
            return next(iter(texts(found, term(vocab.MEDKG, name))), "")

        sources = found.get(term(vocab.MEDKG, "source"), ())
        places = found.get(term(vocab.MEDKG, "inPassage"), ())
        quote = QuoteRecord(
            text=next(iter(texts(found, _EXACT)), ""),
            passage=passage_key(lexical(places[0])) if places else "",
            start=int(own("start") or -1),
            end=int(own("end") or -1),
        )
        return RecommendationRecord(
            id=self._naming.curie(node),
            iri=lexical(node),
            sentence=quote,
            source=next((self._ledger.source(value) for value in sources), None),
            advice=own("advice"),
            strength=own("strength"),
            certainty=own("certainty"),
            scheme=own("gradingScheme"),
            grade=own("gradeText"),
            population=wordings(found.get(term(vocab.MEDKG, "population"), ())),
            intervention=wordings(found.get(term(vocab.MEDKG, "intervention"), ())),
            number=own("recommendationNumber"),
            page=int(own("page")) if own("page") else None,
            flag=own("flag"),
        )
