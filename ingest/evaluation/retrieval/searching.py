"""Today's search over a collection: an index of its own, made from the texts alone, and the searcher of the service.

Concepts of texts are those that the dictionary finds; no label of a corpus is read. The store holds what publishing
would: exact matches of the terminologies. Ancestors are not indexed, because a lexicon has no hierarchy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from ingest.evaluation.knowledge import Knowledge
from ingest.evaluation.retrieval.collection import Collection, Item
from ingest.text.annotate import Annotator
from kg.errors import IdentifierError
from kg.generation.corpus import IN_TITLE, MOST
from kg.index.base import Card, Encoder, TextEntry
from kg.index.passages import PassageIndex, PassageWriter, Window
from kg.index.sentences import windows
from kg.index.text import TextIndex, TextWriter
from kg.model.document import Document, Passage
from kg.model.ids import Ids
from kg.model.terms import Statement, iri, statement
from kg.search.base import LONGEST_QUERY, Query, QueryReader
from kg.search.reference import ExactReader
from kg.search.searcher import DEPTH, Searcher
from kg.store.base import STORES, Store
from kg.vocab import SKOS
from ontology.lexicon import Lexicon

Ranking = Callable[[str], list[str]]
"""A question to the ids of texts, best first."""


class Names(msgspec.Struct, frozen=True):
    """What concepts are found with: the annotator reads texts, ``reader`` questions."""

    knowledge: Knowledge
    annotator: Annotator
    reader: QueryReader


class SearchedCollection:
    """Indexes a collection below ``folder``, an empty one, and ranks with some signals or all.

    Without ``names`` there are no concepts, without ``encoder`` no vectors. Close it.
    """

    def __init__(
        self, folder: Path, collection: Collection, names: Names | None = None, encoder: Encoder | None = None
    ) -> None:
        vectors = PassageWriter(encoder) if encoder else None
        with TextWriter(folder / "text") as writer:
            for item in collection.items:
                row = writer.add(_entry(item, names.annotator if names else None))
                if vectors is not None:
                    for text in (item.title, item.text):
                        for start, end in windows(text):
                            vectors.add("document", row, Window("", start, end), text[start:end])
            if names and vectors is not None:
                # The English names by which a Chinese question reaches an encoder that knows no Chinese.
                for entry in _concepts(names.knowledge.lexicon):
                    writer.add(entry)
        self._text = TextIndex(folder / "text", verify=False)
        self._passages: PassageIndex | None = None
        if vectors is not None and encoder is not None:
            vectors.save(folder / "vectors")
            self._passages = PassageIndex(folder / "vectors", encoder.id, verify=False)
        self._encoder = encoder
        self._names = names
        self._store: Store = STORES.load("oxigraph").create(folder / "store")
        if names:
            self._store.derive(_matches(names.knowledge))

    def rankings(self, depth: int) -> dict[str, Ranking]:
        """By the names of their signals; ``depth`` hits at most, 1,000 at most."""
        none: QueryReader = ExactReader(())
        asked: dict[str, tuple[QueryReader, bool]] = {"text": (none, False)}
        if self._names:
            asked["text+concepts"] = self._names.reader, False
        if self._passages is not None:
            asked["text+vectors"] = none, True
        if self._names and self._passages is not None:
            asked["text+concepts+vectors"] = self._names.reader, True
        return {name: self._ranking(reader, dense, min(depth, DEPTH)) for name, (reader, dense) in asked.items()}

    def _ranking(self, reader: QueryReader, dense: bool, depth: int) -> Ranking:
        near = (self._passages, self._encoder) if dense else (None, None)
        searcher = Searcher(self._text, self._store, reader, *near)

        def rank(text: str) -> list[str]:
            query = Query(text[:LONGEST_QUERY], limit=depth)
            return [hit.id for hit in searcher.best(query, excerpts=False)]

        return rank

    def close(self) -> None:
        self._store.close()


def _entry(item: Item, annotator: Annotator | None) -> TextEntry:
    counts: Counter[str] = Counter()
    if annotator:
        title = Passage("title", "title", "", item.title)
        body = Passage("abstract", "abstract", "", item.text)
        passages = tuple(passage for passage in (title, body) if passage.text)
        for mention in annotator.document(Document(id=item.id, passages=passages)):
            if mention.candidates:
                counts[mention.candidates[0].concept] += IN_TITLE if mention.passage == title.key else 1
    concepts = tuple(sorted((concept, min(times, MOST)) for concept, times in counts.items()))
    return TextEntry(Card(item.id, "document", en=item.title), title=item.title, body=item.text, concepts=concepts)


def _concepts(lexicon: Lexicon) -> Iterator[TextEntry]:
    """A card for each concept that has a preferred English name."""
    preferred: dict[str, str] = {}
    for name, senses in zip(lexicon.names, lexicon.senses, strict=True):
        for sense in senses:
            if (sense.language[:2], sense.kind, sense.form) == ("en", "preferred", "exact"):
                preferred.setdefault(sense.concept, name)
    for concept, name in sorted(preferred.items()):
        yield TextEntry(Card(concept, "concept", en=name), label=name)


def _matches(knowledge: Knowledge) -> Iterable[Statement]:
    ids = Ids()
    predicate = iri(f"{SKOS}exactMatch")
    for one, other in knowledge.matches():
        try:
            yield statement(iri(ids.expand(one)), predicate, iri(ids.expand(other)))
        except IdentifierError:
            continue  # Ids of terminologies without a known prefix lead nowhere.
