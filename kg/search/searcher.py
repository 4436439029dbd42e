"""Hybrid search: BM25, vectors, concepts and their subtrees, joined by fitted weights and explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from kg.errors import IndexMismatch, NotFound, QueryError, VectorEngineFailed
from kg.index.base import KINDS, Encoder, Filters, Kind
from kg.index.passages import PassageIndex
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search import cursor, signals
from kg.search.backing import backings
from kg.search.base import MOST_HITS, SIGNALS, Hit, Names, Parts, Query, QueryReader, Results, Scored
from kg.search.bridging import LIKENESS, Bridging
from kg.search.contrast import contrasted
from kg.search.crossing import Crossing
from kg.search.excerpt import excerpt
from kg.search.fusion import fuse
from kg.search.hints.base import Corrections
from kg.search.layer import Layer
from kg.search.matching import Matching
from kg.search.passages import passages_of
from kg.search.preferring import Preferring
from kg.search.profiles import Profile, chosen
from kg.search.profiles import packaged as packaged_profiles
from kg.search.ranker import Weights, asks, kind_of, packaged, weighed
from kg.search.reading import Reading, Understanding
from kg.search.reranking import LATE, Reranking
from kg.search.scoring import DEPTH, Scoring, Windows
from kg.search.variety import Variety
from kg.search.works import Ranked, Works
from kg.store.base import Reader

_NONE: Mapping[int, tuple[str, ...]] = {}


class Searcher:
    """Searches one generation; safe to use from several threads, keeps nothing of what it is asked.

    Without ``passages`` or ``encoder`` it goes by text and concepts; where that should not be so ``degraded`` says why,
    and every answer does, too. ``weights`` are those of the packaged ranker by default. ``suggest`` is what unknown
    words are read with, ``today`` the year of the generation, from which *last five years* are counted back;
    ``profiles`` are those that a query may name, by default those that come with medkg. ``layer`` of an
    alignment reads Chinese that no label covers, where there are vectors of concepts. ``reranking`` looks at first
    hits again for a query that asks for it. Raises IndexMismatch when the
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
        weights: Weights | None = None,
        degraded: str = "",
        suggest: SuggestIndex | None = None,
        today: int | None = None,
        profiles: Mapping[str, Profile] | None = None,
        layer: Layer | None = None,
        reranking: Reranking | None = None,
    ) -> None:
        if passages is not None and encoder is not None and passages.encoder != encoder.id:
            raise IndexMismatch(path="vectors", expected=passages.encoder, found=encoder.id)
        self._text = text
        self._reader = reader
        self._ids = ids or Ids()
        self._passages = passages if encoder is not None else None
        self._encoder = encoder
        self._degraded = degraded
        self.lacking = ""
        """Why the last search with vectors did without them; empty where it did not."""
        self._weights = packaged().weights if weights is None else weights
        self.works = Works(reader, text, self._ids)
        self._scoring = Scoring(text, self._passages, encoder)
        understanding = Understanding(reader, text, concepts, self._ids, suggest, today)
        bridging = Bridging(layer, self._passages, text) if layer is not None and self._passages is not None else None
        self._understanding = Crossing(understanding, reader, text, self._ids, bridging)
        self._variety = Variety(reader, text, self._ids)
        self._matching = Matching(reader, self._ids, self._label)
        self._profiles = packaged_profiles() if profiles is None else profiles
        self._preferring = Preferring(reader, text, self._ids)
        self._reranking = reranking or Reranking(text, lambda _: {}, {})

    def search(self, query: Query) -> Results:
        """One page of hits, a work once; the same query on the same generation gives the same page.

        Raises QueryError for a limit outside 1..100, a query that is too long, an unknown signal or profile, a foreign
        cursor.
        """
        if not 1 <= query.limit <= MOST_HITS:
            raise QueryError(reason=f"limit is {query.limit}, it must lie between 1 and {MOST_HITS}")
        start = cursor.offset(query)
        reading, ranked, windows = self._ranked(query)
        ranked = self._again(query, reading, self.works.once(ranked), windows)
        ranked, folded = self._variety.arranged(ranked, fold=query.fold, diverse=query.diverse)
        page = ranked[start : start + query.limit]
        end = start + len(page)
        items, told = tuple(self._hits(page, reading, windows, folded)), reading.interpretation
        profile = chosen(self._profiles, query.profile)
        if profile is not None:
            told = replace(told, profile=profile.name)
            if profile.labels == "lay":
                items, told = self._preferring.lay(items, told)
        return Results(
            items=items,
            next=cursor.encode(query, end) if end < len(ranked) else None,
            found=len(ranked),
            interpretation=told,
        )

    def ranking(self, query: Query) -> tuple[Reading, list[Ranked], Windows]:
        """How a query was read, every candidate best first, a work once, and the windows that the vectors found: what
        others make something of. Limit and cursor count for nothing. Raises QueryError as ``best`` does."""
        reading, ranked, windows = self._ranked(query)
        return reading, self.works.once(ranked), windows

    def shown(self, page: Sequence[Ranked], reading: Reading, windows: Windows) -> tuple[Hit, ...]:
        """What was ranked as hits."""
        return tuple(self._hits(list(page), reading, windows))

    def best(self, query: Query, *, excerpts: bool) -> tuple[Scored, ...]:
        """The ``query.limit`` best, at most ``DEPTH``, without the parts of a page; for calls inside SPARQL.

        Raises QueryError for a query that is too long and for an unknown signal.
        """
        reading, ranked, windows = self._ranked(query)
        ranked = self._again(query, reading, ranked, windows)
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

    def found(self, text: str, narrower: bool | None = None) -> tuple[str, dict[str, dict[str, float]]]:
        """The kind of weights of a query, and for each signal that finds documents their CURIEs with scaled scores
        (0 to 1), whatever weight it has: what weights are fitted on, once they are ``contrasted``.

        Raises QueryError for a query that is too long.
        """
        plain = Corrections(hints=(LIKENESS,))
        reading = self._understanding.read(text, encodes=self._passages is not None, corrections=plain)
        scores, _ = self._scoring.scores("document", text, Filters(), reading, SIGNALS)
        ids = {row: self._text.card("document", row).id for row in {row for some in scores.values() for row in some}}
        told = {name: {ids[row]: score for row, score in some.items()} for name, some in scores.items() if some}
        read = reading.interpretation
        return kind_of(read.language, read.type, narrower, asked=asks(text)), told

    def _again(self, query: Query, reading: Reading, ranked: list[Ranked], windows: Windows) -> list[Ranked]:
        """The first hits in the order of the re-ranking that was asked for."""
        if not query.rerank:
            return ranked
        return self._reranking.reranked(query.rerank, query.top, query.text, reading, ranked, windows)

    def _ranked(self, query: Query) -> tuple[Reading, list[tuple[Kind, int, float, Parts]], Windows]:
        """How the query was read, every candidate best first, and the windows that the vectors found; by all other
        signals where the engine of the vectors fails. Raises VectorEngineFailed where no other is asked for."""
        try:
            made = self._fused(query)
        except VectorEngineFailed as error:
            others = tuple(name for name in signals.chosen(query.signals) if name != "dense")
            self.lacking = str(error.params["why"])
            if not others:
                raise
            reading, ranked, windows = self._fused(replace(query, signals=others))
            told = replace(reading.interpretation, degraded=self.lacking)
            return replace(reading, interpretation=told), ranked, windows
        if "dense" in query.signals:
            self.lacking = ""
        return made

    def _fused(self, query: Query) -> tuple[Reading, list[tuple[Kind, int, float, Parts]], Windows]:
        """The same by every signal."""
        names = signals.chosen(query.signals)
        self._reranking.check(query.rerank, query.top)
        profile = chosen(self._profiles, query.profile)
        filters = query.filters if profile is None else self._preferring.filters(query.filters, profile)
        encodes = self._passages is not None and ("dense" in names or query.rerank == LATE)
        reading = self._understanding.read(query.text, encodes=encodes, filters=filters, corrections=query.corrections)
        if self._degraded and "dense" in names:
            reading = replace(reading, interpretation=replace(reading.interpretation, degraded=self._degraded))
        read = reading.interpretation
        weights: Mapping[str, float]
        told, weights = weighed(self._weights, read.language, read.type, query.narrower, asked=asks(query.text))
        if profile is not None:
            weights = profile.weighted(weights)
        # What has no weight is asked only where the others find nothing.
        weighty = tuple(name for name in names if weights.get(name))
        rest = tuple(name for name in names if name not in weighty)
        ranked: list[tuple[Kind, int, float, Parts]] = []
        windows = Windows()
        for kind in KINDS if query.kind is None else (query.kind,):
            scores, near = self._scoring.scores(kind, reading.text, reading.filters, reading, weighty)
            if rest and not any(scores.values()):
                scores, near = self._scoring.scores(kind, reading.text, reading.filters, reading, rest)
            joined = fuse(contrasted(told, scores), weights)
            fused: list[Ranked] = [(kind, row, score, parts) for row, score, parts in joined]
            ranked += fused if profile is None else self._preferring.ranked(fused, profile)
            if kind == "document":
                windows = near
        ranked.sort(key=lambda hit: (-hit[2], KINDS.index(hit[0]), hit[1]))
        return reading, ranked, windows

    def _label(self, curie: str) -> Names:
        row = self._text.row("concept", curie)
        if row is None:
            return Names(zh="", en="")
        card = self._text.card("concept", row)
        return Names(zh=card.zh, en=card.en)

    def _hits(
        self, page: list[Ranked], reading: Reading, windows: Windows, folded: Mapping[int, tuple[str, ...]] = _NONE
    ) -> Iterator[Hit]:
        cards = [self._text.card(kind, row) for kind, row, _, _ in page]
        documents = [card.id for card in cards if card.kind == "document"]
        matched = self._matching.of(documents, reading.wanted)
        mentioned = {one.path[-1].id for some in matched.values() for one in some}
        passages = passages_of(self._reader, self._ids, documents, mentioned, [one for one in matched if matched[one]])
        behind = backings(self._reader, self._ids, documents)
        for card, (kind, row, score, parts) in zip(cards, page, strict=True):
            own = passages.get(card.id, [])
            fits = matched.get(card.id, ())
            held = {one.concept for one in fits if one.relation != "narrower"}
            near = windows.get(row) if kind == "document" else None
            said = behind.get(card.id) if kind == "document" else None
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
                concepts=tuple(sorted(held | self._itself(card.id, reading.wanted))),
                matched=fits,
                licence=said.licence if said else None,
                access=said.access if said else None,
                design=said.design if said else "",
                design_by=said.design_by if said else "",
                links=said.links if said else (),
                duplicates=folded.get(row, ()) if kind == "document" else (),
            )

    @staticmethod
    def _itself(curie: str, wanted: Mapping[str, tuple[str, float]]) -> set[str]:
        """The concept of the query that a concept among the hits is."""
        return {wanted[curie][0]} if curie in wanted else set()
