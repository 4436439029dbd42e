"""From a cell of a table to the concepts that it may mean, each with a score, and whether it can be taken unseen.

Candidates come from the keys of autocomplete and from the text index of concepts; the score is how alike the nearest
of their names is, and not the rank of a search: it means the same from one cell to the next. Where a code system is
asked for, names of what a terminology says is exactly the same elsewhere count as well: so a Chinese list finds MeSH.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

import msgspec

from kg.errors import MedkgError
from kg.index.analysis import language, query_tokens
from kg.index.base import Card
from kg.index.keys import fold_key
from kg.index.suggest import LIMIT as MOST_SUGGESTED
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex, Wanted
from kg.query.concepts import Concepts
from kg.query.records import ConceptRecord, LabelPair, Wording
from kg.search.facts import EXACT, FACTS, facts
from kg.search.resemblance import Resemblance, Shape
from kg.vocab import CATEGORIES

SURE = 0.96
"""Likeness from which the only candidate is taken unseen."""
APART = 0.02
"""How far behind the next one must be that means something else: a synonym of another concept is too near, the same
words in another order are not."""
_SEARCHED = 100
_KEPT = 12
"""Candidates of each way of looking that are compared."""
_NAME_SHARE = 0.7
"""What the name counts against other columns."""
_UNUSED = 0.8
_KIND = {"abbreviation": 0.95, "related": 0.85, "broad": 0.8, "narrow": 0.8}
"""What a kind of name is worth: an abbreviation means several things."""
_ANOTHER = 0.99
"""A synonym, against the preferred name."""
_LENT = 0.98
"""A name of an exact match, against a name of the concept's own."""
_LENDERS = 6


class Constraint(msgspec.Struct, frozen=True):
    """Another column: a property of ``kg.search.facts`` and the values that it should have one of."""

    name: str
    values: tuple[str, ...]


class Cell(msgspec.Struct, frozen=True):
    """What is asked for. ``types`` are categories and prefixes of code systems (``disease``, ``MESH``); of each of the
    two kinds that is given a candidate must have one."""

    text: str
    types: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    limit: int = 5


class Candidate(msgspec.Struct, frozen=True):
    """A concept that the cell may mean. ``score`` 0 to 100; ``features`` are what it was made of, 0 to 1;
    ``match``: nothing else is meant."""

    id: str
    label: LabelPair
    name: str
    definitions: tuple[Wording, ...]
    category: str
    score: float
    match: bool
    features: dict[str, float]


class _Scored(msgspec.Struct, frozen=True):
    record: ConceptRecord
    score: float
    features: dict[str, float]


class _Found(msgspec.Struct, frozen=True):
    """A concept with the likeness of the best name that an exact match lends it."""

    record: ConceptRecord
    lent: float = 0.0


