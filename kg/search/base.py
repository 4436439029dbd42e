"""What is asked of search, what it answers, and the protocol by which it learns what a query means."""

from __future__ import annotations

from typing import Protocol

import msgspec

from kg.index.base import Filters, Kind
from kg.search.backing import Link
from kg.search.hints.base import Comparison, Corrections, Hint, Role

MOST_HITS = 100
LONGEST_QUERY = 2_000
"""Characters; longer texts are for ``annotate``."""
SIGNALS = ("text", "characters", "phrase", "concept", "about", "subtree", "about_subtree", "dense")
"""By what hits are found and scored (``kg.search.signals``); names of the parts of a score."""


class ConceptMatch(msgspec.Struct, frozen=True):
    """A stretch of the query that names a concept: ``query[start:end] == surface``.

    ``score`` is in 0..1; ``reason`` says how the match was made (``exact·zh·preferred``).
    """

    concept: str
    start: int
    end: int
    surface: str
    score: float = 1.0
    reason: str = ""


class QueryReader(Protocol):
    """Text to concepts; implemented by the ontology, and exactly by ``kg.search.reference``."""

    def read(self, text: str) -> tuple[ConceptMatch, ...]:
        """Matches in order of their start; several for one stretch, best first, when it is ambiguous.

        Stretches of different matches are equal or do not overlap.
        """


class Query(msgspec.Struct, frozen=True):
    """A search. ``kind`` None asks for documents and concepts in one list; ``signals`` are those to go by;
    ``corrections`` change how the text is read; ``profile`` (``kg.search.profiles``) is the name of one, or empty;
    ``fold`` and ``diverse`` put the first hits in another way (``kg.search.variety``); ``rerank`` is the name of who
    looks at the first ``top`` again (``kg.search.reranking``), or empty; ``narrower`` says of a name whether what is
    about narrower concepts is asked for as well, None leaves it open (``kg.search.ranker``)."""

    text: str
    kind: Kind | None = "document"
    filters: Filters = Filters()
    limit: int = 10
    cursor: str | None = None
    signals: tuple[str, ...] = SIGNALS
    corrections: Corrections = Corrections()
    profile: str = ""
    fold: bool = False
    diverse: bool = False
    rerank: str = ""
    top: int = 20
    narrower: bool | None = None


class Names(msgspec.Struct, frozen=True):
    """Title or preferred label by language, empty where there is none."""

    zh: str
    en: str


class ReadConcept(msgspec.Struct, frozen=True):
    """A concept that was found in the query, with its labels where it is loaded; one that the caller added has the
    empty surface at 0."""

    id: str
    label: Names
    category: str
    start: int
    end: int
    surface: str
    score: float
    reason: str
    role: Role = "asked"


class FieldSyntax(msgspec.Struct, frozen=True):
    """A query that is written as a search strategy, which ranking reads as words. ``canonical`` and ``words`` say how
    ``/strategy`` would read it; where it cannot, they are empty, and ``problem`` says why."""

    canonical: str
    words: Names
    problem: Names = Names(zh="", en="")


class Interpretation(msgspec.Struct, frozen=True):
    """How the query was read. ``encoded`` is the text that the vectors are asked with, often an
    English rendering by concept labels; empty when they are not asked. ``type`` chooses the weights
    of the signals: ``name`` where concepts cover the query, else ``text-zh`` or ``text-en``. ``degraded`` says why the
    answer lacks vectors that the generation should have: ``vectors-damaged``, ``encoder-missing``,
    ``vectors-away`` or ``vectors-elsewhere`` (of the engine that they lie in); empty where it lacks nothing.
    ``hints``: what else the query says, and which of it acts; ``comparisons`` are told only; ``strategy`` for one that
    is written in the field language."""

    language: str
    tokens: tuple[str, ...]
    concepts: tuple[ReadConcept, ...]
    encoded: str
    type: str = ""
    degraded: str = ""
    hints: tuple[Hint, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    strategy: FieldSyntax | None = None
    profile: str = ""


class Parts(msgspec.Struct, frozen=True):
    """What each signal added to a score, what a profile prefers in it and what a re-ranking adds: they sum to it."""

    text: float = 0.0
    characters: float = 0.0
    phrase: float = 0.0
    concept: float = 0.0
    about: float = 0.0
    subtree: float = 0.0
    about_subtree: float = 0.0
    dense: float = 0.0
    profile: float = 0.0
    rerank: float = 0.0


class Excerpt(msgspec.Struct, frozen=True):
    """The sentence that fits best: ``passage.text[start:end] == text``, code points.

    ``passage`` is the key of that passage in the record of the document (``PassageRecord.key``).
    ``marks`` are (start, end) of mentions of the query's concepts inside it, in the same passage.
    """

    passage: str
    start: int
    end: int
    text: str
    marks: tuple[tuple[int, int], ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One concept on the way from a query to a document."""

    id: str
    label: Names


class Matched(msgspec.Struct, frozen=True):
    """A concept that a document mentions, and how it comes from one of the query.

    ``relation``: ``same``, ``equivalent`` (an exact match elsewhere) or ``narrower``. ``path`` leads from the concept
    of the query (its id is ``concept``) to the one that is mentioned, each step down the hierarchy or to an equivalent.
    """

    concept: str
    relation: str
    path: tuple[Step, ...]


class Hit(msgspec.Struct, frozen=True):
    """One document or concept. ``concepts`` are those of the query that it is about, ``matched`` says by which of its
    own; ``records`` other records of the same work. ``licence`` and ``access`` of a document are ``unknown`` where no
    source says; concepts have none. ``design`` is that of its study, as its publication types (``design_by``:
    ``types``) or the words that its claims were read with (``text``) tell; ``links`` lead to it."""

    id: str
    kind: Kind
    label: Names
    score: float
    parts: Parts
    category: str = ""
    year: int | None = None
    languages: tuple[str, ...] = ()
    standing: str = ""
    illustrative: bool = False
    deprecated: bool = False
    excerpt: Excerpt | None = None
    concepts: tuple[str, ...] = ()
    matched: tuple[Matched, ...] = ()
    records: tuple[str, ...] = ()
    licence: str | None = None
    access: str | None = None
    design: str = ""
    design_by: str = ""
    links: tuple[Link, ...] = ()
    duplicates: tuple[str, ...] = ()
    """Documents that say nearly the same and are folded into this one."""


class Scored(msgspec.Struct, frozen=True):
    """A document or concept by its CURIE; ``sentence`` is the one that fits best, empty for none."""

    id: str
    score: float
    sentence: str = ""


class Results(msgspec.Struct, frozen=True):
    """One page. ``next`` is the cursor of the following page; ``found`` counts the candidates,
    which are at most a thousand for each signal."""

    items: tuple[Hit, ...]
    next: str | None
    found: int
    interpretation: Interpretation
