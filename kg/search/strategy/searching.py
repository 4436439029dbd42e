"""Runs strategies on one generation and says how they were read."""

from __future__ import annotations

import msgspec

from kg.errors import QueryError
from kg.index.base import Card
from kg.index.boolean import Order
from kg.index.fielded import DEEPEST
from kg.index.suggest import SuggestIndex
from kg.index.text import TextIndex
from kg.model.ids import Ids, digest
from kg.search.base import MOST_HITS, Names
from kg.search.strategy.compilation import Compiler
from kg.search.strategy.description import describe
from kg.search.strategy.dialects.registry import DIALECTS
from kg.search.strategy.facets import StrategyFacet, facets
from kg.search.strategy.headings import Headings
from kg.search.strategy.history import MOST_EARLIER, resolve
from kg.search.strategy.parsing import parse
from kg.search.strategy.similar import Similar, similar
from kg.search.strategy.tree import Tree
from kg.search.strategy.writing import write
from kg.search.works import Works
from kg.store.base import Reader

_SHOWN = 20
"""Concepts of a heading that an interpretation lists."""


class Strategy(msgspec.Struct, frozen=True):
    """A search by strategy. ``history`` are the earlier strategies of the list, from ``#1`` on."""

    text: str
    history: tuple[str, ...] = ()
    order: Order = "relevance"
    limit: int = 10
    facets: bool = False
    cursor: str | None = None


class HeadingRead(msgspec.Struct, frozen=True):
    """How a name was read as a heading: its concepts (the first of them); none where nothing has this name."""

    text: str
    concepts: tuple[str, ...]


class Told(msgspec.Struct, frozen=True):
    """A strategy in the syntax of another database, and what it cannot say there."""

    dialect: str
    text: str
    losses: tuple[Names, ...] = ()


class StrategyReading(msgspec.Struct, frozen=True):
    """How a strategy was read. ``canonical`` can be sent again and means the same; ``resolved`` is the same with
    the history put in; ``words`` is the resolved one in words; ``found`` counts every hit; ``similar`` is what may
    be meant by headings that nobody knows, and by words that find nothing."""

    canonical: str
    resolved: str
    words: Names
    headings: tuple[HeadingRead, ...]
    translations: tuple[Told, ...]
    found: int
    facets: tuple[StrategyFacet, ...] = ()
    similar: tuple[Similar, ...] = ()


class StrategyResults(msgspec.Struct, frozen=True):
    """One page of works, each by the record that stands for it, and the cursor of the next; ``records`` are, for each
    item, the CURIEs of the other records of its work."""

    items: tuple[Card, ...]
    records: tuple[tuple[str, ...], ...]
    next: str | None
    interpretation: StrategyReading


class StrategySearcher:
    """Searches one generation by strategies; safe to use from several threads, keeps nothing of what it is asked.

    ``works``: those of the generation, where they have been read already.
    """

    def __init__(
        self,
        text: TextIndex,
        suggest: SuggestIndex,
        reader: Reader,
        ids: Ids | None = None,
        works: Works | None = None,
    ) -> None:
        self._suggest = suggest
        self._text = text
        self._headings = Headings(text, reader, ids or Ids())
        self._works = works or Works(reader, text, ids or Ids())

    def search(self, asked: Strategy) -> StrategyResults:
        """One page of works; the same strategy on the same generation gives the same page.

        Raises StrategySyntax, FieldsMissing for a generation without fields, and QueryError for a limit outside
        1..100, a history that does not fit, a foreign cursor.
        """
        if not 1 <= asked.limit <= MOST_HITS:
            raise QueryError(reason=f"limit is {asked.limit}, it must lie between 1 and {MOST_HITS}")
        if len(asked.history) > MOST_EARLIER:
            raise QueryError(why="strategy-earlier", limit=MOST_EARLIER)
        start = _offset(asked)
        tree = parse(asked.text)
        whole = resolve(tree, [parse(text) for text in asked.history])
        engine = self._text.fielded("document")
        compiler = Compiler(self._headings)
        query = compiler.compile(whole)
        found = engine.search(query, start, asked.limit, asked.order)
        end = start + len(found.hits)
        headings = tuple(HeadingRead(name, read.concepts[:_SHOWN]) for name, read in compiler.headings.items())
        unknown = {name for name, read in compiler.headings.items() if not read.concepts}
        reading = StrategyReading(
            canonical=write(tree),
            resolved=write(whole),
            words=Names(zh=describe(whole, "zh"), en=describe(whole, "en")),
            headings=headings,
            translations=tuple(_told(name, whole) for name in DIALECTS),
            found=found.total,
            facets=facets(engine, query) if asked.facets else (),
            similar=similar(whole, found.total, unknown, self._suggest),
        )
        cards = [(row, self._text.card("document", row)) for row, _ in found.hits]
        return StrategyResults(
            items=tuple(card for _, card in cards),
            records=tuple(tuple(self._works.others(row, card.id)) for row, card in cards),
            next=cursor(asked, end) if found.hits and end < min(found.total, DEEPEST) else None,
            interpretation=reading,
        )


def _told(name: str, tree: Tree) -> Told:
    made = DIALECTS[name].translate(tree)
    losses = dict.fromkeys(Names(zh=loss.told("zh"), en=loss.told("en")) for loss in made.losses)
    return Told(name, made.text, tuple(losses))


def cursor(asked: Strategy, start: int) -> str:
    """The cursor of the page that begins at ``start``."""
    return f"{start}.{_about(asked)}"


def _about(asked: Strategy) -> str:
    return digest(asked.text, *asked.history, asked.order)[:16]


def _offset(asked: Strategy) -> int:
    start, _, about = (asked.cursor or cursor(asked, 0)).partition(".")
    if not (start.isascii() and start.isdecimal() and len(start) < 8 and int(start) < DEEPEST):
        raise QueryError(why="cursor")
    if about != _about(asked):
        raise QueryError(why="cursor")
    return int(start)
