"""Hybrid search: BM25, vectors, concepts and their subtrees, joined and explained."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import IndexMismatch, NotFound, QueryError
from kg.index.base import KINDS, Encoder, Kind
from kg.index.passages import PassageIndex, Window
from kg.index.text import TextIndex, Wanted
from kg.model.ids import Ids
from kg.query.licensing import licensing
from kg.search import cursor
from kg.search.base import MOST_HITS, Hit, Names, Parts, Query, QueryReader, Results, Scored
from kg.search.excerpt import excerpt
from kg.search.fusion import fuse
from kg.search.passages import passages_of
from kg.search.reading import Reading, Understanding
from kg.search.works import Works
from kg.store.base import Reader

DEPTH = 1_000
"""Candidates of each signal; no page reaches further."""
NEAR = 0.3
"""Cosine from which a text counts as found by its vector alone. On the 84 illustrative records six queries
gave medians of 0.0 to 0.16, nine tenths below 0.25, and none above 0.16 for what no record is about."""
FIELDS: dict[Kind, dict[str, float]] = {
    "document": {"title": 2.0, "body": 1.0, "names": 1.0},
    "concept": {"label": 2.0, "synonyms": 1.5, "body": 0.3, "names": 1.0},
}
"""Boosts of the text fields."""


class Searcher:
    """Searches one generation; safe to use from several threads, keeps nothing of what it is asked.

    Without ``passages`` or ``encoder`` it goes by text and concepts. Raises IndexMismatch when the
    vectors were made by another encoder than the one that queries would be encoded with.
    """

    def __init__(
        self,
        text: TextIndex,
        reader: Reader,
        concepts: QueryReader,
        passages: PassageIndex | None = None,
        encoder: Encoder | None = None,
        ids: Ids | None = None,
    ) -> None:
        if passages is not None and encoder is not None and passages.encoder != encoder.id:
            raise IndexMismatch(path="vectors", expected=passages.encoder, found=encoder.id)
        self._text = text
        self._reader = reader
        self._ids = ids or Ids()
        self._passages = passages if encoder is not None else None
        self._encoder = encoder
        self.works = Works(reader, text, self._ids)
        self._understanding = Understanding(reader, text, concepts, self._ids)

    def search(self, query: Query) -> Results:
        """One page of hits, a work once; the same query on the same generation gives the same page.

        Raises QueryError for a limit outside 1..100, a query that is too long, a foreign cursor.
        """
        if not 1 <= query.limit <= MOST_HITS:
            raise QueryError(reason=f"limit is {query.limit}, it must lie between 1 and {MOST_HITS}")
        start = cursor.offset(query)
        reading, ranked, windows = self._ranked(query)
        ranked = self.works.once(ranked)
        page = ranked[start : start + query.limit]
        end = start + len(page)
        return Results(
            items=tuple(self._hits(page, reading, windows)),
            next=cursor.encode(query, end) if end < len(ranked) else None,
            found=len(ranked),
            interpretation=reading.interpretation,
        )

    def best(self, query: Query, *, excerpts: bool) -> tuple[Scored, ...]:
        """The ``query.limit`` best, at most ``DEPTH``, without the parts of a page; for calls inside SPARQL.

        Raises QueryError for a query that is too long.
        """
        reading, ranked, windows = self._ranked(query)
        chosen = ranked[: query.limit]
        cards = [self._text.card(kind, row) for kind, row, _, _ in chosen]
        sentences: dict[str, str] = {}
        if excerpts:
            hits = self._hits(chosen, reading, windows)
            sentences = {hit.id: hit.excerpt.text for hit in hits if hit.excerpt is not None}
        return tuple(
            Scored(card.id, score, sentences.get(card.id, ""))
            for card, (_, _, score, _) in zip(cards, chosen, strict=True)
        )

    def nearest(self, curie: str, kind: Kind, limit: int) -> tuple[Scored, ...]:
        """What lies nearest to a document or concept by its vectors, itself left out, best first.

        A concept without vectors of its own is encoded by its English or Chinese name. Raises NotFound,
        and QueryError where the generation holds no vectors.
        """
        if self._passages is None or self._encoder is None:
            raise QueryError(why="no-vectors")
        place: tuple[Kind, int] | None = next(
            ((known, row) for known in KINDS if (row := self._text.row(known, curie)) is not None), None
        )
        if place is None:
            raise NotFound(name=curie)
        vector = self._passages.vector(*place)
        if vector is None:
            card = self._text.card(*place)
            vector = self._encoder.encode([card.en or card.zh or curie])[0]
        near = self._passages.nearest(kind, vector, DEPTH)
        others = [hit for hit in near if (kind, hit.row) != place][:limit]
        return tuple(Scored(self._text.card(kind, hit.row).id, round(hit.score, 4)) for hit in others)

    def _ranked(self, query: Query) -> tuple[Reading, list[tuple[Kind, int, float, Parts]], dict[int, Window]]:
        """How the query was read, every candidate best first, and the windows that the vectors found."""
        reading = self._understanding.read(query.text, encodes=self._passages is not None)
        ranked: list[tuple[Kind, int, float, Parts]] = []
        windows: dict[int, Window] = {}
        for kind in KINDS if query.kind is None else (query.kind,):
            found, near = self._rank(kind, query, reading)
            ranked += [(kind, row, score, parts) for row, score, parts in found]
            if kind == "document":
                windows = near
        ranked.sort(key=lambda hit: (-hit[2], KINDS.index(hit[0]), hit[1]))
        return reading, ranked, windows

    def _rank(
        self, kind: Kind, query: Query, reading: Reading
    ) -> tuple[list[tuple[int, float, Parts]], dict[int, Window]]:
        """Fused rows of one kind, and the best window of each row that the vectors found."""
        tokens, filters = reading.interpretation.tokens, query.filters
        asked = {
            "text": [Wanted(field, token, boost) for token in tokens for field, boost in FIELDS[kind].items()],
            "concept": [Wanted("concept", curie, score) for curie, (_, score) in reading.wanted.items()],
            "subtree": [Wanted("subtree", curie, score) for curie, (_, score) in reading.wanted.items()],
        }
        signals = {name: dict(self._text.search(kind, wanted, DEPTH, filters)) for name, wanted in asked.items()}
        # A list that was cut says nothing about the rows below, so its last score counts as nothing.
        floors = {
            name: min(scores.values(), default=0.0) if len(scores) == DEPTH else 0.0 for name, scores in signals.items()
        }
        windows: dict[int, Window] = {}
        if self._passages is not None and self._encoder is not None and tokens and reading.interpretation.encoded:
            vector = self._encoder.encode([reading.interpretation.encoded])[0]
            near = self._passages.nearest(kind, vector, DEPTH, self._text.allowed(kind, filters))
            # Every text is somewhere near every other: what only the vectors found must really be near.
            matched = {row for scores in signals.values() for row in scores}
            near = [hit for hit in near if hit.score >= NEAR or hit.row in matched]
            signals["dense"] = {hit.row: hit.score for hit in near}
            floors["dense"] = min(signals["dense"].values(), default=0.0)
            windows = {hit.row: hit.window for hit in near}
        return fuse(signals, floors, reading.coverage), windows

    def _hits(
        self, page: list[tuple[Kind, int, float, Parts]], reading: Reading, windows: dict[int, Window]
    ) -> Iterator[Hit]:
        cards = [self._text.card(kind, row) for kind, row, _, _ in page]
        documents = [card.id for card in cards if card.kind == "document"]
        passages = passages_of(self._reader, self._ids, documents, reading.wanted)
        for card, (kind, row, score, parts) in zip(cards, page, strict=True):
            own = passages.get(card.id, [])
            held = {curie for passage in own for _, _, curie in passage.mentions} | {card.id}
            near = windows.get(row) if kind == "document" else None
            said = licensing(self._reader, self._ids, card.id) if kind == "document" else None
            yield Hit(
                id=card.id,
                kind=kind,
                label=Names(zh=card.zh, en=card.en),
                score=score,
                parts=parts,
                category=card.category,
                year=card.year,
                languages=card.languages,
                standing=card.standing,
                illustrative=card.illustrative,
                deprecated=card.deprecated,
                records=tuple(self.works.others(row, card.id)) if kind == "document" else (),
                excerpt=excerpt(own, reading.interpretation.tokens, near),
                concepts=tuple(sorted({read for curie, (read, _) in reading.wanted.items() if curie in held})),
                licence=said.licence if said else None,
                access=said.access if said else None,
            )
