"""Makes and opens the indexes of a generation: ``text/``, ``suggest/`` and ``vectors/``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from kg.errors import ConfigError, IntegrityError, MissingExtra
from kg.generation.concepts import ConceptIndexes, Counted, index_concepts
from kg.generation.corpus import Corpus, DocumentEntry
from kg.generation.encoding import encoders
from kg.generation.preparation import prepared
from kg.index.base import Encoder
from kg.index.embeddings import CachedEncoder
from kg.index.passages import PassageIndex, PassageWriter, Window, encoder_of
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.index.textwriter import TextWriter
from kg.store.base import Reader, Snapshot
from kg.vocab import DEFAULT_BASE

T = TypeVar("T")
_TOLD = 100
"""Documents after which progress is told again."""


class IndexReport(msgspec.Struct, frozen=True):
    """What ``build_indexes`` made: counts only, so that the same store gives the same report.

    ``encoder`` is empty and ``vectors`` 0 without an encoder; ``encoded`` and ``reused`` are texts
    that were encoded now, and that the cache or the generation before had. ``facts``: see ``VectorIndex.facts``.
    """

    documents: int
    concepts: int
    labels: int
    keys: int
    vectors: int = 0
    encoder: str = ""
    encoded: int = 0
    reused: int = 0
    facts: dict[str, str] = {}

    def manifest(self) -> dict[str, str]:
        """For the manifest of the generation: what depends on the store and the encoder alone."""
        counts = {"documents": self.documents, "concepts": self.concepts, "keys": self.keys, "vectors": self.vectors}
        return {name: str(count) for name, count in counts.items()} | {"encoder": self.encoder} | self.facts


class Indexes(msgspec.Struct, frozen=True):
    """The opened indexes of a generation; ``passages`` is None where none were made or wanted, and where they are
    ``damaged``, or ``away``: in an engine that this process knows nothing of."""

    text: TextIndex
    suggest: SuggestIndex
    passages: PassageIndex | None
    damaged: bool = False
    away: bool = False


def build_indexes(
    reader: Reader,
    folder: Path,
    encoder: Encoder | None,
    cache: Path,
    *,
    concept_vectors: bool = False,
    vector_index: str = "faiss",
    words: bool = False,
    snapshot: Snapshot | None = None,
    processes: int = 1,
    concepts: Counted | None = None,
    before: Path | None = None,
    base: str = DEFAULT_BASE,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> IndexReport:
    """Write every index of what ``reader`` answers from below ``folder``.

    Documents are encoded in windows of three sentences, through the cache of vectors in ``cache``.
    ``concept_vectors`` encodes preferred English names too, which takes longer than all the rest.
    Without an encoder there is no ``vectors/``, and search goes by text and concepts.
    ``words``: whether the words of documents go to the engine of vectors, too (``kg.index.milvus_words``).
    ``snapshot``: what ``reader`` reads, for so many ``processes`` to read beside it. ``concepts`` waits for those that
    are being indexed already. ``before``: the folder of another generation, of whose vectors those are taken over that
    are still needed. ``base``: of the ids that are minted here. ``told`` hears how many documents (and names of
    concepts) of how many are done.
    """
    corpus = Corpus(reader)
    total = sum(map(len, corpus.pages()))
    documents = _counted(prepared(corpus, snapshot, processes), lambda done: told(done, total))
    if words:
        documents = _worded(documents, folder / "words")
    made = concepts or partial(index_concepts, reader, folder, base)
    if encoder is None:
        return _report(_index(documents, folder, None), made())
    with encoders(encoder, processes) as several, CachedEncoder(several, cache) as cached:
        passages = PassageWriter(cached, vector_index, before / "vectors" if before else None)
        count = _index(documents, folder, passages)
        found = made()
        names = found.names if concept_vectors else ()
        for row, name in enumerate(_counted(names, lambda done: told(count + done, count + len(names)))):
            if name:
                passages.add("concept", row, Window("", 0, len(name)), name)
        facts = passages.save(folder / "vectors")
        return msgspec.structs.replace(
            _report(count, found),
            vectors=len(passages),
            encoder=cached.id,
            encoded=cached.encoded,
            reused=cached.reused + passages.kept,
            facts=facts,
        )


def _counted(items: Iterable[T], told: Callable[[int], None]) -> Iterator[T]:
    """The items; after every few ``told`` hears how many there were."""
    for number, item in enumerate(items):
        if number % _TOLD == 0:
            told(number)
        yield item


def _worded(documents: Iterable[DocumentEntry], folder: Path) -> Iterator[DocumentEntry]:
    """The same; at their end their words are in the engine."""
    # A library of its own, which only those need who have such an engine.
    from kg.index.milvus_words import WordsWriter

    writer = WordsWriter(folder)
    for document in documents:
        writer.add(document.text)
        yield document
    writer.finish()


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

    Vectors that are damaged are left out, since all other answers can be given without them. Raises IntegrityError for
    other damage, IndexMismatch when the vectors are of another encoder.
    """
    passages, damaged, away = None, False, False
    if encoder is not None and (folder / "vectors").is_dir():
        try:
            passages = PassageIndex(folder / "vectors", encoder.id, verify=verify)
        except IntegrityError:
            damaged = True
        except (ConfigError, MissingExtra):
            away = True
    words = None
    if (folder / "words").is_dir():
        # The text index finds them as well.
        with suppress(ConfigError, ImportError):
            from kg.index.milvus_words import Words

            words = Words(folder / "words", verify=verify)
    text = TextIndex(folder / "text", verify=verify, words=words)
    return Indexes(text, SuggestIndex(folder / "suggest", verify=verify), passages, damaged, away)


def encoder_id(folder: Path) -> str:
    """The id of the encoder that the vectors below ``folder`` were made with; empty where there are none.

    ``SentenceEncoder.matching`` makes that encoder on a machine that would prefer another precision.
    """
    return encoder_of(folder / "vectors") if (folder / "vectors").is_dir() else ""