class Reconciler:
    """Reconciles against the concepts of one generation; safe to use from several threads.

    ``lending``: whether names of exact matches count.
    """

    def __init__(self, suggest: SuggestIndex, texts: TextIndex, concepts: Concepts, *, lending: bool = True) -> None:
        self._suggest = suggest
        self._texts = texts
        self._concepts = concepts
        self._resemblance = Resemblance(texts)
        self._lending = lending

    def reconcile(self, cell: Cell) -> list[Candidate]:
        """The best ``cell.limit`` candidates, best first; ties by documents, then by id.

        Unknown types fit nothing; constraints on unknown properties are passed over.
        """
        known = [one for one in cell.constraints if one.name in FACTS]
        texts = [cell.text] if cell.text else [value for one in known for value in one.values]
        found = {one.record.id: one for text in texts for one in self._found(text, cell.types)}
        shape = self._resemblance.shape(cell.text)
        scored = [self._scored(one, shape, known) for one in found.values()]
        scored.sort(key=lambda row: (-row.score, -row.record.documents, row.record.id))
        sure = bool(scored) and self._sure(scored)
        spoken = language(cell.text)
        return [_candidate(row, spoken, match=sure and place == 0) for place, row in enumerate(scored[: cell.limit])]

    def _sure(self, scored: Sequence[_Scored]) -> bool:
        """Whether the first can be taken unseen: as good as equal, and nothing near it that means something else."""
        best = scored[0]
        if best.score < SURE or best.record.deprecated:
            return False
        near = [row.record.id for row in scored[1:] if row.score > best.score - APART]
        return not near or self._concepts.same(best.record.id).issuperset(near)

    def _found(self, text: str, types: Sequence[str]) -> Iterator[_Found]:
        """Candidates by both ways of looking, then those that exact matches outside the code systems lend a name."""
        fits = _Fits(types)
        named, searched = self._named(text, types), self._searched(text)
        first = [curie for curie in named if fits(self._card(curie))][:_KEPT]
        second = [curie for curie in searched if fits(self._card(curie))][:_KEPT]
        pairs = chain.from_iterable(zip_longest(first, second))
        own = {record.id: _Found(record) for curie in pairs if curie and (record := self._record(curie))}
        if self._lending and fits.systems:
            nearest = chain.from_iterable(zip_longest(named[:_LENDERS], searched[:_LENDERS]))
            for curie in dict.fromkeys(curie for curie in nearest if curie and curie not in own):
                for one in self._borrowed(curie, text, fits):
                    before = own.get(one.record.id)
                    if before is None or before.lent < one.lent:
                        own[one.record.id] = one
        yield from own.values()

    def _named(self, text: str, types: Sequence[str]) -> list[str]:
        """Ids by the keys of autocomplete, best first."""
        categories: list[str | None] = [name for name in types if name in CATEGORIES]
        hits = (self._suggest.suggest(text, MOST_SUGGESTED, category) for category in categories or [None])
        return list(dict.fromkeys(hit.id for some in hits for hit in some))

    def _searched(self, text: str) -> list[str]:
        """Ids by the words of names, best first."""
        words = query_tokens(text)
        wanted = [Wanted(field, word, boost) for word in words for field, boost in (("label", 2.0), ("synonyms", 1.0))]
        return [self._texts.card("concept", row).id for row, _ in self._texts.search("concept", wanted, _SEARCHED)]

    def _borrowed(self, curie: str, text: str, fits: _Fits) -> Iterator[_Found]:
        """Concepts of the types asked for that are exactly the same as one with a name like the text."""
        lender = self._record(curie)
        if lender is None or lender.deprecated:
            return
        lent = _LENT * self._likeness(lender, self._resemblance.shape(text))
        for other in sorted(self._concepts.same(curie)):
            if fits(self._card(other)) and (record := self._record(other)) is not None:
                yield _Found(record, lent)

    def _record(self, curie: str) -> ConceptRecord | None:
        """None for an id of an index whose concept the graph does not describe."""
        try:
            return self._concepts.record(curie)
        except MedkgError:
            return None

    def _card(self, curie: str) -> Card | None:
        row = self._texts.row("concept", curie)
        return None if row is None else self._texts.card("concept", row)

    def _scored(self, found: _Found, shape: Shape, constraints: Sequence[Constraint]) -> _Scored:
        record = found.record
        features = {"name": max(self._likeness(record, shape), found.lent)} if shape.key else {}
        of_columns = {one.name: self._held(record, one) for one in constraints}
        score = features.get("name", 0.0)
        if of_columns:
            others = sum(of_columns.values()) / len(of_columns)
            score = _NAME_SHARE * score + (1 - _NAME_SHARE) * others if shape.key else others
        if record.deprecated:
            score *= _UNUSED
        return _Scored(record, score, features | of_columns)

    def _likeness(self, record: ConceptRecord, shape: Shape) -> float:
        """How alike the nearest name is, or 1 for an id or code."""
        local = record.id.partition(":")[2]
        if shape.key in {fold_key(code) for code in (record.id, local, *record.notations)}:
            return 1.0
        found = 0.0
        for name in record.names:
            worth = 1.0 if name.kind == "preferred" else _KIND.get(name.kind, _ANOTHER)
            if worth > found:
                found = max(found, worth * self._resemblance.of(shape, self._resemblance.shape(name.value)))
        return found

    def _held(self, record: ConceptRecord, constraint: Constraint) -> float:
        """How well the nearest value of a property fits any of those asked for."""
        values = [value for fact in facts(record, constraint.name) for value in (fact.text, fact.id) if value]
        if constraint.name in EXACT:
            return float(not {fold_key(value) for value in values}.isdisjoint(map(fold_key, constraint.values)))
        shapes = [self._resemblance.shape(value) for value in values]
        asked = [self._resemblance.shape(value) for value in constraint.values]
        return max((self._resemblance.of(one, other) for one in asked for other in shapes), default=0.0)


class _Fits:
    """Whether a card is of the types asked for."""

    def __init__(self, types: Iterable[str]) -> None:
        self._categories = {name for name in types if name in CATEGORIES}
        self.systems = {name.casefold() for name in types if name not in CATEGORIES}

    def __call__(self, card: Card | None) -> bool:
        if card is None:
            return False
        in_system = not self.systems or card.id.partition(":")[0].casefold() in self.systems
        return in_system and (not self._categories or card.category in self._categories)


def _candidate(row: _Scored, spoken: str, *, match: bool) -> Candidate:
    label = row.record.label
    names = (label.zh, label.en) if spoken == "zh" else (label.en, label.zh)
    first = row.record.names[0].value if row.record.names else row.record.id
    return Candidate(
        id=row.record.id,
        label=label,
        name=next(filter(None, names), first),
        definitions=row.record.definitions,
        category=row.record.category,
        score=round(100 * row.score, 1),
        match=match,
        features={name: round(value, 3) for name, value in row.features.items()},
    )
