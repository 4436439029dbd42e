"""Makes and opens the indexes of a generation: ``text/``, ``suggest/`` and ``vectors/``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import msgspec

from kg.generation.concepts import ConceptIndexes, Counted, index_concepts
from kg.generation.corpus import Corpus, DocumentEntry
from kg.generation.preparation import prepared
from kg.index.base import Encoder
from kg.index.embeddings import CachedEncoder
from kg.index.passages import PassageIndex, PassageWriter, Window, encoder_of
from kg.index.suggest import SuggestIndex
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
    concepts: Counted | None = None,
) -> IndexReport:
    """Write every index of what ``reader`` answers from below ``folder``.

    Documents are encoded in windows of three sentences, through the cache of vectors in ``cache``.
    ``concept_vectors`` encodes preferred English names too, which takes longer than all the rest.
    Without an encoder there is no ``vectors/``, and search goes by text and concepts.
    ``snapshot``: what ``reader`` reads, for so many ``processes`` to read beside it. ``concepts`` waits for those that
    are being indexed already.
    """
    documents = prepared(Corpus(reader), snapshot, processes)
    made = concepts or partial(index_concepts, reader, folder)
    if encoder is None:
        return _report(_index(documents, folder, None), made())
    with CachedEncoder(encoder, cache) as cached:
        passages = PassageWriter(cached, vector_index)
        count = _index(documents, folder, passages)
        found = made()
        for row, name in enumerate(found.names if concept_vectors else ()):
            if name:
                passages.add("concept", row, Window("", 0, len(name)), name)
        passages.save(folder / "vectors")
        return msgspec.structs.replace(
            _report(count, found),
            vectors=len(passages),
            encoder=cached.id,
            encoded=cached.encoded,
            reused=cached.reused,
        )


def _index(entries: Iterable[DocumentEntry], folder: Path, passages: PassageWriter | None) -> int:
    """Index documents; how many there are."""
    count = 0
    with TextWriter(folder / "text", ("document",)) as text:
        for document in entries:
            count += 1
            row = text.add(document.text)
            if passages is not None:
                for window, stretch in document.windows:
                    passages.add("document", row, window, stretch)
    return count


def _report(documents: int, made: ConceptIndexes) -> IndexReport:
    return IndexReport(documents=documents, concepts=len(made.names), labels=made.labels, keys=made.keys)


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
