"""Search over what sources state: claims and recommendations, by a question in Chinese or English.

Candidates are what the first documents of a search state, and every claim about a concept of the question. Each is
weighed by how much of the question its sentence and its two ends cover, and by the rank of its document. Weights are
written down here, not fitted: nobody has judged statements. Rules are a further kind of statement, for when they exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, get_args

import msgspec

from kg.errors import QueryError
from kg.generation.pages import about
from kg.index.base import Filters
from kg.mapping.evidence import passage_key
from kg.model.terms import Term, iri, lexical
from kg.query.evidence import ClaimRecord
from kg.query.ledger import Ledger
from kg.query.naming import Naming
from kg.query.recommendations import RecommendationRecord, Recommendations
from kg.search import cursor
from kg.search.base import MOST_HITS, Interpretation, Query
from kg.search.content import Content, content, origins
from kg.search.holdings import Holdings
from kg.search.matching import Matching
from kg.search.passages import PassageText, passages_of
from kg.search.reading import Reading
from kg.search.searcher import Searcher

StatementKind = Literal["claim", "recommendation"]
KINDS: tuple[StatementKind, ...] = get_args(StatementKind)
DOCUMENTS = 100
"""First documents whose statements are looked at."""
MOST_WEIGHED = 100
"""Statements whose mentions are looked up, the best by what they say themselves."""
COVERS, RANK = 0.7, 0.3
"""What covering the question and the rank of the document count."""
_NO_FILTERS = Filters()
_OF_DOCUMENTS = {kind: f"statements/{kind}s-of-documents" for kind in KINDS}


class StatementHit(msgspec.Struct, frozen=True):
    """A claim or a recommendation, whichever ``kind`` says; the other is None. ``covers``: how much of the question it
    covers; ``rank``: the score of its document against the first one's, 0 where a concept alone led to it. Standing
    and flag of the source are in the record."""

    kind: StatementKind
    id: str
    score: float
    covers: float
    rank: float
    claim: ClaimRecord | None = None
    recommendation: RecommendationRecord | None = None


class Statements(msgspec.Struct, frozen=True):
    """A page, best first; ``found`` counts the candidates, ``next`` is the cursor of the following page."""

    items: tuple[StatementHit, ...]
    found: int
    interpretation: Interpretation
    next: str | None = None


class _Row(msgspec.Struct, frozen=True):
    """A statement that may fit; ``start`` is -1 where it has no place, ``ends`` are those of a claim."""

    kind: StatementKind
    node: Term
    document: str
    passage: str
    start: int
    end: int
    text: str
    ends: tuple[str, ...]


class StatementSearcher:
    """Searches the statements of one generation."""

    def __init__(self, searcher: Searcher, holdings: Holdings, naming: Naming) -> None:
        self._searcher = searcher
        self._holdings = holdings
        self._naming = naming
        self._matching = Matching(holdings.reader, holdings.ids, partial(holdings.names, "concept"))
        self._ledger = Ledger(holdings.reader, naming)
        self._recommendations = Recommendations(holdings.reader, naming)

    def search(
        self,
        question: str,
        kinds: Sequence[StatementKind] = KINDS,
        filters: Filters = _NO_FILTERS,
        limit: int = 10,
        after: str | None = None,
    ) -> Statements:
        """The ``limit`` best of these kinds, or those that follow the page whose ``next`` is ``after``; no page reaches
        beyond ``MOST_WEIGHED``. Filters hold for the documents that they are taken from, so with one nothing comes that
        names no document. Raises QueryError for a limit outside 1..100, a question that is too long, and a foreign
        cursor."""
        if not 1 <= limit <= MOST_HITS:
            raise QueryError(reason=f"limit is {limit}, it must lie between 1 and {MOST_HITS}")
        listed = ("statements", question, kinds, filters)
        start = cursor.place(listed, after)
        reading, ranked, _ = self._searcher.ranking(Query(question, "document", filters))
        first = ranked[:DOCUMENTS]
        cards = [self._holdings.text.card("document", row).id for _, row, _, _ in first]
        ranks = {card: hit[2] / first[0][2] if first[0][2] else 0.0 for card, hit in zip(cards, first, strict=True)}
        rows = {row.node: row for row in self._rows(kinds, reading, cards, free=filters == Filters())}
        asked = content(question, reading, self._holdings)
        plain = {curie: concept for curie, (concept, _) in reading.wanted.items()}
        rough = [(row, self._covers(asked, row, None, plain)) for row in rows.values()]
        rough.sort(key=lambda one: (-COVERS * one[1] - RANK * ranks.get(one[0].document, 0.0), one[0].node))
        fine = self._covered(asked, reading, [row for row, _ in rough[:MOST_WEIGHED]], plain)
        scored = sorted(
            (-round(COVERS * covers + RANK * rank, 6), row.node, covers, rank, row)
            for row, covers in fine
            if covers
            for rank in (ranks.get(row.document, 0.0),)
        )
        hits = tuple(
            self._hit(row, -score, covers, rank) for score, _, covers, rank, row in scored[start : start + limit]
        )
        end = start + limit
        following = cursor.mark(listed, end) if end < len(scored) else None
        return Statements(hits, len(rows), reading.interpretation, following)

    def _rows(
        self, kinds: Sequence[StatementKind], reading: Reading, documents: Sequence[str], *, free: bool
    ) -> Iterator[_Row]:
        reader, ids = self._holdings.reader, self._holdings.ids
        nodes = {iri(ids.expand(curie)): curie for curie in documents}
        for kind in kinds:
            if nodes:
                for row in about(reader, _OF_DOCUMENTS[kind], nodes):
                    yield self._row(kind, row, nodes[row["document"]])
        if "claim" in kinds and free and reading.wanted:
            wanted = [iri(ids.expand(curie)) for curie in reading.wanted]
            for row in about(reader, "statements/claims-of-concepts", wanted):
                document = row.get("document")
                yield self._row("claim", row, ids.curie(lexical(document)) if document else "")

    def _row(self, kind: StatementKind, row: dict[str, Term], document: str) -> _Row:
        start, end = (int(lexical(row[name])) if name in row else -1 for name in ("start", "end"))
        return _Row(
            kind=kind,
            node=row["node"],
            document=document,
            passage=passage_key(lexical(row["passage"])) if "passage" in row else "",
            start=start,
            end=end,
            text=lexical(row["text"]) if "text" in row else "",
            ends=tuple(self._naming.curie(row[name]) for name in ("subject", "object") if name in row),
        )

    def _covered(
        self, asked: Content, reading: Reading, rows: Sequence[_Row], plain: Mapping[str, str]
    ) -> Iterator[tuple[_Row, float]]:
        """How much of the question each covers, by the mentions in its sentence, too."""
        holdings = self._holdings
        documents = list(dict.fromkeys(row.document for row in rows if row.document))
        told = self._matching.of(documents, reading.wanted)
        matched = {one.path[-1].id: one.concept for some in told.values() for one in some} | dict(plain)
        passages = passages_of(holdings.reader, holdings.ids, documents, matched)
        keyed = {(document, one.key): one for document, some in passages.items() for one in some}
        for row in rows:
            yield row, self._covers(asked, row, keyed.get((row.document, row.passage)), matched)

    def _covers(self, asked: Content, row: _Row, passage: PassageText | None, matched: Mapping[str, str]) -> float:
        held = {matched[curie] for curie in row.ends if curie in matched}
        if passage is not None and row.start >= 0:
            held |= origins(matched, passage.mentions, row.start, row.end)
        return round(asked.share(row.text or " ".join(self._named(row.ends)), held), 6)

    def _named(self, curies: Iterable[str]) -> Iterator[str]:
        for curie in curies:
            names = self._holdings.names("concept", curie)
            yield from (names.en, names.zh)

    def _hit(self, row: _Row, score: float, covers: float, rank: float) -> StatementHit:
        if row.kind == "claim":
            claim = self._ledger.records([row.node])[0]
            return StatementHit("claim", claim.id, score, covers, round(rank, 6), claim=claim)
        record = self._recommendations.record(row.node)
        return StatementHit("recommendation", record.id, score, covers, round(rank, 6), recommendation=record)


def parsed(text: str | None) -> tuple[StatementKind, ...]:
    """Kinds written with commas, all for None. Raises QueryError, which lists the known, for none and unknown ones.

    >>> parsed("recommendation")
    ('recommendation',)
    """
    names = list(KINDS) if text is None else [one.strip() for one in text.split(",") if one.strip()]
    for name in names or [""]:
        if name not in KINDS:
            raise QueryError(why="unknown-kind", name=name[:40], known=", ".join(KINDS))
    return tuple(kind for kind in KINDS if kind in names)
