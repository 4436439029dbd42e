"""How a query is read: its language, tokens and concepts, and the English text for the vectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from kg.errors import QueryError
from kg.index.analysis import language, query_tokens
from kg.index.base import Filters
from kg.index.boolean import Keys
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.model.ids import Ids
from kg.search.base import LONGEST_QUERY, ConceptMatch, Interpretation, Names, QueryReader, ReadConcept
from kg.search.correcting import Correcting
from kg.search.hinting import Hinting
from kg.search.hints.base import Corrections, Hint, Role
from kg.search.meaning import Meaning
from kg.search.narrowing import joined
from kg.search.ranker import query_type
from kg.search.spelling import Respelled, Spelling, blanked, rewritten
from kg.search.syntax import field_syntax
from kg.search.wording import coverage_of, english
from kg.store.base import Reader

_NO_FILTERS, _NO_CORRECTIONS = Filters(), Corrections()
_RESPELLED = 0.8
"""How sure a name is that was read from pinyin or from a slip; several concepts share it."""


class Reading(msgspec.Struct, frozen=True):
    """A query that was read. ``wanted`` maps every CURIE to look for (the concepts and those that
    mean exactly the same elsewhere) to (the concept as read, its score). ``text`` is what is left to look for in words,
    ``filters`` are those of the caller with what hints add; ``english`` are words that a Chinese query also asks for,
    with what each counts (``kg.search.crossing``)."""

    interpretation: Interpretation
    wanted: dict[str, tuple[str, float]]
    coverage: float
    text: str
    filters: Filters
    english: dict[str, float] = {}


class Understanding:
    """Reads queries with a QueryReader and looks the rest up in the generation, of the year ``today``; without
    ``suggest`` no spelling is read."""

    def __init__(
        self,
        reader: Reader,
        text: TextIndex,
        concepts: QueryReader,
        ids: Ids,
        suggest: SuggestIndex | None = None,
        today: int | None = None,
    ) -> None:
        self._meaning = Meaning(reader, ids)
        self._text = text
        self._concepts = concepts
        self._ids = ids
        self._spelling = Spelling(text, suggest) if suggest is not None else None
        self._hinting = Hinting(today, fields=text.has_fields("document"))

    def read(
        self,
        query: str,
        *,
        encodes: bool,
        filters: Filters = _NO_FILTERS,
        corrections: Corrections = _NO_CORRECTIONS,
    ) -> Reading:
        """``encodes`` says whether vectors will be asked. Raises QueryError for a text that is too long, and as
        ``Correcting.of`` does."""
        if len(query) > LONGEST_QUERY:
            raise QueryError(reason=f"the query has {len(query)} characters, {LONGEST_QUERY} is the most")
        corrected = Correcting.of(corrections, self._text, self._ids)
        matches = self._concepts.read(query)
        respelled = self._respelled(query, matches, corrections)
        matches = (*matches, *(match for one in respelled for match in _meant(one)))
        hinted = self._hinting.read(query, matches, filters, corrections.hints)
        roles = [corrected.role(match, hinted.roles) for match in matches]
        found = (
            *(shown(self._text, match, role) for match, role in zip(matches, roles, strict=True)),
            *(shown(self._text, match, "added") for match in corrected.added),
        )
        kept = [match for match, role in zip(matches, roles, strict=True) if role in ("asked", "negated")]
        asked = tuple(one for one in found if one.role in ("asked", "negated", "added"))
        left = blanked(query, hinted.removed)
        words = rewritten(query, hinted.removed, respelled)
        coverage = coverage_of(left, kept)
        spoken = language(words)
        interpretation = Interpretation(
            language=spoken,
            tokens=query_tokens(words),
            concepts=found,
            encoded=english(left, words, asked) if encodes else "",
            type=query_type(spoken, coverage),
            hints=tuple(sorted((*hinted.hints, *_spelled(respelled)), key=lambda hint: hint.start)),
            comparisons=hinted.comparisons,
            strategy=field_syntax(query),
        )
        excluded = tuple(self._meaning.of(match for match in hinted.excluded if match.concept not in corrected.without))
        drop = joined(hinted.filters.drop, [Keys("subtree", tuple(sorted(excluded)))] if excluded else [])
        return Reading(
            interpretation,
            self._meaning.of([*kept, *corrected.added]),
            coverage,
            words,
            replace(hinted.filters, drop=drop),
        )

    def _respelled(
        self, query: str, matches: Sequence[ConceptMatch], corrections: Corrections
    ) -> tuple[Respelled, ...]:
        """Spellings are looked up where they may act: of a word that stays as it is nothing is to be told."""
        if self._spelling is None or "spelling" not in corrections.hints:
            return ()
        return self._spelling.read(query, {at for match in matches for at in range(match.start, match.end)})


def shown(text: TextIndex, match: ConceptMatch, role: Role = "asked") -> ReadConcept:
    """A concept that was read, as the answer tells it."""
    row = text.row("concept", match.concept)
    card = None if row is None else text.card("concept", row)
    return ReadConcept(
        id=match.concept,
        label=Names(zh=card.zh, en=card.en) if card else Names(zh="", en=""),
        category=card.category if card else "",
        start=match.start,
        end=match.end,
        surface=match.surface,
        score=match.score,
        reason=match.reason,
        role=role,
    )


def _meant(one: Respelled) -> Iterator[ConceptMatch]:
    """The concepts of a name that was spelled otherwise; the stretch is what was typed."""
    for concept in one.concepts:
        yield ConceptMatch(concept, one.start, one.end, one.surface, _RESPELLED / len(one.concepts), one.way)


def _spelled(respelled: Iterable[Respelled]) -> Iterator[Hint]:
    for one in respelled:
        yield Hint("spelling", one.start, one.end, one.surface, one.name, one.concepts, applied=True)
