"""Which names of the lexicon edits change: what a build would find when it compares its lexicon with the one before.

The names of the concepts concerned are taken from the graphs of the sources that give them, and once more as a release
of the edits leaves them; names put together by rules (plurals, symbols) come of it as in every build. What corrections
and corpora taught is not looked at: a name that they stopped counts as changed here, so a text too many is named.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from ingest.changes import changed_names
from ingest.curation import NAME
from kg.impact.base import World
from kg.impact.changed import Changed
from kg.impact.lookup import rows_of
from kg.model.concept import Concept
from kg.model.edit import Edit, ReleasedEdit, concepts_of
from kg.model.ids import Ids
from kg.model.terms import Term, lexical
from kg.workflow.proposals import Content, Proposal
from ontology.curation.graph import concept_of
from ontology.curation.release import released_edits
from ontology.curation.released import Curated
from ontology.curation.withholding import Withheld
from ontology.lexicon import LabelRow, Lexicon, Sense, label_rows

_KINDS = frozenset({"terminology", "curated", "mapping", "source"})


class NameChange(msgspec.Struct, frozen=True):
    """One normalised name: the concepts that it means no more, and newly, and those that it means all the same."""

    name: str
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    others: tuple[str, ...]


class Renaming:
    """What edits do to the names of a lexicon. ``released``: the edits that curators released already."""

    def __init__(self, lexicon: Lexicon, released: Sequence[ReleasedEdit] = ()) -> None:
        self._lexicon = lexicon
        self._released = tuple(released)

    def of(self, changed: Changed, world: World, look: Callable[[str], Concept | None]) -> list[NameChange]:
        """Every name that a build would look for otherwise, sorted.

        Raises EditRefused for edits that do not fit the concepts as they are, which no release takes.
        """
        named = [edit for edit in changed.edits if concepts_of(edit)]
        if not named:
            return []
        new = as_released(named, look)
        concerned = {curie for edit in named for curie in concepts_of(edit)}
        before, after = Curated(self._released), Curated([*self._released, *new])
        stated = list(_stated(concerned, world))
        old = Lexicon.build(_rows(stated, concerned, before))
        now = Lexicon.build(_rows(stated, concerned, after))
        meant, means = _by_name(old), _by_name(now)
        nothing = frozenset[str]()
        return [
            self._change(name, meant.get(name, nothing), means.get(name, nothing), concerned)
            for name in changed_names(old, now)
        ]

    def _change(self, name: str, old: frozenset[str], now: frozenset[str], concerned: set[str]) -> NameChange:
        others = {sense.concept for sense in self._senses(name)} - concerned
        kept = old & now
        return NameChange(name, tuple(sorted(old - now)), tuple(sorted(now - old)), tuple(sorted(others | kept)))

    def _senses(self, name: str) -> tuple[Sense, ...]:
        names = self._lexicon.names
        at = bisect_left(names, name)
        return self._lexicon.senses[at] if at < len(names) and names[at] == name else ()


def as_released(edits: Sequence[Edit], look: Callable[[str], Concept | None]) -> list[ReleasedEdit]:
    """The edits as the lines of a release that nobody made yet."""
    draft = Proposal(name="", author="", state="accepted")
    return released_edits([(draft, Content(tuple(edits)))], "", look)


def _stated(concerned: Iterable[str], world: World) -> Iterator[tuple[str, Concept]]:
    """(source, concept) for every source but curation that states one of the concepts, as it states it."""
    ids = world.naming.ids
    found: defaultdict[tuple[str, str], defaultdict[Term, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for curie, row in rows_of("names", list(concerned), world):
        kind, source = _named(lexical(row["graph"]), ids)
        if kind in _KINDS and source != NAME:
            found[source, curie][row["property"]].append(row["value"])
    for (source, curie), values in sorted(found.items()):
        yield source, concept_of(curie, values, ids)


def _named(graph: str, ids: Ids) -> tuple[str, str]:
    """Kind and name of a graph, empty where it is none of ours."""
    kind, _, rest = graph.removeprefix(f"{ids.base}graph/").partition("/")
    return kind, rest.partition("/")[0]


def _rows(stated: Iterable[tuple[str, Concept]], concerned: set[str], curated: Curated) -> Iterator[LabelRow]:
    withheld = Withheld(curated)
    for source, concept in stated:
        yield from label_rows(withheld.linked(withheld.of(concept)), source)
    for concept in curated.additions():
        if concept.id in concerned:
            yield from label_rows(concept, NAME)


def _by_name(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(sense.concept for sense in senses)
        for name, senses in zip(lexicon.names, lexicon.senses, strict=True)
    }
