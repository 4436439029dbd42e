"""Today's search over a collection: an index of its own, made from the texts alone, and the searcher of the service.

Concepts of texts are those that the dictionary finds; no label of a corpus is read. The store holds what publishing
would: exact matches and hierarchies of the terminologies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import msgspec

from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.retrieval.collection import Collection, Item, Question, fold
from ingest.evaluation.retrieval.parts import PARTS, Part
from ingest.evaluation.retrieval.remembering import RememberedEncoder, RememberedReader, RememberedText
from ingest.text.annotate import Annotator, guess_language
from kg.errors import IdentifierError
from kg.generation.corpus import IN_TITLE, MOST, nearness
from kg.generation.pages import Hierarchy
from kg.index.analysis import has_han
from kg.index.base import Card, Encoder, TextEntry
from kg.index.embeddings import CachedEncoder
from kg.index.passages import PassageIndex, PassageWriter, Window
from kg.index.sentences import windows
from kg.index.textwriter import TextWriter
from kg.mapping.base import Context
from kg.mapping.document import document_statements
from kg.mapping.evidence import mention_statements
from kg.model.document import Document, Passage
from kg.model.ids import Ids
from kg.model.terms import Statement, iri, lexical, statement
from kg.search.alignment import Alignment
from kg.search.answering import Answering
from kg.search.base import LONGEST_QUERY, SIGNALS, Query, QueryReader
from kg.search.holdings import Holdings
from kg.search.passages import PassageText
from kg.search.ranker import Ranker, packaged
from kg.search.reference import ExactReader
from kg.search.reranking import Reranker, Reranking, Shares, Texts
from kg.search.scoring import DEPTH
from kg.search.searcher import Searcher
from kg.store.base import STORES, Store
from kg.vocab import SKOS
from ontology.lexicon import Lexicon

Ranking = Callable[[Question], Sequence[str]]
"""A question to the ids of texts, best first."""
SEARCH, ENGLISH, OPEN = "search", "english", "open"
"""Names of rankings beside those of signals."""
_PAGE = 1_000


class Names(msgspec.Struct, frozen=True):
    """What concepts are found with: the annotator reads texts, ``reader`` questions."""

    knowledge: Knowledge
    annotator: Annotator
    reader: QueryReader


class SearchedCollection:
    """Indexes a collection below ``folder``, an empty one or none yet, and ranks with some signals or all.

    Without ``names`` there are no concepts, without ``encoder`` no vectors; ``cache`` is the folder where vectors of
    texts, never of questions, are kept for the next time; ``ranker`` is the packaged one by default. ``quotable``: the
    store holds the texts with their mentions, too, so that sentences of them can be cited. ``aligned``: reads Chinese
    questions, by layers that have not seen the concept that is asked for. ``rerankers`` are those that may be asked to
    look at the first hits again, ``shares`` how much they count. Close it.
    """

    def __init__(
        self,
        folder: Path,
        collection: Collection,
        names: Names | None = None,
        encoder: Encoder | None = None,
        cache: Path | None = None,
        ranker: Ranker | None = None,
        *,
        quotable: bool = False,
        aligned: Alignment | None = None,
        rerankers: Mapping[str, Reranker] | None = None,
        shares: Shares | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._store: Store = STORES.load("oxigraph").create(folder / "store")
        if names:
            self._store.derive(chain(_statements(names.knowledge), _texts(collection.items, names) if quotable else ()))
        keeping = CachedEncoder(encoder, cache) if encoder and cache else None
        vectors = PassageWriter(keeping or encoder) if encoder else None
        cards: list[tuple[int, Card]] = []
        with TextWriter(folder / "text") as writer:
            for item, entry in zip(collection.items, self._entries(collection.items, names), strict=True):
                row = writer.add(entry)
                if vectors is not None:
                    for passage in _passages(item):
                        for start, end in windows(passage.text):
                            vectors.add("document", row, Window(passage.key, start, end), passage.text[start:end])
            if names and vectors is not None and any(has_han(one.text) for one in collection.questions):
                # The English names by which a Chinese question reaches an encoder that knows no Chinese.
                cards = [(writer.add(entry), entry.card) for entry in _concepts(names.knowledge.lexicon)]
        self._text = RememberedText(folder / "text")
        if aligned is not None and names is not None and vectors is not None:
            # Nothing but these is taken for what no label covers, so the names of others need no vectors.
            for row, card in cards:
                same = names.knowledge.crosswalk.ids(card.id)
                if any(self._text.holders("document", "subtree", one) for one in same):
                    vectors.add("concept", row, Window("", 0, len(card.en)), card.en)
        self._passages: PassageIndex | None = None
        if vectors is not None and encoder is not None:
            vectors.save(folder / "vectors")
            if keeping is not None:
                keeping.close()
            self._passages = PassageIndex(folder / "vectors", encoder.id, verify=False)
        self._encoder = RememberedEncoder(encoder) if encoder else None
        self._names = names
        self._reader = RememberedReader(names.reader if names else ExactReader(()))
        self._collection = collection
        self._ranker = ranker or packaged()
        self._aligned = aligned
        self._rerankers = rerankers or {}
        self._reranking = Reranking(self._text, _read(collection.items), self._rerankers, shares)
        self._searchers: dict[tuple[int, int], Searcher] = {}

    def rankings(self, depth: int, *, ablation: bool = False) -> dict[str, Ranking]:
        """``search`` goes by all signals, with weights that have not seen the question; each signal alone stands beside
        it under its name, with ``ablation`` all but each under ``search-NAME``, under ``english`` what the question
        finds in its other language, and under ``open`` what it finds where it does not say whether narrower concepts
        are asked for. ``depth`` hits at most, 1,000 at most.

        Raises TrainedOnEvaluated where the ranker has no weights that have not seen a question.
        """
        depth = min(depth, DEPTH)
        there = self._signals()
        made = {name: self._ranking((name,), depth) for name in there}
        made[SEARCH] = self._ranking(there, depth)
        if ablation and len(there) > 1:
            made |= {f"{SEARCH}-{name}": self._ranking(_but(name, there), depth) for name in there}
        if any(one.other for one in self._collection.questions):
            made[ENGLISH] = self._ranking(there, depth, other=True)
        if any(one.narrower is not None for one in self._collection.questions):
            made[OPEN] = self._ranking(there, depth, open_=True)
        return made

    def parted(self, depth: int) -> dict[Part, Ranking]:
        """``search`` as it is, without and by each of its parts alone, and with each re-ranking beside it; in each
        language that the questions have. What ``ablation.ablated`` measures."""
        depth, there = min(depth, DEPTH), self._signals()
        other = any(one.other for one in self._collection.questions)
        native = "zh" if any(has_han(one.text) for one in self._collection.questions) else "en"
        made: dict[Part, Ranking] = {}
        for language, turned in ((native, False), *((("en" if native == "zh" else "zh", True),) if other else ())):
            made[Part(language, SEARCH, "on")] = self._ranking(there, depth, other=turned)
            for name, some in PARTS.items():
                own = tuple(one for one in there if one in some)
                if own and len(own) < len(there):
                    rest = tuple(one for one in there if one not in some)
                    made[Part(language, name, "off")] = self._ranking(rest, depth, other=turned)
                    made[Part(language, name, "alone")] = self._ranking(own, depth, other=turned)
            for name in self._rerankers:
                made[Part(language, name, "added")] = self._ranking(there, depth, other=turned, rerank=name)
        return made

    def found(self, question: Question) -> tuple[str, dict[str, dict[str, float]]]:
        """What ``Searcher.found`` finds of the question."""
        return self.searcher(question).found(question.text[:LONGEST_QUERY], question.narrower)

    def answering(self, question: Question) -> Answering:
        """Answers with the weights of signals for the fold of a question; needs names, and texts that are quotable."""
        encoder = self._encoder if self._passages is not None else None
        held = Holdings(self._store, self._text, Ids(), self._passages, encoder)
        return Answering(self.searcher(question), held)

    def _signals(self) -> tuple[str, ...]:
        """Those that can find anything here."""
        without = set()
        if not any(has_han(one.text) for one in self._collection.questions):
            without.add("characters")
        if self._names is None:
            without |= set(PARTS["graph"])
        if self._passages is None:
            without.add("dense")
        return tuple(name for name in SIGNALS if name not in without)

    def _ranking(
        self, signals: tuple[str, ...], depth: int, *, other: bool = False, rerank: str = "", open_: bool = False
    ) -> Ranking:
        def rank(question: Question) -> list[str]:
            text = question.other if other else question.text
            narrower = None if open_ else question.narrower
            query = Query(text[:LONGEST_QUERY], limit=depth, signals=signals, rerank=rerank, narrower=narrower)
            return [hit.id for hit in self.searcher(question).best(query, excerpts=False)]

        return rank

    def searcher(self, question: Question) -> Searcher:
        """With the weights for the fold of a question, and a layer of the alignment that has not seen it."""
        number = fold(question.id)
        layer = self._aligned.unseen(question.id) if self._aligned else None
        key = number, id(layer)
        if key not in self._searchers:
            family = self._collection.family or self._collection.name.partition(":fold")[0]
            self._searchers[key] = Searcher(
                self._text, self._store, self._reader, self._passages, self._encoder,
                weights=self._ranker.unseen(family, number, question.id), layer=layer,
                reranking=self._reranking,
            )  # fmt: skip
        return self._searchers[key]

    def _entries(self, items: Sequence[Item], names: Names | None) -> Iterator[TextEntry]:
        """What the text index holds of each text, as publishing counts it."""
        counted = [_mentioned(item, names.annotator) if names else Counter[str]() for item in items]
        ids = Ids()
        nodes = {curie: iri(ids.expand(curie)) for counts in counted for curie in counts}
        hierarchy = Hierarchy(self._store)
        for start in range(0, len(nodes), _PAGE):
            hierarchy.load(list(nodes.values())[start : start + _PAGE])
        for item, counts in zip(items, counted, strict=True):
            near = nearness({nodes[curie]: times for curie, times in counts.items()}, hierarchy)
            yield TextEntry(
                Card(item.id, "document", en=item.title),
                title=item.title,
                body=item.text,
                concepts=tuple(sorted((curie, min(times, MOST)) for curie, times in counts.items())),
                subtree=tuple(sorted((ids.curie(lexical(node)), times) for node, times in near.items())),
                fields={"ti": (item.title,), "ab": (item.text,)},
            )

    def close(self) -> None:
        self._store.close()


def _but(one: str, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name != one)


def _passages(item: Item) -> tuple[Passage, ...]:
    title = Passage("title", "title", guess_language(item.title), item.title)
    body = Passage("abstract", "abstract", guess_language(item.text), item.text)
    return tuple(passage for passage in (title, body) if passage.text)


def _mentioned(item: Item, annotator: Annotator) -> Counter[str]:
    """How often each concept is mentioned, in a title thrice."""
    counts: Counter[str] = Counter()
    passages = _passages(item)
    titles = {passage.key for passage in passages if passage.kind == "title"}
    for mention in annotator.document(Document(id=item.id, passages=passages)):
        if mention.candidates:
            counts[mention.candidates[0].concept] += IN_TITLE if mention.passage in titles else 1
    return counts


def _read(items: Sequence[Item]) -> Texts:
    """The passages of texts by their ids, which need be no CURIEs."""
    known = {item.id: item for item in items}
    return lambda ids: {
        one: [PassageText(passage.key, passage.kind, passage.text) for passage in _passages(known[one])] for one in ids
    }


def _texts(items: Sequence[Item], names: Names) -> Iterator[Statement]:
    """The texts as documents, with what the dictionary finds in them."""
    context = Context()
    for item in items:
        document = Document(id=item.id, passages=_passages(item))
        yield from document_statements(document, context)
        for mention in names.annotator.document(document):
            yield from mention_statements(mention, context)


def _concepts(lexicon: Lexicon) -> Iterator[TextEntry]:
    """A card for each concept that has a preferred English name."""
    preferred: dict[str, tuple[str, str]] = {}
    for name, senses in zip(lexicon.names, lexicon.senses, strict=True):
        for sense in senses:
            if (sense.language[:2], sense.kind, sense.form) == ("en", "preferred", "exact"):
                preferred.setdefault(sense.concept, (name, sense.category))
    for concept, (name, category) in sorted(preferred.items()):
        yield TextEntry(Card(concept, "concept", en=name, category=category), label=name)


def _statements(knowledge: Knowledge) -> Iterator[Statement]:
    """Exact matches and hierarchies."""
    ids = Ids()
    for name, pairs in (("exactMatch", knowledge.matches()), ("broader", knowledge.broader())):
        predicate = iri(f"{SKOS}{name}")
        for one, other in pairs:
            try:
                yield statement(iri(ids.expand(one)), predicate, iri(ids.expand(other)))
            except IdentifierError:
                continue  # Ids of terminologies without a known prefix lead nowhere.
