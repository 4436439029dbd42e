"""Makes and opens the indexes of a generation: ``text/``, ``suggest/`` and ``vectors/``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from kg.generation.corpus import Corpus, DocumentEntry
from kg.generation.preparation import prepared
from kg.index.base import Encoder
from kg.index.embeddings import CachedEncoder
from kg.index.passages import PassageIndex, PassageWriter, Window, encoder_of
from kg.index.suggest import SuggestIndex
from kg.index.suggest_writer import SuggestWriter
from kg.index.text import TextIndex, TextWriter
from kg.store.base import Reader, Snapshot


class IndexReport(msgspec.Struct, frozen=True):
    """What ``build_indexes`` made: counts only, so that the same store gives the same report.

    ``encoder`` is empty and ``vectors`` 0 without an encoder; ``encoded`` and ``reused`` are texts
    that were encoded now, and that the cache had.
    """

    documents: int
    concepts: int
    labels: int
    keys: int
    vectors: int = 0
    encoder: str = ""
    encoded: int = 0
    reused: int = 0

    def manifest(self) -> dict[str, str]:
        """For the manifest of the generation: what depends on the store and the encoder alone."""
        counts = {"documents": self.documents, "concepts": self.concepts, "keys": self.keys, "vectors": self.vectors}
        return {name: str(count) for name, count in counts.items()} | {"encoder": self.encoder}


class Indexes(msgspec.Struct, frozen=True):
    """The opened indexes of a generation; ``passages`` is None where none were made or wanted."""

    text: TextIndex
    suggest: SuggestIndex
    passages: PassageIndex | None


def build_indexes(
    reader: Reader,
    folder: Path,
    encoder: Encoder | None,
    cache: Path,
    *,
    concept_vectors: bool = False,
    vector_index: str = "faiss",
    snapshot: Snapshot | None = None,
    processes: int = 1,
) -> IndexReport:
    """Write every index of what ``reader`` answers from below ``folder``.

    Documents are encoded in windows of three sentences, through the cache of vectors in ``cache``.
    ``concept_vectors`` encodes preferred English names too, which takes longer than all the rest.
    Without an encoder there is no ``vectors/``, and search goes by text and concepts.
    ``snapshot``: what ``reader`` reads, for so many ``processes`` to read beside it.
    """
    corpus = Corpus(reader)
    documents = prepared(corpus, snapshot, processes)
    if encoder is None:
        return _build(corpus, documents, folder, None, concept_vectors=False)
    with CachedEncoder(encoder, cache) as cached:
        passages = PassageWriter(cached, vector_index)
        report = _build(corpus, documents, folder, passages, concept_vectors=concept_vectors)
        passages.save(folder / "vectors")
        return msgspec.structs.replace(
            report, vectors=len(passages), encoder=cached.id, encoded=cached.encoded, reused=cached.reused
        )


def _build(
    corpus: Corpus,
    entries: Iterable[DocumentEntry],
    folder: Path,
    passages: PassageWriter | None,
    *,
    concept_vectors: bool,
) -> IndexReport:
    documents = concepts = labels = 0
    with TextWriter(folder / "text") as text, SuggestWriter(folder / "suggest") as suggest:
        for document in entries:
            documents += 1
            row = text.add(document.text)
            if passages is not None:
                for window, stretch in document.windows:
                    passages.add("document", row, window, stretch)
        for concept in corpus.concepts():
            concepts += 1
            labels += len(concept.suggest.labels)
            row = text.add(concept.text)
            suggest.add(concept.suggest)
            name = concept.text.card.en
            if passages is not None and concept_vectors and name:
                passages.add("concept", row, Window("", 0, len(name)), name)
    return IndexReport(documents=documents, concepts=concepts, labels=labels, keys=len(suggest))


def open_indexes(folder: Path, encoder: Encoder | None, *, verify: bool = True) -> Indexes:
    """The indexes below ``folder``, checked against their checksums.

    Raises IntegrityError for damage, IndexMismatch when the vectors are of another encoder.
    """
    passages = None
    if encoder is not None and (folder / "vectors").is_dir():
        passages = PassageIndex(folder / "vectors", encoder.id, verify=verify)
    text = TextIndex(folder / "text", verify=verify)
    return Indexes(text, SuggestIndex(folder / "suggest", verify=verify), passages)


def encoder_id(folder: Path) -> str:
    """The id of the encoder that the vectors below ``folder`` were made with; empty where there are none.

    ``SentenceEncoder.matching`` makes that encoder on a machine that would prefer another precision.
    """
    return encoder_of(folder / "vectors") if (folder / "vectors").is_dir() else ""
