"""The one table of what depends on concepts; whatever comes to depend on them enters it, and is in every preview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal, Protocol

import msgspec

from kg.impact.changed import Changed
from kg.index.text import TextIndex
from kg.messages import Catalogue
from kg.query.naming import Naming
from kg.query.records import LabelPair
from kg.registry import Table
from kg.store.base import Reader

_CATALOGUE = Catalogue("kg")

Exactness = Literal["exact", "about"]
"""``about``: by the words of an index, because there are too many to look at each."""


class World(msgspec.Struct, frozen=True):
    """The generation that is asked."""

    reader: Reader
    naming: Naming
    texts: TextIndex


class Reason(msgspec.Struct, frozen=True):
    """Why something is concerned: ``code`` of ``impact.<code>`` in ``kg/locale``, the ``name`` that it is about, the
    concept, and ``others`` that play a part (CURIEs)."""

    code: str
    concept: str = ""
    name: str = ""
    others: tuple[str, ...] = ()
    count: int = 0

    def text(self, language: str = "en") -> str:
        others = ", ".join(self.others)
        return _CATALOGUE.text(
            f"impact.{self.code}", language, concept=self.concept, name=self.name, others=others, count=self.count
        )


class Sample(msgspec.Struct, frozen=True):
    """One of what is concerned: its id and labels, the changed concepts that it hangs on, what it says, and why."""

    id: str
    label: LabelPair = LabelPair()
    concepts: tuple[str, ...] = ()
    text: str = ""
    reasons: tuple[Reason, ...] = ()


class Touched(msgspec.Struct, frozen=True):
    """What one kind loses or gains: the ids concerned by each changed concept; what they have in common at last."""

    by: dict[str, frozenset[str]] = {}
    exactness: Exactness = "exact"
    count: int | None = None
    """Where more are concerned than are named."""
    reasons: tuple[Reason, ...] = ()


class Dependent(Protocol):
    """One kind of thing that hangs on concepts."""

    kind: ClassVar[str]
    """Its name in previews; what people read stands in ``kg/locale`` under ``impact.kind-<kind>``."""

    def touched(self, changed: Changed, world: World) -> Touched:
        """Which of its kind the changes concern."""

    def shown(self, ids: Sequence[str], world: World) -> Iterable[Sample]:
        """Some of them, as people are shown them; ``concepts`` and ``reasons`` may be left to the preview."""


DEPENDENTS: Table[type[Dependent]] = Table(
    "medkg.dependents",
    "dependent",
    {
        "documents": "kg.impact.literature:Documents",
        "claims": "kg.impact.literature:Claims",
        "assertions": "kg.impact.literature:Assertions",
        "recommendations": "kg.impact.literature:Recommendations",
        "concepts": "kg.impact.terminology:Below",
        "mappings": "kg.impact.terminology:Mappings",
        "corrections": "kg.impact.terminology:Corrections",
        "value-sets": "kg.impact.terminology:ValueSets",
        "rules": "kg.impact.rules:Rules",
        "queries": "kg.impact.queries:Queries",
    },
)
"""Kinds of this room; other rooms add theirs where the table is put together."""


def dependents() -> tuple[Dependent, ...]:
    """One of each kind that this room knows or a package entered."""
    return tuple(DEPENDENTS.load(name)() for name in DEPENDENTS.targets())
