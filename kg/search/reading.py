"""How a query is read: its language, tokens and concepts, and the English text for the vectors."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping

import msgspec

from kg.errors import QueryError
from kg.generation.pages import about
from kg.index.analysis import STOP_WORDS, has_han, language, query_tokens
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.model.terms import iri, lexical
from kg.search.base import LONGEST_QUERY, ConceptMatch, Interpretation, Names, QueryReader, ReadConcept
from kg.search.ranker import query_type
from kg.store.base import Reader

_WORD = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9-]+")
_IDENTIFIER = re.compile(r"\d+|(?=\S*\d)(?=\S*[:/])\S+")
_MOST_EQUIVALENTS = 40
_STEPS = 2
"""Exact matches of exact matches: many phenotypes are headings of MeSH only by way of one concept between."""


class Reading(msgspec.Struct, frozen=True):
    """A query that was read. ``wanted`` maps every CURIE to look for (the concepts and those that
    mean exactly the same elsewhere) to (the concept as read, its score)."""

    interpretation: Interpretation
    wanted: dict[str, tuple[str, float]]
    coverage: float


class Understanding:
    """Reads queries with a QueryReader and looks the rest up in the generation."""

    def __init__(self, reader: Reader, text: TextIndex, concepts: QueryReader, ids: Ids) -> None:
        self._reader = reader
        self._text = text
        self._concepts = concepts
        self._ids = ids

    def read(self, query: str, *, encodes: bool) -> Reading:
        """``encodes`` says whether vectors will be asked. Raises QueryError for a text that is too long."""
        if len(query) > LONGEST_QUERY:
            raise QueryError(reason=f"the query has {len(query)} characters, {LONGEST_QUERY} is the most")
        matches = self._concepts.read(query)
        found = tuple(self._found(match) for match in matches)
        coverage = _coverage(query, matches)
        spoken = language(query)
        interpretation = Interpretation(
            language=spoken,
            tokens=query_tokens(query),
            concepts=found,
            encoded=_english(query, found) if encodes else "",
            type=query_type(spoken, coverage),
        )
        return Reading(interpretation, self._wanted(matches), coverage)

    def _found(self, match: ConceptMatch) -> ReadConcept:
        row = self._text.row("concept", match.concept)
        card = None if row is None else self._text.card("concept", row)
        return ReadConcept(
            id=match.concept,
            label=Names(zh=card.zh, en=card.en) if card else Names(zh="", en=""),
            category=card.category if card else "",
            start=match.start,
            end=match.end,
            surface=match.surface,
            score=match.score,
            reason=match.reason,
        )

    def _wanted(self, matches: Iterable[ConceptMatch]) -> dict[str, tuple[str, float]]:
        wanted: dict[str, tuple[str, float]] = {}
        for match in matches:
            if match.score > wanted.get(match.concept, ("", 0.0))[1]:
                wanted[match.concept] = match.concept, match.score
        last = {concept: concept for concept in wanted}
        for _ in range(_STEPS):
            last = dict(self._equivalents(last, wanted))
            wanted |= {other: wanted[concept] for other, concept in last.items()}
        return wanted

    def _equivalents(self, of: Mapping[str, str], known: Container[str]) -> Iterator[tuple[str, str]]:
        """New exact matches of CURIEs with the concept that each comes from; another id of that concept's own
        terminology is another concept."""
        if not of:
            return
        terms = {iri(self._ids.expand(curie)): curie for curie in of}
        rows = about(self._reader, "index/equivalents", sorted(terms))
        pairs = {(of[terms[row["concept"]]], self._ids.contract(lexical(row["other"]))) for row in rows}
        found = sorted((concept, other) for concept, other in pairs if other is not None and other not in known)
        for concept, other in found[:_MOST_EQUIVALENTS]:
            if _prefix(other) != _prefix(concept):
                yield other, concept


def _prefix(curie: str) -> str:
    return curie.partition(":")[0]


def _english(query: str, concepts: tuple[ReadConcept, ...]) -> str:
    """What an English encoder is asked: the query, or the English names of what a Chinese one is about.

    The packaged model knows no Chinese; through labels such a query keeps 0.99 of the nDCG of its
    English form (prototypes section 6).
    """
    if _IDENTIFIER.fullmatch(query.strip()):
        return ""  # An identifier means nothing to a language model.
    if not has_han(query):
        return query
    best: dict[tuple[int, int], str] = {}
    for concept in concepts:
        if concept.label.en:
            best.setdefault((concept.start, concept.end), concept.label.en)
    if not best:
        return ""
    rest = "".join(" " if any(a <= at < b for a, b in best) else letter for at, letter in enumerate(query))
    return " ".join([*best.values(), *_LATIN.findall(rest)])


def _coverage(query: str, matches: Iterable[ConceptMatch]) -> float:
    """Share of the letters and digits of a query, stop words left out, that concepts cover."""
    covered = {at for match in matches for at in range(match.start, match.end)}
    content = [
        at
        for word in _WORD.finditer(query)
        if word[0].lower() not in STOP_WORDS
        for at in range(word.start(), word.end())
    ]
    return sum(at in covered for at in content) / len(content) if content else 0.0
