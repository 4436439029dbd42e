"""What goes into indexes and comes out of them, and the protocols of the exchangeable parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Literal, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from kg.index.boolean import Boolean
from kg.model.concept import LabelKind
from kg.registry import Table

Vectors = npt.NDArray[np.float32]
"""One row a text, each of unit length."""
RowIds = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_NEAR = 10_000
"""The largest number of neighbours that an index is asked for."""

Kind = Literal["document", "concept"]
KINDS: tuple[Kind, Kind] = ("document", "concept")


class Card(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What a list shows of a document or concept without asking the store.

    ``zh`` and ``en`` are its titles or preferred labels; ``category`` is empty for documents,
    ``year``, ``languages`` and ``standing`` are empty for concepts.
    """

    id: str
    kind: Kind
    zh: str = ""
    en: str = ""
    category: str = ""
    year: int | None = None
    languages: tuple[str, ...] = ()
    standing: str = ""
    illustrative: bool = False
    deprecated: bool = False


class TextEntry(msgspec.Struct, frozen=True):
    """One document or concept for the text index; the fields hold raw text, analysed there.

    ``title`` and ``body`` belong to documents, ``label``, ``synonyms`` and ``body`` (definitions)
    to concepts, ``names`` (authors, identifiers, codes) to both. ``concepts`` and ``subtree``
    are (CURIE, how often it counts): the concepts that a document mentions, and those with their
    ancestors (``kg.generation.corpus.nearness``). ``fields`` are the values of the fields of ``kg.index.fields``, of
    all records of the work where the document stands for one; what has none is found by no strategy. ``author`` (the
    first one) and ``cited`` are what strategies order by, beside the card.
    """

    card: Card
    title: str = ""
    body: str = ""
    label: str = ""
    synonyms: str = ""
    names: str = ""
    concepts: tuple[tuple[str, int], ...] = ()
    subtree: tuple[tuple[str, int], ...] = ()
    fields: dict[str, tuple[str, ...]] = {}
    author: str = ""
    cited: int = 0


class Filters(msgspec.Struct, frozen=True):
    """What hits must satisfy. Years (inclusive) and language concern documents only."""

    year_from: int | None = None
    year_to: int | None = None
    language: str | None = None
    illustrative: bool = True
    """False leaves out what is marked as illustrative."""
    undated: bool = False
    """True lets documents without a year through where years are asked for."""
    keep: Boolean | None = None
    """Only documents that this finds are let through."""
    drop: Boolean | None = None
    """Documents that this finds are left out."""


class SuggestLabel(msgspec.Struct, frozen=True, gc=False):
    """One name of a concept; kind ``spelling`` is matched but never shown."""

    value: str
    language: str
    kind: LabelKind = "preferred"


class SuggestEntry(msgspec.Struct, frozen=True):
    """One concept for autocomplete. ``codes`` are its CURIE and notations, ``documents`` how many mention it."""

    id: str
    category: str
    labels: tuple[SuggestLabel, ...]
    codes: tuple[str, ...] = ()
    documents: int = 0
    illustrative: bool = False
    deprecated: bool = False


MatchKind = Literal["label", "code", "pinyin", "initials", "inner", "typo"]


class Suggestion(msgspec.Struct, frozen=True):
    """A concept that fits what was typed: the name that matched, how, and its preferred labels.

    ``kind`` says what the name is to the concept (``kg.model.concept.LabelKind``), in ``language``; both are empty
    where a ``code`` matched, and ``text`` is the preferred name.
    """

    id: str
    text: str
    match: MatchKind
    category: str
    zh: str
    en: str
    illustrative: bool = False
    deprecated: bool = False
    kind: str = ""
    language: str = ""
    code: str = ""


class Encoder(Protocol):
    """Turns texts into vectors. ``id`` names model, precision and a digest of the weights:
    vectors of different ids are never compared."""

    @property
    def id(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 of shape (len(texts), dimension), each row of unit length, in the order given."""


class VectorIndex(Protocol):
    """Nearest vectors by inner product. Ids are numbers that the caller gives, each once."""

    name: ClassVar[str]
    encoder: str
    dimension: int

    def __len__(self) -> int: ...

    @property
    def ids(self) -> RowIds:
        """What it holds, in an order of its own, which stays until something is added or removed."""

    def add(self, ids: RowIds, vectors: Vectors) -> None:
        """Append; raises IndexMismatch for vectors of another dimension. What was removed may come again."""

    def remove(self, ids: RowIds) -> None:
        """Take vectors away; ids that are not there are passed over."""

    def search(self, vectors: Vectors, k: int, allowed: Mask | None = None) -> tuple[RowIds, Vectors]:
        """For each vector the ids and scores of the k best, best first, ties by id.

        Both have shape (len(vectors), k); where fewer than k exist the rest is id -1, score -inf. ``allowed``, in the
        order of ``ids``, says what may be found: nothing else ever is, and where it lets few through the answer is
        exact. Raises IndexMismatch on the dimension, QueryError for k outside 1..``MOST_NEAR``.
        """

    def vectors(self, ids: RowIds) -> Vectors:
        """The stored vectors of ids that it holds, in the order given."""

    def facts(self) -> dict[str, str]:
        """What a manifest says of it: ``vector_index`` (its name), and for what is saved ``vector_segments`` and
        ``vector_recall`` (at ten, against comparing all; 1 where all are compared)."""

    def save(self, folder: Path) -> None:
        """Write a sealed folder, which must not hold files yet."""


class VectorIndexKind(Protocol):
    """How a kind of vector index is made; what the table of indexes holds."""

    name: ClassVar[str]

    @staticmethod
    def create(dimension: int, encoder: str) -> VectorIndex:
        """An empty index for vectors of the encoder with this id."""

    @staticmethod
    def open(folder: Path, encoder: str, *, verify: bool = True) -> VectorIndex:
        """A saved index. Raises IntegrityError for damage, IndexMismatch for another encoder."""

    @staticmethod
    def held(folder: Path) -> bool:
        """Whether an engine holds all that a saved index needs of it; True where none is needed. Raises
        VectorEngineFailed for an engine that is away."""

    @staticmethod
    def sweep(kept: Iterable[Path]) -> int:
        """Take away what an engine still holds of indexes that lie below none of these folders; how many parts."""


INDEXES: Table[VectorIndexKind] = Table(
    "medkg.indexes",
    "index",
    {
        "exact": "kg.index.exact:ExactKind",
        "faiss": "kg.index.segments:FaissKind",
        "milvus": "kg.index.milvus_segments:MilvusKind",
    },
    extras={"milvus": "milvus"},
)
